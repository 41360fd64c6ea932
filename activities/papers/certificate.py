"""Certificates of those who took part: one landscape page a person, issued once for what it says, open to verification."""

import hashlib
import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from activities.choices import APPROVED_OR_LATER, ParticipantRole
from activities.models import Activity, Participant
from activities.querysets import with_own_parties
from core.formats import day, days, joined, number, today
from core.lifecycle import TransitionRefused
from core.models import Seal
from core.profile import home
from core.seals import Facts, issue, spaced
from core.typesetting import qr_svg, typeset
from partnerships.papers.pdf import VOWEL_MARKS
from partnerships.papers.words import in_a_sentence

TEMPLATE = Path(__file__).parent / "certificate.typ"
KIND = "certificate"
LANGUAGES = ("ar", "fr", "en")


def whole(queryset: Any) -> Any:
    """Participants with everything that a certificate reads, in a fixed number of queries."""
    return queryset.select_related(
        "activity__partnership", "professional__profession", "professional__user", "institution__region", "profession"
    ).prefetch_related("activity__sites__institution", "activity__specialties", with_own_parties("activity__"))


def is_ready(activity: Activity) -> bool:
    """Whether the activity took place: approved or later, and its last day has come. The presence of people is asked one by one."""
    return activity.status in APPROVED_OR_LATER and activity.ends_on <= today()


def heading(person: Participant) -> str:
    return _("Certificate of attendance") if person.role in {"", ParticipantRole.TRAINEE} else _("Certificate of participation")


def name_on_paper(person: Participant, language: str) -> str:
    """The name in the script of the paper, where the roster has both."""
    known = person.professional
    if known is None:
        return person.name
    return known.name if language == "ar" else known.latin_name or known.name


def day_count(person: Participant) -> int:
    return person.days or (person.activity.ends_on - person.activity.starts_on).days + 1


def said(person: Participant, language: str) -> dict[str, Any]:
    """What the paper says about one person in one language: words only. Part of it decides whether a new paper is due."""
    activity = person.activity
    with override(language):
        places = [str(site) for site in activity.sites.all()] or [place.name for place in activity.of_side("host")]
        profession = person.professional.profession if person.professional else person.profession
        lines = [(_("Activity"), capital(pgettext("kind and subject", "%(kind)s: %(name)s") % {"kind": activity.get_kind_display(), "name": activity.name}
                                          if activity.name else activity.get_kind_display()))]  # fmt: skip
        lines += [(_("Dates"), days(activity.starts_on, activity.ends_on)), (_("Place"), in_a_sentence(list(dict.fromkeys(places))))]
        if specialties := [specialty.name for specialty in activity.specialties.all()]:
            lines.append((_("Specialties"), in_a_sentence(specialties)))
        if person.role and person.role != ParticipantRole.TRAINEE:
            lines.append((pgettext("in an activity", "Part"), capital(person.get_role_display())))
        lines.append((_("Days present"), number(day_count(person))))
        return {
            "language": language, "title": heading(person), "intro": _("This certifies the participation of"), "name": name_on_paper(person, language),
            "about": joined([profession, person.institution]), "lines": lines,
        }  # fmt: skip


def capital(text: Any) -> str:
    words = str(text)
    return words[:1].upper() + words[1:]


def revision_of(words: dict[str, Any]) -> int:
    """A number that changes with what the paper says: whoever's name or days are corrected gets a new one."""
    return int(hashlib.sha256(json.dumps(words, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:7], 16)


def render(words: dict[str, Any], code: str) -> bytes:
    address = f"{settings.PORTAL_BASE_URL}/verify/{code}/"
    with override(words["language"]):
        more = {
            "letterhead": home().letterhead[words["language"]], "day": [today().year, today().month, today().day], "code": spaced(code), "address": address,
            "qr": qr_svg(address), "verify": _("Anybody can check this paper at the address below, or by the drawing."),
            "signature": _("Signature and seal"), "place": pgettext("on a paper", "Issued on %(day)s") % {"day": day(today())},
        }  # fmt: skip
    return typeset(TEMPLATE, without_vowel_marks({**words, **more}))


def without_vowel_marks(value: Any) -> Any:
    """Official papers carry no vowel marks, and text copied from a PDF would lose its order by them."""
    if isinstance(value, str):
        return VOWEL_MARKS.sub("", value)
    if isinstance(value, dict):
        return {key: without_vowel_marks(item) for key, item in value.items()}
    return [without_vowel_marks(item) for item in value] if isinstance(value, list | tuple) else value


def refuse_unless_held(activity: Activity) -> None:
    if not is_ready(activity):
        raise TransitionRefused("not_held", _("Certificates are issued once the activity has taken place."))


def refuse_unless_due(person: Participant) -> None:
    """Raise TransitionRefused unless this person has earned a certificate: the activity was held, they are named and were present."""
    refuse_unless_held(person.activity)
    if person.professional is None or person.professional.erased_at:
        raise TransitionRefused("no_name", _("A certificate needs a name from the roster."))
    if not person.is_counted:
        raise TransitionRefused("not_present", _("Certificates are issued to those whose presence is recorded."))


def issued_certificate(person: Participant, language: str, *, by: Any = None) -> Seal:
    """The certificate of one person in one language: issued once for what it says, later calls give the same file. About 0.05 s.

    Raises TransitionRefused before the activity is held, and for somebody who is not recorded as present.
    """
    refuse_unless_due(person)
    words = said(person, language)
    return issue(person, KIND, language, lambda code: render(words, code), revision=revision_of(words), by=by)


def facts_about(person: Participant) -> Facts:
    """What anybody with the code may know: the kind of paper, the activity, its days, the institution, initials. No name."""
    activity = person.activity
    state = (pgettext("certificate", "valid"), "done") if person.is_counted else (pgettext("certificate", "no longer valid"), "stop")
    lines: list[tuple[Any, Any]] = [(_("Kind"), heading(person)), (_("Activity"), capital(activity.get_kind_display()))]
    lines += [(_("Dates"), days(activity.starts_on, activity.ends_on)), (_("Institution"), str(person.institution or ""))]
    if initials := initials_of(person):
        lines.append((_("Initials"), initials))
    lines.append((_("Days present"), number(day_count(person))))
    return Facts(heading(person), state, lines, is_void=not person.is_counted)


def initials_of(person: Participant) -> str:
    """First letters only, at most three; "" once the personal data were erased."""
    name = person.professional.latin_name or person.professional.name if person.professional else ""
    return " ".join(f"{word[0]}." for word in name.split()[:3])
