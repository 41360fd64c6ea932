from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.access import get_for, require
from accounts.policy import can, institutions_of
from accounts.steps import step_page, steps_for
from activities import actions
from activities.choices import ActivityStatus, Part
from activities.filters import ActivityFilters
from activities.forms import MOST_LINES, DisputeForm, OpinionForm, PlanForm, ReportForm, SessionForm
from activities.kinds import REGISTRY
from activities.lifecycle import ACTIVITY
from activities.models import Activity
from core.exporters import Column
from core.files import attachments_of
from core.history import trail
from core.htmx import render_page
from core.lifecycle import TransitionRefused, check
from core.listing import list_page
from partnerships.models import Partnership

COLUMNS = (
    Column("partnership", gettext_lazy("Partnership"), 14), Column("kind", gettext_lazy("Kind"), 16), Column("senders", gettext_lazy("Supporting institutions"), 40),
    Column("hosts", gettext_lazy("Benefiting institutions"), 40), Column("starts_on", gettext_lazy("First day"), 13), Column("ends_on", gettext_lazy("Last day"), 13),
    Column("specialties", gettext_lazy("Specialties"), 36), Column("status", gettext_lazy("Status"), 18), Column("consultations", gettext_lazy("Consultations"), 13),
    Column("operations", gettext_lazy("Operations"), 13), Column("transferred", gettext_lazy("Transferred"), 13), Column("trained", gettext_lazy("Trained"), 13),
)  # fmt: skip

SPECIAL_STEPS = {"counter_confirm": actions.counter_confirm_activity, "validate": actions.validate_activity}


def row(activity: Activity) -> list[object]:
    results = list(activity.results.all())
    trained = sum(head.count for head in activity.participants.all() if head.part == Part.TRAINED)
    sides = [", ".join(str(place) for place in activity.of_side(*side)) for side in (("sender", "peer"), ("host",))]
    return [
        activity.partnership.code if activity.partnership else "", str(activity.get_kind_display()), *sides, activity.starts_on, activity.ends_on,
        "، ".join(map(str, activity.specialties.all())), activity.status_label, sum(item.consultations for item in results),
        sum(item.operations_done for item in results), sum(item.transferred for item in results), trained,
    ]  # fmt: skip


def related(rows):
    return rows.with_people().prefetch_related("results", "participants")


def whole(rows):
    """Everything that one activity's page and rules read."""
    return rows.with_people().select_related("reported_by", "reported_for", "agreement", "created_by").prefetch_related(
        "partnership__parties__institution__region", "partnership__parties__institution__country", "partnership__parties__institution__kind",
        "parties__institution__kind", "results__site__institution", "results__specialty", "participants__institution", "sessions", "disputes__by",
    )  # fmt: skip


def activity_list(request: HttpRequest) -> HttpResponse:
    """The activities that this person may see."""
    require(request.user, "activity.view")
    return list_page(
        request,
        queryset=Activity.objects.visible_to(request.user),
        filters=ActivityFilters,
        sorts={"start": ["starts_on"], "end": ["ends_on"], "status": ["status", "-starts_on"]},
        default_sort="-start",
        columns=COLUMNS,
        row=row,
        related=related,
        name="activities",
        page="activities/activity_list.html",
        fragment="activities/_activity_list.html",
        extra={"may_record": can(request.user, "activity.create")},
    )


def activity_detail(request: HttpRequest, pk: int) -> HttpResponse:
    activity = get_for(request.user, whole(Activity.objects.all()), "activity.view", pk)
    user = request.user
    context = {
        "activity": activity,
        "totals": actions.totals_of(activity),
        "trained": [head for head in activity.participants.all() if head.part == Part.TRAINED],
        "team": [head for head in activity.participants.all() if head.part == Part.TEAM],
        "open_disputes": [dispute for dispute in activity.disputes.all() if not dispute.is_settled],
        "evaluations": activity.evaluations.all() if can(user, "evaluation.view", activity) else [],
        "steps": steps_for(activity, user),
        "may_report": may(activity, "report", user),
        "may_dispute": may(activity, "dispute", user),
        "may_confirm_part": activity.status == ActivityStatus.APPROVED and can(user, "activity.confirm", activity) and owes_confirmation(activity, user),
        "may_give_opinion": activity.status == ActivityStatus.SUBMITTED and can(user, "activity.give_opinion", activity),
        "may_edit": can(user, "activity.edit", activity),
        "documents": attachments_of(activity),
        "history": trail(activity)[:40],
    }
    return render(request, "activities/activity_detail.html", context)


def may(activity: Activity, slug: str, user: Any) -> bool:
    try:
        check(activity, ACTIVITY[slug], by=user, reason="-")
    except TransitionRefused:
        return False
    return True


def owes_confirmation(activity: Activity, user: Any) -> bool:
    mine = institutions_of(user)
    return any(party.institution_id in mine and party.confirmed_at is None for party in activity.parties.all())


def choose_partnership(request: HttpRequest) -> Partnership | None:
    """The partnership named in the address; the only one when there is no choice."""
    mine = Partnership.objects.visible_to(request.user, "activity.create").running()
    asked = request.GET.get("partnership") or request.POST.get("partnership") or ""
    rows = mine.with_people().prefetch_related("parties__institution__country")
    if asked.isdigit():
        return get_for(request.user, Partnership.objects.with_people().prefetch_related("parties__institution__country"), "activity.create", int(asked))
    first = list(rows[:2])
    return first[0] if len(first) == 1 else None


def activity_new(request: HttpRequest) -> HttpResponse:
    """Record days that took place, or plan days ahead (`?mode=plan`)."""
    require(request.user, "activity.create")
    partnership = choose_partnership(request)
    if partnership is None:
        rows = Partnership.objects.visible_to(request.user, "activity.create").running().with_people().prefetch_related("parties__institution__country")
        return render(request, "activities/choose_partnership.html", {"partnerships": rows.order_by("-last_activity_on")[:100]})
    kind = request.GET.get("kind") or request.POST.get("kind")
    kind = kind if kind in REGISTRY else "surgical"
    if request.GET.get("mode") == "plan":
        return plan(request, partnership, kind)
    return record(request, partnership, kind)


def record(request: HttpRequest, partnership: Partnership, kind: str) -> HttpResponse:
    like = None
    if request.method == "GET" and request.GET.get("like") == "last":
        like = actions.last_report_of(partnership, kind)
    form = ReportForm(request.POST if request.method == "POST" else None, kind=kind, partnership=partnership, like=like)

    def save() -> Activity:
        uid = form.cleaned_data["uid"]
        given = {"kind": kind, "partnership": partnership, "starts_on": form.cleaned_data["starts_on"], "ends_on": form.cleaned_data["ends_on"], **form.given()}
        activity, is_new = actions.once(uid, request.user, lambda: actions.log_activity(by=request.user, uid=uid, **given))
        if not is_new:  # the same form sent twice: the first one counts
            return get_for(request.user, Activity.objects.all(), "activity.view", activity.pk)
        return activity

    context = {"partnership": partnership, "kind": REGISTRY[kind], "kinds": REGISTRY.values(), "last": actions.last_report_of(partnership, kind)}
    return report_flow(request, form, save, context)


def report_flow(request: HttpRequest, form: ReportForm, save: Any, context: dict[str, Any]) -> HttpResponse:
    """Fill in, add lines, look once more, save. Every step is a plain form; nothing typed is ever lost."""
    context = {**context, "form": form}
    stage = request.POST.get("stage", "")
    if request.method != "POST":
        return render(request, "activities/report.html", context)
    if stage == "add_line" or stage.startswith("drop_line_"):
        return redraw_lines(request, form, stage, context)
    if stage == "edit" or not form.is_valid():
        status = 200 if stage == "edit" else 400
        return render(request, "activities/report.html", {**context, "show_errors": status == 400}, status=status)
    if stage != "save":
        return render(
            request,
            "activities/report_review.html",
            {**context, "lines": form.result_lines(), "people": [head for head in form.people() if head.count], "posted": posted(request)},
        )
    try:
        activity = save()
    except ValidationError as error:
        form.show(getattr(error, "by_field", {"__all__": " ".join(error.messages)}))
    except TransitionRefused as refusal:
        form.add_error(None, str(refusal))
    else:
        messages.success(request, _("The report is saved. The other side has been asked to confirm the figures."))
        return redirect(activity)
    return render(request, "activities/report.html", {**context, "show_errors": True}, status=400)


def posted(request: HttpRequest) -> list[tuple[str, str]]:
    """What was typed, to be carried through the page that asks to look once more."""
    return [(name, value) for name, values in request.POST.lists() for value in values if name not in {"csrfmiddlewaretoken", "stage"}]


def redraw_lines(request: HttpRequest, form: ReportForm, stage: str, context: dict[str, Any]) -> HttpResponse:
    """One line more or one less, everything else as typed."""
    data = request.POST.copy()
    count = len(form.lines)
    if stage == "add_line":
        count = min(count + 1, MOST_LINES)
        if count > 1 and f"line-{count - 1}-site" not in data:
            data[f"line-{count - 1}-site"] = data.get(f"line-{count - 2}-site", "")
    else:
        dropped = stage.removeprefix("drop_line_")
        place = int(dropped) if dropped.isdigit() else count
        for number in range(place, count):
            for name in form.lines[0].fields:
                data[f"line-{number}-{name}"] = data.get(f"line-{number + 1}-{name}", "")
        count = max(1, count - 1)
    data["lines"] = str(count)
    fresh = ReportForm(data, kind=form.kind.slug, partnership=form.partnership, activity=form.activity)
    return render_page(request, "activities/report.html", "activities/_report_lines.html", {**context, "form": fresh, "focus_line": count - 1})


def plan(request: HttpRequest, partnership: Partnership, kind: str) -> HttpResponse:
    form = PlanForm(request.POST if request.method == "POST" else None, partnership=partnership)
    if request.method == "POST" and form.is_valid():
        try:
            activity = actions.create_activity(by=request.user, kind=kind, partnership=partnership, **form.cleaned_data)
        except TransitionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The draft is saved. Submit it to the ministry when both sides agree."))
            return redirect(activity)
    context = {"form": form, "partnership": partnership, "kind": REGISTRY[kind], "kinds": REGISTRY.values()}
    return render(request, "activities/plan.html", context, status=400 if form.is_bound else 200)


def activity_report(request: HttpRequest, pk: int) -> HttpResponse:
    """Report days that were planned, or correct a report that was disputed."""
    activity = get_for(request.user, whole(Activity.objects.all()), "activity.report", pk)
    try:
        check(activity, ACTIVITY["report"], by=request.user)
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
        return redirect(activity)
    form = ReportForm(request.POST if request.method == "POST" else None, kind=activity.kind, partnership=activity.partnership, activity=activity)
    context = {"partnership": activity.partnership, "kind": activity.kind_of, "kinds": [], "activity": activity}
    return report_flow(request, form, lambda: actions.report_activity(activity, by=request.user, **form.given()), context)


def activity_dispute(request: HttpRequest, pk: int) -> HttpResponse:
    activity = get_for(request.user, whole(Activity.objects.all()), "activity.counter_confirm", pk)
    form = DisputeForm(request.POST if request.method == "POST" else None, activity=activity)
    if request.method == "POST" and form.is_valid():
        result, figure = form.chosen()
        try:
            actions.dispute_activity(
                activity, by=request.user, result=result, figure=figure, expected=form.cleaned_data["expected"], reason=form.cleaned_data["reason"]
            )
        except TransitionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The figure is disputed. Whoever wrote the report has been asked to look again."))
            return redirect(activity)
    return render(request, "activities/dispute.html", {"form": form, "activity": activity}, status=400 if form.is_bound else 200)


@require_POST
def activity_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    activity = get_for(request.user, whole(Activity.objects.all()), "activity.confirm", pk)
    try:
        actions.confirm_participation(activity, by=request.user)
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Your institution has confirmed that it takes part."))
    return redirect(activity)


def activity_opinion(request: HttpRequest, pk: int) -> HttpResponse:
    activity = get_for(request.user, whole(Activity.objects.all()), "activity.give_opinion", pk)
    form = OpinionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.give_opinion(activity, by=request.user, **form.cleaned_data)
        except TransitionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Your opinion is recorded."))
            return redirect(activity)
    return render(request, "activities/opinion.html", {"form": form, "activity": activity}, status=400 if form.is_bound else 200)


def session_new(request: HttpRequest, pk: int) -> HttpResponse:
    activity = get_for(request.user, whole(Activity.objects.all()), "activity.edit", pk)
    form = SessionForm(request.POST if request.method == "POST" else None, initial={"held_on": activity.starts_on})
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_session(activity, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            for name, text in getattr(error, "by_field", {}).items():
                form.add_error(name, text)
        else:
            messages.success(request, _("The session is added."))
            return redirect(activity)
    return render(request, "activities/session.html", {"form": form, "activity": activity}, status=400 if form.is_bound else 200)


def activity_step(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    return step_page(request, whole(Activity.objects.all()), pk, slug, actions.transition_activity, SPECIAL_STEPS)
