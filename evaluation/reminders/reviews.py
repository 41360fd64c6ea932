"""What waits for whoever has to look at it, and what was sent back to its author. R04, R12."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.policy import Role
from activities.actions import words_about as about_activity
from activities.choices import ActivityStatus, ProgrammeStatus, VisitorStatus
from activities.models import Activity, Programme, VisitorFile
from evaluation.choices import EvaluationStatus, PracticeStatus, ValueStatus
from evaluation.models import Evaluation, GoodPractice, IndicatorValue
from evaluation.reminders.audiences import Directory, PeopleOf
from evaluation.reminders.engine import Owed, each, trigger
from evaluation.reminders.words import moved_on, naming, of_parties, with_moves
from partnerships.choices import AgreementStatus, AmendmentStatus, InterestStatus
from partnerships.models import Agreement, Amendment, Interest

PLACE = ("institution__region", "institution__country", "institution__kind")


def activities(*statuses: str) -> Any:
    return with_moves(of_parties(Activity.objects.filter(status__in=statuses, partnership__isnull=False).with_people()), *statuses)


def programmes(*statuses: str) -> Any:
    return with_moves(of_parties(Programme.objects.filter(status__in=statuses), "agreement__partnership"), *statuses)


def visitor_files(*statuses: str) -> Any:
    rows = of_parties(VisitorFile.objects.filter(status__in=statuses, activity__partnership__isnull=False), "activity__partnership")
    return with_moves(rows, *statuses)


def measurements(*statuses: str) -> Any:
    return with_moves(of_parties(IndicatorValue.objects.filter(status__in=statuses)).select_related("indicator", *PLACE), *statuses)


def practices(*statuses: str) -> Any:
    return with_moves(of_parties(GoodPractice.objects.filter(status__in=statuses)), *statuses)


NAMES: dict[type, Callable[[Any], Any]] = {
    Agreement: lambda row: row.title,
    Amendment: lambda row: f"{row} · {row.agreement.title}",
    Activity: lambda row: row.title,
    Programme: lambda row: f"{Programme._meta.verbose_name} {row.year}",
    VisitorFile: lambda row: f"{VisitorFile._meta.verbose_name} · {row.activity.title}",
    IndicatorValue: lambda row: f"{row.indicator.code} · {row.indicator.name}",
    GoodPractice: lambda row: row.title,
    Evaluation: lambda row: row.get_kind_display(),
    Interest: lambda row: f"{Interest._meta.verbose_name} · {row.institution.name}",
}


def partnership_of(row: Any) -> Any:
    """The partnership around a row, through what it belongs to."""
    for name in ("agreement", "activity"):
        if not hasattr(row, "partnership") and hasattr(row, name):
            row = getattr(row, name)
    return getattr(row, "partnership", None)


def review(row: Any, on: date, *, reviewer: PeopleOf | None = None, superior: PeopleOf | None = None) -> Owed:
    """Somebody has to look at `row`: an officer and above them the head, unless others are named."""
    since = moved_on(row, on)
    people: dict[str, Any] = {**({"reviewer": reviewer} if reviewer else {}), **({"superior": superior} if superior else {})}
    partnership = partnership_of(row)
    words = naming(lambda: NAMES[type(row)](row), partnership, waits_since_on=since.isoformat())
    return Owed(row, partnership, since, "review_reminder", words, more_people=people)


@trigger("review_waiting", counts_from=_("the day it was handed in"), stops=_("it is decided or sent back"))
def reviews_waiting(on: date) -> Iterator[Owed]:
    """Whatever was handed in and waits for a visa, a check, a decision, counted from the day it came there."""
    visas = of_parties(Agreement.objects.filter(status=AgreementStatus.VISA)).prefetch_related("visas")
    yield from each(with_moves(visas, AgreementStatus.VISA), lambda agreement: visa_awaited(agreement, on))
    head: PeopleOf = lambda directory: directory.ministry(Role.HEAD)  # noqa: E731
    officers: PeopleOf = lambda directory: directory.ministry(Role.OFFICER)  # noqa: E731
    amendments = of_parties(Amendment.objects.filter(status=AmendmentStatus.REVIEW), "agreement__partnership")
    for rows in (
        with_moves(of_parties(Agreement.objects.filter(status=AgreementStatus.REVIEW)), AgreementStatus.REVIEW),
        with_moves(amendments, AmendmentStatus.REVIEW),
        activities(ActivityStatus.SUBMITTED),
        programmes(ProgrammeStatus.SUBMITTED),
        visitor_files(VisitorStatus.SUBMITTED),
        practices(PracticeStatus.SUBMITTED),
        with_moves(of_parties(Evaluation.objects.filter(status=EvaluationStatus.REVIEWED)), EvaluationStatus.REVIEWED),
    ):
        yield from each(rows, lambda row: review(row, on))
    for rows in (
        visitor_files(VisitorStatus.CHECKED),
        with_moves(of_parties(Evaluation.objects.filter(status=EvaluationStatus.VALIDATED)), EvaluationStatus.VALIDATED),
    ):
        yield from each(rows, lambda row: review(row, on, reviewer=head))
    yield from each(
        measurements(ValueStatus.SUBMITTED),
        lambda row: review(row, on, reviewer=lambda directory: directory.of(Role.DIRECTOR, [row.institution_id]), superior=officers),
    )


def visa_awaited(agreement: Agreement, on: date) -> Owed:
    """An agreement that waits for the visa of some directors; above them stands the directorate of their region."""
    given = {visa.institution_id for visa in agreement.visas.all()}
    silent = [party.institution for party in agreement.partnership.parties.all() if party.institution_id not in given]
    regions = {key for place in silent for key in place.party_region_ids}
    return review(
        agreement, on, reviewer=lambda directory: directory.of(Role.DIRECTOR, [place.pk for place in silent]),
        superior=lambda directory: directory.of(Role.REGION, regions),
    )  # fmt: skip


# --- Sent back ----------------------------------------------------------------------------------------------------


@trigger("returned_item", counts_from=_("the day it came back"), stops=_("it is corrected and handed in again"))
def items_returned(on: date) -> Iterator[Owed]:
    """Whatever was sent back or disputed, counted from the day it came back."""
    sent_back = activities(ActivityStatus.RETURNED, ActivityStatus.DISPUTED).select_related("reported_by", "created_by")
    yield from each(sent_back, lambda activity: activity_returned(activity, on))
    for rows in (programmes(ProgrammeStatus.RETURNED), visitor_files(VisitorStatus.RETURNED), practices(PracticeStatus.RETURNED)):
        yield from each(rows, lambda row: returned(row, on, author=row.created_by_id))
    yield from each(measurements(ValueStatus.RETURNED), lambda row: returned(row, on, author=row.recorded_by_id, institution=row.institution))
    interests = Interest.objects.filter(status=InterestStatus.RETURNED).select_related(*PLACE)
    yield from each(with_moves(interests, InterestStatus.RETURNED), lambda row: returned(row, on, institution=row.institution))


def activity_returned(activity: Activity, on: date) -> Owed:
    people = {"author": author_or_coordinators(activity.reported_by_id or activity.created_by_id, activity.partnership.party_ids)}
    words = lambda: about_activity(activity)  # noqa: E731 – asked only when somebody is told
    return Owed(activity, activity.partnership, moved_on(activity, on), "activity_returned_reminder", words, more_people=people)


def returned(row: Any, on: date, *, author: int | None = None, institution: Any = None) -> Owed:
    partnership = partnership_of(row)
    places = {institution.pk} if institution else partnership.party_ids if partnership else set()
    words = naming(lambda: NAMES[type(row)](row), partnership)
    people = {"author": author_or_coordinators(author, places)}
    return Owed(row, partnership, moved_on(row, on), "returned_reminder", words, more_people=people, institution=institution)


def author_or_coordinators(author: int | None, places: set[int]) -> PeopleOf:
    """Who wrote it; whoever coordinates there now, when nobody is named or the author holds no role any more."""

    def find(directory: Directory) -> list[Any]:
        return directory.active(author) or directory.of(Role.COORDINATOR, places)

    return find
