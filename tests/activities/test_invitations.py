"""The ministry's own workshops: announced, institutions invited, people registered up to the seats, then waiting."""

from datetime import timedelta

import pytest

from activities import actions as activity_actions
from activities.actions import invitations as actions
from activities.actions import people
from activities.lifecycle import ACTIVITY
from activities.models import Activity, Invitation, Participant, Series
from activities.rules import ResultLine
from core.formats import today
from core.lifecycle import TransitionRefused
from core.models import Notice
from reports.waiting import waiting_for
from tests.activities import roster
from tests.cast import SECRET

pytestmark = pytest.mark.django_db


def names(activity: Activity, presence: str) -> list[str]:
    return [row.professional.name for row in activity.participants.named().filter(presence=presence).order_by("pk")]


def register(cast, invitation: Invitation, *who: str) -> list[Participant]:
    return [actions.register_person(invitation, roster.person(cast, name, cast.elsewhere), by=cast.hani) for name in who]


def test_officer_announces_a_seminar_on_several_dates_as_a_series(client, cast):
    client.force_login(cast.amal)
    first = today() + timedelta(days=10)
    further = [f"{first + timedelta(days=days):%d/%m/%Y}" for days in (30, 60)]
    form = {
        "kind": "seminar", "name": "ندوة مكافحة العدوى", "host": cast.host.code, "starts_on": f"{first:%d/%m/%Y}", "ends_on": f"{first:%d/%m/%Y}",
        "further": "\n".join(further), "seats": "٤٠",
    }  # fmt: skip

    answer = client.post("/activities/ministry/new/", form)

    series = Series.objects.get()
    assert answer["Location"] == f"/series/{series.pk}/"
    assert list(series.activities.order_by("starts_on").values_list("starts_on", "status", "seats")) == [
        (first + timedelta(days=days), "approved", 40) for days in (0, 30, 60)
    ]
    assert client.get(answer["Location"]).status_code == 200
    assert Notice.objects.filter(event="ministry_activity_hosted", recipient=cast.badr).count() == 3
    client.force_login(cast.hani)
    assert client.get(answer["Location"]).status_code == 404  # not invited to any of the dates


def test_date_that_is_none_is_refused_with_what_was_typed(client, cast):
    client.force_login(cast.amal)
    form = {"kind": "seminar", "name": "ندوة", "host": cast.host.code, "starts_on": "1/1/2030", "ends_on": "1/1/2030", "further": "غدا"}

    answer = client.post("/activities/ministry/new/", form)

    assert answer.status_code == 400
    assert "غدا" in answer.content.decode()
    assert not Activity.objects.exists()


def test_filter_shows_who_is_meant_before_anybody_is_told(client, cast):
    activity = roster.seminar(cast)
    client.force_login(cast.amal)
    address, form = f"/activities/{activity.pk}/invitations/new/", {"zone": "north", "seats": "3"}

    looked = client.post(address, {**form, "stage": "look"}).content.decode()
    assert not Invitation.objects.exists()
    assert cast.partner.code in looked
    assert cast.host.code not in [place.code for place in client.post(address, {**form, "stage": "look"}).context["chosen"]]
    client.post(address, {**form, "stage": "send"})
    client.post(address, {**form, "stage": "send"})

    assert set(Invitation.objects.values_list("institution", "seats")) == {(cast.partner.pk, 3), (cast.elsewhere.pk, 3)}
    told = Notice.objects.filter(event="activity_invited").values_list("recipient__name", flat=True)
    assert sorted(told) == ["Dalia", "Hani", "Yasmine"]


def test_invited_see_the_activity_and_write_nothing_but_their_registrations(client, cast):
    activity = roster.seminar(cast, note=SECRET)
    client.force_login(cast.hani)
    assert client.get(activity.get_absolute_url()).status_code == 404
    invitation = roster.invited(cast, activity)
    roster.listed(cast, activity, f"من المضيف {SECRET}")

    assert client.get(activity.get_absolute_url()).status_code == 200
    assert client.get(f"/invitations/{invitation.pk}/register/").status_code == 200
    forbidden = [
        f"/activities/{activity.pk}/{page}/"
        for page in ("participants/add", "presence", "scores", "head-counts", "feedback/poster", "invitations/new", "sessions/new")
    ]
    assert [client.get(page).status_code for page in forbidden] == [403] * len(forbidden)
    assert client.post(f"/activities/{activity.pk}/certificates/issue/", {"language": "ar"}).status_code == 403
    page = client.get(f"/activities/{activity.pk}/participants/").content.decode()
    assert f"من المضيف {SECRET}" not in page  # names of people of other institutions


def test_who_comes_after_the_seats_waits_and_moves_up_when_one_is_free(cast):
    activity = roster.seminar(cast)
    invitation = roster.invited(cast, activity, seats=2)
    rows = register(cast, invitation, "أ", "ب", "ج", "د")
    assert (names(activity, "registered"), names(activity, "waiting")) == (["أ", "ب"], ["ج", "د"])

    actions.withdraw_registration(invitation, rows[0], by=cast.hani)
    assert (names(activity, "registered"), names(activity, "waiting")) == (["ب", "ج"], ["د"])
    actions.set_seats(invitation, 3, by=cast.amal)
    assert names(activity, "waiting") == []

    assert Notice.objects.filter(event="registration_moved_up").count() == 1  # Hani withdrew himself; the ministry's seat is told
    assert not any(name in str(notice.words) for notice in Notice.objects.all() for name in ("ج", "د") if len(name) > 1)


def test_room_is_shared_by_all_who_are_invited(cast):
    activity = roster.seminar(cast, seats=2)
    theirs = roster.invited(cast, activity, seats=5)
    actions.invite(activity, [cast.partner], by=cast.amal, seats=5)
    ours = actions.answer_invitation(Invitation.objects.get(institution=cast.partner), "accepted", by=cast.dalia)
    register(cast, theirs, "أ", "ب")
    waits = actions.register_person(ours, roster.person(cast, "ج", cast.partner), by=cast.dalia)
    assert waits.presence == "waiting"

    actions.answer_invitation(theirs, "declined", by=cast.hani)

    assert (names(activity, "registered"), names(activity, "waiting")) == (["ج"], [])
    assert not activity.participants.filter(institution=cast.elsewhere).exists()
    roster.listed(cast, activity, "من المضيف", "ثان")  # the room has two seats, for the hosts' own people as well
    roster.listed(cast, activity, "المحاضر", role="speaker")  # who teaches takes none away
    assert (names(activity, "waiting"), activity.participants.get(role="speaker").presence) == (["ثان"], "registered")


def test_each_institution_registers_its_own_people_after_it_accepted(cast):
    activity = roster.seminar(cast)
    invitation = roster.invited(cast, activity, is_accepted=False)
    own, other = roster.person(cast, "أ", cast.elsewhere), roster.person(cast, "ب", cast.partner)

    codes = []
    for who, by in ((own, cast.hani), (own, cast.dalia)):
        with pytest.raises(TransitionRefused) as refusal:
            actions.register_person(invitation, who, by=by)
        codes.append(refusal.value.code)
    actions.answer_invitation(invitation, "accepted", by=cast.hani)
    with pytest.raises(TransitionRefused) as refusal:
        actions.register_person(invitation, other, by=cast.hani)

    assert [*codes, refusal.value.code] == ["not_accepted", "not_allowed", "outsider"]
    with pytest.raises(TransitionRefused):
        actions.answer_invitation(invitation, "declined", by=cast.badr)
    with pytest.raises(TransitionRefused):
        actions.invite(activity, [cast.partner], by=cast.badr)


def test_invitation_waits_for_the_invited_until_it_is_answered(client, cast):
    activity = roster.seminar(cast)
    invitation = roster.invited(cast, activity, is_accepted=False)

    def waits(user) -> bool:
        return any(row.address == invitation.get_absolute_url() for row in waiting_for(user))

    assert (waits(cast.hani), waits(cast.badr)) == (True, False)
    client.force_login(cast.hani)
    client.post(f"/invitations/{invitation.pk}/answer/", {"answer": "accepted"})
    assert not waits(type(cast.hani).objects.get(pk=cast.hani.pk))


def test_presence_waits_for_those_who_keep_the_activity(cast):
    activity = roster.held(cast)
    (row,) = roster.listed(cast, activity, "أ")
    people.mark_presence(activity, {row.pk: "registered"}, by=cast.badr)
    address = f"{activity.get_absolute_url()}presence/"

    assert {name for name in ("badr", "dalia", "hani") if any(row.address == address for row in waiting_for(cast.people[name]))} == {"badr", "dalia"}


def test_calling_off_is_told_to_the_invited(cast):
    activity = roster.seminar(cast)
    roster.invited(cast, activity)

    activity_actions.transition_activity(activity, ACTIVITY["cancel"], by=cast.amal, reason="تأجيل وطني")

    notice = Notice.objects.get(event="activity_cancelled", recipient=cast.hani)
    assert notice.words["reason"] == "تأجيل وطني"


def test_seminar_is_reported_and_validated_without_another_side(cast):
    activity = roster.seminar(cast)
    Activity.objects.filter(pk=activity.pk).update(starts_on=today() - timedelta(days=3), ends_on=today() - timedelta(days=3))
    activity.refresh_from_db()
    roster.listed(cast, activity, "أ", "ب")

    activity_actions.report_activity(activity, by=cast.badr, lines=[ResultLine(cast.host, "", None, {"audience": 12})])
    activity_actions.validate_activity(activity, by=cast.hoda)

    assert Activity.objects.get().status == "validated"
    assert activity_actions.totals_of(activity)["trained"] == 2
