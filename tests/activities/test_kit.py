"""The mission kit: its pages, the order that can be verified, the short code of the paper form."""

from datetime import timedelta

import pypdfium2
import pytest
from django.utils import timezone, translation

from activities.actions import transition_activity
from activities.lifecycle import ACTIVITY
from activities.models import Activity, Participant
from activities.papers import kit
from activities.papers.codes import code_of, number_behind
from core.lifecycle import TransitionRefused
from core.models import Seal
from tests import factories
from tests.activities import guests


def approved(cast, kind: str = "surgical") -> Activity:
    activity = factories.planned(cast, kind=kind)
    for step, who in (("submit", cast.badr), ("approve", cast.amal)):
        transition_activity(activity, ACTIVITY[step], by=who)
    leader = guests.professional(cast.partner, "ليلى قاسي", latin_name="Leila Kaci", phone="+213 555 12 34 56")
    Participant.objects.create(activity=activity, part="team", professional=leader, role="leader", institution=cast.partner)
    Activity.objects.filter(pk=activity.pk).update(leader=leader, consumables="خيوط 3-0، 80\nغرسات، 12")
    return whole(activity)


def whole(activity: Activity) -> Activity:
    return kit.whole(Activity.objects.all()).get(pk=activity.pk)


def texts(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    return [document[place].get_textpage().get_text_range() for place in range(len(document))]


@pytest.mark.django_db
def test_kit_has_one_page_for_each_part_in_every_language(cast):
    activity = approved(cast)
    parts = kit.parts_of(activity)
    assert parts == ["order", "team", "operations", "consumables", "checklist", "results"]

    for language in kit.LANGUAGES:
        pages = texts(kit.kit_pdf(activity, language, parts, by=cast.badr))
        assert len(pages) == 6, language
        assert all(len(page) > 150 for page in pages)
    english = texts(kit.kit_pdf(activity, "en", parts, by=cast.badr))
    assert "Leila Kaci" in english[0]
    assert "+213" in english[1]
    assert "55 12 34" in english[1].replace("\u00a0", " ")
    assert "Leila" not in english[2]
    assert code_of(activity.pk) in english[5]


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["medical", "study"])
def test_kind_without_surgery_has_no_surgical_page(cast, kind):
    parts = kit.parts_of(whole(factories.planned(cast, kind=kind)))

    assert {"operations", "checklist"} & set(parts) == set()
    assert {"order", "team", "results"} <= set(parts)
    assert ("consumables" in parts) == (kind == "medical")


@pytest.mark.django_db
def test_order_is_a_draft_without_a_code_until_the_mission_is_approved(cast):
    activity = whole(factories.planned(cast))

    with pytest.raises(TransitionRefused):
        kit.issued_order(activity, "ar", by=cast.badr)
    with translation.override("en"):
        draft = texts(kit.kit_pdf(activity, "en", ["order"], by=cast.badr))[0]
    assert "DRAFT" in draft.replace("\n", "")
    assert not Seal.objects.exists()


@pytest.mark.django_db
def test_order_is_issued_once_for_what_it_says_and_verified_without_names(client, cast):
    activity = approved(cast)

    seal = kit.issued_order(activity, "fr", by=cast.badr)
    assert kit.issued_order(whole(activity), "fr", by=cast.dalia) == seal
    assert seal.code[:6] in texts(kit.kit_pdf(activity, "fr", ["order"], by=cast.badr))[0].replace("-", "")
    page = client.get(f"/verify/{seal.code}/").content.decode()
    assert "مستشفى الجنوب" in page
    assert "ليلى" not in page
    Activity.objects.filter(pk=activity.pk).update(starts_on=activity.starts_on - timedelta(days=1))
    other = kit.issued_order(whole(activity), "fr", by=cast.badr)
    assert other.code != seal.code
    Activity.objects.filter(pk=activity.pk).update(validated_at=timezone.now())
    assert kit.issued_order(whole(activity), "fr", by=cast.badr) == other


@pytest.mark.django_db
def test_checklist_says_the_same_in_three_languages(cast):
    activity = approved(cast)
    found = {}
    for language in kit.LANGUAGES:
        with translation.override(language):
            found[language] = [len(moment["items"]) for moment in kit.checklist_page(activity, language)["moments"]]

    assert set(map(tuple, found.values())) == {(7, 7, 5)}


@pytest.mark.parametrize("pk", [1, 31, 32, 58, 1023, 99_999, 2**31])
def test_code_of_a_form_is_read_back_as_people_type_it(pk):
    code = code_of(pk)

    assert number_behind(code) == pk
    assert number_behind(code.lower().replace("-", " ").replace("0", "o").replace("1", "l")) == pk


def test_code_with_one_wrong_sign_is_none():
    code = code_of(4711).replace("-", "")
    wrong = [number_behind(code[:place] + sign + code[place + 1 :]) for place in range(len(code)) for sign in "0123456789ABC" if sign != code[place]]

    assert set(wrong) == {None}
    assert [number_behind(typed) for typed in ("", "R", "00", "0" * 40, "!!!!!", "٠٠٠٠٠")] == [None] * 6


@pytest.mark.django_db
def test_code_leads_to_the_report_for_those_who_may_write_it(client, cast):
    activity = approved(cast)
    address = f"/r/{code_of(activity.pk)}/"
    expected = {"badr": f"/activities/{activity.pk}/report/", "ranya": f"/activities/{activity.pk}/"}
    for name, target in expected.items():
        client.force_login(cast.people[name])
        assert client.get(address)["Location"] == target
    client.force_login(cast.hani)
    assert client.get(address).status_code == 404
    assert client.get("/r/0000-1/").status_code == 404


@pytest.mark.django_db
def test_kit_is_for_those_who_send_and_receive(client, cast):
    activity = approved(cast)
    root = f"/activities/{activity.pk}/"
    found = {}
    for name in ("badr", "yasmine", "amal", "ranya", "hani"):
        client.force_login(cast.people[name])
        found[name] = [client.get(f"{root}{page}").status_code for page in ("kit/", "kit.pdf?part=team&language=en", "kit.pdf?part=nothing")]

    assert found == {"badr": [200, 200, 404], "yasmine": [200, 200, 404], "amal": [200, 200, 404], "ranya": [403, 403, 403], "hani": [404, 404, 404]}
    client.force_login(cast.badr)
    order = client.get(f"{root}kit.pdf?part=order&language=ar")
    assert b"".join(order.streaming_content) == Seal.objects.get().file.open("rb").read()
