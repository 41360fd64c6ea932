"""Requests for support, from the draft to the last justification."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import F, Sum
from django.utils.translation import gettext_lazy as _

from accounts.access import refuse_unless, refuse_unless_acting_for
from accounts.models import User
from accounts.policy import Role, can
from activities.choices import Opinion as Stance
from core.editing import SavedBefore, edit
from core.files import attach, is_attached
from core.formats import day, today
from core.history import changing, name_verbs, record
from core.lifecycle import Transition, TransitionRefused, apply, by_itself
from core.mail import in_each_language
from core.money import in_home_currency, money, refuse_finer, rounded
from core.numbering import next_code
from core.outbox import tell
from library.models import Guide
from partnerships.actions import ministry
from partnerships.models import Institution, Membership, Need, Partnership, Specialty
from support.choices import OpinionKind, SupportKind, SupportStatus
from support.lifecycle import JUSTIFICATION, SUPPORTREQUEST, is_justified
from support.models import Budget, Justification, Opinion, SupportLine, SupportRequest, Tranche

LARGEST = Decimal(10) ** 14  # of a whole request, in either currency: what an amount has room for
JUSTIFY_WITHIN = timedelta(days=90)  # after a payment, unless another day is given
COMMITTED = (SupportStatus.GRANTED, SupportStatus.PAID, SupportStatus.JUSTIFIED, SupportStatus.CLOSED)  # statuses whose grant weighs on a budget

name_verbs(
    edit_support=_("Request edited"), add_opinion=_("Opinion given"), pay_tranche=_("Tranche paid"), plan_tranches=_("Tranches planned"),
    submit_justification=_("Justification handed in"), accept_justification=_("Justification accepted"),
    return_justification=_("Justification returned"), assign_adviser=_("Adviser named"),
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One thing asked for; the price of one, in the currency of the request."""

    text: str
    quantity: int
    unit_price: Decimal
    specialty: Specialty | None = None


def words_about(request: SupportRequest, **more: Any) -> dict[str, Any]:
    """What a notice about a request needs, as JSON."""
    return {
        "request_code": request.code, "request_title": request.title, **in_each_language("institution", lambda: request.institution.name), **more,
    }  # fmt: skip


def people_of_request(request: SupportRequest, *roles: str) -> list[User]:
    """Those who hold one of `roles` at the institution that asks; its director and coordinators by default."""
    wanted = roles or (Role.DIRECTOR, Role.COORDINATOR)
    found = {person.pk: person for role in wanted for person in Membership.objects.people(role, institution=request.institution_id)}
    return list(found.values())


def tell_them(people: Iterable[User], event: str, request: SupportRequest, by: User | None, **more: Any) -> None:
    others = [person for person in people if by is None or person.pk != by.pk]
    tell(others, event, request, request.get_absolute_url(), words_about(request, **more), rung=f"v{request.version}")


def draft_request(
    institution: Institution,
    *,
    by: User | None,
    kind: str,
    title: str,
    reasons: str,
    currency: str,
    lines: Sequence[Line] = (),
    partnership: Partnership | None = None,
    needs: Iterable[Need] = (),
    rate: Decimal | None = None,
    rate_on: date | None = None,
    rate_source: str = "",
    uid: uuid.UUID | None = None,
) -> SupportRequest:
    """Begin a request; it takes the next number of its year's series. The same `uid` again, with the same content, gives the one that is there.

    Raises TransitionRefused for a partnership or a need of others, an amount finer than the currency, a missing rate, and a
    `uid` of something else; SavedBefore when the request of this `uid` says something else.
    """
    refuse_unless_acting_for(by, "support.draft", institution.pk)
    needs = list(needs)
    said = {
        "partnership": partnership, "kind": kind, "title": title, "reasons": reasons, "currency": currency, "rate": rate, "rate_on": rate_on,
        "rate_source": rate_source,
    }  # fmt: skip
    with changing():
        if uid and (there := SupportRequest.objects.filter(uid=uid).first()):
            if there.institution_id != institution.pk:
                raise uid_taken()
            if not says_the_same(there, said, lines, needs):
                raise SavedBefore(there)
            return there
        check_content(institution, kind, currency, lines, partnership, needs, rate, rate_on)
        code = next_code(SupportRequest.objects.all(), f"SUP-{today().year}-", places=4)
        request = SupportRequest.objects.create(uid=uid or uuid.uuid4(), code=code, institution=institution, created_by=by, **said)
        write_lines(request, lines)
        request.needs.set(needs)
        request.refresh_search_text()
        record(request, "create", by=by, to_status=request.status, after={"kind": kind, "title": title, "lines": in_short(lines)})
    return request


def uid_taken() -> TransitionRefused:
    return TransitionRefused("uid_taken", _("This number names something else already."))


def says_the_same(request: SupportRequest, said: dict[str, Any], lines: Sequence[Line], needs: Sequence[Need]) -> bool:
    """Is what drafting is given now what is kept?"""
    kept = [(line.text, line.quantity, line.unit_price) for line in request.lines.all()]
    return (
        all(getattr(request, name) == value for name, value in said.items())
        and kept == [(line.text, line.quantity, line.unit_price) for line in lines]
        and {need.pk for need in request.needs.all()} == {need.pk for need in needs}
    )


def check_content(
    institution: Institution, kind: str, currency: str, lines: Sequence[Line], partnership: Partnership | None, needs: Sequence[Need],
    rate: Decimal | None, rate_on: date | None,
) -> None:  # fmt: skip
    """Raise TransitionRefused for what a request cannot say."""
    if partnership and institution.pk not in partnership.party_ids:
        raise TransitionRefused("not_a_party", _("The institution is not a party of this partnership."))
    if any(need.institution_id != institution.pk for need in needs):
        raise TransitionRefused("need_of_others", _("Choose needs of the institution that asks."))
    if rate_on and rate_on > today():
        raise TransitionRefused("rate_ahead", _("The day of the rate cannot be in the future."))
    if kind == SupportKind.GUIDANCE:
        return
    if rate is not None and rate <= 0:
        raise TransitionRefused("rate_wrong", _("The rate is more than nothing."))
    if any(line.quantity < 1 or line.unit_price < 0 for line in lines):
        raise TransitionRefused("negative", _("Quantities begin at one, and prices are never negative."))
    refuse_finer(currency, *(line.unit_price for line in lines))
    if in_home_currency(Decimal(1), currency, rate) is None or (rate is not None and rate_on is None):
        raise TransitionRefused("rate_missing", _("Give the rate of exchange, its day and where it comes from."))
    total = sum((line.quantity * line.unit_price for line in lines), Decimal(0))
    if total >= LARGEST or (in_home_currency(total, currency, rate) or 0) >= LARGEST:
        raise TransitionRefused("too_much", _("No budget holds that much: look through quantities and prices again."))


def in_short(lines: Sequence[Line] | Iterable[SupportLine]) -> list[list[Any]]:
    return [[line.text, line.quantity, str(line.unit_price)] for line in lines]


def write_lines(request: SupportRequest, lines: Sequence[Line]) -> None:
    SupportLine.objects.bulk_create(
        SupportLine(request=request, text=line.text, quantity=line.quantity, unit_price=line.unit_price, specialty=line.specialty) for line in lines
    )


def edit_request(request: SupportRequest, values: dict[str, Any], lines: Sequence[Line], *, by: User | None, version: int | None = None) -> dict[str, Any]:
    """Change a draft or a returned request with all its lines; what changed. Raises EditConflict and what drafting raises."""
    refuse_unless(by, "support.draft", request)
    with changing():
        request.refresh_from_db(fields=["status"])
        if not request.is_draft:
            raise TransitionRefused("wrong_status", _("The ministry is working on this request: it can no longer be changed."))
        given = {name: values.get(name, getattr(request, name)) for name in ("kind", "currency", "partnership", "rate", "rate_on")}
        check_content(
            request.institution, given["kind"], given["currency"], lines, given["partnership"], list(values.get("needs", [])), given["rate"],
            given["rate_on"],
        )  # fmt: skip
        before = in_short(request.lines.all())
        changed = edit(request, values, by=by, version=version, verb="edit_support", also={"lines": (before, in_short(lines))})
        if "lines" in changed:
            request.lines.all().delete()
            write_lines(request, lines)
        if "title" in changed:
            request.refresh_search_text()
    return changed


def submit_request(request: SupportRequest, *, by: User | None) -> SupportRequest:
    """The director sends it to the ministry, unless the institution owes a justification."""
    with changing():
        apply(request, SUPPORTREQUEST["submit"], by=by, changes={"submitted_by": by})
        tell_them(ministry(Role.OFFICER), "support_submitted", request, by)
    return request


def give_opinion(request: SupportRequest, kind: str, *, by: User, stance: str, text: str = "", amount: Decimal | None = None) -> Opinion:
    """The technical opinion, then the financial one; the next who decides is told.

    Raises TransitionRefused for an amount above what was asked, and for reservations that are not said.
    """
    if amount is not None and (amount < 0 or amount != rounded(amount, request.currency)):
        raise TransitionRefused("amount_wrong", _("This amount is not one of this currency."))
    if amount is not None and amount > (asked := asked_of(request)):
        raise TransitionRefused("amount_wrong", _("At most what was asked: %(asked)s.") % {"asked": money(asked, request.currency)})
    if stance != Stance.FAVOURABLE and not text.strip():
        raise TransitionRefused("words_missing", _("Say why: whoever decides reads it, and the institution."))
    if not request.is_in_money:
        raise TransitionRefused("is_guidance", _("A request for guidance is answered by an adviser."))
    with changing():
        apply(request, SUPPORTREQUEST[f"{kind}_opinion"], by=by)
        opinion = Opinion.objects.create(request=request, kind=kind, stance=stance, text=text, amount=amount, by=by)
        record(request, "add_opinion", by=by, reason=text, after={"kind": kind, "stance": stance, "amount": amount})
        if kind == OpinionKind.TECHNICAL:
            tell_them(ministry(Role.FINANCE), "support_to_finance", request, by)
        else:
            tell_them(ministry(Role.HEAD), "support_to_decide", request, by)
    return opinion


def committed(budget: Budget) -> Decimal:
    """What the grants of a budget add up to, in the home currency; exact to the rate of each request. One query."""
    rows = SupportRequest.objects.filter(budget=budget, status__in=COMMITTED, granted__isnull=False)
    return sum((row.at_home(row.granted) or Decimal(0) for row in rows), Decimal(0))


def grant_request(
    request: SupportRequest, *, by: User | None, amount: Decimal, budget: Budget | None = None, in_kind: str = "", first_tranches: Sequence[tuple[Decimal, date | None]] = ()
) -> SupportRequest:  # fmt: skip
    """The head grants an amount out of a budget, things in kind, or both; the money is planned in tranches.

    Raises TransitionRefused for an amount above what was asked, above what is left of the budget, for nothing at all, and
    for tranches that do not add up or are planned in the past.
    """
    with changing():
        asked = asked_of(request)
        if amount < 0 or amount != rounded(amount, request.currency) or amount > asked:
            words = {"asked": money(asked, request.currency)}
            raise TransitionRefused("amount_wrong", _("Grant an amount between nothing and what was asked, %(asked)s.") % words)
        if not amount and not in_kind.strip():
            raise TransitionRefused("nothing_granted", _("Grant an amount, or say what is given in kind; otherwise refuse the request."))
        if amount and budget is None:
            raise TransitionRefused("budget_missing", _("Choose the budget that pays for it."))
        if amount and budget:
            budget.refresh_from_db(fields=["amount"])
            left = budget.amount - committed(budget)
            cost = request.at_home(amount) or Decimal(0)
            if cost > left:
                words = {"left": money(left, home_currency()), "cost": money(cost, home_currency())}
                said = _("Only %(left)s is left of this budget.")
                if request.currency != home_currency():
                    said = _("This amount comes to %(cost)s, and only %(left)s is left of this budget.")
                raise TransitionRefused("budget_spent", said % words)
        parts = [(part, day_) for part, day_ in (first_tranches or [(amount, None)]) if part]
        if amount and (sum(part for part, _day in parts) != amount or any(part <= 0 for part, _day in parts)):
            raise TransitionRefused("tranches_differ", _("The tranches must add up to what is granted."))
        days = [day_ for _part, day_ in parts if day_]
        if any(day_ < today() for day_ in days) or days != sorted(days):
            raise TransitionRefused("planned_wrong", _("Payments are planned from today on, each after the one before."))
        changes = {"granted": amount, "granted_in_kind": in_kind, "granted_on": today(), "budget": budget if amount else None}
        apply(request, SUPPORTREQUEST["grant"], by=by, changes=changes)
        if amount:
            Tranche.objects.bulk_create(Tranche(request=request, number=number, amount=part, planned_on=day_) for number, (part, day_) in enumerate(parts, 1))
            record(request, "plan_tranches", by=by, after={"tranches": [[str(part), str(day_ or "")] for part, day_ in parts]})
        given = in_each_language("granted", lambda: money(amount, request.currency)) if amount else {}
        tell_them([*people_of_request(request), *(ministry(Role.FINANCE) if amount else [])], "support_granted", request, by, in_kind=in_kind, **given)
    return request


def home_currency() -> str:
    from core.profile import home  # the profile is read at call time: tests change the country

    return home().currency


def asked_of(request: SupportRequest) -> Decimal:
    """What the lines add up to, in the currency of the request."""
    return request.lines.aggregate(total=Sum(F("quantity") * F("unit_price"), default=Decimal(0)))["total"]


def pay_tranche(tranche: Tranche, *, by: User | None, paid_on: date, reference: str, justify_by: date | None = None) -> Tranche:
    """Record one payment, once; the last one completes the payment of the request.

    Raises TransitionRefused for a day ahead or before the grant, a missing reference, and for a tranche paid already.
    """
    request = tranche.request
    refuse_unless(by, "support.pay", request)
    justify_by = justify_by or paid_on + JUSTIFY_WITHIN
    if paid_on > today() or (request.granted_on and paid_on < request.granted_on):
        words = {"granted": day(request.granted_on), "today": day(today())}
        raise TransitionRefused("paid_on_wrong", _("The day of payment lies between %(granted)s, the day of the grant, and %(today)s.") % words)
    if justify_by <= paid_on:
        raise TransitionRefused("justify_by_wrong", _("A payment is justified after it was made."))
    if not reference.strip():
        raise TransitionRefused("reference_missing", _("Give the reference of the payment."))
    with changing():
        request.refresh_from_db(fields=["status", "version"])
        open_ = Tranche.objects.filter(pk=tranche.pk, paid_on=None, request__status=SupportStatus.GRANTED)
        if not open_.update(paid_on=paid_on, reference=reference, justify_by=justify_by, paid_by=by):
            raise TransitionRefused("paid_already", _("This tranche is not waiting to be paid: somebody may have recorded the payment already."))
        tranche.refresh_from_db()
        record(request, "pay_tranche", by=by, after={"tranche": tranche.number, "amount": tranche.amount, "paid_on": paid_on, "reference": reference})
        amount = in_each_language("amount", lambda: money(tranche.amount, request.currency))
        tell_them(people_of_request(request), "support_paid", request, by, due_on=justify_by.isoformat(), **amount)
        if not request.tranches.filter(paid_on=None).exists():
            apply(request, SUPPORTREQUEST["complete"], by=None)
    return tranche


def justify(tranche: Tranche, *, by: User, amount: Decimal, note: str, files: Sequence[Any] = (), uid: uuid.UUID | None = None) -> Justification:
    """The institution says what a part of a tranche was spent on, with its papers. Never more than was paid.

    The same `uid` again, with the same content, answers with that justification. Raises SavedBefore when it says something else.
    """
    request = tranche.request
    refuse_unless(by, "support.justify", request)
    with changing():
        if uid and (there := Justification.objects.filter(uid=uid).first()):
            if there.tranche_id != tranche.pk:
                raise uid_taken()
            if (there.amount, there.note) != (amount, note) or not all(is_attached(there, file) for file in files):
                raise SavedBefore(there)
            return there
        if tranche.paid_on is None:
            raise TransitionRefused("not_paid", _("This tranche has not been paid yet."))
        left = Tranche.objects.with_covered().get(pk=tranche.pk).left
        if amount <= 0 or amount != rounded(amount, request.currency) or amount > left:
            raise TransitionRefused("amount_wrong", _("At most %(left)s of this tranche is still to be justified.") % {"left": money(left, request.currency)})
        justification = Justification.objects.create(uid=uid or uuid.uuid4(), tranche=tranche, amount=amount, note=note, by=by)
        for file in files:
            attach(justification, file, role="justification", by=by)
        record(request, "submit_justification", by=by, after={"tranche": tranche.number, "amount": amount})
        tell_them(ministry(Role.FINANCE), "support_justification", request, by)
    return justification


def check_justification(justification: Justification, *, by: User, accepts: bool, remark: str = "") -> Justification:
    """Finance accepts or returns a justification; the last one accepted justifies the request."""
    tranche, request = justification.tranche, justification.tranche.request
    with changing():
        apply(justification, JUSTIFICATION["accept" if accepts else "return"], by=by, reason=remark, changes={"checked_by": by, "remark": remark})
        verb = "accept_justification" if accepts else "return_justification"
        record(request, verb, by=by, reason=remark, after={"tranche": tranche.number, "amount": justification.amount})
        if not accepts:
            tell_them(people_of_request(request), "support_justification_returned", request, by, reason=remark)
        request.refresh_from_db(fields=["status", "version"])
        if request.status == SupportStatus.PAID and is_justified(request):
            apply(request, SUPPORTREQUEST["justify"], by=None)
    return justification


def confirm_receipt(request: SupportRequest, *, by: User | None, note: str = "") -> SupportRequest:
    """The institution has received what was granted in kind, and no money is involved."""
    if request.granted:
        raise TransitionRefused("in_money", _("Money is justified tranche by tranche."))
    apply(request, SUPPORTREQUEST["receive"], by=by, reason=note)
    return request


def assign_adviser(request: SupportRequest, *, by: User, adviser: User) -> SupportRequest:
    """Name who answers a request for guidance."""
    refuse_unless(by, "support.advise", request)
    if request.kind != SupportKind.GUIDANCE or not can(adviser, "support.advise", request):
        raise TransitionRefused("no_adviser", _("Choose somebody of the ministry."))
    with changing():
        before = request.adviser
        SupportRequest.objects.filter(pk=request.pk).update(adviser=adviser, version=F("version") + 1)
        request.adviser, request.version = adviser, request.version + 1
        record(request, "assign_adviser", by=by, before={"adviser": before}, after={"adviser": adviser})
        tell_them([adviser], "support_adviser", request, by)
    return request


def answer_request(request: SupportRequest, *, by: User, answer: str, guide: Guide | None = None) -> SupportRequest:
    """Answer a request for guidance; a good answer may have become a guide."""
    if request.is_in_money:
        raise TransitionRefused("not_guidance", _("Only a request for guidance is answered in words."))
    with changing():
        apply(request, SUPPORTREQUEST["answer"], by=by, changes={"answer": answer, "guide": guide, "adviser": request.adviser or by})
        tell_them(people_of_request(request), "support_answered", request, by)
    return request


def transition_request(request: SupportRequest, transition: Transition, *, by: User | None, reason: str = "") -> SupportRequest:
    """Take a step that carries nothing but a reason, and tell the institution."""
    if transition.slug == "submit":
        return submit_request(request, by=by)
    by_itself(transition, by)
    with changing():
        apply(request, transition, by=by, reason=reason)
        if transition.slug in {"return", "refuse"}:
            tell_them(people_of_request(request), f"support_{transition.target}", request, by, reason=reason)
    return request
