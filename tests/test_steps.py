"""Whoever decides has read what they decide on: a step names the version that its page showed."""

import re

import pytest

from activities.actions import transition_activity
from activities.actions.people import add_participant
from activities.lifecycle import ACTIVITY
from activities.models import Activity
from core.lifecycle import TransitionRefused, apply
from partnerships.actions import edit_clause, give_visa, transition_agreement
from partnerships.lifecycle import AGREEMENT
from support import actions
from tests import factories
from tests.activities import roster
from tests.pages import tight

pytestmark = pytest.mark.django_db


def button(page: str, address: str) -> dict[str, str]:
    """The hidden version in the form that posts to `address`."""
    form = re.search(rf'<form method="post" action="{address}">(.*?)</form>', page, re.DOTALL)
    assert form is not None
    return dict(re.findall(r'name="(version)" value="(\d+)"', form[1]))


def test_figures_that_changed_since_they_were_read_are_not_confirmed(client, cast):
    activity = factories.reported(cast, by=cast.badr)
    client.force_login(cast.dalia)
    page, address = f"/activities/{activity.pk}/", f"/activities/{activity.pk}/steps/counter_confirm/"
    seen = button(client.get(page).content.decode(), address)
    add_participant(Activity.objects.get(pk=activity.pk), roster.person(cast, "ليلى"), by=cast.badr)

    client.post(address, seen)
    assert Activity.objects.get(pk=activity.pk).status == "reported"
    client.post(address, button(client.get(page).content.decode(), address))
    assert Activity.objects.get(pk=activity.pk).status == "counter_confirmed"


def test_figures_that_changed_since_they_were_checked_one_by_one_are_neither_confirmed_nor_disputed(client, cast):
    activity = factories.reported(cast, by=cast.badr)
    client.force_login(cast.dalia)
    page, address = f"/activities/{activity.pk}/dispute/", f"/activities/{activity.pk}/steps/counter_confirm/"
    seen = re.search(rf'<form method="post" class="actions" action="{address}">.*?name="version" value="(\d+)"', client.get(page).content.decode(), re.DOTALL)
    key = f"r{activity.results.first().pk}-consultations"
    typed = {key: "39", f"{key}-why": "عدّ من السجل", "version": seen[1]}
    add_participant(Activity.objects.get(pk=activity.pk), roster.person(cast, "ليلى"), by=cast.badr)

    client.post(address, {"version": seen[1]})
    answer = client.post(page, typed)
    assert (answer.status_code, Activity.objects.get(pk=activity.pk).status) == (400, "reported")
    assert "عدّ من السجل" in answer.content.decode()
    again = re.search(r'name="version" value="(\d+)"', answer.content.decode())[1]
    client.post(page, {**typed, "version": again})
    assert Activity.objects.get(pk=activity.pk).status == "disputed"


def test_visa_is_not_given_to_a_text_that_came_back_changed(client, cast):
    agreement = factories.completed(cast)
    for slug, who in (("negotiate", cast.badr), ("request_visa", cast.dalia)):
        transition_agreement(agreement, AGREEMENT[slug], by=who)
    client.force_login(cast.ziad)
    page, address = f"/agreements/{agreement.pk}/", f"/agreements/{agreement.pk}/visa/"
    seen = button(client.get(page).content.decode(), address)
    transition_agreement(agreement, AGREEMENT["return"], by=cast.yasmine, reason="سبب")
    edit_clause(factories.clause(agreement, "media"), by=cast.badr, texts={"text_ar": "تغيير"})
    transition_agreement(agreement, AGREEMENT["request_visa"], by=cast.dalia)

    client.post(address, seen)
    assert not agreement.visas.exists()
    client.post(address, button(client.get(page).content.decode(), address))
    assert agreement.visas.count() == 1


def test_step_on_a_row_that_somebody_else_changed_is_refused(cast):
    seen = factories.planned(cast)
    Activity.objects.filter(pk=seen.pk).update(version=seen.version + 1)

    with pytest.raises(TransitionRefused) as refusal:
        apply(seen, ACTIVITY["submit"], by=cast.badr)

    assert refusal.value.code == "changed"
    apply(Activity.objects.get(pk=seen.pk), ACTIVITY["submit"], by=cast.badr)


def test_page_that_asks_for_a_reason_keeps_the_version_it_was_opened_from(client, cast):
    activity = factories.planned(cast)
    client.force_login(cast.amal)
    address = f"/activities/{activity.pk}/steps/cancel/?version={activity.version}"
    Activity.objects.filter(pk=activity.pk).update(version=activity.version + 1)

    assert f'name="version" value="{activity.version}"' in client.get(address).content.decode()
    client.post(address, {"reason": "ينقص المخدر"})
    assert Activity.objects.get(pk=activity.pk).status == activity.status


def test_main_button_of_an_agreement_under_review_goes_forward(client, cast):
    agreement = factories.completed(cast)
    for slug, who in (("negotiate", cast.badr), ("request_visa", cast.dalia)):
        transition_agreement(agreement, AGREEMENT[slug], by=who)
    for director in (cast.ziad, cast.yasmine):
        give_visa(agreement, by=director)
    client.force_login(cast.hoda)

    page = tight(client.get(agreement.get_absolute_url()))

    classes = {slug: re.search(rf'class="([^"]*)"[^>]*>{AGREEMENT[slug].label}<', page)[1] for slug in ("return", "approve")}
    assert classes == {"return": "btn", "approve": "btn btn--main"}


def test_reason_comes_back_when_what_it_is_about_changed_and_can_be_sent_again(client, cast):
    activity = factories.planned(cast)
    transition_activity(activity, ACTIVITY["submit"], by=cast.badr)
    client.force_login(cast.amal)
    address, seen = f"/activities/{activity.pk}/steps/return/", activity.version
    Activity.objects.filter(pk=activity.pk).update(version=seen + 1)

    answer = client.post(address, {"reason": "المواعيد متقاربة", "version": seen})
    page = tight(answer)

    assert (answer.status_code, Activity.objects.get(pk=activity.pk).status) == (409, "submitted")
    assert "المواعيد متقاربة" in page
    assert f'<li><a href="/activities/{activity.pk}/">' in page
    kept = re.search(r'name="version" value="(\d+)"', page)[1]
    client.post(address, {"reason": "المواعيد متقاربة", "version": kept})
    assert Activity.objects.get(pk=activity.pk).status == "returned"


def test_reason_for_a_step_that_somebody_else_took_comes_back(client, cast):
    activity = factories.planned(cast)
    transition_activity(activity, ACTIVITY["submit"], by=cast.badr)
    transition_activity(activity, ACTIVITY["return"], by=cast.hoda, reason="سبب")
    client.force_login(cast.amal)

    answer = client.post(f"/activities/{activity.pk}/steps/return/", {"reason": "المواعيد متقاربة"})

    assert answer.status_code == 409
    assert "المواعيد متقاربة" in answer.content.decode()


@pytest.mark.parametrize("stance", ["reserved", ""])
def test_opinion_on_a_request_that_changed_comes_back_as_typed(client, cast, stance):
    request = actions.submit_request(factories.support(cast), by=cast.ziad)
    client.force_login(cast.amal)
    address = f"{request.get_absolute_url()}opinions/technical/"
    typed = {"stance": stance, "text": "ثمن مرتفع"}

    answer = client.post(address, {**typed, "version": request.version - 1})
    page = tight(answer)

    assert (answer.status_code, request.opinions.count()) == (400, 0)
    assert "ثمن مرتفع" in page
    assert f'<li><a href="{request.get_absolute_url()}">' in page
    kept = re.search(r'name="version" value="(\d+)"', page)[1]
    client.post(address, {**typed, "stance": "reserved", "version": kept})
    assert request.opinions.count() == 1
