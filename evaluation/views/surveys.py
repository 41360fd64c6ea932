from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import get_for, require
from accounts.policy import can
from core.deeds import done
from core.exporters import Column
from core.history import trail
from core.listing import list_page
from core.privacy import FEWEST
from evaluation import actions, reading
from evaluation.choices import QuestionnairePurpose
from evaluation.filters import SurveyFilters
from evaluation.forms import SurveyForm
from evaluation.models import Questionnaire, Survey
from evaluation.views.sections import tabs
from partnerships.models import Partnership
from partnerships.querysets import with_parties

COLUMNS = (
    Column("survey", gettext_lazy("Survey"), 34), Column("partnership", gettext_lazy("Partnership"), 16), Column("held_on", gettext_lazy("Day of the survey"), 13),
    Column("respondents", gettext_lazy("People who answered"), 16), Column("mean", gettext_lazy("Satisfaction, of 100"), 16),
)  # fmt: skip
SURVEYED = (QuestionnairePurpose.PATIENTS, QuestionnairePurpose.STAFF)


def related(rows: Any) -> Any:
    return rows.select_related("partnership", "questionnaire", "activity", "created_by").prefetch_related(
        with_parties("partnership__"), "counts", "created_by__memberships"
    )


def survey_list(request: HttpRequest) -> HttpResponse:
    """Surveys of patients and staff, the newest first; few answers are shown where they were typed only."""
    user = request.user
    require(user, "survey.view")

    def row(survey: Survey) -> list[object]:
        figure = reading.satisfaction_of(survey, user)
        people: object = survey.respondents if reading.is_shown_whole(survey, user) else ""
        return [survey.questionnaire.name, survey.partnership.code, survey.held_on, people, round(figure, 1) if figure is not None else ""]

    return list_page(
        request,
        queryset=Survey.objects.visible_to(user),
        filters=SurveyFilters,
        sorts={"held": ["held_on"]},
        default_sort="-held",
        columns=COLUMNS,
        row=row,
        related=related,
        name="surveys",
        page="evaluation/survey_list.html",
        fragment="evaluation/_survey_list.html",
        extra={"tabs": tabs(user, "surveys"), "few": FEWEST},
    )


def survey_detail(request: HttpRequest, pk: int) -> HttpResponse:
    survey = get_for(request.user, related(Survey.objects.all()), "survey.view", pk)
    context = {
        "survey": survey,
        "questions": reading.questions_of(survey, request.user),
        "is_whole": reading.is_shown_whole(survey, request.user),
        "mean": reading.satisfaction_of(survey, request.user),
        "few": FEWEST,
        "may_edit": can(request.user, "survey.record", survey) and reading.is_shown_whole(survey, request.user),
        "history": trail(survey)[:20],
    }
    return render(request, "evaluation/survey_detail.html", context)


def survey_new(request: HttpRequest, partnership_pk: int) -> HttpResponse:
    """First which questionnaire, then the counts."""
    partnership = get_for(request.user, Partnership.objects.with_people(), "survey.record", partnership_pk)
    questionnaires = list(Questionnaire.objects.filter(purpose__in=SURVEYED, is_current=True).order_by("purpose", "slug"))
    asked = request.GET.get("questionnaire", "")
    chosen = next((item for item in questionnaires if item.slug == asked), None)
    if chosen is None:
        return render(request, "evaluation/survey_choose.html", {"partnership": partnership, "questionnaires": questionnaires})
    form = SurveyForm(request.POST or None, partnership=partnership, questionnaire=chosen)
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("uid", "held_on", "activity", "respondents")}
        deed = done(form, lambda: actions.record_survey(partnership, by=request.user, questionnaire=chosen, counts=form.counts(), **values), PLACES)
        if deed:
            messages.success(request, _("The survey is recorded."))
            return redirect(deed)
    return survey_page(request, form, partnership, chosen, f"{partnership.get_absolute_url()}evaluations/")


PLACES = {"in_future": "held_on", "nobody": "respondents"}


def survey_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Type the counts anew; whoever may not see few answers does not edit them either."""
    survey = get_for(request.user, related(Survey.objects.all()), "survey.record", pk)
    if not reading.is_shown_whole(survey, request.user):
        messages.error(request, _("So few answered that only the institution that typed it sees the counts."))
        return redirect(survey)
    partnership = survey.partnership
    form = SurveyForm(request.POST or None, partnership=partnership, questionnaire=survey.questionnaire, survey=survey)
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("version", "held_on", "activity", "respondents")}
        if done(form, lambda: actions.correct_survey(survey, by=request.user, counts=form.counts(), **values), PLACES):
            messages.success(request, _("Saved."))
            return redirect(survey)
        if isinstance(getattr(form, "current", None), Survey):
            form.data = form.data.copy()
            form.data["version"] = str(form.current.version)  # saving again is then a choice
    return survey_page(request, form, partnership, survey.questionnaire, survey.get_absolute_url())


def survey_page(request: HttpRequest, form: SurveyForm, partnership: Partnership, questionnaire: Questionnaire, back: str) -> HttpResponse:
    context = {"form": form, "partnership": partnership, "questionnaire": questionnaire, "back": back}
    return render(request, "evaluation/survey_form.html", context, status=400 if form.is_bound else 200)
