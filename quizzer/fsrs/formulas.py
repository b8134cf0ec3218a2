"""The formulas of FSRS-6 for one card, on floats.

Source: py-fsrs 6.3 (MIT; `fsrs/scheduler.py`), which the tests compare with, and the
description of the algorithm by the open-spaced-repetition project.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from quizzer.core.rating import Rating
from quizzer.fsrs.parameters import (
    DEFAULT,
    GREATEST_DIFFICULTY,
    LEAST_DIFFICULTY,
    LEAST_STABILITY,
    check_parameters,
)


class Formulas:
    """FSRS-6 with one set of parameters; stabilities and intervals are in days."""

    def __init__(self, parameters: Sequence[float] = DEFAULT) -> None:
        self._w = check_parameters(parameters)
        self._decay = -self._w[20]
        self._factor = math.pow(0.9, 1 / self._decay) - 1
        self._growth = math.exp(self._w[8])
        self._bonus = (1.0, 1.0, self._w[15], 1.0, self._w[16])  # by rating
        self._mean_difficulty = self._first_difficulty(Rating.EASY)

    def retrievability(self, stability: float, elapsed_days: float) -> float:
        """Return the chance of a recall after that time: (1 + F t / S)^-w20, which is 0.9 at t = S."""
        return math.pow(1 + self._factor * max(0.0, elapsed_days) / stability, self._decay)

    def interval(self, stability: float, desired_retention: float) -> float:
        """Return after how many days the retrievability has fallen to `desired_retention`."""
        return stability / self._factor * (math.pow(desired_retention, 1 / self._decay) - 1)

    def first_stability(self, rating: Rating) -> float:
        """Return the stability after the first rating of a card."""
        return max(self._w[rating - 1], LEAST_STABILITY)

    def first_difficulty(self, rating: Rating) -> float:
        """Return the difficulty after the first rating of a card."""
        return _clamp(self._first_difficulty(rating))

    def next_difficulty(self, difficulty: float, rating: Rating) -> float:
        """Return the difficulty after a rating: damped towards 10, drawn to that of a first EASY."""
        moved = difficulty - self._w[6] * (rating - 3) * (10 - difficulty) / 9
        return _clamp(self._w[7] * self._mean_difficulty + (1 - self._w[7]) * moved)

    def next_stability(
        self, stability: float, difficulty: float, elapsed_days: float, rating: Rating
    ) -> float:
        """Return the stability after a rating; `difficulty` is the one before it."""
        if elapsed_days < 1:
            found = self._same_day(stability, rating)
        elif rating is Rating.AGAIN:
            found = self._forgotten(stability, difficulty, self.retrievability(stability, elapsed_days))
        else:
            found = self._recalled(
                stability, difficulty, self.retrievability(stability, elapsed_days), rating
            )
        return max(found, LEAST_STABILITY)

    def _first_difficulty(self, rating: Rating) -> float:
        return self._w[4] - math.exp(self._w[5] * (rating - 1)) + 1

    def _same_day(self, stability: float, rating: Rating) -> float:
        growth = math.exp(self._w[17] * (rating - 3 + self._w[18])) * math.pow(stability, -self._w[19])
        return stability * (growth if rating is Rating.AGAIN else max(1.0, growth))

    def _recalled(self, stability: float, difficulty: float, retrievability: float, rating: Rating) -> float:
        w = self._w
        growth = self._growth * (11 - difficulty) * math.pow(stability, -w[9])
        return stability * (1 + growth * math.expm1((1 - retrievability) * w[10]) * self._bonus[rating])

    def _forgotten(self, stability: float, difficulty: float, retrievability: float) -> float:
        w = self._w
        long_term = w[11] * math.pow(difficulty, -w[12]) * (math.pow(stability + 1, w[13]) - 1)
        return min(long_term * math.exp((1 - retrievability) * w[14]), stability / math.exp(w[17] * w[18]))


def _clamp(difficulty: float) -> float:
    return min(max(difficulty, LEAST_DIFFICULTY), GREATEST_DIFFICULTY)
