"""Which way imports point, and the habits of the house that a syntax tree can show."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ORDER = ("core", "accounts", "library", "partnerships", "activities", "evaluation", "support", "reports", "twinning")
APPS = tuple(app for app in ORDER if (ROOT / app).is_dir())
RULE_MODULES = ("models", "lifecycle", "actions", "rules", "querysets")  # what the surface stands on
SURFACE = {"views", "api", "admin", "forms", "filters", "urls"}
SIGNALS = {"receiver", "Signal", "post_save", "pre_save", "post_delete", "pre_delete", "m2m_changed", "post_init", "pre_init"}


@cache
def sources(app: str) -> list[tuple[Path, ast.AST]]:
    return [(path.relative_to(ROOT), ast.parse(path.read_text(encoding="utf-8"))) for path in sorted((ROOT / app).rglob("*.py"))]


def imports(path: Path, tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Every module that a file names in an import, at the top or inside a function, as (dotted name, line)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom):
            base = path.parent.parts[: len(path.parent.parts) - node.level + 1] if node.level else ()
            module = ".".join([*base, *([node.module] if node.module else [])])
            for alias in node.names:  # "from activities import views" names activities.views
                yield f"{module}.{alias.name}", node.lineno


def everything() -> Iterator[tuple[Path, ast.AST]]:
    for app in APPS:
        yield from sources(app)


def test_apps_every_package_has_its_place_in_the_order():
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}

    assert packages <= set(ORDER)
    assert {"core", "accounts", "partnerships", "activities", "evaluation", "reports", "twinning"} <= packages


@pytest.mark.parametrize("app", APPS)
def test_app_imports_only_itself_and_what_stands_left_of_it(app):
    right = set(ORDER[ORDER.index(app) + 1 :])

    wrong = [f"{path}:{line} imports {name}" for path, tree in sources(app) for name, line in imports(path, tree) if name.split(".")[0] in right]

    assert wrong == []


@pytest.mark.parametrize("app", [app for app in ("partnerships", "activities", "evaluation", "support") if app in APPS])
def test_rules_of_an_app_do_not_import_its_surface(app):
    """Views, API, admin, forms and filters stand on models, lifecycles and actions, never the other way."""
    wrong = []
    for path, tree in sources(app):
        if path.parts[1].removesuffix(".py") not in RULE_MODULES:
            continue
        for name, line in imports(path, tree):
            parts = name.split(".")
            if parts[0] in APPS and len(parts) > 1 and parts[1] in SURFACE:
                wrong.append(f"{path}:{line} imports {name}")

    assert wrong == []


def test_modules_of_an_app_import_in_the_order_of_the_house():
    order = {"choices": 0, "querysets": 1, "models": 2, "lifecycle": 3, "rules": 3, "actions": 4}
    wrong = []
    for path, tree in everything():
        mine = order.get(path.parts[1].removesuffix(".py"))
        for node in tree.body if mine is not None else ():  # only at the top: an import inside a function states its reason
            for name, line in imports(path, node) if isinstance(node, ast.Import | ast.ImportFrom) else ():
                parts = name.split(".")
                if parts[0] == path.parts[0] and len(parts) > 1 and order.get(parts[1], -1) > mine:
                    wrong.append(f"{path}:{line} imports {name}")

    assert wrong == []


def test_portal_uses_no_signals_of_its_own():
    """A direct call shows cause and order. Celery's own events are Celery's."""
    wrong = []
    for path, tree in everything():
        for name, line in imports(path, tree):
            if name.startswith(("django.dispatch", "django.db.models.signals", "django.core.signals", "blinker")) or name.split(".")[-1] in SIGNALS:
                wrong.append(f"{path}:{line} imports {name}")
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr in SIGNALS - {"Signal"}:
                wrong.append(f"{path}:{node.lineno} uses {node.attr}")

    assert wrong == []


def test_portal_uses_no_row_locks():
    """SQLite ignores select_for_update; both databases must behave alike."""
    wrong = [
        f"{path}:{node.lineno}"
        for path, tree in everything()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute | ast.Name) and "select_for_update" in (getattr(node, "attr", ""), getattr(node, "id", ""))
    ]

    assert wrong == []


def test_status_is_written_by_the_lifecycle_alone():
    """No `.update(status=…)`, no `obj.status = …`, no bulk_update of a status: apply() does it, once, with its history line."""
    allowed = {Path("core/lifecycle.py"), Path("core/outbox.py")}
    wrong = []
    for path, tree in everything():
        if path in allowed or "migrations" in path.parts:
            continue
        for node in ast.walk(tree):
            called = node.func.attr if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else ""
            if called in {"update", "update_or_create"} and any(keyword.arg == "status" for keyword in node.keywords):
                wrong.append(f"{path}:{node.lineno} {called}(status=)")
            if called in {"bulk_update", "save"} and any(isinstance(part, ast.Constant) and part.value == "status" for part in ast.walk(node)):
                wrong.append(f"{path}:{node.lineno} {called} of a status")
            targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AugAssign | ast.AnnAssign) else []
            wrong += [f"{path}:{target.lineno} .status =" for target in targets if isinstance(target, ast.Attribute) and target.attr == "status"]

    assert wrong == []


def test_kernel_names_no_noun_of_the_domain_in_its_imports_or_models():
    nouns = ("hospital", "institution", "agreement", "activity", "activities", "evaluation", "partnership")
    wrong = [
        f"{path}:{node.lineno} {node.name}"
        for path, tree in sources("core")
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and any(noun in node.name.lower() for noun in nouns)
    ]

    assert wrong == []


def test_serializers_name_their_fields():
    """`fields = "__all__"` and `exclude` publish whatever a later migration adds."""
    wrong = []
    for path, tree in everything():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and node.name == "Meta":
                for item in node.body:
                    names = [target.id for target in getattr(item, "targets", []) if isinstance(target, ast.Name)]
                    if "exclude" in names or ("fields" in names and isinstance(item.value, ast.Constant) and item.value.value == "__all__"):
                        wrong.append(f"{path}:{item.lineno}")

    assert wrong == []
