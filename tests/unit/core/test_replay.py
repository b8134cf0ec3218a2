from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from quizzer.core.memory import CardState
from quizzer.core.rating import Rating
from quizzer.core.replay import replay
from quizzer.core.review import CardEvent, EventKind, LogEntry, Review, ReviewKind
from quizzer.core.scheduling.sm2 import Sm2

DAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def review(
    sequence: int, rating: Rating, interval_days: int, kind: ReviewKind = ReviewKind.SCHEDULED
) -> Review:
    """A review on the day `sequence` days after the first."""
    return Review(
        card_id=1,
        number=sequence,
        sequence=sequence,
        kind=kind,
        rating=rating,
        quality=None,
        reviewed_at=NOW,
        zone="UTC",
        study_day=DAY + timedelta(days=sequence),
        duration_ms=1,
        scheduler="sm2",
        interval_days=interval_days,
    )


def event(sequence: int, kind: EventKind) -> CardEvent:
    """An event on the first day."""
    return CardEvent(1, sequence, kind, NOW, "UTC", DAY)


def test_no_entries_are_a_new_card() -> None:
    """A card without a log is new."""
    assert replay([], Sm2()) == CardState()
    assert replay([], Sm2()).is_new


def test_the_stored_interval_stands() -> None:
    """An interval once chosen holds, even where the scheduler would choose another today."""
    state = replay([review(1, Rating.GOOD, 1), review(2, Rating.GOOD, 9)], Sm2())
    assert state.memory is not None
    assert state.memory.interval_days == 9
    assert state.due_on == DAY + timedelta(days=2 + 9)


def test_a_lapse_is_a_failure_of_a_known_card() -> None:
    """Failing a new card is no lapse, failing a known one is."""
    assert replay([review(1, Rating.AGAIN, 1)], Sm2()).lapses == 0
    assert replay([review(1, Rating.GOOD, 1), review(2, Rating.AGAIN, 1)], Sm2()).lapses == 1


def test_a_drill_asks_until_the_answer_is_good() -> None:
    """A drill moves nothing but the wish for another drill."""
    entries: list[LogEntry] = [review(1, Rating.AGAIN, 1)]
    failed = replay(entries, Sm2())
    assert failed.drill_on == DAY + timedelta(days=1)
    entries.append(review(2, Rating.HARD, 1, ReviewKind.DRILL))
    assert replay(entries, Sm2()).drill_sequence == 2
    entries.append(review(3, Rating.GOOD, 1, ReviewKind.DRILL))
    drilled = replay(entries, Sm2())
    assert drilled.drill_on is None
    assert (drilled.memory, drilled.due_on, drilled.reviews) == (failed.memory, failed.due_on, failed.reviews)


def test_suspending_leaves_the_memory_alone() -> None:
    """A suspended card keeps its schedule and comes back with it."""
    entries: list[LogEntry] = [review(1, Rating.GOOD, 1), event(2, EventKind.SUSPEND)]
    suspended = replay(entries, Sm2())
    assert suspended.is_suspended
    assert replay([*entries, event(3, EventKind.UNSUSPEND)], Sm2()) == replay(entries[:1], Sm2())


def test_a_failure_ahead_of_its_day_is_a_lapse() -> None:
    """Failing a card that was not due restarts its repetitions, tomorrow, with the ease factor it had."""
    known = [review(1, Rating.GOOD, 1), review(2, Rating.EASY, 6)]
    before = replay(known, Sm2())
    after = replay([*known, review(3, Rating.AGAIN, 1, ReviewKind.AHEAD)], Sm2())
    assert before.memory is not None
    assert after.memory == replace(before.memory, repetitions=0, interval_days=1)
    assert (after.due_on, after.reviews, after.lapses) == (DAY + timedelta(days=3 + 1), 3, 1)
    assert after.introduced_on == before.introduced_on


@given(
    st.lists(st.sampled_from(Rating), min_size=1, max_size=8),
    st.sampled_from([Rating.HARD, Rating.GOOD, Rating.EASY]),
)
def test_a_pass_ahead_of_its_day_leaves_the_schedule_alone(history: list[Rating], passed: Rating) -> None:
    """Whatever came before, a pass ahead changes nothing but the wish for a drill, which HARD makes."""
    entries: list[LogEntry] = [review(number, rating, 9) for number, rating in enumerate(history, 1)]
    before = replay(entries, Sm2())
    ahead = review(len(history) + 1, passed, 9, ReviewKind.AHEAD)
    after = replay([*entries, ahead], Sm2())
    assert replace(after, drill_on=None, drill_sequence=0) == replace(before, drill_on=None, drill_sequence=0)
    assert after.drill_on == (ahead.study_day if passed is Rating.HARD else None)


def test_a_pull_changes_no_state() -> None:
    """The queue reads pulls from the log; the memory does not know them."""
    entries: list[LogEntry] = [review(1, Rating.HARD, 1)]
    assert replay([*entries, event(2, EventKind.PULL)], Sm2()) == replay(entries, Sm2())
