"""The life of a legal text, from the draft to its repeal."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.formats import today
from core.lifecycle import Transition, TransitionRefused, lifecycle
from library.choices import TextStatus as T


def has_words(text: Any, by: Any, given: dict[str, Any]) -> None:
    if not (text.body or text.title_ar):
        raise TransitionRefused("nothing_to_read", _("There is nothing to read yet: add the title and the draft first."))


def ends_ahead(text: Any, by: Any, given: dict[str, Any]) -> None:
    until = given.get("consultation_ends_on")
    if until and until <= today():
        raise TransitionRefused("ends_in_past", _("The last day for opinions must lie ahead."))


def is_dated(text: Any, by: Any, given: dict[str, Any]) -> None:
    if text.dated_on is None:
        raise TransitionRefused("date_missing", _("A text in force needs its date."))


LEGAL_TEXT = lifecycle(
    "legaltext",
    Transition("consult", frozenset({T.DRAFT}), T.CONSULTATION, "library.manage", _("Open the consultation"), (has_words, ends_ahead), by_hand=False),
    Transition(
        "publish", frozenset({T.DRAFT, T.CONSULTATION}), T.IN_FORCE, "library.manage", _("Record the entry into force"), (is_dated,),
        is_final=True, explanation=_("The text enters the library for everybody, and what it says that it amends or repeals follows."),
    ),
    Transition("amend", frozenset({T.IN_FORCE}), T.AMENDED, None, _("Amended by another text"), by_hand=False),
    Transition(
        "repeal", frozenset({T.IN_FORCE, T.AMENDED}), T.REPEALED, "library.manage", pgettext_lazy("a legal text", "Record the repeal"),
        needs_reason=True, is_final=True,
        explanation=_("The owners of the agreements that cite this text are told. The agreements themselves stay as they were signed."),
    ),
)  # fmt: skip
