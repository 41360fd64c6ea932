"""People followed after a mission: codes that name nobody, checks, outcomes, who writes and who reads."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.actions import cases, people
from activities.models import Activity, FollowUpCase, FollowUpCheck
from activities.pseudonyms import following, listed, normal, numbered, problem_with_code, words_of
from core.formats import today
from core.history import trail
from core.lifecycle import TransitionRefused
from core.models import Change
from partnerships.models import Procedure
from reports.waiting import waiting_for
from tests import factories
from tests.activities import guests
from tests.activities.guests import followed, on


def held(cast, ended: int = 0, length: int = 3) -> Activity:
    """Reported days that ended so long ago."""
    return factories.reported(cast, ended=ended)


def check_of(case: FollowUpCase, day: int) -> FollowUpCheck:
    return FollowUpCheck.objects.select_related("case").get(case=case, day=day)


def outcomes(case: FollowUpCase) -> list[str]:
    return list(case.checks.order_by("day").values_list("outcome", flat=True))


# --- Codes ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["TAM-001", "tam 12", "تام-٠٠١", "H.04", "TAM-26-0012", "K-09"])
def test_code_of_the_hosts_own_is_kept_in_one_form(typed):
    code = normal(typed)

    assert problem_with_code(code) == ""
    assert normal(code) == code
    assert normal("tam 12") == normal("TAM_12") == "TAM-12"


@pytest.mark.parametrize(
    "typed",
    [
        "K9", "TAM-0000000001", "AHMED-01", "SARA-7", "علي-12", "مريم-3", "TAM", "001234", "0551234567", "A-0551-2345", "186010812345678", "286051234567",
        "TAM-1985", "12-05-98A", "A120598", "DOS-123", "FILE12", "ملف-12", "NSS-4411", "TAM-00123", "T@M-01", "TAMANR-1", "=TAM-01", "TAM\u202e-01x#",
        "A-123-456-7", "OMAR3",
    ],
)  # fmt: skip
def test_code_that_may_name_somebody_is_refused_with_an_example(typed):
    problem = problem_with_code(normal(typed))

    assert problem
    assert "TAM-001" in problem


def test_code_with_a_word_of_a_name_of_the_roster_is_refused():
    names = words_of(["ليث بن داود", "Zineb Kaci", "Al-Nuaimi"])

    assert problem_with_code("KACI-01", names)
    assert problem_with_code("ليث-01", names)
    assert not problem_with_code("KACE-01", names)
    assert "nuaimi" not in names  # too long to stand in a code


def test_codes_are_counted_on_from_the_first_and_read_from_a_list():
    assert numbered("TAM-098", 4) == ["TAM-098", "TAM-099", "TAM-100", "TAM-101"]
    assert listed("TAM-001…003\nx-9، Y_10\n") == ["TAM-001", "TAM-002", "TAM-003", "X-9", "Y-10"]
    assert listed("TAM-07..TAM-09") == ["TAM-07", "TAM-08", "TAM-09"]
    assert (following("TAM-009"), following("ABC")) == ("TAM-010", "")
    with pytest.raises(ValidationError):
        numbered("TAM-01A", 2)


# --- Cases ----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_eight_people_are_followed_at_once_each_with_three_checks(cast):
    activity = held(cast, ended=0)

    made = followed(cast, activity, *numbered("TAM-001", 8), treated_on=activity.ends_on)

    assert [case.code for case in made] == [f"TAM-00{place}" for place in range(1, 9)]
    assert [(check.day, check.due_on) for check in made[3].checks.order_by("day")] == [(day, today() + timedelta(days=day)) for day in (7, 30, 90)]
    assert cases.suggested_code(cast.host) == "TAM-009"
    assert followed(cast, activity, "TAM-020", for_a_year=True)[0].checks.filter(day=365).exists()


@pytest.mark.django_db
def test_same_list_sent_twice_makes_each_case_once_and_another_list_under_its_number_none(cast):
    activity, uid = held(cast), uuid.uuid4()

    first = followed(cast, activity, "TAM-001", "TAM-002", uid=uid)
    again = followed(cast, activity, "TAM-001", "TAM-002", uid=uid)

    assert [case.pk for case in first] == [case.pk for case in again]
    for other in (["TAM-001", "TAM-003"], ["TAM-002", "TAM-001"], ["TAM-001"], ["TAM-001", "TAM-002", "TAM-003"]):
        with pytest.raises(TransitionRefused) as refusal:
            followed(cast, activity, *other, uid=uid)
        assert refusal.value.code == "uid_taken"
    assert FollowUpCase.objects.count() == 2
    assert FollowUpCheck.objects.count() == 6


@pytest.mark.django_db
def test_list_with_a_mistake_is_refused_whole(cast):
    activity = held(cast)
    right = {"institution": cast.host, "specialty": cast.specialties[0], "treated_on": activity.starts_on, "age_band": "60+", "codes": ["TAM-001", "TAM-002"]}
    mistakes = [
        ({"codes": ["TAM-001", "TAM-001"]}, "codes"), ({"codes": []}, "codes"), ({"codes": ["TAM-003", "YASMINE1"]}, "codes"), ({"codes": ["BADR-1"]}, "codes"),
        ({"codes": numbered("TAM-001", 61)}, "codes"), ({"treated_on": on(1)}, "treated_on"), ({"treated_on": on(-40)}, "treated_on"), ({"age_band": "37"}, "age_band"),
        ({"institution": cast.partner}, "institution"),
    ]  # fmt: skip
    named = []
    for wrong, field in mistakes:
        with pytest.raises(ValidationError) as refusal:
            cases.follow(activity, by=None, **{**right, **wrong})
        named.append(field in refusal.value.by_field)

    assert named == [True] * len(mistakes)
    assert not FollowUpCase.objects.exists()


@pytest.mark.django_db
def test_code_is_the_hosts_once_and_a_procedure_of_its_specialty(cast):
    activity = held(cast)
    followed(cast, activity, "TAM-001")
    eye = Procedure.objects.create(code="cataract", name_ar="ساد", specialty=cast.specialties[2])

    with pytest.raises(ValidationError) as refusal:
        followed(cast, activity, "TAM-001")
    assert "TAM-001" in refusal.value.by_field["codes"]
    with pytest.raises(ValidationError) as refusal:
        followed(cast, activity, "TAM-002", procedure=eye)
    assert "procedure" in refusal.value.by_field


@pytest.mark.django_db
def test_only_the_coordinator_of_the_host_writes(cast):
    activity = held(cast, ended=20)
    case = followed(cast, activity)[0]
    values = {"institution": cast.host, "codes": ["TAM-007"], "specialty": cast.specialties[0], "treated_on": activity.starts_on, "age_band": "60+"}
    codes = []
    for user in (cast.dalia, cast.ziad, cast.amal, cast.hani, cast.tarek):
        for deed in (
            lambda: cases.follow(activity, by=user, **values),  # noqa: B023 – called at once
            lambda: cases.record_outcome(check_of(case, 7), "well", by=user),  # noqa: B023
            lambda: cases.note_attempt(check_of(case, 7), by=user),  # noqa: B023
            lambda: cases.edit_case(case, by=user, code="TAM-100"),  # noqa: B023
            lambda: cases.drop_case(case, by=user),  # noqa: B023
        ):
            with pytest.raises(TransitionRefused) as refusal:
                deed()
            codes.append(refusal.value.code)

    assert codes == ["not_allowed"] * 25
    assert list(FollowUpCase.objects.values_list("code", flat=True)) == ["TAM-001"]
    assert outcomes(case) == ["", "", ""]


@pytest.mark.django_db
def test_history_never_holds_the_code(cast):
    case = followed(cast, held(cast, ended=20), "TAM-007")[0]
    cases.edit_case(case, by=cast.badr, code="TAM-777", age_band="60+")
    cases.record_outcome(check_of(case, 7), "well", by=cast.badr, seen_on=case.treated_on + timedelta(days=8))
    cases.drop_case(followed(cast, case.activity, "TAM-008")[0], by=cast.badr)

    said = str(list(Change.objects.filter(object_type="activities.followupcase").values()))
    assert trail(case).count() == 3
    assert "TAM-" not in said


# --- Checks ---------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_outcome_is_recorded_corrected_and_said_twice_is_said_once(cast):
    case = followed(cast, held(cast, ended=9))[0]
    seen = case.treated_on + timedelta(days=9)

    cases.record_outcome(check_of(case, 7), "well", by=cast.badr, seen_on=seen)
    cases.record_outcome(check_of(case, 7), "well", by=cast.badr, seen_on=seen)
    assert trail(case).filter(verb="outcome").count() == 1
    cases.record_outcome(check_of(case, 7), "complication", by=cast.badr, seen_on=seen)

    check = check_of(case, 7)
    assert (check.outcome, check.seen_on, check.recorded_by) == ("complication", seen, cast.badr)


@pytest.mark.django_db
def test_day_must_fit_the_check(cast):
    activity = factories.reported(cast, ended=22)  # began 25 days ago
    case = followed(cast, activity)[0]
    expected = {
        (7, "well", 3): False, (7, "well", 4): True, (7, "complication", 1): True, (7, "died", 0): True, (7, "well", 21): False, (30, "well", 20): False,
        (30, "well", 21): True, (30, "transferred", 2): True, (7, "well", 26): False, (7, "lost", 8): False, (7, "nonsense", 8): False, (7, "complication", -1): False,
    }  # fmt: skip
    found = {
        (day, outcome, after): not cases.problems_with_day(check_of(case, day), outcome, case.treated_on + timedelta(days=after))
        for day, outcome, after in expected
    }

    assert found == expected
    with pytest.raises(ValidationError):
        cases.record_outcome(check_of(case, 30), "well", by=cast.badr, seen_on=case.treated_on + timedelta(days=20))
    assert outcomes(case) == ["", "", ""]


@pytest.mark.django_db
def test_death_closes_the_later_checks_until_it_is_corrected(cast):
    case = followed(cast, held(cast, ended=9), for_a_year=True)[0]

    cases.record_outcome(check_of(case, 7), "died", by=cast.badr, seen_on=case.treated_on + timedelta(days=2))
    assert outcomes(case) == ["died"] * 4
    with pytest.raises(TransitionRefused) as refusal:
        cases.record_outcome(check_of(case, 30), "complication", by=cast.badr, seen_on=case.treated_on + timedelta(days=9))
    assert refusal.value.code == "died_before"
    cases.record_outcome(check_of(case, 7), "readmitted", by=cast.badr, seen_on=case.treated_on + timedelta(days=2))
    assert outcomes(case) == ["readmitted", "", "", ""]


@pytest.mark.django_db
def test_three_attempts_in_vain_on_three_days_and_somebody_is_lost_until_found(cast):
    case = followed(cast, held(cast, ended=15))[0]  # began 18 days ago: day 7 was 11 days ago
    check = check_of(case, 7)

    for day in (on(-3), on(-3), on(-2)):
        cases.note_attempt(check, by=cast.badr, on=day)
    assert (check.attempts, check.outcome) == (2, "")
    cases.note_attempt(check, by=cast.badr)
    assert (check.attempts, check.outcome) == (3, "lost")
    with pytest.raises(TransitionRefused):
        cases.note_attempt(check, by=cast.badr)
    with pytest.raises(TransitionRefused):
        cases.note_attempt(check_of(case, 30), by=cast.badr)  # not due
    cases.record_outcome(check, "well", by=cast.badr, seen_on=on(-1))
    assert outcomes(case) == ["well", "", ""]


@pytest.mark.django_db
def test_transfer_is_open_until_it_is_closed_with_a_day(cast):
    activity = held(cast, ended=9)
    sent, treated = followed(cast, activity, reason="transferred")[0], followed(cast, activity, "TAM-002")[0]
    cases.record_outcome(check_of(treated, 7), "transferred", by=cast.badr, seen_on=treated.treated_on + timedelta(days=5))

    assert set(FollowUpCase.objects.open_transfers()) == {sent, treated}
    for day in (on(1), sent.treated_on - timedelta(days=1)):
        with pytest.raises(ValidationError):
            cases.close_transfer(sent, by=cast.badr, closed_on=day)
    cases.close_transfer(sent, by=cast.badr, closed_on=today())
    with pytest.raises(TransitionRefused):
        cases.close_transfer(sent, by=cast.badr, closed_on=today())
    assert set(FollowUpCase.objects.open_transfers()) == {treated}


@pytest.mark.django_db
def test_corrected_day_moves_the_checks_and_a_case_with_outcomes_is_not_taken_back(cast):
    case = followed(cast, held(cast, ended=9))[0]

    cases.edit_case(case, by=cast.badr, treated_on=case.treated_on + timedelta(days=2), for_a_year=True, version=case.version)

    assert [(check.due_on - case.treated_on).days for check in case.checks.order_by("day")] == [7, 30, 90, 365]
    cases.record_outcome(check_of(case, 7), "well", by=cast.badr, seen_on=today() - timedelta(days=1))
    with pytest.raises(TransitionRefused):
        cases.drop_case(case, by=cast.badr)


# --- Pages ----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_one_tap_says_that_somebody_is_well_and_the_other_side_only_reads(client, cast):
    activity = held(cast, ended=6)
    followed(cast, activity, "TAM-001", "TAM-002")
    check = check_of(FollowUpCase.objects.get(code="TAM-002"), 7)
    address = f"/follow-up/{check.case_id}/checks/{check.pk}/"

    client.force_login(cast.dalia)
    page = client.get("/follow-up/").content.decode()
    assert "TAM-002" in page
    assert address not in page
    assert client.post(address, {"outcome": "well"}).status_code == 403
    client.force_login(cast.badr)
    assert address in client.get("/follow-up/").content.decode()
    assert any("/follow-up/?activity=" in row.address for row in waiting_for(cast.badr))
    answer = client.post(address, {"outcome": "well", "next": "/follow-up/?when=overdue"})
    assert (answer.status_code, answer["Location"]) == (302, "/follow-up/?when=overdue")
    assert check_of(check.case, 7).outcome == "well"
    assert client.post(address, {"outcome": "well", "next": "//evil.example/follow-up/"})["Location"] == f"/follow-up/{check.case_id}/"
    client.get("/follow-up/")  # the messages
    assert "TAM-002" not in client.get("/follow-up/").content.decode()
    assert "TAM-002" in client.get("/follow-up/?when=recorded").content.decode()


@pytest.mark.django_db
def test_list_of_codes_is_typed_on_the_page_and_a_wrong_one_is_shown_at_its_field(client, cast):
    activity = held(cast)
    address = f"/activities/{activity.pk}/cases/new/"
    client.force_login(cast.badr)
    form = {
        "uid": str(uuid.uuid4()), "institution": cast.host.pk, "specialty": "general-surgery", "treated_on": activity.ends_on.strftime("%d/%m/%Y"), "age_band": "60+",
        "reason": "treated", "first": "TAM-٠٠١", "count": "٨",
    }  # fmt: skip

    bad = client.post(address, {**form, "first": "MOHAMED-1"})
    assert bad.status_code == 400
    assert 'id="id_first-error"' in bad.content.decode()
    assert "MOHAMED-1" in bad.content.decode()
    for _time in range(2):
        assert client.post(address, form).status_code == 302
    assert FollowUpCase.objects.count() == 8
    exported = b"".join(client.get(f"/follow-up/?activity={activity.pk}&when=all&export=csv").streaming_content).decode()
    assert exported.count("TAM-00") == 24
    chips = client.get(f"/follow-up/?activity={activity.pk}&when=all").context["chips"]
    assert [(str(chip["label"]), chip["value"]) for chip in chips] == [("النشاط", activity.title)]
    assert [chip["value"] for chip in client.get(f"/follow-up/?activity={activity.pk + 99}").context["chips"]] == [activity.pk + 99]
    assert "general" not in client.get("/follow-up/rates/").content.decode().lower()


@pytest.mark.django_db
def test_rates_in_the_room_show_nothing_below_five(client, cast):
    activity = held(cast, ended=40)
    for place, case in enumerate(followed(cast, activity, *numbered("TAM-001", 4))):
        cases.record_outcome(check_of(case, 30), "complication" if place == 0 else "well", by=cast.badr, seen_on=case.treated_on + timedelta(days=31))
    address = f"/partnerships/{cast.partnership.pk}/outcomes/"
    client.force_login(cast.essam)

    page = client.get(f"{address}?lang=en").content.decode()
    assert "fewer than five" in page
    assert "25%" not in page
    assert "TAM-" not in page
    last = followed(cast, activity, "TAM-005")[0]
    cases.record_outcome(check_of(last, 30), "well", by=cast.badr, seen_on=last.treated_on + timedelta(days=31))
    assert "20%" in client.get(address).content.decode()
    client.force_login(cast.hani)
    assert client.get(address).status_code == 404


@pytest.mark.django_db
def test_lists_and_the_activity_cost_the_same_with_one_row_and_with_four(client, cast):
    activity = held(cast, ended=6)
    guests.visitor_file(cast)
    followed(cast, activity, "TAM-001")
    pages = ("/follow-up/", "/follow-up/rates/", activity.get_absolute_url(), "/visitors/", "/")
    client.force_login(cast.badr)

    def cost(page: str) -> int:
        client.get(page)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page).status_code == 200
        return len(queries)

    before = {page: cost(page) for page in pages}
    followed(cast, activity, "TAM-002", "TAM-003", "TAM-004")
    for _time in range(2):
        guests.visitor_file(cast)

    assert {page: cost(page) for page in pages} == before


@pytest.mark.django_db
def test_erasing_somebody_of_the_roster_takes_what_papers_say_of_them(cast):
    file = guests.visitor_file(cast)
    file.papers.update(note="ملاحظة عن الشخص")

    people.erase_professional(file.professional, by=cast.amal, reason="طلب")

    assert set(file.papers.values_list("note", flat=True)) == {""}
