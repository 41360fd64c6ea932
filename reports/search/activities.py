"""Activities, the people of the roster, visiting specialists."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from activities.models import Activity, Professional, VisitorFile
from reports.search.kinds import Kind, Line, by_words, coded_by, dotted


def activities(user: Any) -> QuerySet:
    return Activity.objects.visible_to(user)


def activity_line(activity: Activity) -> Line:
    return Line(activity.title, dotted(activity.partnership and activity.partnership.title, activity.status_label), "", activity.get_absolute_url())


def people(user: Any) -> QuerySet:
    return Professional.objects.visible_to(user).listed()


def person_line(person: Professional) -> Line:
    return Line(str(person), dotted(person.profession, person.institution.name), "", person.get_absolute_url())


def visitors(user: Any) -> QuerySet:
    return VisitorFile.objects.visible_to(user)


def visitor_line(file: VisitorFile) -> Line:
    return Line(str(file.professional), dotted(file.activity.title, file.status_label), file.licence_number, file.get_absolute_url())


ACTIVITIES = Kind(
    "activities", _("Activities"), "calendar", "activity.view", activities, by_words("search_text", "-starts_on", "-pk"), activity_line, "/activities/",
    related=lambda rows: rows.select_related("partnership"), folder=lambda item: item.partnership,
)  # fmt: skip
PEOPLE = Kind(
    "people", _("Professionals"), "user", "professional.view", people, by_words("search_text", "name", "pk"), person_line, "/professionals/",
    related=lambda rows: rows.select_related("institution", "profession"),
)  # fmt: skip
VISITORS = Kind(
    "visitors", _("Visiting specialists"), "user", "visitor.view", visitors, by_words("professional__search_text", "-activity__starts_on", "pk"), visitor_line,
    "/visitors/", related=lambda rows: rows.select_related("activity", "professional"), coded=coded_by("licence_number"),
)  # fmt: skip
