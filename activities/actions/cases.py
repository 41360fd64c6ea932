"""Whatever changes the follow-up of treated people: cases under a pseudonym, and how they are at day 7, 30 and 90."""

import uuid
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as now_in_words
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.policy import can, institutions_of
from activities.choices import ActivityStatus, AgeBand, CaseReason, Outcome
from activities.models import Activity, FollowUpCase, FollowUpCheck, Professional
from activities.outcomes import A_YEAR, ATTEMPTS, DAYS, HAPPENS, Check, window
from activities.pseudonyms import MOST_AT_ONCE, following, normal, problem_with_code, words_of
from activities.rules import refuse
from core.editing import edit
from core.formats import day, today
from core.history import changing, name_verbs, record, record_many
from core.lifecycle import TransitionRefused
from partnerships.choices import Side
from partnerships.models import Institution, Membership, Procedure, Specialty

name_verbs(outcome=_("Outcome recorded"), attempt=_("Not reached"), close_transfer=_("Transfer closed"), drop_case=_("Case taken back"))


def hosts_of(activity: Activity) -> list[Institution]:
    """Where the people treated are followed: the hosts, or the peers of an activity that has none."""
    return activity.of_side(Side.HOST) or activity.of_side(Side.PEER)


def hosts_for(activity: Activity, user: User) -> list[Institution]:
    """The hosts of the activity for which this person may follow people."""
    mine = institutions_of(user)
    return [place for place in hosts_of(activity) if place.pk in mine] if can(user, "case.keep") else []


def known_names(institutions: Sequence[Institution]) -> frozenset[str]:
    """Words of the names of the roster and of the logins at these institutions, which no code may carry. Two queries."""
    ids = [place.pk for place in institutions]
    roster = [name for pair in Professional.objects.filter(institution__in=ids).values_list("name", "latin_name") for name in pair]
    logins = Membership.objects.filter(institution__in=ids).values_list("user__name", flat=True)
    return words_of([*roster, *logins])


def problems_with_case(
    activity: Activity, institution: Institution | None, treated_on: date | None, specialty: Specialty | None, procedure: Procedure | None
) -> dict[str, str]:
    """Errors by field about what cases of one list have in common."""
    found = {}
    if institution is None or institution.pk not in {place.pk for place in hosts_of(activity)}:
        found["institution"] = now_in_words("People are followed at a host of the activity.")
    if treated_on and not activity.starts_on <= treated_on <= activity.ends_on:
        dates = {"start": day(activity.starts_on), "end": day(activity.ends_on)}
        found["treated_on"] = now_in_words("The day lies outside the activity, which runs from %(start)s to %(end)s.") % dates
    elif treated_on and treated_on > today():
        found["treated_on"] = now_in_words("The day cannot be in the future.")
    if procedure and specialty and procedure.specialty_id not in {None, specialty.pk}:
        found["procedure"] = now_in_words("This procedure belongs to another specialty.")
    return found


def problems_with_codes(codes: Sequence[str], institutions: Sequence[Institution], institution: Institution) -> str:
    """The first thing that is wrong with a list of codes, naming the code by its place only; "" when nothing is."""
    if not codes:
        return now_in_words("Give at least one code.")
    if len(codes) > MOST_AT_ONCE:
        return now_in_words("At most %(count)s codes at once.") % {"count": MOST_AT_ONCE}
    names = known_names(institutions)
    for place, code in enumerate(codes, 1):
        if problem := problem_with_code(code, names):
            return now_in_words("Code %(place)s. %(problem)s") % {"place": place, "problem": problem} if len(codes) > 1 else problem
    if len(set(codes)) < len(codes):
        return now_in_words("A code stands twice in the list: each person has one of their own.")
    taken = sorted(FollowUpCase.objects.filter(institution=institution, code__in=codes).values_list("code", flat=True))
    if taken:
        return now_in_words("Already given to somebody else: %(codes)s.") % {"codes": ", ".join(f"\u2068{code}\u2069" for code in taken[:10])}
    return ""


def follow(
    activity: Activity,
    *,
    by: User | None,
    institution: Institution,
    codes: Sequence[str],
    specialty: Specialty,
    treated_on: date,
    age_band: str,
    procedure: Procedure | None = None,
    reason: str = CaseReason.TREATED,
    for_a_year: bool = False,
    uid: uuid.UUID | None = None,
) -> list[FollowUpCase]:
    """Follow people whom an activity treated, one case and its checks for each code; whole or not at all.

    A `uid` that was used before gives the cases made then: the same list sent twice makes each case once. The second and
    later cases of a list have uids derived from it. Raises ValidationError `by_field`, TransitionRefused("uid_taken") for a
    uid of something else.
    """
    if by is not None and (not can(by, "case.keep") or institution.pk not in institutions_of(by)):
        raise TransitionRefused("not_allowed", _("Only the host that looks after the people follows them."))
    uid = uid or uuid.uuid4()
    codes = [normal(code) for code in codes]
    content = {"activity": activity, "institution": institution, "reason": reason, "specialty": specialty, "age_band": age_band, "treated_on": treated_on}
    if there := made_before(uid, codes, content):
        return there
    found: dict[str, Any] = problems_with_case(activity, institution, treated_on, specialty, procedure)
    if age_band not in AgeBand.values:
        found["age_band"] = now_in_words("Choose an age band.")
    if activity.status == ActivityStatus.CANCELLED:
        found["treated_on"] = now_in_words("The activity was cancelled.")
    if problem := problems_with_codes(codes, [party.institution for party in activity.parties.all()], institution):
        found["codes"] = problem
    refuse(found)
    common = {**content, "procedure": procedure, "for_a_year": for_a_year, "created_by": by}
    try:
        with changing(), transaction.atomic():
            cases = [FollowUpCase.objects.create(uid=uid_of(uid, place), code=code, **common) for place, code in enumerate(codes)]
            FollowUpCheck.objects.bulk_create(check for case in cases for check in checks_for(case))
            after = {"activity": activity.pk, "treated_on": treated_on, "reason": reason}  # never the code: the history cannot forget
            record_many(((case, "create", {}, after) for case in cases), by=by)
    except IntegrityError as error:  # the same list twice at once, or the same code
        if there := made_before(uid, codes, content):
            return there
        refuse({"codes": now_in_words("Somebody has just given one of these codes. Look at the list, then choose others.")})
        raise AssertionError from error
    return cases


def uid_of(first: uuid.UUID, place: int) -> uuid.UUID:
    return first if place == 0 else uuid.uuid5(first, str(place))


def made_before(uid: uuid.UUID, codes: Sequence[str], given: dict[str, Any]) -> list[FollowUpCase]:
    """The cases that this uid made; none when it is new. Raises TransitionRefused when it stands for something else."""
    uids = [uid_of(uid, place) for place in range(len(codes) + 1)]  # one more: a shorter list is another one
    there = {case.uid: case for case in FollowUpCase.objects.filter(uid__in=uids).with_people()}
    if not there:
        return []
    found = [there[item] for item in uids if item in there]
    if [case.code for case in found] != list(codes) or any(getattr(case, name) != value for case in found for name, value in given.items()):
        raise TransitionRefused("uid_taken", _("This list was sent before with other content. Nothing was written."))
    return found


def checks_for(case: FollowUpCase) -> list[FollowUpCheck]:
    """The checks that are owed from the treated day on."""
    days = (*DAYS, A_YEAR) if case.for_a_year else DAYS
    return [FollowUpCheck(case=case, day=number, due_on=case.treated_on + timedelta(days=number)) for number in days]


def refuse_unless_keeper(case: FollowUpCase, by: User | None) -> None:
    if by is not None and not can(by, "case.keep", case):
        raise TransitionRefused("not_allowed", _("Only the host that looks after the people follows them."))


def record_outcome(check: FollowUpCheck, outcome: str, *, by: User | None, seen_on: date | None = None) -> FollowUpCheck:
    """Write down how somebody is at this check; also the way to correct it. The same again changes nothing.

    Whoever died is not looked for again: the later checks say so too, until this one is corrected. Raises ValidationError
    `by_field` for a day that does not fit the check, in the future, or before the treatment.
    """
    case = check.case
    refuse_unless_keeper(case, by)
    seen_on = seen_on or today()
    refuse(problems_with_day(check, outcome, seen_on))
    with changing():
        check.refresh_from_db(fields=["outcome", "seen_on", "attempts"])
        if (check.outcome, check.seen_on) == (outcome, seen_on):
            return check
        died_before = case.checks.filter(day__lt=check.day, outcome=Outcome.DIED).exists()
        if died_before:
            raise TransitionRefused("died_before", _("An earlier check says that this person died: correct that one first."))
        before = {"outcome": check.outcome, "seen_on": check.seen_on}
        set_check(check, outcome=outcome, seen_on=seen_on, recorded_by=by)
        later = case.checks.filter(day__gt=check.day)
        if outcome == Outcome.DIED:
            later.update(outcome=Outcome.DIED, seen_on=seen_on, recorded_by=by)
        elif before["outcome"] == Outcome.DIED:
            later.filter(outcome=Outcome.DIED).update(outcome="", seen_on=None, recorded_by=None)
        was = {"was": before} if before["outcome"] else {}
        record(case, "outcome", by=by, after={"day": check.day, "outcome": outcome, "seen_on": seen_on, **was})
    return check


def problems_with_day(check: FollowUpCheck, outcome: str, seen_on: date) -> dict[str, str]:
    """What is wrong with the outcome of a check and the day on which the person was seen, by field."""
    if outcome not in Outcome.values or outcome == Outcome.LOST:
        return {"outcome": now_in_words("Choose how the person is. Lost from sight comes by itself after three attempts.")}
    first, last = window(check.case.treated_on, check.day)
    if seen_on > today():
        return {"seen_on": now_in_words("The day cannot be in the future.")}
    if seen_on < check.case.treated_on:
        return {"seen_on": now_in_words("The day comes before the treatment.")}
    if outcome not in HAPPENS and seen_on < first:
        return {"seen_on": now_in_words("Too early for this check: it can be recorded from %(day)s on.") % {"day": day(first)}}
    if seen_on > last:
        return {
            "seen_on": now_in_words("Too late for this check, whose last day was %(day)s: give the day on which the person was seen, or use a later check.")
            % {"day": day(last)}
        }
    return {}


def set_check(check: FollowUpCheck, **values: Any) -> None:
    FollowUpCheck.objects.filter(pk=check.pk).update(**values)
    for name, value in values.items():
        setattr(check, name, value)


def note_attempt(check: FollowUpCheck, *, by: User | None, on: date | None = None) -> FollowUpCheck:
    """Nobody could be reached; the third time the person counts as lost from sight at this check.

    One attempt a day counts: a second press of the button the same day changes nothing. Raises TransitionRefused before the
    check is due, and once its outcome is known.
    """
    refuse_unless_keeper(check.case, by)
    on = on or today()
    with changing():
        check.refresh_from_db(fields=["outcome", "attempts", "seen_on"])
        if check.outcome:
            raise TransitionRefused("recorded", _("The outcome of this check is recorded already."))
        if check.due_on > on:
            raise TransitionRefused("not_due", _("This check is not due yet."))
        if check.attempts and check.seen_on == on:
            return check
        # `seen_on` of an open check is the day of the last attempt
        FollowUpCheck.objects.filter(pk=check.pk).update(attempts=F("attempts") + 1, seen_on=on, recorded_by=by)
        check.refresh_from_db()
        if check.attempts >= ATTEMPTS:
            set_check(check, outcome=Outcome.LOST)
        record(check.case, "attempt", by=by, after={"day": check.day, "attempts": check.attempts})
    return check


def edit_case(case: FollowUpCase, *, by: User | None, version: int | None = None, **values: Any) -> FollowUpCase:
    """Correct a case. The history says that the code changed, never what it was: a code typed by mistake must be forgotten.

    Raises ValidationError `by_field`, EditConflict when somebody was faster.
    """
    refuse_unless_keeper(case, by)
    values = {name: values[name] for name in ("code", "specialty", "procedure", "age_band", "treated_on", "for_a_year", "reason") if name in values}
    if "code" in values:
        values["code"] = normal(values["code"])
    with changing():
        case.refresh_from_db(fields=["code", "specialty", "procedure", "treated_on"])
        treated_on = values.get("treated_on", case.treated_on)
        found = problems_with_case(
            case.activity, case.institution, treated_on, values.get("specialty", case.specialty), values.get("procedure", case.procedure)
        )
        if values.get("code", case.code) != case.code:
            parties = [party.institution for party in case.activity.parties.all()]
            if problem := problems_with_codes([values["code"]], parties, case.institution):
                found["code"] = problem
        refuse(found)
        edit(case, values, by=by, version=version, private=["code"])
        for check in case.checks.all():
            due = case.treated_on + timedelta(days=check.day)
            if check.due_on != due:
                set_check(check, due_on=due)
        year = case.checks.filter(day=A_YEAR)
        if case.for_a_year and not year.exists():
            died = case.checks.filter(outcome=Outcome.DIED).first()
            carried = {"outcome": Outcome.DIED, "seen_on": died.seen_on} if died else {}
            FollowUpCheck.objects.create(case=case, day=A_YEAR, due_on=case.treated_on + timedelta(days=A_YEAR), **carried)
        elif not case.for_a_year:
            year.filter(outcome__in=["", Outcome.DIED], attempts=0).delete()
    return case


def close_transfer(case: FollowUpCase, *, by: User | None, closed_on: date) -> FollowUpCase:
    """Say when a transfer ended: healed, back home, or died. Raises ValidationError `by_field`, TransitionRefused when none is open."""
    refuse_unless_keeper(case, by)
    if closed_on > today():
        refuse({"closed_on": now_in_words("The day cannot be in the future.")})
    if closed_on < case.treated_on:
        refuse({"closed_on": now_in_words("The day comes before the treatment.")})
    if not case.is_open_transfer:
        raise TransitionRefused("no_transfer", _("No transfer of this person is open."))
    edit(case, {"closed_on": closed_on}, by=by, verb="close_transfer")
    return case


def drop_case(case: FollowUpCase, *, by: User | None) -> None:
    """Take back a case that was made by mistake. Raises TransitionRefused once anything is recorded about it."""
    refuse_unless_keeper(case, by)
    with changing():
        case.refresh_from_db(fields=["closed_on"])
        if case.closed_on or FollowUpCheck.objects.filter(case=case).exclude(outcome="", attempts=0).exists():
            raise TransitionRefused("has_outcomes", _("Something is recorded about this person already: correct the case instead."))
        record(case, "drop_case", by=by, before={"activity": case.activity_id, "treated_on": case.treated_on})
        case.delete()


def suggested_code(institution: Institution) -> str:
    """The code after the last one that this host gave; "" for the first. One query."""
    last = FollowUpCase.objects.filter(institution=institution).order_by("-pk").values_list("code", flat=True).first()
    return following(last) if last else ""


def as_checks(cases: Any) -> list[list[Check]]:
    """Cases, with their checks loaded, as the arithmetic of outcomes takes them."""
    return [[Check(check.day, check.due_on, check.outcome) for check in case.checks.all()] for case in cases]
