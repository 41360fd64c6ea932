"""Proposed matches: who proposes, who answers, what follows; plans that are asked for and made in the background."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.policy import Role
from core.editing import EditConflict
from core.formats import today
from core.history import first_broken
from core.lifecycle import TransitionRefused
from core.models import Change, Notice
from core.templatetags.portal import touched
from evaluation.models import ReminderRule
from evaluation.reminders import send_due
from partnerships import actions
from partnerships.actions.proposals import ANSWER_DAYS, approve_proposal
from partnerships.choices import Answer
from partnerships.lifecycle import MATCHPROPOSAL
from partnerships.models import Institution, Interest, MatchingSettings, MatchProposal, NationalPlan, Partnership, PlanPair
from reports.waiting import waiting_for
from tests import factories
from tests.cast import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair(cast):
    """Two verified institutions that are not twinned yet: Dalia's hospital and the unrelated one, with their directors."""
    Institution.objects.update(verified_at=timezone.now())
    for place in (cast.partner, cast.host, cast.elsewhere):
        place.refresh_from_db()
    cast.people["nadia"] = person("nadia", Role.DIRECTOR, institution=cast.elsewhere)
    return cast


def proposed(cast, **given) -> MatchProposal:
    values = {"by": cast.amal, "sender": cast.partner, "host": cast.elsewhere, "specialties": cast.specialties[:2], "score": 71.5, "note": "للدراسة", **given}
    return actions.propose(**values)


def sent(cast, **given) -> MatchProposal:
    return actions.send_proposal(proposed(cast, **given), by=cast.amal)


def accepted(cast) -> MatchProposal:
    proposal = sent(cast)
    actions.answer_proposal(proposal, by=cast.yasmine, answer=Answer.ACCEPTED)
    return actions.answer_proposal(proposal, by=cast.nadia, answer=Answer.ACCEPTED)


def refused(code: str, call, *args, **given) -> None:
    with pytest.raises(TransitionRefused) as refusal:
        call(*args, **given)
    assert refusal.value.code == code
    assert str(refusal.value)


def told(event: str) -> list[str]:
    return sorted(Notice.objects.filter(event=event).values_list("recipient__name", flat=True))


def lapse(proposal: MatchProposal) -> None:
    MatchProposal.objects.filter(pk=proposal.pk).update(answer_due_on=today() - timedelta(days=1))
    proposal.refresh_from_db()


def test_proposal_is_made_by_the_ministry_and_left_in_the_history(pair):
    proposal = proposed(pair)

    assert (proposal.status, proposal.score, proposal.proposed_by) == ("proposed", 71.5, pair.amal)
    assert list(proposal.specialties.order_by("pk")) == pair.specialties[:2]
    assert Change.objects.filter(object_type="partnerships.matchproposal", object_id=proposal.pk, verb="create").count() == 1
    assert not Notice.objects.filter(object_type="partnerships.matchproposal").exists()  # nobody outside the ministry hears of it yet
    for who in ("badr", "yasmine", "ranya", "tarek", "essam"):
        refused("not_allowed", proposed, pair, by=pair.people[who], host=pair.elsewhere)


def test_proposal_follows_the_rules_of_matching(pair):
    refused("same_institution", proposed, pair, host=pair.partner)
    refused("specialties_missing", proposed, pair, specialties=[])
    refused("already_twinned", proposed, pair, host=pair.host)
    MatchingSettings.objects.create(load_limit=1)
    refused("load_limit", proposed, pair)
    Institution.objects.filter(pk=pair.partner.pk).update(partners_at_most=2)
    pair.partner.refresh_from_db()
    Institution.objects.filter(pk=pair.elsewhere.pk).update(verified_at=None)
    pair.elsewhere.refresh_from_db()
    refused("unverified", proposed, pair)
    Institution.objects.filter(pk=pair.elsewhere.pk).update(verified_at=timezone.now(), merged_into=pair.host)
    pair.elsewhere.refresh_from_db()
    refused("merged", proposed, pair)
    assert not MatchProposal.objects.exists()


def test_one_proposal_of_two_institutions_is_open_at_a_time(pair):
    first = proposed(pair)

    refused("already_open", proposed, pair)
    actions.transition_proposal(first, MATCHPROPOSAL["withdraw"], by=pair.amal, reason="سبب")

    assert proposed(pair).pk != first.pk


def test_specialties_in_which_they_are_twinned_already_are_left_out(pair):
    surgery, _urology, eyes = pair.specialties
    pair.partnership.specialties.set([surgery])

    proposal = proposed(pair, host=pair.host, specialties=[surgery, eyes])

    assert list(proposal.specialties.all()) == [eyes]


def test_history_names_the_day_of_an_answer_in_words(pair):
    actions.answer_proposal(sent(pair), by=pair.yasmine, answer=Answer.ACCEPTED)

    named = touched(Change.objects.get(verb="answer_proposal"))

    assert [name for name in named if "answered" in name] == []
    assert len(named) == 2


def test_sending_tells_both_directors_and_the_coordinators(pair):
    proposal = sent(pair)

    assert (proposal.status, proposal.answer_due_on) == ("sent", today() + timedelta(days=ANSWER_DAYS))
    assert told("proposal_sent") == ["Nadia", "Yasmine"]
    assert told("proposal_for_information") == ["Dalia", "Hani"]


def test_proposal_is_seen_by_its_sides_only_once_it_is_sent(pair):
    proposal = proposed(pair)
    seen = lambda: sorted(name for name, user in pair.people.items() if MatchProposal.objects.visible_to(user).filter(pk=proposal.pk).exists())  # noqa: E731

    before = seen()
    actions.send_proposal(proposal, by=pair.amal)

    assert before == ["amal", "hoda", "tarek"]
    assert seen() == ["amal", "dalia", "hani", "hoda", "nadia", "tarek", "yasmine"]


def test_directors_answer_for_their_own_institution(pair):
    proposal = sent(pair)

    actions.answer_proposal(proposal, by=pair.yasmine, answer=Answer.ACCEPTED)
    for who in ("dalia", "hani", "ziad", "amal", "tarek"):
        refused("not_allowed", actions.answer_proposal, proposal, by=pair.people[who], answer=Answer.ACCEPTED)

    proposal.refresh_from_db()
    assert (proposal.sender_answer, proposal.sender_answered_on, proposal.host_answer) == ("accepted", today(), "")


def test_declining_needs_a_reason_and_an_answer_may_be_changed_until_the_decision(pair):
    proposal = sent(pair)

    refused("reason_missing", actions.answer_proposal, proposal, by=pair.nadia, answer=Answer.DECLINED, reason="  ")
    actions.answer_proposal(proposal, by=pair.nadia, answer=Answer.DECLINED, reason="لا يوجد جراح")
    assert told("proposal_declined") == ["Amal"]
    actions.answer_proposal(proposal, by=pair.nadia, answer=Answer.ACCEPTED)
    before = Change.objects.count()
    actions.answer_proposal(proposal, by=pair.nadia, answer=Answer.ACCEPTED)  # the same again changes nothing

    proposal.refresh_from_db()
    assert (proposal.host_answer, proposal.host_reason) == ("accepted", "")
    assert Change.objects.count() == before


def test_answer_after_the_last_day_is_refused_and_sending_again_opens_a_new_one(pair):
    proposal = sent(pair)
    actions.answer_proposal(proposal, by=pair.yasmine, answer=Answer.ACCEPTED)
    refused("not_lapsed", actions.send_proposal_again, proposal, by=pair.amal)
    lapse(proposal)

    assert proposal.is_lapsed
    refused("lapsed", actions.answer_proposal, proposal, by=pair.nadia, answer=Answer.ACCEPTED)
    refused("not_allowed", actions.send_proposal_again, proposal, by=pair.nadia)
    Notice.objects.all().delete()
    actions.send_proposal_again(proposal, by=pair.amal)

    assert (proposal.status, proposal.is_lapsed, proposal.answer_due_on) == ("sent", False, today() + timedelta(days=ANSWER_DAYS))
    assert proposal.sender_answer == "accepted"  # what was said stays
    assert (told("proposal_sent"), told("proposal_for_information")) == (["Nadia"], ["Hani"])
    actions.answer_proposal(proposal, by=pair.nadia, answer=Answer.ACCEPTED)
    assert proposal.is_accepted


def test_approval_makes_the_partnership(pair):
    wish = factories.interest(pair, "submit", "take_up", "accept", by=pair.hani, institution=pair.elsewhere)
    proposal = accepted(pair)

    assert told("proposal_accepted") == ["Amal", "Hoda"]
    partnership = approve_proposal(proposal, by=pair.hoda, reason="قرب الخدمة")

    proposal.refresh_from_db()
    partnership = Partnership.objects.with_people().get(pk=partnership.pk)
    assert (proposal.status, proposal.partnership_id) == ("approved", partnership.pk)
    assert (partnership.senders, partnership.hosts, partnership.origin) == ([pair.partner], [pair.elsewhere], "programme")
    assert set(partnership.specialties.all()) == set(pair.specialties[:2])
    assert Interest.objects.get(pk=wish.pk).status == "matched"
    assert told("proposal_approved") == ["Dalia", "Hani", "Nadia", "Yasmine"]
    assert first_broken() is None


def test_approval_needs_both_answers_a_reason_and_the_head(pair):
    proposal = sent(pair)
    refused("answer_missing", approve_proposal, proposal, by=pair.hoda, reason="سبب")
    actions.answer_proposal(proposal, by=pair.yasmine, answer=Answer.ACCEPTED)
    actions.answer_proposal(proposal, by=pair.nadia, answer=Answer.DECLINED, reason="سبب")
    refused("declined", approve_proposal, proposal, by=pair.hoda, reason="سبب")
    actions.answer_proposal(proposal, by=pair.nadia, answer=Answer.ACCEPTED)
    refused("reason_missing", approve_proposal, proposal, by=pair.hoda, reason=" ")
    refused("not_allowed", approve_proposal, proposal, by=pair.amal, reason="سبب")

    assert Partnership.objects.count() == 1
    assert MatchProposal.objects.get().status == "sent"


def test_approval_is_refused_when_they_were_twinned_meanwhile(pair):
    proposal = accepted(pair)
    actions.create_partnership(by=None, senders=[pair.partner], hosts=[pair.elsewhere], specialties=pair.specialties)

    refused("already_twinned", approve_proposal, proposal, by=pair.hoda, reason="سبب")

    assert Partnership.objects.count() == 2
    assert MatchProposal.objects.get().status == "sent"


def test_second_approval_makes_no_second_partnership(pair):
    proposal = accepted(pair)
    stale = MatchProposal.objects.get(pk=proposal.pk)
    approve_proposal(proposal, by=pair.hoda, reason="سبب")

    with pytest.raises(TransitionRefused):
        approve_proposal(stale, by=pair.hoda, reason="سبب")

    assert Partnership.objects.count() == 2


@pytest.mark.parametrize(("slug", "who"), [("refuse", "hoda"), ("withdraw", "amal")])
def test_end_of_a_proposal_is_told_only_when_it_had_been_sent(pair, slug, who):
    silent = proposed(pair)
    actions.transition_proposal(silent, MATCHPROPOSAL[slug], by=pair.people[who], reason="سبب")
    assert told("proposal_ended") == []

    open_one = sent(pair)
    actions.transition_proposal(open_one, MATCHPROPOSAL[slug], by=pair.people[who], reason="سبب")

    assert told("proposal_ended") == ["Dalia", "Hani", "Nadia", "Yasmine"]
    refused("wrong_status", actions.answer_proposal, open_one, by=pair.nadia, answer=Answer.ACCEPTED)


# --- What waits, and reminders ------------------------------------------------------------------------------------------


def addresses(user) -> list[str]:
    return [row.address for row in waiting_for(user) if row.address.startswith("/matching/")]


def test_home_shows_what_waits_for_each(pair):
    proposal = sent(pair)
    answer, page = f"{proposal.get_absolute_url()}answer/", proposal.get_absolute_url()

    assert (addresses(pair.yasmine), addresses(pair.nadia), addresses(pair.ziad)) == ([answer], [answer], [])
    actions.answer_proposal(proposal, by=pair.yasmine, answer=Answer.ACCEPTED)
    assert (addresses(pair.yasmine), addresses(pair.nadia)) == ([], [answer])
    lapse(proposal)
    assert (addresses(pair.nadia), addresses(pair.amal), addresses(pair.hoda)) == ([], [page], [])
    actions.send_proposal_again(proposal, by=pair.amal)
    actions.answer_proposal(proposal, by=pair.nadia, answer=Answer.ACCEPTED)
    assert (addresses(pair.amal), addresses(pair.hoda)) == ([], [page])


def test_reminders_go_to_directors_who_have_not_answered_and_stop(pair):
    ReminderRule.objects.create(
        code="R07", trigger="match_answer", name_ar="رد", offsets="-8|-2", audience="directors", escalation="0:officers", is_active=True
    )
    proposal = sent(pair)
    actions.answer_proposal(proposal, by=pair.yasmine, answer=Answer.ACCEPTED)
    due = today() + timedelta(days=20 + (2 - today().weekday()) % 7)  # a Wednesday: no moment falls on the week-end
    MatchProposal.objects.update(answer_due_on=due)
    proposal.refresh_from_db()

    def reminded(days: int) -> list[str]:
        before = set(Notice.objects.values_list("pk", flat=True))
        send_due(due + timedelta(days=days))
        return sorted(Notice.objects.exclude(pk__in=before).filter(event="proposal_reminder").values_list("recipient__name", flat=True))

    assert reminded(-12) == []
    assert reminded(-8) == ["Nadia"]
    assert reminded(-8) == []
    assert reminded(-2) == ["Nadia"]
    assert reminded(0) == ["Amal"]
    actions.answer_proposal(proposal, by=pair.nadia, answer=Answer.ACCEPTED)
    assert reminded(2) == []


def test_directors_are_not_reminded_of_what_they_can_no_longer_answer(pair):
    rule = {
        "code": "R07",
        "trigger": "match_answer",
        "name_ar": "رد",
        "offsets": "-8|-2",
        "audience": "directors",
        "escalation": "0:officers",
        "is_active": True,
    }
    ReminderRule.objects.create(**rule)
    proposal = sent(pair)

    send_due(proposal.answer_due_on + timedelta(days=3))

    assert told("proposal_reminder") == ["Amal"]


# --- Weights and plans --------------------------------------------------------------------------------------------------


@pytest.fixture
def register(pair):
    """Two needs, of which one offer serves one."""
    factories.need(pair, by=pair.hani, institution=pair.elsewhere)
    factories.need(pair, by=pair.badr, institution=pair.host, specialty=pair.specialties[1])
    factories.offer(pair)
    return pair


def test_plan_is_asked_for_made_and_kept(register, django_capture_on_commit_callbacks):
    asked = []
    with pytest.MonkeyPatch.context() as patch, django_capture_on_commit_callbacks(execute=True):
        patch.setattr("partnerships.actions.plans.ask", lambda task, *given: asked.append((task.name, *given)))
        plan = actions.ask_for_plan(by=register.hoda, title="خطة 2026", weights={"equity_pct": 80})

    assert (plan.state, plan.weights["equity_pct"], plan.weights["specialty"]) == ("waiting", 80, 40)
    assert asked == [("partnerships.tasks.make_plan_task", plan.pk)]
    assert actions.make_plan(plan) is True
    assert actions.make_plan(plan) is False  # it is done
    assert (plan.state, plan.progress_pct) == ("done", 100)
    kept = PlanPair.objects.get()
    assert (kept.sender, kept.host, kept.specialty) == (register.partner, register.elsewhere, register.specialties[0])
    assert round(sum(reason["points"] for reason in kept.reasons), 2) == kept.score
    assert (plan.result["total"], plan.result["needs"], plan.result["needs_covered"]) == (kept.covered, 2, 1)
    assert [row["code"] for row in plan.result["left_out"]] == ["no_offer_in_specialty"]
    assert told("plan_done") == ["Hoda"]
    assert first_broken() is None


def test_plan_with_other_weights_is_for_the_head(register):
    refused("not_allowed", actions.ask_for_plan, by=register.amal, weights={"load_limit": 9})
    refused("not_allowed", actions.ask_for_plan, by=register.tarek)
    refused("no_weights", actions.ask_for_plan, by=register.hoda, weights=dict.fromkeys(("specialty", "severity", "zone", "capacity", "preference", "record", "equipment", "travel"), 0))  # fmt: skip

    assert actions.ask_for_plan(by=register.amal, weights={"load_limit": 5}).weights["load_limit"] == 5
    assert NationalPlan.objects.count() == 1


def test_plan_that_was_cut_off_is_taken_up_again_and_one_that_always_is_is_given_up(register):
    lost, cut, ahead, hopeless, busy = (actions.ask_for_plan(by=register.hoda) for _plan in range(5))
    long_ago = timezone.now() - timedelta(minutes=10)
    NationalPlan.objects.filter(pk__in=[cut.pk, hopeless.pk]).update(state="running", claimed_at=long_ago)
    NationalPlan.objects.filter(pk=ahead.pk).update(state="running", claimed_at=timezone.now() + timedelta(days=2))  # then the clock was set back
    NationalPlan.objects.filter(pk=hopeless.pk).update(created_at=timezone.now() - timedelta(hours=2))
    NationalPlan.objects.filter(pk=busy.pk).update(state="running", claimed_at=timezone.now())

    assert actions.make_waiting_plans() == 3

    states = dict(NationalPlan.objects.values_list("pk", "state"))
    assert states == {lost.pk: "done", cut.pk: "done", ahead.pk: "done", hopeless.pk: "failed", busy.pk: "running"}


def test_plan_that_fails_says_so(register, monkeypatch):
    plan = actions.ask_for_plan(by=register.hoda)
    monkeypatch.setattr("partnerships.actions.plans.best_plan", lambda *given: 1 / 0)

    assert actions.make_plan(plan) is True

    assert (plan.state, plan.error.split(":")[0], plan.result) == ("failed", "ZeroDivisionError", {})
    assert not PlanPair.objects.exists()


def test_weights_are_set_by_the_head_with_a_version(pair):
    refused("not_allowed", actions.set_weights, {"zone": 20}, by=pair.amal)
    actions.set_weights({"zone": 20, "load_limit": 4}, by=pair.hoda, version=1)

    row = MatchingSettings.current()
    assert (row.zone, row.load_limit, row.version) == (20, 4, 2)
    with pytest.raises(EditConflict):
        actions.set_weights({"zone": 30}, by=pair.hoda, version=1)
    zeros = dict.fromkeys(("specialty", "severity", "zone", "capacity", "preference", "record", "equipment", "travel"), 0)
    refused("no_weights", actions.set_weights, zeros, by=pair.hoda)
    assert MatchingSettings.objects.count() == 1


def test_pairs_of_a_plan_become_proposals_and_what_cannot_be_is_told(register):
    plan = actions.ask_for_plan(by=register.hoda)
    actions.make_plan(plan)
    fitting = PlanPair.objects.get()
    twin = PlanPair.objects.create(plan=plan, sender=register.partner, host=register.host, specialty=register.specialties[0], score=50, covered=1)

    made, problems = actions.propose_pairs(plan, [fitting, twin], by=register.amal, note="ملاحظة")

    assert [(proposal.sender, proposal.host, proposal.plan, proposal.score) for proposal in made] == [
        (register.partner, register.elsewhere, plan, fitting.score)
    ]
    assert [pair for pair, _why in problems] == [twin]
    assert MatchProposal.objects.count() == 1
    _again, problems = actions.propose_pairs(plan, [fitting], by=register.amal)
    assert len(problems) == 1
    refused("not_allowed", actions.propose_pairs, plan, [fitting], by=register.nadia)


def test_stranger_reads_nothing_of_a_proposal(pair):
    proposal = sent(pair, host=pair.elsewhere)
    client = Client()
    client.force_login(pair.badr)

    assert not MatchProposal.objects.visible_to(pair.badr).exists()
    assert client.get(proposal.get_absolute_url()).status_code == 404
