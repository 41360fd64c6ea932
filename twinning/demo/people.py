"""The people of the demonstration: a roster, a workshop with scores and certificates, a seminar series of the ministry. All invented."""

import uuid
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings

from accounts.models import User
from activities.actions import counter_confirm_activity, create_activity, invitations, people, report_activity, transition_activity
from activities.actions import feedback as feedback_actions
from activities.actions.certificates import ask_for_certificates
from activities.lifecycle import ACTIVITY
from activities.models import Invitation, Professional
from activities.rules import ResultLine
from core.formats import today
from core.outbox import quietly
from partnerships.models import Institution, Partnership, Profession, Specialty

INVENTED = "للعرض التجريبي: أسماء مخترعة"
# name, name in Latin letters, sex, profession, rank, languages
NORTH = {
    "DZ": [
        ("أمين بوعلام", "Amine Boualem", "m", "PROF", "أستاذ رئيس مصلحة", ("ar", "fr")), ("سهام واعلي", "Siham Ouali", "f", "SURG", "أستاذة مساعدة", ("ar", "fr", "en")),
        ("كريم مزيان", "Karim Meziane", "m", "ANES", "", ("ar", "fr")), ("حياة تواتي", "Hayet Touati", "f", "NURS", "ممرضة غرفة العمليات", ("ar", "fr")),
        ("ياسين عمروش", "Yacine Amrouche", "m", "RESI", "طبيب مقيم سنة رابعة", ("ar", "fr", "en")),
    ],
    "KW": [
        ("إميلي وارن", "Emily Warren", "f", "PROF", "Consultant surgical oncologist", ("en", "fr")), ("دانييل روس", "Daniel Ross", "m", "SURG", "Associate professor", ("en",)),
        ("ليا تشن", "Leah Chen", "f", "ANES", "", ("en",)), ("ماري تريمبلاي", "Marie Tremblay", "f", "NURS", "Theatre nurse", ("en", "fr")),
        ("عمر حداد", "Omar Haddad", "m", "SPEC", "Fellow", ("en", "ar")),
    ],
}  # fmt: skip
SOUTH = {
    "DZ": [
        ("فاطمة بن موسى", "Fatma Benmoussa", "f", "SURG", "", ("ar", "fr")), ("محمد الأمين قاضي", "Mohamed Lamine Kadi", "m", "GP", "", ("ar", "fr")),
        ("خديجة آق محمد", "Khadidja Ag Mohamed", "f", "NURS", "", ("ar", "fr")), ("عبد الرحمن بلعيد", "Abderrahmane Belaid", "m", "ANES", "", ("ar", "fr")),
        ("زهرة مولاي", "Zohra Moulay", "f", "MIDW", "", ("ar",)), ("إبراهيم حمزاوي", "Brahim Hamzaoui", "m", "NURS", "", ("ar", "fr")),
        ("سعيدة بوكرزازة", "Saida Boukerzaza", "f", "LABT", "", ("ar", "fr")),
    ],
    "KW": [
        ("نورة المطيري", "Noura Al-Mutairi", "f", "SURG", "", ("ar", "en")), ("عبد العزيز الشمري", "Abdulaziz Al-Shammari", "m", "SPEC", "", ("ar", "en")),
        ("دانة العجمي", "Dana Al-Ajmi", "f", "NURS", "", ("ar", "en")), ("فيصل الدوسري", "Faisal Al-Dosari", "m", "ANES", "", ("ar", "en")),
        ("هيا الهاجري", "Haya Al-Hajri", "f", "PHAR", "", ("ar", "en")), ("يوسف الكندري", "Yousef Al-Kandari", "m", "NURS", "", ("ar", "en")),
        ("شيخة العتيبي", "Sheikha Al-Otaibi", "f", "LABT", "", ("ar", "en")),
    ],
}  # fmt: skip
OTHER = {
    "DZ": [
        ("رابح دريدي", "Rabah Dridi", "m", "SURG", "", ("ar", "fr")), ("نصيرة بوشامة", "Nacira Bouchama", "f", "NURS", "", ("ar", "fr")),
        ("عمار زيتوني", "Amar Zitouni", "m", "GP", "", ("ar", "fr")),
    ],
    "KW": [
        ("سارة الرشيدي", "Sara Al-Rashidi", "f", "SPEC", "", ("ar", "en")), ("خالد العازمي", "Khaled Al-Azmi", "m", "NURS", "", ("ar", "en")),
        ("منيرة الصباح", "Munira Al-Sabah", "f", "SPEC", "", ("ar", "en")),
    ],
}  # fmt: skip
SCORES = ((42, 71), (55, 80), (38, 64), (61, 88), (47, 73), (52, 69))
COMMENTS = ("تمارين المحاكي كانت الأنفع.", "", "نحتاج وقتاً أطول للأسئلة.", "", "تنظيم جيد.", "نرجو تكرارها للممرضين.")


def seed_people(
    pair: Partnership, *, north: Institution, south: Institution, other: Institution, specialties: list[Specialty], people_by_login: dict[str, User]
) -> int:
    """Fill the roster and what hangs on it through the portal's own actions; how many people. Only the open invitations are told."""
    pair = Partnership.objects.with_people().get(pk=pair.pk)
    with quietly():
        roster = {
            place.pk: [enter(place, row, specialties[0]) for row in rows[settings.PORTAL_COUNTRY]]
            for place, rows in ((north, NORTH), (south, SOUTH), (other, OTHER))
        }
        seed_workshop(pair, roster[north.pk], roster[south.pk], specialties[0], people_by_login)
    seed_seminars(south, north, other, roster, people_by_login)
    return sum(len(rows) for rows in roster.values())


def enter(place: Institution, row: tuple[Any, ...], specialty: Specialty) -> Professional:
    name, latin_name, sex, code, rank, languages = row
    profession = Profession.objects.filter(code=code).first() or Profession.objects.order_by("pk")[0]
    is_doctor = profession.group == "medical" and code != "GP"
    return people.create_professional(
        by=None, institution=place, name=name, latin_name=latin_name, sex=sex, profession=profession, specialty=specialty if is_doctor else None, rank=rank,
        languages=list(languages), email=f"{latin_name.lower().replace(' ', '.').replace('-', '')}@invented.example",
    )  # fmt: skip


def seed_workshop(pair: Partnership, team: list[Professional], learners: list[Professional], specialty: Specialty, login: dict[str, User]) -> None:
    """A training workshop at the hosts that was held three weeks ago: presence, tests, certificates, feedback, figures confirmed."""
    end = today() - timedelta(days=21)
    activity = create_activity(
        by=login["coordinator.south"], kind="workshop", partnership=pair, starts_on=end - timedelta(days=2), ends_on=end, specialties=[specialty],
        name="ورشة الجراحة بالمنظار: المستوى الأول", source_note=INVENTED,
    )  # fmt: skip
    transition_activity(activity, ACTIVITY["submit"], by=None)
    transition_activity(activity, ACTIVITY["approve"], by=None)
    for place, person in enumerate(team[:3]):
        people.add_participant(activity, person, by=None, role=("leader", "trainer", "speaker")[place], days=3 if place < 2 else 1)
    rows = [people.add_participant(activity, person, by=None, days=0 if place % 3 else 2) for place, person in enumerate(learners)]
    people.mark_presence(activity, {rows[-1].pk: "absent"}, by=login["coordinator.south"])
    scores = {row.pk: (Decimal(before), Decimal(after)) for row, (before, after) in zip(rows, SCORES, strict=False)}
    people.record_scores(activity, scores, by=login["coordinator.south"])
    link = feedback_actions.open_feedback(activity, by=login["coordinator.south"])
    for place, comment in enumerate(COMMENTS):
        marks = dict(zip(feedback_actions.QUESTIONS, (4, 3 + place % 2, 2 + place % 3, 3 + (place + 1) % 2), strict=True))
        feedback_actions.give_feedback(link, uid=uuid.uuid4(), comment=comment, **marks)
    report_activity(activity, by=login["coordinator.south"], lines=[ResultLine(pair.hosts[0], "", specialty, {"audience": 14})])
    counter_confirm_activity(activity, by=login["coordinator.north"])
    ask_for_certificates(activity, "ar", by=login["coordinator.south"])


def seed_seminars(south: Institution, north: Institution, other: Institution, roster: dict[int, list[Professional]], login: dict[str, User]) -> None:
    """Three dates of a seminar of the ministry at the host of the pair: one is full and has a waiting list, one waits for answers."""
    officer = login["ministry"]
    first = today() + timedelta(days=12)
    dates = invitations.create_ministry_activities(
        by=officer, kind="seminar", name="ندوة سلامة المريض في غرفة العمليات", hosts=[south], starts_on=first, ends_on=first,
        further=[first + timedelta(days=30), first + timedelta(days=60)], seats=40, note=f"للأطباء والممرضين العاملين في غرف العمليات. {INVENTED}",
    )  # fmt: skip
    with quietly():
        for invitation in invitations.invite(dates[0], [north, other], by=officer, seats=2):
            coordinator = login["coordinator.north" if invitation.institution_id == north.pk else "coordinator.other"]
            invitation = Invitation.objects.select_related("activity", "institution").get(pk=invitation.pk)
            invitations.answer_invitation(invitation, "accepted", by=coordinator)
            for person in roster[invitation.institution_id][-3:]:
                invitations.register_person(invitation, person, by=coordinator)
    invitations.invite(dates[1], [north, other], by=officer, seats=3)
