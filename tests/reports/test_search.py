"""One box: every kind of thing, nothing of what the person may not see, a code leads straight to its page."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.models import Professional
from core.folding import fold
from evaluation.models import Evaluation
from library.models import Guide, LegalText
from partnerships.models import Institution
from reports.search import COUNTED, KINDS, address_of_code, found_for, open_kinds
from support import actions as helping
from tests import factories
from tests.activities import guests, roster

pytestmark = pytest.mark.django_db

PLACE = "تمنراست"  # the region of the host


@pytest.fixture
def stocked(cast):
    """One of every kind around the host."""
    factories.questionnaire(2)
    activity = factories.validated(cast)
    roster.person(cast, f"كريم {PLACE}", cast.host)
    file = guests.visitor_file(cast)
    Professional.objects.filter(pk=file.professional_id).update(search_text=fold(PLACE))
    helping.submit_request(factories.support(cast, title=f"أجهزة {PLACE}"), by=cast.ziad)
    LegalText.objects.create(country="DZ", kind="law", number="18-11", title_ar=f"قانون {PLACE}", subject="health", status="in_force")
    Guide.objects.create(slug="first", step="partnership", title_ar=f"دليل {PLACE}", body_ar="نص")
    Institution.objects.filter(pk=cast.host.pk).update(city=PLACE)
    cast.host.refresh_from_db()
    cast.host.save()
    return activity


def slugs(user, words: str) -> set[str]:
    return {part.kind.slug for part in found_for(user, words, 5)}


def test_every_kind_is_found_from_one_word(cast, stocked):
    everything = {kind.slug for kind in KINDS}

    assert slugs(cast.amal, PLACE) == everything
    assert slugs(cast.badr, PLACE) == everything


def test_spelling_of_arabic_and_digits_do_not_matter(cast, stocked):
    LegalText.objects.create(country="DZ", kind="order", number="7", title_ar="قرار إنشاء المؤسسة ٢٠٢٥", subject="health", status="in_force")

    assert slugs(cast.amal, "انشاء المؤسسه 2025") == {"texts"}
    assert slugs(cast.amal, "تمنراصت") == {"institutions"}  # a slip is looked for in names of institutions only
    assert slugs(cast.amal, "—") == slugs(cast.amal, "  ") == set()


def test_nothing_is_found_or_counted_that_the_person_may_not_see(client, cast, stocked):
    assert slugs(cast.hani, PLACE) == {"institutions", "texts", "guides"}
    assert slugs(cast.omar, PLACE) == {"texts", "guides"}
    assert "people" not in slugs(cast.fatma, PLACE)
    client.force_login(cast.hani)
    text = client.get("/search/", {"q": PLACE}).content.decode()
    assert cast.partnership.code not in text
    assert "kind=partnerships" not in text


def test_draft_of_a_request_is_found_by_its_own_institution_alone(cast):
    factories.support(cast, title="حاضنات")

    assert slugs(cast.badr, "حاضنات") == {"support"}
    assert slugs(cast.amal, "حاضنات") == slugs(cast.dalia, "حاضنات") == set()


def test_request_is_found_by_its_subject_after_it_was_changed(cast):
    request = factories.support(cast)
    helping.edit_request(request, {"title": "جهاز تنفس"}, [helping.Line("جهاز", 1, Decimal(5))], by=cast.badr, version=request.version)

    assert slugs(cast.badr, "تنفس") == {"support"}
    assert slugs(cast.badr, "مراقبه") == set()


def test_counts_are_capped(cast):
    LegalText.objects.bulk_create(
        LegalText(country="DZ", kind="law", number=f"26-{place}", title_ar="قانون", subject="health", status="in_force", search_text="قانون")
        for place in range(COUNTED + 5)
    )

    (part,) = found_for(cast.omar, "قانون", 5)

    assert (part.shown_count, part.is_more, len(part.lines)) == (COUNTED, True, 5)


def test_code_opens_the_one_thing_that_carries_it(client, cast, stocked):
    client.force_login(cast.badr)
    request = cast.host.support_requests.get()
    agreement = cast.agreement
    codes = {
        cast.partnership.code.lower(): cast.partnership, cast.host.code: cast.host, request.code: request, "١٨-١١": LegalText.objects.get(),
        f"{agreement.number}/{agreement.year}": agreement,
    }  # fmt: skip

    for code, thing in codes.items():
        assert client.get("/search/", {"q": f" {code} "}).headers.get("Location") == thing.get_absolute_url(), code
    assert client.get("/search/", {"q": cast.partnership.code}, headers={"HX-Request": "true"}).status_code == 200
    assert client.get("/search/", {"q": cast.partnership.code, "kind": "partnerships"}).status_code == 200


def test_code_of_what_one_may_not_see_opens_nothing(client, cast, stocked):
    assert address_of_code(cast.hani, cast.partnership.code) == ""
    assert address_of_code(cast.hani, f"{cast.agreement.number}/{cast.agreement.year}") == ""
    client.force_login(cast.hani)
    assert client.get("/search/", {"q": cast.partnership.code}).status_code == 200
    known, unknown = (client.get("/search/", {"q": code}, headers={"HX-Request": "true"}) for code in (cast.partnership.code, "PT-1999-999"))
    assert known.content == unknown.content


def test_code_that_several_carry_opens_the_list_of_them(cast):
    for kind in ("law", "order"):
        LegalText.objects.create(country="DZ", kind=kind, number="05-05", title_ar="نص", subject="health", status="in_force")

    assert address_of_code(cast.omar, "05-05") == ""


def test_brief_answer_is_a_few_links_and_says_how_many(client, cast, stocked):
    client.force_login(cast.amal)

    text = client.get("/search/", {"q": PLACE, "brief": "1"}, headers={"HX-Request": "true"}).content.decode()

    assert "<html" not in text
    assert "data-said" in text
    assert f'href="{cast.partnership.get_absolute_url()}"' in text


def test_one_kind_alone_keeps_the_counts_of_the_others(client, cast, stocked):
    client.force_login(cast.amal)

    text = client.get("/search/", {"q": PLACE, "kind": "partnerships"}).content.decode()

    assert f'href="{cast.partnership.get_absolute_url()}"' in text
    assert stocked.get_absolute_url() not in text
    assert "kind=activities" in text


def test_search_costs_the_same_with_one_of_a_kind_and_with_four(cast, stocked):
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            found_for(cast.amal, PLACE, 5)
        return len(queries)

    first, one = cost(), cost()
    for ended in (20, 30, 40):
        factories.validated(cast, ended=ended)
        roster.person(cast, f"سمير {PLACE} {ended}", cast.host)
        helping.submit_request(factories.support(cast, title=f"طلب {ended}"), by=cast.ziad)
    assert Evaluation.objects.count() == 4

    assert first >= one == cost()


def test_kinds_are_open_to_those_who_may_see_their_lists(cast):
    assert [kind.slug for kind in open_kinds(cast.omar)] == ["texts", "guides"]
    assert [kind.slug for kind in open_kinds(cast.amal)] == [kind.slug for kind in KINDS]
    assert all(kind.address.startswith("/") for kind in KINDS)
