"""What stands on the paper of a report: the words of its parts, for PDF and Word alike."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.policy import scope_for
from core.charts import told
from core.formats import day, joined, moment, number, today
from core.profile import home
from core.seals import spaced
from core.typesetting import qr_svg
from partnerships.models import Institution, Partnership, Region
from reports.registry import Asked, Part, Report

MOST_ON_PAPER = 2_000  # lines of one table; a spreadsheet has all of them
SHORT = 18  # characters of what stays on one line: codes, days, amounts
LANDSCAPE_FROM = 170  # characters of the widest table


def cell(value: Any, *, is_signed: bool = False) -> str:
    """A plain value as people read it."""
    if value is None or value == "":
        return "—"
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        places = max(0, -int(value.as_tuple().exponent)) if isinstance(value, Decimal) else 0 if value == int(value) else 1
        return f"\u2066+{told(value, places)}\u2069" if is_signed and value > 0 else told(value, places)
    return str(value)


def is_figure(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def reach_words(asked: Asked, action: str) -> str:
    """Within what the figures were counted: what the asker may see."""
    reach = scope_for(asked.user, action)
    if reach.everything:
        return _("the whole country")
    names = [place.name for place in Institution.objects.filter(pk__in=reach.institutions | reach.twinned).order_by("sort_key", "pk")]
    names += [region.name for region in Region.objects.filter(pk__in=reach.regions)]
    names += [one.code for one in Partnership.objects.filter(pk__in=reach.partnerships).order_by("code")]
    return joined(names)


def facts(report: Report, asked: Asked) -> list[list[str]]:
    """Lines of (label, value) under the title."""
    lines = [[_("Period"), asked.period_words]]
    for label, thing in ((_("Region"), asked.region), (_("Institution"), asked.institution), (_("Specialty"), asked.specialty)):
        if thing is not None:
            lines.append([label, thing.name])
    if asked.partnership is not None:
        lines.append([_("Partnership"), f"{asked.partnership.code} · {asked.partnership.title}"])
    lines.append([_("Counted within"), reach_words(asked, report.permission)])
    lines.append([_("Made on"), day(today())])
    return lines


def table_words(part: Part, lines: Sequence[Sequence[Any]]) -> dict[str, Any]:
    """The table of a part in words, with the widths of its bars in percent of the longest."""
    keys = [column.key for column in part.columns]
    figures = [any(is_figure(line[place]) for line in lines) for place in range(len(keys))]
    signed = {keys.index(key) for key in part.signed if key in keys}
    drawn = [keys.index(key) for key in part.bars if key in keys]
    bars: list[float] = []
    for place in drawn[:1]:
        longest = max((float(line[place]) for line in lines if is_figure(line[place])), default=0)
        bars = [round(100 * float(line[place] or 0) / longest, 1) if longest and is_figure(line[place]) else 0 for line in lines]
    words = [[cell(value, is_signed=place in signed) for place, value in enumerate(line)] for line in lines]
    head = [str(column.label) for column in part.columns]
    longest_words = [max((len(line[place]) for line in words), default=0) for place in range(len(keys))]
    return {
        "head": head, "figures": figures, "rows": words, "bars": bars, "beside": drawn[0] if bars else 0,
        "widths": [max(column.width, length + 4) if length <= SHORT else column.width for column, length in zip(part.columns, longest_words, strict=True)],
        "is_short": [max(length, len(label)) <= SHORT for length, label in zip(longest_words, head, strict=True)],
    }  # fmt: skip


def part_words(part: Part) -> dict[str, Any]:
    """One part; reads its rows, at most so many."""
    rows: Iterable[Sequence[Any]] = iter(part.rows)
    lines = list(islice(rows, MOST_ON_PAPER))
    further = part.more + sum(1 for _line in rows)
    notes = list(part.words)
    if further:
        notes.append(ngettext("One more line is in the register.", "%(count)s more lines are in the register.", further) % {"count": number(further)})
    made = {"title": part.title, "notes": notes, "empty": part.empty if not lines else "", "months": [], **table_words(part, lines)}
    if part.months and lines:
        top = max(max(int(line[1] or 0), int(line[2])) for line in lines) or 1
        made["months"] = [{"label": str(line[0]), "now": round(100 * (line[1] or 0) / top, 1), "then": round(100 * line[2] / top, 1)} for line in lines]
        made["bars"] = []
    return made


def paper(report: Report, asked: Asked, language: str, *, code: str = "", note: Callable[[float], None] = lambda share: None) -> dict[str, Any]:
    """Everything that stands on the paper, in the active language."""
    address = f"{settings.PORTAL_BASE_URL}/verify/{code}/" if code else ""
    parts = [part_words(part) for part in report.parts(asked, note)]
    if report.is_register:
        parts[0]["title"] = ""  # it would repeat that of the paper
    return {
        "language": language, "digits": home().arabic_digits if language == "ar" else "0123456789", "letterhead": home().letterhead[language],
        "title": str(report.title), "about": asked.about, "facts": facts(report, asked), "parts": parts,
        "day": [today().year, today().month, today().day], "code": spaced(code) if code else "", "address": address, "qr": qr_svg(address) if code else "",
        "is_wide": any(sum(part["widths"]) > LANDSCAPE_FROM for part in parts),
        "words": {"page": _("Page {n} of {m}"), "verify": _("Anybody can check this paper at the address below, or by the drawing.")},
    }  # fmt: skip
