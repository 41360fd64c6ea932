"""Forms of the operations page and of the rules in the administration."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from core.formats import whole_number
from core.forms import DayField, LineField, PortalForm
from core.topics import TOPICS
from evaluation.choices import Audience
from evaluation.models import ReminderRule
from evaluation.reminders.engine import HORIZON

LATEST = 1500  # days after the due day


class ResendForm(PortalForm):
    """Which notices, and why."""

    notices = forms.TypedMultipleChoiceField(coerce=int, required=False, choices=())
    reason = LineField(label=_("Reason"), help_text=_("What was wrong, or why it surely did not arrive. Kept in the history."), max_length=300)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        given = self.data.getlist("notices") if hasattr(self.data, "getlist") else []
        self.fields["notices"].choices = [(key, key) for key in given if whole_number(key) is not None]

    def clean(self):
        if not self.data.get("all") and not self.cleaned_data.get("notices") and "notices" not in self.errors:
            self.add_error(None, _("Mark at least one notice, or send all of them."))
        return self.cleaned_data


class PreviewForm(PortalForm):
    on = DayField(label=_("Day"))
    rule = forms.ChoiceField(label=_("Rule"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["rule"].choices = [("", _("All rules"))] + [(rule.code, f"{rule.code} · {rule.name}") for rule in ReminderRule.objects.all()]


class ReminderRuleForm(forms.ModelForm):
    """A rule as an administrator edits it: what does not fit is said in words, with what would."""

    class Meta:
        model = ReminderRule
        fields = [
            "name_ar", "name_fr", "name_en", "offsets", "audience", "escalation", "topic", "rests_on_week_end", "is_urgent", "is_active",
        ]  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        known = " · ".join(f"{slug} ({label})" for slug, label in Audience.choices)
        if "audience" in self.fields:  # whoever may only look gets no fields
            for name in ("offsets", "escalation"):  # the model's own checks say less
                self.fields[name].validators = [check for check in self.fields[name].validators if not isinstance(check, RegexValidator)]
            self.fields["offsets"].help_text = _("Days from the due day, negative before it, separated by |, for example -30|-7|0.")
            self.fields["audience"].help_text = _("Whom it goes to, separated by |: %(known)s") % {"known": known}
            self.fields["escalation"].help_text = _("Days and whom it goes to then, for example 15:directors|30:heads. Empty: nobody further.")

    def clean_offsets(self):
        return "|".join(str(day) for day in days_in(self.cleaned_data["offsets"].split("|")))

    def clean_audience(self):
        return "|".join(people_in(self.cleaned_data["audience"].split("|")))

    def clean_escalation(self):
        steps = [step.partition(":") for step in self.cleaned_data["escalation"].replace(" ", "").split("|") if step]
        days = days_in([day for day, _colon, _slug in steps]) if steps else []
        people_in([slug for _day, _colon, slug in steps])
        return "|".join(f"{int(day)}:{slug}" for day, _colon, slug in steps) if days else ""

    def clean_topic(self):
        topic = self.cleaned_data["topic"]
        if topic not in TOPICS:
            raise ValidationError(_("There is no such topic."))
        return topic


def days_in(texts: list[str]) -> list[int]:
    """Whole numbers of days within what the portal looks at, in their order. Raises ValidationError in words."""
    found = []
    for text in texts:
        try:
            day = int(text.strip().replace("−", "-"))
        except ValueError as error:
            raise ValidationError(_("“%(text)s” is no number of days: write for example -30|-7|0.") % {"text": text.strip()}) from error
        if not -HORIZON.days <= day <= LATEST:
            words = {"day": day, "earliest": HORIZON.days, "latest": LATEST}
            raise ValidationError(_("%(day)s lies outside what is watched: at most %(earliest)s days before and %(latest)s after.") % words)
        found.append(day)
    return found


def people_in(slugs: list[str]) -> list[str]:
    """Known audiences. Raises ValidationError that names the unknown one and all that there are."""
    for slug in (slug.strip() for slug in slugs):
        if slug not in Audience.values:
            raise ValidationError(_("Nobody is called “%(slug)s”. Choose among: %(known)s.") % {"slug": slug, "known": ", ".join(Audience.values)})
    return [slug.strip() for slug in slugs]
