"""SM-2 as published by P. A. Wozniak in 1990, in exact integer arithmetic.

I(1) = 1, I(2) = 6, I(n) = ceil(I(n-1) * EF), with the ease factor EF that the same
answer has just changed: EF' = EF + (0.1 - (5 - q) * (0.08 + (5 - q) * 0.02)), at least
1.3. A grade below 3 restarts the repetitions and leaves EF alone. At the end of a
session every card below 4 is drilled until it reaches 4, without touching its schedule.
Source: Wozniak, Optimization of learning, 1990, chapter 3.2 (Algorithm SM-2).
"""

from __future__ import annotations

from quizzer.core.memory import MemoryState, Sm2Memory
from quizzer.core.placement import Placement
from quizzer.core.rating import QUALITIES, Rating
from quizzer.core.review import ReviewKind
from quizzer.core.scheduling.base import Answer, Outcome

FIRST_EASE_FACTOR = 250  # hundredths, as all ease factors here
MINIMUM_EASE_FACTOR = 130
FIRST_INTERVAL_DAYS = 1
SECOND_INTERVAL_DAYS = 6
LOWEST_PASS = 3
LOWEST_WITHOUT_DRILL = 4
RETRIEVABILITY_WHEN_DUE = 0.9


class Sm2:
    """The `Scheduler` of SM-2."""

    name = "sm2"

    def takes(self, kind: ReviewKind, rating: Rating) -> bool:
        """Take scheduled reviews; of those ahead of their day only a failure, which is a lapse."""
        if kind is ReviewKind.AHEAD:
            return rating is Rating.AGAIN
        return kind is ReviewKind.SCHEDULED

    def review(self, memory: MemoryState | None, answer: Answer) -> Outcome:
        """Return what comes of an answer.

        Raises:
            ValueError: If the grade is not in 0..5.
            TypeError: If the memory is another scheduler's.
        """
        if answer.grade not in QUALITIES:
            raise ValueError(f"a grade must be in 0..5, got {answer.grade}")
        if memory is None:
            before = Sm2Memory(FIRST_EASE_FACTOR, repetitions=0, interval_days=0)
        elif isinstance(memory, Sm2Memory):
            before = memory
        else:
            raise TypeError(f"SM-2 cannot go on from {memory!r}")
        return Outcome(_next_memory(before, answer.grade))

    def place(
        self, memory: MemoryState | None, placement: Placement, *, within_steps: bool = False
    ) -> Sm2Memory:
        """Take ease, repetitions and interval over.

        Where the repetitions are unknown they stay if the interval does, else they are as many as it needs to
        grow from: after the first two, SM-2 would start again from its fixed intervals. An interval of no day
        has none: nothing grows from it.
        """
        before = memory if isinstance(memory, Sm2Memory) else Sm2Memory(FIRST_EASE_FACTOR, 0, 0)
        ease_factor, repetitions = placement.ease_factor, placement.repetitions
        if not placement.interval_days:
            repetitions = 0
        elif repetitions is None:
            needed = 2 if placement.interval_days > FIRST_INTERVAL_DAYS else 1
            is_same = placement.interval_days == before.interval_days
            repetitions = before.repetitions if is_same else max(before.repetitions, needed)
        if ease_factor is None:
            ease_factor = before.ease_factor
        return Sm2Memory(max(MINIMUM_EASE_FACTOR, ease_factor), repetitions, placement.interval_days)

    def wants_drill(self, grade: int) -> bool:
        """Drill every answer below 4."""
        return grade < LOWEST_WITHOUT_DRILL

    def retrievability(self, memory: MemoryState, elapsed_days: int) -> float:
        """Return 0.9^(t / I): SM-2 foretells nothing, and its interval is read as a promise of 0.9 when due.

        Raises:
            TypeError: If the memory is another scheduler's.
        """
        if not isinstance(memory, Sm2Memory):
            raise TypeError(f"SM-2 cannot read {memory!r}")
        return float(RETRIEVABILITY_WHEN_DUE ** (elapsed_days / max(1, memory.interval_days)))


def next_ease_factor(ease_factor: int, grade: int) -> int:
    """Return the ease factor, in hundredths, after an answer of quality `grade`, 3 to 5."""
    miss = 5 - grade
    return max(MINIMUM_EASE_FACTOR, ease_factor + 10 - miss * (8 + miss * 2))


def _next_memory(memory: Sm2Memory, grade: int) -> Sm2Memory:
    if grade < LOWEST_PASS:
        return Sm2Memory(memory.ease_factor, repetitions=0, interval_days=FIRST_INTERVAL_DAYS)
    ease_factor = next_ease_factor(memory.ease_factor, grade)
    repetitions = memory.repetitions + 1
    return Sm2Memory(ease_factor, repetitions, _interval(repetitions, memory.interval_days, ease_factor))


def _interval(repetitions: int, interval_days: int, ease_factor: int) -> int:
    if repetitions == 1:
        return FIRST_INTERVAL_DAYS
    if repetitions == 2:
        return SECOND_INTERVAL_DAYS
    return -(-interval_days * ease_factor // 100)
