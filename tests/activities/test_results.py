"""Reports, disputes, corrections, new days, sessions, photos: what the actions do to the tables."""

import io
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from PIL import Image

from activities import actions
from activities.figures import OtherFigure, by_key, figures_of
from activities.lifecycle import ACTIVITY
from activities.models import Activity, Participant, Professional, Series
from activities.rules import Volume
from core.editing import EditConflict
from core.formats import today
from core.lifecycle import TransitionRefused
from core.models import Attachment, Change, Notice
from partnerships.actions import create_partnership
from partnerships.models import Partnership, Profession
from tests import factories
from tests.cast import signed_agreement

pytestmark = pytest.mark.django_db


def figure(activity, name, place=0):
    fresh = Activity.objects.get(pk=activity.pk)
    return by_key(figures_of(fresh))[f"r{fresh.results.order_by('pk')[place].pk}-{name}"]


def approved(cast, starts_in=20):
    activity = factories.planned(cast, starts_in=starts_in)
    actions.transition_activity(activity, ACTIVITY["submit"], by=cast.badr)
    return actions.transition_activity(activity, ACTIVITY["approve"], by=cast.amal)


def days_of(activity):
    fresh = Activity.objects.get(pk=activity.pk)
    return (fresh.status, fresh.starts_on, fresh.ends_on)


def rewind(uploads):
    for upload in uploads:
        upload.seek(0)


def test_report_leaves_named_people_and_sites_of_sessions(cast):
    activity = factories.reported(cast)
    site = activity.sites.get(institution=cast.host)
    actions.add_session(activity, by=cast.badr, kind="lecture", held_on=activity.starts_on, title="درس", site=activity.sites.exclude(pk=site.pk).get())
    nurse = Profession.objects.create(code="nurse", name_ar="ممرض", group="paramedical")
    person = Professional.objects.create(institution=cast.partner, name="سلمى", profession=nurse)
    named = [
        Participant.objects.create(activity=activity, part="team", professional=person, institution=cast.partner),
        Participant.objects.create(activity=activity, part="team", name="ضيف", institution=cast.partner),
    ]
    Activity.objects.update(status="disputed")
    activity.refresh_from_db()

    actions.report_activity(activity, by=cast.badr, lines=factories.lines(cast)[:1], people=factories.people(cast)[:1])

    assert activity.results.get().site == site  # the row of a site that stays is kept
    assert activity.sites.count() == 2
    assert activity.sessions.get().site is not None
    assert {row.pk for row in activity.participants.exclude(professional=None, name="")} == {row.pk for row in named}
    assert [head.count for head in activity.participants.filter(professional=None, name="")] == [3]


def test_disputed_figures_are_all_kept_or_none(cast):
    activity = factories.reported(cast)
    two = [OtherFigure(figure(activity, "consultations"), 39, "سجل"), OtherFigure(figure(activity, "operations_done"), 7, "قائمة")]
    refused = {
        "same_figure": OtherFigure(figure(activity, "consultations"), 40, "سجل"),
        "reason_missing": OtherFigure(figure(activity, "consultations"), 39, " "),
        "unknown_figure": OtherFigure(figure(factories.reported(cast, ended=30), "consultations"), 39, "سجل"),
    }

    codes = []
    for other in refused.values():
        with pytest.raises(TransitionRefused) as refusal:
            actions.dispute_activity(activity, by=cast.dalia, figures=[two[1], other])
        codes.append(refusal.value.code)
    with pytest.raises(ValidationError):
        actions.dispute_activity(activity, by=cast.dalia, figures=[two[0], OtherFigure(figure(activity, "operations_done"), 3_001, "خطأ")])
    assert (codes, activity.disputes.count(), days_of(activity)[0]) == (list(refused), 0, "reported")

    actions.dispute_activity(activity, by=cast.dalia, figures=two)
    assert {(item.figure, item.reported, item.expected, item.reason) for item in activity.disputes.all()} == {
        ("consultations", 40, 39, "سجل"), ("operations_done", 8, 7, "قائمة"),
    }  # fmt: skip
    assert Notice.objects.filter(event="activity_disputed", recipient=cast.badr).count() == 1


def test_validated_figures_are_corrected_by_somebody_else_with_a_trace(cast):
    activity = factories.validated(cast)
    mended = [OtherFigure(figure(activity, "consultations"), 44, "سجل المستشفى")]
    with pytest.raises(TransitionRefused) as stranger:
        actions.correct_activity(activity, by=cast.badr, figures=mended)
    Activity.objects.filter(pk=activity.pk).update(reported_by=cast.amal)
    activity.refresh_from_db()
    with pytest.raises(TransitionRefused) as author:
        actions.correct_activity(activity, by=cast.amal, figures=mended)
    with pytest.raises(EditConflict):
        actions.correct_activity(activity, by=cast.hoda, figures=mended, version=activity.version - 1)
    assert (stranger.value.code, author.value.code, activity.corrections.count()) == ("not_allowed", "author", 0)

    actions.correct_activity(activity, by=cast.hoda, figures=mended, version=activity.version)

    assert actions.totals_of(activity)["consultations"] == 63
    assert [(row.before, row.after, row.reason, row.by) for row in activity.corrections.all()] == [(40, 44, "سجل المستشفى", cast.hoda)]
    line = Change.objects.filter(verb="correct").get()
    assert (line.before, line.after, line.reason) == ({"consultations": 40}, {"consultations": 44}, "سجل المستشفى")


def test_postponed_to_new_days_waits_for_approval_and_confirmations_anew(cast):
    activity = approved(cast)
    actions.add_session(activity, by=cast.badr, kind="lecture", held_on=activity.starts_on + timedelta(days=1), title="درس")
    actions.confirm_participation(activity, by=cast.badr)
    old, new = activity.starts_on, activity.starts_on + timedelta(days=14)
    for bad in (
        {"starts_on": old, "ends_on": activity.ends_on},
        {"starts_on": new, "ends_on": old},
        {"starts_on": old - timedelta(days=60), "ends_on": old - timedelta(days=58)},
    ):
        with pytest.raises(ValidationError):
            actions.postpone_activity(activity, by=cast.badr, reason="عطلة", **bad)

    actions.postpone_activity(activity, by=cast.badr, reason="عطلة", starts_on=new, ends_on=new + timedelta(days=2))

    assert days_of(activity) == ("submitted", new, new + timedelta(days=2))
    assert activity.sessions.get().held_on == new + timedelta(days=1)
    assert not activity.parties.exclude(confirmed_at=None).exists()
    line = Change.objects.get(verb="postpone")
    assert (line.before["starts_on"], line.reason) == (old.isoformat(), "عطلة")
    actions.transition_activity(activity, ACTIVITY["approve"], by=cast.amal)
    actions.postpone_activity(activity, by=cast.hoda, reason="حر شديد", starts_on=old, ends_on=old)
    assert days_of(activity) == ("approved", old, old)  # the ministry itself has set the days
    actions.postpone_activity(activity, by=cast.dalia, reason="غير معروف")
    assert days_of(activity) == ("postponed", old, old)
    actions.edit_activity(activity, by=cast.badr, starts_on=new, ends_on=new)
    assert days_of(actions.transition_activity(activity, ACTIVITY["approve_days"], by=cast.amal)) == ("approved", new, new)


def test_plan_is_edited_until_it_is_reported_and_its_days_until_it_is_submitted(cast):
    activity = factories.planned(cast)
    urology = cast.specialties[1]
    actions.edit_activity(activity, by=cast.dalia, version=activity.version, volumes=[Volume(urology, 9, 30, 5)], sites=[cast.host, "قاعة"], travel="حافلة")
    assert (activity.planned_consultations, activity.planned_operations, activity.travel) == (30, 5, "حافلة")
    site = activity.sites.get(institution=cast.host)
    with pytest.raises(EditConflict):
        actions.edit_activity(activity, by=cast.badr, version=activity.version - 1, travel="طائرة")
    actions.transition_activity(activity, ACTIVITY["submit"], by=cast.badr)

    with pytest.raises(TransitionRefused) as days:
        actions.edit_activity(activity, by=cast.badr, ends_on=activity.ends_on + timedelta(days=1))
    actions.edit_activity(activity, by=cast.badr, travel="طائرة", sites=[cast.host])
    reported = factories.reported(cast)
    with pytest.raises(TransitionRefused) as late:
        actions.edit_activity(reported, by=cast.badr, travel="طائرة")

    assert (days.value.code, late.value.code, activity.travel) == ("days_are_fixed", "not_editable", "طائرة")
    assert list(activity.sites.all()) == [site]
    assert Change.objects.filter(verb="edit", object_id=activity.pk).count() == 2


def test_session_stays_within_the_days_and_sites(cast):
    activity, other = factories.planned(cast), factories.planned(cast, starts_in=40)
    session = actions.add_session(activity, by=cast.badr, kind="lecture", held_on=activity.starts_on, title="درس")
    wrong = [{"held_on": activity.ends_on + timedelta(days=1)}, {"site": other.sites.get()}]

    for values in wrong:
        with pytest.raises(ValidationError):
            actions.edit_session(session, by=cast.badr, **values)
    session.refresh_from_db()
    actions.edit_session(session, by=cast.badr, title="ورشة")
    actions.edit_session(session, by=cast.badr, title="ورشة")
    actions.drop_session(session, by=cast.badr)

    assert not activity.sessions.exists()
    verbs = Change.objects.filter(object_id=activity.pk, verb__endswith="_session").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["add_session", "edit_session", "drop_session"]


def test_photos_keep_nothing_of_the_camera(client, cast):
    activity = factories.reported(cast)
    exif = Image.Exif()
    exif[0x010F], exif[0x8825] = "Camera of somebody", {1: "N", 2: (22.0, 47.0, 0.0)}  # maker, position
    sent = [factories.picture("room.jpg", exif=exif), factories.picture("hall.png", exif=exif)]
    assert all(b"Camera of somebody" in upload.read() for upload in sent)
    rewind(sent)
    address = f"{activity.get_absolute_url()}photos/new/"
    client.force_login(cast.badr)

    unseen = client.post(address, {"photos": sent})
    rewind(sent)
    pdf = client.post(address, {"photos": [factories.SimpleUploadedFile("a.jpg", factories.paper())], "looked": "on"})
    kept = client.post(address, {"photos": sent, "looked": "on"})

    assert (unseen.status_code, pdf.status_code, kept.status_code) == (400, 400, 302)
    photos = list(Attachment.objects.filter(role="photo"))
    assert len(photos) == 2
    for photo in photos:
        content = photo.file.read()
        assert b"Camera of somebody" not in content
        assert dict(Image.open(io.BytesIO(content)).getexif()) == {}
        assert client.get(f"{activity.get_absolute_url()}photos/{photo.pk}/")["Content-Type"] == "image/jpeg"
    client.post(f"{activity.get_absolute_url()}photos/{photos[0].pk}/drop/")
    assert Attachment.objects.filter(role="photo").count() == 1
    with pytest.raises(TransitionRefused):
        actions.add_photos(activity, by=cast.badr, uploads=[factories.picture() for _ in range(12)])


def test_same_mission_of_the_other_side_is_offered_before_saving(client, cast):
    first = factories.reported(cast, ended=3)
    form = {
        "partnership": cast.partnership.pk, "kind": "surgical", "lines": "1", "stage": "save", "uid": "6f4f0bd2-94ce-4c0c-8d2f-4e5b3b6f0a11",
        "starts_on": f"{first.ends_on:%d/%m/%Y}", "ends_on": f"{first.ends_on:%d/%m/%Y}", "line-0-site": cast.host.pk, "line-0-consultations": "41",
    }  # fmt: skip
    client.force_login(cast.dalia)

    asked = client.post("/activities/new/", form)
    page = asked.content.decode()
    mine = client.post("/activities/new/", {**form, "not_the_same": "1"})

    assert asked.status_code == 409
    assert f'href="{first.get_absolute_url()}"' in page
    assert 'name="line-0-consultations" value="41"' in page
    assert mine["Location"] != first.get_absolute_url()
    assert Activity.objects.count() == 2


def test_host_that_took_no_part_does_not_confirm(cast):
    pair = create_partnership(by=None, senders=[cast.partner], hosts=[cast.host, cast.elsewhere], specialties=cast.specialties, started_on=today())
    signed_agreement(pair)
    pair = Partnership.objects.with_people().get(pk=pair.pk)
    days = {"starts_on": today(), "ends_on": today(), "kind": "surgical", "partnership": pair}
    activity = actions.log_activity(by=cast.badr, lines=factories.lines(cast), hosts=[cast.host], **days)

    with pytest.raises(TransitionRefused) as refusal:
        actions.counter_confirm_activity(activity, by=cast.hani)

    assert refusal.value.code == "own_report"
    assert {party.institution for party in activity.parties.all()} == {cast.partner, cast.host}
    assert actions.counter_confirm_activity(activity, by=cast.dalia).status == "counter_confirmed"


def test_report_without_a_partnership_has_no_other_side(cast):
    activity = Activity.objects.create(kind="seminar", name="ندوة", starts_on=today(), ends_on=today(), status="approved")
    activity.parties.create(institution=cast.host, side="host")
    lines = [factories.ResultLine(None, "قاعة الوزارة", None, {"audience": 60})]

    actions.report_activity(activity, by=cast.amal, lines=lines, people=[])

    assert days_of(activity)[0] == "counter_confirmed"
    with pytest.raises(TransitionRefused):
        actions.validate_activity(activity, by=cast.amal)
    assert actions.validate_activity(activity, by=cast.hoda).status == "validated"


def test_activities_are_found_by_sender_host_purpose_series_and_late_report(client, cast):
    series = Series.objects.create(name="سلسلة", kind="lecture", partnership=cast.partnership)
    days = {"starts_on": today() - timedelta(days=60), "ends_on": today() - timedelta(days=59), "partnership": cast.partnership}
    visit = actions.create_activity(by=cast.badr, kind="visiting", purpose="training", **days)
    lecture = actions.create_activity(by=cast.badr, kind="lecture", series=series, **days)
    Activity.objects.filter(pk=lecture.pk).update(status="approved")
    client.force_login(cast.badr)

    def found(query):
        return {row["id"] for row in client.get(f"/api/v1/activities/?{query}").json()["results"]}

    assert found(f"host={cast.host.code}&sender={cast.partner.code}") == {visit.pk, lecture.pk}
    assert found("purpose=training") == found("kind=visiting") == {visit.pk}
    assert found(f"series={series.pk}") == found("status=report_overdue") == {lecture.pk}
    assert f'<option value="{cast.elsewhere.code}"' not in client.get("/activities/").content.decode()  # of no partnership of the reader
