"""Folding, cleaning, and patients' identities that must not be typed."""

import pytest
from django.core.exceptions import ValidationError

from core.folding import fold, search_words, sort_key
from core.text import clean, no_patient_identity
from partnerships.models import Institution


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("مستشفى", "مستشفي"), ("أدرار", "ادرار"), ("الوادي", "الوادى"), ("ولاية", "ولايه"), ("تَمَنْراسْت", "تمنراست"), ("تمــنراست", "تمنراست"),
        ("Sétif", "setif"), ("Aïn Témouchent", "ain temouchent"), ("CHU ١٢", "chu 12"), ("Œuvre", "oeuvre"), ("مؤسسة", "موسسة"), ("عين الدفلى", "عين الدفلي"),
    ],
)  # fmt: skip
def test_what_people_type_differently_folds_alike(one, other):
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("باتنة", "بسكرة"), ("CHU Batna", "EPH Batna"), ("المنصورة", "المنصور")])
def test_different_places_stay_different(one, other):
    assert fold(one) != fold(other)


@pytest.mark.parametrize("letters", ["\U00010900" * 40, "a" + "\U00010900" * 40, "ب" * 200])
def test_key_to_sort_by_is_never_longer_than_its_column(letters):
    assert len(sort_key(letters)) <= Institution._meta.get_field("sort_key").max_length
    assert sort_key("a" + letters) < sort_key("b" + letters)


def test_search_words_drop_the_article_and_have_an_end():
    assert search_words("المستشفى الجامعي") == ["مستشفي", "جامعي"]
    assert len(search_words("كلمة " * 500)) == 8


@pytest.mark.parametrize("text", ["رقم 123456789012", "المريض ملف رقم 4521", "0661 23 45 67", "+213 661 23 45 67", "٠٦٦١٢٣٤٥٦٧", "dossier n° 8831"])
def test_what_looks_like_a_patient_is_refused(text):
    with pytest.raises(ValidationError):
        no_patient_identity(text)


@pytest.mark.parametrize("text", ["24 عملية للمرارة و4 للفتق", "35 طفلاً سنة 2026", "اتفاقية رقم 38 لسنة 2026", "20 à 25 par jour"])
def test_plain_counts_pass(text):
    no_patient_identity(text)


def test_unseen_characters_and_piles_of_marks_are_dropped():
    assert clean("a\u202eb\u200b\x00c\ufeff\ud800") == "abc"
    assert len(clean("e" + "\u0301" * 200)) < 10
    assert clean("\u0645\u200c\u0646") == "\u0645\u200c\u0646"
