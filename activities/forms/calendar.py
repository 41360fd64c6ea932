"""The shape of what is typed about calendars."""

from django.utils.translation import gettext_lazy as _

from core.forms import LineField, PortalForm


class FeedForm(PortalForm):
    """A name by which the owner tells one address from another."""

    name = LineField(label=_("Name"), max_length=60, help_text=_("For example: my telephone."))
