"""One side answers: a domain at a time, on a phone, alone."""

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import get_for
from core.deeds import done
from core.files import attachments_of
from core.lifecycle import TransitionRefused
from core.models import Attachment
from evaluation import actions
from evaluation.choices import EvaluationStatus
from evaluation.forms import AnswersForm, EvidenceForm
from evaluation.models import Criterion, Evaluation, EvaluationSide
from evaluation.views.evaluations import form_page, related


def my_side(request: HttpRequest, pk: int) -> EvaluationSide:
    """The side that this person answers for, with its answers; 404 and 403 as everywhere, 404 for whoever is of no side."""
    evaluation = get_for(request.user, related(Evaluation.objects.all()).select_related("questionnaire"), "evaluation.answer", pk)
    name = actions.side_of(evaluation, request.user)
    if name is None:
        raise Http404
    side = evaluation.sides.prefetch_related("answers").get(side=name)
    side.evaluation = evaluation
    return side


def takes_answers(side: EvaluationSide) -> bool:
    return side.evaluation.status == EvaluationStatus.OPEN and side.submitted_at is None


def closed(request: HttpRequest, side: EvaluationSide) -> HttpResponse:
    messages.info(request, _("Your side has handed in its answers, or this evaluation does not take answers now."))
    return redirect(side.evaluation)


def parts_of(side: EvaluationSide, criteria: list[Criterion]) -> list[dict[str, Any]]:
    """The domains in order: {"slug", "name", "items", "answered", "total", "address"}; an item is (criterion, answer or None)."""
    given = {answer.criterion_id: answer for answer in side.answers.all()}
    found = []
    for slug, group in groupby(criteria, key=lambda criterion: criterion.domain):
        items = [(criterion, given.get(criterion.pk)) for criterion in group]
        found.append(
            {
                "slug": slug, "name": items[0][0].domain_name, "items": items, "answered": sum(answer is not None for _criterion, answer in items),
                "total": len(items), "address": f"{side.evaluation.get_absolute_url()}answer/{slug}/",
            }
        )  # fmt: skip
    return found


def evaluation_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the own side has come, everything to check, evidence, and handing in; the other side is out of sight."""
    side = my_side(request, pk)
    if not takes_answers(side):
        return closed(request, side)
    evaluation, criteria = side.evaluation, list(side.evaluation.questionnaire.criteria.all())
    form = AnswersForm(request.POST if request.method == "POST" else None, criteria=criteria, side=side)
    if request.method == "POST" and form.is_valid():
        submit = request.POST.get("stage") == "submit"
        try:
            actions.save_answers(evaluation, by=request.user, answers=form.answers(), remarks=form.said_remarks(), submit=submit)
        except TransitionRefused as refusal:
            if refusal.code != "incomplete":
                messages.error(request, str(refusal))
                return redirect(evaluation)
            actions.save_answers(evaluation, by=request.user, answers=form.answers(), remarks=form.said_remarks())  # nothing typed is lost
            form.add_error(None, str(refusal))
            side = my_side(request, pk)
        else:
            messages.success(request, _("Your answers are handed in.") if submit else _("Your answers are saved. You can go on later."))
            return redirect(evaluation if submit else f"{evaluation.get_absolute_url()}answer/")
    parts = parts_of(side, criteria)
    answered = sum(part["answered"] for part in parts)
    context = {
        "evaluation": evaluation, "side": side, "form": form, "parts": parts, "answered": answered, "total": len(criteria),
        "next": next((part for part in parts if part["answered"] < part["total"]), None), "documents": attachments_of(side),
        "numbers": {criterion.number: criterion for criterion in criteria},
    }  # fmt: skip
    return render(request, "evaluation/evaluation_answer.html", context, status=400 if form.is_bound else 200)


def evaluation_answer_part(request: HttpRequest, pk: int, domain: str) -> HttpResponse:
    """The questions of one domain, each with what its marks mean."""
    side = my_side(request, pk)
    if not takes_answers(side):
        return closed(request, side)
    evaluation, everything = side.evaluation, list(side.evaluation.questionnaire.criteria.all())
    criteria = [criterion for criterion in everything if criterion.domain == domain]
    if not criteria:
        raise Http404
    form = AnswersForm(request.POST if request.method == "POST" else None, criteria=criteria, side=side, has_remarks=False)
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_answers(evaluation, by=request.user, answers=form.answers())
        except TransitionRefused as refusal:
            messages.error(request, str(refusal))
            return redirect(evaluation)
        messages.success(request, _("Your answers are saved. You can go on later."))
        return redirect(after(side, everything, domain) if request.POST.get("stage") == "next" else f"{evaluation.get_absolute_url()}answer/")
    parts = parts_of(side, everything)
    place = [part["slug"] for part in parts].index(domain)
    context = {
        "evaluation": evaluation,
        "side": side,
        "form": form,
        "part": parts[place],
        "place": place + 1,
        "parts": parts,
        "is_last": place + 1 == len(parts),
    }
    return render(request, "evaluation/evaluation_answer_part.html", context, status=400 if form.is_bound else 200)


def after(side: EvaluationSide, criteria: list[Criterion], domain: str) -> str:
    """The page of the next domain, or the overview after the last one."""
    parts = parts_of(side, criteria)
    place = [part["slug"] for part in parts].index(domain) + 1
    return parts[place]["address"] if place < len(parts) else f"{side.evaluation.get_absolute_url()}answer/"


def evaluation_evidence(request: HttpRequest, pk: int) -> HttpResponse:
    """A file that shows what the own side says."""
    side = my_side(request, pk)
    if not takes_answers(side):
        return closed(request, side)
    back = f"{side.evaluation.get_absolute_url()}answer/"
    form = EvidenceForm(request.POST or None, request.FILES or None, criteria=list(side.evaluation.questionnaire.criteria.all()))
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        if done(form, lambda: actions.add_evidence(side.evaluation, by=request.user, upload=values["file"], number=values["number"])):
            messages.success(request, _("The file is kept with the answers of your side, out of sight of the other one."))
            return redirect(back)
    return form_page(request, form, _("Add evidence"), _("Add the file"), back, side.evaluation.partnership.title)


@require_POST
def evaluation_evidence_drop(request: HttpRequest, pk: int, document_pk: int) -> HttpResponse:
    side = my_side(request, pk)
    attachment = get_object_or_404(Attachment, pk=document_pk, object_type=side._meta.label_lower, object_id=side.pk)
    try:
        actions.drop_evidence(side.evaluation, attachment, by=request.user)
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
        return redirect(side.evaluation)
    messages.success(request, _("The file is taken off."))
    return redirect(f"{side.evaluation.get_absolute_url()}answer/")
