"""Charts: where things stand, what they say in words, and that the table holds every figure."""

import re

import pytest
from django.template import engines
from django.utils import translation

from core.charts import Guide, Series, bar_chart, control_chart, line_chart, row_chart, spark, stacked_chart, stands_free, steps, thinned

YEARS = ["2023", "2024", "2025"]


def drawn(chart, tag: str = "chart", language: str = "en") -> str:
    with translation.override(language):
        return engines["django"].from_string(f"{{% load charts %}}{{% {tag} it %}}").render({"it": chart})


@pytest.mark.parametrize(
    ("low", "high", "whole", "expected"),
    [
        (0, 95, False, [0, 25, 50, 75, 100]),
        (0, 3, True, [0, 1, 2, 3]),
        (0, 0, True, [0, 1]),
        (-4, 7, False, [-5, 0, 5, 10]),
        (12.3, 18.9, False, [12, 14, 16, 18, 20]),
        (0, 1_234, False, [0, 500, 1000, 1500]),
    ],
)
def test_steps_are_round_and_hold_the_figures(low, high, whole, expected):
    assert steps(low, high, whole=whole) == expected


@pytest.mark.parametrize("count", [1, 2, 3, 8, 11, 12, 40])
@pytest.mark.parametrize("word", ["%d", "2026-%02d", "الثلاثي %d من 2026"])
def test_labels_are_thinned_until_they_keep_apart_with_the_first_and_the_last_among_them(word, count):
    words = [word % place for place in range(count)]
    kept = thinned(words)

    for room, shown in (
        (80, [place for place, (label, _style) in enumerate(kept) if label]),
        (38, [place for place, (label, style) in enumerate(kept) if label and not style]),
    ):
        assert (shown[0], shown[-1]) == (0, count - 1)
        assert count == 1 or stands_free(words, shown, room)


def test_labels_that_all_fit_are_all_there_and_fewer_on_a_phone():
    kept = thinned([str(place) for place in range(12)])

    assert [label for label, _style in kept] == [str(place) for place in range(12)]
    assert [label for label, style in kept if not style] == ["0", "3", "5", "7", "9", "11"]


def test_line_chart_places_points_by_hand_computed_shares_and_breaks_where_nothing_is_known():
    chart = line_chart("c", "Beds", ["a", "b", "c", "d"], [Series("x", [0, 10, None, 20])], guides=[Guide("target", 20)])

    assert [(mark.x, mark.y) for mark in chart.marks] == [("12.5%", "100%"), ("37.5%", "50%"), ("87.5%", "0%")]
    assert [path.points for path in chart.paths] == ["0,0.00 100,0.00", "12.50,100.00 37.50,50.00"]
    assert [label for label, _place in chart.ticks] == ["20", "15", "10", "5", "0"]


def test_bar_and_stacked_charts_draw_from_zero_and_add_up():
    bars = bar_chart("b", "Days", YEARS, [Series("x", [1, None, 4])])
    stack = stacked_chart("s", "People", YEARS, [Series("doctors", [1, 2, 2]), Series("nurses", [3, None, 2])])

    assert [(box.y, box.height) for box in bars.boxes] == [("75%", "25%"), ("0%", "100%")]
    assert [(box.y, box.height) for box in stack.boxes] == [("75%", "25%"), ("0%", "75%"), ("50%", "50%"), ("50%", "50%"), ("0%", "50%")]
    assert [cells[-1] for _label, cells in stack.rows] == ["4", "2", "4"]
    assert stack.hatches == [1]


def test_chart_has_words_for_who_does_not_see_it_and_a_table_with_every_figure():
    with translation.override("en"):
        chart = line_chart("c", "Beds <b>", YEARS, [Series("north", [1200, 3, 5]), Series("<i>south</i>", [7, None, 9])], unit="%")
    text = re.sub(r">\s+<", "><", drawn(chart))

    assert '<svg class="chart__plot draw" role="img" aria-labelledby="c-t c-d"><title id="c-t">Beds &lt;b&gt;</title>' in text
    assert "north: From 1,200\u00a0% (2023) to 5\u00a0% (2025); lowest 3\u00a0%, highest 1,200\u00a0%." in text
    table = text[text.index("<table") : text.index("</table>")]
    assert all(figure in table for figure in ("1,200\u00a0%", "3\u00a0%", "5\u00a0%", "7\u00a0%", "9\u00a0%", "—", "2023", "2024", "2025"))
    assert "<i>" not in text
    assert "style=" not in text


def test_series_differ_by_more_than_colour():
    chart = line_chart("c", "x", ["a"], [Series(str(place), [place]) for place in range(5)])

    assert len({mark.shape for mark in chart.marks}) == 5
    with pytest.raises(ValueError, match="told apart"):
        line_chart("c", "x", ["a"], [Series(str(place), [place]) for place in range(6)])
    with pytest.raises(ValueError, match="one figure"):
        line_chart("c", "x", ["a", "b"], [Series("x", [1])])


def test_control_chart_rings_what_was_read_and_says_so_in_the_table():
    chart = control_chart(
        "x", "Operations", YEARS, [10, 11, 30], centre=[12, 12, 12], lower=[5, 5, 5], upper=[19, 19, 19], readings=["", "", "beyond the limits"], places=0
    )

    assert [mark.tip for mark in chart.marks if mark.style == "ink-flag"] == ["2025: 30. beyond the limits"]
    assert chart.rows[2] == ("2025", ["30", "12", "5", "19", "beyond the limits"])
    assert chart.rows[0][1][-1] == "—"


def test_chart_without_figures_says_so_and_draws_nothing():
    text = drawn(line_chart("c", "Beds", YEARS, [Series("x", [None] * 3)], empty="Nothing was measured."))

    assert "Nothing was measured." in text
    assert "<svg" not in text


def test_row_chart_and_spark_carry_their_figures_in_words():
    rows = row_chart("r", "By region", [("Adrar", 50, "/regions/1/"), ("Illizi", 200, ""), ("Djanet", None, "")], head="Region")

    assert [(row.width, row.figure) for row in rows.rows] == [("25%", "50"), ("100%", "200"), ("0%", "—")]
    assert '<a href="/regions/1/">Adrar</a>' in drawn(rows, "row_chart")
    assert spark([4]) is None
    with translation.override("en"):
        assert 'aria-label="From 1 to 3."' in drawn(spark([1, None, 3]), "spark")
