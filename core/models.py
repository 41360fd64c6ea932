"""What every part of the portal stands on: the trail, attachments, notices. Names no domain noun."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class TimeStamped(models.Model):
    """When a row was made and last touched."""

    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    class Meta:
        abstract = True


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
        indexes = [models.Index(fields=["object_type", "object_id"]), models.Index(fields=["at"])]

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
    rung = models.CharField(_("rung"), max_length=20)
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices", verbose_name=_("recipient"))
    event = models.CharField(_("event"), max_length=60)
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

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [models.UniqueConstraint(fields=["rule", "object_type", "object_id", "due_on", "rung", "recipient"], name="notice_once")]
        indexes = [
            models.Index(fields=["state", "claimed_at"]),
            models.Index(fields=["recipient", "-created_at"]),
            models.Index(fields=["recipient"], name="notice_unread", condition=models.Q(read_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.event} {self.object_id} → {self.recipient_id}"


class Heartbeat(models.Model):
    """When a background process was last seen at work."""

    name = models.CharField(max_length=30, primary_key=True)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
