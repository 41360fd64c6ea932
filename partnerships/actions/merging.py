"""Two entries of the register that are one place: everything of the double goes to the survivor, nothing is lost."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.access import refuse_unless
from accounts.models import User
from core.editing import edit
from core.folding import fold
from core.formats import today
from core.history import changing, name_verbs, record
from core.lifecycle import TransitionRefused, apply
from core.models import Attachment
from partnerships.lifecycle import MATCHPROPOSAL
from partnerships.models import Institution, InstitutionName, InstitutionWord, IntakeRow, MatchProposal, NotDouble, PlanPair
from partnerships.references import references, refresh_search_of, rows_of

name_verbs(merge=_("Double merged into it"), merged=_("Merged into another"), not_double=_("Found not to be a double"))

# Derived from the institution itself, or said of these two; and what an import did, which its undoing must still know.
LEFT_BEHIND = {(InstitutionName, "institution"), (InstitutionWord, "institution"), (IntakeRow, "institution"), (NotDouble, "first"), (NotDouble, "second")}
NOT_TAKEN_OVER = {
    "id",
    "code",
    "created_at",
    "updated_at",
    "search_text",
    "sort_key",
    "version",
    "merged_into",
    "former_names",
    "aliases",
    "verified_at",
    "verified_by",
}
ALIASES_FIT = Institution._meta.get_field("aliases").max_length or 0


def what_would_move(double: Institution) -> dict[str, int]:
    """How many rows of each kind speak of the double, {plural name: count}: shown before merging."""
    found: dict[str, int] = defaultdict(int)
    for reference in references():
        if reference not in LEFT_BEHIND:
            found[str(reference[0]._meta.verbose_name_plural)] += rows_of(reference, double).count()
    return {name: count for name, count in sorted(found.items()) if count}


def merge_institutions(survivor: Institution, double: Institution, *, by: User | None, reason: str) -> Institution:
    """Make `double` another name of `survivor`: whatever refers to it refers to the survivor from now on.

    Empty fields of the survivor are filled from the double, whose names become former names. Where both have the same
    thing the stronger one stays. The double remains as a tombstone with its history; its address leads to the survivor.
    Raises TransitionRefused (not_allowed, reason_missing, same, merged_already, opposite_sides, proposed_to_each_other).
    """
    refuse_unless(by, "institution.merge", survivor)
    refuse_unless(by, "institution.merge", double)
    if not reason.strip():
        raise TransitionRefused("reason_missing", _("Say why: the reason is shown to both sides and kept in the history."))
    if survivor.pk == double.pk:
        raise TransitionRefused("same", _("An institution cannot be merged into itself: choose another one."))
    with changing():
        survivor, double = (Institution.objects.get(pk=place.pk) for place in (survivor, double))
        if survivor.merged_into_id or double.merged_into_id:
            raise TransitionRefused("merged_already", _("One of the two has been merged already: open the list of doubles again."))
        refuse_opposite_sides(survivor, double)
        moved, dropped = move_all(survivor, double, by=by, reason=reason)
        attached = Attachment.objects.filter(object_type=Institution._meta.label_lower, object_id=double.pk)
        moved["core.Attachment.object_id"] = list(attached.values_list("pk", flat=True))
        attached.update(object_id=survivor.pk)
        NotDouble.objects.filter(first=min(survivor.pk, double.pk), second=max(survivor.pk, double.pk)).delete()
        bury(double, survivor, by=by, reason=reason, moved=moved, dropped=dropped)
        survivor.refresh_from_db()
        edit(survivor, taken_over(survivor, double), by=by, verb="merge", also={"double": ("", double.code), "reason": ("", reason)})
        refresh_search_of(survivor)
    return survivor


def refuse_opposite_sides(survivor: Institution, double: Institution) -> None:
    """The two are on opposite sides of something: then they are two, or that something is wrong and comes first."""
    for model, name in references():
        names = {field.name for field in model._meta.fields}
        whole = next((parent for parent in ("partnership", "activity") if parent in names), "")
        if not whole or "side" not in names:
            continue
        sides = {(getattr(row, f"{whole}_id"), row.side) for row in rows_of((model, name), survivor)}
        for row in rows_of((model, name), double).select_related(whole):
            if any(key == getattr(row, f"{whole}_id") and side != row.side for key, side in sides):
                raise TransitionRefused(
                    "opposite_sides", _("The two are on different sides of %(object)s. They are two institutions, or that has to be put right first.")
                    % {"object": getattr(row, whole)},
                )  # fmt: skip
    between = MatchProposal.objects.open().filter(models.Q(sender=survivor, host=double) | models.Q(sender=double, host=survivor))
    if between.exists():
        raise TransitionRefused("proposed_to_each_other", _("The two are proposed to each other: withdraw the proposal first."))


def move_all(survivor: Institution, double: Institution, *, by: User | None, reason: str) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
    """Point every reference at the survivor; ({reference: keys moved}, {reference: keys dropped or closed as said twice})."""
    moved: dict[str, list[int]] = {}
    dropped: dict[str, list[int]] = {}
    for reference in references():
        if reference in LEFT_BEHIND:
            continue
        model, name = reference
        label = f"{model._meta.label}.{name}"
        settle = SETTLE.get((model._meta.label, name), drop_the_doubles)
        for row in rows_of(reference, double):
            rivals = rivals_of(row, name, survivor)
            if rivals and not settle(row, rivals[0], by=by, reason=reason):
                dropped.setdefault(label, []).append(row.pk)
                row.delete()
                continue
            model._base_manager.filter(pk=row.pk).update(**{name: survivor})
            moved.setdefault(label, []).append(row.pk)
    PlanPair.objects.filter(sender=survivor, host=survivor).delete()
    survivor.interests.filter(preferred_partner=survivor).update(preferred_partner=None)
    move_judgements(survivor, double)
    return moved, dropped


def rivals_of(row: models.Model, name: str, survivor: Institution) -> list[models.Model]:
    """Rows of the survivor that this row could not stand beside, by the unique constraints of its table."""
    model = type(row)
    sets = [(unique, models.Q()) for unique in map(list, model._meta.unique_together)]
    sets += [(list(unique.fields), unique.condition or models.Q()) for unique in model._meta.constraints if isinstance(unique, models.UniqueConstraint)]
    for fields, condition in sets:
        if name not in fields:
            continue
        same = {field: getattr(row, model._meta.get_field(field).attname) for field in fields if field != name}
        if model._base_manager.filter(condition, pk=row.pk).exists():
            found = list(model._base_manager.filter(condition, **same, **{name: survivor}).exclude(pk=row.pk))
            if found:
                return found
    return []


Settle = Callable[..., bool]  # (the double's row, the survivor's row, by=, reason=) → whether the double's row may still move


def drop_the_doubles(row: Any, rival: Any, *, by: User | None, reason: str) -> bool:
    """Both say the same: the survivor's stays, with what only the double's knew."""
    empty = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if not field.primary_key and getattr(rival, field.attname) in (None, "") and getattr(row, field.attname) not in (None, "")
    }
    if empty:
        type(rival)._base_manager.filter(pk=rival.pk).update(**empty)
    return False


def keep_the_larger_count(row: Any, rival: Any, *, by: User | None, reason: str) -> bool:
    type(rival)._base_manager.filter(pk=rival.pk).update(count=max(row.count, rival.count))
    return False


def close_the_weaker(row: Any, rival: Any, *, by: User | None, reason: str) -> bool:
    """Two open needs or offers in one specialty: the graver, or the larger, stays open; the other is closed and kept."""
    strength = ("severity", "waiting_count") if hasattr(row, "severity") else ("capacity_per_year",)
    weaker = row if [getattr(row, name) for name in strength] <= [getattr(rival, name) for name in strength] else rival
    type(weaker)._base_manager.filter(pk=weaker.pk).update(closed_on=today(), version=models.F("version") + 1)
    record(weaker, f"close_{weaker._meta.model_name}", by=by, reason=reason, before={"closed_on": None}, after={"closed_on": today()})
    return True


def withdraw_the_weaker(row: Any, rival: Any, *, by: User | None, reason: str) -> bool:
    """Two open proposals of one pair: the one that is further stays."""
    weaker = rival if (row.status, bool(row.sender_answer) + bool(row.host_answer)) > (
        rival.status, bool(rival.sender_answer) + bool(rival.host_answer)
    ) else row  # fmt: skip
    apply(weaker, MATCHPROPOSAL["withdraw"], by=by, reason=reason)
    return True


SETTLE: dict[tuple[str, str], Settle] = {
    ("partnerships.StaffCount", "institution"): keep_the_larger_count,
    ("partnerships.Need", "institution"): close_the_weaker,
    ("partnerships.Offer", "institution"): close_the_weaker,
    ("partnerships.MatchProposal", "sender"): withdraw_the_weaker,
    ("partnerships.MatchProposal", "host"): withdraw_the_weaker,
}


def move_judgements(survivor: Institution, double: Institution) -> None:
    """What was found not to be a double of the one is not one of the other either."""
    said = NotDouble.objects.filter(models.Q(first=double) | models.Q(second=double))
    for judgement in said:
        other = judgement.second_id if judgement.first_id == double.pk else judgement.first_id
        if other != survivor.pk:
            NotDouble.objects.get_or_create(first_id=min(other, survivor.pk), second_id=max(other, survivor.pk), defaults={"said_by": judgement.said_by})
    said.delete()


def taken_over(survivor: Institution, double: Institution) -> dict[str, Any]:
    """The fields of the survivor that the double fills, and its former names."""
    values = {
        field.name: getattr(double, field.name)
        for field in Institution._meta.concrete_fields
        if field.name not in NOT_TAKEN_OVER and getattr(survivor, field.name) in (None, "") and getattr(double, field.name) not in (None, "")
    }
    values["has_telemedicine"] = survivor.has_telemedicine or double.has_telemedicine
    aliases = {fold(name): name for name in (*double.alias_list, *survivor.alias_list)}
    values["aliases"] = ", ".join(aliases.values()) if len(", ".join(aliases.values())) <= ALIASES_FIT else survivor.aliases
    kept = (survivor.name_ar, survivor.name_fr, survivor.name_en, *(values.get(name, "") for name in ("name_ar", "name_fr", "name_en")))
    present = {fold(name) for name in (*kept, *Institution(aliases=values["aliases"]).alias_list)}
    brought = [double.name_ar, double.name_fr, double.name_en, *double.alias_list, *double.former_names.splitlines()]
    former = {fold(name): name for name in (*survivor.former_names.splitlines(), *brought) if name and fold(name) not in present}
    values["former_names"] = "\n".join(former.values())
    return values


def bury(double: Institution, survivor: Institution, *, by: User | None, reason: str, moved: dict[str, list[int]], dropped: dict[str, list[int]]) -> None:
    """Turn the double into a tombstone that nothing finds by name."""
    double.merged_into = survivor
    double.version += 1
    double.save(update_fields=["merged_into", "version", "updated_at"])
    record(
        double, "merged", by=by, reason=reason, before={"merged_into": None},
        after={"merged_into": survivor, "moved": {label: keys for label, keys in moved.items() if keys}, "dropped": dropped},
    )  # fmt: skip


def not_a_double(one: Institution, other: Institution, *, by: User | None) -> NotDouble:
    """Remember that the two are two; saying it twice changes nothing."""
    refuse_unless(by, "institution.merge", one)
    if one.pk == other.pk:
        raise TransitionRefused("same", _("An institution cannot be merged into itself: choose another one."))
    first, second = sorted((one, other), key=lambda place: place.pk)
    with changing():
        judgement, is_new = NotDouble.objects.get_or_create(first=first, second=second, defaults={"said_by": by})
        if is_new:
            record(first, "not_double", by=by, after={"other": second.code})
            record(second, "not_double", by=by, after={"other": first.code})
    return judgement
