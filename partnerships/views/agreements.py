import io

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.access import get_for, model_of, require
from accounts.policy import can, institutions_of
from accounts.steps import step_page, steps_for
from core.exporters import Column
from core.files import attachments_of, download, may_open, served
from core.formats import as_day
from core.history import changing, trail
from core.lifecycle import TransitionRefused
from core.listing import list_page
from core.models import Attachment
from partnerships import actions
from partnerships.actions.drafting import may_write, overlapping
from partnerships.actions.legal import cite_texts
from partnerships.choices import AgreementStatus
from partnerships.filters import AgreementFilters
from partnerships.forms import AgreementForm, SignatureForm
from partnerships.forms.legal import LegalBasesForm
from partnerships.models import Agreement, Partnership
from partnerships.papers.pdf import FINAL, draft_pdf, issued_pdf, whole
from partnerships.querysets import with_partnership, with_places
from partnerships.views.drafting import text_section
from partnerships.views.endings import what_may_follow

COLUMNS = (
    Column("number", gettext_lazy("Agreement"), 34), Column("partnership", gettext_lazy("Partnership"), 16), Column("parties", gettext_lazy("Parties"), 60),
    Column("status", gettext_lazy("Status"), 18), Column("signed_on", gettext_lazy("Signed on"), 13), Column("starts_on", gettext_lazy("Start"), 13),
    Column("ends_on", gettext_lazy("End"), 13), Column("moved_on", gettext_lazy("In this state since"), 16),
)  # fmt: skip


def row(agreement: Agreement) -> list[object]:
    parties = "، ".join(str(party.institution) for party in agreement.partnership.parties.all())
    return [
        agreement.title,
        agreement.partnership.code,
        parties,
        agreement.status_label,
        agreement.signed_on,
        agreement.starts_on,
        agreement.ends_on,
        agreement.moved_at and as_day(agreement.moved_at),
    ]


def listed(rows):
    """What a row of the page reads."""
    return rows.select_related("partnership").prefetch_related(with_places("partnership__"))


def agreement_list(request: HttpRequest) -> HttpResponse:
    """The agreements that this person may see."""
    require(request.user, "agreement.view")
    return list_page(
        request,
        queryset=Agreement.objects.visible_to(request.user).with_last_move(),
        filters=AgreementFilters,
        sorts={"start": ["starts_on"], "end": ["ends_on"], "number": ["year", "number"], "waiting": ["moved_at"]},
        default_sort="waiting" if request.GET.get("waiting") == "yes" else "-start",
        columns=COLUMNS,
        row=row,
        related=with_partnership,
        shown=listed,
        name="agreements",
        page="partnerships/agreement_list.html",
        fragment="partnerships/_agreement_list.html",
    )


def agreement_detail(request: HttpRequest, pk: int) -> HttpResponse:
    agreement = get_for(request.user, with_partnership(Agreement.objects.all()), "agreement.view", pk)
    visas = {visa.institution_id: visa for visa in agreement.visas.select_related("by")}
    signable = {AgreementStatus.APPROVED: "agreement.sign", AgreementStatus.DRAFT: "agreement.register"}.get(agreement.status)
    may_visa = agreement.status == AgreementStatus.VISA and can(request.user, "agreement.visa", agreement)
    context = {
        "agreement": agreement,
        "parties": [{"party": party, "visa": visas.get(party.institution_id)} for party in agreement.partnership.parties.all()],
        "steps": steps_for(agreement, request.user),
        "may_visa": may_visa and any(place not in visas for place in institutions_of(request.user) & agreement.party_ids),
        "may_sign": bool(signable) and can(request.user, signable, agreement),
        "legal_bases": agreement.legal_bases.all(),
        "may_cite": may_write(agreement, request.user),
        "text": text_section(agreement, request.user),
        "signatories": agreement.signatories.select_related("institution"),
        "may_date": agreement.status == AgreementStatus.APPROVED and can(request.user, "agreement.sign", agreement),
        "follows": what_may_follow(agreement, request.user),
        "amendments": agreement.amendments.all(),
        "renewals": agreement.renewals.select_related("partnership"),
        "documents": attachments_of(agreement),
        "history": trail(agreement)[:30],
    }
    return render(request, "partnerships/agreement_detail.html", context)


def agreement_new(request: HttpRequest, partnership_pk: int) -> HttpResponse:
    queryset = Partnership.objects.with_people()
    partnership = get_for(request.user, queryset, "agreement.draft", partnership_pk)
    form = AgreementForm(request.POST or None, partnership=partnership)
    overlaps: list[Agreement] = []
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        overlaps = overlapping(partnership, given["starts_on"], given["ends_on"], visible_to=request.user)
        seen = request.POST.get("overlap_seen", "").split("-")
        if all(str(other.pk) in seen for other in overlaps):  # a warning: whoever has read it goes on
            try:
                with changing():
                    agreement = actions.draft_agreement(partnership, by=request.user, **form.values())
                    if given["begin"]:
                        actions.start_text(agreement, by=request.user)
            except TransitionRefused as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("The draft is saved."))
                return redirect(agreement)
    context = {"form": form, "partnership": partnership, "overlaps": overlaps}
    return render(request, "partnerships/agreement_new.html", context, status=400 if form.errors else 200)


def agreement_sign(request: HttpRequest, pk: int) -> HttpResponse:
    agreement = get_for(request.user, with_partnership(Agreement.objects.all()), "agreement.view", pk)
    action = "agreement.register" if agreement.status == AgreementStatus.DRAFT else "agreement.sign"
    agreement = get_for(request.user, with_partnership(Agreement.objects.all()), action, pk)
    form = SignatureForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.sign_agreement(agreement, by=request.user, signed_on=form.cleaned_data["signed_on"], scan=form.cleaned_data["scan"])
        except TransitionRefused as refusal:
            form.add_error("signed_on" if refusal.code in {"signed_in_future", "signed_before_approval"} else None, str(refusal))
        except ValidationError as error:
            form.add_error("scan", error)
        else:
            messages.success(request, _("The signature is recorded and both sides are told."))
            return redirect(agreement)
    unsigned = agreement.signatories.filter(signed_on=None) if agreement.status == AgreementStatus.APPROVED else []
    context = {"form": form, "agreement": agreement, "unsigned": unsigned}
    return render(request, "partnerships/agreement_sign.html", context, status=400 if form.is_bound else 200)


def agreement_cite(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the legal texts that an agreement rests on («بناء على»)."""
    agreement = get_for(request.user, with_partnership(Agreement.objects.all()), "agreement.draft", pk)
    form = LegalBasesForm(request.POST or None, user=request.user, initial={"texts": agreement.legal_bases.all()})
    if request.method == "POST" and form.is_valid():
        try:
            cite_texts(agreement, form.cleaned_data["texts"], by=request.user)
        except TransitionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The legal bases are set."))
            return redirect(agreement)
    return render(request, "partnerships/agreement_cite.html", {"form": form, "agreement": agreement}, status=400 if form.is_bound else 200)


@require_POST
def agreement_visa(request: HttpRequest, pk: int) -> HttpResponse:
    agreement = get_for(request.user, with_partnership(Agreement.objects.all()), "agreement.visa", pk)
    try:
        actions.give_visa(agreement, by=request.user, seen=request.POST.get("version", ""))
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Your visa is recorded."))
    return redirect(agreement)


def chosen_languages(request: HttpRequest, agreement: Agreement) -> tuple[str, ...]:
    """`?language=ar`, or `ar-fr` for two side by side; the prevailing language otherwise."""
    asked = tuple(request.GET.get("language", "").split("-"))
    known = {code for code, _name in settings.LANGUAGES}
    fits = 1 <= len(asked) <= 2 and set(asked) <= known and len(set(asked)) == len(asked)
    return asked if fits else (agreement.prevailing_language,)


def agreement_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The text as PDF: the issued paper once it is final, before that a draft that says so on every page."""
    agreement = get_for(request.user, whole(Agreement.objects.all()), "agreement.view", pk)
    languages = chosen_languages(request, agreement)
    if not agreement.clauses.all():
        raise Http404
    name = f"{agreement.get_kind_display()}-{agreement.number}-{agreement.year}-{'-'.join(languages)}.pdf"
    if agreement.status in FINAL:
        return download(issued_pdf(agreement, languages, by=request.user).file.open("rb"), name, "application/pdf")
    return download(io.BytesIO(draft_pdf(agreement, languages)), name, "application/pdf")


def agreement_docx(request: HttpRequest, pk: int) -> HttpResponse:
    """The text as a Word file, for those who negotiate in Word."""
    agreement = get_for(request.user, whole(Agreement.objects.all()), "agreement.view", pk)
    from partnerships.papers.word import word_file  # with its XML library a tenth of a process, and seldom needed

    languages = chosen_languages(request, agreement)
    if not agreement.clauses.all():
        raise Http404
    name = f"{agreement.get_kind_display()}-{agreement.number}-{agreement.year}-{'-'.join(languages)}.docx"
    return download(io.BytesIO(word_file(agreement, languages)), name, "application/vnd.openxmlformats-officedocument.wordprocessingml.document")


def agreement_step(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    return step_page(request, with_partnership(Agreement.objects.all()), pk, slug, actions.transition_agreement)


def document(request: HttpRequest, pk: int) -> HttpResponse:
    """A file, for whoever may see the object that it belongs to."""
    attachment = get_object_or_404(Attachment, pk=pk)
    model = model_of(attachment.object_type)
    if not hasattr(model.objects.all(), "view_action"):
        raise Http404
    obj = get_for(request.user, model.objects.all(), model.objects.all().view_action, attachment.object_id)
    if not may_open(obj, attachment, request.user):
        raise Http404
    return served(attachment)
