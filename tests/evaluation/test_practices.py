"""Good practices: validated by somebody else, found by everybody, taken up and counted."""

import pytest

from core.lifecycle import TransitionRefused
from core.models import Notice
from evaluation import actions
from evaluation.models import Adoption, GoodPractice
from reports.waiting import waiting_for
from tests.evaluation.things import practice, reviewed, step

pytestmark = pytest.mark.django_db


def refused(code: str, deed, *args, **given) -> None:
    with pytest.raises(TransitionRefused) as refusal:
        deed(*args, **given)
    assert refusal.value.code == code


def seen_by(cast, made) -> set[str]:
    return {name for name, user in cast.people.items() if GoodPractice.objects.visible_to(user).filter(pk=made.pk).exists()}


def test_draft_is_read_where_it_is_written_and_a_validated_one_everywhere(cast):
    assert seen_by(cast, practice(cast)) == {"badr", "dalia", "ziad", "yasmine", "amal", "hoda", "essam"}
    assert seen_by(cast, practice(cast, "submit", "validate")) == set(cast.people)


def test_ministry_decides_and_never_on_its_own_words(cast):
    made = practice(cast, "submit")
    assert made.get_absolute_url() in {row.address for row in waiting_for(cast.amal)}
    step(made, "return", cast.amal, "أين الأرقام؟")
    assert Notice.objects.get(event="practice_returned").recipient == cast.badr
    assert made.get_absolute_url() in {row.address for row in waiting_for(cast.badr)}
    actions.describe_practice(made, by=cast.dalia, outcome="تأجيل أقل بالنصف")
    step(made, "submit", cast.dalia)
    refused("wrong_status", actions.describe_practice, made, by=cast.dalia, outcome="غيره")
    step(made, "validate", cast.hoda)

    own = actions.describe_practice(None, by=cast.amal, title="من الوزارة", problem="أ", solution="ب", outcome="ج")
    step(own, "submit", cast.amal)
    refused("author", step, own, "validate", cast.amal)
    refused("not_allowed", actions.describe_practice, None, by=cast.badr, title="بلا شراكة", problem="أ", solution="ب", outcome="ج")


def test_practice_from_a_report_waits_for_its_publication(client, cast):
    evaluation = reviewed(cast)
    made = practice(cast, "submit", evaluation=evaluation)
    refused("report_unpublished", step, made, "validate", cast.amal)
    step(step(evaluation, "validate", cast.amal), "publish", cast.hoda)
    step(GoodPractice.objects.get(), "validate", cast.amal)

    client.force_login(cast.hani)
    text = client.get(made.get_absolute_url()).content.decode()
    assert evaluation.get_absolute_url() not in text
    assert cast.partnership.get_absolute_url() not in text
    assert cast.partnership.code not in text
    client.force_login(cast.dalia)
    assert evaluation.get_absolute_url() in client.get(made.get_absolute_url()).content.decode()


def test_patient_is_never_named(client, cast):
    client.force_login(cast.badr)
    form = {"partnership": cast.partnership.pk, "title": "متابعة", "problem": "المريض ملف رقم 123456", "solution": "ب", "outcome": "ج", "language": "ar"}

    assert client.post("/practices/new/", form).status_code == 400
    assert client.post("/practices/new/", {**form, "problem": "غياب المتابعة"}).status_code == 302
    assert client.post("/practices/new/", {**form, "partnership": "", "problem": "غياب المتابعة"}).status_code == 400


def test_institutions_take_it_up_and_the_ministry_sees_how_it_spreads(client, cast):
    made = practice(cast, "submit", "validate")
    draft = practice(cast, title="مسودة")
    refused("wrong_status", actions.adopt_practice, draft, cast.host, by=cast.badr, state="planned")
    refused("not_allowed", actions.adopt_practice, made, cast.host, by=cast.hani, state="planned")
    client.force_login(cast.hani)
    address = f"{made.get_absolute_url()}adopt/"
    assert client.post(address, {"institution": cast.host.pk, "state": "planned"}).status_code == 400

    for state in ("planned", "in_use", "in_use"):
        client.post(address, {"institution": cast.elsewhere.pk, "state": state, "note": "بدأنا في مصلحتين"})
    actions.adopt_practice(made, cast.host, by=cast.badr, state="stopped")

    assert sorted(Adoption.objects.values_list("institution", "state")) == sorted([(cast.elsewhere.pk, "in_use"), (cast.host.pk, "stopped")])
    client.force_login(cast.amal)
    assert "بدأنا في مصلحتين" in client.get(made.get_absolute_url()).content.decode()
    client.force_login(cast.badr)
    assert "بدأنا في مصلحتين" not in client.get(made.get_absolute_url()).content.decode()
    client.force_login(cast.omar)
    page = client.get(made.get_absolute_url()).content.decode()
    assert cast.elsewhere.name_ar not in page  # reads figures, no names


def test_list_finds_words_as_people_type_them_and_shows_drafts_only_when_asked(client, cast):
    found, draft = practice(cast, "submit", "validate", title="مُتابعة المرضى عن بُعد"), practice(cast, title="متابعه قديمة")
    client.force_login(cast.badr)

    def listed(query: str) -> set[int]:
        text = client.get(f"/practices/{query}").content.decode()
        return {item.pk for item in (found, draft) if f'href="{item.get_absolute_url()}"' in text}

    assert listed("") == {found.pk}
    assert listed("?q=متابعه") == {found.pk}
    assert listed("?q=غير") == set()
    assert listed("?status=draft") == {draft.pk}


def test_practice_sent_again_by_the_way_back_is_described_once(cast):
    given = {"title": "من الوزارة", "problem": "أ", "solution": "ب", "outcome": "ج"}

    assert actions.describe_practice(None, by=cast.amal, **given) == actions.describe_practice(None, by=cast.amal, **given)
