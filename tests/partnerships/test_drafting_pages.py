"""The pages of a text that two sides write."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.formats import today
from core.models import Change, Notice
from partnerships import actions
from partnerships.lifecycle import AGREEMENT
from partnerships.models import Agreement, AgreementVisa, Clause, ClauseComment, ClauseModel, Signatory
from reports.waiting import waiting_for
from tests import factories

pytestmark = pytest.mark.django_db

WRITING = ("inclusion/", "move/", "comments/")


def page(client, address, code=200):
    answer = client.get(address)
    assert answer.status_code == code, (address, answer.status_code)
    return answer.content.decode()


def words(html):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def new_form(**changes):
    start = today() + timedelta(days=900)
    form = {
        "kind": "convention", "starts_on": start.strftime("%d/%m/%Y"), "ends_on": (start + timedelta(days=364)).strftime("%d/%m/%Y"), "renewal": "express",
        "languages": ["ar", "fr"], "prevailing_language": "ar", "begin": "on", "cost_travel": "sender",
    }  # fmt: skip
    return {**form, **changes}


def new(client, cast, **changes):
    return client.post(f"/partnerships/{cast.partnership.pk}/agreements/new/", new_form(**changes))


# --- A new agreement ----------------------------------------------------------------------------------------------


def test_new_agreement_begins_from_the_model_with_its_languages_and_costs(client, cast):
    factories.clause_models()
    client.force_login(cast.badr)

    answer = new(client, cast)

    made = Agreement.objects.latest("pk")
    assert answer["Location"] == made.get_absolute_url()
    assert (made.clauses.count(), made.languages, made.cost_sharing, made.revision) == (3, ["ar", "fr"], {"travel": "sender"}, 1)
    text = page(client, made.get_absolute_url())
    assert '<progress class="meter" value="3" max="5"' in text
    assert f'href="{made.get_absolute_url()}signatories/"' in text


def test_new_agreement_without_a_text_can_begin_it_later(client, cast):
    factories.clause_models()
    client.force_login(cast.badr)
    new(client, cast, begin="")
    made = Agreement.objects.latest("pk")
    assert not made.clauses.exists()
    assert f'action="{made.get_absolute_url()}text/begin/"' in page(client, made.get_absolute_url())
    page(client, f"{made.get_absolute_url()}text/", 404)

    answer = client.post(f"{made.get_absolute_url()}text/begin/")

    assert answer["Location"] == f"{made.get_absolute_url()}text/"
    assert made.clauses.count() == 3


def test_overlapping_agreement_is_a_warning_that_can_be_passed(client, cast):
    factories.clause_models()
    client.force_login(cast.badr)
    days = {"starts_on": (today() + timedelta(days=5)).strftime("%d/%m/%Y"), "ends_on": (today() + timedelta(days=90)).strftime("%d/%m/%Y")}
    count = Agreement.objects.count()

    answer = new(client, cast, **days)

    assert (answer.status_code, Agreement.objects.count()) == (200, count)
    seen = re.search(r'name="overlap_seen" value="([^"]+)"', answer.content.decode())[1]
    assert f'href="{cast.agreement.get_absolute_url()}"' in answer.content.decode()
    assert new(client, cast, **days, overlap_seen=seen).status_code == 302
    assert Agreement.objects.count() == count + 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"languages": ["ar", "fr", "en"]}, "languages"),
        ({"languages": []}, "languages"),
        ({"prevailing_language": "en"}, "prevailing_language"),
        ({"ends_on": "01/01/2020"}, "ends_on"),
        ({"kind": "statement"}, "parent"),
    ],
    ids=["three languages", "no language", "prevailing is none of them", "end before start", "no original agreement"],
)
def test_new_agreement_with_a_mistake_keeps_what_was_typed(client, cast, changes, field):
    client.force_login(cast.badr)

    answer = new(client, cast, subject="موضوع مكتوب", **changes)

    assert answer.status_code == 400
    assert field in answer.context["form"].errors
    assert "موضوع مكتوب" in answer.content.decode()


def test_statement_of_work_names_its_agreement_of_the_same_partnership(client, cast):
    other = actions.create_partnership(by=None, senders=[cast.elsewhere], hosts=[cast.host])
    foreign = actions.draft_agreement(other, by=None, kind="convention", starts_on=today(), ends_on=today())
    client.force_login(cast.badr)

    assert new(client, cast, kind="statement", begin="", parent=foreign.pk).status_code == 400
    assert new(client, cast, kind="statement", begin="", parent=cast.agreement.pk).status_code == 302
    assert Agreement.objects.latest("pk").parent == cast.agreement


# --- Reading ------------------------------------------------------------------------------------------------------


def test_text_is_read_in_each_language_side_by_side_and_with_its_blanks_marked(client, cast):
    agreement = factories.drafted(cast)
    client.force_login(cast.badr)
    address = f"{agreement.get_absolute_url()}text/"

    arabic, french, both = (page(client, f"{address}{query}") for query in ("", "?language=fr", "?language=ar-fr"))

    assert "المادة 1" in arabic
    assert "Article 1. Titre parties" in french
    assert "Article 1" not in arabic
    assert "مستشفى الجنوب" in words(arabic)
    assert re.search(r"<mark>[^<]+</mark>", arabic)
    assert both.count('lang="fr" dir="ltr"') >= 3
    assert both.count('lang="ar" dir="rtl"') >= 4
    assert "{parties}" not in both
    assert "Article" not in page(client, f"{address}?language=en")  # not one of its languages


def test_left_out_clause_is_not_numbered_and_stays_within_reach(client, cast):
    agreement = factories.drafted(cast)
    actions.move_clause(factories.clause(agreement, "media"), by=cast.badr, up=True)
    actions.include(factories.clause(agreement, "media"), False, by=cast.badr)
    client.force_login(cast.badr)

    text = page(client, f"{agreement.get_absolute_url()}text/")

    assert re.findall(r"المادة (\d)", text) == ["1", "2"]
    assert factories.clause(agreement, "media").get_absolute_url() in text
    assert "يتفق الطرفان قبل أي نشر" not in text


def test_text_costs_the_same_whatever_its_length(client, cast):
    agreement = factories.drafted(cast)
    client.force_login(cast.badr)
    addresses = [f"{agreement.get_absolute_url()}{part}" for part in ("", "text/?language=ar-fr", "changes/", f"clauses/{agreement.clauses.first().pk}/")]

    def cost():
        found = []
        for address in addresses:
            page(client, address)
            with CaptureQueriesContext(connection) as queries:
                page(client, address)
            found.append(len(queries))
        return found

    before = cost()
    for number in range(6):
        clause = actions.add_clause(agreement, by=cast.badr, texts={"heading_ar": f"مادة {number}", "text_ar": "نص {place}"})
        actions.add_comment(clause, by=cast.dalia, text="تعليق")

    assert cost() == before


# --- Editing ------------------------------------------------------------------------------------------------------


def test_clause_is_edited_and_a_mistake_of_the_other_side_is_compared_word_by_word(client, cast):
    agreement = factories.drafted(cast)
    clause = factories.clause(agreement, "media")
    typed = {"version": 1, "text_ar": "يتفق الطرفان بعد كل نشر.", "text_fr": "Texte de Badr"}
    actions.edit_clause(clause, by=cast.dalia, texts={"text_ar": "يتفق الطرفان كتابياً قبل أي نشر."}, version=1)
    client.force_login(cast.badr)

    answer = client.post(clause.get_absolute_url(), typed)

    text = answer.content.decode()
    assert answer.status_code == 409
    assert "<del>" in text
    assert "<ins>" in text
    assert "كتابياً" in text
    assert "بعد كل نشر" in text
    assert "Texte de Badr" in text
    assert 'name="version" value="2"' in text
    assert factories.clause(agreement, "media").text_ar == "يتفق الطرفان كتابياً قبل أي نشر."
    again = client.post(clause.get_absolute_url(), {**typed, "version": 2})
    assert again["Location"] == clause.get_absolute_url()
    assert factories.clause(agreement, "media").text_ar == "يتفق الطرفان بعد كل نشر."


def test_clause_that_looks_like_a_patient_is_refused_and_kept_on_the_page(client, cast):
    clause = factories.clause(factories.drafted(cast), "media")
    client.force_login(cast.badr)

    answer = client.post(clause.get_absolute_url(), {"version": 1, "text_ar": "المريض رقم 123456", "text_fr": ""})

    assert answer.status_code == 400
    assert "المريض رقم 123456" in answer.content.decode()


def test_hostile_text_is_shown_as_text(client, cast):
    clause = factories.clause(factories.drafted(cast), "media")
    client.force_login(cast.badr)
    hostile = "<script>alert(1)</script> {{7*7}} {parties.__class__} \u202eمقلوب {%s} {0}"

    assert client.post(clause.get_absolute_url(), {"version": 1, "text_ar": hostile, "text_fr": ""}).status_code == 302

    for part in ("text/", "changes/?from=1&to=2", f"clauses/{clause.pk}/"):
        text = page(client, f"{clause.agreement.get_absolute_url()}{part}")
        assert "<script>alert" not in text
        assert "{{7*7}}" in unescape(text)
        assert "\u202e" not in text


def test_other_wording_is_shown_beside_the_present_one_before_it_is_taken(client, cast):
    agreement = factories.drafted(cast)
    clause = factories.clause(agreement, "parties")
    other, foreign = ClauseModel.objects.get(slug="parties-1"), ClauseModel.objects.get(slug="money-0")
    client.force_login(cast.badr)
    address = f"{clause.get_absolute_url()}variants/{other.pk}/"

    text = page(client, address)
    assert "أُبرمت هذه الاتفاقية بين" in words(text)
    assert "الطرفان هما" in words(text)
    page(client, f"{clause.get_absolute_url()}variants/{foreign.pk}/", 404)
    actions.edit_clause(clause, by=cast.dalia, texts={"text_ar": "غيّرته الأخرى"})
    assert client.post(address, {"version": 1})["Location"] == address
    assert factories.clause(agreement, "parties").text_ar == "غيّرته الأخرى"
    assert client.post(address, {"version": 2})["Location"] == clause.get_absolute_url()
    assert factories.clause(agreement, "parties").variant == other


def test_own_clause_is_added_moved_left_out_and_spoken_about(client, cast):
    agreement = factories.drafted(cast)
    client.force_login(cast.badr)
    wrong = client.post(f"{agreement.get_absolute_url()}clauses/new/", {"heading_ar": "", "text_ar": "نص"})
    assert wrong.status_code == 400

    answer = client.post(
        f"{agreement.get_absolute_url()}clauses/new/", {"heading_ar": "السكن", "text_ar": "نص السكن", "heading_fr": "Logement", "text_fr": "Texte"}
    )

    own = Clause.objects.latest("pk")
    assert answer["Location"] == own.get_absolute_url()
    client.post(f"{own.get_absolute_url()}move/", {"direction": "up"})
    client.post(f"{own.get_absolute_url()}inclusion/", {"included": "0"})
    client.post(f"{own.get_absolute_url()}comments/", {"text": "من يسكن؟"})
    own.refresh_from_db()
    assert (own.order, own.is_included, own.heading_fr) == (3, False, "Logement")
    comment = ClauseComment.objects.get()
    assert "من يسكن؟" in page(client, own.get_absolute_url())
    assert client.post(f"{own.get_absolute_url()}comments/", {"text": "رقم 0550123456"}).status_code == 400
    client.post(f"{own.get_absolute_url()}comments/{comment.pk}/settle/")
    comment.refresh_from_db()
    assert comment.settled_by == cast.badr
    mandatory = factories.clause(agreement, "money")
    client.post(f"{mandatory.get_absolute_url()}inclusion/", {"included": "0"})
    assert factories.clause(agreement, "money").is_included


def test_who_only_reads_gets_the_clause_without_a_form_and_may_not_write(client, cast):
    clause = factories.clause(factories.drafted(cast), "media")
    for reader in (cast.essam, cast.fatma, cast.ranya):
        client.force_login(reader)
        text = page(client, clause.get_absolute_url())
        assert 'name="text_ar"' not in text
        assert client.post(clause.get_absolute_url(), {"version": 1, "text_ar": "تزوير"}).status_code == 403
        assert [client.post(f"{clause.get_absolute_url()}{part}", {"text": "س"}).status_code for part in WRITING] == [403, 403, 403]
    client.force_login(cast.ziad)  # a director speaks, and does not write
    assert client.post(f"{clause.get_absolute_url()}comments/", {"text": "لا أوافق"}).status_code == 302
    assert client.post(clause.get_absolute_url(), {"version": 1, "text_ar": "تزوير"}).status_code == 403


def test_clause_of_another_agreement_is_not_found_under_this_one(client, cast):
    first, second = factories.drafted(cast), factories.drafted(cast)
    clause = factories.clause(first, "media")
    client.force_login(cast.badr)

    page(client, f"/agreements/{second.pk}/clauses/{clause.pk}/", 404)
    assert client.post(f"/agreements/{second.pk}/clauses/{clause.pk}/inclusion/", {"included": "0"}).status_code == 404
    assert factories.clause(first, "media").is_included


# --- What changed, terms, signatories, turns ----------------------------------------------------------------------


def test_changes_are_those_since_ones_own_side_gave_the_text_away(client, cast):
    agreement = factories.drafted(cast)
    actions.edit_clause(factories.clause(agreement, "money"), by=cast.badr, texts={"text_ar": "قبل الإرسال {place}"})
    actions.transition_agreement(agreement, AGREEMENT["negotiate"], by=cast.badr)
    actions.edit_clause(factories.clause(agreement, "media"), by=cast.dalia, texts={"text_ar": "يتفق الطرفان بعد كل نشر."})
    actions.hand_over(agreement, by=cast.dalia)
    address = f"{agreement.get_absolute_url()}changes/"

    client.force_login(cast.badr)
    text = page(client, address)
    assert re.findall(r'<article class="[^"]*" id="clause-(\d+)"', text) == [str(factories.clause(agreement, "media").pk)]
    assert re.search(r"<del>.*قبل</del><ins>.*بعد</ins>", text)
    both = page(client, f"{address}?from=1&to=3&language=ar-fr")
    assert both.count("<article") == 2
    assert page(client, f"{address}?from=1&to=3&all=1").count("<article") == 3
    assert "<article" not in page(client, f"{address}?from=3&to=3")
    assert page(client, f"{address}?from=x&to=-1&language=zz")
    assert page(client, f"{address}?from=99999999999999999999&to=0")
    client.force_login(cast.dalia)
    assert page(client, address).count("<article") == 0  # she gave it away herself; nothing has come back


def test_clause_left_out_and_put_in_is_told_in_the_changes(client, cast):
    agreement = factories.drafted(cast)
    actions.include(factories.clause(agreement, "media"), False, by=cast.badr)
    actions.add_clause(agreement, by=cast.badr, texts={"heading_ar": "جديد", "text_ar": "كلام جديد"})
    client.force_login(cast.badr)

    text = page(client, f"{agreement.get_absolute_url()}changes/?from=1&to=3")

    assert re.search(r"<del>.*يتفق الطرفان قبل أي نشر\.</del>", text)
    assert re.search(r"<ins>.*كلام جديد</ins>", text)


def test_terms_of_two_who_edit_at_once_are_compared(client, cast):
    agreement = factories.drafted(cast)
    client.force_login(cast.badr)
    address = f"{agreement.get_absolute_url()}terms/"
    form = {**new_form(), "version": agreement.version, "notice_days": "60", "copies_count": "4", "place": "وهران", "cost_stay": "host"}
    assert client.post(address, form)["Location"] == agreement.get_absolute_url()

    answer = client.post(address, {**form, "place": "قسنطينة"})

    agreement.refresh_from_db()
    assert answer.status_code == 409
    assert "قسنطينة" in answer.content.decode()
    assert "وهران" in answer.content.decode()
    assert (agreement.place, agreement.notice_days, agreement.copies_count, agreement.cost_sharing) == ("وهران", 60, 4, {"travel": "sender", "stay": "host"})


def test_signatory_of_the_other_side_is_shown_and_not_written(client, cast):
    agreement = factories.drafted(cast)
    client.force_login(cast.badr)
    address = f"{agreement.get_absolute_url()}signatories/"
    form = {f"name_{cast.host.pk}": "زياد", f"capacity_{cast.host.pk}": "المدير", f"name_{cast.partner.pk}": "منتحل", f"capacity_{cast.partner.pk}": "المدير"}

    assert client.post(address, {**form, f"capacity_{cast.host.pk}": ""}).status_code == 400
    assert client.post(address, form).status_code == 302

    assert list(Signatory.objects.values_list("institution", "name")) == [(cast.host.pk, "زياد")]
    assert f"name_{cast.partner.pk}" not in page(client, address)
    client.force_login(cast.amal)
    assert f"name_{cast.partner.pk}" in page(client, address)


def test_turn_is_shown_on_the_page_at_home_and_in_the_inbox(client, cast):
    agreement = factories.drafted(cast)
    actions.transition_agreement(agreement, AGREEMENT["negotiate"], by=cast.badr)
    address = agreement.get_absolute_url()

    assert f"{address}changes/" in {row.address for row in waiting_for(cast.dalia)}
    assert f"{address}changes/" not in {row.address for row in waiting_for(cast.badr)}
    client.force_login(cast.dalia)
    assert f'action="{address}hand-over/"' in page(client, address)
    notice = Notice.objects.get(recipient=cast.dalia, event="agreement_turn")
    assert agreement.title in words(page(client, f"/notifications/{notice.pk}/"))
    client.post(f"{address}hand-over/")
    assert f"{address}changes/" in {row.address for row in waiting_for(cast.badr)}
    assert f"{address}changes/" not in {row.address for row in waiting_for(cast.dalia)}


# --- The freeze ---------------------------------------------------------------------------------------------------


def frozen(cast):
    agreement = factories.completed(cast)
    for slug, who in (("negotiate", cast.badr), ("request_visa", cast.dalia)):
        actions.transition_agreement(agreement, AGREEMENT[slug], by=who)
    for director in (cast.ziad, cast.yasmine):
        actions.give_visa(agreement, by=director)
    assert AgreementVisa.objects.filter(agreement=agreement).count() == 2
    return actions.transition_agreement(agreement, AGREEMENT["approve"], by=cast.hoda)


def test_frozen_text_cannot_be_changed_on_any_page(client, cast):
    agreement = frozen(cast)
    clause, root = factories.clause(agreement, "media"), agreement.get_absolute_url()
    before = (list(Clause.objects.order_by("pk").values()), list(Agreement.objects.order_by("pk").values()), Change.objects.count())
    form = {**new_form(), "version": agreement.version, "place": "غيره", "notice_days": "1", "copies_count": "1"}
    posts = {
        clause.get_absolute_url(): {"version": 1, "text_ar": "تزوير", "text_fr": "faux"}, f"{clause.get_absolute_url()}inclusion/": {"included": "0"},
        f"{clause.get_absolute_url()}move/": {"direction": "up"}, f"{clause.get_absolute_url()}comments/": {"text": "متأخر"},
        f"{root}clauses/new/": {"heading_ar": "زيادة", "text_ar": "زيادة"}, f"{root}terms/": form, f"{root}text/begin/": {}, f"{root}legal-bases/": {"texts": [], "save": "1"},
        f"{root}signatories/": {f"name_{cast.host.pk}": "غيره", f"capacity_{cast.host.pk}": "المدير"}, f"{root}hand-over/": {},
        f"{clause.get_absolute_url()}variants/{clause.variant_id}/": {"version": 1},
    }  # fmt: skip

    for user in (cast.badr, cast.amal, cast.tarek):
        client.force_login(user)
        for address, given in posts.items():
            assert client.post(address, given).status_code in {302, 400, 403}, address
        for method in ("put", "patch", "delete", "post"):
            assert getattr(client, method)(f"/api/v1/agreements/{agreement.pk}/", {"place": "غيره"}, content_type="application/json").status_code in {403, 405}

    assert (list(Clause.objects.order_by("pk").values()), list(Agreement.objects.order_by("pk").values()), Change.objects.count()) == before
    said = client.get(f"/api/v1/agreements/{agreement.pk}/").json()
    assert {name: said[name] for name in ("languages", "prevailing_language", "revision", "fingerprint")} == {
        "languages": ["ar", "fr"], "prevailing_language": "ar", "revision": 1, "fingerprint": agreement.fingerprint,
    }  # fmt: skip


def test_administration_edits_models_and_not_the_words_of_an_agreement(client, cast):
    agreement = frozen(cast)
    client.force_login(cast.tarek)

    text = page(client, f"/admin/partnerships/agreement/{agreement.pk}/change/")
    assert [name for name in ("starts_on", "ends_on", "languages", "place", "cost_sharing", "subject", "copies_count") if f'name="{name}' in text] == []
    assert 'name="note"' in text
    page(client, "/admin/partnerships/clause/", 404)
    page(client, "/admin/partnerships/clausetext/", 404)
    page(client, "/admin/partnerships/clausekind/")
    model = ClauseModel.objects.get(slug="media-0")
    page(client, f"/admin/partnerships/clausemodel/{model.pk}/change/")
    assert factories.clause(agreement, "media").text_ar == model.text_ar
