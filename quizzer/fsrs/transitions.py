"""What a review makes of log stability and difficulty for many cards at once, with all slopes.

The formulas are those of FSRS-6 in py-fsrs 6.3 (MIT; `fsrs/scheduler.py`), written for the logarithm
of stability, which stays in range where stability itself would not. Slopes are partial derivatives.
Arrays have one entry a card, float64; w is the tuple of parameters.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from quizzer.fsrs.parameters import GREATEST_DIFFICULTY, LEAST_DIFFICULTY, LEAST_STABILITY
from quizzer.fsrs.review_table import Floats

LEAST_LOG_STABILITY = math.log(LEAST_STABILITY)
LEAST_PROBABILITY = 1e-300  # of forgetting: its logarithm must exist
DECAY = 20

Parameters = Sequence[float]
Ratings = npt.NDArray[np.int8]
Days = npt.NDArray[np.int32]


@dataclass(slots=True, eq=False)
class Forecast:
    """The probability of recall before a review, and of its complement, which is not one minus it."""

    retrievability: Floats
    forgotten: Floats
    by_log_stability: Floats
    by_decay: Floats

    def part(self, cards: slice) -> Forecast:
        """Return the forecast of some of the cards."""
        return Forecast(
            self.retrievability[cards],
            self.forgotten[cards],
            self.by_log_stability[cards],
            self.by_decay[cards],
        )


@dataclass(slots=True, eq=False)
class Change:
    """What a review makes of log stability; `by_parameter` has the slopes that are not zero."""

    log_stability: Floats
    by_log_stability: Floats
    by_difficulty: Floats
    by_parameter: dict[int, Floats]

    def keep_in_range(self) -> Change:
        """Return this with log stability at least `LEAST_LOG_STABILITY`, where all slopes end."""
        free = self.log_stability >= LEAST_LOG_STABILITY
        if free.all():
            return self
        return Change(
            np.maximum(self.log_stability, LEAST_LOG_STABILITY),
            self.by_log_stability * free,
            self.by_difficulty * free,
            {index: slope * free for index, slope in self.by_parameter.items()},
        )


@dataclass(slots=True, eq=False)
class DifficultyChange:
    """What a review makes of difficulty; `by_parameter` has the slopes by w4 to w7, (4, cards)."""

    difficulty: Floats
    by_difficulty: Floats
    by_parameter: Floats


def first_stability(w: Parameters, rating: Ratings) -> Change:
    """Return the log stability after a first rating: log w[rating - 1]."""
    none = np.zeros(len(rating))
    slopes = {index: np.where(rating == index + 1, 1 / w[index], 0.0) for index in range(4)}
    return Change(np.log(np.asarray(w[:4]))[rating - 1], none, none, slopes)


def first_difficulty(w: Parameters, rating: Ratings) -> DifficultyChange:
    """Return the difficulty after a first rating: w4 - exp(w5 (rating - 1)) + 1, in 1..10."""
    power = np.exp(w[5] * (rating - 1.0))
    none = np.zeros(len(rating))
    slopes = np.stack([np.ones(len(rating)), (1.0 - rating) * power, none, none])
    return _within_range(w[4] - power + 1, none, slopes)


def forecast(w: Parameters, log_stability: Floats, gap_days: Days) -> Forecast:
    """Return R = (1 + F t / S)^-w20 with F = 0.9^(-1 / w20) - 1."""
    decay = w[DECAY]
    factor = math.expm1(-math.log(0.9) / decay)
    factor_by_decay = (factor + 1) * math.log(0.9) / decay**2
    ratio = factor * gap_days * np.exp(-log_stability)  # F t / S
    log_base = np.log1p(ratio)
    retrievability = np.exp(-decay * log_base)
    forgotten = np.maximum(-np.expm1(-decay * log_base), LEAST_PROBABILITY)
    by_log_stability = retrievability * (decay * ratio / (1 + ratio))
    by_decay = -retrievability * log_base - by_log_stability * (factor_by_decay / factor)
    return Forecast(retrievability, forgotten, by_log_stability, by_decay)


def same_day(w: Parameters, log_stability: Floats, rating: Ratings) -> Change:
    """Return log S' = log S + w17 (rating - 3 + w18) - w19 log S; only AGAIN may lower it."""
    distance = rating - 3 + w[18]
    growth = w[17] * distance - w[19] * log_stability
    moves = ((growth > 0) | (rating == 1)).astype(np.float64)
    return Change(
        log_stability + moves * growth,
        1 - w[19] * moves,
        np.zeros(len(rating)),
        {17: moves * distance, 18: moves * w[17], 19: -moves * log_stability},
    ).keep_in_range()


def recalled(
    w: Parameters, log_stability: Floats, difficulty: Floats, before: Forecast, rating: Ratings
) -> Change:
    """Return log S' = log S + log(1 + A), with A = e^w8 (11 - D) S^-w9 (e^(w10 (1 - R)) - 1) bonus.

    The bonus is w15 for HARD, w16 for EASY and 1 for GOOD.
    """
    bonus = np.array([1.0, 1.0, w[15], 1.0, w[16]])[rating]
    scale = math.exp(w[8]) * (11 - difficulty) * np.exp(-w[9] * log_stability)
    surprise = np.expm1(w[10] * before.forgotten)
    growth = scale * surprise * bonus  # A
    shrink = 1 / (1 + growth)
    by_growth = growth * shrink  # the slope of log(1 + A) by log A
    by_forgotten = scale * bonus * (surprise + 1) * shrink
    by_bonus = scale * surprise * shrink
    return Change(
        log_stability + np.log1p(growth),
        1 - w[9] * by_growth - w[10] * by_forgotten * before.by_log_stability,
        -by_growth / (11 - difficulty),
        {
            8: by_growth,
            9: -by_growth * log_stability,
            10: by_forgotten * before.forgotten,
            15: np.where(rating == 2, by_bonus, 0.0),
            16: np.where(rating == 4, by_bonus, 0.0),
            DECAY: -w[10] * by_forgotten * before.by_decay,
        },
    ).keep_in_range()


def lapsed(w: Parameters, log_stability: Floats, difficulty: Floats, before: Forecast) -> Change:
    """Return the log of S' = w11 D^-w12 ((S + 1)^w13 - 1) e^(w14 (1 - R)), at most S e^(-w17 w18)."""
    log_more = np.logaddexp(0.0, log_stability)  # log(S + 1)
    power = w[13] * log_more
    rest = -np.expm1(-power)  # 1 - (S + 1)^-w13
    log_difficulty = np.log(difficulty)
    long_term = math.log(w[11]) - w[12] * log_difficulty + power + np.log(rest) + w[14] * before.forgotten
    ceiling = log_stability - w[17] * w[18]
    below = (long_term <= ceiling).astype(np.float64)
    above = 1 - below
    by_power = below / rest
    by_log_stability = by_power * w[13] * np.exp(log_stability - log_more)  # S / (S + 1)
    by_forgotten = below * w[14]
    return Change(
        np.minimum(long_term, ceiling),
        above + by_log_stability - by_forgotten * before.by_log_stability,
        -below * w[12] / difficulty,
        {
            11: below / w[11],
            12: -below * log_difficulty,
            13: by_power * log_more,
            14: below * before.forgotten,
            17: -above * w[18],
            18: -above * w[17],
            DECAY: -by_forgotten * before.by_decay,
        },
    ).keep_in_range()


def next_difficulty(w: Parameters, difficulty: Floats, rating: Ratings) -> DifficultyChange:
    """Return D' = w7 D0(EASY) + (1 - w7) (D - w6 (rating - 3) (10 - D) / 9), in 1..10.

    D0(EASY), the difficulty after a first EASY, is taken as it was before it was kept in range.
    """
    power = math.exp(3 * w[5])
    easiest = w[4] - power + 1
    step = (rating - 3) / 9.0
    room = 10 - difficulty
    moved = difficulty - w[6] * step * room
    slopes = np.empty((4, len(rating)))
    slopes[0] = w[7]
    slopes[1] = -3 * power * w[7]
    slopes[2] = (w[7] - 1) * step * room
    slopes[3] = easiest - moved
    return _within_range(w[7] * easiest + (1 - w[7]) * moved, (1 - w[7]) * (1 + w[6] * step), slopes)


def _within_range(difficulty: Floats, by_difficulty: Floats, by_parameter: Floats) -> DifficultyChange:
    free = (difficulty >= LEAST_DIFFICULTY) & (difficulty <= GREATEST_DIFFICULTY)
    within = np.clip(difficulty, LEAST_DIFFICULTY, GREATEST_DIFFICULTY)
    return DifficultyChange(within, by_difficulty * free, by_parameter * free)
