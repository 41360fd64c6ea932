from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import get_for, require
from accounts.policy import can
from accounts.steps import step_page, steps_for
from activities.choices import Opinion as Stance
from core.deeds import done, kept
from core.exporters import Column
from core.files import attachments_of
from core.formats import whole_number
from core.history import trail
from core.htmx import render_page
from core.lifecycle import TransitionRefused, as_seen, check
from core.listing import list_page
from core.profile import home
from partnerships.models import Institution
from support import actions
from support.choices import OpinionKind, SupportKind
from support.costs import cost_of
from support.filters import SupportFilters
from support.forms import (
    AdviserForm,
    AnswerForm,
    CheckForm,
    EditRequestForm,
    GrantForm,
    JustifyForm,
    OpinionForm,
    PayForm,
    ReceiptForm,
    RequestForm,
)
from support.lifecycle import SUPPORTREQUEST
from support.models import Budget, Justification, SupportRequest, Tranche
from support.views.sections import section_tabs

COLUMNS = (
    Column("code", gettext_lazy("Number"), 16), Column("institution", gettext_lazy("Institution"), 44), Column("region", gettext_lazy("Region"), 18),
    Column("kind", gettext_lazy("Kind"), 14), Column("title", gettext_lazy("Subject"), 44), Column("status", gettext_lazy("Status"), 20),
    Column("currency", gettext_lazy("Currency"), 8), Column("asked", gettext_lazy("Asked"), 16), Column("granted", gettext_lazy("Granted"), 16),
    Column("paid", gettext_lazy("Paid"), 16), Column("justified", gettext_lazy("Justified"), 16), Column("granted_on", gettext_lazy("Granted on"), 13),
    Column("patients", gettext_lazy("Patients in the same days"), 12), Column("cost", gettext_lazy("Cost per patient"), 16),
)  # fmt: skip


def row(request: Any) -> list[object]:
    place, cost = request.institution, cost_of(request)
    return [
        request.code, place.name, place.region.name if place.region else "", request.get_kind_display(), request.title, request.status_label,
        request.currency, request.asked, request.granted, request.paid, request.justified, request.granted_on,
        cost.patients or None, cost.per_patient,
    ]  # fmt: skip


def known_to(user: Any) -> Any:
    """What this person may look at; the drafts of an institution are its own."""
    mine = SupportRequest.objects.visible_to(user, "support.draft").values("pk")
    return SupportRequest.objects.with_people().without_drafts_except(mine)


def request_list(request: HttpRequest) -> HttpResponse:
    """The requests that this person may see."""
    require(request.user, "support.view")
    return list_page(
        request,
        queryset=known_to(request.user).visible_to(request.user),
        filters=SupportFilters,
        sorts={"number": ["code"], "institution": ["institution__sort_key"], "status": ["status"], "granted": ["granted"]},
        default_sort="-number",
        columns=COLUMNS,
        row=row,
        related=lambda rows: rows.with_people().with_cost(),
        name="support",
        page="support/request_list.html",
        fragment="support/_request_list.html",
        extra={"tabs": section_tabs(request.user, "requests"), "may_ask": can(request.user, "support.draft")},
    )


def request_detail(request: HttpRequest, pk: int) -> HttpResponse:
    user = request.user
    asked = get_for(user, known_to(user), "support.view", pk)
    tranches = list(asked.tranches.with_covered().prefetch_related("justifications__by"))
    papers = papers_of([item for tranche in tranches for item in tranche.justifications.all()])
    rows = []
    for tranche in tranches:
        given = [{"justification": item, "files": papers.get(item.pk, [])} for item in tranche.justifications.all()]
        rows.append({"tranche": tranche, "given": given, "left": tranche.left, "may_justify": tranche.paid_on and tranche.left > 0})
    steps, pages = steps_for(asked, user), pages_open(asked, user)
    leads = not any(step["transition"].slug == "submit" for step in steps)  # a draft that can be sent is sent first, edited second
    context = {
        "asked": asked,
        "lines": asked.lines.select_related("specialty"),
        "total": actions.asked_of(asked),
        "opinions": asked.opinions.select_related("by"),
        "tranches": rows,
        "cost": cost_of(SupportRequest.objects.with_cost().get(pk=asked.pk)) if asked.granted else None,
        "needs": asked.needs.select_related("specialty"),
        "steps": steps,
        "pages": pages,
        "leads": leads,
        "may_pay": can(user, "support.pay", asked) and bool(tranches),
        "may_justify": can(user, "support.justify", asked),
        "may_check": can(user, "support.check_justification", asked),
        "missing": what_is_missing(asked, user),
        "owed": what_is_owed(asked, user),
        "documents": attachments_of(asked),
        "history": trail(asked)[:40],
    }
    return render(request, "support/request_detail.html", context)


def papers_of(justifications: list[Justification]) -> dict[int, list[Any]]:
    """The files of each justification. One query."""
    from core.models import Attachment  # beside its only use

    found: dict[int, list[Any]] = {}
    for paper in Attachment.objects.filter(object_type="support.justification", object_id__in=[item.pk for item in justifications]):
        found.setdefault(paper.object_id, []).append(paper)
    return found


PAGES = {  # a step with a page of its own: its address below the request, its words
    "technical_opinion": ("opinions/technical/", gettext_lazy("Give the technical opinion")),
    "financial_opinion": ("opinions/financial/", gettext_lazy("Give the financial opinion")),
    "grant": ("grant/", gettext_lazy("Grant support")),
    "answer": ("answer/", gettext_lazy("Answer")),
    "receive": ("receipt/", gettext_lazy("Confirm that it was received")),
}


def pages_open(asked: SupportRequest, user: Any) -> list[dict[str, Any]]:
    """The pages that `user` may go to now, as {"address", "label"}."""
    found = []
    for slug, (address, label) in PAGES.items():
        if is_open(asked, slug, user) and asked.is_in_money == (slug != "answer") and not (slug == "receive" and asked.granted):
            found.append({"address": f"{asked.get_absolute_url()}{address}", "label": label})
    if not asked.is_in_money and is_open(asked, "answer", user):
        found.append({"address": f"{asked.get_absolute_url()}adviser/", "label": _("Name an adviser")})
    if asked.is_draft and can(user, "support.draft", asked):
        found.append({"address": f"{asked.get_absolute_url()}edit/", "label": _("Edit")})
    return found


def is_open(asked: SupportRequest, slug: str, user: Any) -> bool:
    try:
        check(asked, SUPPORTREQUEST[slug], by=user, reason="-")
    except TransitionRefused:
        return False
    return True


def what_is_missing(asked: SupportRequest, user: Any) -> str:
    """Why a draft cannot be submitted yet; "" when it can, or when it is not this person's."""
    if not asked.is_draft or not can(user, "support.draft", asked):
        return ""
    try:
        check(asked, SUPPORTREQUEST["submit"], by=None)
    except TransitionRefused as refusal:
        return str(refusal)
    return ""


def what_is_owed(asked: SupportRequest, user: Any) -> list[Tranche]:
    """The overdue justifications that keep a draft from being submitted, for those who could hand them in."""
    if not asked.is_draft or not asked.is_in_money or not can(user, "support.justify", asked):
        return []
    late = Tranche.objects.overdue().filter(request__institution=asked.institution_id)
    return list(late.select_related("request").order_by("justify_by", "pk")[:5])


def own_institutions(user: Any) -> list[Institution]:
    return list(Institution.objects.visible_to(user, "support.draft").listed().select_related("kind", "region").order_by("sort_key", "pk"))


def request_new(request: HttpRequest) -> HttpResponse:
    """Ask for support in the name of one's own institution; whoever has several names one in the address."""
    require(request.user, "support.draft")
    mine = own_institutions(request.user)
    asked = request.GET.get("institution", "")
    institution = next((place for place in mine if str(place.pk) == asked or not asked), None)
    if institution is None:
        raise PermissionDenied(_("Support is asked for one's own institution."))
    is_advice = request.GET.get("kind") == SupportKind.GUIDANCE
    initial = {"kind": request.GET.get("kind", ""), "needs": [key for key in request.GET.getlist("need") if whole_number(key) is not None]}
    form = RequestForm(request.POST if request.method == "POST" else None, institution=institution, initial=initial, is_advice=is_advice)

    def save() -> SupportRequest:
        return actions.draft_request(institution, by=request.user, lines=form.result_lines(), uid=form.cleaned_data["uid"], **form.values())

    return request_form(request, form, save, {"institution": institution, "mine": mine})


def request_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a draft, or what was returned."""
    asked = get_for(request.user, known_to(request.user), "support.draft", pk)
    is_advice = asked.kind == SupportKind.GUIDANCE
    form = EditRequestForm(request.POST if request.method == "POST" else None, institution=asked.institution, request=asked, is_advice=is_advice)

    def save() -> SupportRequest:
        actions.edit_request(asked, form.values(), form.result_lines(), by=request.user, version=form.cleaned_data["version"])
        return asked

    return request_form(request, form, save, {"institution": asked.institution, "asked": asked})


FIELD_OF = {
    "rate_missing": "rate", "rate_wrong": "rate", "rate_ahead": "rate_on", "amount_wrong": "amount", "budget_missing": "budget", "budget_spent": "budget",
    "tranches_differ": "tranche_1", "planned_wrong": "planned_1", "words_missing": "text", "nothing_granted": "amount", "paid_on_wrong": "paid_on", "justify_by_wrong": "justify_by",
    "reference_missing": "reference", "reason_missing": "remark", "not_a_party": "partnership", "need_of_others": "needs", "no_adviser": "adviser",
}  # fmt: skip


def request_form(request: HttpRequest, form: RequestForm, save: Callable[[], SupportRequest], context: dict[str, Any]) -> HttpResponse:
    """Fill in, add lines, save. Adding lines sends everything typed and gets it back unchecked, so it works without a script."""
    stage = request.POST.get("stage", "")
    if request.method == "POST" and stage in {"add_line", "add_suggested"}:
        suggested = request.POST.getlist("suggested") if stage == "add_suggested" else []
        fresh = type(form).as_typed(request.POST, institution=context["institution"], more_lines=int(stage == "add_line"), suggested=suggested)
        return render_page(request, "support/request_form.html", "support/_request_lines.html", {**context, "form": fresh, "problems": []})
    if request.method == "POST" and form.is_valid() and (saved := done(form, save, FIELD_OF)):
        messages.success(request, _("The draft is saved. The director submits it to the ministry."))
        return redirect(saved)
    problems = form.all_problems() if form.is_bound else []
    context = {**context, "form": form, "problems": problems, "differences": kept(form)}
    return render(request, "support/request_form.html", context, status=400 if form.is_bound else 200)


def task(
    request: HttpRequest, form: Any, asked: SupportRequest, title: str, deed: Callable[[dict[str, Any]], Any], said: str,
    *, compares: bool = False, **more: Any,
) -> HttpResponse:  # fmt: skip
    """One form, one action, back to the request. With `compares` what is sent must be about the version that was read."""
    changed = unlike_seen(request, asked) if compares else None
    if request.method == "POST" and form.is_valid() and not changed and done(form, lambda: deed(form.cleaned_data), FIELD_OF):
        messages.success(request, said)
        return redirect(asked)
    if changed:
        form.kept_at = asked.get_absolute_url()
        form.add_error(None, str(changed))
    context = {"form": form, "asked": asked, "title": title, **more}
    return render(request, "support/task.html", context, status=400 if form.is_bound else 200)


def unlike_seen(request: HttpRequest, asked: SupportRequest) -> TransitionRefused | None:
    """The refusal of what is sent about another version than the one kept now."""
    try:
        as_seen(asked, request.POST.get("version", ""))
    except TransitionRefused as refusal:
        return refusal
    return None


def open_for(request: HttpRequest, pk: int, action: str, slug: str) -> SupportRequest:
    """The request, when this step may be taken on it now; else the reason is said and the page is left.

    Not once something is typed: then `task` and the action refuse it, on the page that has it.
    """
    asked = get_for(request.user, known_to(request.user), action, pk)
    if request.method != "POST":
        check(asked, SUPPORTREQUEST[slug], by=request.user, reason="-")
    return asked


def refused(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page whose step is not open any more sends back to the request and says why."""

    def guarded(request: HttpRequest, pk: int, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, pk, *args, **kwargs)
        except TransitionRefused as refusal:
            messages.error(request, str(refusal))
            return redirect(f"/support/{pk}/")

    return guarded


@refused
def request_opinion(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """The technical opinion, or the financial one."""
    if slug not in OpinionKind.values:
        raise Http404
    kind = slug
    asked = open_for(request, pk, f"support.give_{kind}_opinion", f"{kind}_opinion")
    form = OpinionForm(request.POST or None, currency=asked.currency)
    more = {"total": actions.asked_of(asked), "opinions": asked.opinions.select_related("by"), "lines": asked.lines.all()}
    title = str(PAGES[f"{kind}_opinion"][1])
    return task(
        request,
        form,
        asked,
        title,
        lambda given: actions.give_opinion(asked, kind, by=request.user, **given),
        _("Your opinion is recorded."),
        compares=True,
        **more,
    )


def with_home(asked: SupportRequest, opinions: Any) -> list[Any]:
    """The opinions, each with its amount in the home currency where the request is in another."""
    found = list(opinions)
    for opinion in found:
        opinion.at_home = asked.at_home(opinion.amount) if asked.currency != home().currency else None
    return found


@refused
def request_grant(request: HttpRequest, pk: int) -> HttpResponse:
    asked = open_for(request, pk, "support.grant", "grant")
    budgets = Budget.objects.filter(year__gte=asked.created_at.year).order_by("year", "name")
    total = actions.asked_of(asked)
    last = asked.opinions.order_by("-pk").first()
    suits = total if last is None or last.amount is None else last.amount  # in the last opinion
    initial = {"amount": None if last and last.stance == Stance.AGAINST else suits}
    form = GrantForm(request.POST or None, budgets=budgets, currency=asked.currency, initial=initial)

    def deed(given: dict[str, Any]) -> SupportRequest:
        return actions.grant_request(
            asked, by=request.user, amount=given["amount"] or Decimal(0), budget=given["budget"], in_kind=given["in_kind"], first_tranches=form.tranches()
        )

    left = [{"budget": budget, "left": budget.amount - actions.committed(budget)} for budget in budgets[:20]]
    more = {
        "total": total,
        "at_home": asked.at_home(total) if asked.currency != home().currency else None,
        "opinions": with_home(asked, asked.opinions.select_related("by")),
        "budgets": left,
        "home_currency": home().currency,
        "pairs": form.pairs(),
        "is_grant": True,
    }
    return task(request, form, asked, _("Grant support"), deed, _("The grant is recorded, and the institution is told."), compares=True, **more)


@refused
def request_answer(request: HttpRequest, pk: int) -> HttpResponse:
    asked = open_for(request, pk, "support.advise", "answer")
    form = AnswerForm(request.POST or None)
    return task(
        request,
        form,
        asked,
        _("Answer"),
        lambda given: actions.answer_request(asked, by=request.user, **given),
        _("The institution has the answer."),
        compares=True,
    )


@refused
def request_adviser(request: HttpRequest, pk: int) -> HttpResponse:
    asked = open_for(request, pk, "support.advise", "answer")
    check(asked, SUPPORTREQUEST["answer"], by=request.user, reason="-")
    form = AdviserForm(request.POST or None, initial={"adviser": asked.adviser})
    return task(
        request,
        form,
        asked,
        _("Name an adviser"),
        lambda given: actions.assign_adviser(asked, by=request.user, **given),
        _("The adviser is told."),
        compares=True,
    )


@refused
def request_receipt(request: HttpRequest, pk: int) -> HttpResponse:
    asked = open_for(request, pk, "support.justify", "receive")
    form = ReceiptForm(request.POST or None)
    return task(
        request,
        form,
        asked,
        _("Confirm that it was received"),
        lambda given: actions.confirm_receipt(asked, by=request.user, **given),
        _("Saved."),
        compares=True,
    )


def of_request(request: HttpRequest, pk: int, action: str, tranche_pk: int) -> tuple[SupportRequest, Tranche]:
    asked = get_for(request.user, known_to(request.user), action, pk)
    return asked, get_object_or_404(Tranche.objects.with_covered().select_related("request__institution"), pk=tranche_pk, request=asked)


def tranche_pay(request: HttpRequest, pk: int, tranche_pk: int) -> HttpResponse:
    asked, tranche = of_request(request, pk, "support.pay", tranche_pk)
    form = PayForm(request.POST or None)
    more = {"tranche": tranche, "is_final": True}
    return task(
        request,
        form,
        asked,
        _("Record the payment"),
        lambda given: actions.pay_tranche(tranche, by=request.user, **given),
        _("The payment is recorded."),
        **more,
    )


def tranche_justify(request: HttpRequest, pk: int, tranche_pk: int) -> HttpResponse:
    asked, tranche = of_request(request, pk, "support.justify", tranche_pk)
    form = JustifyForm(request.POST or None, request.FILES or None, left=tranche.left, currency=asked.currency)

    def deed(given: dict[str, Any]) -> Justification:
        return actions.justify(tranche, by=request.user, amount=given["amount"], note=given["note"], files=[given["file"]], uid=given["uid"])

    return task(request, form, asked, _("Justify what was spent"), deed, _("The justification is handed in."), tranche=tranche)


def justification_check(request: HttpRequest, pk: int, justification_pk: int) -> HttpResponse:
    asked = get_for(request.user, known_to(request.user), "support.check_justification", pk)
    rows = Justification.objects.select_related("tranche__request__institution", "by")
    justification = get_object_or_404(rows, pk=justification_pk, tranche__request=asked)
    form = CheckForm(request.POST or None)

    def deed(given: dict[str, Any]) -> Justification:
        return actions.check_justification(justification, by=request.user, accepts=given["verdict"] == "accept", remark=given["remark"])

    more = {"tranche": justification.tranche, "justification": justification, "files": papers_of([justification]).get(justification.pk, [])}
    return task(request, form, asked, _("Check the justification"), deed, _("Saved."), **more)


def request_step(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    return step_page(request, known_to(request.user), pk, slug, actions.transition_request)
