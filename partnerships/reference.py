"""Loading the reference tables of this app. Adds what is missing; what the ministry has edited stays as it is."""

import tomllib
from pathlib import Path
from typing import Any

from core.tables import table
from partnerships.models import ClauseKind, ClauseModel, Country, Equipment, InstitutionKind, Procedure, Profession, Region, Specialty

DATA = Path(__file__).parent / "data"


def add_missing(model: Any, rows: list[Any], key: str = "code") -> int:
    """Insert the rows whose key is not there yet; how many. Two queries."""
    known = set(model.objects.values_list(key, flat=True))
    new = [row for row in rows if getattr(row, key) not in known]
    model.objects.bulk_create(new, batch_size=200)
    return len(new)


def named(row: dict[str, str], **more: Any) -> dict[str, Any]:
    return {"code": row["code"], "name_ar": row["name_ar"], "name_fr": row["name_fr"], "name_en": row["name_en"], **more}


def load() -> dict[str, int]:
    """Countries, regions, specialties, professions, procedures, kinds of institution, model clauses: how many of each were new."""
    added = {
        "countries": add_missing(Country, [Country(**named(row)) for row in table(DATA / "countries.csv")]),
        "specialties": add_missing(Specialty, [Specialty(**named(row, group=row["group"])) for row in table(DATA / "specialties.csv")]),
        "professions": add_missing(Profession, [Profession(**named(row, group=row["group"])) for row in table(DATA / "professions.csv")]),
        "institution kinds": add_missing(
            InstitutionKind,
            [InstitutionKind(**named(row, world=row["world"], legal_basis=row["legal_basis"])) for row in table(DATA / "institution_kinds.csv")],
        ),
    }
    specialties = {specialty.code: specialty for specialty in Specialty.objects.all()}
    added["procedures"] = add_missing(
        Procedure,
        [Procedure(**named(row, specialty=specialties.get(row["specialty_code"]), kind=row["kind"])) for row in table(DATA / "procedures.csv")],
    )
    added["regions"] = load_regions()
    added["equipment"] = load_equipment(specialties)
    return added | load_clauses()


def load_regions() -> int:
    """Regions with their zone, parent and dates. A region is known by its country and code; a new column fills what is empty."""
    rows = list(table(DATA / "regions.csv"))
    countries = {country.code: country for country in Country.objects.filter(code__in={row["country"] for row in rows})}
    known = {(region.country.code, region.code): region for region in Region.objects.select_related("country")}
    new = 0
    for row in rows:
        key = (row["country"], row["code"])
        if key in known:
            if row["installed_on"] and known[key].installed_on is None:
                Region.objects.filter(pk=known[key].pk).update(installed_on=row["installed_on"])
            continue
        known[key] = Region.objects.create(
            **named(row),
            country=countries[row["country"]],
            zone=row["zone"],
            parent=known.get((row["country"], row["parent"])),
            latitude=float(row["latitude"]) if row["latitude"] else None,
            longitude=float(row["longitude"]) if row["longitude"] else None,
            valid_from=row["valid_from"] or None,
            valid_to=row["valid_to"] or None,
            installed_on=row["installed_on"] or None,
        )
        new += 1
    return new


def load_equipment(specialties: dict[str, Specialty]) -> int:
    """Main equipment, with the specialties that cannot do without it."""
    new = 0
    known = set(Equipment.objects.values_list("code", flat=True))
    for row in table(DATA / "equipment.csv"):
        if row["code"] in known:
            continue
        made = Equipment.objects.create(**named(row))
        made.specialties.set(specialties[code] for code in row["specialties"].split("|") if code)
        new += 1
    return new


def load_clauses() -> dict[str, int]:
    """The kinds of clause with their model texts, one file each; the number before the file's name is the order."""
    files = {int(path.name.split("-")[0]): tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted((DATA / "clauses").glob("*.toml"))}
    kinds = [ClauseKind(slug=file["slug"], order=order, is_mandatory=file["mandatory"], **in_languages("name", file["title"])) for order, file in files.items()]
    added = {"clause kinds": add_missing(ClauseKind, kinds, "slug")}
    known = set(ClauseModel.objects.values_list("kind__slug", "slug"))
    kept = {kind.slug: kind for kind in ClauseKind.objects.all()}
    new = [
        ClauseModel(
            kind=kept[file["slug"]], slug=variant["slug"], order=order, country=variant["country"], agreements=variant["agreements"],
            **in_languages("label", variant["label"]), **in_languages("text", variant["text"]),
        )
        for file in files.values() for order, variant in enumerate(file["variant"]) if (file["slug"], variant["slug"]) not in known
    ]  # fmt: skip
    ClauseModel.objects.bulk_create(new, batch_size=200)
    return {**added, "model clauses": len(new)}


def in_languages(name: str, texts: dict[str, str]) -> dict[str, str]:
    """{"ar": …} as the fields {"name_ar": …}."""
    return {f"{name}_{language}": text.strip() for language, text in texts.items()}
