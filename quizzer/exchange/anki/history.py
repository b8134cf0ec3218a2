"""From a card's log to what Anki keeps of it: its schedule, and the rows of the review log.

Kinds of review become Anki's types so that its own FSRS, which reads that log, sees what ours did:

    scheduled   review; learning for the first answer of a new card and within learning steps
    learning    learning, or relearning after a lapse
    drill       the same: asked again on the same day, as with steps
    ahead       filtered (Anki's early review); its ease is 0 where the schedule was not moved
    cram        filtered, with an ease of 0: Anki's mark of an answer that moved nothing
    reset       manual, with an ease of 0: Anki's mark of a card that was made new again
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import IntEnum

from quizzer.core.memory import CardState, FsrsMemory, MemoryState, Sm2Memory
from quizzer.core.replay import Regime, apply
from quizzer.core.review import ORIGIN_QUIZZER, CardEvent, EventKind, LogEntry, Review, ReviewKind
from quizzer.core.scheduler_choice import SchedulerChoice
from quizzer.core.scheduling.base import MAXIMUM_DUE_DAYS
from quizzer.exchange.anki.schedule import CardType, Schedule

DEFAULT_EASE = 2500
"""In thousandths: what Anki gives a card that only FSRS has scheduled."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class ReviewType(IntEnum):
    """Anki's column `type` of a row of the review log."""

    LEARNING = 0
    REVIEW = 1
    RELEARNING = 2
    FILTERED = 3
    MANUAL = 4


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A row of Anki's review log without ids; an interval below 0 is in seconds, `ease` in thousandths."""

    at_ms: int
    button: int
    interval: int
    last_interval: int
    ease: int
    duration_ms: int
    type: ReviewType


@dataclass(frozen=True, slots=True)
class CardHistory:
    """What the log says of a card: where it stands, and each answer.

    `last_at` is the last answer that Anki counts as one: all but those that moved nothing out of turn.
    """

    state: CardState
    rows: tuple[ReviewRow, ...]
    answers: int = 0
    last_at: datetime | None = None


def read_log(entries: Iterable[LogEntry], regime: Regime) -> CardHistory:
    """Return the history of the one card whose live entries these are, in log order."""
    state, rows = CardState(), list[ReviewRow]()
    answers, interval = 0, 0
    last_at: datetime | None = None
    for entry in entries:
        before, state = state, apply(state, entry, regime)
        if isinstance(entry, Review):
            is_taken = _is_taken(entry, regime)
            last_interval, interval = interval, _interval_after(entry, state, interval, is_taken=is_taken)
            rows.append(_review_row(entry, before, state, (interval, last_interval), is_taken=is_taken))
            answers += 1
            last_at = entry.reviewed_at if rows[-1].ease else last_at
        elif entry.kind is EventKind.RESET:
            rows.append(_reset_row(entry, interval))
            answers, interval, last_at = 0, 0, None
    return CardHistory(state, tuple(rows), answers, last_at)


def to_schedule(history: CardHistory, choice: SchedulerChoice, first_day: date) -> Schedule:
    """Return how Anki has the card scheduled, in a collection that counts days from `first_day`.

    With FSRS `choice` names its parameters, the default ones too.
    """
    state = history.state
    memory = state.memory
    if memory is None or state.due_on is None:
        return Schedule(is_suspended=state.is_suspended, is_flagged=state.is_flagged)
    kind, due, steps_left = CardType.REVIEW, (state.due_on - first_day).days, 0
    if isinstance(memory, FsrsMemory) and memory.step is not None and state.due_at is not None:
        kind = CardType.RELEARNING if memory.is_relearning else CardType.LEARNING
        due = int(state.due_at.timestamp())
        steps_s = choice.relearning_steps_s if memory.is_relearning else choice.learning_steps_s
        steps_left = max(1, len(steps_s) - memory.step)
    return Schedule(
        type=kind,
        due=due,
        # A card within its first steps has no interval; one that forgot comes back after a day at least.
        interval_days=0 if kind is CardType.LEARNING else max(1, _capped(memory.interval_days)),
        ease=memory.ease_factor * 10 if isinstance(memory, Sm2Memory) else DEFAULT_EASE,
        reviews=history.answers,
        lapses=state.lapses,
        steps_left=steps_left,
        is_suspended=state.is_suspended,
        is_flagged=state.is_flagged,
        data=_data(memory, choice, history.last_at),
    )


def _data(memory: MemoryState, choice: SchedulerChoice, last_at: datetime | None) -> str:
    """Return the column `data`: FSRS's state, and the second of the last answer that counted."""
    data: dict[str, float] = {}
    if isinstance(memory, FsrsMemory):
        # As many digits as Anki itself keeps.
        data = {
            "s": round(memory.stability, 4),
            "d": round(memory.difficulty, 3),
            "dr": round(choice.desired_retention, 2),
            "decay": round(choice.parameters[-1], 3),
        }
    if last_at is not None:
        data["lrt"] = int(last_at.timestamp())
    return json.dumps(data, separators=(",", ":")) if data else ""


def _is_taken(review: Review, regime: Regime) -> bool:
    return review.kind is not ReviewKind.CRAM and regime.scheduler.takes(review.kind, review.rating)


def _review_row(
    review: Review, before: CardState, after: CardState, intervals: tuple[int, int], *, is_taken: bool
) -> ReviewRow:
    kind = _type(review, before)
    return ReviewRow(
        at_ms=_milliseconds(review.reviewed_at),
        button=review.rating.value,
        interval=intervals[0],
        last_interval=intervals[1],
        ease=0 if kind is ReviewType.FILTERED and not is_taken else _ease(after.memory),
        duration_ms=review.duration_ms,
        type=kind,
    )


def _reset_row(event: CardEvent, last_interval: int) -> ReviewRow:
    return ReviewRow(_milliseconds(event.happened_at), 0, 0, last_interval, 0, 0, ReviewType.MANUAL)


def _type(review: Review, before: CardState) -> ReviewType:
    if review.kind in (ReviewKind.AHEAD, ReviewKind.CRAM):
        return ReviewType.FILTERED
    memory = before.memory
    if isinstance(memory, FsrsMemory) and memory.step is not None:
        return ReviewType.RELEARNING if memory.is_relearning else ReviewType.LEARNING
    if review.is_repeat:
        is_first_day = before.introduced_on in (None, review.study_day)
        return ReviewType.LEARNING if is_first_day else ReviewType.RELEARNING
    return ReviewType.LEARNING if before.is_new else ReviewType.REVIEW


def _interval_after(review: Review, state: CardState, before: int, *, is_taken: bool) -> int:
    """Return the interval of a row: what another program chose stands, 0 for a step that ours has not."""
    if review.origin != ORIGIN_QUIZZER and state.due_at is None:
        return _capped(review.interval_days)
    return _interval(state, review) if is_taken else before


def _interval(state: CardState, review: Review) -> int:
    if state.due_at is not None:
        return -int((state.due_at - review.reviewed_at).total_seconds())
    return _capped(state.memory.interval_days) if state.memory else 0


def _capped(interval_days: int) -> int:
    return min(interval_days, MAXIMUM_DUE_DAYS)


def _ease(memory: MemoryState | None) -> int:
    """Return the ease factor, or FSRS's difficulty in its place, as Anki shows it: 100 to 1,100."""
    if isinstance(memory, Sm2Memory):
        return memory.ease_factor * 10
    return 100 + int((memory.difficulty - 1) / 9 * 1000) if memory else 0


def _milliseconds(instant: datetime) -> int:
    return (instant - _EPOCH) // timedelta(milliseconds=1)
