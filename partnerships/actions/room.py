"""Whatever changes the room of a partnership: goals, focal points, service lines, projects, meetings, discussion."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.access import refuse_unless
from accounts.models import User
from accounts.policy import can, institutions_of
from core.editing import edit, made_just_now
from core.files import attach
from core.formats import today
from core.history import changing, name_verbs, record
from core.lifecycle import TransitionRefused
from core.models import Attachment
from core.money import refuse_finer
from core.outbox import tell
from partnerships.actions.people import names
from partnerships.choices import PartnershipStatus
from partnerships.models import Decision, FocalPoint, Institution, Meeting, Membership, Message, Partnership, Project, RungReached, ServiceLine

name_verbs(
    focal_point=_("Focal point named"), drop_focal_point=_("Focal point taken off"), move_rung=_("Moved on the autonomy ladder"), decide=_("Decision recorded"),
    done=_("Decision carried out"), not_done=_("Decision not carried out after all"), message=_("Message written"),
)  # fmt: skip


def refuse_unless_running(by: User | None, action: str, partnership: Partnership) -> None:
    refuse_unless(by, action, partnership)
    if partnership.status in {PartnershipStatus.CLOSED, PartnershipStatus.CANCELLED}:
        raise TransitionRefused("partnership_over", _("This partnership is over."))


def describe_partnership(partnership: Partnership, *, by: User | None, version: int | None = None, **values: Any) -> Partnership:
    """Set goals, exit plan and sustainable development goals. Raises EditConflict when somebody was faster."""
    refuse_unless_running(by, "partnership.keep_room", partnership)
    edit(partnership, values, by=by, version=version)
    return partnership


def add_document(partnership: Partnership, *, by: User | None, upload: Any) -> Attachment:
    """Keep a document with the partnership. Raises ValidationError when the file is refused."""
    refuse_unless_running(by, "partnership.keep_room", partnership)
    return attach(partnership, upload, role="document", by=by)


def name_focal_point(partnership: Partnership, institution: Institution, *, by: User | None, **values: Any) -> FocalPoint:
    """Say whom to ask at a party. Raises TransitionRefused for an institution that is no party, or for another side's own people."""
    refuse_unless_running(by, "partnership.keep_room", partnership)
    if institution.pk not in partnership.party_ids:
        raise TransitionRefused("not_a_party", _("Choose one of the parties."))
    mine = institutions_of(by) if by is not None else frozenset()
    if by is not None and not can(by, "partnership.create") and institution.pk not in mine:
        raise TransitionRefused("other_side", _("Each side names its own focal points."))
    with changing():
        if there := partnership.focal_points.filter(institution=institution, **values).first():
            return there
        point = FocalPoint.objects.create(partnership=partnership, institution=institution, **values)
        record(partnership, "focal_point", by=by, after={"name": point.name, "institution": institution.pk})
    return point


def drop_focal_point(point: FocalPoint, *, by: User | None) -> None:
    """Take a focal point off; the name stays in the history."""
    refuse_unless_running(by, "partnership.keep_room", point.partnership)
    with changing():
        record(point.partnership, "drop_focal_point", by=by, before={"name": point.name, "institution": point.institution_id})
        point.delete()


def open_service_line(partnership: Partnership, *, by: User | None, rung: str, note: str = "", **values: Any) -> ServiceLine:
    """Begin to follow a service on the autonomy ladder. Raises TransitionRefused when it is followed already."""
    with changing():
        partnership.refresh_from_db(fields=["status"])
        refuse_unless_running(by, "partnership.keep_room", partnership)
        if ServiceLine.objects.filter(partnership=partnership, specialty=values["specialty"], name=values.get("name", "")).exists():
            raise TransitionRefused("already_there", _("This service is followed already: move it on its ladder instead."))
        line = ServiceLine.objects.create(partnership=partnership, rung=rung, **values)
        RungReached.objects.create(service_line=line, rung=rung, note=note, by=by)
        record(line, "create", by=by, after={"rung": rung})
    return line


def move_service_line(line: ServiceLine, rung: str, *, by: User | None, reached_on: date | None = None, note: str = "") -> ServiceLine:
    """Record a step on the ladder, up or down, with what shows it. The same rung again changes nothing.

    Raises TransitionRefused for a day in the future.
    """
    refuse_unless_running(by, "partnership.keep_room", line.partnership)
    reached_on = reached_on or today()
    if reached_on > today():
        raise TransitionRefused("in_future", _("The day cannot be in the future."))
    with changing():
        line.refresh_from_db(fields=["rung", "version"])
        if line.rung == rung:
            return line
        before = line.rung
        ServiceLine.objects.filter(pk=line.pk).update(rung=rung, version=line.version + 1)
        line.rung, line.version = rung, line.version + 1
        RungReached.objects.create(service_line=line, rung=rung, reached_on=reached_on, note=note, by=by)
        record(line, "move_rung", by=by, before={"rung": before}, after={"rung": rung}, reason=note)
    return line


def save_project(partnership: Partnership, project: Project | None, *, by: User | None, version: int | None = None, **values: Any) -> Project:
    """Begin a project, or change one. Raises TransitionRefused when its end comes before its start, and for a
    budget with more decimals than its currency has; EditConflict when stale."""
    refuse_unless_running(by, "partnership.keep_room", partnership)
    if values.get("starts_on") and values.get("ends_on") and values["ends_on"] < values["starts_on"]:
        raise TransitionRefused("end_before_start", _("The end comes before the start."))
    refuse_finer(values.get("currency") or (project or Project()).currency, values.get("budget"))
    if project is not None:
        edit(project, values, by=by, version=version)
        return project
    with changing():
        if there := made_just_now(partnership.projects.all(), values, by=by):
            return there
        project = Project.objects.create(partnership=partnership, **values)
        record(project, "create", by=by, after={"title": project.title})
    return project


def save_meeting(partnership: Partnership, meeting: Meeting | None, *, by: User | None, version: int | None = None, **values: Any) -> Meeting:
    """Call a meeting, or write its minutes. A new one is told to the people of all parties."""
    refuse_unless_running(by, "partnership.discuss", partnership)
    if meeting is not None:
        edit(meeting, values, by=by, version=version)
        return meeting
    with changing():
        if there := made_just_now(partnership.meetings.all(), values, by=by):
            return there
        meeting = Meeting.objects.create(partnership=partnership, called_by=by, **values)
        record(meeting, "create", by=by, after={"title": meeting.title, "held_on": meeting.held_on})
        if meeting.held_on >= today():
            people = [person for person in members(partnership) if person != by]
            tell(
                people,
                "meeting_called",
                meeting,
                meeting.get_absolute_url(),
                {**names(partnership), "title": meeting.title, "held_on": meeting.held_on.isoformat()},
            )
    return meeting


ON_DECISION: list[Callable[[Decision, User | None], Any]] = []
ON_CARRYING_OUT: list[Callable[[Decision, User | None], bool]] = []


def follow_decisions(recorded: Callable[[Decision, User | None], Any], carried_out: Callable[[Decision, User | None], bool]) -> None:
    """Let an app further right look after decisions, in the same transaction: `recorded(decision, by)` when one is written
    down, `carried_out(decision, by)` when somebody says that it is done: True when that app has seen to it with `mark_decision`.
    """
    ON_DECISION.append(recorded)
    ON_CARRYING_OUT.append(carried_out)


def record_decision(meeting: Meeting, *, by: User | None, text: str, owner: User | None = None, due_on: date | None = None) -> Decision:
    """Write down what a meeting decided; whoever has to do it is told. The same words again mean the decision that is there."""
    refuse_unless_running(by, "partnership.discuss", meeting.partnership)
    if owner is not None and owner not in members(meeting.partnership):
        raise TransitionRefused("not_a_member", _("Choose somebody of this partnership."))
    with changing():
        if there := meeting.decisions.filter(text=text, owner=owner, due_on=due_on).first():
            return there
        decision = Decision.objects.create(meeting=meeting, text=text, owner=owner, due_on=due_on)
        record(meeting, "decide", by=by, after={"text": text, "owner": owner.pk if owner else None, "due_on": due_on})
        if owner is not None and owner != by:
            words = {**names(meeting.partnership), "text": text, **({"until_on": due_on.isoformat()} if due_on else {})}
            tell([owner], "decision_assigned", meeting, meeting.get_absolute_url(), words, rung=f"d{decision.pk}")
        for follow in ON_DECISION:
            follow(decision, by)
    return decision


def carry_out(decision: Decision, *, by: User | None) -> Decision:
    """A decision has been carried out; saying so twice changes nothing."""
    refuse_unless_running(by, "partnership.discuss", decision.meeting.partnership)
    with changing():
        if not any(see_to(decision, by) for see_to in ON_CARRYING_OUT):
            mark_decision(decision, by=by, done_on=today())
        decision.refresh_from_db(fields=["done_on"])
    return decision


def mark_decision(decision: Decision, *, by: User | None, done_on: date | None) -> None:
    """Set the day on which a decision was carried out, or take it back (None); the caller has asked who may. Twice changes nothing."""
    if Decision.objects.filter(pk=decision.pk, done_on__isnull=done_on is not None).update(done_on=done_on):
        decision.done_on = done_on
        record(decision.meeting, "done" if done_on else "not_done", by=by, after={"text": decision.text})


def adjust_decision(decision: Decision, *, by: User | None, **values: Any) -> None:
    """Word a decision otherwise, give it to somebody else or another day; the caller has asked who may."""
    before = {name: getattr(decision, name) for name in values}
    Decision.objects.filter(pk=decision.pk).update(**values)
    record(decision.meeting, "edit", by=by, before=before, after=values)


def members(partnership: Partnership) -> list[User]:
    """The people of the partnership: whoever holds a role today at one of its parties, and its evaluators."""
    standing = Membership.objects.in_force()
    mine = standing.filter(institution__in=partnership.party_ids) | standing.filter(partnership=partnership)
    return list(User.objects.filter(is_active=True, memberships__in=mine).distinct().order_by("name", "pk"))


def write_message(
    partnership: Partnership, *, by: User, text: str, answers: Message | None = None, mentions: Iterable[User] = (), upload: Any = None
) -> Message:
    """Add to the discussion. People who are named are told; only people of the partnership can be.

    Raises TransitionRefused for somebody from outside, ValidationError when the file is refused.
    """
    refuse_unless_running(by, "partnership.discuss", partnership)
    mentions = list(mentions)
    known = {person.pk for person in members(partnership)}
    if any(person.pk not in known for person in mentions) or (answers is not None and answers.partnership_id != partnership.pk):
        raise TransitionRefused("not_a_member", _("Choose somebody of this partnership."))
    with changing():
        message = Message.objects.create(partnership=partnership, by=by, text=text, answers=answers)
        message.mentions.set(mentions)
        record(partnership, "message", by=by, after={"message": message.pk})
        if upload is not None:
            attach(message, upload, role="message", by=by)
        address = f"{partnership.get_absolute_url()}discussion/#message-{message.pk}"
        tell([person for person in mentions if person != by], "mentioned", message, address, {**names(partnership), "by": by.name})
    return message
