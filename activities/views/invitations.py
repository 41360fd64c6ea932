from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.access import get_for, require
from accounts.policy import can, institutions_of
from activities.actions import invitations as actions
from activities.choices import PLANNED, InvitationStatus, Presence
from activities.forms.invitations import InviteForm, MinistryActivityForm, RegisterForm, SeatsForm
from activities.forms.people import QuickPersonForm
from activities.models import Activity, Invitation, Participant, Professional, Series
from activities.panels import tabs_of
from activities.views.people import FIELDS_OF, doubles_for, related, whole
from core.deeds import done
from core.formats import number, today
from core.lifecycle import TransitionRefused
from partnerships.models import Institution


def of_ministry(rows: Any) -> Any:
    return whole(rows.filter(partnership=None)).select_related("series")


def ministry_new(request: HttpRequest) -> HttpResponse:
    """A workshop or seminar of the ministry, on one day or on several."""
    require(request.user, "ministry_activity.create")
    form = MinistryActivityForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        made = done(form, lambda: actions.create_ministry_activities(by=request.user, **form.values()), {"hosts": "host"})
        if made:
            text = ngettext("Announced. Now invite institutions.", "%(count)s dates are announced. Now invite institutions.", len(made))
            messages.success(request, text % {"count": number(len(made))})
            return redirect(f"/series/{made[0].series_id}/" if len(made) > 1 else f"{made[0].get_absolute_url()}invitations/")
    return render(request, "activities/ministry_form.html", {"form": form}, status=400 if form.is_bound else 200)


def series_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The dates of a series that this person may see, and how many came."""
    series = get_object_or_404(Series, pk=pk)
    rows = list(whole(Activity.objects.visible_to(request.user).filter(series=series)).prefetch_related("participants").order_by("starts_on", "pk"))
    if not rows and not (series.partnership_id is None and can(request.user, "ministry_activity.create")):
        raise Http404
    lines = [{"activity": activity, **counts(activity)} for activity in rows]
    totals = {name: sum(line[name] for line in lines) for name in ("invited", "accepted", "seated", "present")}
    return render(request, "activities/series_detail.html", {"series": series, "lines": lines, "totals": totals})


def counts(activity: Activity) -> dict[str, int]:
    """Invitations and people of one date; reads what is loaded."""
    invitations, people = list(activity.invitations.all()), list(activity.participants.all())
    return {
        "invited": len(invitations),
        "accepted": sum(invitation.status == InvitationStatus.ACCEPTED for invitation in invitations),
        "seated": sum(person.count for person in people if person.presence in {Presence.REGISTERED, Presence.PRESENT}),
        "present": sum(person.count for person in people if person.is_counted),
    }


def invitation_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is invited and what they answered; for the invited, their answer and their people."""
    activity = get_for(request.user, of_ministry(Activity.objects.all()), "activity.view", pk)
    user = request.user
    rows = list(
        Invitation.objects.visible_to(user)
        .filter(activity=activity)
        .select_related("institution__region", "answered_by")
        .order_by("institution__sort_key", "pk")
    )
    people: dict[int, list[Participant]] = {}
    for person in activity.participants.named().select_related("professional").order_by("pk"):
        people.setdefault(person.institution_id or 0, []).append(person)
    lines = [line(user, activity, invitation, people.get(invitation.institution_id, [])) for invitation in rows]
    mine = institutions_of(user)
    context = {
        "activity": activity,
        "tabs": tabs_of(activity, user, "invitations"),
        "mine": [item for item in lines if item["invitation"].institution_id in mine],
        "others": [item for item in lines if item["invitation"].institution_id not in mine],
        "may_invite": can(user, "ministry_activity.create", activity) and activity.status in PLANNED and activity.ends_on >= today(),
        "seated": sum(item["seated"] for item in lines),
        "waiting": sum(item["waiting"] for item in lines),
        "accepted": sum(item["invitation"].status == InvitationStatus.ACCEPTED for item in lines),
    }
    return render(request, "activities/invitation_list.html", context)


def line(user: Any, activity: Activity, invitation: Invitation, people: list[Participant]) -> dict[str, Any]:
    """One invitation with its people; what this person can do with it now."""
    invitation.activity = activity
    is_open = activity.status in PLANNED and activity.ends_on >= today()
    return {
        "invitation": invitation,
        "people": people,
        "seated": sum(person.presence in {Presence.REGISTERED, Presence.PRESENT} for person in people),
        "waiting": sum(person.presence == Presence.WAITING for person in people),
        "may_answer": is_open and activity.starts_on > today() and can(user, "activity.answer_invitation", invitation),
        "may_register": is_open and invitation.status == InvitationStatus.ACCEPTED and can(user, "participant.keep", invitation),
        "may_set_seats": is_open and can(user, "ministry_activity.create", invitation),
    }


def invite(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose whom to invite; who is meant is shown before anybody is told."""
    activity = get_for(request.user, of_ministry(Activity.objects.all()), "ministry_activity.create", pk)
    form = InviteForm(request.POST if request.method == "POST" else None, activity=activity)
    chosen: list[Institution] | None = None
    if form.is_bound and form.is_valid():
        chosen = list(form.chosen())
        if request.POST.get("stage") == "send":
            made = done(form, lambda: (actions.invite(activity, chosen, by=request.user, seats=form.cleaned_data["seats"]),))
            if made:
                count = len(made[0])
                messages.success(
                    request, ngettext("%(count)s institution is invited.", "%(count)s institutions are invited.", count) % {"count": number(count)}
                )
                return redirect(f"{activity.get_absolute_url()}invitations/")
    is_wrong = form.is_bound and bool(form.errors)
    return render(request, "activities/invitation_form.html", {"activity": activity, "form": form, "chosen": chosen}, status=400 if is_wrong else 200)


def one(request: HttpRequest, pk: int, action: str) -> Invitation:
    rows = Invitation.objects.select_related("institution", "activity").prefetch_related("activity__parties__institution", "activity__invitations")
    return get_for(request.user, rows, action, pk)


@require_POST
def invitation_answer(request: HttpRequest, pk: int) -> HttpResponse:
    invitation = one(request, pk, "activity.answer_invitation")
    try:
        actions.answer_invitation(invitation, request.POST.get("answer", ""), by=request.user)
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
    else:
        is_yes = invitation.status == InvitationStatus.ACCEPTED
        messages.success(request, _("Accepted. Now register your people.") if is_yes else _("Declined. The ministry sees it at once."))
    return redirect(invitation)


def invitation_seats(request: HttpRequest, pk: int) -> HttpResponse:
    invitation = one(request, pk, "ministry_activity.create")
    form = SeatsForm(request.POST if request.method == "POST" else None, initial={"seats": invitation.seats})
    if form.is_bound and form.is_valid() and done(form, lambda: actions.set_seats(invitation, form.cleaned_data["seats"], by=request.user)):
        messages.success(request, _("Saved."))
        return redirect(invitation)
    context = {
        "form": form, "title": _("Seats kept"), "back": invitation.get_absolute_url(), "crumb": invitation.activity.title, "button": _("Save"),
        "text": str(invitation.institution),
    }  # fmt: skip
    return render(request, "activities/participant_form.html", context, status=400 if form.is_bound else 200)


def register(request: HttpRequest, pk: int) -> HttpResponse:
    """Register somebody of the invited institution: from its roster, or entered here."""
    invitation = one(request, pk, "participant.keep")
    activity, place = invitation.activity, invitation.institution
    people = related(Professional.objects.listed().filter(institution=place, left_on=None).exclude(participations__activity=activity)).order_by("name", "pk")
    quick = request.POST.get("stage") == "quick"
    form = RegisterForm(request.POST if request.method == "POST" and not quick else None, people=people)
    new = QuickPersonForm(request.POST if quick else None, prefix="new", institutions=Institution.objects.filter(pk=place.pk), with_role=False)
    doubles: list[Professional] = []
    made: Participant | None = None
    if form.is_bound and form.is_valid():
        made = done(form, lambda: actions.register_person(invitation, form.cleaned_data["professional"], by=request.user), FIELDS_OF)
    if quick and new.is_valid():
        values = new.person()
        doubles = doubles_for(request.user, **{name: values[name] for name in ("name", "latin_name", "institution")})
        if doubles and not new.cleaned_data["is_new"]:
            new.add_error("is_new", _("The roster has people of this name: look at them, and say when it is none of them."))
        else:
            made = done(new, lambda: actions.enter_and_register(invitation, by=request.user, **values), FIELDS_OF)
    if made:
        seated = made.presence == Presence.REGISTERED
        messages.success(request, _("Registered: a seat is kept.") if seated else _("On the waiting list: whoever waits moves up when a seat becomes free."))
        return redirect(invitation)
    bound = form.is_bound or new.is_bound
    context = {
        "invitation": invitation, "activity": activity, "form": form, "new": new, "doubles": doubles, "has_people": people.exists(),
        "problems": [*form.problems(), *new.problems()] if bound else [],
    }  # fmt: skip
    return render(request, "activities/invitation_register.html", context, status=400 if bound else 200)


@require_POST
def withdraw(request: HttpRequest, pk: int, person_pk: int) -> HttpResponse:
    invitation = one(request, pk, "participant.keep")
    person = get_object_or_404(
        Participant.objects.named().select_related("activity"), pk=person_pk, activity=invitation.activity, institution=invitation.institution
    )
    try:
        actions.withdraw_registration(invitation, person, by=request.user)
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The registration is withdrawn."))
    return redirect(invitation)
