"""Messy lists of institutions, written from the public register: as CSV in many encodings, and as XLSX."""

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import Cell

from tests.partnerships import real

HEADERS = {
    "en": {
        "code": "Code", "name_ar": "Arabic name", "name_fr": "French name", "kind": "Type", "country": "Country", "region": "Region code",
        "region_today": "Wilaya code 69", "region_name": "Region", "city": "Town", "latitude": "Lat", "longitude": "Lon", "beds_count": "Beds",
        "level": "Level of care", "has_telemedicine": "Telemedicine", "phone": "Phone", "email": "E-mail", "website": "Website",
        "profile_checked_on": "Checked on", "specialties": "Specialities", "aliases": "Aliases", "note": "Note",
    },
    "fr": {
        "code": "Code établissement", "name_ar": "Nom en arabe", "name_fr": "Dénomination", "kind": "Type d'établissement", "country": "Pays",
        "region": "Code wilaya", "region_today": "Nouvelle wilaya", "region_name": "Wilaya", "city": "Commune", "latitude": "Latitude",
        "longitude": "Longitude", "beds_count": "Nombre de lits", "level": "Niveau de soins", "has_telemedicine": "Télémédecine",
        "phone": "N° Tél", "email": "Courriel", "website": "Site web", "profile_checked_on": "Dernière mise à jour", "specialties": "Spécialités",
        "aliases": "Autres noms", "note": "Observations",
    },
    "ar": {
        "code": "الرّمز", "name_ar": "اسم المؤسسة", "name_fr": "الاسم بالفرنسية", "kind": "نوع المؤسسة", "country": "البلد", "region": "رقم الولاية",
        "region_today": "الولاية الجديدة", "region_name": "الولاية", "city": "البلدية", "latitude": "خط العرض", "longitude": "خط الطول",
        "beds_count": "عدد الأسرّة", "level": "مستوى الرعاية", "has_telemedicine": "الطب عن بُعد", "phone": "الهاتف", "email": "البريد الإلكتروني",
        "website": "الموقع", "profile_checked_on": "تاريخ التحيين", "specialties": "الاختصاصات", "aliases": "الأسماء المتداولة", "note": "ملاحظات",
    },
}  # fmt: skip
FIELDS = tuple(HEADERS["en"])
Line = dict[str, str]


def good_rows(count: int) -> list[Line]:
    """Public hospitals (EPH) of Algeria whose rows are right in every respect, each another place."""
    found = []
    for row in real.rows():
        if row["type"] == "EPH" and row["region_code"] == row["region_code_69"] and all(row[name] for name in ("name_ar", "name_fr", "lat", "city")):
            found.append(
                {
                    **dict.fromkeys(FIELDS, ""), "code": row["inst_id"], "name_ar": row["name_ar"], "name_fr": row["name_fr"], "kind": row["type"],
                    "country": "DZ", "region": row["region_code"], "region_name": row["region_name"], "city": row["city"], "latitude": row["lat"],
                    "longitude": row["lon"],
                }
            )  # fmt: skip
        if len(found) == count:
            break
    return found


def grid(rows: Iterable[Line], language: str = "en", fields: Sequence[str] = FIELDS) -> list[list[str]]:
    return [[HEADERS[language][name] for name in fields], *([row[name] for name in fields] for row in rows)]


def as_csv(lines: Iterable[Sequence[str]], *, encoding: str = "utf-8", separator: str = ",") -> bytes:
    file = io.StringIO()
    csv.writer(file, delimiter=separator).writerows(lines)
    return file.getvalue().encode(encoding)


def put(sheet: Any, lines: Iterable[Sequence[Any]], first: int = 1) -> None:
    """Write lines into a worksheet from row `first` on; text stays text whatever it begins with."""
    for number, line in enumerate(lines, first):
        for place, value in enumerate(line, 1):
            if value in ("", None):
                continue
            cell: Cell = sheet.cell(number, place)
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"


def saved(book: Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def as_xlsx(lines: Iterable[Sequence[Any]], *, name: str = "القائمة", first: int = 1) -> bytes:
    book = Workbook()
    book.active.title = name
    put(book.active, lines, first)
    return saved(book)


def changed_part(content: bytes, part: str, old: str, new: str) -> bytes:
    """An XLSX file with one of its parts altered by hand."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as changed:
        for entry in archive.infolist():
            text = archive.read(entry)
            if entry.filename == part:
                assert old.encode() in text
                text = text.replace(old.encode(), new.encode(), 1)
            changed.writestr(entry.filename, text)
    return out.getvalue()
