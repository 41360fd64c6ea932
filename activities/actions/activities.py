"""Planning activities and taking their steps: made, edited, opinion, confirmed by each institution, postponed, cancelled."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import refuse_unless
from accounts.models import User
from accounts.policy import Role, can, institutions_of
from activities.choices import ActivityStatus
from activities.kinds import REGISTRY
from activities.lifecycle import ACTIVITY, not_the_author
from activities.models import Activity, ActivityParty, PlannedVolume, Site
from activities.rules import Volume, covering_agreement, problems_with_dates, problems_with_plan, recorded_already, refuse
from core.editing import EditConflict, edit
from core.formats import days, today
from core.history import changing, name_verbs, record
from core.lifecycle import Transition, TransitionRefused, apply, as_seen, by_itself, not_allowed
from core.mail import in_each_language
from core.outbox import tell
from partnerships.actions import ministry, names, people_of
from partnerships.choices import PartnershipStatus, Side
from partnerships.models import Institution, Membership, Partnership, Specialty

name_verbs(confirm_participation=_("Part confirmed"), opinion=_("Opinion of the region"))

DETAILS = ("name", "purpose", "origin", "series", "planned", "leader", "theatres", "consumables", "lodging", "travel", "seats", "note")
OPEN_PLAN = frozenset({ActivityStatus.DRAFT, ActivityStatus.RETURNED, ActivityStatus.POSTPONED})  # days and parties may still change
FIXED_DAYS = frozenset({ActivityStatus.SUBMITTED, ActivityStatus.APPROVED, ActivityStatus.CONFIRMED})  # they move by postponing


class LooksRecorded(TransitionRefused):
    """Both sides seem to record the same mission. `other` is the one that is there already."""

    def __init__(self, other: Activity):
        super().__init__("looks_like_recorded", _("The same days at the same site are recorded already: open them, or say that this is another mission."))
        self.other = other


def words_about(activity: Activity, **more: Any) -> dict[str, Any]:
    """What a notice about an activity needs, as JSON."""
    return {
        **(names(activity.partnership) if activity.partnership else {}),
        **in_each_language("activity", lambda: activity.title),
        **more,
    }


# --- Planning -------------------------------------------------------------------------------------------------------


def create_activity(
    *,
    by: User | None,
    kind: str,
    partnership: Partnership,
    starts_on: date,
    ends_on: date,
    specialties: Iterable[Specialty] = (),
    senders: Sequence[Institution] | None = None,
    hosts: Sequence[Institution] | None = None,
    sites: Iterable[Institution | str] = (),
    volumes: Sequence[Volume] = (),
    planned_consultations: int = 0,
    planned_operations: int = 0,
    uid: uuid.UUID | None = None,
    source: str = "",
    source_note: str = "",
    date_precision: str = "day",
    not_the_same: bool | None = None,
    **details: Any,
) -> Activity:
    """Plan an activity inside a partnership: a draft. All its institutions take part unless `senders` or `hosts` name some.

    `details` are DETAILS; volumes by specialty give the planned totals. With `not_the_same` False the same mission recorded
    by the other side is looked for, None leaves that to the caller. Raises ValidationError with `by_field`, LooksRecorded,
    TransitionRefused when the role does not allow it or the partnership is not running. A `uid` that exists raises
    IntegrityError: the caller decides what that means.
    """
    refuse_unless(by, "activity.create", partnership)
    sites = list(sites)
    refuse(
        problems_with_plan(
            kind=REGISTRY[kind], partnership=partnership, starts_on=starts_on, ends_on=ends_on, senders=senders, hosts=hosts, sites=sites,
            volumes=volumes, purpose=details.get("purpose", ""),
        )
    )  # fmt: skip
    chosen = parties_of(partnership, senders, hosts)
    places: list[Institution | str] = sites or [place for place, side in chosen if side == Side.HOST]
    with changing():
        partnership.refresh_from_db(fields=["status"])
        if partnership.status != PartnershipStatus.ACTIVE:
            raise TransitionRefused("partnership_not_active", _("Activities belong to an active partnership."))
        if not_the_same is False:
            refuse_double(partnership, kind, starts_on, ends_on, places, uid)
        activity = Activity.objects.create(
            uid=uid or uuid.uuid4(), kind=kind, partnership=partnership,
            agreement=covering_agreement(partnership, starts_on, ends_on),
            starts_on=starts_on, ends_on=ends_on, **planned_totals(volumes, planned_consultations, planned_operations), created_by=by,
            source=source, source_note=source_note, date_precision=date_precision, **details,
        )  # fmt: skip
        activity.specialties.set({item.pk for item in (*specialties, *(volume.specialty for volume in volumes))})
        ActivityParty.objects.bulk_create(ActivityParty(activity=activity, institution=place, side=side) for place, side in chosen)
        set_sites(activity, places)
        set_volumes(activity, volumes)
        activity.refresh_search_text()
        record(activity, "create", by=by, to_status=activity.status, after={"kind": kind, "starts_on": starts_on, "ends_on": ends_on})
    return activity


def refuse_double(partnership: Partnership, kind: str, starts_on: date, ends_on: date, sites: Iterable[Institution | str], uid: Any) -> None:
    """Raise LooksRecorded when the same mission is there already. Inside `changing()`, so that of two at once the second sees the first."""
    keys = [site if isinstance(site, str) else site.pk for site in sites]
    if other := recorded_already(partnership=partnership, kind=kind, starts_on=starts_on, ends_on=ends_on, sites=keys, uid=uid):
        raise LooksRecorded(other)


def parties_of(partnership: Partnership, senders: Sequence[Institution] | None, hosts: Sequence[Institution] | None) -> list[tuple[Institution, str]]:
    """Who takes part, with their sides: the chosen senders and hosts, and whoever else belongs to the partnership."""
    chosen = {Side.SENDER: senders, Side.PEER: senders, Side.HOST: hosts}
    rows = partnership.parties.select_related("institution__region", "institution__country")
    return [(party.institution, party.side) for party in rows if (only := chosen.get(Side(party.side))) is None or party.institution in only]


def planned_totals(volumes: Sequence[Volume], consultations: int, operations: int) -> dict[str, int]:
    if volumes:
        consultations, operations = (sum(getattr(volume, name) for volume in volumes) for name in ("consultations", "operations"))
    return {"planned_consultations": consultations, "planned_operations": operations}


def set_sites(activity: Activity, sites: Iterable[Institution | str]) -> None:
    """Make these the sites. One that stays keeps its row; one that sessions use survives."""
    there = {site.key: site for site in activity.sites.all()}
    wanted = [Site(activity=activity, **({"place": site} if isinstance(site, str) else {"institution": site})) for site in sites]
    keys = {site.key for site in wanted}
    activity.sites.exclude(pk__in=[site.pk for key, site in there.items() if key in keys]).filter(sessions=None).delete()
    Site.objects.bulk_create({site.key: site for site in wanted if site.key not in there}.values())


def set_volumes(activity: Activity, volumes: Sequence[Volume]) -> None:
    activity.volumes.all().delete()
    PlannedVolume.objects.bulk_create(
        PlannedVolume(activity=activity, specialty=item.specialty, waiting=item.waiting, consultations=item.consultations, operations=item.operations)
        for item in volumes
    )


def plan_of(activity: Activity) -> dict[str, Any]:
    """What an edit may change below the row itself, as the history keeps it. Three queries."""
    return {
        "parties": sorted(activity.parties.values_list("institution", flat=True)),
        "sites": sorted(str(key) for key in (site.key for site in activity.sites.all())),
        "volumes": sorted([row.specialty_id, row.waiting, row.consultations, row.operations] for row in activity.volumes.all()),
    }


def edit_activity(
    activity: Activity,
    *,
    by: User | None,
    version: int | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
    specialties: Iterable[Specialty] | None = None,
    senders: Sequence[Institution] | None = None,
    hosts: Sequence[Institution] | None = None,
    sites: Iterable[Institution | str] | None = None,
    volumes: Sequence[Volume] | None = None,
    **details: Any,
) -> Activity:
    """Change a plan; what is not given stays. Once it is submitted, the days and the institutions change no more: it is postponed.

    Raises ValidationError with `by_field`, EditConflict when somebody was faster, TransitionRefused once there are results.
    """
    refuse_unless(by, "activity.edit", activity)
    if activity.status not in OPEN_PLAN | FIXED_DAYS:
        raise TransitionRefused("not_editable", _("This plan can no longer be edited: results are corrected in the report."))
    first, last = starts_on or activity.starts_on, ends_on or activity.ends_on
    moved = (first, last) != (activity.starts_on, activity.ends_on)
    if activity.status in FIXED_DAYS and (moved or senders is not None or hosts is not None):
        raise TransitionRefused("days_are_fixed", _("The days and institutions are submitted: postpone the activity to change its days."))
    partnership = activity.partnership
    if partnership:
        problems = problems_with_plan(
            kind=activity.kind_of, partnership=partnership, starts_on=first, ends_on=last, senders=senders, hosts=hosts, sites=sites or (),
            volumes=volumes or (), purpose=details.get("purpose", ""),
        )  # fmt: skip
        refuse(problems)
    elif moved:
        refuse(problems_with_dates(None, first, last))
    with changing():
        current = Activity.objects.get(pk=activity.pk)
        if version is not None and current.version != version:
            raise EditConflict(current)
        before = plan_of(activity)
        if partnership and (senders is not None or hosts is not None):
            set_parties(activity, parties_of(partnership, senders, hosts))
        if sites is not None:
            set_sites(activity, sites)
        values: dict[str, Any] = {"starts_on": first, "ends_on": last, **details}
        if volumes is not None:
            set_volumes(activity, volumes)
            values |= planned_totals(volumes, 0, 0)
        if specialties is not None:
            values["specialties"] = list({item.pk: item for item in (*specialties, *(volume.specialty for volume in volumes or ()))}.values())
        if moved and partnership:
            values["agreement"] = covering_agreement(partnership, first, last)
            move_sessions(activity, first, last)
        after = plan_of(activity)
        edit(activity, values, by=by, also={name: (before[name], after[name]) for name in before})
        activity.refresh_search_text()
    return activity


def set_parties(activity: Activity, chosen: list[tuple[Institution, str]]) -> None:
    keys = {place.pk for place, _side in chosen}
    activity.parties.exclude(institution__in=keys).delete()
    there = set(activity.parties.values_list("institution", flat=True))
    ActivityParty.objects.bulk_create(ActivityParty(activity=activity, institution=place, side=side) for place, side in chosen if place.pk not in there)


def move_sessions(activity: Activity, starts_on: date, ends_on: date) -> None:
    """Sessions move with the days of their activity; none falls outside."""
    shift = starts_on - activity.starts_on
    for session in activity.sessions.all():
        session.held_on = min(max(session.held_on + shift, starts_on), ends_on)
        session.save(update_fields=["held_on"])


# --- Steps ----------------------------------------------------------------------------------------------------------


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
    elif transition.slug in {"approve", "approve_days"}:
        tell(coordinators, "activity_approved", activity, address, words, rung=rung)
    elif transition.slug == "return":
        tell(coordinators, "activity_returned", activity, address, words, rung=rung)
    elif transition.slug in {"postpone", "cancel"}:
        tell(coordinators, f"activity_{transition.target}", activity, address, words, rung=rung)


def postpone_activity(activity: Activity, *, by: User | None, reason: str, starts_on: date | None = None, ends_on: date | None = None) -> Activity:
    """Put an activity off, to new days where they are known; each institution then confirms its part anew.

    With new days it waits for approval again; what had been approved stays approved when the ministry itself sets the days.
    The old days stay in the history. Raises ValidationError with `by_field`, TransitionRefused.
    """
    moves = starts_on is not None and ends_on is not None
    first, last = (starts_on, ends_on) if starts_on and ends_on else (activity.starts_on, activity.ends_on)
    if moves:
        problems = problems_with_dates(activity.partnership, first, last)
        if (first, last) == (activity.starts_on, activity.ends_on):
            problems.setdefault("starts_on", _("These are the days that it had: choose others, or leave both empty."))
        if last < today():
            problems.setdefault("ends_on", _("The new days are already over."))
        refuse(problems)
    was_approved = activity.status in {ActivityStatus.APPROVED, ActivityStatus.CONFIRMED}
    with changing():
        changes: dict[str, Any] = {"starts_on": first, "ends_on": last} if moves else {}
        if moves:
            move_sessions(activity, first, last)
        old = days(activity.starts_on, activity.ends_on)
        apply(activity, ACTIVITY["postpone"], by=by, reason=reason, changes=changes)
        if moves and activity.partnership:
            agreement = covering_agreement(activity.partnership, first, last)
            Activity.objects.filter(pk=activity.pk).update(agreement=agreement)
            activity.agreement = agreement
        activity.parties.update(confirmed_at=None, confirmed_by=None)
        tell_about_step(activity, ACTIVITY["postpone"], by, f"{reason} ({old})" if moves else reason)
        if moves:
            stays = was_approved and (activity.partnership is None or may_set_days(activity, by))
            apply(activity, ACTIVITY["approve_days" if stays else "submit"], by=None)
            if activity.status == ActivityStatus.SUBMITTED:
                tell_about_step(activity, ACTIVITY["submit"], by, "")
    return activity


def may_set_days(activity: Activity, by: User | None) -> bool:
    """New days that the ministry sets need no other approval, unless they are its own plan."""
    if by is None or not can(by, "activity.approve", activity):
        return by is None
    try:
        not_the_author(activity, by, {})
    except TransitionRefused:
        return False
    return True


def confirm_participation(activity: Activity, *, by: User, seen: str = "") -> Activity:
    """Confirm, for one's own institution, that it takes part; the last party's word confirms the activity.

    Raises TransitionRefused for a plan that changed since the version that was `seen`.
    """
    mine = institutions_of(by) & {party.institution_id for party in activity.parties.all()}
    if not mine or not can(by, "activity.confirm", activity):
        raise not_allowed()
    with changing():
        activity.refresh_from_db(fields=["status", "version"])
        if activity.status != ActivityStatus.APPROVED:
            raise TransitionRefused("wrong_status", _("This activity does not wait for a confirmation now."))
        as_seen(activity, seen)
        new = ActivityParty.objects.filter(activity=activity, institution__in=mine, confirmed_at=None).update(confirmed_at=timezone.now(), confirmed_by=by)
        if new:
            record(activity, "confirm_participation", by=by, after={"institutions": sorted(mine)})
        if not activity.parties.unconfirmed().exists():
            apply(activity, ACTIVITY["confirm"], by=None)
    return activity


def give_opinion(activity: Activity, *, by: User, opinion: str, remark: str = "") -> Activity:
    """The region's opinion on an activity that waits for approval; it informs the ministry and blocks nothing."""
    refuse_unless(by, "activity.give_opinion", activity)
    with changing():
        updated = Activity.objects.filter(pk=activity.pk, status=ActivityStatus.SUBMITTED).update(region_opinion=opinion, region_opinion_note=remark)
        if not updated:
            raise TransitionRefused("wrong_status", _("The ministry has already decided."))
        record(activity, "opinion", by=by, reason=remark, before={"opinion": activity.region_opinion}, after={"opinion": opinion})
        activity.region_opinion, activity.region_opinion_note = opinion, remark
    return activity


def once(uid: uuid.UUID, make: Any) -> tuple[Activity, bool]:
    """Run `make` unless an activity with this client's `uid` exists: (activity, is_new).

    Two repeats at once: the unique key lets one through. The caller must still ask whether the person may see the result.
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
    """The latest reported activity, which “like last time” copies."""
    reported = partnership.activities.filter(reported_at__isnull=False, starts_on__lte=today())
    return (reported.filter(kind=kind) if kind else reported).order_by("-starts_on", "-pk").first()
