"""The roster: found, edited by two at once, handed out and erased; who took part, who counts, what tests say."""

import csv
import io
import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities import actions as activity_actions
from activities.actions import people as actions
from activities.choices import Presence
from activities.forms import ReportForm
from activities.models import Activity, Participant, Professional
from core.editing import EditConflict
from core.formats import today
from core.history import first_broken
from core.lifecycle import TransitionRefused
from core.models import Attachment, Change, Seal
from reports.headline import Chosen, trained
from tests import factories
from tests.activities import roster
from tests.cast import SECRET

pytestmark = pytest.mark.django_db


# --- The roster -----------------------------------------------------------------------------------------------------


def test_professional_is_found_by_any_spelling_of_name_specialty_or_institution(client, cast):
    found = roster.person(cast, "فاطمة الزهراء بن علي", latin_name="Fatima Zohra", specialty=cast.specialties[1])
    other = roster.person(cast, "كريم", cast.partner, specialty=cast.specialties[2])
    client.force_login(cast.badr)

    def shown(typed: str) -> set[int]:
        page = client.get("/professionals/", {"q": typed}).content.decode()
        return {one.pk for one in (found, other) if f'href="{one.get_absolute_url()}"' in page}

    assert [typed for typed in ("فاطمه", "بن على", "Fatima", "urology", "مستشفى الجنوب") if shown(typed) != {found.pk}] == []
    assert shown("specialised") == set()


def test_filters_choose_by_cadre_language_and_post(client, cast):
    doctor = roster.person(cast, "طبيب", languages=["ar", "fr"])
    nurse = roster.person(cast, "ممرض", profession=roster.profession("NURS", "paramedical"), languages=["ar"])
    gone = roster.person(cast, "سابق", languages=["en"])
    actions.edit_professional(gone, {"left_on": today()}, by=cast.badr)
    client.force_login(cast.dalia)

    def shown(**query) -> set[int]:
        page = client.get("/professionals/", query).content.decode()
        return {one.pk for one in (doctor, nurse, gone) if f'href="{one.get_absolute_url()}"' in page}

    assert shown() == {doctor.pk, nurse.pk, gone.pk}
    assert shown(cadre="paramedical") == {nurse.pk}
    assert shown(language="fr") == {doctor.pk}
    assert shown(in_post="no") == {gone.pk}
    assert shown(institution=cast.host.code, in_post="yes") == {doctor.pk, nurse.pk}


def test_list_costs_the_same_with_one_person_and_with_four(client, cast, django_assert_num_queries):
    client.force_login(cast.badr)
    roster.person(cast)
    client.get("/professionals/")
    with django_assert_num_queries(10, exact=False) as one:
        client.get("/professionals/")
    for name in ("ب", "ج", "د"):
        roster.person(cast, name, cast.partner)
    with django_assert_num_queries(len(one), exact=True):
        client.get("/professionals/")


def test_export_keeps_ways_to_reach_people_for_those_who_keep_their_roster(client, cast):
    roster.person(cast, "بدر", email="own@example.org", phone="+213 29 00 00 01")
    roster.person(cast, "دليلة", cast.partner, email="twin@example.org", phone="+213 29 00 00 02")
    client.force_login(cast.badr)

    text = b"".join(client.get("/professionals/?export=csv").streaming_content).decode()

    assert "دليلة" in text
    assert "own@example.org" in text
    assert "twin@example.org" not in text
    assert "00 00 02" not in text


def test_person_of_the_same_name_is_shown_before_a_second_one_is_made(client, cast):
    there = roster.person(cast, "فاطمة بن علي")
    client.force_login(cast.badr)
    form = {"name": "بن علي فاطمه", "institution": cast.host.code, "profession": "SPEC", "version": ""}

    asked = client.post("/professionals/new/", form)
    told = client.post("/professionals/new/", {**form, "is_new": "on"})

    assert asked.status_code == 400
    assert there.get_absolute_url() in asked.content.decode()
    assert told.status_code == 302
    assert Professional.objects.count() == 2


def test_nobody_enters_people_of_another_institution(cast):
    with pytest.raises(TransitionRefused) as refusal:
        actions.create_professional(by=cast.badr, institution=cast.partner, name="غريب", profession=roster.profession())

    assert refusal.value.code == "other_institution"
    assert not Professional.objects.exists()


def test_two_who_edit_one_entry_do_not_overwrite_each_other(client, cast):
    one = roster.person(cast)
    client.force_login(cast.badr)
    form = {"name": "الاسم الثاني", "institution": cast.host.code, "profession": "SPEC", "version": "1", "languages": ["ar"]}
    actions.edit_professional(one, {"rank": "أستاذة"}, by=cast.ziad)

    answer = client.post(f"{one.get_absolute_url()}edit/", form)

    assert answer.status_code == 409
    assert "أستاذة" in answer.content.decode()
    assert Professional.objects.get().name != "الاسم الثاني"
    with pytest.raises(EditConflict):
        actions.edit_professional(one, {"rank": "x"}, by=cast.badr, version=1)


def test_day_of_leaving_cannot_be_in_the_future(cast):
    with pytest.raises(TransitionRefused) as refusal:
        actions.edit_professional(roster.person(cast), {"left_on": today() + timedelta(days=1)}, by=cast.badr)
    assert refusal.value.code == "left_in_future"


# --- Personal data --------------------------------------------------------------------------------------------------


def full_person(cast) -> Professional:
    """Somebody about whom the portal keeps all that it can."""
    values = {"latin_name": f"Latin {SECRET}", "rank": SECRET, "email": "secret@example.org", "phone": "+213 29 99 99 99", "languages": ["fr"]}
    return roster.person(cast, f"اسم {SECRET}", **values)


def kept_about(word: str) -> list[str]:
    """Where `word` stands in what the portal keeps about people."""
    found = [f"change {row.pk}" for row in Change.objects.all() if word in json.dumps([row.before, row.after, row.reason], ensure_ascii=False)]
    rows = [*Professional.objects.all(), *Participant.objects.all()]
    return found + [str(row.pk) for row in rows for field in row._meta.concrete_fields if word in str(getattr(row, field.attname))]


def test_history_never_holds_personal_values(cast):
    one = full_person(cast)
    actions.edit_professional(one, {"phone": "+213 29 88 88 88", "name": f"آخر {SECRET}"}, by=cast.badr)
    activity = roster.held(cast)
    row = actions.add_participant(activity, one, by=cast.badr)
    actions.mark_presence(activity, {row.pk: "absent"}, by=cast.badr)
    actions.record_scores(activity, {row.pk: (Decimal("33.3"), Decimal("77.7"))}, by=cast.badr)

    assert [where for word in (SECRET, "88 88", "secret@", "33.3", "77.7") for where in kept_about(word) if where.startswith("change")] == []
    edited = Change.objects.get(verb="edit", object_type="activities.professional")
    assert set(edited.after) == {"phone", "name"}  # what changed is said, not from what to what


def test_erasing_leaves_counts_and_takes_everything_else(client, cast, django_capture_on_commit_callbacks):
    one = full_person(cast)
    activity = roster.held(cast)
    actions.add_participant(activity, one, by=cast.badr, days=2)
    seal = roster.certificate(activity.participants.get(), "ar", by=cast.badr)
    before = activity_actions.totals_of(activity)
    client.force_login(cast.amal)
    assert SECRET in client.get(one.get_absolute_url()).content.decode()

    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(f"{one.get_absolute_url()}erase/", {"reason": "طلب كتابي"})

    assert answer.status_code == 302
    assert kept_about(SECRET) == []
    assert kept_about("secret@") == []
    assert activity_actions.totals_of(activity) == before
    assert not seal.file.storage.exists(seal.file.name)
    assert Seal.objects.filter(pk=seal.pk).exists()
    assert client.get(f"/verify/{seal.code}/").status_code == 200
    assert Change.objects.get(verb="erase").reason == "طلب كتابي"
    assert first_broken() is None
    lines = Change.objects.count()
    actions.erase_professional(one, by=cast.amal, reason="ثانية")
    assert Change.objects.count() == lines
    assert one.get_absolute_url() not in client.get("/professionals/").content.decode()


def test_reason_of_an_erasure_must_not_name_the_person(client, cast):
    one = full_person(cast)
    client.force_login(cast.amal)

    answer = client.post(f"{one.get_absolute_url()}erase/", {"reason": f"طلب {SECRET}"})

    assert answer.status_code == 400
    assert Professional.objects.get().erased_at is None


def test_only_the_ministry_erases(cast):
    one = full_person(cast)
    for who in (cast.badr, cast.dalia, cast.ziad, cast.ranya):
        with pytest.raises(TransitionRefused):
            actions.erase_professional(one, by=who, reason="طلب")
    assert Professional.objects.get().erased_at is None


def test_erasing_takes_the_scans_of_a_visit(cast):
    from tests.activities import guests

    file = guests.visitor_file(cast)
    paper = file.papers.all()[0]
    Attachment.objects.create(object_type="activities.visitorpaper", object_id=paper.pk, role="diploma", title="d.pdf", media_type="application/pdf", size=1)

    actions.erase_professional(file.professional, by=cast.amal, reason="طلب")

    assert not Attachment.objects.filter(object_type="activities.visitorpaper", object_id=paper.pk).exists()


def test_everything_kept_about_one_person_is_handed_out_as_a_file(client, cast):
    one = full_person(cast)
    activity = roster.held(cast)
    row = actions.add_participant(activity, one, by=cast.badr)
    actions.record_scores(activity, {row.pk: (Decimal(40), Decimal("82.5"))}, by=cast.badr)
    client.force_login(cast.badr)

    answer = client.post(f"{one.get_absolute_url()}data/", {"format": "json"})
    table = client.post(f"{one.get_absolute_url()}data/", {"format": "csv"})

    data = answer.json()
    assert "attachment" in answer["Content-Disposition"]
    assert (data["name"], data["email"], data["institution"]) == (one.name, "secret@example.org", cast.host.code)
    assert [(item["test_before"], item["test_after"], item["days"]) for item in data["activities"]] == [(40.0, 82.5, 3)]
    lines = dict(list(csv.reader(io.StringIO(b"".join(table.streaming_content).decode("utf-8-sig"))))[1:])
    assert lines["activities.1.test_after"] == "82.5"
    assert Change.objects.filter(verb="export_person").count() == 2
    client.force_login(cast.dalia)
    assert client.post(f"{one.get_absolute_url()}data/").status_code == 302
    assert Change.objects.filter(verb="export_person").count() == 2


# --- Participants ---------------------------------------------------------------------------------------------------


def test_named_people_who_were_present_and_head_counts_are_counted_once_each(cast):
    activity = roster.held(cast)
    one, two, three = roster.listed(cast, activity, "أ", "ب", "ج")
    roster.listed(cast, activity, "رئيس", institution=cast.partner, role="leader")
    actions.mark_presence(activity, {one.pk: "absent", two.pk: "registered"}, by=cast.badr)
    actions.count_heads(activity, by=cast.badr, part="trained", institution=cast.host, cadre="paramedical", count=5)

    totals = activity_actions.totals_of(activity)
    assert (totals["trained"], totals["team"]) == (6, 1)
    Activity.objects.filter(pk=activity.pk).update(status="validated")
    everything = Chosen()
    assert sum(row.count for row in trained(cast.amal, everything)) == 6
    assert three.cadre == "doctors"


def test_report_leaves_named_people_alone_and_replaces_head_counts(cast):
    activity = roster.held(cast)
    roster.listed(cast, activity, "أ", "ب")
    actions.count_heads(activity, by=cast.badr, part="trained", institution=cast.host, cadre="doctors", count=4)
    lines = [factories.ResultLine(cast.host, "", None, {"audience": 9})]

    activity_actions.report_activity(activity, by=cast.badr, lines=lines, people=[factories.HeadCount("trained", cast.host, "technicians", 3)])

    assert activity.participants.named().count() == 2
    assert activity_actions.totals_of(activity)["trained"] == 5
    with pytest.raises(TransitionRefused) as refusal:
        actions.count_heads(activity, by=cast.badr, part="trained", institution=cast.host, cadre="doctors", count=4)
    assert refusal.value.code == "in_report"


def test_participant_from_outside_the_parties_is_refused_with_what_to_do(client, cast):
    activity, stranger = roster.ahead(cast), roster.person(cast, "غريب", cast.elsewhere)

    with pytest.raises(TransitionRefused) as refusal:
        actions.add_participant(activity, stranger, by=cast.amal)
    assert refusal.value.code == "outsider"
    assert str(cast.elsewhere) in str(refusal.value)
    client.force_login(cast.badr)
    page = client.post(f"/activities/{activity.pk}/participants/add/", {"professional": stranger.pk, "role": "trainee"})
    assert page.status_code == 400
    assert not Participant.objects.exists()


def test_participant_who_cannot_be_is_refused(cast):
    activity, new = roster.ahead(cast), roster.person(cast)
    (row,) = roster.listed(cast, activity, "أ")
    codes = []
    for who, given in ((new, {"days": 9}), (new, {"presence": "present"}), (row.professional, {"role": "trainer"})):
        with pytest.raises(TransitionRefused) as refusal:
            actions.add_participant(activity, who, by=cast.badr, **given)
        codes.append(refusal.value.code)

    assert codes == ["too_many_days", "not_begun", "already_there"]
    assert Participant.objects.count() == 1


def test_new_leader_takes_over_and_the_old_one_stays_in_the_team(cast):
    activity = roster.ahead(cast)
    (first,) = roster.listed(cast, activity, "أ", institution=cast.partner, role="leader")
    (second,) = roster.listed(cast, activity, "ب", institution=cast.partner, role="leader")

    first.refresh_from_db()
    assert (first.role, second.role, Activity.objects.get().leader) == ("member", "leader", second.professional)
    actions.drop_participant(second, by=cast.badr)
    assert Activity.objects.get().leader is None


def test_presence_of_many_at_once_on_the_page_for_the_door(client, cast):
    activity = roster.held(cast, ended=0)
    rows = roster.listed(cast, activity, "أ", "ب", "ج")
    other = roster.listed(cast, roster.held(cast, ended=9), "د")[0]
    client.force_login(cast.badr)
    address = f"/activities/{activity.pk}/presence/"

    client.post(address, {f"p{rows[0].pk}": "absent", f"p{other.pk}": "absent", "stage": "all"})

    assert list(activity.participants.order_by("pk").values_list("presence", flat=True)) == ["absent", "present", "present"]
    assert Participant.objects.get(pk=other.pk).presence == Presence.PRESENT
    assert Change.objects.filter(verb="presence").count() == 1


def test_presence_after_the_other_side_confirmed_is_the_ministrys_with_a_reason(cast):
    activity = roster.held(cast)
    (row,) = roster.listed(cast, activity, "أ")
    Activity.objects.filter(pk=activity.pk).update(status="validated")
    activity.refresh_from_db()

    with pytest.raises(TransitionRefused) as closed:
        actions.mark_presence(activity, {row.pk: "absent"}, by=cast.badr)
    with pytest.raises(TransitionRefused) as silent:
        actions.mark_presence(activity, {row.pk: "absent"}, by=cast.amal)
    actions.mark_presence(activity, {row.pk: "absent"}, by=cast.amal, reason="قائمة الحضور")

    assert (closed.value.code, silent.value.code) == ("figures_agreed", "reason_missing")
    assert activity_actions.totals_of(activity)["trained"] == 0


def test_form_that_would_be_refused_is_not_opened_and_the_reason_is_said(client, cast):
    activity = roster.held(cast)
    Activity.objects.filter(pk=activity.pk).update(status="validated")
    client.force_login(cast.badr)

    for page in ("participants/add/", "presence/"):
        answer = client.get(f"/activities/{activity.pk}/{page}", follow=True)
        assert answer.redirect_chain == [(f"/activities/{activity.pk}/participants/", 302)]
        assert answer.context["messages"]


def test_scores_are_read_in_any_digits_and_refused_outside_the_scale(client, cast):
    activity = roster.held(cast)
    (row,) = roster.listed(cast, activity, "أ")
    client.force_login(cast.badr)
    kept = []
    for typed in ("٦٢٫٥", "80", "140", ""):
        answer = client.post(f"/activities/{activity.pk}/scores/", {f"pre{row.pk}": "٤٠", f"post{row.pk}": typed})
        row.refresh_from_db()
        kept.append((answer.status_code, row.pre_score, row.post_score))
        if typed == "140":
            assert 'value="140"' in answer.content.decode()  # what was typed is still there

    assert kept == [(302, 40, Decimal("62.5")), (302, 40, 80), (400, 40, 80), (302, 40, None)]


def test_gain_is_over_those_present_with_both_tests(cast):
    activity = roster.held(cast)
    rows = roster.listed(cast, activity, "أ", "ب", "ج", "د")
    scores = {
        rows[0].pk: (Decimal(40), Decimal(70)),
        rows[1].pk: (Decimal(60), Decimal(70)),
        rows[2].pk: (Decimal(0), None),
        rows[3].pk: (Decimal(0), Decimal(100)),
    }
    actions.record_scores(activity, scores, by=cast.badr)
    actions.mark_presence(activity, {rows[3].pk: "absent"}, by=cast.badr)

    gain = actions.gain_of(activity.participants.all())

    assert (gain.count, gain.before, gain.after, gain.gain) == (2, 50.0, 70.0, 20.0)
    assert actions.gain_of([]) is None


def test_new_person_is_entered_and_added_in_one_go_or_not_at_all(client, cast):
    activity = roster.ahead(cast)
    roster.profession()
    client.force_login(cast.badr)
    form = {"stage": "quick", "new-name": "سعاد", "new-profession": "SPEC", "new-role": "trainee"}
    address = f"/activities/{activity.pk}/participants/add/"

    foreign = client.post(address, {**form, "new-institution": cast.partner.code})
    good = client.post(address, {**form, "new-institution": cast.host.code})

    assert (foreign.status_code, good.status_code) == (400, 302)
    assert [row.professional.name for row in Participant.objects.all()] == ["سعاد"]
    assert Participant.objects.get().presence == Presence.REGISTERED


def test_evaluator_reads_numbers_but_no_names(client, cast):
    activity = roster.held(cast)
    roster.listed(cast, activity, f"اسم {SECRET}")
    client.force_login(cast.essam)

    pages = [client.get(address).content.decode() for address in (f"/activities/{activity.pk}/participants/", activity.get_absolute_url())]

    assert [SECRET in page for page in pages] == [False, False]
    client.force_login(cast.dalia)
    assert SECRET in client.get(f"/activities/{activity.pk}/participants/").content.decode()


def test_pages_of_an_activity_cost_the_same_with_one_person_and_with_four(client, cast):
    activity = roster.held(cast)
    pages = [
        f"/activities/{activity.pk}/{page}" for page in ("", "participants/", "certificates/", "presence/", "scores/", "participants/add/", "certificates.zip")
    ]
    client.force_login(cast.badr)

    def costs() -> dict[str, int]:
        client.post(f"/activities/{activity.pk}/certificates/issue/", {"language": "ar"})
        found = {}
        for page in pages:
            client.get(page)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(page).status_code == 200
            found[page] = len(queries)
        return found

    roster.listed(cast, activity, "أ")
    one = costs()
    roster.listed(cast, activity, "ب", "ج", "د")

    assert costs() == one


def test_report_begins_with_the_head_counts_of_all_institutions(cast):
    activity = roster.held(cast)
    for place, count in ((cast.host, 4), (cast.partner, 2)):
        actions.count_heads(activity, by=cast.badr, part="trained", institution=place, cadre="doctors", count=count)

    form = ReportForm(kind="study", partnership=cast.partnership, activity=activity)

    assert form["trained_doctors"].value() == 6
