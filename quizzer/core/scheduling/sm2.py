"""SM-2 as published by P. A. Wozniak in 1990, in exact integer arithmetic.

I(1) = 1, I(2) = 6, I(n) = ceil(I(n-1) * EF), with the ease factor EF that the same
answer has just changed: EF' = EF + (0.1 - (5 - q) * (0.08 + (5 - q) * 0.02)), at least
1.3. A grade below 3 restarts the repetitions and leaves EF alone. At the end of a
session every card below 4 is drilled until it reaches 4, without touching its schedule.
Source: Wozniak, Optimization of learning, 1990, chapter 3.2 (Algorithm SM-2).
"""

from __future__ import annotations

from quizzer.core.memory import MemoryState
from quizzer.core.rating import QUALITIES, Rating
from quizzer.core.review import ReviewKind

FIRST_EASE_FACTOR = 250  # hundredths, as all ease factors here
MINIMUM_EASE_FACTOR = 130
FIRST_INTERVAL_DAYS = 1
SECOND_INTERVAL_DAYS = 6
LOWEST_PASS = 3
LOWEST_WITHOUT_DRILL = 4


class Sm2:
    """The `Scheduler` of SM-2."""

    name = "sm2"

    def takes(self, kind: ReviewKind, rating: Rating) -> bool:
        """Take scheduled reviews; of those ahead of their day only a failure, which is a lapse."""
        if kind is ReviewKind.AHEAD:
            return rating is Rating.AGAIN
        return kind is ReviewKind.SCHEDULED

    def review(self, memory: MemoryState | None, grade: int) -> MemoryState:
        """Return the memory state after an answer of quality `grade`.

        Raises:
            ValueError: If `grade` is not in 0..5.
        """
        if grade not in QUALITIES:
            raise ValueError(f"a grade must be in 0..5, got {grade}")
        memory = memory or MemoryState(FIRST_EASE_FACTOR, repetitions=0, interval_days=0)
        if grade < LOWEST_PASS:
            return MemoryState(memory.ease_factor, repetitions=0, interval_days=FIRST_INTERVAL_DAYS)
        ease_factor = next_ease_factor(memory.ease_factor, grade)
        repetitions = memory.repetitions + 1
        return MemoryState(
            ease_factor, repetitions, _interval(repetitions, memory.interval_days, ease_factor)
        )

    def wants_drill(self, grade: int) -> bool:
        """Drill every answer below 4."""
        return grade < LOWEST_WITHOUT_DRILL


def next_ease_factor(ease_factor: int, grade: int) -> int:
    """Return the ease factor, in hundredths, after an answer of quality `grade`, 3 to 5."""
    miss = 5 - grade
    return max(MINIMUM_EASE_FACTOR, ease_factor + 10 - miss * (8 + miss * 2))


def _interval(repetitions: int, interval_days: int, ease_factor: int) -> int:
    if repetitions == 1:
        return FIRST_INTERVAL_DAYS
    if repetitions == 2:
        return SECOND_INTERVAL_DAYS
    return -(-interval_days * ease_factor // 100)
