"""What a first visit costs on a poor line."""

from urllib.parse import urlsplit

import pytest

pytestmark = pytest.mark.browser

MOST_BYTES = 60_000
MOST_REQUESTS = 6


def watch_the_wire(visitor) -> dict[str, dict]:
    """Every answer of the page that comes next, by request: its address and how many bytes came over the wire."""
    wire: dict[str, dict] = {}
    session = visitor.context.new_cdp_session(visitor.page)
    session.send("Network.enable")
    session.on("Network.requestWillBeSent", lambda event: wire.setdefault(event["requestId"], {"url": event["request"]["url"], "bytes": 0}))
    session.on("Network.loadingFinished", lambda event: wire[event["requestId"]].update(bytes=event["encodedDataLength"]))
    return wire


@pytest.mark.parametrize("language", ["ar", "fr"])
@pytest.mark.parametrize("address", ["/", "/activities/new/", "/institutions/map/"])
def test_first_visit_is_within_the_budget(visit, address, language):
    visitor = visit("coordinator.south")
    visitor.speak(language)
    if address == "/activities/new/":
        address += next(link for link in visitor.links(address) if link.startswith("?partnership="))  # the form itself
    wire = watch_the_wire(visitor)

    visitor.page.goto(address, wait_until="networkidle")

    visitor.speak("ar")
    fetched = [item for item in wire.values() if not item["url"].startswith("data:")]
    cost = {item["url"].removeprefix(visitor.portal.base): item["bytes"] for item in fetched}
    assert {urlsplit(item["url"]).netloc for item in fetched} == {urlsplit(visitor.portal.base).netloc}
    assert len(fetched) <= MOST_REQUESTS, cost
    assert sum(cost.values()) <= MOST_BYTES, cost
    assert visitor.troubles == []
