"""Maps as numbers: projection, arcs, thickness, names that have room. No database."""

import itertools
import math
import re

import pytest

from partnerships import mapping

ALGIERS, TAMANRASSET, TINDOUF, TEBESSA = (36.75, 3.06), (22.79, 5.53), (27.67, -8.15), (35.4, 8.12)


def country(name: str = "DZ") -> mapping.Projection:
    return mapping.fit([place for ring in mapping.outline(name) for place in ring])


@pytest.mark.parametrize("name", ["DZ", "KW", "world"])
def test_outline_fits_into_the_drawing_with_its_margin(name):
    projection = country(name)
    points = [projection.point(*place) for ring in mapping.outline(name) for place in ring]

    assert min(x for x, _y in points) >= mapping.MARGIN - 1
    assert max(x for x, _y in points) <= mapping.WIDTH - mapping.MARGIN + 1
    assert min(y for _x, y in points) >= 0
    assert max(y for _x, y in points) <= projection.height


def test_north_is_up_and_west_is_where_readers_of_maps_expect_it():
    point = country().point

    assert point(*ALGIERS)[1] < point(*TAMANRASSET)[1]
    assert point(*TINDOUF)[0] < point(*ALGIERS)[0] < point(*TEBESSA)[0]


def test_kilometre_is_as_long_eastwards_as_northwards_in_the_middle():
    projection = country()
    middle = projection.north - projection.height / 2 / projection.down

    assert projection.across / projection.down == pytest.approx(math.cos(math.radians(middle)))


def test_one_place_alone_stands_in_the_middle():
    projection = mapping.fit([ALGIERS])

    assert projection.point(*ALGIERS) == (mapping.WIDTH / 2, projection.height / 2)


def test_no_place_at_all_is_an_error():
    with pytest.raises(ValueError, match="not enough values"):
        mapping.fit([])


def test_country_without_an_outline_has_none():
    assert mapping.outline("XX") == ()
    assert mapping.land("XX", mapping.fit([ALGIERS])) == ""


def test_land_is_one_path_of_whole_units_that_leads_back_to_the_outline():
    projection = country()
    path = mapping.land("DZ", projection)

    assert re.fullmatch(r"(M-?\d+ -?\d+l(-?\d+ -?\d+ ?)+z)+", path)
    start, steps = re.match(r"M(-?\d+) (-?\d+)l([^z]*)z", path).group(1, 2), re.match(r"M[^l]*l([^z]*)z", path)[1]
    xs = itertools.accumulate((int(x) for x in steps.split()[::2]), initial=int(start[0]))
    assert set(xs) <= {round(x) for ring in mapping.shores("DZ", projection) for x, _y in ring}


def test_land_outside_the_drawing_is_left_out():
    near = mapping.fit([ALGIERS, TEBESSA])

    assert 0 < len(mapping.shores("world", near)) < len(mapping.outline("world"))


def test_middle_of_a_country_lies_on_its_mainland():
    latitude, longitude = mapping.middle("FR")

    assert 45 < latitude < 48
    assert 0 < longitude < 5
    assert mapping.middle("ZZ") is None


def test_arc_leans_to_the_interior_whichever_way_it_goes():
    for start, end in (((100, 50), (300, 50)), ((300, 50), (100, 50))):
        assert mapping.arc(start, end, (200, 300)).bend == (200, 82)
        assert mapping.arc(start, end, (200, -300)).bend == (200, 18)


def test_arc_ends_before_the_mark_of_its_host():
    arc = mapping.arc((100, 50), (300, 50), (200, 300))
    near = mapping.arc((100, 50), (104, 50), (200, 300))

    assert math.dist(arc.end, (300, 50)) == pytest.approx(9, abs=0.2)
    assert math.dist(near.end, (104, 50)) == pytest.approx(2, abs=0.2)
    assert arc.at(0) == arc.start
    assert arc.at(1) == arc.end


def test_arcs_between_all_regions_stay_in_the_country_wherever_they_can(reference):
    from partnerships.models import Region

    projection = country()
    shore = mapping.shores("DZ", projection)[0]
    middle = (mapping.WIDTH / 2, projection.height / 2)
    capitals = [projection.point(*place) for place in Region.objects.filter(country__code="DZ").values_list("latitude", "longitude")]
    arcs = [mapping.arc(one, other, middle, shore) for one, other in itertools.permutations(capitals[:48], 2) if one != other]
    straying = [arc for arc in arcs if sum(not mapping.is_inside(arc.at(step / 8), shore) for step in range(1, 8)) > 1]

    assert len(arcs) == 48 * 47
    assert len(straying) < len(arcs) * 0.01  # along the coast and the western border


def test_thickness_tells_one_from_many():
    assert [mapping.thickness(number, 9) for number in (1, 9)] == [mapping.THICKNESS[0], mapping.THICKNESS[-1]]
    assert {mapping.thickness(1, most) for most in (1, 2, 50)} == {mapping.THICKNESS[0]}
    drawn = [mapping.thickness(number, 30) for number in range(1, 31)]
    assert drawn == sorted(drawn)
    assert set(drawn) == set(mapping.THICKNESS)


def test_grade_is_for_eyes_that_compare_areas():
    assert [mapping.grade(number, 100) for number in (0, 1, 4, 16, 36, 64, 100)] == [0, 0, 1, 2, 3, 4, 4]
    assert mapping.grade(0, 0) == 0
    assert mapping.grade(3, 0) == 0


@pytest.mark.parametrize("kind", ["circle", "diamond", "square", "triangle"])
def test_shape_is_closed_and_starts_near_its_point(kind):
    path = mapping.shape(kind, (100.5, 40), 6.5)
    x, y = map(float, re.match(r"M([\d.]+) ([\d.]+)", path).groups())

    assert path.endswith("z")
    assert math.dist((x, y), (100.5, 40)) < 13
    assert "," not in path


def test_name_avoids_other_names_and_marks_or_is_left_out():
    points = [(100, 100), (112, 100), (300, 300)]
    found = mapping.labels(list(zip(["تمنراست", "عين صالح", "أدرار"], points, strict=True)), points, 400)
    boxes = [mapping.box(label.text, (label.x, label.y, label.anchor), mapping.WIDE) for label in found]

    assert {label.text for label in found} >= {"تمنراست", "أدرار"}
    assert not any(mapping.overlap(one, other) for one, other in itertools.combinations(boxes, 2))
    assert not any(mapping.covers(here, point, 0) for here in boxes for point in points)


def test_crowd_of_marks_names_the_most_important_first_and_the_least_on_wide_screens_only():
    points = [(250, 40 + 22 * place) for place in range(12)]
    found = mapping.labels([(f"Région {place}", point) for place, point in enumerate(points)], points, 400)

    assert found[0].text == "Région 0"
    assert not found[0].is_minor
    assert all(mapping.fits(mapping.box(label.text, (label.x, label.y, label.anchor), mapping.WIDE), 400) for label in found)
    assert [label.is_minor for label in found] == sorted(label.is_minor for label in found)


def test_name_at_the_edge_turns_inwards():
    label = mapping.labels([("Tamanrasset", (490, 100))], [(490, 100)], 300)[0]

    assert label.anchor == "end"
