"""One contract, run over every kind that is registered; a new one is tested by being there."""

import pytest

from activities.choices import SessionKind
from activities.forms import PlanForm, ReportForm
from activities.kinds import REGISTRY, missions
from activities.models import OUTCOMES, Activity, Result
from activities.models.result import figure_label
from tests import factories

KINDS = list(REGISTRY.values())
SLUGS = [kind.slug for kind in KINDS]


def test_kinds_of_the_contract_are_there():
    assert {"surgical", "medical", "study"} <= set(SLUGS)  # these are in the database of everybody
    assert missions() == ["surgical", "medical", "mixed", "visiting"]


@pytest.mark.parametrize("kind", KINDS, ids=SLUGS)
def test_kind_keeps_the_contract(kind):
    assert len(kind.slug) <= 20
    assert set(kind.all_fields) <= set(OUTCOMES)
    assert len(kind.all_fields) == len(set(kind.all_fields))
    assert kind.figures
    assert set(kind.figures) <= set(kind.outcome_fields)
    assert set(kind.usual) <= set(kind.all_fields)
    assert set(kind.outcome_fields) - {"lists_with_checklist"} <= set(kind.usual)  # each count has a point above which somebody looks again
    assert set(kind.words) <= set(kind.all_fields)
    assert kind.sessions
    assert set(kind.sessions) <= set(SessionKind.values)
    assert ("lists_with_checklist" in kind.all_fields) == ("operating_lists" in kind.all_fields) == kind.uses_checklist
    assert all(str(text) for text in (kind.label, kind.log_label, kind.trained_label))


@pytest.mark.django_db
def test_every_kind_is_planned_reported_and_read(cast, client):
    """Through the forms that people fill in, with every count that the kind has."""
    client.force_login(cast.badr)
    shown = {}
    for kind in KINDS:
        form = ReportForm(kind=kind.slug, partnership=cast.partnership)
        assert [bound.name for bound in (*form.lines[0].counts(), *form.lines[0].more_counts())] == list(kind.all_fields)
        assert ("checklist" in form.fields, "purpose" in form.fields) == (kind.uses_checklist, kind.asks_purpose)
        assert bool(PlanForm(kind=kind.slug, partnership=cast.partnership).lines) == kind.plans_volumes
        made = factories.reported(cast, kind=kind.slug, lines=[factories.line_of(cast, kind)])
        page = client.get(made.get_absolute_url()).content.decode()
        shown[kind.slug] = {name for name in kind.all_fields if figure_label(kind, name).casefold() in page.casefold()}

    assert shown == {kind.slug: set(kind.all_fields) for kind in KINDS}
    assert Activity.objects.count() == len(KINDS)
    assert set(Result.objects.values_list("activity__kind", flat=True)) == set(SLUGS)
