"""Recording days that took place: fill in, look once more, save. Every step is a plain form; nothing typed is ever lost."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.access import get_for, require
from activities import actions
from activities.choices import ActivityStatus
from activities.forms import ReportForm
from activities.kinds import REGISTRY
from activities.lifecycle import ACTIVITY
from activities.models import Activity
from activities.rules import has_report, look_again, says_the_same
from activities.views.activities import whole
from activities.views.plans import plan_new
from activities.views.typed import posted, with_lines
from core.editing import SavedBefore
from core.formats import whole_number
from core.htmx import render_page
from core.lifecycle import TransitionRefused, check
from partnerships.models import Partnership

USUAL = "surgical"


def mine(request: HttpRequest) -> Any:
    """The running partnerships in which this person may record."""
    rows = Partnership.objects.visible_to(request.user, "activity.create").running()
    return rows.with_people()


def choose_partnership(request: HttpRequest) -> Partnership | None:
    """The partnership named in the address; the only one when there is no choice."""
    asked = whole_number(request.GET.get("partnership") or request.POST.get("partnership") or "")
    if asked is not None:
        return get_for(request.user, Partnership.objects.with_people(), "activity.create", asked)
    first = list(mine(request)[:2])
    return first[0] if len(first) == 1 else None


def last_time(request: HttpRequest, partnership: Partnership | None, kind: str) -> Activity | None:
    """What “like last time” starts from: the person's own latest report, else the latest of anybody, where and of what they ask for."""
    rows = Activity.objects.filter(partnership__in=[partnership.pk] if partnership else mine(request).values("pk"), reported_at__isnull=False)
    rows = (rows.filter(kind=kind) if kind in REGISTRY else rows).order_by("-starts_on", "-pk")
    return rows.filter(reported_by=request.user).first() or rows.first()


def activity_new(request: HttpRequest) -> HttpResponse:
    """Record days that took place, or plan days ahead (`?mode=plan`)."""
    require(request.user, "activity.create")
    partnership, like = choose_partnership(request), None
    kind = request.GET.get("kind") or request.POST.get("kind") or ""
    if request.GET.get("like") == "last" and (like := last_time(request, partnership, kind)):
        partnership, kind = mine(request).filter(pk=like.partnership_id).first(), like.kind
    if partnership is None:
        return render(request, "activities/choose_partnership.html", {"partnerships": mine(request).order_by("-last_activity_on")[:100]})
    if kind not in REGISTRY:
        kind = USUAL
    if request.GET.get("mode") == "plan":
        return plan_new(request, partnership, kind)
    return record(request, partnership, kind, like)


def record(request: HttpRequest, partnership: Partnership, kind: str, like: Activity | None) -> HttpResponse:
    last = like or actions.last_report_of(partnership, kind)
    form = ReportForm(
        request.POST if request.method == "POST" else None, kind=kind, partnership=partnership, last=last,
        like=like if request.method == "GET" else None, choose_parties=True,
    )  # fmt: skip

    def save() -> Activity:
        uid = form.cleaned_data["uid"]
        given = {"kind": kind, "partnership": partnership, **form.about(), **form.given(), "not_the_same": request.POST.get("not_the_same") == "1"}
        activity, is_new = actions.once(uid, lambda: actions.log_activity(by=request.user, uid=uid, **given))
        if not is_new:  # the same form sent twice: the first one counts
            activity = get_for(request.user, Activity.objects.all(), "activity.view", activity.pk)
            if not says_the_same(activity, given) or not has_report(activity, **form.given()):
                raise SavedBefore(activity)
        return activity

    kinds = list(REGISTRY.values())
    context = {
        "partnership": partnership, "kind": REGISTRY[kind], "last": last, "is_copy": like is not None,
        "kinds": [item for item in kinds if item.is_common or item.slug == kind],
        "other_kinds": [item for item in kinds if not item.is_common and item.slug != kind],
    }  # fmt: skip
    return report_flow(request, form, save, context)


def activity_report(request: HttpRequest, pk: int) -> HttpResponse:
    """Report a planned activity, or correct a disputed report."""
    activity = get_for(request.user, whole(Activity.objects.all()), "activity.report", pk)
    try:
        check(activity, ACTIVITY["report"], by=request.user)
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
        return redirect(activity)
    form = ReportForm(
        request.POST if request.method == "POST" else None, kind=activity.kind, partnership=activity.partnership, activity=activity,
        last=actions.last_report_of(activity.partnership, activity.kind) if activity.partnership else None,
        take_theirs=request.GET.get("take") == "theirs",
    )  # fmt: skip

    def save() -> Activity:
        return actions.report_activity(activity, by=request.user, **form.given())

    disputes = [dispute for dispute in activity.disputes.all() if not dispute.is_settled]
    context = {"partnership": activity.partnership, "kind": activity.kind_of, "kinds": [], "activity": activity, "disputes": disputes}
    return report_flow(request, form, save, context)


def report_flow(request: HttpRequest, form: ReportForm, save: Callable[[], Activity], context: dict[str, Any]) -> HttpResponse:
    """Fill in, add lines, look once more, save."""
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
        return render(request, "activities/report_review.html", {**context, **checked_once_more(request, form, context.get("last"))})
    try:
        activity = save()
    except actions.LooksRecorded as refusal:
        other = {"other": refusal.other, "is_owed": refusal.other.reported_at is None, "posted": posted(request)}
        return render(request, "activities/looks_recorded.html", {**context, **other}, status=409)
    except ValidationError as error:
        form.show(getattr(error, "by_field", {"__all__": " ".join(error.messages)}))
    except SavedBefore as refusal:
        form.refuse_again(refusal)
    except TransitionRefused as refusal:
        form.add_error(None, str(refusal))
    else:
        messages.success(request, saved_words(activity))
        return redirect(activity)
    return render(request, "activities/report.html", {**context, "show_errors": True}, status=400)


def saved_words(activity: Activity) -> str:
    if activity.status == ActivityStatus.REPORTED:
        return _("The report is saved. The other side has been asked to confirm the figures.")
    return _("The report is saved.")


def checked_once_more(request: HttpRequest, form: ReportForm, last: Activity | None) -> dict[str, Any]:
    """What the page that asks to look once more shows."""
    people = [head for head in form.people() if head.count]
    return {"people": people, "warnings": look_again(form.kind, form.result_lines(), last), "posted": posted(request)}


def redraw_lines(request: HttpRequest, form: ReportForm, stage: str, context: dict[str, Any]) -> HttpResponse:
    """One line more or one less, everything else as typed."""
    data = with_lines(request.POST, stage, len(form.lines), list(form.lines[0].fields))
    fresh = ReportForm(data, kind=form.kind.slug, partnership=form.partnership, activity=form.activity, last=form.last, choose_parties=not form.activity)
    return render_page(request, "activities/report.html", "activities/_report_lines.html", {**context, "form": fresh})
