from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzer.core.rating import Rating
from quizzer.services.day import look_at_day
from quizzer.services.review import ReviewSession
from quizzer.services.workspace import Workspace
from quizzer.tui.widgets.forecast import draw_forecast
from tests.support import OpenWorkspace, StandingClock, WriteDeck, answer, ask_all


@pytest.mark.parametrize(
    ("days", "expected"),
    [((), 0), ((0,), 1), ((0, 1, 2), 3), ((1, 2), 2), ((2, 3), 0), ((0, 2, 3), 1), ((0, 1, 3), 2)],
)
def test_a_streak_is_of_days_in_a_row(
    workspace: Workspace, clock: StandingClock, days: tuple[int, ...], expected: int
) -> None:
    """Days ago with an answer: a gap ends it, and a today that has had none does not yet."""
    now = clock.instant
    for ago in sorted(days, reverse=True):
        clock.instant = now - timedelta(days=ago)
        answer(ReviewSession(workspace), Rating.EASY)
    clock.instant = now
    assert look_at_day(workspace).streak_days == expected


def test_an_answer_that_was_undone_makes_no_streak(workspace: Workspace) -> None:
    """Undo takes the day back."""
    session = ReviewSession(workspace)
    answer(session, Rating.GOOD)
    session.undo()
    assert look_at_day(workspace).streak_days == 0


def test_the_time_is_what_the_day_brings_times_the_median(
    open_here: OpenWorkspace, write_deck: WriteDeck
) -> None:
    """1.5 s an answer: 59 cards that are left take 88.5 s, none take none; unknown before an answer."""
    write_deck("attention", *(f"n{number}" for number in range(60)))
    with open_here(new_limit=60) as workspace:
        assert look_at_day(workspace).seconds is None
        session = ReviewSession(workspace)
        answer(session, Rating.GOOD)
        assert look_at_day(workspace).seconds == 88.5
        ask_all(session)
        assert look_at_day(workspace).seconds == 0


def test_the_forecast_counts_each_day(workspace: Workspace, clock: StandingClock) -> None:
    """Three cards come back tomorrow; a day later one of them has moved on by six days."""
    session = ReviewSession(workspace)
    for _ in range(3):
        answer(session, Rating.GOOD)
    assert look_at_day(workspace).forecast == (3, *[0] * 13)
    clock.advance(days=1)
    session = ReviewSession(workspace)
    answer(session, Rating.GOOD)
    assert look_at_day(workspace).forecast == (0, 0, 0, 0, 0, 1, *[0] * 8)


def test_an_area_counts_its_decks_within_the_limit(
    open_here: OpenWorkspace, write_deck: WriteDeck, shipped: Path
) -> None:
    """A deck belongs to the area of most of its topics; its decks share the day's limit, and add up."""
    write_deck("vectors", "v1", "v2", "v3")
    write_deck("matrices", "m1", "m2", "m3")
    topics = ", ".join(f"{{id: {name}-topic, title: T, level: mid}}" for name in ("v1", "v2", "m1"))
    (shipped / "decks" / "_syllabus.yaml").write_text(
        f"areas:\n  - {{id: base, title: Base, topics: [{topics}]}}\n", encoding="utf-8"
    )
    with open_here(new_limit=4) as workspace:
        (area,) = look_at_day(workspace).areas
        assert (area.title, area.counts.new, area.unseen) == ("Base", 4, 6)
        assert [(deck.id, deck.counts.new, deck.unseen, deck.notes) for deck in area.decks] == [
            ("matrices", 2, 3, 3),
            ("vectors", 2, 3, 3),
        ]


@given(st.lists(st.integers(0, 100_000), min_size=1, max_size=14))
def test_a_forecast_fits_its_columns(counts: list[int]) -> None:
    """All three lines are equally wide, a day with cards has a bar, and the most has the tallest."""
    bars, numbers, days = draw_forecast(date(2026, 3, 2), counts)
    assert len(bars) == len(numbers) == len(days)
    drawn = [bars[9 + 5 * day : 14 + 5 * day].strip() for day in range(len(counts))]
    assert [bool(bar) for bar in drawn] == [count > 0 for count in counts]
    assert not max(counts) or drawn[counts.index(max(counts))] == "███"
