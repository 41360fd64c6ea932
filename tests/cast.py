"""The fixed company of the tests: who they are, once.

Amal runs the programme at the ministry, Hoda heads the cell. Badr coordinates the host hospital, Dalia the partner
hospital that supports it; Ziad and Yasmine direct the two. Hani coordinates an unrelated hospital. Ranya is the health
directorate of the host's region, Essam evaluates the partnership, Omar reads figures, Tarek administers.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

from accounts.models import User
from accounts.policy import Role
from core.formats import today
from partnerships.actions import create_partnership, draft_agreement, sign_agreement
from partnerships.models import Agreement, Country, Institution, InstitutionKind, Membership, Partnership, Region, Specialty

SECRET = "طائر"  # an Arabic word that no other row carries


@dataclass
class Cast:
    """Everybody and everything that a test speaks of."""

    people: dict[str, User] = field(default_factory=dict)
    host: Institution | None = None
    partner: Institution | None = None
    elsewhere: Institution | None = None
    partnership: Partnership | None = None
    agreement: Agreement | None = None
    specialties: list[Specialty] = field(default_factory=list)

    def __getattr__(self, name: str) -> User:
        try:
            return self.__dict__["people"][name]
        except KeyError as error:
            raise AttributeError(name) from error


def person(name: str, role: str = "", **bound) -> User:
    """A user with one membership, in force for a year; the password is "secret"."""
    user = User.objects.create_user(f"{name}@example.org", "secret", name=name.capitalize(), language="ar")
    if role:
        Membership.objects.create(user=user, role=role, valid_from=today() - timedelta(days=365), **bound)
    return user


def institution(code: str, name: str, region: Region, kind: str = "EPH") -> Institution:
    """A hospital of the home country."""
    made = InstitutionKind.objects.get_or_create(code=kind, defaults={"name_ar": kind, "name_fr": kind, "name_en": kind})[0]
    return Institution.objects.create(code=code, name_ar=name, name_fr=name, kind=made, country=region.country, region=region)


def region(code: str, name: str, zone: str) -> Region:
    country = Country.objects.get_or_create(code="DZ", defaults={"name_ar": "الجزائر", "name_fr": "Algérie", "name_en": "Algeria"})[0]
    return Region.objects.create(country=country, code=code, name_ar=name, name_fr=name, name_en=name, zone=zone)


def signed_agreement(partnership: Partnership, start: date | None = None, end: date | None = None) -> Agreement:
    """An agreement in force: two years around today unless the days are given."""
    start = start or today() - timedelta(days=180)
    agreement = draft_agreement(partnership, by=None, kind="convention", starts_on=start, ends_on=end or start + timedelta(days=700))
    return sign_agreement(agreement, by=None, signed_on=min(start, today()))


def company() -> Cast:
    """The whole company, with one active partnership between Dalia's hospital and Badr's."""
    north, south, east = region("16", "الجزائر", "north"), region("11", "تمنراست", "south"), region("25", "قسنطينة", "north")
    cast = Cast()
    cast.partner = institution("DZ-16-CHU-09", "مستشفى الشمال", north, "CHU")
    cast.host = institution("DZ-11-EPH-09", "مستشفى الجنوب", south)
    cast.elsewhere = institution("DZ-25-EPH-09", "مستشفى آخر", east)
    cast.specialties = [
        Specialty.objects.create(code=code, name_ar=name, name_fr=code, name_en=code, group="surgical")
        for code, name in (("general-surgery", "الجراحة العامة"), ("urology", "جراحة المسالك البولية"), ("ophthalmology", "طب العيون"))
    ]
    cast.partnership = create_partnership(
        by=None, senders=[cast.partner], hosts=[cast.host], specialties=cast.specialties, started_on=today() - timedelta(days=200)
    )
    cast.agreement = signed_agreement(cast.partnership)
    cast.partnership = Partnership.objects.with_people().get(pk=cast.partnership.pk)
    cast.people = {
        "amal": person("amal", Role.OFFICER),
        "hoda": person("hoda", Role.HEAD),
        "badr": person("badr", Role.COORDINATOR, institution=cast.host),
        "dalia": person("dalia", Role.COORDINATOR, institution=cast.partner),
        "ziad": person("ziad", Role.DIRECTOR, institution=cast.host),
        "yasmine": person("yasmine", Role.DIRECTOR, institution=cast.partner),
        "hani": person("hani", Role.COORDINATOR, institution=cast.elsewhere),
        "ranya": person("ranya", Role.REGION, region=south),
        "essam": person("essam", Role.EVALUATOR, partnership=cast.partnership),
        "fatma": person("fatma", Role.FINANCE),
        "omar": person("omar", Role.OBSERVER),
        "tarek": User.objects.create_superuser("tarek@example.org", "secret", name="Tarek"),
    }
    return cast
