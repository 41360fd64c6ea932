"""What is asked before a report is made as a file, and before one is made every month."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Case, When
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from accounts.policy import GRANTS, Role
from core.formats import language, number, today
from core.forms import CountField, DayField, PortalForm, VersionedForm
from evaluation.choices import Frequency
from evaluation.indicators import Period, period_of, periods
from partnerships.filters import home_regions
from partnerships.forms.fields import GroupedField
from partnerships.models import Institution, Membership, Partnership, PartnershipParty, Region, Specialty
from reports.choices import Format, Rhythm
from reports.models import ReportSchedule
from reports.models.schedule import LAST_DAY
from reports.registry import Report, kept

OWN = ""  # the choice of days of one's own
THIS_YEAR = "this-year"


def stretches(on: date) -> dict[str, Period]:
    """The stretches that are offered by name: this year so far, the last months, quarters and years."""
    found = {THIS_YEAR: Period(date(on.year, 1, 1), on)}
    for frequency, count in ((Frequency.MONTHLY, 3), (Frequency.QUARTERLY, 6), (Frequency.YEARLY, 4)):
        start = period_of(frequency, on).start
        assert start is not None
        for period in reversed(periods(frequency, start - timedelta(days=1), count)):
            found[f"{frequency}-{period.start}"] = period
    return found


def stretch_choices() -> list[tuple[str, Any]]:
    labels: list[tuple[str, Any]] = [(OWN, pgettext_lazy("period", "from – to, or all"))]
    return labels + [(key, _("This year so far") if key == THIS_YEAR else period.label) for key, period in stretches(today()).items()]


class AboutForm(PortalForm):
    """What a report is about, beside its period; fields that the report does not ask for are left out."""

    region = forms.ModelChoiceField(Region.objects.none(), to_field_name="code", label=_("Region of the host"), empty_label=_("all regions"))
    specialty = forms.ModelChoiceField(Specialty.objects.none(), to_field_name="code", label=_("Specialty"), empty_label=_("all specialties"))
    institution = forms.ModelChoiceField(Institution.objects.none(), to_field_name="code", label=_("Institution"), empty_label="")
    partnership = forms.ModelChoiceField(Partnership.objects.none(), to_field_name="code", label=_("Partnership"), empty_label="")
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    format = forms.ChoiceField(label=_("Format"), choices=Format, widget=forms.RadioSelect)

    about = ("region", "specialty", "institution", "partnership")

    def __init__(self, *args: Any, report: Report, user: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.report = report
        seen = Partnership.objects.visible_to(user)
        self.fields["region"].queryset = home_regions(None)
        self.fields["specialty"].queryset = Specialty.objects.all()
        self.fields["partnership"].queryset = seen.with_people().order_by("code")
        parties = PartnershipParty.objects.filter(partnership__in=seen.values("pk"))
        self.fields["institution"].queryset = Institution.objects.listed().filter(pk__in=parties.values("institution")).order_by("sort_key", "pk")
        for name in self.about:
            if name not in report.parameters:
                del self.fields[name]
            else:
                self.fields[name].required = name in report.needs
                if name in report.needs:
                    self.fields[name].empty_label = "—"
        self.fields["language"].initial = language()
        self.fields["format"].initial = Format.XLSX if report.is_register else Format.PDF

    def parameters(self) -> dict[str, str]:
        return kept({name: self.cleaned_data.get(name) for name in self.about})


class ReportForm(AboutForm):
    """One report now. Days that were typed count before a period with a name."""

    period = forms.ChoiceField(label=_("Period"), choices=stretch_choices, required=False)
    since = DayField(label=_("From"), required=False)
    until = DayField(label=_("To"), required=False)

    field_order = ("period", "since", "until", *AboutForm.about, "language", "format")

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        offered = stretches(today())
        if self.report.rhythm:
            self.fields["period"].initial = next(key for key in offered if key.startswith(self.report.rhythm))
        elif not self.report.is_register:
            self.fields["period"].initial = THIS_YEAR

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        named = stretches(today()).get(given.get("period", ""))
        if given.get("since") and given.get("until") and given["until"] < given["since"]:
            self.add_error("until", _("The end comes before the start."))
        elif named and not (given.get("since") or given.get("until")):
            given["since"], given["until"] = named.start, named.end
        return given

    def parameters(self) -> dict[str, str]:
        return kept({name: self.cleaned_data.get(name) for name in ("since", "until", *self.about)})


class RecipientsField(GroupedField):
    """Whoever could ask for a report themselves, each once, under the first of their roles."""

    def __init__(self, **kwargs: Any):
        super().__init__(User.objects.none(), group_of=self.role_of, **kwargs)

    def offer(self, report: Report) -> None:
        roles = [role for role in Role if role in GRANTS[report.permission]]
        rows = Membership.objects.in_force().filter(role__in=roles, user__is_active=True).select_related("institution", "region")
        self.people: dict[int, Membership] = {}
        for row in sorted(rows, key=lambda row: (roles.index(Role(row.role)), row.pk)):
            self.people.setdefault(row.user_id, row)
        self.group_of = self.role_of  # of this form's own copy of the field
        places = [When(memberships__in=[row.pk for row in self.people.values() if row.role == role], then=place) for place, role in enumerate(roles)]
        self.queryset = User.objects.filter(memberships__in=[row.pk for row in self.people.values()]).order_by(Case(*places), "name", "pk")

    def role_of(self, person: User) -> str:
        return self.people[person.pk].get_role_display()

    def label_from_instance(self, obj: User) -> str:
        where = self.people[obj.pk].institution or self.people[obj.pk].region
        return f"{obj.name} · {where}" if where else obj.name


class ScheduleForm(VersionedForm, AboutForm):
    """One report every month or quarter, about the one that is over. Of a schedule that runs: what may change of it."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    rhythm = forms.ChoiceField(label=_("How often"), choices=Rhythm, widget=forms.RadioSelect, initial=Rhythm.MONTHLY)
    day = CountField(label=_("Day of the month"), max_value=LAST_DAY, required=True, help_text=_("From 1 to 28. Of a quarter: of the month after it."))
    recipients = RecipientsField(
        label=_("Recipients"),
        help_text=_("Each gets the report of what they may see themselves."),
        error_messages={"required": _("Choose somebody who is to get it.")},
    )

    field_order = (*AboutForm.about, "rhythm", "day", "recipients", "language", "format")

    terms = ("language", "format", "day", "recipients")  # what may change while it runs

    def __init__(self, *args: Any, schedule: ReportSchedule | None = None, **kwargs: Any):
        super().__init__(*args, initial={"version": schedule.version} if schedule else None, **kwargs)
        self.fields["day"].initial = 5
        self.fields["rhythm"].initial = self.report.rhythm or Rhythm.MONTHLY
        self.fields["recipients"].offer(self.report)
        if schedule:
            for name in {*self.fields} - {*self.terms, "version"}:
                del self.fields[name]
            self.initial |= self.said(schedule)

    def said(self, schedule: ReportSchedule) -> dict[str, Any]:
        return {**{name: getattr(schedule, name) for name in self.terms}, "recipients": list(schedule.recipients.all())}

    def compare(self, kept: dict[str, Any], version: int) -> list[dict[str, str]]:
        return super().compare(self.said(self.current), version)

    def clean_day(self) -> int:
        day = self.cleaned_data["day"]
        if day < 1:
            raise forms.ValidationError(_("A day from %(first)s to %(last)s.") % {"first": number(1), "last": number(LAST_DAY)})
        return day

    def given(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.terms}
