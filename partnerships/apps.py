from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartnershipsConfig(AppConfig):
    name = "partnerships"
    verbose_name = _("Institutions and partnerships")

    def ready(self):
        import library.lifecycle  # noqa: F401 – registers the table that the effects are added to
        import partnerships.lifecycle  # noqa: F401 – registers its tables
        from core.lifecycle import add_effect
        from core.seals import describe
        from partnerships.actions.legal import invite_opinions, tell_owners_of_citing
        from partnerships.papers.public import facts_about

        describe("partnerships.agreement", facts_about)
        add_effect("legaltext.repeal", tell_owners_of_citing)
        add_effect("legaltext.consult", invite_opinions)
