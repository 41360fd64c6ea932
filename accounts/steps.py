"""One page for every step of every lifecycle: what follows, the reason where one is needed, then the deed."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.access import get_for
from core.forms import PortalForm, ReasonForm
from core.lifecycle import Transition, TransitionRefused, as_seen, available, lifecycle_of

Perform = Callable[..., Any]


def steps_for(obj: Any, user: Any) -> list[dict[str, Any]]:
    """The buttons of a detail page: {"transition", "address", "asks", "version", "leads"}.

    `asks` when a page comes before the deed; `leads` for the first that goes forward: it ends nothing and needs no reason.
    """
    steps = available(obj, user)
    forward = next((transition for transition in steps if not transition.is_final and not transition.needs_reason), None)
    return [
        {
            "transition": transition,
            "address": f"{obj.get_absolute_url()}steps/{transition.slug}/",
            "asks": transition.needs_reason or transition.is_final,
            "version": getattr(obj, "version", ""),
            "leads": transition is forward,
        }
        for transition in steps
    ]


def step_page(request: HttpRequest, queryset: Any, pk: int, slug: str, perform: Perform, special: dict[str, Perform] | None = None) -> HttpResponse:
    """Ask, then take one step of the lifecycle. `perform(obj, transition, by=, reason=)`; `special` has its own (obj, by=).

    404 for an object out of sight or a step that does not exist, 403 for a step that is not this person's.
    """
    obj = get_for(request.user, queryset, queryset.model.objects.all().view_action, pk)
    try:
        transition = lifecycle_of(obj)[slug]
    except StopIteration as error:
        raise Http404 from error
    if not transition.by_hand or transition.permission is None:
        raise Http404
    obj = get_for(request.user, queryset, transition.permission, pk)
    form = (ReasonForm if transition.needs_reason else PortalForm)(request.POST if request.method == "POST" else None)
    seen = request.POST.get("version") or request.GET.get("version") or ""
    if request.method == "POST" and form.is_valid():
        refusal = take(request, obj, transition, form.cleaned_data.get("reason", ""), perform, special or {}, seen)
        if refusal is None or not transition.needs_reason:
            return redirect(obj.get_absolute_url())
        return refused(request, queryset.get(pk=pk), transition, form, refusal)
    context = {"object": obj, "transition": transition, "form": form, "seen": seen or getattr(obj, "version", "")}
    return render(request, "components/step.html", context, status=400 if form.is_bound else 200)


def take(
    request: HttpRequest, obj: Any, transition: Transition, reason: str, perform: Perform, special: dict[str, Perform], seen: str
) -> TransitionRefused | None:
    """The refusal, or None once the step is taken. What is said goes into a message, except beside a reason that comes back."""
    try:
        as_seen(obj, seen)
        if transition.slug in special:
            special[transition.slug](obj, by=request.user)
        else:
            perform(obj, transition, by=request.user, reason=reason)
    except TransitionRefused as refusal:
        if not transition.needs_reason:
            messages.error(request, str(refusal))
        return refusal
    said = _("Done: %(step)s.") % {"step": transition.label}
    was_told = transition.needs_reason or transition.is_final  # the page that asked has said what follows
    messages.success(request, said if was_told or not transition.explanation else f"{said} {transition.explanation}")
    return None


def refused(request: HttpRequest, obj: Any, transition: Transition, form: PortalForm, refusal: TransitionRefused) -> HttpResponse:
    """The page again with the reason as it was typed, and the way to what is to be read; it goes on from the version kept now."""
    overtaken = refusal.code in {"changed", "overtaken", "wrong_status"}
    form.kept_at = obj.get_absolute_url() if overtaken else ""
    form.add_error(None, str(refusal))
    context = {"object": obj, "transition": transition, "form": form, "seen": getattr(obj, "version", "")}
    return render(request, "components/step.html", context, status=409 if overtaken else 400)
