from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzer.core.habits import ENOUGH_ANSWERS, Habits, RatingCount, find_habits
from quizzer.core.rating import Rating

COUNTS = st.dictionaries(
    st.sampled_from(list(Rating)), st.builds(RatingCount, st.integers(1, 500), st.floats(0, 1e6))
)


def counts(*answers: int, seconds_each: float = 10.0) -> dict[Rating, RatingCount]:
    """Return counts of AGAIN, HARD, GOOD and EASY; a rating never given has no entry, as in the log."""
    return {
        rating: RatingCount(count, count * seconds_each)
        for rating, count in zip(Rating, answers, strict=True)
        if count
    }


def test_shares_and_seconds_are_the_learners() -> None:
    """First ratings give four shares, later ones three; seconds are the mean over both."""
    first = counts(20, 30, 40, 10, seconds_each=20.0)
    later = counts(60, 30, 160, 50, seconds_each=10.0)
    habits, is_own = find_habits(first, later)
    assert is_own
    assert habits.first_shares == (20, 30, 40, 10)
    assert habits.passed_shares == (30, 160, 50)
    assert habits.seconds == pytest.approx((1000 / 80, 900 / 60, 2400 / 200, 700 / 60))


@pytest.mark.parametrize(
    ("firsts", "laters", "is_own"), [(99, 5000, False), (5000, 99, False), (100, 100, True), (0, 0, False)]
)
def test_a_short_log_tells_nothing(firsts: int, laters: int, is_own: bool) -> None:
    """Fewer than a hundred answers of either kind leave all assumptions as they are."""
    assert ENOUGH_ANSWERS == 100
    habits, found = find_habits(counts(0, 0, firsts, 0), counts(0, 0, laters, 0))
    assert found is is_own
    assert (habits == Habits()) is not is_own


def test_a_rating_never_given_costs_what_is_assumed() -> None:
    """Its share is nothing, its seconds are the default ones."""
    habits, _ = find_habits(counts(0, 0, 100, 0), counts(0, 0, 100, 0))
    assert habits.first_shares == (0, 0, 100, 0)
    assert habits.seconds == (60.0, 40.0, 10.0, 15.0)


def test_a_learner_who_recalls_nothing_passes_as_is_assumed() -> None:
    """Only failures say nothing of how recalled cards are rated."""
    habits, is_own = find_habits(counts(100, 0, 0, 0), counts(100, 0, 0, 0))
    assert is_own
    assert habits.passed_shares == Habits().passed_shares


@given(COUNTS, COUNTS)
def test_habits_can_always_be_simulated(
    first: dict[Rating, RatingCount], later: dict[Rating, RatingCount]
) -> None:
    """Shares are never all nothing, and neither shares nor seconds are below it."""
    habits, _ = find_habits(first, later)
    assert sum(habits.first_shares) > 0
    assert sum(habits.passed_shares) > 0
    assert min(*habits.first_shares, *habits.passed_shares, *habits.seconds) >= 0
