"""What is late and what ends soon, as the lists count it: each number is that of the list which it opens."""

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.policy import can
from activities.filters import ActivityFilters
from activities.models import Activity
from core.listing import ListFilters
from evaluation.filters import ActionPointFilters, EvaluationFilters
from evaluation.models import ActionPoint, Evaluation
from partnerships.filters import AgreementFilters
from partnerships.models import Agreement
from support.filters import SupportFilters
from support.models import SupportRequest


@dataclass(frozen=True)
class Matter:
    """Something that can be late or end soon: the list that shows it, and what is asked of that list."""

    label: str | Promise
    page: str
    asked: str
    action: str
    model: Any
    filters: type[ListFilters]


LATE = (
    Matter(_("Reports of activities overdue"), "/activities/", "status=report_overdue", "activity.view", Activity, ActivityFilters),
    Matter(_("Evaluations overdue"), "/evaluations/", "late=yes", "evaluation.view", Evaluation, EvaluationFilters),
    Matter(_("Action points overdue"), "/actions/", "whose=all&late=yes", "action_point.view", ActionPoint, ActionPointFilters),
    Matter(_("Support not justified in time"), "/support/", "late=yes", "support.view", SupportRequest, SupportFilters),
)
SOON = (Matter(_("Agreements that end within 90 days"), "/agreements/", "ending=yes", "agreement.view", Agreement, AgreementFilters),)
CARRIED = ("region", "zone")  # what some of these lists ask as the dashboards do


def counts(request: Any, matters: tuple[Matter, ...], asked: QueryDict) -> list[dict[str, Any]]:
    """{"label", "count", "address"} for what this person may open; region and zone go with those that ask for them. One query each, and their choices."""
    found = []
    for matter in matters:
        if not can(request.user, matter.action):
            continue
        query = QueryDict(matter.asked, mutable=True)
        for name in CARRIED:
            if asked.get(name) and name in matter.filters.base_filters:
                query[name] = asked[name]
        rows = matter.filters(query, queryset=matter.model.objects.visible_to(request.user), request=request).qs
        found.append({"label": matter.label, "count": rows.order_by().values("pk").count(), "address": f"{matter.page}?{query.urlencode()}"})
    return found
