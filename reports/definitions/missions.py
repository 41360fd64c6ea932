"""The balance of a quarter: every mission that was planned for it, and what came of it."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.choices import ActivityStatus
from activities.choices import Part as People
from activities.kinds import missions
from activities.models import Activity
from core.exporters import Column
from evaluation.indicators import rows
from reports.headline import ends_of
from reports.registry import Asked, Part, Report, register

COLUMNS = (
    Column("partnership", gettext_lazy("Partnership"), 14), Column("kind", gettext_lazy("Kind"), 16),
    Column("sender", gettext_lazy("Supporting institution"), 30), Column("host", gettext_lazy("Benefiting institution"), 30),
    Column("starts_on", gettext_lazy("First day"), 13), Column("ends_on", gettext_lazy("Last day"), 13), Column("status", gettext_lazy("Status"), 18),
    Column("consultations", gettext_lazy("Consultations"), 12), Column("operations_planned", gettext_lazy("Operations planned"), 12),
    Column("operations", gettext_lazy("Operations"), 12), Column("trained", gettext_lazy("Trained"), 10),
)  # fmt: skip
NOT_PLANNED = (ActivityStatus.DRAFT, ActivityStatus.SUBMITTED, ActivityStatus.RETURNED)  # nobody has approved them


def wanted(asked: Asked) -> QuerySet[Activity]:
    """The missions of the period that were approved, whatever became of them."""
    scope = asked.scope
    found = Activity.objects.visible_to(asked.user).filter(rows.in_activities()((scope, asked.period)), kind__in=missions())
    return found.exclude(status__in=NOT_PLANNED)


def lines(asked: Asked) -> Iterator[list[Any]]:
    found = wanted(asked).with_people().prefetch_related("results", "participants")
    for activity in found.order_by("starts_on", "pk").iterator(chunk_size=500):
        done = list(activity.results.all())
        trained = sum(head.count for head in activity.participants.all() if head.part == People.TRAINED and head.is_counted)
        yield [
            activity.partnership.code if activity.partnership else "", str(activity.get_kind_display()), *ends_of(activity), activity.starts_on, activity.ends_on,
            str(activity.status_label), sum(row.consultations for row in done), activity.planned_operations or sum(row.operations_planned for row in done),
            sum(row.operations_done for row in done), trained,
        ]  # fmt: skip


def balance(asked: Asked) -> Part:
    """How many missions there were, by what became of them."""
    found: Counter[tuple[str, str]] = Counter()
    for activity in wanted(asked).only("kind", "status", "starts_on", "ends_on").order_by().iterator(chunk_size=2000):
        found[activity.phase, str(activity.status_label)] += 1
    columns = (Column("status", _("Status"), 34), Column("missions", _("Missions"), 12))
    table = [[label[:1].upper() + label[1:], count] for (_phase, label), count in sorted(found.items(), key=lambda item: (-item[1], item[0]))]
    return Part("balance", _("Missions by status"), columns, table, bars=("missions",), empty=_("No mission was approved for this period."))


def kinds(asked: Asked) -> Part:
    """What was done by kind of mission; only what is validated counts."""
    sums: dict[str, list[int]] = {}
    for line in lines(asked):
        if line[6] == str(ActivityStatus.VALIDATED.label):
            mine = sums.setdefault(line[1], [0, 0, 0, 0])
            for place, value in enumerate([1, line[7], line[9], line[10]]):
                mine[place] += value
    columns = (
        Column("kind", _("Kind"), 30), Column("missions", _("Missions"), 12), Column("consultations", _("Consultations"), 12),
        Column("operations", _("Operations"), 12), Column("trained", _("Trained"), 12),
    )  # fmt: skip
    table = [[label[:1].upper() + label[1:], *figures] for label, figures in sorted(sums.items(), key=lambda item: -item[1][0])]
    return Part("kinds", _("Validated missions by kind"), columns, table, bars=("missions",), empty=_("No mission of this period is validated yet."))


def every_mission(asked: Asked) -> Part:
    return Part("missions", _("The missions"), COLUMNS, lines(asked), empty=_("No mission was approved for this period."))


register(
    Report(
        "missions", gettext_lazy("Balance of missions"), gettext_lazy("The missions of a quarter: planned, held, reported, validated, and what they did."),
        "activity.view", ("period", "region", "specialty"), sections=(balance, kinds, every_mission), rhythm="quarterly",
    )
)  # fmt: skip
