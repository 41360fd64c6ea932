"""The import in the browser: from the upload to the register and back, one page after the other."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from openpyxl import load_workbook

import partnerships.reference
from partnerships.actions import intake as importing
from partnerships.models import ColumnMemory, Institution, Intake
from tests.partnerships import sheets

pytestmark = pytest.mark.django_db

HEADER = ["code", "name_ar", "name_fr", "type", "region_code", "city"]
SEA = ["DZ-31-EPH-81", "مستشفى البحر", "Hôpital de la mer", "EPH", "31", "Arzew"]
PALM = ["DZ-30-EPH-82", "مستشفى النخيل", "Hôpital des palmiers", "EPH", "30", "Touggourt"]
BAD = ["DZ-99-EPH-83", "مستشفى الريح", "", "EPH", "99", ""]


@pytest.fixture
def office(cast, client):
    """Amal's browser, with the real reference tables behind her."""
    partnerships.reference.load()
    client.force_login(cast.amal)
    return client


def bring(browser, *rows: list[str], header=HEADER, name: str = "قائمة.csv", read: bool = True, **given) -> Intake:
    answer = browser.post("/institutions/import/", {"upload": SimpleUploadedFile(name, sheets.as_csv([header, *rows])), **given})
    intake = Intake.objects.latest("pk")
    assert answer["Location"] == intake.get_absolute_url()
    if read:
        importing.read_intake(intake)
    return intake


def text_of(answer) -> str:
    return answer.content.decode()


def test_whole_way_from_upload_to_register_and_back(office, cast):
    intake = bring(office, SEA, PALM, BAD, read=False)
    address = intake.get_absolute_url()
    reading = text_of(office.get(address))
    assert 'hx-trigger="every 2s"' in reading
    assert f'href="{address}"' in reading
    fragment = office.get(address, headers={"HX-Request": "true", "HX-Target": "progress"})
    assert "<html" not in text_of(fragment)

    importing.read_intake(intake)

    assert office.get(address, headers={"HX-Request": "true", "HX-Target": "progress"}).headers["HX-Refresh"] == "true"
    preview = office.get(address)
    assert preview.context["counts"]["created"] == 2
    assert preview.context["counts"]["refused"] == 1
    assert preview.context["to_write"] == 2
    assert "Hôpital de la mer" in text_of(preview)
    assert [item["row"].number for item in office.get(f"{address}?verdict=refused").context["page"].object_list] == [4]
    assert not Institution.objects.filter(code=SEA[0]).exists()
    assert "2" in text_of(office.get(f"{address}steps/import/"))

    done = office.post(f"{address}steps/import/", follow=True)

    assert Institution.objects.filter(code__in=[SEA[0], PALM[0]]).count() == 2
    assert done.context["may"] == {"import": False, "undo": True, "drop": False, "read_again": False}
    assert office.get(f"/institutions/?q={SEA[0]}").context["page"].paginator.count == 1
    office.get(f"{address}steps/undo/")
    office.post(f"{address}steps/undo/")
    assert not Institution.objects.filter(code__in=[SEA[0], PALM[0]]).exists()
    assert Intake.objects.get(pk=intake.pk).status == "undone"
    assert office.get(address).status_code == 200


def test_every_finding_is_shown_with_row_column_value_reason_and_suggestion(office):
    intake = bring(office, SEA, BAD)

    (item,) = office.get(f"{intake.get_absolute_url()}?verdict=refused").context["page"].object_list

    (finding, *_rest) = item["said"]
    assert item["row"].number == 3
    assert (finding["column"], finding["value"]) == ("region_code", "99")
    assert finding["reason"]
    assert finding["suggestion"]


def test_refused_rows_come_back_as_a_file(office):
    intake = bring(office, SEA, BAD)

    book = load_workbook(BytesIO(b"".join(office.get(f"{intake.get_absolute_url()}?export=xlsx").streaming_content)))
    plain = b"".join(office.get(f"{intake.get_absolute_url()}?export=csv").streaming_content).decode("utf-8-sig")

    cells = [[cell.value for cell in row] for row in book.active.iter_rows()]
    assert len(cells) == 2
    assert BAD[0] in cells[1]
    assert BAD[0] in plain
    assert SEA[0] not in plain


def test_pasted_table_is_read_too(office):
    answer = office.post("/institutions/import/", {"text": "\n".join("\t".join(row) for row in (HEADER, SEA))})
    intake = Intake.objects.latest("pk")
    importing.read_intake(intake)

    assert answer["Location"] == intake.get_absolute_url()
    assert office.get(intake.get_absolute_url()).context["to_write"] == 1


def test_possible_double_waits_for_a_decision_that_can_be_changed(office, cast):
    kept = Institution.objects.create(
        code="DZ-31-EPH-01", name_fr="EPH de la Mer", name_ar="مستشفى البحر", kind_id=cast.host.kind_id, country=cast.host.country,
        region=cast.host.region.__class__.objects.get(country__code="DZ", code="31"),
    )  # fmt: skip
    intake = bring(office, SEA, PALM)
    address = intake.get_absolute_url()
    (item,) = office.get(f"{address}?verdict=possible_duplicate").context["page"].object_list
    row = item["row"]
    assert [finding["facts"]["id"] for finding in item["alike"]] == [kept.pk]
    office.post(f"{address}steps/import/", {"peek": "1"})
    assert not Institution.objects.filter(code=SEA[0]).exists()  # the undecided one was left out
    office.post(f"{address}steps/undo/")

    intake = bring(office, SEA, PALM)
    address = intake.get_absolute_url()
    row = intake.rows.get(verdict="possible_duplicate")
    back = office.post(f"{address}rows/{row.pk}/?verdict=possible_duplicate", {"decision": "new"})
    assert back["Location"] == f"{address}?verdict=possible_duplicate"
    row.refresh_from_db()
    assert (row.verdict, row.is_new) == ("created", True)
    office.post(f"{address}rows/{row.pk}/", {"decision": "open"})
    row.refresh_from_db()
    assert row.verdict == "possible_duplicate"
    office.post(f"{address}rows/{row.pk}/", {"decision": f"same:{kept.pk}"})
    row.refresh_from_db()
    assert row.same_as == kept
    assert row.institution == kept


@pytest.mark.parametrize("decision", ["", "same:", "same:x", "same:999999", f"same:{'9' * 30}", "delete"])
def test_decision_that_makes_no_sense_is_not_found(office, decision):
    intake = bring(office, SEA)
    row = intake.rows.get()

    assert office.post(f"{intake.get_absolute_url()}rows/{row.pk}/", {"decision": decision}).status_code == 404


def test_row_of_another_import_is_not_found(office):
    first, second = bring(office, SEA), bring(office, PALM)

    answer = office.post(f"{first.get_absolute_url()}rows/{second.rows.get().pk}/", {"decision": "new"})

    assert answer.status_code == 404


def test_columns_are_matched_by_hand_and_remembered(office):
    header = ["code", "كذا", "name_fr", "type", "region_code", "city"]
    intake = bring(office, SEA, header=header)
    address = f"{intake.get_absolute_url()}columns/"
    assert "كذا" in text_of(office.get(intake.get_absolute_url()))
    form = office.get(address).context["form"]
    place = next(number for number, (_sheet, name) in enumerate(form.headers) if name == "كذا")
    given = {f"column-{number}": form[f"column-{number}"].initial for number in range(len(form.headers))}

    twice = office.post(address, {**given, f"column-{place}": "name_fr"})
    done = office.post(address, {**given, f"column-{place}": "name_ar"})

    assert twice.status_code == 400
    assert done["Location"] == intake.get_absolute_url()
    intake.refresh_from_db()
    assert intake.status == "reading"
    importing.read_intake(intake)
    assert intake.rows.get().values["name_ar"] == "مستشفى البحر"
    assert ColumnMemory.objects.filter(field="name_ar").exists()


def test_unreadable_file_says_why_and_what_helps(office):
    office.post("/institutions/import/", {"upload": SimpleUploadedFile("a.xlsx", b"\x89PNG not a sheet at all" + bytes(200))})
    intake = Intake.objects.latest("pk")
    importing.read_intake(intake)

    page = office.get(intake.get_absolute_url())

    assert page.status_code == 200
    assert all(page.context["problem"])
    assert page.context["to_write"] == 0
    assert office.get(f"{intake.get_absolute_url()}steps/import/").status_code == 302


@pytest.mark.parametrize("given", [{}, {"text": "   "}, {"text": "a\tb", "both": "1"}])
def test_one_of_file_and_table_is_needed(office, given):
    if given.pop("both", ""):
        given["upload"] = SimpleUploadedFile("a.csv", b"code;name_fr\n1;2\n")

    answer = office.post("/institutions/import/", given)

    assert answer.status_code == 400
    assert not Intake.objects.exists()


def test_empty_file_is_refused_with_a_word(office):
    answer = office.post("/institutions/import/", {"upload": SimpleUploadedFile("a.csv", b"")})

    assert answer.status_code == 400


@pytest.mark.parametrize(
    "name", ["../../etc/passwd.csv", "<script>alert(1)</script>.csv", "\u202egpj.csv", "a" * 400 + ".csv", "=cmd|' /C calc'!A0.csv", "{{7*7}}.csv"]
)
def test_hostile_file_name_has_no_effect(office, name):
    intake = bring(office, SEA, name=name)

    page = text_of(office.get(intake.get_absolute_url()))
    listed = text_of(office.get("/institutions/import/"))

    for text in (page, listed):
        assert "<script>alert" not in text
        assert "\u202e" not in text
        assert "49.csv" not in text
    assert ".." not in intake.content.name
    assert len(intake.title) <= 150


def test_hostile_cells_have_no_effect_on_page_and_files(office):
    intake = bring(office, ["", "<b>مستشفى</b>", '"><img src=x onerror=alert(1)>', "EPH", "99", "=1+1"])

    page = text_of(office.get(intake.get_absolute_url()))
    plain = b"".join(office.get(f"{intake.get_absolute_url()}?export=csv").streaming_content).decode("utf-8-sig")

    assert "<img src=x" not in page
    assert "<b>مستشفى" not in page
    assert "\n=1" not in plain
    assert ",=1" not in plain


def test_import_put_aside_leaves_nothing_to_read(office):
    intake = bring(office, SEA)
    office.get(f"{intake.get_absolute_url()}steps/drop/")

    answer = office.post(f"{intake.get_absolute_url()}steps/drop/")

    assert answer["Location"] == "/institutions/import/"
    intake.refresh_from_db()
    assert (intake.status, intake.rows.count()) == ("dropped", 0)
    assert office.get(intake.get_absolute_url()).status_code == 200


def test_import_of_yesterday_can_no_longer_be_undone(office):
    intake = bring(office, SEA)
    importing.apply_intake(intake, by=None)
    Intake.objects.filter(pk=intake.pk).update(applied_at=timezone.now() - timedelta(hours=25))

    page = office.get(intake.get_absolute_url())
    office.post(f"{intake.get_absolute_url()}steps/undo/")

    assert page.context["may"]["undo"] is False
    assert Institution.objects.filter(code=SEA[0]).exists()


def test_importing_twice_writes_once(office):
    intake = bring(office, SEA)
    office.post(f"{intake.get_absolute_url()}steps/import/")

    answer = office.post(f"{intake.get_absolute_url()}steps/import/")

    assert answer.status_code == 302
    assert Institution.objects.filter(code=SEA[0]).count() == 1


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_sample_can_be_imported_as_it_is(office, kind):
    sample = b"".join(office.get(f"/institutions/import/sample/?export={kind}").streaming_content)

    office.post("/institutions/import/", {"upload": SimpleUploadedFile(f"sample.{kind}", sample)})
    intake = Intake.objects.latest("pk")
    importing.read_intake(intake)

    page = office.get(intake.get_absolute_url())
    assert page.context["counts"]["refused"] == 0
    assert page.context["to_write"] == 1


def test_rows_come_in_pages_with_a_fixed_number_of_queries(office, django_assert_max_num_queries):
    few = bring(office, SEA)
    many = bring(office, *([f"DZ-31-EPH-{number}", f"مستشفى رقم {number}", "", "EPH", "31", f"Ville{number}"] for number in range(100, 160)))

    with django_assert_max_num_queries(30):
        office.get(few.get_absolute_url())
    with django_assert_max_num_queries(30):
        page = office.get(many.get_absolute_url())

    assert page.context["page"].paginator.num_pages == 3
    assert len(page.context["page"].object_list) == 20
    assert office.get(f"{many.get_absolute_url()}?page=3&verdict=created").status_code == 200


@pytest.mark.parametrize("who", ["badr", "dalia", "yasmine", "ranya", "omar", "fatma", "essam", "tarek"])
def test_others_learn_nothing_of_imports(office, cast, who):
    intake = bring(office, SEA, BAD, name="طائر النورس.csv")
    row = intake.rows.first()
    address = intake.get_absolute_url()
    office.force_login(cast.people[who])

    answers = [office.get("/institutions/import/"), office.get("/institutions/import/sample/?export=csv"), office.post("/institutions/import/", {"text": "a"})]
    assert {answer.status_code for answer in answers} == {403}
    answers = [
        office.get(address), office.get(f"{address}?export=csv"), office.get(f"{address}columns/"), office.get(f"{address}steps/import/"),
        office.post(f"{address}steps/import/"), office.post(f"{address}steps/drop/"), office.post(f"{address}rows/{row.pk}/", {"decision": "new"}),
    ]  # fmt: skip
    assert {answer.status_code for answer in answers} == {404}
    assert not any("النورس" in text_of(answer) or SEA[0] in text_of(answer) for answer in answers)
    assert Intake.objects.get(pk=intake.pk).status == "preview"


@pytest.mark.parametrize("path", ["0/", "999999/", f"{'9' * 30}/", "1/steps/show/", "1/steps/give_up/"])
def test_address_without_an_import_is_not_found(office, path):
    assert office.get(f"/institutions/import/{path}").status_code == 404
