from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.access import get_for, require
from accounts.policy import can, institutions_of
from accounts.steps import step_page, steps_for
from activities import actions
from activities.choices import ActivityStatus, Part
from activities.filters import ActivityFilters
from activities.forms import OpinionForm, PhotosForm, SessionForm
from activities.lifecycle import ACTIVITY
from activities.models import Activity, Session
from activities.panels import panels_of, tabs_of, warnings_of
from activities.photos import SMALL, shrunk
from activities.querysets import with_figures, with_own_places
from activities.views.sections import activity_tabs
from core.deeds import done
from core.exporters import Column
from core.files import attachments_of
from core.lifecycle import TransitionRefused, check
from core.listing import list_page
from core.models import Attachment
from partnerships.querysets import with_parties

COLUMNS = (
    Column("partnership", gettext_lazy("Partnership"), 14), Column("kind", gettext_lazy("Kind"), 16), Column("name", gettext_lazy("Subject"), 30),
    Column("senders", gettext_lazy("Supporting institutions"), 40),
    Column("hosts", gettext_lazy("Benefiting institutions"), 40), Column("starts_on", gettext_lazy("First day"), 13), Column("ends_on", gettext_lazy("Last day"), 13),
    Column("specialties", gettext_lazy("Specialties"), 36), Column("status", gettext_lazy("Status"), 18), Column("consultations", gettext_lazy("Consultations"), 13),
    Column("operations", gettext_lazy("Operations"), 13), Column("transferred", gettext_lazy("Transferred"), 13), Column("trained", gettext_lazy("Trained"), 13),
)  # fmt: skip

SPECIAL_STEPS = {"counter_confirm": actions.counter_confirm_activity, "validate": actions.validate_activity}


def row(activity: Activity) -> list[object]:
    results = list(activity.results.all())
    trained = sum(head.count for head in activity.participants.all() if head.part == Part.TRAINED and head.is_counted)
    sides = [", ".join(str(place) for place in activity.of_side(*side)) for side in (("sender", "peer"), ("host",))]
    return [
        activity.partnership.code if activity.partnership else "", str(activity.get_kind_display()), activity.name, *sides, activity.starts_on, activity.ends_on,
        "، ".join(map(str, activity.specialties.all())), activity.status_label, sum(item.consultations for item in results),
        sum(item.operations_done for item in results), sum(item.transferred for item in results), trained,
    ]  # fmt: skip


def listed(rows):
    """What a row of the page reads."""
    return rows.select_related("partnership").prefetch_related(with_own_places(), "specialties")


def whole(rows):
    """Everything that one activity's page and rules read."""
    return rows.with_people().select_related("reported_by", "reported_for", "agreement__partnership", "created_by", "leader", "series").prefetch_related(
        with_parties("partnership__"),
        "results__site__institution", "results__specialty", "participants__institution",
        "sessions__site__institution", "sessions__specialty", "sessions__speaker", "disputes__by", "corrections__by", "sites__institution", "volumes__specialty",
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
        related=with_figures,
        shown=listed,
        name="activities",
        page="activities/activity_list.html",
        fragment="activities/_activity_list.html",
        extra={
            "tabs": activity_tabs(request.user, "activities"),
            "may_remind": can(request.user, "activity.remind"),
            "may_record": can(request.user, "activity.create"),
            "may_announce": can(request.user, "ministry_activity.create"),
        },
    )


def activity_detail(request: HttpRequest, pk: int) -> HttpResponse:
    activity = get_for(request.user, whole(Activity.objects.all()), "activity.view", pk)
    user = request.user
    context = {
        "activity": activity,
        "open_disputes": [dispute for dispute in activity.disputes.all() if not dispute.is_settled],
        "steps": steps_for(activity, user),
        "may_report": may(activity, "report", user),
        "may_dispute": may(activity, "dispute", user),
        "may_postpone": may(activity, "postpone", user),
        "may_confirm_part": activity.status == ActivityStatus.APPROVED and can(user, "activity.confirm", activity) and owes_confirmation(activity, user),
        "may_give_opinion": activity.status == ActivityStatus.SUBMITTED and can(user, "activity.give_opinion", activity),
        "waits_for": waits_for(activity),
        "tabs": tabs_of(activity, user),
        "panels": panels_of(activity, user),
        "warnings": warnings_of(activity, user),
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


def waits_for(activity: Activity) -> list[str]:
    """The institutions that have not said yet that they take part; nobody once the activity waits for something else."""
    if activity.status != ActivityStatus.APPROVED:
        return []
    return [str(party.institution) for party in activity.parties.all() if party.is_unconfirmed]


@require_POST
def activity_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """An institution says that it takes part."""
    activity = get_for(request.user, whole(Activity.objects.all()), "activity.confirm", pk)
    try:
        actions.confirm_participation(activity, by=request.user, seen=request.POST.get("version", ""))
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Confirmed: your institution takes part."))
    return redirect(activity)


def activity_opinion(request: HttpRequest, pk: int) -> HttpResponse:
    activity = get_for(request.user, whole(Activity.objects.all()), "activity.give_opinion", pk)
    form = OpinionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and done(form, lambda: actions.give_opinion(activity, by=request.user, **form.cleaned_data)):
        messages.success(request, _("Your opinion is recorded."))
        return redirect(activity)
    return render(request, "activities/opinion.html", {"form": form, "activity": activity}, status=400 if form.is_bound else 200)


def activity_step(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    return step_page(request, whole(Activity.objects.all()), pk, slug, actions.transition_activity, SPECIAL_STEPS)


# --- Sessions -----------------------------------------------------------------------------------------------------------


def session_new(request: HttpRequest, pk: int) -> HttpResponse:
    activity = get_for(request.user, whole(Activity.objects.all()), "activity.edit", pk)
    last = activity.sessions.order_by("-pk").first()
    initial = {"held_on": last.held_on if last else activity.starts_on, "site": last.site_id if last else None}
    return session_form(request, activity, None, initial)


def session_edit(request: HttpRequest, pk: int, session_pk: int) -> HttpResponse:
    activity = get_for(request.user, whole(Activity.objects.all()), "activity.edit", pk)
    session = get_object_or_404(activity.sessions.select_related("specialty"), pk=session_pk)
    names = ("kind", "held_on", "title", "starts_at", "ends_at", "site", "specialty", "speaker")
    return session_form(request, activity, session, {name: getattr(session, name) for name in names})


def session_form(request: HttpRequest, activity: Activity, session: Session | None, initial: dict[str, Any]) -> HttpResponse:
    form = SessionForm(request.POST if request.method == "POST" else None, activity=activity, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data

        def save() -> Session:
            if session is not None:
                return actions.edit_session(session, by=request.user, **given)
            return actions.add_session(activity, by=request.user, **given)

        if done(form, save):
            messages.success(request, _("The session is saved.") if session else _("The session is added."))
            return redirect(f"{activity.get_absolute_url()}sessions/new/" if "again" in request.POST else activity)
    context = {"form": form, "activity": activity, "session": session}
    return render(request, "activities/session.html", context, status=400 if form.is_bound else 200)


@require_POST
def session_drop(request: HttpRequest, pk: int, session_pk: int) -> HttpResponse:
    activity = get_for(request.user, whole(Activity.objects.all()), "activity.edit", pk)
    session = get_object_or_404(activity.sessions, pk=session_pk)
    actions.drop_session(session, by=request.user)
    messages.success(request, _("The session is taken off."))
    return redirect(activity)


# --- Photos -------------------------------------------------------------------------------------------------------------


def photos_of(activity: Activity) -> Any:
    return attachments_of(activity).filter(role=actions.PHOTO)


def photo_new(request: HttpRequest, pk: int) -> HttpResponse:
    activity = get_for(request.user, whole(Activity.objects.all()), "activity.report", pk)
    form = PhotosForm(request.POST if request.method == "POST" else None, request.FILES if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        kept = done(form, lambda: actions.add_photos(activity, by=request.user, uploads=form.cleaned_data["photos"]))
        if kept:
            messages.success(request, _("The photos are added."))
            return redirect(activity)
    return render(request, "activities/photos.html", {"form": form, "activity": activity}, status=400 if form.is_bound else 200)


def photo_small(request: HttpRequest, pk: int, photo_pk: int) -> HttpResponse:
    """A photo as small as a page shows it; a poor line carries a dozen."""
    activity = get_for(request.user, Activity.objects.with_people(), "activity.view", pk)
    photo = get_object_or_404(photos_of(activity), pk=photo_pk)
    try:
        with photo.file.open("rb") as file:
            small = shrunk(file.read(), SMALL)
    except OSError as error:
        raise Http404 from error
    response = HttpResponse(small, content_type="image/jpeg")
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
def photo_drop(request: HttpRequest, pk: int, photo_pk: int) -> HttpResponse:
    activity = get_for(request.user, whole(Activity.objects.all()), "activity.report", pk)
    photo: Attachment = get_object_or_404(photos_of(activity), pk=photo_pk)
    actions.drop_photo(activity, photo, by=request.user)
    messages.success(request, _("The photo is taken off."))
    return redirect(activity)
