"""Valid, dull objects. Those in later states are reached through actions."""

import io
import re
from datetime import timedelta
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from activities import actions
from activities.choices import Cadre, Part
from activities.kinds import REGISTRY, ActivityKind
from activities.models import Activity
from activities.rules import HeadCount, ResultLine
from core.formats import today
from evaluation.models import Criterion, EvaluationRule, Questionnaire
from partnerships import actions as register
from partnerships.actions import intake as importing
from partnerships.choices import AssessmentArea
from partnerships.lifecycle import INTEREST
from partnerships.models import (
    Agreement,
    Clause,
    ClauseKind,
    ClauseModel,
    Institution,
    Intake,
    Interest,
    MatchProposal,
    NationalPlan,
    Need,
    NeedsAssessment,
    Offer,
    Specialty,
)
from reports import actions as filing
from reports.models import ReportRun, ReportSchedule
from support import actions as helping
from support.models import Budget, Justification, SupportRequest
from tests.cast import Cast


def paper(pages: int = 1) -> bytes:
    """A PDF that opens, with so many empty pages."""
    out = io.BytesIO()
    sheets = [Image.new("L", (20, 28), 255) for _page in range(pages)]
    sheets[0].save(out, "PDF", save_all=True, append_images=sheets[1:])
    return out.getvalue()


def picture(name: str = "photo.jpg", **saved) -> SimpleUploadedFile:
    """A small photo; `saved` goes into the file with it, for example `exif`."""
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(out, "PNG" if name.endswith("png") else "JPEG", **saved)
    return SimpleUploadedFile(name, out.getvalue())


def lines(cast: Cast, seen: int = 40, planned: int = 9, done: int = 8) -> list[ResultLine]:
    """Two sites, three specialties."""
    first, second, third = cast.specialties
    return [
        ResultLine(cast.host, "", first, {"consultations": seen, "operations_planned": planned, "operations_done": done, "transferred": 1}),
        ResultLine(cast.host, "", second, {"consultations": 12}),
        ResultLine(None, "قاعة العلاج", third, {"consultations": 7}),
    ]


def usual_lines(cast: Cast, kind: str, **figures) -> list[ResultLine]:
    """The lines of above, with no more than the kind counts."""
    known = REGISTRY[kind].all_fields
    return [
        ResultLine(line.institution, line.place, line.specialty, {name: value for name, value in line.counts.items() if name in known})
        for line in lines(cast, **figures)
    ]


def line_of(cast: Cast, kind: ActivityKind) -> ResultLine:
    """One line with every count that a kind has: small, different, and possible together."""
    counts = {name: 20 + place for place, name in enumerate(kind.all_fields)}
    if kind.plans_operations:
        counts |= {"operations_planned": 30, "operations_done": 29}
    if kind.uses_checklist:
        counts |= {"operating_lists": 9, "lists_with_checklist": 8}
    return ResultLine(cast.host, "", cast.specialties[0], counts)


def people(cast: Cast) -> list[HeadCount]:
    return [
        HeadCount(Part.TRAINED, cast.host, Cadre.DOCTORS, 3), HeadCount(Part.TRAINED, cast.host, Cadre.PARAMEDICAL, 5),
        HeadCount(Part.TEAM, cast.partner, "", 6), HeadCount(Part.TEAM, cast.host, "", 8),
    ]  # fmt: skip


def planned(cast: Cast, starts_in: int = 20, kind: str = "surgical") -> Activity:
    start = today() + timedelta(days=starts_in)
    return actions.create_activity(by=cast.badr, kind=kind, partnership=cast.partnership, starts_on=start, ends_on=start + timedelta(days=3))


def reported(cast: Cast, by=None, ended: int = 5, kind: str = "surgical", lines=None, **figures) -> Activity:
    """Days that took place, reported by Badr for the host unless somebody else is named; the usual lines, or these."""
    end = today() - timedelta(days=ended)
    return actions.log_activity(
        by=by or cast.badr,
        kind=kind,
        partnership=cast.partnership,
        starts_on=end - timedelta(days=3),
        ends_on=end,
        lines=lines or usual_lines(cast, kind, **figures),
        people=people(cast),
    )


def confirmed(cast: Cast, **given) -> Activity:
    activity = reported(cast, **given)
    return actions.counter_confirm_activity(activity, by=cast.dalia)


def validated(cast: Cast, **given) -> Activity:
    activity = confirmed(cast, **given)
    return actions.validate_activity(activity, by=cast.amal)


def questionnaire(criteria: int = 28) -> Questionnaire:
    """A questionnaire and the rule that schedules it after every activity."""
    made, is_new = Questionnaire.objects.get_or_create(slug="partnership-28", defaults={"name_ar": "استبيان"})
    if is_new:
        Criterion.objects.bulk_create(
            Criterion(
                questionnaire=made, number=number, name_ar=f"معيار {number}", name_fr=f"Critère {number}", name_en=f"Criterion {number}",
                domain=f"d{number % 10}", domain_ar=f"مجال {number % 10}", domain_fr=f"Domaine {number % 10}", domain_en=f"Domain {number % 10}",
            )
            for number in range(1, criteria + 1)
        )  # fmt: skip
        EvaluationRule.objects.create(slug="follow-up", questionnaire=made)
    return made


def need(cast: Cast, by=None, institution=None, **given) -> Need:
    """What the host lacks, stated by Badr unless somebody else is named."""
    values = {"specialty": cast.specialties[0], "severity": 4, "waiting_count": 35, **given}
    return register.state_need(institution or cast.host, by=by or cast.badr, **values)


def offer(cast: Cast, by=None, institution=None, **given) -> Offer:
    """What the partner can bring, stated by Dalia unless somebody else is named."""
    values = {"specialty": cast.specialties[0], "capacity_per_year": 3, **given}
    return register.state_offer(institution or cast.partner, by=by or cast.dalia, **values)


def assessment(cast: Cast, by=None, institution=None, now: int = 1, target: int = 3, **given) -> NeedsAssessment:
    scores = dict.fromkeys(AssessmentArea.values, (now, target, ""))
    return register.record_assessment(institution or cast.host, by=by or cast.badr, scores=scores, **given)


def clause_models() -> list[ClauseModel]:
    """Three kinds of clause, two of them mandatory; the first has two wordings."""
    made = list(ClauseModel.objects.all())
    for order, (slug, name, is_mandatory, texts) in enumerate(
        [
            ("parties", "الأطراف", True, ["أُبرمت هذه الاتفاقية بين:\n\n{parties}", "الطرفان هما:\n\n{parties}"]),
            ("money", "المال", True, ["يُقسَّم المصروف هكذا:\n\n{cost_sharing}\n\nحُرّر في {place} بتاريخ {signature_date}."]),
            ("media", "الإعلام", False, ["يتفق الطرفان قبل أي نشر."]),
        ] if not made else [],
        1,
    ):  # fmt: skip
        kind = ClauseKind.objects.create(slug=slug, order=order, is_mandatory=is_mandatory, name_ar=name, name_fr=f"Titre {slug}", name_en=f"Title {slug}")
        for place, text in enumerate(texts):
            made.append(
                ClauseModel.objects.create(
                    kind=kind, slug=f"{slug}-{place}", order=place, agreements=["convention"], label_ar=f"صيغة {place}", label_fr=f"Texte {place}",
                    text_ar=text, text_fr=f"Texte {slug} {place} : " + " ".join(re.findall("{.*?}", text)), text_en=f"Words of {slug} {place}",
                )
            )  # fmt: skip
    return made


def drafted(cast: Cast, by=None, **given) -> Agreement:
    """A draft with a text of three clauses in Arabic and French, begun by Badr unless somebody else is named."""
    clause_models()
    start = today() + timedelta(days=40)  # before the end of the one in force, so that it renews none
    values = {"kind": "convention", "starts_on": start, "ends_on": start + timedelta(days=364), **given}
    agreement = register.draft_agreement(cast.partnership, by=by or cast.badr, **values)
    return register.start_text(agreement, by=by or cast.badr)


def clause(agreement: Agreement, slug: str) -> Clause:
    return Clause.objects.select_related("kind", "agreement__partnership").get(agreement=agreement, kind__slug=slug)


def completed(cast: Cast, **given) -> Agreement:
    """A draft whose text lacks nothing."""
    agreement = drafted(cast, **given)
    for place, who in ((cast.host, cast.badr), (cast.partner, cast.dalia)):
        register.set_signatory(agreement, place, by=who, name="فلان", capacity="المدير", authority="قرار التعيين")
    register.set_terms(agreement, {"place": "الجزائر", "cost_sharing": {"travel": "sender", "stay": "host"}}, by=cast.badr)
    return agreement


def interest(cast: Cast, *steps: str, by=None, institution=None, **given) -> Interest:
    """An expression of interest of the host, after these steps of the portal itself."""
    values = {"specialties": cast.specialties[:2], "motivation": "نريد التعاون", **given}
    made = register.express_interest(institution or cast.host, by=by or cast.badr, **values)
    for step in steps:
        register.transition_interest(made, INTEREST[step], by=None, reason="سبب")
    return made


def verified(*institutions: Institution) -> None:
    """As if the ministry had looked at them; the instances follow."""
    for institution in institutions:
        Institution.objects.filter(pk=institution.pk).update(verified_at=timezone.now())
        institution.refresh_from_db()


def proposal(cast: Cast, *answers: str, is_sent: bool = True, **given) -> MatchProposal:
    """A proposed match of Dalia's hospital and Badr's in a specialty of its own; `answers` of the sender, then of the host."""
    cardiology, _is_new = Specialty.objects.get_or_create(code="cardiology", defaults={"name_ar": "طب القلب"})
    values = {"sender": cast.partner, "host": cast.host, "specialties": [cardiology], "score": 64.25, **given}
    verified(values["sender"], values["host"])
    made = register.propose(by=cast.amal, **values)
    if is_sent:
        register.send_proposal(made, by=cast.amal)
    for side, answer in zip(("sender", "host"), answers, strict=False):
        register.answer_proposal(made, by=None, side=side, answer=answer, reason="سبب" if answer == "declined" else "")
    return made


def intake(cast: Cast, name: str = "مستشفى النورس") -> Intake:
    """A list that was brought and read, with a new institution and a row that looks like the host's; it waits to be imported."""
    table = f"name_ar\tkind\tregion\n{name}\tEPH\t{cast.host.region.code}\n{cast.host.name_ar}\tEPH\t\n"
    made = importing.begin_intake(by=cast.amal, text=table, title=f"{name}.csv")
    importing.read_intake(made)
    made.refresh_from_db()
    return made


def plan(cast: Cast, **given) -> NationalPlan:
    """A finished national plan with one pair: the host's need of cardiology, and the partner's offer."""
    verified(cast.partner, cast.host)
    cardiology, _is_new = Specialty.objects.get_or_create(code="cardiology", defaults={"name_ar": "طب القلب"})
    need(cast, specialty=cardiology)
    offer(cast, specialty=cardiology)
    made = register.ask_for_plan(by=cast.hoda, **given)
    register.make_plan(made)
    return made


def support(cast: Cast, by=None, **given) -> SupportRequest:
    """A request of the host for two monitors, drafted by Badr unless somebody else is named."""
    lines_ = [helping.Line("جهاز مراقبة", 2, Decimal("150000.00"), cast.specialties[0])]
    values = {"kind": "equipment", "title": "أجهزة مراقبة", "reasons": "تعطلت الأجهزة", "currency": "DZD", "lines": lines_, **given}
    return helping.draft_request(cast.host, by=by or cast.badr, **values)


def granted(cast: Cast, amount: int = 300_000) -> SupportRequest:
    """A request of the host that went all the way to the grant, in one tranche."""
    budget, _is_new = Budget.objects.get_or_create(year=today().year, source="state", name="التوأمة", defaults={"amount": Decimal(1_000_000)})
    request = helping.submit_request(support(cast), by=cast.ziad)
    helping.give_opinion(request, "technical", by=cast.amal, stance="favourable")
    helping.give_opinion(request, "financial", by=cast.fatma, stance="favourable")
    return helping.grant_request(request, by=cast.hoda, amount=Decimal(amount), budget=budget)


def justified(cast: Cast) -> Justification:
    """What Badr says the first tranche was spent on; it waits to be checked."""
    (tranche,) = granted(cast).tranches.all()
    helping.pay_tranche(tranche, by=cast.fatma, paid_on=today(), reference="OV-1")
    return helping.justify(tranche, by=cast.badr, amount=tranche.amount, note="فواتير")


def asked_report(cast: Cast, by=None, **given) -> ReportRun:
    """A report as a file that Badr, unless somebody else is named, has asked for; nobody has made it yet."""
    values = {"language": "ar", "format": "csv", "parameters": {}, **given}
    parameters = values.pop("parameters")
    return filing.ask_for_report(values.pop("slug", "late-list"), parameters, by=by or cast.badr, **values)


def filed_report(cast: Cast, by=None, **given) -> ReportRun:
    """The same, made."""
    run = asked_report(cast, by, **{"slug": "agreements-register", **given})
    filing.make_run(run)
    run.refresh_from_db()
    return run


def scheduled_report(cast: Cast) -> ReportSchedule:
    """The national report, every month, for Amal."""
    return filing.make_schedule("national", {}, language="ar", format="pdf", rhythm="monthly", day=5, recipients=[cast.amal], by=cast.hoda)
