"""Maps as numbers: where a place stands on the drawing, how an arc bows, where a name has room. Pure: no query, no markup.

A drawing is 500 units wide whatever it shows, so that one style sheet fits all. Its y grows downwards. Maps are never mirrored.
"""

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path

OUTLINES = Path(__file__).parent / "data" / "outlines"
WIDTH = 500
MARGIN = 34  # room for the names at the edge
THICKNESS = ("1.5", "2.2", "2.9", "3.6", "4.3")  # as the drawing has them: a template would write a decimal comma
SIZES = (5, 6.5, 8, 9.5, 11)
LETTER = 0.52  # mean width of a letter, in sizes of the type
PHONE, WIDE = 21, 15  # sizes of the type, as in the style sheet

Point = tuple[float, float]
Ring = tuple[Point, ...]


@dataclass(frozen=True)
class Projection:
    """Equirectangular: straight meridians, degrees of longitude shortened by the cosine of the middle latitude.

    Good for one country or a stretch of the northern hemisphere; not for measuring areas. Nothing crosses the 180th meridian.
    """

    west: float
    north: float
    across: float  # units for a degree of longitude
    down: float  # units for a degree of latitude
    height: int

    def point(self, latitude: float, longitude: float) -> Point:
        return round((longitude - self.west) * self.across, 1), round((self.north - latitude) * self.down, 1)


def fit(places: Iterable[Point], *, flattest: float = 0.5, tallest: float = 1.1) -> Projection:
    """The projection that shows all `places`, given as (latitude, longitude), with a margin, in the middle of the drawing.

    Height over width stays between `flattest` and `tallest`. Raises ValueError when there is no place at all.
    """
    latitudes, longitudes = zip(*places, strict=True)
    middle = (min(latitudes) + max(latitudes)) / 2, (min(longitudes) + max(longitudes)) / 2
    shrink = math.cos(math.radians(middle[0]))
    wide, high = max(0.5, (max(longitudes) - min(longitudes)) * shrink), max(0.5, max(latitudes) - min(latitudes))
    inner = WIDTH - 2 * MARGIN
    scale = min(inner / wide, (tallest * WIDTH - 2 * MARGIN) / high)
    height = round(min(tallest * WIDTH, max(flattest * WIDTH, high * scale + 2 * MARGIN)))
    across = scale * shrink
    return Projection(middle[1] - WIDTH / 2 / across, middle[0] + height / 2 / scale, across, scale, height)


@cache
def outline(name: str) -> tuple[Ring, ...]:
    """The rings of an outline as (latitude, longitude), the largest first; empty where the portal has none for this country."""
    path = OUTLINES / f"{name}.json"
    if not path.is_file():
        return ()
    return tuple(tuple((latitude, longitude) for longitude, latitude in ring) for ring in json.loads(path.read_text(encoding="utf-8"))["rings"])


@cache
def middle(country: str) -> Point | None:
    """The middle of a country's largest piece of land as (latitude, longitude), by its code; None for the very small ones."""
    place = json.loads((OUTLINES / "world.json").read_text(encoding="utf-8"))["middles"].get(country)
    return (place[1], place[0]) if place else None


@lru_cache(maxsize=64)
def shores(name: str, projection: Projection) -> tuple[Ring, ...]:
    """The rings of an outline on the drawing, without those that lie wholly outside it."""
    rings = (tuple(projection.point(*place) for place in ring) for ring in outline(name))
    return tuple(ring for ring in rings if touches(ring, projection.height))


def touches(ring: Ring, height: float) -> bool:
    xs, ys = zip(*ring, strict=True)
    return min(xs) < WIDTH and max(xs) > 0 and min(ys) < height and max(ys) > 0


@lru_cache(maxsize=64)
def land(name: str, projection: Projection) -> str:
    """An outline as the data of one SVG path, in whole units, each step relative to the one before."""
    return "".join(closed(ring) for ring in shores(name, projection))


def closed(ring: Ring) -> str:
    whole = [(round(x), round(y)) for x, y in ring]
    path, (at_x, at_y) = f"M{whole[0][0]} {whole[0][1]}l", whole[0]
    for x, y in whole[1:]:
        if (x, y) != (at_x, at_y):
            path += f"{x - at_x} {y - at_y} "
            at_x, at_y = x, y
    return path.rstrip(" l") + "z"


def is_inside(point: Point, ring: Ring) -> bool:
    """Whether a point lies within a closed ring; even-odd rule."""
    x, y = point
    inside = False
    for (x1, y1), (x2, y2) in zip(ring, (*ring[1:], ring[0]), strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


@dataclass(frozen=True)
class Arc:
    """A bow from one place to another: a quadratic curve that stops short of the mark at its end."""

    start: Point
    bend: Point
    end: Point

    def at(self, part: float) -> Point:
        """The point of the bow after `part` of it, 0 to 1."""
        rest = 1 - part
        x, y = (rest * rest * a + 2 * rest * part * b + part * part * c for a, b, c in zip(self.start, self.bend, self.end, strict=True))
        return x, y

    @property
    def path(self) -> str:
        (x1, y1), (x, y), (x2, y2) = self.start, self.bend, self.end
        return f"M{x1:.0f} {y1:.0f}Q{x:.0f} {y:.0f} {x2:.0f} {y2:.0f}"


@lru_cache(maxsize=4096)
def arc(start: Point, end: Point, interior: Point, shore: Ring = ()) -> Arc:
    """The bow from `start` to `end` that leans towards `interior`, so that it does not wander over a neighbour.

    Where a shore is given, the flattest of five bows, to either side, that stays within it; failing that, the one that stays
    within it longest. It ends 9 units before the middle of the mark at `end`, or halfway when the two are close.
    """
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = math.hypot(dx, dy) or 1
    middle = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
    inwards = 1 if (interior[0] - middle[0]) * -dy + (interior[1] - middle[1]) * dx >= 0 else -1
    best, fewest = None, math.inf
    for bow in (0.16, 0.24, 0.34, 0.46, 0.6, -0.16, -0.3) if shore else (0.16,):
        bend = round(middle[0] - dy * bow * inwards, 1), round(middle[1] + dx * bow * inwards, 1)
        drawn = Arc(start, bend, shortened(bend, end, min(9, length / 2)))
        outside = sum(not is_inside(drawn.at(step / 8), shore) for step in range(1, 8)) if shore else 0
        if outside < fewest:
            best, fewest = drawn, outside
        if not outside:
            break
    return best


def shortened(bend: Point, end: Point, by: float) -> Point:
    length = math.hypot(end[0] - bend[0], end[1] - bend[1]) or 1
    return round(end[0] - (end[0] - bend[0]) * by / length, 1), round(end[1] - (end[1] - bend[1]) * by / length, 1)


def thickness(number: int, most: int) -> str:
    """How thick the line of a number is: the thinnest for 1, the thickest for the most, when that is 5 or more."""
    return THICKNESS[min(len(THICKNESS) - 1, len(THICKNESS) * (number - 1) // max(most, len(THICKNESS)))]


def grade(number: float, most: float, grades: int = 5) -> int:
    """Which of `grades` classes a number belongs to, 0 for the least: by the square root, as eyes compare areas. 0 when nothing is more than 0."""
    return min(grades - 1, math.floor(grades * math.sqrt(number / most))) if most > 0 and number > 0 else 0


def shape(kind: str, point: Point, size: float) -> str:
    """The outline of a mark as SVG path data: circle, diamond, square or triangle, all of about the same area."""
    x, y = point
    if kind == "circle":
        return f"M{x - size:g} {y:g}a{size:g} {size:g} 0 1 0 {2 * size:g} 0a{size:g} {size:g} 0 1 0 {-2 * size:g} 0z"
    if kind == "diamond":
        side = round(size * 1.25, 1)
        return f"M{x:g} {y - side:g}l{side:g} {side:g} {-side:g} {side:g} {-side:g} {-side:g}z"
    if kind == "square":
        side = round(size * 0.9, 1)
        return f"M{x - side:g} {y - side:g}h{2 * side:g}v{2 * side:g}h{-2 * side:g}z"
    side = round(size * 1.3, 1)
    return f"M{x:g} {y - side:g}l{side:g} {round(side * 1.8, 1):g} {-2 * side:g} 0z"


@dataclass(frozen=True)
class Label:
    """A name at its place. A minor one is shown on wide screens only."""

    text: str
    x: float
    y: float
    anchor: str
    is_minor: bool


Box = tuple[float, float, float, float]


def labels(named: Sequence[tuple[str, Point]], marks: Sequence[Point], height: float, *, at_most: int = 30, mark: float = 9) -> list[Label]:
    """Names beside their marks, the most important first, none over another name or over a mark; a name without room is left out.

    Those that have room in the large type of a phone are shown everywhere, the others on wide screens.
    """
    found: list[tuple[str, Point, tuple[float, float, str]]] = []
    boxes: list[Box] = []
    for size in (PHONE, WIDE):
        boxes = [box(text, spot, size) for text, _point, spot in found]
        majors = len(found) if size == WIDE else None
        for text, point in named:
            if any(text == other and point == there for other, there, _spot in found) or len(found) >= at_most:
                continue
            for spot in spots(point, size, mark):
                here = box(text, spot, size)
                others = [near for near in marks if near != point]
                if fits(here, height) and not any(overlap(here, there) for there in boxes) and not any(covers(here, near, mark * 0.6) for near in others):
                    found.append((text, point, spot))
                    boxes.append(here)
                    break
    return [Label(text, round(spot[0]), round(spot[1]), spot[2], place >= majors) for place, (text, _point, spot) in enumerate(found)]


def spots(point: Point, size: float, mark: float) -> list[tuple[float, float, str]]:
    """Where a name may stand around its mark: after it, before it, above, below; as (x, y of the baseline, anchor)."""
    x, y = point
    gap = mark + 3
    return [(x + gap, y + size / 3, "start"), (x - gap, y + size / 3, "end"), (x, y - gap, "middle"), (x, y + gap + size * 0.75, "middle")]


def box(text: str, spot: tuple[float, float, str], size: float) -> Box:
    """The room that a text takes: (x1, y1, x2, y2)."""
    x, y, anchor = spot
    length = len(text) * size * LETTER
    start = x - {"start": 0, "middle": length / 2, "end": length}[anchor]
    return start, y - size * 0.85, start + length, y + size * 0.4


def fits(here: Box, height: float) -> bool:
    return here[0] >= 0 and here[1] >= 0 and here[2] <= WIDTH and here[3] <= height


def overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def covers(here: Box, point: Point, around: float) -> bool:
    return here[0] - around < point[0] < here[2] + around and here[1] - around < point[1] < here[3] + around


# --- What the template draws --------------------------------------------------------------------------------------

ARCS_AT_MOST = 40


@dataclass
class Mark:
    """A place on a map: a link with a name that says its figures. `parts` are its shapes as (path data, class)."""

    point: Point
    title: str
    name: str
    address: str
    parts: list[tuple[str, str]]
    weight: float

    @property
    def hit(self) -> str:
        """What a finger may touch: larger than the mark."""
        return shape("circle", self.point, 12)


@dataclass
class Picture:
    """What templates/partnerships/_map_drawing.html draws."""

    projection: Projection
    outline: str
    towns: Sequence[Point] = ()
    arcs: list[tuple[str, str]] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)

    width = WIDTH

    @property
    def height(self) -> int:
        return self.projection.height

    @property
    def land(self) -> str:
        return land(self.outline, self.projection)

    @property
    def dots(self) -> str:
        """The places without a figure, as one path."""
        taken = {mark.point for mark in self.marks}
        return "".join(f"M{x:.0f} {y:.0f}h.1" for x, y in self.towns if (x, y) not in taken)

    def show(self, marks: Iterable[Mark]) -> None:
        """The marks, heavy ones below light ones, and the names that have room."""
        self.marks = sorted(marks, key=lambda mark: (-mark.weight, mark.title))
        self.labels = labels([(mark.title, mark.point) for mark in self.marks], [mark.point for mark in self.marks], self.height)

    def connect(self, flows: Iterable[tuple[Point, Point, int]], interior: Point, shore: Ring = ()) -> None:
        """Arcs from the first place to the second, the strongest ones, as thick as their number."""
        rows = sorted((flow for flow in flows if flow[2] and flow[0] != flow[1]), key=lambda flow: -flow[2])[:ARCS_AT_MOST]
        most = rows[0][2] if rows else 0
        self.arcs = [(arc(start, end, interior, shore).path, thickness(count, most)) for start, end, count in reversed(rows)]
