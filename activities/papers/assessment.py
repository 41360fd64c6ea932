"""The assessment of a placement on paper: issued once for what it says, open to verification without a name."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from activities.models import Placement
from activities.papers.certificate import capital
from activities.papers.kit import in_order
from activities.papers.licence import LANGUAGES, name_of, sealed
from core.formats import day, days, digits
from core.lifecycle import TransitionRefused
from core.models import Seal
from core.seals import Facts
from core.typesetting import isolated

KIND = "assessment"

__all__ = ["KIND", "LANGUAGES", "facts_about", "issued_assessment"]


def words_of(placement: Placement, language: str) -> dict[str, Any]:
    """What the assessment says in one language: words only."""
    trainee, supervisor, activity = placement.trainee, placement.supervisor, placement.activity
    lines = [
        (_("Trainee"), name_of(trainee, language)),
        (_("Profession"), str(trainee.profession)),
        (_("From the department"), str(placement.from_department or trainee.institution)),
        (_("To the department"), str(placement.to_department or activity.host_places)),
    ]
    lines += [(_("Supervisor"), name_of(supervisor, language))] if supervisor else []
    lines += [(_("Dates"), days(activity.starts_on, activity.ends_on)), (_("Result"), capital(placement.get_result_display()))]
    lines += [(_("Assessment in words"), in_order(placement.remark))] if placement.remark else []
    lines.append((_("Assessed on"), day(placement.assessed_at)))
    return {
        "language": language, "title": _("Assessment of a placement"), "intro": "", "lines": [(str(label), str(value)) for label, value in lines],
        "table": {
            "head": [_("Objective"), pgettext("of an objective, from 0 to 4", "Mark"), _("Remark")], "widths": ["1fr", 20, 60],
            "rows": [[in_order(item.text), isolated(digits(f"{item.mark}/4")) if item.mark is not None else "—", in_order(item.remark)] for item in placement.objectives.all()],
        },
        "outro": _("Marks: 0 not begun, 1 seen, 2 done with help, 3 done under supervision, 4 done alone."),
        "signatures": [_("Supervisor"), _("Signature and seal")],
    }  # fmt: skip


def issued_assessment(placement: Placement, language: str, *, by: Any = None) -> Seal:
    """The assessment in one language. Raises TransitionRefused before it was given."""
    if placement.assessed_at is None:
        raise TransitionRefused("not_assessed", _("The placement is not assessed yet."))
    return sealed(placement, KIND, language, words_of, by)


def facts_about(placement: Placement) -> Facts | None:
    """What anybody with the code may know: from where to where, the days, that it was assessed. No name, no mark."""
    if placement.assessed_at is None:
        return None
    activity = placement.activity
    places = [
        placement.trainee.institution,
        *(party.institution for party in activity.parties.select_related("institution") if party.institution_id != placement.trainee.institution_id),
    ]
    lines: list[tuple[Any, Any]] = [(_("Kind"), _("Assessment of a placement")), *((_("Institution"), str(place)) for place in places)]
    lines += [(_("Dates"), days(activity.starts_on, activity.ends_on)), (_("Assessed on"), day(placement.assessed_at))]
    return Facts(_("Assessment of a placement"), (placement.status_label, placement.tone), lines)
