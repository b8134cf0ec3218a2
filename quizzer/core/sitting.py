"""A sitting with a kata: from laying out the starter to its pass or the learner's giving up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from quizzer.core.rating import Rating
from quizzer.core.verdict import GateStatus, Status, Verdict

EASY_SHARE_OF_PAR = 0.6
HARD_TIMES_PAR = 2
HARD_HINTS = 2
MOST_FAILED_FOR_GOOD = 6
MOST_FAILED_FOR_EASY = 1


class Ending(StrEnum):
    """How a sitting ended."""

    PASSED = "passed"
    GAVE_UP = "gave_up"


@dataclass(frozen=True, slots=True)
class Sitting:
    """A sitting as stored; open while `ended_at` is None. `hints` counts those that were shown."""

    id: int
    card_id: int
    started_at: datetime
    study_day: date
    hints: int = 0
    revealed_at: datetime | None = None
    ended_at: datetime | None = None
    ending: Ending | None = None
    review_sequence: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether it goes on."""
        return self.ended_at is None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One grading of the submission in a sitting."""

    number: int
    graded_at: datetime
    study_day: date
    source: str
    verdict: Verdict

    @property
    def is_passed(self) -> bool:
        """Whether the kata was solved."""
        return self.verdict.status is Status.PASSED


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The rating that a sitting suggests, and why as a sentence; the learner decides."""

    rating: Rating
    reason: str


def passing_attempt(attempts: Sequence[Attempt]) -> Attempt | None:
    """Return the attempt that solved the kata, None where none did."""
    return next((attempt for attempt in attempts if attempt.is_passed), None)


def failed_submissions(attempts: Sequence[Attempt]) -> int:
    """Return how many different submissions failed; one that did not load was mistyped and does not count."""
    failed = [attempt for attempt in attempts if not attempt.is_passed and not attempt.verdict.problem]
    return len({attempt.verdict.submission_sha256 for attempt in failed})


def minutes_taken(sitting: Sitting, attempt: Attempt) -> float | None:
    """Return the minutes from the start to `attempt`; None over a change of the study day.

    A learner may leave a sitting overnight, and what lies between is no time spent on it.
    """
    if attempt.study_day != sitting.study_day:
        return None
    return max(0.0, (attempt.graded_at - sitting.started_at).total_seconds() / 60)


def suggest_rating(sitting: Sitting, attempts: Sequence[Attempt], par_minutes: int) -> Suggestion:
    """Return the rating that a sitting suggests; the first rule that holds decides.

    1. AGAIN: the reference was revealed, or no attempt passed (the learner gives up).
    2. HARD: two hints or more, more than twice par, or more than six submissions failed.
    3. EASY: no hint, at most one submission failed, within 0.6 par, and every gate was judged.
    4. GOOD: all else.

    Time counts from laying out the starter to the passing attempt, and only within one
    study day: over a night it is unknown, which makes nothing HARD and nothing EASY. Gates
    that fail are in the verdict already; one that was INCONCLUSIVE only withholds EASY.
    """
    passed = passing_attempt(attempts)
    if sitting.revealed_at is not None:
        return Suggestion(Rating.AGAIN, "The reference was revealed.")
    if passed is None:
        return Suggestion(Rating.AGAIN, "The sitting was given up.")
    minutes, failed = minutes_taken(sitting, passed), failed_submissions(attempts)
    took = f"{_minutes(minutes)}, par is {par_minutes}"
    if sitting.hints >= HARD_HINTS:
        return Suggestion(Rating.HARD, f"Passed with {sitting.hints} hints.")
    if minutes is not None and minutes > HARD_TIMES_PAR * par_minutes:
        return Suggestion(Rating.HARD, f"Passed, but it took {took}.")
    if failed > MOST_FAILED_FOR_GOOD:
        return Suggestion(Rating.HARD, f"Passed after {failed} submissions that failed.")
    if minutes is None:
        return Suggestion(Rating.GOOD, "Passed on another study day than begun, so time does not count.")
    is_judged = not any(gate.status is GateStatus.INCONCLUSIVE for gate in passed.verdict.gates)
    is_quick = minutes <= EASY_SHARE_OF_PAR * par_minutes
    if is_quick and is_judged and sitting.hints == 0 and failed <= MOST_FAILED_FOR_EASY:
        return Suggestion(Rating.EASY, f"Passed without a hint in {took}.")
    return Suggestion(Rating.GOOD, f"Passed in {took}{_effort(sitting.hints, failed)}.")


def _minutes(minutes: float | None) -> str:
    whole = round(minutes or 0)
    return f"{whole} minute" if whole == 1 else f"{whole} minutes"


def _effort(hints: int, failed: int) -> str:
    parts = [f"{number} {noun}" for number, noun in ((hints, "hint"), (failed, "failed before")) if number]
    return f" ({', '.join(parts)})" if parts else ""
