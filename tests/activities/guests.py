"""Visiting specialists, trainees and treated people, valid and dull."""

from datetime import date, timedelta
from typing import Any

from activities import actions
from activities.actions import cases, placements, visitors
from activities.lifecycle import VISITOR
from activities.models import Activity, FollowUpCase, Participant, Placement, Professional, VisitorFile
from activities.papers.codes import code_of
from core.formats import today
from partnerships.actions import create_partnership
from partnerships.models import Country, Institution, InstitutionKind, Partnership, Profession
from tests.cast import Cast, signed_agreement

NAME = "كارتر المتخصصة"


def abroad() -> Institution:
    """A university hospital in another country."""
    country = Country.objects.get_or_create(code="CA", defaults={"name_ar": "كندا", "name_fr": "Canada", "name_en": "Canada"})[0]
    kind = InstitutionKind.objects.get_or_create(code="UNIVERSITY", defaults={"name_ar": "جامعي"})[0]
    return Institution.objects.get_or_create(
        code="CA-UNIVERSITY-09", defaults={"name_ar": "مستشفى جامعي أجنبي", "name_en": "Foreign hospital", "kind": kind, "country": country}
    )[0]


def professional(institution: Institution, name: str = NAME, **given: Any) -> Professional:
    profession = Profession.objects.get_or_create(code="surgeon", defaults={"name_ar": "جراح", "group": "medical"})[0]
    return Professional.objects.create(institution=institution, name=name, profession=profession, **given)


def mission(cast: Cast, kind: str = "surgical", starts_in: int = 20) -> Activity:
    """Days ahead with a team from abroad, planned by the host; one specialist is named in the team."""
    pair = create_partnership(by=None, senders=[abroad()], hosts=[cast.host], specialties=cast.specialties, started_on=today() - timedelta(days=90))
    signed_agreement(pair)
    start = today() + timedelta(days=starts_in)
    pair = Partnership.objects.with_people().get(pk=pair.pk)
    activity = actions.create_activity(by=cast.badr, kind=kind, partnership=pair, starts_on=start, ends_on=start + timedelta(days=3))
    Participant.objects.create(activity=activity, part="team", professional=professional(abroad()), role="leader", institution=abroad())
    return activity


def visitor_file(cast: Cast, *, is_in_order: bool = False, activity: Activity | None = None) -> VisitorFile:
    """A file as Badr began it; with `is_in_order`, every paper is checked and the days of the licence are those of the mission."""
    activity = activity or mission(cast)
    person = activity.participants.get(professional__isnull=False).professional
    file = visitors.open_files(activity, [person], by=cast.badr)[0]
    if is_in_order:
        file.papers.update(state="checked", valid_until=activity.ends_on + timedelta(days=300))
        VisitorFile.objects.filter(pk=file.pk).update(valid_from=activity.starts_on, valid_to=activity.ends_on)
    return visitors.whole(VisitorFile.objects.all()).get(pk=file.pk)


def followed(cast: Cast, activity: Activity, *codes: str, **given: Any) -> list[FollowUpCase]:
    """Cases of the host's, made by Badr; treated on the first day unless said otherwise."""
    values: dict[str, Any] = {
        "institution": cast.host, "specialty": cast.specialties[0], "treated_on": activity.starts_on, "age_band": "18-59", **given,
    }  # fmt: skip
    return cases.follow(activity, by=cast.badr, codes=codes or ["TAM-001"], **values)


def on(offset: int) -> date:
    return today() + timedelta(days=offset)


def licensed(cast: Cast, file: VisitorFile) -> VisitorFile:
    """Through every step, each by whoever may take it."""
    visitors.transition_visitor(file, VISITOR["submit"], by=cast.badr)
    visitors.transition_visitor(file, VISITOR["check"], by=cast.amal)
    return visitors.license_visitor(file, by=cast.hoda, licence_number=f"V-{file.pk}/2026", valid_from=file.activity.starts_on, valid_to=file.activity.ends_on)


def assessed(cast: Cast, word: str = "تنظير") -> Placement:
    """A trainee of the host at the partner, whom Dalia has assessed."""
    end = on(-3)
    activity = actions.create_activity(by=cast.badr, kind="placement", partnership=cast.partnership, starts_on=end - timedelta(days=13), ends_on=end)
    trainee = professional(cast.host, word)
    made = placements.save_placement(activity, None, by=cast.badr, trainee=trainee, objectives=[word])
    placements.write_log(made, by=cast.dalia, done_on=end, text=word)
    marks = {item.pk: (3, word) for item in made.objectives.all()}
    return placements.assess_placement(made, by=cast.dalia, marks=marks, result="reached", remark=word)


def everything(cast: Cast, activity: Activity) -> dict[str, dict[str, Any]]:
    """One of each kind, by the names that the table of addresses uses; the cases are of `activity`."""
    draft = visitor_file(cast)
    paper = draft.papers.all()[0]
    given = licensed(cast, visitor_file(cast, is_in_order=True))
    placement, case = assessed(cast), followed(cast, activity, "QZX-071")[0]
    return {
        "visitorfile": {"pk": draft.pk}, "visitor-paper": {"pk": draft.pk, "paper_pk": paper.pk}, "licensed": {"pk": given.pk},
        "placing": {"pk": placement.activity_id}, "placement": {"pk": placement.pk}, "case": {"pk": case.pk},
        "check": {"pk": case.pk, "check_pk": case.checks.all()[0].pk}, "paper-code": {"code": code_of(activity.pk)},
    }  # fmt: skip
