"""Whatever changes the files of visiting specialists: their papers, the check, the licence."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.access import refuse_unless
from accounts.models import User
from accounts.policy import Role
from activities.actions.activities import words_about
from activities.actions.people import add_eraser
from activities.choices import PaperKind, PaperState, Part
from activities.lifecycle import VISITOR
from activities.models import Activity, Placement, PlacementEntry, Professional, VisitorFile, VisitorPaper
from activities.querysets import with_own_parties
from core.editing import VEIL, edit
from core.files import attach, discard
from core.formats import today
from core.history import changing, name_verbs, record
from core.lifecycle import Transition, TransitionRefused, apply, by_itself
from core.models import Seal
from core.outbox import tell
from core.profile import home
from partnerships.actions import ministry, people_of
from partnerships.querysets import with_parties

name_verbs(paper=_("Paper noted"), check_paper=_("Paper looked at"))


def whole(rows: Any) -> Any:
    """Files with everything that a page and the rules read."""
    return rows.select_related(
        "activity__partnership", "professional__institution__country", "professional__specialty", "professional__profession", "created_by", "checked_by"
    ).prefetch_related("papers", with_own_parties("activity__"), with_parties("activity__partnership__"), "activity__invitations")


def visitors_to_file(activity: Activity) -> Any:
    """The named people of the team who come from an institution abroad and have no file yet for this mission."""
    named = activity.participants.filter(part=Part.TEAM, professional__isnull=False).values("professional")
    abroad = Professional.objects.filter(Q(pk__in=named) | Q(pk=activity.leader_id)).exclude(institution__country__code=home().country)
    return abroad.exclude(visitor_files__activity=activity).select_related("institution").order_by("name", "pk")


def open_files(activity: Activity, people: Iterable[Professional], *, by: User | None) -> list[VisitorFile]:
    """Begin a file for each of these visiting specialists, with the papers that are asked for. Whoever has one keeps it.

    Raises TransitionRefused for somebody who does not take part or does not come from abroad.
    """
    refuse_unless(by, "visitor.keep", activity)
    people = list(people)
    if any(not person.is_abroad for person in people):
        raise TransitionRefused("not_abroad", _("Only specialists of an institution abroad need a licence."))
    named = set(activity.participants.filter(professional__in=people).values_list("professional", flat=True)) | {activity.leader_id}
    if any(person.pk not in named for person in people):
        raise TransitionRefused("not_in_the_team", _("Name the specialist in the team of the mission first."))
    made = []
    with changing():
        for person in people:
            file, is_new = VisitorFile.objects.get_or_create(activity=activity, professional=person, defaults={"created_by": by})
            if is_new:
                VisitorPaper.objects.bulk_create(VisitorPaper(file=file, kind=kind) for kind in PaperKind.values)
                record(file, "create", by=by, to_status=file.status, after={"activity": activity.pk, "specialist": person.pk})
            made.append(file)
    return made


def describe_visit(file: VisitorFile, *, by: User | None, scope_of_practice: str, version: int | None = None) -> VisitorFile:
    """Say what the specialist will do. Raises TransitionRefused once the licence is given or refused, EditConflict when stale."""
    with changing():
        refuse_unless_open(file, by, "visitor.keep")
        edit(file, {"scope_of_practice": scope_of_practice}, by=by, version=version)
    return file


def refuse_unless_open(file: VisitorFile, by: User | None, action: str) -> None:
    refuse_unless(by, action, file)
    now = VisitorFile.objects.values_list("status", flat=True).get(pk=file.pk)  # it may have moved since the page was drawn
    if now not in ({"draft", "returned"} if action == "visitor.keep" else {"submitted"}):
        raise TransitionRefused("wrong_status", _("The file is with the ministry, or the licence is decided: nothing changes now."))


def note_paper(
    paper: VisitorPaper, *, by: User | None, upload: Any = None, valid_until: date | None = None, is_here: bool = True, note: str = ""
) -> VisitorPaper:
    """Write down that a paper is here, or missing again, with its scan and until when it is valid.

    A new scan takes the place of the last in the list; the last one is kept in the history. Raises ValidationError when the
    file is refused.
    """
    file = paper.file
    with changing():
        refuse_unless_open(file, by, "visitor.keep")
        if upload is not None:
            attach(file, upload, role=paper.kind, by=by)
        state = PaperState.RECEIVED if is_here or upload is not None else PaperState.MISSING
        change_paper(paper, "paper", by=by, state=state, valid_until=valid_until, note=note)
    return paper


def check_paper(paper: VisitorPaper, *, by: User | None, is_accepted: bool, note: str = "") -> VisitorPaper:
    """The ministry's word about one paper: in order, or not accepted and why.

    Raises TransitionRefused for a paper that is missing, and for a refusal without a word.
    """
    if paper.state == PaperState.MISSING:
        raise TransitionRefused("paper_missing", _("This paper is missing: there is nothing to check."))
    if not is_accepted and not note.strip():
        raise TransitionRefused("reason_missing", _("Say what is wrong with the paper: both sides read it."))
    with changing():
        refuse_unless_open(paper.file, by, "visitor.check")
        change_paper(paper, "check_paper", by=by, state=PaperState.CHECKED if is_accepted else PaperState.REJECTED, note=note)
    return paper


def accept_papers(file: VisitorFile, *, by: User | None) -> int:
    """Every paper that came in and was not looked at is in order; how many. Those that were not accepted stay so."""
    refuse_unless_open(file, by, "visitor.check")
    papers = [paper for paper in file.papers.all() if paper.state == PaperState.RECEIVED]
    with changing():
        for paper in papers:
            paper.file = file
            check_paper(paper, by=by, is_accepted=True, note=paper.note)
    return len(papers)


def change_paper(paper: VisitorPaper, verb: str, *, by: User | None, **values: Any) -> None:
    before = {name: getattr(paper, name) for name in values}
    changed = {name: value for name, value in values.items() if before[name] != value}
    if not changed:
        return
    VisitorPaper.objects.filter(pk=paper.pk).update(**changed)
    for name, value in changed.items():
        setattr(paper, name, value)
    was, now = ({name: VEIL if name == "note" and values[name] else values[name] for name in changed} for values in (before, changed))
    record(paper.file, verb, by=by, after={"paper": paper.kind, **now, "was": was})


def transition_visitor(file: VisitorFile, transition: Transition, *, by: User | None, reason: str = "") -> VisitorFile:
    """Take a step that carries nothing but a reason, and tell who must act next."""
    by_itself(transition, by)
    with changing():
        changes: dict[str, Any] = {}
        if transition.slug == "check":
            changes = {"checked_by": by}
        elif transition.slug == "withdraw":
            changes = {"licence_number": "", "valid_from": None, "valid_to": None}
        apply(file, transition, by=by, reason=reason, changes=changes)
        tell_about_visitor(file, transition.slug, by, reason)
    return file


def license_visitor(file: VisitorFile, *, by: User | None, licence_number: str, valid_from: date, valid_to: date) -> VisitorFile:
    """Give the licence: its number and its days, which hold those of the mission.

    Raises TransitionRefused when papers are unchecked or end before the mission, when the days do not cover it, when the
    last day comes before the first or has passed, and when the number was given before.
    """
    if valid_to < valid_from:
        raise TransitionRefused("end_before_start", _("The last day comes before the first."))
    if valid_to < today() and by is not None:
        raise TransitionRefused("already_over", _("The licence would be over already: correct its last day."))
    with changing():
        if VisitorFile.objects.filter(licence_number__iexact=licence_number).exclude(pk=file.pk).exists():
            raise TransitionRefused("number_taken", _("Another licence has this number already."))
        apply(file, VISITOR["license"], by=by, changes={"licence_number": licence_number, "valid_from": valid_from, "valid_to": valid_to})
        tell_about_visitor(file, "license", by, "")
    return file


TOLD = {"submit": "visitor_submitted", "check": "visitor_checked", "return": "visitor_returned", "license": "visitor_licensed", "refuse": "visitor_refused", "withdraw": "visitor_withdrawn"}  # fmt: skip


def tell_about_visitor(file: VisitorFile, slug: str, by: User | None, reason: str) -> None:
    """Officers check what was submitted, the head licenses what was checked, both sides hear what was decided."""
    if slug == "submit":
        people = ministry(Role.OFFICER)
    elif slug == "check":
        people = ministry(Role.HEAD)
    else:
        people = people_of(file.activity.partnership, Role.COORDINATOR) if file.activity.partnership else []
    words = words_about(file.activity, specialist=file.professional.name, reason=reason, starts_on=file.activity.starts_on.isoformat())
    tell([person for person in people if not by or person.pk != by.pk], TOLD[slug], file, file.get_absolute_url(), words, rung=f"v{file.version}")


def erase_from_papers(person: Professional) -> None:
    """When somebody’s personal data are erased: the remarks on their papers and the log of their placements, and the files of papers that name them.

    The codes of issued papers stay, so that one in their hands can still be checked.
    """
    files, placements = person.visitor_files.all(), person.placements.all()
    VisitorPaper.objects.filter(file__in=files).update(note="")
    PlacementEntry.objects.filter(placement__in=placements).delete()
    missions = person.participations.values("activity")
    named = (
        Q(object_type=VisitorFile._meta.label_lower, object_id__in=files.values("pk"))
        | Q(object_type=Placement._meta.label_lower, object_id__in=placements.values("pk"))
        | Q(object_type=Activity._meta.label_lower, object_id__in=missions)
    )
    for seal in Seal.objects.filter(named):
        discard(seal.file)


add_eraser(erase_from_papers)
