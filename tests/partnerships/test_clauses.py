"""The text of a clause: placeholders, change lists, and the model texts that ship with the portal."""

import re

import pytest

from core.text import no_patient_identity
from partnerships import reference
from partnerships.clauses import PLACEHOLDERS, changes, fill, is_changed, placeholders, unfilled
from partnerships.models import ClauseKind, ClauseModel
from partnerships.reading import BLANK, blocks, marked, runs

BRACED = re.compile(r"{(\w+)}")
WORDS = {"place": "وهران", "parties": "- مستشفى الشمال\n- مستشفى الجنوب"}


def shown(pieces):
    return [(piece.kind, piece.text) for piece in pieces]


def test_placeholder_without_words_is_a_place_to_write_and_other_braces_stay():
    assert fill("في {place} بتاريخ {signature_date}", WORDS) == "في وهران بتاريخ …………"
    assert fill("{{7*7}} {unknown} {", WORDS) == "{{7*7}} {unknown} {"
    assert unfilled("{place} {signature_date} {unknown}", WORDS) == {"signature_date"}


def test_change_list_names_words_in_reading_order():
    before, after = "قبل وصوله بسبعة أيام", "قبل وصوله بخمسة عشر يوماً"

    assert shown(changes(before, after)) == [
        ("kept", "قبل وصوله "),
        ("removed", "بسبعة"),
        ("added", "بخمسة"),
        ("kept", " "),
        ("removed", "أيام"),
        ("added", "عشر يوماً"),
    ]
    assert "".join(text for kind, text in shown(changes(before, after)) if kind != "removed") == after
    assert "".join(text for kind, text in shown(changes(before, after)) if kind != "added") == before
    assert not is_changed("كلمة  واحدة\n", "كلمة واحدة")


def test_text_is_read_as_paragraphs_lists_and_blanks():
    found = blocks("بين:\n{parties}\n\nحُرّر في {place} بتاريخ {signature_date}.", WORDS)

    assert [(block.is_list, [shown(line) for line in block.lines]) for block in found] == [
        (False, [[("text", "بين:")]]),
        (True, [[("text", "مستشفى الشمال")], [("text", "مستشفى الجنوب")]]),
        (False, [[("text", "حُرّر في وهران بتاريخ "), ("blank", runs(marked("{signature_date}", {}))[0].text), ("text", ".")]]),
    ]


def test_private_characters_of_a_writer_name_no_placeholder():
    """They would show as a blank, and nothing else."""
    assert BLANK.sub("", marked("\ue000place\ue001 {place}", WORDS)) == " وهران"


@pytest.mark.django_db
def test_model_texts_are_loaded_once_and_edits_of_the_ministry_stay():
    first = reference.load_clauses()
    ClauseModel.objects.filter(order=0).update(text_ar="كلام الوزارة")
    ClauseKind.objects.filter(order=1).update(name_ar="عنوان الوزارة")

    assert reference.load_clauses() == {"clause kinds": 0, "model clauses": 0}
    assert first["clause kinds"] == ClauseKind.objects.count() > 0
    assert first["model clauses"] == ClauseModel.objects.count() > first["clause kinds"]
    assert ClauseModel.objects.filter(text_ar="كلام الوزارة").count() == first["clause kinds"]
    assert ClauseKind.objects.get(order=1).name_ar == "عنوان الوزارة"
    assert list(ClauseKind.objects.values_list("order", flat=True)) == sorted(ClauseKind.objects.values_list("order", flat=True))


@pytest.mark.django_db
def test_model_texts_speak_three_languages_and_use_known_placeholders_alike():
    reference.load_clauses()
    wrong = []
    for model in ClauseModel.objects.select_related("kind"):
        texts = [model.text_ar, model.text_fr, model.text_en]
        if not all(text.strip() for text in texts) or not all([model.label_ar, model.label_fr, model.label_en, model.kind.name_fr, model.kind.name_en]):
            wrong.append((model.kind.slug, model.slug, "a language is missing"))
        if len({frozenset(placeholders(text)) for text in texts}) > 1:
            wrong.append((model.kind.slug, model.slug, [sorted(placeholders(text)) for text in texts]))
        wrong += [(model.kind.slug, model.slug, word) for text in texts for word in set(BRACED.findall(text)) - PLACEHOLDERS]
        if not model.agreements or not set(model.agreements) <= {"framework", "convention", "memorandum", "addendum", "statement"}:
            wrong.append((model.kind.slug, model.slug, model.agreements))
        for text in texts:
            no_patient_identity(text)  # raises: what ships must be accepted by its own form

    assert wrong == []


@pytest.mark.django_db
@pytest.mark.parametrize("country", ["DZ", "KW"])
@pytest.mark.parametrize("kind", ["convention", "memorandum", "framework", "addendum", "statement"])
def test_every_kind_of_agreement_has_a_wording_of_every_mandatory_clause_that_it_needs(country, kind):
    reference.load_clauses()
    fitting = {model.kind.slug for model in ClauseModel.objects.select_related("kind") if model.fits(kind, country)}

    assert {"parties", "legal-bases", "object"} <= fitting
    if kind in {"convention", "memorandum"}:
        assert set(ClauseKind.objects.filter(is_mandatory=True).values_list("slug", flat=True)) <= fitting
