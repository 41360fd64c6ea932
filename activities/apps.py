from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ActivitiesConfig(AppConfig):
    name = "activities"
    verbose_name = _("Activities")

    def ready(self):
        import activities.lifecycle  # noqa: F401 – registers its tables
        from activities.room import action_step, activity_keys, next_activities, plan_step
        from library.choices import Step
        from partnerships.room import add_next, add_step, add_to_timeline

        add_step(Step.PLAN, plan_step)
        add_step(Step.ACTION, action_step)
        add_next(next_activities)
        add_to_timeline("activities.activity", activity_keys)
        from activities.past import validated_counts
        from partnerships.register_facts import add_past_source

        add_past_source(validated_counts)
