"""National plans: asking for one, watching it, reading it, comparing two, turning pairs into proposals."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.access import require
from accounts.policy import can
from core.exporters import EXPORTS, Column
from core.folding import fold, search_words
from core.formats import whole_number
from core.htmx import is_fragment, render_page
from core.lifecycle import TransitionRefused
from core.listing import PAGE_SIZE, list_page
from core.profile import home
from partnerships import actions
from partnerships.actions.plans import STALE_AFTER
from partnerships.actions.proposals import made_words
from partnerships.choices import JobState, NeedKind, Zone
from partnerships.filters import PairFilters
from partnerships.forms import NoteForm, PlainPlanForm, PlanForm
from partnerships.matching import CRITERIA, LABELS
from partnerships.models import Institution, MatchingSettings, MatchProposal, NationalPlan, PlanPair, Specialty
from partnerships.plan_words import CODES, institutions_in, say_left_out, say_sender_left_out
from partnerships.register_facts import weights_of
from partnerships.views.matching_section import matching_tabs

TONES = {JobState.WAITING: "wait", JobState.RUNNING: "run", JobState.DONE: "done", JobState.FAILED: "late"}
LIMITS = ("load_limit", "equity_pct")

PAIR_COLUMNS = (
    Column("covered", gettext_lazy("Need covered"), 12), Column("score", gettext_lazy("Score"), 9), Column("sender_code", gettext_lazy("Code"), 18),
    Column("sender", gettext_lazy("Supporting institution"), 44), Column("host_code", gettext_lazy("Code"), 18),
    Column("host", gettext_lazy("Benefiting institution"), 44), Column("zone", gettext_lazy("Zone"), 14), Column("specialty", gettext_lazy("Specialty"), 26),
    *(Column(name, LABELS[name], 14) for name in CRITERIA),
)  # fmt: skip
LEFT_COLUMNS = (
    Column("code", gettext_lazy("Code"), 18), Column("institution", gettext_lazy("Institution"), 44), Column("zone", gettext_lazy("Zone"), 14),
    Column("specialty", gettext_lazy("Specialty"), 26), Column("kind", gettext_lazy("Kind"), 16), Column("cause", gettext_lazy("Cause"), 26),
    Column("why", gettext_lazy("Why"), 80),
)  # fmt: skip


def plan_or_404(request: HttpRequest, pk: int) -> NationalPlan:
    readable = can(request.user, "matching.view") and pk < 2**63
    plan = NationalPlan.objects.select_related("made_by").filter(pk=pk).first() if readable else None
    if plan is None:
        raise Http404(_("There is nothing here for you under this address."))
    return plan


def plan_list(request: HttpRequest) -> HttpResponse:
    """The plans made so far, and the form that asks for one."""
    require(request.user, "matching.view")
    rows = (
        NationalPlan.objects.select_related("made_by")
        .defer("result")
        .annotate(total=F("result__total"), gain=F("result__gain_pct"), covered=F("result__needs_covered"), needs=F("result__needs"))
    )
    may_ask = can(request.user, "matching.plan")
    with_weights = can(request.user, "matching.set_weights")
    in_force = weights_of(MatchingSettings.current())
    form = (PlanForm if with_weights else PlainPlanForm)(request.POST if request.method == "POST" else None, initial=in_force)
    if request.method == "POST":
        require(request.user, "matching.plan")
        if form.is_valid():
            try:
                plan = actions.ask_for_plan(by=request.user, title=form.cleaned_data["title"], weights=form.weights())
            except TransitionRefused as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("The plan is being made. You may leave this page."))
                return redirect(plan)
    paginator = Paginator(rows.order_by("-pk"), PAGE_SIZE)
    page = paginator.get_page(request.GET.get("page"))
    context = {
        "tabs": matching_tabs(request.user, "plans"), "page": page, "pages": list(paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)),
        "form": form if may_ask else None, "with_weights": with_weights, "in_force": weight_rows(in_force), "tones": TONES,
    }  # fmt: skip
    return render(request, "partnerships/plan_list.html", context, status=400 if form.is_bound else 200)


def weight_rows(weights: dict[str, int]) -> list[dict[str, Any]]:
    """Weights and limits with their names."""
    return [{"label": MatchingSettings._meta.get_field(name).verbose_name, "value": weights.get(name, 0)} for name in (*CRITERIA, *LIMITS)]


def plan_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is; then what it came to, and its pairs."""
    plan = plan_or_404(request, pk)
    if plan.state != JobState.DONE:
        context = {"plan": plan, "tone": TONES[JobState(plan.state)], "tabs": matching_tabs(request.user, "plans"), "minutes": STALE_AFTER.seconds // 60}
        return render_page(request, "partnerships/plan_running.html", "partnerships/_plan_progress.html", context)
    if is_fragment(request) and request.headers.get("HX-Target") == "progress":
        response = HttpResponse(status=200)
        response["HX-Refresh"] = "true"  # it is ready: the whole page now
        return response
    made = set(plan.proposals.values_list("sender_id", "host_id"))
    return list_page(
        request,
        queryset=PlanPair.objects.filter(plan=plan),
        filters=PairFilters,
        sorts={"covered": ["covered"], "score": ["score"]},
        default_sort="-covered",
        columns=PAIR_COLUMNS,
        row=pair_row,
        related=with_places,
        name=f"plan-{plan.pk}",
        page="partnerships/plan_detail.html",
        fragment="partnerships/_plan_pairs.html",
        extra={
            "plan": plan, "result": plan.result, "tabs": matching_tabs(request.user, "plans"), "weights": weight_rows(plan.weights), "made": made,
            "zones": zone_rows(plan.result), "specialties": specialty_rows(plan.result), "causes": cause_rows(plan.result), "has_zones": home().has_zones,
            "idle": len(plan.result["senders_left_out"]), "may_propose": can(request.user, "proposal.propose"), "others": others(plan), "form": NoteForm(),
        },
    )  # fmt: skip


def with_places(rows: Any) -> Any:
    return rows.select_related("sender__region", "host__region", "specialty", "need")


def pair_row(pair: PlanPair) -> list[object]:
    region = pair.host.region
    points = {reason["criterion"]: reason["points"] for reason in pair.reasons}
    return [
        pair.covered, pair.score, pair.sender.code, pair.sender.name, pair.host.code, pair.host.name, str(region.get_zone_display()) if region else "",
        pair.specialty.name, *(points.get(name) for name in CRITERIA),
    ]  # fmt: skip


def others(plan: NationalPlan) -> QuerySet[NationalPlan]:
    """The finished plans that this one may be compared with."""
    return NationalPlan.objects.filter(state=JobState.DONE).exclude(pk=plan.pk).defer("result").order_by("-pk")[:20]


def zone_rows(result: dict[str, Any]) -> list[dict[str, Any]]:
    names = dict(Zone.choices)
    return [{**row, "label": names.get(row["group"]) or _("Abroad or without a zone")} for row in result["zones"]]


def specialty_rows(result: dict[str, Any]) -> list[dict[str, Any]]:
    names = Specialty.objects.in_bulk([row["group"] for row in result["specialties"]])
    return [{**row, "label": names[row["group"]].name} for row in result["specialties"] if row["group"] in names]


def cause_rows(result: dict[str, Any]) -> list[dict[str, Any]]:
    """How many needs are left out for each cause."""
    counts: dict[str, int] = {}
    for row in result["left_out"]:
        counts[row["code"]] = counts.get(row["code"], 0) + 1
    return [{"code": code, "label": CODES[code], "count": count} for code, count in sorted(counts.items(), key=lambda item: -item[1])]


def plan_left_out(request: HttpRequest, pk: int) -> HttpResponse:
    """The needs that a plan does not serve, institution by institution, each with its cause; and the senders without anybody."""
    plan = plan_or_404(request, pk)
    if plan.state != JobState.DONE:
        return redirect(plan)
    code, words = request.GET.get("cause", ""), request.GET.get("q", "")
    rows = [row for row in plan.result["left_out"] if code not in CODES or row["code"] == code]
    places = Institution.objects.select_related("region").in_bulk({row["host"] for row in rows})
    if wanted := search_words(words):
        rows = [row for row in rows if row["host"] in places and all(word in fold(places[row["host"]].search_text) for word in wanted)]
    if export := EXPORTS.get(request.GET.get("export", "")):
        return export(f"plan-{plan.pk}-left-out", LEFT_COLUMNS, (left_row(row) for row in told(rows, places)))
    together: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        if row["host"] in places:
            together.setdefault(row["host"], []).append(row)
    paginator = Paginator(list(together), PAGE_SIZE)
    page = paginator.get_page(request.GET.get("page"))
    shown = told([row for key in page.object_list for row in together[key]], places)
    served = dict.fromkeys(PlanPair.objects.filter(plan=plan, host__in=page.object_list).values_list("host_id", flat=True), True)
    page.object_list = [{"place": places[key], "rows": [row for row in shown if row["host"] == key], "is_served": key in served} for key in page.object_list]
    query = request.GET.copy()
    for key in ("page", "export", "lang"):
        query.pop(key, None)
    context = {
        "plan": plan, "page": page, "pages": list(paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)), "query": query.urlencode(),
        "searched": bool(query), "causes": cause_rows(plan.result), "cause": code, "needs": len(rows), "idle": idle_rows(plan.result),
        "tabs": matching_tabs(request.user, "plans"),
    }  # fmt: skip
    return render_page(request, "partnerships/plan_left_out.html", "partnerships/_plan_left_out.html", context)


def told(rows: list[dict[str, Any]], places: dict[int, Institution]) -> list[dict[str, Any]]:
    """Needs left out with their words; two queries whatever their number."""
    keys = set().union(*(institutions_in(row["facts"]) for row in rows)) if rows else set()
    names = {place.pk: place.name for place in Institution.objects.filter(pk__in=keys)}
    specialties = Specialty.objects.in_bulk({row["specialty"] for row in rows})
    return [
        {
            **row, "place": places.get(row["host"]), "specialty_name": specialties[row["specialty"]].name if row["specialty"] in specialties else "—",
            "kind_name": NeedKind(row["kind"]).label, "cause": CODES[row["code"]], "words": say_left_out(row["code"], row["facts"], names),
        }
        for row in rows
    ]  # fmt: skip


def left_row(row: dict[str, Any]) -> list[object]:
    place = row["place"]
    zone = str(place.region.get_zone_display()) if place and place.region else ""
    return [place.code if place else "", place.name if place else "", zone, row["specialty_name"], str(row["kind_name"]), str(row["cause"]), row["words"]]


def idle_rows(result: dict[str, Any]) -> list[dict[str, Any]]:
    """The senders that a plan gives nobody to."""
    rows = result["senders_left_out"]
    places = Institution.objects.select_related("region").in_bulk({row["sender"] for row in rows})
    return [
        {"place": places[row["sender"]], "cause": CODES[row["code"]], "words": say_sender_left_out(row["code"], row["facts"])}
        for row in rows
        if row["sender"] in places
    ]


@require_POST
def plan_propose(request: HttpRequest, pk: int) -> HttpResponse:
    """Make proposals of chosen pairs: first how many it would be, then the deed, with what could not be row by row."""
    plan = plan_or_404(request, pk)
    require(request.user, "proposal.propose")
    pairs = with_places(PlanPair.objects.filter(plan=plan)).order_by("-covered", "pk")
    if "all" in request.POST:
        pairs = PairFilters(request.GET, queryset=pairs, request=request).qs
    else:
        chosen = [key for key in map(whole_number, request.POST.getlist("pair")) if key is not None]
        pairs = pairs.filter(pk__in=chosen)
    pairs = list(pairs)
    if not pairs:
        messages.error(request, _("Choose at least one pair."))
        return redirect(plan)
    form = NoteForm(request.POST)
    if "make" in request.POST and form.is_valid():
        made, refused = actions.propose_pairs(plan, pairs, by=request.user, note=form.cleaned_data["note"])
        if made:
            messages.success(request, made_words(len(made)))
        if not refused:
            return redirect("proposals")
        context = {"plan": plan, "made": made, "refused": refused}
        return render(request, "partnerships/plan_proposed.html", context)
    together: dict[tuple[int, int], list[PlanPair]] = {}
    for pair in pairs:
        together.setdefault((pair.sender_id, pair.host_id), []).append(pair)
    open_ones = set(MatchProposal.objects.open().values_list("sender_id", "host_id"))
    groups = [{"first": group[0], "specialties": [pair.specialty for pair in group], "is_open": sides in open_ones} for sides, group in together.items()]
    context = {"plan": plan, "pairs": pairs, "groups": groups, "form": NoteForm(request.POST if "make" in request.POST else None)}
    return render(request, "partnerships/plan_propose.html", context, status=400 if "make" in request.POST else 200)


def plan_compare(request: HttpRequest) -> HttpResponse:
    """Two plans side by side: weights, totals, coverage, and the pairs that only one of them has."""
    require(request.user, "matching.view")
    finished = NationalPlan.objects.filter(state=JobState.DONE)
    choices = list(finished.defer("result").order_by("-pk")[:50])
    asked = [request.GET.get(name, "") for name in ("a", "b")]
    plans = [finished.filter(pk=whole_number(key)).first() for key in asked]
    context: dict[str, Any] = {"choices": choices, "asked": asked, "tabs": matching_tabs(request.user, "plans"), "has_zones": home().has_zones}
    if all(plans) and plans[0] != plans[1]:
        first, second = plans
        context |= {"first": first, "second": second, **comparison(first, second)}
    return render(request, "partnerships/plan_compare.html", context)


def comparison(first: NationalPlan, second: NationalPlan) -> dict[str, Any]:
    """What differs between two finished plans. Pairs are the same when sender, host and need are."""
    keys = ("sender_id", "host_id", "specialty_id", "need_id")
    rows = [{tuple(getattr(pair, key) for key in keys): pair for pair in with_places(PlanPair.objects.filter(plan=plan))} for plan in (first, second)]
    only = [[pair for key, pair in mine.items() if key not in other] for mine, other in (rows, rows[::-1])]
    zones = [{row["group"]: row for row in zone_rows(plan.result)} for plan in (first, second)]
    both = [group for group in zones[0] if group in zones[1]]
    return {
        "weights": [
            {"label": one["label"], "first": one["value"], "second": two["value"], "differs": one["value"] != two["value"]}
            for one, two in zip(weight_rows(first.weights), weight_rows(second.weights), strict=True)
        ],
        "zones": [{"label": zones[0][group]["label"], "first": zones[0][group], "second": zones[1][group]} for group in both],
        "shared": len(rows[0].keys() & rows[1].keys()), "only_first": only[0][:100], "only_second": only[1][:100],
        "only_first_count": len(only[0]), "only_second_count": len(only[1]),
    }  # fmt: skip
