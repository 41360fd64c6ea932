from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.access import get_for
from accounts.policy import can
from accounts.steps import step_page, steps_for
from core.deeds import done, kept
from core.files import attachments_of
from core.formats import today
from core.history import trail
from core.lifecycle import TransitionRefused
from partnerships.actions import amendments, endings
from partnerships.choices import AmendmentStatus
from partnerships.clauses import changes
from partnerships.forms.endings import (
    AmendmentForm,
    EditAmendmentForm,
    NoticeForm,
    PartySignatureForm,
    RenewalForm,
    RewordForm,
    SignedPaperForm,
    TerminationForm,
)
from partnerships.models import Agreement, Amendment, Signatory
from partnerships.querysets import with_parties, with_partnership

FIELD_OF = {"signed_in_future": "signed_on", "signed_before_approval": "signed_on", "in_future": "given_on", "notice_too_short": "from_day", "notice_missing": "from_day", "outside": "effective_on", "end_before_start": "ends_on", "too_early": "starts_on"}  # fmt: skip


def whole_agreements() -> Any:
    return with_partnership(Agreement.objects.all())


def whole_amendments() -> Any:
    return Amendment.objects.select_related("agreement__partnership").prefetch_related(with_parties("agreement__partnership__"))


def task(request: HttpRequest, form: Any, obj: Any, title: str, button: str, deed: Callable[[dict[str, Any]], Any], said: str, **more: Any) -> HttpResponse:
    """One form, one action, back to the object; a refusal is shown at its field and nothing typed is lost."""
    if request.method == "POST" and form.is_valid():
        result = done(form, lambda: deed(form.cleaned_data), FIELD_OF)
        if result is not None:
            messages.success(request, said)
            return redirect(result if hasattr(result, "get_absolute_url") else obj)
    context = {"form": form, "object": obj, "title": title, "button": button, "differences": kept(form), **more}
    return render(request, "partnerships/ending_form.html", context, status=400 if form.is_bound else 200)


def party_signature(request: HttpRequest, pk: int) -> HttpResponse:
    """The day on which one party signed."""
    signatory = get_for(request.user, Signatory.objects.select_related("agreement__partnership", "institution"), "agreement.sign", pk)
    form = PartySignatureForm(request.POST or None, initial={"signed_on": signatory.signed_on or today()})

    def deed(values: dict[str, Any]) -> Agreement:
        return endings.record_party_signature(signatory, by=request.user, signed_on=values["signed_on"]).agreement

    return task(
        request,
        form,
        signatory.agreement,
        _("Signature of %(name)s") % {"name": signatory.name},
        _("Record the signature"),
        deed,
        _("The signature is recorded."),
    )


def agreement_renew(request: HttpRequest, pk: int) -> HttpResponse:
    agreement = get_for(request.user, whole_agreements(), "agreement.draft", pk)
    length = agreement.ends_on - agreement.starts_on
    start = agreement.ends_on + timedelta(days=1)
    form = RenewalForm(request.POST or None, initial={"starts_on": start, "ends_on": start + length})

    def deed(values: dict[str, Any]) -> Agreement:
        return endings.renew_agreement(agreement, by=request.user, **values)

    return task(
        request, form, agreement, _("Renewal"), _("Begin the renewal"), deed, _("The renewal is begun with the terms and clauses of the old agreement.")
    )


def agreement_notice(request: HttpRequest, pk: int) -> HttpResponse:
    agreement = get_for(request.user, whole_agreements(), "agreement.give_notice", pk)
    form = NoticeForm(request.POST or None, initial={"given_on": today()})

    def deed(values: dict[str, Any]) -> Agreement:
        return endings.give_notice(agreement, by=request.user, **values)

    earliest = today() + timedelta(days=agreement.notice_days)
    return task(
        request,
        form,
        agreement,
        _("Give notice"),
        _("Give notice"),
        deed,
        _("The notice is recorded and the other parties are told."),
        earliest=earliest,
        is_final=True,
    )


def agreement_terminate(request: HttpRequest, pk: int) -> HttpResponse:
    agreement = get_for(request.user, whole_agreements(), "agreement.suspend", pk)
    form = TerminationForm(request.POST or None, request.FILES or None, initial={"from_day": agreement.earliest_end})

    def deed(values: dict[str, Any]) -> Agreement:
        return endings.terminate_agreement(agreement, by=request.user, **values)

    said = _("The termination is recorded and both sides are told.")
    return task(request, form, agreement, _("Terminate the agreement"), _("Terminate"), deed, said, is_final=True, is_termination=True)


def amendment_new(request: HttpRequest, pk: int) -> HttpResponse:
    agreement = get_for(request.user, whole_agreements(), "amendment.draft", pk)
    form = AmendmentForm(request.POST or None, initial={"effective_on": today()})

    def deed(values: dict[str, Any]) -> Amendment:
        return amendments.draft_amendment(agreement, by=request.user, **values)

    on_paper = not agreement.clauses.exists()
    said = _("The amendment is begun: its paper says what changes.") if on_paper else _("The amendment is begun: word the clauses that change.")
    return task(request, form, agreement, _("New amendment"), _("Begin the amendment"), deed, said, on_paper=on_paper)


def amendment_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """What a draft is about, from when it holds, the new end."""
    amendment = get_for(request.user, whole_amendments(), "amendment.draft", pk)
    names = ("subject", "effective_on", "ends_on", "version")
    form = EditAmendmentForm(request.POST or None, initial={name: getattr(amendment, name) for name in names})
    if request.method != "POST":
        try:
            amendments.refuse_written(amendment)
        except TransitionRefused as refusal:
            messages.error(request, str(refusal))
            return redirect(amendment)

    def deed(values: dict[str, Any]) -> Amendment:
        return amendments.edit_amendment(amendment, by=request.user, **values)

    return task(request, form, amendment, _("Edit the amendment"), _("Save"), deed, _("Saved."))


def amendment_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What changes, word by word, from when, and how far the paper is."""
    amendment = get_for(request.user, whole_amendments(), "agreement.view", pk)
    reworded = [
        {
            "clause": row.clause,
            "languages": [
                (language, changes(getattr(row.clause, f"text_{language}"), getattr(row, f"text_{language}"))) for language in amendment.agreement.languages
            ],
        }
        for row in amendment.changes.select_related("clause__kind")
    ]
    may_edit = amendment.status == AmendmentStatus.DRAFT and can(request.user, "amendment.draft", amendment)
    on_paper = not amendment.agreement.clauses.exists()
    context = {
        "amendment": amendment, "agreement": amendment.agreement, "reworded": reworded, "steps": steps_for(amendment, request.user),
        "may_edit": may_edit, "may_write": may_edit and not on_paper, "on_paper": on_paper,
        "may_sign": amendment.status == AmendmentStatus.REVIEW and can(request.user, "amendment.sign", amendment),
        "documents": attachments_of(amendment), "history": trail(amendment)[:30],
    }  # fmt: skip
    return render(request, "partnerships/amendment_detail.html", context)


def amendment_reword(request: HttpRequest, pk: int) -> HttpResponse:
    """Word one clause anew; the text as signed stands ready to be changed."""
    amendment = get_for(request.user, whole_amendments(), "amendment.draft", pk)
    agreement = amendment.agreement
    chosen = agreement.clauses.filter(pk=request.GET["clause"]).first() if request.GET.get("clause", "").isdecimal() else None
    written = amendment.changes.filter(clause=chosen).first() if chosen else None
    initial = {"clause": chosen, **{language: getattr(written or chosen, f"text_{language}") for language in agreement.languages}} if chosen else None
    form = RewordForm(request.POST or None, agreement=agreement, initial=initial)

    def deed(values: dict[str, Any]) -> Amendment:
        return amendments.reword_clause(amendment, values["clause"], values, by=request.user).amendment

    choices = agreement.clauses.filter(is_included=True).select_related("kind") if chosen is None else []
    return task(request, form, amendment, _("Word a clause anew"), _("Save the clause"), deed, _("The clause is worded anew."), choices=choices)


def amendment_sign(request: HttpRequest, pk: int) -> HttpResponse:
    amendment = get_for(request.user, whole_amendments(), "amendment.sign", pk)
    form = SignedPaperForm(request.POST or None, request.FILES or None)

    def deed(values: dict[str, Any]) -> Amendment:
        return amendments.sign_amendment(amendment, by=request.user, **values)

    return task(
        request, form, amendment, _("Signature of the amendment"), _("Record the signature"), deed, _("The signature is recorded and both sides are told.")
    )


def amendment_step(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    return step_page(request, whole_amendments(), pk, slug, amendments.transition_amendment)


def what_may_follow(agreement: Agreement, user: Any) -> list[dict[str, str]]:
    """The further things that this person may do with a signed agreement, as {"address", "label"}."""
    base, found = agreement.get_absolute_url(), []
    if agreement.is_amendable and can(user, "amendment.draft", agreement) and not agreement.has_open_amendment:
        found.append({"address": f"{base}amendments/new/", "label": _("Amend")})
    if agreement.is_renewable and can(user, "agreement.draft", agreement) and not agreement.has_renewal:
        found.append({"address": f"{base}renew/", "label": _("Renew")})
    if agreement.is_binding:
        if agreement.notice_given_on is None and can(user, "agreement.give_notice", agreement):
            found.append({"address": f"{base}notice/", "label": _("Give notice")})
        if can(user, "agreement.suspend", agreement):
            found.append({"address": f"{base}terminate/", "label": _("Terminate")})
    return found
