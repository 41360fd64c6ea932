"""The catalogues are complete, agree with the code, and are compiled."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("ar", "fr")
PLACEHOLDER = re.compile(r"%\((\w+)\)[a-z]|%[sd]\b")
MAY_LEAVE_THE_COUNT_OUT = {"ar": {0, 1, 2}, "fr": set()}  # Arabic says "no day", "one day" and "two days" without a figure


def catalogue(language: str) -> Path:
    return ROOT / "locale" / language / "LC_MESSAGES" / "django.po"


def placeholders(text: str) -> set[str]:
    return {found[0] for found in PLACEHOLDER.finditer(text)}


def key(entry: polib.POEntry) -> tuple[str, str]:
    return entry.msgctxt or "", entry.msgid


def said(entry: polib.POEntry) -> tuple:
    return entry.msgstr, tuple(sorted(entry.msgstr_plural.items()))


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogue_has_no_empty_fuzzy_or_obsolete_entry(language):
    entries = polib.pofile(str(catalogue(language)))

    assert len(entries) > 500
    assert [key(entry) for entry in entries if not entry.obsolete and not entry.translated()] == []
    assert [key(entry) for entry in entries if entry.fuzzy] == []
    assert [key(entry) for entry in entries.obsolete_entries()] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_translation_keeps_the_placeholders_of_its_text(language):
    wrong = []
    for entry in polib.pofile(str(catalogue(language))):
        if entry.msgid_plural:
            expected = placeholders(entry.msgid_plural)
            for form, text in entry.msgstr_plural.items():
                found = placeholders(text)
                fits = found <= expected if form in MAY_LEAVE_THE_COUNT_OUT[language] else found == expected
                if text and not fits:
                    wrong.append((key(entry), form, text))
        elif entry.msgstr and placeholders(entry.msgid) != placeholders(entry.msgstr):
            wrong.append((key(entry), entry.msgstr))

    assert wrong == []


def test_arabic_has_six_plural_forms_and_every_count_uses_them():
    entries = polib.pofile(str(catalogue("ar")))

    assert "nplurals=6" in entries.metadata["Plural-Forms"]
    plurals = [entry for entry in entries if entry.msgid_plural]
    assert plurals
    assert [key(entry) for entry in plurals if set(entry.msgstr_plural) != set(range(6))] == []


def test_arabic_addresses_people_in_the_plural():
    """Never “your institution” as to one man: مؤسستكم, not مؤسستك."""
    words = ["مؤسسة", "دور", "رأي", "اسم", "حساب", "طرف", "تأشيرة", "شراكة", "ملف", "عنوان", "مستشفى", "إجابة", "أجوبة", "صلاحية"]
    own = [f"{word.removesuffix('ة') + 'ت' if word.endswith('ة') else word}ك" for word in words]
    singular = re.compile(
        rf"(?<![\u0621-\u064a])[وفلب]{{0,2}}({'|'.join([*own, 'لك', 'عليك', 'لديك', 'إليك', 'منك', 'عنك', 'يمكنك', 'ينتظرك'])})(?![\u0621-\u064a])"
    )

    entries = polib.pofile(str(catalogue("ar")))
    assert [entry.msgid for entry in entries if singular.search(" ".join([entry.msgstr, *entry.msgstr_plural.values()]))] == []


def test_arabic_translation_is_written_in_arabic_letters():
    """A text copied over from English, or left in it, shows English to an Arabic reader."""
    arabic = re.compile(r"[\u0600-\u06ff]")
    letters = re.compile(r"[A-Za-z]{3,}")
    names = {"Tawama", "CSV", "Excel", "PDF"}
    wrong = [
        key(entry)
        for entry in polib.pofile(str(catalogue("ar")))
        if entry.msgstr and letters.search(re.sub(r"%\(\w+\)[sd]|\{\w+\}", "", entry.msgstr)) and not arabic.search(entry.msgstr) and entry.msgstr not in names
    ]

    assert wrong == []


@pytest.mark.parametrize("path", sorted(ROOT.glob("locale/**/*.po")) + sorted(ROOT.glob("core/profiles/**/*.po")), ids=lambda path: str(path.relative_to(ROOT)))
def test_compiled_catalogue_says_what_its_source_says(path):
    source = {key(entry): said(entry) for entry in polib.pofile(str(path)) if entry.translated() and not entry.obsolete and not entry.fuzzy}
    compiled = {key(entry): said(entry) for entry in polib.mofile(str(path.with_suffix(".mo")))}

    assert compiled == source


@pytest.fixture(scope="module")
def collected(tmp_path_factory) -> Path:
    """A copy of the tree whose catalogues were collected just now."""
    if shutil.which("xgettext") is None or shutil.which("msgfmt") is None:
        pytest.skip("xgettext and msgfmt (the package gettext) are not installed")
    aside = tmp_path_factory.mktemp("collected")
    copy = aside / "portal"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".venv", "var", ".git", "node_modules", "__pycache__"))
    env = {**os.environ, "PORTAL_DATA": str(aside / "data"), "PORTAL_ENV": "test", "SECRET_KEY": "only-for-tests"}
    env.pop("DJANGO_SETTINGS_MODULE", None)
    done = subprocess.run([sys.executable, "manage.py", "collect_messages"], cwd=copy, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return copy


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogue_holds_exactly_the_texts_of_the_code(collected, language):
    fresh = polib.pofile(str(collected / catalogue(language).relative_to(ROOT)))
    kept = polib.pofile(str(catalogue(language)))

    in_code = {(*key(entry), entry.msgid_plural) for entry in fresh if not entry.obsolete}
    in_catalogue = {(*key(entry), entry.msgid_plural) for entry in kept if not entry.obsolete}
    assert sorted(in_code - in_catalogue) == [], "in the code, not in the catalogue: run collect_messages"
    assert sorted(in_catalogue - in_code) == [], "in the catalogue, no longer in the code: run collect_messages"
