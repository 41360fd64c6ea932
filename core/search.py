"""Words as people type them: which words of the portal were meant."""

from threading import Lock

from django.apps import apps
from django.db import connection, models
from django.db.models import Func, IntegerField
from rapidfuzz import process
from rapidfuzz.distance import OSA

SHORTEST = 4  # letters; in a shorter word one slip makes another word
AT_MOST = 40


class Vocabulary:
    """Every word of a table of words, kept in the memory of this process; rows that are added later are read as they come.

    A word whose rows were deleted stays known, which does no harm: what is found here is looked up in the database.
    """

    def __init__(self, label: str, field: str = "word"):
        self.label, self.field = label, field
        self.lock = Lock()
        self.forget()

    def forget(self) -> None:
        self.words: dict[str, None] = {}
        self.seen: tuple[str, int, str] = ("", 0, "")

    def refresh(self) -> None:
        """One query to see whether there is anything new, one or two when there is. Reads the whole table once in a process."""
        rows: models.QuerySet = apps.get_model(self.label)._default_manager.all()
        last = (str(connection.settings_dict["NAME"]), *(rows.order_by("-pk").values_list("pk", self.field).first() or (0, "")))
        if self.seen == last:
            return
        with self.lock:
            database, pk, word = self.seen
            goes_on = database == last[0] and pk < last[1] and rows.filter(pk=pk, **{self.field: word}).exists()
            new = rows.filter(pk__gt=pk) if goes_on else rows
            found = set(new.order_by().values_list(self.field, flat=True).distinct().iterator(chunk_size=10_000))
            found = {word: None for word in found if not word.isdigit()}  # numbers are typed whole
            self.words, self.seen = ({**self.words, **found} if goes_on else found), last

    def __contains__(self, word: str) -> bool:
        return word in self.words

    def holding(self, part: str) -> list[str]:
        """Words with `part` inside, the shortest first; none for fewer than three letters."""
        found = [word for word in self.words if part in word] if len(part) >= 3 else []
        return sorted(found, key=lambda word: (len(word), word))[:AT_MOST]

    def near(self, word: str) -> list[str]:
        """Words that `word` becomes by one letter changed, added, left out, or swapped with the next, in the order of letters."""
        if len(word) < SHORTEST:
            return []
        found = process.extract(word, self.words.keys(), scorer=OSA.distance, score_cutoff=1, limit=None)
        return sorted(near for near, distance, _place in found if distance == 1)[:AT_MOST]

    def halves(self, word: str) -> list[tuple[str, str]]:
        """The pairs of known words that stand glued together in `word`, the most even first."""
        found = [(word[:at], word[at:]) for at in range(1, len(word)) if word[:at] in self.words and word[at:] in self.words]
        return sorted(found, key=lambda pair: (abs(len(pair[0]) - len(pair[1])), pair))[:3]


class Place(Func):
    """Where a key stands in a list of keys, from 0; the length of the list for those that are not in it.

    The same as Case(When(pk=…), …), but built in no time for hundreds of keys.
    """

    output_field = IntegerField()

    def __init__(self, key, keys=(), **extra):
        super().__init__(key, **extra)
        self.keys = [int(key) for key in keys]

    def as_sql(self, compiler, connection, **extra):
        column, params = compiler.compile(self.source_expressions[0])
        places = " ".join(f"WHEN {key} THEN {place}" for place, key in enumerate(self.keys))
        return (f"CASE {column} {places} ELSE {len(self.keys)} END", params) if places else ("0", [])
