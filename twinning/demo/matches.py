"""What the demonstration's ministry is matching just now: the weights, a national plan, proposals that wait for answers and for a decision."""

from accounts.models import User
from partnerships.actions import answer_proposal, ask_for_plan, make_plan, propose, send_proposal, set_weights
from partnerships.choices import Answer
from partnerships.models import Institution, MatchProposal, Specialty
from partnerships.planning import Candidate, prepare
from partnerships.register_facts import load_register, rules_now

TITLE = "خطة العرض"
NOTE = "اقتراح تجريبي من وضع البوابة لأغراض العرض."


def seed_matches(people: dict[str, User], *, north: Institution, south: Institution) -> int:
    """The settings, a finished plan, and two proposals: one waits for the director of the south, one for the head; how many proposals."""
    set_weights({}, by=people["head"])
    make_plan(ask_for_plan(by=people["head"], title=TITLE))
    register = load_register(rules_now())
    problem = prepare(register.places.values(), register.needs, register.offers, register.rules, register.past)
    ranked = sorted(problem.candidates, key=lambda pair: (pair.sides != (north.pk, south.pk), -pair.score, pair.need.key, pair.offer.key))
    to_answer = next((pair for pair in ranked if south.pk in pair.sides), None)
    to_decide = next((pair for pair in ranked if not {north.pk, south.pk} & {*pair.sides} and pair.sides[0] != (to_answer.sides[0] if to_answer else 0)), None)
    made = [seed_proposal(pair, people) for pair in (to_answer, to_decide) if pair]
    if to_decide:
        for side in ("sender", "host"):
            answer_proposal(made[-1], by=None, side=side, answer=Answer.ACCEPTED)
    return len(made)


def seed_proposal(pair: Candidate, people: dict[str, User]) -> MatchProposal:
    sender, host = (Institution.objects.get(pk=key) for key in pair.sides)
    proposal = propose(
        by=people["ministry"], sender=sender, host=host, specialties=[Specialty.objects.get(pk=pair.need.specialty)], score=pair.score,
        reasons=pair.match.reasons, note=NOTE,
    )  # fmt: skip
    return send_proposal(proposal, by=people["ministry"])
