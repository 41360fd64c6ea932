"""One sheet for both directions: nothing in it may know left from right. And no class without a rule, no rule without a class."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CSS = ROOT / "static" / "css"
SHEETS = sorted(CSS.rglob("*.css"))
SIDES = r"(?:left|right)"
PHYSICAL = {
    "a property named after a side": re.compile(rf"(?:^|[;{{\s])((?:[a-z]+-)*{SIDES}(?:-[a-z]+)*)\s*:"),
    "a value that is a side": re.compile(rf"(?:^|[;{{\s])((?:text-align|text-align-last|float|clear|caption-side|justify-\w+)\s*:\s*{SIDES})\b"),
    "an origin or position at a side": re.compile(rf"(?:^|[;{{\s])((?:transform-origin|background-position|object-position|background)\s*:[^;}}]*\b{SIDES}\b)"),
    "a gradient towards a side": re.compile(rf"(gradient\(\s*to\s+(?:top\s+|bottom\s+)?{SIDES}\b)"),
}
FOUR_SIDES = re.compile(r"(?:^|[;{\s])(margin|padding|inset|border-width|border-style|border-color|scroll-margin|scroll-padding)\s*:\s*([^;}]+)")
MOVES = re.compile(r"(translate(?:X|3d)?|scaleX|skewX)\(([^;}]*)")


def code(path: Path) -> str:
    """The sheet without its comments; lines keep their numbers."""
    return re.sub(r"/\*.*?\*/", lambda found: "\n" * found[0].count("\n"), path.read_text(encoding="utf-8"), flags=re.S)


def places(path: Path, pattern: re.Pattern) -> list[str]:
    text = code(path)
    return [f"{path.name}:{text.count(chr(10), 0, found.start(1)) + 1} {found[1].strip()}" for found in pattern.finditer(text)]


def parts(value: str) -> list[str]:
    """The values of a shorthand; what stands in brackets is one value."""
    return re.findall(r"(?:[^\s()]+(?:\((?:[^()]|\([^()]*\))*\))?)+", value.replace("!important", "").strip())


def test_stylesheets_are_found():
    assert {"main.css", "tokens.css", "base.css", "layout.css", "components.css"} <= {path.name for path in SHEETS}


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
@pytest.mark.parametrize("what", PHYSICAL)
def test_stylesheet_names_no_side(path, what):
    assert places(path, PHYSICAL[what]) == []


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_stylesheet_shorthand_treats_both_sides_alike(path):
    """`margin: 0 1rem 0 0` is a margin-right in disguise."""
    uneven = []
    for found in FOUR_SIDES.finditer(code(path)):
        values = parts(found[2])
        if len(values) == 4 and values[1] != values[3]:
            uneven.append(f"{path.name} {found[0].strip()}")

    assert uneven == []


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_stylesheet_moves_along_the_line_with_the_direction(path):
    """A sideways move is multiplied by --dir, which is 1 or −1."""
    still = re.compile(r"^\s*(?:0|-?50%|\.?\d*)\s*[,)]")
    wrong = []
    for found in MOVES.finditer(code(path)):
        if "var(--dir)" not in found[2] and not still.match(found[2]):
            wrong.append(f"{path.name} {found[0]}")

    assert wrong == []


@pytest.mark.parametrize(
    "declaration",
    ["margin-left: 1px", "padding-right:0", "left: 0;", "border-top-left-radius: 1px", "float: left", "text-align:right", "background: url(x) left top"],
)
def test_patterns_find_what_they_look_for(declaration):
    assert any(pattern.search(f"a {{ color: red; {declaration} }}") for pattern in PHYSICAL.values())
    assert any(pattern.search(f"a{{{declaration}}}") for pattern in PHYSICAL.values())


@pytest.mark.parametrize("text", ["a { margin-inline-start: 1px }", "a { inset-inline: 0 }", "a { text-align: start }", ".is-left { color: var(--left) }"])
def test_patterns_leave_logical_properties_alone(text):
    assert not any(pattern.search(text) for pattern in PHYSICAL.values())


# --- Classes: what templates name and what sheets know -------------------------------------------------------------

APPS = ("core", "accounts", "library", "partnerships", "activities", "evaluation", "support", "reports")
WITHOUT_RULE = {"plain"}  # a list without bullets: base.css takes them from any list that has a class
SET_BY_HTMX = {"htmx-request"}


def known_classes() -> set[str]:
    selectors = [selector for path in SHEETS for selector in re.findall(r"([^{};]+){", code(path))]
    return {name for selector in selectors for name in re.findall(r"\.([a-z][\w-]*)", selector)}


def named_classes() -> set[str]:
    """What stands in templates; a variable leaves a star behind: `is-*`. The admin and e-mails have sheets of their own."""
    pages = [path for path in (ROOT / "templates").rglob("*.html") if not {"admin", "emails"} & {*path.parts}]
    values = [value for path in pages for value in re.findall(r'\bclass="((?:{%.*?%}|{{.*?}}|[^"])*)"', path.read_text(encoding="utf-8"))]
    return {name for value in values for name in re.sub(r"{{.*?}}", "*", re.sub(r"{%.*?%}", " ", value)).split()}


def strings_of_code() -> set[str]:
    trees = [ast.parse(path.read_text(encoding="utf-8")) for app in APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts]
    return {node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def test_class_in_a_template_has_a_rule():
    assert {name for name in named_classes() if "*" not in name} - known_classes() == WITHOUT_RULE


def test_class_in_a_sheet_is_named_somewhere():
    """Also in Python and scripts, or put together there: a stem that ends in - or __, and a number or a whole string (a tone, a zone)."""
    strings, scripts = strings_of_code(), [path.read_text(encoding="utf-8") for path in (ROOT / "static" / "js").glob("*.js")]
    words = named_classes() | set(re.findall(r"[\w-]+", "\n".join([*strings, *scripts])))
    stems = {word.rstrip("*") for word in words if word.endswith(("-", "__", "-*", "__*"))}
    alone = known_classes() - words
    composed = {name for name in alone for stem in stems if name.startswith(stem) and (name[len(stem) :].isdigit() or name[len(stem) :] in strings)}

    assert alone - composed == SET_BY_HTMX
