"""Whatever changes institutions, partnerships and agreements. Pages, API, admin, commands and the demo call these."""

from partnerships.actions.agreements import draft_agreement, give_visa, sign_agreement, transition_agreement, words_about_agreement
from partnerships.actions.drafting import (
    add_clause,
    add_comment,
    choose_variant,
    edit_clause,
    hand_over,
    include,
    move_clause,
    set_signatory,
    set_terms,
    settle_comment,
    start_text,
)
from partnerships.actions.institutions import (
    check_profile,
    create_institution,
    edit_institution,
    set_departments,
    set_staff,
    suggested_code,
    verify_institutions,
)
from partnerships.actions.interests import drop_interest, edit_interest, express_interest, mark_matched, suggest_support, transition_interest
from partnerships.actions.merging import merge_institutions, not_a_double
from partnerships.actions.needs import close_statement, edit_statement, record_assessment, state_need, state_offer
from partnerships.actions.partnerships import create_partnership, note_activity, transition_partnership
from partnerships.actions.people import ministry, names, people_of
from partnerships.actions.plans import ask_for_plan, make_plan, make_waiting_plans, set_weights
from partnerships.actions.proposals import (
    answer_proposal,
    approve_proposal,
    propose,
    propose_pairs,
    send_proposal,
    send_proposal_again,
    transition_proposal,
)

__all__ = [
    "add_clause", "add_comment", "answer_proposal", "approve_proposal", "ask_for_plan", "check_profile", "choose_variant", "close_statement",
    "create_institution", "create_partnership", "draft_agreement", "drop_interest", "edit_clause", "edit_institution", "edit_interest", "edit_statement",
    "express_interest", "give_visa", "hand_over", "include", "make_plan", "make_waiting_plans", "mark_matched", "merge_institutions", "ministry", "move_clause",
    "names", "not_a_double", "note_activity", "people_of", "propose", "propose_pairs", "record_assessment", "send_proposal", "send_proposal_again",
    "set_departments", "set_signatory", "set_staff", "set_terms", "set_weights", "settle_comment", "sign_agreement", "start_text", "state_need",
    "state_offer", "suggest_support", "suggested_code", "transition_agreement", "transition_interest", "transition_partnership",
    "transition_proposal", "verify_institutions", "words_about_agreement",
]  # fmt: skip
