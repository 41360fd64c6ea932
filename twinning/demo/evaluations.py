"""What came of the demonstration's pair: last year's published evaluation, this year's with one side in, an evaluator's visit,
action points, good practices that spread, surveys. All invented."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from accounts.models import User
from core.formats import today
from core.lifecycle import LIFECYCLES
from core.outbox import quietly
from evaluation import actions
from evaluation.choices import EvaluationKind
from evaluation.models import Evaluation, Questionnaire
from partnerships.models import Institution, Partnership

EVALUATION, POINT, PRACTICE = "evaluation", "actionpoint", "goodpractice"
ACHIEVED = "أُجريت كل أيام الجراحة المبرمجة، وأصبح الفريق المحلي يجري العمليات البسيطة بمفرده. تراجعت قائمة الانتظار وتحسن تحضير الملفات قبل وصول الفريق."
HARD = "تأخر وصول بعض المستهلكات، ونقص في التخدير خلال أسبوع من كل مهمة، وصعوبة متابعة المرضى القاطنين بعيداً عن المستشفى."
DECIDED = "إرسال قائمة المستهلكات قبل المهمة بثلاثين يوماً، تكوين ممرضَين في التخدير، واعتماد المتابعة عن بعد في اليومين 30 و90."
NAMED = [
    ("supplies", "تأخر وصول المستهلكات الجراحية قبل كل مهمة"), ("staff", "نقص أعوان التخدير خلال أسبوع المهمة"),
    ("patients", "صعوبة متابعة المرضى القاطنين بعيداً"), ("travel", "تغير مواعيد الرحلات الجوية في آخر لحظة"),
]  # fmt: skip
FOUND = "القاعة مجهزة ونظيفة، والقوائم موقعة في أغلبها. المخزون غير كافٍ لأكثر من مهمة واحدة، ودفتر الصيانة يحتاج إلى تحيين."


def seed_evaluations(pair: Partnership, people: dict[str, User], *, other: Partnership) -> int:
    """Fill evaluation and follow-up through the portal's own actions; nobody is told. How many evaluations there are."""
    pair = Partnership.objects.with_people().get(pk=pair.pk)
    with quietly():
        evaluator = people["evaluator"]
        before = evaluated(pair, people, due=today() - timedelta(days=730), host=lambda number: 1 + number % 3, sender=lambda number: 2 + number % 2)
        yearly = evaluated(
            pair, people, due=today() - timedelta(days=365), host=lambda number: 2 + number % 3 - 2 * (number % 9 == 0), sender=lambda number: 3 + number % 2,
            evaluator=evaluator, named=NAMED,
        )  # fmt: skip
        one_sided(pair, people)
        points(pair, yearly, people)
        surveys(pair, people)
        practices(pair, yearly, people, other)
        elsewhere(other, people)
        actions.keep_schedule()
    return Evaluation.objects.count() - (before is None)


def step(obj: Any, name: str, slug: str, perform: Callable[..., Any], by: User | None, reason: str = "") -> None:
    perform(obj, LIFECYCLES[name][slug], by=by, reason=reason)


def evaluated(
    pair: Partnership,
    people: dict[str, User],
    *,
    due: date,
    host: Callable[[int], int],
    sender: Callable[[int], int],
    evaluator: User | None = None,
    named: Sequence[tuple[str, str]] = NAMED[:2],
) -> Evaluation:
    """A yearly evaluation from its opening to its publication, as if it had happened around `due`."""
    made = actions.schedule_evaluation(
        pair, by=None, kind=EvaluationKind.YEARLY, questionnaire=actions.default_questionnaire(), opens_on=due - timedelta(days=30), due_on=due
    )
    criteria = list(made.questionnaire.criteria.values_list("pk", "number"))
    comments = {9: "القوائم جاهزة لكن الفحوص ناقصة في بعض الملفات.", 18: "التعقيم مراقب كل أسبوع."}
    marks = {"coordinator.south": host, "coordinator.north": sender}
    for login, mark in marks.items():
        given = {key: (min(4, max(0, mark(number))), comments.get(number, "") if login == "coordinator.south" else "") for key, number in criteria}
        actions.save_answers(made, by=people[login], answers=given, submit=True)
    if evaluator:
        actions.assign_evaluator(made, evaluator, by=None)
        lines = actions.visit_checklist().criteria.values_list("pk", "number")
        checked: dict[int, tuple[int | None, str] | None] = {key: (2 + number % 3, "") for key, number in lines}
        actions.record_visit(made, by=evaluator, answers=checked, findings=FOUND, visited_on=due - timedelta(days=4), hand_in=True)
    made.refresh_from_db()
    actions.review_evaluation(made, by=people["ministry"], achievements=ACHIEVED, difficulties=HARD, decisions=DECIDED, difficulty_list=named)
    step(made, EVALUATION, "validate", actions.transition_evaluation, None)
    step(made, EVALUATION, "publish", actions.transition_evaluation, people["head"])
    return made


def one_sided(pair: Partnership, people: dict[str, User]) -> None:
    """The mid-term evaluation is open: the supporting side has answered, the other one is half through, in secret."""
    made = actions.schedule_evaluation(
        pair, by=None, kind=EvaluationKind.MID_TERM, questionnaire=actions.default_questionnaire(), opens_on=today() - timedelta(days=9),
        due_on=today() + timedelta(days=12),
    )  # fmt: skip
    criteria = list(made.questionnaire.criteria.values_list("pk", "number"))
    actions.save_answers(made, by=people["coordinator.north"], answers={key: (2 + number % 3, "") for key, number in criteria}, submit=True)
    actions.save_answers(made, by=people["coordinator.south"], answers={key: (1 + number % 4, "") for key, number in criteria[:11]})
    actions.assign_evaluator(made, people["evaluator"], by=None)


def points(pair: Partnership, yearly: Evaluation, people: dict[str, User]) -> None:
    """Things to do in every state; one of them is late."""
    north, south, ministry = people["coordinator.north"], people["coordinator.south"], people["ministry"]
    given = [
        ("إعداد قائمة المستهلكات النموذجية لكل نوع من العمليات", south, -12, "high"), ("ترشيح ممرضَين للتكوين في التخدير", south, 20, "normal"),
        ("إيفاد مكوِّن في التخدير خلال المهمة القادمة", north, 33, "high"), ("تحيين دفتر صيانة القاعة", south, -40, "normal"),
        ("إتاحة حصة أسبوعية للخبرة عن بعد", north, -25, "normal"),
    ]  # fmt: skip
    made = [
        actions.make_action_point(pair, by=None, text=text, owner=owner, due_on=today() + timedelta(days=days), priority=priority, evaluation=yearly)
        for text, owner, days, priority in given
    ]
    actions.finish_action_point(made[3], by=south, note="حُيّن الدفتر ووُقّع من المهندس.", done_on=today() - timedelta(days=44))
    step(made[3], POINT, "verify", actions.transition_action_point, ministry)
    actions.finish_action_point(made[4], by=north, note="حصة كل ثلاثاء من الثانية إلى الرابعة.", done_on=today() - timedelta(days=3))


def surveys(pair: Partnership, people: dict[str, User]) -> None:
    """What 42 patients and 17 members of staff said after the last days; and three whom nobody else may tell apart."""
    activity = pair.activities.filter(status="validated").order_by("-ends_on").first()
    shapes = {"patients-8": (42, (0, 1, 4, 14, 23)), "staff-8": (17, (0, 1, 3, 8, 5))}
    for slug, (answered, shape) in shapes.items():
        questionnaire = Questionnaire.objects.get(slug=slug, is_current=True)
        counts = {}
        for key, number in questionnaire.criteria.values_list("pk", "number"):
            shifted = list(shape)
            shifted[3], shifted[4] = shape[3] + number % 3, shape[4] - number % 3
            counts[key] = shifted
        actions.record_survey(
            pair, by=people["coordinator.south"], questionnaire=questionnaire, held_on=today() - timedelta(days=30), respondents=answered, counts=counts,
            activity=activity,
        )  # fmt: skip
    few = Questionnaire.objects.get(slug="staff-8", is_current=True)
    marks = dict.fromkeys(few.criteria.values_list("pk", flat=True), (0, 0, 1, 1, 1))
    actions.record_survey(pair, by=people["coordinator.south"], questionnaire=few, held_on=today() - timedelta(days=12), respondents=3, counts=marks)


def practices(pair: Partnership, yearly: Evaluation, people: dict[str, User], other: Partnership) -> None:
    """Two validated practices, one of them taken up elsewhere, and one that waits for the ministry."""
    specialty = pair.specialties.first()
    texts = [
        (
            "قائمة موحدة لتحضير المرضى قبل وصول الفريق", "كانت ثلث العمليات تؤجل لنقص الفحوص عند وصول الفريق.",
            "ورقة واحدة لكل نوع من العمليات تملؤها المصلحة المستفيدة قبل ثلاثة أسابيع ويراجعها الفريق الداعم عن بعد.",
            "انخفضت العمليات المؤجلة من الثلث إلى أقل من العُشر خلال سنة.", "منسق في كل طرف وساعة عن بعد كل أسبوع.",
        ),
        (
            "متابعة عن بعد في اليومين 30 و90", "المرضى القاطنون بعيداً لا يعودون إلى المراقبة.",
            "موعد بالفيديو من أقرب عيادة متعددة الخدمات، بحضور ممرض، مع ورقة قياس موحدة.", "ارتفعت نسبة المتابعة في اليوم 90 من الثلث إلى ثلاثة أرباع المرضى.",
            "جهاز وخط اتصال في العيادة، وتكوين نصف يوم.",
        ),
        ("دفتر مهارات للفريق المحلي", "لا أحد يعرف ما أصبح الفريق المحلي يتقنه.", "دفتر توقَّع فيه كل مهارة بعد ثلاث مرات تحت الإشراف.", "أصبح الانتقال إلى العمل المستقل قراراً مبنياً على ما هو مكتوب.", ""),
    ]  # fmt: skip
    made = []
    for place, (title, problem, solution, outcome, conditions) in enumerate(texts):
        practice = actions.describe_practice(
            None, by=people["coordinator.south" if place % 2 else "coordinator.north"], partnership=pair, evaluation=yearly if place == 0 else None,
            title=title, problem=problem, solution=solution, outcome=outcome, conditions=conditions, specialty=specialty, language="ar",
        )  # fmt: skip
        step(practice, PRACTICE, "submit", actions.transition_practice, practice.created_by)
        made.append(practice)
    for practice in made[:2]:
        step(practice, PRACTICE, "validate", actions.transition_practice, people["ministry"])
    takers: list[Institution] = [*other.hosts, *other.senders]
    for practice, institution, state in zip(made, takers, ("in_use", "planned"), strict=False):
        actions.adopt_practice(practice, institution, by=None, state=state, note="للعرض التجريبي")
    actions.adopt_practice(made[0], pair.hosts[0], by=people["coordinator.south"], state="in_use")


def elsewhere(other: Partnership, people: dict[str, User]) -> None:
    """Another partnership names some of the same difficulties, so that what recurs shows."""
    other = Partnership.objects.with_people().get(pk=other.pk)
    made = actions.schedule_evaluation(
        other, by=None, kind=EvaluationKind.YEARLY, questionnaire=actions.default_questionnaire(), opens_on=today() - timedelta(days=60),
        due_on=today() - timedelta(days=30),
    )  # fmt: skip
    criteria = list(made.questionnaire.criteria.values_list("pk", "number"))
    actions.save_answers(made, by=people["coordinator.other"], answers={key: (1 + number % 3, "") for key, number in criteria}, submit=True)
    actions.close_late(today())
    made.refresh_from_db()
    if made.status == "submitted":
        actions.review_evaluation(
            made, by=people["ministry"], achievements=ACHIEVED.split("،")[0] + ".", difficulties=HARD, decisions=DECIDED,
            difficulty_list=[("supplies", "نفاد بعض الأدوية قبل نهاية المهمة"), ("funding", "تأخر صرف نفقات الإيواء")],
        )  # fmt: skip
        step(made, EVALUATION, "validate", actions.transition_evaluation, None)
