"""What several reports list: what is late, what ends soon, the two ends of a partnership."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.models import Activity
from core.exporters import Column
from core.formats import today
from evaluation.indicators import rows
from evaluation.models import ActionPoint, Evaluation
from partnerships.models import Agreement
from partnerships.models.agreement import ENDS_SOON_DAYS
from partnerships.querysets import with_partnership
from reports.headline import ends_of
from reports.registry import Asked
from support.models import SupportRequest, Tranche

LATE_COLUMNS = (
    Column("sort", gettext_lazy("What is late"), 22), Column("what", gettext_lazy("Subject"), 44), Column("partnership", gettext_lazy("Partnership"), 14),
    Column("with", gettext_lazy("With"), 40), Column("due_on", gettext_lazy("Due on"), 14), Column("days", gettext_lazy("Days late"), 9),
)  # fmt: skip
ENDING_COLUMNS = (
    Column("agreement", gettext_lazy("Agreement"), 30), Column("partnership", gettext_lazy("Partnership"), 14),
    Column("sender", gettext_lazy("Supporting institution"), 34), Column("host", gettext_lazy("Benefiting institution"), 34),
    Column("ends_on", gettext_lazy("Ends on"), 14), Column("days", gettext_lazy("Days left"), 9),
)  # fmt: skip


def of_partnerships(asked: Asked, found: QuerySet) -> QuerySet:
    """Rows of the partnerships that a report is about."""
    return found.filter(rows.partnership_place(asked.scope))


def late_rows(asked: Asked) -> list[list[Any]]:
    """What should be done by now and is not, the longest overdue first. The period, when there is one, bounds the due days.

    Missing reports of days, evaluations that are not answered, action points, payments that are not justified. Eleven queries at most.
    """
    found: list[list[Any]] = [line for source in (late_reports, late_evaluations, late_points, late_justifications) for line in source(asked)]
    start, end = asked.period.start, asked.period.end
    wanted = [line for line in found if (not start or line[4] >= start) and (not end or line[4] <= end)]
    return sorted(wanted, key=lambda line: (line[4], line[2], line[1]))


def late_line(sort: str, what: str, thing: Any, due_on: date) -> list[Any]:
    partnership = thing.partnership
    return [sort, what, partnership.code if partnership else "", partnership.title if partnership else "", due_on, (today() - due_on).days]


def late_reports(asked: Asked) -> Iterator[list[Any]]:
    scope = asked.scope
    days = Activity.objects.visible_to(asked.user).report_overdue().filter(rows.activity_place(scope) & rows.of_specialty(scope))
    for activity in with_partnership(days).order_by("ends_on", "pk"):
        yield late_line(_("Report of an activity"), activity.title, activity, activity.report_due_on)


def late_evaluations(asked: Asked) -> Iterator[list[Any]]:
    for evaluation in with_partnership(of_partnerships(asked, Evaluation.objects.visible_to(asked.user).overdue())).order_by("due_on", "pk"):
        yield late_line(_("Answers to an evaluation"), str(evaluation.get_kind_display()), evaluation, evaluation.due_on)


def late_points(asked: Asked) -> Iterator[list[Any]]:
    for point in with_partnership(of_partnerships(asked, ActionPoint.objects.visible_to(asked.user).overdue())).order_by("due_on", "pk"):
        yield late_line(_("Action point"), point.text, point, point.due_on)


def late_justifications(asked: Asked) -> Iterator[list[Any]]:
    scope = asked.scope
    place = rows.institution_place(scope.narrowed(partnership=None))
    wanted = SupportRequest.objects.visible_to(asked.user).filter(place)
    if scope.partnership:
        wanted = wanted.filter(partnership=scope.partnership)
    late = Tranche.objects.overdue().filter(request__in=wanted.values("pk")).select_related("request__institution", "request__partnership")
    for tranche in late.order_by("justify_by", "pk"):
        request = tranche.request
        code = request.partnership.code if request.partnership else ""
        yield [_("Justification of a payment"), request.title, code, request.institution.name, tranche.justify_by, (today() - tranche.justify_by).days]


def ending(asked: Asked) -> QuerySet[Agreement]:
    """Agreements in force that end within 90 days, the next one first."""
    found = of_partnerships(asked, Agreement.objects.visible_to(asked.user).ending_within(ENDS_SOON_DAYS))
    return with_partnership(found).by_last_day()


def ending_line(agreement: Agreement) -> list[Any]:
    return [
        agreement.title,
        agreement.partnership.code,
        *ends_of(agreement.partnership),
        agreement.last_day,
        max(0, (agreement.last_day - today()) // timedelta(days=1)),
    ]
