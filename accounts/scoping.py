"""Every query that a user can reach starts here."""

from typing import Any, Self

from django.db import models
from django.db.models import Q

from accounts.policy import Reach, scope_for


class ScopedQuerySet(models.QuerySet):
    """A queryset that knows which of its rows a person may see.

    `view_action` is the action that opens the rows; `within(reach)` says, as one condition, which rows a reach covers.
    It must agree with `party_ids`, `party_region_ids` and `partnership_key` of the model: a test compares them.
    """

    view_action = ""

    def within(self, reach: Reach) -> Q:
        raise NotImplementedError

    def visible_to(self, user: Any, action: str = "") -> Self:
        """The rows on which `user` may do `action`; seeing them when no action is named."""
        reach = scope_for(user, action or self.view_action)
        if reach.everything:
            return self.all()
        return self.filter(self.within(reach)) if reach else self.none()
