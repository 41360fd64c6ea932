from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.access import get_for, require
from accounts.policy import can
from accounts.steps import step_page, steps_for
from core.exporters import Column
from core.history import trail
from core.lifecycle import TransitionRefused
from core.listing import list_page
from partnerships import actions
from partnerships.actions.proposals import sides_of
from partnerships.choices import Answer
from partnerships.filters import ProposalFilters
from partnerships.forms import AnswerForm
from partnerships.models import MatchProposal
from partnerships.views.matching_section import matching_tabs

COLUMNS = (
    Column("sender", gettext_lazy("Supporting institution"), 44), Column("host", gettext_lazy("Benefiting institution"), 44),
    Column("specialties", gettext_lazy("Specialties"), 40), Column("score", gettext_lazy("Score"), 9), Column("status", gettext_lazy("Status"), 22),
    Column("answer_due_on", gettext_lazy("Answers due on"), 13), Column("sender_answer", gettext_lazy("Answer of the supporting institution"), 16),
    Column("host_answer", gettext_lazy("Answer of the benefiting institution"), 16),
)  # fmt: skip


def row(proposal: MatchProposal) -> list[object]:
    return [
        proposal.sender.name, proposal.host.name, "، ".join(item.name for item in proposal.specialties.all()), proposal.score, proposal.status_label,
        proposal.answer_due_on, proposal.get_sender_answer_display(), proposal.get_host_answer_display(),
    ]  # fmt: skip


def related(rows: Any) -> Any:
    return rows.with_sides()


def proposal_list(request: HttpRequest) -> HttpResponse:
    """The proposed matches that this person may see: the ministry all, each side its own once they are sent."""
    require(request.user, "proposal.view")
    return list_page(
        request,
        queryset=MatchProposal.objects.visible_to(request.user),
        filters=ProposalFilters,
        sorts={"made": ["pk"], "due": ["answer_due_on"], "score": ["score"]},
        default_sort="-made",
        columns=COLUMNS,
        row=row,
        related=related,
        name="proposals",
        page="partnerships/proposal_list.html",
        fragment="partnerships/_proposal_list.html",
        extra={"tabs": matching_tabs(request.user, "proposals"), "sees_pairs": can(request.user, "matching.view")},
    )


def proposal_detail(request: HttpRequest, pk: int) -> HttpResponse:
    proposal = get_for(request.user, related(MatchProposal.objects.all()), "proposal.view", pk)
    sides = [
        {
            "place": getattr(proposal, side), "label": label, "answer": getattr(proposal, f"{side}_answer"), "words": getattr(proposal, f"get_{side}_answer_display")(),
            "reason": getattr(proposal, f"{side}_reason"), "answered_on": getattr(proposal, f"{side}_answered_on"),
        }
        for side, label in (("sender", _("supporting institution")), ("host", _("benefiting institution")))
    ]  # fmt: skip
    context = {
        "proposal": proposal,
        "sides": sides,
        "steps": steps_for(proposal, request.user),
        "may_answer": proposal.is_answerable and bool(sides_of(proposal, request.user)),
        "may_send_again": proposal.is_lapsed and can(request.user, "proposal.propose", proposal),
        "may_see_pair": can(request.user, "matching.view"),
        "may_open_partnership": proposal.partnership is not None and can(request.user, "partnership.view", proposal.partnership),
        "history": trail(proposal)[:30],
    }
    return render(request, "partnerships/proposal_detail.html", context)


def proposal_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """A director accepts or declines for the own institution."""
    proposal = get_for(request.user, related(MatchProposal.objects.all()), "proposal.answer", pk)
    side = next(iter(sides_of(proposal, request.user)), "")
    given = {"answer": getattr(proposal, f"{side}_answer"), "reason": getattr(proposal, f"{side}_reason")} if side else {}
    form = AnswerForm(request.POST if request.method == "POST" else None, initial=given)
    if form.is_bound and form.is_valid():
        try:
            actions.answer_proposal(proposal, by=request.user, answer=form.cleaned_data["answer"], reason=form.cleaned_data["reason"])
        except TransitionRefused as refusal:
            form.add_error("reason" if refusal.code == "reason_missing" else None, str(refusal))
        else:
            accepted = form.cleaned_data["answer"] == Answer.ACCEPTED
            messages.success(
                request,
                _("You have accepted. The ministry decides once both sides have answered.") if accepted else _("You have declined. The ministry is told."),
            )
            return redirect(proposal)
    context = {"form": form, "proposal": proposal, "is_open": proposal.is_answerable}
    return render(request, "partnerships/proposal_answer.html", context, status=400 if form.is_bound else 200)


@require_POST
def proposal_send_again(request: HttpRequest, pk: int) -> HttpResponse:
    """A lapsed proposal gets a new date."""
    proposal = get_for(request.user, related(MatchProposal.objects.all()), "proposal.propose", pk)
    try:
        actions.send_proposal_again(proposal, by=request.user)
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("It is sent again, with a new date."))
    return redirect(proposal)


def proposal_step(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    return step_page(request, related(MatchProposal.objects.all()), pk, slug, actions.transition_proposal)
