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
        from core.topics import topic
        from partnerships.actions.legal import invite_opinions
        from partnerships.papers.public import facts_about

        describe("partnerships.agreement", facts_about)
        add_effect("legaltext.consult", invite_opinions)
        topic(
            "deadlines", _("Deadlines of agreements"), "agreement_notice", "agreement_notice_reminder", "agreement_end_reminder", "agreement_terminated",
            "proposal_sent", "proposal_reminder", is_fixed=True, why=_("A deadline that binds both sides hangs on it."),
        )  # fmt: skip
        topic(
            "agreements", _("Agreements"), "agreement_approved", "agreement_draft_reminder", "agreement_returned", "agreement_signed", "agreement_to_approve",
            "agreement_turn", "agreement_unsigned_reminder", "agreement_visa_asked", "amendment_returned", "amendment_signed", "amendment_to_sign",
        )  # fmt: skip
        topic(
            "matching", _("Interest and proposed twinnings"), "interest_accepted", "interest_lapsed", "interest_rejected", "interest_reminder",
            "interest_returned", "interest_submitted", "plan_done", "proposal_accepted", "proposal_approved", "proposal_declined", "proposal_ended",
            "proposal_for_information",
        )  # fmt: skip
        topic("room", _("Meetings and discussion"), "decision_assigned", "meeting_called", "mentioned")
        topic("library", _("Legal texts"), "consultation_opened", "legal_text_amended", "legal_text_repealed")
