"""What the text of an agreement still lacks: the task list of its page, and the guard before the directors' visa."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.formats import digits
from partnerships.clauses import unfilled
from partnerships.models import Agreement, Clause, ClauseKind, ClauseModel
from partnerships.papers.pdf import article, whole
from partnerships.papers.words import language_name, sides, values

ON_PAPER_ONLY = frozenset({"signature_date"})  # written by hand under the paper

# What a placeholder without words is waiting for, in the words of the form that asks for it.
NAMES: dict[str, str | Promise] = {
    "parties": gettext_lazy("the parties"),
    "senders": gettext_lazy("the supporting institutions"),
    "hosts": gettext_lazy("the benefiting institutions"),
    "sender_short": gettext_lazy("the supporting institutions"),
    "host_short": gettext_lazy("the benefiting institutions"),
    "signatories": gettext_lazy("the signatories"),
    "specialties": gettext_lazy("the specialties"),
    "focal_points": gettext_lazy("the focal points"),
    "legal_bases": gettext_lazy("the legal bases"),
    "cost_sharing": gettext_lazy("who bears which cost"),
    "place": gettext_lazy("the place of signature"),
    "signature_date": gettext_lazy("the day of signature"),
    "project": gettext_lazy("the subject of the project"),
    "parent_agreement": gettext_lazy("the original agreement"),
    "changes": gettext_lazy("the changes agreed"),
}
SIGNATORIES, TERMS, CLAUSES, BASES, LANGUAGES = "signatories", "terms", "clauses", "bases", "languages"
PART_OF = {
    **dict.fromkeys(("parties", "signatories", "senders", "hosts", "sender_short", "host_short"), SIGNATORIES),
    **dict.fromkeys(("cost_sharing", "place", "project", "parent_agreement"), TERMS),
    "legal_bases": BASES,
}
ADDRESSES = {SIGNATORIES: "signatories/", TERMS: "terms/", CLAUSES: "text/", BASES: "legal-bases/"}


@dataclass(frozen=True)
class Missing:
    """One thing that is missing, in words, and the page where it is put right."""

    part: str
    words: str
    address: str


@dataclass(frozen=True)
class Part:
    """One line of the task list."""

    slug: str
    title: str | Promise
    address: str
    missing: tuple[Missing, ...]

    @property
    def is_ready(self) -> bool:
        return not self.missing


def name_of(placeholder: str) -> str:
    return str(NAMES.get(placeholder, placeholder))


def text_in(clause: Any, language: str) -> str:
    """The text of a clause, a version of one or a model in one language."""
    return getattr(clause, f"text_{language}")


def completeness(agreement: Agreement) -> list[Missing]:
    """What the text of the agreement lacks today; nothing where the text is on paper only. 12 queries, whatever its length."""
    return [missing for part in parts_of_text(whole(Agreement.objects.all()).get(pk=agreement.pk)) for missing in part.missing]


def parts_of_text(agreement: Agreement) -> list[Part]:
    """The five parts of a text and what each lacks; none where the text is on paper only. The agreement comes from `whole`."""
    clauses = list(agreement.clauses.all())
    if not clauses:
        return []
    address = agreement.get_absolute_url()
    found = [*missing_signatories(agreement), *missing_clauses(agreement, clauses), *missing_words(agreement, clauses)]
    titles = {
        SIGNATORIES: _("Parties and signatories"),
        TERMS: _("Dates and money"),
        CLAUSES: _("Clauses"),
        BASES: _("Legal bases"),
        LANGUAGES: _("Both languages") if len(agreement.languages) > 1 else _("Language"),
    }
    both = f"text/?language={'-'.join(agreement.languages)}"
    return [Part(slug, title, f"{address}{ADDRESSES.get(slug, both)}", tuple(item for item in found if item.part == slug)) for slug, title in titles.items()]


def missing_signatories(agreement: Agreement) -> list[Missing]:
    known = {person.institution_id for person in agreement.signatories.all()}
    senders, hosts = sides(agreement)
    address = f"{agreement.get_absolute_url()}signatories/"
    return [Missing(SIGNATORIES, _("nobody signs for %(party)s yet") % {"party": place.name}, address) for place in [*senders, *hosts] if place.pk not in known]


def missing_clauses(agreement: Agreement, clauses: list[Clause]) -> list[Missing]:
    """Mandatory kinds that the agreement does not have; only those that a model for its kind and country provides."""
    has = {clause.kind_id for clause in clauses if clause.is_included}
    rows = ClauseModel.objects.filter(kind__is_mandatory=True).exclude(kind__in=has).defer("text_ar", "text_fr", "text_en").select_related("kind")
    needed: dict[int, ClauseKind] = {model.kind_id: model.kind for model in rows if model.fits(agreement.kind, settings.PORTAL_COUNTRY)}
    address = f"{agreement.get_absolute_url()}text/"
    return [Missing(CLAUSES, _("the clause “%(clause)s” is not in the text") % {"clause": kind.name}, address) for kind in needed.values()]


def missing_words(agreement: Agreement, clauses: list[Clause]) -> list[Missing]:
    """Empty texts and placeholders without words, clause by clause; what one form mends is named once."""
    given = {language: values(agreement, language) for language in agreement.languages}
    folder = agreement.partnership.get_absolute_url()
    mended_at = dict.fromkeys(("specialties", "focal_points"), folder)
    mended_at |= {name: f"{agreement.get_absolute_url()}{ADDRESSES[part]}" for name, part in PART_OF.items()}
    found: dict[str, Missing] = {}
    for number, clause in enumerate((clause for clause in clauses if clause.is_included), 1):
        heading = article(digits(str(number)), clause.heading)
        for language in agreement.languages:
            if not text_in(clause, language).strip():
                part = CLAUSES if language == agreement.prevailing_language else LANGUAGES
                words = _("%(clause)s: the text in %(language)s is missing") % {"clause": heading, "language": language_name(language)}
                found[words] = Missing(part, words, clause.get_absolute_url())
        for name in sorted({name for language in agreement.languages for name in unfilled(text_in(clause, language), given[language])} - ON_PAPER_ONLY):
            if PART_OF.get(name) == SIGNATORIES:
                continue  # each party without a signatory is named already
            words = str(name_of(name)) if name in mended_at else _("%(clause)s: %(what)s") % {"clause": heading, "what": name_of(name)}
            found[words] = Missing(PART_OF.get(name, CLAUSES), words, mended_at.get(name, clause.get_absolute_url()))
    return list(found.values())
