"""What is known of a card: the scheduler's memory state, and around it the card state the queue reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

LEECH_LAPSES = 8
LEECH_AGAIN_LAPSES = 4  # how many more lapses suspend a leech that was brought back


@dataclass(frozen=True, slots=True)
class Sm2Memory:
    """What SM-2 keeps of a card.

    `ease_factor` is in hundredths (250 is 2.5) and `interval_days` is exact, however
    large: float64 gets up to 1.7 % of grade sequences wrong.
    """

    ease_factor: int
    repetitions: int
    interval_days: int


@dataclass(frozen=True, slots=True)
class FsrsMemory:
    """What FSRS keeps of a card.

    `stability` is in days, `difficulty` from 1 to 10. `step` is the learning step the
    card stands on, or with `is_relearning` the relearning step; None once it has left
    them, and only then `interval_days` is at least 1.
    """

    stability: float
    difficulty: float
    interval_days: int
    step: int | None = None
    is_relearning: bool = False


MemoryState = Sm2Memory | FsrsMemory


@dataclass(frozen=True, slots=True)
class CardState:
    """What the log says of a card; `CardState()` is a card never seen.

    `due_at` is set within learning steps only: the instant at which the card comes
    back, on `due_on` at the earliest. `drill_on` is the study day on which the card
    still wants a drill; `drill_sequence` is the log place of the answer that asks for
    it, so that drills come in the order of the answers.
    """

    memory: MemoryState | None = None
    due_on: date | None = None
    due_at: datetime | None = None
    introduced_on: date | None = None
    reviewed_on: date | None = None
    reviews: int = 0
    lapses: int = 0
    drill_on: date | None = None
    drill_sequence: int = 0
    is_suspended: bool = False
    is_flagged: bool = False

    @property
    def is_new(self) -> bool:
        """Whether the card has never been rated."""
        return self.introduced_on is None


def is_leech(lapses: int) -> bool:
    """Say whether a card was failed so often that it costs more than it brings."""
    return lapses >= LEECH_LAPSES


def suspends_leech(lapses: int) -> bool:
    """Say whether the lapse that makes it `lapses` suspends the card: the 8th, the 12th, the 16th ..."""
    return is_leech(lapses) and (lapses - LEECH_LAPSES) % LEECH_AGAIN_LAPSES == 0
