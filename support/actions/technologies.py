"""Technologies introduced, and whether they are still in use."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.access import refuse_unless, refuse_unless_acting_for
from accounts.models import User
from core.editing import edit
from core.formats import today
from core.history import changing, name_verbs, record
from core.lifecycle import TransitionRefused
from core.money import refuse_finer
from core.profile import home
from partnerships.models import Institution, Partnership
from support.models import TechnologyIntroduced

LOOK_AFTER = timedelta(days=182)

name_verbs(edit_technology=_("Technology edited"))


def check_technology(institution: Institution, partnership: Partnership | None, values: dict[str, Any]) -> None:
    """Raise TransitionRefused for a day ahead, a partnership of others, a look before the six months are over, a value too fine for its currency."""
    if partnership and institution.pk not in partnership.party_ids:
        raise TransitionRefused("not_a_party", _("The institution is not a party of this partnership."))
    refuse_finer(values.get("currency") or home().currency, values.get("value"))
    since, seen = values["commissioned_on"], values.get("checked_on")
    if since > today() or (seen and seen > today()):
        raise TransitionRefused("ahead", _("This day has not come yet."))
    if values.get("in_use") is not None and (seen is None or seen < since + LOOK_AFTER):
        raise TransitionRefused("too_early", _("Whether it is still in use is looked at after six months: give the day of that look."))


def record_technology(institution: Institution, *, by: User | None, partnership: Partnership | None = None, **values: Any) -> TechnologyIntroduced:
    """Note something new at an institution."""
    refuse_unless_acting_for(by, "technology.record", institution.pk)
    check_technology(institution, partnership, values)
    with changing():
        technology = TechnologyIntroduced.objects.create(institution=institution, partnership=partnership, created_by=by, **values)
        record(technology, "create", by=by, after={"institution": institution, **values})
    return technology


def edit_technology(technology: TechnologyIntroduced, values: dict[str, Any], *, by: User | None, version: int | None = None) -> dict[str, Any]:
    """Change it, or note the look after six months; what changed. Raises EditConflict."""
    refuse_unless(by, "technology.record", technology)
    kept = {name: getattr(technology, name) for name in ("commissioned_on", "checked_on", "in_use", "value", "currency")}
    check_technology(technology.institution, values.get("partnership", technology.partnership), {**kept, **values})
    return edit(technology, values, by=by, version=version, verb="edit_technology")
