"""The main job in a browser, in Arabic, on a phone: from recorded days to a reminded, answered evaluation."""

import email
import re
from datetime import date, timedelta
from email import policy
from urllib.parse import urlsplit

import openpyxl
import pytest
from playwright.sync_api import expect

from tests.machine import wait_until

pytestmark = pytest.mark.browser

NORTH, SOUTH = "coordinator.north@demo.example", "coordinator.south@demo.example"
END = date.today() - timedelta(days=6)  # days on which nobody else records, neither the demonstration nor “like last time”
START = END - timedelta(days=3)


def typed(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def mails_to(portal, who: str) -> dict[str, str]:
    """Address of the page behind each message to `who`, or behind each line of a digest → the link in the message."""
    found = {}
    for path in portal.mails():
        message = email.message_from_bytes(path.read_bytes(), policy=policy.default)
        if message["To"] == who:
            for link in re.finditer(r"https?://\S+/n/([0-9a-f-]{36})/", message.get_body(("plain",)).get_content()):
                key = link[1].replace("-", "")
                ((target, event),) = portal.rows(f"SELECT path, event FROM core_notice WHERE message_id = '{key}'")
                found[f"{event} {target}"] = link[0]
    return found


def remind(portal, on: date) -> None:
    portal.run("manage.py", "send_due_reminders", "--on", on.isoformat())


def wait_for_path(page, path: str) -> None:
    """A click returns before the next page has come."""
    page.wait_for_url(lambda url: urlsplit(url).path == path)


def steps(visitor, name: str, times: int) -> None:
    """Press “one more” of a count."""
    for _ in range(times):
        visitor.page.click(f".stepper:has([name='{name}']) [data-step='1']")


def figures(visitor) -> dict[str, int]:
    visitor.page.goto("/reports/")
    links = visitor.page.locator("dl.figures .figure a[href^='/reports/']:not([href^='/reports/equity/'])").all()
    return {link.get_attribute("href").split("/")[2]: int(re.sub(r"\D", "", link.inner_text().splitlines()[-1].split(":")[-1])) for link in links}


def other_place(visitor, line: int, place: str) -> None:
    page = visitor.page
    page.select_option(f"[name=line-{line}-site]", "other")
    if not page.is_visible(f"[name=line-{line}-place]"):
        page.click(f"details:has([name=line-{line}-place]) summary")
    page.fill(f"[name=line-{line}-place]", place)


def record_days(visitor) -> None:
    """Two sites, three specialties; the days the wrong way round."""
    page = visitor.page
    page.fill("[name=starts_on]", typed(END))
    page.fill("[name=ends_on]", typed(START))
    page.select_option("[name=line-0-specialty]", "general-surgery")
    page.fill("[name=line-0-consultations]", "٤٠")
    page.fill("[name=line-0-operations_planned]", "9")
    page.fill("[name=line-0-operations_done]", "7")
    steps(visitor, "line-0-operations_done", 1)
    page.click("button[name=stage][value=add_line]")
    page.wait_for_selector("[name=line-1-site]")
    assert page.input_value("[name=line-0-consultations]") == "٤٠"
    page.select_option("[name=line-1-specialty]", "urology")
    page.fill("[name=line-1-consultations]", "11")
    steps(visitor, "line-1-consultations", 1)
    page.click("button[name=stage][value=add_line]")
    page.wait_for_selector("[name=line-2-site]")
    other_place(visitor, 2, "قاعة العلاج أباليسا")
    page.select_option("[name=line-2-specialty]", "paediatric-surgery")
    page.fill("[name=line-2-consultations]", "7")
    page.fill("[name=trained_doctors]", "2")
    steps(visitor, "trained_doctors", 1)
    steps(visitor, "trained_paramedical", 5)
    page.locator("[name^=team_]").first.fill("6")


def answer(visitor, address: str) -> None:
    """Domain by domain, as the pages lead; then everything is handed in."""
    page = visitor.page
    page.goto(f"{address}answer/")
    with page.expect_navigation():
        page.locator("main a.btn--main").click()
    asked = 0
    while "/answer/" in page.url and not page.url.endswith("/answer/"):
        names = page.eval_on_selector_all("[name^=score_]", "inputs => [...new Set(inputs.map(input => input.name))]")
        for place, name in enumerate(names, asked):
            page.locator(f"[name={name}][value='{place % 5}']").check()
        asked += len(names)
        with page.expect_navigation():
            page.click("button[name=stage][value=next]")
    assert asked == 8
    with page.expect_navigation():
        page.click("button[name=stage][value=submit]")
    wait_for_path(page, address)


def test_story_in_arabic_on_a_phone(portal, visit, tmp_path):
    south = visit()
    page = south.page
    page.goto("/")
    assert page.get_attribute("html", "lang") == "ar"
    assert page.get_attribute("html", "dir") == "rtl"
    south.type_login("coordinator.south")
    wait_for_path(page, "/")

    # Recording: a mistake, nothing lost, corrected, looked at once more, saved.
    page.goto("/activities/new/")
    page.click("main a[href^='?partnership=']")
    partnership = page.input_value("[name=partnership]")
    assert south.does_not_scroll_sideways()
    record_days(south)
    before = page.eval_on_selector_all("main form :is(input:not([type=hidden]), select)", "all => all.map(one => [one.name, one.value])")
    page.click("button[name=stage][value=review]")
    page.wait_for_selector("main [role=alert]")
    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    expect(page.locator("main [role=alert] a[href='#id_ends_on']")).to_have_count(1)
    assert page.get_attribute("[name=ends_on]", "aria-invalid") == "true"
    assert page.eval_on_selector_all("main form :is(input:not([type=hidden]), select)", "all => all.map(one => [one.name, one.value])") == before
    page.fill("[name=starts_on]", typed(START))
    page.fill("[name=ends_on]", typed(END))
    page.click("button[name=stage][value=review]")
    page.wait_for_selector("button[name=stage][value=save]")
    assert "قاعة العلاج أباليسا" in page.inner_text("main")
    page.click("button[name=stage][value=save]")
    page.wait_for_url(re.compile(r"/activities/\d+/$"))  # the day is kept on the phone first, then sent
    activity = urlsplit(page.url).path
    expect(page.locator("table tbody tr")).to_have_count(3)

    # The other side is told, on the portal and by e-mail, and confirms; the author may not validate.
    wait_until(lambda: f"activity_reported {activity}" in mails_to(portal, NORTH), 45, "an e-mail to the other side")
    north = visit("coordinator.north")
    north.page.goto("/notifications/")
    notice = urlsplit(mails_to(portal, NORTH)[f"activity_reported {activity}"]).path
    north.page.click(f"a[href='{notice}']")
    wait_for_path(north.page, activity)
    expect(page.locator("form[action$='/steps/counter_confirm/']")).to_have_count(0)
    with north.page.expect_navigation():
        north.page.click("form[action$='/steps/counter_confirm/'] button")
    page.goto(activity)
    expect(page.locator("[action*='/steps/validate/'], [href*='/steps/validate/']")).to_have_count(0)
    assert south.status(f"{activity}steps/validate/") == 403

    # The ministry validates; the figures change, and both sides owe an evaluation.
    ministry = visit("ministry")
    earlier = figures(ministry)
    ministry.page.goto(activity)
    ministry.page.click("main a[href*='/steps/validate/']")
    ministry.page.click("main form[method=post] button")
    wait_for_path(ministry.page, activity)
    later = figures(ministry)
    assert {name: later[name] - earlier[name] for name in later} == {
        "agreements": 0, "senders": 0, "hosts": 0, "missions": 1, "consultations": 59, "operations": 8, "trained": 8,
    }  # fmt: skip
    page.goto(activity)
    evaluation = page.get_attribute("section a[href^='/evaluations/']", "href")
    ((due_on,),) = portal.rows(f"SELECT due_on FROM evaluation_evaluation WHERE id = {evaluation.split('/')[2]}")

    # On its day both are reminded; the link of the e-mail leads there through the login; both answer; it falls silent.
    due = date.fromisoformat(due_on)
    remind(portal, due)
    links = {who: mails_to(portal, who)[f"evaluation_reminder {evaluation}"] for who in (NORTH, SOUTH)}
    reader = visit()
    reader.page.goto(links[NORTH])
    wait_for_path(reader.page, "/login/")
    reader.type_login("coordinator.north")
    wait_for_path(reader.page, evaluation)
    answer(reader, evaluation)
    answer(south, evaluation)
    rows = f"SELECT count(*) FROM core_notice WHERE event = 'evaluation_reminder' AND path = '{evaluation}'"
    told = portal.rows(rows)
    remind(portal, due)
    remind(portal, due + timedelta(days=40))
    assert portal.rows(rows) == told

    # The ministry takes the figures away as a right-to-left sheet.
    ministry.page.goto("/reports/")
    ministry.page.click("dl.figures a[href^='/reports/missions/']")
    ministry.page.click("details.menu:has([href*='export=xlsx']) summary")
    with ministry.page.expect_download() as download:
        ministry.page.click("[href*='export=xlsx']")
    download.value.save_as(tmp_path / "missions.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "missions.xlsx").active
    assert sheet.sheet_view.rightToLeft
    assert sheet.max_row == later["missions"] + 1

    # Somebody else's coordinator finds none of it.
    other = visit("coordinator.other")
    for address in (f"/partnerships/{partnership}/", activity, evaluation):
        assert other.status(address) == 404
    assert [trouble for visitor in (south, north, ministry, reader, other) for trouble in visitor.troubles] == []


def test_days_are_recorded_without_a_script(visit):
    visitor = visit("coordinator.south", java_script_enabled=False)
    page = visitor.page
    page.goto("/activities/new/")
    page.click("main a[href^='?partnership=']")
    page.fill("[name=starts_on]", typed(START - timedelta(days=30)))
    page.fill("[name=ends_on]", typed(END - timedelta(days=30)))
    page.fill("[name=line-0-consultations]", "21")
    page.click("button[name=stage][value=add_line]")
    assert page.input_value("[name=line-0-consultations]") == "21"
    page.select_option("[name=line-1-specialty]", "urology")
    page.fill("[name=line-1-consultations]", "4")
    page.click("button[name=stage][value=review]")
    page.click("button[name=stage][value=save]")
    page.wait_for_url(re.compile(r"/activities/\d+/$"))
    expect(page.locator("table tbody tr")).to_have_count(2)
