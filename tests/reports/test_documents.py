"""Reports as files: asked for, made once, told, fetched by their asker alone; schedules; long lists."""

import hashlib
import io
from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from openpyxl import load_workbook

from core.formats import today
from core.history import trail
from core.lifecycle import TransitionRefused
from core.models import Notice, Seal
from evaluation.indicators import Period
from reports import actions
from reports.actions import making, runs
from reports.actions.schedules import due_periods
from reports.choices import RunState
from reports.headline import headline
from reports.models import ReportRun, ReportSchedule
from reports.registry import kept
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.once]
YEAR = {"since": f"{today().year - 1}-01-01", "until": today().isoformat()}


@pytest.fixture(autouse=True)
def _no_worker(monkeypatch):
    """Nobody makes what is asked for until a test does."""
    for module in ("reports.actions.runs", "reports.actions.schedules"):
        monkeypatch.setattr(f"{module}.ask", lambda task, *given: None)


def wanted(user, slug="agreements-register", format="csv", parameters=None, language="ar") -> ReportRun:
    return actions.ask_for_report(slug, parameters or {}, language=language, format=format, by=user)


def made(user, *given, **more) -> ReportRun:
    run = wanted(user, *given, **more)
    assert actions.make_run(run)
    run.refresh_from_db()
    return run


def notices(user, event: str) -> int:
    return Notice.objects.filter(recipient=user, event=event).count()


# --- Asking, making, telling --------------------------------------------------------------------------------------


def test_run_is_made_told_written_down_and_fetched(client, cast):
    run = made(cast.badr)
    client.force_login(cast.badr)

    answer = client.get(f"/reports/documents/{run.pk}/file/")

    content = b"".join(answer.streaming_content)
    assert (run.state, run.progress_pct) == (RunState.DONE, 100)
    assert run.sha256 == hashlib.sha256(content).hexdigest()
    assert run.size == len(content)
    assert content.decode().startswith("\ufeff")
    assert cast.partnership.code in content.decode()
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert f"tawama-agreements-register-ar.{run.format}" in answer["Content-Disposition"]
    assert notices(cast.badr, "report_ready") == 1
    assert [line.verb for line in trail(run)] == ["finish_run", "create"]
    assert actions.make_run(run) is False


def test_file_is_its_askers_alone(client, cast):
    run = made(cast.badr)
    for name in ("dalia", "ziad", "hani", "amal", "hoda", "tarek"):
        client.force_login(cast.people[name])
        assert [client.get(f"/reports/documents/{run.pk}/{end}").status_code for end in ("", "file/")] == [404, 404], name
        assert client.post(f"/reports/documents/{run.pk}/cancel/").status_code == 404
        assert f"/reports/documents/{run.pk}/" not in client.get("/reports/documents/").content.decode()


def test_file_is_closed_once_its_asker_is_somebody_else(client, cast):
    run = made(cast.badr)
    cast.badr.memberships.update(institution=cast.elsewhere)
    client.force_login(cast.badr)

    assert client.get(f"/reports/documents/{run.pk}/file/").status_code == 404
    assert "/file/" not in client.get(f"/reports/documents/{run.pk}/").content.decode()


def test_same_report_twice_while_it_waits_is_one(cast):
    assert wanted(cast.badr) == wanted(cast.badr)
    assert wanted(cast.badr) != wanted(cast.dalia)
    for count in range(1, runs.AT_ONCE):
        wanted(cast.badr, parameters={"since": f"2026-01-{count:02}"})
    with pytest.raises(TransitionRefused) as refusal:
        wanted(cast.badr, parameters={"since": "2026-02-01"})
    assert refusal.value.code == "too_many"


@pytest.mark.parametrize(("who", "slug"), [("omar", "agreements-register"), ("essam", "support-register"), ("badr", "nothing")])
def test_report_that_is_not_for_somebody_is_refused(cast, who, slug):
    with pytest.raises(TransitionRefused) as refusal:
        wanted(cast.people[who], slug)

    assert refusal.value.code == "not_allowed"
    assert not ReportRun.objects.exists()


def test_report_about_a_partnership_out_of_sight_is_refused(cast):
    with pytest.raises(TransitionRefused) as refusal:
        wanted(cast.hani, "partnership", parameters=kept({"partnership": cast.partnership}))

    assert refusal.value.code == "missing"


def test_run_whose_maker_died_is_taken_up_again_and_made_once(cast, monkeypatch):
    run = wanted(cast.badr)
    monkeypatch.setattr(runs, "make_file", lambda run, note: (_ for _ in ()).throw(SystemExit()))
    with pytest.raises(SystemExit):
        actions.make_run(run)
    monkeypatch.setattr(runs, "make_file", making.make_file)

    assert actions.make_waiting_runs() == 0  # its maker may still be at work
    ReportRun.objects.update(claimed_at=timezone.now() - runs.STALE_AFTER - timedelta(seconds=1))
    assert actions.make_waiting_runs() == 1
    assert actions.make_waiting_runs() == 0
    run.refresh_from_db()
    assert (run.state, run.attempts) == (RunState.DONE, 2)
    assert notices(cast.badr, "report_ready") == 1


@pytest.mark.parametrize(("is_moved", "papers"), [(False, 1), (True, 2)])
def test_paper_of_a_maker_who_died_counts_only_for_who_its_asker_still_is(client, cast, monkeypatch, is_moved, papers):
    run = wanted(cast.badr, "agreements-register", "pdf")
    monkeypatch.setattr(runs, "finish_run", lambda *given: (_ for _ in ()).throw(SystemExit()))
    with pytest.raises(SystemExit):
        actions.make_run(run)
    first = Seal.objects.get()
    monkeypatch.undo()
    if is_moved:
        cast.badr.memberships.update(institution=cast.elsewhere)
    ReportRun.objects.update(claimed_at=timezone.now() - runs.STALE_AFTER - timedelta(seconds=1))

    assert actions.make_waiting_runs() == 1

    run.refresh_from_db()
    assert Seal.objects.count() == papers
    assert (run.seal == first) is not is_moved
    client.force_login(type(cast.badr).objects.get(pk=cast.badr.pk))
    assert client.get(f"/reports/documents/{run.pk}/file/").status_code == 200


def test_right_lost_while_a_file_is_made_closes_it(client, cast, monkeypatch):
    run = wanted(cast.badr)
    real = making.write_report

    def moved(*given):
        cast.badr.memberships.update(institution=cast.elsewhere)
        return real(*given)

    monkeypatch.setattr(making, "write_report", moved)
    actions.make_run(run)

    client.force_login(type(cast.badr).objects.get(pk=cast.badr.pk))
    assert client.get(f"/reports/documents/{run.pk}/file/").status_code == 404


def test_run_that_is_cut_off_again_and_again_is_given_up(cast):
    run = wanted(cast.badr)
    ReportRun.objects.update(state=RunState.RUNNING, attempts=runs.ATTEMPTS, claimed_at=timezone.now() - timedelta(hours=1))

    actions.make_waiting_runs()

    run.refresh_from_db()
    assert (run.state, run.error) == (RunState.FAILED, "cut_off")
    assert notices(cast.badr, "report_failed") == 1


def test_run_cancelled_while_it_is_made_leaves_nothing(cast, monkeypatch):
    run = wanted(cast.badr, "national", "xlsx", YEAR)
    real = making.write_report

    def cancelled(file, report, asked, run_, note):
        actions.cancel_run(ReportRun.objects.get(pk=run.pk), by=cast.badr)
        return real(file, report, asked, run_, note)

    monkeypatch.setattr(making, "write_report", cancelled)
    actions.make_run(run)

    run.refresh_from_db()
    assert (run.state, run.file.name) == (RunState.CANCELLED, "")
    assert notices(cast.badr, "report_ready") == 0
    with pytest.raises(TransitionRefused):
        actions.cancel_run(run, by=cast.badr)


def test_run_of_somebody_who_lost_the_right_meanwhile_is_not_made(cast):
    run = wanted(cast.badr)
    cast.badr.memberships.update(valid_to=today() - timedelta(days=1))

    actions.make_run(run)

    run.refresh_from_db()
    assert (run.state, run.error) == (RunState.FAILED, "not_allowed")


def test_paper_carries_a_code_that_anybody_can_check(client, cast):
    run = made(cast.amal, "region", "pdf", {**YEAR, **kept({"region": cast.host.region})})
    seal = Seal.objects.get()

    page = client.get(f"/verify/{seal.code}/").content.decode()

    assert run.seal == seal
    assert run.sha256 == seal.sha256
    assert cast.host.region.name in page
    assert cast.amal.name not in page
    with run.file.open("rb") as file:
        answer = client.post(f"/verify/{seal.code}/", {"file": file})
    assert answer.context["verdict"] == "same"


def test_old_files_are_deleted_and_their_codes_stay(client, cast, settings):
    run = made(cast.amal, "late-list", "pdf")
    storage, name = run.file.storage, run.file.name
    assert actions.forget_old_files() == 0

    ReportRun.objects.update(finished_at=timezone.now() - timedelta(days=settings.REPORT_FILE_DAYS + 1))

    assert actions.forget_old_files() == 1
    assert not storage.exists(name)
    assert actions.forget_old_files() == 0
    client.force_login(cast.amal)
    assert client.get(f"/reports/documents/{run.pk}/file/").status_code == 404
    assert client.get(f"/verify/{Seal.objects.get().code}/").status_code == 200


# --- Pages --------------------------------------------------------------------------------------------------------


def test_person_asks_for_a_report_on_its_page(client, cast):
    client.force_login(cast.badr)
    form = {"period": "", "since": "1/1/2026", "until": "31/03/2026", "partnership": cast.partnership.code, "language": "fr", "format": "docx"}

    answer = client.post("/reports/documents/new/partnership/", form)

    run = ReportRun.objects.get()
    assert answer["Location"] == run.get_absolute_url()
    assert run.parameters == {"since": "2026-01-01", "until": "2026-03-31", "partnership": str(cast.partnership.pk)}
    assert (run.language, run.format, run.asked_by) == ("fr", "docx", cast.badr)
    whole = client.get(run.get_absolute_url()).content.decode()
    assert 'hx-trigger="every 2s, click"' in whole
    part = client.get(run.get_absolute_url(), headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith('<div id="progress"')
    actions.make_run(run)
    assert client.get(run.get_absolute_url(), headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    assert f"{run.get_absolute_url()}file/" in client.get(run.get_absolute_url()).content.decode()
    assert client.post("/reports/documents/new/partnership/", {**form, "partnership": ""}).status_code == 400
    assert client.get("/reports/documents/new/support-register/").status_code == 200
    client.force_login(cast.essam)
    assert client.get("/reports/documents/new/support-register/").status_code == 404


# --- Schedules ----------------------------------------------------------------------------------------------------


def scheduled(cast, *people, slug="national", rhythm="monthly", day=5, **more) -> ReportSchedule:
    return actions.make_schedule(
        slug, more.pop("parameters", {}), language="ar", format="csv", rhythm=rhythm, day=day, recipients=people, by=cast.amal
    )  # fmt: skip


@pytest.mark.parametrize(
    ("rhythm", "begun", "on", "starts"),
    [
        ("monthly", (2026, 1, 10), (2026, 2, 4), []),
        ("monthly", (2026, 1, 10), (2026, 2, 5), [(2026, 1, 1)]),
        ("monthly", (2026, 1, 5), (2026, 4, 20), [(2025, 12, 1), (2026, 1, 1), (2026, 2, 1), (2026, 3, 1)]),
        ("quarterly", (2026, 1, 10), (2026, 6, 30), [(2026, 1, 1)]),
        ("quarterly", (2026, 1, 1), (2026, 7, 5), [(2025, 10, 1), (2026, 1, 1), (2026, 4, 1)]),
    ],
)
def test_what_is_due_follows_from_the_day(rhythm, begun, on, starts):
    schedule = ReportSchedule(report="national", rhythm=rhythm, day=5, starts_on=date(*begun))

    assert [period.start for period in due_periods(schedule, date(*on))] == [date(*start) for start in starts]


@pytest.mark.parametrize(
    ("rhythm", "begun", "on", "day"),
    [
        ("monthly", (2026, 1, 10), (2026, 2, 4), (2026, 2, 5)),
        ("monthly", (2026, 1, 10), (2026, 2, 5), (2026, 2, 5)),
        ("monthly", (2026, 1, 10), (2026, 12, 6), (2027, 1, 5)),
        ("monthly", (2026, 3, 10), (2026, 3, 10), (2026, 4, 5)),
        ("quarterly", (2026, 1, 10), (2026, 2, 1), (2026, 4, 5)),
    ],
)
def test_next_day_of_a_schedule(rhythm, begun, on, day):
    schedule = ReportSchedule(report="national", rhythm=rhythm, day=5, starts_on=date(*begun))

    assert actions.next_day(schedule, date(*on)) == date(*day)


def test_schedule_makes_each_period_once_for_each_recipient_within_their_own_sight(cast):
    factories.validated(cast)
    schedule = scheduled(cast, cast.amal, cast.hani, slug="agreements-register")
    ReportSchedule.objects.update(starts_on=today() - timedelta(days=70))

    first = actions.make_due_reports()

    assert first >= 4  # two periods at least were slept through
    assert actions.make_due_reports() == 0
    assert first == ReportRun.objects.count() == 2 * len(due_periods(ReportSchedule.objects.get(), today()))
    assert actions.make_waiting_runs() == first
    for run in ReportRun.objects.all():
        assert run.state == RunState.DONE
        assert cast.partnership.code not in run.file.open("rb").read().decode() or run.asked_by == cast.amal
    assert notices(cast.hani, "report_ready") == first / 2
    actions.stop_schedule(schedule, by=cast.hoda)
    ReportSchedule.objects.update(starts_on=today() - timedelta(days=300))
    assert actions.make_due_reports() == 0
    with pytest.raises(TransitionRefused):
        actions.stop_schedule(schedule, by=cast.amal)


def test_command_does_what_the_scheduler_does_once(cast, capsys):
    scheduled(cast, cast.amal, slug="late-list")
    ReportSchedule.objects.update(starts_on=date(2026, 1, 10))
    for said in ("1 asked for, 1 made, 0 old files deleted", "0 asked for, 0 made, 0 old files deleted"):
        call_command("make_due_reports", on="2026-02-05")
        assert said in capsys.readouterr().out


def test_recipient_who_may_not_have_the_report_gets_none(cast):
    with pytest.raises(TransitionRefused) as refusal:
        scheduled(cast, cast.hani, slug="partnership", parameters=kept({"partnership": cast.partnership}))
    assert refusal.value.code == "not_theirs"

    scheduled(cast, cast.badr, cast.amal, slug="partnership", parameters=kept({"partnership": cast.partnership}))
    ReportSchedule.objects.update(starts_on=today() - timedelta(days=40))
    cast.badr.memberships.update(valid_to=today() - timedelta(days=1))
    actions.make_due_reports()
    assert {run.asked_by for run in ReportRun.objects.all()} == {cast.amal}


def test_ministry_starts_and_stops_a_schedule_on_its_pages(client, cast):
    client.force_login(cast.hoda)
    form = {"rhythm": "quarterly", "day": "٧", "recipients": [cast.ranya.pk, cast.hoda.pk], "language": "ar", "format": "pdf"}

    assert client.post("/reports/documents/schedules/new/national/", {**form, "day": "29"}).status_code == 400
    assert client.post("/reports/documents/schedules/new/national/", {**form, "recipients": [cast.tarek.pk]}).status_code == 400
    answer = client.post("/reports/documents/schedules/new/national/", form)

    schedule = ReportSchedule.objects.get()
    assert answer["Location"] == schedule.get_absolute_url()
    assert (schedule.rhythm, schedule.day, {person.pk for person in schedule.recipients.all()}) == ("quarterly", 7, {cast.ranya.pk, cast.hoda.pk})
    asked = client.get(f"{schedule.get_absolute_url()}stop/")
    client.post(f"{schedule.get_absolute_url()}stop/")  # nobody has said that they are sure
    schedule.refresh_from_db()
    assert (asked.status_code, schedule.is_running) == (200, True)
    client.post(f"{schedule.get_absolute_url()}stop/", {"sure": "1"})
    schedule.refresh_from_db()
    assert not schedule.is_running
    client.force_login(cast.badr)
    assert client.post(f"{schedule.get_absolute_url()}stop/").status_code == 404
    assert client.post("/reports/documents/schedules/new/national/", form).status_code == 403


def test_a_schedule_changes_from_the_next_report_on(client, cast):
    schedule = scheduled(cast, cast.amal, slug="late-list", day=1)
    ReportSchedule.objects.update(starts_on=today() - timedelta(days=70))
    first = actions.make_due_reports()
    address = f"{schedule.get_absolute_url()}edit/"
    client.force_login(cast.hoda)
    page = client.get(address).content.decode()
    assert f'name="recipients" value="{cast.amal.pk}"' in page.replace("  ", " ")
    assert 'name="rhythm"' not in page
    form = {"version": 1, "language": "fr", "format": "xlsx", "day": "1", "recipients": [cast.amal.pk, cast.hani.pk]}

    assert client.post(address, {**form, "recipients": []}).status_code == 400
    assert client.post(address, form)["Location"] == schedule.get_absolute_url()

    schedule.refresh_from_db()
    assert (schedule.language, schedule.format, set(schedule.recipients.all())) == ("fr", "xlsx", {cast.amal, cast.hani})
    line = trail(schedule)[0]
    assert (line.verb, line.before["recipients"], line.after["recipients"]) == ("edit", [cast.amal.pk], sorted([cast.amal.pk, cast.hani.pk]))
    assert actions.make_due_reports() == 0  # whoever is new gets no old ones
    assert actions.make_due_reports(today() + timedelta(days=32)) == 2
    assert ReportRun.objects.filter(asked_by=cast.hani, language="fr").count() == 1
    assert ReportRun.objects.filter(asked_by=cast.amal).count() == first + 1


def test_two_who_change_a_schedule_at_once_see_each_other(client, cast):
    schedule = scheduled(cast, cast.amal, slug="late-list")
    form = {"version": 1, "language": "ar", "format": "csv", "day": "5"}
    client.force_login(cast.hoda)
    client.post(f"{schedule.get_absolute_url()}edit/", {**form, "recipients": [cast.amal.pk, cast.hoda.pk]})

    again = client.post(f"{schedule.get_absolute_url()}edit/", {**form, "recipients": [cast.amal.pk, cast.hani.pk]})

    assert again.status_code == 400
    assert [(item["kept"], item["typed"]) for item in again.context["differences"]] == [
        (", ".join(sorted([cast.amal.name, cast.hoda.name])), ", ".join(sorted([cast.amal.name, cast.hani.name])))
    ]
    assert set(schedule.recipients.all()) == {cast.amal, cast.hoda}


def test_a_stopped_schedule_is_not_changed(client, cast):
    schedule = actions.stop_schedule(scheduled(cast, cast.amal), by=cast.amal)
    client.force_login(cast.hoda)

    assert client.get(f"{schedule.get_absolute_url()}edit/")["Location"] == schedule.get_absolute_url()
    with pytest.raises(TransitionRefused):
        actions.change_schedule(schedule, language="ar", format="pdf", day=7, recipients=[cast.hoda], by=cast.hoda)
    client.force_login(cast.badr)
    assert client.get(f"{schedule.get_absolute_url()}edit/").status_code == 404


# --- Long lists ---------------------------------------------------------------------------------------------------


def offer_of(client, address: str) -> str:
    answer = client.get(address)
    assert answer["Content-Type"].startswith("text/html")
    return answer.context["offer"]


def test_long_list_is_offered_and_made_in_the_background_with_its_filters_and_order(client, cast, settings):
    for ended in (5, 15, 25):
        factories.reported(cast, ended=ended)
    factories.validated(cast, ended=40)
    client.force_login(cast.badr)
    settings.EXPORT_AT_ONCE = 2
    assert client.get("/activities/?export=csv").streaming
    assert client.get("/activities/?status=validated&export=xlsx").streaming  # one row is not long

    answer = client.post("/reports/documents/export/", {"offer": offer_of(client, "/activities/?status=reported&sort=start&export=xlsx")})
    run = ReportRun.objects.get()
    settings.EXPORT_AT_ONCE = 1000
    direct = load_workbook(io.BytesIO(b"".join(client.get("/activities/?status=reported&sort=start&export=xlsx").streaming_content))).active
    actions.make_run(run)
    run.refresh_from_db()

    assert answer["Location"] == run.get_absolute_url()
    assert (run.state, run.rows_count) == (RunState.DONE, 3)
    sheet = load_workbook(run.file.open("rb")).active
    assert [[cell.value for cell in row] for row in sheet] == [[cell.value for cell in row] for row in direct]
    assert sheet.sheet_view.rightToLeft


def test_long_rows_behind_a_figure_are_offered_too(client, cast, settings):
    for ended in (5, 15):
        factories.validated(cast, ended=ended)
    client.force_login(cast.badr)
    direct = load_workbook(io.BytesIO(b"".join(client.get("/reports/missions/?export=xlsx").streaming_content))).active
    settings.EXPORT_AT_ONCE = 1

    client.post("/reports/documents/export/", {"offer": offer_of(client, "/reports/missions/?export=xlsx")})
    run = ReportRun.objects.get()
    actions.make_run(run)
    run.refresh_from_db()

    assert (run.state, run.rows_count, run.title) == (RunState.DONE, 2, str(headline("missions").label))
    sheet = load_workbook(run.file.open("rb")).active
    assert [[cell.value for cell in row] for row in sheet] == [[cell.value for cell in row] for row in direct]


def test_offer_of_a_list_is_good_for_one_person_and_holds_their_sight(client, cast, settings):
    factories.reported(cast)
    factories.reported(cast, ended=20)
    settings.EXPORT_AT_ONCE = 1
    client.force_login(cast.badr)
    offer = offer_of(client, "/activities/?export=xlsx")

    client.force_login(cast.hani)
    assert client.post("/reports/documents/export/", {"offer": offer}).status_code == 404
    assert client.post("/reports/documents/export/", {"offer": "{}"}).status_code == 404
    client.force_login(cast.badr)
    client.post("/reports/documents/export/", {"offer": offer})
    run = ReportRun.objects.get()
    ReportRun.objects.update(asked_by=cast.hani)
    actions.make_run(run)
    run.refresh_from_db()
    assert (run.state, run.rows_count) == (RunState.DONE, 0)


def test_one_long_list_is_made_at_a_time(cast):
    first, second = (
        actions.ask_for_list({"path": "/activities/", "query": "", "name": "activities"}, language="ar", by=who) for who in (cast.badr, cast.dalia)
    )
    ReportRun.objects.filter(pk=first.pk).update(state=RunState.RUNNING, claimed_at=timezone.now())

    assert actions.make_run(second) is False
    ReportRun.objects.filter(pk=first.pk).update(state=RunState.DONE)
    assert actions.make_run(second) is True


def test_list_that_a_person_may_no_longer_open_is_not_made(cast):
    run = actions.ask_for_list({"path": "/visitors/", "query": "", "name": "visitors"}, language="ar", by=cast.badr)
    nowhere = actions.ask_for_list({"path": "/", "query": "", "name": "home"}, language="ar", by=cast.badr)
    cast.badr.memberships.update(role="observer", institution=None)

    for one, code in ((run, "not_allowed"), (nowhere, "missing")):
        actions.make_run(one)
        one.refresh_from_db()
        assert (one.state, one.error) == (RunState.FAILED, code)


def test_notice_of_a_scheduled_report_names_its_period(cast):
    scheduled(cast, cast.amal, slug="late-list")
    ReportSchedule.objects.update(starts_on=today().replace(day=1) - timedelta(days=40))
    actions.make_due_reports()
    actions.make_waiting_runs()

    words = Notice.objects.filter(event="report_ready")[0].words

    run = ReportRun.objects.order_by("pk")[0]
    assert words["is_scheduled"] is True
    assert words["period_en"] == Period(date.fromisoformat(run.parameters["since"]), date.fromisoformat(run.parameters["until"])).label or words["period_en"]
