"""What the placeholders of a clause stand for, in one language, read from the agreement."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override, pgettext

from core.formats import day, digits, joined, number
from core.typesetting import isolated
from partnerships.choices import GIVING, CostItem, Payer, Side
from partnerships.models import Agreement, Institution


def in_a_sentence(names: list[str]) -> str:
    """ "a, b and c", as the active language joins."""
    if len(names) < 2:
        return "".join(names)
    return pgettext("the last two of a list", "%(first)s and %(last)s") % {"first": pgettext("between two names", ", ").join(names[:-1]), "last": names[-1]}


def language_name(code: str) -> str:
    """A language as a sentence of a contract names it."""
    names = {
        "ar": pgettext("a language in a sentence", "Arabic"),
        "fr": pgettext("a language in a sentence", "French"),
        "en": pgettext("a language in a sentence", "English"),
    }
    return names[code]


def duration(agreement: Agreement) -> str:
    """How long it lasts: whole years, else whole months, else days."""
    start, end = agreement.starts_on, agreement.ends_on
    months = (end.year - start.year) * 12 + end.month - start.month
    whole = end.day in {start.day - 1, start.day} or (start.day == 1 and end.day >= 28)
    if start.day == 1 and end.day >= 28:
        months += 1
    if whole and months and months % 12 == 0:
        years = months // 12
        return ngettext("%(count)s year", "%(count)s years", years) % {"count": number(years)}
    if whole and months:
        return ngettext("%(count)s month", "%(count)s months", months) % {"count": number(months)}
    days = (end - start).days + 1
    return ngettext("%(count)s day", "%(count)s days", days) % {"count": number(days)}


def sides(agreement: Agreement) -> tuple[list[Institution], list[Institution]]:
    parties = agreement.partnership.parties.all()
    return (
        [party.institution for party in parties if party.side in GIVING],
        [party.institution for party in parties if party.side == Side.HOST],
    )


def values(agreement: Agreement, language: str, *, project: str = "", changes: str = "") -> dict[str, str]:
    """Every placeholder of a clause with its words in `language`; "" where the agreement does not say it yet.

    Reads the parties, signatories, specialties, legal bases and focal points: load them before for many agreements. Once the
    text is frozen the words are those of that moment; the day of signature alone comes later.
    """
    with override(language):
        signed_on = day(agreement.signed_on) if agreement.signed_on else ""
        if frozen := agreement.frozen_words.get(language):
            return {**frozen, "signature_date": signed_on}
        senders, hosts = sides(agreement)
        signatories = {person.institution_id: person for person in agreement.signatories.all()}
        given: dict[str, Any] = {
            "agreement_kind": agreement.get_kind_display(),
            "number": isolated(digits(str(agreement.number))),
            "year": digits(str(agreement.year)),
            "parties": "\n".join(party_line(place, signatories.get(place.pk)) for place in [*senders, *hosts]),
            "senders": in_a_sentence([place.name for place in senders]),
            "hosts": in_a_sentence([place.name for place in hosts]),
            "sender_short": in_a_sentence([place.place for place in senders]),
            "host_short": in_a_sentence([place.place for place in hosts]),
            "signatories": in_a_sentence([str(person.name) for person in signatories.values()]),
            "legal_bases": "\n".join(f"- {text.title}" for text in agreement.legal_bases.all()),
            "specialties": in_a_sentence([specialty.name for specialty in agreement.partnership.specialties.all()]),
            "starts_on": day(agreement.starts_on),
            "ends_on": day(agreement.ends_on),
            "duration": duration(agreement),
            "renewal": agreement.get_renewal_display(),
            "notice_days": ngettext("%(count)s day", "%(count)s days", agreement.notice_days) % {"count": number(agreement.notice_days)},
            "cost_sharing": cost_lines(agreement),
            "programme": _("The annual programme is annexed to this agreement and forms part of it."),
            "focal_points": in_a_sentence([str(point) for point in agreement.partnership.focal_points.all()]),
            "languages": in_a_sentence([language_name(code) for code in agreement.languages]),
            "prevailing_language": language_name(agreement.prevailing_language),
            "copies": number(agreement.copies_count),
            "place": agreement.place,
            "signature_date": signed_on,
            "project": project or agreement.subject,
            "parent_agreement": agreement.parent.title if agreement.parent else "",
            "changes": changes,
        }
    return given


def party_line(place: Institution, person: Any) -> str:
    """One party as the first clause names it: name, seat, who represents it and in what capacity."""
    words = [place.name]
    if place.city or place.region:
        words.append(_("seat: %(place)s") % {"place": place.city if place.city and not place.region else place.place})
    if person:
        words.append(_("represented by %(name)s, %(capacity)s") % {"name": person.name, "capacity": person.capacity})
    return "- " + joined(words)


def cost_lines(agreement: Agreement) -> str:
    """Who bears what, one line each; "" when nothing has been agreed."""
    chosen = agreement.cost_sharing or {}
    return "\n".join(
        "- " + _("%(cost)s: %(payer)s") % {"cost": item.label, "payer": Payer(chosen[item.value]).label}
        for item in CostItem
        if chosen.get(item.value) in Payer.values
    )
