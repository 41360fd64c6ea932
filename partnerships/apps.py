from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartnershipsConfig(AppConfig):
    name = "partnerships"
    verbose_name = _("Institutions and partnerships")

    def ready(self):
        import partnerships.lifecycle  # noqa: F401 – registers its tables
