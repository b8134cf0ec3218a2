"""From the log to what is known of a card: the one rule by which an entry changes a card state."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from quizzer.core.memory import CardState
from quizzer.core.rating import Rating
from quizzer.core.review import CardEvent, EventKind, LogEntry, Review
from quizzer.core.scheduling.base import Scheduler, due_day


def replay(entries: Iterable[LogEntry], scheduler: Scheduler) -> CardState:
    """Return the state of the one card whose live entries these are, in log order."""
    state = CardState()
    for entry in entries:
        state = apply(state, entry, scheduler)
    return state


def apply(state: CardState, entry: LogEntry, scheduler: Scheduler) -> CardState:
    """Return `state` after one more entry of the log."""
    if isinstance(entry, CardEvent):
        return _apply_event(state, entry)
    return _apply_review(state, entry, scheduler)


def _apply_event(state: CardState, event: CardEvent) -> CardState:
    match event.kind:
        case EventKind.SUSPEND:
            return replace(state, is_suspended=True)
        case EventKind.UNSUSPEND:
            return replace(state, is_suspended=False)
        case EventKind.BURY | EventKind.PULL:
            return state  # the queue reads the day's buries and pulls from the log itself


def _apply_review(state: CardState, review: Review, scheduler: Scheduler) -> CardState:
    if scheduler.takes(review.kind, review.rating):
        memory = scheduler.review(state.memory, review.grade)
        state = replace(
            state,
            # The interval stands as it was chosen: a later scheduler does not rewrite the past.
            memory=replace(memory, interval_days=review.interval_days),
            due_on=due_day(review.study_day, review.interval_days),
            introduced_on=state.introduced_on or review.study_day,
            reviewed_on=review.study_day,
            reviews=state.reviews + 1,
            lapses=state.lapses + (state.memory is not None and review.rating is Rating.AGAIN),
        )
    is_drilled = scheduler.wants_drill(review.grade)
    return replace(
        state,
        drill_on=review.study_day if is_drilled else None,
        drill_sequence=review.sequence if is_drilled else 0,
    )
