"""How a learner rates, and how long that takes: what a simulation assumes of the months to come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from quizzer.core.rating import Rating

ENOUGH_ANSWERS = 100


@dataclass(frozen=True, slots=True)
class Habits:
    """Shares of AGAIN, HARD, GOOD, EASY at first sight, of the last three among recalled cards, and seconds.

    `seconds` is what a card costs that day by its first rating, with all that it is asked again.
    The defaults are assumptions for a learner whose log is still short.
    """

    first_shares: tuple[float, float, float, float] = (0.3, 0.2, 0.4, 0.1)
    passed_shares: tuple[float, float, float] = (0.15, 0.7, 0.15)
    seconds: tuple[float, float, float, float] = (60.0, 40.0, 25.0, 15.0)


@dataclass(frozen=True, slots=True)
class RatingCount:
    """How often a rating was given, and how many seconds those cards took on their days, in all."""

    answers: int = 0
    seconds: float = 0.0


def find_habits(
    first: Mapping[Rating, RatingCount], later: Mapping[Rating, RatingCount]
) -> tuple[Habits, bool]:
    """Return a learner's habits, and whether they are the learner's own.

    `first` counts first ratings of new cards, `later` those of due ones. With fewer than
    100 of either the default shares hold; a rating never given costs what it does by default.
    """
    assumed = Habits()
    counts = [(first.get(r, RatingCount()), later.get(r, RatingCount())) for r in Rating]
    if min(sum(count.answers for count in side) for side in zip(*counts, strict=True)) < ENOUGH_ANSWERS:
        return assumed, False
    firsts, laters = ([count.answers for count in side] for side in zip(*counts, strict=True))
    seconds = [
        (a.seconds + b.seconds) / (a.answers + b.answers) if a.answers + b.answers else default
        for (a, b), default in zip(counts, assumed.seconds, strict=True)
    ]
    passed = laters[1:] if sum(laters[1:]) else assumed.passed_shares
    return Habits(_four(firsts), (passed[0], passed[1], passed[2]), _four(seconds)), True


def _four(values: list[int] | list[float]) -> tuple[float, float, float, float]:
    again, hard, good, easy = values
    return again, hard, good, easy
