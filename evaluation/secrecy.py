"""Who reads what of an evaluation, and when. Every page, file and list asks here.

Each side answers alone. What it has handed in opens once both have handed in, or once the due day has passed; what it has
only saved never opens. A late side that may still hand in does not read the other one's answers first: it would not answer
alone. Until the report is published only those who work on it read answers and conclusions; then everybody who sees the
evaluation does.
"""

from typing import Any

from accounts.policy import can, institutions_of
from core.models import Attachment
from evaluation.choices import REVIEWED_OR_LATER, AnsweringSide, EvaluationStatus
from evaluation.models import Evaluation, EvaluationSide
from partnerships.choices import GIVING, Side

SIDES = {AnsweringSide.SENDER: GIVING, AnsweringSide.HOST: (Side.HOST,)}
EVIDENCE, OF_VISIT = "evidence", "visit"  # roles of attachments


def sides_of(evaluation: Evaluation, user: Any) -> list[str]:
    """The sides that `user` answers for; reads the parties."""
    mine = institutions_of(user)
    parties = evaluation.partnership.parties.all()
    return [side for side, sides in SIDES.items() if mine & {party.institution_id for party in parties if party.side in sides}]


def side_of(evaluation: Evaluation, user: Any) -> str | None:
    """The side that `user` answers for, or None."""
    return next(iter(sides_of(evaluation, user)), None)


def works_on(evaluation: Evaluation, user: Any) -> bool:
    """Whether `user` is of one of the sides, evaluates this partnership, or is of the ministry."""
    return bool(institutions_of(user) & evaluation.party_ids) or can(user, "evaluation.review", evaluation)


def reads_conclusions(evaluation: Evaluation, user: Any) -> bool:
    """Whether `user`, who sees the evaluation, reads what the joint review concluded."""
    if evaluation.status not in REVIEWED_OR_LATER:
        return False
    return evaluation.status == EvaluationStatus.PUBLISHED or works_on(evaluation, user)


def reads_answers(evaluation: Evaluation, user: Any) -> bool:
    """Whether `user`, who sees the evaluation, reads what both sides have handed in."""
    if not evaluation.are_answers_open:
        return False
    if evaluation.status == EvaluationStatus.PUBLISHED:
        return True
    if evaluation.status == EvaluationStatus.OPEN:  # the due day has passed, and a side is late
        late = {side.side for side in evaluation.sides.all() if side.submitted_at is None}
        if late & set(sides_of(evaluation, user)):
            return False
    return works_on(evaluation, user)


def reads_visit(evaluation: Evaluation, user: Any) -> bool:
    """Whether `user` reads the evaluator's checklist and findings: the evaluator always, others once they are handed in."""
    if evaluation.evaluator_id is not None and evaluation.evaluator_id == getattr(user, "pk", None):
        return True
    return evaluation.visited_on is not None and reads_answers(evaluation, user)


def may_open_evidence(side: EvaluationSide, attachment: Attachment, user: Any) -> bool:
    """A side reads its own evidence; others only once it is handed in and the answers are open to them."""
    if side.side in sides_of(side.evaluation, user):
        return True
    return side.submitted_at is not None and reads_answers(side.evaluation, user)


def may_open_document(evaluation: Evaluation, attachment: Attachment, user: Any) -> bool:
    return attachment.role != OF_VISIT or reads_visit(evaluation, user)
