"""Care that goes on in the demonstration: people followed after surgical days, visiting specialists, placements. All invented."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from accounts.models import User
from activities.actions import cases, create_activity, people, placements, transition_activity, visitors
from activities.choices import Outcome
from activities.lifecycle import ACTIVITY, VISITOR
from activities.models import Activity, FollowUpCase, Professional, VisitorFile
from core.formats import today
from core.history import record
from core.outbox import quietly
from partnerships.actions import create_partnership, draft_agreement, sign_agreement
from partnerships.models import Country, Department, Institution, InstitutionKind, Partnership, Procedure, Profession, Specialty

INVENTED = "للعرض التجريبي: الأسماء والرموز مخترعة"
PREFIX = {"DZ": "TAM", "KW": "KWC"}  # of the host's own codes
GUESTS = {  # who comes from abroad: name, name in Latin letters, rank
    "DZ": [("إيلينا موريتي", "Elena Moretti", "Professoressa associata"), ("ماركو بيانكي", "Marco Bianchi", "")],
    "KW": [("ريتشارد هولت", "Richard Holt", "Consultant surgeon"), ("سوزان غرين", "Susan Green", "")],
}
WELL, SICK, BACK, AWAY = Outcome.WELL, Outcome.COMPLICATION, Outcome.READMITTED, "away"
# outcome at day 7, then at day 30; None is still owed
FIRST = [(WELL, WELL)] * 8 + [(SICK, WELL), (BACK, WELL), (WELL, SICK), (AWAY, AWAY), (WELL, None), (WELL, None)]
SECOND = [(WELL, None)] * 5 + [(SICK, None), (AWAY, None)]
THIRD = [(WELL, None)] * 3 + [(None, None)] * 4


def seed_follow_up(pair: Partnership, *, north: Institution, south: Institution, specialties: list[Specialty], login: dict[str, User]) -> int:
    """Fill in what comes after surgical days, and what comes before a visit, through the portal's own actions; how many cases."""
    pair = Partnership.objects.with_people().get(pk=pair.pk)
    with quietly():
        count = seed_cases(pair, south, specialties[0], login["coordinator.south"])
        seed_placements(pair, north, south, specialties[0], login)
        seed_visit(pair if settings.PORTAL_COUNTRY == "KW" else international(south, specialties), specialties, login)
    return count


# --- People who were treated --------------------------------------------------------------------------------------


def seed_cases(pair: Partnership, host: Institution, specialty: Specialty, by: User) -> int:
    """The surgical days of the last weeks: of the first most is known, of the second a check is due today, of the third some are late."""
    held = {(today() - activity.ends_on).days: activity for activity in pair.activities.filter(kind="surgical", reported_at__isnull=False)}
    made = 0
    for ended, treated, group in ((41, 43, FIRST), (27, 30, SECOND), (11, 14, THIRD)):
        if activity := held.get(ended):
            made += follow(activity, host, specialty, by, today() - timedelta(days=treated), group, made + 1)
    if activity := held.get(41):
        cases.follow(
            activity, by=by, institution=host, codes=[code(made + 1)], specialty=specialty, treated_on=today() - timedelta(days=43), age_band="60+", reason="transferred",
        )  # fmt: skip
        made += 1
    return made


def code(number: int) -> str:
    return f"{PREFIX[settings.PORTAL_COUNTRY]}-{number:03}"


def follow(activity: Activity, host: Institution, specialty: Specialty, by: User, treated_on: date, group: list[Any], first: int) -> int:
    procedure = Procedure.objects.filter(specialty=specialty).order_by("code").first()
    bands = ("18-59", "60+", "5-17", "18-59")
    for place, outcomes in enumerate(group):
        made = cases.follow(
            activity, by=by, institution=host, codes=[code(first + place)], specialty=specialty, procedure=procedure, treated_on=treated_on,
            age_band=bands[place % 4], for_a_year=place == 0,
        )  # fmt: skip
        for day, outcome in zip((7, 30), outcomes, strict=True):
            look(made[0], day, outcome, by)
    return len(group)


def look(case: FollowUpCase, day: int, outcome: str | None, by: User) -> None:
    check = case.checks.select_related("case").get(day=day)
    if outcome == AWAY:
        for attempt in range(3):
            cases.note_attempt(check, by=by, on=check.due_on + timedelta(days=attempt))
    elif outcome:
        cases.record_outcome(check, outcome, by=by, seen_on=check.due_on)


# --- Trainees -------------------------------------------------------------------------------------------------------


def seed_placements(pair: Partnership, north: Institution, south: Institution, specialty: Specialty, login: dict[str, User]) -> None:
    """A placement of two trainees of the south at the north that is over: one assessed, one still to be assessed."""
    end = today() - timedelta(days=9)
    activity = create_activity(
        by=login["coordinator.south"], kind="placement", partnership=pair, starts_on=end - timedelta(days=25), ends_on=end, specialties=[specialty], sites=[north],
        source_note=INVENTED,
    )  # fmt: skip
    transition_activity(activity, ACTIVITY["submit"], by=None)
    transition_activity(activity, ACTIVITY["approve"], by=None)
    trainees = list(Professional.objects.listed().filter(institution=south).order_by("pk")[:2])
    chief = Professional.objects.listed().filter(institution=north, profession__group="medical").order_by("pk").first()
    there, home = (Department.objects.filter(institution=place, specialty=specialty).first() for place in (north, south))
    goals = [
        "تحضير المريض وتركيب المنافذ تحت الإشراف",
        "إنجاز استئصال المرارة بالمنظار خطوة بخطوة",
        "إدارة المضاعفات في الساعات الأولى",
        "مسك سجل العمليات والمؤشرات",
    ]
    for place, trainee in enumerate(trainees):
        people.add_participant(activity, trainee, by=None)
        placement = placements.save_placement(
            activity, None, by=login["coordinator.south"], trainee=trainee, supervisor=chief, from_department=home, to_department=there, objectives=goals[: 4 - place],
        )  # fmt: skip
        for offset, text in ((20, "مشاهدة ست عمليات بالمنظار ومناقشتها"), (12, "مساعدة أولى في أربع عمليات"), (4, "عمليتان تحت إشراف مباشر")):
            placements.write_log(placement, by=login["coordinator.north"], done_on=end - timedelta(days=offset), text=text)
        if place == 0:
            marks = {item.pk: (mark, "") for item, mark in zip(placement.objectives.order_by("pk"), (4, 3, 2, 4), strict=True)}
            placements.assess_placement(
                placement, by=login["coordinator.north"], marks=marks, result="reached", remark="تقدم واضح. ينصح بأسبوعين إضافيين في إدارة المضاعفات.",
            )  # fmt: skip


# --- Specialists from abroad ----------------------------------------------------------------------------------------


def international(host: Institution, specialties: list[Specialty]) -> Partnership:
    """A partnership of the host with an invented hospital abroad, for the countries whose pair lies at home."""
    country = Country.objects.get(code="IT")
    abroad = Institution.objects.create(
        code="IT-UNIVERSITY-01", name_ar="مستشفى جامعي إيطالي (للعرض)", name_fr="Hôpital universitaire italien (démonstration)", name_en="Italian university hospital (demonstration)",
        kind=InstitutionKind.objects.get(code="UNIVERSITY"), country=country, city="Bologna",
    )  # fmt: skip
    record(abroad, "create", by=None, after={"code": abroad.code})
    made = create_partnership(by=None, senders=[abroad], hosts=[host], specialties=specialties, started_on=today() - timedelta(days=80), goals=INVENTED)
    start = today() - timedelta(days=60)
    agreement = draft_agreement(made, by=None, kind="memorandum", starts_on=start, ends_on=start + timedelta(days=729), note=INVENTED)
    sign_agreement(agreement, by=None, signed_on=start)
    return Partnership.objects.with_people().get(pk=made.pk)


def seed_visit(pair: Partnership, specialties: list[Specialty], login: dict[str, User]) -> None:
    """A visiting mission ahead: one specialist licensed, one whose papers wait for the ministry's check."""
    abroad = pair.senders[0]
    by = login["coordinator.south"]
    start = today() + timedelta(days=47)
    activity = create_activity(
        by=by, kind="visiting", partnership=pair, starts_on=start, ends_on=start + timedelta(days=4), specialties=specialties[:1], purpose="complex_care",
        planned_consultations=30, planned_operations=12, source_note=INVENTED,
        consumables="غرسات معدنية مقاس 4، 12 قطعة، الفريق الزائر\nمجموعة منظار 30 درجة، 2، المؤسسة المستفيدة\nخيوط 3-0، 80، المؤسسة المستفيدة",
        travel="وصول الفريق مساء اليوم السابق", lodging="إقامة الأطباء، 4 غرف",
    )  # fmt: skip
    transition_activity(activity, ACTIVITY["submit"], by=by)
    transition_activity(activity, ACTIVITY["approve"], by=login["ministry"])
    surgeon = Profession.objects.filter(code="SURG").first() or Profession.objects.order_by("pk")[0]
    guests = [
        people.create_professional(by=None, institution=abroad, name=who, latin_name=latin, profession=surgeon, specialty=specialties[0], rank=what, languages=["en"])
        for who, latin, what in GUESTS[settings.PORTAL_COUNTRY]
    ]  # fmt: skip
    for place, guest in enumerate(guests):
        people.add_participant(activity, guest, by=None, role="leader" if place == 0 else "member")
    licensed, waiting = (visitors.whole(VisitorFile.objects.all()).get(pk=file.pk) for file in visitors.open_files(activity, guests, by=by))
    for file in (licensed, waiting):
        visitors.describe_visit(file, by=by, scope_of_practice="فحوص متخصصة وعمليات معقدة مع الفريق المحلي، ودرسان في المصلحة")
        bring(file, by, but="visa" if file is licensed else "")
        visitors.transition_visitor(file, VISITOR["submit"], by=by)
    for paper in licensed.papers.exclude(kind="visa"):
        paper.file = licensed
        visitors.check_paper(paper, by=login["ministry"], is_accepted=True)
    licensed = visitors.whole(VisitorFile.objects.all()).get(pk=licensed.pk)
    visitors.transition_visitor(licensed, VISITOR["check"], by=login["ministry"])
    number = f"{settings.PORTAL_COUNTRY}-V-{today().year}-014"
    visitors.license_visitor(licensed, by=login["head"], licence_number=number, valid_from=activity.starts_on, valid_to=activity.ends_on)


def bring(file: VisitorFile, by: User, but: str) -> None:
    """Every paper with an empty sheet as its scan; one of them ends soon."""
    for place, paper in enumerate(file.papers.all()):
        if paper.kind == but:
            continue
        paper.file = file
        until = None if paper.kind == "diploma" else today() + timedelta(days=90 + 60 * place)
        visitors.note_paper(paper, by=by, upload=SimpleUploadedFile(f"{paper.kind}.pdf", sheet()), valid_until=until)


def sheet() -> bytes:
    out = BytesIO()
    Image.new("L", (40, 56), 255).save(out, "PDF")
    return out.getvalue()
