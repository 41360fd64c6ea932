"""Days recorded without a line: whatever breaks, each record arrives, and arrives once.

`OFFLINE_RUNS` sets how many randomised runs there are: a dozen by default. Each run is made from its number, so a failure can be
repeated: `OFFLINE_FIRST=37 OFFLINE_RUNS=1`.
"""

import os
import random
import re
import time
import uuid
from contextlib import suppress
from datetime import date, timedelta
from types import SimpleNamespace

import psutil
import pytest

from tests.browser.conftest import OPTIONS, Visitor
from tests.browser.line import AFTER, BEFORE, BUSY, PASS, Line
from tests.machine import chromium

pytestmark = pytest.mark.browser

RUNS, FIRST = int(os.environ.get("OFFLINE_RUNS", "12")), int(os.environ.get("OFFLINE_FIRST", "0"))
FORM, QUEUE = "/activities/offline/form/", "/activities/queue/"
HALL = "hall " + "".join(random.SystemRandom().choices("abcdefgh", k=7))  # where the days took place: another place each time, or they would be one mission
DAY = date.today() - timedelta(days=9)
FILL = """([place, count]) => {
    const set = (name, value) => {
        const field = document.querySelector(`[name=${name}]`);
        field.value = value;
        field.dispatchEvent(new Event("input", { bubbles: true }));
        field.dispatchEvent(new Event("change", { bubbles: true }));
    };
    set("starts_on", "DAY"); set("ends_on", "DAY");
    set("line-0-site", "other"); set("line-0-place", place); set("line-0-consultations", count); set("trained_doctors", "٢");
    return document.querySelector("[name=uid]").value;
}""".replace("DAY", f"{DAY:%d/%m/%Y}")
OTHER_FIGURES = """async (uid) => {
    const kept = await self.queue.get(uid);
    const current = await (await fetch(`/api/v1/activities/${kept.activity}/`)).json();
    const results = current.results.map((row) => ({ ...row, consultations: 77 }));
    const payload = { uid, kind: current.kind, partnership: current.partnership, starts_on: current.starts_on, ends_on: current.ends_on, results, people: current.people };
    await self.queue.change(uid, (item) => ({ ...item, state: "ready", form: {}, payload, next: 0 }));
    return self.queue.sendNow();
}"""
DISPUTE = """
from activities import actions
from activities.models import Activity
from accounts.models import User
activity = Activity.objects.with_people().get(uid="%s")
by = User.objects.get(email="coordinator.north@demo.example")
actions.dispute_activity(activity, by=by, result=activity.results.all()[0], figure="consultations", expected=77, reason="77")
"""
STATES = "self.queue.all().then((items) => items.map((item) => item.state))"
SEND = "dispatchEvent(new Event('online'))"


def until(page, condition: str, seconds: float = 30) -> None:
    """Until an expression in the page is true. (The content policy forbids what playwright's own waiting does.)"""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        try:
            if page.evaluate(condition):
                return
        except Exception:  # noqa: BLE001 – the page is on its way to another
            pass
        time.sleep(0.05)
    raise AssertionError(f"never true: {condition} ({page.url})")


def poke(page, script: str, *given) -> None:
    """Run something in a page that may just be on its way to another."""
    try:
        page.evaluate(script, *given)
    except Exception:  # noqa: BLE001
        page.wait_for_timeout(50)


class Phone:
    """A browser behind a line that can be cut, with somebody who records days."""

    def __init__(self, portal, browser, login: str = "coordinator.south", **options):
        self.portal, self.login, self.line = portal, login, Line(portal.base)
        self.visitor = Visitor(portal, browser, base_url=self.line.base, **options)
        self.context, self.page = self.visitor.context, self.visitor.page
        self.context.set_default_timeout(60_000)
        self.visitor.log_in(login)

    def settle(self) -> "Phone":
        """Until the service worker has the pages that work without a line."""
        self.page.goto("/")
        until(self.page, "navigator.serviceWorker.controller !== null && (localStorage.getItem('tawama-kept') || '').split(' ').length > 2")
        return self

    def reopen(self) -> None:
        """The tab is killed; another one is opened."""
        self.page.close()
        self.page = self.context.new_page()

    def visit(self, path: str) -> None:
        """A page, with or without a line; a cut one is asked for again, as people do."""
        for _attempt in range(4):
            try:
                self.page.goto(path)
                return
            except Exception:  # noqa: BLE001 – whatever the browser calls a line that is cut
                time.sleep(0.1)
        raise AssertionError(f"{path} never opened")

    def good_line(self) -> None:
        self.line.plan = lambda method, path: PASS
        self.context.set_offline(False)

    def states(self) -> list[str]:
        return self.page.evaluate(STATES)

    def all_sent(self) -> None:
        """With a good line and the person logged in, nothing waits any more."""
        self.good_line()
        self.visitor.log_in(self.login)
        self.visit(QUEUE)
        until(self.page, f"{STATES}.then((states) => states.every((state) => state === 'sent'))", 60)

    def close(self) -> None:
        self.context.close()
        self.line.shutdown()
        self.line.server_close()


@pytest.fixture
def phone(portal, browser):
    opened = Phone(portal, browser).settle()
    yield opened
    opened.close()


def arrived(portal) -> dict[str, list[tuple]]:
    """What the portal has of each place: the number of the record, and the people seen there."""
    rows = portal.rows(
        "SELECT s.place, a.uid, r.consultations FROM activities_site s JOIN activities_activity a ON a.id = s.activity_id "
        f"JOIN activities_result r ON r.site_id = s.id WHERE s.place LIKE '{HALL}%'"
    )
    found: dict[str, list[tuple]] = {}
    for place, number, count in rows:
        found.setdefault(place, []).append((str(uuid.UUID(str(number))), count))
    return found


class Run:
    """One randomised run: a few records, each through whatever its number brings."""

    def __init__(self, number: int, phone: Phone):
        self.chance, self.phone, self.number = random.Random(number), phone, number
        self.made: dict[str, tuple[str, int]] = {}

    def break_line(self) -> None:
        """Requests are cut at random, before they arrive or after they were served; or there is no line at all."""
        chance, worst = self.chance, self.chance.choice([0.2, 0.5, 0.8])
        self.phone.context.set_offline(chance.random() < 0.3)
        fates = {True: [BEFORE, AFTER, BUSY], False: [BEFORE, AFTER]}
        self.phone.line.plan = lambda method, path: chance.choice(fates[path.startswith("/a")]) if chance.random() < worst else PASS

    def fill(self, place: str, count: int) -> str:
        page = self.phone.page
        until(page, "document.querySelector('[name=uid]')?.value && document.querySelector('[name=line-0-site] option')")
        return page.evaluate(FILL, [place, str(count)])

    def record(self, place: str) -> None:
        count = self.chance.randrange(1, 200)
        way = self.chance.choice(["kept form", "kept form", "kept form", "draft", "plain form"])
        if way == "plain form":
            self.plain_form(place, count)
        else:
            self.break_line()
            self.open(FORM)
            number = self.fill(place, count)
            self.made[place] = (number, count)
            if way == "draft":
                number = self.killed_while_writing()
            self.phone.page.click("button[name=stage][value=save]", no_wait_after=True)
            self.phone.page.wait_for_url(f"**{QUEUE}*")

    def open(self, address: str) -> None:
        """A page of one's own; where the line held and the session did not, after another login."""
        self.phone.visit(address)
        if "/login/" in self.phone.page.url:
            self.phone.good_line()
            self.phone.visitor.log_in(self.phone.login)
            self.phone.visit(address)

    def killed_while_writing(self) -> str:
        """What was said to be saved is there after the tab was killed, and goes on from there."""
        page = self.phone.page
        until(page, "document.querySelector('[data-kept]').textContent !== ''")
        self.phone.reopen()
        self.open(QUEUE)
        page = self.phone.page
        page.wait_for_selector("section[data-state=draft] [data-edit]")
        address = page.get_attribute("section[data-state=draft] [data-edit]", "href")
        self.open(address)
        until(page, "document.querySelector('[name=line-0-consultations]')?.value > 0")
        return page.input_value("[name=uid]")

    def plain_form(self, place: str, count: int) -> None:
        """The portal's own form, with the line cut at its last step."""
        phone = self.phone
        phone.good_line()
        phone.visitor.log_in(phone.login)
        phone.visit("/activities/new/")
        phone.page.click("main a[href^='?partnership=']")
        number = self.fill(place, count)
        self.made[place] = (number, count)
        phone.page.click("button[name=stage][value=review]")
        phone.page.wait_for_selector("button[name=stage][value=save]")
        self.break_line()
        phone.page.click("button[name=stage][value=save]", no_wait_after=True)
        phone.page.wait_for_timeout(self.chance.randrange(50, 400))

    def disturb(self) -> None:
        """Something that happens to people."""
        phone, chance = self.phone, self.chance
        what = chance.choice(["kill", "two tabs", "expire", "token", "again", "wait"])
        if what == "kill":
            phone.reopen()
            phone.visit(QUEUE)
        elif what == "two tabs":
            other = phone.context.new_page()
            with suppress(Exception):  # the line may be cut here too
                other.goto(QUEUE)
            for page in (phone.page, other, phone.page):
                poke(page, SEND)
            phone.page.wait_for_timeout(chance.randrange(20, 200))
            other.close()
        elif what == "expire":
            phone.context.clear_cookies(name="portal_session")
        elif what == "token":
            phone.context.clear_cookies(name="csrftoken")
        elif what == "again":
            self.replay(chance.randrange(1, 11))
        poke(phone.page, SEND)
        phone.page.wait_for_timeout(chance.randrange(20, 250))

    def replay(self, times: int) -> None:
        """The same record is sent again and again, behind the queue's back."""
        poke(
            self.phone.page,
            """async (times) => {
                const items = (await self.queue.all()).filter((item) => item.payload && item.state === "ready");
                const here = await self.queue.session().catch(() => null);
                for (const item of here ? items : []) for (let turn = 0; turn < times; turn += 1) await fetch("/api/v1/activities/", {
                    method: "POST", headers: { "Content-Type": "application/json", "X-CSRFToken": here.csrf }, body: JSON.stringify(item.payload),
                }).catch(() => null);
            }""",
            times,
        )

    def go(self) -> None:
        for part in range(self.chance.choice([1, 1, 2])):
            self.record(f"{HALL} {self.number}-{part}")
            for _turn in range(self.chance.randrange(0, 3)):
                self.disturb()
        self.phone.all_sent()


def test_each_record_arrives_once_whatever_breaks(portal, browser):
    phone = Phone(portal, browser).settle()
    lost, doubled, began = [], [], time.monotonic()
    made: dict[str, tuple[str, int]] = {}
    cuts = {BEFORE: 0, AFTER: 0, BUSY: 0}
    for number in range(FIRST, FIRST + RUNS):
        if number > FIRST and (number - FIRST) % 25 == 0:  # a new phone now and then
            phone.close()
            phone = Phone(portal, browser).settle()
        run, before = Run(number, phone), dict(phone.line.cuts)
        try:
            run.go()
        except Exception as error:
            raise AssertionError(f"run {number} broke on {phone.page.url}: {error}") from error
        made |= run.made
        cuts = {fate: cuts[fate] + phone.line.cuts[fate] - before.get(fate, 0) for fate in cuts}
    phone.close()

    there = arrived(portal)
    for place, record in made.items():
        rows = there.get(place, [])
        lost += [place] if record not in rows else []
        doubled += [(place, rows)] if len(rows) > 1 else []
    print(
        f"{RUNS} runs, {len(made)} records, {cuts[BEFORE]} requests cut before and {cuts[AFTER]} after they were served, {cuts[BUSY]} turned away, {time.monotonic() - began:.0f} s"
    )
    assert (lost, doubled) == ([], [])
    assert len(made) >= RUNS


# --- What people meet -------------------------------------------------------------------------------------------------


def kept(phone: Phone, place: str, count: int = 5, **changes: str) -> str:
    """A record filled in on the kept form and saved there; its number. The page of the queue is open afterwards."""
    page = phone.page
    phone.visit(FORM)
    until(page, "document.querySelector('[name=uid]')?.value && document.querySelector('[name=line-0-site] option')")
    number = page.evaluate(FILL, [place, str(count)])
    for name, value in changes.items():
        page.evaluate("([name, value]) => { document.getElementsByName(name)[0].value = value; }", [name, value])
    page.click("button[name=stage][value=save]", no_wait_after=True)
    page.wait_for_url(f"**{QUEUE}*")
    return number


def item(phone: Phone, number: str) -> dict:
    return phone.page.evaluate("(uid) => self.queue.get(uid)", number)


def settled(phone: Phone, number: str, state: str) -> dict:
    until(phone.page, f"self.queue.get('{number}').then((item) => item?.state === '{state}')")
    return item(phone, number)


def test_back_to_the_answer_of_a_form_asks_for_its_page_anew(phone):
    page = phone.page
    phone.visit("/activities/new/")
    page.click("main a[href^='?partnership=']")
    page.wait_for_selector("button[name=stage][value=review]")
    address, title = page.url, page.title()
    page.click("button[name=stage][value=review]")
    page.wait_for_selector("button[name=stage][value=save]")
    phone.visit("/reports/")
    page.go_back()
    assert (page.url, page.title()) == (address, title)


def test_record_waits_for_the_line_then_for_the_login_then_goes_by_itself(phone, portal):
    phone.context.set_offline(True)
    number = kept(phone, f"{HALL} w")
    page = phone.page
    assert page.is_visible("#waiting")
    assert page.is_visible("#waiting [data-when=offline]")
    assert page.inner_text("section[data-state=ready] .card__title")
    phone.visit("/reports/")
    assert page.locator("h1").count() == 1
    assert page.is_visible("a[href='/activities/queue/']")

    phone.context.clear_cookies(name="portal_session")
    phone.context.set_offline(False)
    until(page, "document.querySelector('#waiting').dataset.state === 'login'")
    assert item(phone, number)["state"] == "ready"
    page.click("#waiting [data-when=login]")
    phone.visitor.page = page
    phone.visitor.type_login("coordinator.south")

    settled(phone, number, "sent")
    assert len(arrived(portal)[f"{HALL} w"]) == 1


def test_another_person_at_the_same_phone_sees_and_sends_nothing(phone, portal):
    phone.context.set_offline(True)
    number = kept(phone, f"{HALL} o")
    phone.context.set_offline(False)
    phone.line.plan = lambda method, path: BEFORE if path.startswith("/api/") else PASS
    page = phone.page
    page.goto("/")
    page.click("details.menu:has([action='/logout/']) summary")
    page.click("form[action='/logout/'] button")
    until(page, "caches.open('tawama-mine').then((cache) => cache.keys()).then((keys) => keys.length === 0)")
    phone.good_line()
    phone.visitor.page = page
    phone.visitor.type_login("coordinator.north")
    page.goto(QUEUE)

    assert page.is_visible("[data-others]")
    assert page.locator("section[data-state]:visible").count() == 0
    page.evaluate(SEND)
    page.wait_for_timeout(400)
    assert item(phone, number)["state"] == "ready"
    assert f"{HALL} o" not in arrived(portal)
    phone.context.clear_cookies(name="portal_session")
    phone.all_sent()
    assert len(arrived(portal)[f"{HALL} o"]) == 1


def test_refusal_comes_back_to_the_field_and_two_versions_are_compared(phone, portal):
    page = phone.page
    number = kept(phone, f"{HALL} r", **{"line-0-operations_done": "4"})
    refused = settled(phone, number, "draft")
    assert set(refused["problem"]["errors"]) == {"results.0.operations_done", "over_plan_reason"}
    page.click("section[data-state=draft] [data-edit]")
    page.wait_for_selector("[data-problems] a[href='#id_line-0-operations_done']")
    assert page.get_attribute("[name=line-0-operations_done]", "aria-invalid") == "true"
    page.fill("[name=line-0-operations_planned]", "4")
    page.click("button[name=stage][value=save]")
    settled(phone, number, "sent")

    # Under the same number other figures: both are shown, and mine may follow as a correction when the other side disputes.
    page.evaluate(OTHER_FIGURES, number)
    differing = settled(phone, number, "draft")
    assert differing["problem"]["code"] == "uid_reused"
    page.goto(QUEUE)
    page.click("[data-compare]:visible")
    page.wait_for_selector("table")
    assert [cell.inner_text() for cell in page.locator("tbody td").all()] == ["5", "77"]
    assert page.locator("[data-decide]:not([data-theirs])").count() == 0  # what the other side has not disputed stands
    portal.run("manage.py", "shell", "-v", "0", "-c", DISPUTE % number)
    page.goto(QUEUE)
    page.click("[data-compare]:visible")
    page.click("[data-decide]:not([data-theirs])")
    page.wait_for_url(f"**{QUEUE}")
    settled(phone, number, "sent")
    assert arrived(portal)[f"{HALL} r"] == [(number, 77)]


def test_what_the_portal_has_may_be_kept(phone, portal):
    page = phone.page
    number = kept(phone, f"{HALL} t")
    settled(phone, number, "sent")
    page.evaluate(OTHER_FIGURES, number)
    settled(phone, number, "draft")
    page.goto(QUEUE)
    page.click("[data-compare]:visible")
    page.click("[data-theirs]")
    page.wait_for_url(re.compile(r"/activities/\d+/$"))

    assert item(phone, number)["state"] == "sent"
    assert arrived(portal)[f"{HALL} t"] == [(number, 5)]


def test_same_mission_of_the_other_side_is_offered(phone, portal):
    first, second = kept(phone, f"{HALL} s"), None
    settled(phone, first, "sent")
    second = kept(phone, f"{HALL} s", 6)
    alike = settled(phone, second, "draft")
    assert alike["problem"]["code"] == "looks_like_recorded"
    phone.page.goto(QUEUE)
    assert phone.page.locator("[data-alike] a").get_attribute("href") == alike["problem"]["alike"][0]["address"]
    phone.page.click("[data-another]:visible")

    settled(phone, second, "sent")
    assert sorted(arrived(portal)[f"{HALL} s"]) == sorted([(first, 5), (second, 6)])


def test_queue_is_taken_to_another_device_as_a_file(phone, portal, browser, tmp_path):
    phone.context.set_offline(True)
    number = kept(phone, f"{HALL} f")
    page = phone.page
    page.click("details:has([data-export]) summary")
    with page.expect_download() as download:
        page.click("[data-export]")
    download.value.save_as(tmp_path / "records.json")
    other = Phone(portal, browser)
    stranger = Phone(portal, browser, "coordinator.north")
    for device in (other, stranger):
        device.page.goto(QUEUE)
        device.page.click("details:has([data-export]) summary")
        device.page.set_input_files("[data-import]", tmp_path / "records.json")

    settled(other, number, "sent")
    assert item(stranger, number) is None
    assert stranger.page.is_visible("[data-refused]")
    phone.all_sent()
    assert arrived(portal)[f"{HALL} f"] == [(number, 5)]
    other.close()
    stranger.close()


def test_planned_days_are_reported_without_a_line(phone, portal):
    page = phone.page
    page.goto(FORM)
    planned = page.locator("[name=activity] option[data-version]").first
    activity = planned.get_attribute("value")
    phone.context.set_offline(True)
    page.goto(f"/activities/{activity}/report/")
    until(page, f"document.querySelector('[name=activity]')?.value === '{activity}' && document.querySelector('[name=uid]').value")
    assert not page.is_visible("[name=starts_on]")
    number = page.input_value("[name=uid]")
    page.fill("[name=line-0-consultations]", "33")
    page.click("button[name=stage][value=save]")
    page.wait_for_url(f"**{QUEUE}*")
    phone.good_line()

    assert settled(phone, number, "sent")["activity"] == int(activity)
    assert portal.rows(f"SELECT sum(consultations) FROM activities_result WHERE activity_id = {activity}") == [(33,)]
    assert portal.rows(f"SELECT status FROM activities_activity WHERE id = {activity}") == [("reported",)]


def test_what_looks_like_a_patient_is_not_kept(phone):
    from core.text import LOOKS_LIKE_IDENTITY, western

    texts = [
        "قسم الجراحة", "0550 12 34 56", "٠٥٥٠١٢٣٤٥٦", "رقم ١٢٣٤٥٦٧٨٩٠", "ملف 12345", "dossier n° 4567", "عملية يوم 05/11/2026", "12 مريضا", "+213 550 12 34 56", "lot 12345678",
        "۰۹۱۲۳۴۵۶۷۸۹", "PATIENT 777", "40 فحصا و9 عمليات", "room 12-40-3",
    ]  # fmt: skip
    page = phone.page
    page.goto(FORM)
    until(page, "document.querySelector('[name=uid]')?.value")
    page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true")
    number, found = page.input_value("[name=uid]"), []
    for text in texts:
        began = page.evaluate("Date.now()")
        page.fill("[name=note]", text)
        until(page, f"self.queue.get('{number}').then((item) => item?.changed >= {began})")
        found.append("note" not in item(phone, number)["form"])

    assert found == [any(pattern.search(western(text)) for pattern in LOOKS_LIKE_IDENTITY) for text in texts]
    assert 3 < sum(found) < len(texts)


def test_days_are_read_as_the_portal_reads_them(phone):
    from core.formats import parse_day

    page, found, expected = phone.page, [], []
    page.goto(FORM)
    until(page, "document.querySelector('[name=uid]')?.value")
    number = page.input_value("[name=uid]")
    page.fill("[name=ends_on]", "31/12/2099")
    for text in [
        "5/11/2026",
        "05-11-26",
        "٥/١١/٢٠٢٦",
        "5 نوفمبر 2026",
        "1er février 2026",
        "2026-11-05",
        "31.12.2025",
        "30/2/2026",
        "11/25/2026",
        "5 novembr 2026",
        "5 nov 2026",
        "7 MAR 26",
        "٣ أوت ٢٠٢٦",
        "9 Juillet 26",
    ]:
        began = page.evaluate("Date.now()")
        page.fill("[name=starts_on]", text)
        until(page, f"self.queue.get('{number}').then((item) => item?.changed >= {began})")
        found.append((item(phone, number)["payload"] or {}).get("starts_on"))
        try:
            expected.append(parse_day(text).isoformat())
        except ValueError:
            expected.append(None)

    assert found == expected
    assert expected.count(None) == 3


def test_only_the_form_and_pages_without_a_person_are_kept(phone):
    page = phone.page
    for path in ("/", "/partnerships/", "/activities/", "/notifications/", QUEUE):
        page.goto(path)
    keys = page.evaluate(
        "Promise.all([caches.keys()]).then(async ([names]) => (await Promise.all(names.map(async (name) => (await (await caches.open(name)).keys()).map((one) => one.url)))).flat())"
    )
    paths = {key.removeprefix(phone.line.base).split("?")[0] for key in keys}

    assert {path for path in paths if not path.startswith("/static/")} == {"/activities/offline/", FORM, QUEUE}
    assert "no-cache" in page.evaluate("fetch('/sw.js').then((answer) => answer.headers.get('Cache-Control'))")
    assert phone.visitor.troubles == []


@pytest.mark.parametrize("language", ["ar", "fr"])
def test_pages_of_the_queue_break_no_rule(portal, browser, language):
    from tests.browser.test_axe import PHONE, WIDE, Eye

    phone, eye = Phone(portal, browser, bypass_csp=True), Eye()
    phone.visitor.speak(language)
    phone.settle()
    looked = phone.visitor
    phone.line.plan = lambda method, path: BEFORE if path.startswith("/api/") else PASS
    kept(phone, f"{HALL} {language}")
    looked.page = phone.page
    eye.look(looked, "queue with a record that is ready", (PHONE, WIDE))
    phone.visit(FORM)
    until(phone.page, "document.querySelector('[name=uid]')?.value")
    eye.look(looked, "kept form", (PHONE, WIDE))
    phone.page.fill("[name=starts_on]", "?")
    phone.page.click("button[name=stage][value=save]")
    phone.page.wait_for_selector("[data-problems] a")
    eye.look(looked, "kept form with an error", (PHONE, WIDE))
    phone.visit(QUEUE)
    phone.page.wait_for_selector("section[data-state=draft] [data-edit]")
    eye.look(looked, "queue with a draft", (PHONE, WIDE))
    phone.context.set_offline(True)
    phone.visit("/partnerships/")
    eye.look(looked, "no line", (PHONE, WIDE))
    phone.good_line()
    phone.visitor.speak("ar")
    phone.close()

    assert not eye.found, eye.report()


def test_what_was_said_to_be_saved_survives_the_browser(portal, browser, tmp_path):
    """The browser is killed outright: what it said to be saved is there when it is opened again."""
    made = []

    def start():
        path, _why = chromium()
        options = {"executable_path": path, "args": OPTIONS, "base_url": portal.base, "viewport": {"width": 360, "height": 800}}
        context = browser.browser_type.launch_persistent_context(tmp_path / "profile", **options)
        Visitor.log_in(SimpleNamespace(context=context), "coordinator.south")
        return context, context.pages[0]

    context, page = start()
    page.goto(FORM)
    until(page, "document.querySelector('[name=uid]')?.value && document.querySelector('[name=line-0-site] option')")
    made.append(page.evaluate(FILL, [f"{HALL} k", "9"]))
    until(page, "document.querySelector('[data-kept]').textContent !== ''")
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            if f"--user-data-dir={tmp_path / 'profile'}" in process.cmdline():
                process.kill()
    with suppress(Exception):
        context.close()

    context, page = start()
    page.goto(QUEUE)
    until(page, f"self.queue.get('{made[0]}').then((item) => item?.form['line-0-place'] === '{HALL} k')")
    context.close()
