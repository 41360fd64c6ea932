"""No page breaks a rule of WCAG 2.2 AA or of axe's good practice.

Each page is looked at once, as wide as those who use it have it: a phone for hospitals, a wide screen for everybody else. Forms of
hospitals are sent empty, to look at their errors. `AXE=full` looks at every page and every form with errors at both widths, and at the
forms of every kind of activity, which takes a quarter of an hour.
"""

import json
import os

import pytest

pytestmark = pytest.mark.browser

RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]},
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
    "selectors": False,
    "preload": False,
}
FULL = os.environ.get("AXE") == "full"
PHONE, WIDE = 360, 1280
HOSPITAL = ("coordinator", "director")
FORM = "main form[method=post][novalidate]"
EMPTY_AND_SEND = """form => {
    for (const field of form.querySelectorAll("input:not([type=hidden]):not([type=radio]):not([type=checkbox]), textarea")) field.value = "";
    for (const field of form.querySelectorAll("[type=radio], [type=checkbox]")) field.checked = false;
    form.requestSubmit(form.querySelector("button.btn--main, button.btn--final"));
}"""


def widths(login: str) -> tuple[int, ...]:
    if FULL:
        return PHONE, WIDE
    return (PHONE,) if login.startswith(HOSPITAL) or not login else (WIDE,)


def is_like_another(address: str) -> bool:
    """The same form for another kind of activity."""
    return "kind=" in address and "kind=surgical" not in address


class Eye:
    """Runs axe on the page that is open and keeps what it finds: one entry for a rule and a place."""

    def __init__(self) -> None:
        from axe_playwright_python.sync_playwright import Axe

        self.script = Axe().axe_script
        self.found: dict[tuple[str, str], list[str]] = {}
        self.looked = 0

    def look(self, visitor, name: str, at: tuple[int, ...]) -> None:
        visitor.page.evaluate(self.script)
        for width in at:
            visitor.page.set_viewport_size({"width": width, "height": 800})
            violations = visitor.page.evaluate(f"axe.run(document, {json.dumps(RULES)}).then((result) => result.violations)")
            self.looked += 1
            where = f"{name} at {width} px"
            for violation in violations:
                for node in violation["nodes"]:
                    what = f"{violation['id']}: {violation['help']}\n    {node['html'][:300]}\n    {node['failureSummary'].splitlines()[-1].strip()}"
                    self.found.setdefault((violation["id"], what), []).append(where)
            if not visitor.does_not_scroll_sideways():
                self.found.setdefault(("scrolls sideways", "the page scrolls sideways"), []).append(where)

    def report(self) -> str:
        lines = [f"{what}\n    on {len(places)} pages: {'; '.join(places[:4])}" for (_rule, what), places in sorted(self.found.items())]
        return "\n".join([f"{len(lines)} violations in {self.looked} looks", *lines])


def send_empty(visitor) -> bool:
    """Empty the form of the page and send it; True when the answer is the form with its errors."""
    form = visitor.page.locator(FORM).first
    if not form.count() or not form.locator("input:not([type=hidden]), textarea").count():
        return False
    with visitor.page.expect_navigation():
        form.evaluate(EMPTY_AND_SEND)
    return visitor.page.locator("main [role=alert]").count() > 0


def test_no_page_breaks_a_rule(visit, every_page):
    """In Arabic; `test_walk.py` goes over them in French."""
    eye = Eye()
    visitor, who = None, None
    for login, address in every_page:
        if is_like_another(address) and not FULL:
            continue
        if login != who:
            if visitor:
                visitor.context.close()
            visitor, who = visit(login, bypass_csp=True), login
        visitor.page.goto(address)
        assert visitor.page.get_attribute("html", "lang") == "ar"
        eye.look(visitor, f"{login or 'nobody'} {address}", widths(login))
        if (FULL or login.startswith(HOSPITAL)) and send_empty(visitor):
            eye.look(visitor, f"{login or 'nobody'} {address}, sent empty", widths(login))

    assert not eye.found, eye.report()
