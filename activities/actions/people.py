"""The roster of professionals, and who took part in what: named people and head-counts, presence, scores."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from statistics import mean
from typing import Any

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import refuse_unless
from accounts.models import User
from accounts.policy import can, may_act_for
from activities.actions.seats import has_seat, move_up
from activities.choices import OFF, ActivityStatus, Part, ParticipantRole, Presence
from activities.models import Activity, Invitation, Participant, Professional
from activities.totals import refresh
from core.editing import VEIL, edit
from core.files import discard, drop_attachments
from core.folding import fold
from core.formats import today
from core.history import changing, name_verbs, record
from core.lifecycle import TransitionRefused, not_allowed
from core.models import Attachment, Seal
from partnerships.models import Institution
from partnerships.models.geography import folded_names

name_verbs(
    erase=_("Personal data erased"), export_person=_("Personal data handed out"), add_person=_("Participant added"), drop_person=_("Participant taken off"),
    edit_person=_("Participant changed"), presence=_("Presence recorded"), scores=_("Test scores recorded"),
    heads=_("Head-count written"),
)  # fmt: skip

PERSONAL = ("name", "latin_name", "sex", "rank", "languages", "email", "phone")  # what the history never holds and an erasure removes
LEARNS = {ParticipantRole.TRAINEE: Part.TRAINED}  # every other role is of the team
CLOSED = frozenset({ActivityStatus.COUNTER_CONFIRMED, ActivityStatus.VALIDATED})  # the figures are agreed: only the ministry mends them
MOST_SCORE = 100


# --- The roster ---------------------------------------------------------------------------------------------------


def search_text_of(person: Professional) -> str:
    """What a search box and the filter of languages look through."""
    place, specialty = person.institution, person.specialty
    spoken = [f"speaks{code}" for code in person.languages]  # a word of its own for each language: lists are not searchable on every database
    names = [person.name, person.latin_name, *spoken, specialty.name_ar if specialty else "", specialty.name_fr if specialty else ""]
    return folded_names(*names, place.code, place.name_ar, place.name_fr, place.city, at_most=400)


def possible_doubles(*, name: str, latin_name: str = "", institution: Institution | None = None, but: int | None = None) -> list[Professional]:
    """The people of the roster who go by the same name, in either script and in any order of its parts; one's own hospital first.

    The caller keeps to those that the reader may see. One query for each script.
    """
    asked = [set(fold(text).split()) for text in (name, latin_name) if fold(text)]
    found: dict[int, Professional] = {}
    for words in asked:
        rows = Professional.objects.listed().select_related("institution", "profession", "specialty").exclude(pk=but)
        for word in words:
            rows = rows.filter(search_text__contains=word)
        for person in rows.order_by("pk")[:50]:
            if words in (set(fold(person.name).split()), set(fold(person.latin_name).split())):
                found[person.pk] = person
    here = institution.pk if institution else None
    return sorted(found.values(), key=lambda person: (person.institution_id != here, person.pk))[:8]


def create_professional(*, by: User | None, institution: Institution, **values: Any) -> Professional:
    """Enter somebody into the roster of an institution. The caller has looked for doubles. The history keeps no personal value."""
    if by is not None and not may_act_for(by, "professional.keep", institution.pk):
        raise TransitionRefused("other_institution", _("Each institution enters its own people: ask its coordinator, or the ministry."))
    with changing():
        person = Professional(institution=institution, **values)
        person.search_text = search_text_of(person)
        person.save()
        record(person, "create", by=by, after={"institution": institution, "profession": person.profession, "specialty": person.specialty})
    return person


def edit_professional(person: Professional, values: dict[str, Any], *, by: User | None, version: int | None = None) -> Professional:
    """Change somebody of the roster. Raises EditConflict when somebody else was faster, TransitionRefused after an erasure.

    Whoever moves somebody to another institution must keep the roster of both.
    """
    refuse_unless(by, "professional.keep", person)
    place = values.get("institution")
    if by is not None and place is not None and not may_act_for(by, "professional.keep", place.pk):
        raise TransitionRefused("other_institution", _("Each institution enters its own people: ask its coordinator, or the ministry."))
    if person.erased_at:
        raise TransitionRefused("erased", _("The personal data of this professional were erased."))
    if values.get("left_on") and values["left_on"] > today():
        raise TransitionRefused("left_in_future", _("The day cannot be in the future."))
    with changing():
        edit(person, values, by=by, version=version, private=PERSONAL)
        Professional.objects.filter(pk=person.pk).update(search_text=search_text_of(person))
    return person


ERASERS: list[Callable[[Professional], None]] = []


def add_eraser(eraser: Callable[[Professional], None]) -> None:
    """Let another part take away what it keeps about somebody when their personal data are erased."""
    ERASERS.append(eraser)


def erase_professional(person: Professional, *, by: User | None, reason: str) -> Professional:
    """Take the personal data of one professional away for good, on their request; counts and days stay.

    Gone are name, contacts, rank, languages, scores, the files of their certificates (the codes stay, so that a paper in
    their hands can still be checked) and what other parts kept. The history says that it happened, not what was there. The
    same call again changes nothing.
    """
    refuse_unless(by, "professional.erase", person)
    with changing():
        person.refresh_from_db()
        if person.erased_at:
            return person
        held = [name for name in PERSONAL if getattr(person, name)]
        mine = list(person.participations.values_list("pk", flat=True))
        blank: dict[str, Any] = {name: [] if name == "languages" else "" for name in PERSONAL}
        Professional.objects.filter(pk=person.pk).update(
            **blank, search_text="", specialty=None, user=None, erased_at=timezone.now(), version=person.version + 1
        )
        Participant.objects.filter(pk__in=mine).update(name="", pre_score=None, post_score=None)
        papers = list(Seal.objects.filter(object_type="activities.participant", object_id__in=mine))
        for seal in papers:
            discard(seal.file)
        for eraser in ERASERS:
            eraser(person)
        record(person, "erase", by=by, reason=reason, before=dict.fromkeys(held, VEIL), after={"papers": len(papers)})
    person.refresh_from_db()
    return person


def erase_placements_and_files(person: Professional) -> None:
    """What visits and placements keep about somebody: scans of papers, number of the licence, words of the assessment."""
    files = person.visitor_files.values("pk")
    drop_attachments(Attachment.objects.filter(object_type="activities.visitorfile", object_id__in=files))
    drop_attachments(Attachment.objects.filter(object_type="activities.visitorpaper", object_id__in=person.visitor_files.values("papers")))
    person.visitor_files.update(licence_number="")
    for placement in person.placements.all():
        placement.objectives.update(remark="")
    person.placements.update(remark="")


add_eraser(erase_placements_and_files)


def data_of(person: Professional, *, by: User | None) -> dict[str, Any]:
    """Everything that the portal keeps about one professional, as JSON, for handing it to them. The history keeps that it was handed out."""
    if by is not None and not (can(by, "professional.keep", person) or can(by, "professional.erase", person)):
        raise not_allowed()
    taken = person.participations.select_related("activity", "institution").order_by("activity__starts_on", "pk")
    with changing():
        record(person, "export_person", by=by)
    return {
        "name": person.name, "latin_name": person.latin_name, "sex": person.sex, "institution": person.institution.code,
        "institution_name": person.institution.name, "profession": person.profession.name, "specialty": person.specialty.name if person.specialty else "",
        "rank": person.rank, "languages": person.languages, "email": person.email, "phone": person.phone, "login": person.user.email if person.user else "",
        "left_on": person.left_on.isoformat() if person.left_on else None, "entered_on": person.created_at.date().isoformat(),
        "activities": [
            {
                "activity": row.activity.title, "starts_on": row.activity.starts_on.isoformat(), "ends_on": row.activity.ends_on.isoformat(),
                "institution": row.institution.code if row.institution else "", "part": row.part, "role": row.role, "presence": row.presence,
                "days": days_of(row), "test_before": as_number(row.pre_score), "test_after": as_number(row.post_score),
            }
            for row in taken
        ],
        "certificates": [
            {"code": seal.code, "language": seal.language, "issued_on": seal.issued_at.date().isoformat()}
            for seal in Seal.objects.filter(object_type="activities.participant", object_id__in=[row.pk for row in taken]).order_by("pk")
        ],
        "led": [activity.title for activity in person.led_activities.order_by("starts_on", "pk")],
        "visits": [str(file.activity) for file in person.visitor_files.select_related("activity").order_by("pk")],
        "placements": [str(placement.activity) for placement in person.placements.select_related("activity").order_by("pk")],
    }  # fmt: skip


def as_number(score: Decimal | None) -> float | None:
    return None if score is None else float(score)


# --- Participants -------------------------------------------------------------------------------------------------


def count_anew(activity: Activity) -> None:
    """The totals follow; once the report is out its version does too: nobody confirms figures that changed after they read them."""
    refresh(activity)
    if activity.status == ActivityStatus.REPORTED:
        Activity.objects.filter(pk=activity.pk).update(version=F("version") + 1)
        activity.version += 1


def length_of(activity: Activity) -> int:
    """Days of an activity, the first and the last among them."""
    return (activity.ends_on - activity.starts_on).days + 1


def days_of(person: Participant) -> int:
    """On how many days this row was there; 0 stands for the whole activity."""
    return person.days or length_of(person.activity)


def may_keep(by: User | None, activity: Activity, *, mending: bool = False) -> None:
    """Raise TransitionRefused unless `by` may change who takes part now.

    Once the other side has confirmed the figures, they change for the ministry only (`mending`), with a reason.
    """
    refuse_unless(by, "participant.keep", activity)
    if activity.status in OFF:
        raise TransitionRefused("not_taking_place", _("This activity does not take place as planned: nobody is added to it."))
    if activity.status in CLOSED and by is not None and not (mending and can(by, "activity.correct", activity)):
        raise TransitionRefused("figures_agreed", _("The figures are confirmed by the other side: only the ministry changes who was present, with a reason."))


def taking_part(activity: Activity) -> set[int]:
    """The institutions whose people may take part: the parties; for an activity of the ministry also whoever accepted its invitation."""
    if activity.partnership_id:
        return activity.party_ids
    accepted = {invitation.institution_id for invitation in activity.invitations.all() if invitation.status == "accepted"}
    return activity.keeper_ids | accepted


def refuse_outsider(activity: Activity, institution: Institution) -> None:
    """Raise TransitionRefused for somebody from outside, with what to do."""
    if institution.pk in taking_part(activity):
        return
    if activity.partnership_id:
        text = _(
            "%(institution)s is no party of this partnership. Ask the ministry to add it to the partnership, or plan the activity with its own partnership."
        )
    else:
        text = _("%(institution)s has not accepted an invitation to this activity. Invite it first; once it accepts, its people can be registered.")
    raise TransitionRefused("outsider", text % {"institution": institution})


def refuse_presence(activity: Activity, presence: str) -> None:
    if presence in {Presence.PRESENT, Presence.ABSENT} and activity.starts_on > today():
        raise TransitionRefused("not_begun", _("The first day has not come yet: presence is recorded from that day on."))


def refuse_days(activity: Activity, days: int) -> None:
    if days > length_of(activity):
        raise TransitionRefused("too_many_days", _("The activity lasts %(days)s days: nobody was there longer.") % {"days": length_of(activity)})


def usual_presence(activity: Activity) -> str:
    """Before and during the days people are registered; somebody written down afterwards was there."""
    return Presence.PRESENT if activity.ends_on < today() else Presence.REGISTERED


def add_participant(
    activity: Activity, professional: Professional, *, by: User | None, role: str = ParticipantRole.TRAINEE, days: int = 0, presence: str = ""
) -> Participant:
    """Put a professional of the roster on the list of an activity. The team leader is there once; a new one takes over.

    Whoever would learn in a seminar of the ministry whose seats are taken waits.

    Raises TransitionRefused for somebody from outside the parties, somebody who is on the list already, somebody whose data were
    erased, more days than the activity has, presence before the first day, and once the figures are agreed.
    """
    may_keep(by, activity)
    presence = presence or usual_presence(activity)
    refuse_presence(activity, presence)
    with changing():
        if presence == Presence.REGISTERED and role in LEARNS and not has_seat(activity, invitation_of(activity, professional)):
            presence = Presence.WAITING
        return enter(activity, professional, by=by, role=role, days=days, presence=presence)


def invitation_of(activity: Activity, professional: Professional) -> Invitation | None:
    """The accepted invitation under which somebody comes; None for people of the hosts."""
    return next((row for row in activity.invitations.all() if row.institution_id == professional.institution_id and row.status == "accepted"), None)


def enter(activity: Activity, professional: Professional, *, by: User | None, role: str, days: int, presence: str) -> Participant:
    """The row itself, with what holds for everybody whoever registers them."""
    if professional.erased_at:
        raise TransitionRefused("erased", _("The personal data of this professional were erased."))
    refuse_outsider(activity, professional.institution)
    refuse_days(activity, days)
    with changing():
        if activity.participants.filter(professional=professional).exists():
            raise TransitionRefused("already_there", _("This person is on the list already."))
        person = Participant.objects.create(
            activity=activity, professional=professional, institution=professional.institution, profession=professional.profession,
            cadre=professional.cadre, part=LEARNS.get(ParticipantRole(role), Part.TEAM), role=role, days=days, presence=presence,
        )  # fmt: skip
        if role == ParticipantRole.LEADER:
            lead(activity, person)
        record(activity, "add_person", by=by, after={"professional": professional.pk, "role": role, "presence": presence})
        count_anew(activity)
    return person


def lead(activity: Activity, person: Participant | None) -> None:
    """Make somebody the leader of the team, or nobody; who led before stays in the team."""
    keep = person.pk if person else None
    activity.participants.filter(role=ParticipantRole.LEADER).exclude(pk=keep).update(role=ParticipantRole.MEMBER)
    activity.leader_id = person.professional_id if person else None
    Activity.objects.filter(pk=activity.pk).update(leader=activity.leader_id)


def edit_participant(person: Participant, *, by: User | None, role: str, days: int, reason: str = "") -> Participant:
    """Change what somebody does in an activity and on how many days."""
    may_keep(by, person.activity, mending=True)
    refuse_days(person.activity, days)
    needs_reason(person.activity, reason, by)
    before = {"role": person.role, "days": person.days}
    after = {"role": role, "days": days}
    if before == after:
        return person
    with changing():
        was_leader = person.role == ParticipantRole.LEADER
        person.role, person.days, person.part = role, days, LEARNS.get(ParticipantRole(role), Part.TEAM)
        person.save(update_fields=["role", "days", "part"])
        if role == ParticipantRole.LEADER or was_leader:
            lead(person.activity, person if role == ParticipantRole.LEADER else None)
        record(person.activity, "edit_person", by=by, reason=reason, after={"professional": person.professional_id, **after, "was": before})
        count_anew(person.activity)
    return person


def drop_participant(person: Participant, *, by: User | None) -> None:
    """Take somebody off the list; whoever waits moves up. Somebody with a certificate is marked as absent instead."""
    may_keep(by, person.activity)
    drop(person, by=by)


def drop(person: Participant, *, by: User | None) -> None:
    if Seal.objects.filter(object_type="activities.participant", object_id=person.pk).exists():
        raise TransitionRefused("has_certificate", _("A certificate was issued: mark this person as absent, and the certificate is no longer valid."))
    activity = person.activity
    with changing():
        if person.role == ParticipantRole.LEADER:
            lead(activity, None)
        record(activity, "drop_person", by=by, after={"professional": person.professional_id, "was": {"role": person.role, "presence": person.presence}})
        person.delete()
        move_up(activity, by=by)
        count_anew(activity)


def needs_reason(activity: Activity, reason: str, by: User | None) -> None:
    if activity.status in CLOSED and by is not None and not reason.strip():
        raise TransitionRefused("reason_missing", _("Say why: the reason is shown to both sides and kept in the history."))


def mark_presence(activity: Activity, marks: Mapping[int, str], *, by: User | None, reason: str = "") -> int:
    """Record who was there, many at once: {key of the participant: presence}; how many changed.

    Keys of other activities are left alone. From the first day on; after the other side has confirmed the figures only by the
    ministry, with a reason. A certificate of somebody who is no longer present is no longer valid from then on. A seat that
    becomes free before the end goes to whoever waits.
    """
    may_keep(by, activity, mending=True)
    with changing():
        rows = {row.pk: row for row in activity.participants.named().filter(pk__in=marks)}
        changed = [row for pk, row in rows.items() if marks[pk] in Presence.values and marks[pk] != row.presence]
        for row in changed:
            refuse_presence(activity, marks[row.pk])
        if changed:
            needs_reason(activity, reason, by)
        before: dict[str, list[int | None]] = {}
        after: dict[str, list[int | None]] = {}
        for row in changed:
            before.setdefault(row.presence, []).append(row.professional_id)
            after.setdefault(marks[row.pk], []).append(row.professional_id)
            row.presence = marks[row.pk]
        Participant.objects.bulk_update(changed, ["presence"])
        if changed:
            record(activity, "presence", by=by, reason=reason, after={**after, "was": before})
            count_anew(activity)
            move_up(activity, by=by)
    return len(changed)


def record_scores(activity: Activity, scores: Mapping[int, tuple[Decimal | None, Decimal | None]], *, by: User | None) -> int:
    """Test scores out of 100, before and after: {key of the participant: (before, after)}; how many people changed.

    The history says whose scores were written, not what they are. Raises TransitionRefused for a score outside 0–100.
    """
    may_keep(by, activity, mending=True)
    if any(score is not None and not 0 <= score <= MOST_SCORE for pair in scores.values() for score in pair):
        raise TransitionRefused("score_range", _("A score lies between 0 and 100."))
    with changing():
        rows = activity.participants.named().filter(pk__in=scores)
        changed = [row for row in rows if scores[row.pk] != (row.pre_score, row.post_score)]
        for row in changed:
            row.pre_score, row.post_score = scores[row.pk]
        Participant.objects.bulk_update(changed, ["pre_score", "post_score"])
        if changed:
            record(activity, "scores", by=by, after={"professionals": [row.professional_id for row in changed]})
    return len(changed)


@dataclass(frozen=True)
class Gain:
    """What tests before and after say together: how many people took both, the two means and their difference."""

    count: int
    before: float
    after: float

    @property
    def gain(self) -> float:
        return self.after - self.before


def gain_of(people: Iterable[Participant]) -> Gain | None:
    """The gain over those who took both tests and were present; None when nobody did. Runs no query."""
    both = [(float(row.pre_score), float(row.post_score)) for row in people if row.is_counted and row.pre_score is not None and row.post_score is not None]
    return Gain(len(both), mean(pre for pre, _post in both), mean(post for _pre, post in both)) if both else None


def count_heads(activity: Activity, *, by: User | None, part: str, institution: Institution, cadre: str, count: int) -> None:
    """Write down how many people without names came from an institution in one cadre; 0 takes the line away.

    People who are named are not counted here again. From the first day on, until the results are reported: the report has these lines itself.
    """
    may_keep(by, activity)
    if activity.reported_at:
        raise TransitionRefused("in_report", _("The results are reported: head-counts are corrected in the report."))
    if activity.starts_on > today():
        raise TransitionRefused("not_begun", _("The first day has not come yet: presence is recorded from that day on."))
    refuse_outsider(activity, institution)
    with changing():
        line = activity.participants.head_counts().filter(part=part, institution=institution, cadre=cadre).order_by("pk")
        before = sum(line.values_list("count", flat=True))
        if before == count:
            return
        line.delete()
        if count:
            Participant.objects.create(activity=activity, part=part, institution=institution, cadre=cadre, count=count)
        record(activity, "heads", by=by, after={"part": part, "institution": institution.pk, "cadre": cadre, "count": count, "was": before})


def enter_and_add(activity: Activity, *, by: User | None, role: str, **values: Any) -> Participant:
    """Enter somebody new into the roster and put them on the list: both or neither. The caller has looked for doubles."""
    may_keep(by, activity)
    with changing():
        return add_participant(activity, create_professional(by=by, **values), by=by, role=role)
