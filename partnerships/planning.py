"""The national plan: which offer serves which need, over the whole register at once. Values in, values out, no queries.

Objective, limits and equity: docs/decisions/0007-matching.md.
"""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, combinations
from math import ceil, isfinite
from typing import TYPE_CHECKING, Any

from partnerships.matching import (
    MatchScore,
    NeedFacts,
    OfferFacts,
    Past,
    PlaceFacts,
    Rules,
    exclusion,
    match_score,
    match_total,
)

if TYPE_CHECKING:
    import highspy

SOLVE_SECONDS = 8.0  # then the best plan found so far is taken, with the bound that is proven
SEED = 7
UNITS = 1000  # the objective is counted in thousandths of the unit, whole numbers: sums are exact, ties are ties
SETS_UP_TO = 5  # candidates of the same two institutions of which every set is a column: 31 at most
OPTIONS = {
    "output_flag": False, "threads": 1, "random_seed": SEED, "mip_rel_gap": 0.0,
    "mip_abs_gap": 0.5,  # the objective is whole: less than one apart is the best
    # The plan to start from is good: the solver's own searches for one cost more than they bring.
    "mip_heuristic_run_rins": False, "mip_heuristic_run_rens": False, "mip_heuristic_run_root_reduced_cost": False, "mip_heuristic_run_feasibility_jump": False,
}  # fmt: skip
TOLD_AT_MOST = 3  # offers named in an explanation of a need left out


@dataclass(frozen=True)
class Candidate:
    """A need that an offer may serve. `covered` is what the plan gains from it, in thousandths of the unit of the objective."""

    need: NeedFacts
    offer: OfferFacts
    rules: Rules
    past: Past
    score: float
    covered: int

    @property
    def match(self) -> MatchScore:
        """The score with its reasons, worked out anew."""
        return match_score(self.need, self.offer, self.rules, self.past)

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

    @cached_property
    def by_need(self) -> dict[int, list[Candidate]]:
        found: dict[int, list[Candidate]] = defaultdict(list)
        for pair in self.candidates:
            found[pair.need.key].append(pair)
        return found

    def of_need(self, need: NeedFacts) -> list[Candidate]:
        return self.by_need.get(need.key, [])


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

    @cached_property
    def by_offer(self) -> dict[int, list[Candidate]]:
        found: dict[int, list[Candidate]] = defaultdict(list)
        for pair in self.pairs:
            found[pair.offer.key].append(pair)
        return found

    @cached_property
    def hosts(self) -> dict[int, set[int]]:
        found: dict[int, set[int]] = defaultdict(set)
        for pair in self.pairs:
            found[pair.sides[0]].add(pair.sides[1])
        return found

    def of_offer(self, offer: OfferFacts) -> list[Candidate]:
        return self.by_offer.get(offer.key, [])

    def least_of(self, offer: OfferFacts) -> Candidate | None:
        """What the plan gains least from, of all that it gives to `offer`."""
        return min(self.of_offer(offer), key=lambda pair: (pair.covered, pair.need.key), default=None)

    def hosts_of(self, sender: PlaceFacts) -> set[int]:
        return self.hosts.get(sender.key, set())

    def is_loaded(self, problem: Problem, pair: Candidate) -> bool:
        """Whether the sender of `pair` could not take on its host any more, whatever its offers still hold."""
        sender, host = pair.offer.place, pair.sides[1]
        together = sender.partners | self.hosts_of(sender)
        return host not in together and len(together) >= problem.rules.limit_of(sender)


def equity_factors(places: Iterable[PlaceFacts], needs: Iterable[NeedFacts], rules: Rules) -> dict[str, float]:
    """The factor on the needs of each zone: 1 without a gap, 1 + equity_pct / 100 in the zone with the widest gap.

    The gap is the weight of the open needs for each verified institution of the zone. Institutions without a zone (abroad, or in a
    country that has none) get no factor.
    """
    institutions = Counter(place.zone for place in places if place.zone and place.is_verified)
    weights: dict[str, int] = defaultdict(int)
    for need in needs:
        if need.place.zone in institutions:
            weights[need.place.zone] += need.weight
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
        factor = need.weight * equity.get(need.place.zone, 1.0) * UNITS / 100
        for offer in by_help[need.specialty, need.kind]:
            if kept_away := exclusion(need, offer, rules):
                refused[need.key][kept_away.code].append(offer.key)
            else:
                known = past(need, offer)
                score = match_total(need, offer, rules, known)
                candidates.append(Candidate(need, offer, rules, known, score, round(factor * score)))
    return Problem(tuple(sorted_places), tuple(sorted_needs), tuple(sorted_offers), rules, tuple(candidates), refused, equity)


def free_load(problem: Problem, sender: PlaceFacts) -> int:
    """How many new hosts the sender may take on."""
    return max(0, problem.rules.limit_of(sender) - len(sender.partners))


def greedy_plan(problem: Problem) -> Plan:
    """What a careful officer would do by hand: go down a list of candidates and take whatever still fits.

    Three lists are tried, and the best of the three plans is kept: by score; by need covered; and by what two institutions could do
    together, so that a partner once chosen is used for all that fits.
    """
    together: dict[tuple[int, int], int] = defaultdict(int)
    for pair in problem.candidates:
        together[pair.sides] += pair.covered
    orders: tuple[Callable[[Candidate], Any], ...] = (
        lambda pair: (-pair.score, -pair.covered, pair.need.key, pair.offer.key),
        lambda pair: (-pair.covered, -pair.score, pair.need.key, pair.offer.key),
        lambda pair: (-together[pair.sides], pair.sides, -pair.covered, pair.need.key, pair.offer.key),
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


def best_plan(problem: Problem, seconds: float = SOLVE_SECONDS, on_progress: Callable[[], None] = lambda: None) -> Plan:
    """The plan that covers the most need under all limits, and a bound that no plan exceeds.

    An integer programme solved by HiGHS, in one thread and with a fixed seed: the same register gives the same plan, in whatever order
    it is read. In three steps: the relaxation, which prices every column and, rounded, is a fair plan already; the programme over the
    cheapest columns, which gives a good plan to start from; then the whole programme, nothing left out. When `seconds` are over, the
    best plan found so far is taken, with the bound that is proven by then. `on_progress` is called between the steps.
    """
    import highspy  # as in Programme.solve

    began = time.monotonic()
    found, bound = greedy_plan(problem), loose_bound(problem)
    if not problem.candidates:
        return found
    programme = Programme(problem)
    relaxed = programme.solve(seconds, integer=False)
    on_progress()
    rounded = programme.rounded(problem, relaxed)
    found = max(found, rounded, key=lambda plan: plan.total)
    prices = relaxed.getSolution().col_dual
    cheapest = sorted(range(len(prices)), key=lambda column: (prices[column], column))
    first = set(cheapest[: 3 * sum(price <= 1 for price in prices) // 2])
    started = programme.solve((began + seconds - time.monotonic()) / 3, only=first)
    on_progress()
    whole = programme.solve(began + seconds - time.monotonic(), start=started.getSolution().col_value)
    if relaxed.getModelStatus() == highspy.HighsModelStatus.kOptimal:
        bound = min(bound, int(0.01 - relaxed.getInfo().objective_function_value))
    if isfinite(proven := whole.getInfo().mip_dual_bound):
        bound = min(bound, int(0.01 - proven))
    for solver in (started, whole):
        pairs = programme.pairs_of(solver)
        if is_feasible(problem, pairs) and sum(pair.covered for pair in pairs) > found.total:
            found = plan_of(pairs)
    return plan_of(found.pairs, bound, time.monotonic() - began)


def loose_bound(problem: Problem) -> int:
    """What the plan would cover if only the needs limited it."""
    best: dict[int, int] = defaultdict(int)
    for pair in problem.candidates:
        best[pair.need.key] = max(best[pair.need.key], pair.covered)
    return sum(best.values())


@dataclass(frozen=True)
class Column:
    """One yes-or-no question of the programme: are these candidates, all of the same two institutions, taken?

    `sender` is set where a yes costs that sender one new host; `under` is the column that must be taken as well.
    """

    pairs: tuple[Candidate, ...]
    sender: int | None = None
    under: int | None = None


class Programme:
    """The integer programme of a problem.

    Two institutions that would be new partners get a column for each set of candidates between them: sets keep the relaxation close to
    the truth, since half a partnership is then worth half. Where they share more than SETS_UP_TO candidates, each candidate is a column under
    one more that stands for the partnership. Rows: each need served once; each offer within its capacity; each sender within its load.
    """

    def __init__(self, problem: Problem):
        shared: dict[tuple[int, int], list[Candidate]] = defaultdict(list)
        for pair in problem.candidates:
            shared[pair.sides].append(pair)
        self.columns: list[Column] = []
        for (sender, host), pairs in shared.items():
            if host in pairs[0].offer.place.partners:
                self.columns += [Column((pair,)) for pair in pairs]
            elif len(pairs) <= SETS_UP_TO:
                self.columns += [Column(some, sender) for size in range(1, len(pairs) + 1) for some in combinations(pairs, size)]
            else:
                self.columns.append(Column((), sender))
                self.columns += [Column((pair,), under=len(self.columns) - 1) for pair in pairs]
        limits = {("offer", offer.key): offer.left for offer in problem.offers}
        limits |= {("sender", offer.place.key): free_load(problem, offer.place) for offer in problem.offers}
        rows: dict[tuple[str, int], list[tuple[int, float]]] = defaultdict(list)
        for number, column in enumerate(self.columns):
            for pair in column.pairs:
                rows["need", pair.need.key].append((number, 1.0))
                rows["offer", pair.offer.key].append((number, 1.0))
            if column.sender is not None:
                rows["sender", column.sender].append((number, 1.0))
            if column.under is not None:
                rows["under", number] = [(number, 1.0), (column.under, -1.0)]
                limits["under", number] = 0
        self.rows = [(float(limits.get(name, 1)), entries) for name, entries in rows.items() if limits.get(name, 1) < len(entries)]

    def solve(self, seconds: float, *, integer: bool = True, only: set[int] | None = None, start: list[float] | None = None) -> "highspy.Highs":
        """HiGHS after its run: minimises the need not covered. `only` shuts all other columns; `start` is a plan to begin with."""
        import highspy  # 25 MB with its arrays, needed only where a plan is made

        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(self.columns), len(self.rows)
        model.col_cost_ = [-float(sum(pair.covered for pair in column.pairs)) for column in self.columns]
        model.col_lower_ = [0.0] * len(self.columns)
        model.col_upper_ = [float(only is None or number in only) for number in range(len(self.columns))]
        model.integrality_ = [highspy.HighsVarType.kInteger if integer else highspy.HighsVarType.kContinuous] * len(self.columns)
        model.row_lower_, model.row_upper_ = [-highspy.kHighsInf] * len(self.rows), [limit for limit, _entries in self.rows]
        matrix = model.a_matrix_
        matrix.format_ = highspy.MatrixFormat.kRowwise
        matrix.num_col_, matrix.num_row_ = model.num_col_, model.num_row_
        matrix.start_ = [0, *accumulate(len(entries) for _limit, entries in self.rows)]
        matrix.index_ = [number for _limit, entries in self.rows for number, _coefficient in entries]
        matrix.value_ = [coefficient for _limit, entries in self.rows for _number, coefficient in entries]
        solver = highspy.Highs()
        for option, value in OPTIONS.items():
            solver.setOptionValue(option, value)
        solver.setOptionValue("time_limit", max(0.1, seconds))
        solver.passModel(model)
        if start:
            solution = highspy.HighsSolution()
            solution.col_value = start
            solver.setSolution(solution)
        solver.run()
        return solver

    def rounded(self, problem: Problem, relaxed: "highspy.Highs") -> Plan:
        """A plan from the relaxation: what it takes most of comes first, then whatever still fits."""
        taken: dict[tuple[int, int], float] = defaultdict(float)
        for column, value in zip(self.columns, relaxed.getSolution().col_value, strict=False):
            for pair in column.pairs:
                taken[pair.need.key, pair.offer.key] += value
        order = sorted(problem.candidates, key=lambda pair: (-round(taken[pair.need.key, pair.offer.key], 6), -pair.covered, pair.need.key, pair.offer.key))
        return take_in_order(problem, order)

    def pairs_of(self, solver: "highspy.Highs") -> list[Candidate]:
        """The candidates that a solution takes."""
        values = solver.getSolution().col_value
        return [pair for column, value in zip(self.columns, values, strict=False) if value > 0.5 for pair in column.pairs]


def is_feasible(problem: Problem, pairs: Iterable[Candidate]) -> bool:
    """Whether these pairs keep every limit."""
    pairs = list(pairs)
    return len(take_in_order(problem, pairs).pairs) == len(pairs)


# --- What came of it ------------------------------------------------------------------------------------------------


def need_left_out(problem: Problem, plan: Plan, need: NeedFacts) -> tuple[str, dict[str, Any]]:
    """Why `plan` does not serve `need`, as (code, facts). Facts name institutions and needs by key; amounts are in the unit.

    "no_offer_in_specialty": no other institution offers this help. "excluded": rules keep every offer away; how many each rule.
    "capacity_used_up": every offer is full; by which hosts. "load_limit": no sender that offers it may take on this host; which
    senders, their limit and their hosts. "better_elsewhere": the offer that could be given up most cheaply, the needs that took it,
    and the loss if this need were served instead of the least of them.
    """
    refused = {rule: keys for rule, keys in problem.refused.get(need.key, {}).items() if rule != "same_institution"}
    candidates = problem.of_need(need)
    if not candidates and not refused:
        return "no_offer_in_specialty", {}
    offers = {offer.key: offer for offer in problem.offers}
    if not candidates and set(refused) == {"no_capacity"}:
        kept = [offers[key] for key in refused["no_capacity"]]
        return "capacity_used_up", {"offers": [{"sender": offer.place.key, "hosts": sorted(offer.used_by)} for offer in kept]}
    if not candidates and set(refused) == {"load_limit"}:
        senders = {offers[key].place.key: offers[key].place for key in refused["load_limit"]}
        return "load_limit", {"senders": [load_of(problem, plan, senders[key]) for key in sorted(senders)]}
    if not candidates:
        return "excluded", {"rules": {rule: len(keys) for rule, keys in sorted(refused.items())}}
    within = [pair for pair in candidates if not plan.is_loaded(problem, pair)]
    if not within:
        senders = {offer.place.key: offer.place for offer in [*(pair.offer for pair in candidates), *(offers[key] for key in refused.get("load_limit", ()))]}
        return "load_limit", {"senders": [load_of(problem, plan, senders[key]) for key in sorted(senders)]}
    losses = [(least.covered - pair.covered, pair.offer.key, pair) for pair in within if (least := plan.least_of(pair.offer))]
    if not losses or min(losses)[0] <= 0:
        told = sorted(within, key=lambda pair: (-pair.covered, pair.offer.key))[:TOLD_AT_MOST]
        hosts = [{"sender": pair.sides[0], "hosts": sorted({*pair.offer.used_by, *(one.sides[1] for one in plan.of_offer(pair.offer))})} for pair in told]
        return "capacity_used_up", {"offers": hosts}
    loss, _key, pair = min(losses)
    taken_by = [{"need": one.need.key, "host": one.sides[1], "covered": one.covered / UNITS} for one in plan.of_offer(pair.offer)]
    return "better_elsewhere", {"sender": pair.sides[0], "covered": pair.covered / UNITS, "needs": taken_by, "loss": loss / UNITS}


def sender_left_out(problem: Problem, sender: PlaceFacts) -> tuple[str, dict[str, Any]]:
    """Why a plan gives nothing to a sender that offers help: "no_need_in_specialty", "excluded" or "better_elsewhere"."""
    offers = {offer.key: offer for offer in problem.offers if offer.place.key == sender.key}
    candidates = [pair for pair in problem.candidates if pair.offer.key in offers]
    if candidates:
        return "better_elsewhere", {"needs": len({pair.need.key for pair in candidates})}
    rules = Counter(rule for by_rule in problem.refused.values() for rule, keys in by_rule.items() for key in keys if key in offers)
    rules.pop("same_institution", None)
    return ("excluded", {"rules": dict(sorted(rules.items()))}) if rules else ("no_need_in_specialty", {})


def load_of(problem: Problem, plan: Plan, sender: PlaceFacts) -> dict[str, Any]:
    """A sender's limit, and the hosts that it supports already or in the plan."""
    return {"sender": sender.key, "limit": problem.rules.limit_of(sender), "hosts": sorted(sender.partners | plan.hosts_of(sender))}


def coverage(problem: Problem, plan: Plan, group: Callable[[NeedFacts], Any]) -> list[dict[str, Any]]:
    """How much of the needs of each group some partnership reaches, before the plan and with it; the heaviest group first.

    {"group", "needs", "before", "after"} as numbers of needs, {"weight", "weight_before", "weight_after"} as their weights. A need is
    reached before when its institution is twinned in its specialty already.
    """
    planned = {pair.need.key for pair in plan.pairs}
    rows: dict[Any, dict[str, Any]] = {}
    for need in problem.needs:
        row = rows.setdefault(group(need), dict.fromkeys(("needs", "before", "after", "weight", "weight_before", "weight_after"), 0))
        weight, before = need.weight, any(specialty == need.specialty for _other, specialty in need.place.twinned)
        after = before or need.key in planned
        row["needs"] += 1
        row["before"] += before
        row["after"] += after
        row["weight"] += weight
        row["weight_before"] += weight * before
        row["weight_after"] += weight * after
    return sorted(({"group": key, **row} for key, row in rows.items()), key=lambda row: (-row["weight"], str(row["group"])))


def report(problem: Problem, plan: Plan, greedy: Plan) -> dict[str, Any]:
    """Everything that a plan says of itself, as JSON. Amounts are in the unit of the objective; keys are primary keys."""
    planned = {pair.need.key for pair in plan.pairs}
    left_out = []
    for need in sorted(problem.needs, key=lambda need: (-need.weight, need.key)):
        if need.key not in planned:
            code, facts = need_left_out(problem, plan, need)
            left_out.append({"need": need.key, "host": need.place.key, "specialty": need.specialty, "kind": need.kind, "code": code, "facts": facts})
    senders = {offer.place.key: offer.place for offer in problem.offers}
    busy = {pair.sides[0] for pair in plan.pairs}
    idle = [(key, *sender_left_out(problem, place)) for key, place in sorted(senders.items()) if key not in busy]
    hosts = {need.place.key for need in problem.needs}
    return {
        "total": plan.total / UNITS, "greedy_total": greedy.total / UNITS, "bound": plan.bound / UNITS, "is_best": plan.is_best,
        "gain_pct": round(100 * (plan.total / greedy.total - 1), 1) if greedy.total else 0.0,
        "short_pct": ceil(1000 * (1 - plan.total / plan.bound)) / 10 if plan.bound else 0.0,
        "needs": len(problem.needs), "needs_covered": len(planned),
        "institutions": len(hosts), "institutions_covered": len({pair.sides[1] for pair in plan.pairs}),
        "senders": len(senders), "senders_busy": len(busy), "partnerships": len({pair.sides for pair in plan.pairs}),
        "candidates": len(problem.candidates), "equity": {zone: round(factor, 3) for zone, factor in problem.equity.items()},
        "zones": coverage(problem, plan, lambda need: need.place.zone), "specialties": coverage(problem, plan, lambda need: need.specialty),
        "left_out": left_out, "senders_left_out": [{"sender": key, "code": code, "facts": facts} for key, code, facts in idle],
        "solve_seconds": round(plan.seconds, 2),
    }  # fmt: skip
