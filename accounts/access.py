"""One door to one object: 404 outside what a person may see, 403 inside it when the action is not theirs; to an action, a refusal."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.policy import can, may_act_for
from core.lifecycle import not_allowed


def get_for(user: Any, queryset: Any, action: str, pk: int) -> Any:
    """The row `pk` of a scoped queryset on which `user` may do `action`.

    Raises Http404 when the user may not even see it, PermissionDenied when they may see it but not do this.
    """
    obj = queryset.visible_to(user).filter(pk=pk).first() if 0 < pk < 2**63 else None
    if obj is None:
        raise Http404(_("There is nothing here for you under this address."))
    if action != queryset.view_action and not can(user, action, obj):
        raise PermissionDenied(_("Your role does not allow this."))
    return obj


def require(user: Any, action: str) -> None:
    """Raise PermissionDenied unless `user` may do `action` to anything at all."""
    if not can(user, action):
        raise PermissionDenied(_("Your role does not allow this."))


def refuse_unless(by: Any, action: str, obj: Any = None) -> None:
    """Raise TransitionRefused unless `by` may do `action`; the portal itself (None) may. What actions ask before they write."""
    if by is not None and not can(by, action, obj):
        raise not_allowed()


def refuse_unless_acting_for(by: Any, action: str, institution_id: int) -> None:
    """The same for what is done in the name of one institution, while there is no object yet."""
    if by is not None and not may_act_for(by, action, institution_id):
        raise not_allowed()


def model_of(label: str) -> type[models.Model]:
    from django.apps import apps  # the registry is ready only at run time

    return apps.get_model(label)
