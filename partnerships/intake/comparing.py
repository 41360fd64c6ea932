"""Checked rows and the register: what is new, what has changed, what is the same, what could be a double."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from rapidfuzz import fuzz

from core.folding import fold
from partnerships.choices import Verdict
from partnerships.duplicates import Entry, Register, root_of, take_apart
from partnerships.intake.checking import Reference, is_within
from partnerships.intake.columns import NAMES
from partnerships.intake.findings import Finding, found
from partnerships.models import Institution, InstitutionName, IntakeRow, Region

CHUNK = 500  # keys in one query
OWN = {"looks_like", "looks_like_row", "merged_away", "renamed", "code_twice", "twice", "row_twice"}  # what is found here, anew each time
ONLY_WHEN_NEW = {"name_missing", "name_ar_missing", "kind_missing", "region_missing"}  # an empty cell leaves what is kept
PLAIN = (
    *NAMES, "aliases", "city", "level", "latitude", "longitude", "beds_count", "theatres_count", "has_telemedicine", "phone", "email", "website", "source",
)  # fmt: skip
ALIKE_SHOWN = 3


def kept_values(institution: Institution) -> dict[str, Any]:
    """What is kept of an institution, in the shape of the values of a row. `specialties` and the foreign keys are loaded."""
    values = {name: getattr(institution, name) for name in PLAIN}
    day = institution.profile_checked_on
    return {
        **values,
        "kind": institution.kind.code,
        "country": institution.country.code,
        "region": institution.region.code if institution.region else "",
        "profile_checked_on": day.isoformat() if day else None,
        "specialties": sorted(item.code for item in institution.specialties.all()),
    }


def whole(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a row together with what its code or the home country only suggest, which counts for new ones."""
    return {**values.get("if_new", {}), **{name: value for name, value in values.items() if name != "if_new"}}


@dataclass
class Known:
    """The part of the register that the rows of a file speak of."""

    by_code: dict[str, Institution] = field(default_factory=dict)
    by_pk: dict[int, Institution] = field(default_factory=dict)
    by_name: dict[str, list[Institution]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def load(cls, rows: Sequence[IntakeRow]) -> "Known":
        """Four queries for each CHUNK of codes, names or keys."""
        known = cls()
        loaded = Institution.objects.select_related("kind", "country", "region__parent", "merged_into").prefetch_related("specialties")
        codes = {row.values["code"] for row in rows if "code" in row.values}
        chosen = {row.same_as_id for row in rows if row.same_as_id}
        nameless = [row for row in rows if "code" not in row.values]
        folded = {fold(row.values[name])[:200] for row in nameless for name in NAMES if name in row.values}
        named_so: dict[int, list[str]] = defaultdict(list)
        for part in chunks(folded):
            for pk, name in InstitutionName.objects.filter(folded__in=part).values_list("institution", "folded"):
                named_so[pk].append(name)
        for part in chunks(codes):
            known.by_code |= {place.code: place for place in loaded.filter(code__in=part)}
        for part in chunks(chosen | named_so.keys()):
            known.by_pk |= {place.pk: place for place in loaded.filter(pk__in=part)}
        for pk, names in named_so.items():
            for name in names:
                if known.by_pk[pk].merged_into_id is None:
                    known.by_name[name].append(known.by_pk[pk])
        return known

    def target(self, row: IntakeRow, region: Region | None) -> Institution | None:
        """The institution that a row is about: as decided by somebody, by its code, or by name, kind and region together."""
        if row.same_as_id:
            return self.by_pk.get(row.same_as_id)
        if "code" in row.values:
            return self.by_code.get(row.values["code"])
        named_so = {place.pk: place for name in NAMES for place in self.by_name.get(fold(row.values.get(name, ""))[:200], ())}
        fitting = [place for place in named_so.values() if place.kind.code == whole(row.values).get("kind") and is_same_place(place, row, region)]
        return fitting[0] if len(fitting) == 1 else None


def chunks(keys: Iterable[Any]) -> Iterator[list[Any]]:
    ordered = sorted(keys)
    for start in range(0, len(ordered), CHUNK):
        yield ordered[start : start + CHUNK]


def is_same_place(place: Institution, row: IntakeRow, region: Region | None) -> bool:
    if place.country.code != whole(row.values).get("country"):
        return False
    if place.region is None or region is None:
        return place.region is region
    return is_within(place.region, region) or is_within(region, place.region)


def compare(rows: Sequence[IntakeRow], *, reference: Reference, options: Mapping[str, Any] | None = None) -> None:
    """Give each checked row its verdict against the register as it is now; writes nothing.

    Sets verdict, findings, institution (the one it is about) and before (what an update would replace). Rows that were left
    out while reading stay so. Queries: those of `Known.load`, and three for the doubles when a row is new.
    """
    open_rows = [row for row in rows if row.values or row.verdict != Verdict.SKIPPED]
    Comparison(Known.load(open_rows), reference, bool((options or {}).get("new_anyway"))).go(open_rows)


class Comparison:
    """One pass over the rows of a file, in their order: the first of two that are alike is the one that counts."""

    def __init__(self, known: Known, reference: Reference, new_anyway: bool):
        self.known, self.reference, self.new_anyway = known, reference, new_anyway
        self.seen: dict[tuple[Any, ...], IntakeRow] = {}
        self.new_rows: list[IntakeRow] = []
        self.doubles: Register | None = None
        self.listed = {place.pk for place in known.by_code.values()}

    def go(self, rows: Sequence[IntakeRow]) -> None:
        for row in rows:
            row.findings = [finding for finding in row.findings if finding["code"] not in OWN]
            row.institution, row.before = None, {}
            region = self.region(row)
            target = self.known.target(row, region)
            self.complete(row, target)
            row.findings += self.told(row, target, region)
            row.verdict = verdict_of(row)
        name_doubles([finding for row in rows for finding in row.findings if finding["code"] == "looks_like"])

    def region(self, row: IntakeRow) -> Region | None:
        values = whole(row.values)
        return self.reference.regions_of.get(values.get("country", ""), {}).get(fold(values.get("region", "")))

    def complete(self, row: IntakeRow, target: Institution | None) -> None:
        """What an institution cannot be without is missed only where it is not kept already."""
        if target is not None:
            kept = {"name_ar_missing"} if not target.name_ar else set()
            row.findings = [finding for finding in row.findings if finding["code"] not in ONLY_WHEN_NEW - kept]
            return
        said = {finding["code"] for finding in row.findings}
        if not any(finding["verdict"] == Verdict.REFUSED for finding in row.findings):
            missing = {"name_missing": not any(name in row.values for name in NAMES), "kind_missing": "kind" not in whole(row.values)}
            row.findings += [found(code) for code, is_missing in missing.items() if is_missing and code not in said]

    def told(self, row: IntakeRow, target: Institution | None, region: Region | None) -> list[Finding]:
        """What the register and the rows before say about a row that is right in itself."""
        if any(finding["verdict"] == Verdict.REFUSED for finding in row.findings):
            return []
        if target is not None and target.merged_into is not None:
            return [found("merged_away", value=target.code, code=target.merged_into.code)]
        if twice := self.twice(row, target):
            return [twice]
        if target is None:
            return [] if row.is_new or self.new_anyway else self.alike(row, region)
        row.institution = target
        changed = changes(row.values, target, region)
        kept = kept_values(target)
        row.before = {name: kept[name] for name in changed}
        if not row.same_as_id and "code" in row.values and is_renamed(changed, target):
            said = next(changed[name] for name in NAMES if name in changed)
            return [found("renamed", value=said, name=target.name_ar or target.name_fr or target.name_en)]
        return []

    def twice(self, row: IntakeRow, target: Institution | None) -> Finding | None:
        """The finding about a row whose institution was met in an earlier row."""
        values = whole(row.values)
        about = [("code", values["code"])] if "code" in values else []
        about += [("pk", target.pk)] if target else []
        about += (
            [(fold(values[name]), values.get("kind"), values.get("country"), values.get("region")) for name in NAMES if name in values] if not about else []
        )
        first = next((self.seen[key] for key in about if key in self.seen), None)
        for key in about:
            self.seen.setdefault(key, row)
        if first is None:
            return None
        code = "row_twice" if first.values == row.values else "code_twice" if values.get("code") and values.get("code") == first.values.get("code") else "twice"
        return found(code, value=values.get("code", ""), row=first.number)

    def alike(self, row: IntakeRow, region: Region | None) -> list[Finding]:
        """The institutions, and the earlier new rows, that a new row could be the same as."""
        if self.doubles is None:
            self.doubles = Register.load()
        values, doubles = whole(row.values), self.doubles
        country = self.reference.countries[fold(values["country"])]
        names = [*(values.get(name, "") for name in NAMES), *values.get("aliases", "").split("، ")]
        region_pk, kind, city = region.pk if region else None, values["kind"], values.get("city", "")
        findings = []
        for likeness in doubles.doubles_of(names, kind, region_pk, city, country_id=country.pk):
            if likeness.reasons[0] == "only_one_in_town" and (likeness.institution_id < 0 or likeness.institution_id in self.listed):
                continue  # the file lists both: it knows of more than one there
            facts = {"reasons": list(likeness.reasons), "score": likeness.score}
            if likeness.institution_id > 0:
                findings.append(found("looks_like", value=next(filter(None, names)), id=likeness.institution_id, **facts))
            else:
                first = self.new_rows[-likeness.institution_id - 1]
                findings.append(found("looks_like_row", value=next(filter(None, names)), row=first.number, **facts))
        self.new_rows.append(row)
        said = [(words, place > 2) for place, name in enumerate(names) if name for words in take_apart(name)]
        entry = Entry(-len(self.new_rows), kind, region_pk, root_of(region_pk, doubles.mothers), country.pk, city, said)
        doubles.learn_town(entry)
        doubles.add(entry)
        return findings[:ALIKE_SHOWN]


def name_doubles(findings: list[Finding]) -> None:
    """Put code and names of the institutions that new rows look like into their findings. One query for each CHUNK."""
    places = {place.pk: place for part in chunks({finding["facts"]["id"] for finding in findings}) for place in Institution.objects.filter(pk__in=part)}
    for finding in findings:
        place = places[finding["facts"]["id"]]
        finding["facts"] |= {"code": place.code, "name": {"ar": place.name_ar, "fr": place.name_fr, "en": place.name_en}}


def verdict_of(row: IntakeRow) -> str:
    """What becomes of a row, by what was found about it: the gravest counts; a warning does not stop it."""
    said = {finding["verdict"] for finding in row.findings}
    for gravest in (Verdict.REFUSED, Verdict.SKIPPED, Verdict.POSSIBLE_DUPLICATE):
        if gravest in said:
            return gravest
    if row.institution is not None and not row.before:
        return Verdict.UNCHANGED
    if Verdict.WARNING in said:
        return Verdict.WARNING
    return Verdict.UPDATED if row.institution is not None else Verdict.CREATED


def effect_of(row: IntakeRow) -> str:
    """What a row does, warnings aside: created, updated, or its verdict when nothing is written."""
    if row.verdict != Verdict.WARNING:
        return row.verdict
    return Verdict.UPDATED if row.before else Verdict.CREATED


def changes(values: Mapping[str, Any], target: Institution, region: Region | None) -> dict[str, Any]:
    """The values of a row that differ from what is kept. What the row leaves empty is not among them.

    A region that the kept one was part of is no change: the finer one stays. Nor is a name that is kept in the other
    Latin column, where a list has but one.
    """
    kept = kept_values(target)
    changed = {name: value for name, value in values.items() if name != "code" and name in kept and value != kept[name]}
    if "aliases" in changed and changed["aliases"].split("، ") == target.alias_list:
        del changed["aliases"]  # another comma between them
    if "region" in changed and region and target.region and target.region.parent_id == region.pk:
        del changed["region"]
    for name, other in (("name_fr", "name_en"), ("name_en", "name_fr")):
        if name in changed and not kept[name] and changed[name] == kept[other] and other not in values:
            del changed[name]
    return changed


def is_renamed(changed: Mapping[str, Any], target: Institution) -> bool:
    """Whether a row calls an institution something that none of its kept names resembles."""
    said = [fold(changed[name]) for name in NAMES if changed.get(name)]
    kept = [fold(name) for name in (target.name_ar, target.name_fr, target.name_en, *target.alias_list) if name]
    pairs = [(one, other) for one in said for other in kept if one.isascii() == other.isascii()]
    return bool(pairs) and all(fuzz.token_set_ratio(one, other) < 60 for one, other in pairs)


def written(values: Mapping[str, Any], reference: Reference) -> dict[str, Any]:
    """The values of a row, or what was kept before, as the fields of the model hold them; `specialties` not among them."""
    fields: dict[str, Any] = {name: values[name] for name in (*PLAIN, "code") if name in values}
    if "kind" in values:
        fields["kind"] = reference.kinds[fold(values["kind"])]
    if "country" in values:
        fields["country"] = reference.countries[fold(values["country"])]
    if "profile_checked_on" in values:
        day = values["profile_checked_on"]
        fields["profile_checked_on"] = date.fromisoformat(day) if day else None
    return fields
