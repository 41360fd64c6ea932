"""Referral statistics out of a sheet: one line for a specialty and year, or a table with the years as columns.

The file is read by the same careful reader as lists of institutions (`partnerships.intake.reading`), in a process of its own.
Headers in Arabic, French or English, in any order.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rapidfuzz import fuzz, process

from core.amounts import AmountField
from core.folding import fold
from core.formats import parse_count, today, western
from core.money import how_fine, rounded
from core.text import clean, no_identity_beside_references
from evaluation.choices import Destination
from partnerships.choices import Verdict
from partnerships.intake.checking import Reference
from partnerships.intake.reading import Row, Sheet, sheets_of
from partnerships.models import Country, Institution, Region, Specialty

MOST_ROWS = 1_000
MOST_PATIENTS = 100_000
FIRST_YEAR = 1990

FIELDS: dict[str, str | Promise] = {
    "year": gettext_lazy("Year"), "specialty": gettext_lazy("Specialty"), "destination": gettext_lazy("Sent"), "region": gettext_lazy("From the region"),
    "institution": gettext_lazy("From the institution"), "country": gettext_lazy("To the country"), "patients": gettext_lazy("Patients"),
    "cost": gettext_lazy("Cost"), "currency": gettext_lazy("Currency"), "source": gettext_lazy("Source"),
}  # fmt: skip
HEADERS = {
    "year": "year; annee; exercice; an; السنة; العام; سنة",
    "specialty": "specialty; speciality; specialite; discipline; service; الاختصاص; التخصص; التخصّص; اختصاص; تخصص",
    "destination": "destination; sent; type; nature; transfer; transfert; sens; الوجهة; نوع التحويل; جهة التحويل; الجهة; الايفاد; نوع الايفاد",
    "region": "region; wilaya; wilaya d'origine; governorate; from region; region d'origine; origine; الولاية; المحافظة; المنطقة; ولاية الاصل; المنطقة الصحية",
    "institution": "institution; hospital; etablissement; hopital; from institution; code; المؤسسة; المستشفى; رمز المؤسسة; المستشفى المحول",
    "country": "country; to country; pays; pays d'accueil; pays de destination; البلد; بلد العلاج; الدولة; دولة العلاج",
    "patients": "patients; number; number of patients; cases; count; malades; nombre; nombre de malades; effectif; cas; عدد المرضى; المرضى; العدد; عدد الحالات; الحالات",
    "cost": "cost; costs; amount; cout; montant; depenses; الكلفة; التكلفة; المبلغ; الكلفة الاجمالية",
    "currency": "currency; devise; monnaie; العملة",
    "source": "source; reference; origine des donnees; المصدر; المرجع",
}
ABROAD = (
    "abroad; outside; foreign; a l'etranger; etranger; hors pays; hors du pays; الخارج; بالخارج; في الخارج; الى الخارج; خارج البلاد; خارج الوطن; العلاج بالخارج"
)
ELSEWHERE = (
    "region; other region; to another region; another region; within the country; national; autre region; vers une autre region; autre wilaya; hors wilaya; "
    "ولاية اخرى; الى ولاية اخرى; منطقة اخرى; الى منطقة اخرى; محافظة اخرى; داخل البلاد; داخل الوطن; الداخل"
)
TOTALS = {fold(word) for word in ("total", "totaux", "sum", "المجموع", "الاجمالي", "المجموع العام", "الإجمالي")}
COST = AmountField(required=False)
YEAR_COLUMN = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True)
class Line:
    """One statistic as a sheet has it: the words of its cells, before anything is understood."""

    sheet: str
    number: int
    cells: Mapping[str, str]  # {field: text}


@dataclass
class Checked:
    """What became of a line: its values, or why it is refused."""

    line: Line
    values: dict[str, Any] = field(default_factory=dict)
    verdict: str = Verdict.CREATED
    column: str = ""
    reason: str = ""
    suggestion: str = ""

    @property
    def is_refused(self) -> bool:
        return self.verdict == Verdict.REFUSED


class NoTable(Exception):
    """No row of any sheet names a specialty and a number of patients or years."""


@cache
def known_headers() -> dict[str, str]:
    """{folded header: field}: the list above, and the names of the fields in every language, so that an export can be brought back."""
    found = {fold(header): name for name, headers in HEADERS.items() for header in headers.split(";")}
    for language, _label in settings.LANGUAGES:
        with translation.override(language):
            for name, label in FIELDS.items():
                found.setdefault(fold(str(label)), name)
    return found


@cache
def known_destinations() -> dict[str, str]:
    found = {fold(word): value for value, words in ((Destination.ABROAD, ABROAD), (Destination.REGION, ELSEWHERE)) for word in words.split(";")}
    for language, _label in settings.LANGUAGES:
        with translation.override(language):
            found |= {fold(str(choice.label)): choice.value for choice in Destination}
    return found


def header_of(cells: Sequence[str]) -> dict[int, str] | None:
    """What the columns of a header row are, by place; a year stands for itself. None when this is no header."""
    found: dict[int, str] = {}
    for place, cell in enumerate(cells):
        plain = western(clean(cell)).strip()
        name = plain if YEAR_COLUMN.fullmatch(plain) else known_headers().get(fold(cell), "")
        if name and name not in found.values():
            found[place] = name
    names = set(found.values())
    has_years = any(name.isdecimal() for name in names)
    return found if "specialty" in names and (has_years or {"year", "patients"} <= names) else None


def lines_of(content: bytes) -> list[Line]:
    """The lines of a file. Raises Unreadable when it is no table, NoTable when no header is found."""
    found: list[Line] = []
    has_table = False
    for sheet in sheets_of(content):
        if sheet.is_hidden:
            continue
        header: dict[int, str] | None = None
        for row in sheet.rows:
            if header is None:
                header = header_of(row.cells)
                has_table = has_table or header is not None
            elif header_of(row.cells) is None:
                found += lines_in(sheet, row, header)
    if not has_table:
        raise NoTable
    return found


def lines_in(sheet: Sheet, row: Row, header: Mapping[int, str]) -> list[Line]:
    """One line, or one for each year that stands in a column; empty rows and totals are none."""
    cells = {name: " ".join(clean(row[place]).split())[:300] for place, name in header.items()}
    common = {name: text for name, text in cells.items() if not name.isdecimal()}
    if row.is_hidden or not any(cells.values()) or any(fold(text) in TOTALS for text in common.values()):
        return []
    years = {name: text for name, text in cells.items() if name.isdecimal()}
    if not years:
        return [Line(sheet.name, row.number, common)]
    return [Line(sheet.name, row.number, {**common, "year": year, "patients": text}) for year, text in years.items() if text and text not in {"-", "—"}]


def check(lines: Iterable[Line], *, defaults: Mapping[str, str], reference: Reference, institutions: Mapping[str, Institution]) -> list[Checked]:
    """Understand each line. `defaults` fill cells that the sheet does not have; `institutions` are those that may be named, by folded code."""
    found, seen = [], {}
    for line in lines:
        checked = Checked(line)
        cells = {**{name: text for name, text in defaults.items() if text}, **{name: text for name, text in line.cells.items() if text}}
        understand(checked, cells, reference, institutions)
        if not checked.is_refused:
            key = key_of(checked.values)
            if key in seen and seen[key].values == checked.values:
                checked.verdict = Verdict.SKIPPED
                checked.reason = _("The same row stands in row %(row)s already.") % {"row": seen[key].line.number}
            elif key in seen:
                refuse(
                    checked,
                    "patients",
                    _("Row %(row)s says something else of the same specialty, year and place.") % {"row": seen[key].line.number},
                    _("Keep the row that is right."),
                )
            else:
                seen[key] = checked
        found.append(checked)
    return found


def refuse(checked: Checked, column: str, reason: str, suggestion: str = "") -> None:
    if not checked.is_refused:
        checked.verdict, checked.column, checked.reason, checked.suggestion = Verdict.REFUSED, column, reason, suggestion


def understand(checked: Checked, cells: Mapping[str, str], reference: Reference, institutions: Mapping[str, Institution]) -> None:
    values = checked.values
    values["year"] = year_of(checked, cells.get("year", ""))
    values["specialty"] = named(checked, "specialty", cells.get("specialty", ""), reference.specialties, is_needed=True)
    values["destination"] = destination_of(checked, cells)
    home_country = reference.home_country
    regions = reference.regions_of.get(home_country.code, {}) if home_country else {}
    text = cells.get("region", "")
    values["region"] = named(checked, "region", text.zfill(2) if text.isdecimal() else text, regions)
    values["institution"] = named(checked, "institution", cells.get("institution", ""), institutions)
    values["country"] = named(checked, "country", cells.get("country", ""), reference.countries) if values["destination"] == Destination.ABROAD else None
    if values["institution"] is not None:
        values["region"] = None  # the institution says it
    values["patients"] = patients_of(checked, cells.get("patients", ""))
    values["cost"], values["currency"] = cost_of(checked, cells)
    values["source"] = source_of(checked, cells.get("source", ""))


def year_of(checked: Checked, text: str) -> int | None:
    found = re.fullmatch(r"(\d{4})([.,]0+)?", western(text).strip())
    year = int(found[1]) if found else 0
    if FIRST_YEAR <= year <= today().year:
        return year
    refuse(checked, "year", _("This is no year between %(first)s and this one.") % {"first": FIRST_YEAR}, _("Write four digits, for example 2024."))
    return None


def named(checked: Checked, column: str, text: str, known: Mapping[str, Any], is_needed: bool = False) -> Any:
    """The thing that a cell names by its code or in one of three languages."""
    if not text:
        if is_needed:
            refuse(checked, column, _("The specialty is missing."), _("Write it as in the reference list."))
        return None
    found = known.get(fold(text))
    if found is None:
        near = process.extractOne(fold(text), list(known), scorer=fuzz.ratio, score_cutoff=78)
        suggestion = _("Probably %(guess)s.") % {"guess": str(known[near[0]])} if near else _("Write it as in the reference list.")
        refuse(checked, column, _("“%(text)s” is not in the reference list.") % {"text": text[:60]}, suggestion)
    return found


def destination_of(checked: Checked, cells: Mapping[str, str]) -> str:
    folded = fold(cells.get("destination", ""))
    if folded in known_destinations():
        return known_destinations()[folded]
    if not folded and cells.get("country"):
        return Destination.ABROAD
    refuse(checked, "destination", _("It is not said whether they were sent abroad or to another region."), _("Write “abroad” or “other region”."))
    return ""


def patients_of(checked: Checked, text: str) -> int | None:
    try:
        count = parse_count(re.sub(r"[.,]0+$", "", western(text)))
    except ValueError:
        refuse(checked, "patients", _("This is no whole number."), _("Write digits only, for example 120."))
        return None
    if count > MOST_PATIENTS:
        refuse(checked, "patients", _("Nobody sends that many patients in a year."), _("Correct the number."))
    return count


def cost_of(checked: Checked, cells: Mapping[str, str]) -> tuple[Decimal | None, str]:
    currency = cells.get("currency", "").upper()[:3]
    try:
        cost = COST.clean(cells.get("cost", ""))
    except ValidationError as error:
        refuse(checked, "cost", " ".join(error.messages), _("Write digits only, for example 120000."))
        return None, ""
    if cost is None:
        return None, ""
    if not re.fullmatch("[A-Z]{3}", currency):
        refuse(checked, "currency", _("The currency of the cost is missing."), _("Write its three letters, for example DZD."))
    elif cost != rounded(cost, currency):
        refuse(checked, "cost", how_fine(currency), _("Correct the number."))
    return cost, currency


def source_of(checked: Checked, text: str) -> str:
    try:
        no_identity_beside_references(text)
    except ValidationError:
        refuse(
            checked, "source", _("This looks like a patient’s number or telephone."),
            _("Take it out: the portal keeps nothing that identifies a patient."),
        )  # fmt: skip
        return ""
    return text[:300]


def key_of(values: Mapping[str, Any]) -> tuple[Any, ...]:
    """What a statistic is about: there is one for each."""
    names = ("year", "specialty", "destination", "region", "institution", "country")
    return tuple(getattr(values[name], "pk", values[name]) for name in names)


def as_text(value: Any) -> Any:
    """A value as it goes into a sheet that is brought back: codes, not names."""
    return value.code if isinstance(value, Specialty | Region | Institution | Country) else value
