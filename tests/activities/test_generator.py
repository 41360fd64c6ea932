"""Proposing a programme: what weighs more comes first, the calendar is kept clear of, each line says why."""

import itertools
import random
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from activities import actions
from activities.actions.programmes import start_programme
from activities.generator import APART, WORDS, Before, Facts, Given, Wanted, proposal_for, propose, say_reason, spread
from activities.models import Programme
from activities.occasions import Rule, occasions_between
from core.formats import today
from tests import factories

RULES = [
    Rule("ramadan", "fasting", "hijri", 9, 1, 30, names=("رمضان", "", "Ramadan")), Rule("eid", "holiday", "hijri", 10, 1, 3, names=("العيد", "", "Eid")),
    Rule("heat", "heat", "gregorian", 6, 1, 122, "far_south", names=("الحر", "", "Heat")),
]  # fmt: skip
SURGERY, UROLOGY, CARDIOLOGY, NURSING = 1, 2, 3, 4


def facts(**given) -> Facts:
    values = {
        "year": 2027, "window": (date(2026, 1, 1), date(2028, 12, 31)), "on": date(2026, 11, 1),
        "needs": (Wanted(SURGERY, "care", 5, 240, True), Wanted(UROLOGY, "care", 3, 40, True), Wanted(CARDIOLOGY, "care", 4, 0), Wanted(NURSING, "training", 2)),
        "offers": {SURGERY: Given(4, 1), UROLOGY: Given(2), CARDIOLOGY: Given(6, 0, frozenset({10, 11}))},
        "specials": tuple(occasions_between(RULES, date(2027, 1, 1), date(2027, 12, 31))), "zones": frozenset({"far_south"}), **given,
    }  # fmt: skip
    return Facts(**values)


def rules_of(line) -> dict[str, dict]:
    return {reason["rule"]: reason for reason in line.reasons}


def test_missions_follow_weight_offer_and_last_year():
    counts = {}
    for line in propose(facts()):
        counts[line.specialty, line.kind] = counts.get((line.specialty, line.kind), 0) + 1

    # surgery weighs 5 + 4: two missions; urology 3: one; cardiology 4: one; training always one
    assert counts == {(SURGERY, "surgical"): 2, (UROLOGY, "surgical"): 1, (CARDIOLOGY, "medical"): 1, (NURSING, "study"): 1}
    assert not any(line.specialty == SURGERY for line in propose(facts(offers={SURGERY: Given(1, 1)})))
    worn = propose(facts(before={SURGERY: Before(planned=3, held=0)}))
    assert sum(line.specialty == SURGERY for line in worn) == 1
    assert propose(facts(agreed=frozenset({UROLOGY}))) != []
    assert {line.specialty for line in propose(facts(agreed=frozenset({UROLOGY})))} == {UROLOGY}


def test_no_mission_falls_into_holidays_ramadan_heat_the_week_end_or_busy_days():
    taken = ((date(2027, 4, 1), date(2027, 4, 30)), (date(2027, 10, 3), date(2027, 10, 7)))
    given = facts(taken=taken)
    lines = propose(given)

    assert len(lines) == 5
    for line in lines:
        assert not any(special.touches(line.starts_on, line.ends_on) for special in given.specials), line
        assert all((line.starts_on + timedelta(days=place)).weekday() not in (4, 5) for place in range(line.days))
        assert not any(start <= line.ends_on and line.starts_on <= end for start, end in taken)
    assert all(later.starts_on - earlier.starts_on >= APART for earlier, later in itertools.pairwise(lines))
    assert next(line for line in lines if line.specialty == CARDIOLOGY).month in {10, 11}


def test_missions_stay_within_the_agreement_and_a_month_ahead_of_today():
    lines = propose(facts(window=(date(2026, 1, 1), date(2027, 5, 31)), on=date(2027, 3, 20)))

    assert lines
    assert all(date(2027, 4, 19) <= line.starts_on and line.ends_on <= date(2027, 5, 31) for line in lines)
    assert propose(facts(window=(date(2025, 1, 1), date(2026, 12, 31)))) == []


def test_reasons_are_data_and_each_is_worded_in_every_language():
    lines = propose(facts(before={SURGERY: Before(planned=3, held=2, operations=9)}, taken=((date(2027, 1, 1), date(2027, 3, 31)),)))
    first = next(line for line in lines if line.specialty == SURGERY)

    assert rules_of(first)["waiting"] == {"rule": "waiting", "people": 240, "rank": 1}
    assert rules_of(first)["offer"] == {"rule": "offer", "capacity": 4, "used": 1, "left": 3}
    assert rules_of(first)["last_year"] == {"rule": "last_year", "year": 2026, "planned": 3, "held": 2}
    assert first.operations == 9
    assert "no_offer" in rules_of(next(line for line in lines if line.specialty == NURSING))
    seen = {reason["rule"] for line in lines for reason in line.reasons}
    assert {"waiting", "severity", "offer", "no_offer", "last_year", "period", "busy", "free", "spacing", "avoids"} <= seen <= set(WORDS)
    for language in ("ar", "fr", "en"):
        with translation.override(language):
            assert all(say_reason(reason) and "%(" not in say_reason(reason) for line in lines for reason in line.reasons)


def test_reason_of_another_release_is_left_out():
    assert [say_reason(reason) for reason in ({"rule": "unheard of"}, {"rule": "last_year", "planned": 3}, {"rule": "avoids", "names": 4}, {})] == [""] * 4


def test_same_facts_give_the_same_lines_in_whatever_order():
    given = facts()
    for seed in range(5):
        needs = random.Random(seed).sample(given.needs, len(given.needs))

        assert propose(replace(given, needs=tuple(needs))) == propose(given)


def test_lines_that_stand_already_are_not_proposed_again():
    there = {("surgical", SURGERY): 2, ("surgical", UROLOGY): 1}

    assert {line.specialty for line in propose(facts(there=there))} == {CARDIOLOGY, NURSING}


def test_places_in_the_year_lie_apart_from_the_first_on():
    assert spread(3) == [1 / 6, 5 / 6, 0.5]
    assert sorted(spread(7)) == [(2 * place + 1) / 14 for place in range(7)]


@pytest.mark.django_db
def test_proposal_reads_the_register_at_the_same_cost_with_more_needs(cast):
    year = today().year + 1
    programme = start_programme(cast.agreement, year, by=cast.badr)
    factories.need(cast)
    factories.offer(cast, capacity_per_year=2)
    start = date(year, 5, 2)
    if cast.agreement.starts_on <= start <= cast.agreement.ends_on:
        actions.create_activity(by=None, kind="surgical", partnership=cast.partnership, starts_on=start, ends_on=start + timedelta(days=4))

    def cost() -> tuple[int, list]:
        fresh = Programme.objects.with_people().get(pk=programme.pk)
        badr = type(cast.badr).objects.get(pk=cast.badr.pk)
        with CaptureQueriesContext(connection) as queries:
            lines = proposal_for(fresh, badr)
        return len(queries), lines

    one, lines = cost()
    factories.need(cast, specialty=cast.specialties[1], severity=2)
    factories.need(cast, specialty=cast.specialties[2], kind="training")
    more, all_lines = cost()

    assert more == one
    assert {line.specialty for line in lines} == {cast.specialties[0]}
    assert len(all_lines) > len(lines)
