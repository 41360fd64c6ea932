"""Reports figure by figure: disputed by the other side, corrected later by the ministry."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import get_for
from activities import actions
from activities.choices import ActivityStatus
from activities.figures import figures_of
from activities.forms import FiguresForm
from activities.lifecycle import ACTIVITY
from activities.models import Activity
from activities.views.activities import may, whole
from core.deeds import done
from core.formats import number
from core.lifecycle import TransitionRefused, check


def activity_dispute(request: HttpRequest, pk: int) -> HttpResponse:
    """The other side goes through the figures: agreed unless another number is typed."""
    activity = get_for(request.user, whole(Activity.objects.all()), "activity.counter_confirm", pk)
    try:
        check(activity, ACTIVITY["dispute"], by=request.user, reason="-")
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
        return redirect(activity)
    nothing = _("You agree with every figure: confirm the report instead.")
    form = FiguresForm(request.POST if request.method == "POST" else None, groups=figures_of(activity), nothing=nothing, initial={"version": activity.version})
    if request.method == "POST" and form.is_valid():
        said, version = form.others(), form.cleaned_data["version"]
        if done(form, lambda: actions.dispute_activity(activity, by=request.user, figures=said, version=version)):
            words = ngettext(
                "%(number)s figure is disputed. Its author has been asked to look again.",
                "%(number)s figures are disputed. Their author has been asked to look again.",
                len(said),
            )
            messages.success(request, words % {"number": number(len(said))})
            return redirect(activity)
    form.start_again()
    context = {
        "form": form, "activity": activity, "title": _("Check the figures one by one"), "button": _("Send what I dispute"),
        "opener": _("Another figure"), "may_confirm": may(activity, "counter_confirm", request.user),
    }  # fmt: skip
    return render(request, "activities/figures.html", context, status=400 if form.is_bound else 200)


def activity_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """The ministry mends validated figures, with a reason for each."""
    activity = get_for(request.user, whole(Activity.objects.all()), "activity.correct", pk)
    if activity.status != ActivityStatus.VALIDATED:
        messages.error(request, _("Only validated figures are corrected; before that the report itself is."))
        return redirect(activity)
    form = FiguresForm(
        request.POST if request.method == "POST" else None, groups=figures_of(activity), nothing=_("Nothing is corrected yet."),
        initial={"version": activity.version},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        if done(form, lambda: actions.correct_activity(activity, by=request.user, figures=form.others(), version=version)):
            messages.success(request, _("Corrected. Every total follows; both sides are told."))
            return redirect(activity)
    form.start_again()
    context = {
        "form": form, "activity": activity, "title": _("Correct validated figures"), "button": _("Correct"), "opener": _("Another figure"),
        "hint": _("The figures count already. What was there before, the reason and your name stay in the history, and both sides are told."),
    }  # fmt: skip
    return render(request, "activities/figures.html", context, status=400 if form.is_bound else 200)
