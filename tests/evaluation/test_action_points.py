"""Action points: given, done, verified by somebody else; one truth with the decisions of meetings."""

from datetime import timedelta

import pytest

from core.editing import EditConflict
from core.formats import today
from core.lifecycle import TransitionRefused
from core.models import Change, Notice
from evaluation import actions
from evaluation.models import ActionPoint
from partnerships import room as rooms
from partnerships.actions import room
from partnerships.models import Decision
from reports.waiting import waiting_for
from tests.evaluation.things import folder, point, step

pytestmark = pytest.mark.django_db


def refused(code: str, deed, *args, **given) -> None:
    with pytest.raises(TransitionRefused) as refusal:
        deed(*args, **given)
    assert refusal.value.code == code


def test_point_is_given_to_people_of_the_partnership_or_the_ministry_for_a_day_ahead(cast):
    refused("not_a_member", point, cast, owner=cast.hani)
    refused("in_past", point, cast, due_on=today() - timedelta(days=1))
    refused("not_allowed", point, cast, by=cast.ranya)

    assert point(cast, owner=cast.hoda).owner == cast.hoda
    assert Notice.objects.get(event="action_assigned").recipient == cast.hoda


def test_owner_does_it_and_somebody_else_looks(cast):
    made = point(cast)
    refused("not_the_owner", actions.finish_action_point, made, by=cast.dalia)
    refused("in_future", actions.finish_action_point, made, by=cast.badr, done_on=today() + timedelta(days=1))
    refused("wrong_status", step, made, "verify", cast.dalia)

    actions.finish_action_point(made, by=cast.badr, note="أُرسلت القائمة")
    assert Notice.objects.get(event="action_done").recipient == cast.amal
    refused("owner", step, made, "verify", cast.badr)
    step(made, "reopen", cast.dalia, "القائمة ناقصة")
    assert (made.status, made.done_on) == ("open", None)
    assert "القائمة ناقصة" in str(Notice.objects.get(event="action_reopened", recipient=cast.badr).words)

    actions.finish_action_point(made, by=cast.badr, note="اكتملت")
    step(made, "verify", cast.dalia)
    made.refresh_from_db()
    assert (made.status, made.verified_by, made.done_note) == ("verified", cast.dalia, "اكتملت")


def test_nobody_releases_or_delays_themselves(cast):
    given, own = point(cast), point(cast, by=cast.badr)

    refused("owner", step, given, "cancel", cast.badr, "لا وقت")
    refused("own_delay", actions.edit_action_point, given, by=cast.badr, due_on=given.due_on + timedelta(days=30))
    actions.edit_action_point(given, by=cast.dalia, due_on=given.due_on + timedelta(days=30), owner=cast.ziad)
    assert Notice.objects.filter(event="action_assigned", recipient=cast.ziad).count() == 1
    step(own, "cancel", cast.badr, "لم يعد لازماً")
    assert own.status == "cancelled"


def test_two_people_who_edit_at_once_do_not_overwrite_each_other(cast):
    made = point(cast)
    version = made.version
    actions.edit_action_point(made, by=cast.dalia, version=version, text="الأول")
    with pytest.raises(EditConflict):
        actions.edit_action_point(ActionPoint.objects.get(), by=cast.amal, version=version, text="الثاني")


def decided(cast, **given) -> Decision:
    meeting = room.save_meeting(folder(cast), None, by=cast.dalia, title="لجنة", held_on=today())
    values = {"text": "إرسال القائمة", "owner": cast.badr, "due_on": today() + timedelta(days=5), **given}
    return room.record_decision(meeting, by=cast.dalia, **values)


def test_decision_with_an_owner_and_a_day_is_an_action_point_and_both_are_done_at_once(cast):
    decided(cast, due_on=None)
    assert ActionPoint.objects.count() == 0
    decision = decided(cast)
    made = ActionPoint.objects.get()
    assert (made.text, made.owner, made.due_on, made.decision) == (decision.text, cast.badr, decision.due_on, decision)
    assert Notice.objects.filter(recipient=cast.badr, event__in=["decision_assigned", "action_assigned"]).count() == 2  # one for each decision, none twice
    assert [item.address for item in rooms.coming_next(folder(cast)) if item.title == decision.text and item.due_on] == [made.get_absolute_url()]

    actions.finish_action_point(made, by=cast.badr)
    decision.refresh_from_db()
    assert decision.done_on == today()
    step(made, "reopen", cast.dalia, "ليس بعد")
    decision.refresh_from_db()
    assert decision.done_on is None

    refused("not_the_owner", room.carry_out, decision, by=cast.dalia)
    room.carry_out(decision, by=cast.badr)
    room.carry_out(decision, by=cast.badr)
    made.refresh_from_db()
    assert (made.status, decision.done_on) == ("done", today())


def test_edited_point_takes_its_decision_along(cast):
    decision = decided(cast)

    actions.edit_action_point(ActionPoint.objects.get(), by=cast.dalia, text="إرسال القائمة موقعة", due_on=today() + timedelta(days=9))

    decision.refresh_from_db()
    assert (decision.text, decision.due_on) == ("إرسال القائمة موقعة", today() + timedelta(days=9))


def test_list_shows_what_is_mine_then_everybodys_and_what_is_late(client, cast):
    mine, other, late = point(cast), point(cast, owner=cast.dalia, text="تأكيد المواعيد"), point(cast, text="مهمة متأخرة")
    ActionPoint.objects.filter(pk=late.pk).update(due_on=today() - timedelta(days=3))
    client.force_login(cast.badr)

    def listed(query: str) -> set[int]:
        text = client.get(f"/actions/{query}").content.decode()
        return {item.pk for item in (mine, other, late) if f'href="{item.get_absolute_url()}"' in text}

    assert listed("") == {mine.pk, late.pk}
    assert listed("?whose=all") == {mine.pk, other.pk, late.pk}
    assert listed("?late=yes") == {late.pk}
    assert listed(f"?whose=all&partnership={cast.partnership.code}&priority=high") == set()
    sheet = b"".join(client.get("/actions/?whose=all&export=csv").streaming_content).decode()
    assert sheet.count(cast.partnership.code) == 3


def test_home_names_what_is_to_be_done_and_what_is_to_be_looked_at(cast):
    made = point(cast, by=cast.dalia)
    assert made.get_absolute_url() in {row.address for row in waiting_for(cast.badr)}

    actions.finish_action_point(made, by=cast.badr)

    assert made.get_absolute_url() not in {row.address for row in waiting_for(cast.badr)}
    assert made.get_absolute_url() in {row.address for row in waiting_for(cast.dalia)}


def test_point_is_made_edited_and_done_on_pages(client, cast):
    client.force_login(cast.amal)
    due = f"{today() + timedelta(days=4):%d/%m/%Y}"
    address = f"{cast.partnership.get_absolute_url()}actions/new/"
    form = {"text": "إعداد التقرير", "owner": cast.badr.pk, "due_on": due, "priority": "high"}

    assert client.post(address, {**form, "due_on": f"{today() - timedelta(days=4):%d/%m/%Y}"}).status_code == 400
    assert client.post(address, form).status_code == 302
    made = ActionPoint.objects.get()
    edited = {**form, "text": "إعداد التقرير السنوي", "version": made.version}
    client.post(f"{made.get_absolute_url()}edit/", edited)
    assert client.post(f"{made.get_absolute_url()}edit/", {**edited, "text": "نص متأخر"}).status_code == 400

    client.force_login(cast.badr)
    client.post(f"{made.get_absolute_url()}done/", {"done_on": f"{today():%d/%m/%Y}", "note": "سُلّم"})
    made.refresh_from_db()
    assert (made.text, made.status, made.done_note) == ("إعداد التقرير السنوي", "done", "سُلّم")
    assert list(Change.objects.filter(object_type="evaluation.actionpoint").order_by("pk").values_list("verb", flat=True)) == ["create", "edit", "finish"]


def test_point_sent_again_by_the_way_back_is_given_and_told_once(cast):
    first, again = point(cast, owner=cast.ziad), point(cast, owner=cast.ziad)
    assert (first, Notice.objects.filter(event="action_assigned", recipient=cast.ziad).count()) == (again, 1)

    step(first, "cancel", first.created_by, "لم يعد لازماً")
    assert point(cast, owner=cast.ziad) != first
