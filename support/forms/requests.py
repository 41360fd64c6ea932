"""Requests for support, opinions, grants, payments, justifications."""

import uuid
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Self

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.policy import Role
from activities.choices import Opinion as Stance
from core.amounts import AmountField, currency_choices, in_currency
from core.formats import today, whole_number
from core.forms import CountField, DayField, LinedForm, LineField, ManyField, PagesField, PortalForm, VersionedForm, WordsField
from core.profile import home
from library.models import Guide
from partnerships.models import Institution, Membership, Need, Partnership
from partnerships.querysets import with_parties
from support.actions import JUSTIFY_WITHIN, Line
from support.choices import BudgetSource, SupportKind
from support.models import Budget, SupportRequest
from support.suggesting import suggest

FIRST_LINES, MOST_LINES = 3, 30


class LineForm(PortalForm):
    """One thing asked for; an empty line is left out."""

    text = LineField(label=_("What"), required=False, max_length=200)
    quantity = CountField(label=_("Quantity"), max_value=100_000)
    unit_price = AmountField(label=_("Price of one"), required=False, whole=12)

    def clean(self):
        given = self.cleaned_data
        if given.get("text") and not given.get("quantity") and "quantity" not in self.errors:
            self.add_error("quantity", _("How many? At least one."))
        if given.get("text") and given.get("unit_price") is None and "unit_price" not in self.errors:
            self.add_error("unit_price", _("Give the price, even an estimate."))
        if not given.get("text") and (given.get("quantity") or given.get("unit_price")):
            self.add_error("text", _("Say what it is."))
        return given

    def typed(self) -> dict[str, Any]:
        """What stands in the fields, unchecked."""
        return {name: self[name].value() for name in self.fields}

    def line(self) -> Line | None:
        given = self.cleaned_data
        return Line(given["text"], given["quantity"], given["unit_price"]) if given.get("text") else None


class RequestForm(LinedForm):
    """What is asked for and why. Lines are forms of their own, numbered from 0; a button adds more of them."""

    uid = forms.UUIDField(widget=forms.HiddenInput, required=False)
    kind = forms.ChoiceField(label=_("What kind of support"), choices=SupportKind, widget=forms.RadioSelect)
    title = LineField(label=_("Subject"), max_length=200)
    reasons = WordsField(label=_("Why it is needed, and what it will change"), help_text=_("No names and no file numbers of patients."))
    partnership = forms.ModelChoiceField(Partnership.objects.none(), label=_("For the partnership"), required=False, empty_label=_("no partnership"))
    needs = ManyField(Need.objects.none(), label=_("Needs that it answers"), required=False, widget=forms.CheckboxSelectMultiple)
    currency = forms.ChoiceField(label=_("Currency"), choices=currency_choices)
    rate = AmountField(
        label=_("Rate of exchange"), required=False, whole=8, places=6, help_text=_("Only for another currency: what one unit of it costs at home.")
    )
    rate_on = DayField(label=_("Rate of the day"), required=False)
    rate_source = LineField(label=_("Source of the rate"), required=False)

    def __init__(self, data: Any = None, *, institution: Institution, request: SupportRequest | None = None, is_advice: bool = False, **kwargs: Any):
        kept = kept_of(request) if request else {"uid": uuid.uuid4(), "rate_on": today()}
        super().__init__(data, initial={**kept, **kwargs.pop("initial", {})}, **kwargs)
        parties = Partnership.objects.filter(parties__institution=institution).exclude(status="cancelled")
        self.fields["partnership"].queryset = parties.prefetch_related(with_parties())
        self.fields["needs"].queryset = Need.objects.filter(institution=institution, closed_on=None).select_related("specialty")
        self.is_advice = is_advice
        self.lines = [] if is_advice else self.make_lines(data, request)
        self.suggestions = [] if is_advice else suggest(institution)
        if is_advice:
            self.ask_for_advice()

    def ask_for_advice(self) -> None:
        """A question instead of lines and money."""
        for name in ("rate", "rate_on", "rate_source"):
            del self.fields[name]
        for name, value in (("kind", SupportKind.GUIDANCE), ("currency", home().currency)):
            self.fields[name].widget = forms.HiddenInput()
            self.initial[name] = value
        self.fields["reasons"].label = _("Question")

    @classmethod
    def as_typed(cls, data: Any, *, institution: Institution, more_lines: int = 0, suggested: Sequence[str] = ()) -> Self:
        """What was typed, unchecked, with room for more lines and a line for each need out of `suggested`.

        The needs are ticked as well; where no kind was chosen yet and all lines are of one kind, so is the request.
        """
        form = cls(institution=institution)
        chosen = [item for item in form.suggestions if str(item.need.pk) in suggested]
        form.initial |= {name: field.widget.value_from_datadict(data, {}, form.add_prefix(name)) for name, field in form.fields.items()}
        form.initial["needs"] = list(dict.fromkeys([*(form.initial["needs"] or []), *(str(item.need.pk) for item in chosen)]))
        typed = [line.typed() for line in form.make_lines(data, None)]
        written = [values for values in typed if any(values.values())]
        if not form.initial.get("kind") and len({item.kind for item in chosen}) == 1:
            form.initial["kind"] = chosen[0].kind
        filled = [*written, *({"text": item.text, "quantity": 1} for item in chosen)] if chosen else typed
        wanted = max(len(typed) + more_lines, len(filled), FIRST_LINES)
        rows = [*filled, *({} for _empty in range(wanted - len(filled)))][:MOST_LINES]
        form.lines = [LineForm(prefix=f"line-{place}", initial=values) for place, values in enumerate(rows)]
        return form

    def make_lines(self, data: Any, request: SupportRequest | None) -> list[LineForm]:
        if data is not None:
            count = whole_number(str(data.get("lines", ""))) or FIRST_LINES
            return [LineForm(data, prefix=f"line-{place}") for place in range(max(1, min(count, MOST_LINES)))]
        kept = [{"text": line.text, "quantity": line.quantity, "unit_price": line.unit_price} for line in request.lines.all()] if request else []
        return [LineForm(prefix=f"line-{place}", initial=values) for place, values in enumerate([*kept, *[{}] * max(1, FIRST_LINES - len(kept))])]

    def is_valid(self) -> bool:
        ours, theirs = super().is_valid(), [line.is_valid() for line in self.lines]
        return ours and all(theirs)

    def result_lines(self) -> list[Line]:
        return [line for line in (form.line() for form in self.lines) if line]

    def values(self) -> dict[str, Any]:
        """What the actions take, besides the lines."""
        return {name: value for name, value in self.cleaned_data.items() if name not in {"uid", "version"}}


class EditRequestForm(RequestForm, VersionedForm):
    pass


def kept_of(request: SupportRequest) -> dict[str, Any]:
    names = ("kind", "title", "reasons", "partnership", "currency", "rate", "rate_on", "rate_source", "version")
    return {**{name: getattr(request, name) for name in names}, "needs": list(request.needs.all())}


class OpinionForm(PortalForm):
    stance = forms.ChoiceField(label=_("Opinion"), choices=Stance, widget=forms.RadioSelect)
    amount = AmountField(label=_("Amount that would suit"), required=False)
    text = WordsField(label=_("Words of the opinion"), required=False, max_length=1000)

    def __init__(self, *args: Any, currency: str, **kwargs: Any):
        super().__init__(*args, **kwargs)
        in_currency(self, currency)


class GrantForm(PortalForm):
    """An amount in one to four tranches, things in kind, or both."""

    amount = AmountField(label=_("Amount granted"), required=False, help_text=_("Empty when only things in kind are given."))
    budget = forms.ModelChoiceField(Budget.objects.none(), label=_("Paid from"), required=False, empty_label=_("no budget"))
    in_kind = WordsField(label=_("Granted in kind"), required=False, max_length=1000, help_text=_("Equipment of the central store, a team of technicians…"))

    def __init__(self, *args: Any, budgets: Any, currency: str, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["budget"].queryset = budgets
        for number in range(1, 5):
            self.fields[f"tranche_{number}"] = AmountField(label=_("Tranche %(number)s") % {"number": number}, required=False)
            self.fields[f"planned_{number}"] = DayField(label=_("Planned for"), required=False)
        in_currency(self, currency)

    def tranches(self) -> list[tuple[Decimal, date | None]]:
        """In their order, without the empty ones."""
        given = self.cleaned_data
        parts = [(given.get(f"tranche_{number}"), given.get(f"planned_{number}")) for number in range(1, 5)]
        return [(amount, day_) for amount, day_ in parts if amount]

    def pairs(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[f"tranche_{number}"], self[f"planned_{number}"]) for number in range(1, 5)]


class PayForm(PortalForm):
    paid_on = DayField(label=_("Paid on"))
    reference = LineField(label=_("Reference of the payment"), max_length=80)
    justify_by = DayField(label=_("To be justified by"))

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, initial={"paid_on": today(), "justify_by": today() + JUSTIFY_WITHIN}, **kwargs)


class JustifyForm(PortalForm):
    uid = forms.UUIDField(widget=forms.HiddenInput)
    amount = AmountField(label=_("Amount justified"))
    note = WordsField(label=_("What it was spent on"), max_length=1000)
    file = PagesField(label=_("Invoices and receipts"), required=True)

    def __init__(self, *args: Any, left: Decimal, currency: str, **kwargs: Any):
        super().__init__(*args, initial={"uid": uuid.uuid4(), "amount": left}, **kwargs)
        in_currency(self, currency)


class CheckForm(PortalForm):
    verdict = forms.ChoiceField(label=_("Decision"), choices=[("accept", _("Accept it")), ("return", _("Return it"))], widget=forms.RadioSelect)
    remark = WordsField(label=_("Remark"), required=False, max_length=400, help_text=_("Needed when it is returned: what is missing."))


class ReceiptForm(PortalForm):
    note = WordsField(label=_("What was received, and in which state"), max_length=1000)


class AdviserForm(PortalForm):
    adviser = forms.ModelChoiceField(User.objects.none(), label=_("Adviser"), empty_label=_("choose"))

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        people = Membership.objects.in_force().filter(role__in=[Role.HEAD, Role.OFFICER]).values("user")
        self.fields["adviser"].queryset = User.objects.filter(pk__in=people, is_active=True)


class AnswerForm(PortalForm):
    answer = WordsField(label=_("Answer"), max_length=5000)
    guide = forms.ModelChoiceField(
        Guide.objects.all(),
        label=_("Guide made of this answer"),
        required=False,
        empty_label=_("no guide"),
        help_text=_("A good answer helps others: write it as a guide in the library."),
    )


class BudgetForm(VersionedForm):
    year = CountField(label=_("Year"), max_value=2100, required=True)
    source = forms.ChoiceField(label=_("Source of money"), choices=BudgetSource)
    name = LineField(label=_("Name"))
    amount = AmountField(label=_("Amount, in the home currency"))

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["version"].required = False

    def clean_year(self) -> int:
        year = self.cleaned_data["year"]
        if not 2000 <= year <= (today() + timedelta(days=1100)).year:
            raise forms.ValidationError(_("Type a year like 2026."))
        return year
