"""How cards are scheduled, as Anki keeps it: columns of a card, and from which day days are counted."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum


class CardType(IntEnum):
    """Anki's column `type`."""

    NEW = 0
    LEARNING = 1
    REVIEW = 2
    RELEARNING = 3


SUSPENDED = -1
"""The queue of a card that is not asked; else the queue is that of its type, LEARNING within steps."""
RED_FLAG = 1
NEW_EASE = 0


@dataclass(frozen=True, slots=True)
class Schedule:
    """One card's schedule in Anki.

    `due` is the place of a new card (None: that of its note), the day of one in review, counted from the
    collection's first, and the second since 1970 of one within steps; `ease` is in thousandths.
    """

    type: CardType = CardType.NEW
    due: int | None = None
    interval_days: int = 0
    ease: int = NEW_EASE
    reviews: int = 0
    lapses: int = 0
    steps_left: int = 0
    is_suspended: bool = False
    is_flagged: bool = False
    data: str = ""

    def columns(self, place: int) -> tuple[object, ...]:
        """Return the columns from `type` on, without those of a filtered deck; `place` is a new card's."""
        steps = CardType.LEARNING if self.type is CardType.RELEARNING else self.type
        return (
            int(self.type),
            SUSPENDED if self.is_suspended else int(steps),
            place if self.due is None else self.due,
            self.interval_days,
            self.ease,
            self.reviews,
            self.lapses,
            self.steps_left,
            RED_FLAG if self.is_flagged else 0,
            self.data,
        )


NEW = Schedule()


@dataclass(frozen=True, slots=True)
class Collected:
    """The day that a collection counts its days from, and since when it exists."""

    first_day: date
    created_at_s: int
    configuration: dict[str, object] = field(default_factory=dict)
