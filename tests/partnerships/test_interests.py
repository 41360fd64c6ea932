"""Interest in twinning: drafts that nobody else reads, the register, its steps, and who is told."""

from datetime import timedelta

import pytest

from core.formats import today
from core.history import trail
from core.lifecycle import TransitionRefused
from core.models import Notice
from partnerships import actions
from partnerships.lifecycle import INTEREST
from partnerships.models import Interest
from tests import factories
from tests.test_strangers import said

pytestmark = pytest.mark.django_db


def told(event: str) -> list[str]:
    return sorted(Notice.objects.filter(event=event).values_list("recipient__name", flat=True))


def step(client, interest: Interest, slug: str, reason: str = "سبب") -> int:
    return client.post(f"{interest.get_absolute_url()}steps/{slug}/", {"reason": reason}).status_code


def test_interest_goes_from_draft_to_the_register_and_each_is_told(client, cast):
    client.force_login(cast.badr)
    answer = client.post(
        "/interests/new/", {"wish": "receive", "specialties": ["urology"], "motivation": "مرضانا يسافرون", "preferred_partner": cast.partner.code}
    )
    interest = Interest.objects.get()
    assert (answer["Location"], interest.status, interest.institution, interest.preferred_partner) == (
        interest.get_absolute_url(), "draft", cast.host, cast.partner,
    )  # fmt: skip

    step(client, interest, "submit")
    interest.refresh_from_db()
    assert (interest.status, interest.submitted_on, told("interest_submitted")) == ("submitted", today(), ["Amal"])
    client.force_login(cast.amal)
    step(client, interest, "take_up")
    step(client, interest, "accept")
    interest.refresh_from_db()
    assert (interest.status, interest.accepted_on, told("interest_accepted")) == ("accepted", today(), ["Badr", "Ziad"])
    assert [line.verb for line in trail(interest)] == ["accept", "take_up", "submit", "create"]


def test_returned_interest_is_corrected_and_handed_in_again(client, cast):
    interest = factories.interest(cast, "submit")
    client.force_login(cast.amal)
    assert step(client, interest, "return", reason="") == 400
    step(client, interest, "return", reason="اذكر العدد")
    assert told("interest_returned") == ["Badr"]
    client.force_login(cast.badr)
    assert "اذكر العدد" in client.get(interest.get_absolute_url()).content.decode()
    interest.refresh_from_db()

    client.post(f"{interest.get_absolute_url()}edit/", {"version": interest.version, "wish": "both", "specialties": ["urology"], "motivation": "أربعون مريضا"})
    step(client, interest, "submit")

    interest.refresh_from_db()
    assert (interest.status, interest.wish, interest.motivation) == ("submitted", "both", "أربعون مريضا")
    assert Notice.objects.filter(event="interest_submitted", recipient=cast.amal).count() == 2  # at each handing in


@pytest.mark.parametrize(("given", "code"), [({"specialties": []}, "specialties_missing"), ({"motivation": " "}, "motivation_missing")])
def test_incomplete_interest_is_kept_as_a_draft_and_not_handed_in(client, cast, given, code):
    interest = factories.interest(cast, **given)
    with pytest.raises(TransitionRefused) as refusal:
        actions.transition_interest(interest, INTEREST["submit"], by=cast.badr)
    assert refusal.value.code == code

    client.force_login(cast.badr)
    page = client.get(interest.get_absolute_url()).content.decode()

    assert str(refusal.value) in page
    assert "steps/submit/" not in page


def test_draft_is_read_by_its_institution_alone(client, cast):
    draft = factories.interest(cast, motivation="مسودة سرية")
    seen = {}
    for name in ("badr", "ziad", "dalia", "hani", "amal", "hoda", "ranya", "tarek"):
        client.force_login(cast.people[name])
        lists = said(client.get("/interests/")) + said(client.get("/interests/?export=csv")) + said(client.get(cast.host.get_absolute_url()))
        steps = [client.get(f"{draft.get_absolute_url()}{path}").status_code for path in ("", "edit/", "steps/take_up/")]
        seen[name] = ("مسودة سرية" in lists or draft.get_absolute_url() in lists, steps)

    assert seen["badr"] == seen["ziad"] == (True, [200, 200, 403])
    assert {name: answer for name, answer in seen.items() if name not in {"badr", "ziad"}} == dict.fromkeys(
        ("dalia", "hani", "amal", "hoda", "ranya", "tarek"), (False, [404, 404, 404])
    )


def test_interest_is_not_changed_while_it_is_with_the_ministry(client, cast):
    interest = factories.interest(cast, "submit")
    client.force_login(cast.badr)

    page = client.post(f"{interest.get_absolute_url()}edit/", {"version": interest.version, "wish": "give", "motivation": "غيره"})

    assert (page.status_code, page["Location"]) == (302, interest.get_absolute_url())
    with pytest.raises(TransitionRefused):
        actions.edit_interest(interest, {"wish": "give"}, by=cast.badr)
    assert Interest.objects.get().wish == "receive"


def test_second_editor_of_a_draft_is_shown_both(client, cast):
    interest = factories.interest(cast)
    actions.edit_interest(interest, {"motivation": "نص الأول"}, by=cast.ziad, version=1)
    client.force_login(cast.badr)

    answer = client.post(f"{interest.get_absolute_url()}edit/", {"version": 1, "wish": "receive", "specialties": ["urology"], "motivation": "نص الثاني"})

    assert answer.status_code == 409
    assert all(word in answer.content.decode() for word in ("نص الأول", "نص الثاني", 'name="version" value="2"'))
    assert Interest.objects.get().motivation == "نص الأول"


def test_only_the_director_withdraws_and_only_with_a_reason(client, cast):
    interest = factories.interest(cast, "submit", "take_up", "accept")
    client.force_login(cast.badr)
    assert step(client, interest, "withdraw") == 403
    client.force_login(cast.ziad)
    assert step(client, interest, "withdraw", reason="") == 400
    assert step(client, interest, "withdraw", reason="وجدنا شريكا") == 302

    interest.refresh_from_db()
    assert (interest.status, trail(interest)[0].reason) == ("withdrawn", "وجدنا شريكا")


def test_rejected_interest_tells_coordinator_and_director_why(cast):
    interest = factories.interest(cast, "submit", "take_up")

    actions.transition_interest(interest, INTEREST["reject"], by=cast.amal, reason="خارج البرنامج")

    assert told("interest_rejected") == ["Badr", "Ziad"]
    assert {notice.words["reason"] for notice in Notice.objects.filter(event="interest_rejected")} == {"خارج البرنامج"}


def test_partner_found_matches_what_was_accepted_and_nothing_else(cast):
    accepted, waiting = factories.interest(cast, "submit", "take_up", "accept"), factories.interest(cast, "submit")
    elsewhere = factories.interest(cast, "submit", "take_up", "accept", by=cast.hani, institution=cast.elsewhere)

    assert actions.mark_matched([cast.host, cast.partner]) == 1

    assert [Interest.objects.get(pk=item.pk).status for item in (accepted, waiting, elsewhere)] == ["matched", "submitted", "accepted"]
    assert trail(accepted)[0].by is None


def test_interest_lapses_a_year_after_it_was_accepted(client, cast):
    interest = factories.interest(cast, "submit", "take_up", "accept")
    fresh = factories.interest(cast, "submit", "take_up", "accept", by=cast.hani, institution=cast.elsewhere)
    Interest.objects.filter(pk=interest.pk).update(accepted_on=today() - timedelta(days=366))
    client.force_login(cast.amal)

    shown = {status: [item.pk for item in client.get(f"/interests/?status={status}").context["page"].object_list] for status in ("lapsed", "accepted")}

    assert shown == {"lapsed": [interest.pk], "accepted": [fresh.pk]}


def test_officer_notes_what_support_would_suit_and_the_institution_reads_it_once_accepted(client, cast):
    interest = factories.interest(cast, "submit", "take_up")
    client.force_login(cast.amal)

    answer = client.post(
        f"{interest.get_absolute_url()}support/", {"version": interest.version, "support": ["telemedicine", "funding"], "support_note": "نبدأ عن بعد"}
    )
    stale = client.post(f"{interest.get_absolute_url()}support/", {"version": interest.version, "support": ["advice"]})

    interest.refresh_from_db()
    assert (answer.status_code, stale.status_code, interest.support, interest.support_note) == (302, 409, ["telemedicine", "funding"], "نبدأ عن بعد")
    client.force_login(cast.badr)
    before = said(client.get(interest.get_absolute_url())) + said(client.get("/interests/?export=csv"))
    actions.transition_interest(interest, INTEREST["accept"], by=cast.amal)
    after = client.get(interest.get_absolute_url()).content.decode()
    assert ("نبدأ عن بعد" in before, "نبدأ عن بعد" in after) == (False, True)
    client.force_login(cast.ziad)
    assert client.post(f"{interest.get_absolute_url()}support/", {"version": interest.version}).status_code == 403


def test_nobody_expresses_interest_for_an_institution_of_others(client, cast):
    client.force_login(cast.hani)
    form = {"wish": "receive", "motivation": "باسم غيري"}

    assert client.post(f"/interests/new/?institution={cast.host.pk}", form).status_code == 403
    with pytest.raises(TransitionRefused):
        factories.interest(cast, by=cast.hani)
    with pytest.raises(TransitionRefused):
        factories.interest(cast, preferred_partner=cast.host)
    assert not Interest.objects.exists()


def test_home_page_says_what_waits_about_interest_and_profiles(client, cast):
    factories.interest(cast, "submit")
    returned = factories.interest(cast, "submit", "return", by=cast.hani, institution=cast.elsewhere)
    homes = {}
    for name in ("amal", "hoda", "badr", "hani"):
        client.force_login(cast.people[name])
        shown = client.get("/").context
        homes[name] = {row.address for row in [*shown["late"], *shown["waiting"]]}

    waiting = Interest.objects.exclude(pk=returned.pk).get().get_absolute_url()
    assert [name for name, page in homes.items() if waiting in page] == ["amal"]
    assert [name for name, page in homes.items() if returned.get_absolute_url() in page] == ["hani"]
    assert [name for name, page in homes.items() if cast.host.get_absolute_url() in page] == ["badr"]


def test_form_sent_again_by_the_way_back_makes_no_second_draft(client, cast):
    client.force_login(cast.badr)
    form = {"wish": "receive", "specialties": ["urology"], "motivation": "مرضانا يسافرون"}

    first, again, other = (client.post("/interests/new/", {**form, **more})["Location"] for more in ({}, {}, {"specialties": []}))

    assert (first == again, first == other, Interest.objects.count()) == (True, False, 2)
    actions.edit_interest(Interest.objects.get(specialties=None), {"motivation": "سبب آخر"}, by=cast.badr)
    assert client.post("/interests/new/", {**form, "specialties": []})["Location"] not in (first, other)


def test_draft_is_removed_by_its_institution_after_a_question(client, cast):
    interest, handed_in = factories.interest(cast), factories.interest(cast, "submit", wish="both")
    client.force_login(cast.badr)

    assert client.get(f"{interest.get_absolute_url()}drop/").status_code == 200
    assert Interest.objects.count() == 2
    for each in (interest, handed_in):
        client.post(f"{each.get_absolute_url()}drop/")

    assert (Interest.objects.get(), trail(cast.host)[0].verb) == (handed_in, "drop_interest")
