"""The national plan: which offer serves which need, over the whole register at once. Values in, values out, no queries.

Objective, limits and equity: docs/decisions/0007-matching.md.
"""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import log2
from typing import Any

import highspy

from partnerships.matching import MatchScore, NeedFacts, OfferFacts, Past, PlaceFacts, Rules, exclusion, match_score

SOLVE_SECONDS = 8.0  # then the best plan found so far is taken, with the bound that is proven
SEED = 7
UNITS = 1000  # the objective is counted in thousandths of the unit, whole numbers: sums are exact, ties are ties
TOLD_AT_MOST = 3  # offers named in an explanation of a need left out


@dataclass(frozen=True)
class Candidate:
    """A need that an offer may serve. `covered` is what the plan gains from it, in thousandths of the unit of the objective."""

    need: NeedFacts
    offer: OfferFacts
    match: MatchScore
    covered: int

    @property
    def sides(self) -> tuple[int, int]:
        """The keys of sender and host."""
        return self.offer.place.key, self.need.place.key


@dataclass(frozen=True)
class Problem:
    """The whole register, ready to be assigned. Candidates are in the order of (need, offer)."""

    places: tuple[PlaceFacts, ...]
    needs: tuple[NeedFacts, ...]
    offers: tuple[OfferFacts, ...]
    rules: Rules
    candidates: tuple[Candidate, ...]
    refused: dict[int, dict[str, list[int]]]  # need → rule → keys of the offers that the rule keeps away
    equity: dict[str, float]  # zone → factor


@dataclass(frozen=True)
class Plan:
    """Pairs that keep every limit. `total` and `bound` are in thousandths; no plan at all can exceed `bound`."""

    pairs: tuple[Candidate, ...]
    total: int
    bound: int
    seconds: float = 0.0

    @property
    def is_best(self) -> bool:
        return self.bound <= self.total


def need_weight(need: NeedFacts) -> float:
    """How much a need weighs: its severity, 1–5, doubled at most by the people waiting (1,023 or more double it)."""
    return need.severity * (1 + min(1.0, log2(1 + need.waiting) / 10))


def equity_factors(places: Iterable[PlaceFacts], needs: Iterable[NeedFacts], rules: Rules) -> dict[str, float]:
    """The factor on the needs of each zone: 1 without a gap, 1 + equity_pct / 100 in the zone with the widest gap.

    The gap is the weight of the open needs for each verified institution of the zone. Institutions without a zone (abroad, or in a
    country that has none) get no factor.
    """
    institutions = Counter(place.zone for place in places if place.zone and place.is_verified)
    weights: dict[str, float] = defaultdict(float)
    for need in sorted(needs, key=lambda need: need.key):  # in one order, so that the sums are the same to the last bit
        if need.place.zone in institutions:
            weights[need.place.zone] += need_weight(need)
    gaps = {zone: weights[zone] / count for zone, count in institutions.items()}
    widest = max(gaps.values(), default=0.0)
    return {zone: 1 + rules.equity_pct / 100 * (gap / widest if widest else 0.0) for zone, gap in gaps.items()}


def prepare(
    places: Iterable[PlaceFacts],
    needs: Iterable[NeedFacts],
    offers: Iterable[OfferFacts],
    rules: Rules,
    past: Callable[[NeedFacts, OfferFacts], Past] = lambda need, offer: Past(),
) -> Problem:
    """Score every need with every offer of its specialty and kind that no rule keeps away. No candidate is pruned."""
    sorted_needs = sorted(needs, key=lambda need: need.key)
    sorted_offers = sorted(offers, key=lambda offer: offer.key)
    sorted_places = sorted(places, key=lambda place: place.key)
    equity = equity_factors(sorted_places, sorted_needs, rules)
    by_help: dict[tuple[int, str], list[OfferFacts]] = defaultdict(list)
    for offer in sorted_offers:
        by_help[offer.specialty, offer.kind].append(offer)
    candidates: list[Candidate] = []
    refused: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for need in sorted_needs:
        factor = need_weight(need) * equity.get(need.place.zone, 1.0) * UNITS / 100
        for offer in by_help[need.specialty, need.kind]:
            if kept_away := exclusion(need, offer, rules):
                refused[need.key][kept_away.code].append(offer.key)
            else:
                match = match_score(need, offer, rules, past(need, offer))
                candidates.append(Candidate(need, offer, match, round(factor * match.total)))
    return Problem(tuple(sorted_places), tuple(sorted_needs), tuple(sorted_offers), rules, tuple(candidates), refused, equity)


def free_load(problem: Problem, sender: PlaceFacts) -> int:
    """How many new hosts the sender may take on."""
    return max(0, problem.rules.limit_of(sender) - len(sender.partners))


def greedy_plan(problem: Problem) -> Plan:
    """What a careful officer would do by hand: go down the list of candidates and take whatever still fits.

    The list is tried in two orders, by score and by need covered; the better of the two plans is kept.
    """
    orders: tuple[Callable[[Candidate], Any], ...] = (
        lambda pair: (-pair.match.total, -pair.covered, pair.need.key, pair.offer.key),
        lambda pair: (-pair.covered, -pair.match.total, pair.need.key, pair.offer.key),
    )
    plans = [take_in_order(problem, sorted(problem.candidates, key=order)) for order in orders]
    return max(plans, key=lambda plan: plan.total)


def take_in_order(problem: Problem, candidates: Iterable[Candidate]) -> Plan:
    """Take each candidate that keeps the limits after those before it."""
    left = {offer.key: offer.left for offer in problem.offers}
    load = {offer.place.key: free_load(problem, offer.place) for offer in problem.offers}
    served: set[int] = set()
    together: set[tuple[int, int]] = set()
    taken = []
    for pair in candidates:
        sender, host = pair.sides
        is_new = host not in pair.offer.place.partners and pair.sides not in together
        if pair.need.key in served or not left[pair.offer.key] or (is_new and not load[sender]):
            continue
        taken.append(pair)
        served.add(pair.need.key)
        together.add(pair.sides)
        left[pair.offer.key] -= 1
        load[sender] -= is_new
    return plan_of(taken)


def plan_of(pairs: Iterable[Candidate], bound: int | None = None, seconds: float = 0.0) -> Plan:
    ordered = tuple(sorted(pairs, key=lambda pair: (-pair.covered, pair.need.key)))
    total = sum(pair.covered for pair in ordered)
    return Plan(ordered, total, max(total, bound if bound is not None else total), seconds)


def best_plan(problem: Problem, seconds: float = SOLVE_SECONDS) -> Plan:
    """The plan that covers the most need under all limits, and a bound that no plan exceeds.

    An integer programme solved by HiGHS, in one thread and with a fixed seed: the same register gives the same plan, in whatever order
    it is read. When `seconds` are over, the best plan found is taken (the greedy one where that is better) with the proven bound.
    """
    began = time.monotonic()
    greedy = greedy_plan(problem)
    if not problem.candidates:
        return greedy
    solver = highspy.Highs()
    for option, value in (
        ("output_flag", False), ("threads", 1), ("random_seed", SEED), ("time_limit", float(seconds)),
        ("mip_rel_gap", 0.0), ("mip_abs_gap", 0.5),  # the objective is whole: less than one apart is the best
    ):  # fmt: skip
        solver.setOptionValue(option, value)
    solver.passModel(programme(problem))
    start = highspy.HighsSolution()
    start.col_value = columns_of(problem, greedy)
    solver.setSolution(start)
    solver.run()
    info = solver.getInfo()
    values = solver.getSolution().col_value
    chosen = [pair for pair, value in zip(problem.candidates, values, strict=False) if value > 0.5]
    if not is_feasible(problem, chosen) or sum(pair.covered for pair in chosen) < greedy.total:
        chosen = list(greedy.pairs)
    bound = int(-info.mip_dual_bound + 1e-6 * abs(info.mip_dual_bound) + 0.001) if info.mip_dual_bound > -1e15 else loose_bound(problem)
    if solver.getModelStatus() == highspy.HighsModelStatus.kOptimal:
        bound = sum(pair.covered for pair in chosen)
    return plan_of(chosen, bound, time.monotonic() - began)


def loose_bound(problem: Problem) -> int:
    """What the plan would cover if only the needs limited it."""
    best: dict[int, int] = defaultdict(int)
    for pair in problem.candidates:
        best[pair.need.key] = max(best[pair.need.key], pair.covered)
    return sum(best.values())


def joint_sides(problem: Problem) -> list[tuple[int, int]]:
    """(sender, host) of new partnerships that more than one candidate would share, in order; each needs a variable of its own."""
    count = Counter(pair.sides for pair in problem.candidates if pair.sides[1] not in pair.offer.place.partners)
    return sorted(sides for sides, pairs in count.items() if pairs > 1)


def columns_of(problem: Problem, plan: Plan) -> list[float]:
    """A plan as values of the variables of `programme`."""
    chosen = {(pair.need.key, pair.offer.key) for pair in plan.pairs}
    together = {pair.sides for pair in plan.pairs}
    first = [float((pair.need.key, pair.offer.key) in chosen) for pair in problem.candidates]
    return first + [float(sides in together) for sides in joint_sides(problem)]


def programme(problem: Problem) -> highspy.HighsLp:
    """The integer programme: a binary variable for each candidate, then one for each pair of institutions that candidates share.

    Rows: each need served once at most; each offer within its capacity; each sender within its load of new hosts; a candidate
    only where its two institutions are together.
    """
    joint = {sides: len(problem.candidates) + place for place, sides in enumerate(joint_sides(problem))}
    rows: list[tuple[float, list[tuple[int, float]]]] = []  # (upper limit, [(column, coefficient)])
    of_need: dict[int, list[tuple[int, float]]] = defaultdict(list)
    of_offer: dict[int, list[tuple[int, float]]] = defaultdict(list)
    of_sender: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for column, pair in enumerate(problem.candidates):
        of_need[pair.need.key].append((column, 1.0))
        of_offer[pair.offer.key].append((column, 1.0))
        if pair.sides in joint:
            rows.append((0.0, [(column, 1.0), (joint[pair.sides], -1.0)]))
        elif pair.sides[1] not in pair.offer.place.partners:
            of_sender[pair.sides[0]].append((column, 1.0))
    for sides, column in joint.items():
        of_sender[sides[0]].append((column, 1.0))
    senders = {offer.place.key: offer.place for offer in problem.offers}
    rows += [(1.0, entries) for entries in of_need.values()]
    rows += [(float(offer.left), of_offer[offer.key]) for offer in problem.offers if len(of_offer[offer.key]) > offer.left]
    rows += [(float(free_load(problem, senders[key])), entries) for key, entries in of_sender.items() if len(entries) > free_load(problem, senders[key])]
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(problem.candidates) + len(joint), len(rows)
    model.col_cost_ = [-float(pair.covered) for pair in problem.candidates] + [0.0] * len(joint)
    model.col_lower_, model.col_upper_ = [0.0] * model.num_col_, [1.0] * model.num_col_
    model.integrality_ = [highspy.HighsVarType.kInteger] * model.num_col_
    model.row_lower_, model.row_upper_ = [-highspy.kHighsInf] * len(rows), [limit for limit, _entries in rows]
    starts, index, value = [0], [], []
    for _limit, entries in rows:
        index += [column for column, _coefficient in entries]
        value += [coefficient for _column, coefficient in entries]
        starts.append(len(index))
    matrix = highspy.HighsSparseMatrix()
    matrix.format_ = highspy.MatrixFormat.kRowwise
    matrix.num_col_, matrix.num_row_ = model.num_col_, model.num_row_
    matrix.start_, matrix.index_, matrix.value_ = starts, index, value
    model.a_matrix_ = matrix
    return model


def is_feasible(problem: Problem, pairs: Iterable[Candidate]) -> bool:
    """Whether these pairs keep every limit."""
    pairs = list(pairs)
    return len(take_in_order(problem, pairs).pairs) == len(pairs)
