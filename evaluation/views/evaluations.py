import io
from typing import Any

from django.contrib import messages
from django.db.models import Case, Value, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import get_for, require
from accounts.models import User
from accounts.policy import Role, can
from accounts.steps import step_page, steps_for
from core.deeds import done
from core.exporters import Column
from core.files import attachments_of, download
from core.formats import language, today
from core.forms import ReasonForm
from core.history import trail
from core.lifecycle import TransitionRefused
from core.listing import list_page
from evaluation import actions, reading, secrecy
from evaluation.choices import VALIDATED_OR_LATER, EvaluationStatus
from evaluation.filters import EvaluationFilters
from evaluation.forms import DatesForm, EvaluatorForm, ScheduleForm
from evaluation.models import ActionPoint, Evaluation
from evaluation.papers.pdf import report_draft, report_issued
from evaluation.papers.word import report_word
from evaluation.views.sections import tabs
from partnerships.models import Membership, Partnership
from partnerships.querysets import with_places
from partnerships.views.room import related as related_partnerships
from partnerships.views.room import tabs as room_tabs

COLUMNS = (
    Column("kind", gettext_lazy("Evaluation"), 34), Column("partnership", gettext_lazy("Partnership"), 16), Column("due_on", gettext_lazy("Due"), 13),
    Column("status", gettext_lazy("Status"), 22), Column("sender", gettext_lazy("Supporting institution"), 22), Column("host", gettext_lazy("Benefiting institution"), 22),
)  # fmt: skip
TURN = Case(  # what waits for somebody comes first
    *(
        When(status=status, then=Value(place))
        for place, status in enumerate(
            [EvaluationStatus.OPEN, EvaluationStatus.SUBMITTED, EvaluationStatus.REVIEWED, EvaluationStatus.VALIDATED, EvaluationStatus.SCHEDULED]
        )
    ),
    default=Value(9),
)
PAPER_LANGUAGES = ("ar", "fr", "en")


def row(evaluation: Evaluation) -> list[object]:
    handed_in = {side.side: side.submitted_at.date() if side.submitted_at else "" for side in evaluation.sides.all()}
    return [
        str(evaluation.get_kind_display()),
        evaluation.partnership.code,
        evaluation.due_on,
        evaluation.status_label,
        handed_in.get("sender", ""),
        handed_in.get("host", ""),
    ]


def related(rows):
    return rows.with_people()


def listed(rows):
    """What a row of the page reads."""
    return rows.select_related("partnership", "activity").prefetch_related("sides", with_places("partnership__"))


def evaluation_list(request: HttpRequest) -> HttpResponse:
    """The evaluations that this person may see; what waits for somebody first."""
    require(request.user, "evaluation.view")
    return list_page(
        request,
        queryset=Evaluation.objects.visible_to(request.user),
        filters=EvaluationFilters,
        sorts={"turn": [TURN, "due_on"], "due": ["due_on"], "status": ["status", "due_on"]},
        default_sort="turn",
        columns=COLUMNS,
        row=row,
        related=related,
        shown=listed,
        name="evaluations",
        page="evaluation/evaluation_list.html",
        fragment="evaluation/_evaluation_list.html",
        extra={"tabs": tabs(request.user, "evaluations")},
    )


def evaluation_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the evaluation stands, and as much of its content as this person may read now."""
    user = request.user
    rows = related(Evaluation.objects.all()).select_related("questionnaire", "evaluator", "reviewed_by")
    evaluation = get_for(user, rows, "evaluation.view", pk)
    sides = {item.side: item for item in evaluation.sides.all()}
    mine = secrecy.side_of(evaluation, user)
    reads_visit = secrecy.reads_visit(evaluation, user)
    reads_answers, reads_conclusions = secrecy.reads_answers(evaluation, user), secrecy.reads_conclusions(evaluation, user)
    is_evaluator = evaluation.evaluator_id == user.pk and can(user, "evaluation.visit", evaluation)
    context = {
        "evaluation": evaluation,
        "sides": list(sides.values()),
        "reads_answers": reads_answers,
        "reads_conclusions": reads_conclusions,
        "may_answer": bool(mine)
        and evaluation.status == EvaluationStatus.OPEN
        and can(user, "evaluation.answer", evaluation)
        and sides[mine].submitted_at is None,
        "may_review": evaluation.status == EvaluationStatus.SUBMITTED and can(user, "evaluation.review", evaluation),
        "may_visit": is_evaluator and evaluation.status in actions.VISITING,
        "may_schedule": can(user, "evaluation.schedule", evaluation),
        "may_move": evaluation.status in {EvaluationStatus.SCHEDULED, EvaluationStatus.OPEN},
        "may_assign": evaluation.status not in VALIDATED_OR_LATER,
        "steps": steps_for(evaluation, user),
        "history": trail(evaluation)[:30],
        "languages_of_paper": PAPER_LANGUAGES,
        **({"results": reading.results_of(evaluation, with_visit=reads_visit and evaluation.visited_on is not None)} if reads_answers else {}),
        **({"visit": reading.visit_lines(evaluation), "visit_files": visit_files(evaluation)} if reads_visit else {}),
        **(conclusions(evaluation) if reads_conclusions else {}),
        "evidence": evidence(evaluation, user),
    }
    return render(request, "evaluation/evaluation_detail.html", context)


def conclusions(evaluation: Evaluation) -> dict[str, Any]:
    """What the joint review wrote down besides its words."""
    return {
        "difficulty_list": list(evaluation.difficulty_list.all()),
        "points": list(ActionPoint.objects.filter(evaluation=evaluation).select_related("owner")),
    }


def visit_files(evaluation: Evaluation) -> list[Any]:
    return [item for item in attachments_of(evaluation) if item.role == secrecy.OF_VISIT]


def evidence(evaluation: Evaluation, user: Any) -> list[Any]:
    """The files of the sides that this person may open."""
    found = []
    for side in evaluation.sides.all():
        side.evaluation = evaluation
        if side.side in secrecy.sides_of(evaluation, user) or (side.submitted_at and secrecy.reads_answers(evaluation, user)):
            found += attachments_of(side)
    return found


def evaluation_step(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    return step_page(request, related(Evaluation.objects.all()), pk, slug, actions.transition_evaluation)


def form_page(request: HttpRequest, form: Any, title: str, button: str, back: str, crumb: str, **more: Any) -> HttpResponse:
    """A page with one form."""
    context = {"form": form, "title": title, "button": button, "back": back, "crumb": crumb, **more}
    return render(request, "evaluation/evaluation_form.html", context, status=400 if form.is_bound else 200)


def evaluation_schedule(request: HttpRequest, partnership_pk: int) -> HttpResponse:
    """The ministry puts an evaluation on the calendar."""
    partnership = get_for(request.user, Partnership.objects.with_people(), "evaluation.schedule", partnership_pk)
    form = ScheduleForm(request.POST or None, partnership=partnership, initial={"opens_on": today(), "questionnaire": actions.default_questionnaire().pk})
    if request.method == "POST" and form.is_valid():
        places = {"due_before_opening": "due_on", "in_past": "due_on", "already_there": "due_on"}
        made = done(form, lambda: actions.schedule_evaluation(partnership, by=request.user, **form.cleaned_data), places)
        if made:
            messages.success(request, _("The evaluation is on the calendar of both sides."))
            return redirect(made)
    back = f"{partnership.get_absolute_url()}evaluations/"
    return form_page(request, form, _("Schedule an evaluation"), _("Put on the calendar"), back, partnership.title)


def evaluation_dates(request: HttpRequest, pk: int) -> HttpResponse:
    """More time for both sides, or other days for what has not opened."""
    evaluation = get_for(request.user, related(Evaluation.objects.all()), "evaluation.schedule", pk)
    form = DatesForm(request.POST or None, evaluation=evaluation)
    if (
        request.method == "POST"
        and form.is_valid()
        and done(form, lambda: actions.set_dates(evaluation, by=request.user, **form.cleaned_data), {"too_early": "due_on"})
    ):
        messages.success(request, _("The days are changed, and both sides see it."))
        return redirect(evaluation)
    title = _("Other days") if evaluation.status == EvaluationStatus.SCHEDULED else _("Give more time")
    return form_page(request, form, title, _("Save"), evaluation.get_absolute_url(), evaluation.partnership.title)


def evaluation_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then take an evaluation that has not opened off the calendar."""
    evaluation = get_for(request.user, related(Evaluation.objects.all()), "evaluation.schedule", pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        partnership = evaluation.partnership
        try:
            actions.withdraw_evaluation(evaluation, by=request.user, reason=form.cleaned_data["reason"])
        except TransitionRefused as refusal:
            messages.error(request, str(refusal))
            return redirect(evaluation)
        messages.success(request, _("The evaluation is taken off the calendar."))
        return redirect(f"{partnership.get_absolute_url()}evaluations/")
    title = _("Take off the calendar")
    return form_page(request, form, title, title, evaluation.get_absolute_url(), evaluation.partnership.title, is_final=True)


def evaluation_evaluator(request: HttpRequest, pk: int) -> HttpResponse:
    """The ministry names the external evaluator, or takes them off."""
    evaluation = get_for(request.user, related(Evaluation.objects.all()), "evaluation.schedule", pk)
    standing = Membership.objects.in_force().filter(role=Role.EVALUATOR)
    insiders = Membership.objects.in_force().filter(institution__in=evaluation.party_ids)
    people = User.objects.filter(is_active=True, memberships__in=standing).exclude(memberships__in=insiders).distinct().order_by("name", "pk")
    form = EvaluatorForm(request.POST or None, people=people, initial={"person": evaluation.evaluator_id})
    if request.method == "POST" and form.is_valid() and done(form, lambda: actions.assign_evaluator(evaluation, form.cleaned_data["person"], by=request.user)):
        messages.success(request, _("The external evaluator is named.") if evaluation.evaluator else _("Nobody visits for this evaluation."))
        return redirect(evaluation)
    return form_page(request, form, _("External evaluator"), _("Save"), evaluation.get_absolute_url(), evaluation.partnership.title)


def read_report(request: HttpRequest, pk: int) -> tuple[Evaluation, str]:
    """The evaluation and the language of its report; 404 while this person does not read its conclusions."""
    evaluation = get_for(request.user, related(Evaluation.objects.all()).select_related("questionnaire", "evaluator"), "evaluation.view", pk)
    if not secrecy.reads_conclusions(evaluation, request.user):
        raise Http404(_("There is no report for you yet."))
    asked = request.GET.get("language", "")
    return evaluation, asked if asked in PAPER_LANGUAGES else language()


def evaluation_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The report on paper: a draft until it is published, then issued once, with a code that anybody can check."""
    evaluation, chosen = read_report(request, pk)
    name = f"{evaluation.partnership.code}-{evaluation.kind}-{evaluation.due_on:%Y}-{chosen}.pdf"
    if evaluation.status == EvaluationStatus.PUBLISHED:
        return download(report_issued(evaluation, chosen, by=request.user).file.open("rb"), name, "application/pdf")
    return download(io.BytesIO(report_draft(evaluation, chosen)), name, "application/pdf")


def evaluation_docx(request: HttpRequest, pk: int) -> HttpResponse:
    evaluation, chosen = read_report(request, pk)
    name = f"{evaluation.partnership.code}-{evaluation.kind}-{evaluation.due_on:%Y}-{chosen}.docx"
    return download(io.BytesIO(report_word(evaluation, chosen)), name, "application/vnd.openxmlformats-officedocument.wordprocessingml.document")


def survey_figure(survey: Any, partnership: Partnership, user: Any) -> float | None:
    survey.partnership = partnership  # its parties are loaded
    return reading.satisfaction_of(survey, user)


def partnership_evaluations(request: HttpRequest, pk: int) -> HttpResponse:
    """What a partnership has evaluated, promised, asked its patients and learnt: one page of its room."""
    user = request.user
    partnership = get_for(user, related_partnerships(Partnership.objects.all()), "partnership.view", pk)
    surveys = (
        partnership.surveys.visible_to(user).select_related("questionnaire", "created_by", "activity").prefetch_related("counts", "created_by__memberships")
    )
    context = {
        "partnership": partnership,
        "tabs": room_tabs(partnership, "evaluations"),
        "evaluations": list(Evaluation.objects.visible_to(user).filter(partnership=partnership).order_by(TURN, "due_on").with_people()[:30]),
        "points": list(ActionPoint.objects.visible_to(user).filter(partnership=partnership, status__in=["open", "done"]).select_related("owner")[:30]),
        "surveys": [(survey, survey_figure(survey, partnership, user)) for survey in surveys[:20]],
        "practices": list(partnership.practices.visible_to(user)[:20]),
        "may_schedule": can(user, "evaluation.schedule", partnership),
        "may_point": can(user, "action_point.keep", partnership),
        "may_survey": can(user, "survey.record", partnership),
        "may_describe": can(user, "practice.describe", partnership),
    }
    return render(request, "evaluation/evaluation_room.html", context)
