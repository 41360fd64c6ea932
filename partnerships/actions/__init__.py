"""Whatever changes institutions, partnerships and agreements. Pages, API, admin, commands and the demo call these."""

from partnerships.actions.agreements import draft_agreement, give_visa, sign_agreement, transition_agreement, words_about_agreement
from partnerships.actions.partnerships import create_partnership, note_activity, transition_partnership
from partnerships.actions.people import ministry, names, people_of

__all__ = [
    "create_partnership", "draft_agreement", "give_visa", "ministry", "names", "note_activity", "people_of", "sign_agreement",
    "transition_agreement", "transition_partnership", "words_about_agreement",
]  # fmt: skip
