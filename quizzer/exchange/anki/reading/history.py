"""Anki's review log and schedule as reviews and placements of ours.

Types and queues are those of Anki's `cards` and `revlog`. What Anki wrote when a card was made new again
counts there, too: reviews before it are left out, as they are by its own FSRS.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo

from quizzer.core.placement import Placement
from quizzer.core.rating import Rating
from quizzer.core.review import ReviewKind
from quizzer.core.study_day import study_day
from quizzer.exchange.anki.reading.collection import Collection, ForeignCard, ForeignReview
from quizzer.exchange.incoming import IncomingCard, IncomingReview, LeftOut

NEW, _LEARNING, _RELEARNING = 0, 1, 3
_SUSPENDED, _BY_THE_CLOCK = -1, 1
_FILTERED, _MANUAL, _RESCHEDULED = 3, 4, 5
_BURIED = (-2, -3)
_FLAGS, _RED = 7, 1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST_S = datetime(9000, 1, 1, tzinfo=UTC).timestamp()
_MAX_INTERVAL_DAYS = 36_500
_MOST_LAPSES = 100_000
_MAX_DURATION_MS = 3_600_000
# Up to this due is a day; by the clock it is a second since 1970, which is larger.
_LARGEST_DAY = 1_000_000
_RATINGS = {1: Rating.AGAIN, 2: Rating.HARD, 3: Rating.GOOD, 4: Rating.EASY}


@dataclass(frozen=True, slots=True)
class LearnerDays:
    """How the learner's days are counted."""

    zone: tzinfo = UTC
    rollover_hour: int = 4


def read_card(face: str, card: ForeignCard, collection: Collection, days: LearnerDays) -> IncomingCard:
    """Return what is known of a card."""
    rows = collection.reviews.get(card.row_id, ())
    first = _first_that_counts(rows)
    return IncomingCard(
        face=face,
        reviews=tuple(_reviews(rows[first:])),
        placement=_placement(card, collection, days),
        is_suspended=card.queue == _SUSPENDED,
        is_flagged=bool(card.flags & _FLAGS),
        left_out=_left_out(card, rows, first),
    )


def _first_that_counts(rows: Sequence[ForeignReview]) -> int:
    """Return the place behind the last row by which the card was made new again."""
    resets = [i for i, row in enumerate(rows) if row.type == _MANUAL and row.ease == 0]
    return resets[-1] + 1 if resets else 0


def _left_out(card: ForeignCard, rows: Sequence[ForeignReview], first: int) -> dict[LeftOut, int]:
    counts = {
        LeftOut.RESET: sum(row.button in _RATINGS for row in rows[:first]),
        LeftOut.MOVED: sum(row.type in (_MANUAL, _RESCHEDULED) for row in rows[first:]),
        LeftOut.BURIED: int(card.queue in _BURIED),
        LeftOut.COLOUR: int(card.flags & _FLAGS > _RED),
    }
    return {what: count for what, count in counts.items() if count}


def _reviews(rows: Sequence[ForeignReview]) -> Iterator[IncomingReview]:
    for row in rows:
        reviewed_at, rating = _instant(row.at_ms / 1000), _RATINGS.get(row.button)
        if rating is None or row.type in (_MANUAL, _RESCHEDULED) or reviewed_at is None:
            continue
        # An ease of 0 in a filtered deck is Anki's mark of an answer that moved nothing.
        is_cram = row.type == _FILTERED and row.ease == 0
        yield IncomingReview(
            rating=rating,
            reviewed_at=reviewed_at,
            duration_ms=min(max(row.duration_ms, 0), _MAX_DURATION_MS),
            interval_days=min(max(row.interval, 0), _MAX_INTERVAL_DAYS),  # below 0 it is in seconds
            kind=ReviewKind.CRAM if is_cram else None,
        )


def _placement(card: ForeignCard, collection: Collection, days: LearnerDays) -> Placement | None:
    """Return where the card stands; one that is new stands nowhere."""
    if card.type == NEW:
        return None
    due_on = _due_on(card, collection, days)
    if due_on is None:
        return None
    is_learning = card.type == _LEARNING
    stability, difficulty = _memory_state(card.data)
    # Without an ease (in thousandths) Anki has the card within its first steps.
    ease = card.ease // 10 if 1000 <= card.ease <= 20_000 else None
    return Placement(
        due_on=due_on,
        interval_days=0 if is_learning else min(max(card.interval_days, 1), _MAX_INTERVAL_DAYS),
        ease_factor=None if is_learning else ease,
        stability=stability,
        difficulty=difficulty,
        lapses=min(card.lapses, _MOST_LAPSES) if card.lapses > 0 else None,
    )


def _due_on(card: ForeignCard, collection: Collection, days: LearnerDays) -> date | None:
    if card.due > _LARGEST_DAY:
        is_by_clock = card.type in (_LEARNING, _RELEARNING) or card.queue == _BY_THE_CLOCK
        due_at = _instant(card.due) if is_by_clock else None
        return None if due_at is None else study_day(due_at, days.zone, days.rollover_hour)
    first = _first_day(collection, days)
    if first is None or abs(card.due) > _MAX_INTERVAL_DAYS:
        return None
    return first + timedelta(days=card.due)


def _first_day(collection: Collection, days: LearnerDays) -> date | None:
    """Return the day that Anki counts from: that of the collection's beginning, in the zone of then."""
    began_at = _instant(collection.created_at_s)
    if began_at is None:
        return None
    west = collection.minutes_west
    zone = days.zone if west is None else timezone(-timedelta(minutes=west)) if abs(west) < 1440 else UTC
    return began_at.astimezone(zone).date()


def _memory_state(data: str) -> tuple[float | None, float | None]:
    """Return stability and difficulty of the column `data`, as far as FSRS can have them."""
    import msgspec

    if not data.startswith("{") or len(data) > 10_000:
        return None, None
    try:
        fields = msgspec.json.decode(data, type=dict[str, object])
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        return None, None
    stability, difficulty = (_number(fields.get(name)) for name in ("s", "d"))
    if stability is None or difficulty is None or stability <= 0 or not 1 <= difficulty <= 10:
        return None, None
    return min(stability, float(_MAX_INTERVAL_DAYS)), difficulty


def _number(value: object) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and math.isfinite(value) else None  # type: ignore[arg-type]


def _instant(seconds: float) -> datetime | None:
    """Return an instant, None for one that no collection can have."""
    return _EPOCH + timedelta(seconds=seconds) if 0 < seconds < _LATEST_S else None
