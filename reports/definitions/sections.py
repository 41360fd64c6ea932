"""The parts that narrative reports are made of. Each is a function (asked) → Part, or None where it has nothing for this person.

Figures are those of the dashboard and of the indicators; nothing is counted here a second way.
"""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from itertools import islice
from typing import Any

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.policy import scope_for
from core.exporters import Column
from core.formats import day, digits, month_name, number, today
from core.money import decimals
from core.profile import home
from evaluation.choices import VALIDATED_OR_LATER
from evaluation.indicators import Period, measure, rows, unit_name
from evaluation.indicators.typed import places_of
from evaluation.models import Evaluation, Indicator
from evaluation.reading import difficulties
from partnerships.models import Decision, Partnership, ServiceLine
from partnerships.models.agreement import ENDS_SOON_DAYS
from reports.definitions.lines import ENDING_COLUMNS, LATE_COLUMNS, ending, ending_line, late_rows, of_partnerships
from reports.headline import HEADLINES, by_month, by_region, by_specialty, ends_of, regions_covered, results
from reports.registry import Asked, Part
from support.indicators import sums as support_sums

AT_MOST = 15  # lines of a list inside a narrative; the registers have all of them
WORDS_AT_MOST = 400  # characters of a text that people wrote
FURTHER = ("TW08", "TW20", "TW22", "TW34", "TW35", "TW36", "TW38", "TW39")


def compared(asked: Asked, *figures: Column) -> tuple[Column, ...]:
    """The columns of figures beside those of the stretch before, where there is one."""
    now = Column("now", asked.period_words, 16)
    if asked.before is None:
        return (*figures, now)
    return (*figures, now, Column("before", asked.before.label, 16), Column("difference", _("Difference"), 14))


def figures_of(asked: Asked, codes: list[str]) -> dict[str, list[float | None]]:
    """{code: [figure, and that of the stretch before]}: both of an indicator are asked at once."""
    scope = asked.scope
    periods = [asked.period, *([asked.before] if asked.before else [])]
    return {code: [figure.value for figure in measure(code, [(scope, period) for period in periods])] for code in codes}


def with_difference(values: list[Any]) -> list[Any]:
    if len(values) < 2:
        return values
    now, then = values
    return [now, then, None if now is None or then is None else now - then]


def headline_figures(asked: Asked) -> Part:
    """The seven figures, beside those of the stretch before."""
    found = figures_of(asked, [figure.code for figure in HEADLINES])
    lines = [[str(figure.label), *with_difference([int(value or 0) for value in found[figure.code]])] for figure in HEADLINES]
    words = [_("Validated activities only.")]
    if asked.before:
        words.append(_("Compared with %(period)s.") % {"period": asked.before.label})
    if not asked.partnership and not asked.institution and not asked.region:
        covered = regions_covered(asked.user, asked.chosen)
        words.append(_("Benefiting regions covered: %(reached)s of %(all)s.") % {"reached": number(covered["reached"]), "all": number(covered["all"])})
    return Part("figures", _("Headline figures"), compared(asked, Column("figure", _("Figure"), 40)), lines, words, signed=("difference",))


def months(asked: Asked) -> Part:
    """Operations by month of the year in which the period ends, and of the year before."""
    year = (asked.period.end or today()).year
    found = by_month(asked.user, asked.chosen, year)
    columns = (Column("month", _("Month"), 16), Column("now", digits(str(year)), 12), Column("then", digits(str(year - 1)), 12))
    last = today().month if year == today().year else 12  # a month that has not come has no figure yet
    lines = [[month_name(row["month"]), row["now"] if row["month"] <= last else None, row["before"]] for row in found]
    lines = lines if any(row["now"] or row["before"] for row in found) else []
    empty = _("No operation was validated in these two years for this choice.")
    return Part("months", _("Surgical operations by month"), columns, lines, bars=("now",), months=True, empty=empty)


def specialties(asked: Asked) -> Part | None:
    if asked.specialty:
        return None
    columns = (Column("specialty", _("Specialty"), 34), Column("operations", _("Operations"), 14), Column("consultations", _("Consultations"), 14))
    lines = [[row["specialty"].name, row["operations"], row["consultations"]] for row in by_specialty(asked.user, asked.chosen, AT_MOST)]
    return Part("specialties", _("By specialty"), columns, lines, bars=("operations",), empty=_("No result was validated for this choice."))


def regions(asked: Asked) -> Part | None:
    if asked.region or asked.partnership or asked.institution:
        return None
    columns = (Column("region", _("Benefiting region"), 34), Column("activities", _("Activities"), 14))
    lines = [[row["region"].name, row["missions"]] for row in by_region(asked.user, asked.chosen, AT_MOST)]
    words = [_("Regions as divided on %(day)s.") % {"day": day(asked.chosen.divided_on)}]
    return Part("regions", _("By benefiting region"), columns, lines, words, bars=("activities",), empty=_("No activity was validated for this choice."))


def indicators(asked: Asked) -> Part | None:
    """Some further indicators that the portal computes."""
    known = {indicator.code: indicator for indicator in Indicator.objects.filter(code__in=FURTHER)}
    codes = [code for code in FURTHER if code in known]
    if not codes:
        return None
    found = figures_of(asked, codes)
    lines = []
    for code in codes:
        places = places_of(known[code])
        values = [None if value is None else round(value, places) if places else round(value) for value in found[code]]
        lines.append([known[code].name, unit_name(known[code]), *with_difference(values)])
    columns = compared(asked, Column("indicator", _("Indicator"), 40), Column("unit", _("Unit"), 12))
    return Part("indicators", _("Further indicators"), columns, lines, [_("A dash: nothing to say it of yet.")], signed=("difference",))


def places(asked: Asked) -> Part | None:
    """The partnerships with most results in the period."""
    if asked.partnership or not asked.may("partnership.view"):
        return None
    seen = Partnership.objects.visible_to(asked.user)
    found = (
        results(asked.user, asked.chosen).filter(activity__partnership__in=seen.values("pk")).order_by().values_list("activity__partnership")
        .annotate(operations=Sum("operations_done"), consultations=Sum("consultations")).order_by("-operations", "-consultations", "activity__partnership")
    )  # fmt: skip
    lines = list(found[:AT_MOST])
    names = {row.pk: row for row in seen.filter(pk__in=[key for key, *_rest in lines]).with_people()}
    columns = (
        Column("partnership", _("Partnership"), 14), Column("sender", _("Supporting institution"), 34), Column("host", _("Benefiting institution"), 34),
        Column("operations", _("Operations"), 12), Column("consultations", _("Consultations"), 12),
    )  # fmt: skip
    table = [[names[key].code, *ends_of(names[key]), operations, consultations] for key, operations, consultations in lines]
    return Part("partnerships", _("Partnerships with most results"), columns, table, empty=_("No result was validated for this choice."))


def services(asked: Asked) -> Part | None:
    """How far the services of a partnership, an institution or a specialty have come on the autonomy ladder."""
    if not asked.may("partnership.view") or not (asked.partnership or asked.institution or asked.specialty):
        return None
    found = of_partnerships(asked, ServiceLine.objects.visible_to(asked.user)).select_related("specialty", "partnership").order_by("partnership__code", "pk")
    if asked.specialty:
        found = found.filter(specialty=asked.specialty)
    columns = (
        Column("partnership", _("Partnership"), 14), Column("service", _("Service"), 34), Column("rung", _("Autonomy"), 26), Column("aim", _("Aim"), 26),
        Column("until", _("Aimed at for"), 14),
    )  # fmt: skip
    lines = [[line.partnership.code, str(line), line.get_rung_display(), line.get_target_rung_display(), line.target_on] for line in found[:AT_MOST]]
    return Part("services", _("Services on the autonomy ladder"), columns, lines, empty=_("No service is followed yet."))


def money_spent(asked: Asked) -> Part | None:
    """What was granted in the period, and what of it was paid and justified since, in the home currency."""
    reach = scope_for(asked.user, "support.view")
    if not reach:
        return None
    cells = [(asked.scope.narrowed(reach=reach), period) for period in [asked.period, *([asked.before] if asked.before else [])]]
    found = support_sums(cells)
    places_ = decimals(home().currency)
    labels = {"granted": _("Granted"), "paid": _("Paid since"), "justified": _("Justified since")}
    lines = [[label, *with_difference([round(Decimal(one[name]), places_) for one in found])] for name, label in labels.items()]
    title = _("Support, in %(currency)s") % {"currency": home().currency}
    return Part("support", title, compared(asked, Column("amount", _("Amount"), 40)), lines, signed=("difference",))


def late(asked: Asked) -> Part | None:
    """What is late today, whatever the period."""
    if not asked.may("activity.view"):
        return None
    found = late_rows(Asked(asked.user, Period(), asked.region, asked.specialty, asked.institution, asked.partnership))
    words = [ngettext("%(count)s thing is late.", "%(count)s things are late.", len(found)) % {"count": number(len(found))}] if found else []
    title = _("What is late on %(day)s") % {"day": day(today())}
    return Part("late", title, LATE_COLUMNS, found[:AT_MOST], words, more=max(0, len(found) - AT_MOST), empty=_("Nothing is late."))


def ends_soon(asked: Asked) -> Part | None:
    if not asked.may("agreement.view"):
        return None
    found = ending(asked)
    count = found.order_by().count()
    words = [_("Agreements in force that end by %(day)s.") % {"day": day(today() + timedelta(days=ENDS_SOON_DAYS))}] if count else []
    lines = [ending_line(row) for row in found[:AT_MOST]]
    return Part("ending", _("What ends soon"), ENDING_COLUMNS, lines, words, more=max(0, count - AT_MOST), empty=_("No agreement ends within 90 days."))


def concluded(asked: Asked) -> QuerySet[Evaluation]:
    """Evaluations of the period whose conclusions were validated."""
    found = of_partnerships(asked, Evaluation.objects.visible_to(asked.user)).filter(status__in=VALIDATED_OR_LATER)
    return found.filter(asked.period.within("due_on"))


def named_difficulties(asked: Asked) -> Part | None:
    """Which difficulties joint reviews named, by area, with the latest words."""
    if not asked.may("evaluation.view"):
        return None
    groups = difficulties(concluded(asked), "region")
    columns = (Column("area", _("Area"), 30), Column("partnerships", _("Partnerships"), 12), Column("words", _("In the words of the latest review"), 60))
    lines = [[group.label, group.count, shortened(group.texts[0].text)] for group in groups]
    return Part("difficulties", _("Difficulties"), columns, lines, bars=("partnerships",), empty=_("No joint review of this period named a difficulty."))


def decisions(asked: Asked) -> Part | None:
    """What joint reviews and committee meetings decided, the latest first."""
    if not asked.may("evaluation.view"):
        return None
    reviews = concluded(asked).exclude(decisions="").select_related("partnership").order_by("-due_on", "-pk")[:AT_MOST]
    seen = Partnership.objects.visible_to(asked.user).filter(rows.partnership_place(asked.scope, "pk"))
    met = Decision.objects.filter(asked.period.within("meeting__held_on"), meeting__partnership__in=seen.values("pk"))
    found = [(row.due_on, row.partnership.code, _("Joint review"), row.decisions) for row in reviews]
    for row in met.select_related("meeting__partnership").order_by("-meeting__held_on", "-pk")[:AT_MOST]:
        found.append((row.meeting.held_on, row.meeting.partnership.code, _("Committee"), row.text))
    columns = (
        Column("on", _("Date"), 14), Column("partnership", _("Partnership"), 14), Column("where", pgettext("of a decision", "Taken by"), 16),
        Column("decision", _("Decision"), 70),
    )  # fmt: skip
    latest = sorted(found, key=lambda line: (line[0], line[1]), reverse=True)
    lines = [[*line[:3], shortened(line[3])] for line in islice(latest, AT_MOST)]
    return Part("decisions", _("Decisions"), columns, lines, empty=_("No decision was written down in this period."))


def shortened(text: str) -> str:
    """One paragraph of at most so many characters."""
    line = " ".join(text.split())
    return line if len(line) <= WORDS_AT_MOST else f"{line[: WORDS_AT_MOST - 1].rsplit(' ', 1)[0]}…"


WHOLE: tuple[Callable[[Asked], Part | None], ...] = (
    headline_figures, months, specialties, regions, places, services, indicators, money_spent, late, ends_soon, named_difficulties, decisions,
)  # fmt: skip
