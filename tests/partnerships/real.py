"""The public register of health institutions, where the machine has it: for measuring search and doubles on real names."""

import csv
from pathlib import Path

import pytest

from partnerships.models import Country, Institution, InstitutionKind, InstitutionName, Region

FILE = Path(__file__).resolve().parents[3] / "shared" / "data" / "health_institutions.csv"

needs_register = pytest.mark.skipif(not FILE.exists(), reason=f"the public register of institutions is not at {FILE}")


def rows() -> list[dict[str, str]]:
    with open(FILE, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def load_register() -> dict[str, Institution]:
    """The whole register as institutions, by code. The reference tables must be there."""
    kinds = {kind.code: kind for kind in InstitutionKind.objects.all()}
    countries = {country.code: country for country in Country.objects.all()}
    regions = {(region.country.code, region.code): region for region in Region.objects.select_related("country")}
    made = [
        Institution(
            code=row["inst_id"], name_ar=row["name_ar"], name_fr=row["name_fr"], name_en=row["name_en"], kind=kinds[row["type"]],
            country=countries[row["country"]], region=regions.get((row["country"], row["region_code_69"] or row["region_code"])),
            city=row["city"], aliases=", ".join(alias.strip() for alias in row["aliases"].split("|") if alias.strip()),
        )
        for row in rows()
    ]  # fmt: skip
    for institution in made:
        institution.refresh_search()
    Institution.objects.bulk_create(made)
    InstitutionName.objects.bulk_create(name for institution in made for name in institution.names())
    return {institution.code: institution for institution in made}
