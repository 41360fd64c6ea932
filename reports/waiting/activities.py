"""Activities and programmes that wait for somebody."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.policy import institutions_of
from activities.choices import OFF, ActivityStatus, InvitationStatus
from activities.execution import programmes_returned, programmes_to_approve, without_programme, year_to_plan
from activities.lifecycle import on_the_other_side
from activities.models import Invitation
from activities.people_panels import presence_owed
from core.formats import digits, today
from core.models import Change
from reports.waiting.rows import AT_MOST, DECISION_DAYS, Waiting, activities, agreements

PRESENCE_DAYS = 5  # after the last day, within which presence is recorded
OTHER_SIDE_DAYS = 15  # after the report, within which the other side confirms the figures
PART_DAYS = 10  # before the first day, by which every party has confirmed
INVITATION_DAYS = 7  # before the first day, by which an invitation is answered
OPINION_DAYS = 15  # before the first day, by which the region has given its opinion


def to_report(user: Any, roles: set[str]) -> Iterator[Waiting]:
    for activity in activities(user, "activity.report").report_owed().order_by("ends_on")[:AT_MOST]:
        yield Waiting(
            _("Report of the %(activity)s") % {"activity": activity.title},
            activity.partnership,
            activity.report_due_on,
            f"{activity.get_absolute_url()}report/",
            _("Write the report"),
        )


def to_counter_confirm(user: Any, roles: set[str]) -> Iterator[Waiting]:
    mine = institutions_of(user)
    rows = activities(user).filter(status=ActivityStatus.REPORTED).exclude(reported_by=user).prefetch_related("parties")
    for activity in rows.order_by("reported_at")[:AT_MOST]:
        if not on_the_other_side(activity, mine):
            continue
        due = activity.reported_at.date() + timedelta(days=OTHER_SIDE_DAYS) if activity.reported_at else None
        yield Waiting(
            _("Confirm the figures of the %(activity)s") % {"activity": activity.title},
            activity.partnership,
            due,
            activity.get_absolute_url(),
            _("Check the figures"),
        )


def to_correct(user: Any, roles: set[str]) -> Iterator[Waiting]:
    rows = activities(user).filter(status__in=[ActivityStatus.RETURNED, ActivityStatus.DISPUTED]).order_by("updated_at")
    for activity in rows[:AT_MOST]:
        if activity.status == ActivityStatus.DISPUTED and activity.reported_for_id not in institutions_of(user):
            continue
        yield Waiting(
            _("Correct the %(activity)s") % {"activity": activity.title}, activity.partnership, None, activity.get_absolute_url(), pgettext("button", "Open")
        )


def days_to_set(user: Any, roles: set[str]) -> Iterator[Waiting]:
    """Activities put off without new days."""
    for activity in activities(user, "activity.edit").filter(status=ActivityStatus.POSTPONED).exclude(partnership=None).order_by("updated_at")[:AT_MOST]:
        yield Waiting(
            _("Set new days: %(activity)s") % {"activity": activity.title},
            activity.partnership,
            None,
            f"{activity.get_absolute_url()}edit/",
            pgettext("button", "Open"),
        )


def presence_to_record(user: Any, roles: set[str]) -> Iterator[Waiting]:
    """Activities that are over while somebody on the list is still only registered."""
    for activity in presence_owed(activities(user, "participant.keep")).order_by("ends_on", "pk")[:AT_MOST]:
        yield Waiting(
            _("Who was present: %(activity)s") % {"activity": activity.title}, activity.partnership, activity.ends_on + timedelta(days=PRESENCE_DAYS),
            f"{activity.get_absolute_url()}presence/", _("Record presence"),
        )  # fmt: skip


def invitations_to_answer(user: Any, roles: set[str]) -> Iterator[Waiting]:
    """Invitations to workshops and seminars of the ministry, due a week before the first day."""
    mine = Invitation.objects.filter(institution__in=institutions_of(user), status=InvitationStatus.SENT, activity__starts_on__gt=today())
    rows = mine.exclude(activity__status__in=OFF).select_related("activity", "institution")
    for invitation in rows.order_by("activity__starts_on", "pk")[:AT_MOST]:
        due = max(invitation.activity.starts_on - timedelta(days=INVITATION_DAYS), today())
        yield Waiting(
            _("Answer the invitation: %(activity)s") % {"activity": invitation.activity.title}, str(invitation.institution), due, invitation.get_absolute_url(),
            pgettext("button", "Open"),
        )  # fmt: skip


def to_confirm_part(user: Any, roles: set[str]) -> Iterator[Waiting]:
    mine = institutions_of(user)
    rows = activities(user).filter(status=ActivityStatus.APPROVED, ends_on__gte=today(), parties__institution__in=mine, parties__confirmed_at=None)
    for activity in rows.distinct().order_by("starts_on")[:AT_MOST]:
        yield Waiting(
            _("Confirm that your institution takes part: %(activity)s") % {"activity": activity.title}, activity.partnership,
            activity.starts_on - timedelta(days=PART_DAYS), activity.get_absolute_url(), pgettext("button", "Open"),
        )  # fmt: skip


def to_give_opinion(user: Any, roles: set[str]) -> Iterator[Waiting]:
    for activity in activities(user).filter(status=ActivityStatus.SUBMITTED, region_opinion="").order_by("starts_on")[:AT_MOST]:
        yield Waiting(
            _("Give an opinion: %(activity)s") % {"activity": activity.title}, activity.partnership, activity.starts_on - timedelta(days=OPINION_DAYS),
            f"{activity.get_absolute_url()}opinion/", _("Give the opinion"),
        )  # fmt: skip


def to_decide(user: Any, roles: set[str]) -> Iterator[Waiting]:
    rows = list(
        activities(user)
        .filter(status__in=[ActivityStatus.SUBMITTED, ActivityStatus.COUNTER_CONFIRMED])
        .exclude(reported_by=user)
        .order_by("updated_at")[: 2 * AT_MOST]
    )
    since = dict(
        Change.objects.filter(
            object_type="activities.activity", object_id__in=[activity.pk for activity in rows], to_status__in=["submitted", "counter_confirmed"]
        )
        .values_list("object_id")
        .annotate(at=Max("at"))
    )
    for activity in rows:
        due = (since[activity.pk].date() if activity.pk in since else today()) + timedelta(days=DECISION_DAYS)
        if activity.status == ActivityStatus.SUBMITTED:
            yield Waiting(_("Decide: %(activity)s") % {"activity": activity.title}, activity.partnership, due, activity.get_absolute_url(), _("Decide"))
        else:
            yield Waiting(
                _("Validate: %(activity)s") % {"activity": activity.title}, activity.partnership, due, activity.get_absolute_url(), _("Check and validate")
            )


def to_approve_programmes(user: Any, roles: set[str]) -> Iterator[Waiting]:
    for programme in programmes_to_approve(user)[:AT_MOST]:
        yield Waiting(
            _("Approve the programme of %(year)s") % {"year": digits(str(programme.year))}, programme.partnership, date(programme.year - 1, 12, 31),
            programme.get_absolute_url(), _("Decide"),
        )  # fmt: skip


def programmes_to_correct(user: Any, roles: set[str]) -> Iterator[Waiting]:
    for programme in programmes_returned(user)[:AT_MOST]:
        yield Waiting(
            _("Correct the programme of %(year)s") % {"year": digits(str(programme.year))}, programme.partnership, None, programme.get_absolute_url(),
            pgettext("button", "Open"),
        )  # fmt: skip


def programmes_to_begin(user: Any, roles: set[str]) -> Iterator[Waiting]:
    """From November on: the own partnerships that have no programme for next year."""
    year = year_to_plan()
    if year is None:
        return
    mine = without_programme(agreements(user)).filter(partnership__parties__institution__in=institutions_of(user)).order_by("partnership", "pk")
    for partnership in {agreement.partnership_id: agreement.partnership for agreement in mine.distinct()[:AT_MOST]}.values():
        yield Waiting(
            _("Begin the programme of %(year)s") % {"year": digits(str(year))}, partnership, date(year - 1, 12, 31),
            f"{partnership.get_absolute_url()}programmes/new/?year={year}", _("Begin the programme"),
        )  # fmt: skip
