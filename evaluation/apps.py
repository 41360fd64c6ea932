from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EvaluationConfig(AppConfig):
    name = "evaluation"
    verbose_name = _("Evaluation")

    def ready(self):
        import activities.lifecycle  # noqa: F401 – registers the table that the effect is added to
        from core.lifecycle import add_effect
        from evaluation.actions import schedule_follow_up
        from evaluation.room import evaluation_keys, evaluation_step, next_evaluations
        from library.choices import Step
        from partnerships.room import add_next, add_step, add_to_timeline

        add_effect("activity.validate", schedule_follow_up)
        add_step(Step.EVALUATION, evaluation_step)
        add_next(next_evaluations)
        add_to_timeline("evaluation.evaluation", evaluation_keys)
