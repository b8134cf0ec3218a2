"""What every scheduler offers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from quizzer.core.memory import MemoryState
from quizzer.core.placement import Placement
from quizzer.core.rating import Rating, rating_from_quality
from quizzer.core.review import ReviewKind

MAXIMUM_DUE_DAYS = 36_500


@dataclass(frozen=True, slots=True)
class Answer:
    """What a scheduler is told of a review.

    `grade` is the quality, 0..5; `elapsed_days` counts study days since the last review
    that it took. `card_id` and `number` name the review: fuzz is drawn from them, so that
    a replay draws the same. Without `uses_steps` no learning step is entered.
    """

    grade: int
    elapsed_days: int = 0
    card_id: int = 0
    number: int = 0
    uses_steps: bool = True

    @property
    def rating(self) -> Rating:
        """The rating that the grade stands for."""
        return rating_from_quality(self.grade)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What comes of a review; within learning steps, `wait_s` is how many seconds the card waits."""

    memory: MemoryState
    wait_s: int | None = None


class Scheduler(Protocol):
    """Maps a memory state and an answer to what comes of them."""

    @property
    def name(self) -> str:
        """The name under which a review stores who chose its interval."""

    def takes(self, kind: ReviewKind, rating: Rating) -> bool:
        """Say whether a review of this kind moves the schedule."""

    def review(self, memory: MemoryState | None, answer: Answer) -> Outcome:
        """Return what comes of an answer; `memory` is None for a new card."""

    def place(
        self, memory: MemoryState | None, placement: Placement, *, within_steps: bool = False
    ) -> MemoryState:
        """Return the memory of a card that another program has placed; what it did not say stays.

        One `within_steps` was answered on this study day and comes back on it.
        """

    def wants_drill(self, grade: int) -> bool:
        """Say whether a card that got this grade is asked again at the end of the session."""

    def retrievability(self, memory: MemoryState, elapsed_days: int) -> float:
        """Return the chance of a recall so many study days after the last review that it took."""


def due_day(study_day: date, interval_days: int) -> date:
    """Return the study day on which a card comes back; at most 36,500 days ahead."""
    try:
        return study_day + timedelta(days=min(interval_days, MAXIMUM_DUE_DAYS))
    except OverflowError:
        return date.max
