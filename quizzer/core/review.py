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
    LEARNING = "learning"
    CRAM = "cram"


class EventKind(StrEnum):
    """What happened to a card that is no review."""

    SUSPEND = "suspend"
    UNSUSPEND = "unsuspend"
    BURY = "bury"
    PULL = "pull"
    FLAG = "flag"
    UNFLAG = "unflag"
    RESET = "reset"  # the card is new again; what came before stays in the log
    PLACE = "place"  # another program's schedule of the card; the data is a placement
    RESCHEDULE = "reschedule"  # of all cards: its row names none
    IMPORT = "import"  # of no card: what came with it stands right before it


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
    def is_repeat(self) -> bool:
        """Whether the card was asked again on the same study day, within steps or a drill."""
        return self.kind in (ReviewKind.LEARNING, ReviewKind.DRILL)

    @property
    def grade(self) -> int:
        """The quality that SM-2 reads, 0..5."""
        return quality_of(self.rating, self.quality)


@dataclass(frozen=True, slots=True)
class CardEvent:
    """Something that happened to a card and is no review; `data` is JSON, for kinds that carry more.

    A reschedule happens to all cards: its `card_id` is None, as that of an import's mark.
    """

    card_id: int | None
    sequence: int
    kind: EventKind
    happened_at: datetime
    zone: str
    study_day: date
    data: str | None = None


LogEntry = Review | CardEvent
