from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzer.core.memory import CardState, Sm2Memory
from quizzer.core.rating import Rating
from quizzer.core.replay import Regime, replay
from quizzer.core.review import CardEvent, EventKind, LogEntry, Review, ReviewKind
from quizzer.core.scheduler_choice import SchedulerChoice, SchedulerName
from quizzer.core.scheduling.sm2 import Sm2
from quizzer.fsrs.scheduler import Fsrs

DAY = date(2026, 3, 2)
REGIME = Regime(Sm2())
REPEATS = (ReviewKind.DRILL, ReviewKind.LEARNING, ReviewKind.CRAM)
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
    assert replay([], REGIME) == CardState()
    assert replay([], REGIME).is_new


def test_the_stored_interval_stands() -> None:
    """An interval once chosen holds, even where the scheduler would choose another today."""
    state = replay([review(1, Rating.GOOD, 1), review(2, Rating.GOOD, 9)], REGIME)
    assert state.memory is not None
    assert state.memory.interval_days == 9
    assert state.due_on == DAY + timedelta(days=2 + 9)


def test_a_lapse_is_a_failure_of_a_known_card() -> None:
    """Failing a new card is no lapse, failing a known one is."""
    assert replay([review(1, Rating.AGAIN, 1)], REGIME).lapses == 0
    assert replay([review(1, Rating.GOOD, 1), review(2, Rating.AGAIN, 1)], REGIME).lapses == 1


def test_only_failures_in_turn_are_lapses() -> None:
    """A card failed on its day, then twice in the drill, has lapsed once, under either scheduler."""
    entries: list[LogEntry] = [review(1, Rating.GOOD, 1), review(2, Rating.AGAIN, 1)]
    entries += [review(number, Rating.AGAIN, 1, kind) for number, kind in enumerate(REPEATS, 3)]
    fsrs = Fsrs(SchedulerChoice(SchedulerName.FSRS))
    assert [replay(entries, Regime(scheduler, 99)).lapses for scheduler in (Sm2(), fsrs)] == [1, 1]


@pytest.mark.parametrize("lapses", range(1, 18))
def test_a_leech_is_suspended_at_the_eighth_lapse_and_every_fourth(lapses: int) -> None:
    """The lapses that suspend are the 8th, 12th and 16th; in between a card that was brought back stays."""
    entries: list[LogEntry] = [review(1, Rating.GOOD, 1)]
    entries += [review(2 * number, Rating.AGAIN, 1) for number in range(1, lapses + 1)]
    entries.insert(-1, event(2 * lapses - 1, EventKind.UNSUSPEND))
    assert replay(entries, REGIME).is_suspended == (lapses in (8, 12, 16))


def test_a_drill_asks_until_the_answer_is_good() -> None:
    """A drill moves nothing but the wish for another drill."""
    entries: list[LogEntry] = [review(1, Rating.AGAIN, 1)]
    failed = replay(entries, REGIME)
    assert failed.drill_on == DAY + timedelta(days=1)
    entries.append(review(2, Rating.HARD, 1, ReviewKind.DRILL))
    assert replay(entries, REGIME).drill_sequence == 2
    entries.append(review(3, Rating.GOOD, 1, ReviewKind.DRILL))
    drilled = replay(entries, REGIME)
    assert drilled.drill_on is None
    assert (drilled.memory, drilled.due_on, drilled.reviews) == (failed.memory, failed.due_on, failed.reviews)


def test_suspending_leaves_the_memory_alone() -> None:
    """A suspended card keeps its schedule and comes back with it."""
    entries: list[LogEntry] = [review(1, Rating.GOOD, 1), event(2, EventKind.SUSPEND)]
    suspended = replay(entries, REGIME)
    assert suspended.is_suspended
    assert replay([*entries, event(3, EventKind.UNSUSPEND)], REGIME) == replay(entries[:1], REGIME)


def test_a_failure_ahead_of_its_day_is_a_lapse() -> None:
    """Failing a card that was not due restarts its repetitions, tomorrow, with the ease factor it had."""
    known = [review(1, Rating.GOOD, 1), review(2, Rating.EASY, 6)]
    before = replay(known, REGIME)
    after = replay([*known, review(3, Rating.AGAIN, 1, ReviewKind.AHEAD)], REGIME)
    assert isinstance(before.memory, Sm2Memory)
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
    before = replay(entries, REGIME)
    ahead = review(len(history) + 1, passed, 9, ReviewKind.AHEAD)
    after = replay([*entries, ahead], REGIME)
    assert replace(after, drill_on=None, drill_sequence=0) == replace(before, drill_on=None, drill_sequence=0)
    assert after.drill_on == (ahead.study_day if passed is Rating.HARD else None)


kinds = st.sampled_from([ReviewKind.SCHEDULED, ReviewKind.AHEAD, ReviewKind.DRILL, ReviewKind.LEARNING])


@given(st.lists(st.tuples(st.sampled_from(Rating), kinds, st.integers(0, 1)), max_size=20))
def test_scheduled_anew_a_card_was_forgotten_as_often(log: list[tuple[Rating, ReviewKind, int]]) -> None:
    """Another scheduler for an old log finds the same lapses: failed drills and steps are none."""
    entries: list[LogEntry] = []
    day = DAY
    for number, (rating, kind, days) in enumerate(log, 1):
        day += timedelta(days=days)
        kind = kind if entries else ReviewKind.SCHEDULED
        entries.append(replace(review(number, rating, 1, kind), study_day=day))
    fsrs = Regime(Fsrs(SchedulerChoice(SchedulerName.FSRS)), since=len(log))
    found = replay(entries, fsrs)
    expected = replay(entries, Regime(Sm2(), since=len(log)))
    assert (found.lapses, found.is_suspended) == (expected.lapses, expected.is_suspended)
    assert found.due_at is None


def test_a_pull_changes_no_state() -> None:
    """The queue reads pulls from the log; the memory does not know them."""
    entries: list[LogEntry] = [review(1, Rating.HARD, 1)]
    assert replay([*entries, event(2, EventKind.PULL)], REGIME) == replay(entries, REGIME)


def test_a_reset_makes_a_card_new_and_leaves_it_suspended_and_flagged() -> None:
    """Of all that is known of a card only what the learner said of it stays; reviews then start anew."""
    entries: list[LogEntry] = [review(number, Rating.AGAIN, 1) for number in range(1, 4)]
    entries += [event(4, EventKind.SUSPEND), event(5, EventKind.FLAG), event(6, EventKind.RESET)]
    assert replay(entries, REGIME) == CardState(is_suspended=True, is_flagged=True)
    after: list[LogEntry] = [
        event(7, EventKind.UNSUSPEND),
        event(8, EventKind.UNFLAG),
        review(9, Rating.GOOD, 1),
    ]
    assert replay([*entries, *after], REGIME) == replay(after, REGIME)


@given(st.lists(st.sampled_from(Rating), max_size=6), st.lists(st.sampled_from(Rating), max_size=6))
def test_nothing_before_a_reset_matters(before: list[Rating], after: list[Rating]) -> None:
    """Under FSRS, too, a card that was reset learns as one that was never seen."""
    regime = Regime(Fsrs(SchedulerChoice(SchedulerName.FSRS)))
    old: list[LogEntry] = [review(number, rating, 3) for number, rating in enumerate(before, 1)]
    new: list[LogEntry] = [review(number, rating, 3) for number, rating in enumerate(after, 8)]
    assert replay([*old, event(7, EventKind.RESET), *new], regime) == replay(new, regime)
