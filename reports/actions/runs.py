"""Reports and long lists as files: asked for by a person, made in the background, kept for a while.

waiting → running → done or failed; a person may cancel before the end. A maker shows signs of life; one that is not heard of
any more has died, and the run is taken up again.
"""

import logging
import uuid
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F, Q
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from accounts.models import User
from core.history import changing, name_verbs, record
from core.jobs import unheard_of
from core.lifecycle import TransitionRefused
from core.mail import in_each_language
from core.outbox import tell
from partnerships.tasks import ask
from reports.actions.making import Taken, make_file
from reports.choices import EXPORT, UNFINISHED, Format, RunState
from reports.models import ReportRun
from reports.registry import REGISTRY, Missing, asked_of, reports_for
from reports.tasks import make_run_task

log = logging.getLogger(__name__)

STALE_AFTER = timedelta(minutes=3)  # without a sign of life: whoever made it died
ATTEMPTS = 3  # a run that keeps killing whoever makes it
AT_ONCE = 10  # unfinished ones of one person
SWEPT = 20  # taken up by one sweep

name_verbs(
    finish_run=gettext_lazy("File ready"), fail_run=gettext_lazy("File failed"), cancel_run=gettext_lazy("Cancelled"), forget_file=gettext_lazy("File deleted")
)


def ask_for_report(slug: str, parameters: Mapping[str, str], *, language: str, format: str, by: User) -> ReportRun:
    """Ask for a report; it is made in the background, at once when a worker is free. The same one again, while it waits, is the one asked for.

    Raises TransitionRefused (not_allowed, missing, too_many).
    """
    report = REGISTRY.get(slug)
    if report is None or report not in reports_for(by):
        raise TransitionRefused("not_allowed", _("Your role does not allow this."))
    try:
        asked_of(parameters, by)
    except Missing as error:
        raise TransitionRefused("missing", _("What the report is about is not there, or not for you to see.")) from error
    return begin(report=slug, parameters=dict(parameters), language=language, format=format, by=by)


def ask_for_list(parameters: Mapping[str, str], *, language: str, by: User) -> ReportRun:
    """Ask for a long list as a workbook; `parameters` hold the page's path, its query and its name. Raises TransitionRefused (too_many)."""
    return begin(report=EXPORT, parameters=dict(parameters), language=language, format=Format.XLSX, by=by)


def begin(*, by: User, **values: Any) -> ReportRun:
    with changing():
        mine = ReportRun.objects.unfinished().filter(asked_by=by)
        if same := mine.filter(**values, schedule=None).first():
            return same
        if mine.filter(schedule=None).count() >= AT_ONCE:
            raise TransitionRefused("too_many", _("Ten files of yours are being made already. Wait for one, or cancel one."))
        run = ReportRun.objects.create(asked_by=by, **values)
        record(run, "create", by=by, after={name: values[name] for name in ("report", "parameters", "format")})
        transaction.on_commit(partial(ask, make_run_task, run.pk))
    return run


def cancel_run(run: ReportRun, *, by: User) -> ReportRun:
    """Give up a file that is not made yet; whoever makes it stops at the next step. Raises TransitionRefused once it is finished."""
    if run.asked_by_id != by.pk:
        raise TransitionRefused("not_allowed", _("Your role does not allow this."))
    with changing():
        seen = run.state
        if not ReportRun.objects.filter(pk=run.pk, state__in=UNFINISHED).update(state=RunState.CANCELLED, finished_at=timezone.now()):
            raise TransitionRefused("finished", _("It is finished already."))
        record(run, "cancel_run", by=by, from_status=seen, to_status=RunState.CANCELLED)
    run.refresh_from_db()
    return run


def free(now: Any) -> Q:
    """Runs that wait, or whose maker died."""
    return Q(state=RunState.WAITING) | unheard_of(now, STALE_AFTER) & Q(state=RunState.RUNNING)


def claim(run: ReportRun, token: uuid.UUID) -> bool:
    with changing():  # claims follow one another
        now = timezone.now()
        wanted = ReportRun.objects.filter(free(now), pk=run.pk, attempts__lt=ATTEMPTS)
        if run.is_export and ReportRun.objects.filter(report=EXPORT, state=RunState.RUNNING).exclude(free(now)).exclude(pk=run.pk).exists():
            return False
        return bool(wanted.update(state=RunState.RUNNING, claimed_by=token, claimed_at=now, progress_pct=1, attempts=F("attempts") + 1))


def make_run(run: ReportRun) -> bool:
    """Make a file that waits, or whose maker died; False when somebody else has it in hand. Nothing slow runs in a transaction.

    One long list at a time: it takes minutes, and a worker has mail to send meanwhile.
    """
    token = uuid.uuid4()
    if not claim(run, token):
        return False
    run = ReportRun.objects.select_related("asked_by").get(pk=run.pk)
    mine = ReportRun.objects.filter(pk=run.pk, state=RunState.RUNNING, claimed_by=token)

    def note(share: float) -> None:
        """A sign of life, and how far it is. Raises Taken when it was cancelled, or somebody else took it."""
        if not mine.update(progress_pct=max(1, min(99, round(100 * share))), claimed_at=timezone.now()):
            raise Taken

    try:
        with override(run.language):
            made = make_file(run, note)
    except Taken:
        return True
    except (Missing, Http404):
        fail_run(run, mine, "missing")
    except PermissionDenied:
        fail_run(run, mine, "not_allowed")
    except Exception as error:
        log.exception("run %s failed", run.pk)
        fail_run(run, mine, f"{type(error).__name__}: {error}")
    else:
        finish_run(run, mine, made)
    return True


def finish_run(run: ReportRun, mine: Any, made: dict[str, Any]) -> None:
    """Write down what was made, and tell whoever asked. A file that nobody waits for any more is thrown away."""
    with changing():
        done = mine.update(state=RunState.DONE, progress_pct=100, finished_at=timezone.now(), error="", **made)
        if done:
            record(run, "finish_run", by=None, from_status=RunState.RUNNING, to_status=RunState.DONE, after={"sha256": made["sha256"], "size": made["size"]})
            tell([run.asked_by], "report_ready", run, run.get_absolute_url(), words_of(run))
    if not done and not made.get("seal"):
        default_storage.delete(made["file"])
    run.refresh_from_db()


def fail_run(run: ReportRun, mine: Any, error: str) -> None:
    with changing():
        if mine.update(state=RunState.FAILED, finished_at=timezone.now(), error=error[:300]):
            record(run, "fail_run", by=None, from_status=RunState.RUNNING, to_status=RunState.FAILED, after={"error": error[:300]})
            tell([run.asked_by], "report_failed", run, run.get_absolute_url(), words_of(run))
    run.refresh_from_db()


def words_of(run: ReportRun) -> dict[str, Any]:
    """What a notice about a file says: its title, and the period of a scheduled one."""
    words: dict[str, Any] = in_each_language("title", lambda: run.title)
    if run.schedule_id:
        words |= {
            "is_scheduled": True,
            **in_each_language("period", lambda: asked_of({name: run.parameters[name] for name in ("since", "until")}, None).period_words),
        }
    return words


def make_waiting_runs() -> int:
    """Take up the files that a lost message or a dead worker left behind; how many. Those that failed again and again are given up."""
    now = timezone.now()
    for run in ReportRun.objects.filter(free(now), attempts__gte=ATTEMPTS).select_related("asked_by")[:SWEPT]:
        fail_run(run, ReportRun.objects.filter(free(timezone.now()), pk=run.pk), "cut_off")
    waiting = list(ReportRun.objects.filter(free(now), attempts__lt=ATTEMPTS).order_by("pk")[:SWEPT])
    return sum(make_run(run) for run in waiting)


def forget_old_files() -> int:
    """Delete the files of runs that were finished more than REPORT_FILE_DAYS ago; how many. The rows, codes and fingerprints stay."""
    old = ReportRun.objects.exclude(file="").filter(finished_at__lt=timezone.now() - timedelta(days=settings.REPORT_FILE_DAYS))
    count = 0
    for run in old.order_by("pk")[:500]:
        name = run.file.name
        with changing():
            if not ReportRun.objects.filter(pk=run.pk, file=name).update(file=""):
                continue
            record(run, "forget_file", by=None, before={"sha256": run.sha256})
        default_storage.delete(name)
        count += 1
    return count
