"""The administration asks what the portal's own forms ask."""

from datetime import date

import pytest

from core.editing import EditConflict, edit
from partnerships.models import Institution

pytestmark = pytest.mark.django_db


def address(obj) -> str:
    return f"/admin/{obj._meta.app_label}/{obj._meta.model_name}/{obj.pk}/change/"


def typed(client, obj) -> dict:
    """What the form of an object would send back as it stands."""
    context = client.get(address(obj)).context
    forms = [
        context["adminform"].form,
        *(part for inline in context["inline_admin_formsets"] for part in [inline.formset.management_form, *inline.formset.forms]),
    ]
    given = {}
    for field in (field for form in forms for field in form):
        value = field.value()
        given[field.html_name] = field.field.widget.format_value(value) if isinstance(value, date) else value
    return {name: value for name, value in given.items() if value is not None and value is not False}


@pytest.mark.parametrize(("said", "status"), [("dossier 123456 Ben Ali", 200), ("https://example.org/2026/123456789 2026-11-22", 302)])
def test_free_text_that_looks_like_a_patient_is_refused(client, cast, said, status):
    client.force_login(cast.tarek)
    before = cast.agreement.note

    answer = client.post(address(cast.agreement), {**typed(client, cast.agreement), "note": said})

    cast.agreement.refresh_from_db()
    assert answer.status_code == status
    assert cast.agreement.note == (before if status == 200 else said)


def test_numbers_that_are_in_their_place_are_kept_and_rows_below_are_asked_too(client, cast):
    client.force_login(cast.tarek)
    given = {**typed(client, cast.host), "phone": "+213 29 34 00 00"}
    row = {"departments-TOTAL_FORMS": 1, "departments-0-specialty": cast.specialties[0].pk, "departments-0-head": "0550 12 34 56"}

    refused = client.post(address(cast.host), {**given, **row})
    kept = client.post(address(cast.host), given)

    cast.host.refresh_from_db()
    assert (refused.status_code, kept.status_code, cast.host.phone) == (200, 302, "+213 29 34 00 00")


def test_edit_that_started_from_an_old_version_is_refused_and_saved_again_by_choice(client, cast):
    client.force_login(cast.tarek)
    shown = {**typed(client, cast.host), "city": "Tamanrasset"}
    edit(cast.host, {"city": "In Salah"}, by=cast.badr)

    refused = client.post(address(cast.host), shown)
    there = Institution.objects.get(pk=cast.host.pk)
    again = client.post(address(cast.host), {**shown, "version": refused.context["adminform"].form["version"].value()})

    assert str(EditConflict(cast.host)) in refused.context["adminform"].form.non_field_errors()
    assert (there.city, there.version) == ("In Salah", 2)
    assert again.status_code == 302
    assert (Institution.objects.get(pk=cast.host.pk).city, Institution.objects.get(pk=cast.host.pk).version) == ("Tamanrasset", 3)


def test_edit_in_the_administration_is_a_new_version_for_the_pages_of_the_portal(client, cast):
    client.force_login(cast.tarek)
    row = {"departments-TOTAL_FORMS": 1, "departments-0-specialty": cast.specialties[0].pk}

    assert '<input type="hidden" name="version" value="1"' in client.get(address(cast.host)).content.decode()
    for given in ({}, {"city": "Tamanrasset"}, row):
        client.post(address(cast.host), {**typed(client, cast.host), **given})

    assert (Institution.objects.get(pk=cast.host.pk).version, cast.host.departments.count()) == (3, 1)
    with pytest.raises(EditConflict):
        edit(cast.host, {"city": "In Salah"}, by=cast.badr, version=1)
