"""Annual programmes: both sides write them, the ministry approves them, what was done is read beside them."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.actions import programmes as actions
from activities.execution import counted, execution_of, state_of, without_programme, year_to_plan
from activities.lifecycle import PROGRAMME
from activities.models import Activity, PlannedActivity, Programme
from core.editing import EditConflict
from core.formats import today
from core.lifecycle import TransitionRefused
from core.models import Change, Notice
from partnerships.models import Agreement
from reports.waiting import waiting_for
from tests import factories

YEAR = today().year
pytestmark = pytest.mark.django_db


def programme(cast, year: int = YEAR, by=None) -> Programme:
    made = actions.start_programme(cast.agreement, year, by=by or cast.badr)
    return Programme.objects.with_people().get(pk=made.pk)


def line(made: Programme, by, **given) -> PlannedActivity:
    return actions.save_line(made, None, by=by, **{"kind": "surgical", "month": 3, "days": 4, "operations": 12, **given})


def approved(cast) -> Programme:
    made = programme(cast)
    line(made, cast.badr)
    actions.transition_programme(made, PROGRAMME["submit"], by=cast.dalia)
    return actions.transition_programme(made, PROGRAMME["approve"], by=cast.amal)


def events(person) -> list[str]:
    return list(person.notices.order_by("pk").values_list("event", flat=True))


def test_both_sides_write_the_draft_and_the_other_one_is_told_once_a_day(cast):
    made = programme(cast)
    own = line(made, cast.dalia)
    line(made, cast.dalia, month=5)
    actions.save_line(made, own, by=cast.dalia, kind="surgical", month=3, days=5, operations=12)

    assert events(cast.dalia) == ["programme_started"]
    assert events(cast.badr) == ["programme_changed"]
    assert made.lines.count() == 2
    changed = Change.objects.filter(object_type="activities.programme", verb="edit_line").get()
    assert (changed.before, changed.after) == ({"days": 4}, {"days": 5})


def test_programme_is_approved_by_somebody_of_the_ministry_who_wrote_nothing_in_it(cast):
    made = programme(cast, by=cast.badr)
    with pytest.raises(TransitionRefused) as empty:
        actions.transition_programme(made, PROGRAMME["submit"], by=cast.badr)
    line(made, cast.amal)
    actions.transition_programme(made, PROGRAMME["submit"], by=cast.badr)
    with pytest.raises(TransitionRefused) as author:
        actions.transition_programme(made, PROGRAMME["approve"], by=cast.amal)
    actions.transition_programme(made, PROGRAMME["approve"], by=cast.hoda)
    with pytest.raises(TransitionRefused) as closed:
        line(made, cast.badr, month=9)

    assert [refusal.value.code for refusal in (empty, author, closed)] == ["no_lines", "author", "wrong_status"]
    assert events(cast.amal) == ["programme_submitted"]
    assert events(cast.badr)[-1] == "programme_approved"


def test_programme_needs_an_agreement_of_that_year_and_is_made_once(cast):
    programme(cast)
    refused = {}
    for year in (YEAR, cast.agreement.ends_on.year + 1):
        with pytest.raises(TransitionRefused) as refusal:
            actions.start_programme(cast.agreement, year, by=cast.badr)
        refused[year] = refusal.value.code
    with pytest.raises(TransitionRefused) as stranger:
        actions.start_programme(cast.agreement, YEAR + 1, by=cast.hani)

    assert list(refused.values()) == ["already_there", "no_agreement"]
    assert stranger.value.code == "not_allowed"


def test_two_people_at_different_lines_are_not_in_each_others_way_and_at_the_same_line_nothing_is_lost(client, cast):
    made = programme(cast)
    first, second = line(made, cast.badr), line(made, cast.badr, month=6)
    seen = first.version
    actions.save_line(made, second, by=cast.dalia, version=second.version, kind="medical", month=6)
    actions.save_line(made, first, by=cast.dalia, version=seen, kind="surgical", month=4, days=4, operations=12)
    with pytest.raises(EditConflict):
        actions.save_line(made, first, by=cast.badr, version=seen, kind="surgical", month=10, days=4)
    client.force_login(cast.badr)
    form = {"kind": "surgical", "month": "10", "days": "4", "operations": "30", "version": str(seen)}

    answer = client.post(f"/programmes/{made.pk}/lines/{first.pk}/", form)
    kept = PlannedActivity.objects.get(pk=first.pk)
    again = client.post(f"/programmes/{made.pk}/lines/{first.pk}/", {**form, "version": str(kept.version)})

    assert answer.status_code == 400
    assert kept.month == 4
    assert f'value="{kept.version}"' in answer.content.decode()
    assert again.status_code == 302
    assert PlannedActivity.objects.get(pk=first.pk).operations == 30


def test_lines_of_last_year_are_taken_over_without_their_days_and_never_twice(cast):
    last = Programme.objects.create(agreement=cast.agreement, year=YEAR - 1, status="approved")
    PlannedActivity.objects.create(programme=last, kind="medical", month=2, starts_on=date(YEAR - 1, 2, 3), specialty=cast.specialties[0], consultations=80)
    made = programme(cast)

    assert (actions.copy_last_year(made, by=cast.badr), actions.copy_last_year(made, by=cast.badr)) == (1, 0)
    copied = made.lines.get()
    assert (copied.kind, copied.month, copied.starts_on, copied.specialty, copied.consultations) == ("medical", 2, None, cast.specialties[0], 80)
    assert copied.reasons == [{"rule": "copied", "year": YEAR - 1}]


def test_state_of_a_line_is_the_best_of_its_activities():
    on = date(2027, 6, 15)

    def activity(status: str, ended: int = -10) -> Activity:
        day = on - timedelta(days=ended)
        return Activity(status=status, starts_on=day, ends_on=day)

    assert state_of(6, 2027, [], on) == "open"
    assert state_of(5, 2027, [], on) == "missed"
    assert state_of(5, 2027, [activity("confirmed", 3)], on) == "held"
    assert state_of(6, 2027, [activity("cancelled"), activity("approved")], on) == "ahead"
    assert state_of(5, 2027, [activity("draft", 3)], on) == "missed"
    assert state_of(6, 2027, [activity("postponed"), activity("validated", 3)], on) == "validated"
    assert state_of(6, 2027, [activity("cancelled")], on) == "cancelled"
    assert sum(counted(["open", "held", "held"]).values()) == 3


def test_execution_matches_what_was_made_of_lines_and_shows_the_rest_apart(cast):
    made = programme(cast)
    done, ahead = line(made, cast.badr), line(made, cast.badr, month=12, specialty=cast.specialties[0])
    held, besides = factories.validated(cast, ended=3), factories.reported(cast, ended=2)
    Activity.objects.filter(pk=held.pk).update(planned=done, starts_on=date(YEAR, 1, 2), ends_on=date(YEAR, 1, 3))
    Activity.objects.filter(pk=besides.pk).update(starts_on=date(YEAR, 1, 5), ends_on=date(YEAR, 1, 6))

    found = execution_of(made, date(YEAR, 6, 1))

    assert {state.line.pk: state.state for state in found.lines} == {done.pk: "validated", ahead.pk: "open"}
    assert (found.planned, found.done, found.pct) == (2, 1, 50)
    assert [activity.pk for activity in found.unplanned] == [besides.pk]


def test_line_that_is_taken_out_leaves_its_activity(cast):
    made = programme(cast)
    own = line(made, cast.badr)
    activity = factories.reported(cast)
    Activity.objects.filter(pk=activity.pk).update(planned=own)

    actions.drop_line(own, by=cast.dalia)

    assert Activity.objects.get(pk=activity.pk).planned is None
    assert Change.objects.filter(object_type="activities.programme", verb="drop_line").get().before["operations"] == 12


def test_from_november_on_the_missing_programme_of_next_year_waits_for_both_coordinators(cast, monkeypatch):
    agreements = Agreement.objects.filter(pk=cast.agreement.pk)
    agreements.update(starts_on=date(2026, 1, 1), ends_on=date(2028, 12, 31))
    assert (year_to_plan(date(2026, 10, 31)), year_to_plan(date(2026, 11, 1))) == (None, 2027)
    assert list(without_programme(agreements, date(2026, 12, 1))) == [cast.agreement]
    monkeypatch.setattr("activities.execution.today", lambda: date(2026, 12, 1))
    address = f"/partnerships/{cast.partnership.pk}/programmes/new/?year=2027"

    waiting = {who: [row.address for row in waiting_for(cast.people[who])] for who in ("badr", "dalia", "hani", "amal")}

    assert {who: address in rows for who, rows in waiting.items()} == {"badr": True, "dalia": True, "hani": False, "amal": False}
    cast.agreement.refresh_from_db()
    programme(cast, year=2027)
    assert not without_programme(agreements, date(2026, 12, 1)).exists()


def test_submitted_programme_waits_for_the_ministry_and_a_returned_one_for_both_sides(cast):
    made = programme(cast)
    line(made, cast.badr)
    actions.transition_programme(made, PROGRAMME["submit"], by=cast.badr)
    address = made.get_absolute_url()

    assert {who: address in [row.address for row in waiting_for(cast.people[who])] for who in ("amal", "badr")} == {"amal": True, "badr": False}
    actions.transition_programme(made, PROGRAMME["return"], by=cast.amal, reason="سبب")
    cast.amal = type(cast.amal).objects.get(pk=cast.amal.pk)
    assert {who: address in [row.address for row in waiting_for(cast.people[who])] for who in ("amal", "badr")} == {"amal": False, "badr": True}
    assert "سبب" in Notice.objects.filter(event="programme_returned")[0].words["reason"]


def test_proposal_is_looked_at_ticked_and_taken(client, cast):
    made = programme(cast, year=cast.agreement.ends_on.year)
    factories.need(cast)
    factories.need(cast, specialty=cast.specialties[1], severity=2)
    factories.offer(cast)
    client.force_login(cast.badr)
    address = f"{made.get_absolute_url()}proposal/"
    Agreement.objects.update(ends_on=date(made.year, 12, 31))

    shown = client.get(address)
    keys = [row["key"] for row in shown.context["lines"]]
    client.post(address, {"take": [keys[0], "surgical.99.20270101"]})

    assert len(keys) >= 2
    assert all(row["reasons"] for row in shown.context["lines"])
    assert [(own.kind, own.specialty_id, f"{own.starts_on:%Y%m%d}") for own in made.lines.all()] == [
        (kind, int(specialty), day) for kind, specialty, day in [keys[0].split(".")]
    ]
    assert made.lines.get().reasons
    assert made.lines.get().month == made.lines.get().starts_on.month


@pytest.mark.parametrize("address", ["/programmes/", "/programmes/{pk}/", "/partnerships/{partnership}/programmes/"])
def test_page_costs_the_same_with_one_line_and_with_five(client, cast, address):
    made = approved(cast)
    client.force_login(cast.amal)
    address = address.format(pk=made.pk, partnership=cast.partnership.pk)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    def more(month: int) -> None:
        own = PlannedActivity.objects.create(programme=made, kind="surgical", month=month, specialty=cast.specialties[month % 3])
        activity = factories.planned(cast)
        Activity.objects.filter(pk=activity.pk).update(planned=own)

    more(4)
    cost()
    one = cost()
    for month in (5, 6, 7):
        more(month)
    factories.planned(cast)

    assert cost() == one


def test_export_says_what_became_of_the_lines(client, cast):
    approved(cast)
    client.force_login(cast.amal)

    text = b"".join(client.get(f"/programmes/?year={YEAR}&export=csv").streaming_content).decode()

    assert cast.partnership.code in text
    assert len(text.strip().splitlines()) == 2
    assert len(b"".join(client.get("/programmes/?status=draft&export=csv").streaming_content).decode().strip().splitlines()) == 1
