"""Certificates: who earns one, what anybody may check, and when one is no longer valid."""

import subprocess
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from activities.actions import certificates as actions
from activities.actions import people
from activities.models import Activity
from activities.papers.certificate import initials_of, issued_certificate
from activities.tasks import issue_certificates_task
from core.lifecycle import TransitionRefused
from core.models import Change, Seal
from tests.activities import roster

pytestmark = pytest.mark.django_db
NAME = "نورة الصالح"


def earned(cast, *names: str):
    activity = roster.held(cast)
    return activity, roster.listed(cast, activity, *(names or (NAME,)))


def words_in(seal: Seal, tmp_path) -> str:
    path = tmp_path / "certificate.pdf"
    path.write_bytes(seal.file.open("rb").read())
    try:
        return subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True).stdout.decode()
    except FileNotFoundError:
        pytest.skip("pdftotext is not installed")


def test_certificate_says_what_was_done_in_its_language(cast, tmp_path):
    _activity, (row,) = earned(cast)
    people.edit_professional(row.professional, {"latin_name": "Noura Al Saleh"}, by=cast.badr)
    row.refresh_from_db()

    french = words_in(roster.certificate(row, "fr", by=cast.badr), tmp_path)

    assert "Noura Al Saleh" in french
    assert "Ministère de la Santé" in french
    seal = Seal.objects.get()
    assert (seal.kind, seal.language, seal.object_type) == ("certificate", "fr", "activities.participant")
    assert seal.code[:6] in french


def test_nobody_gets_one_before_the_days_are_over_or_before_presence_is_recorded(cast):
    activity = roster.ahead(cast)
    roster.listed(cast, activity, NAME)
    with pytest.raises(TransitionRefused) as early:
        actions.ask_for_certificates(activity, "ar", by=cast.badr)
    held, (_there, waits) = earned(cast, NAME, "آخر")
    people.mark_presence(held, {waits.pk: "registered"}, by=cast.badr)
    with pytest.raises(TransitionRefused) as open_list:
        actions.ask_for_certificates(held, "ar", by=cast.badr)
    people.mark_presence(held, {waits.pk: "absent"}, by=cast.badr)
    waits.refresh_from_db()
    with pytest.raises(TransitionRefused) as absent:
        issued_certificate(waits, "ar", by=cast.badr)

    assert (early.value.code, open_list.value.code, absent.value.code) == ("not_held", "presence_missing", "not_present")
    assert not Seal.objects.exists()


def test_anybody_checks_a_certificate_without_learning_the_name(client, cast):
    _activity, (row,) = earned(cast)
    seal = roster.certificate(row, "ar", by=cast.badr)

    page = client.get(f"/verify/{seal.code}/", {"lang": "en"})
    text = page.content.decode()

    assert page.status_code == 200
    assert "valid" in text
    assert initials_of(row) in text
    assert cast.host.name_fr in text
    assert NAME not in text
    assert not any(word in text for word in NAME.split())


def test_certificate_is_void_once_the_presence_is_corrected_and_valid_again_after(client, cast):
    activity, (row,) = earned(cast)
    seal = roster.certificate(row, "ar", by=cast.badr)
    link = actions.link_of(seal).removeprefix("http://testserver").split("/", 3)[3]

    def says() -> tuple[bool, int]:
        page = client.get(f"/verify/{seal.code}/", {"lang": "en"}).content.decode()
        assert ("A genuine document" in page) is ("no longer valid" not in page)
        return "no longer valid" in page, client.get(f"/{link}").status_code

    assert says() == (False, 200)
    people.mark_presence(activity, {row.pk: "absent"}, by=cast.badr)
    assert says() == (True, 404)
    people.mark_presence(activity, {row.pk: "present"}, by=cast.badr)
    assert says() == (False, 200)
    with pytest.raises(TransitionRefused) as refusal:
        people.drop_participant(row, by=cast.badr)
    assert refusal.value.code == "has_certificate"


def test_asking_twice_makes_one_each_and_a_corrected_name_makes_a_new_one(client, cast):
    activity, rows = earned(cast, "أ", "ب")
    client.force_login(cast.badr)
    for _press in range(2):
        client.post(f"/activities/{activity.pk}/certificates/issue/", {"language": "fr"})
    assert Seal.objects.count() == 2

    people.edit_professional(rows[0].professional, {"name": "أحمد"}, by=cast.badr)
    client.post(f"/activities/{activity.pk}/certificates/issue/", {"language": "fr"})

    assert Seal.objects.count() == 3


def test_many_are_made_in_the_background_and_a_lost_message_loses_none(client, cast, monkeypatch):
    monkeypatch.setattr(actions, "AT_ONCE", 1)
    monkeypatch.setattr("partnerships.tasks.ask", lambda *given: None)  # the message is lost
    activity, _rows = earned(cast, "أ", "ب")
    client.force_login(cast.dalia)

    client.post(f"/activities/{activity.pk}/certificates/issue/", {"language": "ar"})
    assert Seal.objects.count() == 0
    made = [sweep() for _time in range(2)]

    assert made == [2, 0]
    assert set(Seal.objects.values_list("issued_by", flat=True)) == {cast.dalia.pk}
    assert Change.objects.filter(verb="ask_certificates").count() == 1


def test_what_waits_is_asked_for_anew_when_it_is_made(client, cast, monkeypatch):
    monkeypatch.setattr(actions, "AT_ONCE", 0)
    monkeypatch.setattr("partnerships.tasks.ask", lambda *given: None)  # only the sweep makes them
    activity, (first, _second) = earned(cast, "أ", "ب")
    actions.ask_for_certificates(activity, "ar", by=cast.dalia)
    asked = Change.objects.get(verb="ask_certificates")
    (late,) = roster.listed(cast, activity, "ج")
    mine = cast.dalia.memberships.all()
    valid_to = mine.get().valid_to

    mine.update(valid_to=timezone.localdate() - timedelta(days=1))
    assert issue_certificates_task(asked.pk) == sweep() == 0  # whoever asked may not any more
    mine.update(valid_to=valid_to)
    type(cast.dalia).objects.filter(pk=cast.dalia.pk).update(is_active=False)
    assert sweep() == 0
    type(cast.dalia).objects.filter(pk=cast.dalia.pk).update(is_active=True)
    people.mark_presence(activity, {first.pk: "registered"}, by=cast.badr)
    assert sweep() == 0  # the list is open again
    people.mark_presence(activity, {first.pk: "present"}, by=cast.badr)

    assert sweep() == 2
    assert not Seal.objects.filter(object_id=late.pk).exists()  # not there when they were asked for


def sweep() -> int:
    return actions.issue_waiting(timezone.now() - timedelta(days=1))


def test_both_sides_download_and_strangers_do_not(client, cast):
    activity, (row,) = earned(cast)
    roster.certificate(row, "ar", by=cast.badr)
    address = f"/participants/{row.pk}/certificate/ar/"
    answers = {}
    for name in ("badr", "dalia", "amal", "hani", "essam"):
        client.force_login(cast.people[name])
        answers[name] = client.get(address).status_code

    assert answers == {"badr": 200, "dalia": 200, "amal": 200, "hani": 404, "essam": 404}
    client.force_login(cast.badr)
    archive = client.get(f"/activities/{activity.pk}/certificates.zip")
    assert b"".join(archive.streaming_content)[:2] == b"PK"


def test_link_cannot_be_guessed_and_is_slowed_down(client, cast):
    _activity, (row,) = earned(cast)
    seal = roster.certificate(row, "ar", by=cast.badr)
    cache.clear()

    wrong = [client.get(f"/certificates/{token}/").status_code for token in (str(seal.pk), f"{seal.pk}.abc", seal.code)]
    flood = [client.get("/certificates/x/").status_code for _knock in range(40)]

    assert wrong == [404, 404, 404]
    assert flood[-1] == 429
    cache.clear()


def test_certificate_of_a_cancelled_activity_is_not_issued(cast):
    activity, _rows = earned(cast)
    Activity.objects.filter(pk=activity.pk).update(status="cancelled")
    activity.refresh_from_db()

    with pytest.raises(TransitionRefused):
        actions.ask_for_certificates(activity, "ar", by=cast.badr)
