from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SupportConfig(AppConfig):
    name = "support"
    verbose_name = _("Support")

    def ready(self):
        import support.indicators
        import support.lifecycle
        import support.reminders  # noqa: F401 – they register what they bring
        from core.topics import topic

        topic("support", _("Support: requests, payments, justifications"), "support_*")
