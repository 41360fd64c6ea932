"""Whatever changes annual programmes: begun by either side, its lines, last year's taken over, what was proposed taken in."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from accounts.access import refuse_unless
from accounts.models import User
from accounts.policy import Role
from activities.lifecycle import PROGRAMME
from activities.models import PlannedActivity, Programme
from core.editing import EditConflict
from core.formats import today
from core.history import changing, name_verbs, record
from core.lifecycle import Transition, TransitionRefused, apply, by_itself
from core.outbox import tell
from partnerships.actions import ministry, names, people_of
from partnerships.models import Agreement, Partnership

name_verbs(
    line=_("Line added"), edit_line=_("Line changed"), drop_line=_("Line taken out"), copy_lines=_("Lines of the year before taken over"),
    take_lines=_("Proposed lines taken"),
)  # fmt: skip

MOST_LINES = 60
FIELDS = ("kind", "specialty", "month", "starts_on", "days", "consultations", "operations", "trained", "note")


def refuse_unless_open(programme: Programme, by: User | None) -> None:
    """Lines are written while it is a draft, or has been returned. Reads the status afresh."""
    refuse_unless(by, "programme.draft", programme)
    programme.refresh_from_db(fields=["status", "version"])
    if programme.status not in PROGRAMME["submit"].sources:
        raise TransitionRefused("wrong_status", _("The programme has been handed in: its lines no longer change."))


def start_programme(agreement: Agreement, year: int, *, by: User | None, note: str = "") -> Programme:
    """Begin the programme of one year of an agreement; both sides write it, so the other one is told.

    Raises TransitionRefused when the role does not allow it, the agreement is not signed or does not reach into that year,
    the partnership is over, or the programme exists.
    """
    partnership = agreement.partnership
    refuse_unless(by, "programme.draft", partnership)
    with changing():
        partnership.refresh_from_db(fields=["status"])
        agreement.refresh_from_db(fields=["signed_on", "starts_on", "ends_on", "terminated_on"])
        if partnership.status not in {"active", "planning"}:
            raise TransitionRefused("partnership_not_active", _("A programme belongs to a running partnership."))
        if agreement.signed_on is None or agreement.starts_on.year > year or agreement.last_day.year < year:
            raise TransitionRefused("no_agreement", _("No signed agreement reaches into this year."))
        if Programme.objects.filter(agreement=agreement, year=year).exists():
            raise TransitionRefused("already_there", _("This year has its programme already: open it instead."))
        programme = Programme.objects.create(agreement=agreement, year=year, note=note, created_by=by)
        record(programme, "create", by=by, to_status=programme.status, after={"year": year, "agreement": agreement.pk})
        tell_others(programme, "programme_started", by)
    return programme


def describe_programme(programme: Programme, *, by: User | None, note: str) -> Programme:
    """The words above the lines."""
    with changing():
        refuse_unless_open(programme, by)
        if programme.note != note:
            record(programme, "edit", by=by, before={"note": programme.note}, after={"note": note})
            Programme.objects.filter(pk=programme.pk).update(note=note, version=F("version") + 1)
            programme.note, programme.version = note, programme.version + 1
    return programme


def save_line(programme: Programme, line: PlannedActivity | None, *, by: User | None, version: int | None = None, **values: Any) -> PlannedActivity:
    """Add a line, or change one. `version` is what the line said when the person began, as `PlannedActivity.version` gives it.

    Raises EditConflict when somebody changed the line meanwhile, TransitionRefused when it was taken out or the programme
    has been handed in.
    """
    with changing():
        refuse_unless_open(programme, by)
        refuse_bad_days(programme, values.get("starts_on"), values.get("month"))
        if line is None:
            if programme.lines.count() >= MOST_LINES:
                raise TransitionRefused("too_many", _("A programme holds at most 60 lines."))
            line = PlannedActivity.objects.create(programme=programme, **values)
            record(programme, "line", by=by, after=said(line))
        else:
            current = PlannedActivity.objects.filter(pk=line.pk, programme=programme).first()
            if current is None:
                raise TransitionRefused("gone", _("Somebody has taken this line out in the meantime."))
            if version is not None and current.version != version:
                raise EditConflict(current)
            before = said(current)
            PlannedActivity.objects.filter(pk=line.pk).update(**values, **({"reasons": []} if current.starts_on != values.get("starts_on") else {}))
            line = PlannedActivity.objects.get(pk=line.pk)
            after = said(line)
            if before == after:
                return line
            changed = {name for name in after if before[name] != after[name]}
            record(programme, "edit_line", by=by, before={name: before[name] for name in changed}, after={name: after[name] for name in changed})
        touched(programme, by)
    return line


def drop_line(line: PlannedActivity, *, by: User | None) -> None:
    """Take a line out. What was made of it stays, as an activity outside the programme."""
    programme = line.programme
    with changing():
        refuse_unless_open(programme, by)
        record(programme, "drop_line", by=by, before=said(line))
        PlannedActivity.objects.filter(pk=line.pk).delete()
        touched(programme, by)


def copy_last_year(programme: Programme, *, by: User | None) -> int:
    """Take over the lines of the year before, without their days; how many. Lines that are there already are left out.

    Raises TransitionRefused when there is no programme to copy.
    """
    with changing():
        refuse_unless_open(programme, by)
        last = last_year_of(programme)
        if last is None:
            raise TransitionRefused("nothing_to_copy", _("There is no programme of the year before."))
        there = {(line.kind, line.specialty_id, line.month) for line in programme.lines.all()}
        new = [
            PlannedActivity(
                programme=programme, kind=line.kind, specialty_id=line.specialty_id, month=line.month, days=line.days, consultations=line.consultations,
                operations=line.operations, trained=line.trained, note=line.note, reasons=[{"rule": "copied", "year": last.year}],
            )
            for line in last.lines.all()
            if (line.kind, line.specialty_id, line.month) not in there
        ][: MOST_LINES - len(there)]  # fmt: skip
        PlannedActivity.objects.bulk_create(new)
        if new:
            record(programme, "copy_lines", by=by, after={"year": last.year, "count": len(new)})
            touched(programme, by)
    return len(new)


def take_lines(programme: Programme, lines: Sequence[dict[str, Any]], *, by: User | None) -> int:
    """Put proposed lines into the programme, each with the reasons for its days; how many."""
    with changing():
        refuse_unless_open(programme, by)
        room = MOST_LINES - programme.lines.count()
        new = [PlannedActivity(programme=programme, **values) for values in lines[:room]]
        PlannedActivity.objects.bulk_create(new)
        if new:
            record(programme, "take_lines", by=by, after={"count": len(new), "lines": [said(line) for line in new]})
            touched(programme, by)
    return len(new)


def transition_programme(programme: Programme, transition: Transition, *, by: User | None, reason: str = "") -> Programme:
    """Take a step, and tell who must act next."""
    by_itself(transition, by)
    with changing():
        apply(programme, transition, by=by, reason=reason)
        words, address, rung = words_about_programme(programme, reason=reason), programme.get_absolute_url(), f"v{programme.version}"
        people = ministry(Role.OFFICER) if transition.slug == "submit" else people_of(programme.partnership, Role.COORDINATOR)
        tell([person for person in people if person != by], f"programme_{transition.target}", programme, address, words, rung=rung)
    return programme


def touched(programme: Programme, by: User | None) -> None:
    """The programme has another version, and the other side hears of it: once a day."""
    Programme.objects.filter(pk=programme.pk).update(version=F("version") + 1)
    programme.version += 1
    tell_others(programme, "programme_changed", by)


def tell_others(programme: Programme, event: str, by: User | None) -> None:
    """The coordinators of both sides but the author. A change of the day on which it was begun says nothing new."""
    if by is None:
        return
    if event == "programme_changed" and programme.created_by_id == by.pk and programme.created_at and programme.created_at.date() == today():
        return
    others = [person for person in people_of(programme.partnership, Role.COORDINATOR) if person.pk != by.pk]
    tell(others, event, programme, programme.get_absolute_url(), words_about_programme(programme))


def words_about_programme(programme: Programme, **more: Any) -> dict[str, Any]:
    return {**names(programme.partnership), "year": programme.year, **more}


def said(line: PlannedActivity) -> dict[str, Any]:
    """What a line says, as the history keeps it."""
    return {name: getattr(line, f"{name}_id" if name == "specialty" else name) for name in FIELDS}


def refuse_bad_days(programme: Programme, starts_on: date | None, month: int | None) -> None:
    if starts_on and (starts_on.year, starts_on.month) != (programme.year, month):
        raise TransitionRefused("other_month", _("The first day lies outside the month of the line."))


def last_year_of(programme: Programme) -> Programme | None:
    """The programme of the year before in the same partnership, approved ones first."""
    rows = Programme.objects.filter(agreement__partnership=programme.agreement.partnership_id, year=programme.year - 1)
    return rows.order_by(F("status").asc(), "-pk").prefetch_related("lines").first()


def agreements_for(partnership: Partnership, years: Iterable[int]) -> list[tuple[Agreement, int]]:
    """The agreements of a partnership that reach into each of these years and have no programme for it yet. Two queries."""
    signed = [
        agreement
        for agreement in partnership.agreements.filter(signed_on__isnull=False, parent=None).order_by("starts_on", "pk")
        if agreement.status in {"signed", "suspended"}
    ]
    taken = set(Programme.objects.filter(agreement__in=signed).values_list("agreement", "year"))
    return [
        (agreement, year)
        for year in years
        for agreement in signed
        if agreement.starts_on.year <= year <= agreement.ends_on.year and (agreement.pk, year) not in taken
    ]
