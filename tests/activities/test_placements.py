"""Placements: who learns what from whom, the log, the assessment by the side that received."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from activities.actions import create_activity, placements
from activities.models import Activity, Placement
from activities.papers.assessment import issued_assessment
from core.editing import EditConflict
from core.formats import today
from core.history import trail
from core.lifecycle import TransitionRefused
from core.models import Notice
from partnerships.models import Department
from reports.waiting import waiting_for
from tests.activities import guests
from tests.activities.guests import on

pytestmark = pytest.mark.django_db


def placing(cast, ended: int = 3) -> Activity:
    """A placement of two weeks that ended so long ago."""
    end = today() - timedelta(days=ended)
    return create_activity(by=cast.badr, kind="placement", partnership=cast.partnership, starts_on=end - timedelta(days=13), ends_on=end)


def placement(cast, ended: int = 3, **given) -> Placement:
    """A trainee of the host at the partner, planned by Badr."""
    there = Department.objects.get_or_create(institution=cast.partner, specialty=cast.specialties[0])[0]
    values = {"trainee": guests.professional(cast.host, "متدرب"), "to_department": there, "objectives": ["تنظير", "متابعة"], **given}
    made = placements.save_placement(placing(cast, ended), None, by=cast.badr, **values)
    return fresh(made)


def fresh(made: Placement) -> Placement:
    return placements.whole(Placement.objects.all()).get(pk=made.pk)


def marks_of(made: Placement, *marks: int) -> dict[int, tuple[int, str]]:
    return {item.pk: (mark, "") for item, mark in zip(made.objectives.order_by("pk"), marks, strict=True)}


def test_people_and_departments_belong_where_they_should(cast):
    activity, trainee, chief = placing(cast), guests.professional(cast.host, "متدرب"), guests.professional(cast.partner, "مشرف")
    stranger = guests.professional(cast.elsewhere, "غريب")
    here, there = (Department.objects.create(institution=place, specialty=cast.specialties[0]) for place in (cast.host, cast.partner))
    right = {"trainee": trainee, "supervisor": chief, "from_department": here, "to_department": there, "objectives": ["تنظير"]}
    mistakes = [
        ({"trainee": stranger}, "trainee"), ({"to_department": here}, "to_department"), ({"from_department": there}, "from_department"),
        ({"supervisor": trainee}, "supervisor"), ({"objectives": []}, "objectives"), ({"objectives": [str(place) for place in range(13)]}, "objectives"),
    ]  # fmt: skip
    for wrong, field in mistakes:
        with pytest.raises(ValidationError) as refusal:
            placements.save_placement(activity, None, by=cast.badr, **{**right, **wrong})
        assert field in refusal.value.by_field
    made = placements.save_placement(activity, None, by=cast.badr, **right)
    with pytest.raises(ValidationError):
        placements.save_placement(activity, None, by=cast.badr, **right)
    changed = {**right, "objectives": ["تنظير", "متابعة"]}
    placements.save_placement(activity, made, by=cast.dalia, version=1, **changed)
    with pytest.raises(EditConflict):
        placements.save_placement(activity, made, by=cast.badr, version=1, **{**changed, "objectives": ["غيرها"]})
    assert [item.text for item in made.objectives.all()] == ["تنظير", "متابعة"]


def test_only_the_receiving_side_assesses_and_only_once_it_is_over(cast):
    made = placement(cast)
    marks = marks_of(made, 4, 2)
    for who in (cast.badr, cast.ziad, cast.amal, cast.hani):
        with pytest.raises(TransitionRefused) as refusal:
            placements.assess_placement(made, by=who, marks=marks, result="reached")
        assert refusal.value.code == "not_receiving"
    for wrong in ({"marks": marks_of(made, 5, 2)}, {"marks": {}}, {"result": "nonsense"}):
        with pytest.raises(ValidationError):
            placements.assess_placement(made, by=cast.dalia, **{"marks": marks, "result": "reached", **wrong})
    ahead = placement(cast, ended=-2)
    with pytest.raises(TransitionRefused) as refusal:
        placements.assess_placement(ahead, by=cast.dalia, marks=marks_of(ahead, 1, 1), result="partly")
    assert refusal.value.code == "not_over"

    assert f"/placements/{made.pk}/assess/" in [row.address for row in waiting_for(cast.dalia)]
    assert f"/placements/{made.pk}/assess/" not in [row.address for row in waiting_for(cast.badr)]
    placements.assess_placement(made, by=cast.dalia, marks=marks, result="reached", remark="كلام عن الشخص")
    assert (fresh(made).phase, [item.mark for item in made.objectives.order_by("pk")]) == ("assessed", [4, 2])
    assert list(Notice.objects.filter(event="placement_assessed").values_list("recipient", flat=True)) == [cast.badr.pk]
    assert "كلام" not in str(list(trail(made).values()))
    with pytest.raises(TransitionRefused):
        placements.save_placement(made.activity, fresh(made), by=cast.badr, trainee=made.trainee, objectives=["غيرها"])


def test_trainee_never_assesses_themselves(cast):
    trainee = guests.professional(cast.host, "متدرب", user=cast.yasmine)
    made = placement(cast, trainee=trainee)

    assert not placements.may_assess(made, cast.yasmine)
    assert placements.may_assess(made, cast.dalia)


def test_log_takes_a_line_once_and_only_for_a_day_of_the_placement(cast):
    made = placement(cast)
    for _time in range(2):
        placements.write_log(made, by=cast.dalia, done_on=made.activity.starts_on, text="ست عمليات")
    for day in (on(1), made.activity.starts_on - timedelta(days=1), made.activity.ends_on + timedelta(days=1)):
        with pytest.raises(ValidationError):
            placements.write_log(made, by=cast.dalia, done_on=day, text="خارج الأيام")

    assert [line.text for line in fresh(made).entries.all()] == ["ست عمليات"]


def test_pages_from_the_plan_to_the_paper(client, cast):
    activity, trainee = placing(cast), guests.professional(cast.host, "متدرب")
    there = Department.objects.create(institution=cast.partner, specialty=cast.specialties[0])
    client.force_login(cast.badr)
    form = {"trainee": trainee.pk, "to_department": there.pk, "objectives": "تنظير\nمتابعة\n"}
    assert client.post(f"/activities/{activity.pk}/placements/new/", {**form, "trainee": ""}).status_code == 400
    assert client.post(f"/activities/{activity.pk}/placements/new/", form).status_code == 302
    made = Placement.objects.get()
    root = made.get_absolute_url()
    assert client.post(f"{root}log/", {"done_on": on(30).strftime("%d/%m/%Y"), "text": "غدا"}).status_code == 400
    assert client.post(f"{root}log/", {"done_on": activity.ends_on.strftime("%d/%m/%Y"), "text": "درس"}).status_code == 302
    assert client.get(f"{root}assess/").status_code == 403
    assert client.get(f"{root}assessment.pdf").status_code == 404
    client.force_login(cast.dalia)
    marks = {f"mark_{item.pk}": "3" for item in made.objectives.all()}
    given = {**marks, "result": "partly", "version": made.version}
    assert client.post(f"{root}assess/", {**given, "result": ""}).status_code == 400
    assert client.post(f"{root}assess/", given).status_code == 302
    assert client.get(f"{root}assessment.pdf?language=fr")["Content-Type"] == "application/pdf"
    seal = issued_assessment(fresh(made), "fr")
    page = client.get(f"/verify/{seal.code}/").content.decode()
    assert "متدرب" not in page
    assert client.get(f"/activities/{activity.pk}/").content.decode().count(root) == 1
