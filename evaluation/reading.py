"""What pages, papers and lists read of evaluations and surveys. Whoever calls has asked `evaluation.secrecy` who reads it."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Avg, Count, Q

from accounts.policy import institutions_of
from core.privacy import FEWEST
from evaluation.choices import AnsweringSide, DifficultyArea, EvaluationStatus
from evaluation.models import Answer, Criterion, Difficulty, Evaluation, EvaluationSide, Questionnaire, Survey
from evaluation.scoring import CriterionScore, DomainScore, by_domain, mean, of_hundred, to_discuss
from partnerships.choices import Side
from partnerships.models import Partnership
from partnerships.querysets import with_parties


@dataclass(frozen=True)
class Comment:
    """Words of one side about one criterion; `criterion` is None for the general remarks."""

    side: EvaluationSide
    text: str
    criterion: Criterion | None = None


@dataclass
class Results:
    """Both sides beside each other: only what a side has handed in counts."""

    domains: list[DomainScore]
    criteria: list[CriterionScore]
    means: dict[str, float | None]
    comments: dict[int, list[Comment]] = field(default_factory=dict)  # by the key of a criterion
    remarks: list[Comment] = field(default_factory=list)
    silent: EvaluationSide | None = None  # the side that has not answered
    previous: Evaluation | None = None

    @property
    def first(self) -> list[CriterionScore]:
        return to_discuss(self.criteria)

    @property
    def gap(self) -> float | None:
        sender, host = self.means[AnsweringSide.SENDER], self.means[AnsweringSide.HOST]
        return None if sender is None or host is None else abs(sender - host)

    @property
    def both(self) -> float | None:
        return mean([self.means[AnsweringSide.SENDER], self.means[AnsweringSide.HOST]])

    @property
    def before(self) -> float | None:
        """The mean of both sides last time."""
        return self.means["before"]

    @property
    def wide(self) -> int:
        return sum(score.is_wide for score in self.criteria)

    @property
    def low(self) -> int:
        return sum(score.is_low for score in self.criteria)


def scores_of(evaluation: Evaluation) -> tuple[dict[str, dict[int, int | None]], list[EvaluationSide]]:
    """{side: {criterion: score}} of what was handed in, and both sides with their answers. Two queries."""
    sides = list(evaluation.sides.prefetch_related("answers__criterion"))
    scores: dict[str, dict[int, int | None]] = {side: {} for side in AnsweringSide.values}
    for side in sides:
        if side.submitted_at is not None:
            scores[side.side] = {answer.criterion_id: answer.score for answer in side.answers.all()}
    return scores, sides


def previous_of(evaluation: Evaluation) -> Evaluation | None:
    """The published evaluation of the same kind before this one, with a version of the same questionnaire."""
    rows = Evaluation.objects.filter(
        partnership=evaluation.partnership_id, kind=evaluation.kind, questionnaire__slug=evaluation.questionnaire.slug,
        status=EvaluationStatus.PUBLISHED, due_on__lt=evaluation.due_on,
    )  # fmt: skip
    if evaluation.activity is not None:
        rows = rows.filter(activity__kind=evaluation.activity.kind)
    return rows.exclude(pk=evaluation.pk).select_related("questionnaire").order_by("-due_on", "-pk").first()


def last_time(previous: Evaluation | None) -> tuple[dict[int, float | None], dict[str, float | None], float | None]:
    """The means of both sides by the number of a criterion, by domain, and over all; nothing when there was no last time."""
    if previous is None:
        return {}, {}, None
    scores, _sides = scores_of(previous)
    sender, host = scores[AnsweringSide.SENDER], scores[AnsweringSide.HOST]
    criteria = list(previous.questionnaire.criteria.all())
    domains = by_domain([(criterion.pk, criterion.domain, "") for criterion in criteria], sender, host)
    numbers = {criterion.number: mean([sender.get(criterion.pk), host.get(criterion.pk)]) for criterion in criteria}
    return numbers, {score.domain: score.both for score in domains}, mean([mean(sender.values()), mean(host.values())])


def results_of(evaluation: Evaluation, *, with_visit: bool = False) -> Results:
    """Everything that was handed in, compared; at most nine queries. `with_visit` adds the evaluator's means by domain."""
    criteria = list(evaluation.questionnaire.criteria.all())
    scores, sides = scores_of(evaluation)
    sender, host = scores[AnsweringSide.SENDER], scores[AnsweringSide.HOST]
    previous = previous_of(evaluation)
    numbers, domains_before, mean_before = last_time(previous)
    visitor: dict[str, list[int | None]] = defaultdict(list)
    for line in evaluation.visit_answers.select_related("criterion") if with_visit else ():
        visitor[line.criterion.domain].append(line.score)
    domains = by_domain(
        [(criterion.pk, criterion.domain, criterion.domain_name) for criterion in criteria], sender, host,
        {domain: mean(given) for domain, given in visitor.items()}, domains_before,
    )  # fmt: skip
    results = Results(
        domains,
        [
            CriterionScore(
                criterion.pk, criterion.number, criterion.name, sender.get(criterion.pk), host.get(criterion.pk), numbers.get(criterion.number)
            )
            for criterion in criteria
        ],
        {
            "sender": mean(sender.values()), "host": mean(host.values()), "before": mean_before,
            "visitor": mean(score for given in visitor.values() for score in given),
        },
        previous=previous,
    )  # fmt: skip
    for side in sides:
        if side.submitted_at is None:
            results.silent = side
            continue
        results.remarks += [Comment(side, side.remarks)] if side.remarks else []
        for answer in side.answers.all():
            if answer.comment:
                results.comments.setdefault(answer.criterion_id, []).append(Comment(side, answer.comment, answer.criterion))
    return results


def visit_lines(evaluation: Evaluation) -> list[Any]:
    """The evaluator's checklist as it was filled in, in its order."""
    return list(evaluation.visit_answers.select_related("criterion").order_by("criterion__number"))


# --- Over all partnerships ----------------------------------------------------------------------------------------


@dataclass
class DifficultyGroup:
    """One area of difficulties: in how many partnerships, where, and in whose words."""

    area: str
    label: str
    partnerships: set[int] = field(default_factory=set)
    places: dict[str, set[int]] = field(default_factory=dict)  # a zone, region or specialty: the partnerships there
    texts: list[Difficulty] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.partnerships)

    @property
    def spread(self) -> list[tuple[str, int]]:
        """Where, most partnerships first."""
        return sorted(((name, len(keys)) for name, keys in self.places.items()), key=lambda item: (-item[1], item[0]))


def places_of(partnership: Partnership, by: str) -> set[str]:
    """The zones or regions of the benefiting institutions, or the specialties; reads what `difficulties` loads."""
    if by == "specialty":
        return {specialty.name for specialty in partnership.specialties.all()}
    regions = [party.institution.region for party in partnership.parties.all() if party.side == Side.HOST and party.institution.region]
    return {str(region.get_zone_display()) for region in regions if region.zone} if by == "zone" else {region.name for region in regions}


def difficulties(evaluations: Any, by: str) -> list[DifficultyGroup]:
    """What joint reviews named, grouped by area, most partnerships first. `by` is zone, region or specialty. Five queries."""
    rows = Difficulty.objects.filter(evaluation__in=evaluations).select_related("evaluation")
    found = {area: DifficultyGroup(area, str(label)) for area, label in DifficultyArea.choices}
    rows = list(rows.order_by("-evaluation__due_on", "-pk"))
    wanted = {row.evaluation.partnership_id for row in rows}
    partnerships = {item.pk: item for item in Partnership.objects.filter(pk__in=wanted).prefetch_related(with_parties(), "specialties")}
    for row in rows:
        group, partnership = found[row.area], partnerships[row.evaluation.partnership_id]
        row.evaluation.partnership = partnership
        group.partnerships.add(partnership.pk)
        group.texts.append(row)
        for name in places_of(partnership, by):
            group.places.setdefault(name, set()).add(partnership.pk)
    return sorted((group for group in found.values() if group.texts), key=lambda group: (-group.count, group.label))


def means_by_domain(evaluations: Any, slug: str) -> list[dict[str, Any]]:
    """National means of a questionnaire in all its versions: {"domain", "name", "sender", "host", "both", "evaluations"}.

    Each answer counts once, on the 0–4 scale; “not applicable” does not. Three queries.
    """
    current = Questionnaire.objects.filter(slug=slug).order_by("-is_current", "-edition").first()
    if current is None:
        return []
    names: dict[str, str] = {}
    for criterion in current.criteria.all():
        names.setdefault(criterion.domain, criterion.domain_name)
    answers = Answer.objects.filter(side__evaluation__in=evaluations, side__submitted_at__isnull=False, criterion__questionnaire__slug=slug)
    rows = answers.order_by().values("criterion__domain").annotate(
        sender=Avg("score", filter=Q(side__side=AnsweringSide.SENDER)), host=Avg("score", filter=Q(side__side=AnsweringSide.HOST)),
        evaluations=Count("side__evaluation", distinct=True),
    )  # fmt: skip
    known = {row["criterion__domain"]: row for row in rows}
    return [
        {
            "domain": domain, "name": name, "sender": row["sender"], "host": row["host"], "both": mean([row["sender"], row["host"]]),
            "evaluations": row["evaluations"],
        }
        for domain, name in names.items()
        if (row := known.get(domain))
    ]  # fmt: skip


# --- Surveys ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Question:
    """How a question was answered; `counts` and `mean` are None where so few answered that others do not see it."""

    number: int
    name: str
    people: int | None
    counts: list[int] | None
    mean: float | None  # of 100


def is_of_its_recorder(survey: Survey, user: Any) -> bool:
    """Whether `user` works where the survey was typed: they know the people anyway."""
    recorder = survey.created_by
    if recorder is None:
        return False
    typed_at = {membership.institution_id for membership in recorder.memberships.all()} & survey.party_ids
    return bool(institutions_of(user) & typed_at)


def is_shown_whole(survey: Survey, user: Any) -> bool:
    return survey.respondents >= FEWEST or is_of_its_recorder(survey, user)


def questions_of(survey: Survey, user: Any) -> list[Question]:
    """The questions of a survey as `user` may read them. Two queries."""
    is_own = is_of_its_recorder(survey, user)
    found = []
    for row in survey.counts.select_related("criterion").order_by("criterion__number"):
        counts = [row.n0, row.n1, row.n2, row.n3, row.n4]
        if (survey.respondents < FEWEST or 0 < sum(counts) < FEWEST) and not is_own:
            found.append(Question(row.criterion.number, row.criterion.name, None, None, None))
        else:
            found.append(Question(row.criterion.number, row.criterion.name, sum(counts), counts, of_hundred(counts)))
    return found


def satisfaction_of(survey: Survey, user: Any) -> float | None:
    """The mean of all answers, of 100; None where so few answered that `user` does not see it. Reads the counts."""
    if not is_shown_whole(survey, user):
        return None
    return of_hundred([sum(getattr(row, f"n{mark}") for row in survey.counts.all()) for mark in range(5)])
