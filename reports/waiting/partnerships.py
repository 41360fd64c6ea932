"""Agreements, proposed matches, interest and profiles that wait for somebody."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.policy import institutions_of
from partnerships.choices import AgreementStatus, InterestStatus, World
from partnerships.models import Institution, Interest, MatchProposal
from partnerships.models.institution import PROFILE_LASTS
from partnerships.querysets import with_places
from partnerships.turns import parties_awaited
from reports.waiting.rows import AT_MOST, DECISION_DAYS, Waiting, agreements


def to_read(user: Any, roles: set[str]) -> Iterator[Waiting]:
    """Texts in negotiation that the other side has sent."""
    mine = institutions_of(user)
    sent = agreements(user).filter(status=AgreementStatus.NEGOTIATION, revision__gt=0).prefetch_related(with_places("partnership__"))
    rows = list(sent.order_by("updated_at", "pk")[:AT_MOST])
    awaited = parties_awaited(rows)
    for agreement in rows:
        if mine & awaited.get(agreement.pk, frozenset()):
            yield Waiting(
                _("Your turn: %(agreement)s") % {"agreement": agreement.title}, agreement.partnership, None,
                f"{agreement.get_absolute_url()}changes/", _("See what changed"),
            )  # fmt: skip


def to_visa(user: Any, roles: set[str]) -> Iterator[Waiting]:
    mine = institutions_of(user)
    rows = agreements(user).filter(status=AgreementStatus.VISA).prefetch_related("visas", with_places("partnership__"))
    for agreement in rows.order_by("updated_at")[:AT_MOST]:
        if mine & agreement.party_ids - {visa.institution_id for visa in agreement.visas.all()}:
            yield Waiting(
                _("Give a visa: %(agreement)s") % {"agreement": agreement.title}, agreement.partnership, None, agreement.get_absolute_url(), _("Read and visa")
            )


def agreements_to_decide(user: Any, roles: set[str]) -> Iterator[Waiting]:
    for agreement in agreements(user).filter(status=AgreementStatus.REVIEW).order_by("updated_at")[:AT_MOST]:
        yield Waiting(
            _("Review: %(agreement)s") % {"agreement": agreement.title},
            agreement.partnership,
            agreement.updated_at.date() + timedelta(days=DECISION_DAYS),
            agreement.get_absolute_url(),
            pgettext("button", "Open"),
        )


def proposals_to_answer(user: Any, roles: set[str]) -> Iterator[Waiting]:
    mine = institutions_of(user)
    for proposal in MatchProposal.objects.visible_to(user, "proposal.answer").waiting().with_sides().order_by("answer_due_on", "pk")[:AT_MOST]:
        owing = {proposal.sender_id} if not proposal.sender_answer else set()
        owing |= {proposal.host_id} if not proposal.host_answer else set()
        if owing & mine:
            yield Waiting(
                _("Answer the proposed twinning"), proposal.title, proposal.answer_due_on, f"{proposal.get_absolute_url()}answer/", _("Read and answer")
            )


def proposals_to_decide(user: Any, roles: set[str]) -> Iterator[Waiting]:
    accepted = MatchProposal.objects.visible_to(user).accepted_by_both()
    for proposal in accepted.with_sides().order_by("answer_due_on", "pk")[:AT_MOST]:
        answered_on = max(proposal.sender_answered_on, proposal.host_answered_on)
        yield Waiting(
            _("Decide on the proposed twinning"), proposal.title, answered_on + timedelta(days=DECISION_DAYS), proposal.get_absolute_url(), _("Decide")
        )


def proposals_lapsed(user: Any, roles: set[str]) -> Iterator[Waiting]:
    for proposal in MatchProposal.objects.visible_to(user).lapsed().with_sides().order_by("answer_due_on", "pk")[:AT_MOST]:
        yield Waiting(
            _("Lapsed: send the proposed twinning again, or withdraw it"), proposal.title, proposal.answer_due_on, proposal.get_absolute_url(),
            pgettext("button", "Open"),
        )  # fmt: skip


def interests_to_correct(user: Any, roles: set[str]) -> Iterator[Waiting]:
    rows = Interest.objects.visible_to(user, "interest.express").filter(status=InterestStatus.RETURNED).select_related("institution")
    for interest in rows.order_by("updated_at", "pk")[:AT_MOST]:
        yield Waiting(
            _("Correct the expression of interest"), f"{interest.institution} · {interest.get_wish_display()}", None,
            interest.get_absolute_url(), pgettext("button", "Open"),
        )  # fmt: skip


def interests_to_look_at(user: Any, roles: set[str]) -> Iterator[Waiting]:
    rows = Interest.objects.visible_to(user, "interest.review").filter(status__in=[InterestStatus.SUBMITTED, InterestStatus.UNDER_REVIEW])
    for interest in rows.select_related("institution").order_by("submitted_on", "pk")[:AT_MOST]:
        due = interest.submitted_on + timedelta(days=DECISION_DAYS) if interest.submitted_on else None
        title = _("Expression of interest to take up") if interest.status == InterestStatus.SUBMITTED else _("Expression of interest under review")
        yield Waiting(title, f"{interest.institution} · {interest.get_wish_display()}", due, interest.get_absolute_url(), _("Decide"))


def profiles_to_check(user: Any, roles: set[str]) -> Iterator[Waiting]:
    """Profiles of the own institutions that nobody has looked through for a year; due on the day that the year is over."""
    old = Institution.objects.listed().with_old_profile().filter(pk__in=institutions_of(user), kind__world=World.CARE)
    for place in old.order_by("sort_key", "pk")[:AT_MOST]:
        due = place.profile_checked_on + PROFILE_LASTS if place.profile_checked_on else None
        yield Waiting(_("Look the profile of the institution through"), place.name, due, place.get_absolute_url(), _("Check the profile"))
