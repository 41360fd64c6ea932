from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from accounts.access import get_for, require
from accounts.policy import can, institutions_of
from activities.actions import cases as actions
from activities.case_filters import CheckFilters, in_time
from activities.choices import Outcome
from activities.forms.cases import CaseForm, CloseForm, FollowForm, OutcomeForm
from activities.models import Activity, FollowUpCase, FollowUpCheck
from activities.outcomes import figures, window
from activities.querysets import with_own_parties
from activities.views.activities import whole as whole_activity
from activities.views.sections import activity_tabs
from core.deeds import done, kept
from core.exporters import Column
from core.formats import number, today
from core.forms import PortalForm
from core.history import trail
from core.lifecycle import TransitionRefused
from core.listing import list_page
from partnerships.models import Partnership, Specialty
from partnerships.querysets import with_parties
from partnerships.views.room import related as related_partnership
from partnerships.views.room import tabs as room_tabs

COLUMNS = (
    Column("code", gettext_lazy("Code"), 14), Column("institution", gettext_lazy("Followed at"), 40), Column("activity", gettext_lazy("Activity"), 40),
    Column("specialty", gettext_lazy("Specialty"), 26), Column("procedure", gettext_lazy("Procedure"), 30), Column("age_band", gettext_lazy("Age band"), 12),
    Column("reason", gettext_lazy("Why"), 22), Column("treated_on", gettext_lazy("Treated on"), 13), Column("day", gettext_lazy("Day"), 8),
    Column("due_on", gettext_lazy("Due on"), 13), Column("outcome", gettext_lazy("Outcome"), 22), Column("seen_on", gettext_lazy("Seen on"), 13),
    Column("attempts", gettext_lazy("Attempts in vain"), 10),
)  # fmt: skip
ONE_TAP = [choice for choice in Outcome.choices if choice[0] not in {Outcome.WELL, Outcome.LOST}]
NOT_REACHED = "not_reached"
TIMES = ("", "overdue", "today", "coming", "recorded", "lost", "all")


def row(check: FollowUpCheck) -> list[object]:
    case = check.case
    return [
        case.code, case.institution.name, case.activity.title, case.specialty.name, case.procedure.name if case.procedure else "", str(case.get_age_band_display()),
        str(case.get_reason_display()), case.treated_on, check.day, check.due_on, str(check.get_outcome_display()),
        check.seen_on if check.outcome and check.outcome != Outcome.LOST else None, check.attempts,
    ]  # fmt: skip


def related(rows: Any) -> Any:
    return rows.select_related("case__activity__partnership", "case__institution", "case__specialty", "case__procedure")


def checks_for(user: Any) -> Any:
    return FollowUpCheck.objects.filter(case__in=FollowUpCase.objects.visible_to(user).values("pk"))


def case_list(request: HttpRequest) -> HttpResponse:
    """The people who are owed a check, the longest overdue first; one tap says how somebody is."""
    require(request.user, "case.view")
    rows = checks_for(request.user)
    asked = request.GET.get("when", "")
    counts = {when: in_time(rows, when).count() for when in ("overdue", "today", "coming")}
    return list_page(
        request,
        queryset=rows if asked in TIMES[1:] else in_time(rows, ""),
        filters=CheckFilters,
        sorts={"due": ["due_on"], "code": ["case__code", "due_on"], "seen": ["seen_on"]},
        default_sort="due",
        columns=COLUMNS,
        row=row,
        related=related,
        name="follow-up",
        page="activities/case_list.html",
        fragment="activities/_case_list.html",
        extra={
            "tabs": activity_tabs(request.user, "follow-up"), "counts": counts, "when": asked, "mine": institutions_of(request.user) if can(request.user, "case.keep") else frozenset(),
            "outcomes": ONE_TAP, "here": request.get_full_path(), "today": today(),
        },
    )  # fmt: skip


def case_rates(request: HttpRequest) -> HttpResponse:
    """What became of the people, by specialty: over everything that this person may see, nothing below five."""
    require(request.user, "case.view")
    rows = FollowUpCase.objects.visible_to(request.user).filter(reason="treated")
    context = {
        "tabs": activity_tabs(request.user, "follow-up"),
        "groups": by_specialty(rows),
        "total": figures(actions.as_checks(rows.prefetch_related("checks")), today()),
    }
    return render(request, "activities/case_rates.html", context)


def by_specialty(rows: Any) -> list[dict[str, Any]]:
    """{"name", "figures"} for each specialty of these cases, by name. Two queries."""
    groups: dict[Specialty, list[FollowUpCase]] = {}
    for case in rows.select_related("specialty").prefetch_related("checks"):
        groups.setdefault(case.specialty, []).append(case)
    found = [{"name": specialty.name, "figures": figures(actions.as_checks(cases), today())} for specialty, cases in groups.items()]
    return sorted(found, key=lambda group: group["name"])


def by_activity(rows: Any) -> list[dict[str, Any]]:
    """{"name", "address", "figures"} for each activity of these cases, the newest first. Two queries."""
    groups: dict[Activity, list[FollowUpCase]] = {}
    for case in rows.select_related("activity").prefetch_related("checks"):
        groups.setdefault(case.activity, []).append(case)
    ordered = sorted(groups, key=lambda activity: (activity.starts_on, activity.pk), reverse=True)
    return [
        {"name": activity.title, "address": activity.get_absolute_url(), "figures": figures(actions.as_checks(groups[activity]), today())}
        for activity in ordered
    ]


def room_outcomes(request: HttpRequest, pk: int) -> HttpResponse:
    """In the room of a partnership: what became of the people treated, as rates; nothing below five."""
    partnership = get_for(request.user, related_partnership(Partnership.objects.all()), "partnership.view", pk)
    rows = FollowUpCase.objects.filter(activity__partnership=partnership, reason="treated")
    context = {
        "partnership": partnership, "tabs": room_tabs(partnership, "outcomes"), "specialties": by_specialty(rows), "activities": by_activity(rows),
        "total": figures(actions.as_checks(rows.prefetch_related("checks")), today()), "may_list": can(request.user, "case.view"),
    }  # fmt: skip
    return render(request, "activities/case_room.html", context)


def case_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Follow people whom an activity treated: one, or many at once."""
    activity = get_for(request.user, whole_activity(Activity.objects.all()), "activity.view", pk)
    places = actions.hosts_for(activity, request.user)
    if not places:
        get_for(request.user, Activity.objects.all(), "case.keep", pk)  # 403 for whoever keeps no cases at all
        raise PermissionDenied(_("Only the host that looks after the people follows them."))
    form = FollowForm(request.POST or None, activity=activity, places=places, suggested=actions.suggested_code(places[0]))
    if request.method == "POST" and form.is_valid():
        cases = done(form, lambda: keep(activity, form, request.user))
        if cases:
            text = ngettext("%(count)s person is followed.", "%(count)s people are followed.", len(cases))
            messages.success(request, text % {"count": number(len(cases))})
            return redirect(f"/follow-up/?activity={activity.pk}&when=all")
    return render(request, "activities/case_new.html", {"activity": activity, "form": form}, status=400 if form.is_bound else 200)


def keep(activity: Activity, form: FollowForm, user: Any) -> list[FollowUpCase]:
    try:
        return actions.follow(activity, by=user, **form.given())
    except ValidationError as error:
        problems = getattr(error, "by_field", {})
        if "codes" in problems:
            problems[form.place_of_codes()] = problems.pop("codes")
        raise


def one(request: HttpRequest, pk: int, action: str) -> FollowUpCase:
    rows = FollowUpCase.objects.with_people().prefetch_related(
        with_own_parties("activity__"),
        with_parties("activity__partnership__"),
        "activity__specialties",
    )
    return get_for(request.user, rows, action, pk)


def case_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One person under a pseudonym: the checks, and how they were."""
    case, user = one(request, pk, "case.view"), request.user
    may_keep = can(user, "case.keep", case)
    checks = []
    for check in case.checks.all():
        check.case = case
        first, last = window(case.treated_on, check.day)
        starts = {"outcome": check.outcome if check.outcome != Outcome.LOST else "", "seen_on": check.seen_on if check.outcome else min(today(), last)}
        checks.append({"check": check, "first": first, "last": last, "form": OutcomeForm(initial=starts, auto_id=f"c{check.pk}-%s")})
    context = {
        "case": case, "checks": checks, "may_keep": may_keep, "close_form": CloseForm(initial={"closed_on": today()}), "history": trail(case)[:30], "today": today(),
        "may_drop": may_keep and not case.closed_on and not any(check.outcome or check.attempts for check in case.checks.all()),
    }  # fmt: skip
    return render(request, "activities/case_detail.html", context)


def case_edit(request: HttpRequest, pk: int) -> HttpResponse:
    case = one(request, pk, "case.keep")
    form = CaseForm(request.POST or None, case=case)
    if request.method == "POST" and form.is_valid() and done(form, lambda: actions.edit_case(case, by=request.user, **form.cleaned_data)):
        messages.success(request, _("Saved."))
        return redirect(case)
    return render(request, "activities/case_edit.html", {"case": case, "form": form, "differences": kept(form)}, status=400 if form.is_bound else 200)


def case_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then take back a case that was made by mistake."""
    case = one(request, pk, "case.keep")
    form = PortalForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        activity = case.activity
        try:
            actions.drop_case(case, by=request.user)
        except TransitionRefused as refusal:
            messages.error(request, str(refusal))
            return redirect(case)
        messages.success(request, _("The case is taken back."))
        return redirect(f"/follow-up/?activity={activity.pk}&when=all")
    return render(request, "activities/case_drop.html", {"case": case, "form": form}, status=400 if form.is_bound else 200)


@require_POST
def case_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Say when a transfer ended."""
    case = one(request, pk, "case.keep")
    form = CloseForm(request.POST)
    if form.is_valid() and done(form, lambda: actions.close_transfer(case, by=request.user, **form.cleaned_data)):
        messages.success(request, _("The transfer is closed."))
    else:
        messages.error(request, " ".join(problem["text"] for problem in form.problems()))
    return redirect(case)


@require_POST
def check_record(request: HttpRequest, pk: int, check_pk: int) -> HttpResponse:
    """How somebody is at one check: one tap says it for today, the page of the case for another day."""
    case = one(request, pk, "case.keep")
    check = next((check for check in case.checks.all() if check.pk == check_pk), None)
    if check is None:
        raise Http404
    check.case = case
    outcome = request.POST.get("outcome", "")
    form = OutcomeForm(request.POST) if "seen_on" in request.POST and outcome != NOT_REACHED else None  # one tap sends no day
    if form is not None and not form.is_valid():
        messages.error(request, " ".join(problem["text"] for problem in form.problems()))
        return redirect(case)
    try:
        if outcome == NOT_REACHED:
            actions.note_attempt(check, by=request.user)
        else:
            actions.record_outcome(check, outcome, by=request.user, seen_on=form.cleaned_data["seen_on"] if form else None)
    except ValidationError as error:
        messages.error(request, " ".join(str(text) for text in getattr(error, "by_field", {}).values()))
        return redirect(case)
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
        return redirect(case)
    messages.success(request, said(check))
    back = request.POST.get("next", "")
    return redirect(back if back.startswith("/follow-up/") else case.get_absolute_url())


def said(check: FollowUpCheck) -> str:
    """What was recorded, so that a wrong tap is seen at once."""
    code = f"\u2068{check.case.code}\u2069"
    if check.outcome:
        return _("%(code)s, day %(day)s: %(outcome)s.") % {"code": code, "day": number(check.day), "outcome": check.get_outcome_display()}
    text = ngettext("%(code)s: %(count)s attempt in vain.", "%(code)s: %(count)s attempts in vain.", check.attempts)
    return text % {"code": code, "count": number(check.attempts)}
