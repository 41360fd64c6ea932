"""The pages of a text that two sides write: reading it, one clause at a time, what changed, terms, signatories, turns."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import get_for
from accounts.policy import can, institutions_of, may_act_for
from core.editing import EditConflict
from core.lifecycle import TransitionRefused
from partnerships import actions
from partnerships.actions.drafting import may_comment, may_write
from partnerships.choices import AgreementStatus
from partnerships.clauses import changes
from partnerships.completeness import parts_of_text, text_in
from partnerships.forms.drafting import ClauseForm, CommentForm, NewClauseForm, SignatoriesForm, TermsForm
from partnerships.models import Agreement, Clause, ClauseModel
from partnerships.papers.pdf import whole
from partnerships.papers.words import language_name, sides
from partnerships.reading import articles, change_list, direction, heading_in, numbered, versions
from partnerships.turns import compared_with, hand_overs, turn_of


def written(request: HttpRequest, pk: int, action: str = "agreement.view") -> Agreement:
    """The agreement with all that its text quotes, for somebody who may do `action`."""
    return get_for(request.user, whole(Agreement.objects.all()), action, pk)


def with_text(request: HttpRequest, pk: int, action: str = "agreement.view") -> Agreement:
    """The same; 404 where the text is on paper only."""
    agreement = written(request, pk, action)
    if not agreement.clauses.all():
        raise Http404(_("This agreement was recorded from paper: its text is the attached scan."))
    return agreement


def read_languages(request: HttpRequest, agreement: Agreement) -> tuple[str, ...]:
    """`?language=ar`, or `ar-fr` for two side by side, of the agreement's own languages; the one that prevails otherwise."""
    asked = tuple(dict.fromkeys(code for code in request.GET.get("language", "").split("-") if code in agreement.languages))
    return asked or (agreement.prevailing_language,)


def ways_to_read(agreement: Agreement, chosen: tuple[str, ...]) -> list[dict[str, Any]]:
    """The switch of the text's language: {"value", "label", "current"}; it has nothing to do with the language of the page."""
    ways = [((code,), language_name(code)) for code in agreement.languages]
    if len(agreement.languages) == 2:
        ways.append((tuple(agreement.languages), _("Side by side")))
    return [{"value": "-".join(codes), "label": label, "current": codes == chosen} for codes, label in ways]


def text_section(agreement: Agreement, user: Any) -> dict[str, Any]:
    """What the page of an agreement shows about its text: the task list, whose turn it is, what this person may do."""
    agreement = whole(Agreement.objects.all()).get(pk=agreement.pk)
    parts = parts_of_text(agreement)
    given = hand_overs(agreement) if parts else []
    turn = turn_of(agreement, given)
    negotiates = agreement.status == AgreementStatus.NEGOTIATION and can(user, "agreement.negotiate", agreement)
    writes = may_write(agreement, user)
    return {
        "agreement": agreement,
        "parts": parts,
        "ready": sum(part.is_ready for part in parts),
        "shows_tasks": agreement.status in {AgreementStatus.DRAFT, AgreementStatus.NEGOTIATION},
        "turn": turn,
        "is_mine": turn is not None and turn.is_of(institutions_of(user)),
        "may_write": writes,
        "may_begin": writes and not parts,
        "may_hand_over": negotiates and bool(parts),
        "ways": ways_to_read(agreement, ()),
    }


# --- Reading ------------------------------------------------------------------------------------------------------


def agreement_text(request: HttpRequest, pk: int) -> HttpResponse:
    """The text as it will stand on paper; two languages side by side when asked for."""
    agreement = with_text(request, pk)
    languages = read_languages(request, agreement)
    left_out = [clause for clause in agreement.clauses.all() if not clause.is_included]
    context = {
        "agreement": agreement, "articles": articles(agreement, languages), "ways": ways_to_read(agreement, languages),
        "language": "-".join(languages), "left_out": left_out, "may_write": may_write(agreement, request.user),
        "comments": {comment.clause_id for comment in agreement.comments.filter(settled_at=None)},
    }  # fmt: skip
    return render(request, "partnerships/draft_text.html", context)


def agreement_changes(request: HttpRequest, pk: int) -> HttpResponse:
    """What changed between two versions; since this person's side last gave the text away, unless others are asked for."""
    agreement = with_text(request, pk)
    languages, known, given = read_languages(request, agreement), versions(agreement), hand_overs(agreement)
    newest = known[0]["revision"] if known else 0
    default = min(compared_with(given, institutions_of(request.user)), newest)
    start, end = number_of(request, "from", default, newest), number_of(request, "to", newest, newest)
    found = change_list(agreement, min(start, end), max(start, end), languages)
    changed = [item for item in found if item.state]
    every = request.GET.get("all") == "1"
    context = {
        "agreement": agreement, "language": "-".join(languages), "ways": ways_to_read(agreement, languages),
        "versions": known, "start": min(start, end), "end": max(start, end), "articles": found if every else changed, "every": every,
        "changed": len(changed), "total": len(found), "default": default, "newest": newest,
    }  # fmt: skip
    return render(request, "partnerships/draft_changes.html", context)


def number_of(request: HttpRequest, name: str, default: int, at_most: int) -> int:
    """A version number of the address, kept between the empty page and the newest version."""
    text = request.GET.get(name, "")
    return min(int(text), at_most) if text.isascii() and text.isdecimal() and len(text) < 9 else default


# --- Writing ------------------------------------------------------------------------------------------------------


@require_POST
def agreement_begin(request: HttpRequest, pk: int) -> HttpResponse:
    """Fill a draft that has no text yet from the model texts."""
    agreement = written(request, pk, "agreement.edit_text")
    try:
        actions.start_text(agreement, by=request.user)
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
        return redirect(agreement)
    messages.success(request, _("The text is begun from the model. Next: what the task list names."))
    return redirect(f"{agreement.get_absolute_url()}text/")


def clause_of(agreement: Agreement, clause_pk: int) -> tuple[Clause, int | None]:
    """One clause of an agreement that has been loaded, and the number of its article."""
    for clause, number in numbered(list(agreement.clauses.all())):
        if clause.pk == clause_pk:
            return clause, number
    raise Http404(_("There is nothing here for you under this address."))


def clause_page(request: HttpRequest, pk: int, clause_pk: int) -> HttpResponse:
    """One clause: its text in the agreement's languages, other wordings, comments, versions. Who may not write it reads it."""
    agreement = with_text(request, pk, "agreement.edit_text" if request.method == "POST" else "agreement.view")
    clause, _number = clause_of(agreement, clause_pk)
    form = ClauseForm(request.POST if request.method == "POST" else None, clause=clause, languages=agreement.languages)
    differences: list[dict[str, Any]] = []
    status = 400 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            actions.edit_clause(clause, by=request.user, texts=form.texts(), version=form.cleaned_data["version"])
        except EditConflict as conflict:
            differences, status = differing(form, conflict.current), 409
            form.start_from(conflict.current.version)
            form.add_error(None, str(conflict))
        except TransitionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The clause is saved."))
            return redirect(clause)
    return shown_clause(request, agreement, clause_pk, form, CommentForm(), status, differences)


def differing(form: ClauseForm, kept: Clause) -> list[dict[str, Any]]:
    """For each text that differs: what is kept now, what was typed, and the way from the one to the other, word by word."""
    found = []
    for name, typed in form.texts().items():
        now, code = getattr(kept, name), name.split("_")[1]
        if now != typed:
            found.append(
                {"label": form.fields[name].label, "language": code, "direction": direction(code), "kept": now, "typed": typed, "pieces": changes(now, typed)}
            )
    return found


def shown_clause(
    request: HttpRequest,
    agreement: Agreement,
    clause_pk: int,
    form: ClauseForm,
    comment_form: CommentForm,
    status: int,
    differences: list[dict[str, Any]] | None = None,
) -> HttpResponse:
    clause, number = clause_of(agreement, clause_pk)
    order = [item.pk for item in agreement.clauses.all()]
    place = order.index(clause.pk)
    models = ClauseModel.objects.filter(kind=clause.kind).select_related("kind") if clause.kind else []
    context = {
        "agreement": agreement, "clause": clause, "number": number, "form": form, "comment_form": comment_form, "differences": differences or [],
        "heading": heading_in(clause, agreement.prevailing_language, number),
        "prevailing": {"language": agreement.prevailing_language, "direction": direction(agreement.prevailing_language)},
        "columns": next((item.columns for item in articles(agreement, tuple(agreement.languages)) if item.clause.pk == clause.pk), []),
        "variants": [model for model in models if model.fits(agreement.kind, settings.PORTAL_COUNTRY) and model.pk != clause.variant_id],
        "comments": clause.comments.select_related("by", "settled_by"),
        "texts": list(clause.texts.select_related("by").order_by("-revision")[:50]),
        "before": order[place - 1] if place else None, "after": order[place + 1] if place + 1 < len(order) else None,
        "may_write": may_write(agreement, request.user), "may_comment": may_comment(agreement, request.user),
    }  # fmt: skip
    return render(request, "partnerships/draft_clause.html", context, status=status)


def clause_new(request: HttpRequest, pk: int) -> HttpResponse:
    """A clause of the parties' own."""
    agreement = with_text(request, pk, "agreement.edit_text")
    form = NewClauseForm(request.POST or None, agreement=agreement)
    if request.method == "POST" and form.is_valid():
        try:
            clause = actions.add_clause(agreement, by=request.user, texts=form.texts())
        except TransitionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The clause is added at the end of the text: move it to its place."))
            return redirect(clause)
    return render(request, "partnerships/draft_clause_new.html", {"agreement": agreement, "form": form}, status=400 if form.is_bound else 200)


def clause_variant(request: HttpRequest, pk: int, clause_pk: int, variant_pk: int) -> HttpResponse:
    """Another wording of the same clause: both texts and the way from one to the other, before it is taken."""
    agreement = with_text(request, pk, "agreement.edit_text")
    clause, number = clause_of(agreement, clause_pk)
    variant = get_object_or_404(ClauseModel.objects.filter(kind=clause.kind_id), pk=variant_pk)
    if request.method == "POST":
        version = request.POST.get("version", "")
        try:
            actions.choose_variant(clause, variant, by=request.user, version=int(version) if version.isdecimal() and len(version) < 9 else 0)
        except EditConflict:
            messages.error(request, _("Someone else has changed this clause in the meantime: look at both texts again."))
            return redirect(f"{clause.get_absolute_url()}variants/{variant.pk}/")
        except TransitionRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The clause has its new wording."))
        return redirect(clause)
    rows = [
        {"language": code, "direction": direction(code), "name": language_name(code), "now": text_in(clause, code), "then": text_in(variant, code),
         "pieces": changes(text_in(clause, code), text_in(variant, code))}
        for code in agreement.languages
    ]  # fmt: skip
    heading = heading_in(clause, agreement.prevailing_language, number)
    return render(request, "partnerships/draft_variant.html", {"agreement": agreement, "clause": clause, "variant": variant, "rows": rows, "heading": heading})


@require_POST
def clause_inclusion(request: HttpRequest, pk: int, clause_pk: int) -> HttpResponse:
    """Leave a clause out, or put it back."""
    agreement = with_text(request, pk, "agreement.edit_text")
    clause, _number = clause_of(agreement, clause_pk)
    included = request.POST.get("included") == "1"
    try:
        actions.include(clause, included, by=request.user)
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The clause is in the text again.") if included else _("The clause is left out; its words are kept here."))
    return redirect(clause)


@require_POST
def clause_move(request: HttpRequest, pk: int, clause_pk: int) -> HttpResponse:
    agreement = with_text(request, pk, "agreement.edit_text")
    clause, _number = clause_of(agreement, clause_pk)
    try:
        actions.move_clause(clause, by=request.user, up=request.POST.get("direction") == "up")
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
    return redirect(clause)


@require_POST
def clause_comment(request: HttpRequest, pk: int, clause_pk: int) -> HttpResponse:
    agreement = with_text(request, pk, "agreement.comment")
    clause, _number = clause_of(agreement, clause_pk)
    form = CommentForm(request.POST)
    if form.is_valid():
        try:
            actions.add_comment(clause, by=request.user, text=form.cleaned_data["text"])
        except TransitionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(f"{clause.get_absolute_url()}#h-comments")
    return shown_clause(request, agreement, clause_pk, ClauseForm(clause=clause, languages=agreement.languages), form, 400)


@require_POST
def comment_settle(request: HttpRequest, pk: int, clause_pk: int, comment_pk: int) -> HttpResponse:
    agreement = with_text(request, pk, "agreement.comment")
    clause, _number = clause_of(agreement, clause_pk)
    comment = get_object_or_404(clause.comments.select_related("clause__kind", "agreement__partnership"), pk=comment_pk)
    try:
        actions.settle_comment(comment, by=request.user)
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
    return redirect(f"{clause.get_absolute_url()}#h-comments")


def agreement_terms(request: HttpRequest, pk: int) -> HttpResponse:
    """Dates, renewal, notice, languages, who bears which cost, place and copies."""
    agreement = written(request, pk, "agreement.edit_text")
    form = TermsForm(request.POST if request.method == "POST" else None, agreement=agreement)
    differences: list[dict[str, str]] = []
    status = 400 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            actions.set_terms(agreement, form.terms(), by=request.user, version=form.cleaned_data["version"])
        except EditConflict as conflict:
            differences, status = form.compare(form.kept(conflict.current), conflict.current.version), 409
            form.add_error(None, str(conflict))
        except TransitionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved: %(part)s.") % {"part": _("Dates and money")})
            return redirect(agreement)
    context = {"agreement": agreement, "form": form, "differences": differences, "may_write": may_write(agreement, request.user)}
    return render(request, "partnerships/draft_terms.html", context, status=status)


def agreement_signatories(request: HttpRequest, pk: int) -> HttpResponse:
    """Who signs for each party: each side names its own, the ministry any."""
    agreement = written(request, pk, "agreement.edit_text")
    signing = [place for side in sides(agreement) for place in side]
    own = [place for place in signing if may_act_for(request.user, "agreement.edit_text", place.pk)]
    form = SignatoriesForm(request.POST if request.method == "POST" else None, agreement=agreement, institutions=own)
    if form.is_bound and form.is_valid():
        try:
            for place, person in form.named():
                actions.set_signatory(agreement, place, by=request.user, **person)
        except TransitionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved: %(part)s.") % {"part": _("Parties and signatories")})
            return redirect(agreement)
    people = {person.institution_id: person for person in agreement.signatories.all()}
    context = {
        "agreement": agreement, "form": form, "others": [{"institution": place, "person": people.get(place.pk)} for place in signing if place not in own],
        "may_write": may_write(agreement, request.user),
    }  # fmt: skip
    return render(request, "partnerships/draft_signatories.html", context, status=400 if form.is_bound else 200)


@require_POST
def agreement_hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the text to the other side, which is told how much changed."""
    agreement = written(request, pk, "agreement.negotiate")
    try:
        told = actions.hand_over(agreement, by=request.user)
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The text is with the other side, and its coordinators are told.") if told else _("Nothing has changed since it was sent."))
    return redirect(agreement)
