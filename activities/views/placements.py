from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import get_for
from accounts.policy import can
from activities.actions import placements as actions
from activities.forms.placements import AssessmentForm, LogForm, PlacementForm
from activities.models import Activity, Placement
from activities.papers.assessment import LANGUAGES, issued_assessment
from activities.views.activities import whole as whole_activity
from core.deeds import done, kept
from core.files import download
from core.formats import today
from core.history import trail
from core.lifecycle import TransitionRefused

NAMES = ("trainee", "from_department", "to_department", "supervisor")


def one(request: HttpRequest, pk: int, action: str) -> Placement:
    return get_for(request.user, actions.whole(Placement.objects.all()), action, pk)


def answer(request: HttpRequest, form: Any, activity: Activity, title: str, button: str, **more: Any) -> HttpResponse:
    context = {"form": form, "activity": activity, "title": title, "button": button, **more}
    return render(request, "activities/placement_form.html", context, status=400 if form.is_bound else 200)


def save(request: HttpRequest, activity: Activity, placement: Placement | None, title: str) -> HttpResponse:
    starts = {name: getattr(placement, f"{name}_id") for name in NAMES} if placement else {}
    starts |= {"objectives": "\n".join(item.text for item in placement.objectives.all()), "version": placement.version} if placement else {}
    form = PlacementForm(request.POST or None, activity=activity, initial=starts)
    if request.method == "POST" and form.is_valid():
        saved = done(form, lambda: actions.save_placement(activity, placement, by=request.user, **form.cleaned_data))
        if saved:
            messages.success(request, _("The placement is saved."))
            return redirect(saved)
    back = placement.get_absolute_url() if placement else activity.get_absolute_url()
    return answer(request, form, activity, title, _("Save"), differences=kept(form), back=back)


def placement_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Plan a placement inside an activity: who learns what, where and from whom."""
    activity = get_for(request.user, whole_activity(Activity.objects.all()), "placement.keep", pk)
    if not activity.kind_of.has_placements:
        raise Http404
    return save(request, activity, None, _("New placement"))


def placement_edit(request: HttpRequest, pk: int) -> HttpResponse:
    placement = one(request, pk, "placement.keep")
    return save(request, placement.activity, placement, _("Change the placement"))


def placement_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One trainee: what is to be learnt, the log, the assessment."""
    placement, user = one(request, pk, "placement.view"), request.user
    return render(request, "activities/placement_detail.html", shown(placement, user, LogForm(initial={"done_on": min(today(), placement.activity.ends_on)})))


def shown(placement: Placement, user: Any, form: LogForm) -> dict[str, Any]:
    may_keep = can(user, "placement.keep", placement)
    is_over = placement.activity.ends_on <= today()
    return {
        "placement": placement,
        "activity": placement.activity,
        "may_edit": may_keep and placement.assessed_at is None,
        "may_log": may_keep and placement.activity.starts_on <= today(),
        "may_assess": is_over and actions.may_assess(placement, user),
        "form": form,
        "paper_languages": LANGUAGES,
        "history": trail(placement)[:30],
    }


@require_POST
def placement_log(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a line of the log."""
    placement = one(request, pk, "placement.keep")
    form = LogForm(request.POST)
    if form.is_valid() and done(form, lambda: actions.write_log(placement, by=request.user, **form.cleaned_data)):
        messages.success(request, _("The line is written."))
        return redirect(placement)
    return render(request, "activities/placement_detail.html", shown(placement, request.user, form), status=400)


def placement_assess(request: HttpRequest, pk: int) -> HttpResponse:
    """Assess a placement that is over; for the side that received the trainee."""
    placement = one(request, pk, "placement.assess")
    if not actions.may_assess(placement, request.user):
        raise PermissionDenied(_("A placement is assessed by the side that received the trainee."))
    form = AssessmentForm(
        request.POST or None, placement=placement, initial={"result": placement.result, "remark": placement.remark, "version": placement.version}
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        values = {"marks": form.marks(), "result": given["result"], "remark": given["remark"], "version": given["version"]}
        if done(form, lambda: actions.assess_placement(placement, by=request.user, **values)):
            messages.success(request, _("The placement is assessed. The trainee’s side has been told."))
            return redirect(placement)
    return render(
        request,
        "activities/placement_assess.html",
        {"form": form, "placement": placement, "activity": placement.activity, "differences": kept(form)},
        status=400 if form.is_bound else 200,
    )


def placement_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The assessment as PDF, issued once in each language."""
    placement = one(request, pk, "placement.view")
    language = request.GET.get("language", "")
    try:
        seal = issued_assessment(placement, language if language in LANGUAGES else LANGUAGES[0], by=request.user)
    except TransitionRefused as error:
        raise Http404 from error
    return download(seal.file.open("rb"), f"assessment-{seal.code[:6]}-{seal.language}.pdf", "application/pdf")
