"""Which institutions could be the same place under two names: a rule over words, and a register to ask it of.

What says what a place *is* (“public hospital establishment”, CHU, مستشفى) does not count, nor do articles and prepositions, also
those glued to an Arabic word. What counts is the rest of the name, the kind and the region. A word of the rest weighs what it
tells: a number, a letter or “new” tells places of one town apart; a person or a quarter names one place; a town may hold several
places; a region many.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext_lazy as _
from rapidfuzz.distance import OSA

from core.folding import bare, fold
from partnerships.choices import NameKind

LIKELY = 60.0  # from this score on, a person should look at the two
ARABIC, LATIN = "arabic", "latin"

REASONS = {
    "same_name": _("the same name"),
    "similar_name": _("nearly the same name"),
    "part_of_name": _("the same words in the name"),
    "everyday_name": _("known under this name"),
    "only_one_in_town": _("the only one of this kind in the town"),
    "same_kind": _("the same kind"),
    "other_kind": _("another kind"),
    "same_region": _("the same region"),
    "mother_region": _("a region and the one it was part of"),
    "no_region": _("no region given"),
    "same_town": _("the same town"),
    "other_town": _("another town"),
}

# Kinds that people take for one another; an everyday name is the same place whichever of them is typed.
HOSPITALS = frozenset({"EPH", "EH", "HMIX", "GENERAL", "CHU", "EHU", "UNIVERSITY"})

GENERIC = frozenset(
    """
    etablissement etablissements public publics publique publiques hospitalier hospitaliere hospitaliers hospitaliers hospitalo universitaire
    hopital hopitaux hospital hospitals centre center centres specialise specialisee specialised specialized specialities sante health proximite
    clinique clinic polyclinique mixte general generale medical medicale university regional wilaya commune ville city
    chu chru ehu ehs eph epsp eh hmix chuc phc epsh service services maladie maladies disease diseases chirurgie chirurgical chirurgicales surgery
    medico medecine anti control pour the of for and de des du d l le la les et en au aux a w n er eme nd
    موسسه موسسات عموميه عمومي استشفاييه استشفايي جامعي جامعيه مركز مراكز مستشفي مستشفيات متخصصه متخصص مختصصه تخصصي تخصصيه صحه صحي صحيه
    جواريه جواري مختلط مختلطه عياده عيادات عام عامه وحده مصلحه ولايه بلديه مدينه مدير طب طبي طبيه امراض مرض جراحه جراحيه مكافحه علاج رعايه
    اوليه فرع في من عن علي و معا معص معصج ماج مام معاس
    """.split()  # noqa: SIM905
) - {"علي"}  # "علي" is a first name far more often than a preposition in a name

ARTICLES = frozenset("el al es er ed ez ech ess et en ett".split())  # noqa: SIM905
TITLES = frozenset(
    """
    dr docteur pr professeur prof moudjahid moudjahida chahid chahida martyr freres frere soeurs deux hadj si el mr saint
    دكتور دكتوره استاذ حكيم مجاهد مجاهده شهيد شهيده اخوه اخوين اخوات اختان اختين حاج
    """.split()  # noqa: SIM905
)
MARKS = frozenset(
    """
    nouveau nouvel nouvelle new ancien ancienne old est ouest nord sud east west north south i ii iii iv premier premiere deuxieme second
    جديد جديده قديم قديمه شرقي شرقيه غربي غربيه شمالي شماليه جنوبي جنوبيه شرق غرب شمال جنوب اولي ثاني ثانيه ثالث ثالثه
    """.split()  # noqa: SIM905
)
CONCEPTS = {  # what a specialised place is for, by the beginnings of words in three languages
    "mother": ("mere", "enfant", "gynec", "gyneco", "obstet", "matern", "mother", "women", "نساء", "نسا", "توليد", "ولاده", "ام", "طفل", "امومه"),
    "child": ("pediatr", "paediatr", "child", "اطفال"),
    "cancer": ("cancer", "anticancer", "oncolog", "cac", "سرطان", "اورام"),
    "mind": ("psychiatr", "mental", "psych", "عقليه", "نفسي", "نفسيه", "عقلي"),
    "heart": ("cardi", "coeur", "heart", "قلب"),
    "eyes": ("ophtalm", "ophthalm", "eye", "عيون"),
    "burns": ("brul", "burn", "حروق"),
    "infection": ("infecti", "معديه", "ساريه"),
    "emergency": ("urgenc", "emergenc", "استعجال", "طوارء", "طوار"),
    "rehabilitation": ("reeduc", "readapt", "rehab", "تربيه", "تكييف", "تاهيل", "حركي"),
    "nerves": ("neuro", "اعصاب"),
    "transplant": ("transplant", "زرع", "زراعه"),
    "ear": ("orl", "stomato", "اذن", "انف", "حنجره"),
    "urology": ("urolog", "مسالك"),
    "bones": ("orthop", "عظام"),
    "chest": ("thorac", "pneumo", "chest", "صدريه"),
}
CONCEPT_DETAILS = frozenset("fonctionnelle fonctionnel reparatrice organes tissus وظيفي اعضاء انسجه اعاده ترقيعيه بوليه".split())  # noqa: SIM905

WORD = re.compile(r"[a-z]+|[\u0621-\u06ff]+|[0-9]+")


@dataclass(frozen=True)
class Words:
    """One name in one script, taken apart. `words` are the distinctive ones, `marks` what tells places of one town apart."""

    folded: str
    script: str
    words: tuple[str, ...]
    joined: str
    concepts: frozenset[str]
    marks: frozenset[str]


@lru_cache(maxsize=20_000)
def concept_of(word: str) -> str:
    """The concept that a word speaks of, "" for none. Short beginnings must be the whole word."""
    for concept, beginnings in CONCEPTS.items():
        for beginning in beginnings:
            if word == beginning or (len(beginning) > 3 and word.startswith(beginning)):
                return concept
    return ""


@lru_cache(maxsize=20_000)
def nearly_generic(word: str) -> bool:
    """A generic word with a slip of the finger in it: one letter, from five Arabic or seven Latin letters on."""
    least = 7 if word.isascii() else 5
    return len(word) >= least and any(abs(len(word) - len(generic)) <= 1 and OSA.distance(word, generic, score_cutoff=1) <= 1 for generic in GENERIC)


@lru_cache(maxsize=20_000)
def is_generic(word: str) -> bool:
    return word in GENERIC or (len(word) > 3 and word[0] in "بلو" and bare(word[1:]) in GENERIC)


@lru_cache(maxsize=50_000)
def take_apart(name: str) -> tuple[Words, ...]:
    """The name in each script that it has distinctive words in; the whole of it once when it has none at all."""
    folded = fold(name)
    pieces = letters_together(WORD.findall(folded))
    found = []
    for script in (ARABIC, LATIN):
        own = [word for word in pieces if word.isdigit() or word.isascii() == (script == LATIN)]
        if any(not word.isdigit() for word in own):
            found.append(words_of(folded, script, own))
    telling = [words for words in found if words.words or words.concepts]
    return tuple(telling or found[:1])


def letters_together(pieces: list[str]) -> list[str]:
    """ "e p h batna" → "eph batna", "م ع ا باتنه" → "معا باتنه"; a letter that stands alone stays."""
    found: list[str] = []
    run: list[str] = []
    for piece in [*pieces, ""]:
        if len(piece) == 1 and not piece.isdigit():
            run.append(piece)
            continue
        if run and len(run) > 1 and "".join(run) in GENERIC:
            found.append("".join(run))
        else:
            found += run
        run = []
        if piece:
            found.append(piece)
    return found


def words_of(folded: str, script: str, pieces: list[str]) -> Words:
    words, doubtful, marks, concepts = [], [], set(), set()
    for place, piece in enumerate(pieces):
        word = bare(piece)
        if word.isdigit() or word in MARKS or (len(word) == 1 and place == len(pieces) - 1):
            marks.add(word)
        elif concept := concept_of(word) or (concept_of(bare(word[1:])) if word[0] in "ول" and len(word) > 3 else ""):
            concepts.add(concept)
        elif is_generic(word) or is_generic(piece) or word in CONCEPT_DETAILS:
            continue
        elif word not in ARTICLES:
            words.append(word)
            if nearly_generic(word):
                doubtful.append(word)
    if doubtful and len(doubtful) < len(words):
        words = [word for word in words if word not in doubtful]
    return Words(folded, script, tuple(words), "".join(words), frozenset(concepts), frozenset(marks))


@lru_cache(maxsize=200_000)
def distance(one: str, other: str) -> int:
    """Slips between two words, up to what their length allows; -1 when they are different words.

    None up to three letters, one up to seven, two from eight on. A preposition glued to an Arabic word is no slip.
    """
    if one == other:
        return 0
    for first, second in ((one, other), (other, one)):
        if first[0] in "بلو" and len(first) > 3 and not first.isascii() and first[1:] == second:
            return 0
    shorter = min(len(one), len(other))
    allowed = 0 if shorter <= 3 else 1 if shorter <= 7 else 2
    found = OSA.distance(one, other, score_cutoff=allowed)
    return found if found <= allowed else -1


@dataclass
class Entry:
    """One institution as the rule sees it. `towns` and `regions` are the words that name its place."""

    pk: int
    kind: str
    region: int | None
    root: int | None
    country: int | None
    city: str
    names: list[tuple[Words, bool]]  # (a name, whether it is an everyday or former one)
    town_names: list[set[str]] = field(default_factory=list)  # the words of its own town, in each script
    towns: set[str] = field(default_factory=set)
    regions: set[str] = field(default_factory=set)
    known: set[str] = field(default_factory=set)  # every word of every name and of the place


@dataclass(frozen=True)
class Likeness:
    """How much an institution looks like the one asked about, 0 to 100, and why (keys of REASONS)."""

    institution_id: int
    score: float
    reasons: tuple[str, ...]

    @property
    def words(self) -> list[str]:
        """The reasons for people, in the active language."""
        return [str(REASONS[reason]) for reason in self.reasons]


PERSON, TOWN, REGION = 3, 2, 1


def level(word: str, entry: Entry) -> int:
    return TOWN if explained(word, entry.towns) else REGION if explained(word, entry.regions) else PERSON


def explained(word: str, known: Iterable[str]) -> bool:
    return any(distance(word, other) >= 0 for other in known)


def compare(one: Words, first: Entry, other: Words, second: Entry, is_only_one: bool) -> tuple[float, str]:
    """The score of two names of one script, and the reason; 0 when they name different places."""
    if one.folded == other.folded:
        return 100.0, "same_name"
    if one.concepts and other.concepts and not one.concepts & other.concepts:
        return 0.0, ""
    if one.marks and other.marks and one.marks != other.marks:
        return 0.0, ""
    same_marks, same_concepts = one.marks == other.marks, one.concepts == other.concepts
    if same_marks and one.joined and one.joined == other.joined:
        return (97.0, "same_name") if same_concepts else (85.0, "part_of_name")
    if same_marks and min(len(one.folded), len(other.folded)) > 5 and OSA.distance(one.folded, other.folded, score_cutoff=1) <= 1:
        return 90.0, "similar_name"
    slips, matched, rest, others = 0, [], [], list(other.words)
    for word in one.words:
        near = min(((found, place) for place, candidate in enumerate(others) if (found := distance(word, candidate)) >= 0), default=None)
        if near is None:
            rest.append(word)
        else:
            slips += near[0]
            matched.append((word, others.pop(near[1])))
    if (rest or others) and same_marks and min(len(one.joined), len(other.joined)) > 5:
        glued = OSA.distance(one.joined, other.joined, score_cutoff=1)
        if glued <= 1:
            return (94.0 - 4 * glued, "similar_name") if same_concepts else (82.0, "part_of_name")
    rest = [word for word in rest if word not in TITLES and not explained(word, second.known)]
    others = [word for word in others if word not in TITLES and not explained(word, first.known)]
    if rest and others:
        return 0.0, ""
    left = max([level(word, first) for word in rest] + [level(word, second) for word in others], default=0)
    if not matched:  # “psychiatry” beside “psychiatry” and a town
        nameless = not one.words or not other.words
        return (80.0, "part_of_name") if nameless and same_marks and same_concepts and (one.concepts or one.marks) and left < PERSON else (0.0, "")
    heard = max(min(level(mine, first), level(theirs, second)) for mine, theirs in matched)
    if same_marks and (same_concepts or heard == PERSON):
        if not rest and not others:
            return (97.0, "same_name") if not slips else (94.0 - 4 * slips, "similar_name")
        if heard > left:
            return 85.0 - 4 * slips, "part_of_name"
        letters = sum(len(mine) for mine, _theirs in matched)
        if heard == PERSON and letters >= 2 * sum(map(len, rest + others)):
            return 72.0 - 4 * slips, "part_of_name"
    said = {theirs for _mine, theirs in matched}
    if is_only_one and left in {0, PERSON} and any(town and town <= said for town in second.town_names):
        return 66.0 - 4 * slips, "only_one_in_town"
    return 0.0, ""


class Register:
    """The institutions that doubles are looked for among. Made once, asked many times."""

    def __init__(self, entries: list[Entry], mothers: dict[int, int | None], region_words: dict[int, set[str]]):
        self.mothers, self.region_words = mothers, region_words
        self.entries = {entry.pk: entry for entry in entries}
        self.index: dict[tuple[int | None, str, str], list[Entry]] = defaultdict(list)
        self.everyday: dict[tuple[int | None, str], list[Entry]] = defaultdict(list)
        self.in_town: Counter[tuple[int | None, str, str]] = Counter()
        self.arabic_towns: dict[tuple[int | None, str], set[str]] = defaultdict(set)
        self.town_words: dict[int | None, set[str]] = defaultdict(set)
        for entry in entries:
            self.learn_town(entry)
        for entry in entries:
            self.add(entry)

    @classmethod
    def load(cls) -> "Register":
        """All institutions that are not merged into another, with their everyday and former names. Three queries."""
        from partnerships.models import Institution, InstitutionName, Region  # the models of this very app, which need not know of doubles

        mothers: dict[int, int | None] = {}
        region_words: dict[int, set[str]] = {}
        for pk, parent, *names in Region.objects.values_list("pk", "parent", "name_ar", "name_fr", "name_en"):
            mothers[pk], region_words[pk] = parent, place_words(*names)
        names_of: dict[int, list[tuple[Words, bool]]] = defaultdict(list)
        for pk, text, kind in InstitutionName.objects.order_by("pk").values_list("institution", "text", "kind"):
            names_of[pk] += [(words, kind != NameKind.OFFICIAL) for words in take_apart(text)]
        rows = Institution.objects.listed().order_by("pk").values_list("pk", "kind__code", "region", "country", "city")
        entries = [Entry(pk, kind, region, root_of(region, mothers), country, city, names_of[pk]) for pk, kind, region, country, city in rows]
        return cls(entries, mothers, region_words)

    def learn_town(self, entry: Entry) -> None:
        """Where the Latin name is the town and nothing else, the Arabic name is what the town is called in Arabic."""
        town = place_words(entry.city)
        self.town_words[entry.root] |= town
        latin = [words for words, is_alias in entry.names if words.script == LATIN and not is_alias]
        if town and any(words.words and all(explained(word, town) for word in words.words) for words in latin):
            for words, is_alias in entry.names:
                if words.script == ARABIC and not is_alias:
                    self.arabic_towns[entry.root, fold(entry.city)] |= set(words.words)
                    self.town_words[entry.root] |= set(words.words)

    def place(self, entry: Entry) -> Entry:
        """Fill in the words of its town and region."""
        entry.town_names = [place_words(entry.city), self.arabic_towns.get((entry.root, fold(entry.city)), set())]
        entry.towns = set().union(*entry.town_names)
        entry.regions = set().union(*(self.region_words.get(key, set()) for key in (entry.region, entry.root) if key))
        if not entry.city:
            entry.towns = self.town_words.get(entry.root, set()) - entry.regions
        entry.known = set().union(*(words.words for words, _alias in entry.names), place_words(entry.city))
        return entry

    def add(self, entry: Entry) -> None:
        self.place(entry)
        for words, is_alias in entry.names:
            for key in keys(words):
                self.index[entry.root, entry.kind, key].append(entry)
            if is_alias and words.joined and not set(words.words) <= entry.towns | entry.regions:
                self.everyday[entry.root, words.joined].append(entry)
        self.in_town[entry.root, entry.kind, fold(entry.city)] += 1

    def doubles_of(
        self, names: Iterable[str], kind_code: str, region_id: int | None, city: str = "", *, country_id: int | None = None, but: int | None = None
    ) -> list[Likeness]:
        """The institutions that one with these names, of this kind and place, could be; likeliest first, all from LIKELY on.

        `names` in any language and order, everyday ones too. `country_id` keeps places abroad apart; `but` leaves one
        institution out (itself). No query.
        """
        taken = [(words, False) for name in names if name for words in take_apart(name)]
        asked = self.place(Entry(0, kind_code, region_id, root_of(region_id, self.mothers), country_id, city, taken))
        found: dict[int, Likeness] = {}
        for candidate in self.candidates(asked):
            if candidate.pk == but or candidate.pk in found:
                continue
            likeness = self.likeness(asked, candidate)
            if likeness.score >= LIKELY:
                found[candidate.pk] = likeness
        return sorted(found.values(), key=lambda likeness: (-likeness.score, likeness.institution_id))

    def candidates(self, asked: Entry) -> list[Entry]:
        """Whatever shares the beginning or the end of a word with the names asked for, in the same part of the country."""
        roots = [asked.root] if asked.root is not None else sorted({entry.root for entry in self.entries.values()}, key=lambda root: root or 0)
        wanted = sorted({key for words, _alias in asked.names for key in keys(words)})
        found = {entry.pk: entry for root in roots for key in wanted for entry in self.index.get((root, asked.kind, key), ())}
        if asked.kind in HOSPITALS:
            for root in roots:
                for words, _alias in asked.names:
                    found |= {entry.pk: entry for entry in self.everyday.get((root, words.joined), ()) if entry.kind in HOSPITALS}
        return list(found.values())

    def likeness(self, asked: Entry, candidate: Entry) -> Likeness:
        region = self.regions_agree(asked, candidate)
        none = Likeness(candidate.pk, 0.0, ())
        if not region:
            return none
        is_only_one = self.in_town[candidate.root, candidate.kind, fold(candidate.city)] == 1 and bool(candidate.city)
        best = (0.0, "", False)
        for words, _alias in asked.names:
            for others, is_alias in candidate.names:
                if words.script == others.script:
                    score, reason = compare(words, asked, others, candidate, is_only_one)
                    best = max(best, (score - 2 * is_alias if score else 0.0, reason, is_alias))
        score, reason, is_alias = best
        if not score:
            return none
        reasons = [reason, *(["everyday_name"] if is_alias else [])]
        if asked.kind != candidate.kind:
            if not is_alias or reason != "same_name":
                return none
            score, reasons = 70.0, ["everyday_name", "other_kind"]
        else:
            reasons.append("same_kind")
        reasons.append(region)
        score -= {"same_region": 0, "mother_region": 3, "no_region": 20}[region]
        if region == "no_region" and reason not in {"same_name", "similar_name"}:
            return none
        if asked.city and candidate.city:
            is_same = explained("".join(sorted(place_words(asked.city))), {"".join(sorted(place_words(candidate.city)))})
            score -= 0 if is_same else 10
            reasons.append("same_town" if is_same else "other_town")
        return Likeness(candidate.pk, round(max(score, 0.0), 1), tuple(reasons))

    def regions_agree(self, asked: Entry, candidate: Entry) -> str:
        """The reason that the regions give; "" when the two cannot be one place. A region goes with those it was part of."""
        if asked.country and candidate.country and asked.country != candidate.country:
            return ""
        if asked.region == candidate.region:
            return "same_region" if asked.region else "no_region" if not (asked.country and candidate.country) else "same_region"
        if asked.region is None:
            return "no_region"
        if candidate.region is None:
            return ""
        return "mother_region" if asked.region in up(candidate.region, self.mothers) or candidate.region in up(asked.region, self.mothers) else ""

    def pairs(self) -> list[tuple[int, Likeness]]:
        """The likely doubles inside the register: (the key of the older one, the likeness of the newer one), likeliest first."""
        found = {}
        for entry in self.entries.values():
            for candidate in self.candidates(entry):
                if candidate.pk > entry.pk:
                    likeness = max(self.likeness(entry, candidate), self.likeness(candidate, entry), key=lambda found: found.score)
                    if likeness.score >= LIKELY:
                        found[entry.pk, candidate.pk] = Likeness(candidate.pk, likeness.score, likeness.reasons)
        return sorted(((one, likeness) for (one, _other), likeness in found.items()), key=lambda pair: (-pair[1].score, pair[0], pair[1].institution_id))


def keys(words: Words) -> set[str]:
    """What two words with one slip between them still share: the first or the last two letters; also of all words together.

    Names that say no more than what the place is for are found by that.
    """
    found = {f"@{concept}" for concept in words.concepts}
    for word in {*words.words, words.joined} - {""}:
        shapes = {word} if word.isascii() or word[0] not in "بلو" or len(word) < 4 else {word, word[1:]}
        found |= {f"{shape[:2]}…" for shape in shapes} | {f"…{word[-2:]}"}
        if len(word) <= 5:  # two letters that changed places may be both
            found.add("".join(sorted(word)))
    return found or {words.folded[-6:]}


def place_words(*names: str) -> set[str]:
    return {word for name in names if name for words in take_apart(name) for word in words.words}


def up(region: int, mothers: dict[int, Any]) -> set[int]:
    """A region and all that it was ever part of."""
    found: set[int] = set()
    at: int | None = region
    while at is not None and at not in found:
        found.add(at)
        at = mothers.get(at)
    return found


def root_of(region: int | None, mothers: dict[int, Any]) -> int | None:
    """The oldest region that this one was part of; itself when it was part of none."""
    seen: set[int] = set()
    while region is not None and mothers.get(region) is not None and region not in seen:
        seen.add(region)
        region = mothers[region]
    return region
