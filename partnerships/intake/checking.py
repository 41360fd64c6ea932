"""One row of a sheet → the values of an institution, and everything that is wrong with it at once."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.utils import translation
from rapidfuzz import fuzz, process

from core.folding import fold
from core.formats import parse_day, today, western
from core.profile import home
from core.text import clean, no_identity_beside_references
from partnerships.choices import CareLevel
from partnerships.intake.columns import NAMES, Table
from partnerships.intake.findings import Finding, found, named
from partnerships.intake.reading import Row
from partnerships.models import Country, Institution, InstitutionKind, Region, Specialty
from partnerships.reference import DATA, table

BEDS_AT_MOST = 5_000
THEATRES_AT_MOST = 150
POINT_KM = (170.0, 600.0)  # how far from the middle of its region a place may be, at least and at most
LIMITS = {
    name: Institution._meta.get_field(name).max_length for name in ("name_ar", "name_fr", "name_en", "aliases", "city", "phone", "email", "website", "source")
}
TEXTS = (*NAMES, "aliases", "city", "source", "note")
ABROAD = ("region", "region_today", "region_name")

ARABIC = re.compile("[\u0621-\u064a]")
LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
SEVERAL = re.compile(r"[,،;؛|\n]+")
OF_SPECIALTIES = re.compile(r"[,،;؛|/\n+]+")
EVERYTHING = {fold(word) for word in ("multidisciplinary", "pluridisciplinaire", "multidisciplinaire", "polyvalent", "toutes", "all", "متعدد التخصصات", "متعددة الاختصاصات", "كل الاختصاصات")}  # fmt: skip
YES = {fold(word) for word in ("yes", "oui", "نعم", "true", "1", "x", "vrai", "o", "y", "متوفر", "يوجد")} | {"✓"}
NO = {fold(word) for word in ("no", "non", "لا", "false", "0", "faux", "n", "غير متوفر", "لا يوجد")}
KIND_WORDS = {
    "centre hospitalier universitaire": "CHU", "hopital universitaire": "UNIVERSITY", "م ع ا": "EPH", "م ا م": "EHS", "م ع ص ج": "EPSP", "م ا ج": "CHU",
    "etablissement public de sante de proximite": "EPSP", "etablissement hospitalier specialise": "EHS", "etablissement public hospitalier": "EPH",
    "clinique privee": "PRIVATE", "hopital prive": "PRIVATE", "عياده خاصه": "PRIVATE", "مستشفي خاص": "PRIVATE", "مركز صحي": "PHC", "health center": "PHC",
    "health centre": "PHC", "centre de sante": "PHC", "hopital general": "GENERAL", "general hospital": "GENERAL", "university hospital": "UNIVERSITY",
}  # fmt: skip


# --- Garbled letters ------------------------------------------------------------------------------------------------

LOST = re.compile("\ufffd|[?؟]{3,}")
LATIN_HEAP = re.compile("[\u00c0-\u00ff]{3,}|[\u00c3\u00c2\u00d8\u00d9][\u0080-\u00bf\u0152-\u0178\u02c6-\u2122]")
ARABIC_HEAP = re.compile("(?:[\u0637\u0638][^\\sa-zA-Z0-9]){3,}")


def mended(text: str) -> str | None:
    """What a text says that was read in the wrong encoding: cp1256 as cp1252, UTF-8 as either. "" when it is garbled beyond that,
    None when it is not garbled.
    """
    if LOST.search(text):
        return ""
    if not (LATIN_HEAP.search(text) or ARABIC_HEAP.search(text)):
        return None
    for wrong, right in (("cp1252", "utf-8"), ("cp1256", "utf-8"), ("latin-1", "utf-8"), ("cp1252", "cp1256"), ("latin-1", "cp1256")):
        try:
            meant = text.encode(wrong).decode(right)
        except UnicodeError:
            continue
        if len(ARABIC.findall(meant)) >= 3 or (right == "utf-8" and LATIN.search(meant)):
            return meant
    return "" if LATIN_HEAP.search(text) else None


def plain(cell: str) -> str:
    """A cell as it is kept: without what cannot be seen, on one line, without the apostrophe that exports put before formulas."""
    text = " ".join(clean(cell).replace("\u00a0", " ").split())
    return text[1:] if text[:1] in "'’" and text[1:2] in {"=", "+", "-", "@"} else text


# --- Reference lists ------------------------------------------------------------------------------------------------


def by_names(things: Iterable[Any]) -> dict[str, Any]:
    """{folded code or name: thing}; a name that two things share belongs to the first."""
    named_by: dict[str, Any] = {}
    for thing in things:
        for name in (thing.code, thing.name_ar, thing.name_fr, thing.name_en):
            if folded := fold(name):
                named_by.setdefault(folded, thing)
    return named_by


@dataclass
class Reference:
    """The lists that a row is checked against; loaded once for a file, in four queries."""

    kinds: dict[str, InstitutionKind]
    countries: dict[str, Country]
    specialties: dict[str, Specialty]
    regions: list[Region]
    guesses: dict[tuple[str, str], Any] = field(default_factory=dict)

    @classmethod
    def load(cls) -> "Reference":
        regions = list(Region.objects.select_related("country", "parent").order_by("country", "code"))
        return cls(by_names(InstitutionKind.objects.all()), by_names(Country.objects.all()), by_names(Specialty.objects.all()), regions)

    @cached_property
    def regions_of(self) -> dict[str, dict[str, Region]]:
        """{country: {folded code or name: region}}."""
        countries: dict[str, list[Region]] = {}
        for region in self.regions:
            countries.setdefault(region.country.code, []).append(region)
        return {country: by_names(regions) for country, regions in countries.items()}

    @cached_property
    def home_country(self) -> Country | None:
        return self.countries.get(fold(home().country))

    def kind(self, text: str) -> InstitutionKind | None:
        folded = fold(text)
        return self.kinds.get(folded) or self.kinds.get(fold(KIND_WORDS.get(folded, "")))

    def kind_in(self, *names: str) -> InstitutionKind | None:
        """The kind that a name begins with, or that its first word abbreviates."""
        for name in map(fold, names):
            for known in sorted(self.kinds.keys() | KIND_WORDS.keys(), key=len, reverse=True):
                if name == known or name.startswith(f"{known} "):
                    return self.kind(known)
        return None

    def region(self, text: str, country: str) -> tuple[Region | None, Region | None]:
        """What a cell says about the region: (the one that it names, another one that it names as well)."""
        known = self.regions_of.get(country, {})
        said = []
        folded = fold(re.sub(r"^\s*(?:wilaya|willaya|ولاية|محافظة|governorate)\s+(?:de la |de |d['’]|of )?", "", text, flags=re.I))
        if region := known.get(folded) or known.get(folded.removesuffix(" governorate")) or self.numbered(folded, known):
            return region, None
        number, rest = re.search(r"\d+", folded), re.sub(r"\d+|wilaya|ولايه", " ", folded)
        if number:
            said.append(self.numbered(number[0], known))
            said.append(known.get(" ".join(rest.split())))
        said = [region for region in said if region]
        return (said[0] if said else None), (said[1] if len(said) > 1 and said[1] != said[0] else None)

    @staticmethod
    def numbered(folded: str, known: dict[str, Region]) -> Region | None:
        return known.get(f"{int(folded):02}") if folded.isdecimal() and len(folded) < 4 else None

    def guess(self, text: str, group: str, known: dict[str, Any]) -> Any:
        """The thing of a list whose name is nearest to `text`; None when nothing is near."""
        folded = fold(text)[:80]
        if (group, folded) not in self.guesses:
            near = process.extractOne(folded, known.keys(), scorer=fuzz.ratio, score_cutoff=70)
            self.guesses[group, folded] = known[near[0]] if near else None
        return self.guesses[group, folded]

    @cached_property
    def reaches(self) -> dict[int, float]:
        """{region: kilometres from its middle within which its places lie}: half as far again as its third neighbour."""
        points = [region for region in self.regions if region.latitude is not None and region.longitude is not None]
        found = {}
        for region in points:
            others = sorted(kilometres(region, other) for other in points if other.country_id == region.country_id and other != region)
            reach = 1.5 * others[min(2, len(others) - 1)] if others else POINT_KM[1]
            found[region.pk] = min(max(reach, POINT_KM[0]), POINT_KM[1])
        return found


def kilometres(one: Any, other: Any) -> float:
    """Great-circle distance between two things with latitude and longitude in degrees."""
    a, b = math.radians(one.latitude), math.radians(other.latitude)
    half = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(math.radians(other.longitude - one.longitude) / 2) ** 2
    return 12_742 * math.asin(math.sqrt(min(half, 1.0)))


@dataclass(frozen=True)
class Point:
    latitude: float
    longitude: float


@cache
def boxes() -> dict[str, tuple[float, float, float, float]]:
    """{country: (south, west, north, east)} in degrees."""
    rows = table(DATA / "country_boxes.csv")
    return {row["code"]: (float(row["south"]), float(row["west"]), float(row["north"]), float(row["east"])) for row in rows}


def is_inside(point: Point, country: str) -> bool:
    """Whether a point can be in a country; yes for one without a box."""
    if country not in boxes():
        return abs(point.latitude) <= 90 and abs(point.longitude) <= 180
    south, west, north, east = boxes()[country]
    return south <= point.latitude <= north and west <= point.longitude <= east


@cache
def levels() -> dict[str, str]:
    found = {fold(level.value): level.value for level in CareLevel}
    for language in ("ar", "fr", "en"):
        with translation.override(language):
            found |= {fold(str(level.label)): level.value for level in CareLevel}
    return found


# --- A row ----------------------------------------------------------------------------------------------------------


@dataclass
class Check:
    """The checking of one row: `values` is what it says, `findings` what is wrong with it, in the order of the columns."""

    table: Table
    row: Row
    reference: Reference
    values: dict[str, Any] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    if_new: dict[str, str] = field(default_factory=dict)  # what the row does not say, but its code or the home country suggests

    def find(self, code: str, name: str = "", value: str | None = None, **facts: Any) -> None:
        """Note a finding about a field; its column is the header as typed, or none where the sheet has no such column."""
        place = self.table.fields.get(name)
        column = self.table.headers[place] if place is not None else ""
        self.findings.append(found(code, column, value if value is not None else (self.row[place] if place is not None else ""), **facts))

    @property
    def is_refused(self) -> bool:
        return any(finding["verdict"] == "refused" for finding in self.findings)


def check_row(table: Table, row: Row, reference: Reference) -> Check:
    """Everything that can be said about a row without looking at the register. No query."""
    check = Check(table, row, reference)
    for name, place in table.fields.items():
        read_cell(check, name, place)
    names(check)
    country = country_of(check)
    code = code_of(check, country)
    kind_of(check, code)
    region = region_of(check, code, country)
    point(check, country, region)
    count(check, "beds_count", BEDS_AT_MOST)
    count(check, "theatres_count", THEATRES_AT_MOST)
    addresses(check)
    the_rest(check)
    specialties(check)
    if check.if_new:
        check.values["if_new"] = check.if_new
    return check


def read_cell(check: Check, name: str, place: int) -> None:
    """Take one cell over, unless it is faulty, about a patient, garbled or too long."""
    if place in check.row.faults:
        code, error = check.row.faults[place]
        check.find(code, name, error, **({"error": error} if code == "cell_error" else {}))
        return
    text = plain(check.row[place])
    if not text:
        return
    meant = mended(text)
    if name in TEXTS and is_about_patient(text):
        check.find("identity", name, "")  # what it looked like is not kept either
    elif meant is not None:
        check.find("garbled", name, text, **({"guess": meant[:80]} if meant else {}))
    elif len(text) > LIMITS.get(name, 2_000):
        check.find("too_long", name, text, letters=len(text), limit=LIMITS.get(name, 2_000))
    else:
        check.texts[name] = text


def is_about_patient(text: str) -> bool:
    try:
        no_identity_beside_references(text)
    except ValidationError:
        return True
    return False


def kept_cells(table: Table, row: Row) -> dict[str, str]:
    """{header: text as typed} of a row, as it goes back to whoever brought it: without what looks like a patient's identity.

    Codes, telephones and the like of an institution are numbers by right; every other column, unknown ones too, is asked.
    """
    numbers = {place for name, place in table.fields.items() if name not in TEXTS}
    cells = {place: clean(row[place]) for place, header in enumerate(table.headers) if header}
    return {table.headers[place]: text if place in numbers or not is_about_patient(plain(text)) else "" for place, text in cells.items()}


def write(check: Check, name: str, text: str) -> None:
    """A value that is longer than its cell was, if its column holds it."""
    if len(text) > LIMITS[name]:
        check.find("too_long", name, text, letters=len(text), limit=LIMITS[name])
    else:
        check.values[name] = text


def names(check: Check) -> None:
    """Each name where its letters say that it belongs, when only one place is filled."""
    texts = check.texts
    said = {name: texts[name] for name in NAMES if name in texts}
    arabic = said.get("name_ar", "")
    if arabic and not ARABIC.search(arabic) and LATIN.search(arabic) and not said.keys() & {"name_fr", "name_en"}:
        said = {"name_fr": arabic}
    elif not arabic:
        for name in ("name_fr", "name_en"):
            if ARABIC.search(said.get(name, "")) and not LATIN.search(said[name]):
                said["name_ar"] = said.pop(name)
                break
    check.values |= said
    if not said:
        if not any(is_blamed(check, name) for name in NAMES):
            check.find("name_missing", next((name for name in NAMES if name in check.table.fields), ""))
    elif "name_ar" not in said:
        if not is_blamed(check, "name_ar"):
            check.find("name_ar_missing", "name_ar", "")
    elif not ARABIC.search(said["name_ar"]):
        check.find("name_not_arabic", "name_ar")
    if "aliases" in texts:
        write(check, "aliases", "، ".join(dict.fromkeys(part.strip() for part in SEVERAL.split(texts["aliases"]) if part.strip())))
    for name in ("city", "source"):
        if name in texts:
            check.values[name] = texts[name]


def is_blamed(check: Check, name: str) -> bool:
    """Whether something was found about the cell of a field already."""
    place = check.table.fields.get(name)
    return place is not None and any(finding["column"] == check.table.headers[place] for finding in check.findings)


def country_of(check: Check) -> Country | None:
    """The country: as said, as the code begins, else the home country."""
    reference, text = check.reference, check.texts.get("country", "")
    if text:
        country = reference.countries.get(fold(text))
        if country is None:
            near = reference.guess(text, "country", reference.countries)
            check.find("country_unknown", "country", text, **({"guess": named(near)} if near else {}))
            return None
    else:
        start = fold(check.texts.get("code", "")[:2])
        country = reference.countries.get(start) if re.match("[A-Za-z]{2}-", check.texts.get("code", "")) else None
        country = country or reference.home_country
    if country:
        (check.values if text else check.if_new)["country"] = country.code
    return country


@dataclass(frozen=True)
class CodeParts:
    """What a code in the manner of the register says: COUNTRY-REGION-KIND-NN or COUNTRY-KIND-NN."""

    region: str = ""
    kind: str = ""


def code_of(check: Check, country: Country | None) -> CodeParts:
    text = check.texts.get("code", "")
    if not text:
        return CodeParts()
    code = re.sub(r"\s+", "", re.sub("[\u2010-\u2015\u2212_]", "-", western(text))).upper()
    if not re.fullmatch(r"[A-Z0-9][A-Z0-9-]{0,29}", code):
        check.find("code_invalid", "code", text)
        return CodeParts()
    check.values["code"] = code
    start, *middle = code.split("-")
    if len(middle) < 2 or not re.fullmatch("[A-Z]{2}", start) or fold(start) not in check.reference.countries:
        return CodeParts()
    if country and start != country.code:
        check.find("code_abroad", "code", text, code_country=named(check.reference.countries[fold(start)]), country=named(country))
        return CodeParts()
    return CodeParts(middle[0] if len(middle) > 2 and middle[0].isdigit() else "", middle[-2])


def kind_of(check: Check, code: CodeParts) -> None:
    text, reference = check.texts.get("kind", ""), check.reference
    in_code = reference.kinds.get(fold(code.kind)) if code.kind else None
    kind = reference.kind(text) if text else in_code
    if kind:
        (check.values if text else check.if_new)["kind"] = kind.code
        if in_code and in_code != kind:
            check.find("code_kind", "code", code_kind=named(in_code))
        return
    guess = reference.guess(text, "kind", reference.kinds) if text else None
    guess = guess or reference.kind_in(*(check.values.get(name, "") for name in NAMES))
    facts = {"guess": named(guess)} if guess else {}
    if text:
        check.find("kind_unknown", "kind", text, **facts)
    elif check.table.fields.get("kind") not in check.row.faults:
        check.find("kind_missing", "kind", "", **facts)


def region_of(check: Check, code: CodeParts, country: Country | None) -> Region | None:
    """The finest region that the row names, after everything that says so was held against the rest.

    A country without regions of its own in the reference list has none here.
    """
    reference, said = check.reference, {}
    if country is None or country.code not in reference.regions_of:
        return None
    faults = len(check.findings)
    for name in ABROAD:
        if text := check.texts.get(name, ""):
            region, other = reference.region(text, country.code)
            if other is not None:
                check.find("region_contradicts_name", name, text, region=named(region))
            elif region is None:
                region_not_found(check, name, text, country)
            if region is not None:
                said[name] = region
    by_code = reference.region(code.region, country.code)[0] if code.region else None
    region, today_, name = said.get("region"), said.get("region_today"), said.get("region_name")
    if today_ and region and not is_within(today_, region):
        check.find("regions_contradict", "region_today", region=named(region), today=named(today_))
    finest = today_ or region or name or by_code
    if name and not (is_within(finest, name) or (region and is_within(region, name)) or is_within(name, finest)):
        check.find("region_contradicts_name", "region_name", region=named(region or finest))
    if by_code and finest and not is_within(finest, by_code):
        check.find("region_contradicts_code", next(iter(said), "code"), code_region=named(by_code))
    if name and finest and name != finest and is_within(name, finest):
        finest = name
    if any(finding["verdict"] == "refused" for finding in check.findings[faults:]):
        return None  # what the row says of its region cannot be trusted for anything else
    if finest:
        (check.values if said else check.if_new)["region"] = finest.code
    else:
        check.find("region_missing", next((field for field in ABROAD if field in check.table.fields), ""), "")
    return finest


def region_not_found(check: Check, name: str, text: str, country: Country) -> None:
    reference = check.reference
    for other, regions in reference.regions_of.items():
        if other != country.code and fold(text) in regions:
            check.find("region_abroad", name, text, country=named(country))
            return
    near = reference.guess(text, f"region {country.code}", reference.regions_of[country.code]) if not western(text).isdigit() else None
    code_known = name == "region_name" and {"region", "region_today"} & check.texts.keys()
    check.find("region_name_unknown" if code_known else "region_unknown", name, text, **({"guess": named(near)} if near else {}))


def is_within(region: Region, other: Region) -> bool:
    """Whether a region is the other one, or was part of it."""
    return region.pk == other.pk or region.parent_id == other.pk


def degrees(text: str) -> float | None:
    """Degrees typed with any digits, decimal point or comma, with or without their sign; None when it is no number."""
    text = western(text).replace("٫", ".").replace("−", "-").strip()
    match = re.fullmatch(r"([-+]?)\s*(\d{1,3})(?:[.,](\d+))?\s*°?\s*([NSEWO]?)", text, re.I)
    if not match:
        return None
    value = float(f"{match[2]}.{match[3] or 0}")
    return -value if match[1] == "-" or match[4].upper() in {"S", "W", "O"} else value


def point(check: Check, country: Country | None, region: Region | None) -> None:
    said = {}
    for name in ("latitude", "longitude"):
        if text := check.texts.get(name, ""):
            said[name] = degrees(text)
            if said[name] is None:
                check.find("point_invalid", name, text)
    if not said or None in said.values():
        return
    if len(said) == 1:
        missing = "longitude" if "latitude" in said else "latitude"
        if check.table.fields.get(missing) not in check.row.faults:
            check.find("point_half", missing, "")
        return
    place = Point(**said)
    if country and not is_inside(place, country.code):
        turned = Point(place.longitude, place.latitude)
        value = f"{check.texts['latitude']}, {check.texts['longitude']}"
        if is_inside(turned, country.code):
            check.find("point_swapped", "latitude", value, latitude=turned.latitude, longitude=turned.longitude)
        else:
            check.find("point_outside", "latitude", value, country=named(country))
        return
    check.values |= said
    if region and region.latitude is not None and region.longitude is not None:
        away = kilometres(place, region)
        if away > check.reference.reaches.get(region.pk, POINT_KM[1]):
            check.find("point_far", "latitude", f"{check.texts['latitude']}, {check.texts['longitude']}", km=round(away), region=named(region))


def count(check: Check, name: str, at_most: int) -> None:
    text = check.texts.get(name, "")
    if not text:
        return
    digits = re.sub(r"[\s\u202f٬]", "", western(text)).replace("−", "-")
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", digits):  # thousands apart
        digits = re.sub("[.,]", "", digits)
    if re.fullmatch(r"-\d+(?:[.,]\d+)?", digits):
        check.find("count_negative", name, text, guess=digits[1:])
    elif not digits.isdecimal():
        inside = re.findall(r"\d+", digits)
        check.find("count_invalid", name, text, **({"guess": inside[0]} if len(inside) == 1 else {}))
    elif len(digits) > 9 or int(digits) > at_most:
        check.find("count_absurd", name, text, limit=at_most)
    else:
        check.values[name] = int(digits)


def addresses(check: Check) -> None:
    if email := re.sub("^mailto:", "", check.texts.get("email", ""), flags=re.I):
        try:
            validate_email(email)
            check.values["email"] = email
        except ValidationError:
            check.find("email_invalid", "email", email)
    if phone := check.texts.get("phone", ""):
        digits = sum(char.isdecimal() for char in phone)
        if re.fullmatch(r"[\d\s+().\-/–*,;]+", western(phone)) and 6 <= digits <= 20:
            check.values["phone"] = western(phone)
        else:
            check.find("phone_invalid", "phone", phone)
    if website := check.texts.get("website", ""):
        address = website if "://" in website or ":" in website.partition("/")[0] else f"https://{website}"
        try:
            URLValidator(schemes=["http", "https"])(address)
            write(check, "website", address)
        except ValidationError:
            check.find("website_invalid", "website", website)


def the_rest(check: Check) -> None:
    if text := check.texts.get("level", ""):
        if fold(text) in levels():
            check.values["level"] = levels()[fold(text)]
        else:
            check.find("level_unknown", "level", text)
    if text := check.texts.get("has_telemedicine", ""):
        if fold(text) in YES or text in YES:
            check.values["has_telemedicine"] = True
        elif fold(text) in NO:
            check.values["has_telemedicine"] = False
        else:
            check.find("yes_no_unknown", "has_telemedicine", text)
    if text := check.texts.get("profile_checked_on", ""):
        try:
            day = parse_day(text.partition(" ")[0] if re.match(r"\d{4}-\d\d-\d\d ", text) else text)
        except (ValueError, OverflowError):
            check.find("day_invalid", "profile_checked_on", text)
            return
        if day > today():
            check.find("day_ahead", "profile_checked_on", text)
        else:
            check.values["profile_checked_on"] = day.isoformat()


def specialties(check: Check) -> None:
    """The specialties that are in the reference list; the others are named and left out."""
    known, reference = [], check.reference
    text = check.texts.get("specialties", "")
    if fold(text) in reference.specialties:  # a name of the list may hold a comma or a slash itself
        known.append(reference.specialties[fold(text)].code)
    else:
        for part in filter(None, (part.strip() for part in OF_SPECIALTIES.split(text))):
            if specialty := reference.specialties.get(fold(part)):
                known.append(specialty.code)
            elif fold(part) not in EVERYTHING:
                near = reference.guess(part, "specialty", reference.specialties)
                check.find("specialty_unknown", "specialties", part, **({"guess": named(near)} if near else {}))
    if known:
        check.values["specialties"] = sorted(set(known))
