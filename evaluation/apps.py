from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EvaluationConfig(AppConfig):
    name = "evaluation"
    verbose_name = _("Evaluation")

    def ready(self):
        import activities.lifecycle  # noqa: F401 – registers the table that the effect is added to
        from core.files import guard_files
        from core.lifecycle import add_effect, add_guard
        from core.seals import describe
        from core.topics import topic
        from evaluation.actions import carry_out_with_decision, follow_decision, schedule_follow_up
        from evaluation.lifecycle import final_evaluation_done
        from evaluation.papers.public import facts_about
        from evaluation.reminders.hooks import connect
        from evaluation.room import evaluation_keys, evaluation_step, next_action_points, next_evaluations, point_keys, value_keys, without_points
        from evaluation.secrecy import may_open_document, may_open_evidence
        from library.choices import Step
        from partnerships.actions.room import follow_decisions
        from partnerships.room import add_next, add_step, add_tab, add_to_timeline, list_decisions_elsewhere

        add_guard("partnership.close", final_evaluation_done)
        follow_decisions(follow_decision, carry_out_with_decision)
        list_decisions_elsewhere(without_points)
        guard_files("evaluation.evaluationside", may_open_evidence)
        guard_files("evaluation.evaluation", may_open_document)
        describe("evaluation.evaluation", facts_about)
        add_tab("evaluations", "evaluations/", _("Evaluation and follow-up"))
        add_tab("indicators", "indicators/", _("Indicators"))
        add_to_timeline("evaluation.indicatorvalue", value_keys)
        add_next(next_action_points)
        add_to_timeline("evaluation.actionpoint", point_keys)
        add_effect("activity.validate", schedule_follow_up)
        topic("evaluations", _("Evaluations and action points"), "evaluation_*", "evaluator_*", "action_*", "practice_*", "measurement_*")
        connect()
        add_step(Step.EVALUATION, evaluation_step)
        add_next(next_evaluations)
        add_to_timeline("evaluation.evaluation", evaluation_keys)
