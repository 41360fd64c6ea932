from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = _("Reports")

    def ready(self):
        import reports.definitions  # noqa: F401 – they register themselves
        from core.listing import offer_long_exports
        from core.seals import describe
        from core.topics import topic
        from reports.long_lists import offer
        from reports.papers.public import facts_about

        describe("reports.reportrun", facts_about)
        offer_long_exports(offer)
        topic("reports", _("Reports and files that you asked for"), "report_ready", "report_failed")
