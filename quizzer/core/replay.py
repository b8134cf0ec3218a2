"""From the log to what is known of a card: the one rule by which an entry changes a card state."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from quizzer.core.memory import CardState, FsrsMemory, MemoryState, Sm2Memory, suspends_leech
from quizzer.core.placement import decode_placement
from quizzer.core.rating import Rating, quality_of
from quizzer.core.review import CardEvent, EventKind, LogEntry, Review, ReviewKind
from quizzer.core.scheduling.base import Answer, Scheduler, due_day

NO_DRILL = (None, 0)


@dataclass(frozen=True, slots=True)
class Regime:
    """The scheduler in force, and since which place of the log; 0 is from the beginning.

    What lies before that place is scheduled anew, as if this scheduler had always been
    there; intervals chosen after it stand as they were stored.
    """

    scheduler: Scheduler
    since: int = 0


def replay(entries: Iterable[LogEntry], regime: Regime) -> CardState:
    """Return the state of the one card whose live entries these are, in log order."""
    state = CardState()
    for entry in entries:
        state = apply(state, entry, regime)
    return state


def apply(state: CardState, entry: LogEntry, regime: Regime) -> CardState:
    """Return `state` after one more entry of the log."""
    if isinstance(entry, CardEvent):
        return _apply_event(state, entry, regime)
    return _apply_review(state, entry, regime)


def count_elapsed_days(state: CardState, study_day: date) -> int:
    """Return how many study days ago the scheduler took the last review; 0 where there is none."""
    return max(0, (study_day - state.reviewed_on).days) if state.reviewed_on else 0


def _apply_event(state: CardState, event: CardEvent, regime: Regime) -> CardState:
    match event.kind:
        case EventKind.SUSPEND:
            return replace(state, is_suspended=True)
        case EventKind.UNSUSPEND:
            return replace(state, is_suspended=False)
        case EventKind.FLAG:
            return replace(state, is_flagged=True)
        case EventKind.UNFLAG:
            return replace(state, is_flagged=False)
        case EventKind.RESET:
            return CardState(is_suspended=state.is_suspended, is_flagged=state.is_flagged)
        case EventKind.PLACE:
            return _place(state, event, regime)
        case EventKind.BURY | EventKind.PULL | EventKind.RESCHEDULE | EventKind.IMPORT:
            return state  # the queue reads the day's buries and pulls, replay its regime from the log itself


def _place(state: CardState, event: CardEvent, regime: Regime) -> CardState:
    """Put a card where another program had it: until a reschedule, as an interval stands.

    Of a card without a review nothing else is known, so that a reschedule leaves it where it is. Its lapses
    are no scheduler's: they stand after a reschedule as well.
    """
    placement = decode_placement(event.data)
    state = replace(state, lapses=max(state.lapses, placement.lapses or 0))
    if event.sequence <= regime.since and state.memory is not None:
        return state
    began_on = min(placement.began_on, event.study_day)
    comes_again = state.reviewed_on == event.study_day and placement.due_on <= event.study_day
    placed = replace(
        state,
        memory=regime.scheduler.place(state.memory, placement, within_steps=comes_again),
        due_on=placement.due_on,
        due_at=None,
        introduced_on=state.introduced_on or began_on,
        reviewed_on=state.reviewed_on or began_on,
        drill_on=None,
        drill_sequence=0,
    )
    return _ask_again(placed, state.due_at, event, regime) if comes_again else placed


def _ask_again(placed: CardState, due_at: datetime | None, event: CardEvent, regime: Regime) -> CardState:
    """Have a card that was answered today asked once more today: by a drill, or on a learning step."""
    if regime.scheduler.wants_drill(quality_of(Rating.AGAIN, None)):
        tomorrow = due_day(event.study_day, 1)
        return replace(placed, due_on=tomorrow, drill_on=event.study_day, drill_sequence=event.sequence)
    return replace(placed, due_on=event.study_day, due_at=due_at or event.happened_at)


def _apply_review(state: CardState, review: Review, regime: Regime) -> CardState:
    if review.kind is ReviewKind.CRAM:
        return state
    grade = review.grade
    drill = (review.study_day, review.sequence) if regime.scheduler.wants_drill(grade) else NO_DRILL
    if regime.scheduler.takes(review.kind, review.rating):
        return _take(state, review, grade, regime, drill)
    if drill == (state.drill_on, state.drill_sequence):
        return state
    return replace(state, drill_on=drill[0], drill_sequence=drill[1])


def _take(
    state: CardState, review: Review, grade: int, regime: Regime, drill: tuple[date | None, int]
) -> CardState:
    stands = review.sequence > regime.since
    elapsed_days = count_elapsed_days(state, review.study_day)
    answer = Answer(grade, elapsed_days, review.card_id, review.number, uses_steps=stands)
    outcome = regime.scheduler.review(state.memory, answer)
    memory, wait_s = outcome.memory, outcome.wait_s
    # A stored interval of no day is a learning step: another scheduler, which knows none, chooses its own.
    if stands and review.interval_days not in (0, memory.interval_days):
        memory, wait_s = _with_interval(memory, review.interval_days), None
    is_lapse = _is_lapse(state, review)
    lapses = state.lapses + is_lapse
    # Written out: `replace` would take a quarter of the time of a replay.
    return CardState(
        memory=memory,
        due_on=due_day(review.study_day, memory.interval_days),
        due_at=None if wait_s is None else review.reviewed_at + timedelta(seconds=wait_s),
        introduced_on=state.introduced_on or review.study_day,
        reviewed_on=review.study_day,
        reviews=state.reviews + 1,
        lapses=lapses,
        drill_on=drill[0],
        drill_sequence=drill[1],
        is_suspended=state.is_suspended or (is_lapse and suspends_leech(lapses)),
        is_flagged=state.is_flagged,
    )


def _is_lapse(state: CardState, review: Review) -> bool:
    """Say whether a card that was seen before was failed in its turn; no scheduler has a say in it."""
    return review.rating is Rating.AGAIN and not review.is_repeat and not state.is_new


def _with_interval(memory: MemoryState, interval_days: int) -> MemoryState:
    if isinstance(memory, FsrsMemory):
        return FsrsMemory(memory.stability, memory.difficulty, interval_days)
    return Sm2Memory(memory.ease_factor, memory.repetitions, interval_days)
