"""The shape of what is typed in the room of a partnership."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.amounts import AmountField, currency_choices
from core.files import KINDS
from core.forms import DayField, LineField, ManyField, PortalForm, ScanField, VersionedForm, WordsField
from partnerships.choices import CareLevel, ProjectState, Rung
from partnerships.models import Agreement, Department, Institution, Partnership, Specialty

SDG_TARGETS = [
    ("3.1", _("3.1 Maternal mortality")),
    ("3.2", _("3.2 Newborn and child mortality")),
    ("3.3", _("3.3 Communicable diseases")),
    ("3.4", _("3.4 Noncommunicable diseases and mental health")),
    ("3.6", _("3.6 Road traffic injuries")),
    ("3.8", _("3.8 Universal health coverage")),
    ("3.b", _("3.b Research, medicines and vaccines")),
    ("3.c", _("3.c Health workforce")),
    ("3.d", _("3.d Early warning and health risks")),
    ("10.2", _("10.2 Inclusion of all")),
    ("17.9", _("17.9 Capacity-building")),
    ("17.16", _("17.16 Partnerships")),
]


class DescriptionForm(VersionedForm):
    goals = WordsField(label=_("Goals"), required=False)
    exit_plan = WordsField(label=_("Exit plan"), required=False, help_text=_("How the benefiting institution carries on by itself when the twinning ends."))
    sdg_targets = forms.MultipleChoiceField(choices=SDG_TARGETS, label=_("Sustainable development goals"), required=False, widget=forms.CheckboxSelectMultiple)


class FocalPointForm(PortalForm):
    institution = forms.ModelChoiceField(Institution.objects.none(), label=_("Institution"))
    name = LineField(label=_("Name"), max_length=120)
    function = LineField(label=_("Function"), required=False)
    email = forms.EmailField(label=_("E-mail"), required=False, max_length=254, widget=forms.EmailInput(attrs={"dir": "ltr"}))
    phone = forms.CharField(label=_("Telephone"), required=False, max_length=30, widget=forms.TextInput(attrs={"dir": "ltr", "inputmode": "tel"}))

    def __init__(self, *args, institutions, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["institution"].queryset = institutions


class ServiceLineForm(PortalForm):
    specialty = forms.ModelChoiceField(Specialty.objects.by_name(), label=_("Specialty"))
    name = LineField(label=_("Service"), required=False, help_text=_("For example cataract surgery; empty for the specialty as a whole."))
    sender_department = forms.ModelChoiceField(Department.objects.none(), label=_("Department that supports"), required=False)
    host_department = forms.ModelChoiceField(Department.objects.none(), label=_("Department that benefits"), required=False)
    rung = forms.ChoiceField(choices=Rung, label=_("Where it stands today"))
    target_rung = forms.ChoiceField(choices=Rung, label=_("Where it should get to"), initial=Rung.AUTONOMOUS)
    target_on = DayField(label=_("Aimed at for"), required=False)

    def __init__(self, *args, partnership: Partnership, **kwargs):
        super().__init__(*args, **kwargs)
        departments = Department.objects.select_related("specialty", "institution")
        self.fields["sender_department"].queryset = departments.filter(institution__in=partnership.senders)
        self.fields["host_department"].queryset = departments.filter(institution__in=partnership.hosts)


class RungForm(PortalForm):
    rung = forms.ChoiceField(choices=Rung, label=_("Reached"), widget=forms.RadioSelect)
    reached_on = DayField(label=_("Day"))
    note = LineField(label=_("What shows it"), required=False, max_length=300)


class ProjectForm(VersionedForm):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    title = LineField(label=_("Title"), max_length=200)
    agreement = forms.ModelChoiceField(Agreement.objects.none(), label=_("Agreement"), required=False)
    level = forms.ChoiceField(choices=[("", "—"), *CareLevel.choices], label=_("Level of care"), required=False)
    state = forms.ChoiceField(choices=ProjectState, label=_("State"))
    outputs = WordsField(label=_("Outputs"), required=False)
    budget = AmountField(label=_("Budget"), required=False, whole=12)
    currency = forms.ChoiceField(label=_("Currency"), choices=currency_choices)
    starts_on = DayField(label=_("Start"), required=False)
    ends_on = DayField(label=_("End"), required=False)

    def __init__(self, *args, partnership: Partnership, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["agreement"].queryset = partnership.agreements.select_related("partnership").order_by("-pk")
        self.fields["currency"].choices = currency_choices(self.initial.get("currency", ""))


class MeetingForm(VersionedForm):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    title = LineField(label=_("Title"), max_length=200)
    held_on = DayField(label=_("Day"))
    place = LineField(label=_("Place, or the link of a video conference"), required=False, max_length=200)
    agenda = WordsField(label=_("Agenda"), required=False)
    participants = WordsField(label=_("Participants"), required=False, help_text=_("One line each: name, function, institution, embassy or company."))
    minutes = WordsField(label=_("Minutes"), required=False, max_length=20_000)


class DocumentForm(PortalForm):
    file = ScanField(
        label=_("File"), help_text=_("PDF, JPEG, PNG, XLSX or DOCX, at most 15 MB."),
        allowed=tuple(KINDS),
    )  # fmt: skip


class DecisionForm(PortalForm):
    text = LineField(label=_("Decision"), max_length=400)
    owner = forms.ModelChoiceField(User.objects.none(), label=_("Done by"), required=False)
    due_on = DayField(label=_("Until"), required=False)

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = User.objects.filter(pk__in=[person.pk for person in people]).order_by("name", "pk")


class MessageForm(PortalForm):
    text = WordsField(label=_("Message"), max_length=5000)
    mentions = ManyField(User.objects.none(), label=_("Tell these people"), required=False, widget=forms.CheckboxSelectMultiple)
    file = ScanField(label=_("File"), required=False, help_text=_("PDF, JPEG or PNG, at most 15 MB."))

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["mentions"].queryset = User.objects.filter(pk__in=[person.pk for person in people]).order_by("name", "pk")
