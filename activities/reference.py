"""Loading the reference tables of this app. Adds what is missing; what the ministry has edited stays as it is."""

from pathlib import Path

from django.conf import settings

from activities.models import Occasion
from core.tables import table
from partnerships.reference import add_missing

DATA = Path(__file__).parent / "data"


def load() -> dict[str, int]:
    """The special days of the home country: how many were new."""
    rows = [row for row in table(DATA / "occasions.csv") if row["country"] == settings.PORTAL_COUNTRY]
    new = [
        Occasion(
            slug=row["slug"], kind=row["kind"], calendar=row["calendar"], month=int(row["month"]), day=int(row["day"]), length=int(row["length"]),
            zone=row["zone"], name_ar=row["name_ar"], name_fr=row["name_fr"], name_en=row["name_en"],
        )
        for row in rows
    ]  # fmt: skip
    return {"special days": add_missing(Occasion, new, "slug")}
