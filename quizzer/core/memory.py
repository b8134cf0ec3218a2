"""What is known of a card: the scheduler's memory state, and around it the card state the queue reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class MemoryState:
    """What SM-2 keeps of a card.

    `ease_factor` is in hundredths (250 is 2.5) and `interval_days` is exact, however
    large: float64 gets up to 1.7 % of grade sequences wrong.
    """

    ease_factor: int
    repetitions: int
    interval_days: int


@dataclass(frozen=True, slots=True)
class CardState:
    """What the log says of a card; `CardState()` is a card never seen.

    `drill_on` is the study day on which the card still wants a drill; `drill_sequence`
    is the log place of the answer that asks for it, so that drills come in the order of
    the answers.
    """

    memory: MemoryState | None = None
    due_on: date | None = None
    introduced_on: date | None = None
    reviewed_on: date | None = None
    reviews: int = 0
    lapses: int = 0
    drill_on: date | None = None
    drill_sequence: int = 0
    is_suspended: bool = False

    @property
    def is_new(self) -> bool:
        """Whether the card has never been rated."""
        return self.introduced_on is None
