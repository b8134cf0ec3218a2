"""Which automatic backups are kept."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from quizzer.core.retention import DAILY, WEEKLY, outdated

FIRST = date(2026, 1, 1)
days_sets = st.sets(st.integers(0, 120).map(lambda number: FIRST + timedelta(days=number)), max_size=60)
todays = st.integers(0, 120).map(lambda number: FIRST + timedelta(days=number))


def test_a_learner_of_every_day_keeps_a_week_and_four_sundays() -> None:
    """After a hundred days: the last seven days, and the Sundays of the four weeks before them."""
    kept: set[date] = set()
    for number in range(100):
        today = FIRST + timedelta(days=number)
        kept.add(today)
        kept -= outdated(kept, today)
    older = sorted(kept)[:-DAILY]
    assert sorted(kept)[-DAILY:] == [today - timedelta(days=back) for back in reversed(range(DAILY))]
    assert [day.isoweekday() for day in older] == [7] * WEEKLY
    assert older[-1] >= today - timedelta(days=14)


@given(days_sets, todays)
def test_the_newest_and_the_last_of_their_weeks_are_kept(days: set[date], today: date) -> None:
    """Of the days that have come stay the seven newest, and four of the others that end their week."""
    removed = outdated(days, today)
    past = sorted(day for day in days if day <= today)
    newest, older = past[-DAILY:], past[:-DAILY]
    weekly = [day for day in older if day not in removed]
    assert removed <= set(older)
    assert len(weekly) <= WEEKLY
    last_of_weeks = [
        day for day in older if all(other <= day or not _share_week(day, other) for other in past)
    ]
    assert weekly == last_of_weeks[-WEEKLY:]
    assert not removed & set(newest)


@given(days_sets, todays)
def test_removing_is_done_at_once(days: set[date], today: date) -> None:
    """What was kept is kept when the same day asks again."""
    kept = days - outdated(days, today)
    assert outdated(kept, today) == frozenset()


@given(days_sets, todays)
def test_days_of_a_clock_that_was_ahead_push_nothing_out(days: set[date], today: date) -> None:
    """Days that have not come are never removed, and change nothing for the others."""
    past = {day for day in days if day <= today}
    assert outdated(days, today) == outdated(past, today)


def _share_week(one: date, other: date) -> bool:
    return one.isocalendar()[:2] == other.isocalendar()[:2]
