from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EvaluationConfig(AppConfig):
    name = "evaluation"
    verbose_name = _("Evaluation")

    def ready(self):
        import activities.lifecycle  # noqa: F401 – registers the table that the effect is added to
        from core.lifecycle import add_effect
        from evaluation.actions import schedule_follow_up

        add_effect("activity.validate", schedule_follow_up)
