"""What holds of every template and every page."""

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from tests.remembered import remembered
from tests.test_permissions import ROWS, World, address, built

pytestmark = pytest.mark.once
TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
ALL = sorted(path for path in TEMPLATES.rglob("*") if path.is_file())
PAGES = [path for path in ALL if path.suffix == ".html" and "emails" not in path.parts and path.name != "500.html"]
LISTS = (
    "institutions",
    "needs",
    "offers",
    "interests",
    "partnerships",
    "agreements",
    "activities",
    "programmes",
    "evaluations",
    "actions",
    "practices",
    "surveys",
    "indicators",
    "measurements",
    "referrals",
    "reports",
    "reports-progress",
    "reports-equity",
    "reports-map",
    "institution-map",
    "deficits",
    "library",
    "matching",
    "proposals",
    "professionals",
    "visitors",
    "cases",
    "support",
    "technologies",
)
FRAGMENTED = {*LISTS, "report-file", "search", "activity-map", "indicator", "plan", "plan-left-out"}  # pages of which htmx replaces a part


def markup(path: Path) -> str:
    """A template without its tags; a variable leaves an x behind."""
    text = re.sub(r"{%\s*comment\s*%}.*?{%\s*endcomment\s*%}|{#.*?#}", "", path.read_text(encoding="utf-8"), flags=re.S)
    return re.sub(r"{{.*?}}", "x", re.sub(r"{%.*?%}", " ", text, flags=re.S), flags=re.S)


class Elements(HTMLParser):
    """Every start tag as (name, attributes, whether it stands in a form)."""

    def __init__(self, text: str):
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None], bool]] = []
        self.open_forms = 0
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs), self.open_forms > 0))
        self.open_forms += tag == "form"

    def handle_startendtag(self, tag, attrs):
        self.found.append((tag, dict(attrs), self.open_forms > 0))

    def handle_endtag(self, tag):
        self.open_forms -= tag == "form"


def works_without_script(tag: str, attrs: dict[str, str | None], in_form: bool) -> bool:
    return (tag == "a" and bool(attrs.get("href"))) or (tag == "form" and ("action" in attrs or "method" in attrs)) or (tag == "button" and in_form)


def dynamic(text: str) -> list[tuple[str, dict[str, str | None], bool]]:
    return [item for item in Elements(text).found if any(name.startswith(("hx-", "data-hx-")) for name in item[1])]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_template_has_no_inline_style_or_script(path):
    wrong = []
    for tag, attrs, _in_form in Elements(markup(path)).found:
        if "style" in attrs or tag == "style":
            wrong.append(f"style on <{tag}>")
        wrong += [f"{name} on <{tag}>" for name in attrs if name.startswith("on")]
        if tag == "script" and "src" not in attrs:
            wrong.append("a script without src")
        wrong += [f"javascript: in {name}" for name, value in attrs.items() if (value or "").strip().lower().startswith("javascript:")]

    assert wrong == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_template_moves_only_what_works_without_a_script(path):
    """A fragment's button may have its form in the page that includes it; the rendered pages below tell."""
    wrong = [tag for tag, attrs, _in_form in dynamic(markup(path)) if not works_without_script(tag, attrs, in_form=True)]

    assert wrong == []


@pytest.mark.parametrize("path", ALL, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_template_trims_its_translated_blocks(path):
    blocks = re.findall(r"{%\s*blocktrans(?:late)?\b(.*?)%}", path.read_text(encoding="utf-8"), flags=re.S)

    assert [block for block in blocks if "trimmed" not in block.split()] == []


@pytest.fixture
def world(db) -> World:
    return remembered(built)


PERSONAS = ("badr", "dalia", "amal", "ranya")


def shown_to(persona: str, before: tuple[str, ...] = ()) -> list[str]:
    """The names of the pages that are open to somebody and to none of those before; what the API says is no page."""
    names = [name for name, (_parts, codes) in ROWS.items() if codes[persona] == 200 and not any(codes[other] == 200 for other in before)]
    return [name for name in names if not name.endswith(("-list", "-detail"))]


def is_page(answer: Any) -> bool:
    """Not a file, a script, a calendar, an answer for a machine."""
    return answer["Content-Type"].startswith("text/html")


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "personas"), [("ar", PERSONAS), ("en", PERSONAS[::-1])], ids=["ar", "en"])
@pytest.mark.parametrize("place", range(len(PERSONAS)))
def test_page_answers_whole_and_as_a_fragment_in_its_language_and_direction(client, world, place, language, personas):
    """Each page once in each language: in Arabic for the first who may see it, in English for the last."""
    persona = personas[place]
    user = world.cast.people[persona]
    type(user).objects.filter(pk=user.pk).update(language=language)
    client.force_login(user)
    opening = f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}"'
    wrong = []
    for name in shown_to(persona, personas[:place]):
        whole, part = client.get(address(world, name)), client.get(address(world, name), headers={"HX-Request": "true"})
        if not is_page(whole):
            continue
        text, fragment = whole.content.decode(), part.content.decode()
        if (whole.status_code, part.status_code) != (200, 200) or opening not in text or whole["Content-Language"] != language:
            wrong.append((name, whole.status_code, part.status_code))
        if text.count("<html") != 1 or text.count("<h1") != 1 or "<title>" not in text:
            wrong.append((name, "is not one page with one heading"))
        if name in FRAGMENTED and ("<html" in fragment or "<body" in fragment or not fragment.strip() or "HX-Request" not in part["Vary"]):
            wrong.append((name, "is a whole page where a fragment was asked for"))
        if name not in FRAGMENTED and opening not in fragment:
            wrong.append((name, "is a fragment where there is none"))
        wrong += [(name, tag, attrs) for tag, attrs, in_form in dynamic(text) if not works_without_script(tag, attrs, in_form)]
        ids = [attrs["id"] for _tag, attrs, _in_form in Elements(text).found if attrs.get("id")]
        wrong += [(name, "repeats the id", item) for item in sorted(set(ids)) if ids.count(item) > 1]

    assert wrong == []


@pytest.mark.django_db
@pytest.mark.parametrize("header", ["HX-Boosted", "HX-History-Restore-Request"])
def test_boosted_link_and_restored_page_get_the_whole_page(client, world, header):
    client.force_login(world.cast.amal)
    pages = {name: client.get(reverse(name), headers={"HX-Request": "true", header: "true"}).content.decode() for name in LISTS}

    assert [name for name, text in pages.items() if "<html" not in text] == []


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["ar", "fr", "en"])
@pytest.mark.parametrize("name", ["login", "api-docs"])
def test_public_page_speaks_the_language_that_is_asked_for(client, name, language):
    text = client.get(reverse(name), {"lang": language}).content.decode()

    assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}"' in text


@pytest.mark.django_db
def test_line_of_results_is_added_inside_its_form(client, world):
    client.force_login(world.cast.badr)
    form = {"partnership": world.cast.partnership.pk, "kind": "surgical", "lines": "1", "stage": "add_line"}

    text = client.post("/activities/new/", form).content.decode()

    elements = dynamic(text)
    assert [item[0] for item in elements].count("button") == 3  # two to drop a line, one to add one
    assert all(works_without_script(*item) for item in elements)
