"""Charts made by the server: SVG that any browser draws, mirrored in Arabic, readable without colour, each with its table.

A builder takes plain figures and gives a `Chart`; `{% load charts %}{% chart it %}` draws it. Places are percentages, words are
HTML around the drawing, so that a chart fits a phone and a screen alike. Series differ by shape, dashes and hatching as well as
by colour. What is not known is None: lines break there, bars are missing.

    line_chart("beds", _("Beds"), labels, [Series(_("north"), [1, 2, None, 4])], guides=[Guide(_("target"), 5)])
    bar_chart(…)  stacked_chart(…)  row_chart("regions", …, [(name, 12, address)])  spark([1, 2, 3])
    control_chart("x", …, labels, values, centre=…, lower=…, upper=…, readings=…)
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.formats import number

Text = str | Promise
Values = Sequence[float | int | None]

SHAPES = (
    "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z",  # disc
    "M0-5.5 5.5 0 0 5.5-5.5 0z",  # diamond
    "M-3.8-3.8h7.6v7.6h-7.6z",  # square
    "M0-5 5 4h-10z",  # triangle
    "M-4-4 4 4M4-4-4 4",  # cross
)
FLAG = "M-8 0a8 8 0 1 0 16 0a8 8 0 1 0-16 0z"  # the ring around a point that says something
MOST_SERIES = len(SHAPES)
LETTERS_WIDE, LETTERS_NARROW, GAP = 80, 38, 2  # so many letters fit below a drawing, with so many between two labels


@dataclass(frozen=True)
class Series:
    """Figures in the order of the labels, under one name."""

    label: Text
    values: Values


@dataclass(frozen=True)
class Guide:
    """A level drawn across the whole plot: a target, a starting point, a mean. `dash` 0 to 2 sets several apart."""

    label: Text
    value: float
    dash: int = 0


@dataclass(frozen=True)
class Path:
    """A line through points in percent of the plot."""

    style: str
    points: str


@dataclass(frozen=True)
class Mark:
    """A shape at a point; `tip` says its figure."""

    style: str
    shape: str
    x: str
    y: str
    tip: str


@dataclass(frozen=True)
class Box:
    """A bar; `hatch` names a pattern, 0 is plain."""

    style: str
    hatch: int
    x: str
    y: str
    width: str
    height: str
    tip: str


@dataclass(frozen=True)
class Key:
    """One entry of the legend: how it is drawn, what it is called."""

    kind: str  # "line", "box", "guide", "limit" or "flag"
    style: str
    label: Text
    shape: str = ""
    hatch: int = 0


@dataclass
class Chart:
    """A finished drawing with everything that stands around it. `id` is unique on its page."""

    id: str
    title: Text
    words: Text = ""  # what the chart says, above the drawing
    note: Text = ""  # below the drawing: where the figures come from, what they do not say
    level: int = 3  # of the heading
    is_card: bool = True
    ticks: list[tuple[str, str]] = field(default_factory=list)  # (label, place from above), the highest first
    labels: list[tuple[str, str]] = field(default_factory=list)  # (label, class), in order; "" where there is no room
    boxes: list[Box] = field(default_factory=list)
    paths: list[Path] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    keys: list[Key] = field(default_factory=list)
    head: list[Text] = field(default_factory=list)  # of the table
    rows: list[tuple[str, list[str]]] = field(default_factory=list)
    described: str = ""  # for those who do not see the drawing
    empty: Text = ""

    @property
    def hatches(self) -> list[int]:
        """The patterns that the drawing uses."""
        return sorted({box.hatch for box in self.boxes if box.hatch})


def told(value: float | int, places: int = 0) -> str:
    """A figure as people read it; a minus stays before it in a line from right to left."""
    text = number(value, places)
    return f"\u2066−{text.lstrip('-')}\u2069" if text.startswith("-") else text


def percent(share: float) -> str:
    return f"{share:.2f}".rstrip("0").rstrip(".") + "%"


def steps(low: float, high: float, at_most: int = 4, whole: bool = False) -> list[float]:
    """Round levels from at or below `low` to at or above `high`, evenly apart. `whole`: no level between two integers."""
    if high <= low:
        high = low + 1
    rough = (high - low) / at_most
    scale = 10.0 ** math.floor(math.log10(rough))
    step = next(scale * part for part in (1, 2, 2.5, 5, 10) if scale * part >= rough - 1e-12)
    if whole and step != round(step):
        step = max(1.0, math.ceil(step))
    first = math.floor(low / step + 1e-9)
    last = max(first + 1, math.ceil(high / step - 1e-9))
    return [round(place * step, 10) for place in range(first, last + 1)]


@dataclass(frozen=True)
class Scale:
    """Where a figure stands, in percent from above."""

    low: float
    high: float

    def y(self, value: float) -> float:
        return 100 * (self.high - value) / (self.high - self.low)


@dataclass(frozen=True)
class Numbers:
    """How the figures of one chart are written."""

    places: int = 0
    unit: str = ""

    def __call__(self, value: Any) -> str:
        if value is None:
            return "—"
        return f"{told(value, self.places)}{chr(0xA0)}{self.unit}" if self.unit else told(value, self.places)


def stands_free(labels: Sequence[str], places: Sequence[int], room: int) -> bool:
    """Whether these labels keep apart below a drawing that has `room` for so many letters; the outer ones stay within its edges."""
    end, slot = float(-GAP), room / len(labels)
    for place in places:
        length = len(labels[place])
        start = min(max(0, (place + 0.5) * slot - length / 2), room - length)
        if start < end + GAP:
            return False
        end = start + length
    return True


def spread(labels: Sequence[str], room: int, steps: int = 1) -> tuple[int, list[int]]:
    """The closest even step, a multiple of `steps`, at which labels fit, counted back from the last; the first one is always there."""
    last = len(labels) - 1
    for step in range(steps, last + steps, steps):
        places = [0, *sorted(range(last, step - 1, -step))]
        if stands_free(labels, places, room):
            return step, places
    return last + steps, [0, last]


def thinned(labels: Sequence[Text]) -> list[tuple[str, str]]:
    """The labels that fit, the first and the last among them; those that only fit on a wide screen carry a class."""
    words = [str(label) for label in labels]
    if len(words) < 2:
        return [(word, "") for word in words]
    step, wide = spread(words, LETTERS_WIDE)
    _step, narrow = spread(words, LETTERS_NARROW, step)
    return [(word, "" if place in narrow else "only-wide") if place in wide else ("", "") for place, word in enumerate(words)]


def known(values: Values) -> list[float]:
    return [value for value in values if value is not None]


def begin(
    id: str, title: Text, labels: Sequence[Text], series: Sequence[Series], *, levels: Sequence[float], write: Numbers, head: Text, from_zero: bool, **more: Any
) -> tuple[Chart, Scale]:
    """A chart with axes, legend-less, and its table; nothing drawn yet."""
    if len(series) > MOST_SERIES:
        raise ValueError(f"at most {MOST_SERIES} series can be told apart")
    if any(len(row.values) != len(labels) for row in series):
        raise ValueError("every series has one figure for each label")
    chart = Chart(id=id, title=title, **more)
    every = [*levels, *(value for row in series for value in known(row.values))]
    low, high = (min(every), max(every)) if every else (0.0, 1.0)
    if from_zero:
        low, high = min(0.0, low), max(0.0, high)
    levels_ = steps(low, high, whole=write.places == 0)
    scale = Scale(levels_[0], levels_[-1])
    places = 0 if all(level == round(level) for level in levels_) else 1 if all(round(level, 1) == level for level in levels_) else 2
    chart.ticks = [(told(level, places), percent(scale.y(level))) for level in reversed(levels_)]
    chart.labels = thinned(labels)
    chart.head = [head, *(row.label for row in series)]
    chart.rows = [(str(label), [write(row.values[place]) for row in series]) for place, label in enumerate(labels)]
    chart.described = " ".join(spoken(row, labels, write, len(series) > 1) for row in series)
    if not any(known(row.values) for row in series):
        chart.empty = chart.empty or _("No figures yet.")
    return chart, scale


def spoken(row: Series, labels: Sequence[Text], write: Numbers, is_named: bool) -> str:
    """One series in words: from where to where, its lowest and its highest."""
    known_ = [(str(label), value) for label, value in zip(labels, row.values, strict=True) if value is not None]
    if not known_:
        return ""
    words = _("From %(first)s (%(start)s) to %(last)s (%(end)s); lowest %(low)s, highest %(high)s.") % {
        "first": write(known_[0][1]), "start": known_[0][0], "last": write(known_[-1][1]), "end": known_[-1][0],
        "low": write(min(value for _label, value in known_)), "high": write(max(value for _label, value in known_)),
    }  # fmt: skip
    return f"{row.label}: {words}" if is_named else words


def stretches(values: Values, scale: Scale) -> list[str]:
    """The points of each unbroken stretch of two or more figures."""
    found: list[list[str]] = [[]]
    for place, value in enumerate(values):
        if value is None:
            found.append([])
        else:
            found[-1].append(f"{100 * (place + 0.5) / len(values):.2f},{scale.y(value):.2f}")
    return [" ".join(points) for points in found if len(points) > 1]


def draw_line(chart: Chart, scale: Scale, row: Series, order: int, labels: Sequence[Text], write: Numbers) -> None:
    style = f"ink-{order + 1}"
    chart.paths += [Path(style, points) for points in stretches(row.values, scale)]
    for place, (label, value) in enumerate(zip(labels, row.values, strict=True)):
        if value is not None:
            x = percent(100 * (place + 0.5) / len(labels))
            chart.marks.append(Mark(style, SHAPES[order], x, percent(scale.y(value)), f"{label}: {write(value)}"))


def draw_guides(chart: Chart, scale: Scale, guides: Sequence[Guide], write: Numbers) -> None:
    for guide in guides:
        y = f"{scale.y(guide.value):.2f}"
        chart.paths.append(Path(f"ink-guide ink-guide--{guide.dash}", f"0,{y} 100,{y}"))
        chart.keys.append(Key("guide", f"ink-guide ink-guide--{guide.dash}", f"{guide.label}: {write(guide.value)}"))


def line_chart(
    id: str, title: Text, labels: Sequence[Text], series: Sequence[Series], *,
    guides: Sequence[Guide] = (), places: int = 0, unit: str = "", head: Text = "", from_zero: bool = True, **more: Any,
) -> Chart:  # fmt: skip
    """Figures over time: a line and a shape for each series. `more`: words, note, level, is_card, empty."""
    write = Numbers(places, unit)
    levels = [guide.value for guide in guides]
    chart, scale = begin(id, title, labels, series, levels=levels, write=write, head=head or _("Period"), from_zero=from_zero, **more)
    draw_guides(chart, scale, guides, write)
    for order, row in enumerate(series):
        draw_line(chart, scale, row, order, labels, write)
    if len(series) > 1 or guides:
        chart.keys = [*(Key("line", f"ink-{order + 1}", row.label, SHAPES[order]) for order, row in enumerate(series)), *chart.keys]
    return chart


def box(chart: Chart, scale: Scale, order: int, x: float, width: float, low: float, high: float, tip: str) -> None:
    top, bottom = scale.y(max(low, high)), scale.y(min(low, high))
    chart.boxes.append(Box(f"ink-{order + 1}", order, percent(x), percent(top), percent(width), percent(bottom - top), tip))


def bar_chart(
    id: str, title: Text, labels: Sequence[Text], series: Sequence[Series], *,
    guides: Sequence[Guide] = (), places: int = 0, unit: str = "", head: Text = "", **more: Any,
) -> Chart:  # fmt: skip
    """Figures side by side, from zero: one bar of each series above each label."""
    write = Numbers(places, unit)
    levels = [guide.value for guide in guides]
    chart, scale = begin(id, title, labels, series, levels=levels, write=write, head=head or _("Period"), from_zero=True, **more)
    band = 100 / max(1, len(labels))
    width = 0.72 * band / max(1, len(series))
    for order, row in enumerate(series):
        for place, value in enumerate(row.values):
            if value is not None:
                x = band * place + 0.14 * band + width * order
                box(chart, scale, order, x, width * 0.94, 0, value, f"{labels[place]}: {write(value)}")
    draw_guides(chart, scale, guides, write)
    if len(series) > 1 or guides:
        chart.keys = [*(Key("box", f"ink-{order + 1}", row.label, hatch=order) for order, row in enumerate(series)), *chart.keys]
    return chart


def stacked_chart(
    id: str, title: Text, labels: Sequence[Text], series: Sequence[Series], *, places: int = 0, unit: str = "", head: Text = "", **more: Any
) -> Chart:
    """Parts of a whole, one bar above each label. Figures are not negative; None counts as nothing."""
    write = Numbers(places, unit)
    wholes = [sum(row.values[place] or 0 for row in series) for place in range(len(labels))]
    chart, scale = begin(id, title, labels, series, levels=wholes, write=write, head=head or _("Period"), from_zero=True, **more)
    chart.head.append(pgettext("of a table", "Together"))
    band = 100 / max(1, len(labels))
    for place, label in enumerate(labels):
        low = 0.0
        for order, row in enumerate(series):
            if value := row.values[place]:
                box(chart, scale, order, band * (place + 0.2), band * 0.6, low, low + value, f"{label}, {row.label}: {write(value)}")
                low += value
        chart.rows[place][1].append(write(wholes[place]))
    chart.keys = [Key("box", f"ink-{order + 1}", row.label, hatch=order) for order, row in enumerate(series)]
    return chart


def control_chart(
    id: str, title: Text, labels: Sequence[Text], values: Values, *, centre: Values, lower: Values, upper: Values, readings: Sequence[Text],
    places: int = 1, unit: str = "", head: Text = "", name: Text = "", guides: Sequence[Guide] = (), **more: Any,
) -> Chart:  # fmt: skip
    """A process behaviour chart: figures, the middle, the limits of what is usual. `readings` says for each figure what it means, "" nothing.

    Limits may differ from point to point. Figures that a reading was found for carry a ring, and the reading stands in the table.
    """
    write = Numbers(places, unit)
    name = name or pgettext("of a table", "Value")
    levels = [*known(centre), *known(lower), *known(upper), *(guide.value for guide in guides)]
    row = Series(name, values)
    chart, scale = begin(id, title, labels, [row], levels=levels, write=write, head=head or _("Period"), from_zero=False, **more)
    for style, level in (("ink-centre", centre), ("ink-limit", lower), ("ink-limit", upper)):
        chart.paths += [Path(style, points) for points in stairs(level, scale)]
    draw_guides(chart, scale, guides, write)
    draw_line(chart, scale, row, 0, labels, write)
    for place, reading in enumerate(readings):
        value = values[place]
        if reading and value is not None:
            x = percent(100 * (place + 0.5) / len(labels))
            chart.marks.insert(0, Mark("ink-flag", FLAG, x, percent(scale.y(value)), f"{labels[place]}: {write(value)}. {reading}"))
    middle, low, high, said = _("Middle"), _("Lower limit"), _("Upper limit"), pgettext("of a table", "Reading")
    chart.head += [middle, low, high, said]
    for place, cells in enumerate(line for _label, line in chart.rows):
        cells += [write(centre[place]), write(lower[place]), write(upper[place]), str(readings[place]) or "—"]
    chart.keys = [
        Key("line", "ink-1", name, SHAPES[0]), Key("guide", "ink-centre", middle), Key("guide", "ink-limit", _("Limits of the usual")),
        *([Key("flag", "ink-flag", _("Something changed"), FLAG)] if any(readings) else []), *chart.keys,
    ]  # fmt: skip
    return chart


def stairs(values: Values, scale: Scale) -> list[str]:
    """A level that holds over the whole width of each label, with a step where it changes."""
    found: list[list[str]] = [[]]
    for place, value in enumerate(values):
        if value is None:
            found.append([])
        else:
            y = f"{scale.y(value):.2f}"
            found[-1] += [f"{100 * place / len(values):.2f},{y}", f"{100 * (place + 1) / len(values):.2f},{y}"]
    return [" ".join(points) for points in found if points]


@dataclass(frozen=True)
class RowBar:
    """One line of a chart that lies down."""

    label: Text
    width: str
    figure: str
    address: str = ""


@dataclass
class RowChart:
    """Bars that lie down, each in the line of a table: its own twin."""

    id: str
    title: Text
    head: Text
    rows: list[RowBar]
    words: Text = ""
    level: int = 3
    empty: Text = ""


def row_chart(id: str, title: Text, rows: Sequence[tuple[Text, float | None, str]], *, head: Text, places: int = 0, unit: str = "", **more: Any) -> RowChart:
    """One bar for each (name, figure, address or ""), in the order given; figures are not negative."""
    write = Numbers(places, unit)
    highest = max((value for _label, value, _address in rows if value), default=0)
    bars = [RowBar(label, percent(100 * (value or 0) / highest) if highest else "0%", write(value), address) for label, value, address in rows]
    return RowChart(id, title, head, bars, **{"empty": _("No figures yet."), **more})


@dataclass(frozen=True)
class Spark:
    """A small line without axes; the figures stand beside it."""

    path: list[str]
    x: str
    y: str
    described: str


def spark(values: Values, *, places: int = 0, unit: str = "") -> Spark | None:
    """The course of a few figures, in words for those who do not see it; None below two figures."""
    figures = known(values)
    if len(figures) < 2:
        return None
    low, high = min(figures), max(figures)
    margin = (high - low or 1) * 0.12
    scale = Scale(low - margin, high + margin)
    width = len(values) - 1
    stretches_: list[list[str]] = [[]]
    for place, value in enumerate(values):
        if value is None:
            stretches_.append([])
        else:
            stretches_[-1].append(f"{2 + 96 * place / width:.2f},{scale.y(value):.2f}")
    last = max(place for place, value in enumerate(values) if value is not None)
    write = Numbers(places, unit)
    words = _("From %(first)s to %(last)s.") % {"first": write(figures[0]), "last": write(figures[-1])}
    return Spark([" ".join(points) for points in stretches_ if len(points) > 1], percent(2 + 96 * last / width), percent(scale.y(figures[-1])), words)
