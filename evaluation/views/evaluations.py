from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import get_for, require
from accounts.policy import can
from accounts.steps import step_page, steps_for
from core.exporters import Column
from core.history import trail
from core.lifecycle import TransitionRefused, check
from core.listing import list_page
from evaluation import actions
from evaluation.choices import AnsweringSide, EvaluationStatus
from evaluation.filters import EvaluationFilters
from evaluation.forms import AnswersForm, ReviewForm
from evaluation.lifecycle import EVALUATION
from evaluation.models import Evaluation
from evaluation.scoring import by_domain, mean

COLUMNS = (
    Column("kind", gettext_lazy("Evaluation"), 34), Column("partnership", gettext_lazy("Partnership"), 16), Column("due_on", gettext_lazy("Due"), 13),
    Column("status", gettext_lazy("Status"), 22), Column("sender", gettext_lazy("Supporting institution"), 22), Column("host", gettext_lazy("Benefiting institution"), 22),
)  # fmt: skip


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


def evaluation_list(request: HttpRequest) -> HttpResponse:
    """The evaluations that this person may see."""
    require(request.user, "evaluation.view")
    return list_page(
        request,
        queryset=Evaluation.objects.visible_to(request.user),
        filters=EvaluationFilters,
        sorts={"due": ["due_on"], "status": ["status", "due_on"]},
        default_sort="-due",
        columns=COLUMNS,
        row=row,
        related=related,
        name="evaluations",
        page="evaluation/evaluation_list.html",
        fragment="evaluation/_evaluation_list.html",
    )


def evaluation_detail(request: HttpRequest, pk: int) -> HttpResponse:
    evaluation = get_for(request.user, related(Evaluation.objects.all()), "evaluation.view", pk)
    side = actions.side_of(evaluation, request.user)
    sides = {item.side: item for item in evaluation.sides.all()}
    context = {
        "evaluation": evaluation,
        "side": sides.get(side) if side else None,
        "sides": list(sides.values()),
        "may_answer": bool(side)
        and evaluation.status == EvaluationStatus.OPEN
        and can(request.user, "evaluation.answer", evaluation)
        and sides[side].submitted_at is None,
        "may_review": evaluation.status == EvaluationStatus.SUBMITTED and can(request.user, "evaluation.review", evaluation),
        "steps": steps_for(evaluation, request.user),
        "history": trail(evaluation)[:30],
        **(comparison(evaluation) if evaluation.are_answers_open else {}),
    }
    return render(request, "evaluation/evaluation_detail.html", context)


def comparison(evaluation: Evaluation) -> dict[str, Any]:
    """Both sides' answers by domain; only what a side has handed in counts."""
    criteria = list(evaluation.questionnaire.criteria.all())
    scores: dict[str, dict[int, int | None]] = {side: {} for side in AnsweringSide.values}
    remarks = []
    for side in evaluation.sides.filter(submitted_at__isnull=False).prefetch_related("answers__criterion"):
        scores[side.side] = {answer.criterion_id: answer.score for answer in side.answers.all()}
        remarks += [{"side": side, "text": side.remarks}] if side.remarks else []
        remarks += [{"side": side, "text": answer.comment, "criterion": answer.criterion} for answer in side.answers.all() if answer.comment]
    domains = by_domain([(criterion.pk, criterion.domain, criterion.domain_name) for criterion in criteria], scores["sender"], scores["host"])
    means = {side: mean(values.values()) for side, values in scores.items()}
    return {
        "domains": domains,
        "means": means,
        "gap": abs(means["sender"] - means["host"]) if None not in means.values() else None,
        "wide": sum(domain.is_wide for domain in domains),
        "remarks": remarks,
    }


def evaluation_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """One side answers; the other side's answers are out of sight."""
    evaluation = get_for(request.user, related(Evaluation.objects.all()), "evaluation.answer", pk)
    side_name = actions.side_of(evaluation, request.user)
    if side_name is None:
        raise Http404
    side = evaluation.sides.prefetch_related("answers").get(side=side_name)
    if evaluation.status != EvaluationStatus.OPEN or side.submitted_at:
        messages.info(request, _("Your side has handed in its answers, or this evaluation does not take answers now."))
        return redirect(evaluation)
    criteria = list(evaluation.questionnaire.criteria.all())
    form = AnswersForm(request.POST if request.method == "POST" else None, criteria=criteria, side=side)
    if request.method == "POST" and form.is_valid():
        submit = request.POST.get("stage") == "submit"
        if submit:
            form.require_all()
        if form.is_valid():
            try:
                actions.save_answers(evaluation, by=request.user, answers=form.answers(), remarks=form.cleaned_data["remarks"], submit=submit)
            except TransitionRefused as refusal:
                messages.error(request, str(refusal))
                return redirect(evaluation)
            messages.success(request, _("Your answers are handed in.") if submit else _("Your answers are saved. You can go on later."))
            return redirect(evaluation if submit else f"{evaluation.get_absolute_url()}answer/")
        actions.save_answers(evaluation, by=request.user, answers=form.answers(), remarks=form.cleaned_data["remarks"])  # nothing typed is lost
    context = {"evaluation": evaluation, "form": form, "side": side, "answered": side.answers.count(), "total": len(criteria)}
    return render(request, "evaluation/answer.html", context, status=400 if form.is_bound else 200)


def evaluation_review(request: HttpRequest, pk: int) -> HttpResponse:
    evaluation = get_for(request.user, related(Evaluation.objects.all()), "evaluation.review", pk)
    try:
        check(evaluation, EVALUATION["review"], by=request.user)  # before both have answered, nobody reads either
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
        return redirect(evaluation)
    form = ReviewForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.review_evaluation(evaluation, by=request.user, **form.cleaned_data)
        except TransitionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The joint review is recorded."))
            return redirect(evaluation)
    return render(request, "evaluation/review.html", {"evaluation": evaluation, "form": form, **comparison(evaluation)}, status=400 if form.is_bound else 200)


def evaluation_step(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    return step_page(request, related(Evaluation.objects.all()), pk, slug, actions.transition_evaluation)
