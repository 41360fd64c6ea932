"""Which places are taken for one another, and which must not be."""

import random
import time
import unicodedata

import pytest

from core.folding import fold
from partnerships.choices import NameKind
from partnerships.duplicates import LIKELY, REASONS, Register, is_generic, take_apart
from partnerships.models import Institution, InstitutionKind, InstitutionName, Region
from tests.partnerships.real import load_register, needs_register


@pytest.fixture
def places(db, reference):
    """A small register with what sounds alike; (register, {code: key})."""
    made = {}

    def add(code: str, kind: str, region: str, name_fr: str, name_ar: str = "", city: str = "", aliases: str = "") -> None:
        where = Region.objects.get(country__code="DZ", code=region)
        made[code] = Institution.objects.create(
            code=code, kind=InstitutionKind.objects.get(code=kind), country=where.country, region=where, name_fr=name_fr, name_ar=name_ar,
            city=city, aliases=aliases,
        ).pk  # fmt: skip

    add("CHU-BATNA", "CHU", "05", "Centre Hospitalo-Universitaire Batna", "المركز الإستشفائي الجامعي باتنة", "Batna", "Benflis Touhami, بن فليس التهامي")
    add("MANSOURA", "EPH", "34", "Établissement Public Hospitalier Mansoura", "المؤسسة العمومية الإستشفائية المنصورة", "Mansoura")
    add("AICH", "EPH", "06", "Établissement Public Hospitalier Sidi Aich", "المؤسسة العمومية الإستشفائية سيدي عيش", "Sidi Aich")
    add("MEGHLAOUI", "EPH", "43", "Établissement Public Hospitalier Mila (Frères Maghlaoui)", "المؤسسة العمومية الإستشفائية ميلة – الإخوة مغلاوي", "Mila")
    add("ARRIS-1", "EPSP", "05", "Établissement Public de Santé de Proximité Arris 1", "المؤسسة العمومية للصحة الجوارية أريس 1", "Arris")
    add("MOTHER", "EHS", "30", "Établissement Hospitalier Spécialisé Mère et Enfant Ouargla", "المؤسسة الإستشفائية المتخصصة الأم والطفل ورقلة", "Ouargla")
    add("PARNET", "CHU", "16", "Centre Hospitalo-Universitaire Nafissa Hamoud", "المركز الإستشفائي الجامعي نفيسة حمود", "Hussein Dey", "Parnet, بارني")
    add("TIZI", "CHU", "15", "Centre Hospitalo-Universitaire Tizi Ouzou", "المركز الإستشفائي الجامعي تيزي وزو", "Tizi-Ouzou")
    add("AFLOU", "EPH", "59", "Établissement Public Hospitalier Aflou", "المؤسسة العمومية الإستشفائية أفلو", "Aflou")
    add("TEBESSA", "EPH", "12", "Établissement Public Hospitalier Alia Salah Tebessa", "المؤسسة العمومية الإستشفائية عاليا صالح تبسة", "Tebessa")
    add("BLIDA", "EPH", "09", "Établissement Public Hospitalier Blida", "المؤسسة العمومية الاستشفائية البليدة", "Blida")
    return Register.load(), made


def region(code: str) -> int:
    return Region.objects.get(country__code="DZ", code=code).pk


@pytest.mark.parametrize(
    ("names", "kind", "where", "expected"),
    [
        (["EPH Mansoura"], "EPH", "34", "MANSOURA"),
        (["Etablissement public hospitalier MANSOURAH"], "EPH", "34", "MANSOURA"),
        (["Établissement Public Hospitallier Mansoura"], "EPH", "34", "MANSOURA"),
        (["مستشفى منصورة"], "EPH", "34", "MANSOURA"),
        (["م ع إ بالمنصورة"], "EPH", "34", "MANSOURA"),
        (["م.ع.إ المنصـــورة"], "EPH", "34", "MANSOURA"),
        (["المؤسسه العموميه الاستشفاييه المنصوره"], "EPH", "34", "MANSOURA"),
        (["E.P.H. de Mansoura"], "EPH", "34", "MANSOURA"),
        (["CHU tiziouzou"], "CHU", "15", "TIZI"),
        (["المستشفى الجامعي لتيزي وزو"], "CHU", "15", "TIZI"),
        (["Hôpital Parnet"], "CHU", "16", "PARNET"),
        (["مستشفى بارني"], "CHU", "16", "PARNET"),
        (["EPH Parnet"], "EPH", "16", "PARNET"),
        (["CHU Touhami Benflis"], "CHU", "05", "CHU-BATNA"),
        (["EPH Aflou"], "EPH", "03", "AFLOU"),
        (["EPH Tebessa"], "EPH", "12", "TEBESSA"),
        (["EPH Alia Salah"], "EPH", "12", "TEBESSA"),
        (["مستشفى بالبليدة"], "EPH", "09", "BLIDA"),
        (["", "مستشفى للبليدة"], "EPH", "09", "BLIDA"),
        (["EHS Maternité Ouargla"], "EHS", "30", "MOTHER"),
        (["Arris 1"], "EPSP", "05", "ARRIS-1"),
        (["EPH Mila Frères Meghlaoui"], "EPH", "43", "MEGHLAOUI"),
    ],
)
def test_one_place_under_another_name_is_found_and_says_why(places, names, kind, where, expected):
    register, keys = places

    found = register.doubles_of(names, kind, region(where))

    assert [likeness.institution_id for likeness in found] == [keys[expected]]
    assert LIKELY <= found[0].score <= 100
    assert set(found[0].reasons) <= REASONS.keys()
    assert all(found[0].words)


@pytest.mark.parametrize(
    ("names", "kind", "where", "city"),
    [
        (["EPH Batna", "المؤسسة العمومية الاستشفائية باتنة"], "EPH", "05", "Batna"),  # another kind
        (["EPH Mansourah"], "EPH", "13", "Mansourah"),  # another region
        (["EPH Mansoura"], "EPH", "47", "Mansoura"),
        (["EPH Sidi Aissa"], "EPH", "28", "Sidi Aissa"),
        (["EPH Sidi Aissa", "مستشفى سيدي عيسى"], "EPH", "06", ""),
        (["EPH Mila (Frères Tobal)", "المؤسسة العمومية الإستشفائية الإخوة طوبال ميلة"], "EPH", "43", "Mila"),  # two of one town
        (["EPSP Arris 2", "المؤسسة العمومية للصحة الجوارية أريس 2"], "EPSP", "05", "Arris"),
        (["المؤسسة العمومية للصحة الجوارية أريس ٢"], "EPSP", "05", "Arris"),
        (["EHS Psychiatrie Ouargla", "المؤسسة الاستشفائية المتخصصة في الأمراض العقلية ورقلة"], "EHS", "30", "Ouargla"),
        (["Établissement Public de Santé de Proximité Batna"], "EPSP", "05", "Batna"),
        (["EPSP Hussein Dey"], "EPSP", "16", "Hussein Dey"),
        (["Établissement Public Hospitalier"], "EPH", "34", ""),
        (["EPH Blida Nouveau"], "EPH", "16", ""),
        (["المستشفى"], "EPH", "34", ""),
        ([""], "EPH", "34", ""),
        ([], "EPH", "34", ""),
        (["EPH " + "x" * 500], "EPH", "34", ""),
        (["EPH Mansoura"], "EPH", "60", ""),
    ],
)
def test_places_that_only_sound_alike_are_left_alone(places, names, kind, where, city):
    register, _keys = places

    assert register.doubles_of(names, kind, region(where), city) == []


def test_likeness_without_a_region_is_weaker(places):
    register, keys = places

    (found,) = register.doubles_of(["EPH Mansoura"], "EPH", None)

    assert found.institution_id == keys["MANSOURA"]
    assert found.score < register.doubles_of(["EPH Mansoura"], "EPH", region("34"))[0].score
    assert "no_region" in found.reasons


def test_register_counts_former_names_and_leaves_merged_institutions_out(places, django_assert_num_queries):
    _register, keys = places
    survivor, merged = Institution.objects.get(code="MANSOURA"), Institution.objects.get(code="BLIDA")
    InstitutionName.objects.create(institution=survivor, text="Hôpital des Bibans", folded=fold("Hôpital des Bibans"), kind=NameKind.FORMER)
    Institution.objects.filter(pk=merged.pk).update(merged_into=survivor)

    with django_assert_num_queries(3):
        register = Register.load()

    assert [found.institution_id for found in register.doubles_of(["EPH Bibans"], "EPH", survivor.region_id)] == [survivor.pk]
    assert register.doubles_of(["EPH Blida"], "EPH", merged.region_id) == []
    assert keys["BLIDA"] not in register.entries


def test_pairs_names_each_likely_double_inside_the_register_once(places):
    _register, keys = places
    first = Institution.objects.get(code="MANSOURA")
    again = Institution.objects.create(
        code="AGAIN", kind=first.kind, country=first.country, region=first.region, name_fr="Hopital de Mansourah", city="Mansoura"
    )

    found = Register.load().pairs()

    assert [(one, likeness.institution_id) for one, likeness in found] == [(keys["MANSOURA"], again.pk)]


@needs_register
@pytest.mark.django_db
def test_public_register_holds_no_doubles(reference):
    load_register()

    assert Register.load().pairs() == []


SHORT = {
    "Établissement Public Hospitalier": "EPH", "Établissement Hospitalier Spécialisé": "EHS", "Établissement Public de Santé de Proximité": "EPSP",
    "Centre Hospitalo-Universitaire": "CHU", "المؤسسة العمومية الإستشفائية": "م ع إ", "المؤسسة العمومية الاستشفائية": "م.ع.إ",
    "المؤسسة العمومية للصحة الجوارية": "م ع ص ج", "المركز الإستشفائي الجامعي": "م إ ج",
}  # fmt: skip


def plainly(text: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter)).upper()


def shortened(text: str, instead: str | None = None) -> str:
    for long, short in SHORT.items():
        if long in text:
            return text.replace(long, short if instead is None else instead)
    return ""


def with_a_slip(pick: random.Random, text: str) -> str:
    """One letter changed, added, left out, or two that changed places, in one of the last words."""
    words = text.split()
    places = [place for place, word in enumerate(words) if len(fold(word)) >= 5 and word.isalpha()][-2:]
    if not places:
        return ""
    place = pick.choice(places)
    word = words[place]
    at = pick.randrange(1, len(word) - 1)
    letter = pick.choice("abcdeimnorstu" if fold(word).isascii() else "ابتجدرسعلمني")
    words[place] = pick.choice(
        [word[:at] + letter + word[at + 1 :], word[:at] + letter + word[at:], word[:at] + word[at + 1 :], word[:at] + word[at + 1] + word[at] + word[at + 2 :]]
    )
    return " ".join(words)


def other_names(pick: random.Random, row: Institution) -> list[str]:
    """The names of one institution as others would type them."""
    latin, arabic = row.name_fr or row.name_en, row.name_ar
    words = latin.split()
    glued = len(words) > 2 and not is_generic(fold(words[-2])) and words[-1].isalpha() and len(take_apart(words[-2])[:1]) and len(words[-2]) > 3
    last = arabic.split()[-1] if arabic else ""
    found = [
        plainly(latin), shortened(latin), shortened(latin, "Hôpital"), latin.replace(" El ", " ") if " El " in latin else "", with_a_slip(pick, latin),
        " ".join([*words[:-2], words[-2] + words[-1].lower()]) if glued and not take_apart(words[-2])[0].concepts else "",
        shortened(arabic), shortened(arabic, "مستشفى"), with_a_slip(pick, arabic), arabic[:-2] + "ـ" + arabic[-2:] if arabic else "",
        arabic.translate(str.maketrans("أإآةى", "اااهي")), arabic.removesuffix(last) + "ب" + last if last and last[0] not in "بل(" else "", *row.alias_list,
    ]  # fmt: skip
    return [name for name in found if name]


@needs_register
@pytest.mark.django_db
def test_names_of_the_public_register_typed_otherwise_are_found(reference):
    places = load_register()
    register = Register.load()
    pick = random.Random(2026)
    asked = [(place, name) for place in places.values() for name in other_names(pick, place)]

    began = time.perf_counter()
    found = [register.doubles_of([name], place.kind.code, place.region_id, country_id=place.country_id) for place, name in asked]
    took = time.perf_counter() - began

    missed = [(place.code, name) for (place, name), likely in zip(asked, found, strict=True) if place.pk not in {one.institution_id for one in likely}]
    others = [(place.code, name) for (place, name), likely in zip(asked, found, strict=True) if any(one.institution_id != place.pk for one in likely)]
    assert len(asked) > 4_000
    assert len(missed) <= 0.01 * len(asked), missed[:20]
    assert len(others) <= 0.005 * len(asked), others[:20]
    assert took < 30
