"""Loading the indicators with their definitions. Adds what is missing; what the ministry has edited stays."""

from pathlib import Path
from typing import Any

from django.conf import settings

from core.tables import table
from evaluation.models import Indicator
from partnerships.reference import add_missing, named

DATA = Path(__file__).parent.parent / "data"
DIRECTIONS = {"higher", "lower"}
PARTS = {  # of a definition, as a page shows them; each is a line of its own in the text that the ministry edits
    "ar": {"what": "ما يقيسه", "why": "لماذا يُقاس", "numerator": "البسط", "denominator": "المقام", "limits": "ما لا يقوله"},
    "fr": {"what": "Ce qu’il mesure", "why": "Pourquoi", "numerator": "Numérateur", "denominator": "Dénominateur", "limits": "Ce qu’il ne dit pas"},
    "en": {"what": "What it measures", "why": "Why", "numerator": "Numerator", "denominator": "Denominator", "limits": "What it does not say"},
}


def definition(row: dict[str, str], language: str) -> str:
    """One definition as text: a line for each part, its name before a colon."""
    return "\n".join(f"{label}: {row[f'{part}_{language}']}" for part, label in PARTS[language].items() if row[f"{part}_{language}"])


def definition_lines(text: str) -> list[tuple[str, str]]:
    """The lines of a definition as (name, words); a line without a colon has no name."""
    found = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        label, colon, words = line.partition(":")
        found.append((label.strip(), words.strip()) if colon and len(label) < 40 else ("", line))
    return found


def names_at_home() -> dict[str, dict[str, str]]:
    """What the home country calls some indicators, where it differs, by code."""
    path = DATA / f"indicator_names_{settings.PORTAL_COUNTRY.lower()}.csv"
    return {row["code"]: row for row in table(path)} if path.exists() else {}


def load_indicators() -> int:
    """How many were new. Definitions are filled in where there is none."""
    told = {row["code"]: row for row in table(DATA / "indicator_definitions.csv")}
    own = names_at_home()

    def words(code: str) -> dict[str, Any]:
        return {"frequency": told[code]["frequency"], **{f"definition_{language}": definition(told[code], language) for language in PARTS}}

    new = add_missing(
        Indicator,
        [
            Indicator(
                **named({**row, **own.get(row["code"], {})}), unit=row["unit"], is_headline=row["headline"] == "yes",
                direction=row["direction"] if row["direction"] in DIRECTIONS else "neutral",
                computed_from=row["source"], how_computed=row["how_computed"], **words(row["code"]),
            )
            for row in table(DATA / "indicators.csv")
        ],
    )  # fmt: skip
    for indicator in Indicator.objects.filter(definition_ar="", code__in=told):
        Indicator.objects.filter(pk=indicator.pk).update(**words(indicator.code))
    return new
