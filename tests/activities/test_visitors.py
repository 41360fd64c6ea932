"""Visiting specialists: their papers, the check, the licence, and the mission that waits for it."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from activities.actions import confirm_participation, transition_activity, visitors
from activities.lifecycle import ACTIVITY, VISITOR, visitors_without_licence
from activities.models import Activity, Participant, VisitorFile
from activities.papers.licence import issued_licence, words_of
from core.files import attach
from core.formats import today
from core.lifecycle import TransitionRefused
from core.models import Attachment, Notice
from core.seals import look_up
from partnerships.room import coming_next
from reports.waiting import waiting_for
from tests import factories
from tests.activities import guests
from tests.activities.guests import on

pytestmark = pytest.mark.django_db


def fresh(file: VisitorFile) -> VisitorFile:
    return visitors.whole(VisitorFile.objects.all()).get(pk=file.pk)


def refusal_of(deed) -> str:
    with pytest.raises(TransitionRefused) as refusal:
        deed()
    return refusal.value.code


def test_file_is_begun_for_whoever_of_the_team_comes_from_abroad(cast):
    activity = guests.mission(cast)
    local = guests.professional(cast.host, "محلي")
    outsider = guests.professional(guests.abroad(), "غريب")
    Participant.objects.create(activity=activity, part="team", professional=local)

    people = list(visitors.visitors_to_file(activity))
    assert [person.name for person in people] == [guests.NAME]
    file = visitors.open_files(activity, people, by=cast.badr)[0]
    assert [paper.state for paper in file.papers.all()] == ["missing"] * 5
    assert visitors.open_files(activity, people, by=cast.badr) == [file]
    assert refusal_of(lambda: visitors.open_files(activity, [local], by=cast.badr)) == "not_abroad"
    assert refusal_of(lambda: visitors.open_files(activity, [outsider], by=cast.badr)) == "not_in_the_team"
    assert refusal_of(lambda: visitors.open_files(activity, people, by=cast.dalia)) == "not_allowed"
    assert not visitors.visitors_to_file(activity).exists()


def test_papers_are_brought_by_the_host_and_judged_by_the_ministry(cast):
    file = guests.visitor_file(cast)
    papers = {paper.kind: paper for paper in file.papers.all()}
    for paper in papers.values():
        paper.file = file
    assert refusal_of(lambda: visitors.transition_visitor(file, VISITOR["submit"], by=cast.badr)) == "papers_missing"
    for kind in ("diploma", "licence", "good_standing", "insurance"):
        visitors.note_paper(papers[kind], by=cast.badr, valid_until=file.activity.ends_on + timedelta(days=30))
    visitors.note_paper(papers["licence"], by=cast.badr, upload=SimpleUploadedFile("licence.pdf", factories.paper()), valid_until=file.activity.starts_on)
    file = fresh(file)
    papers["licence"].refresh_from_db(fields=["state"])
    assert refusal_of(lambda: visitors.check_paper(papers["licence"], by=cast.amal, is_accepted=True)) == "wrong_status"
    visitors.transition_visitor(file, VISITOR["submit"], by=cast.badr)
    assert refusal_of(lambda: visitors.note_paper(papers["licence"], by=cast.badr)) == "wrong_status"

    assert refusal_of(lambda: visitors.accept_papers(file, by=cast.badr)) == "not_allowed"
    assert refusal_of(lambda: visitors.check_paper(papers["visa"], by=cast.amal, is_accepted=True)) == "paper_missing"
    assert refusal_of(lambda: visitors.check_paper(papers["licence"], by=cast.amal, is_accepted=False)) == "reason_missing"
    assert refusal_of(lambda: visitors.transition_visitor(fresh(file), VISITOR["check"], by=cast.amal)) == "papers_unchecked"
    assert visitors.accept_papers(fresh(file), by=cast.amal) == 4
    assert refusal_of(lambda: visitors.transition_visitor(fresh(file), VISITOR["check"], by=cast.amal)) == "papers_end"
    assert Attachment.objects.get().role == "licence"


def test_licence_is_given_by_somebody_else_for_every_day_of_the_mission_and_once_for_its_number(cast):
    file = guests.visitor_file(cast, is_in_order=True)
    start, end = file.activity.starts_on, file.activity.ends_on
    assert f"/visitors/{file.pk}/" in [row.address for row in waiting_for(cast.badr)]
    visitors.transition_visitor(file, VISITOR["submit"], by=cast.badr)
    assert Notice.objects.filter(event="visitor_submitted", recipient=cast.amal).exists()
    assert any(f"/visitors/{file.pk}/" in row.address for row in waiting_for(cast.amal))
    visitors.transition_visitor(file, VISITOR["check"], by=cast.amal)
    assert any(f"/visitors/{file.pk}/" in row.address for row in waiting_for(cast.hoda))

    def give(first, last, by=cast.hoda):
        return lambda: visitors.license_visitor(fresh(file), by=by, licence_number="V-1", valid_from=first, valid_to=last)

    assert refusal_of(give(start + timedelta(days=1), end)) == "days_not_covered"
    assert refusal_of(give(start, end - timedelta(days=1))) == "days_not_covered"
    assert refusal_of(give(end, start)) == "end_before_start"
    assert refusal_of(give(on(-9), on(-8))) == "already_over"
    assert refusal_of(give(start, end, by=cast.amal)) == "not_allowed"
    VisitorFile.objects.filter(pk=file.pk).update(checked_by=cast.hoda)
    assert refusal_of(give(start, end)) == "author"
    VisitorFile.objects.filter(pk=file.pk).update(checked_by=cast.amal)
    give(start, end)()
    assert set(Notice.objects.filter(event="visitor_licensed").values_list("recipient", flat=True)) == {cast.badr.pk}
    other = guests.visitor_file(cast, is_in_order=True, activity=guests.mission(cast))
    visitors.transition_visitor(other, VISITOR["submit"], by=cast.badr)
    visitors.transition_visitor(other, VISITOR["check"], by=cast.amal)
    assert refusal_of(lambda: visitors.license_visitor(other, by=cast.hoda, licence_number="v-1", valid_from=start, valid_to=end)) == "number_taken"


def test_expired_and_too_short_licences_are_derived_from_the_days(cast):
    file = guests.licensed(cast, guests.visitor_file(cast, is_in_order=True))

    assert (fresh(file).phase, fresh(file).covers_the_days) == ("licensed", True)
    Activity.objects.filter(pk=file.activity_id).update(ends_on=file.activity.ends_on + timedelta(days=1))
    assert (fresh(file).phase, visitors_without_licence(fresh(file).activity)) == ("not_covering", [guests.NAME])
    VisitorFile.objects.filter(pk=file.pk).update(valid_from=on(-9), valid_to=on(-1))
    assert (fresh(file).phase, fresh(file).tone) == ("expired", "stop")
    visitors.transition_visitor(fresh(file), VISITOR["withdraw"], by=cast.hoda, reason="تأجيل المهمة")
    assert (fresh(file).status, fresh(file).licence_number, fresh(file).valid_to) == ("returned", "", None)


def test_visiting_mission_is_confirmed_once_its_specialists_are_licensed(client, cast):
    activity = guests.mission(cast, kind="visiting")
    for step, who in (("submit", cast.badr), ("approve", cast.amal)):
        transition_activity(activity, ACTIVITY[step], by=who)
    activity.parties.exclude(institution=cast.host).update(confirmed_at=timezone.now())
    activity = Activity.objects.with_people().get(pk=activity.pk)

    with pytest.raises(TransitionRefused) as refusal:
        confirm_participation(activity, by=cast.badr)
    assert refusal.value.code == "licence_missing"
    assert guests.NAME in str(refusal.value)
    assert activity.parties.filter(confirmed_at=None).count() == 1  # the whole confirmation was taken back
    client.force_login(cast.badr)
    assert guests.NAME in client.get(activity.get_absolute_url()).content.decode()
    guests.licensed(cast, guests.visitor_file(cast, is_in_order=True, activity=activity))
    confirm_participation(activity, by=cast.badr)
    assert Activity.objects.get(pk=activity.pk).status == "confirmed"


def test_mission_of_another_kind_is_confirmed_with_a_warning(client, cast):
    activity = guests.mission(cast, kind="surgical")
    for step, who in (("submit", cast.badr), ("approve", cast.amal)):
        transition_activity(activity, ACTIVITY[step], by=who)
    activity.parties.exclude(institution=cast.host).update(confirmed_at=timezone.now())

    confirm_participation(Activity.objects.with_people().get(pk=activity.pk), by=cast.badr)

    assert Activity.objects.get(pk=activity.pk).status == "confirmed"
    client.force_login(cast.badr)
    assert guests.NAME in client.get(activity.get_absolute_url()).content.decode()


def test_refused_specialist_counts_as_missing_only_while_named_in_the_team(cast):
    file = guests.visitor_file(cast, is_in_order=True)
    visitors.transition_visitor(file, VISITOR["submit"], by=cast.badr)
    visitors.transition_visitor(file, VISITOR["refuse"], by=cast.hoda, reason="وثائق ناقصة")

    assert visitors_without_licence(file.activity) == [guests.NAME]
    file.activity.participants.all().delete()
    assert visitors_without_licence(file.activity) == []
    assert Notice.objects.get(event="visitor_refused").words["reason"] == "وثائق ناقصة"


def test_licence_is_issued_once_verified_without_a_name_and_called_withdrawn_afterwards(client, cast):
    file = guests.licensed(cast, guests.visitor_file(cast, is_in_order=True))
    assert words_of(fresh(file), "ar")["lines"][1][1] == guests.NAME
    seal = issued_licence(fresh(file), "ar", by=cast.badr)
    assert issued_licence(fresh(file), "ar", by=cast.hoda) == seal

    found = look_up(seal.code)
    assert found is not None
    page = client.get(f"/verify/{seal.code}/").content.decode()
    number = f"V-{file.pk}/2026"
    assert number in page
    assert guests.NAME not in page
    visitors.transition_visitor(fresh(file), VISITOR["withdraw"], by=cast.hoda, reason="تأجيل")
    assert number not in client.get(f"/verify/{seal.code}/").content.decode()
    assert refusal_of(lambda: issued_licence(fresh(file), "ar")) == "no_licence"


def test_scans_are_for_those_who_may_see_the_file(client, cast):
    file = guests.visitor_file(cast)
    scan = attach(file, SimpleUploadedFile("diploma.pdf", factories.paper()), role="diploma", by=cast.badr)
    addresses = (f"/documents/{scan.pk}/", f"/visitors/{file.pk}/")
    expected = {"badr": 200, "amal": 200, "hoda": 200, "tarek": 200, "dalia": 404, "hani": 404, "ranya": 404, "essam": 404, "omar": 404}
    found = {}
    for name in expected:
        client.force_login(cast.people[name])
        found[name] = {client.get(address).status_code for address in addresses}

    assert found == {name: {status} for name, status in expected.items()}


def test_pages_from_the_first_paper_to_the_licence(client, cast):
    activity = guests.mission(cast)
    client.force_login(cast.badr)
    person = activity.participants.get(professional__isnull=False).professional
    client.post(f"/activities/{activity.pk}/visitors/new/", {"people": [person.pk]})
    file = VisitorFile.objects.get()
    root, late = f"/visitors/{file.pk}/", (activity.ends_on + timedelta(days=60)).strftime("%d/%m/%Y")
    assert client.post(f"{root}edit/", {"scope_of_practice": "جراحة", "version": file.version}).status_code == 302
    assert client.post(f"{root}edit/", {"scope_of_practice": "غيرها", "version": file.version}).status_code == 400
    for paper in file.papers.all():
        answer = client.post(f"{root}papers/{paper.pk}/", {"is_here": "on", "valid_until": late, "scan": SimpleUploadedFile("a.pdf", factories.paper())})
        assert answer.status_code == 302
    assert client.post(f"{root}steps/submit/", {"sure": "1"}).status_code == 302
    client.force_login(cast.amal)
    assert client.post(f"{root}papers/{file.papers.all()[0].pk}/check/", {"verdict": "no"}).status_code == 400
    assert client.post(f"{root}papers/{file.papers.all()[0].pk}/check/", {"verdict": "yes"}).status_code == 302
    assert client.post(f"{root}papers/accept/").status_code == 302
    assert client.post(f"{root}steps/check/", {"sure": "1"}).status_code == 302
    client.force_login(cast.hoda)
    days = {"valid_from": activity.starts_on.strftime("%d/%m/%Y"), "valid_to": activity.ends_on.strftime("%d/%m/%Y")}
    assert client.post(f"{root}license/", {**days, "valid_to": days["valid_from"], "licence_number": "9"}).status_code == 400
    assert client.post(f"{root}license/", {**days, "licence_number": "186010812345678"}).status_code == 302

    assert client.get(f"{root}licence.pdf?language=fr")["Content-Type"] == "application/pdf"
    assert VisitorFile.objects.get().status == "licensed"
    assert b"".join(client.get("/visitors/?export=csv&status=licensed").streaming_content).decode().count("186010812345678") == 1
    assert client.get("/visitors/?status=expired").context["page"].paginator.count == 0


def test_room_names_what_comes_next_before_a_visit(cast):
    file = guests.visitor_file(cast, is_in_order=True)

    def addresses():
        return {item.address: item for item in coming_next(file.activity.partnership)}

    assert addresses()[file.get_absolute_url()].due_on == file.activity.starts_on - timedelta(days=21)
    guests.licensed(cast, file)
    assert file.get_absolute_url() not in addresses()
    assert today() < file.activity.starts_on
