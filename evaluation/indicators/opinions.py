"""Indicators of what people say and what was agreed: TW28, TW29, TW36, TW37, TW39."""

from collections import defaultdict
from collections.abc import Callable, Sequence

from django.db.models import Avg, Count, F, Q, Sum

from core.formats import today
from core.privacy import FEWEST
from evaluation.choices import VALIDATED_OR_LATER, ActionStatus, AnsweringSide, QuestionnairePurpose
from evaluation.indicators import rows
from evaluation.indicators.registry import NOTHING, PROTECTED, Figure, computes, share
from evaluation.indicators.scope import Cell
from evaluation.models import ActionPoint, Answer, Survey, SurveyCount

Cells = Sequence[Cell]
TOP = 4  # the highest mark


def of_partnership(to: str, day: str) -> rows.Condition:
    return lambda cell: cell[1].within(day) & rows.partnership_place(cell[0], to)


def satisfaction(purpose: str) -> Callable[[Cells], list[Figure]]:
    """The computation of the mean mark of all answers to surveys held in the period, out of 100; nothing of fewer than five people."""

    def computation(cells: Cells) -> list[Figure]:
        reach = cells[0][0].reach
        counts = SurveyCount.objects.filter(rows.reached_partnerships(reach, "survey__partnership"), survey__questionnaire__purpose=purpose)
        said = rows.tally(
            counts, cells, of_partnership("survey__partnership", "survey__held_on"),
            marks=lambda where: Sum(F("n1") + 2 * F("n2") + 3 * F("n3") + 4 * F("n4"), filter=where, default=0),
            answers=lambda where: Sum(F("n0") + F("n1") + F("n2") + F("n3") + F("n4"), filter=where, default=0),
        )  # fmt: skip
        surveys = Survey.objects.filter(rows.reached_partnerships(reach), questionnaire__purpose=purpose)
        asked = rows.tally(surveys, cells, of_partnership("partnership", "held_on"), people=lambda where: Sum("respondents", filter=where, default=0))
        return [of_marks(one["marks"], one["answers"], two["people"]) for one, two in zip(said, asked, strict=True)]

    return computation


def of_marks(marks: int, answers: int, people: int) -> Figure:
    if not answers:
        return NOTHING
    if people < FEWEST:
        return PROTECTED
    return Figure(100 * marks / (TOP * answers), 100 * marks / TOP, answers, people)


patients = computes("TW28")(satisfaction(QuestionnairePurpose.PATIENTS))
staff = computes("TW29")(satisfaction(QuestionnairePurpose.STAFF))


def concluded(cells: Cells) -> Q:
    """Answers of evaluations of partnerships that the ministry has validated: until then nobody reads both sides here."""
    path = "side__evaluation__"
    reach = rows.reached_partnerships(cells[0][0].reach, f"{path}partnership")
    return reach & Q(side__evaluation__status__in=VALIDATED_OR_LATER, side__evaluation__questionnaire__purpose=QuestionnairePurpose.SIDES, score__isnull=False)


IN_EVALUATION = of_partnership("side__evaluation__partnership", "side__evaluation__due_on")


@computes("TW36")
def quality(cells: Cells) -> list[Figure]:
    """The mean of both sides' means, out of 100, over the evaluations validated and due in the period. One-sided ones do not count."""
    means = Answer.objects.filter(concluded(cells)).order_by().values("side__evaluation", "side__side")
    found = []
    for answers in rows.sorted_out(means, cells, IN_EVALUATION, "side__evaluation", "side__side", "mean", mean=Avg("score")):
        sides: dict[int, dict[str, float]] = defaultdict(dict)
        for evaluation, side, mean in answers:
            sides[evaluation][side] = mean
        scores = [100 * sum(both.values()) / (2 * TOP) for both in sides.values() if len(both) == 2]
        found.append(Figure(sum(scores) / len(scores), sum(scores), len(scores), len(scores)) if scores else NOTHING)
    return found


@computes("TW37")
def perception_gap(cells: Cells) -> list[Figure]:
    """The mean absolute difference of the two sides, in points from 0 to 4, over the criteria that both scored."""
    found = []
    for answers in rows.sorted_out(Answer.objects.filter(concluded(cells)), cells, IN_EVALUATION, "side__evaluation", "criterion", "side__side", "score"):
        scores: dict[tuple[int, int], dict[str, int]] = defaultdict(dict)
        for evaluation, criterion, side, score in answers:
            scores[evaluation, criterion][side] = score
        gaps = [abs(both[AnsweringSide.SENDER] - both[AnsweringSide.HOST]) for both in scores.values() if len(both) == 2]
        found.append(Figure(sum(gaps) / len(gaps), sum(gaps), len(gaps), len(gaps)) if gaps else NOTHING)
    return found


@computes("TW39")
def actions_on_time(cells: Cells) -> list[Figure]:
    """Of the action points whose day came in the period, those done by then. Cancelled ones do not count."""
    due = ActionPoint.objects.filter(rows.reached_partnerships(cells[0][0].reach)).exclude(status=ActionStatus.CANCELLED)
    due = due.filter(Q(due_on__lt=today()) | Q(done_on__isnull=False))
    said = rows.tally(
        due, cells, of_partnership("partnership", "due_on"),
        in_time=lambda where: Count("pk", filter=where & Q(done_on__lte=F("due_on"))), due=lambda where: Count("pk", filter=where),
    )  # fmt: skip
    return [share(one["in_time"], one["due"]) for one in said]
