"""A legal life, over the pages' own requests: from the model text to the verified paper, amended, renewed, ended."""

from datetime import timedelta

import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core.formats import today
from core.models import Change, Seal
from partnerships.completeness import completeness
from partnerships.models import Agreement, Amendment, Clause
from tests import factories

pytestmark = pytest.mark.django_db

PROFILES = {
    "DZ": {"kind": "convention", "languages": ["ar", "fr"], "prevailing_language": "ar", "years": 1, "renewal": "express"},
    "KW": {"kind": "memorandum", "languages": ["en", "ar"], "prevailing_language": "en", "years": 3, "renewal": "express"},
}


def day(value) -> str:
    return value.strftime("%d/%m/%Y")


def scan() -> SimpleUploadedFile:
    return SimpleUploadedFile("scan.pdf", factories.paper(2))


def whole(agreement: Agreement) -> Agreement:
    return Agreement.objects.get(pk=agreement.pk)


def send(client, person, address, form=None, *, expect=302):
    client.force_login(person)
    answer = client.post(address, form or {})
    assert answer.status_code == expect, (person, address, answer.status_code, answer.content.decode()[:3000])
    return answer


@pytest.mark.parametrize("country", ["DZ", "KW"])
def test_story_of_an_agreement_from_the_model_to_its_end(client, cast, reference, settings, country):
    settings.PORTAL_COUNTRY = country
    import library.reference  # the legal texts of both countries

    library.reference.load()
    profile = PROFILES[country]
    start = cast.agreement.ends_on + timedelta(days=1)
    end = start.replace(year=start.year + profile["years"]) - timedelta(days=1)

    # Dalia begins from the model; Badr changes a clause and comments; both name who signs.
    costs = {f"cost_{item}": payer for item, payer in (("travel", "sender"), ("stay", "host"), ("consumables", "host"))}
    form = {
        "starts_on": day(start),
        "ends_on": day(end),
        "begin": "on",
        **{name: profile[name] for name in ("kind", "languages", "prevailing_language", "renewal")},
        **costs,
    }
    send(client, cast.dalia, f"{cast.partnership.get_absolute_url()}agreements/new/", form)
    agreement = Agreement.objects.get(starts_on=start)
    base = agreement.get_absolute_url()
    assert agreement.clauses.filter(is_included=True).count() >= 20
    clause = Clause.objects.get(agreement=agreement, kind__slug="committee")
    texts = {f"text_{code}": f"{getattr(clause, f'text_{code}')}\n\nتجتمع اللجنة مرتين في السنة." for code in profile["languages"]}
    send(client, cast.badr, f"{base}clauses/{clause.pk}/", {**texts, "version": clause.version})
    send(client, cast.dalia, f"{base}clauses/{clause.pk}/comments/", {"text": "موافقون على الاجتماعين."})
    changed = client.get(f"{base}changes/").content.decode()
    assert "تجتمع" in changed
    for person, place, name in ((cast.badr, cast.host, "زياد"), (cast.dalia, cast.partner, "ياسمين")):
        send(client, person, f"{base}signatories/", {f"name_{place.pk}": name, f"capacity_{place.pk}": "مدير المؤسسة", f"authority_{place.pk}": ""})
    client.force_login(cast.badr)
    terms = {**form, "notice_days": "60", "place": "الجزائر", "copies_count": "2", "version": whole(agreement).version}
    terms.pop("kind"), terms.pop("begin")
    send(client, cast.badr, f"{base}terms/", terms)
    laws = list(type(agreement).legal_bases.rel.model.objects.filter(country=country, status="in_force").values_list("pk", flat=True)[:2])
    send(client, cast.badr, f"{base}legal-bases/", {"texts": laws})
    send(client, cast.badr, f"/partnerships/{cast.partnership.pk}/focal-points/new/", {"institution": cast.host.pk, "name": "د. سعاد"})
    assert [str(item) for item in completeness(whole(agreement))] == []

    # Both directors, then the ministry: the text is frozen, the paper issued, nothing public yet.
    send(client, cast.dalia, f"{base}steps/negotiate/")
    send(client, cast.badr, f"{base}steps/request_visa/")
    send(client, cast.ziad, f"{base}visa/")
    send(client, cast.yasmine, f"{base}visa/")
    assert whole(agreement).status == "review"
    send(client, cast.hoda, f"{base}steps/approve/")
    approved = whole(agreement)
    assert approved.status == "approved"
    assert len(approved.fingerprint) == 64
    languages = "-".join(profile["languages"])
    client.force_login(cast.ziad)
    paper = b"".join(client.get(f"{base}text.pdf?language={languages}").streaming_content)
    document = pypdfium2.PdfDocument(paper)
    assert len(document) >= 6
    document.close()
    code = Seal.objects.get(language=languages).code
    client.logout()
    assert client.get(f"/verify/{code}/").status_code == 404

    # Each party's day, then the scan: signed, and anybody can check the paper.
    for person in approved.signatories.all():
        send(client, cast.amal, f"/signatories/{person.pk}/signed/", {"signed_on": day(today())})
    send(client, cast.amal, f"{base}sign/", {"signed_on": day(today()), "scan": scan()})
    assert whole(agreement).status == "signed"
    client.logout()
    public = client.get(f"/verify/{code}/")
    assert public.status_code == 200
    assert cast.host.name_ar in public.content.decode()
    assert "زياد" not in public.content.decode()
    same = client.post(f"/verify/{code}/", {"file": SimpleUploadedFile("paper.pdf", paper)})
    assert "is-late" not in same.content.decode()

    # Later: an amendment that prolongs, a renewal, notice and termination.
    later = {"subject": "تمديد ستة أشهر", "effective_on": day(start + timedelta(days=30)), "ends_on": day(end + timedelta(days=180))}
    send(client, cast.badr, f"{base}amendments/new/", later)
    amendment = Amendment.objects.get()
    send(client, cast.badr, f"{amendment.get_absolute_url()}steps/submit/")
    send(client, cast.amal, f"{amendment.get_absolute_url()}sign/", {"signed_on": day(today()), "scan": scan()})
    assert whole(agreement).ends_on == end + timedelta(days=180)
    new_start = whole(agreement).ends_on + timedelta(days=1)
    send(client, cast.dalia, f"{base}renew/", {"starts_on": day(new_start), "ends_on": day(new_start + timedelta(days=364))})
    renewal = whole(agreement).renewals.get()
    assert renewal.clauses.count() == agreement.clauses.count()
    assert "تجتمع اللجنة مرتين" in renewal.clauses.get(kind__slug="committee").text_ar
    send(client, cast.ziad, f"{base}notice/", {"given_on": day(today()), "reason": "إعادة تنظيم"})
    ending = {"from_day": day(today() + timedelta(days=60)), "reason": "إعادة تنظيم", "document": scan()}
    send(client, cast.hoda, f"{base}terminate/", ending)
    assert whole(agreement).status == "terminated"
    client.logout()
    assert client.get(f"/verify/{code}/").status_code == 200

    steps = list(
        Change.objects.filter(object_type="partnerships.agreement", object_id=agreement.pk)
        .exclude(to_status="")
        .order_by("pk")
        .values_list("to_status", flat=True)
    )
    assert steps == ["draft", "negotiation", "visa", "review", "approved", "signed", "terminated"]
    client.force_login(cast.hani)
    assert [client.get(address).status_code for address in (base, f"{base}text/", f"{base}changes/", f"{base}text.pdf", amendment.get_absolute_url())] == [
        404
    ] * 5
