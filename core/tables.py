"""Tables that ship with the portal: CSV, UTF-8, the first row names the columns."""

import csv
from collections.abc import Iterator
from pathlib import Path


def table(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a table, one dictionary each."""
    with open(path, encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
