"""Building the demonstration through the portal's own actions.

Institutions, pairs, specialties, dates and counts are those of public reports (`twinning_cases.csv`), with their source on
the record. What is not public is invented and says so: people, e-mail addresses, beds, agreements' dates, and the days
around today that give each demo login something to do.
"""

import itertools
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password

from accounts.models import User
from accounts.policy import Role
from activities.actions import (
    counter_confirm_activity,
    create_activity,
    log_activity,
    transition_activity,
    validate_activity,
)
from activities.choices import Cadre, Part
from activities.lifecycle import ACTIVITY
from activities.models import Activity
from activities.rules import HeadCount, ResultLine, covering_agreement
from core.formats import today
from core.history import changing, record
from core.outbox import quietly
from core.tables import table
from evaluation.actions import default_questionnaire, save_answers, schedule_evaluation
from evaluation.choices import EvaluationKind
from library.models import LegalText
from partnerships.actions import (
    add_comment,
    create_partnership,
    draft_agreement,
    edit_clause,
    give_visa,
    set_signatory,
    set_terms,
    sign_agreement,
    start_text,
    transition_agreement,
)
from partnerships.actions.legal import cite_texts
from partnerships.actions.room import name_focal_point
from partnerships.choices import AgreementKind, Origin
from partnerships.lifecycle import AGREEMENT
from partnerships.models import Agreement, Country, Institution, InstitutionKind, Membership, Partnership, Region, Specialty
from twinning.demo.activities import seed_missions
from twinning.demo.evaluations import seed_evaluations
from twinning.demo.follow_up import seed_follow_up
from twinning.demo.lists import seed_views
from twinning.demo.matches import seed_matches
from twinning.demo.measurements import seed_measurements
from twinning.demo.needs import seed_needs
from twinning.demo.notices import seed_notices
from twinning.demo.people import seed_people as seed_roster
from twinning.demo.programmes import seed_programmes
from twinning.demo.room import seed_room
from twinning.demo.support import seed_support

HERE = Path(__file__).parent
PASSWORD = "demo-portal-2026"  # noqa: S105 – printed on the screen, never made in production

COSTS = {"travel": "sender", "stay": "host", "allowances": "ministry", "consumables": "host", "training": "each"}
SIGNING = (("مصطفى دحماني", "هشام زروقي"), ("جمال الدين قادري", "سعاد بن يحيى"))  # who signs, whom to ask

ASSUMED = "التواريخ غير منشورة، وُضعت لأغراض العرض"
INVENTED = "نشاط تجريبي: الأسماء والأرقام والتواريخ من وضع البوابة لأغراض العرض."


@dataclass(frozen=True)
class Place:
    """Who the demo logins belong to in one country."""

    north: str
    south: str
    other: str
    other_sender: str
    specialties: tuple[str, str, str]
    second_site: str


PLACES = {
    "DZ": Place("DZ-15-CHU-01", "DZ-11-EPH-01", "DZ-43-EPH-02", "DZ-16-CHU-03", ("general-surgery", "urology", "paediatric-surgery"), "قاعة العلاج أباليسا"),
    "KW": Place(
        "CA-UNIVERSITY-01", "KW-SPECIALISED-08", "KW-GENERAL-07", "US-UNIVERSITY-08", ("surgical-oncology", "oncology", "radiotherapy"), "جناح الجراحة اليومية"
    ),
}

PEOPLE = {
    "DZ": {
        "ministry": "سميرة بلقاسم", "head": "رضا مرابط", "finance": "فريد عمراني", "observer": "مراقب الأرقام الوطنية",
        "coordinator.north": "ليلى قاسي", "director.north": "كمال آيت سعيد", "coordinator.south": "نور بن سالم",
        "director.south": "عبد القادر حمادي", "coordinator.other": "سليم بوزيد", "region.south": "مديرية الصحة بالجنوب",
        "evaluator": "أمينة شريف", "admin": "مدير النظام",
    },
    "KW": {
        "ministry": "منى العتيبي", "head": "خالد الرشيد", "finance": "فهد المطيري", "observer": "مراقب الأرقام الوطنية",
        "coordinator.north": "Emily Carter", "director.north": "David Morgan", "coordinator.south": "نورة الصالح",
        "director.south": "عبد الله الكندري", "coordinator.other": "بدر العنزي", "region.south": "منطقة العاصمة الصحية",
        "evaluator": "هند الفهد", "admin": "مدير النظام",
    },
}  # fmt: skip

ARABIC_NAMES = {
    "US-SPECIALISED-02": "مستشفى بوسطن للأطفال", "US-UNIVERSITY-05": "مستشفى جونز هوبكنز", "US-UNIVERSITY-07": "كليفلاند كلينك",
    "US-UNIVERSITY-08": "مستشفى سانت لوك الجامعي", "US-GENERAL-01": "ميموريال هيرمان، هيوستن",
}  # fmt: skip
MINISTRY_OF_KUWAIT = {
    "inst_id": "KW-MINISTRY-01", "name_ar": "وزارة الصحة الكويتية", "name_fr": "Ministère de la Santé du Koweït",
    "name_en": "Kuwait Ministry of Health", "type": "MINISTRY", "country": "KW", "region_code": "KW-KU", "city": "Kuwait City",
    "lat": "", "lon": "", "specialities": "", "aliases": "", "source": "twinning cases",
}  # fmt: skip


def seed(country: str = settings.PORTAL_COUNTRY) -> dict[str, int]:
    """Fill an empty portal for `country`; how many of each were made. Must not run twice."""
    place = PLACES[country]
    with changing():
        places = seed_institutions(country)
        cases = [case for case in table(HERE / "twinning_cases.csv") if country in {case["sender_country"], case["host_country"]} and is_usable(case, places)]
        partnerships = seed_partnerships(cases, places)
        people = seed_people(country, places, find_pair(partnerships, places[place.north], places[place.south]))
        with quietly():
            seed_activities(cases, places, partnerships)
        seed_today(place, places, partnerships, people)
        stated = seed_needs(places, people, north=places[place.north], south=places[place.south], other=places[place.other], leading=place.specialties)
        leading = [Specialty.objects.get(code=code) for code in place.specialties]
        seed_room(find_pair(partnerships, places[place.north], places[place.south]), leading, people)
        seed_support(find_pair(partnerships, places[place.north], places[place.south]), places[place.south], leading, people)
        seed_missions(
            find_pair(partnerships, places[place.north], places[place.south]), north=places[place.north], south=places[place.south],
            not_this=places[place.other], specialties=leading, second_site=place.second_site, people=people, agree=seed_agreement,
        )  # fmt: skip
        seed_roster(
            find_pair(partnerships, places[place.north], places[place.south]),
            north=places[place.north],
            south=places[place.south],
            other=places[place.other],
            specialties=leading,
            people_by_login=people,
        )
        seed_follow_up(
            find_pair(partnerships, places[place.north], places[place.south]),
            north=places[place.north],
            south=places[place.south],
            specialties=leading,
            login=people,
        )
        seed_evaluations(
            find_pair(partnerships, places[place.north], places[place.south]), people,
            other=find_pair(partnerships, places[place.other_sender], places[place.other]),
        )  # fmt: skip
        seed_measurements(
            find_pair(partnerships, places[place.north], places[place.south]), north=places[place.north], south=places[place.south], specialties=leading,
            people=people, agree=seed_agreement, other=find_pair(partnerships, places[place.other_sender], places[place.other]),
        )  # fmt: skip
        seed_programmes(find_pair(partnerships, places[place.north], places[place.south]), leading, people)
        seed_views(people)
        seed_notices(people)
        matches = seed_matches(people, north=places[place.north], south=places[place.south])
    return {
        "institutions": len(places), "proposed matches": matches, "needs and offers": stated, "partnerships": Partnership.objects.count(), "agreements": Agreement.objects.count(),
        "activities": Activity.objects.count(), "people": len(people),
    }  # fmt: skip


# --- Institutions and people --------------------------------------------------------------------------------------


def seed_institutions(country: str) -> dict[str, Institution]:
    """The institutions that the public cases of this country name, by code."""
    kinds = {kind.code: kind for kind in InstitutionKind.objects.all()}
    countries = {item.code: item for item in Country.objects.all()}
    regions = {(region.country.code, region.code): region for region in Region.objects.select_related("country")}
    specialties = {item.code: item for item in Specialty.objects.all()}
    made: dict[str, Institution] = {}
    rows = [row for row in table(HERE / "institutions.csv") if (row["inst_id"][:2] == "DZ") == (country == "DZ")]
    for place, row in enumerate(rows + ([MINISTRY_OF_KUWAIT] if country == "KW" else [])):
        institution = Institution.objects.create(
            code=row["inst_id"], name_ar=row["name_ar"] or ARABIC_NAMES.get(row["inst_id"], ""), name_fr=row["name_fr"], name_en=row["name_en"],
            kind=kinds[row["type"]], country=countries[row["country"]], region=regions.get((row["country"], row["region_code"])),
            city=row["city"], aliases=row["aliases"].replace("|", "، ")[:300],
            latitude=float(row["lat"]) if row["lat"] else None, longitude=float(row["lon"]) if row["lon"] else None,
            beds_count=120 + 37 * (place % 17), theatres_count=2 + place % 6, has_telemedicine=place % 3 == 0,
            source=row["source"][:300], profile_checked_on=today() - timedelta(days=10 + 29 * (place % 15)),
        )  # fmt: skip
        institution.specialties.set(specialties[code] for code in row["specialities"].split("|") if code in specialties)
        record(institution, "create", by=None, after={"code": institution.code})
        made[institution.code] = institution
    return made


def seed_people(country: str, places: dict[str, Institution], pair: Partnership) -> dict[str, User]:
    """The demo logins, all invented, with the roles that the contract names."""
    place = PLACES[country]
    password = make_password(PASSWORD)
    people = {
        login: User.objects.create(
            email=f"{login}@demo.example", name=name, password=password, language="ar",
            is_staff=login == "admin", is_superuser=login == "admin",
        )
        for login, name in PEOPLE[country].items()
    }  # fmt: skip
    since = today() - timedelta(days=400)
    north, south, other = places[place.north], places[place.south], places[place.other]
    for login, role, bound in (
        ("ministry", Role.OFFICER, {}), ("head", Role.HEAD, {}), ("finance", Role.FINANCE, {}), ("observer", Role.OBSERVER, {}),
        ("coordinator.north", Role.COORDINATOR, {"institution": north}), ("director.north", Role.DIRECTOR, {"institution": north}),
        ("coordinator.south", Role.COORDINATOR, {"institution": south}), ("director.south", Role.DIRECTOR, {"institution": south}),
        ("coordinator.other", Role.COORDINATOR, {"institution": other}), ("region.south", Role.REGION, {"region": south.region}),
        ("evaluator", Role.EVALUATOR, {"partnership": pair}),
    ):  # fmt: skip
        membership = Membership.objects.create(user=people[login], role=role, valid_from=since, **bound)
        record(membership, "create", by=None, after={"user": people[login], "role": role})
    return people


# --- Partnerships, agreements and activities of the public cases --------------------------------------------------


def ids(case: dict[str, str], side: str) -> tuple[str, ...]:
    found = tuple(filter(None, case[f"{side}_inst_id"].split("|")))
    if not found and case[f"{side}_name"] in {"Kuwait Ministry of Health", "Paediatric departments of public hospitals"}:
        return ("KW-MINISTRY-01",)
    return found


def is_usable(case: dict[str, str], places: dict[str, Institution]) -> bool:
    """Both sides are named, and neither is on the other's."""
    senders, hosts = ids(case, "sender"), ids(case, "host")
    return bool(senders and hosts) and all(code in places for code in senders + hosts) and not set(senders) & set(hosts)


def days_of(case: dict[str, str], place: int) -> tuple[date, date, str]:
    """First day, last day and how certain they are. A missing date is assumed, spread over the years of the reports."""

    def read(text: str) -> tuple[date | None, str]:
        parts = [int(part) for part in text.split("-") if part]
        if not parts:
            return None, "assumed"
        if parts[0] < 32:  # month and day without a year
            return date(2013 + place % 11, parts[0], parts[1] if len(parts) > 1 else 10), "assumed"
        precision = ("year", "month", "day")[len(parts) - 1]
        return date(parts[0], parts[1] if len(parts) > 1 else 1 + place % 12, parts[2] if len(parts) > 2 else 8), precision

    start, precision = read(case["start_date"])
    end, end_precision = read(case["end_date"])
    if start is None and end is None:
        start, precision = date(2014 + place % 11, 1 + (place * 5) % 12, 6 + place % 18), "assumed"
    if start is None:
        start, precision = end - timedelta(days=4), end_precision
    if end is None or end < start or precision != "day":
        end = start + timedelta(days=4)
    return start, min(end, start + timedelta(days=40)), precision


def seed_partnerships(cases: list[dict[str, str]], places: dict[str, Institution]) -> list[Partnership]:
    """One partnership per set of institutions that the cases name together."""
    specialties = {item.code: item for item in Specialty.objects.all()}
    groups: dict[tuple[frozenset[str], frozenset[str]], dict[str, Any]] = {}
    for place, case in enumerate(cases):
        senders, hosts = frozenset(ids(case, "sender")), frozenset(ids(case, "host"))
        group = groups.setdefault((senders, hosts), {"senders": senders, "hosts": hosts, "cases": []})
        group["cases"].append((place, case))
    made = []
    for group in sorted(groups.values(), key=lambda group: min(days_of(case, place)[0] for place, case in group["cases"])):
        first = min(days_of(case, place)[0] for place, case in group["cases"])
        codes = [code for _place, case in group["cases"] for code in case["specialities"].split("|") if code in specialties]
        partnership = create_partnership(
            by=None, senders=[places[code] for code in sorted(group["senders"])], hosts=[places[code] for code in sorted(group["hosts"])],
            specialties=[specialties[code] for code in dict.fromkeys(codes)], origin=Origin.PROGRAMME, started_on=first,
            source=group["cases"][0][1]["source_url"].split(" ;")[0][:500],
        )  # fmt: skip
        years = {days_of(case, place)[0].year for place, case in group["cases"]}
        for year in sorted(years):
            seed_agreement(partnership, date(year, 1, 1), date(year, 12, 31), group["cases"][0][1])
        if len(made) % 3 != 2:  # two of three run on today
            start = today() - timedelta(days=30 + (len(made) * 17) % 250)
            seed_agreement(partnership, start, start + timedelta(days=364))
        made.append(partnership)
    return list(Partnership.objects.with_people().order_by("pk"))


def seed_agreement(partnership: Partnership, starts_on: date, ends_on: date, case: dict[str, str] | None = None) -> Agreement | None:
    """A signed agreement for these days, unless one holds them already. Its dates are assumed, and it says so."""
    if covering_agreement(partnership, starts_on, min(ends_on, starts_on + timedelta(days=200))):
        return None
    is_memo = partnership.reach == "international"
    agreement = draft_agreement(
        partnership, by=None, kind=AgreementKind.MEMORANDUM if is_memo else AgreementKind.CONVENTION,
        starts_on=starts_on, ends_on=ends_on, source=case["source_url"].split(" ;")[0][:500] if case else "", note=ASSUMED,
    )  # fmt: skip
    return sign_agreement(agreement, by=None, signed_on=min(starts_on, today()))


def seed_activities(cases: list[dict[str, str]], places: dict[str, Institution], partnerships: list[Partnership]) -> None:
    """The missions and days that the cases report, with their counts; what was only announced is planned ahead."""
    specialties = {item.code: item for item in Specialty.objects.all()}
    ahead = itertools.count(20, 9)
    for place, case in enumerate(cases):
        if case["kind"] not in {"mission", "surgical_days", "training", "workshop", "visiting_team"}:
            continue
        partnership = find_holding(partnerships, ids(case, "sender"), ids(case, "host"))
        kind = "study" if case["kind"] in {"training", "workshop"} else "surgical" if case["surgeries"] or case["kind"] == "surgical_days" else "medical"
        known = [specialties[code] for code in case["specialities"].split("|") if code in specialties]
        source = {"source": case["source_url"].split(" ;")[0], "source_note": " ".join(filter(None, [case["summary_en"], case["other_acts"]]))}
        if case["status"] == "planned":
            start = today() + timedelta(days=next(ahead))
            if covering_agreement(partnership, start, start + timedelta(days=4)) is None:
                continue
            activity = create_activity(
                by=None, kind=kind, partnership=partnership, starts_on=start, ends_on=start + timedelta(days=4), specialties=known,
                planned_operations=int(case["surgeries"] or 0), planned_consultations=int(case["consultations"] or 0), date_precision="assumed", **source,
            )  # fmt: skip
            transition_activity(activity, ACTIVITY["submit"], by=None)
            transition_activity(activity, ACTIVITY["approve"], by=None)
            continue
        start, end, precision = days_of(case, place)
        end = min(end, date(start.year, 12, 31))
        hosts = [places[code] for code in ids(case, "host")]
        counts = {"consultations": int(case["consultations"] or 0)}
        if kind == "surgical":
            counts |= {"operations_planned": int(case["surgeries"] or 0), "operations_done": int(case["surgeries"] or 0)}
        if kind == "study":
            counts = {"audience": 0}
        one = known[0] if len(known) == 1 else None
        line = ResultLine(hosts[0], "", one, counts) if len(hosts) == 1 else ResultLine(None, case["host_name"][:120], one, counts)
        team = [HeadCount(Part.TEAM, places[ids(case, "sender")[0]], "", int(case["team_size"]))] if case["team_size"].isdigit() else []
        activity = log_activity(
            by=None, kind=kind, partnership=partnership, starts_on=start, ends_on=end, lines=[line], people=team, behalf=hosts[0],
            date_precision=precision, **source,
        )  # fmt: skip
        activity.specialties.set(known)
        activity.refresh_search_text()
        counter_confirm_activity(activity, by=None)
        validate_activity(activity, by=None)


def find_holding(partnerships: list[Partnership], senders: tuple[str, ...], hosts: tuple[str, ...]) -> Partnership:
    """The partnership between exactly these institutions, by their codes."""
    return next(
        partnership
        for partnership in partnerships
        if set(senders) == {place.code for place in partnership.senders} and set(hosts) == {place.code for place in partnership.hosts}
    )


def find_pair(partnerships: list[Partnership], sender: Institution, host: Institution) -> Partnership:
    """The partnership of exactly these two; made, and saying that it is invented, where no public case names it."""
    try:
        return find_holding(partnerships, (sender.code,), (host.code,))
    except StopIteration:
        usual = Specialty.objects.filter(code__in=PLACES[settings.PORTAL_COUNTRY].specialties)
        made = create_partnership(by=None, senders=[sender], hosts=[host], specialties=usual, started_on=today() - timedelta(days=1130), goals=INVENTED)
        partnerships.append(Partnership.objects.with_people().get(pk=made.pk))
        return partnerships[-1]


# --- Around today: something waits for each demo login ------------------------------------------------------------


def seed_today(place: Place, places: dict[str, Institution], partnerships: list[Partnership], people: dict[str, User]) -> None:
    """Invented days relative to today, in every state that waits for somebody."""
    pair = find_pair(partnerships, places[place.north], places[place.south])
    seed_agreement(pair, today() - timedelta(days=260), today() + timedelta(days=104))
    seed_days(place, places, pair, people)
    seed_drafts(pair, people)
    seed_answers(pair, people)
    other = find_pair(partnerships, places[place.other_sender], places[place.other])
    seed_agreement(other, today() - timedelta(days=200), today() + timedelta(days=164))
    seed_review(place, places, other, people["ministry"])


def seed_days(place: Place, places: dict[str, Institution], pair: Partnership, people: dict[str, User]) -> None:
    """Days of the pair: planned, approved, late with the report, reported by either side, confirmed, validated."""
    host, sender = places[place.south], places[place.north]
    specialties = [Specialty.objects.get(code=code) for code in place.specialties]
    north, south, ministry = people["coordinator.north"], people["coordinator.south"], people["ministry"]

    def plan(starts: int, days: int, kind: str = "surgical") -> Activity:
        start = today() + timedelta(days=starts)
        return create_activity(
            by=south, kind=kind, partnership=pair, starts_on=start, ends_on=start + timedelta(days=days), specialties=specialties[:2],
            planned_consultations=80, planned_operations=20 if kind == "surgical" else 0, source_note=INVENTED,
        )  # fmt: skip

    def held(ended: int, by: User, figures: tuple[int, int, int], kind: str = "surgical") -> Activity:
        end = today() - timedelta(days=ended)
        seen, planned, done = figures
        surgical = {"operations_planned": planned, "operations_done": done, "transferred": 1} if kind == "surgical" else {"transferred": 2}
        return log_activity(
            by=by, kind=kind, partnership=pair, starts_on=end - timedelta(days=4), ends_on=end, source_note=INVENTED,
            lines=[
                ResultLine(host, "", specialties[0], {"consultations": seen, **surgical}),
                ResultLine(host, "", specialties[1], {"consultations": seen // 2}),
                ResultLine(None, place.second_site, specialties[2], {"consultations": seen // 3}),
            ],
            people=[
                HeadCount(Part.TRAINED, host, Cadre.DOCTORS, 3), HeadCount(Part.TRAINED, host, Cadre.PARAMEDICAL, 7),
                HeadCount(Part.TEAM, sender, "", 9), HeadCount(Part.TEAM, host, "", 12),
            ],
            checklist="all" if kind == "surgical" else "",
        )  # fmt: skip

    late = plan(-25, 4)
    transition_activity(late, ACTIVITY["submit"], by=None)
    transition_activity(late, ACTIVITY["approve"], by=None)
    held(8, north, (64, 0, 0), "medical")
    held(11, south, (38, 9, 8))
    counter_confirm_activity(held(27, south, (52, 14, 14)), by=north)
    done = held(41, north, (71, 18, 16))
    counter_confirm_activity(done, by=south)
    validate_activity(done, by=ministry)
    transition_activity(plan(34, 4), ACTIVITY["submit"], by=south)
    ahead = plan(16, 3, "medical")
    transition_activity(ahead, ACTIVITY["submit"], by=south)
    transition_activity(ahead, ACTIVITY["approve"], by=ministry)


def seed_drafts(pair: Partnership, people: dict[str, User]) -> None:
    """Texts of the pair: a renewal that waits for visas, a statement that is negotiated."""
    north, south = people["coordinator.north"], people["coordinator.south"]
    renewal = draft_agreement(
        pair, by=south, kind=AgreementKind.MEMORANDUM if pair.reach == "international" else AgreementKind.CONVENTION,
        starts_on=today() + timedelta(days=105), ends_on=today() + timedelta(days=469), note=INVENTED,
    )  # fmt: skip
    seed_text(renewal, by=south)
    transition_agreement(renewal, AGREEMENT["negotiate"], by=south)
    seed_answer(renewal, by=north)
    transition_agreement(renewal, AGREEMENT["request_visa"], by=north)
    statement = draft_agreement(
        pair, by=north, kind=AgreementKind.STATEMENT, parent=pair.agreements.in_force().first(), subject="تكوين فريق المصلحة في الجراحة بالمنظار",
        starts_on=today() + timedelta(days=30), ends_on=today() + timedelta(days=210), note=INVENTED,
    )  # fmt: skip
    start_text(statement, by=north)
    transition_agreement(statement, AGREEMENT["negotiate"], by=north)


def seed_answers(pair: Partnership, people: dict[str, User]) -> None:
    """The yearly evaluation of the pair, answered by both sides: not everything, and not alike."""
    north, south, ministry = people["coordinator.north"], people["coordinator.south"], people["ministry"]
    yearly = schedule_evaluation(
        pair, by=ministry, kind=EvaluationKind.YEARLY, questionnaire=default_questionnaire(),
        opens_on=today() - timedelta(days=30), due_on=today() + timedelta(days=5),
    )  # fmt: skip
    criteria = list(yearly.questionnaire.criteria.values_list("pk", "number"))
    save_answers(yearly, by=south, answers={key: (2 + number % 3 - (number % 7 == 0), "") for key, number in criteria}, submit=True)
    save_answers(yearly, by=north, answers={key: (3 + number % 2 if number not in {14, 22} else None, "") for key, number in criteria}, submit=True)


def seed_review(place: Place, places: dict[str, Institution], other: Partnership, ministry: User) -> None:
    """The other pair: days recorded on behalf of its supporting side, an agreement that the ministry reviews."""
    specialty = Specialty.objects.get(code=place.specialties[0])
    end = today() - timedelta(days=6)
    log_activity(
        by=None, behalf=places[place.other_sender], kind="surgical", partnership=other, starts_on=end - timedelta(days=3), ends_on=end, source_note=INVENTED,
        lines=[ResultLine(places[place.other], "", specialty, {"consultations": 41, "operations_planned": 22, "operations_done": 22})],
    )  # fmt: skip
    review = draft_agreement(
        other, by=ministry, kind=AgreementKind.CONVENTION, starts_on=today() + timedelta(days=165), ends_on=today() + timedelta(days=529), note=INVENTED,
    )  # fmt: skip
    seed_text(review, by=None)
    transition_agreement(review, AGREEMENT["negotiate"], by=None)
    seed_answer(review, by=ministry)
    transition_agreement(review, AGREEMENT["request_visa"], by=None)
    stand_in_visas(review)


def seed_text(agreement: Agreement, *, by: User | None) -> None:
    """A text that lacks nothing, begun from the model: invented signatories and focal points, real legal bases."""
    partnership = agreement.partnership
    start_text(agreement, by=by)
    citable = LegalText.objects.citable().filter(country=settings.PORTAL_COUNTRY).order_by("pk")
    cite_texts(agreement, sorted(citable, key=lambda text: text.subject != "twinning")[:3], by=by)
    set_terms(agreement, {"place": "الجزائر" if settings.PORTAL_COUNTRY == "DZ" else "الكويت", "cost_sharing": COSTS, "copies_count": 3}, by=by)
    for place, (signs, asks) in zip([*partnership.senders, *partnership.hosts], itertools.cycle(SIGNING), strict=False):
        set_signatory(agreement, place, by=None, name=signs, capacity="مدير المؤسسة", authority="قرار التعيين")
        if place.pk not in {point.institution_id for point in partnership.focal_points.all()}:
            name_focal_point(partnership, place, by=None, name=asks, function="منسق التوأمة")


def seed_answer(agreement: Agreement, *, by: User) -> None:
    """What the other side does with it: one clause worded otherwise, one comment."""
    clauses = {clause.kind.slug: clause for clause in agreement.clauses.select_related("kind", "agreement")}
    clause = clauses["host-duties"]
    edit_clause(clause, by=by, texts={"text_ar": f"{clause.text_ar}\n\nويُسلّم المستضيف قائمة المرضى قبل وصول الفريق بخمسة عشر (15) يوماً."})
    add_comment(clauses["patient-pathway"], by=by, text="هل نكتفي بالمتابعة في اليومين 7 و30؟ نقترح إضافة اليوم 90.")


def stand_in_visas(agreement: Agreement) -> None:
    """Visas of directors who have no demo login: invented directors, one per party."""
    for number, institution in enumerate(agreement.partnership.senders + agreement.partnership.hosts, 1):
        director = User.objects.create(email=f"director.{number}@invented.example", name="مدير المؤسسة", is_active=True)
        director.set_unusable_password()
        director.save()
        Membership.objects.create(user=director, role=Role.DIRECTOR, institution=institution, valid_from=today() - timedelta(days=400))
        give_visa(agreement, by=director)
