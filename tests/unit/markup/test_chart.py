"""Charts of block characters."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from quizzer.markup.chart import draw_bar, draw_columns, draw_table
from quizzer.markup.width import cell_width


@given(st.integers(0, 1000), st.integers(1, 1000), st.integers(1, 60))
def test_a_bar_has_the_length_of_its_share(value: int, most: int, width: int) -> None:
    """A bar never leaves its width, is as long as its share to an eighth, and shows whatever is not 0."""
    bar = draw_bar(value, most, width)
    share = min(1.0, value / most)
    assert cell_width(bar) <= width
    assert bool(bar) == (value > 0)
    assert abs(cell_width(bar) - width * share) < 1.1


def test_columns_stand_on_one_line() -> None:
    """The highest fills the height, half as much fills half of it, and a trace of something is seen."""
    assert draw_columns([8, 4, 0, 0.01], height=2) == ["█", "██ ▁"]
    assert draw_columns([2, 1], 1, column=2, gap=1) == ["██ ▄▄"]
    assert draw_columns([], 2) == ["", ""]
    assert draw_columns([0, 0], 1) == [""]


def test_a_table_cuts_and_sets_its_cells() -> None:
    """Too long a cell ends in an ellipsis; a negative width sets to the right, wide letters included."""
    assert draw_table([("attention", "7"), ("深", "12")], (5, -3)) == ["atte…    7", "深      12"]
