from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ActivitiesConfig(AppConfig):
    name = "activities"
    verbose_name = _("Activities")

    def ready(self):
        import activities.lifecycle  # noqa: F401 – registers its tables
        from activities.past import validated_counts
        from partnerships.register_facts import add_past_source

        add_past_source(validated_counts)
