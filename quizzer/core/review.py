"""The review log's values: reviews (ratings of a card) and card events (all else that happens to it)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from quizzer.core.rating import Rating, quality_of


class ReviewKind(StrEnum):
    """Why a card was rated; the scheduler takes some kinds and leaves others."""

    SCHEDULED = "scheduled"
    AHEAD = "ahead"
    DRILL = "drill"


class EventKind(StrEnum):
    """What happened to a card that is no review."""

    SUSPEND = "suspend"
    UNSUSPEND = "unsuspend"
    BURY = "bury"
    PULL = "pull"


ORIGIN_QUIZZER = "quizzer"


@dataclass(frozen=True, slots=True)
class Review:
    """One rating of one card.

    `number` counts the card's reviews, undone ones included; `sequence` is the place
    in the learner's whole log, shared with card events. `quality` is None unless six
    grades are set. `interval_days` is the interval chosen then; it stands.
    """

    card_id: int
    number: int
    sequence: int
    kind: ReviewKind
    rating: Rating
    quality: int | None
    reviewed_at: datetime
    zone: str
    study_day: date
    duration_ms: int
    scheduler: str
    interval_days: int
    origin: str = ORIGIN_QUIZZER

    @property
    def grade(self) -> int:
        """The quality that SM-2 reads, 0..5."""
        return quality_of(self.rating, self.quality)


@dataclass(frozen=True, slots=True)
class CardEvent:
    """Something that happened to a card and is no review; `data` is JSON, for kinds that carry more."""

    card_id: int
    sequence: int
    kind: EventKind
    happened_at: datetime
    zone: str
    study_day: date
    data: str | None = None


LogEntry = Review | CardEvent
