"""Every page in French, with the content policy in force: no error in the console, no third party, nothing wider than the screen."""

from urllib.parse import urlsplit

import pytest

from tests.browser.pages import ABSENT

pytestmark = pytest.mark.browser


def test_no_page_complains_asks_another_host_or_scrolls_sideways(visit, every_page):
    troubles: list[str] = []
    hosts: set[str] = set()
    visitor, who = None, None
    for login, address in every_page:
        if login != who:
            if visitor:
                visitor.speak("ar")
                troubles += visitor.troubles
                visitor.context.close()
            visitor, who = visit(login), login
            visitor.page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
            visitor.speak("fr")
        status = visitor.status(address)
        if status >= 400 and address != ABSENT:
            troubles.append(f"{login} {address}: {status}")
        if visitor.page.get_attribute("html", "lang") != "fr":
            troubles.append(f"{login} {address}: not in French")
        for width in (360, 1280):
            visitor.page.set_viewport_size({"width": width, "height": 800})
            if not visitor.does_not_scroll_sideways():
                troubles.append(f"{login} {address}: scrolls sideways at {width} px")
        visitor.page.set_viewport_size({"width": 360, "height": 800})
    visitor.speak("ar")
    troubles += visitor.troubles

    assert len(every_page) > 50
    assert troubles == []
    assert hosts - {""} == {urlsplit(visitor.portal.base).netloc}
