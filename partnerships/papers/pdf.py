"""The PDF of an agreement: a draft to read, or the paper that is signed, issued once and open to verification."""

import re
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from core.formats import day, digits, today
from core.lifecycle import TransitionRefused
from core.models import Seal
from core.profile import home
from core.seals import issue, spaced
from core.typesetting import qr_svg, typeset
from partnerships.choices import AgreementStatus
from partnerships.clauses import fill, paragraphs
from partnerships.models import Agreement
from partnerships.papers.words import sides, values
from partnerships.querysets import with_parties

VOWEL_MARKS = re.compile("[\u064b-\u0652]")  # official papers carry none, and text copied from a PDF would lose its order by them
TEMPLATE = Path(__file__).parent / "agreement.typ"
FINAL = frozenset({AgreementStatus.APPROVED, AgreementStatus.SIGNED, AgreementStatus.SUSPENDED, AgreementStatus.TERMINATED})


def whole(queryset: Any) -> Any:
    """Agreements with everything that a paper reads, in a fixed number of queries."""
    return queryset.select_related("partnership", "parent").prefetch_related(
        with_parties("partnership__"), "partnership__specialties",
        "partnership__focal_points", "clauses__kind", "signatories__institution", "legal_bases",
    )  # fmt: skip


def article(number: str, heading: str) -> str:
    return pgettext("heading of an article", "Article %(number)s. %(heading)s") % {"number": number, "heading": heading}


def paper(agreement: Agreement, languages: tuple[str, ...], *, code: str = "") -> dict[str, Any]:
    """What the template needs: words only, in each of `languages`. Without a code the paper is marked as a draft."""
    data: dict[str, Any] = {
        "languages": list(languages), "author": "", "day": [today().year, today().month, today().day], "letterhead": home().letterhead, "title": {}, "subtitle": {}, "closing": {}, "signatories": [],
        "words": {name: {} for name in ("page", "date", "signature", "verify")}, "clauses": [], "code": spaced(code) if code else "",
        "digits": home().arabic_digits if languages[0] == "ar" else "0123456789",
        "address": f"{settings.PORTAL_BASE_URL}/verify/{code}/" if code else "", "qr": qr_svg(f"{settings.PORTAL_BASE_URL}/verify/{code}/") if code else "",
    }  # fmt: skip
    included = [clause for clause in agreement.clauses.all() if clause.is_included]
    shown: list[dict[str, Any]] = [{"heading": {}, "paragraphs": {}} for _clause in included]
    senders, hosts = sides(agreement)
    for language in languages:
        given = values(agreement, language)
        with override(language):
            data["title"][language] = agreement.title[:1].upper() + agreement.title[1:]
            data["subtitle"][language] = pgettext("two sides of a partnership", "%(sender)s and %(host)s") % {
                "sender": given["senders"],
                "host": given["hosts"],
            }
            data["closing"][language] = _("For the parties")
            data["words"]["page"][language] = _("Page {n} of {m}")
            data["words"]["date"][language] = pgettext("under a signature", "Date:")
            data["words"]["signature"][language] = _("Signature and seal")
            data["words"]["verify"][language] = _("Anybody can check this paper at the address below, or by the drawing.")
            for place, clause in enumerate(included):
                heading = {"ar": clause.heading_ar, "fr": clause.heading_fr, "en": clause.heading_en}[language] or clause.heading
                text = {"ar": clause.text_ar, "fr": clause.text_fr, "en": clause.text_en}[language]
                shown[place]["heading"][language] = article(digits(str(place + 1)), heading)
                shown[place]["paragraphs"][language] = paragraphs(fill(text, given))
    data["clauses"] = shown
    with override(languages[0]):
        data["footer"] = agreement.title
        data["draft"] = "" if code else pgettext("across a page", "DRAFT")
        people = {person.institution_id: person for person in agreement.signatories.all()}
        for party in [*senders, *hosts]:
            person = people.get(party.pk)
            data["signatories"].append(
                {
                    "institution": party.name, "name": person.name if person else "", "capacity": person.capacity if person else "",
                    "authority": person.authority if person else "", "date": day(person.signed_on) if person and person.signed_on else "………………",
                }
            )  # fmt: skip
    return data


def set_on_paper(data: dict[str, Any]) -> bytes:
    for clause in data["clauses"]:
        for language, parts in clause["paragraphs"].items():
            clause["paragraphs"][language] = [VOWEL_MARKS.sub("", part) for part in parts]
    return typeset(TEMPLATE, data)


def draft_pdf(agreement: Agreement, languages: tuple[str, ...]) -> bytes:
    """The text as it stands, marked as a draft on every page. About 0.1 s."""
    return set_on_paper(paper(agreement, languages))


def issued_pdf(agreement: Agreement, languages: tuple[str, ...], *, by: Any = None) -> Seal:
    """The paper of an approved or signed agreement: issued once for each language, later calls give the same file.

    Raises TransitionRefused while the text may still change, and for an agreement that has no clauses in the portal.
    """
    if agreement.status not in FINAL:
        raise TransitionRefused("not_final", _("The text is not final yet: the paper is issued once the ministry has approved it."))
    if not agreement.clauses.all():
        raise TransitionRefused("no_text", _("This agreement was recorded from paper: its text is the attached scan."))
    return issue(
        agreement, "agreement", "-".join(languages), lambda code: set_on_paper(paper(agreement, languages, code=code)), revision=agreement.revision, by=by
    )
