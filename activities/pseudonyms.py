"""Codes under which a host follows the people it treated: nothing that identifies anybody can be one.

Pure: text in, sentences out. A code says which row of the host's own register is meant, and only the host has the register.
"""

import re
from collections.abc import Collection, Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.folding import fold
from core.formats import western
from core.text import clean

SHORTEST, LONGEST = 3, 12
MOST_AT_ONCE = 60  # of one list; a longer one is typed in two
LETTERS_AT_MOST, DIGITS_AT_MOST = 4, 4  # in a row
LATIN_OR_ARABIC = re.compile(r"[A-Z\u0621-\u063a\u0641-\u064a0-9-]+")
LETTERS = re.compile(r"[^\W\d_]+")
DIGITS = re.compile(r"\d+")
YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
FILE_WORDS = frozenset(
    fold(word) for word in ("dos", "file", "fich", "pat", "nss", "nin", "cin", "cid", "civ", "id", "ip", "ipp", "tel", "mob", "ddn", "dob", "ملف", "رقم", "هات")
)
NAMES = (  # given names of up to four letters; longer ones do not fit into a code
    "علي عمر احمد محمد مريم سعاد نور ليلى سارة هدى رضا طه زيد سعد فهد بدر حمد خلف ضيف صلاح حسن حسين كمال جمال سمير رشيد سليم امين نبيل وليد "
    "خالد ماجد ناصر هند دلال مها ريم منى نجاة زهرة فتحي علاء ادم يحي يحيى عيسى موسى نوح هاني رامي سامي شادي فارس بلال انس اياد جابر عادل عامر "
    "ALI OMAR AMAR ADEL ADAM AMEL AMAL AMIN AMIR ANAS ANIS AYA AZIZ BADR DINA FADI FAHD HADJ HANI HIND HODA HUDA IMAN IMED ISSA JAD KAIS LAMA LINA "
    "LILA MAHA MAY MINA MONA NADA NAIM NOUH NOUR NUR RAMI RANA RIDA REDA RIM REEM RIMA SAAD SAMI SANA SARA TAHA WAEL WALI YARA ZAKI ZAID ZINE ZORA"
)
SHORT_NAMES = frozenset(fold(NAMES).split())


def normal(typed: str) -> str:
    """A code as it is kept: capitals, 0-9, one hyphen where something stood between."""
    text = western(clean(typed)).upper().strip()
    return re.sub(r"[\s\u2010-\u2015\u2212_./\\-]+", "-", text).strip("-")


def problem_with_code(code: str, names: Collection[str] = ()) -> str:
    """Why a code (as `normal` gives it) cannot be kept, with what to do instead; "" when it can.

    `names` are folded words of names: a code that carries one is refused.
    """
    digits = DIGITS.findall(code)
    letters = LETTERS.findall(code)
    if not SHORTEST <= len(code) <= LONGEST:
        return _("A code has between 3 and 12 characters, for example TAM-001.")
    if not LATIN_OR_ARABIC.fullmatch(code):
        return _("A code has letters, digits and hyphens only, for example TAM-001.")
    if not letters or not digits:
        return _("A code has letters and a number, for example TAM-001: letters alone may be a name, digits alone the number of a file.")
    if looks_like_number(code, digits):
        return _("This looks like the number of a file, a telephone, a national number or a date of birth. Give a number of your own, for example TAM-001.")
    if max(map(len, letters)) > LETTERS_AT_MOST or sum(map(len, letters)) > LETTERS_AT_MOST + 2:
        return _("At most four letters in a row: more may be a name. For example TAM-001.")
    if any(is_name(fold(word), names) for word in letters):
        return _("This looks like a name. Give letters that name nobody, for example those of your hospital: TAM-001.")
    return ""


def looks_like_number(code: str, digits: list[str]) -> bool:
    """Long numbers, years, three groups as in a date, a word for a file or a telephone before the number."""
    if max(map(len, digits)) > DIGITS_AT_MOST or sum(map(len, digits)) > DIGITS_AT_MOST + 2 or len(digits) > 2:
        return True
    return bool(YEAR.search(code)) or any(fold(word) in FILE_WORDS for word in LETTERS.findall(code))


def is_name(word: str, names: Collection[str]) -> bool:
    return len(word) >= SHORTEST and (word in SHORT_NAMES or word in names)


def words_of(names: Iterable[str]) -> frozenset[str]:
    """The folded words of names that could stand in a code."""
    return frozenset(word for name in names for word in fold(name).split() if SHORTEST <= len(word) <= LETTERS_AT_MOST)


def numbered(first: str, count: int) -> list[str]:
    """`count` codes from `first` on: TAM-001, TAM-002, … Raises ValidationError when the first one ends in no number."""
    first = normal(first)
    found = re.fullmatch(r"(.*?)(\d+)", first)
    if count <= 1 or not first:
        return [first] if first else []
    if found is None:
        raise ValidationError(_("The first code must end in a number, so that the others can follow: TAM-001."))
    stem, number = found.groups()
    return [f"{stem}{int(number) + place:0{len(number)}d}" for place in range(count)]


def listed(typed: str) -> list[str]:
    """The codes of a list: one a line, or parted by commas; TAM-001…008 stands for eight."""
    found: list[str] = []
    for part in re.split(r"[\n,،;؛]+", typed):
        first, dots, last = part.replace("..", "…").partition("…")
        end = DIGITS.findall(western(last))
        start = DIGITS.findall(western(first))
        if dots and end and start:
            found += numbered(first, min(int(end[-1]) - int(start[-1]) + 1, MOST_AT_ONCE + 1))
        elif code := normal(part):
            found.append(code)
    return found


def following(code: str) -> str:
    """The code after this one; "" when it ends in no number."""
    try:
        return numbered(code, 2)[1]
    except ValidationError:
        return ""
