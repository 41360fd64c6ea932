"""Support of the demonstration's host: one request closed, one being paid and justified, others at every desk. All invented."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from accounts.models import User
from core.formats import today
from core.outbox import quietly
from core.profile import home
from partnerships.models import Country, Institution, Partnership, Specialty
from support import actions
from support.actions.budgets import save_budget
from support.lifecycle import SUPPORTREQUEST
from support.models import SupportRequest, Tranche

UNIT = {"DZD": 1000, "KWD": 2}  # so that amounts look like amounts of the country


def amount(units: int) -> Decimal:
    return Decimal(units * UNIT.get(home().currency, 10))


def asked(host: Institution, people: dict[str, User], title: str, reasons: str, lines: Sequence[actions.Line], kind: str, pair: Partnership) -> SupportRequest:
    currency = home().currency
    return actions.draft_request(
        host, by=people["coordinator.south"], kind=kind, title=title, reasons=reasons, currency=currency, lines=lines, partnership=pair
    )


def to_the_head(request: SupportRequest, people: dict[str, User]) -> SupportRequest:
    actions.submit_request(request, by=people["director.south"])
    actions.give_opinion(request, "technical", by=people["ministry"], stance="favourable", text="الطلب مطابق للحاجة المسجلة.")
    actions.give_opinion(request, "financial", by=people["finance"], stance="favourable")
    return request


def seed_support(pair: Partnership, host: Institution, specialties: list[Specialty], people: dict[str, User]) -> None:
    """Fill the support pages through the portal's own actions; nobody is told."""
    pair = Partnership.objects.with_people().get(pk=pair.pk)
    head, finance, south = people["head"], people["finance"], people["coordinator.south"]
    with quietly():
        budget = save_budget(None, by=head, year=today().year, source="state", name="برنامج التوأمة", amount=amount(60_000))
        save_budget(None, by=head, year=today().year, source="donor", name="مساهمات الشركاء", amount=amount(12_000))

        travel = asked(
            host, people, "نقل فريق الجراحة وإقامته", "بعثتان في السنة، ستة مختصين في كل بعثة.",
            [actions.Line("تذاكر سفر", 12, amount(28)), actions.Line("إيواء، لليلة الواحدة", 60, amount(6))], "financial", pair,
        )  # fmt: skip
        actions.grant_request(to_the_head(travel, people), by=head, amount=amount(696), budget=budget)
        (tranche,) = travel.tranches.all()
        actions.pay_tranche(tranche, by=finance, paid_on=today(), reference="OV-0117")
        spent = actions.justify(tranche, by=south, amount=amount(696), note="تذاكر وفواتير الإقامة للبعثتين.")
        actions.check_justification(spent, by=finance, accepts=True)
        travel.refresh_from_db()
        actions.transition_request(travel, SUPPORTREQUEST["close"], by=finance)

        monitors = asked(
            host, people, "تجهيز قاعة الجراحة بالمنظار", "تنقص القاعة أجهزة المراقبة وبرج المنظار.",
            [actions.Line("برج منظار", 1, amount(9_500), specialties[0]), actions.Line("جهاز مراقبة", 3, amount(420))], "equipment", pair,
        )  # fmt: skip
        parts = [(amount(6_000), today()), (amount(4_000), today() + timedelta(days=75))]
        actions.grant_request(to_the_head(monitors, people), by=head, amount=amount(10_000), budget=budget, first_tranches=parts)
        first = monitors.tranches.order_by("number")[0]
        actions.pay_tranche(first, by=finance, paid_on=today(), reference="OV-0121")
        Tranche.objects.filter(pk=first.pk).update(justify_by=today() + timedelta(days=12))
        actions.justify(first, by=south, amount=amount(3_500), note="الدفعة الأولى لبرج المنظار.")

        training = asked(
            host, people, "تكوين أربعة ممرضين في التخدير", "لا يوجد بديل عند غياب الممرض الوحيد.",
            [actions.Line("تربص لمدة ثلاثة أشهر", 4, amount(180))], "training", pair,
        )  # fmt: skip
        to_the_head(training, people)
        power = asked(
            host, people, "مولد كهربائي احتياطي", "توقفت قائمة العمليات مرتين بسبب انقطاع التيار.",
            [actions.Line("مولد 250 كيلوفولط أمبير", 1, amount(4_200))], "infrastructure", pair,
        )  # fmt: skip
        actions.submit_request(power, by=people["director.south"])
        asked(host, people, "مستهلكات جراحة العيون", "مخزون ستة أشهر.", [actions.Line("عدسات", 120, amount(4))], "financial", pair)

        advice = actions.draft_request(
            host, by=south, kind="guidance", title="كيف نبرمج بعثة مشتركة بين مؤسستين؟", reasons="نريد استقبال فريقين في أسبوع واحد.", currency=home().currency
        )
        actions.submit_request(advice, by=people["director.south"])
        actions.assign_adviser(advice, by=head, adviser=people["ministry"])
        answer = "تسجَّل بعثة واحدة بمؤسستين داعمتين، ولكل تخصص قائمته. يؤكد كل طرف مشاركته قبل الاعتماد النهائي."
        actions.answer_request(advice, by=people["ministry"], answer=answer)

        origin = Country.objects.filter(code="DE").first()
        actions.record_technology(
            host, by=south, partnership=pair, kind="device", name="برج منظار عالي الوضوح", specialty=specialties[0], origin=origin,
            value=amount(9_500), currency=home().currency, commissioned_on=today() - timedelta(days=230), users_trained=6, in_use=True,
            checked_on=today() - timedelta(days=30), note="للعرض التجريبي",
        )  # fmt: skip
        actions.record_technology(
            host, by=south, partnership=pair, kind="technique", name="استئصال المرارة بالمنظار", specialty=specialties[0],
            commissioned_on=today() - timedelta(days=90), users_trained=3, note="للعرض التجريبي",
        )  # fmt: skip
