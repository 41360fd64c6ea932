"""The licence of a visiting specialist on paper: issued once for what it says, open to verification without a name."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from activities.choices import VisitorStatus
from activities.models import VisitorFile
from activities.papers.certificate import capital, revision_of, without_vowel_marks
from activities.papers.kit import in_order
from core.formats import day, days, digits, joined, today
from core.lifecycle import TransitionRefused
from core.models import Seal
from core.profile import home
from core.seals import Facts, issue, spaced
from core.typesetting import isolated, qr_svg, typeset
from partnerships.choices import Side
from partnerships.papers.words import in_a_sentence

TEMPLATE = Path(__file__).parent / "paper.typ"
KIND = "licence"
LANGUAGES = ("ar", "fr", "en")


def name_of(person: Any, language: str) -> str:
    """The name in the script of the paper, where the roster has both."""
    return person.name if language == "ar" else person.latin_name or person.name


def words_of(file: VisitorFile, language: str) -> dict[str, Any]:
    """What the licence says in one language: words only."""
    person, activity = file.professional, file.activity
    about = [person.profession, person.specialty, person.rank]
    lines = [
        (_("Number"), isolated(digits(file.licence_number))),
        (_("Name"), name_of(person, language)),
        (_("Profession"), joined(about)),
        (_("Institution"), joined([person.institution, person.institution.country])),
        (_("May practise at"), in_a_sentence([place.name for place in activity.of_side(Side.HOST, Side.PEER) if place.pk != person.institution_id])),
        (_("Dates"), days(file.valid_from, file.valid_to)),
        (_("Mission"), capital(activity.title)),
    ]
    if file.scope_of_practice:
        lines.append((_("For"), in_order(file.scope_of_practice)))
    return {
        "language": language, "title": _("Licence of a visiting specialist"), "lines": [(str(label), str(value)) for label, value in lines],
        "intro": _("The Ministry of Health allows the specialist named below to practise at the institutions and on the days given here."),
        "table": None, "outro": _("This licence holds for this mission only. It ends on its last day, or when the ministry withdraws it."),
        "signatures": [_("Signature and seal of the ministry")],
    }  # fmt: skip


def set_paper(words: dict[str, Any], code: str) -> bytes:
    """One page of this kind of paper, with its code. The active language is that of the words."""
    address = f"{settings.PORTAL_BASE_URL}/verify/{code}/"
    more = {
        "letterhead": home().letterhead[words["language"]], "day": [today().year, today().month, today().day], "code": spaced(code), "address": address,
        "qr": qr_svg(address), "verify": _("Anybody can check this paper at the address below, or by the drawing."),
        "issued": pgettext("on a paper", "Issued on %(day)s") % {"day": day(today())}, "page": _("Page {n} of {m}"),
        "digits": home().arabic_digits if words["language"] == "ar" else "0123456789",
    }  # fmt: skip
    return typeset(TEMPLATE, without_vowel_marks({**words, **more}))


def sealed(obj: Any, kind: str, language: str, words_for: Any, by: Any) -> Seal:
    """The paper of `obj` in one language: a new one only when what it says has changed."""
    with override(language):
        words = words_for(obj, language)

    def render(code: str) -> bytes:
        with override(language):
            return set_paper(words, code)

    return issue(obj, kind, language, render, revision=revision_of(words), by=by)


def issued_licence(file: VisitorFile, language: str, *, by: Any = None) -> Seal:
    """The licence in one language. Raises TransitionRefused unless it was given."""
    if file.status != VisitorStatus.LICENSED:
        raise TransitionRefused("no_licence", _("There is no licence."))
    return sealed(file, KIND, language, words_of, by)


def facts_about(file: VisitorFile) -> Facts:
    """What anybody with the code may know: number, institutions, days, whether it holds today. No name."""
    holds = file.status == VisitorStatus.LICENSED
    lines: list[tuple[Any, Any]] = [(_("Kind"), _("Licence of a visiting specialist"))]
    if holds:
        lines.append((_("Number"), digits(file.licence_number)))
        lines.append((_("Dates"), days(file.valid_from, file.valid_to)))
    lines += [(_("May practise at"), place.name) for place in file.activity.of_side(Side.HOST, Side.PEER)]
    state = (file.status_label, file.tone) if holds else (pgettext("licence", "withdrawn"), "stop")
    return Facts(_("Licence of a visiting specialist"), state, lines)
