"""“Who is late this month? Remind them all”: at most fifteen seconds and four interactions."""

import time

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

LATE = """
from datetime import timedelta
from activities import actions
from activities.models import Activity
from core.formats import today
from core.history import changing
from core.lifecycle import apply
from activities.lifecycle import ACTIVITY
from partnerships.models import Partnership
day = today() - timedelta(days=45)
partnership = Partnership.objects.running().filter(agreements__signed_on__isnull=False, agreements__starts_on__lte=day, agreements__ends_on__gte=today()).with_people().first()
with changing():
    for days in (30, 45):
        end = today() - timedelta(days=days)
        activity = actions.create_activity(by=None, kind="medical", partnership=partnership, starts_on=end, ends_on=end)
        for step in ("submit", "approve", "confirm"):
            activity.parties.update(confirmed_at=activity.created_at)
            apply(activity, ACTIVITY[step], by=None)
print(partnership.pk)
"""


def test_ministry_reminds_everybody_who_is_late(portal, visit):
    portal.run("manage.py", "shell", "-v", "0", "-c", LATE)
    ministry = visit("ministry", width=1280)
    page, presses = ministry.page, 0
    page.goto("/")
    began = time.monotonic()

    def press(target: str) -> None:
        nonlocal presses
        presses += 1
        page.locator(target).first.click()

    press(".bar__nav a[href='/activities/']")
    press("main a[href='/activities/?status=report_overdue']")
    press("#list a[href^='/activities/remind/']")
    page.wait_for_url("**/activities/remind/**")
    late = page.locator("[name=activity]").count()
    press("main form button.btn--main")
    page.wait_for_selector("main .notice.is-done")

    assert late >= 2
    expect(page.locator("tbody tr")).to_have_count(late)
    assert presses <= 4
    assert time.monotonic() - began <= 15
    told = portal.rows("SELECT count(*), count(DISTINCT object_id) FROM core_notice WHERE rule = 'by_hand'")
    page.goto("/activities/remind/?status=report_overdue")
    page.evaluate("for (const box of document.querySelectorAll('[name=activity]')) box.checked = true")
    page.click("main form button.btn--main")
    page.wait_for_selector("main .notice")
    assert portal.rows("SELECT count(*), count(DISTINCT object_id) FROM core_notice WHERE rule = 'by_hand'") == told
    assert told[0][1] >= 2
    assert ministry.troubles == []
