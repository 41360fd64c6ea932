"""Keeping the register of institutions: who is in it, what their profile says, and who has looked at it."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import refuse_unless
from accounts.models import User
from accounts.policy import can
from core.editing import EditConflict, edit
from core.formats import today
from core.history import changing, name_verbs, record, record_many
from core.lifecycle import TransitionRefused
from partnerships.models import Country, Department, Institution, InstitutionKind, Profession, Region, StaffCount
from partnerships.references import FOUND_BY, refresh_search_of

name_verbs(check_profile=_("Profile found right"), verify_profile=_("Profile verified"))

MINISTRY_ONLY = ("code", "kind", "country", "region")


def code_start(country: Country, region: Region | None, kind: InstitutionKind) -> str:
    """What a code begins with: COUNTRY-REGION-KIND-, without the region where regions have no number."""
    return "-".join([country.code, *([region.code] if region and region.code.isdigit() else []), kind.code]) + "-"


def suggested_code(country: Country, region: Region | None, kind: InstitutionKind) -> str:
    """The next code in the manner of the register. One query."""
    start = code_start(country, region, kind)
    ends = (code.removeprefix(start) for code in Institution.objects.filter(code__startswith=start).values_list("code", flat=True))
    return f"{start}{max((int(end) for end in ends if end.isdigit()), default=0) + 1:02}"


def create_institution(*, by: User | None, **values: Any) -> Institution:
    """Enter an institution into the register. Without a code it takes the next one; many-to-many fields take lists.

    Raises TransitionRefused for a code that is taken and for a region of another country. The caller has looked for doubles.
    """
    refuse_unless(by, "institution.create")
    many = {field.name for field in Institution._meta.many_to_many}
    lists = {name: values.pop(name) for name in many & values.keys()}
    in_its_country(values.get("region"), values["country"])
    with changing():
        values["code"] = values.get("code") or suggested_code(values["country"], values.get("region"), values["kind"])
        code_is_free(values["code"])
        institution = Institution.objects.create(**values)
        for name, items in lists.items():
            getattr(institution, name).set(items)
        record(institution, "create", by=by, after={"code": institution.code, "name_ar": institution.name_ar})
    return institution


def in_its_country(region: Region | None, country: Country) -> None:
    if region is not None and region.country_id != country.pk:
        raise TransitionRefused("region_abroad", _("This region is in another country: choose a region of the country, or none."))


def code_is_free(code: str) -> None:
    if Institution.objects.filter(code=code).exists():
        raise TransitionRefused("code_taken", _("This code belongs to another institution: leave it empty and the next free one is taken."))


def edit_institution(
    institution: Institution, values: Mapping[str, Any], *, by: User | None, version: int | None = None, also: dict[str, tuple[Any, Any]] | None = None
) -> dict[str, Any]:
    """Change the profile; what changed, by field. Code, kind, country and region are the ministry's to change.

    `version` and `also` as in `core.editing.edit`. Raises EditConflict when somebody else was faster.
    """
    refuse_unless(by, "institution.edit", institution)
    if by is not None and not can(by, "institution.create") and any(getattr(institution, name) != values[name] for name in MINISTRY_ONLY if name in values):
        raise TransitionRefused("ministry_only", _("Code, kind, country and region are changed by the ministry: write to it when they are wrong."))
    if {"region", "country"} & values.keys():
        in_its_country(values.get("region", institution.region), values.get("country", institution.country))
    with changing():
        if values.get("code", institution.code) != institution.code:
            code_is_free(values["code"])
        changed = edit(institution, dict(values), by=by, version=version, also=also)
        if FOUND_BY & changed.keys():
            refresh_search_of(institution)
        if changed:  # lists and rows below count as well: the ministry sees what was edited since it verified
            institution.updated_at = timezone.now()
            Institution.objects.filter(pk=institution.pk).update(updated_at=institution.updated_at)
    return changed


def unchanged_since(institution: Institution, version: int | None) -> None:
    """Raise EditConflict when the row has another version by now; rows below it are about to be replaced."""
    current = Institution.objects.get(pk=institution.pk)
    if version is not None and current.version != version:
        raise EditConflict(current)


def set_departments(institution: Institution, rows: Iterable[Mapping[str, Any]], *, by: User | None, version: int | None = None) -> dict[str, Any]:
    """Make the departments be exactly `rows`: {"specialty", "head", "beds_count", "specialists_count"}, one for each specialty."""
    wanted = {row["specialty"].pk: row for row in rows}
    refuse_unless(by, "institution.edit", institution)
    with changing():
        unchanged_since(institution, version)
        before = department_lines(institution)
        institution.departments.exclude(specialty__in=wanted).delete()
        for row in wanted.values():
            facts = {name: row.get(name) for name in ("beds_count", "specialists_count")} | {"head": row.get("head") or ""}
            Department.objects.update_or_create(institution=institution, specialty=row["specialty"], defaults=facts)
        return edit_institution(institution, {}, by=by, version=version, also={"departments": (before, department_lines(institution))})


def department_lines(institution: Institution) -> list[str]:
    """The departments as the history keeps them."""
    rows = institution.departments.select_related("specialty").order_by("specialty__code")
    return [f"{row.specialty.code}: {row.head or '-'}, {row.beds_count or 0}, {row.specialists_count or 0}" for row in rows]


def set_staff(institution: Institution, counts: Mapping[Profession, int], *, by: User | None, version: int | None = None) -> dict[str, Any]:
    """Make the staff be exactly `counts`; a profession with nobody has no row."""
    wanted = {profession.pk: count for profession, count in counts.items() if count}
    refuse_unless(by, "institution.edit", institution)
    with changing():
        unchanged_since(institution, version)
        before = staff_lines(institution)
        institution.staff.exclude(profession__in=wanted).delete()
        for profession_id, count in wanted.items():
            StaffCount.objects.update_or_create(institution=institution, profession_id=profession_id, defaults={"count": count})
        return edit_institution(institution, {}, by=by, version=version, also={"staff": (before, staff_lines(institution))})


def staff_lines(institution: Institution) -> list[str]:
    rows = institution.staff.select_related("profession").order_by("profession__code")
    return [f"{row.profession.code}: {row.count}" for row in rows]


def check_profile(institution: Institution, *, by: User | None) -> None:
    """Somebody who knows it has looked the profile through and found it right. Twice on one day changes nothing."""
    refuse_unless(by, "institution.edit", institution)
    with changing():
        before = Institution.objects.values_list("profile_checked_on", flat=True).get(pk=institution.pk)
        if before == today():
            return
        Institution.objects.filter(pk=institution.pk).update(profile_checked_on=today())
        institution.profile_checked_on = today()
        record(institution, "check_profile", by=by, before={"profile_checked_on": before}, after={"profile_checked_on": today()})


def verify_institutions(institutions: Iterable[Institution], *, by: User | None) -> int:
    """The ministry vouches for these profiles; how many are new. Leaves alone what is verified and has not changed since."""
    refuse_unless(by, "institution.verify")
    now = timezone.now()
    wanted = [place for place in institutions if place.merged_into_id is None and (place.verified_at is None or place.is_changed_since_verified)]
    with changing():
        Institution.objects.filter(pk__in=[place.pk for place in wanted]).update(verified_at=now, verified_by=by)
        record_many(((place, "verify_profile", {"verified_at": place.verified_at}, {"verified_at": now}) for place in wanted), by=by)
    for place in wanted:
        place.verified_at, place.verified_by = now, by
    return len(wanted)
