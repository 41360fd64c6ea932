"""What a partnership's room derives: the six steps of the twinning cycle, what comes next and on whom it is, the timeline.

Apps further right know more than this one: what they add is registered in `ready()` of their `apps.py`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from core.formats import today
from core.models import Attachment, Change
from library.choices import Step
from partnerships.choices import AgreementStatus, PartnershipStatus
from partnerships.models import Agreement, Amendment, Decision, Meeting, NeedsAssessment, Partnership, Project, ServiceLine

StepState = str  # "done", "run" or ""


@dataclass(frozen=True)
class Next:
    """One thing to do in a partnership: what, on whom it is, until when, where."""

    title: str | Promise
    on: str
    due_on: date | None
    address: str
    button: str | Promise

    @property
    def is_late(self) -> bool:
        return self.due_on is not None and self.due_on < today()


STEP_SOURCES: dict[str, Callable[[Partnership], StepState]] = {}
NEXT_SOURCES: list[Callable[[Partnership], Iterable[Next]]] = []
TIMELINE_SOURCES: dict[str, Callable[[Partnership], Any]] = {}
DECISIONS_LISTED_ELSEWHERE: list[Callable[[Any], Any]] = []
TABS: list[tuple[str, str, str | Promise]] = []  # (slug, address below the partnership's, label)


def add_step(step: str, source: Callable[[Partnership], StepState]) -> None:
    """Let an app further right say how far a step of the cycle is."""
    STEP_SOURCES[step] = source


def add_next(source: Callable[[Partnership], Iterable[Next]]) -> None:
    """Let an app further right name what is to be done."""
    NEXT_SOURCES.append(source)


def add_to_timeline(label: str, keys: Callable[[Partnership], Any]) -> None:
    """Let an app further right show the history of its objects (label "activities.activity") in the timeline."""
    TIMELINE_SOURCES[label] = keys


def add_tab(slug: str, address: str, label: str | Promise) -> None:
    """Let an app further right have a page among the tabs of the room: `add_tab("programmes", "programmes/", …)`."""
    TABS.append((slug, address, label))


def list_decisions_elsewhere(without: Callable[[Any], Any]) -> None:
    """Let an app further right list decisions itself: `without(rows)` gives those that it does not."""
    DECISIONS_LISTED_ELSEWHERE.append(without)


def steps(partnership: Partnership) -> list[dict[str, Any]]:
    """The six steps as {"step", "state"}; derived from what exists, never stored.

    A step is done when its work exists; the first one that is not done yet is under way.
    """
    found = [{"step": step, "state": STEP_SOURCES[step](partnership) if step in STEP_SOURCES else ""} for step in Step]
    first_open = next((item for item in found if item["state"] != "done"), None)
    if first_open and partnership.status not in {PartnershipStatus.CLOSED, PartnershipStatus.CANCELLED}:
        first_open["state"] = "run"
    return found


def partnership_step(partnership: Partnership) -> StepState:
    """Both sides are named, and an agreement is signed or the partnership is active."""
    return "done" if partnership.status in {PartnershipStatus.ACTIVE, PartnershipStatus.CLOSED} else ""


def needs_step(partnership: Partnership) -> StepState:
    """Every benefiting institution has assessed its needs."""
    hosts = {place.pk for place in partnership.hosts}
    assessed = set(NeedsAssessment.objects.filter(institution__in=hosts).values_list("institution", flat=True))
    return "done" if hosts and hosts <= assessed else ""


def gaps_step(partnership: Partnership) -> StepState:
    """The service lines are named, each with where it stands and where it should get to."""
    return "done" if partnership.service_lines.exists() else ""


STEP_SOURCES.update({Step.PARTNERSHIP: partnership_step, Step.NEEDS: needs_step, Step.GAPS: gaps_step})


def coming_next(partnership: Partnership) -> list[Next]:
    """What is to be done in this partnership, the earliest due first; a fixed number of queries."""
    found = [*agreements_next(partnership), *decisions_next(partnership)]
    for source in NEXT_SOURCES:
        found += source(partnership)
    return sorted(found, key=lambda item: (item.due_on or date.max, item.address))


def agreements_next(partnership: Partnership) -> Iterable[Next]:
    both = _("both sides")
    words = {
        AgreementStatus.DRAFT: (_("Write the draft"), both),
        AgreementStatus.NEGOTIATION: (_("Agree on the text"), both),
        AgreementStatus.VISA: (_("Give the visa"), _("the directors")),
        AgreementStatus.REVIEW: (_("Review the text"), _("the ministry")),
        AgreementStatus.APPROVED: (_("Sign the paper"), _("the directors")),
    }
    for agreement in partnership.agreements.filter(status__in=words).order_by("pk"):
        button, who = words[AgreementStatus(agreement.status)]
        yield Next(agreement.title, who, None, agreement.get_absolute_url(), button)


def decisions_next(partnership: Partnership) -> Iterable[Next]:
    rows = Decision.objects.filter(meeting__partnership=partnership, done_on=None).select_related("owner", "meeting").order_by("due_on", "pk")
    for without in DECISIONS_LISTED_ELSEWHERE:
        rows = without(rows)
    for decision in rows[:50]:
        yield Next(
            decision.text,
            decision.owner.name if decision.owner else _("nobody yet"),
            decision.due_on,
            decision.meeting.get_absolute_url(),
            _("Open the meeting"),
        )


def timeline(partnership: Partnership, before: datetime | None = None, at_most: int = 40) -> list[Change]:
    """Everything that happened in the partnership, newest first: one query for the lines, one for each kind of object."""
    own = {
        "partnerships.partnership": [partnership.pk],
        "partnerships.agreement": Agreement.objects.filter(partnership=partnership).values("pk"),
        "partnerships.amendment": Amendment.objects.filter(agreement__partnership=partnership).values("pk"),
        "partnerships.serviceline": ServiceLine.objects.filter(partnership=partnership).values("pk"),
        "partnerships.project": Project.objects.filter(partnership=partnership).values("pk"),
        "partnerships.meeting": Meeting.objects.filter(partnership=partnership).values("pk"),
        **{label: keys(partnership) for label, keys in TIMELINE_SOURCES.items()},
    }
    wanted = Q(pk__in=[])
    for label, keys in own.items():
        wanted |= Q(object_type=label, object_id__in=keys)
    rows = Change.objects.filter(wanted).select_related("by").order_by("-pk")
    return list((rows.filter(at__lt=before) if before else rows)[:at_most])


def documents_of(partnership: Partnership) -> Any:
    """The documents of a partnership and of its agreements, amendments and meetings, the newest first. One query."""
    below = (
        Q(object_type="partnerships.partnership", object_id=partnership.pk)
        | Q(object_type="partnerships.agreement", object_id__in=partnership.agreements.values("pk"))
        | Q(object_type="partnerships.amendment", object_id__in=Amendment.objects.filter(agreement__partnership=partnership).values("pk"))
        | Q(object_type="partnerships.meeting", object_id__in=partnership.meetings.values("pk"))
    )
    return Attachment.objects.filter(below).order_by("-pk")[:40]
