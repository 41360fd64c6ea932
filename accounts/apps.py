from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People and permission")

    def ready(self):
        from accounts.absences import in_place_of
        from core.outbox import add_stand_ins

        add_stand_ins(in_place_of)
