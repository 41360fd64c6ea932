"""Who could be twinned with whom: the ranked pairs, and one pair with every reason."""

from collections import defaultdict
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import get_for, require
from accounts.policy import can
from core.editing import EditConflict
from core.exporters import EXPORTS, Column
from core.htmx import render_page
from core.lifecycle import TransitionRefused
from core.listing import PAGE_SIZE, search
from partnerships import actions
from partnerships.choices import NeedKind, Severity
from partnerships.filters import MatchFilters
from partnerships.forms import EditWeightsForm, ProposeForm
from partnerships.matching import CRITERIA, LABELS, say_exclusion
from partnerships.models import Institution, MatchingSettings, MatchProposal, Need, Offer, Specialty
from partnerships.planning import Candidate, Problem, prepare
from partnerships.register_facts import load_register, rules_now, weights_of
from partnerships.views.matching_section import matching_tabs
from partnerships.views.proposals import proposal_list

COLUMNS = (
    Column("score", gettext_lazy("Score"), 9), Column("sender_code", gettext_lazy("Code"), 18), Column("sender", gettext_lazy("Supporting institution"), 44),
    Column("host_code", gettext_lazy("Code"), 18), Column("host", gettext_lazy("Benefiting institution"), 44), Column("specialty", gettext_lazy("Specialty"), 26),
    Column("kind", gettext_lazy("Kind"), 16), Column("severity", gettext_lazy("Severity"), 14), Column("waiting", gettext_lazy("People waiting"), 12),
    *(Column(name, LABELS[name], 14) for name in CRITERIA),
)  # fmt: skip


def problem_of(needs: Any, offers: Any) -> Problem:
    """Every pair of these open needs and offers, scored with the rules in force."""
    register = load_register(rules_now(), needs=needs, offers=offers)
    return prepare(register.places.values(), register.needs, register.offers, register.rules, register.past)


def matching_list(request: HttpRequest) -> HttpResponse:
    """The possible pairs, the best first. Whoever may not see the whole register sees the proposals sent to them."""
    if not can(request.user, "matching.view"):
        return proposal_list(request)
    filters = MatchFilters(request.GET, queryset=Need.objects.visible_to(request.user).open(), request=request)
    needs, offers = filters.qs.order_by(), Offer.objects.visible_to(request.user).open()
    chosen = filters.form.cleaned_data if filters.form.is_valid() else {}
    if chosen.get("sender"):
        offers = offers.filter(institution=chosen["sender"])
        needs = needs.filter(specialty__in=offers.order_by().values("specialty"))
    elif any(chosen.get(name) for name in ("specialty", "host", "region", "zone")):
        offers = offers.filter(specialty__in=needs.values("specialty"))
    found = [pair for pair in problem_of(needs, offers).candidates if pair.score >= (chosen.get("score") or 0)]
    if words := chosen.get("q"):
        named = set(search(Institution.objects.all(), "search_text", words).values_list("pk", flat=True))
        found = [pair for pair in found if named & set(pair.sides)]
    found.sort(key=lambda pair: (-pair.score, -pair.covered, pair.need.key, pair.offer.key))
    if export := EXPORTS.get(request.GET.get("export", "")):
        return export("matches", COLUMNS, (line(row) for row in rows_of(found)))
    paginator = Paginator(found, PAGE_SIZE)
    page = paginator.get_page(request.GET.get("page"))
    page.object_list = rows_of(page.object_list)
    query = request.GET.copy()
    for key in ("page", "export", "lang"):
        query.pop(key, None)
    context = {
        "tabs": matching_tabs(request.user, "pairs"), "page": page, "pages": list(paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)),
        "filters": filters, "chips": filters.chips(), "query": query.urlencode(), "searched": bool(query),
        "may_set_weights": can(request.user, "matching.set_weights"),
    }  # fmt: skip
    return render_page(request, "partnerships/matching_list.html", "partnerships/_matching_list.html", context)


def rows_of(pairs: list[Candidate]) -> list[dict[str, Any]]:
    """Candidates with what a page shows of them; three queries whatever their number."""
    places = Institution.objects.select_related("region", "kind", "country").in_bulk({key for pair in pairs for key in pair.sides})
    specialties = Specialty.objects.in_bulk({pair.need.specialty for pair in pairs})
    hosts = {pair.sides[1] for pair in pairs}
    waiting = MatchProposal.objects.open().filter(host__in=hosts)
    open_ones = {(item.sender_id, item.host_id): item for item in waiting.only("sender", "host", "status", "sent_at")}
    return [
        {
            "pair": pair, "sender": places[pair.sides[0]], "host": places[pair.sides[1]], "specialty": specialties[pair.need.specialty],
            "kind": NeedKind(pair.need.kind).label, "severity": Severity(pair.need.severity).label, "score": pair.score,
            "proposal": open_ones.get(pair.sides), "address": f"/matching/pairs/{pair.sides[0]}/{pair.sides[1]}/",
        }
        for pair in pairs
    ]  # fmt: skip


def line(row: dict[str, Any]) -> list[object]:
    sender, host, need = row["sender"], row["host"], row["pair"].need
    points = [reason["points"] for reason in row["pair"].match.reasons]
    return [row["score"], sender.code, sender.name, host.code, host.name, row["specialty"].name, str(row["kind"]), str(row["severity"]), need.waiting, *points]


def match_pair(request: HttpRequest, sender_pk: int, host_pk: int) -> HttpResponse:
    """Why these two: every specialty in which one could help the other, its score point by point, and the proposal."""
    if not can(request.user, "matching.view"):
        raise Http404(_("There is nothing here for you under this address."))
    places = Institution.objects.listed().select_related("kind", "region", "country").prefetch_related("equipment")
    sender, host = (get_for(request.user, places, "institution.view", pk) for pk in (sender_pk, host_pk))
    needs = Need.objects.visible_to(request.user).open().filter(institution=host)
    problem = problem_of(needs, Offer.objects.visible_to(request.user).open().filter(institution=sender))
    pairs = sorted(problem.candidates, key=lambda pair: (-pair.score, pair.need.key))
    specialties = Specialty.objects.in_bulk({need.specialty for need in problem.needs})
    refused = [
        {"specialty": specialties[need.specialty], "kind": NeedKind(need.kind).label, "words": say_exclusion(rule)}
        for need in problem.needs
        for rule in problem.refused.get(need.key, {})
    ]
    open_proposal = MatchProposal.objects.open().filter(sender=sender, host=host).first()
    may_propose = bool(pairs) and open_proposal is None and can(request.user, "proposal.propose")
    form = ProposeForm(
        request.POST if request.method == "POST" else None, specialties=[specialties[key] for key in dict.fromkeys(pair.need.specialty for pair in pairs)]
    )
    if request.method == "POST":
        require(request.user, "proposal.propose")
        if form.is_valid() and (proposal := make_proposal(request, form, sender, host, pairs)):
            messages.success(request, _("The proposal is made. Next: send it to both sides."))
            return redirect(proposal)
    rows = [{"specialty": specialties[pair.need.specialty], "kind": NeedKind(pair.need.kind).label, "pair": pair} for pair in pairs]
    ties = problem.offers[0].place if problem.offers else None
    context = {
        "sender": sender, "host": host, "rows": rows, "refused": refused, "form": form, "may_propose": may_propose, "open_proposal": open_proposal,
        "partners": len(ties.partners) if ties else None, "limit": problem.rules.limit_of(ties) if ties else None, "tabs": matching_tabs(request.user, "pairs"),
    }  # fmt: skip
    return render(request, "partnerships/match_pair.html", context, status=400 if form.is_bound else 200)


def make_proposal(request: HttpRequest, form: ProposeForm, sender: Institution, host: Institution, pairs: list[Candidate]) -> MatchProposal | None:
    """The proposal, with the score and reasons of the best of its specialties; None with an error on the form."""
    chosen = {item.pk for item in form.cleaned_data["specialties"]}
    scores = defaultdict(list)
    for pair in pairs:
        if pair.need.specialty in chosen:
            scores[pair.score].append(pair)
    best = scores[max(scores)][0] if scores else None
    try:
        return actions.propose(
            by=request.user, sender=sender, host=host, specialties=form.cleaned_data["specialties"], note=form.cleaned_data["note"],
            score=best.score if best else 0, reasons=best.match.reasons if best else (),
        )  # fmt: skip
    except TransitionRefused as refusal:
        form.add_error(None, str(refusal))
    return None


def matching_weights(request: HttpRequest) -> HttpResponse:
    """The weights and limits in force; the head of the cell changes them."""
    require(request.user, "matching.set_weights")
    row = MatchingSettings.current()
    form = EditWeightsForm(request.POST if request.method == "POST" else None, initial={**weights_of(row), "version": row.version})
    differences: list[dict[str, str]] = []
    status = 400 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            actions.set_weights(form.weights(), by=request.user, version=form.cleaned_data["version"])
        except EditConflict as conflict:
            differences, status = form.compare(weights_of(conflict.current), conflict.current.version), 409
            form.add_error(None, str(conflict))
        except TransitionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("matching")
    return render(request, "partnerships/matching_weights.html", {"form": form, "differences": differences}, status=status)
