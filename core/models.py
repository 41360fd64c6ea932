"""What every part of the portal stands on: the trail, attachments, notices. Names no domain noun."""

import uuid
from collections.abc import Iterable, Sequence
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

AT_ONCE = 300  # rows of a refresh: within what a database takes in one statement


class TimeStamped(models.Model):
    """When a row was made and last touched."""

    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    class Meta:
        abstract = True

    def _get_FIELD_display(self, field: models.Field) -> str:
        """What `get_…_display()` calls. Django's own hashes every label, which translates each of them, to find one."""
        value = getattr(self, field.attname)
        label = dict(field.flatchoices).get(value)
        return value if label is None else str(label)


class Searched(models.Model):
    """A row whose column `search_text` also holds names of rows that it refers to: kept anew when one of those is renamed."""

    SEARCHED: ClassVar[tuple[str, ...]] = ()  # the relations that those names come from

    class Meta:
        abstract = True

    def found_by(self) -> str:
        """What the column holds: folded, within its length. Reads the relations with `all()`."""
        raise NotImplementedError

    def refresh_search_text(self) -> None:
        self.search_text = self._with_names([self.pk])[0].found_by()
        type(self)._base_manager.filter(pk=self.pk).update(search_text=self.search_text)

    @classmethod
    def refresh_search_texts(cls, keys: Iterable[int]) -> None:
        """Of many rows: a fixed number of queries for every few hundred of them."""
        ordered = sorted(keys)
        for first in range(0, len(ordered), AT_ONCE):
            rows = cls._with_names(ordered[first : first + AT_ONCE])
            for row in rows:
                row.search_text = row.found_by()
            cls._base_manager.bulk_update(rows, ["search_text"])

    @classmethod
    def _with_names(cls, keys: Sequence[int]) -> list[Self]:
        return list(cls._base_manager.filter(pk__in=keys).prefetch_related(*cls.SEARCHED))


class Change(models.Model):
    """One line of the trail: one change to one object. Never edited, never deleted."""

    object_type = models.CharField(_("object type"), max_length=60)
    object_id = models.BigIntegerField(_("object number"))
    verb = models.CharField(_("step"), max_length=40)
    from_status = models.CharField(_("from"), max_length=30, blank=True)
    to_status = models.CharField(_("to"), max_length=30, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by"))
    by_name = models.CharField(_("name at the time"), max_length=200, blank=True)
    at = models.DateTimeField(_("at"))
    reason = models.TextField(_("reason"), blank=True)
    before = models.JSONField(_("before"), default=dict, blank=True)
    after = models.JSONField(_("after"), default=dict, blank=True)
    previous = models.CharField(max_length=64, blank=True, editable=False)
    digest = models.CharField(max_length=64, editable=False)

    class Meta:
        verbose_name = _("history line")
        verbose_name_plural = _("history")
        indexes = [models.Index(fields=["object_type", "object_id"]), models.Index(fields=["at"]), models.Index(fields=["by", "-id"])]

    def __str__(self) -> str:
        return f"{self.object_type} {self.object_id}: {self.verb}"


class ChainHead(models.Model):
    """The end of the trail: one row, whose lock orders all audited writers."""

    length = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return self.digest


class Attachment(models.Model):
    """A file that belongs to an object. Kept under a random name and served only through a permission check."""

    object_type = models.CharField(_("object type"), max_length=60)
    object_id = models.BigIntegerField(_("object number"))
    role = models.CharField(_("role"), max_length=30)
    title = models.CharField(_("name"), max_length=150)
    file = models.FileField(_("file"), upload_to="attachments/%Y/%m")
    media_type = models.CharField(_("kind of file"), max_length=100)
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("fingerprint"), max_length=64)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("added by"))
    uploaded_at = models.DateTimeField(_("added at"), auto_now_add=True)

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        indexes = [models.Index(fields=["object_type", "object_id"])]

    def __str__(self) -> str:
        return self.title


class Seal(models.Model):
    """An issued document that anybody can check: its code, its fingerprint, the file itself. Issued once, never changed."""

    code = models.CharField(_("code"), max_length=32, unique=True)  # 128 bits or more, by chance
    object_type = models.CharField(_("object type"), max_length=60)
    object_id = models.BigIntegerField(_("object number"))
    kind = models.CharField(_("document"), max_length=30)
    language = models.CharField(_("language"), max_length=5)
    revision = models.PositiveIntegerField(_("version of the text"), default=0)
    sha256 = models.CharField(_("fingerprint"), max_length=64, db_index=True)
    file = models.FileField(_("file"), upload_to="issued/%Y/%m")
    size = models.PositiveIntegerField(_("size in bytes"))
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("issued by"))
    issued_at = models.DateTimeField(_("issued at"), auto_now_add=True)

    class Meta:
        verbose_name = _("issued document")
        verbose_name_plural = _("issued documents")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["object_type", "object_id", "kind", "language", "revision"], name="seal_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"


class NoticeState(models.TextChoices):
    """How far the e-mail of a notice is."""

    HELD = "held", pgettext_lazy("notice", "kept for the digest")
    INBOX = "inbox", pgettext_lazy("notice", "in the inbox only")
    DUE = "due", pgettext_lazy("notice", "due")
    CLAIMED = "claimed", pgettext_lazy("notice", "claimed")
    HANDED_OVER = "handed_over", pgettext_lazy("notice", "handed over")
    DONE = "done", pgettext_lazy("notice", "sent")
    UNKNOWN = "unknown", pgettext_lazy("notice", "unknown")
    NEEDS_PERSON = "needs_person", pgettext_lazy("notice", "needs a person")


class Notice(models.Model):
    """One thing told to one person, once: their inbox entry, the e-mail to send, and the receipt that it was owed.

    The unique key is what makes a double run silent. The database holds what is to be sent; the task queue is only a nudge.
    """

    rule = models.CharField(_("rule"), max_length=40)
    object_type = models.CharField(_("object type"), max_length=60)
    object_id = models.BigIntegerField(_("object number"))
    due_on = models.DateField(_("due on"))
    rung = models.CharField(_("rung"), max_length=60)
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices", verbose_name=_("recipient"))
    event = models.CharField(_("event"), max_length=60)
    topic = models.CharField(_("topic"), max_length=20, blank=True)
    words = models.JSONField(_("words"), default=dict)
    path = models.CharField(_("address"), max_length=200)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=15, choices=NoticeState, default=NoticeState.DUE)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    claimed_by = models.UUIDField(null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)
    message_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    told_in = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="told", verbose_name=_("told in the digest"))
    instead_of = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("in place of"))

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [models.UniqueConstraint(fields=["rule", "object_type", "object_id", "due_on", "rung", "recipient"], name="notice_once")]
        indexes = [
            models.Index(fields=["state", "claimed_at"]),
            models.Index(fields=["recipient"], name="notice_held", condition=models.Q(state="held")),
            models.Index(fields=["recipient", "-created_at"]),
            models.Index(fields=["recipient"], name="notice_unread", condition=models.Q(read_at=None)),
            models.Index(fields=["sent_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.event} {self.object_id} → {self.recipient_id}"


class Heartbeat(models.Model):
    """When a background process was last seen at work."""

    name = models.CharField(max_length=30, primary_key=True)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Rhythm(models.TextChoices):
    """How often somebody wants e-mail about a topic. The portal's inbox has everything, always."""

    AT_ONCE = "at_once", pgettext_lazy("rhythm", "at once")
    DAILY = "daily", pgettext_lazy("rhythm", "once a day")
    WEEKLY = "weekly", pgettext_lazy("rhythm", "once a week")
    NEVER = "never", pgettext_lazy("rhythm", "only in the portal")


class NoticePreference(models.Model):
    """One person's choice for one topic; where there is none, e-mail goes out at once."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notice_preferences", verbose_name=_("person"))
    topic = models.CharField(_("topic"), max_length=20)
    rhythm = models.CharField(_("rhythm"), max_length=8, choices=Rhythm, default=Rhythm.AT_ONCE)

    class Meta:
        verbose_name = _("preference")
        verbose_name_plural = _("preferences")
        constraints = [models.UniqueConstraint(fields=["user", "topic"], name="preference_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.topic}: {self.rhythm}"


class Bounce(models.Model):
    """A message that came back. After a lasting one the person is written to no more, until an administrator mends the address."""

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="bounces", verbose_name=_("recipient"))
    notice = models.ForeignKey(Notice, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("notice"))
    address = models.EmailField(_("e-mail"))
    is_lasting = models.BooleanField(_("lasting"))
    text = models.CharField(_("what the server said"), max_length=300, blank=True)
    at = models.DateTimeField(_("at"), auto_now_add=True)
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)

    class Meta:
        verbose_name = _("returned e-mail")
        verbose_name_plural = _("returned e-mails")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["recipient"], name="bounce_open", condition=models.Q(settled_at=None))]

    def __str__(self) -> str:
        return self.address


class SavedView(models.Model):
    """The filters of a list under a name: the query string that the page takes."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views", verbose_name=_("owner"))
    page = models.CharField(_("page"), max_length=60)  # its path, for example "/activities/"
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(_("filters"), max_length=500, blank=True)
    is_pinned = models.BooleanField(_("shown on the home page"), default=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["page", "name"]
        constraints = [models.UniqueConstraint(fields=["owner", "page", "name"], name="saved_view_once")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{self.page}?{self.query}" if self.query else self.page


class Switch(models.Model):
    """Something that the ministry turns on or off for the whole portal. What has no row is off."""

    name = models.CharField(_("name"), max_length=40, unique=True)
    is_on = models.BooleanField(_("on"), default=False)
    changed_at = models.DateTimeField(_("changed at"), auto_now=True)

    class Meta:
        verbose_name = pgettext_lazy("of the portal", "switch")
        verbose_name_plural = pgettext_lazy("of the portal", "switches")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
