"""Legal texts, what they do to each other, consultations, guides."""

from datetime import timedelta

import pytest

from core.formats import hijri, today
from core.lifecycle import TransitionRefused
from core.models import Change, Notice
from library import actions, reference
from library.choices import TextStatus
from library.lifecycle import LEGAL_TEXT
from library.models import Guide, LegalLink, LegalText, Opinion, parse_partial
from partnerships.actions import draft_agreement
from partnerships.actions.legal import cite_texts
from tests.cast import person

pytestmark = pytest.mark.django_db
HIDDEN = "عندليب"


def text(number: str = "26-01", status: str = TextStatus.IN_FORCE, **more) -> LegalText:
    given = {"country": "DZ", "kind": "law", "title_ar": f"قانون رقم {number}", "dated_on": today() - timedelta(days=100), "subject": "twinning", **more}
    return LegalText.objects.create(number=number, status=status, **given)


def draft_of(cast):
    return draft_agreement(cast.partnership, by=cast.badr, kind="convention", starts_on=today() + timedelta(days=600), ends_on=today() + timedelta(days=900))


def test_reference_loads_texts_links_and_guides_once():
    first, second = reference.load(), reference.load()

    assert first["legal texts"] == 47
    assert first["links between texts"] == 9
    assert first["guides"] == Guide.objects.count()
    assert set(second.values()) == {0}
    health_law = LegalText.objects.get(country="DZ", number="18-11")
    assert health_law.status == TextStatus.AMENDED
    assert {(link.kind, link.target.number) for link in health_law.does.all()} == {("repeals", "85-05")}


def test_guides_are_whole_in_three_languages_and_every_step_has_a_guide_and_a_template():
    reference.load()

    assert Guide.objects.count() == 12
    for guide in Guide.objects.all():
        words = [guide.title_ar, guide.title_fr, guide.title_en, guide.body_ar, guide.body_fr, guide.body_en]
        assert all(words), guide.slug
        assert not any("<" in body and ">" in body for body in words[3:]), guide.slug
    assert {(guide.step, guide.kind) for guide in Guide.objects.all()} == {
        (step, kind) for step in ("partnership", "needs", "gaps", "plan", "action", "evaluation") for kind in ("guide", "template")
    }


@pytest.mark.parametrize(
    ("typed", "day", "precision"),
    [("2018-07-02", "2018-07-02", "day"), ("2020-10", "2020-10-01", "month"), ("1960", "1960-01-01", "year"), ("", "None", "unknown")],
)
def test_parse_partial_keeps_how_well_a_date_is_known(typed, day, precision):
    found, how = parse_partial(typed)

    assert (str(found), how) == (day, precision)


def test_hijri_is_the_day_that_the_gazette_prints():
    from datetime import date

    from django.utils.translation import override

    with override("ar"):
        assert hijri(date(2016, 7, 4)) == "29 رمضان 1437"
        assert hijri(date(2018, 7, 2)) == "18 شوال 1439"
        assert hijri(date(1900, 1, 1)) == ""


def test_draft_is_seen_by_the_ministry_alone(client, cast):
    draft = text("26-77", TextStatus.DRAFT, title_ar=HIDDEN, body=HIDDEN)
    pages = ["/library/", f"/library/?q={HIDDEN}", "/library/?export=csv", draft.get_absolute_url(), f"{draft.get_absolute_url()}opinion/"]
    for who in (cast.badr, cast.yasmine, cast.ranya, cast.omar):
        client.force_login(who)
        for page in pages:
            answer = client.get(page)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            assert HIDDEN not in body.decode().replace(f'value="{HIDDEN}"', "").replace(f"q={HIDDEN}", ""), (who, page)
        assert client.get(draft.get_absolute_url()).status_code == 404
    client.force_login(cast.amal)
    assert HIDDEN in client.get(draft.get_absolute_url()).content.decode()


def test_consultation_invites_directors_and_takes_one_opinion_a_person(cast):
    draft = text("26-78", TextStatus.DRAFT, body="نص المشروع")
    actions.open_consultation(draft, by=cast.amal, until=today() + timedelta(days=20))
    asked = set(Notice.objects.filter(event="consultation_opened").values_list("recipient", flat=True))

    actions.give_opinion(draft, by=cast.ziad, stance="disagrees", remarks="المادة 3")
    actions.give_opinion(draft, by=cast.ziad, stance="agrees")

    assert asked == {cast.ziad.pk, cast.yasmine.pk, cast.ranya.pk}
    assert list(Opinion.objects.values_list("by", "stance")) == [(cast.ziad.pk, "agrees")]
    LegalText.objects.update(consultation_ends_on=today() - timedelta(days=1))
    with pytest.raises(TransitionRefused) as refusal:
        actions.give_opinion(draft, by=cast.yasmine, stance="agrees")
    assert refusal.value.code == "closed"


def test_opinions_are_read_by_the_ministry_and_counted_for_everybody(client, cast):
    draft = text("26-79", TextStatus.CONSULTATION)
    actions.give_opinion(draft, by=cast.ziad, stance="disagrees", remarks=HIDDEN)

    client.force_login(cast.dalia)
    assert HIDDEN not in client.get(draft.get_absolute_url()).content.decode()
    client.force_login(cast.amal)
    assert HIDDEN in client.get(draft.get_absolute_url()).content.decode()


def test_text_in_force_does_at_once_what_its_links_say(cast):
    old, older = text("84-10"), text("85-05")
    new = text("26-80", TextStatus.DRAFT)
    actions.link_texts(new, "amends", old, by=cast.amal)
    actions.link_texts(new, "repeals", older, by=cast.amal)
    assert set(LegalText.objects.filter(pk__in=[old.pk, older.pk]).values_list("status", flat=True)) == {"in_force"}

    actions.transition_text(new, LEGAL_TEXT["publish"], by=cast.hoda)

    assert [LegalText.objects.get(pk=row.pk).status for row in (new, old, older)] == ["in_force", "amended", "repealed"]
    assert LegalLink.objects.count() == 2
    assert set(Change.objects.filter(object_type="library.legaltext").values_list("verb", flat=True)) == {"link", "publish", "amend", "repeal"}


def test_text_cannot_act_on_itself(cast):
    law = text()

    with pytest.raises(TransitionRefused) as refusal:
        actions.link_texts(law, "amends", law, by=cast.amal)
    assert refusal.value.code == "same_text"


def test_repeal_tells_the_owners_of_the_agreements_that_cite_it(cast, rules):
    law, agreement = text(), draft_of(cast)
    cite_texts(agreement, [law], by=cast.badr)
    Notice.objects.all().delete()

    actions.transition_text(law, LEGAL_TEXT["repeal"], by=cast.amal, reason="عوّضه نص جديد")

    told = set(Notice.objects.filter(event="legal_text_repealed").values_list("recipient", flat=True))
    assert told == {cast.badr.pk, cast.dalia.pk, cast.amal.pk}  # those who lead it on both sides, and the officers: rule R23
    assert list(agreement.legal_bases.all()) == [law]


def test_citing_a_repealed_text_or_in_a_signed_agreement_is_refused(cast):
    dead = text("85-05", TextStatus.REPEALED)
    with pytest.raises(TransitionRefused) as refusal:
        cite_texts(draft_of(cast), [dead], by=cast.badr)
    assert refusal.value.code == "not_citable"
    with pytest.raises(TransitionRefused) as refusal:
        cite_texts(cast.agreement, [text()], by=cast.badr)
    assert refusal.value.code == "not_written_now"


def test_agreement_shows_its_legal_bases_and_a_text_the_agreements_one_may_see(client, cast):
    law, agreement = text("16-197", title_ar="مرسوم التوأمة"), draft_of(cast)
    client.force_login(cast.badr)

    answer = client.post(f"{agreement.get_absolute_url()}legal-bases/", {"texts": [law.pk]})

    assert answer.status_code == 302
    assert "مرسوم التوأمة" in client.get(agreement.get_absolute_url()).content.decode()
    assert agreement.get_absolute_url() in client.get(law.get_absolute_url()).content.decode()
    client.force_login(cast.hani)
    assert agreement.get_absolute_url() not in client.get(law.get_absolute_url()).content.decode()


def test_two_who_edit_at_once_do_not_overwrite_each_other(client, cast):
    law = text(title_ar="العنوان الأول")
    client.force_login(cast.amal)
    form = {"kind": "law", "number": "26-01", "title_ar": "عنوان أمل", "subject": "twinning", "certainty": "gazette", "version": law.version}
    assert client.post(f"{law.get_absolute_url()}edit/", form).status_code == 302

    answer = client.post(f"{law.get_absolute_url()}edit/", {**form, "title_ar": "عنوان هدى"})

    assert answer.status_code == 400
    shown = answer.content.decode()
    assert "عنوان هدى" in shown
    assert "عنوان أمل" in shown
    assert LegalText.objects.get().title_ar == "عنوان أمل"


def test_new_text_and_its_consultation_by_page(client, cast):
    client.force_login(cast.hoda)
    form = {"kind": "instruction", "title_ar": "مشروع تعليمة", "subject": "twinning", "certainty": "gazette", "body": "نص"}

    assert client.post("/library/new/", form).status_code == 302
    draft = LegalText.objects.get()
    late = client.post(f"{draft.get_absolute_url()}consultation/", {"until": "01/01/2020"})
    assert late.status_code == 400
    ahead = (today() + timedelta(days=30)).strftime("%d/%m/%Y")
    assert client.post(f"{draft.get_absolute_url()}consultation/", {"until": ahead}).status_code == 302

    client.force_login(cast.dalia)
    assert client.post(f"{draft.get_absolute_url()}opinion/", {"stance": "with_changes", "remarks": "نقترح"}).status_code == 302
    assert Opinion.objects.get().stance == "with_changes"
    client.force_login(cast.omar)
    assert client.post(f"{draft.get_absolute_url()}opinion/", {"stance": "agrees"}).status_code == 403


def test_html_in_a_guide_is_shown_and_never_run(client, cast):
    Guide.objects.create(
        slug="x", step="plan", title_ar="دليل", body_ar="<script>alert(1)</script>\n\n[x](javascript:alert(1))\n\n| a | b |\n|---|---|\n| 1 | 2 |"
    )
    client.force_login(cast.badr)

    page = client.get("/library/guides/x/").content.decode()

    assert "<script>alert" not in page
    assert 'href="javascript' not in page
    assert "<td>1</td>" in page


def test_person_without_a_role_sees_no_library(client):
    client.force_login(person("nobody"))

    assert client.get("/library/").status_code == 403
