from __future__ import annotations

from itertools import groupby

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzer.fsrs.review_table import DAY_US, ReviewTable

Row = tuple[int, int, int, int]


@st.composite
def logs(draw: st.DrawFn) -> list[Row]:
    """Rows (card, rating, day, order), in any sequence; the order is unique."""
    orders = draw(st.lists(st.integers(0, 10**12), max_size=40, unique=True))
    fields = st.tuples(st.integers(-3, 3), st.integers(1, 4), st.integers(0, 50))
    return [(*draw(fields), order) for order in orders]


def histories(rows: list[Row]) -> list[list[Row]]:
    """Return the rows of each card in its order, cards by their number."""
    ordered = sorted(rows, key=lambda row: (row[0], row[3]))
    return [list(reviews) for _, reviews in groupby(ordered, key=lambda row: row[0])]


@given(logs())
def test_cards_and_gaps_are_those_of_a_plain_loop(rows: list[Row]) -> None:
    """Each card's reviews stand together in their order, each with the days since the one before."""
    table = ReviewTable.from_rows(iter(rows))
    expected = histories(rows)
    assert table.lengths.tolist() == [len(reviews) for reviews in expected]
    assert table.rating.tolist() == [row[1] for reviews in expected for row in reviews]
    assert table.order.tolist() == [row[3] for reviews in expected for row in reviews]
    gaps = [
        max(0, row[2] - reviews[number - 1][2]) if number else 0
        for reviews in expected
        for number, row in enumerate(reviews)
    ]
    assert table.gap_days.tolist() == gaps


@given(logs(), st.integers(0, 10**12))
def test_a_table_before_an_order_is_that_of_the_rows_before_it(rows: list[Row], order: int) -> None:
    """Cutting a table gives what the log would have given had it ended there."""
    cut = ReviewTable.from_rows(rows).before(order)
    expected = ReviewTable.from_rows([row for row in rows if row[3] < order])
    for column in ("starts", "rating", "gap_days", "order"):
        assert getattr(cut, column).tolist() == getattr(expected, column).tolist()


@given(logs(), st.sampled_from([0.0, 0.3, 0.5, 0.8, 1.0]))
def test_a_share_of_the_reviews_lies_before_its_order(rows: list[Row], share: float) -> None:
    """`order_at` cuts off exactly the share of reviews, rounded down."""
    table = ReviewTable.from_rows(rows)
    assert len(table.before(table.order_at(share))) == int(share * len(rows))


def test_gaps_between_instants_are_24_hours_each() -> None:
    """One microsecond less than a day is the same day, whatever the dates; rows come in any sequence."""
    instants = [2 * DAY_US, 0, 2 * DAY_US - 1, DAY_US - 1]
    table = ReviewTable.from_instants([7, 7, 7, 7], [4, 1, 3, 2], instants)
    assert table.rating.tolist() == [1, 2, 3, 4]
    assert table.gap_days.tolist() == [0, 0, 1, 0]


def test_the_columns_are_lean() -> None:
    """A review takes 13 bytes, so that a million fit beside the fit."""
    table = ReviewTable.from_rows((1, 3, day, day) for day in range(1000))
    assert sum(getattr(table, column).nbytes for column in ("rating", "gap_days", "order")) == 13_000


@pytest.mark.parametrize("rating", [0, 5, -1])
def test_other_ratings_are_refused(rating: int) -> None:
    """A rating is 1 to 4."""
    with pytest.raises(ValueError, match=r"not in 1\.\.4"):
        ReviewTable.from_rows([(1, rating, 0, 0)])


def test_an_empty_log_is_a_table_without_cards() -> None:
    """No rows: no cards, no reviews."""
    table = ReviewTable.from_rows([])
    assert (len(table), len(table.lengths)) == (0, 0)
    assert np.array_equal(table.starts, [0])
