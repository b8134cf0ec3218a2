from __future__ import annotations

from datetime import date

import pytest

from quizzer.core.interval import format_interval
from quizzer.core.rating import QUALITY_OF_RATING, Rating, quality_of, rating_from_quality
from quizzer.core.scheduling.base import due_day
from quizzer.core.suggestion import suggest_from_check, suggest_from_points


def test_each_quality_stands_for_a_rating() -> None:
    """0 to 2 are AGAIN, 3 HARD, 4 GOOD, 5 EASY."""
    assert [rating_from_quality(q).name for q in range(6)] == ["AGAIN"] * 3 + ["HARD", "GOOD", "EASY"]


@pytest.mark.parametrize("quality", [-1, 6])
def test_a_quality_that_does_not_exist_is_refused(quality: int) -> None:
    """Qualities are 0 to 5."""
    with pytest.raises(ValueError, match=f"got {quality}"):
        rating_from_quality(quality)


def test_a_given_quality_wins_over_the_rating() -> None:
    """SM-2 reads the grade that was given; without one, 1, 3, 4, 5 for the four ratings."""
    assert list(QUALITY_OF_RATING.values()) == [1, 3, 4, 5]
    assert quality_of(Rating.AGAIN, 2) == 2
    assert quality_of(Rating.EASY, None) == 5


@pytest.mark.parametrize(
    ("days", "text"),
    [
        (1, "1 d"),
        (30, "30 d"),
        (31, "1.0 mo"),
        (365, "12.0 mo"),
        (366, "1.0 y"),
        (36500, "99.9 y"),
        (40000, ">100 y"),
        (10**400, ">100 y"),
    ],
)
def test_intervals_are_shown_in_a_persons_units(days: int, text: str) -> None:
    """Days, then months, then years; nothing overflows."""
    assert format_interval(days) == text


def test_due_lies_at_most_a_century_ahead() -> None:
    """The interval is exact, the due day is capped, and the calendar's end is respected."""
    assert due_day(date(2026, 1, 1), 10) == date(2026, 1, 11)
    assert due_day(date(2026, 1, 1), 10**30) == date(2125, 12, 8)
    assert due_day(date(9999, 12, 30), 10) == date.max


def test_points_and_checks_suggest_a_rating() -> None:
    """All points are GOOD, half HARD, less AGAIN, none says nothing; a wrong checked answer is AGAIN."""
    ratings = [None, Rating.AGAIN, Rating.HARD, Rating.HARD, Rating.GOOD]
    assert [suggest_from_points(n, 4) for n in range(5)] == ratings
    assert (suggest_from_check(True), suggest_from_check(False)) == (Rating.GOOD, Rating.AGAIN)
