"""Whatever changes institutions, partnerships and agreements. Pages, API, admin, commands and the demo call these."""

from partnerships.actions.agreements import draft_agreement, give_visa, sign_agreement, transition_agreement, words_about_agreement
from partnerships.actions.institutions import (
    check_profile,
    create_institution,
    edit_institution,
    set_departments,
    set_staff,
    suggested_code,
    verify_institutions,
)
from partnerships.actions.interests import edit_interest, express_interest, mark_matched, suggest_support, transition_interest
from partnerships.actions.needs import close_statement, edit_statement, record_assessment, state_need, state_offer
from partnerships.actions.partnerships import create_partnership, note_activity, transition_partnership
from partnerships.actions.people import ministry, names, people_of

__all__ = [
    "check_profile", "close_statement", "create_institution", "create_partnership", "draft_agreement", "edit_institution", "edit_interest",
    "edit_statement", "express_interest", "give_visa", "mark_matched", "ministry", "names", "note_activity", "people_of",
    "record_assessment", "set_departments", "set_staff", "sign_agreement", "state_need", "state_offer", "suggest_support", "suggested_code",
    "transition_agreement", "transition_interest", "transition_partnership", "verify_institutions", "words_about_agreement",
]  # fmt: skip
