"""The task queue and the schedule. The database holds what is owed; every task may be lost or run twice without harm."""

import os
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from celery import Celery
from celery.signals import beat_init, task_postrun, task_prerun, worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "twinning.settings")

app = Celery("twinning")


@app.on_configure.connect
def configure(sender, **kwargs):
    from django.conf import settings  # settings are ready only now

    if settings.REDIS_URL:
        sender.conf.broker_url = settings.REDIS_URL
        sender.conf.broker_transport_options = {"visibility_timeout": 600, "socket_timeout": 10, "socket_connect_timeout": 5}
    else:
        sender.conf.broker_url = "filesystem://"
        sender.conf.broker_transport_options = {
            "data_folder_in": str(settings.BROKER_DIR),
            "data_folder_out": str(settings.BROKER_DIR),
            "control_folder": str(settings.BROKER_DIR / "control"),
            "polling_interval": 0.3,
        }
        sender.conf.worker_enable_remote_control = False


app.conf.update(
    accept_content=["json"],
    task_serializer="json",
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    enable_utc=True,
    task_time_limit=600,
    beat_scheduler="celery.beat:Scheduler",  # nothing to keep: every job asks what is due
    beat_schedule={
        "sweep": {"task": "core.tasks.sweep", "schedule": 30.0, "options": {"expires": 60}},
        "background-work": {"task": "partnerships.tasks.background_work", "schedule": 30.0, "options": {"expires": 60}},
        "waiting-reports": {"task": "reports.tasks.waiting_reports", "schedule": 30.0, "options": {"expires": 60}},
        "scheduled-reports": {"task": "reports.tasks.scheduled_reports", "schedule": 600.0, "options": {"expires": 1200}},
        "missing-certificates": {"task": "activities.tasks.missing_certificates", "schedule": 60.0, "options": {"expires": 120}},
        "send-due-reminders": {"task": "evaluation.tasks.send_due_reminders", "schedule": 300.0, "options": {"expires": 600}},
    },
)
app.autodiscover_tasks()


@beat_init.connect
def show_signs(**kwargs):
    from twinning.signs import keep_beating  # only where there is a scheduler

    keep_beating("beat")


DEAF_AFTER = 240  # seconds without any task, after which the worker ends itself and its supervisor starts a new one
LONGEST = 3600  # seconds for which a task in hand is work, the greatest time limit of a task; one that hangs longer is none


class Work:
    """What this worker has in hand, and when it last had something: long files may keep every thread, and no sweep is run meanwhile."""

    def __init__(self) -> None:
        self.in_hand: dict[str, datetime] = {}
        self.ended: datetime | None = None

    def begin(self, task_id: str = "", **kwargs: Any) -> None:
        self.in_hand[task_id] = datetime.now(UTC)

    def end(self, task_id: str = "", **kwargs: Any) -> None:
        self.in_hand.pop(task_id, None)
        self.ended = datetime.now(UTC)

    def is_deaf(self, heard: datetime) -> bool:
        """Whether nothing was heard for too long, neither by a sweep (`heard`) nor by a task that ended, and nothing is in hand."""
        now = datetime.now(UTC)
        if any(now - begun < timedelta(seconds=LONGEST) for begun in list(self.in_hand.values())):
            return False
        return now - max(heard, self.ended or heard) > timedelta(seconds=DEAF_AFTER)


work = Work()
task_prerun.connect(work.begin)
task_postrun.connect(work.end)


@worker_ready.connect
def look_at_once(**kwargs):
    """A worker that was started again does not wait for the next sweep."""
    from core.outbox import nudge

    nudge()


@worker_ready.connect
def watch_for_deafness(**kwargs):
    """A worker can stay alive and hear nothing after its broker was restarted: it then ends, to be started afresh."""
    from django.db import close_old_connections
    from django.utils import timezone

    from core.models import Heartbeat

    started = timezone.now()

    def watch():
        while True:
            time.sleep(30)
            close_old_connections()
            try:
                seen = Heartbeat.objects.filter(name="sweep").values_list("seen_at", flat=True).first()
            except Exception:  # noqa: BLE001, S112 – the database is away: not a deaf worker
                continue
            if work.is_deaf(max(seen or started, started)):
                os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
