"""What the demonstration's institutions need and can give. All invented, and saying so; the same at every run."""

from datetime import timedelta
from itertools import count

from accounts.models import User
from core.formats import today
from partnerships.actions import (
    edit_institution,
    edit_interest,
    express_interest,
    record_assessment,
    set_departments,
    set_staff,
    state_need,
    state_offer,
    suggest_support,
    transition_interest,
    verify_institutions,
)
from partnerships.choices import AssessmentArea, CareLevel, NeedKind, SuitableSupport, Wish, Zone
from partnerships.lifecycle import INTEREST
from partnerships.matching import distance_km
from partnerships.models import Equipment, Institution, Procedure, Profession, Specialty

INVENTED = "أرقام تجريبية من وضع البوابة لأغراض العرض."
CONDITIONS = "شروط تجريبية: يتكفل المستضيف بالإيواء والنقل المحلي."

SHORT_OF = (
    "general-surgery", "urology", "cardiology", "obstetrics-gynaecology", "orthopaedics", "ophthalmology", "nephrology", "neurosurgery",
    "paediatric-surgery", "anaesthesia-intensive-care", "oncology", "ent", "gastroenterology", "radiology",
)  # fmt: skip
STRONG_IN = (*SHORT_OF[:8], "paediatric-surgery", "anaesthesia-intensive-care", "oncology", "ent", "neonatology", "cardiac-surgery", "burns")
SUPPORTING = {"CHU", "EHU", "EHS", "UNIVERSITY"}
SOUTHERN = {Zone.HIGHLANDS, Zone.SOUTH, Zone.FAR_SOUTH}
STAFF = {"SURG": 12, "ANES": 5, "GP": 46, "SPEC": 31, "MIDW": 22}


def seed_needs(
    places: dict[str, Institution], people: dict[str, User], *, north: Institution, south: Institution, other: Institution, leading: tuple[str, ...]
) -> int:
    """Profiles, needs, offers, assessments and interest for the institutions of the demonstration; how many needs and offers.

    `leading` are the specialties in which the north helps the south.
    """
    specialties = {item.code: item for item in Specialty.objects.all()}
    home = [place for place in places.values() if place.country_id == south.country_id]
    hosts = [place for place in home if is_host(place) or place == south]
    senders = [place for place in places.values() if place == north or (place.kind.code in SUPPORTING and place not in hosts)]
    seed_profiles(north, south, people, specialties)
    verify_institutions([place for number, place in enumerate(places.values()) if number % 7 != 3 or place in {north, south, other}], by=people["ministry"])
    edit_institution(south, {"phone": "+213 29 34 00 00" if south.country.code == "DZ" else "+965 2224 6000"}, by=people["coordinator.south"])
    made = seed_offers(senders, specialties, {north: leading}) + seed_statements(hosts, senders, specialties, {south: (*leading[:2], "radiology")})
    seed_assessments(north, south, people)
    seed_interests(north, south, other, people, specialties)
    return made


def is_host(place: Institution) -> bool:
    """Cares for patients, and stands in a zone that is helped first; everywhere where the country has no zones."""
    zone = place.region.zone if place.region else ""
    return place.is_care and (zone in SOUTHERN or not zone) and place.kind.code not in SUPPORTING


def seed_profiles(north: Institution, south: Institution, people: dict[str, User], specialties: dict[str, Specialty]) -> None:
    """The two main institutions in full: departments with invented heads, staff, equipment, procedures."""
    equipment, professions = {item.code: item for item in Equipment.objects.all()}, {item.code: item for item in Profession.objects.all()}
    procedures = list(Procedure.objects.filter(specialty__code__in=STRONG_IN).order_by("code"))
    heads = {"coordinator.north": ("البروفيسور مثال", 14, STRONG_IN[:10], 3), "coordinator.south": ("الدكتور مثال", 4, SHORT_OF[:4], 1)}
    for login, place in (("coordinator.north", north), ("coordinator.south", south)):
        head, size, strengths, factor = heads[login]
        rows = [
            {"specialty": specialties[code], "head": f"{head} {number}", "beds_count": 8 + size + number, "specialists_count": max(1, size - number)}
            for number, code in enumerate(strengths, 1)
        ]  # fmt: skip
        set_departments(place, rows, by=people[login])
        set_staff(place, {professions[code]: number * factor for code, number in STAFF.items() if code in professions}, by=people[login])
        pieces = ("ultrasound", "anaesthesia-station", "videoconference", "blood-bank") + (
            ("ct-scanner", "mri", "laparoscopy-tower", "intensive-care-beds", "cath-lab", "operating-microscope") if place == north else ("dialysis-stations",)
        )
        values = {
            "level": CareLevel.TERTIARY if place == north else CareLevel.SECONDARY, "equipment": [equipment[code] for code in pieces],
            "procedures": procedures[: 6 * factor + 2], "specialties": [specialties[code] for code in strengths], "has_telemedicine": True,
        }  # fmt: skip
        edit_institution(place, values, by=people[login])


def seed_offers(senders: list[Institution], specialties: dict[str, Specialty], given: dict[Institution, tuple[str, ...]]) -> int:
    """What each supporting institution brings: its own specialties, or some of the usual ones."""
    made = 0
    for number, place in enumerate(senders):
        own = [item.code for item in place.specialties.all() if item.code in STRONG_IN]
        codes = given.get(place) or own[:4] or [STRONG_IN[(number + step * 4) % len(STRONG_IN)] for step in range(2 + number % 3)]
        for step, code in enumerate(dict.fromkeys(codes)):
            months = [] if (number + step) % 3 else [3, 4, 5, 10, 11]
            kind = NeedKind.TRAINING if (number + step) % 6 == 5 and place not in given else NeedKind.CARE
            state_offer(place, by=None, specialty=specialties[code], kind=kind, capacity_per_year=1 + (number + step) % 4, months=months, conditions=CONDITIONS)
            made += 1
    return made


def seed_statements(hosts: list[Institution], senders: list[Institution], specialties: dict[str, Specialty], given: dict[Institution, tuple[str, ...]]) -> int:
    """Two to four needs for each hospital that is helped first, with the nearest supporting institution."""
    made = 0
    for number, place in enumerate(hosts):
        point = (place.latitude, place.longitude) if place.latitude is not None and place.longitude is not None else None
        near = sorted(
            (km, sender.name_ar or sender.name_fr or sender.name_en)
            for sender in senders
            if (km := distance_km(point, (sender.latitude, sender.longitude) if sender.latitude is not None else None)) is not None
        )  # fmt: skip
        codes = given.get(place) or [SHORT_OF[(number + step * 5) % len(SHORT_OF)] for step in range(2 + number % 3)]
        for step, code in enumerate(dict.fromkeys(codes)):
            state_need(
                place, by=None, specialty=specialties[code], kind=NeedKind.TRAINING if (number + step) % 6 == 5 and place not in given else NeedKind.CARE,
                severity=1 + (number * 3 + step * 2) % 5, waiting_count=12 + (number * 37 + step * 61) % 280, evidence=INVENTED,
                nearest_offer=near[0][1][:150] if near else "", nearest_km=round(near[0][0]) if near else None,
            )  # fmt: skip
            made += 1
    return made


def seed_assessments(north: Institution, south: Institution, people: dict[str, User]) -> None:
    """The benefiting institution looked at itself twice, the supporting one once."""
    for place, login, days, level in ((south, "coordinator.south", 380, 0), (south, "coordinator.south", 20, 1), (north, "coordinator.north", 45, 2)):
        steps = count()
        scores = {area: ((now := min(4, level + next(steps) % 3)), max(now, min(4, now + 1 + (level + len(area)) % 2)), "") for area in AssessmentArea.values}
        record_assessment(place, by=people[login], scores=scores, assessed_on=today() - timedelta(days=days), summary=INVENTED)


def seed_interests(north: Institution, south: Institution, other: Institution, people: dict[str, User], specialties: dict[str, Specialty]) -> None:
    """One that is accepted, one that was returned, one that waits for the ministry."""
    officer = people["ministry"]
    give = express_interest(
        north, by=people["coordinator.north"], wish=Wish.GIVE, specialties=[specialties[code] for code in STRONG_IN[:4]], preferred_partner=south,
        motivation=f"ترغب المؤسسة في توسيع دعمها إلى مؤسسات أخرى. {INVENTED}",
    )  # fmt: skip
    for slug, login in (("submit", "coordinator.north"), ("take_up", "ministry"), ("accept", "ministry")):
        transition_interest(give, INTEREST[slug], by=people[login])
    suggest_support(give, by=officer, support=[SuitableSupport.FUNDING, SuitableSupport.TELEMEDICINE], note=INVENTED)
    receive = express_interest(
        south, by=people["coordinator.south"], wish=Wish.RECEIVE, specialties=[specialties["nephrology"]],
        motivation=f"المرضى يتنقلون مسافات طويلة للعلاج. {INVENTED}",
    )  # fmt: skip
    transition_interest(receive, INTEREST["submit"], by=people["coordinator.south"])
    transition_interest(receive, INTEREST["return"], by=officer, reason="يُرجى ذكر عدد المرضى المعنيين والاختصاصات الأخرى المطلوبة.")
    waiting = express_interest(other, by=people["coordinator.other"], wish=Wish.RECEIVE, specialties=[], motivation=INVENTED)
    edit_interest(waiting, {"specialties": [specialties[code] for code in SHORT_OF[:2]]}, by=people["coordinator.other"])
    transition_interest(waiting, INTEREST["submit"], by=people["coordinator.other"])
