from collections import Counter
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.access import get_for, require
from accounts.policy import can
from accounts.steps import step_page, steps_for
from core.deeds import done, kept
from core.exporters import Column
from core.files import attach, attachments_of
from core.history import trail
from core.lifecycle import TransitionRefused
from core.listing import list_page
from library import actions
from library.choices import LinkKind, Stance
from library.filters import LegalTextFilters
from library.forms import ConsultationForm, LegalTextForm, LinkForm, OpinionForm, TextFileForm
from library.models import LegalText

COLUMNS = (
    Column("kind", gettext_lazy("Kind"), 22), Column("number", pgettext_lazy("of a legal text", "Number"), 12), Column("date", pgettext_lazy("of a legal text", "Date"), 16),
    Column("title", gettext_lazy("Title"), 80), Column("subject", gettext_lazy("About"), 22), Column("status", gettext_lazy("Status"), 18),
    Column("journal", gettext_lazy("Official gazette"), 30), Column("certainty", gettext_lazy("How certain"), 40),
)  # fmt: skip


def row(text: LegalText) -> list[object]:
    return [
        text.get_kind_display(), text.number, text.date_label, text.title, text.get_subject_display(), text.get_status_display(), text.journal,
        text.get_certainty_display(),
    ]  # fmt: skip


def text_list(request: HttpRequest) -> HttpResponse:
    """The legal texts of the home country, newest first."""
    require(request.user, "library.view")
    return list_page(
        request,
        queryset=LegalText.objects.visible_to(request.user).filter(country=settings.PORTAL_COUNTRY).defer("body", "note"),
        filters=LegalTextFilters,
        sorts={"date": ["dated_on"], "status": ["status", "-dated_on"], "subject": ["subject", "-dated_on"]},
        default_sort="-date",
        columns=COLUMNS,
        row=row,
        name="library",
        page="library/text_list.html",
        fragment="library/_text_list.html",
        extra={"may_manage": can(request.user, "library.manage")},
    )


def text_detail(request: HttpRequest, pk: int) -> HttpResponse:
    text = get_for(request.user, LegalText.objects.all(), "library.view", pk)
    user = request.user
    visible = LegalText.objects.visible_to(user).values_list("pk", flat=True)
    opinions = list(text.opinions.select_related("by")) if can(user, "library.read_opinions", text) else []
    context = {
        "text": text,
        "does": text.does.filter(target__in=visible).select_related("target"),
        "undergoes": [(UNDERGOES[link.kind], link.source) for link in text.undergoes.filter(source__in=visible).select_related("source")],
        "documents": attachments_of(text),
        "opinions": opinions,
        "mine": text.opinions.filter(by=user).first(),
        "stances": stances(text),
        "may_manage": can(user, "library.manage"),
        "may_give_opinion": text.is_open and can(user, "library.give_opinion"),
        "steps": steps_for(text, user),
        "history": trail(text)[:30] if can(user, "library.manage") else None,
        "citing": text.agreements.visible_to(user).select_related("partnership").prefetch_related(
            "partnership__parties__institution__region", "partnership__parties__institution__country"
        )[:50],
    }  # fmt: skip
    return render(request, "library/text_detail.html", context)


UNDERGOES = {
    LinkKind.AMENDS: pgettext_lazy("this text is", "amended by"),
    LinkKind.REPEALS: pgettext_lazy("this text is", "repealed by"),
    LinkKind.APPLIES: pgettext_lazy("this text is", "applied by"),
}


def stances(text: LegalText) -> list[tuple[str, int]]:
    """How many hold each opinion; counts only, whoever asks."""
    counted = Counter(text.opinions.values_list("stance", flat=True))
    return [(str(stance.label), counted[stance.value]) for stance in Stance] if counted else []


def answer(request: HttpRequest, form: Any, text: LegalText | None, title: str, button: str, **more: Any) -> HttpResponse:
    context = {"form": form, "text": text, "title": title, "button": button, **more}
    return render(request, "library/text_form.html", context, status=400 if form.is_bound else 200)


def text_new(request: HttpRequest) -> HttpResponse:
    """A text begins as a draft."""
    require(request.user, "library.manage")
    form = LegalTextForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        fields = {name: form.cleaned_data[name] for name in LegalTextForm.FIELDS}
        text = actions.add_text(by=request.user, country=settings.PORTAL_COUNTRY, **fields)
        messages.success(request, _("The draft is saved."))
        return redirect(text)
    return answer(request, form, None, _("New legal text"), _("Save"))


def text_edit(request: HttpRequest, pk: int) -> HttpResponse:
    text = get_for(request.user, LegalText.objects.all(), "library.manage", pk)
    now = {name: getattr(text, name) for name in LegalTextForm.FIELDS}
    form = LegalTextForm(request.POST or None, initial={**now, "version": text.version})
    if request.method == "POST" and form.is_valid():
        fields = {name: form.cleaned_data[name] for name in LegalTextForm.FIELDS}
        if done(form, lambda: actions.edit_text(text, by=request.user, version=form.cleaned_data["version"], **fields)):
            messages.success(request, _("Saved."))
            return redirect(text)
    return answer(request, form, text, _("Edit the text"), _("Save"), differences=kept(form))


def text_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Attach the text as it was published."""
    text = get_for(request.user, LegalText.objects.all(), "library.manage", pk)
    form = TextFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        added = done(form, lambda: attach(text, form.cleaned_data["file"], role="text", by=request.user))
        if added:
            messages.success(request, _("The file is added."))
            return redirect(text)
    return answer(request, form, text, _("Add the file of the text"), _("Add the file"))


def text_link(request: HttpRequest, pk: int) -> HttpResponse:
    text = get_for(request.user, LegalText.objects.all(), "library.manage", pk)
    form = LinkForm(request.POST or None, user=request.user, text=text)
    if (
        request.method == "POST"
        and form.is_valid()
        and done(form, lambda: actions.link_texts(text, form.cleaned_data["kind"], form.cleaned_data["target"], by=request.user))
    ):
        messages.success(request, _("The link is recorded."))
        return redirect(text)
    return answer(request, form, text, _("Link to another text"), _("Record the link"))


def text_consult(request: HttpRequest, pk: int) -> HttpResponse:
    text = get_for(request.user, LegalText.objects.all(), "library.manage", pk)
    form = ConsultationForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and done(form, lambda: actions.open_consultation(text, by=request.user, until=form.cleaned_data["until"]), {"ends_in_past": "until"})
    ):
        messages.success(request, _("The consultation is open, and those concerned are told."))
        return redirect(text)
    return answer(request, form, text, _("Open the consultation"), _("Open the consultation"))


def text_opinion(request: HttpRequest, pk: int) -> HttpResponse:
    text = get_for(request.user, LegalText.objects.all(), "library.give_opinion", pk)
    mine = text.opinions.filter(by=request.user).first()
    form = OpinionForm(request.POST or None, initial={"stance": mine.stance, "remarks": mine.remarks} if mine else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.give_opinion(text, by=request.user, **form.cleaned_data)
        except TransitionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Your opinion is recorded; it can be changed until the consultation ends."))
            return redirect(text)
    return answer(request, form, text, _("Your opinion on the draft"), _("Give the opinion"))


def text_step(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    return step_page(request, LegalText.objects.all(), pk, slug, actions.transition_text)
