"""One of everything about evaluation, for tests that walk every address; and the short ways of the other tests."""

from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from core.formats import today
from core.lifecycle import LIFECYCLES
from evaluation import actions
from evaluation.choices import QuestionnairePurpose
from evaluation.models import Criterion, Evaluation, Questionnaire
from partnerships.models import Partnership
from tests.cast import Cast

PDF = b"%PDF-1.4 evidence"


def upload(name: str = "محضر.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def folder(cast: Cast) -> Partnership:
    return Partnership.objects.with_people().get(pk=cast.partnership.pk)


def short(slug: str, purpose: str, questions: int = 2) -> Questionnaire:
    """A questionnaire with a few questions, in one domain for every two of them."""
    names = {"purpose": purpose, "name_ar": slug, "name_fr": slug, "name_en": slug}
    made, is_new = Questionnaire.objects.get_or_create(slug=slug, is_current=True, defaults=names)
    if is_new:
        Criterion.objects.bulk_create(
            Criterion(
                questionnaire=made, number=number, name_ar=f"سؤال {number}", domain=f"d{(number + 1) // 2}", domain_ar=f"مجال {(number + 1) // 2}",
                domain_fr="", domain_en="",
            )
            for number in range(1, questions + 1)
        )  # fmt: skip
    return made


def opened(cast: Cast, kind: str = "yearly", due_in: int = 20, **given: Any) -> Evaluation:
    """An evaluation of the partnership, open, with four questions in two domains."""
    values = {"questionnaire": short("partnership-28", QuestionnairePurpose.SIDES, 4), "opens_on": today() + timedelta(days=min(due_in, 0)), **given}
    return actions.schedule_evaluation(folder(cast), by=None, kind=kind, due_on=today() + timedelta(days=due_in), **values)


def answers(evaluation: Evaluation, *scores: int | None, comment: str = "") -> dict[int, tuple[int | None, str]]:
    """The scores in the order of the criteria; the last one is repeated."""
    keys = list(evaluation.questionnaire.criteria.values_list("pk", flat=True))
    return {key: (scores[min(place, len(scores) - 1)], comment) for place, key in enumerate(keys)}


def answered(cast: Cast, host: tuple[int | None, ...] = (3,), sender: tuple[int | None, ...] = (3,), **given: Any) -> Evaluation:
    """Both sides have answered."""
    made = opened(cast, **given)
    actions.save_answers(made, by=cast.badr, answers=answers(made, *host), submit=True)
    actions.save_answers(made, by=cast.dalia, answers=answers(made, *sender), submit=True)
    made.refresh_from_db()
    return made


def reviewed(cast: Cast, **given: Any) -> Evaluation:
    made = answered(cast, **given)
    return actions.review_evaluation(
        made, by=cast.essam, achievements="إنجاز", difficulties="صعوبة", decisions="قرار", difficulty_list=[("supplies", "تأخر المستهلكات")]
    )


def step(obj: Any, slug: str, by: Any, reason: str = "") -> Any:
    """Take a step of an evaluation, an action point or a good practice."""
    deeds = {"evaluation": actions.transition_evaluation, "actionpoint": actions.transition_action_point, "goodpractice": actions.transition_practice}
    name = obj._meta.model_name
    return deeds[name](obj, LIFECYCLES[name][slug], by=by, reason=reason)


def published(cast: Cast, **given: Any) -> Evaluation:
    return step(step(reviewed(cast, **given), "validate", cast.amal), "publish", cast.hoda)


def point(cast: Cast, **given: Any) -> Any:
    """Something that Badr has to do within ten days, given by Amal."""
    values = {"by": cast.amal, "text": "إعداد القائمة", "owner": cast.badr, "due_on": today() + timedelta(days=10), **given}
    return actions.make_action_point(folder(cast), **values)


def practice(cast: Cast, *steps: str, **given: Any) -> Any:
    """A good practice of the partnership, described by Badr; Amal takes the ministry's steps."""
    values = {"title": "قائمة موحدة", "problem": "عمليات مؤجلة", "solution": "ورقة واحدة", "outcome": "تأجيل أقل", **given}
    made = actions.describe_practice(None, by=cast.badr, partnership=folder(cast), **values)
    for slug in steps:
        step(made, slug, cast.badr if slug == "submit" else cast.amal, "سبب")
    return made


def survey(cast: Cast, people: int = 12, **given: Any) -> Any:
    """What patients answered, typed by Badr: everybody gave the highest mark."""
    questionnaire = short("patients-8", QuestionnairePurpose.PATIENTS)
    counts = dict.fromkeys(questionnaire.criteria.values_list("pk", flat=True), (0, 0, 0, 0, people))
    values = {"by": cast.badr, "questionnaire": questionnaire, "held_on": today(), "respondents": people, "counts": counts, **given}
    return actions.record_survey(folder(cast), **values)


def everything(cast: Cast, evaluation: Evaluation, done: Evaluation) -> dict[str, dict[str, Any]]:
    """What addresses of evaluation name; `evaluation` is open, both sides have answered `done`, which Essam is to visit."""
    short("visit-15", QuestionnairePurpose.VISIT)
    evidence = actions.add_evidence(evaluation, by=cast.badr, upload=upload())
    actions.assign_evaluator(done, cast.essam, by=cast.amal)
    scheduled = opened(cast, opens_on=today() + timedelta(days=5), due_in=30)
    concluded = reviewed(cast, kind="mid_term")
    short("staff-8", QuestionnairePurpose.STAFF)
    return {
        "part": {"pk": evaluation.pk, "domain": evaluation.questionnaire.criteria.all()[0].domain}, "evidence": {"pk": evaluation.pk, "document_pk": evidence.pk},
        "scheduled": {"pk": scheduled.pk}, "concluded": {"pk": concluded.pk}, "actionpoint": {"pk": point(cast).pk}, "survey": {"pk": survey(cast).pk},
        "practice": {"pk": practice(cast, "submit", "validate").pk}, "goodpractice": {"pk": practice(cast, title="مسودة").pk},
    }  # fmt: skip
