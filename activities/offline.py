"""What a page tells the scripts that keep a report on the phone until there is a line: names, codes, words. Nothing of a patient."""

import re
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from core.folding import fold
from core.formats import EXTRA_MONTHS, LATIN_DIGITS, language, month_of
from core.forms import CountField, WordsField
from core.profile import home
from core.text import LOOKS_LIKE_IDENTITY
from partnerships.models import Institution


def locale() -> str:
    """The locale in which scripts write numbers and times: the language, with the digits of the country."""
    if language() != "ar":
        return language()
    return f"ar-{home().country}-u-nu-{'latn' if home().arabic_digits == LATIN_DIGITS else 'arab'}"


def refused_patterns() -> list[list[str]]:
    """What looks like a patient's identity, as [source, flags] of a script's regular expression: the server's own patterns."""
    return [[pattern.pattern, "i" if pattern.flags & re.IGNORECASE else ""] for pattern in LOOKS_LIKE_IDENTITY]


def months() -> dict[str, int]:
    """Every month's name that people type, folded, and what it is cut to: what `core.formats.month_of` knows."""
    named = {fold(name): place for names in home().months.values() for place, name in enumerate(names, 1)}
    cut = {name[:3] for name in named if name.isascii()}
    return {**{word: month for word in cut if (month := month_of(word))}, **EXTRA_MONTHS, **named}


def words() -> dict[str, str]:
    return {
        "kept": _("Saved on this device at {time}"),
        "identity": _("Not saved on this device: this looks like a patient's number or telephone. The portal keeps counts only."),
        "day": _("Type the day like 05/11/2026 or 5 November 2026."),
        "count": _("Type a whole number, for example 12."),
        "order": _("The last day comes before the first."),
    }


def facts_about(user: Any, forms: Iterable[Any]) -> dict[str, Any]:
    """What the scripts must know to turn these forms of reports into the body that the API takes.

    `partnerships` by key: code, title, and for each head-count field whose people it counts. `codes` of institutions by key.
    `counts`, `days` and `texts` name the fields of each sort. One query.
    """
    counts, texts, keys, parties = set(), set(), set(), set()
    partnerships: dict[str, dict[str, Any]] = {}
    for form in forms:
        people = {
            name: {"part": head.part, "institution": head.institution.code if head.institution else None, "cadre": head.cadre}
            for name, head in form.people_fields
        }
        fields = [*form.fields.items(), *form.lines[0].fields.items()]
        counts |= {name for name, field in fields if isinstance(field, CountField)}
        texts |= {name for name, field in fields if isinstance(field, WordsField)}
        for name in (name for name in ("senders", "hosts") if name in form.fields):
            parties.add(name)
            keys |= {int(key) for key, _label in form.fields[name].choices}
        keys |= {int(value) for value, _label in form.lines[0].fields["site"].choices if str(value).isdigit()}
        if form.partnership:
            known = {"code": form.partnership.code, "title": form.partnership.title, "people": {}}
            partnerships.setdefault(str(form.partnership.pk), known)["people"].update(people)
        else:
            partnerships.setdefault("", {"code": None, "title": "", "people": {}})["people"].update(people)
    codes = {str(key): code for key, code in Institution.objects.filter(pk__in=keys).values_list("pk", "code")}
    return {
        "user": user.pk, "locale": locale(), "partnerships": partnerships, "codes": codes, "counts": sorted(counts), "texts": sorted(texts),
        "parties": sorted(parties),
        "months": months(), "refused": refused_patterns(), "words": words(),
    }  # fmt: skip
