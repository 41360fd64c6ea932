"""The reading vocabulary of the library."""

from typing import Any, Self

from django.db.models import Q

from accounts.policy import Reach, can
from accounts.scoping import ScopedQuerySet


class LegalTextQuerySet(ScopedQuerySet):
    view_action = "library.view"

    def within(self, reach: Reach) -> Q:
        return ~Q(status="draft")

    def visible_to(self, user: Any, action: str = "") -> Self:
        """Drafts are seen by those who write them; everybody else sees a text from its consultation on."""
        rows = super().visible_to(user, action)
        return rows if can(user, "library.manage") else rows.exclude(status="draft")

    def citable(self) -> Self:
        """Texts that an agreement may be based on."""
        return self.filter(status__in=["in_force", "amended"])


class OpinionQuerySet(ScopedQuerySet):
    view_action = "library.read_opinions"

    def within(self, reach: Reach) -> Q:
        return Q(pk__in=[])  # who does not read them all reads the own one, through the text's page
