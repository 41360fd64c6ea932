"""What an action refuses is looked at once nobody else can write: somebody who acts just before it has the lock is seen."""

from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from activities.actions import activities, cases, create_activity, placements, programmes, visitors
from activities.actions.results import log_activity
from activities.lifecycle import VISITOR
from activities.models import Activity, FollowUpCase, VisitorFile
from core import history
from core.formats import today
from core.lifecycle import TransitionRefused
from library import actions as library
from library.lifecycle import LEGAL_TEXT
from library.models import LegalText
from partnerships.actions import room
from partnerships.models import Department, Partnership
from support.actions import requests
from support.models import Budget
from tests import factories
from tests.activities import guests

pytestmark = pytest.mark.django_db


@pytest.fixture
def meanwhile(monkeypatch):
    """`meanwhile(module, deed)`: before an action of the module gets the lock for the first time, somebody else does `deed`."""

    def arrange(module, deed):
        waiting = [deed]

        @contextmanager
        def late():
            if waiting:
                waiting.pop()()
            with history.changing():
                yield

        monkeypatch.setattr(module, "changing", late)

    return arrange


def refusal_of(deed) -> str | set[str]:
    """The code of a refusal, or the fields that are wrong."""
    with pytest.raises((TransitionRefused, ValidationError)) as refusal:
        deed()
    return getattr(refusal.value, "code", None) or set(refusal.value.by_field)


def over(cast) -> None:
    Partnership.objects.filter(pk=cast.partnership.pk).update(status="closed")


def test_programme_of_a_year_is_begun_once(cast, meanwhile):
    begin = lambda: programmes.start_programme(cast.agreement, today().year, by=cast.badr)  # noqa: E731
    meanwhile(programmes, begin)

    assert refusal_of(begin) == "already_there"


def test_service_is_followed_once_and_only_in_a_running_partnership(cast, meanwhile):
    follow = lambda: room.open_service_line(cast.partnership, by=cast.badr, rung="visitors", specialty=cast.specialties[0])  # noqa: E731
    meanwhile(room, follow)
    assert refusal_of(follow) == "already_there"

    meanwhile(room, lambda: over(cast))
    assert refusal_of(lambda: room.open_service_line(cast.partnership, by=cast.badr, rung="visitors", specialty=cast.specialties[1])) == "partnership_over"


def test_trainee_is_placed_once(cast, meanwhile):
    end = today() - timedelta(days=3)
    activity = create_activity(by=cast.badr, kind="placement", partnership=cast.partnership, starts_on=end, ends_on=end)
    there = Department.objects.create(institution=cast.partner, specialty=cast.specialties[0])
    given = {"trainee": guests.professional(cast.host, "متدرب"), "to_department": there, "objectives": ["تنظير"]}
    place = lambda: placements.save_placement(activity, None, by=cast.badr, **given)  # noqa: E731
    meanwhile(placements, place)

    assert refusal_of(place) == {"trainee"}


def test_code_of_a_case_is_given_once(cast, meanwhile):
    first, second = guests.followed(cast, factories.reported(cast), "TAM-001", "TAM-002")
    meanwhile(cases, lambda: cases.edit_case(first, by=cast.badr, code="TAM-003"))

    assert refusal_of(lambda: cases.edit_case(second, by=cast.badr, code="TAM-003")) == {"code"}


def test_case_with_an_outcome_is_not_taken_back(cast, meanwhile):
    (case,) = guests.followed(cast, factories.reported(cast, ended=9))
    check = case.checks.get(day=7)
    meanwhile(cases, lambda: cases.record_outcome(check, "well", by=cast.badr, seen_on=today() - timedelta(days=1)))

    assert refusal_of(lambda: cases.drop_case(case, by=cast.badr)) == "has_outcomes"
    assert FollowUpCase.objects.filter(pk=case.pk).exists()


def test_number_of_a_licence_is_given_once(cast, meanwhile):
    first, second = (guests.visitor_file(cast, is_in_order=True, activity=guests.mission(cast)) for _time in range(2))
    for file in (first, second):
        visitors.transition_visitor(file, VISITOR["submit"], by=cast.badr)
        visitors.transition_visitor(file, VISITOR["check"], by=cast.amal)

    def give(file: VisitorFile) -> None:
        mission = file.activity
        visitors.license_visitor(file, by=cast.hoda, licence_number="V-1", valid_from=mission.starts_on, valid_to=mission.ends_on)

    meanwhile(visitors, lambda: give(first))

    assert refusal_of(lambda: give(second)) == "number_taken"


def test_activity_belongs_to_a_partnership_that_still_runs(cast, meanwhile):
    meanwhile(activities, lambda: over(cast))
    assert refusal_of(lambda: factories.planned(cast)) == "partnership_not_active"

    cast.partnership.status = "active"  # as the page had loaded it
    end = today() - timedelta(days=2)
    given = {"kind": "surgical", "partnership": cast.partnership, "starts_on": end, "ends_on": end, "lines": factories.lines(cast)}
    assert refusal_of(lambda: log_activity(by=cast.badr, **given)) == "partnership_not_active"
    assert not Activity.objects.exists()


def test_text_published_meanwhile_repeals_what_it_is_linked_to(cast, meanwhile):
    given = {"country": "DZ", "kind": "law", "title_ar": "قانون", "dated_on": today(), "subject": "twinning"}
    new, old = (LegalText.objects.create(number=number, status=status, **given) for number, status in (("26-2", "draft"), ("85-5", "in_force")))
    meanwhile(library, lambda: library.transition_text(LegalText.objects.get(pk=new.pk), LEGAL_TEXT["publish"], by=cast.hoda))

    library.link_texts(new, "repeals", old, by=cast.amal)

    assert LegalText.objects.get(pk=old.pk).status == "repealed"


def test_grant_stays_within_a_budget_that_was_lowered_meanwhile(cast, meanwhile):
    budget = Budget.objects.create(year=today().year, source="state", name="التوأمة", amount=Decimal(1_000_000))
    request = requests.submit_request(factories.support(cast), by=cast.ziad)
    requests.give_opinion(request, "technical", by=cast.amal, stance="favourable")
    requests.give_opinion(request, "financial", by=cast.fatma, stance="favourable")
    meanwhile(requests, lambda: Budget.objects.update(amount=Decimal(100_000)))

    assert refusal_of(lambda: requests.grant_request(request, by=cast.hoda, amount=Decimal(300_000), budget=budget)) == "budget_spent"
