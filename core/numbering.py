"""Codes that count up within a series, such as PT-2026-014."""

from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Length


def next_code(rows: QuerySet[Any], start: str, places: int) -> str:
    """The code after the greatest one that begins with `start`, its number at least so many digits long. Inside `changing()`.

    A longer number is a greater one: as text, 1000 would stand before 999.
    """
    codes = rows.filter(code__startswith=start).order_by(Length("code").desc(), "-code").values_list("code", flat=True)
    last = codes.first()
    return f"{start}{int(last.removeprefix(start)) + 1 if last else 1:0{places}}"
