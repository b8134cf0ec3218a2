"""Statistics read from the log by plain SQL, beside what the rows that were stored say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from quizzer.core.habits import RatingCount
from quizzer.core.rating import Rating
from quizzer.services.review import ReviewSession
from quizzer.services.workspace import Workspace
from quizzer.storage import log_columns
from quizzer.storage.log_columns import read_rating_counts, read_reviews_a_day
from quizzer.storage.runner import Runner
from tests.stored_log import Row, card_ids, store_rows
from tests.support import StandingClock, answer

DAY = date(2026, 1, 10)
NEXT = DAY + timedelta(days=1)


def test_days_are_counted_from_the_first_to_the_last(workspace: Workspace) -> None:
    """Reviews of every kind count, undone ones do not; a day without any is left out."""
    card_id, other, *_ = card_ids(workspace)
    rows = [
        Row(card_id, 3, DAY - timedelta(days=1)),
        Row(card_id, 3, DAY),
        Row(card_id, 3, DAY, "drill"),
        Row(other, 3, DAY, "cram"),
        Row(other, 3, DAY, is_undone=True),
        Row(other, 3, NEXT, is_undone=True),
        Row(other, 3, DAY + timedelta(days=9)),
        Row(other, 3, DAY + timedelta(days=10)),
    ]
    store_rows(workspace, rows)
    assert read_days(workspace, DAY, DAY + timedelta(days=9)) == {DAY: 3, DAY + timedelta(days=9): 1}
    assert read_days(workspace, DAY, DAY) == {DAY: 3}
    assert read_days(workspace, NEXT, NEXT) == read_days(workspace, NEXT, DAY) == {}


def test_a_day_is_the_study_day_of_its_answers(workspace: Workspace, clock: StandingClock) -> None:
    """An answer at three at night counts for the day before."""
    day = workspace.study_day()
    answer(ReviewSession(workspace), Rating.GOOD)
    clock.advance(hours=18)
    answer(ReviewSession(workspace), Rating.GOOD)
    clock.advance(hours=2)
    answer(ReviewSession(workspace), Rating.GOOD)
    assert read_days(workspace, day, day + timedelta(days=9)) == {day: 2, day + timedelta(days=1): 1}


def test_ratings_are_counted_with_all_that_their_day_took(workspace: Workspace) -> None:
    """By the first answer of the day, apart for new cards and due ones; cram and katas take no time of it."""
    card_id, other, third, *_ = card_ids(workspace)
    rows = [
        Row(card_id, 1, DAY, duration_ms=4000),
        Row(other, 3, DAY, duration_ms=1000),
        Row(card_id, 2, DAY, "drill", duration_ms=2000),
        Row(card_id, 4, DAY, "drill", duration_ms=500),
        Row(card_id, 4, DAY, "cram", duration_ms=90_000),
        Row(third, 1, DAY, duration_ms=90_000, is_undone=True),
        Row(other, 3, NEXT, duration_ms=7000),
        Row(other, 3, NEXT, "drill", duration_ms=90_000, is_undone=True),
        Row(card_id, 1, NEXT, "ahead", duration_ms=90_000),
    ]
    store_rows(workspace, rows)
    first = {Rating.AGAIN: RatingCount(1, 6.5), Rating.GOOD: RatingCount(1, 1.0)}
    assert peek(workspace, read_rating_counts) == (first, {Rating.GOOD: RatingCount(1, 7.0)})


def test_only_the_newest_answers_of_either_kind_count(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A learner who has long seen every card still has habits with new ones."""
    monkeypatch.setattr(log_columns, "RECENT", 3)
    ids = card_ids(workspace)
    rows = [Row(card_id, rating, DAY) for card_id, rating in zip(ids, (1, 1, 2, 3, 4), strict=True)]
    rows += [Row(ids[0], 3 + number // 5, NEXT + timedelta(days=number)) for number in range(7)]
    store_rows(workspace, rows)
    first = {rating: RatingCount(1, 9.0) for rating in (Rating.HARD, Rating.GOOD, Rating.EASY)}
    later = {Rating.GOOD: RatingCount(1, 9.0), Rating.EASY: RatingCount(2, 18.0)}
    assert peek(workspace, read_rating_counts) == (first, later)


def test_katas_take_part_in_no_habits(workspace: Workspace) -> None:
    """An hour at a kata says nothing of how long a card takes."""
    with workspace.database.writing() as connection:
        connection.exec_driver_sql("INSERT INTO cards (key, note_id) VALUES ('kata/x', 'kata/x')")
        connection.exec_driver_sql(
            "INSERT INTO cards (key, note_id, deck) VALUES ('kata/reverse', 'kata', 'd')"
        )
    with workspace.database.peeking() as run:
        ids = {key: card_id for card_id, key in run("SELECT id, key FROM cards", {})}
    store_rows(
        workspace, [Row(ids["kata/x"], 3, DAY, duration_ms=3_600_000), Row(ids["kata/reverse"], 3, DAY)]
    )
    assert peek(workspace, read_rating_counts) == ({Rating.GOOD: RatingCount(1, 9.0)}, {})


def peek(workspace: Workspace, read: Callable[[Runner], object]) -> object:
    """Return what `read` finds."""
    with workspace.database.peeking() as run:
        return read(run)


def read_days(workspace: Workspace, first: date, last: date) -> object:
    """Return the reviews a day."""
    return peek(workspace, lambda run: read_reviews_a_day(run, first, last))
