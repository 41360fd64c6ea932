"""The ministry reminds, by hand, those whose reports are late: each of them once a day."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import refuse_unless
from accounts.models import User
from accounts.policy import Role
from activities.actions.activities import words_about
from activities.models import Activity, ActivityParty
from core.formats import today
from core.history import changing, name_verbs, record_many
from core.mail import in_each_language
from core.models import Notice
from core.outbox import Telling, owe
from partnerships.models import Membership
from partnerships.querysets import with_parties

RULE = RUNG = "by_hand"

name_verbs(remind=gettext_lazy("Reminded by the ministry"))


@dataclass(frozen=True)
class Reminder:
    """One late report: who is reminded now, and who was today already. Both empty: nobody is there to be reminded."""

    activity: Activity
    people: list[User]
    reminded: list[User]


def late_reports(activities: Iterable[Activity]) -> list[Reminder]:
    """Who would be reminded of each of these: the coordinators of its institutions, without those reminded today. Two queries."""
    rows = list(activities)
    places = {place for activity in rows for place in activity.keeper_ids}
    coordinators: dict[int, dict[int, User]] = {}
    for membership in Membership.objects.in_force().filter(role=Role.COORDINATOR, institution__in=places, user__is_active=True).select_related("user"):
        coordinators.setdefault(membership.institution_id, {})[membership.user_id] = membership.user
    told = set(
        Notice.objects.filter(
            rule=RULE, rung=RUNG, due_on=today(), object_type=Activity._meta.label_lower, object_id__in=[activity.pk for activity in rows]
        ).values_list("object_id", "recipient_id")
    )
    found = []
    for activity in rows:
        people = {pk: user for place in sorted(activity.keeper_ids) for pk, user in coordinators.get(place, {}).items()}
        new = [user for pk, user in people.items() if (activity.pk, pk) not in told]
        found.append(Reminder(activity, new, [user for pk, user in people.items() if (activity.pk, pk) in told]))
    return found


def number_of_people(activities: QuerySet) -> int:
    """How many coordinators these activities have between them, reminded today or not. One query, for any number."""
    places = ActivityParty.objects.filter(activity__in=activities.order_by().values("pk")).values("institution")
    return Membership.objects.people(Role.COORDINATOR, institution__in=places).count()


def remind_of_reports(activities: Iterable[Activity], *, by: User) -> list[Reminder]:
    """Remind the coordinators of these late reports, each once a day; what came of it, row by row.

    Whatever is no longer late is left out. Raises TransitionRefused for whoever may not remind.
    """
    refuse_unless(by, "activity.remind")
    keys = [activity.pk for activity in activities]
    rule_name = in_each_language("rule_name", lambda: _("Reminded by the ministry"))
    with changing():
        late = Activity.objects.filter(pk__in=keys).report_overdue().with_people().order_by("ends_on", "pk")
        found = late_reports(late.prefetch_related(with_parties("partnership__")))
        tellings = []
        for row in (row for row in found if row.people):
            words = {**words_about(row.activity), **rule_name, "report_due_on": row.activity.report_due_on.isoformat()}
            address = row.activity.get_absolute_url()
            tellings += [Telling(user.pk, "activity_report_reminder", row.activity, address, words, rule=RULE, rung=RUNG) for user in row.people]
        owe(tellings, hold=True)  # somebody with many late reports gets one message of many
        record_many([(row.activity, "remind", {}, {"people": [user.pk for user in row.people]}) for row in found if row.people], by=by)
    return found
