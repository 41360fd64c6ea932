"""What is owed around activities: programmes, days that approach, reports, follow-up of treated people, visitors' papers. R08–R14, R21."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.db.models import Count, Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.policy import Role
from activities.actions import words_about as about_activity
from activities.choices import ActivityStatus, Part, ProgrammeStatus, VisitorStatus
from activities.execution import planning
from activities.lifecycle import needs_licences, visitors_without_licence
from activities.models import Activity, FollowUpCase, FollowUpCheck, Participant, Professional, Programme, VisitorFile
from activities.querysets import REPORT_DUE_DAYS
from core.folding import fold
from evaluation.reminders.audiences import SENDING, Directory
from evaluation.reminders.engine import HORIZON, Owed, each, in_batches, trigger
from evaluation.reminders.words import moved_on, of_parties, with_moves
from partnerships.actions import words_about_agreement
from partnerships.models import Agreement, Department

AHEAD = (ActivityStatus.APPROVED, ActivityStatus.CONFIRMED)
HANDED_IN = (ProgrammeStatus.SUBMITTED, ProgrammeStatus.APPROVED)


def activities(**where: Any) -> Any:
    return of_parties(Activity.objects.filter(**where).with_people())


@trigger("annual_programme_missing", counts_from=_("the last day of the year before"), stops=_("the programme is handed in"))
def programmes_missing(on: date) -> Iterator[Owed]:
    """Agreements that owe a programme of a year, where neither they nor another of their partnership has handed one in."""
    for year in (on.year, on.year + 1):
        handed_in = Programme.objects.filter(agreement__partnership=OuterRef("partnership"), year=year, status__in=HANDED_IN)
        rows = of_parties(planning(Agreement.objects.all(), year).exclude(Exists(handed_in)))
        yield from each(rows, partial(programme_of, year=year, turn=date(year - 1, 12, 31)))


def programme_of(agreement: Agreement, *, year: int, turn: date) -> Owed:
    return Owed(agreement, agreement.partnership, turn, "programme_reminder", lambda: words_about_agreement(agreement, year=year))


@trigger("activity_approaching", counts_from=_("the first day of the activity"), stops=_("the activity has begun, or is postponed or cancelled"))
def activities_approaching(on: date) -> Iterator[Owed]:
    """Approved days ahead: for the team and the hosts; for the ministry only while a side has not confirmed."""
    ahead = activities(status__in=AHEAD, partnership__isnull=False, starts_on__gte=on, starts_on__lte=on + HORIZON)

    def make(activity: Activity) -> Owed:
        people: dict[str, Any] = {"team": lambda directory: team_of(activity, directory)}
        if activity.status == ActivityStatus.CONFIRMED:
            people["officers"] = []
        return Owed(
            activity, activity.partnership, activity.starts_on, "activity_approaching", partial(words_ahead, activity),
            more_people=people, events={"officers": "activity_unconfirmed"},
        )  # fmt: skip

    return each(ahead, make)


def words_ahead(activity: Activity) -> dict[str, Any]:
    days = {"starts_on": activity.starts_on.isoformat(), "ends_on": activity.ends_on.isoformat()}
    return {**about_activity(activity), **days}


def team_of(activity: Activity, directory: Directory) -> list[User]:
    """The members of the team who have a login, and the coordinators of the supporting side."""
    named = Participant.objects.filter(activity=activity, part=Part.TEAM, professional__user__isnull=False).values_list("professional__user", flat=True)
    leader = activity.leader.user_id if activity.leader else None
    places = [party.institution_id for party in activity.partnership.parties.all() if party.side in SENDING]
    people = {person.pk: person for person in [*directory.active(*named, leader), *directory.of(Role.COORDINATOR, places)]}
    return list(people.values())


@trigger("activity_report", counts_from=_("the last day of the activity"), stops=_("its results are reported"))
def reports_owed(on: date) -> Iterator[Owed]:
    """Activities that are over and that nobody reported; the rule counts from their last day."""
    owed = of_parties(Activity.objects.report_owed(on).filter(partnership__isnull=False).with_people())

    def make(activity: Activity) -> Owed:
        due = activity.ends_on + timedelta(days=REPORT_DUE_DAYS)
        words = lambda: about_activity(activity, report_due_on=due.isoformat())  # noqa: E731 – asked only when somebody is told
        return Owed(activity, activity.partnership, activity.ends_on, "activity_report_reminder", words)

    return each(owed, make)


@trigger("report_to_validate", counts_from=_("the day both sides agreed on the figures"), stops=_("the figures are validated"))
def reports_to_validate(on: date) -> Iterator[Owed]:
    """Reports confirmed by both sides that wait for the ministry, counted from the day of the confirmation."""
    waiting = with_moves(activities(status=ActivityStatus.COUNTER_CONFIRMED, partnership__isnull=False), ActivityStatus.COUNTER_CONFIRMED)
    return each(
        waiting, lambda activity: Owed(activity, activity.partnership, moved_on(activity, on), "activity_validate_reminder", lambda: about_activity(activity))
    )


# --- People who were treated or transferred: counts only ----------------------------------------------------------


@trigger("treated_follow_up", counts_from=_("the day on which the people are to be seen"), stops=_("what was found is recorded for each of them"))
def checks_owed(on: date) -> Iterator[Owed]:
    """Checks at day 7, 30, 90 or 365 that nobody has recorded: one thing for each mission, place and day."""
    owed = FollowUpCheck.objects.filter(outcome="", due_on__lte=on)
    missions = activities().filter(Exists(owed.filter(case__activity=OuterRef("pk"))))
    for activity in in_batches(missions):
        groups = owed.filter(case__activity=activity).values_list("case__institution", "day", "due_on").annotate(count=Count("pk"))
        for place, day, due_on, count in groups.order_by("due_on", "day", "case__institution"):
            yield checks_of(activity, place, day, due_on, count)


def checks_of(activity: Activity, place: int, day: int, due_on: date, count: int) -> Owed:
    def heads(directory: Directory) -> list[User]:
        return department_heads(activity, place, due_on, directory) or directory.of(Role.DIRECTOR, [place])

    return Owed(
        activity, activity.partnership, due_on, "follow_up_reminder", lambda: about_activity(activity, day=day, count=count, due_on=due_on.isoformat()),
        more_people={"host_coordinators": lambda directory: directory.of(Role.COORDINATOR, [place]), "department_head": heads}, mark=f"d{day}p{place}",
    )  # fmt: skip


def department_heads(activity: Activity, place: int, due_on: date, directory: Directory) -> list[User]:
    """The heads of the departments of these people's specialties at a place, where the one who is named has a login there."""
    cases = FollowUpCase.objects.filter(activity=activity, institution=place, checks__due_on=due_on)
    named = {
        fold(name) for name in Department.objects.filter(institution=place, specialty__in=cases.values("specialty")).values_list("head", flat=True) if name
    }
    there = Professional.objects.filter(institution=place, user__isnull=False).values_list("user", "name", "latin_name") if named else ()
    return directory.active(*(user for user, name, latin in there if {fold(name), fold(latin)} & named))


@trigger("transfer_open", counts_from=_("the day of the transfer"), stops=_("the transfer is closed"))
def transfers_open(on: date) -> Iterator[Owed]:
    """Transferred people of whom nobody has said what became of them: one thing for each mission and day."""
    open_ = FollowUpCase.objects.open_transfers().filter(treated_on__lte=on)
    missions = activities().filter(Exists(open_.filter(activity=OuterRef("pk"))))
    for activity in in_batches(missions):
        for day, count in open_.filter(activity=activity).values_list("treated_on").annotate(count=Count("pk")).order_by("treated_on"):
            words = partial(about_activity, activity, count=count, transferred_on=day.isoformat())
            yield Owed(activity, activity.partnership, day, "transfer_reminder", words)


# --- Specialists from abroad --------------------------------------------------------------------------------------


@trigger("mission_papers", counts_from=_("the first day of the mission"), stops=_("every visiting specialist is licensed"))
def papers_missing(on: date) -> Iterator[Owed]:
    """Missions that could not be confirmed for want of licences, and files of other visitors that are not licensed yet."""
    ahead = activities(status__in=[ActivityStatus.SUBMITTED, *AHEAD], partnership__isnull=False, starts_on__gte=on, starts_on__lte=on + HORIZON)
    files = VisitorFile.objects.filter(activity=OuterRef("pk"))
    unlicensed = files.exclude(status__in=[VisitorStatus.LICENSED, VisitorStatus.REFUSED]).order_by().values("activity")
    rows = ahead.annotate(
        has_licence=Exists(files.filter(status=VisitorStatus.LICENSED)),
        open_count=unlicensed.annotate(count=Count("pk")).values("count"),
    )  # fmt: skip

    def make(activity: Activity) -> Owed | None:
        is_needed = needs_licences(activity)
        count = len(visitors_without_licence(activity)) if is_needed else activity.open_count or 0
        if not count and (activity.has_licence or not is_needed):
            return None
        words = partial(about_activity, activity, starts_on=activity.starts_on.isoformat(), count=count)
        return Owed(activity, activity.partnership, activity.starts_on, "mission_papers_reminder", words)

    return each(rows, make)
