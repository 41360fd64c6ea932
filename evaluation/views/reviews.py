"""The joint review, and the visit of the external evaluator."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.access import get_for
from accounts.models import User
from core.deeds import done
from core.lifecycle import TransitionRefused, check
from evaluation import actions, reading, secrecy
from evaluation.forms import DifficultyLine, FileForm, PointLine, ReviewForm, VisitForm
from evaluation.forms.evaluations import ROWS_AT_MOST
from evaluation.lifecycle import EVALUATION
from evaluation.models import Evaluation
from evaluation.views.evaluations import form_page, related, visit_files

ROWS, MORE = 3, 3


def rows_asked(request: HttpRequest, kept: int = 0) -> int:
    """How many lines the page has: what was sent, and some more when asked for."""
    sent = request.POST.get("rows", "")
    count = int(sent) if sent.isdecimal() and len(sent) < 4 else ROWS
    count = max(count, kept + 1, ROWS) + (MORE if request.POST.get("stage") == "more" else 0)
    return min(count, ROWS_AT_MOST)


def people_of_form(evaluation: Evaluation) -> Any:
    return User.objects.filter(pk__in=[person.pk for person in actions.may_own(evaluation.partnership)]).order_by("name", "pk")


def evaluation_review(request: HttpRequest, pk: int) -> HttpResponse:
    """What differs and what is low first; then what both sides agree on, in words, difficulties and action points."""
    rows = related(Evaluation.objects.all()).select_related("questionnaire", "evaluator")
    evaluation = get_for(request.user, rows, "evaluation.review", pk)
    try:
        check(evaluation, EVALUATION["review"], by=request.user)  # before the answers are in, nobody reads them
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
        return redirect(evaluation)
    sent = request.POST if request.method == "POST" else None
    named = list(evaluation.difficulty_list.all())
    form = ReviewForm(sent, initial={name: getattr(evaluation, name) for name in ("achievements", "difficulties", "decisions")})
    count, people = rows_asked(request, len(named)), people_of_form(evaluation)
    kept = [{"area": row.area, "text": row.text} for row in named]
    lines = [DifficultyLine(sent, prefix=f"difficulty-{place}", initial=kept[place] if place < len(kept) else None) for place in range(count)]
    points = [PointLine(sent, prefix=f"point-{place}", people=people) for place in range(count)]
    is_more = request.POST.get("stage") == "more"
    if sent is not None and not is_more and not [part for part in (form, *lines, *points) if not part.is_valid()]:  # every form says its errors
        given = {
            "difficulty_list": [line for line in (part.line() for part in lines) if line],
            "action_points": [line for line in (part.line() for part in points) if line],
        }
        if done(form, lambda: actions.review_evaluation(evaluation, by=request.user, **form.cleaned_data, **given)):
            messages.success(request, _("The joint review is recorded."))
            return redirect(evaluation)
    context = {
        "evaluation": evaluation, "form": form, "lines": lines, "points": points, "rows": count, "is_more": count < ROWS_AT_MOST,
        "problems": [] if is_more else [problem for part in (form, *lines, *points) for problem in part.problems()],
        "results": reading.results_of(evaluation, with_visit=evaluation.visited_on is not None),
        "made": list(evaluation.action_points.select_related("owner")),
        "visit": reading.visit_lines(evaluation) if secrecy.reads_visit(evaluation, request.user) else [],
    }  # fmt: skip
    return render(request, "evaluation/evaluation_review.html", context, status=200 if sent is None or is_more else 400)


def visited(request: HttpRequest, pk: int) -> Evaluation:
    """The evaluation for its evaluator; 403 for any other evaluator of the partnership."""
    rows = related(Evaluation.objects.all()).select_related("questionnaire", "evaluator")
    evaluation = get_for(request.user, rows, "evaluation.visit", pk)
    if evaluation.evaluator_id != request.user.pk:
        raise PermissionDenied(_("The visit is written by the evaluator whom the ministry has assigned."))
    return evaluation


def evaluation_visit(request: HttpRequest, pk: int) -> HttpResponse:
    """The evaluator's checklist at the place; kept as a draft until it is handed in."""
    evaluation = visited(request, pk)
    if evaluation.status not in actions.VISITING:
        messages.info(request, _("The visit can no longer be changed."))
        return redirect(evaluation)
    criteria = list(actions.visit_checklist().criteria.all())
    initial = {"visited_on": evaluation.visited_on, "findings": evaluation.visit_findings}
    form = VisitForm(request.POST if request.method == "POST" else None, criteria=criteria, answers=evaluation.visit_answers.all(), initial=initial)
    if request.method == "POST" and form.is_valid():
        hand_in = request.POST.get("stage") == "submit"
        values = {name: form.cleaned_data[name] for name in ("visited_on", "findings")}
        places = {"incomplete": "findings", "in_future": "visited_on"}
        if done(form, lambda: actions.record_visit(evaluation, by=request.user, answers=form.answers(), hand_in=hand_in, **values), places):
            messages.success(request, _("The visit is handed in.") if hand_in else _("The visit is saved. Only you read it until you hand it in."))
            return redirect(evaluation if hand_in else f"{evaluation.get_absolute_url()}visit/")
    context = {"evaluation": evaluation, "form": form, "documents": visit_files(evaluation)}
    return render(request, "evaluation/evaluation_visit.html", context, status=400 if form.is_bound else 200)


def evaluation_visit_file(request: HttpRequest, pk: int) -> HttpResponse:
    """A photo or a paper of the visit."""
    evaluation = visited(request, pk)
    form = FileForm(request.POST or None, request.FILES or None)
    back = f"{evaluation.get_absolute_url()}visit/"
    if (
        request.method == "POST"
        and form.is_valid()
        and done(form, lambda: actions.add_visit_file(evaluation, by=request.user, upload=form.cleaned_data["file"]))
    ):
        messages.success(request, _("The file is kept with your visit."))
        return redirect(back)
    return form_page(request, form, _("Photo or document of the visit"), _("Add the file"), back, evaluation.partnership.title)
