"""Two coordinators reach one text: beginning it, editing without loss, turns, what is missing, the freeze."""

import hashlib
import json
from datetime import timedelta

import pytest
from django.utils.translation import override

from core.editing import EditConflict
from core.formats import today
from core.history import first_broken
from core.lifecycle import TransitionRefused
from core.models import Change, Notice
from partnerships import actions
from partnerships.actions.drafting import canonical, overlapping
from partnerships.actions.legal import cite_texts
from partnerships.completeness import completeness
from partnerships.lifecycle import AGREEMENT
from partnerships.models import Agreement, Clause, ClauseModel, ClauseText, Signatory
from partnerships.papers.pdf import whole
from partnerships.turns import hand_overs, turn_of
from tests import factories

pytestmark = pytest.mark.django_db


def lines(agreement, verb):
    return Change.objects.filter(object_type="partnerships.agreement", object_id=agreement.pk, verb=verb)


def texts(agreement):
    return list(agreement.clauses.values_list("kind__slug", "text_ar", "is_included"))


def refused(code, deed, *given, **more):
    with pytest.raises(TransitionRefused) as refusal:
        deed(*given, **more)
    assert refusal.value.code == code
    return str(refusal.value)


def approved(cast):
    agreement = factories.completed(cast)
    for slug, who in (("negotiate", cast.badr), ("request_visa", cast.dalia)):
        actions.transition_agreement(agreement, AGREEMENT[slug], by=who)
    for director in (cast.ziad, cast.yasmine):
        actions.give_visa(agreement, by=director)
    return actions.transition_agreement(agreement, AGREEMENT["approve"], by=cast.hoda)


# --- Beginning ----------------------------------------------------------------------------------------------------


def test_text_begins_with_the_first_model_that_fits_kind_and_country(cast):
    first, *_others = factories.clause_models()
    ClauseModel.objects.create(kind=first.kind, slug="abroad", order=0, country="KW", agreements=["convention"], label_ar="للكويت", text_ar="للكويت")
    ClauseModel.objects.create(kind=first.kind, slug="memo", order=0, agreements=["memorandum"], label_ar="مذكرة", text_ar="مذكرة")

    agreement = factories.drafted(cast)

    assert [slug for slug, _text, _in in texts(agreement)] == ["parties", "money", "media"]
    assert agreement.clauses.all()[0].variant == first
    assert agreement.clauses.all()[0].text_fr.startswith("Texte parties 0")
    assert agreement.clauses.all()[0].text_en == ""  # not one of its languages
    assert Agreement.objects.get(pk=agreement.pk).revision == 1
    assert set(ClauseText.objects.values_list("revision", flat=True)) == {1}
    assert lines(agreement, "start_text").get().after == {"clauses": 3, "revision": 1}


def test_text_is_begun_once_and_only_by_a_party_or_the_ministry(cast):
    agreement = factories.drafted(cast)
    before = texts(agreement)

    refused("has_text", actions.start_text, agreement, by=cast.dalia)
    other = actions.draft_agreement(cast.partnership, by=cast.badr, kind="convention", starts_on=today(), ends_on=today())
    for stranger in (cast.hani, cast.ranya, cast.essam, cast.ziad, cast.tarek):
        refused("not_allowed", actions.start_text, other, by=stranger)
    refused(
        "no_model",
        actions.start_text,
        actions.draft_agreement(cast.partnership, by=cast.badr, kind="framework", starts_on=today(), ends_on=today()),
        by=cast.badr,
    )

    assert texts(agreement) == before
    assert not other.clauses.exists()
    assert actions.start_text(other, by=cast.amal).clauses.count() == 3


def test_renewal_begins_from_the_text_that_was_agreed(cast):
    old = factories.drafted(cast, languages=["ar"], prevailing_language="ar")
    actions.edit_clause(factories.clause(old, "media"), by=cast.badr, texts={"text_ar": "كلام متفق عليه"})
    actions.include(factories.clause(old, "media"), False, by=cast.badr)
    actions.add_clause(old, by=cast.badr, texts={"heading_ar": "خاص", "text_ar": "مادة خاصة"})
    start = old.ends_on + timedelta(days=1)

    new = actions.draft_agreement(
        cast.partnership, by=cast.badr, kind="convention", starts_on=start, ends_on=start + timedelta(days=364), renews=old, languages=["ar"]
    )
    actions.start_text(new, by=cast.badr)

    assert texts(new) == texts(old)
    assert texts(new)[2:] == [("media", "كلام متفق عليه", False), (None, "مادة خاصة", True)]
    assert new.clauses.last().heading_ar == "خاص"


def test_agreement_that_overlaps_for_the_same_specialties_is_named(cast):
    days = (today() + timedelta(days=10), today() + timedelta(days=20))

    assert overlapping(cast.partnership, *days, visible_to=cast.badr) == [cast.agreement]
    assert overlapping(cast.partnership, cast.agreement.ends_on + timedelta(days=1), cast.agreement.ends_on + timedelta(days=9), visible_to=cast.badr) == []
    assert overlapping(cast.partnership, *days, visible_to=cast.hani) == []
    other = actions.create_partnership(by=None, senders=[cast.partner], hosts=[cast.host], specialties=cast.specialties[:1])
    assert overlapping(other, *days, visible_to=cast.badr) == [cast.agreement]
    elsewhere = actions.create_partnership(by=None, senders=[cast.partner], hosts=[cast.elsewhere], specialties=cast.specialties)
    assert overlapping(elsewhere, *days, visible_to=cast.amal) == []


# --- Editing ------------------------------------------------------------------------------------------------------


def test_saved_clause_counts_a_version_keeps_the_old_text_and_names_its_heading_in_the_history(cast):
    agreement = factories.drafted(cast)
    clause = factories.clause(agreement, "media")

    saved = actions.edit_clause(clause, by=cast.dalia, texts={"text_ar": "كلام جديد\r\n\r\nفقرة"}, version=1)

    agreement.refresh_from_db()
    assert (saved.version, agreement.revision, saved.text_ar) == (2, 2, "كلام جديد\n\nفقرة")
    kept = ClauseText.objects.filter(clause=clause).order_by("revision")
    assert [(row.revision, row.text_ar, row.by) for row in kept] == [(1, "يتفق الطرفان قبل أي نشر.", cast.badr), (2, "كلام جديد\n\nفقرة", cast.dalia)]
    line = lines(agreement, "edit_clause").get()
    assert (line.by, line.after) == (cast.dalia, {"clause": "الإعلام", "revision": 2})
    assert first_broken() is None


def test_saving_the_same_words_again_changes_nothing(cast):
    agreement = factories.drafted(cast)
    clause = factories.clause(agreement, "media")
    count = Change.objects.count()

    actions.edit_clause(clause, by=cast.badr, texts={"text_ar": clause.text_ar}, version=1)

    agreement.refresh_from_db()
    assert (agreement.revision, Change.objects.count(), ClauseText.objects.count()) == (1, count, 3)


def test_second_of_two_who_edit_one_clause_gets_the_words_of_the_first(cast):
    agreement = factories.drafted(cast)
    clause = factories.clause(agreement, "media")
    actions.edit_clause(factories.clause(agreement, "media"), by=cast.dalia, texts={"text_ar": "كلام الأولى"}, version=1)

    with pytest.raises(EditConflict) as conflict:
        actions.edit_clause(clause, by=cast.badr, texts={"text_ar": "كلام الثاني"}, version=1)

    assert (conflict.value.current.text_ar, conflict.value.current.version) == ("كلام الأولى", 2)
    actions.edit_clause(clause, by=cast.badr, texts={"text_ar": "كلام الثاني"}, version=2)
    assert factories.clause(agreement, "media").text_ar == "كلام الثاني"
    assert ClauseText.objects.filter(clause=clause).count() == 3


def test_fifty_saves_one_after_the_other_lose_nothing(cast):
    """The same with fifty threads on PostgreSQL: tests/services/test_drafting_at_once.py."""
    agreement = factories.drafted(cast)
    conflicts = 0
    for number in range(50):
        clause = factories.clause(agreement, "media")
        stale = factories.clause(agreement, "media")
        actions.edit_clause(clause, by=cast.badr, texts={"text_ar": f"{clause.text_ar} [{number}]"}, version=clause.version)
        with pytest.raises(EditConflict) as conflict:
            actions.edit_clause(stale, by=cast.dalia, texts={"text_ar": "ضائع"}, version=stale.version)
        conflicts += conflict.value.current.text_ar.endswith(f"[{number}]")

    agreement.refresh_from_db()
    assert factories.clause(agreement, "media").text_ar.split()[-50:] == [f"[{number}]" for number in range(50)]
    assert (agreement.revision, conflicts) == (51, 50)
    assert lines(agreement, "edit_clause").count() == 50


def test_other_wording_replaces_the_text_and_only_one_of_the_same_clause(cast):
    agreement = factories.drafted(cast)
    clause, models = factories.clause(agreement, "parties"), {model.slug: model for model in factories.clause_models()}

    refused("other_kind", actions.choose_variant, clause, models["media-0"], by=cast.badr)
    actions.choose_variant(clause, models["parties-1"], by=cast.badr, version=1)

    clause = factories.clause(agreement, "parties")
    assert (clause.variant.slug, clause.text_ar[:6], clause.text_en, clause.version) == ("parties-1", "الطرفا", "", 2)
    with pytest.raises(EditConflict):
        actions.choose_variant(clause, models["parties-0"], by=cast.badr, version=1)


def test_clause_is_left_out_and_put_back_but_not_a_mandatory_one(cast):
    agreement = factories.drafted(cast)

    assert refused("mandatory", actions.include, factories.clause(agreement, "money"), False, by=cast.badr)
    refused("mandatory", actions.edit_clause, factories.clause(agreement, "money"), by=cast.badr, texts={}, included=False)
    actions.include(factories.clause(agreement, "media"), False, by=cast.badr)
    actions.include(factories.clause(agreement, "media"), False, by=cast.badr)

    assert [slug for slug, _text, included in texts(agreement) if included] == ["parties", "money"]
    assert lines(agreement, "leave_out").count() == 1
    actions.include(factories.clause(agreement, "media"), True, by=cast.dalia)
    assert all(included for _slug, _text, included in texts(agreement))


def test_clause_changes_places(cast):
    agreement = factories.drafted(cast)

    assert actions.move_clause(factories.clause(agreement, "media"), by=cast.badr, up=True)
    assert [slug for slug, _text, _in in texts(agreement)] == ["parties", "media", "money"]
    assert not actions.move_clause(factories.clause(agreement, "parties"), by=cast.badr, up=True)
    assert lines(agreement, "move_clause").count() == 1


def test_comment_is_added_and_settled_once(cast):
    agreement = factories.drafted(cast)

    comment = actions.add_comment(factories.clause(agreement, "media"), by=cast.ziad, text="من يوافق؟")
    actions.settle_comment(comment, by=cast.dalia)
    actions.settle_comment(comment, by=cast.badr)

    comment.refresh_from_db()
    assert comment.settled_by == cast.dalia
    assert (lines(agreement, "comment").count(), lines(agreement, "settle").count()) == (1, 1)
    refused("not_allowed", actions.add_comment, factories.clause(agreement, "media"), by=cast.hani, text="سر")
    assert not Notice.objects.filter(object_type="partnerships.agreement", object_id=agreement.pk).exists()


# --- Terms and signatories ----------------------------------------------------------------------------------------


def test_terms_are_set_and_wrong_ones_refused(cast):
    agreement = factories.drafted(cast)

    refused("end_before_start", actions.set_terms, agreement, {"ends_on": today()}, by=cast.badr)
    refused("languages", actions.set_terms, agreement, {"languages": ["ar", "fr", "en"]}, by=cast.badr)
    refused("languages", actions.set_terms, agreement, {"languages": []}, by=cast.badr)
    refused("prevailing_language", actions.set_terms, agreement, {"prevailing_language": "en"}, by=cast.badr)
    version = Agreement.objects.get(pk=agreement.pk).version
    actions.set_terms(agreement, {"place": "وهران"}, by=cast.badr, version=version)

    with pytest.raises(EditConflict):
        actions.set_terms(agreement, {"place": "الجزائر"}, by=cast.dalia, version=version)
    assert Agreement.objects.get(pk=agreement.pk).place == "وهران"


def test_new_language_takes_the_words_of_the_model_where_nobody_has_reworded_them(cast):
    agreement = factories.drafted(cast)
    actions.edit_clause(factories.clause(agreement, "media"), by=cast.badr, texts={"text_ar": "صيغة الطرفين"})

    actions.set_terms(agreement, {"languages": ["ar", "en"]}, by=cast.badr)

    assert factories.clause(agreement, "parties").text_en == "Words of parties 0"
    assert factories.clause(agreement, "media").text_en == ""


def test_each_side_names_its_own_signatory_and_the_ministry_any(cast):
    agreement = factories.drafted(cast)

    refused("not_allowed", actions.set_signatory, agreement, cast.partner, by=cast.badr, name="فلان", capacity="المدير")
    refused("not_a_party", actions.set_signatory, agreement, cast.elsewhere, by=cast.amal, name="فلان", capacity="المدير")
    actions.set_signatory(agreement, cast.host, by=cast.badr, name="أول", capacity="المدير")
    actions.set_signatory(agreement, cast.partner, by=cast.amal, name="ثان", capacity="المدير العام", authority="مرسوم")
    actions.set_signatory(agreement, cast.host, by=cast.badr, name="ثالث", capacity="المدير")

    assert list(Signatory.objects.order_by("pk").values_list("name", flat=True)) == ["ثالث", "ثان"]
    assert [line.before.get("name") for line in lines(agreement, "set_signatory").order_by("pk")] == [None, None, "أول"]


# --- What is missing ----------------------------------------------------------------------------------------------


def test_everything_that_is_missing_is_named_with_the_page_that_mends_it(cast):
    agreement = factories.drafted(cast)
    actions.edit_clause(factories.clause(agreement, "media"), by=cast.badr, texts={"text_fr": "", "text_ar": "انظر {focal_points}"})
    Clause.objects.filter(agreement=agreement, kind__slug="money").update(is_included=False)

    with override("en"):
        missing = completeness(agreement)

    root = agreement.get_absolute_url()
    assert {(item.part, item.words, item.address) for item in missing} == {
        ("signatories", "nobody signs for مستشفى الشمال yet", f"{root}signatories/"),
        ("signatories", "nobody signs for مستشفى الجنوب yet", f"{root}signatories/"),
        ("clauses", "the clause “Title money” is not in the text", f"{root}text/"),
        ("languages", "Article 2. Title media: the text in French is missing", factories.clause(agreement, "media").get_absolute_url()),
        ("clauses", "the focal points", f"/partnerships/{cast.partnership.pk}/"),
    }
    Clause.objects.filter(agreement=agreement, kind__slug="money").update(is_included=True)
    assert {item.part for item in completeness(agreement)} == {"signatories", "terms", "languages", "clauses"}


def test_visa_is_asked_only_for_a_complete_text(cast):
    agreement = factories.drafted(cast)
    actions.transition_agreement(agreement, AGREEMENT["negotiate"], by=cast.badr)

    words = refused("text_incomplete", actions.transition_agreement, agreement, AGREEMENT["request_visa"], by=cast.dalia)
    assert "مستشفى الشمال" in words
    whole_one = factories.completed(cast)
    assert completeness(whole_one) == []
    actions.transition_agreement(whole_one, AGREEMENT["negotiate"], by=cast.badr)
    actions.transition_agreement(whole_one, AGREEMENT["request_visa"], by=cast.dalia)
    assert whole_one.status == "visa"


def test_agreement_recorded_from_paper_lacks_nothing(cast):
    assert completeness(cast.agreement) == []


def test_what_is_missing_costs_the_same_whatever_the_length(cast, django_assert_num_queries):
    agreement = factories.drafted(cast)
    for number in range(8):
        actions.add_clause(agreement, by=cast.badr, texts={"heading_ar": f"مادة {number}", "text_ar": "{focal_points}"})

    with django_assert_num_queries(9):
        assert completeness(agreement)


# --- Turns --------------------------------------------------------------------------------------------------------


def test_text_goes_back_and_forth_and_the_other_side_is_told_once_a_turn(cast):
    agreement = factories.drafted(cast)
    actions.transition_agreement(agreement, AGREEMENT["negotiate"], by=cast.badr)
    assert turn_of(agreement, hand_overs(agreement)).parties == (cast.partner,)
    refused("not_allowed", actions.hand_over, agreement, by=cast.amal)
    for words in ("أول", "ثان", "ثالث"):
        actions.edit_clause(factories.clause(agreement, "media"), by=cast.dalia, texts={"text_ar": words})
    actions.edit_clause(factories.clause(agreement, "money"), by=cast.dalia, texts={"text_ar": "{cost_sharing} {place}"})

    assert actions.hand_over(agreement, by=cast.dalia) == 1
    assert actions.hand_over(agreement, by=cast.dalia) == 0

    told = Notice.objects.filter(event="agreement_turn").order_by("pk")
    assert [(notice.recipient, notice.words["clauses"], notice.words["is_first"]) for notice in told] == [(cast.dalia, 3, True), (cast.badr, 2, False)]
    turn = turn_of(agreement, hand_overs(agreement))
    assert (turn.parties, turn.by_name) == ((cast.host,), "Dalia")
    assert turn.is_of(frozenset({cast.host.pk}))
    assert not turn.is_of(frozenset({cast.partner.pk}))
    assert lines(agreement, "hand_over").count() == 1


def test_draft_is_not_handed_over_and_a_returned_text_is_everybodys(cast):
    agreement = factories.completed(cast)
    refused("wrong_status", actions.hand_over, agreement, by=cast.badr)
    for slug, who in (("negotiate", cast.badr), ("request_visa", cast.dalia), ("return", cast.ziad)):
        actions.transition_agreement(agreement, AGREEMENT[slug], by=who, reason="سبب")

    assert set(turn_of(agreement, hand_overs(agreement)).parties) == {cast.partner, cast.host}


# --- The freeze ---------------------------------------------------------------------------------------------------


def test_approval_freezes_the_text_with_its_words_and_its_fingerprint(cast):
    agreement = Agreement.objects.get(pk=approved(cast).pk)
    loaded = whole(Agreement.objects.all()).get(pk=agreement.pk)

    assert agreement.frozen_at is not None
    assert agreement.fingerprint == hashlib.sha256(canonical(loaded).encode()).hexdigest()
    said = json.loads(canonical(loaded))
    assert [item["number"] for item in said["articles"]] == [1, 2, 3]
    assert "مستشفى الجنوب" in said["articles"][0]["text"]["ar"]
    assert "{" not in canonical(loaded).replace('{"', "")
    assert lines(agreement, "approve").get().after["fingerprint"] == agreement.fingerprint

    type(cast.host).objects.filter(pk=cast.host.pk).update(name_ar="اسم آخر")
    Signatory.objects.filter(agreement=agreement).update(name="غيره")
    again = whole(Agreement.objects.all()).get(pk=agreement.pk)
    assert canonical(again) == canonical(loaded)


def test_frozen_text_is_changed_by_no_action(cast):
    agreement = approved(cast)
    clause = factories.clause(agreement, "media")
    before, count = texts(agreement), Change.objects.count()
    variant = ClauseModel.objects.get(slug="media-0")

    for by in (cast.badr, cast.amal, None):
        refused("frozen", actions.edit_clause, clause, by=by, texts={"text_ar": "تزوير"})
        refused("frozen", actions.choose_variant, clause, variant, by=by)
        refused("frozen", actions.include, clause, False, by=by)
        refused("frozen", actions.move_clause, clause, by=by, up=True)
        refused("frozen", actions.add_clause, agreement, by=by, texts={"text_ar": "زيادة"})
        refused("frozen", actions.set_terms, agreement, {"place": "غيره"}, by=by)
        refused("frozen", actions.set_signatory, agreement, cast.host, by=by, name="غيره", capacity="المدير")
        refused("frozen", actions.start_text, agreement, by=by)
        refused("frozen", cite_texts, agreement, [], by=by)
    refused("frozen", actions.add_comment, clause, by=cast.badr, text="متأخر")

    assert (texts(agreement), Change.objects.count()) == (before, count)


def test_text_under_visa_is_changed_by_nobody_and_again_after_its_return(cast):
    agreement = factories.completed(cast)
    for slug, who in (("negotiate", cast.badr), ("request_visa", cast.dalia)):
        actions.transition_agreement(agreement, AGREEMENT[slug], by=who)
    actions.give_visa(agreement, by=cast.ziad)
    clause = factories.clause(agreement, "media")

    for by in (cast.badr, cast.amal):
        refused("not_written_now", actions.edit_clause, clause, by=by, texts={"text_ar": "تغيير"})
    actions.transition_agreement(agreement, AGREEMENT["return"], by=cast.yasmine, reason="سبب")
    actions.edit_clause(clause, by=cast.badr, texts={"text_ar": "تغيير"})
    actions.transition_agreement(agreement, AGREEMENT["request_visa"], by=cast.dalia)
    assert not agreement.visas.exists()
