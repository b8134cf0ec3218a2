"""The rules of statistics against what counting by hand gives."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzer.core.rating import Rating
from quizzer.core.stats.activity import (
    DayActivity,
    Streaks,
    count_streaks,
    fill_days,
    month_starts,
    shade_days,
    week_starts,
)
from quizzer.core.stats.answers import (
    MOST_ANSWERS,
    NEW,
    NOT_IN_TURN,
    AnswerRow,
    choose_start,
    count_answers,
)
from quizzer.core.stats.recall import AGES, INTERVALS, Maturity, Recall, maturity_of, place_in
from quizzer.core.stats.statistics import FORECAST_DAYS, forecast_due

TODAY = date(2026, 3, 2)
BACK = st.integers(-3, 40)


def days_ago(back: int) -> date:
    """Return the day so many days before today."""
    return TODAY - timedelta(days=back)


@given(st.sets(BACK))
def test_streaks_are_the_runs_of_days(backs: set[int]) -> None:
    """The longest run ever, and the one that reaches today or yesterday; days to come count for nothing."""
    days = {days_ago(back) for back in backs}
    past = {day for day in days if day <= TODAY}

    def run_that_ends(day: date) -> int:
        length = 0
        while day - timedelta(days=length) in past:
            length += 1
        return length

    expected = Streaks(
        run_that_ends(TODAY) or run_that_ends(days_ago(1)), max(map(run_that_ends, past), default=0)
    )
    assert count_streaks(days, TODAY) == expected


@given(st.lists(st.integers(0, 9)))
def test_shades_grow_with_the_count(counts: list[int]) -> None:
    """No review no shade; more reviews never a lighter one; the best day is darkest, whatever its count."""
    shades = shade_days(counts)
    for count, shade in zip(counts, shades, strict=True):
        assert (shade == 0) == (count == 0)
        assert all(other >= shade for more, other in zip(counts, shades, strict=True) if more >= count)
    if any(counts):
        assert shades[counts.index(max(counts))] == 4


def test_one_great_day_leaves_the_shades_of_the_others() -> None:
    """A day of a large import does not make all others look alike."""
    assert shade_days([10, 20, 30, 5000]) == [1, 2, 3, 4]


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(1, 400))
def test_months_stand_above_weeks(first: date, length: int) -> None:
    """Each is named above the first week that begins in it; one with a week or two at the start is not."""
    weeks = week_starts(fill_days({}, first, first + timedelta(days=length - 1)))
    assert weeks[0] <= first < weeks[0] + timedelta(days=7)
    assert weeks[-1] <= first + timedelta(days=length - 1) < weeks[-1] + timedelta(days=7)
    named = month_starts(weeks)
    assert all(weeks[place] == week for place, week in named)
    assert all(week.day <= 7 for place, week in named if place)
    begun = {week.month for week in weeks if week.day <= 7}
    assert begun <= {week.month for _, week in named}
    places = [place for place, _ in named]
    assert len(weeks) <= 3 or all(after - before >= 3 for before, after in pairwise(places))


def test_days_without_reviews_are_filled() -> None:
    """Every day of the span is there once, in its order."""
    found = DayActivity(days_ago(1), 3, 4.0)
    days = fill_days({found.study_day: found}, days_ago(2), TODAY)
    assert days == (DayActivity(days_ago(2)), found, DayActivity(TODAY))


def test_single_answers_are_looked_at_up_to_a_number() -> None:
    """The figures begin at the first day from which on there are not too many, and never after today."""
    half = MOST_ANSWERS // 2
    days = [DayActivity(days_ago(2), 1), DayActivity(days_ago(1), half), DayActivity(TODAY, half)]
    assert choose_start(days) == days_ago(1)
    assert choose_start(days[1:]) == days_ago(1)
    assert choose_start([DayActivity(days_ago(1), 1), DayActivity(TODAY, MOST_ANSWERS + 1)]) == TODAY


ROW = st.tuples(
    st.integers(0, 364).map(lambda back: days_ago(back).isoformat()),
    st.just("UTC"),
    st.integers(0, 23),
    st.sampled_from(Rating).map(int),
    st.integers(NOT_IN_TURN, len(AGES) - 1),
)


@given(st.lists(ROW))
def test_answers_are_counted_as_by_hand(rows: list[AnswerRow]) -> None:
    """Retention, ages, ratings and hours are what counting the rows one question at a time gives."""
    found = count_answers(rows, days_ago(364), TODAY, lambda _, hour: hour)

    def recall_of(chosen: list[AnswerRow]) -> Recall:
        due = [row for row in chosen if row[4] >= 0]
        return Recall(len(due), sum(row[3] > 1 for row in due))

    for days, recall in found.retention:
        assert recall == recall_of([row for row in rows if row[0] > days_ago(days).isoformat()])
    assert found.by_age == tuple(
        recall_of([row for row in rows if row[4] == age]) for age in range(len(AGES))
    )
    ages = {Maturity.NEW: {NEW}, Maturity.YOUNG: {0, 1}, Maturity.MATURE: {2, 3}}
    for maturity, of in ages.items():
        ratings = [row[3] for row in rows if row[4] in of]
        assert found.ratings[maturity] == tuple(ratings.count(rating) for rating in (1, 2, 3, 4))
    for hour, figures in enumerate(found.hours):
        at = [row for row in rows if row[2] == hour]
        assert (figures.reviews, figures.recall) == (len(at), recall_of(at))


@given(st.integers(-5, 10**30))
def test_every_interval_has_its_span(interval_days: int) -> None:
    """Spans leave no gap and do not overlap; what is below the first counts for the first."""
    for spans in (AGES, INTERVALS):
        span = spans[place_in(spans, interval_days)]
        assert span.first <= max(0, interval_days)
        assert span.last is None or interval_days <= span.last


def test_cards_are_mature_from_three_weeks_on() -> None:
    """21 days divide young from mature."""
    found = [maturity_of(place_in(AGES, days)) for days in (1, 20, 21, 400)]
    assert found == [Maturity.YOUNG, Maturity.YOUNG, Maturity.MATURE, Maturity.MATURE]


@pytest.mark.parametrize(("asked", "is_enough"), [(19, False), (20, True)])
def test_a_share_of_few_answers_tells_nothing(asked: int, is_enough: bool) -> None:
    """Twenty answers are the least."""
    assert Recall(asked, 1).is_enough is is_enough
    assert Recall().share is None


@given(st.lists(st.tuples(st.integers(-50, 50), st.integers(1, 9))))
def test_the_forecast_counts_each_due_day(due: list[tuple[int, int]]) -> None:
    """What is overdue counts for today; what lies behind the last day counts for none."""
    found = forecast_due([(TODAY + timedelta(days=ahead), cards) for ahead, cards in due], TODAY)
    assert len(found) == FORECAST_DAYS
    assert found[0] == sum(cards for ahead, cards in due if ahead <= 0)
    assert found[1:] == tuple(
        sum(cards for ahead, cards in due if ahead == day) for day in range(1, FORECAST_DAYS)
    )
