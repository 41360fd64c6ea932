"""Short codes on paper forms, for typing by hand: the number of an activity in Crockford's letters, with a check sign.

A code opens nothing: whoever follows it still has to be allowed to see the activity.
"""

from core.seals import ALPHABET, typed_signs

SHORTEST = 4


def code_of(pk: int) -> str:
    """The code of an activity, for example "R00A-7"."""
    letters = ""
    rest = pk
    while rest:
        rest, place = divmod(rest, len(ALPHABET))
        letters = ALPHABET[place] + letters
    letters = letters.rjust(SHORTEST, "0")
    return f"{letters}-{ALPHABET[weight(letters)]}"


def weight(letters: str) -> int:
    """A sign over the letters that changes with any one of them, and nearly always when two neighbours change places."""
    return sum((2 * place + 1) * ALPHABET.index(letter) for place, letter in enumerate(letters)) % len(ALPHABET)


def number_behind(typed: str) -> int | None:
    """The number behind a code as people type it; None when it is none."""
    code = typed_signs(typed)
    letters, sign = code[:-1], code[-1:]
    if len(letters) < SHORTEST or len(letters) > 12 or not set(code) <= set(ALPHABET) or ALPHABET[weight(letters)] != sign:
        return None
    number = 0
    for letter in letters:
        number = number * len(ALPHABET) + ALPHABET.index(letter)
    return number
