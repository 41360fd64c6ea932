"""A register of the size of a continent, invented, for measuring the search."""

import random

from core.folding import fold
from partnerships.choices import NameKind
from partnerships.models import Country, Institution, InstitutionKind, InstitutionName, Region

KINDS = {
    "EPH": ("المؤسسة العمومية الإستشفائية", "Établissement Public Hospitalier"),
    "EPSP": ("المؤسسة العمومية للصحة الجوارية", "Établissement Public de Santé de Proximité"),
    "EHS": ("المؤسسة الإستشفائية المتخصصة الأم والطفل", "Établissement Hospitalier Spécialisé Mère et Enfant"),
    "CHU": ("المركز الإستشفائي الجامعي", "Centre Hospitalo-Universitaire"),
}
ARABIC = ("با", "تي", "نو", "سي", "مرا", "دو", "وش", "عين", "لا", "قصر", "زا", "هام", "حجي", "بو", "رقا", "مسا", "جل", "فو", "طي", "خن")
LATIN = ("ba", "ti", "nou", "si", "mera", "dou", "ouch", "ain", "la", "ksar", "za", "ham", "hadji", "bou", "rega", "messa", "djel", "fou", "tay", "khen")
WORDS = 12_000  # different ones in each script; Algeria has 1,541 communes


def load_many(names: int, seed: int = 7) -> None:
    """`names` names of half as many institutions. The reference tables must be there."""
    pick = random.Random(seed)
    kinds = {kind.code: kind for kind in InstitutionKind.objects.filter(code__in=KINDS)}
    country = Country.objects.get(code="DZ")
    regions = list(Region.objects.filter(country=country).order_by("code"))
    syllables = range(len(ARABIC))
    words = [[pick.choice(syllables) for _syllable in range(pick.randint(2, 4))] for _word in range(WORDS)]
    made = []
    for number in range(names // 2):
        code = pick.choice(list(KINDS))
        said = pick.choices(words, k=pick.randint(1, 3))
        arabic, latin = (" ".join("".join(letters[one] for one in word) for word in said) for letters in (ARABIC, LATIN))
        made.append(
            Institution(
                code=f"XX-{code}-{number:06}",
                kind=kinds[code],
                country=country,
                region=pick.choice(regions),
                city=latin.title(),
                name_ar=f"{KINDS[code][0]} {arabic}",
                name_fr=f"{KINDS[code][1]} {latin.title()}",
            )
        )
    for institution in made:
        institution.refresh_search()
    Institution.objects.bulk_create(made, batch_size=2_000)
    InstitutionName.objects.bulk_create(
        (
            InstitutionName(institution=institution, text=text, folded=fold(text), kind=NameKind.OFFICIAL)
            for institution in made
            for text in (institution.name_ar, institution.name_fr)
        ),
        batch_size=2_000,
    )
