"""What is owed of partnerships and institutions as such: meetings, signs of life, profiles. R18, R22, R24."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, Max, Min, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from activities.choices import ActivityStatus
from activities.models import Activity
from core.formats import as_day
from core.mail import in_each_language
from evaluation.reminders.engine import Owed, each, trigger
from partnerships.actions.people import names
from partnerships.choices import World
from partnerships.models import Agreement, Clause, Institution, Meeting, Message, Partnership
from partnerships.models.institution import PROFILE_LASTS
from partnerships.querysets import with_parties

MEETS_EVERY = 182  # days, where the agreement says nothing of it
RHYTHMS: dict[str, int | None] = {  # wordings of the clause on the committee: how often it meets, None for never
    "quarterly-committee": 91, "memorandum-committee": 182, "focal-points-only": None, "memorandum-focal-points-only": None,
}  # fmt: skip
SOON = timedelta(days=90)  # what is planned within so many days is a sign of life


def running() -> Any:
    return Partnership.objects.running().prefetch_related(with_parties())


def latest(rows: Any, field: str) -> Subquery:
    """The newest `field` of the rows of one partnership."""
    return Subquery(rows.filter(partnership=OuterRef("pk")).order_by().values("partnership").annotate(found=Max(field)).values("found"))


@trigger("committee_overdue", counts_from=_("the day on which the next meeting should have been held"), stops=_("a meeting is called or held"))
def committees_overdue(on: date) -> Iterator[Owed]:
    """Partnerships whose committee has not met within the rhythm of their agreement, since its last meeting or its first day."""
    in_force = Agreement.objects.in_force(on).filter(partnership=OuterRef("pk"))
    ahead = Meeting.objects.filter(partnership=OuterRef("pk"), held_on__gt=on)
    committee = Clause.objects.filter(
        agreement__partnership=OuterRef("pk"), agreement__in=Agreement.objects.in_force(on), kind__slug="committee", is_included=True
    )
    rows = running().filter(Exists(in_force)).exclude(Exists(ahead)).annotate(
        met_on=latest(Meeting.objects.filter(held_on__lte=on), "held_on"),
        begun_on=Subquery(in_force.order_by().values("partnership").annotate(first=Min("starts_on")).values("first")),
        rhythm=Subquery(committee.order_by("-agreement__starts_on").values("variant__slug")[:1]),
    )  # fmt: skip

    def make(partnership: Partnership) -> Owed | None:
        days = RHYTHMS.get(partnership.rhythm or "", MEETS_EVERY)
        if days is None:
            return None
        since = partnership.met_on or partnership.begun_on
        path = f"{partnership.get_absolute_url()}meetings/"
        return Owed(
            partnership,
            partnership,
            since + timedelta(days=days),
            "committee_reminder",
            lambda: {**names(partnership), "since_on": since.isoformat()},
            path=path,
        )

    return each(rows, make)


@trigger("partnership_silence", counts_from=_("the last activity, meeting or message"), stops=_("something happens, or is planned for the coming weeks"))
def partnerships_silent(on: date) -> Iterator[Owed]:
    """Partnerships in which nothing has happened, counted from the last sign of life; nothing is planned soon either."""
    live = Activity.objects.exclude(status__in=[ActivityStatus.CANCELLED, ActivityStatus.DRAFT, ActivityStatus.POSTPONED])
    planned = live.filter(partnership=OuterRef("pk"), starts_on__gt=on, starts_on__lte=on + SOON)
    called = Meeting.objects.filter(partnership=OuterRef("pk"), held_on__gt=on, held_on__lte=on + SOON)
    rows = running().exclude(Exists(planned)).exclude(Exists(called)).annotate(
        acted_on=latest(live.filter(starts_on__lte=on), "ends_on"),
        met_on=latest(Meeting.objects.filter(held_on__lte=on), "held_on"),
        written_at=latest(Message.objects.all(), "at"),
    )  # fmt: skip

    def make(partnership: Partnership) -> Owed | None:
        written = as_day(partnership.written_at) if partnership.written_at else None
        signs = [day for day in (partnership.acted_on, partnership.met_on, written, partnership.last_activity_on, partnership.started_on) if day]
        if not signs:
            return None
        since = max(signs)
        words = lambda: {**names(partnership), "since_on": since.isoformat()}  # noqa: E731 – asked only when somebody is told
        return Owed(partnership, partnership, since, "silence_reminder", words, events={"officers": "dormant_proposal"})

    return each(rows, make)


@trigger("institution_profile_old", counts_from=_("one year after the profile was last looked through"), stops=_("the profile is looked through"))
def profiles_old(on: date) -> Iterator[Owed]:
    """Profiles that nobody has looked through for a year; one that never was is reminded of a year after it was entered, and shown as
    unchecked at once."""
    turned = on - PROFILE_LASTS
    old = Q(profile_checked_on__lte=turned) | Q(profile_checked_on=None, created_at__date__lte=turned)
    rows = Institution.objects.listed().filter(old, kind__world=World.CARE).select_related("kind", "region", "country")

    def make(institution: Institution) -> Owed:
        due = (institution.profile_checked_on or as_day(institution.created_at)) + PROFILE_LASTS
        words = lambda: {**in_each_language("institution", lambda: institution.name), "due_on": due.isoformat()}  # noqa: E731
        return Owed(institution, None, due, "profile_reminder", words, institution=institution)

    return each(rows, make)
