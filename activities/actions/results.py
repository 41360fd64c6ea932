"""What came of activities: reported by one side, confirmed or disputed by the other, validated, corrected later; photos and sessions."""

import uuid
from collections.abc import Sequence
from datetime import date, time
from typing import Any

from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import refuse_unless
from accounts.models import User
from accounts.policy import Role, institutions_of
from activities.actions.activities import create_activity, refuse_double, words_about
from activities.choices import ActivityStatus, Part
from activities.figures import Figure, OtherFigure, by_key, figures_of
from activities.kinds import REGISTRY
from activities.lifecycle import ACTIVITY
from activities.models import OUTCOMES, Activity, Correction, Dispute, Participant, Professional, Result, Session, Site
from activities.rules import HeadCount, ResultLine, problems_with_counts, problems_with_report, refuse
from activities.totals import refresh
from core.editing import EditConflict
from core.files import attach, drop_attachments
from core.history import changing, name_verbs, name_words, record
from core.lifecycle import TransitionRefused, apply, check
from core.models import Attachment
from core.outbox import tell
from partnerships.actions import ministry, note_activity, people_of
from partnerships.models import Institution, Specialty

name_verbs(
    figures=_("Figures written"), dispute_figure=_("Figure disputed"), correct=_("Figure corrected"), add_session=_("Session added"),
    edit_session=_("Session changed"), drop_session=_("Session taken off"), drop_photo=_("Photo taken off"),
)  # fmt: skip

name_words(
    **{name: Result._meta.get_field(name).verbose_name for name in OUTCOMES}, trained=_("people trained"), team=_("team"), volumes=_("planned volumes"),
    sites=_("sites"), parties=_("institutions"), institutions=_("institutions"), session=_("session"), opinion=_("opinion"),
)  # fmt: skip

PHOTO = "photo"  # the role of an attachment
MOST_PHOTOS = 12


def log_activity(*, by: User | None, uid: uuid.UUID | None = None, not_the_same: bool | None = None, **given: Any) -> Activity:
    """Record days that took place: made and reported in one go, whole or not at all.

    Takes what `create_activity` and `report_activity` take; every problem of the report is raised before anything is
    written. With `not_the_same` False, LooksRecorded is raised when the other side has recorded the same mission.
    """
    plan = {name: given.pop(name) for name in ("kind", "partnership", "starts_on", "ends_on")}
    more = ("source", "source_note", "date_precision", "name", "purpose", "origin", "senders", "hosts", "series", "planned")
    extras = {name: given.pop(name) for name in more if name in given}
    lines: Sequence[ResultLine] = given["lines"]
    refuse(
        problems_with_report(
            kind=REGISTRY[plan["kind"]], whose=plan["partnership"], starts_on=plan["starts_on"], ends_on=plan["ends_on"], lines=lines,
            over_plan_reason=given.get("over_plan_reason", ""), people=given.get("people", ()),
        )
    )  # fmt: skip
    sites = list({line.site_key: line.institution or line.place for line in lines}.values())
    with changing():
        if not_the_same is False:
            refuse_double(plan["partnership"], plan["kind"], plan["starts_on"], plan["ends_on"], sites, uid)
        specialties = {line.specialty.pk: line.specialty for line in lines if line.specialty}.values()
        activity = create_activity(by=by, uid=uid, **plan, **extras, specialties=specialties, sites=sites)
        return report_activity(activity, by=by, **given)


def report_activity(
    activity: Activity,
    *,
    by: User | None,
    lines: Sequence[ResultLine],
    people: Sequence[HeadCount] = (),
    checklist: str = "",
    note: str = "",
    over_plan_reason: str = "",
    behalf: Institution | None = None,
    version: int | None = None,
) -> Activity:
    """Write the results of days that are over, and ask the other side to confirm them.

    Replaces an earlier report that was disputed. `behalf` is the party the report is written for: by default the party
    the author belongs to; a report of the ministry is for none. What belongs to no partnership has no other side. Raises
    ValidationError with `by_field`, EditConflict when the activity has another version by now, TransitionRefused.
    """
    refuse(
        problems_with_report(
            kind=activity.kind_of, whose=activity, starts_on=activity.starts_on, ends_on=activity.ends_on, lines=lines,
            over_plan_reason=over_plan_reason, people=people,
        )
    )  # fmt: skip
    with changing():
        if version is not None and (current := Activity.objects.get(pk=activity.pk)).version != version:
            raise EditConflict(current)
        if by is not None and behalf is None:
            there = {party.institution_id for party in activity.parties.all()}
            mine = institutions_of(by) & there or institutions_of(by) & activity.party_ids
            behalf = Institution.objects.filter(pk__in=mine).order_by("pk").first()
        check(activity, ACTIVITY["report"], by=by)
        before = totals_of(activity)
        write_results(activity, lines, people)
        apply(
            activity,
            ACTIVITY["report"],
            by=by,
            changes={
                "reported_by": by, "reported_for": behalf, "reported_at": timezone.now(), "checklist": checklist,
                "note": note, "over_plan_reason": over_plan_reason,
            },
        )  # fmt: skip
        activity.disputes.update(is_settled=True)
        after = totals_of(activity)
        changed = [name for name, value in after.items() if value != before[name]]
        record(activity, "figures", by=by, before={name: before[name] for name in changed}, after={name: after[name] for name in changed})
        if activity.partnership:
            tell_the_other_side(activity, by, behalf)
        else:
            counter_confirm_activity(activity, by=None)
    return activity


def tell_the_other_side(activity: Activity, by: User | None, behalf: Institution | None) -> None:
    note_activity(activity.partnership, activity.ends_on)
    others = [
        person
        for person in people_of(activity.partnership, Role.COORDINATOR)
        if not by or person.pk != by.pk
        if not behalf or behalf.pk not in institutions_of(person)
    ]
    words = words_about(activity, **totals_of(activity))
    tell(others, "activity_reported", activity, activity.get_absolute_url(), words, rung=f"v{activity.version}")


def write_results(activity: Activity, lines: Sequence[ResultLine], people: Sequence[HeadCount]) -> None:
    """Put the lines and head-counts in the place of what was there. Must run inside `changing()`.

    Named people stay, and so do sites that sessions use.
    """
    activity.participants.head_counts().filter(name="").delete()
    activity.results.all().delete()
    sites = {site.key: site for site in activity.sites.all()}
    results = []
    for line in lines:
        if line.site_key not in sites:
            sites[line.site_key] = Site.objects.create(activity=activity, institution=line.institution, place="" if line.institution else line.place)
        results.append(Result(activity=activity, site=sites[line.site_key], specialty=line.specialty, **line.counts))
    Result.objects.bulk_create(results)
    activity.sites.filter(results=None, sessions=None).delete()
    Participant.objects.bulk_create(
        Participant(activity=activity, part=head.part, institution=head.institution, cadre=head.cadre, count=head.count) for head in people if head.count
    )
    activity.specialties.set({line.specialty.pk for line in lines if line.specialty})
    activity.refresh_search_text()


def totals_of(activity: Activity) -> dict[str, int]:
    """Sums over the results and the people of one activity, by name of the count. Two queries."""
    sums = activity.results.aggregate(**{name: Sum(name, default=0) for name in OUTCOMES})
    people = dict(activity.participants.counted().order_by().values_list("part").annotate(total=Sum("count")))
    return {**sums, "trained": people.get(Part.TRAINED, 0), "team": people.get(Part.TEAM, 0)}


# --- What the other side says, and the ministry -----------------------------------------------------------------------


def counter_confirm_activity(activity: Activity, *, by: User | None) -> Activity:
    """The other side confirms the reported figures; the ministry is told that they wait for validation."""
    with changing():
        apply(activity, ACTIVITY["counter_confirm"], by=by)
        words = words_about(activity, **totals_of(activity))
        tell(ministry(Role.OFFICER, Role.HEAD), "activity_to_validate", activity, activity.get_absolute_url(), words, rung=f"v{activity.version}")
    return activity


def dispute_activity(
    activity: Activity,
    *,
    by: User,
    figures: Sequence[OtherFigure] = (),
    result: Result | None = None,
    figure: str = "",
    expected: int = 0,
    reason: str = "",
    version: int | None = None,
) -> Activity:
    """The other side disputes figures, all in one go: for each what they hold to be right, and why. The author looks again.

    One figure may be named by `result`, `figure`, `expected` and `reason`. Nothing is written when one of them is refused.
    Raises EditConflict for a report that is no longer the `version` that was read.
    """
    said = list(figures) or [OtherFigure(the_figure(activity, result, figure), expected, reason)]
    refuse_figures(activity, said)
    with changing():
        refuse_changed(activity, version)
        apply(activity, ACTIVITY["dispute"], by=by, reason="\n".join(dict.fromkeys(item.reason.strip() for item in said)))
        for item in said:
            one = item.figure
            Dispute.objects.create(
                activity=activity, site_name=one.site_name, specialty_name=one.specialty_name, figure=one.name,
                reported=one.value, expected=item.value, reason=item.reason, by=by,
            )  # fmt: skip
            record(activity, "dispute_figure", by=by, reason=item.reason, before={one.name: one.value}, after={one.name: item.value})
        if activity.partnership:
            author = [activity.reported_by] if activity.reported_by else []
            people = author + [person for person in people_of(activity.partnership, Role.COORDINATOR) if person.pk != by.pk]
            words = words_about(activity, reason=said[0].reason if len(said) == 1 else "\n".join(item.reason for item in said))
            tell(people, "activity_disputed", activity, activity.get_absolute_url(), words, rung=f"v{activity.version}")
    return activity


def refuse_changed(activity: Activity, version: int | None) -> Activity:
    """The activity as it is kept now. Raises EditConflict unless that is `version`, where one is told."""
    current = Activity.objects.get(pk=activity.pk)
    if version is not None and current.version != version:
        raise EditConflict(current)
    return current


def the_figure(activity: Activity, result: Result | None, name: str) -> Figure:
    found = by_key(figures_of(activity)).get(f"r{result.pk}-{name}") if result is not None else None
    if found is None:
        raise TransitionRefused("unknown_figure", _("Choose one of the reported figures."))
    return found


def refuse_figures(activity: Activity, said: Sequence[OtherFigure]) -> None:
    """Raise TransitionRefused unless each is a figure of this activity, differs from it, can be, and has a reason."""
    if not said or any(item.figure.row.activity_id != activity.pk for item in said):
        raise TransitionRefused("unknown_figure", _("Choose one of the reported figures."))
    for item in said:
        if item.figure.value == item.value:
            raise TransitionRefused("same_figure", _("That is the reported figure: nothing to dispute."))
        if not item.reason.strip():
            raise TransitionRefused("reason_missing", _("Say why: the reason is shown to both sides and kept in the history."))
        if isinstance(item.figure.row, Result):
            refuse(problems_with_counts(activity.kind_of, ResultLine(None, "-", None, {item.figure.name: item.value, **whole_of(item, said)})))


def whole_of(item: OtherFigure, said: Sequence[OtherFigure]) -> dict[str, int]:
    """The counts that bound this one on its line, as they would be after everything that is said."""
    row = item.figure.row
    names = {"operations_done": ["operations_planned"], "lists_with_checklist": ["operating_lists"]}.get(item.figure.name, [])
    others = {other.figure.name: other.value for other in said if other.figure.row.pk == row.pk and isinstance(other.figure.row, Result)}
    return {name: others.get(name, getattr(row, name)) for name in names}


def validate_activity(activity: Activity, *, by: User | None) -> Activity:
    """The ministry validates confirmed figures; they count from now on, and the follow-up evaluation is scheduled."""
    with changing():
        apply(activity, ACTIVITY["validate"], by=by, changes={"validated_at": timezone.now()})
        refresh(activity)
        if activity.partnership:
            people = people_of(activity.partnership, Role.COORDINATOR)
            tell(people, "activity_validated", activity, activity.get_absolute_url(), words_about(activity), rung=f"v{activity.version}")
    return activity


def correct_activity(activity: Activity, *, by: User, figures: Sequence[OtherFigure], version: int | None = None) -> Activity:
    """The ministry mends validated figures, each with its reason; every total follows. Never by who wrote them.

    Both sides are told. Raises EditConflict when somebody was faster, ValidationError for what cannot be, TransitionRefused.
    """
    refuse_unless(by, "activity.correct", activity)
    if activity.status != ActivityStatus.VALIDATED:
        raise TransitionRefused("not_validated", _("Only validated figures are corrected; before that the report itself is."))
    if by.pk == activity.reported_by_id:
        raise TransitionRefused("author", _("Nobody corrects alone what they wrote: someone else of the ministry must do it."))
    refuse_figures(activity, figures)
    with changing():
        current = refuse_changed(activity, version)
        for item in figures:
            one = item.figure
            type(one.row).objects.filter(pk=one.row.pk).update(**{one.field: item.value})
            Correction.objects.create(
                activity=activity, site_name=one.site_name, specialty_name=one.specialty_name, figure=one.name, before=one.value, after=item.value,
                reason=item.reason, by=by,
            )  # fmt: skip
            record(activity, "correct", by=by, reason=item.reason, before={one.name: one.value}, after={one.name: item.value})
        Activity.objects.filter(pk=activity.pk).update(version=current.version + 1)
        activity.version = current.version + 1
        refresh(activity)
        if activity.partnership:
            people = [person for person in people_of(activity.partnership, Role.COORDINATOR) if person.pk != by.pk]
            words = words_about(activity, reason="\n".join(item.reason for item in figures))
            tell(people, "activity_corrected", activity, activity.get_absolute_url(), words, rung=f"v{activity.version}")
    return activity


# --- Sessions and photos ----------------------------------------------------------------------------------------------


def refuse_session(activity: Activity, by: User | None, values: dict[str, Any]) -> None:
    refuse_unless(by, "activity.edit", activity)
    if activity.status == ActivityStatus.CANCELLED:
        raise TransitionRefused("cancelled", _("This activity is cancelled."))
    site: Site | None = values.get("site")
    start, end = values.get("starts_at"), values.get("ends_at")
    problems = {}
    if not activity.starts_on <= values["held_on"] <= activity.ends_on:
        problems["held_on"] = _("This day lies outside the activity.")
    if start and end and end <= start:
        problems["ends_at"] = _("The end comes before the start.")
    if site is not None and site.activity_id != activity.pk:
        problems["site"] = _("Choose one of the sites of the activity.")
    refuse(problems)


def add_session(
    activity: Activity,
    *,
    by: User | None,
    kind: str,
    held_on: date,
    title: str,
    starts_at: time | None = None,
    ends_at: time | None = None,
    site: Site | None = None,
    specialty: Specialty | None = None,
    speaker: Professional | None = None,
) -> Session:
    """Note a session inside the days of an activity. Raises ValidationError with `by_field`, TransitionRefused."""
    values = {"kind": kind, "held_on": held_on, "title": title, "starts_at": starts_at, "ends_at": ends_at, "site": site, "specialty": specialty}
    refuse_session(activity, by, values)
    with changing():
        session = Session.objects.create(activity=activity, speaker=speaker, **values)
        record(activity, "add_session", by=by, after={"session": title, "kind": kind, "held_on": held_on})
    return session


def edit_session(session: Session, *, by: User | None, **values: Any) -> Session:
    """Change a session; the last word counts. Nothing is written when nothing differs."""
    activity = session.activity
    refuse_session(activity, by, {"held_on": session.held_on, **values})
    changed = {name: value for name, value in values.items() if getattr(session, name) != value}
    if not changed:
        return session
    with changing():
        before = {name: getattr(session, name) for name in changed}
        for name, value in changed.items():
            setattr(session, name, value)
        session.save(update_fields=[*changed])
        record(activity, "edit_session", by=by, before={"session": session.title, **before}, after={"session": session.title, **changed})
    return session


def drop_session(session: Session, *, by: User | None) -> None:
    """Take a session off; its title stays in the history."""
    refuse_unless(by, "activity.edit", session.activity)
    with changing():
        record(session.activity, "drop_session", by=by, before={"session": session.title, "held_on": session.held_on})
        session.delete()


def add_photos(activity: Activity, *, by: User | None, uploads: Sequence[Any]) -> list[Attachment]:
    """Keep photos with an activity: written anew, so that position and everything hidden in them is gone.

    Raises ValidationError for what is no picture, TransitionRefused when there are too many.
    """
    refuse_unless(by, "activity.report", activity)
    kept = Attachment.objects.filter(object_type=activity._meta.label_lower, object_id=activity.pk, role=PHOTO).count()
    if kept + len(uploads) > MOST_PHOTOS:
        raise TransitionRefused("too_many", _("An activity keeps at most %(count)s photos: choose the best ones.") % {"count": MOST_PHOTOS})
    with changing():
        return [attach(activity, upload, role=PHOTO, by=by) for upload in uploads]


def drop_photo(activity: Activity, photo: Attachment, *, by: User | None) -> None:
    """Take a photo off, the file too: somebody can be recognised on it. That there was one stays in the history."""
    refuse_unless(by, "activity.report", activity)
    with changing():
        record(activity, "drop_photo", by=by, before={"document": photo.role, "sha256": photo.sha256})
        drop_attachments(Attachment.objects.filter(pk=photo.pk))
