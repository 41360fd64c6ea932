"""Whatever changes activities. Pages, API, admin, commands and the demo call these."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.policy import Role, can, institutions_of
from activities.choices import ActivityStatus, Part
from activities.kinds import REGISTRY
from activities.lifecycle import ACTIVITY
from activities.models import Activity, ActivityParty, Dispute, Participant, Result, Session, Site
from activities.rules import HeadCount, ResultLine, covering_agreement, problems_with_dates, problems_with_report, refuse
from core.formats import today
from core.history import changing, name_verbs, record
from core.lifecycle import Transition, TransitionRefused, apply, by_itself, check
from core.mail import in_each_language
from core.outbox import tell
from partnerships.actions import ministry, names, note_activity, people_of
from partnerships.choices import PartnershipStatus
from partnerships.models import Institution, Membership, Partnership, Specialty

name_verbs(
    figures=_("Figures written"), confirm_participation=_("Part confirmed"), opinion=_("Opinion of the region"),
    dispute_figure=_("Figure disputed"), add_session=_("Session added"),
)  # fmt: skip


def words_about(activity: Activity, **more: Any) -> dict[str, Any]:
    """What a notice about an activity needs, as JSON."""
    return {
        **(names(activity.partnership) if activity.partnership else {}),
        **in_each_language("activity", lambda: activity.title),
        **more,
    }


def create_activity(
    *,
    by: User | None,
    kind: str,
    partnership: Partnership,
    starts_on: date,
    ends_on: date,
    specialties: Iterable[Specialty] = (),
    sites: Iterable[Institution | str] = (),
    planned_consultations: int = 0,
    planned_operations: int = 0,
    note: str = "",
    uid: uuid.UUID | None = None,
    source: str = "",
    source_note: str = "",
    date_precision: str = "day",
) -> Activity:
    """Plan an activity inside a partnership: a draft, with the partnership's institutions as senders and hosts.

    Raises ValidationError with `by_field` for the dates, TransitionRefused when the role does not allow it or the
    partnership is not running. A `uid` that exists raises IntegrityError: the caller decides what that means.
    """
    if by is not None and not can(by, "activity.create", partnership):
        raise TransitionRefused("not_allowed", _("This step is not open to your role."))
    if partnership.status != PartnershipStatus.ACTIVE:
        raise TransitionRefused("partnership_not_active", _("Activities belong to an active partnership."))
    refuse(problems_with_dates(partnership, starts_on, ends_on))
    with changing():
        activity = Activity.objects.create(
            uid=uid or uuid.uuid4(), kind=kind, partnership=partnership,
            agreement=covering_agreement(partnership, starts_on, ends_on),
            starts_on=starts_on, ends_on=ends_on, planned_consultations=planned_consultations,
            planned_operations=planned_operations, note=note, created_by=by,
            source=source, source_note=source_note, date_precision=date_precision,
        )  # fmt: skip
        activity.specialties.set(specialties)
        ActivityParty.objects.bulk_create(
            ActivityParty(activity=activity, institution=party.institution, side=party.side) for party in partnership.parties.select_related("institution")
        )
        for site in sites or partnership.hosts:
            Site.objects.create(activity=activity, **({"place": site} if isinstance(site, str) else {"institution": site}))
        activity.refresh_search_text()
        record(activity, "create", by=by, to_status=activity.status, after={"kind": kind, "starts_on": starts_on, "ends_on": ends_on})
    return activity


def log_activity(*, by: User | None, uid: uuid.UUID | None = None, **given: Any) -> Activity:
    """Record days that took place: made and reported in one go, whole or not at all.

    Takes what `create_activity` and `report_activity` take; every problem of the report is raised before anything is
    written.
    """
    plan = {name: given.pop(name) for name in ("kind", "partnership", "starts_on", "ends_on")}
    extras = {name: given.pop(name) for name in ("source", "source_note", "date_precision") if name in given}
    lines: Sequence[ResultLine] = given["lines"]
    refuse(
        problems_with_report(
            kind=REGISTRY[plan["kind"]], partnership=plan["partnership"], starts_on=plan["starts_on"],
            ends_on=plan["ends_on"], lines=lines, over_plan_reason=given.get("over_plan_reason", ""),
        )
    )  # fmt: skip
    with changing():
        activity = create_activity(
            by=by, uid=uid, **plan, **extras, specialties={line.specialty.pk: line.specialty for line in lines if line.specialty}.values()
        )
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
) -> Activity:
    """Write the results of days that are over, and ask the other side to confirm them.

    Replaces an earlier report that was disputed. `behalf` is the party the report is written for: by default the party
    the author belongs to; a report of the ministry is for none. Raises ValidationError with `by_field`, or TransitionRefused.
    """
    refuse(
        problems_with_report(
            kind=activity.kind_of, partnership=activity.partnership, starts_on=activity.starts_on,
            ends_on=activity.ends_on, lines=lines, over_plan_reason=over_plan_reason,
        )
    )  # fmt: skip
    with changing():
        if by is not None and behalf is None:
            mine = institutions_of(by) & activity.party_ids
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
        record(activity, "figures", by=by, before=before, after=totals_of(activity))
        if activity.partnership:
            note_activity(activity.partnership, activity.ends_on)
            others = [
                person
                for person in people_of(activity.partnership, Role.COORDINATOR)
                if not by or person.pk != by.pk
                if not behalf or behalf.pk not in institutions_of(person)
            ]
            words = words_about(activity, **totals_of(activity))
            tell(others, "activity_reported", activity, activity.get_absolute_url(), words, rung=f"v{activity.version}")
    return activity


def write_results(activity: Activity, lines: Sequence[ResultLine], people: Sequence[HeadCount]) -> None:
    """Put the lines and head-counts in the place of what was there. Must run inside `changing()`."""
    activity.participants.all().delete()
    activity.sites.all().delete()  # results go with their site
    sites: dict[int | str, Site] = {}
    results = []
    for line in lines:
        key = line.institution.pk if line.institution else line.place.casefold()
        if key not in sites:
            sites[key] = Site.objects.create(activity=activity, institution=line.institution, place="" if line.institution else line.place)
        results.append(Result(activity=activity, site=sites[key], specialty=line.specialty, **line.counts))
    Result.objects.bulk_create(results)
    Participant.objects.bulk_create(
        Participant(activity=activity, part=head.part, institution=head.institution, cadre=head.cadre, count=head.count) for head in people if head.count
    )
    activity.specialties.set({line.specialty.pk for line in lines if line.specialty})
    activity.refresh_search_text()


def totals_of(activity: Activity) -> dict[str, int]:
    """Sums over the results and head-counts of one activity, by name of the count. Two queries."""
    from django.db.models import Sum  # kept beside its only use

    sums = activity.results.aggregate(
        **{name: Sum(name, default=0) for name in ("consultations", "explorations", "operations_planned", "operations_done", "transferred")}
    )
    people = dict(activity.participants.values_list("part").annotate(total=Sum("count")))
    return {**sums, "trained": people.get(Part.TRAINED, 0), "team": people.get(Part.TEAM, 0)}


def transition_activity(activity: Activity, transition: Transition, *, by: User | None, reason: str = "") -> Activity:
    """Take a step that carries nothing but a reason, and tell who must act next."""
    by_itself(transition, by)
    with changing():
        apply(activity, transition, by=by, reason=reason)
        tell_about_step(activity, transition, by, reason)
    return activity


def tell_about_step(activity: Activity, transition: Transition, by: User | None, reason: str) -> None:
    address, rung = activity.get_absolute_url(), f"v{activity.version}"
    words = words_about(activity, reason=reason)
    if activity.partnership is None:
        return
    coordinators = [person for person in people_of(activity.partnership, Role.COORDINATOR) if not by or person.pk != by.pk]
    if transition.slug == "submit":
        regions = Membership.objects.people(Role.REGION, region__in=activity.party_region_ids)
        tell([*ministry(Role.OFFICER), *regions], "activity_submitted", activity, address, words, rung=rung)
    elif transition.slug == "approve":
        tell(coordinators, "activity_approved", activity, address, words, rung=rung)
    elif transition.slug == "return":
        tell(coordinators, "activity_returned", activity, address, words, rung=rung)
    elif transition.slug in {"postpone", "cancel"}:
        tell(coordinators, f"activity_{transition.target}", activity, address, words, rung=rung)


def confirm_participation(activity: Activity, *, by: User) -> Activity:
    """Confirm, for one's own institution, that it takes part; the last party's word confirms the activity."""
    mine = institutions_of(by) & activity.party_ids
    if not mine or not can(by, "activity.confirm", activity):
        raise TransitionRefused("not_allowed", _("This step is not open to your role."))
    with changing():
        activity.refresh_from_db(fields=["status", "version"])
        if activity.status != ActivityStatus.APPROVED:
            raise TransitionRefused("wrong_status", _("This activity does not wait for a confirmation now."))
        new = ActivityParty.objects.filter(activity=activity, institution__in=mine, confirmed_at=None).update(confirmed_at=timezone.now(), confirmed_by=by)
        if new:
            record(activity, "confirm_participation", by=by, after={"institutions": sorted(mine)})
        if not activity.parties.filter(confirmed_at=None).exists():
            apply(activity, ACTIVITY["confirm"], by=None)
    return activity


def give_opinion(activity: Activity, *, by: User, opinion: str, remark: str = "") -> Activity:
    """The region's opinion on an activity that waits for approval; it informs the ministry and blocks nothing."""
    if not can(by, "activity.give_opinion", activity):
        raise TransitionRefused("not_allowed", _("This step is not open to your role."))
    with changing():
        updated = Activity.objects.filter(pk=activity.pk, status=ActivityStatus.SUBMITTED).update(region_opinion=opinion, region_opinion_note=remark)
        if not updated:
            raise TransitionRefused("wrong_status", _("The ministry has already decided."))
        record(activity, "opinion", by=by, reason=remark, before={"opinion": activity.region_opinion}, after={"opinion": opinion})
        activity.region_opinion, activity.region_opinion_note = opinion, remark
    return activity


def counter_confirm_activity(activity: Activity, *, by: User | None) -> Activity:
    """The other side confirms the reported figures; the ministry is told that they wait for validation."""
    with changing():
        apply(activity, ACTIVITY["counter_confirm"], by=by)
        words = words_about(activity, **totals_of(activity))
        tell(ministry(Role.OFFICER, Role.HEAD), "activity_to_validate", activity, activity.get_absolute_url(), words, rung=f"v{activity.version}")
    return activity


def dispute_activity(activity: Activity, *, by: User, result: Result, figure: str, expected: int, reason: str) -> Activity:
    """The other side disputes one figure: what they hold to be right, and why. The author is asked to look again."""
    if result.activity_id != activity.pk or figure not in activity.kind_of.outcome_fields:
        raise TransitionRefused("unknown_figure", _("Choose one of the reported figures."))
    if getattr(result, figure) == expected:
        raise TransitionRefused("same_figure", _("That is the reported figure: nothing to dispute."))
    with changing():
        apply(activity, ACTIVITY["dispute"], by=by, reason=reason)
        dispute = Dispute.objects.create(
            activity=activity, site_name=str(result.site), specialty_name=str(result.specialty or ""), figure=figure,
            reported=getattr(result, figure), expected=expected, reason=reason, by=by,
        )  # fmt: skip
        record(activity, "dispute_figure", by=by, reason=reason, before={figure: dispute.reported}, after={figure: expected})
        if activity.partnership:
            author = [activity.reported_by] if activity.reported_by else []
            people = author + [person for person in people_of(activity.partnership, Role.COORDINATOR) if person.pk != by.pk]
            tell(people, "activity_disputed", activity, activity.get_absolute_url(), words_about(activity, reason=reason), rung=f"v{activity.version}")
    return activity


def validate_activity(activity: Activity, *, by: User | None) -> Activity:
    """The ministry validates confirmed figures; they count from now on, and the follow-up evaluation is scheduled."""
    with changing():
        apply(activity, ACTIVITY["validate"], by=by, changes={"validated_at": timezone.now()})
        if activity.partnership:
            people = people_of(activity.partnership, Role.COORDINATOR)
            tell(people, "activity_validated", activity, activity.get_absolute_url(), words_about(activity), rung=f"v{activity.version}")
    return activity


def add_session(activity: Activity, *, by: User | None, kind: str, held_on: date, title: str, specialty: Specialty | None = None) -> Session:
    """Note a session inside the days of an activity."""
    if by is not None and not can(by, "activity.edit", activity):
        raise TransitionRefused("not_allowed", _("This step is not open to your role."))
    if not activity.starts_on <= held_on <= activity.ends_on:
        outside = {"held_on": _("This day lies outside the activity.")}
        refuse(outside)
    with changing():
        session = Session.objects.create(activity=activity, kind=kind, held_on=held_on, title=title, specialty=specialty)
        record(activity, "add_session", by=by, after={"session": title, "kind": kind, "held_on": held_on})
    return session


def once(uid: uuid.UUID, user: User, make: Any) -> tuple[Activity, bool]:
    """Run `make` unless an activity with this client's `uid` exists: (activity, is_new).

    Two repeats at once: the unique key lets one through. The caller must still ask whether `user` may see the result.
    """
    existing = Activity.objects.filter(uid=uid).first()
    if existing is None:
        try:
            with transaction.atomic():
                return make(), True
        except IntegrityError:
            existing = Activity.objects.filter(uid=uid).first()
            if existing is None:
                raise
    return existing, False


def last_report_of(partnership: Partnership, kind: str = "") -> Activity | None:
    """The latest reported activity, whose team and specialties “like last time” copies."""
    reported = partnership.activities.filter(reported_at__isnull=False, starts_on__lte=today())
    return (reported.filter(kind=kind) if kind else reported).order_by("-starts_on", "-pk").first()
