"""What a person last worked on: the things that their own lines of the history are about, as far as they still see them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from activities.models import Participant, Programme
from core.models import Change
from evaluation.models import ActionPoint, EvaluationSide, GoodPractice
from partnerships.models import Interest, Meeting
from reports.search import KINDS, Line, lines_of
from reports.search.kinds import Kind, by_words
from support.models import Justification, TechnologyIntroduced

LINES = 200  # of the history that are looked at
CONSIDERED = 24  # things, some of which may be out of sight by now
SHOWN = 8

OF_PARTNERSHIP = "partnership__search_text"


def in_words(item: Any) -> Line:
    return Line(str(item), str(item._meta.verbose_name), "", item.get_absolute_url())


def programmes(user: Any) -> QuerySet:
    return Programme.objects.visible_to(user)


def interests(user: Any) -> QuerySet:
    return Interest.objects.visible_to(user).without_drafts_of_others(user)


FURTHER = (  # remembered, though the box does not look for them
    Kind(
        "programmes", _("Annual programmes"), "calendar", "programme.view", programmes, by_words("agreement__partnership__search_text", "-year"), in_words,
        "/programmes/", related=lambda rows: rows.select_related("agreement__partnership"), folder=lambda item: item.agreement.partnership,
    ),
    Kind(
        "actions", _("Action points"), "check", "action_point.view", lambda user: ActionPoint.objects.visible_to(user), by_words(OF_PARTNERSHIP, "-pk"),
        in_words, "/actions/",
    ),
    Kind(
        "practices", _("Good practices"), "book", "practice.view", lambda user: GoodPractice.objects.visible_to(user), by_words(OF_PARTNERSHIP, "-pk"), in_words,
        "/practices/",
    ),
    Kind(
        "interests", _("Interest"), "support", "interest.view", interests, by_words("institution__search_text", "-pk"), in_words, "/interests/",
        related=lambda rows: rows.select_related("institution"),
    ),
    Kind(
        "meetings", _("Meetings"), "calendar", "partnership.view", lambda user: Meeting.objects.visible_to(user), by_words(OF_PARTNERSHIP, "-pk"), in_words, "",
    ),
    Kind(
        "technologies", _("Technologies introduced"), "support", "technology.view", lambda user: TechnologyIntroduced.objects.visible_to(user),
        by_words("institution__search_text", "-pk"), in_words, "/support/technologies/",
    ),
)  # fmt: skip
REMEMBERED: dict[str, Kind] = {kind.slug: kind for kind in (*KINDS, *FURTHER)}
SLUGS = {  # what a line of the history is about → its kind
    "partnerships.institution": "institutions", "partnerships.partnership": "partnerships", "partnerships.agreement": "agreements",
    "partnerships.interest": "interests", "partnerships.meeting": "meetings", "activities.activity": "activities", "activities.programme": "programmes",
    "activities.professional": "people", "activities.visitorfile": "visitors", "evaluation.evaluation": "evaluations",
    "evaluation.actionpoint": "actions", "evaluation.goodpractice": "practices", "support.supportrequest": "support",
    "support.technologyintroduced": "technologies", "library.legaltext": "texts",
}  # fmt: skip
PARTS: dict[str, tuple[Any, str, str]] = {  # a part of something → its table, the way to the whole, the kind of the whole
    "evaluation.evaluationside": (EvaluationSide, "evaluation", "evaluations"),
    "activities.participant": (Participant, "activity", "activities"),
    "support.justification": (Justification, "tranche__request", "support"),
}


@dataclass(frozen=True)
class Recent:
    """One thing, and when this person last did something to it."""

    line: Line
    icon: str
    at: datetime


def recent(user: Any) -> list[Recent]:
    """The last things that `user` worked on, newest first, at most SHOWN. One query for the lines and a fixed number for each kind of thing."""
    deeds = list(Change.objects.filter(by=user).order_by("-pk").values_list("object_type", "object_id", "at")[:LINES])
    wholes = wholes_of(deeds)
    latest: dict[tuple[str, int], datetime] = {}
    for label, pk, at in deeds:
        thing = (SLUGS[label], pk) if label in SLUGS else wholes.get((label, pk))
        if thing is not None and len(latest) < CONSIDERED:
            latest.setdefault(thing, at)
    slugs = dict.fromkeys(slug for slug, _pk in latest)
    lines = lines_of(user, [(REMEMBERED[slug], [pk for of, pk in latest if of == slug]) for slug in slugs])
    shown = [Recent(lines[slug][pk], REMEMBERED[slug].icon, at) for (slug, pk), at in latest.items() if pk in lines[slug]]
    return shown[:SHOWN]


def wholes_of(deeds: Iterable[tuple[str, int, datetime]]) -> dict[tuple[str, int], tuple[str, int]]:
    """For lines about a part of something: what it is a part of. One query for each sort of part."""
    found: dict[tuple[str, int], tuple[str, int]] = {}
    for label, (model, way, slug) in PARTS.items():
        keys = {pk for of, pk, _at in deeds if of == label}
        rows = model.objects.filter(pk__in=keys).values_list("pk", way) if keys else ()
        found |= {(label, pk): (slug, whole) for pk, whole in rows}
    return found
