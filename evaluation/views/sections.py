"""The parts of the evaluation section; each is a page of its own, open to whoever may do its action."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.policy import can
from core.profile import home

PARTS: list[tuple[str, str, str | Promise, str]] = [  # slug, address, label, action
    ("evaluations", "/evaluations/", _("Evaluations"), "evaluation.view"),
    ("actions", "/actions/", _("Action points"), "action_point.view"),
    ("practices", "/practices/", _("Good practices"), "practice.view"),
    ("surveys", "/surveys/", _("Satisfaction"), "survey.view"),
    ("indicators", "/indicators/", _("Indicators"), "indicator.view"),
    ("measurements", "/measurements/", _("Measurements"), "measurement.view"),
    ("referrals", "/referrals/", pgettext_lazy("section", "Patients sent"), "referral.view"),
    ("localisation", "/referrals/localisation/", pgettext_lazy("section", "Care brought home"), "referral.read_sums"),
    ("difficulties", "/evaluations/difficulties/", pgettext_lazy("section", "Difficulties"), "evaluation.schedule"),
    ("means", "/evaluations/means/", _("National means"), "evaluation.schedule"),
]


def tabs(user: Any, current: str) -> list[dict[str, Any]]:
    """For components/tabs.html; where twinning is international first of all, what is sent abroad leads."""
    leading = ("localisation", "referrals") if "international" in home().leading_modules else ()
    parts = sorted(PARTS, key=lambda part: part[0] not in leading)
    return [{"address": address, "label": label, "current": slug == current} for slug, address, label, action in parts if can(user, action)]
