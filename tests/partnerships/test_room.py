"""The room of a partnership: ladder, meetings, discussion, timeline, steps, what comes next."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.formats import today
from core.lifecycle import TransitionRefused
from core.models import Attachment, Change, Notice
from partnerships import room
from partnerships.actions import room as actions
from partnerships.models import Decision, FocalPoint, Meeting, Message, NeedsAssessment, Partnership, Project, ServiceLine
from tests import factories

pytestmark = pytest.mark.django_db
WORD = "بلبل"


def folder(cast) -> Partnership:
    return Partnership.objects.with_people().get(pk=cast.partnership.pk)


def states(cast) -> list[str]:
    return [item["state"] for item in room.steps(folder(cast))]


def line(cast, **more) -> ServiceLine:
    return actions.open_service_line(folder(cast), by=cast.badr, rung="visitors", specialty=cast.specialties[0], **more)


def meeting(cast, days: int = 7) -> Meeting:
    return actions.save_meeting(folder(cast), None, by=cast.dalia, title="لجنة المتابعة", held_on=today() + timedelta(days=days))


def test_six_steps_follow_from_what_exists(cast):
    assert states(cast) == ["done", "run", "", "", "", ""]

    NeedsAssessment.objects.create(institution=cast.host)
    line(cast)
    assert states(cast) == ["done", "done", "done", "run", "", ""]

    factories.validated(cast)
    assert states(cast) == ["done", "done", "done", "done", "done", "run"]


def test_moving_on_the_ladder_keeps_every_step_and_what_shows_it(cast):
    service = line(cast)

    actions.move_service_line(service, "together", by=cast.dalia, note="12 عملية مشتركة")
    actions.move_service_line(service, "together", by=cast.dalia)

    assert list(service.rungs.values_list("rung", "note")) == [("visitors", ""), ("together", "12 عملية مشتركة")]
    assert Change.objects.filter(object_type="partnerships.serviceline", verb="move_rung").count() == 1
    with pytest.raises(TransitionRefused) as refusal:
        actions.move_service_line(service, "autonomous", by=cast.dalia, reached_on=today() + timedelta(days=1))
    assert refusal.value.code == "in_future"


def test_same_service_is_followed_once(cast):
    line(cast)

    with pytest.raises(TransitionRefused) as refusal:
        line(cast)
    assert refusal.value.code == "already_there"
    assert line(cast, name="الساد").name == "الساد"


def test_each_side_names_its_own_focal_points(cast):
    actions.name_focal_point(folder(cast), cast.host, by=cast.badr, name="د. سعاد")

    with pytest.raises(TransitionRefused) as refusal:
        actions.name_focal_point(folder(cast), cast.partner, by=cast.badr, name="د. كريم")
    assert refusal.value.code == "other_side"
    with pytest.raises(TransitionRefused) as refusal:
        actions.name_focal_point(folder(cast), cast.elsewhere, by=cast.amal, name="د. كريم")
    assert refusal.value.code == "not_a_party"
    assert FocalPoint.objects.count() == 1


def test_called_meeting_is_told_to_everybody_else(cast):
    meeting(cast)

    assert set(Notice.objects.filter(event="meeting_called").values_list("recipient", flat=True)) == {
        cast.badr.pk,
        cast.ziad.pk,
        cast.yasmine.pk,
        cast.essam.pk,
    }


def test_decision_waits_for_its_owner_until_it_is_carried_out(cast):
    held = meeting(cast, days=-10)
    decision = actions.record_decision(held, by=cast.dalia, text="إرسال قائمة المستهلكات", owner=cast.badr, due_on=today() - timedelta(days=1))

    waiting = [item for item in room.coming_next(folder(cast)) if item.title == decision.text]
    assert [(item.on, item.is_late) for item in waiting] == [("Badr", True)]
    assert Notice.objects.filter(event="decision_assigned", recipient=cast.badr).exists()

    actions.carry_out(decision, by=cast.badr)
    actions.carry_out(decision, by=cast.badr)
    assert [item for item in room.coming_next(folder(cast)) if item.title == decision.text] == []
    assert Change.objects.filter(verb="done").count() == 1


def test_decision_sent_twice_is_one(cast):
    held = meeting(cast, days=-10)
    first = actions.record_decision(held, by=cast.dalia, text="إرسال القائمة", owner=cast.badr)

    assert actions.record_decision(held, by=cast.dalia, text="إرسال القائمة", owner=cast.badr) == first
    assert actions.record_decision(held, by=cast.dalia, text="إرسال القائمة", owner=cast.dalia) != first
    assert Change.objects.filter(verb="decide").count() == 2


def test_decision_is_given_to_people_of_the_partnership_only(cast):
    with pytest.raises(TransitionRefused) as refusal:
        actions.record_decision(meeting(cast), by=cast.dalia, text="مهمة", owner=cast.hani)
    assert refusal.value.code == "not_a_member"
    assert Decision.objects.count() == 0


def test_person_who_is_named_is_told_and_a_stranger_cannot_be_named(cast):
    actions.write_message(folder(cast), by=cast.badr, text="هل وصلت القائمة؟", mentions=[cast.dalia])

    assert list(Notice.objects.filter(event="mentioned").values_list("recipient", flat=True)) == [cast.dalia.pk]
    with pytest.raises(TransitionRefused):
        actions.write_message(folder(cast), by=cast.badr, text="مرحبا", mentions=[cast.hani])
    assert Message.objects.count() == 1


def test_discussion_by_page_with_an_answer_and_a_file(client, cast):
    client.force_login(cast.badr)
    address = f"{cast.partnership.get_absolute_url()}discussion/"
    assert client.post(address, {"text": "ملف البعثة", "file": SimpleUploadedFile("plan.pdf", b"%PDF-1.4 plan")}).status_code == 302
    first = Message.objects.get()
    client.force_login(cast.dalia)
    assert client.post(f"{address}?answers={first.pk}", {"text": "وصل", "mentions": [cast.badr.pk]}).status_code == 302

    page = client.get(address).content.decode()

    assert Message.objects.get(text="وصل").answers == first
    assert "ملف البعثة" in page
    document = Attachment.objects.get()
    assert f"/documents/{document.pk}/" in page
    assert client.get(f"/documents/{document.pk}/").status_code == 200
    client.force_login(cast.hani)
    assert client.get(f"/documents/{document.pk}/").status_code == 404


def test_patient_identity_is_refused_in_a_message_and_what_was_typed_stays(client, cast):
    client.force_login(cast.badr)

    answer = client.post(f"{cast.partnership.get_absolute_url()}discussion/", {"text": "المريض رقم 109834756201"})

    assert answer.status_code == 400
    assert "109834756201" in answer.content.decode()
    assert Message.objects.count() == 0


def test_two_who_edit_the_goals_at_once_do_not_overwrite_each_other(client, cast):
    client.force_login(cast.badr)
    address = f"{cast.partnership.get_absolute_url()}description/"
    version = folder(cast).version
    assert client.post(address, {"version": version, "goals": "هدف بدر", "sdg_targets": ["3.8"]}).status_code == 302

    answer = client.post(address, {"version": version, "goals": "هدف داليا"})

    page = answer.content.decode()
    assert answer.status_code == 400
    assert "هدف بدر" in page
    assert "هدف داليا" in page
    assert folder(cast).goals == "هدف بدر"
    again = client.post(address, {"version": folder(cast).version, "goals": "هدف داليا"})
    assert again.status_code == 302
    assert folder(cast).goals == "هدف داليا"


@pytest.mark.parametrize(("typed", "kept"), [("250000", "250000.000"), ("١٢٥٠٫٥", "1250.500"), ("1 250,75", "1250.750"), ("", None)])
def test_budget_is_read_as_people_type_it(client, cast, typed, kept):
    client.force_login(cast.badr)

    answer = client.post(
        f"{cast.partnership.get_absolute_url()}projects/new/", {"title": "قاعة المناظير", "state": "planned", "budget": typed, "currency": "DZD"}
    )

    assert answer.status_code == 302
    assert Project.objects.get().budget == (Decimal(kept) if kept else None)


@pytest.mark.parametrize("typed", ["-5", "abc", "1e30", "NaN", "Infinity", "2.500", "1234567890123"])
def test_budget_that_is_no_amount_is_refused(client, cast, typed):
    client.force_login(cast.badr)

    answer = client.post(f"{cast.partnership.get_absolute_url()}projects/new/", {"title": "قاعة", "state": "planned", "budget": typed, "currency": "DZD"})

    assert answer.status_code == 400
    assert Project.objects.count() == 0


def test_timeline_tells_everything_newest_first_and_only_of_this_partnership(client, cast):
    factories.questionnaire(2)
    factories.validated(cast)
    meeting(cast)
    line(cast)
    lines = room.timeline(folder(cast))

    assert {item.object_type.split(".")[1] for item in lines} == {"partnership", "agreement", "activity", "evaluation", "meeting", "serviceline"}
    assert [item.pk for item in lines] == sorted((item.pk for item in lines), reverse=True)
    client.force_login(cast.badr)
    assert client.get(f"{cast.partnership.get_absolute_url()}timeline/?before=nonsense").status_code == 200


def test_overview_costs_the_same_however_much_there_is(client, cast):
    client.force_login(cast.badr)

    def queries() -> int:
        with CaptureQueriesContext(connection) as ran:
            assert client.get(cast.partnership.get_absolute_url()).status_code == 200
        return len(ran)

    line(cast)
    actions.record_decision(meeting(cast), by=cast.dalia, text="أولى", owner=cast.badr)
    queries()  # the first visit of a session writes it
    one = queries()
    for place in range(3):
        line(cast, name=f"خدمة {place}")
        actions.record_decision(meeting(cast, days=place + 8), by=cast.dalia, text=f"قرار {place}", owner=cast.dalia)
        actions.save_project(folder(cast), None, by=cast.badr, title=f"مشروع {place}")
        actions.name_focal_point(folder(cast), cast.host, by=cast.badr, name=f"نقطة {place}")

    assert queries() == one


def test_budget_of_a_project_is_not_finer_than_its_currency(client, cast):
    client.force_login(cast.badr)
    address = f"{cast.partnership.get_absolute_url()}projects/new/"
    typed = {"title": "مشروع", "state": "planned", "currency": "DZD"}

    answer = client.post(address, {**typed, "budget": "1250,555"})
    assert (answer.status_code, list(answer.context["form"].errors), Project.objects.count()) == (400, ["budget"], 0)
    assert client.post(address, {**typed, "currency": "KWD", "budget": "1250,555"}).status_code == 302


def test_stranger_finds_nothing_of_the_room(client, cast):
    held = actions.save_meeting(folder(cast), None, by=cast.dalia, title=WORD, held_on=today(), minutes=WORD)
    actions.record_decision(held, by=cast.dalia, text=WORD)
    actions.write_message(folder(cast), by=cast.badr, text=WORD)
    actions.save_project(folder(cast), None, by=cast.badr, title=WORD)
    service = line(cast, name=WORD)
    point = actions.name_focal_point(folder(cast), cast.host, by=cast.badr, name=WORD)
    base = cast.partnership.get_absolute_url()
    pages = [
        base,
        f"{base}meetings/",
        f"{base}discussion/",
        f"{base}timeline/",
        f"{base}description/",
        f"{base}focal-points/new/",
        held.get_absolute_url(),
        f"{held.get_absolute_url()}edit/",
    ]
    pages += [f"/services/{service.pk}/", f"/focal-points/{point.pk}/drop/", f"/projects/{Project.objects.get().pk}/edit/"]

    client.force_login(cast.hani)
    assert [client.get(page).status_code for page in pages] == [404] * len(pages)
    assert client.post(f"/decisions/{Decision.objects.get().pk}/done/").status_code == 404
    client.force_login(cast.badr)
    assert all(client.get(page).status_code == 200 for page in pages)
    assert WORD in client.get(base).content.decode()


def test_administration_reads_the_rooms_and_writes_nothing(client, cast):
    service, held = line(cast), meeting(cast)
    actions.save_project(folder(cast), None, by=cast.badr, title="مشروع")
    actions.name_focal_point(folder(cast), cast.host, by=cast.badr, name="نقطة")
    client.force_login(cast.tarek)

    lists = [f"/admin/partnerships/{name}/" for name in ("serviceline", "meeting", "project", "focalpoint", "amendment")]
    assert [client.get(address).status_code for address in lists] == [200] * 5
    assert client.get(f"/admin/partnerships/serviceline/{service.pk}/change/").status_code == 200
    assert client.post(f"/admin/partnerships/meeting/{held.pk}/change/", {"title": "آخر"}).status_code == 403
    assert Meeting.objects.get().title == "لجنة المتابعة"


def test_document_of_a_partnership_is_kept_and_shown_to_its_parties(client, cast):
    client.force_login(cast.badr)
    address = f"{cast.partnership.get_absolute_url()}documents/new/"

    assert client.post(address, {"file": SimpleUploadedFile("محضر.pdf", b"%PDF-1.4 minutes")}).status_code == 302
    assert client.post(address, {"file": SimpleUploadedFile("محضر.pdf", b"MZ program")}).status_code == 400

    document = Attachment.objects.get()
    assert f"/documents/{document.pk}/" in client.get(cast.partnership.get_absolute_url()).content.decode()
    client.force_login(cast.hani)
    assert client.get(f"/documents/{document.pk}/").status_code == 404


def test_what_is_sent_again_by_the_way_back_is_made_once(cast):
    for _turn in range(2):
        meeting(cast)
        actions.save_project(folder(cast), None, by=cast.badr, title="زرع الكلى", budget=Decimal("5.00"))
        actions.name_focal_point(folder(cast), cast.host, by=cast.badr, name="د. سعاد")

    assert [rows.objects.count() for rows in (Meeting, Project, FocalPoint)] == [1, 1, 1]
    assert Notice.objects.filter(event="meeting_called", recipient=cast.badr).count() == 1
    meeting(cast, days=8)
    actions.save_meeting(folder(cast), None, by=cast.badr, title="لجنة المتابعة", held_on=today() + timedelta(days=7))
    assert Meeting.objects.count() == 3
