"""What the frame of every page shows: the sections open to this person, their unread notices."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.policy import can
from core.outbox import unread_count

SECTIONS = (
    ("home", "/", "home", _("Home"), None),
    ("partnerships", "/partnerships/", "link", _("Partnerships"), "partnership.view"),
    ("agreements", "/agreements/", "file", _("Agreements"), "agreement.view"),
    ("activities", "/activities/", "calendar", _("Activities"), "activity.view"),
    ("evaluations", "/evaluations/", "clipboard", pgettext_lazy("section", "Evaluation"), "evaluation.view"),
    ("institutions", "/institutions/", "globe", _("Institutions"), "institution.view"),
    ("library", "/library/", "book", _("Library"), "library.view"),
    ("matching", "/matching/", "support", pgettext_lazy("section", "Matching"), "proposal.view"),
    ("support", "/support/", "shield", pgettext_lazy("section", "Support"), "support.view"),
    ("reports", "/reports/", "chart", _("Reports"), "report.view"),
)

ALSO = {
    "evaluations": ("/actions/", "/practices/", "/surveys/", "/indicators/", "/measurements/", "/referrals/", "/targets/"),
    "institutions": ("/needs/", "/offers/", "/assessments/", "/interests/"),
    "activities": ("/programmes/", "/calendar/", "/visitors/", "/placements/", "/follow-up/", "/professionals/", "/participants/", "/invitations/", "/series/"),
}  # further addresses of a section

# what the pages are called whose filters people save
PAGES = {
    **{address: label for _slug, address, _icon, label, _action in SECTIONS},
    "/actions/": _("Action points"), "/evaluations/": _("Evaluations"), "/indicators/": _("Indicators"), "/measurements/": _("Measurements"),
    "/practices/": _("Good practices"), "/referrals/": _("Treatment abroad and transfers"), "/surveys/": _("Satisfaction of patients and staff"),
    "/interests/": _("Interest in twinning"), "/needs/": _("Needs"), "/offers/": _("Offers"),
    "/matching/": _("Who could be twinned with whom"), "/matching/proposals/": _("Proposed twinnings"),
    "/follow-up/": _("Follow-up of treated people"), "/professionals/": _("Professionals"), "/programmes/": _("Annual programmes"),
    "/visitors/": _("Visiting specialists"), "/support/technologies/": _("Technologies introduced"),
    "/reports/progress/": pgettext_lazy("tab", "Delays and progress"), "/reports/equity/": pgettext_lazy("tab", "Need and help"),
    "/reports/map/": pgettext_lazy("tab", "Map"),
}  # fmt: skip


def page_frame(request: HttpRequest) -> dict[str, Any]:
    """Sections as {"address", "icon", "label", "current"}; costs one count for a person who is logged in."""
    user = getattr(request, "user", None)
    frame: dict[str, Any] = {"languages": settings.LANGUAGES, "demo": settings.PORTAL_ENV == "demo", "page_names": PAGES}
    if user is None or not user.is_authenticated or request.path.startswith("/admin/"):
        return frame
    frame["sections"] = [
        {
            "slug": slug,
            "address": address,
            "icon": icon,
            "label": label,
            "current": request.path == address or (address != "/" and request.path.startswith((address, *ALSO.get(slug, ())))),
        }
        for slug, address, icon, label, action in SECTIONS
        if action is None or can(user, action)
    ]
    frame["may_log_activity"] = can(user, "activity.create")
    frame["may_operate"] = can(user, "operations.view")
    frame["unread"] = unread_count(user)
    frame["standing"] = user.standing
    return frame
