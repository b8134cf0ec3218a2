"""FSRS-6 behind the core's `Scheduler` protocol: learning and relearning steps, desired retention, fuzz."""

from __future__ import annotations

from quizzer.core.memory import FsrsMemory, MemoryState
from quizzer.core.placement import Placement
from quizzer.core.rating import Rating
from quizzer.core.review import ReviewKind
from quizzer.core.scheduler_choice import SchedulerChoice, SchedulerName
from quizzer.core.scheduling.base import MAXIMUM_DUE_DAYS, Answer, Outcome
from quizzer.fsrs.formulas import Formulas
from quizzer.fsrs.fuzz import fuzz
from quizzer.fsrs.parameters import DEFAULT

MIDDLE_DIFFICULTY = 5.0  # of 1 to 10: a card of which nobody knows how hard it is


class Fsrs:
    """The `Scheduler` of FSRS-6."""

    name = SchedulerName.FSRS.value

    def __init__(self, choice: SchedulerChoice) -> None:
        """Take steps, retention and parameters from `choice`.

        Raises:
            ValueError: If its parameters are none of FSRS-6.
        """
        self._choice = choice
        self.formulas = Formulas(choice.parameters or DEFAULT)

    def takes(self, kind: ReviewKind, rating: Rating) -> bool:
        """Take everything but cram: what was recalled too early, or twice a day, tells something too."""
        return kind is not ReviewKind.CRAM

    def place(
        self, memory: MemoryState | None, placement: Placement, *, within_steps: bool = False
    ) -> FsrsMemory:
        """Take stability, difficulty and interval over.

        Of a card without reviews whose stability is unknown, it is the one that has this interval. One
        that is `within_steps` stays on its step, else it stands on the last.
        """
        before = memory if isinstance(memory, FsrsMemory) else None
        stability, difficulty = placement.stability, placement.difficulty
        if stability is None:
            # Intervals grow in proportion to the stability.
            of_one_day = self.formulas.interval(1.0, self._choice.desired_retention)
            guess = max(1, min(placement.interval_days, MAXIMUM_DUE_DAYS)) / of_one_day
            stability = before.stability if before else guess
        if difficulty is None:
            difficulty = before.difficulty if before else MIDDLE_DIFFICULTY
        if not within_steps:
            return FsrsMemory(stability, difficulty, max(1, placement.interval_days))
        if before is not None and before.step is not None:
            return FsrsMemory(stability, difficulty, 0, before.step, before.is_relearning)
        is_relearning = placement.interval_days > 0
        steps_s = self._choice.relearning_steps_s if is_relearning else self._choice.learning_steps_s
        return FsrsMemory(stability, difficulty, 0, max(0, len(steps_s) - 1), is_relearning)

    def wants_drill(self, grade: int) -> bool:
        """Drill nothing: learning steps do that."""
        return False

    def retrievability(self, memory: MemoryState, elapsed_days: int) -> float:
        """Return the chance of a recall by the forgetting curve.

        Raises:
            TypeError: If the memory is another scheduler's.
        """
        if not isinstance(memory, FsrsMemory):
            raise TypeError(f"FSRS cannot read {memory!r}")
        return self.formulas.retrievability(memory.stability, elapsed_days)

    def review(self, memory: MemoryState | None, answer: Answer) -> Outcome:
        """Return what comes of an answer.

        Raises:
            ValueError: If the grade is not in 0..5.
            TypeError: If the memory is another scheduler's.
        """
        formulas, rating = self.formulas, answer.rating
        if memory is None:
            first = formulas.first_stability(rating), formulas.first_difficulty(rating)
            return self._enter(None, *first, answer)
        if not isinstance(memory, FsrsMemory):
            raise TypeError(f"FSRS cannot go on from {memory!r}")
        stability = formulas.next_stability(memory.stability, memory.difficulty, answer.elapsed_days, rating)
        return self._enter(memory, stability, formulas.next_difficulty(memory.difficulty, rating), answer)

    def _enter(
        self, before: FsrsMemory | None, stability: float, difficulty: float, answer: Answer
    ) -> Outcome:
        """Put the card on its next step, or on its day."""
        is_learnt = before is not None and before.step is None
        is_forgotten = is_learnt and answer.rating is Rating.AGAIN
        is_relearning = is_learnt or (before is not None and before.is_relearning)
        steps_s = self._choice.relearning_steps_s if is_relearning else self._choice.learning_steps_s
        found = None
        if answer.uses_steps and (is_forgotten or not is_learnt):
            step = 0 if before is None or before.step is None else before.step
            found = _next_step(steps_s, step, answer.rating)
        if found is None:
            days = self._interval_days(before, stability, answer)
            return Outcome(FsrsMemory(stability, difficulty, days))
        step, wait_s = found
        memory = FsrsMemory(stability, difficulty, 0, step, is_relearning)
        return Outcome(memory, wait_s)

    def _interval_days(self, before: FsrsMemory | None, stability: float, answer: Answer) -> int:
        if before is None:
            # Fitted first stabilities may stand in another order than the ratings; intervals never do.
            passed = [Rating(value) for value in range(Rating.HARD, answer.rating + 1)]
            stability = max([stability, *map(self.formulas.first_stability, passed)])
        exact = self.formulas.interval(stability, self._choice.desired_retention)
        days = min(max(round(min(exact, MAXIMUM_DUE_DAYS)), 1), MAXIMUM_DUE_DAYS)
        return fuzz(days, answer.card_id, answer.number, MAXIMUM_DUE_DAYS) if self._choice.has_fuzz else days


def _next_step(steps_s: tuple[int, ...], step: int, rating: Rating) -> tuple[int, int] | None:
    """Return the step that a rating leads to and how long it waits, in seconds; None where it leads out."""
    if not steps_s or (step >= len(steps_s) and rating is not Rating.AGAIN):
        return None
    match rating:
        case Rating.AGAIN:
            return 0, steps_s[0]
        case Rating.HARD:
            # Between this step and the next; half as long again where there is one step only.
            after_s = steps_s[1] if len(steps_s) > 1 else 2 * steps_s[0]
            return step, (steps_s[0] + after_s) // 2 if step == 0 else steps_s[step]
        case Rating.GOOD if step + 1 < len(steps_s):
            return step + 1, steps_s[step + 1]
    return None
