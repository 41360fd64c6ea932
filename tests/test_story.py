"""The main job, once through, over the pages' own requests: from recorded days to a reminded, answered evaluation."""

from datetime import timedelta

import pytest
from django.core import mail

from activities.models import Activity
from core.formats import today
from core.models import Notice
from core.outbox import deliver_due
from evaluation.models import Evaluation, ReminderRule
from evaluation.reminders import send_due
from reports.headline import Chosen, figures
from tests import factories

pytestmark = pytest.mark.django_db


def filled_form(cast, **changes):
    end = today() - timedelta(days=3)
    form = {
        "partnership": cast.partnership.pk, "kind": "surgical", "lines": "2", "starts_on": (end - timedelta(days=2)).strftime("%d/%m/%Y"),
        "ends_on": end.strftime("%d/%m/%Y"), "uid": "6f4f0bd2-94ce-4c0c-8d2f-4e5b3b6f0a11", "stage": "save",
        "line-0-site": cast.host.pk, "line-0-specialty": "general-surgery", "line-0-consultations": "٤٠", "line-0-operations_planned": "9",
        "line-0-operations_done": "8", "line-0-transferred": "1", "line-1-site": "other", "line-1-place": "قاعة العلاج", "line-1-specialty": "urology",
        "line-1-consultations": "12", "trained_doctors": "3", "trained_paramedical": "5", f"team_{cast.partner.pk}": "6", f"team_{cast.host.pk}": "8",
    }  # fmt: skip
    return {**form, **changes}


def test_story_from_recorded_days_to_answered_evaluation(client, cast, reference, settings):
    settings.PORTAL_BASE_URL = "https://tawama.example"

    client.force_login(cast.badr)
    assert cast.partnership.code in client.get("/").content.decode()
    response = client.post("/activities/new/", filled_form(cast))
    activity = Activity.objects.get()
    assert response["Location"] == f"/activities/{activity.pk}/"
    assert activity.status == "reported"
    assert client.post(f"/activities/{activity.pk}/steps/counter_confirm/").status_code in {302, 403}
    assert Activity.objects.get().status == "reported"  # not by the side that wrote it

    client.force_login(cast.dalia)
    assert Notice.objects.filter(recipient=cast.dalia, event="activity_reported").count() == 1
    deliver_due()
    assert [message.to for message in mail.outbox] == [["dalia@example.org"]]
    assert "تأكيد" in client.get("/").content.decode()
    client.post(f"/activities/{activity.pk}/steps/counter_confirm/")
    assert Activity.objects.get().status == "counter_confirmed"

    before = {item["figure"].slug: item["value"] for item in figures(cast.amal, Chosen())}
    client.force_login(cast.badr)
    assert client.post(f"/activities/{activity.pk}/steps/validate/").status_code == 403
    client.force_login(cast.amal)
    client.post(f"/activities/{activity.pk}/steps/validate/")
    assert Activity.objects.get().status == "validated"
    after = {item["figure"].slug: item["value"] for item in figures(cast.amal, Chosen())}
    assert {slug: after[slug] - before[slug] for slug in after} == {
        "agreements": 0, "senders": 0, "hosts": 0, "missions": 1, "consultations": 52, "operations": 8, "trained": 8,
    }  # fmt: skip

    evaluation = Evaluation.objects.get(activity=activity)
    assert evaluation.status == "open"
    assert evaluation.due_on >= today() + timedelta(days=7)
    deliver_due()
    mail.outbox.clear()
    ReminderRule.objects.exclude(code="R16").update(is_active=False)
    assert send_due(evaluation.due_on) == 2
    assert send_due(evaluation.due_on) == 0
    deliver_due()
    assert sorted(message.to[0] for message in mail.outbox) == ["badr@example.org", "dalia@example.org"]
    notice = Notice.objects.get(recipient=cast.badr, event="evaluation_reminder")
    assert f"https://tawama.example/n/{notice.message_id}/" in mail.outbox[0].body + mail.outbox[1].body
    client.force_login(cast.badr)
    assert client.get(f"/n/{notice.message_id}/")["Location"] == f"/evaluations/{evaluation.pk}/"

    answers = {f"score_{criterion.pk}": "3" for criterion in evaluation.questionnaire.criteria.all()}
    for who in (cast.badr, cast.dalia):
        client.force_login(who)
        client.post(f"/evaluations/{evaluation.pk}/answer/", {**answers, "stage": "submit"})
    assert Evaluation.objects.get(activity=activity).status == "submitted"
    send_due(evaluation.due_on + timedelta(days=40))
    assert Notice.objects.filter(event="evaluation_reminder").count() == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"starts_on": "22/11/2025", "ends_on": "20/11/2025"}, "ends_on"),
        ({"line-0-operations_done": "12"}, "line-0-operations_done"),
        ({"starts_on": "01/01/2015", "ends_on": "02/01/2015"}, "starts_on"),
        ({"line-0-consultations": "كثير"}, "line-0-consultations"),
        ({"starts_on": "31/02/2026"}, "starts_on"),
        ({"note": "المريض ملف رقم 123456"}, "note"),
    ],
)
def test_mistake_in_the_form_is_explained_and_nothing_typed_is_lost(client, cast, changes, field):
    client.force_login(cast.badr)

    response = client.post("/activities/new/", filled_form(cast, **changes))

    page = response.content.decode()
    assert response.status_code == 400
    assert f'id="id_{field}-error"' in page
    assert f'href="#id_{field}"' in page
    for name, value in filled_form(cast, **changes).items():
        if name.startswith(("line-", "trained", "team", "note")):
            assert str(value) in page
    assert not Activity.objects.exists()


def test_disputed_figure_goes_back_to_the_author_and_is_corrected(client, cast):
    activity = factories.reported(cast)
    client.force_login(cast.dalia)
    result = activity.results.order_by("pk").first()

    client.post(f"/activities/{activity.pk}/dispute/", {f"r{result.pk}-operations_done": "7", f"r{result.pk}-operations_done-why": "عملية واحدة أُجلت"})

    activity.refresh_from_db()
    assert activity.status == "disputed"
    assert Notice.objects.filter(recipient=cast.badr, event="activity_disputed").exists()
    client.force_login(cast.badr)
    form = {name: value for name, value in filled_form(cast).items() if name not in {"starts_on", "ends_on"}}
    client.post(f"/activities/{activity.pk}/report/", {**form, "line-0-operations_done": "7"})
    activity.refresh_from_db()
    assert activity.status == "reported"
    assert sum(row.operations_done for row in activity.results.all()) == 7
    assert not activity.disputes.filter(is_settled=False).exists()


def test_same_form_sent_twice_makes_one_activity(client, cast):
    client.force_login(cast.badr)

    first = client.post("/activities/new/", filled_form(cast))
    second = client.post("/activities/new/", filled_form(cast))

    assert first["Location"] == second["Location"]
    assert Activity.objects.count() == 1


def test_same_form_sent_again_with_other_figures_says_that_it_was_saved_before(client, cast):
    client.force_login(cast.badr)
    kept = client.post("/activities/new/", filled_form(cast))["Location"]

    for changes in (
        {"line-0-operations_done": "7"},
        {"note": "غير ذلك"},
        {"trained_doctors": "4"},
        {"ends_on": (today() - timedelta(days=4)).strftime("%d/%m/%Y")},
    ):
        again = client.post("/activities/new/", filled_form(cast, **changes))
        page = again.content.decode()
        assert again.status_code == 400
        assert f'<a href="{kept}">' in page  # the way to what is kept, beside what was typed
        assert all(f'value="{text}"' in page or text in page for text in changes.values())
    assert sum(row.operations_done for row in Activity.objects.get().results.all()) == 8
