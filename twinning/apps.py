from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class TwinningConfig(AppConfig):
    name = "twinning"
    verbose_name = _("Portal")


class PortalAdminConfig(AdminConfig):
    default_site = "twinning.admin_site.PortalAdminSite"
