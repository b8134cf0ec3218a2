"""What every scheduler offers."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Protocol

from quizzer.core.memory import MemoryState
from quizzer.core.rating import Rating
from quizzer.core.review import ReviewKind

MAXIMUM_DUE_DAYS = 36_500


class Scheduler(Protocol):
    """Maps (memory state, grade) to the next memory state."""

    @property
    def name(self) -> str:
        """The name under which a review stores who chose its interval."""

    def takes(self, kind: ReviewKind, rating: Rating) -> bool:
        """Say whether a review of this kind moves the schedule."""

    def review(self, memory: MemoryState | None, grade: int) -> MemoryState:
        """Return the memory state after a review; `memory` is None for a new card."""

    def wants_drill(self, grade: int) -> bool:
        """Say whether a card that got this grade is asked again at the end of the session."""


def due_day(study_day: date, interval_days: int) -> date:
    """Return the study day on which a card comes back; at most 36,500 days ahead."""
    days_left = (date.max - study_day).days
    return study_day + timedelta(days=min(interval_days, MAXIMUM_DUE_DAYS, days_left))
