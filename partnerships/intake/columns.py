"""What each column of a sheet is: by headers in Arabic, French and English, by what somebody matched by hand before."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.folding import fold
from core.text import clean
from partnerships.intake.reading import Row, Sheet

HEADER_WITHIN = 40  # rows from the top in which the header is looked for

# What a column can hold, in the order in which people choose from it.
FIELDS: dict[str, str | Promise] = {
    "code": _("code"), "name_ar": _("Arabic name"), "name_fr": _("French name"), "name_en": _("English name"), "aliases": _("everyday names"),
    "kind": _("kind"), "country": _("country"), "region": _("region"), "region_today": _("region in today’s division"),
    "region_name": _("name of the region"), "city": _("town"), "latitude": _("latitude"), "longitude": _("longitude"), "level": _("level of care"),
    "beds_count": _("beds"), "theatres_count": _("operating theatres"), "specialties": _("specialties"), "has_telemedicine": _("telemedicine"),
    "phone": _("telephone"), "email": _("e-mail"), "website": _("website"), "profile_checked_on": _("profile last checked on"), "source": _("source"),
    "note": _("remarks, which are not kept"),
}  # fmt: skip
NAMES = ("name_ar", "name_fr", "name_en")
ADDED = {"sheet": _("Sheet"), "row": _("Row"), "reason": _("Reason"), "suggestion": _("Suggestion")}  # to refused rows that go back as a file
LEFT_OUT = "-"  # a header that is known, and whose column is of no use here

EXPORTED = (_("Zone"), _("Verified on"))  # columns of the portal's own lists that an import does not write

HEADERS: dict[str, str] = {
    "code": """inst_id; id; code; code etablissement; code de l'etablissement; institution code; hospital code; identifier; identifiant; ref; reference; matricule;
        الرمز; رمز المؤسسة; رمز; كود; كود المؤسسة; الكود; المعرف; معرف المؤسسة; رقم المؤسسة; الرقم المرجعي""",
    "name_ar": """name_ar; arabic name; name in arabic; name (arabic); nom arabe; nom en arabe; nom ar; nom (arabe); denomination en arabe; denomination ar; arabe; arabic; ar;
        الاسم; اسم المؤسسة; المؤسسة; الاسم بالعربية; الاسم العربي; اسم المؤسسة بالعربية; تسمية المؤسسة; التسمية; التسمية بالعربية; اسم المستشفى; المستشفى;
        بالعربية; العربية; عربي; الاسم بالعربي; المؤسسة الصحية; اسم المؤسسة الصحية; المؤسسة الاستشفائية""",
    "name_fr": """name_fr; french name; name in french; name (french); nom; nom francais; nom en francais; nom fr; nom (francais); denomination; etablissement; nom de l'etablissement;
        nom etablissement; denomination en francais; denomination fr; intitule; hopital; nom de l'hopital; structure; francais; french; fr; raison sociale; etablissement de sante;
        الاسم بالفرنسية; الاسم الفرنسي; اسم المؤسسة بالفرنسية; التسمية بالفرنسية; بالفرنسية; الفرنسية; الاسم باللاتينية; بالفرنسي""",
    "name_en": """name_en; english name; name in english; name (english); name; institution; institution name; name of institution; hospital; hospital name; facility; facility name;
        nom anglais; nom en anglais; nom en; english; anglais; en; الاسم بالإنجليزية; الاسم الإنجليزي; اسم المؤسسة بالإنجليزية; بالإنجليزية; الإنجليزية; الاسم بالانجليزي""",
    "aliases": """aliases; alias; other names; also known as; everyday names; known as; usual name; noms usuels; nom usuel; autres noms; noms d'usage; nom d'usage; appellation; surnom;
        الأسماء المتداولة; الاسم المتداول; أسماء أخرى; اسم آخر; الاسم الشائع; يعرف باسم; الشهرة""",
    "kind": """type; kind; institution type; type of institution; facility type; category; nature; type etablissement; type d'etablissement; type de l'etablissement; categorie; genre; statut;
        النوع; نوع المؤسسة; الصنف; صنف المؤسسة; الفئة; طبيعة المؤسسة; نوع""",
    "country": "country; country code; pays; code pays; البلد; الدولة; رمز البلد; بلد",
    "region": """region_code; region code; code region; code de la region; wilaya_code; wilaya code; code wilaya; code de la wilaya; code_wilaya; n wilaya; no wilaya; numero wilaya; num wilaya;
        numero de la wilaya; governorate code; رمز الولاية; رقم الولاية; كود الولاية; رمز المحافظة; رمز المنطقة; الولاية رقم""",
    "region_today": "region_code_69; region code 69; wilaya_code_69; code wilaya 69; wilaya code 69; wilaya 69; nouvelle wilaya; new wilaya; code nouvelle wilaya; region today; الولاية الجديدة; رمز الولاية الجديدة",
    "region_name": """region_name; region name; region; wilaya; wilaya name; nom wilaya; nom de la wilaya; nom region; willaya; wilayah; governorate; province; gouvernorat;
        الولاية; اسم الولاية; المحافظة; اسم المحافظة; ولاية; محافظة; المحافظه""",
    "city": "city; town; commune; ville; localite; municipality; location; siege; المدينة; البلدية; البلدة; المقر; بلدية; مدينة",
    "latitude": "lat; latitude; gps lat; y; خط العرض; دائرة العرض; العرض",
    "longitude": "lon; lng; long; longitude; gps lon; x; خط الطول; الطول",
    "level": "level; level of care; care level; niveau; niveau de soins; مستوى الرعاية; مستوى العلاج; المستوى",
    "beds_count": """beds; beds_count; number of beds; bed count; lits; nombre de lits; nbre de lits; nb lits; nbr lits; lits organises; capacite; capacite en lits; capacity;
        عدد الأسرة; الأسرة; عدد الاسره; الطاقة الاستيعابية; السعة; عدد الأسرّة""",
    "theatres_count": """theatres; operating theatres; theatres_count; operating rooms; blocs; blocs operatoires; nombre de blocs; salles d'operation; bloc operatoire; nombre de salles d'operation;
        غرف العمليات; عدد غرف العمليات; قاعات العمليات; قاعات الجراحة""",
    "specialties": """specialities; specialties; speciality; specialty; specialites; specialite; services; disciplines; الاختصاصات; التخصصات; الاختصاص; التخصص; اختصاصات; المصالح""",
    "has_telemedicine": "telemedicine; has_telemedicine; telemedecine; telehealth; telesante; التطبيب عن بعد; الطب عن بعد",
    "phone": "phone; telephone; tel; tel.; phone number; numero de telephone; n tel; mobile; الهاتف; رقم الهاتف; هاتف; التلفون",
    "email": "email; e-mail; mail; e mail; courriel; adresse mail; adresse e-mail; adresse email; البريد الإلكتروني; البريد; الإيميل; ايميل",
    "website": "website; web site; site; site web; site internet; url; web; الموقع الإلكتروني; الموقع; موقع الويب",
    "profile_checked_on": """profile_checked_on; profile last checked on; last checked; checked on; updated on; last update; date; mis a jour le; date de mise a jour; derniere mise a jour;
        تاريخ آخر مراجعة للبطاقة; تاريخ المراجعة; تاريخ التحيين; آخر تحديث; تاريخ التحديث; التاريخ""",
    "source": "source; origine; المصدر",
    "note": """note; notes; remark; remarks; comment; comments; remarque; remarques; observation; observations; commentaire; commentaires; ملاحظة; ملاحظات; ملاحظه; تعليق; تعليقات""",
    LEFT_OUT: """ownership; geo_precision; source_ref; evidence; zone; no; n; n°; num; numero; row; #; secteur; precision; الرقم; رقم; م; ت; السطر; الورقة; المنطقة; القطاع; الملكية; الرقم التسلسلي; ر ت;
        why; pourquoi; motif; suggestion; reason; sheet; feuille; السبب; الاقتراح""",
}  # fmt: skip


@dataclass(frozen=True)
class Table:
    """A sheet whose header was found: what the columns are, and the rows below."""

    sheet: Sheet
    header: Row
    headers: list[str]  # as typed, made different where two are the same
    fields: dict[str, int] = field(default_factory=dict)  # {field: place of its column}
    matching: dict[str, str] = field(default_factory=dict)  # {header as typed: field, LEFT_OUT or ""}

    @property
    def rows(self) -> list[Row]:
        return [row for row in self.sheet.rows if row.number > self.header.number]

    @property
    def unknown(self) -> list[str]:
        """Headers of columns that nobody could make anything of."""
        return [header for header, name in self.matching.items() if header and not name]


@cache
def known_headers() -> dict[str, str]:
    """{folded header: field}: the list above, the names of the fields in every language, and the fields themselves."""
    found = {fold(header): name for name, headers in HEADERS.items() for header in headers.split(";")}
    for language, _label in settings.LANGUAGES:
        with translation.override(language):
            for name, label in FIELDS.items():
                found.setdefault(fold(str(label)), name)
            for label in (*ADDED.values(), *EXPORTED):
                found.setdefault(fold(str(label)), LEFT_OUT)
    for name in FIELDS:
        found.setdefault(fold(name), name)
    return found


def meaning(header: str, memory: Mapping[str, str]) -> str:
    """The field that a header stands for, LEFT_OUT, or "" when it is unknown. What was matched by hand comes first."""
    folded = fold(header)[:120]
    if folded in memory:
        return memory[folded] or LEFT_OUT
    known = known_headers()
    if folded in known:
        return known[folded]
    without_brackets = fold(header.partition("(")[0])
    return known.get(without_brackets, "") if without_brackets else ""


def apart(cells: list[str]) -> list[str]:
    """The headers as typed; the second of two that are equal gets a number."""
    seen: Counter[str] = Counter()
    headers = []
    for cell in cells:
        header = " ".join(clean(cell).split())[:120]
        seen[header] += bool(header)
        headers.append(f"{header} ({seen[header]})" if seen[header] > 1 else header)
    return headers


def find_table(sheet: Sheet, memory: Mapping[str, str], by_hand: Mapping[str, str] | None = None) -> Table | None:
    """The table of a sheet: the row near the top that holds the most known headers. None when no row holds a name or a code.

    `by_hand` is {header as typed: field or ""} of somebody who looked at the sheet; it decides alone where it says something.
    """
    best: tuple[int, Table] | None = None
    for row in sheet.rows[:HEADER_WITHIN]:
        table = table_from(sheet, row, memory, by_hand or {})
        known = sum(1 for name in table.matching.values() if name) + 100 * sum(header in (by_hand or {}) for header in table.matching)
        is_header = bool(table.fields.keys() & {"code", *NAMES}) and (known >= 2 or len([cell for cell in row.cells if cell]) == 1)
        if is_header and (best is None or known > best[0]):
            best = (known, table)
    return best[1] if best else None


def table_from(sheet: Sheet, row: Row, memory: Mapping[str, str], by_hand: Mapping[str, str]) -> Table:
    """The sheet as if `row` were its header. Where two columns say the same, the first one counts and the other is unknown."""
    headers = apart(row.cells)
    fields: dict[str, int] = {}
    matching: dict[str, str] = {}
    for place, header in enumerate(headers):
        if not header:
            continue
        name = by_hand[header] or LEFT_OUT if header in by_hand else meaning(header, memory)
        if name in fields:
            spare = {"region": "region_name", "region_name": "region"}.get(name, "")
            name = spare if spare and spare not in fields else ""
        if name and name != LEFT_OUT:
            fields[name] = place
        matching[header] = name
    return Table(sheet, row, headers, fields, matching)


def widest(sheet: Sheet) -> Row | None:
    """The row that most looks like a header where none was recognised: the first of those with the most cells."""
    return max(sheet.rows[:HEADER_WITHIN], key=lambda row: sum(1 for cell in row.cells if cell), default=None)
