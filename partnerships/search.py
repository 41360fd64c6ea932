"""Finding institutions: by any of their names in any language, by code, with one slip per word; the likeliest first.

The tiers, best first: exact name or code, exact everyday or former name, the same telling words, the beginning of a name, all words,
all words with a slip. Words are looked up in an index (InstitutionWord), never in every row; the order is made here, so that it is the
same on every database.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from django.db import connection
from django.db.models import F, Q, QuerySet

from core.folding import bare, fold
from core.formats import western
from core.search import Place, Vocabulary
from core.text import clean
from partnerships.choices import NameKind
from partnerships.duplicates import ARTICLES, CONCEPT_DETAILS, CONCEPTS, MARKS, WORD, concept_of, is_generic, letters_together, place_words
from partnerships.models import Institution, InstitutionName, InstitutionWord, Region

AT_MOST = 200  # institutions that are weighed against each other
SHOWN_FIRST = 60  # of more than that: those put in order by likeness, the others follow by name
ENOUGH = 5  # with fewer than these, slips are looked for as well
WORDS = 8
ABBREVIATIONS = {"معا": "eph", "معص": "epsp", "معصج": "epsp", "ماج": "chu", "مام": "ehs"}
VOCABULARY = Vocabulary("partnerships.InstitutionWord")

EXACT, ALIAS, TELLING, PREFIX, ALIAS_PREFIX, ALL_WORDS, SLIP = range(7)
WHOLE, BEGINNING, INSIDE, SLIPPED = range(4)  # how one word was found


@dataclass
class Asked:
    """A query taken apart: `telling` words must be found, `others` (hospital, CHU, a number, an article) only weigh."""

    folded: str
    code: str
    telling: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    typed: dict[str, str] = field(default_factory=dict)  # {word: with the article, as it was typed}
    regions: dict[str, set[int]] = field(default_factory=dict)  # {word: regions whose whole name was typed, and their later parts}
    meant: dict[str, list[str]] = field(default_factory=dict)  # {word: words one slip away}
    inside: dict[str, list[str]] = field(default_factory=dict)  # {word: longer words that hold it}
    halves: dict[str, list[tuple[str, str]]] = field(default_factory=dict)  # {word: two words that it is glued together from}
    glued: dict[str, list[int]] = field(default_factory=dict)  # {word: the first institutions with both halves}
    is_wide: bool = False  # too little was found: regions and slips count as well

    def has(self, word: str) -> Q:
        """Institutions that `word` says something about."""
        words = begins("word", word) | Q(word__in=[*self.inside.get(word, ()), *self.meant.get(word, ())])
        for beginning in CONCEPTS.get(concept_of(word), ()):
            words |= begins("word", beginning) if len(beginning) > 3 else Q(word=beginning)
        return Q(pk__in=InstitutionWord.objects.filter(words | Q(institution__in=self.glued.get(word, ()))).order_by().values("institution"))

    @property
    def looked_up(self) -> list[str]:
        """The telling words; in the wide search without those of a region, which `fits` sees to: an index serves the others only."""
        return [word for word in self.telling if not (self.is_wide and word in self.regions)] or self.telling

    def rows(self) -> Q:
        return Q(*(self.has(word) for word in self.looked_up))


def begins(name: str, text: str) -> Q:
    """`name` begins with `text`, in the form that the index of this database serves."""
    if connection.vendor == "sqlite":
        return Q(**{f"{name}__gte": text, f"{name}__lt": text + "\U0010ffff"})
    return Q(**{f"{name}__startswith": text})


def with_both(pair: tuple[str, str]) -> list[int]:
    one, other = (InstitutionWord.objects.filter(word=half).order_by() for half in pair)
    return list(one.filter(institution__in=other.values("institution")).order_by("institution_id").values_list("institution", flat=True)[:AT_MOST])


def understand(text: str) -> Asked:
    """What a search box holds. One query for the names of the regions, one to keep the vocabulary fresh."""
    text = clean(text)[:200]
    asked = Asked(fold(text), western(text).strip().upper())
    for piece in letters_together(WORD.findall(asked.folded))[:WORDS]:
        word = bare(piece)
        if piece in ABBREVIATIONS:
            asked.others.append(ABBREVIATIONS[piece])
        elif (
            is_generic(piece)
            or is_generic(word)
            or piece in ARTICLES
            or word in MARKS
            or word in CONCEPT_DETAILS
            or len(word) == 1
            or (word.isdigit() and len(word) < 3)
        ):
            asked.others.append(word)
        else:
            asked.telling.append(word)
            asked.typed[word] = piece
    about = [word for word in asked.telling if concept_of(word)]
    if len(about) < len(asked.telling):  # what the place is for weighs; the town or the person must be found
        asked.telling, asked.others = [word for word in asked.telling if word not in about], asked.others + about
    if not asked.telling:
        asked.telling, asked.others = asked.others, []
    asked.regions = regions_in({*asked.telling, *asked.others})
    VOCABULARY.refresh()
    asked.inside = {word: VOCABULARY.holding(word) for word in asked.telling}
    asked.halves = {word: VOCABULARY.halves(word) for word in asked.telling if word not in VOCABULARY}
    asked.glued = {word: [pk for pair in pairs for pk in with_both(pair)] for word, pairs in asked.halves.items()}
    return asked


def regions_in(typed: set[str]) -> dict[str, set[int]]:
    """{word: regions} for the regions whose whole name is among the words, with those that were part of them. One query."""
    found: dict[str, set[int]] = defaultdict(set)
    rows = list(Region.objects.values_list("pk", "parent", "name_ar", "name_fr", "name_en"))
    for pk, _parent, *names in rows:
        for words in map(place_words, names):
            if words and words <= typed:
                for word in words:
                    found[word] |= {pk, *(part for part, parent, *_names in rows if parent == pk)}
    return dict(found)


def near(word: str, asked: Asked) -> list[str]:
    """Words that were meant by `word`; one that is too short for that without its article, with it."""
    return VOCABULARY.near(word) or VOCABULARY.near(asked.typed.get(word, word))


def find(queryset: QuerySet, text: str) -> QuerySet:
    """The institutions of `queryset` that `text` speaks of, annotated with `relevance` (0 is best) and in that order.

    Asks the database now: at most a dozen queries. An empty text leaves the rows as they are.
    """
    if not text.strip():
        return queryset
    ranked, asked = weighed(queryset, text)
    if asked is None:
        return in_order(queryset.filter(pk__in=ranked), ranked) if ranked else queryset.none().annotate(relevance=Place(F("pk")))
    return in_order(queryset.filter(asked.rows()), ranked[:SHOWN_FIRST])


def best(queryset: QuerySet, text: str) -> list[int]:
    """The keys of the likeliest, best first, AT_MOST of them: enough for a short list, and without putting all others into order."""
    return weighed(queryset, text)[0] if text.strip() else []


def weighed(queryset: QuerySet, text: str) -> tuple[list[int], Asked | None]:
    """The keys of those that were weighed against each other, best first; and the query, where the database has more of them."""
    asked = understand(text)
    if not asked.telling:
        return [], None
    if codes := coded(asked):
        return ranking(queryset.filter(pk__in=codes).values_list(*FIELDS), asked), None
    rows, is_all = some(queryset, asked)
    if len(rows) < ENOUGH:
        asked.is_wide, asked.meant = True, {word: near(word, asked) for word in asked.telling}
        if asked.regions or any(asked.meant.values()):
            rows, is_all = some(queryset, asked)
            rows = [row for row in rows if fits(row, asked)]
    missing = named(asked) - {row[0] for row in rows}
    rows += queryset.filter(pk__in=missing).values_list(*FIELDS) if missing else []
    ranked = ranking({row[0]: row for row in rows}.values(), asked)
    return ranked, None if is_all else asked


def in_order(queryset: QuerySet, ranked: list[int]) -> QuerySet:
    """The rows with these keys first, in this order, then the others by name."""
    return queryset.annotate(relevance=Place(F("pk"), ranked)).order_by("relevance", "sort_key", "pk")


FIELDS = ("pk", "code", "search_text", "sort_key", "region")


def some(queryset: QuerySet, asked: Asked) -> tuple[list[tuple], bool]:
    """The rows with all the words, and whether these are all: the first AT_MOST by name where there are more."""
    rows = queryset.filter(asked.rows()).order_by().values_list(*FIELDS)
    first = list(rows[: AT_MOST + 1])
    if len(first) <= AT_MOST:
        return first, True
    return list(rows.order_by("sort_key", "pk")[:AT_MOST]), False


def named(asked: Asked) -> set[int]:
    """Institutions with a name that is, or begins with, what was typed; of too many beginnings none."""
    names = InstitutionName.objects.order_by().values_list("institution", flat=True)
    exact = set(names.filter(folded=asked.folded)[:AT_MOST])
    beginning = list(names.filter(begins("folded", asked.folded))[: AT_MOST + 1])
    return exact | set(beginning) if len(beginning) <= AT_MOST else exact


def coded(asked: Asked) -> set[int]:
    """Institutions whose code, or that of a double merged into them, is or begins with what was typed."""
    if "-" not in asked.code or len(asked.code) < 4:
        return set()
    rows = Institution.objects.filter(begins("code", asked.code)).order_by("code").values_list("pk", "merged_into")[:AT_MOST]
    return {survivor or pk for pk, survivor in rows}


def fits(row: tuple, asked: Asked) -> bool:
    """The words of a region are in the row's names, or the row is in that region."""
    _pk, _code, text, _sort_key, region = row
    words = set(text.split())
    left = [word for word in asked.telling if word not in asked.looked_up]
    return all(region in asked.regions[word] or way(word, words, text, region, asked) != SLIPPED or set(asked.meant[word]) & words for word in left)


def ranking(rows: Iterable[tuple], asked: Asked) -> list[int]:
    """The keys of `rows`, best first. One query for their names."""
    rows = list(rows)
    names: dict[int, list[tuple[str, str]]] = defaultdict(list)
    of_these = InstitutionName.objects.filter(institution__in=[row[0] for row in rows]).order_by("pk")
    for pk, folded, kind in of_these.values_list("institution", "folded", "kind"):
        names[pk].append((folded, kind))
    return [pk for _weight, pk in sorted((weight(row, names[row[0]], asked), row[0]) for row in rows)]


def weight(row: tuple, names: list[tuple[str, str]], asked: Asked) -> tuple:
    """What the order follows: the tier, other words that do not fit, how the telling words were found, how much more the name says, the name."""
    _pk, code, text, sort_key, region = row
    words = {form for word in text.split() for form in (word, bare(word))}
    ways = [way(word, words, text, region, asked) for word in asked.telling]
    concepts = {concept_of(word) for word in words} - {""}
    unfit = sum(not (word in words or (len(word) > 3 and word in text) or concept_of(word) in concepts) for word in asked.others)
    official = [folded for folded, kind in names if kind == NameKind.OFFICIAL]
    others = [folded for folded, kind in names if kind != NameKind.OFFICIAL]
    telling = set(asked.telling)
    said = [words for words in (telling_words(folded) for folded, _kind in names) if words & telling]
    extra = min((len(words - telling) for words in said), default=WORDS)
    if asked.folded in official or asked.code == code:
        tier = EXACT
    elif asked.folded in others:
        tier = ALIAS
    elif not unfit and telling in said:
        tier = TELLING
    elif code.startswith(asked.code) or any(folded.startswith(asked.folded) for folded in official):
        tier = PREFIX
    elif any(folded.startswith(asked.folded) for folded in others):
        tier = ALIAS_PREFIX
    else:
        tier = SLIP if SLIPPED in ways else ALL_WORDS
    return (tier, unfit, sum(ways), extra, sort_key)


def way(word: str, words: set[str], text: str, region: int | None, asked: Asked) -> int:
    """How `word` was found: as it is, as a beginning, inside another, by its meaning or by the region, or with a slip."""
    if word in words:
        return WHOLE
    if any(other.startswith(word) for other in words):
        return BEGINNING
    if any(set(pair) <= words for pair in asked.halves.get(word, ())):
        return BEGINNING
    concept = concept_of(word)
    if word in text or region in asked.regions.get(word, ()) or (concept and any(concept_of(other) == concept for other in words)):
        return INSIDE
    return SLIPPED


@lru_cache(maxsize=20_000)
def telling_words(folded: str) -> frozenset[str]:
    pieces = letters_together(WORD.findall(folded))
    return frozenset(bare(piece) for piece in pieces if not (is_generic(piece) or is_generic(bare(piece)) or piece in ARTICLES))
