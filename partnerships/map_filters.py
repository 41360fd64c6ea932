"""What the reader of a map may ask for. Like list filters: anything not understood in the address is left out."""

from datetime import date

import django_filters
from django.db.models import Min
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.formats import digits, today
from core.listing import ListFilters
from core.profile import home
from partnerships.choices import NeedKind, Reach, Zone
from partnerships.models import InstitutionKind, Need, Partnership, Specialty
from partnerships.regions import divisions


def years_since(first: date | None) -> list[tuple[str, str]]:
    """The years before this one, newest first, back to the one of `first`; 60 at most."""
    newest = today().year
    oldest = max(first.year, newest - 60) if first else newest
    return [(str(year), digits(str(year))) for year in range(newest - 1, oldest - 1, -1)]


def years_of_partnerships() -> list[tuple[str, str]]:
    return years_since(Partnership.objects.aggregate(first=Min("started_on"))["first"])


def years_of_needs() -> list[tuple[str, str]]:
    return years_since(Need.objects.aggregate(first=Min("stated_on"))["first"])


class MapFilters(ListFilters):
    """The year, this one when none is named, and the division into regions that counts."""

    year = django_filters.ChoiceFilter(choices=years_of_partnerships, method="leave", label=_("Year"))
    division = django_filters.ChoiceFilter(
        choices=[("today", pgettext_lazy("division into regions", "of today"))],
        empty_label=pgettext_lazy("division into regions", "of that time"),
        method="leave",
        label=_("Division into regions"),
    )
    specialty = django_filters.ModelChoiceFilter(
        queryset=Specialty.objects.by_name(), to_field_name="code", empty_label=_("all specialties"), method="leave", label=_("Specialty")
    )
    zone = django_filters.ChoiceFilter(choices=Zone, empty_label=_("all zones"), method="leave", label=_("Zone"))

    class Meta:
        model = Partnership
        fields: list[str] = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        del self.filters["q"]
        self.filters["year"].extra["empty_label"] = digits(str(today().year))
        if not home().has_zones:
            self.filters.pop("zone", None)
        if "division" in self.filters and len(divisions()) == 1:
            del self.filters["division"]

    def leave(self, queryset, name, value):
        return queryset  # a map is a sum over several tables: its view reads the answers

    def asked(self, name: str) -> object:
        """What was answered to one question; None when it was not asked, not answered or not understood."""
        self.form.is_valid()
        return self.form.cleaned_data.get(name) or None

    @property
    def period(self) -> tuple[date, date]:
        """The first and the last day of the years asked for, at the latest today."""
        first = int(self.asked("year") or today().year)
        last = max(first, int(self.asked("to_year") or first))
        return date(first, 1, 1), min(date(last, 12, 31), today())

    @property
    def divided_on(self) -> date:
        """The day whose division into regions counts."""
        return today() if self.asked("division") else self.period[1]


class FlowFilters(MapFilters):
    to_year = django_filters.ChoiceFilter(choices=years_of_partnerships, method="leave", label=_("Until the year"))
    zone = django_filters.ChoiceFilter(choices=Zone, empty_label=_("all zones"), method="leave", label=_("Zone of the host"))
    reach = django_filters.ChoiceFilter(choices=Reach, empty_label=_("all kinds"), method="leave", label=_("Kind"))
    measure = django_filters.ChoiceFilter(
        choices=[("activities", _("Activities"))], empty_label=_("Partnerships"), method="leave", label=_("Thickness of the lines")
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["to_year"].extra["empty_label"] = _("only this one")
        self.filters["to_year"].extra["choices"] = [(str(today().year), digits(str(today().year))), *years_of_partnerships()]
        for name in reversed(("year", "to_year")):
            self.filters.move_to_end(name, last=False)


class WorldFilters(FlowFilters):
    """Countries are not divided anew, and their partnerships are international."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("division", "zone", "reach"):
            self.filters.pop(name, None)


class RegisterFilters(MapFilters):
    """The register is that of today; a year stands for its division into regions."""

    kind = django_filters.ModelChoiceFilter(
        queryset=InstitutionKind.objects.all(), to_field_name="code", empty_label=_("all kinds"), method="leave", label=_("Kind")
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters.pop("division", None)


class DeficitFilters(MapFilters):
    year = django_filters.ChoiceFilter(choices=years_of_needs, method="leave", label=_("Year"))
    kind = django_filters.ChoiceFilter(choices=NeedKind, empty_label=_("all kinds"), method="leave", label=_("Kind"))
    columns = django_filters.ChoiceFilter(
        choices=[("regions", pgettext_lazy("columns of a table", "regions"))], empty_label=pgettext_lazy("columns of a table", "zones"), method="leave", label=_("Columns of the table"),
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not home().has_zones:
            self.filters.pop("columns", None)
