"""What waits for a person, and what is late: the top of the home page. Reads across apps, writes nothing.

A new sort of row is a function (user, roles) → Waiting, and a line in TABLE.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import prefetch_related_objects

from accounts.policy import Role, institutions_of, roles_of
from activities.choices import OFF
from activities.models import Activity
from activities.querysets import with_own_places
from core.formats import today
from partnerships.choices import PartnershipStatus
from partnerships.models import Partnership
from partnerships.querysets import with_places
from reports.waiting import activities as days
from reports.waiting import care, evaluations, partnerships, support
from reports.waiting.rows import Waiting

__all__ = ["Waiting", "coming", "my_partnerships", "waiting_for"]

SIDES = (Role.COORDINATOR, Role.DIRECTOR)
MINISTRY = (Role.OFFICER, Role.HEAD)
TABLE: tuple[tuple[Callable[[Any, set[str]], Iterator[Waiting]], tuple[Role, ...]], ...] = (
    (days.to_report, (Role.COORDINATOR,)),
    (days.to_counter_confirm, (Role.COORDINATOR,)),
    (days.to_correct, (Role.COORDINATOR,)),
    (days.to_confirm_part, (Role.COORDINATOR,)),
    (days.days_to_set, (Role.COORDINATOR,)),
    (days.presence_to_record, (Role.COORDINATOR,)),
    (days.programmes_to_correct, (Role.COORDINATOR,)),
    (days.programmes_to_begin, (Role.COORDINATOR,)),
    (days.invitations_to_answer, SIDES),
    (days.to_give_opinion, (Role.REGION,)),
    (days.to_approve_programmes, MINISTRY),
    (days.to_decide, MINISTRY),
    (care.checks_to_record, (Role.COORDINATOR,)),
    (care.papers_to_bring, (Role.COORDINATOR,)),
    (care.placements_to_assess, (Role.COORDINATOR,)),
    (care.visitors_to_decide, MINISTRY),
    (evaluations.to_evaluate, (Role.COORDINATOR,)),
    (evaluations.evaluations_to_decide, MINISTRY),
    (evaluations.to_review, (Role.EVALUATOR, Role.OFFICER)),
    (evaluations.visits_to_write, (Role.EVALUATOR,)),
    (evaluations.points_to_do, (*SIDES, *MINISTRY, Role.EVALUATOR)),
    (evaluations.points_to_verify, (*SIDES, *MINISTRY, Role.EVALUATOR)),
    (evaluations.practices_to_correct, (*SIDES, *MINISTRY, Role.EVALUATOR)),
    (evaluations.practices_to_decide, (Role.OFFICER,)),
    (partnerships.interests_to_correct, (Role.COORDINATOR,)),
    (partnerships.profiles_to_check, (Role.COORDINATOR,)),
    (partnerships.to_read, (Role.COORDINATOR,)),
    (partnerships.to_visa, (Role.DIRECTOR,)),
    (partnerships.proposals_to_answer, (Role.DIRECTOR,)),
    (partnerships.proposals_to_decide, (Role.HEAD,)),
    (partnerships.agreements_to_decide, MINISTRY),
    (partnerships.interests_to_look_at, (Role.OFFICER,)),
    (partnerships.proposals_lapsed, (Role.OFFICER,)),
    (support.tranches_to_justify, SIDES),
    (support.support_on_the_desk, tuple(support.DESKS)),
    (support.tranches_to_pay, (Role.FINANCE,)),
    (support.justifications_to_check, (Role.FINANCE,)),
)


def waiting_for(user: Any) -> list[Waiting]:
    """Everything that `user` has to do, the earliest due first. A fixed number of queries for each role held."""
    roles = roles_of(user)
    rows = [row for find, concerned in TABLE if roles & set(concerned) for row in find(user, roles)]
    prefetch_related_objects([partnership for row in rows for partnership in row.partnerships], with_places())
    return sorted(rows, key=lambda row: (row.due_on or date.max, row.address))


def coming(user: Any, days: int = 60) -> list[Activity]:
    """The next activities ahead, at most five."""
    rows = Activity.objects.visible_to(user).select_related("partnership").prefetch_related(with_own_places())
    ahead = rows.filter(starts_on__gte=today(), starts_on__lte=today() + timedelta(days=days))
    return list(ahead.exclude(status__in=OFF).order_by("starts_on", "pk")[:5])


def my_partnerships(user: Any) -> list[Partnership]:
    """The running partnerships of the person's own institutions, at most six."""
    mine = institutions_of(user)
    if not mine:
        return []
    rows = (
        Partnership.objects.visible_to(user)
        .filter(status=PartnershipStatus.ACTIVE, institutions__in=mine)
        .distinct()
        .prefetch_related(with_places(), "specialties")
    )
    return list(rows.order_by("-last_activity_on", "-pk")[:6])
