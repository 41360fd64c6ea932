"""No page breaks a rule of WCAG 2.2 AA or of axe's good practice: Arabic and French, on a phone and on a wide screen."""

import json

import pytest

from tests.browser.pages import pages

pytestmark = pytest.mark.browser

RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]},
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}
WIDTHS = {"ar": (360, 1280), "fr": (1280,)}  # French mirrors what Arabic has shown on the phone
FORM = "main form[method=post][novalidate]"
EMPTY_AND_SEND = """form => {
    for (const field of form.querySelectorAll("input:not([type=hidden]):not([type=radio]):not([type=checkbox]), textarea")) field.value = "";
    for (const field of form.querySelectorAll("[type=radio], [type=checkbox]")) field.checked = false;
    form.requestSubmit(form.querySelector("button.btn--main, button.btn--final"));
}"""


class Eye:
    """Runs axe on the page that is open, at each width, and keeps what it finds: one entry for a rule and a place."""

    def __init__(self, language: str) -> None:
        from axe_playwright_python.sync_playwright import Axe

        self.script = Axe().axe_script
        self.widths = WIDTHS[language]
        self.found: dict[tuple[str, str], list[str]] = {}
        self.looked = 0

    def look(self, visitor, name: str) -> None:
        for width in self.widths:
            visitor.page.set_viewport_size({"width": width, "height": 800})
            if width == self.widths[0]:
                visitor.page.evaluate(self.script)
            result = visitor.page.evaluate(f"axe.run(document, {json.dumps(RULES)})")
            self.looked += 1
            where = f"{name} at {width} px"
            for violation in result["violations"]:
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


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_no_page_breaks_a_rule(visit, language):
    eye = Eye(language)
    visitor, who = None, None
    everything = sorted(pages(visit))
    for login, address in everything:
        if login != who:
            if visitor:
                visitor.speak("ar")
                visitor.context.close()
            visitor, who = visit(login, bypass_csp=True), login
            visitor.speak(language)
        visitor.page.goto(address)
        assert visitor.page.get_attribute("html", "lang") == language
        eye.look(visitor, f"{login or 'nobody'} {address}")
        if send_empty(visitor):
            eye.look(visitor, f"{login or 'nobody'} {address}, sent empty")
    visitor.speak("ar")

    assert len(everything) > 50
    assert not eye.found, eye.report()
