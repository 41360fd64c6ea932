"""A real portal with the demonstration's data, and a Chromium that visits it."""

import html
import re
from collections.abc import Callable, Iterator

import pytest

from tests.browser.pages import pages
from tests.machine import chromium, free_port, wait_until
from tests.services.portal import Portal

PASSWORD = "demo-portal-2026"
OPTIONS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
REFUSED = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")


@pytest.fixture(scope="session")
def portal(tmp_path_factory) -> Iterator[Portal]:
    """`prepare`, then `up`, as `make run` does it; stopped at the end. `portal.base` is its address."""
    port = free_port()
    portal = Portal(tmp_path_factory.mktemp("portal") / "data", PORT=str(port))
    portal.base = f"http://127.0.0.1:{port}"
    portal.run("manage.py", "prepare")
    portal.start("up", ["manage.py", "up"])
    try:
        wait_until(lambda: "Tawama is ready" in (portal.data / "up.log").read_text(), 90, "the portal is ready")
        yield portal
    finally:
        portal.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator:
    path, why = chromium()
    if path is None:
        pytest.skip(why)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=path, args=OPTIONS)
        yield opened
        opened.close()


class Visitor:
    """One person with one browser window: their page, and what its console complained about."""

    def __init__(self, portal: Portal, browser, width: int = 360, **options):
        self.portal, self.width = portal, width
        self.context = browser.new_context(**{"base_url": portal.base, "viewport": {"width": width, "height": 800}, **options})
        self.context.set_default_timeout(60_000)
        self.page = self.context.new_page()
        self.troubles: list[str] = []
        self.page.on("console", self.hear)
        self.page.on("pageerror", lambda error: self.troubles.append(f"{self.page.url}: {error}"))

    def hear(self, message) -> None:
        """Errors and broken promises of the content policy; a page that is refused on purpose is none."""
        refused_page = REFUSED.match(message.text) and message.location.get("url") == self.page.url
        if not refused_page and (message.type == "error" or "Content Security Policy" in message.text):
            self.troubles.append(f"{self.page.url}: {message.text}")

    def log_in(self, login: str) -> "Visitor":
        """Without a page, so that nothing of the portal is in the browser's cache yet."""
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.context.request.get("/login/").text())[1]
        form = {"email": f"{login}@demo.example", "password": PASSWORD, "csrfmiddlewaretoken": token}
        answer = self.context.request.post("/login/", form=form, max_redirects=0)
        assert answer.status == 302, f"{login} could not log in: {answer.status}"
        return self

    def type_login(self, login: str) -> None:
        """On the login page that is open."""
        self.page.fill("[name=email]", f"{login}@demo.example")
        self.page.fill("[name=password]", PASSWORD)
        self.page.click("form[action='/login/'] button")

    def speak(self, language: str) -> None:
        self.context.request.get(f"/?lang={language}")

    def links(self, path: str) -> list[str] | None:
        """The addresses inside the portal that a page links to; None for what is no page but a file."""
        answer = self.context.request.get(path)
        if not answer.headers["content-type"].startswith("text/html"):
            return None
        return [html.unescape(link) for link in re.findall(r'<a[^>]* href="([^"]+)"', answer.text())]

    def status(self, path: str) -> int:
        return self.page.goto(path).status

    def does_not_scroll_sideways(self) -> bool:
        return self.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.fixture
def visit(portal, browser) -> Iterator[Callable[..., Visitor]]:
    """`visit(login)` opens a window of its own for that person; without a login, for a stranger."""
    opened: list[Visitor] = []

    def new(login: str = "", **options) -> Visitor:
        opened.append(Visitor(portal, browser, **options))
        return opened[-1].log_in(login) if login else opened[-1]

    yield new
    for visitor in opened:
        visitor.context.close()


@pytest.fixture(scope="session")
def every_page(portal, browser) -> list[tuple[str, str]]:
    """(login, address) of every page, ordered by login: found once, for all who walk over them."""
    return sorted(pages(lambda login: Visitor(portal, browser).log_in(login)))
