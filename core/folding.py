"""One way to compare text: for search, for sorting and for finding doubles."""

import re
import unicodedata
from functools import lru_cache

ARABIC = str.maketrans(
    {
        "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا",
        "ى": "ي", "ئ": "ي", "ی": "ي", "ؤ": "و", "ة": "ه", "ک": "ك", "ء": "",
        "ـ": "", "œ": "oe", "æ": "ae", "ß": "ss", "ı": "i", "’": " ", "'": " ",
    }
)  # fmt: skip


def fold(text: str) -> str:
    """Lower-cased `text` without what people type differently: hamza seats, ta marbuta, alef maqsura, vowel marks,
    kashida, Latin accents, the three kinds of digits, punctuation. Words are separated by one space.

    Two names that a reader would call the same fold to the same string; the result is for comparing, never for show.
    """
    text = unicodedata.normalize("NFKD", text.translate(ARABIC).casefold())
    letters = (
        str(unicodedata.digit(char)) if char.isdigit() and unicodedata.digit(char, None) is not None else char
        for char in text.translate(ARABIC)
        if not unicodedata.combining(char)
    )
    return " ".join(re.findall(r"\w+", "".join(letters)))


def search_words(text: str, at_most: int = 8) -> list[str]:
    """The folded words of a search box, without the Arabic article, longest query cut at `at_most` words."""
    words = fold(text[:200]).split()[:at_most]
    return [word[2:] if word.startswith("ال") and len(word) > 4 else word for word in words]


def sort_key(text: str) -> str:
    """What every database sorts a name by in the same order: the first 40 folded letters in hexadecimal, 4 digits each; rare ones take 8."""
    return fold(text)[:40].encode("utf-16-be").hex()[:160]


GLUED = ("وال", "بال", "كال", "فال", "لل", "ال")


@lru_cache(maxsize=50_000)
def bare(word: str) -> str:
    """A folded word without the article that is glued to its front in Arabic, alone or after a preposition."""
    for glued in GLUED:
        if word.startswith(glued) and len(word) - len(glued) >= 2:
            return word[len(glued) :]
    return word
