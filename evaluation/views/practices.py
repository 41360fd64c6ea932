from collections import Counter
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import get_for, require
from accounts.policy import can, institutions_of, scope_for
from accounts.steps import step_page, steps_for
from core.deeds import done, kept
from core.exporters import Column
from core.formats import language
from core.history import trail
from core.listing import list_page
from evaluation import actions
from evaluation.choices import AdoptionState, EvaluationStatus, PracticeStatus
from evaluation.filters import PracticeFilters
from evaluation.forms import AdoptionForm, PracticeForm
from evaluation.models import Adoption, Evaluation, GoodPractice
from evaluation.views.evaluations import form_page
from evaluation.views.sections import tabs
from partnerships.models import Institution, Partnership
from partnerships.querysets import with_parties

COLUMNS = (
    Column("title", gettext_lazy("Title"), 50), Column("specialty", gettext_lazy("Specialty"), 26), Column("status", gettext_lazy("Status"), 16),
    Column("adoptions", gettext_lazy("Institutions that took it up"), 16), Column("in_use", gettext_lazy("In use"), 12),
    Column("problem", gettext_lazy("The problem"), 50), Column("solution", gettext_lazy("What was done"), 50), Column("outcome", gettext_lazy("What came of it"), 50),
)  # fmt: skip
NAMES = ("title", "specialty", "problem", "solution", "outcome", "conditions", "language")


def counted(rows: Any) -> Any:
    """With how many institutions took each up, and in how many it is in use."""
    return rows.select_related("specialty", "partnership").annotate(
        adopted=Count("adoptions", filter=~Q(adoptions__state=AdoptionState.STOPPED)), used=Count("adoptions", filter=Q(adoptions__state=AdoptionState.IN_USE))
    )


def row(practice: Any) -> list[object]:
    return [
        practice.title, practice.specialty.name if practice.specialty else "", str(practice.get_status_display()), practice.adopted, practice.used,
        practice.problem, practice.solution, practice.outcome,
    ]  # fmt: skip


def practice_list(request: HttpRequest) -> HttpResponse:
    """What worked somewhere and was validated; open to everybody with a role."""
    require(request.user, "practice.view")
    return list_page(
        request,
        queryset=GoodPractice.objects.visible_to(request.user),
        filters=PracticeFilters,
        sorts={"newest": ["pk"], "title": ["title"]},
        default_sort="-newest",
        columns=COLUMNS,
        row=row,
        related=counted,
        name="practices",
        page="evaluation/practice_list.html",
        fragment="evaluation/_practice_list.html",
        extra={"tabs": tabs(request.user, "practices"), "may_describe": can(request.user, "practice.describe")},
    )


def practice_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A practice, where it comes from as far as the reader may know, and who took it up."""
    user = request.user
    rows = GoodPractice.objects.select_related("specialty", "partnership", "evaluation", "created_by")
    practice = get_for(user, rows.prefetch_related(with_parties("partnership__")), "practice.view", pk)
    adoptions = list(practice.adoptions.select_related("institution__region", "by").order_by("institution__sort_key", "pk"))
    mine, is_ministry = institutions_of(user), can(user, "practice.validate")
    states = Counter(adoption.state for adoption in adoptions)
    evaluation = practice.evaluation if practice.evaluation and practice.evaluation.status == EvaluationStatus.PUBLISHED else None
    context = {
        "practice": practice,
        "steps": steps_for(practice, user),
        "may_edit": practice.status in actions.WRITABLE and can(user, "practice.describe", practice),
        "may_adopt": practice.status == PracticeStatus.VALIDATED and bool(scope_for(user, "practice.adopt").institutions),
        "may_name_places": can(user, "institution.view"),
        "may_open_partnership": practice.partnership is not None and can(user, "partnership.view", practice.partnership),
        "evaluation": evaluation if evaluation and can(user, "evaluation.view", evaluation) else None,
        "adoptions": [(adoption, is_ministry or adoption.institution_id in mine) for adoption in adoptions],
        "states": [(label, states[value]) for value, label in AdoptionState.choices if states[value]],
        "total": sum(states.values()) - states[AdoptionState.STOPPED],
        "history": trail(practice)[:20] if is_ministry or practice.created_by_id == user.pk else [],
    }
    return render(request, "evaluation/practice_detail.html", context)


def practice_new(request: HttpRequest) -> HttpResponse:
    """Describe what worked; `?evaluation=` when it comes from one."""
    user = request.user
    require(user, "practice.describe")
    asked = request.GET.get("evaluation", "")
    rows = Evaluation.objects.visible_to(user).select_related("partnership")
    evaluation = rows.filter(pk=asked).first() if asked.isdecimal() and len(asked) < 18 else None
    partnerships = Partnership.objects.visible_to(user, "practice.describe").with_people().order_by("-pk")
    initial = {"language": language(), "partnership": evaluation.partnership_id if evaluation else None}
    form = PracticeForm(request.POST or None, partnerships=partnerships, is_new=True, must_choose=not can(user, "practice.validate"), initial=initial)
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in NAMES}
        partnership = form.cleaned_data["partnership"]
        source = evaluation if evaluation and partnership and evaluation.partnership_id == partnership.pk else None
        made = done(
            form, lambda: actions.describe_practice(None, by=user, partnership=partnership, evaluation=source, **values), {"not_allowed": "partnership"}
        )
        if made:
            messages.success(request, _("The practice is saved as a draft. Hand it in to the ministry when it is ready."))
            return redirect(made)
    return form_page(request, form, _("Describe a good practice"), _("Save"), "/practices/", _("Good practices"))


def practice_edit(request: HttpRequest, pk: int) -> HttpResponse:
    practice = get_for(request.user, GoodPractice.objects.select_related("partnership"), "practice.describe", pk)
    initial = {**{name: getattr(practice, name) for name in NAMES}, "version": practice.version}
    form = PracticeForm(request.POST or None, partnerships=Partnership.objects.none(), is_new=False, must_choose=False, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in NAMES}
        if done(form, lambda: actions.describe_practice(practice, by=request.user, version=form.cleaned_data["version"], **values)):
            messages.success(request, _("Saved."))
            return redirect(practice)
    return form_page(request, form, _("Edit the good practice"), _("Save"), practice.get_absolute_url(), practice.title, differences=kept(form))


def practice_adopt(request: HttpRequest, pk: int) -> HttpResponse:
    """One's own institution takes it up, or says how far it has come."""
    user = request.user
    require(user, "practice.adopt")
    practice = get_for(user, GoodPractice.objects.all(), "practice.view", pk)
    institutions = Institution.objects.filter(pk__in=scope_for(user, "practice.adopt").institutions).order_by("sort_key", "pk")
    there = Adoption.objects.filter(practice=practice, institution__in=institutions).order_by("pk").first()
    first = institutions.first()
    initial = {"institution": there.institution_id if there else first.pk if first else None}
    form = AdoptionForm(request.POST or None, institutions=institutions, initial={**initial, **({"state": there.state, "note": there.note} if there else {})})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        if done(form, lambda: actions.adopt_practice(practice, values["institution"], by=user, state=values["state"], note=values["note"])):
            messages.success(request, _("Recorded. The ministry sees how the practice spreads."))
            return redirect(practice)
    return form_page(request, form, _("Take up this practice"), _("Save"), practice.get_absolute_url(), practice.title)


def practice_step(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    return step_page(request, GoodPractice.objects.select_related("partnership", "evaluation"), pk, slug, actions.transition_practice)
