"""Importing institutions: from the upload to the register, and within a day back."""

import hashlib
import logging
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Count, Max, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import refuse_unless
from accounts.models import User
from core.exporters import Column
from core.files import discard, file_name
from core.folding import fold
from core.history import changing, name_verbs, record, record_many
from core.jobs import unheard_of
from core.lifecycle import TransitionRefused, apply
from core.models import Change
from core.text import clean
from partnerships.actions.institutions import code_start
from partnerships.choices import IntakeStatus, Verdict
from partnerships.intake import child
from partnerships.intake.checking import Reference
from partnerships.intake.columns import ADDED, FIELDS, NAMES, meaning
from partnerships.intake.comparing import chunks, compare, effect_of, whole, written
from partnerships.intake.findings import kept_problem, problem_words, words
from partnerships.intake.gathering import Gathered, NoHeader, gather
from partnerships.intake.reading import Unreadable
from partnerships.lifecycle import INTAKE
from partnerships.models import ColumnMemory, Institution, InstitutionName, InstitutionWord, Intake, IntakeRow, Region
from partnerships.references import FOUND_BY, refresh_search_of
from partnerships.tasks import ask, read_intake_task

log = logging.getLogger(__name__)

STALE_AFTER = timedelta(minutes=10)  # longer than a task may take: its reader died
WRITTEN = (Verdict.CREATED, Verdict.UPDATED, Verdict.WARNING)
NAMING = {*NAMES, "aliases"}

name_verbs(undo_import=_("Import undone"), decide=_("Possible double settled"))


# --- From the upload to the preview ---------------------------------------------------------------------------------


def begin_intake(*, by: User | None, upload: Any = None, text: str = "", title: str = "", options: Mapping[str, Any] | None = None) -> Intake:
    """Take a file (`upload`) or a pasted table (`text`) in; it is read in the background, at once when a worker is free.

    `options`: {"include_hidden": bool, "sheet": name, "new_anyway": bool}. Raises TransitionRefused (not_allowed, empty,
    too_large). The intake is READING; a file that cannot be read says so a moment later.
    """
    refuse_unless(by, "institution.import")
    if upload is not None and upload.size > child.FILE_BYTES:
        raise TransitionRefused("too_large", " ".join(problem_words("too_large")))
    content = upload.read() if upload is not None else text.encode("utf-8", "replace")
    intake = take_in(content, by=by, title=title or getattr(upload, "name", ""), options=options)
    transaction.on_commit(partial(ask, read_intake_task, intake.pk))
    return intake


def take_in(content: bytes, *, by: User | None, title: str, options: Mapping[str, Any] | None, **more: Any) -> Intake:
    """Keep the bytes under a random name."""
    if not content.strip():
        raise TransitionRefused("empty", " ".join(problem_words("empty")))
    if len(content) > child.FILE_BYTES:
        raise TransitionRefused("too_large", " ".join(problem_words("too_large")))
    given = options or {}
    with changing():
        intake = Intake(
            title=file_name(title) or str(_("file") if title else _("pasted table")), sha256=hashlib.sha256(content).hexdigest(), brought_by=by,
            options={
                "include_hidden": bool(given.get("include_hidden")), "new_anyway": bool(given.get("new_anyway")),
                "sheet": clean(str(given.get("sheet") or ""))[:100],
            },
            **more,
        )  # fmt: skip
        intake.content.save(f"{uuid.uuid4().hex}.sheet", ContentFile(content), save=False)
        intake.save()
        record(intake, "create", by=by, to_status=intake.status, after={"file": intake.title, "sha256": intake.sha256})
    return intake


def preview(content: bytes, *, options: Mapping[str, Any], by_hand: Mapping[str, Mapping[str, str]] | None = None) -> Gathered:
    """The rows of a file with what would become of each; writes nothing. Raises Unreadable."""
    reference = Reference.load()
    gathered = gather(content, reference=reference, options=options, by_hand=by_hand)
    compare(gathered.rows, reference=reference, options=options)
    return gathered


def read_intake(intake: Intake) -> bool:
    """The slow part: read the file, match columns, check and compare every row. False when somebody else has it in hand.

    Ends in PREVIEW, or in UNREADABLE with a code in `problem` (in words: `intake.findings.problem_words`).
    """
    now = timezone.now()
    free = Q(claimed_at=None) | unheard_of(now, STALE_AFTER)
    if not Intake.objects.filter(free, pk=intake.pk, status=IntakeStatus.READING).update(claimed_at=now):
        return False
    intake.refresh_from_db()
    gathered, problem = Gathered(), ""
    try:
        with intake.content.open("rb") as file:
            gathered = preview(file.read(), options=intake.options, by_hand=intake.columns)
    except Unreadable as error:
        problem = kept_problem(error.code, error.facts)
        gathered.columns = error.columns if isinstance(error, NoHeader) else {}
    except Exception:
        log.exception("intake %s was not read", intake.pk)  # the same file would fail again: it does not wait for ever
        problem = kept_problem("failed", {})
    try:
        keep(intake, gathered, problem)
    except TransitionRefused:  # taken up again by somebody who thought this reader dead, or put aside meanwhile
        return False
    return True


def keep(intake: Intake, gathered: Gathered, problem: str = "") -> None:
    """Put what was read beside the intake, instead of what an earlier reading left."""
    with changing():
        step = INTAKE["give_up" if problem else "show"]
        options = {**intake.options, "headers": [[sheet, list(own)] for sheet, own in gathered.columns.items()]}
        apply(intake, step, by=None, changes={"columns": gathered.columns, "options": options, "problem": problem, "claimed_at": None})
        intake.rows.all().delete()
        for row in gathered.rows:
            row.intake = intake
        IntakeRow.objects.bulk_create(gathered.rows, batch_size=500)


def read_waiting() -> int:
    """Read every intake that waits, or whose reader died; how many."""
    return sum(read_intake(intake) for intake in Intake.objects.filter(status=IntakeStatus.READING).order_by("pk"))


def match_columns(intake: Intake, *, by: User | None, columns: Mapping[str, Mapping[str, str]]) -> Intake:
    """Say by hand what the columns are, {sheet: {header as typed: field or ""}}; remembered for the next file. Read again.

    A sheet or a header that is not named keeps its meaning. Raises TransitionRefused for a field that does not exist or
    stands twice in one sheet.
    """
    refuse_unless(by, "institution.import")
    wanted = {
        sheet: {**headers, **{header: name for header, name in columns.get(sheet, {}).items() if header in headers}}
        for sheet, headers in intake.columns.items()
    }
    for headers in wanted.values():
        named = [name for name in headers.values() if name in FIELDS]
        if len(named) != len(set(named)) or not set(headers.values()) <= {*FIELDS, "", "-"}:
            raise TransitionRefused("columns_contradict", _("Two columns cannot be the same thing: choose something else for one of them."))
    if not any(set(headers.values()) & {"code", *NAMES} for headers in wanted.values()):
        raise TransitionRefused("no_name_column", _("Say which column holds the name or the code: without it no row can be recognised."))
    with changing():
        apply(intake, INTAKE["read_again"], by=by, changes={"columns": wanted, "claimed_at": None})
        chosen = {fold(header)[:120]: name for sheet in wanted for header, name in wanted[sheet].items() if name != intake_meaning(header)}
        for folded, name in chosen.items():
            if folded:
                ColumnMemory.objects.update_or_create(header=folded, defaults={"field": name if name in FIELDS else ""})
    transaction.on_commit(partial(ask, read_intake_task, intake.pk))
    return intake


def intake_meaning(header: str) -> str:
    """What a header means to a portal that remembers nothing."""
    return meaning(header, {})


def decide_row(row: IntakeRow, *, by: User | None, same_as: Institution | None = None, is_new: bool = False) -> IntakeRow:
    """Settle a possible double: it is `same_as` one of the register, or new in spite of the likeness; neither: open again.

    The verdict of the row is worked out anew. Only while the intake is in PREVIEW.
    """
    refuse_unless(by, "institution.import")
    with changing():
        if not Intake.objects.filter(pk=row.intake_id, status=IntakeStatus.PREVIEW).exists():
            raise TransitionRefused("wrong_status", _("This import is no longer open: bring the file again."))
        if not row.values:
            raise TransitionRefused("nothing_to_decide", _("This row was left out or refused: correct it in the file and bring that again."))
        row.same_as, row.is_new = same_as, is_new and same_as is None
        compare([row], reference=Reference.load(), options=row.intake.options)
        row.save()
        record(row.intake, "decide", by=by, after={"sheet": row.sheet, "row": row.number, "same_as": same_as.code if same_as else "", "is_new": row.is_new})
    return row


# --- Into the register ----------------------------------------------------------------------------------------------


def import_file(content: bytes, *, by: User | None, title: str, options: Mapping[str, Any]) -> Intake:
    """Read and import at once, in one transaction. Raises Unreadable, and then nothing is kept."""
    refuse_unless(by, "institution.import")
    gathered = gather(content, reference=Reference.load(), options=options)  # apply_intake compares the rows
    with changing():
        intake = take_in(content, by=by, title=title, options=options, claimed_at=timezone.now())
        try:
            keep(intake, gathered)
            apply_intake(intake, by=by)
        except BaseException:
            intake.content.delete(save=False)  # the file would outlive the rows
            raise
    return intake


def apply_intake(intake: Intake, *, by: User | None) -> dict[str, int]:
    """Write all rows that can be written, in one transaction, against the register as it is now; `counts`.

    Rows are compared once more: what somebody entered or changed since the preview counts. Refused rows and open doubles
    are not written. The file goes: its rows are all that undoing needs. A fixed number of queries for each 500 rows.
    """
    with changing():
        apply(intake, INTAKE["import"], by=by, changes={"applied_at": timezone.now()})
        forget_file(intake)
        reference = Reference.load()
        rows = list(intake.rows.select_related("same_as").order_by("pk"))
        compare(rows, reference=reference, options=intake.options)
        effects = defaultdict(list)
        for row in rows:
            effects[effect_of(row)].append(row)
        lines = [*create_rows(effects[Verdict.CREATED], rows, reference), *update_rows(effects[Verdict.UPDATED], reference)]
        outcome = ["verdict", "findings", "institution", "before"]  # an upsert: bulk_update takes ten times as long
        IntakeRow.objects.bulk_create(rows, update_conflicts=True, unique_fields=["id"], update_fields=outcome, batch_size=500)
        record_many(lines, by=by, reason=intake.title)
    return counts(intake)


Line = tuple[Institution, str, dict[str, Any], dict[str, Any]]


def create_rows(new: Sequence[IntakeRow], rows: Sequence[IntakeRow], reference: Reference) -> list[Line]:
    """Enter new institutions; those without a code get the next one in the manner of the register."""
    taken: dict[str, int] = defaultdict(int)
    codes = [*Institution.objects.values_list("code", flat=True), *(row.values["code"] for row in rows if "code" in row.values)] if new else []
    for code in codes:
        start, _dash, end = code.rpartition("-")
        if end.isdecimal():
            taken[f"{start}-"] = max(taken[f"{start}-"], int(end))
    places = []
    for row in new:
        values = whole(row.values)
        place = Institution(**written(values, reference), region=region_of(values, reference))
        if not place.code:
            start = code_start(place.country, place.region, place.kind)
            taken[start] += 1
            place.code = f"{start}{taken[start]:02}"
        place.refresh_search()
        places.append(place)
    for row, place in zip(new, Institution.objects.bulk_create(places, batch_size=500), strict=True):
        row.institution = place
    set_specialties({row.institution: row.values["specialties"] for row in new if "specialties" in row.values}, reference, replace=False)
    refresh_names(places)
    return [(row.institution, "create", {}, {**whole(row.values), "code": row.institution.code}) for row in new]


def update_rows(changed: Sequence[IntakeRow], reference: Reference) -> list[Line]:
    """Write what differs; a line for each with what was and what is."""
    after = {row.pk: {name: row.values[name] for name in row.before} for row in changed}
    write({row.institution: after[row.pk] for row in changed}, reference)
    return [(row.institution, "edit", row.before, after[row.pk]) for row in changed]


def write(values: Mapping[Institution, Mapping[str, Any]], reference: Reference) -> None:
    """Set fields of many institutions, each its own; every one gets a new version."""
    fields, now = set(), timezone.now()
    for place, given in values.items():
        plainly = written(given, reference)
        if "region" in given:
            plainly["region"] = region_of({"country": place.country.code, **given}, reference)
        for name, value in plainly.items():
            setattr(place, name, value)
        fields |= plainly.keys()
        place.version, place.updated_at = place.version + 1, now
        place.refresh_search()
    Institution.objects.bulk_update(values, [*sorted(fields), "version", "updated_at", "search_text", "sort_key"], batch_size=100)
    set_specialties({place: given["specialties"] for place, given in values.items() if "specialties" in given}, reference, replace=True)
    refresh_names([place for place, given in values.items() if NAMING & given.keys()])
    for part in chunks(place.pk for place, given in values.items() if FOUND_BY & given.keys()):
        refresh_search_of(*Institution.objects.filter(pk__in=part))


def region_of(values: Mapping[str, Any], reference: Reference) -> Region | None:
    return reference.regions_of.get(values["country"], {}).get(fold(values.get("region") or ""))


def set_specialties(codes: Mapping[Institution, Iterable[str]], reference: Reference, *, replace: bool) -> None:
    link = Institution.specialties.through
    if replace:
        for part in chunks(place.pk for place in codes):
            link.objects.filter(institution__in=part).delete()
    links = [link(institution=place, specialty=reference.specialties[fold(code)]) for place, own in codes.items() for code in own]
    link.objects.bulk_create(links, batch_size=500)


def refresh_names(places: Sequence[Institution]) -> None:
    """Bring the rows of names of many institutions in line with their fields; their words follow by themselves."""
    for part in chunks(place.pk for place in places):
        InstitutionName.objects.filter(institution__in=part).delete()
    InstitutionName.objects.bulk_create([name for place in places for name in place.names()], batch_size=500)


# --- And back -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Undone:
    """What taking an import back did; `kept` were worked with since, or are referred to, and stay as they are."""

    deleted: int = 0
    restored: int = 0
    kept: list[Institution] = field(default_factory=list)


def undo_intake(intake: Intake, *, by: User | None) -> Undone:
    """Take an import back, within 24 hours: new institutions are deleted, changed ones get back what they were.

    One that has a line in the history since, or that something refers to, stays as it is and is named.
    """
    with changing():
        label = Institution._meta.label_lower
        start = Change.objects.filter(object_type=intake._meta.label_lower, object_id=intake.pk, verb="import").aggregate(last=Max("pk"))["last"]
        apply(intake, INTAKE["undo"], by=by, changes={"undone_at": timezone.now()})
        rows = [row for row in intake.rows.filter(verdict__in=WRITTEN).select_related("institution__country", "institution__kind") if row.institution]
        since = Change.objects.filter(object_type=label, pk__gt=start or 0).order_by().values("object_id").annotate(lines=Count("pk"))
        edited = {line["object_id"] for line in since if line["lines"] > 1}  # one is the line of the import itself
        new = [row for row in rows if not row.before]
        busy = edited | referred_to([row.institution_id for row in new if row.institution_id not in edited])
        gone = [row for row in new if row.institution_id not in busy]
        back = [row for row in rows if row.before and row.institution_id not in edited]
        lines: list[Line] = [(row.institution, "undo_import", whole(row.values), {}) for row in gone]
        lines += [(row.institution, "undo_import", {name: row.values[name] for name in row.before}, row.before) for row in back]
        write({row.institution: row.before for row in back}, Reference.load())
        record_many(lines, by=by, reason=intake.title)
        for part in chunks(row.institution_id for row in gone):
            Institution.objects.filter(pk__in=part).delete()
        settled = {row.pk for row in (*gone, *back)}
    return Undone(len(gone), len(back), [row.institution for row in rows if row.pk not in settled])


def referred_to(keys: Sequence[int]) -> set[int]:
    """Those of these institutions that anything refers to, except their own names and words, and the rows of imports. One query for each relation."""
    found: set[int] = set()
    for relation in Institution._meta.get_fields(include_hidden=True):
        if not (relation.auto_created and relation.one_to_many) or relation.related_model in {InstitutionName, InstitutionWord, IntakeRow}:
            continue
        if relation.related_model._meta.auto_created is Institution:
            continue  # its own specialties, procedures and equipment
        name = relation.field.name
        for part in chunks(keys):
            found |= set(relation.related_model._base_manager.filter(**{f"{name}__in": part}).values_list(f"{name}_id", flat=True))
    return found


def drop_intake(intake: Intake, *, by: User | None) -> None:
    """Put an import aside that was not written; its rows and its file go, its line in the history stays."""
    with changing():
        apply(intake, INTAKE["drop"], by=by)
        intake.rows.all().delete()
        forget_file(intake)


def forget_file(intake: Intake) -> None:
    """Columns can no longer be matched anew: nobody reads the file again."""
    discard(intake.content)
    Intake.objects.filter(pk=intake.pk).update(content="")


# --- What there is to show ------------------------------------------------------------------------------------------


def counts(intake: Intake) -> dict[str, int]:
    """How many rows have each verdict, by every value of `Verdict`; they add up to the rows. One query."""
    found = dict(intake.rows.order_by().values_list("verdict").annotate(Count("pk")))
    return {verdict: found.get(verdict, 0) for verdict in Verdict.values}


def effects(rows: Iterable[IntakeRow]) -> dict[str, int]:
    """How many rows are created, updated, and so on, warnings aside; `warning` says how many of those are to be looked at."""
    rows = list(rows)
    found = Counter(str(effect_of(row)) for row in rows)
    return {**{verdict: found[verdict] for verdict in Verdict.values}, Verdict.WARNING.value: sum(row.verdict == Verdict.WARNING for row in rows)}


def shown_findings(row: IntakeRow) -> list[dict[str, Any]]:
    """The findings of a row that matter for its verdict: warnings only where it is written, or the same as what is kept."""
    if row.verdict in {*WRITTEN, Verdict.UNCHANGED}:
        return row.findings
    return [finding for finding in row.findings if finding["verdict"] != Verdict.WARNING]


def row_changes(row: IntakeRow, reference: Reference) -> list[tuple[str, str, str]]:
    """What a row writes, for show: (label of the field, kept now, from the file). Without queries."""
    values = whole(row.values) if not row.before else {name: row.values.get(name) for name in row.before}
    shown = [name for name in FIELDS if name in values]
    return [(str(FIELDS[name]), shown_value(name, row.before.get(name), row, reference), shown_value(name, values[name], row, reference)) for name in shown]


def shown_value(name: str, value: Any, row: IntakeRow, reference: Reference) -> str:
    """A value as people read it: things of the reference lists by name."""
    if value in (None, "", []):
        return ""
    if name == "specialties":
        return "، ".join(reference.specialties[fold(code)].name for code in value if fold(code) in reference.specialties)
    known = {"kind": reference.kinds, "country": reference.countries, "region": reference.regions_of.get(whole(row.values).get("country", ""), {})}
    if name in known:
        thing = known[name].get(fold(value))
        return thing.name if thing else value
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    return str(value)


def report_lines(rows: Iterable[IntakeRow]) -> Iterator[list[Any]]:
    """The report: sheet, row, verdict, column, value, reason, suggestion; a line for each finding, or one for a row without any."""
    for row in rows:
        findings = shown_findings(row)
        for finding in findings:
            yield [row.sheet, row.number, row.verdict, finding["column"], finding["value"], *words(finding)]
        if not findings:
            yield [row.sheet, row.number, row.verdict, "", "", "", ""]


def refused_rows(intake: Intake) -> tuple[list[Column], Iterator[list[Any]]]:
    """The refused rows and the open doubles as (columns, rows) for `core.exporters`: as they came, with reason and suggestion."""
    rows = list(intake.rows.filter(verdict__in=(Verdict.REFUSED, Verdict.POSSIBLE_DUPLICATE)).order_by("pk"))
    headers = list(dict.fromkeys(header for _sheet, own in intake.matching for header, _field in own))
    columns = [*(Column(header, header) for header in headers), *(Column(key, label, 40) for key, label in ADDED.items())]
    return columns, (refused_row(row, headers) for row in rows)


def refused_row(row: IntakeRow, headers: Sequence[str]) -> list[Any]:
    said = [(finding["column"], *words(finding)) for finding in shown_findings(row)]
    reasons = "\n".join(f"{column}: {reason}" if column else reason for column, reason, _suggestion in said)
    suggestions = "\n".join(dict.fromkeys(suggestion for _column, _reason, suggestion in said))
    return [*(row.cells.get(header, "") for header in headers), row.sheet, row.number, reasons, suggestions]
