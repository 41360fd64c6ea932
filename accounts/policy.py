"""Who may do what: the one place. It answers both “may she?” and “which ones may she?”.

An action is granted to roles, each with a reach. State belongs to the guards of a lifecycle, never here.
`docs/policy.md` shows the whole table; `manage.py show_policy` writes it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils.translation import pgettext_lazy


class Role(models.TextChoices):
    """The closed set of roles; a membership gives a person one of them."""

    HEAD = "head", pgettext_lazy("role", "head of the twinning cell")
    OFFICER = "officer", pgettext_lazy("role", "ministry officer")
    FINANCE = "finance", pgettext_lazy("role", "ministry finance officer")
    REGION = "region", pgettext_lazy("role", "region health directorate")
    DIRECTOR = "director", pgettext_lazy("role", "institution director")
    COORDINATOR = "coordinator", pgettext_lazy("role", "institution coordinator")
    EVALUATOR = "evaluator", pgettext_lazy("role", "evaluator")
    OBSERVER = "observer", pgettext_lazy("role", "observer")


TECHNICIAN = "technician"  # not a membership: the technical administrators (superusers)


class Scope(models.TextChoices):
    """How far a grant reaches."""

    ALL = "all", "the whole country"
    REGION = "region", "institutions of the own region, and what they take part in"
    PARTY = "party", "the own institution, and what it takes part in"
    TWINNED = "twinned", "the own institution, and those that it is twinned with"
    ASSIGNED = "assigned", "the partnerships assigned"


@dataclass(frozen=True)
class Reach:
    """Which objects an action covers for one person. Empty sets and `everything=False` cover nothing."""

    everything: bool = False
    institutions: frozenset[int] = frozenset()
    regions: frozenset[int] = frozenset()
    partnerships: frozenset[int] = frozenset()
    twinned: frozenset[int] = frozenset()
    found: dict[Any, frozenset[int]] = field(default_factory=dict, compare=False, repr=False)  # what was read of it, once a request

    def once(self, name: str, read: Callable[[], Iterable[int]]) -> frozenset[int]:
        """The keys that `read` gives for this reach, read once a request."""
        if (name, self) not in self.found:
            self.found[name, self] = frozenset(read())
        return self.found[name, self]

    def __bool__(self) -> bool:
        return bool(self.everything or self.institutions or self.regions or self.partnerships or self.twinned)


Grants = dict[str, Scope]

NATION: Grants = {Role.HEAD: Scope.ALL, Role.OFFICER: Scope.ALL}
READERS: Grants = {
    **NATION,
    Role.REGION: Scope.REGION,
    Role.DIRECTOR: Scope.PARTY,
    Role.COORDINATOR: Scope.PARTY,
    Role.EVALUATOR: Scope.ASSIGNED,
    TECHNICIAN: Scope.ALL,
}
BOTH_SIDES: Grants = {Role.COORDINATOR: Scope.PARTY, Role.DIRECTOR: Scope.PARTY}
TWINS: Grants = {  # what twinned institutions show each other
    **NATION,
    Role.REGION: Scope.REGION,
    Role.DIRECTOR: Scope.TWINNED,
    Role.COORDINATOR: Scope.TWINNED,
    TECHNICIAN: Scope.ALL,
}

GRANTS: dict[str, Grants] = {
    # The register of institutions: names, kind and place are open to whoever works with twinning.
    "institution.view": {
        **NATION,
        Role.FINANCE: Scope.ALL,
        Role.REGION: Scope.ALL,
        Role.DIRECTOR: Scope.ALL,
        Role.COORDINATOR: Scope.ALL,
        Role.EVALUATOR: Scope.ALL,
        TECHNICIAN: Scope.ALL,
    },
    "institution.view_inside": TWINS,
    "institution.create": NATION,
    "institution.edit": {**NATION, **BOTH_SIDES},
    "institution.verify": NATION,
    "institution.merge": NATION,
    "institution.import": NATION,
    "need.view": TWINS,
    "need.state": {**NATION, **BOTH_SIDES},
    "offer.view": TWINS,
    "offer.state": {**NATION, **BOTH_SIDES},
    "assessment.view": TWINS,
    "assessment.record": {**NATION, **BOTH_SIDES},
    "interest.view": {**NATION, Role.REGION: Scope.REGION, **BOTH_SIDES, TECHNICIAN: Scope.ALL},
    "interest.express": {Role.COORDINATOR: Scope.PARTY, Role.DIRECTOR: Scope.PARTY},
    "interest.review": NATION,
    "interest.withdraw": {Role.DIRECTOR: Scope.PARTY},
    # Who could be twinned with whom: the whole register at once, for the ministry.
    "matching.view": {**NATION, TECHNICIAN: Scope.ALL},
    "matching.plan": {Role.HEAD: Scope.ALL, Role.OFFICER: Scope.ALL},
    "matching.set_weights": {Role.HEAD: Scope.ALL},
    "proposal.view": {**NATION, Role.REGION: Scope.REGION, **BOTH_SIDES, TECHNICIAN: Scope.ALL},
    "proposal.propose": NATION,
    "proposal.answer": {Role.DIRECTOR: Scope.PARTY},
    "proposal.decide": {Role.HEAD: Scope.ALL},
    "partnership.view": READERS,
    "partnership.create": NATION,
    "partnership.keep_room": {**BOTH_SIDES, **NATION},
    "partnership.discuss": {**BOTH_SIDES, **NATION, Role.EVALUATOR: Scope.ASSIGNED},
    "partnership.close": {Role.HEAD: Scope.ALL},
    "agreement.view": {**READERS, Role.FINANCE: Scope.ALL},  # money follows agreements
    "agreement.draft": {Role.COORDINATOR: Scope.PARTY, **NATION},
    "agreement.negotiate": {Role.COORDINATOR: Scope.PARTY},
    "agreement.visa": {Role.DIRECTOR: Scope.PARTY},
    "agreement.return": {Role.DIRECTOR: Scope.PARTY, **NATION},
    "agreement.approve": {Role.HEAD: Scope.ALL},
    "agreement.sign": {**NATION, Role.DIRECTOR: Scope.PARTY},
    "agreement.register": NATION,
    "agreement.suspend": {Role.HEAD: Scope.ALL},
    "agreement.edit_text": {Role.COORDINATOR: Scope.PARTY, **NATION},
    "agreement.comment": {**BOTH_SIDES, **NATION},
    "agreement.give_notice": {Role.DIRECTOR: Scope.PARTY, Role.HEAD: Scope.ALL},
    "amendment.draft": {Role.COORDINATOR: Scope.PARTY, **NATION},
    "amendment.sign": NATION,
    "agreement.cancel": {Role.COORDINATOR: Scope.PARTY, **NATION},
    "activity.view": READERS,
    "activity.create": {Role.COORDINATOR: Scope.PARTY, Role.OFFICER: Scope.ALL},
    "activity.edit": {Role.COORDINATOR: Scope.PARTY, Role.OFFICER: Scope.ALL},
    "activity.submit": {Role.COORDINATOR: Scope.PARTY, Role.OFFICER: Scope.ALL},
    "activity.give_opinion": {Role.REGION: Scope.REGION},
    "activity.approve": NATION,
    "activity.confirm": BOTH_SIDES,
    "activity.cancel": {Role.COORDINATOR: Scope.PARTY, **NATION},
    "activity.report": {Role.COORDINATOR: Scope.PARTY, Role.OFFICER: Scope.ALL},
    "activity.counter_confirm": BOTH_SIDES,
    "activity.validate": NATION,
    "activity.correct": NATION,
    "activity.remind": NATION,
    "activity.answer_invitation": BOTH_SIDES,
    "ministry_activity.create": NATION,
    "programme.view": READERS,
    "programme.draft": {Role.COORDINATOR: Scope.PARTY, **NATION},
    "programme.approve": NATION,
    # The roster of professionals: names and ways to reach them, for whoever makes up teams together.
    "professional.view": TWINS,
    "professional.keep": {Role.COORDINATOR: Scope.PARTY, Role.DIRECTOR: Scope.PARTY, **NATION},
    "professional.erase": {**NATION, TECHNICIAN: Scope.ALL},
    "participant.keep": {Role.COORDINATOR: Scope.PARTY, **NATION},
    "certificate.issue": {Role.COORDINATOR: Scope.PARTY, Role.DIRECTOR: Scope.PARTY, **NATION},
    "visitor.view": {**NATION, Role.DIRECTOR: Scope.PARTY, Role.COORDINATOR: Scope.PARTY, TECHNICIAN: Scope.ALL},
    "visitor.keep": {Role.COORDINATOR: Scope.PARTY, **NATION},
    "visitor.check": {Role.OFFICER: Scope.ALL},
    "visitor.license": {Role.HEAD: Scope.ALL},
    "placement.view": {**NATION, Role.DIRECTOR: Scope.PARTY, Role.COORDINATOR: Scope.PARTY, TECHNICIAN: Scope.ALL},
    "placement.keep": {Role.COORDINATOR: Scope.PARTY, **NATION},
    "placement.assess": {Role.COORDINATOR: Scope.PARTY, Role.DIRECTOR: Scope.PARTY},
    "kit.print": {**NATION, Role.DIRECTOR: Scope.PARTY, Role.COORDINATOR: Scope.PARTY},
    # Pseudonymous cases: only those who look after the people, and the ministry; no region, no evaluator, no administrator.
    "case.view": {**NATION, Role.DIRECTOR: Scope.PARTY, Role.COORDINATOR: Scope.PARTY},
    "case.keep": {Role.COORDINATOR: Scope.PARTY},
    "evaluation.view": READERS,
    "evaluation.answer": BOTH_SIDES,
    "evaluation.review": {Role.EVALUATOR: Scope.ASSIGNED, **NATION},
    "evaluation.validate": NATION,
    "evaluation.publish": {Role.HEAD: Scope.ALL},
    "evaluation.schedule": NATION,
    "evaluation.visit": {Role.EVALUATOR: Scope.ASSIGNED},
    "survey.view": READERS,
    "survey.record": {Role.COORDINATOR: Scope.PARTY},
    "action_point.view": READERS,
    "action_point.keep": {**BOTH_SIDES, **NATION, Role.EVALUATOR: Scope.ASSIGNED},
    "action_point.verify": {**BOTH_SIDES, **NATION, Role.EVALUATOR: Scope.ASSIGNED},
    "practice.view": {**dict.fromkeys(Role, Scope.ALL), TECHNICIAN: Scope.ALL},
    "practice.describe": {**BOTH_SIDES, **NATION, Role.EVALUATOR: Scope.ASSIGNED},
    "practice.validate": NATION,
    "practice.adopt": BOTH_SIDES,
    # Indicators: definitions are open to everybody with a role, values follow their partnership or institution.
    "indicator.view": {**dict.fromkeys(Role, Scope.ALL), TECHNICIAN: Scope.ALL},
    "measurement.view": READERS,
    "measurement.record": {Role.COORDINATOR: Scope.PARTY},
    "measurement.approve": {Role.DIRECTOR: Scope.PARTY, **NATION},
    "measurement.reopen": NATION,  # an approved figure is locked
    "target.set": {**NATION, Role.COORDINATOR: Scope.PARTY},
    "referral.view": {**NATION, Role.FINANCE: Scope.ALL, Role.REGION: Scope.REGION, **BOTH_SIDES, TECHNICIAN: Scope.ALL},
    "referral.read_sums": {  # by year and specialty, without the institutions that sent
        **NATION,
        Role.FINANCE: Scope.ALL,
        Role.OBSERVER: Scope.ALL,
        Role.REGION: Scope.REGION,
        **BOTH_SIDES,
        TECHNICIAN: Scope.ALL,
    },
    "referral.record": {**NATION, Role.COORDINATOR: Scope.PARTY},
    # The reminders themselves: what waits to be sent, what needs a person.
    "operations.view": {Role.HEAD: Scope.ALL, Role.OFFICER: Scope.ALL, TECHNICIAN: Scope.ALL},
    "operations.resend": {Role.HEAD: Scope.ALL, TECHNICIAN: Scope.ALL},
    # Support: the institution that asks, its region, and the ministry. Money is finance's, the decision the head's.
    "support.view": {**NATION, Role.FINANCE: Scope.ALL, Role.REGION: Scope.REGION, **BOTH_SIDES, TECHNICIAN: Scope.ALL},
    "support.draft": BOTH_SIDES,
    "support.submit": {Role.DIRECTOR: Scope.PARTY},
    "support.return": {Role.OFFICER: Scope.ALL, Role.FINANCE: Scope.ALL, Role.HEAD: Scope.ALL},
    "support.give_technical_opinion": {Role.OFFICER: Scope.ALL},
    "support.give_financial_opinion": {Role.FINANCE: Scope.ALL},
    "support.grant": {Role.HEAD: Scope.ALL},
    "support.pay": {Role.FINANCE: Scope.ALL},
    "support.justify": BOTH_SIDES,
    "support.check_justification": {Role.FINANCE: Scope.ALL},
    "support.close": {Role.FINANCE: Scope.ALL, Role.HEAD: Scope.ALL},
    "support.advise": NATION,
    "budget.view": {**NATION, Role.FINANCE: Scope.ALL, TECHNICIAN: Scope.ALL},
    "budget.keep": {Role.FINANCE: Scope.ALL, Role.HEAD: Scope.ALL},
    "technology.view": {**READERS, Role.FINANCE: Scope.ALL},
    "technology.record": {Role.COORDINATOR: Scope.PARTY, **NATION},
    # The library: texts, guides and templates are open to everybody with a role; drafts to those who write them.
    "library.view": {**dict.fromkeys(Role, Scope.ALL), TECHNICIAN: Scope.ALL},
    "library.manage": NATION,
    "library.read_opinions": {**NATION, TECHNICIAN: Scope.ALL},
    "library.give_opinion": dict.fromkeys([Role.FINANCE, Role.REGION, Role.DIRECTOR, Role.COORDINATOR, Role.EVALUATOR], Scope.ALL),
    # Aggregates: whoever sees nothing but figures sees national ones.
    "report.view": {
        **NATION,
        Role.FINANCE: Scope.ALL,
        Role.OBSERVER: Scope.ALL,
        Role.REGION: Scope.REGION,
        Role.DIRECTOR: Scope.PARTY,
        Role.COORDINATOR: Scope.PARTY,
        Role.EVALUATOR: Scope.ASSIGNED,
        TECHNICIAN: Scope.ALL,
    },
    "report.schedule": NATION,  # the files are each recipient's own
    "report.publish": {Role.HEAD: Scope.ALL, TECHNICIAN: Scope.ALL},  # whether everybody may read the figures of the country
}


def scope_for(user: Any, action: str) -> Reach:
    """Everything that `action` covers for `user`: the union over the memberships in force today."""
    grants = GRANTS[action]
    if not user.is_authenticated or not user.is_active:
        return Reach()
    if user.is_superuser and grants.get(TECHNICIAN) == Scope.ALL:
        return Reach(everything=True)
    institutions: set[int] = set()
    regions: set[int] = set()
    partnerships: set[int] = set()
    twinned: set[int] = set()
    for membership in user.standing:
        scope = grants.get(membership.role)
        if scope == Scope.ALL:
            return Reach(everything=True)
        if scope == Scope.PARTY and membership.institution_id:
            institutions.add(membership.institution_id)
        elif scope == Scope.TWINNED and membership.institution_id:
            twinned.add(membership.institution_id)
        elif scope == Scope.REGION and membership.region_id:
            regions.add(membership.region_id)
        elif scope == Scope.ASSIGNED and membership.partnership_id:
            partnerships.add(membership.partnership_id)
    return Reach(False, frozenset(institutions), frozenset(regions), frozenset(partnerships), frozenset(twinned), user.found)


def can(user: Any, action: str, obj: Any = None) -> bool:
    """May `user` do `action` to `obj`? Without an object: to anything at all?

    An object says whose it is through `party_ids`, `party_region_ids` and `partnership_key`; what twins show each other
    also through `twinned_ids`. Where some parties only read, `keeper_ids` are those who write.
    """
    reach = scope_for(user, action)
    if obj is None or reach.everything:
        return bool(reach)
    whose = "party_ids" if action.endswith(".view") or not hasattr(obj, "keeper_ids") else "keeper_ids"
    if reach.institutions and reach.institutions & set(getattr(obj, whose)):
        return True
    if reach.regions and reach.regions & set(obj.party_region_ids):
        return True
    if reach.twinned and reach.twinned & set(getattr(obj, "twinned_ids", ())):
        return True
    return bool(reach.partnerships) and obj.partnership_key in reach.partnerships


def may_act_for(user: Any, action: str, institution_id: int) -> bool:
    """May `user` do `action` in the name of this institution?"""
    reach = scope_for(user, action)
    return reach.everything or institution_id in reach.institutions


def roles_of(user: Any) -> set[str]:
    """The roles that `user` holds today."""
    return {membership.role for membership in user.standing} if user.is_authenticated else set()


def institutions_of(user: Any) -> frozenset[int]:
    """The institutions that `user` belongs to today."""
    if not user.is_authenticated:
        return frozenset()
    return frozenset(membership.institution_id for membership in user.standing if membership.institution_id)
