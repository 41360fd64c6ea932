from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.access import get_for, require
from accounts.policy import can, may_act_for, scope_for
from activities.actions import people as actions
from activities.actions.certificates import LABEL as CERTIFIED
from activities.choices import Part, Presence
from activities.forms.people import (
    AddParticipantForm,
    EraseForm,
    HeadCountForm,
    ParticipantForm,
    PresenceForm,
    ProfessionalForm,
    QuickPersonForm,
    ScoresForm,
    language_choices,
    may_keep_at,
)
from activities.models import Activity, Participant, Professional
from activities.panels import tabs_of
from activities.people_filters import ProfessionalFilters
from activities.views.sections import activity_tabs
from core.deeds import done, kept
from core.exporters import EXPORTS, Column
from core.formats import today
from core.history import trail
from core.lifecycle import TransitionRefused
from core.listing import list_page, search
from core.models import Seal
from core.text import clean
from partnerships.models import Institution
from partnerships.querysets import with_parties

COLUMNS = (
    Column("name", gettext_lazy("Name"), 30), Column("latin_name", gettext_lazy("Name in Latin letters"), 30), Column("institution", gettext_lazy("Institution"), 40),
    Column("code", gettext_lazy("Code"), 18), Column("profession", gettext_lazy("Profession"), 28), Column("specialty", gettext_lazy("Specialty"), 26),
    Column("rank", gettext_lazy("Rank"), 22), Column("languages", gettext_lazy("Languages"), 22), Column("left_on", gettext_lazy("Left the post on"), 14),
    Column("email", gettext_lazy("E-mail"), 28), Column("phone", gettext_lazy("Telephone"), 18),
)  # fmt: skip
LIST_COLUMNS = (
    Column("name", gettext_lazy("Name"), 30), Column("institution", gettext_lazy("Institution"), 40), Column("profession", gettext_lazy("Profession"), 28),
    Column("role", gettext_lazy("Role"), 18), Column("presence", gettext_lazy("Presence"), 18), Column("days", gettext_lazy("Days present"), 10),
    Column("before", gettext_lazy("Test before"), 10), Column("after", gettext_lazy("Test after"), 10),
)  # fmt: skip
MOST_FOUND = 12  # people of the roster offered at once
FIELDS_OF = {"already_there": "professional", "outsider": "professional", "erased": "professional", "too_many_days": "days", "other_institution": "institution"}


def related(rows: Any) -> Any:
    return rows.select_related("institution__region", "institution__country", "profession", "specialty")


# --- The roster -----------------------------------------------------------------------------------------------------


def professional_list(request: HttpRequest) -> HttpResponse:
    """The roster: the own institutions and those they are twinned with."""
    require(request.user, "professional.view")
    keeps, spoken = scope_for(request.user, "professional.keep"), dict(language_choices())

    def row(person: Professional) -> list[object]:
        """Ways to reach somebody are for those who keep that roster; a file goes further than a page."""
        may_reach = keeps.everything or person.institution_id in keeps.institutions
        return [
            person.name, person.latin_name, person.institution.name, person.institution.code, person.profession.name,
            person.specialty.name if person.specialty else "", person.rank, ", ".join(spoken.get(code, code) for code in person.languages), person.left_on,
            person.email if may_reach else "", person.phone if may_reach else "",
        ]  # fmt: skip

    return list_page(
        request,
        queryset=Professional.objects.visible_to(request.user).listed(),
        filters=ProfessionalFilters,
        sorts={
            "name": ["name"],
            "institution": ["institution__sort_key", "name"],
            "specialty": ["specialty__code", "name"],
            "profession": ["profession__code", "name"],
        },
        default_sort="name",
        columns=COLUMNS,
        row=row,
        related=related,
        name="professionals",
        page="activities/professional_list.html",
        fragment="activities/_professional_list.html",
        extra={"tabs": activity_tabs(request.user, "professionals"), "may_keep": can(request.user, "professional.keep")},
    )


def professional_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody of the roster: what they took part in, their certificates, their days."""
    person = get_for(request.user, related(Professional.objects.all()), "professional.view", pk)
    user = request.user
    rows = list(
        person.participations.filter(activity__in=Activity.objects.visible_to(user).values("pk"))
        .select_related("activity", "institution")
        .prefetch_related("activity__parties")
        .order_by("-activity__starts_on", "-pk")
    )
    spoken = dict(language_choices())
    seals = Seal.objects.filter(object_type=CERTIFIED, object_id__in=[row.pk for row in rows]).order_by("-pk")
    there = [row for row in rows if row.is_counted]
    context = {
        "person": person,
        "rows": rows,
        "days": {row.pk: actions.days_of(row) for row in rows},
        "certificates": certificates_by_person(seals),
        "may_fetch": {row.pk for row in rows if may_fetch(user, row.activity, row)},
        "speaks": [spoken.get(code, code) for code in person.languages],
        "day_total": sum(actions.days_of(row) for row in there),
        "present_total": len(there),
        "may_keep": can(user, "professional.keep", person) and not person.erased_at,
        "may_hand_out": (can(user, "professional.keep", person) or can(user, "professional.erase", person)) and not person.erased_at,
        "may_erase": can(user, "professional.erase", person) and not person.erased_at,
        "history": trail(person)[:20],
    }
    return render(request, "activities/professional_detail.html", context)


def may_fetch(user: Any, activity: Activity, person: Participant) -> bool:
    """Whether `user` may hand out the certificates of `person`: the coordinators and directors of the activity, and those of the person's own institution."""
    if can(user, "certificate.issue", activity):
        return True
    return person.institution_id is not None and may_act_for(user, "certificate.issue", person.institution_id)


def certificates_by_person(seals: Any) -> dict[int, dict[str, Seal]]:
    """{key of the participant: {language: its newest certificate}}; `seals` come newest first."""
    found: dict[int, dict[str, Seal]] = {}
    for seal in seals:
        found.setdefault(seal.object_id, {}).setdefault(seal.language, seal)
    return found


def doubles_for(user: Any, **asked: Any) -> list[Professional]:
    """Those of the possible doubles that this person may see."""
    found = actions.possible_doubles(**asked)
    seen = set(Professional.objects.visible_to(user).filter(pk__in=[person.pk for person in found]).values_list("pk", flat=True))
    return [person for person in found if person.pk in seen]


def professional_new(request: HttpRequest) -> HttpResponse:
    """Enter somebody; those who go by the same name are shown first."""
    require(request.user, "professional.keep")
    form = ProfessionalForm(request.POST if request.method == "POST" else None, user=request.user)
    doubles: list[Professional] = []
    if form.is_bound and form.is_valid():
        values = form.values()
        doubles = doubles_for(request.user, **{name: values[name] for name in ("name", "latin_name", "institution")})
        if doubles and not form.cleaned_data["is_new"]:
            form.add_error("is_new", _("The roster has people of this name: look at them, and say when it is none of them."))
        elif person := done(form, lambda: actions.create_professional(by=request.user, **values), FIELDS_OF):
            messages.success(request, _("The person is in the roster."))
            return redirect(person)
    context = {"form": form, "doubles": doubles, "title": _("New professional"), "back": "/professionals/", "crumb": _("Professionals")}
    return render(request, "activities/professional_form.html", context, status=400 if form.is_bound else 200)


def professional_edit(request: HttpRequest, pk: int) -> HttpResponse:
    person = get_for(request.user, related(Professional.objects.listed()), "professional.keep", pk)
    form = ProfessionalForm(request.POST if request.method == "POST" else None, user=request.user, professional=person)
    if form.is_bound and form.is_valid():
        fields = {**FIELDS_OF, "left_in_future": "left_on"}
        deed = lambda: actions.edit_professional(person, form.values(), by=request.user, version=form.cleaned_data["version"])  # noqa: E731
        if done(form, deed, fields):
            messages.success(request, _("Saved."))
            return redirect(person)
    differences = kept(form)
    context = {
        "form": form, "differences": differences, "title": _("Edit the entry"), "back": person.get_absolute_url(), "crumb": str(person), "person": person,
    }  # fmt: skip
    return render(request, "activities/professional_form.html", context, status=409 if differences else 400 if form.is_bound else 200)


@require_POST
def professional_data(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that is kept about one person, for handing it to them: JSON, or a table with `format=csv`."""
    person = get_for(request.user, related(Professional.objects.listed()).select_related("user"), "professional.view", pk)
    try:
        data = actions.data_of(person, by=request.user)
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
        return redirect(person)
    if request.POST.get("format") == "csv":
        columns = (Column("what", _("What"), 30), Column("value", _("What is kept"), 60))
        return EXPORTS["csv"](f"professional-{pk}", columns, flat(data))
    answer = JsonResponse(data, json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer["Content-Disposition"] = f'attachment; filename="professional-{pk}.json"'
    return answer


def flat(data: dict[str, Any], before: str = "") -> list[list[Any]]:
    """Nested data as lines of (path, value)."""
    lines: list[list[Any]] = []
    for name, value in data.items():
        path = f"{before}{name}"
        if isinstance(value, list):
            for place, item in enumerate(value, 1):
                lines += flat(item, f"{path}.{place}.") if isinstance(item, dict) else [[f"{path}.{place}", item]]
        else:
            lines.append([path, "" if value is None else value])
    return lines


def professional_erase(request: HttpRequest, pk: int) -> HttpResponse:
    person = get_for(request.user, related(Professional.objects.all()), "professional.erase", pk)
    form = EraseForm(request.POST if request.method == "POST" else None, professional=person)
    if form.is_bound and form.is_valid() and done(form, lambda: actions.erase_professional(person, by=request.user, reason=form.cleaned_data["reason"])):
        messages.success(request, _("The personal data are erased; counts and days stay."))
        return redirect(person)
    context = {
        "form": form, "title": _("Erase the personal data"), "back": person.get_absolute_url(), "crumb": str(person), "button": _("Erase for good"), "is_final": True,
        "text": _("Name, contacts, rank, languages, test scores, files of certificates and of visits go for good. Counts and days stay without a name. It cannot be undone."),
    }  # fmt: skip
    return render(request, "activities/participant_form.html", context, status=400 if form.is_bound else 200)


# --- Participants ---------------------------------------------------------------------------------------------------


def whole(rows: Any) -> Any:
    """Everything that the pages about people read of an activity."""
    return rows.with_people().prefetch_related(with_parties("partnership__"), "invitations__institution", "sites__institution")


def named_people(activity: Activity) -> list[Participant]:
    """The list of an activity: the leader first, then the team, then those who learn."""
    rows = activity.participants.named().select_related("professional__specialty", "profession", "institution", "activity")
    order = {"leader": 0, "trainer": 1, "speaker": 2, "member": 3}
    return sorted(rows, key=lambda row: (order.get(row.role, 4), row.presence == Presence.WAITING, row.pk))


def readable(user: Any, activity: Activity, people: list[Participant]) -> set[int]:
    """The keys of the professionals whose names this person reads: all for whoever keeps the activity, else those of the own roster and the twins'."""
    keys = {person.professional_id for person in people}
    if can(user, "participant.keep", activity):
        return keys
    return set(Professional.objects.visible_to(user).filter(pk__in=keys).values_list("pk", flat=True))


def may_change(user: Any, activity: Activity, *, mending: bool = False) -> bool:
    try:
        actions.may_keep(user, activity, mending=mending)
    except TransitionRefused:
        return False
    return True


def turned_away(request: HttpRequest, activity: Activity, *, mending: bool = False) -> HttpResponse | None:
    """The way back to the list with the reason, for whoever may not change who takes part now: before a form is filled in vain."""
    try:
        actions.may_keep(request.user, activity, mending=mending)
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
        return redirect(f"{activity.get_absolute_url()}participants/")
    return None


def participant_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Who takes part, by name as far as the reader may know them, and the head-counts."""
    activity = get_for(request.user, whole(Activity.objects.all()), "activity.view", pk)
    user = request.user
    people = named_people(activity)
    seen = readable(user, activity, people)
    shown = [person for person in people if person.professional_id in seen]
    if export := EXPORTS.get(request.GET.get("export", "")):
        return export("participants", LIST_COLUMNS, (list_row(person) for person in shown))
    heads = list(activity.participants.head_counts().select_related("institution").order_by("part", "pk"))
    counted = [row for row in (*people, *heads) if row.is_counted]
    context = {
        "activity": activity,
        "tabs": tabs_of(activity, user, "people"),
        "people": shown,
        "days": {person.pk: actions.days_of(person) for person in shown},
        "hidden_count": len(people) - len(shown),
        "heads": heads,
        "gain": actions.gain_of(people),
        "trained": sum(row.count for row in counted if row.part == Part.TRAINED),
        "team": sum(row.count for row in counted if row.part == Part.TEAM),
        "expected": sum(row.presence == Presence.REGISTERED for row in people),
        "waiting": sum(row.presence == Presence.WAITING for row in people),
        "query": "",
        **buttons(user, activity, people),
    }
    return render(request, "activities/participant_list.html", context)


def buttons(user: Any, activity: Activity, people: list[Participant]) -> dict[str, bool]:
    """What this person can do with the list now."""
    has_begun = activity.starts_on <= today()
    may_add = may_change(user, activity)
    return {
        "may_add": may_add,
        "may_mark": bool(people) and has_begun and may_change(user, activity, mending=True),
        "may_score": bool(people) and may_change(user, activity, mending=True),
        "may_count": may_add and has_begun and activity.reported_at is None,
    }


def list_row(person: Participant) -> list[Any]:
    return [
        str(person), person.institution.name if person.institution else "", person.profession.name if person.profession else "", person.get_role_display(),
        person.get_presence_display(), actions.days_of(person), actions.as_number(person.pre_score), actions.as_number(person.post_score),
    ]  # fmt: skip


def candidates(user: Any, activity: Activity, words: str) -> Any:
    """The people of the roster who could be added: of the institutions that take part, in post, not on the list yet."""
    rows = Professional.objects.visible_to(user).listed().filter(institution__in=actions.taking_part(activity), left_on=None)
    rows = related(rows.exclude(participations__activity=activity)).order_by("name", "pk")
    return search(rows, "search_text", words)


def places_to_enter(user: Any, activity: Activity) -> Any:
    """Where a new person may be entered from here: institutions that take part and whose roster this person keeps."""
    return may_keep_at(user).filter(pk__in=actions.taking_part(activity))


def participant_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Put somebody of the roster on the list, or enter a new person and put them on it in one go."""
    activity = get_for(request.user, whole(Activity.objects.all()), "participant.keep", pk)
    if request.method != "POST" and (back := turned_away(request, activity)):
        return back
    words = clean(request.GET.get("q", ""))[:100]
    rows = candidates(request.user, activity, words)
    found = list(rows[:MOST_FOUND])
    quick = request.POST.get("stage") == "quick"
    form = AddParticipantForm(request.POST if request.method == "POST" and not quick else None, people=candidates(request.user, activity, ""))
    new = QuickPersonForm(request.POST if quick else None, prefix="new", institutions=places_to_enter(request.user, activity))
    doubles: list[Professional] = []
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        deed = lambda: actions.add_participant(activity, given["professional"], by=request.user, role=given["role"], days=given["days"])  # noqa: E731
        if done(form, deed, FIELDS_OF):
            messages.success(request, _("Added: %(person)s.") % {"person": given["professional"]})
            return redirect(request.get_full_path() if request.POST.get("again") else f"{activity.get_absolute_url()}participants/")
    if quick and new.is_valid():
        person, doubles = enter_quickly(request, activity, new)
        if person:
            messages.success(request, _("Added: %(person)s.") % {"person": person})
            return redirect(f"{activity.get_absolute_url()}participants/")
    bound = form.is_bound or new.is_bound
    context = {
        "activity": activity, "form": form, "new": new, "doubles": doubles, "q": words, "found": found, "has_more": len(found) == MOST_FOUND,
        "places": actions.taking_part(activity), "problems": [*form.problems(), *new.problems()] if bound else [],
    }  # fmt: skip
    return render(request, "activities/participant_add.html", context, status=400 if bound else 200)


def enter_quickly(request: HttpRequest, activity: Activity, new: QuickPersonForm) -> tuple[Any, list[Professional]]:
    """The new person on the list; or nobody, and those it could be."""
    values = new.person()
    doubles = doubles_for(request.user, **{name: values[name] for name in ("name", "latin_name", "institution")})
    if doubles and not new.cleaned_data["is_new"]:
        new.add_error("is_new", _("The roster has people of this name: look at them, and say when it is none of them."))
        return None, doubles

    def deed() -> Any:
        return actions.enter_and_add(activity, by=request.user, role=new.cleaned_data["role"], **values)

    return done(new, deed, FIELDS_OF), doubles


def of_activity(request: HttpRequest, pk: int, action: str = "participant.keep") -> Participant:
    """One named row of an activity, for somebody who may do `action` to that activity."""
    person = get_object_or_404(Participant.objects.named().filter(activity__in=Activity.objects.visible_to(request.user)), pk=pk)
    person.activity = get_for(request.user, whole(Activity.objects.all()), action, person.activity_id)
    return person


def participant_edit(request: HttpRequest, pk: int) -> HttpResponse:
    person = of_activity(request, pk)
    asks_reason = person.activity.status in actions.CLOSED
    form = ParticipantForm(request.POST if request.method == "POST" else None, person=person, asks_reason=asks_reason)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        deed = lambda: actions.edit_participant(person, by=request.user, role=given["role"], days=given["days"], reason=given.get("reason", ""))  # noqa: E731
        if done(form, deed, {"too_many_days": "days", "reason_missing": "reason"}):
            messages.success(request, _("Saved."))
            return redirect(f"{person.activity.get_absolute_url()}participants/")
    context = {
        "form": form, "title": str(person), "back": f"{person.activity.get_absolute_url()}participants/", "crumb": person.activity.title, "button": _("Save"),
        "drop": f"/participants/{person.pk}/drop/" if may_change(request.user, person.activity) else "",
    }  # fmt: skip
    return render(request, "activities/participant_form.html", context, status=400 if form.is_bound else 200)


@require_POST
def participant_drop(request: HttpRequest, pk: int) -> HttpResponse:
    person = of_activity(request, pk)
    name = str(person)
    try:
        actions.drop_participant(person, by=request.user)
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Taken off the list: %(person)s.") % {"person": name})
    return redirect(f"{person.activity.get_absolute_url()}participants/")


def presence(request: HttpRequest, pk: int) -> HttpResponse:
    """Who was there: one row of large choices for each person, for a telephone at the door."""
    activity = get_for(request.user, whole(Activity.objects.all()), "participant.keep", pk)
    if back := turned_away(request, activity, mending=True):
        return back
    people = named_people(activity)
    asks_reason = activity.status in actions.CLOSED
    given = request.POST.copy() if request.method == "POST" else None
    if given is not None and given.get("stage") == "all":
        given.update({f"p{person.pk}": Presence.PRESENT for person in people if person.presence == Presence.REGISTERED and not given.get(f"p{person.pk}")})
    form = PresenceForm(given, people=people, asks_reason=asks_reason)
    if form.is_bound and form.is_valid():
        reason = form.cleaned_data.get("reason", "")
        changed = done(form, lambda: (actions.mark_presence(activity, form.marks(), by=request.user, reason=reason),), {"reason_missing": "reason"})
        if changed:
            messages.success(request, _("Presence is recorded."))
            return redirect(f"{activity.get_absolute_url()}participants/")
    context = {"activity": activity, "form": form, "asks_reason": asks_reason, "has_begun": activity.starts_on <= today()}
    return render(request, "activities/participants_presence.html", context, status=400 if form.is_bound else 200)


def scores(request: HttpRequest, pk: int) -> HttpResponse:
    """Test scores before and after, for everybody at once."""
    activity = get_for(request.user, whole(Activity.objects.all()), "participant.keep", pk)
    people = [person for person in named_people(activity) if person.part == Part.TRAINED and person.presence != Presence.WAITING]
    form = ScoresForm(request.POST if request.method == "POST" else None, people=people)
    if form.is_bound and form.is_valid() and done(form, lambda: (actions.record_scores(activity, form.scores(), by=request.user),)):
        messages.success(request, _("The scores are recorded."))
        return redirect(f"{activity.get_absolute_url()}participants/")
    return render(request, "activities/participants_scores.html", {"activity": activity, "form": form}, status=400 if form.is_bound else 200)


def head_counts(request: HttpRequest, pk: int) -> HttpResponse:
    """How many came without being named."""
    activity = get_for(request.user, whole(Activity.objects.all()), "participant.keep", pk)
    places = Institution.objects.filter(pk__in=actions.taking_part(activity)).order_by("sort_key", "pk")
    form = HeadCountForm(request.POST if request.method == "POST" else None, institutions=places)
    if form.is_bound and form.is_valid() and done(form, lambda: (actions.count_heads(activity, by=request.user, **form.cleaned_data),)):
        messages.success(request, _("The head-count is written down."))
        return redirect(f"{activity.get_absolute_url()}participants/")
    context = {
        "form": form, "title": _("People without names"), "back": f"{activity.get_absolute_url()}participants/", "crumb": activity.title, "button": _("Save"),
        "text": _("Only those who are not on the list of names: everybody is counted once. Nought takes a line away."),
    }  # fmt: skip
    return render(request, "activities/participant_form.html", context, status=400 if form.is_bound else 200)
