"""The closed vocabularies of reports as files."""

from django.db import models
from django.utils.translation import pgettext_lazy


class Format(models.TextChoices):
    PDF = "pdf", pgettext_lazy("format of a file", "PDF")
    DOCX = "docx", pgettext_lazy("format of a file", "Word")
    XLSX = "xlsx", pgettext_lazy("format of a file", "Excel")
    CSV = "csv", pgettext_lazy("format of a file", "CSV")


class RunState(models.TextChoices):
    """How far a file is that somebody asked for."""

    WAITING = "waiting", pgettext_lazy("background work", "waiting")
    RUNNING = "running", pgettext_lazy("background work", "running")
    DONE = "done", pgettext_lazy("background work", "done")
    FAILED = "failed", pgettext_lazy("background work", "failed")
    CANCELLED = "cancelled", pgettext_lazy("background work", "cancelled")


class Rhythm(models.TextChoices):
    """How often a scheduled report is made, about the month or quarter that is over."""

    MONTHLY = "monthly", pgettext_lazy("schedule", "every month")
    QUARTERLY = "quarterly", pgettext_lazy("schedule", "every quarter")


UNFINISHED = (RunState.WAITING, RunState.RUNNING)
TONES = {RunState.WAITING: "wait", RunState.RUNNING: "run", RunState.DONE: "done", RunState.FAILED: "late", RunState.CANCELLED: "stop"}
EXPORT = "list"  # the slug of a run that is no report: a list that was too long to be made while somebody waits


def report_choices() -> list[tuple[str, object]]:
    """For model fields: a callable, so that a new report needs no migration."""
    from reports.registry import REGISTRY  # the registry stands on the models

    return [(slug, report.title) for slug, report in REGISTRY.items()]
