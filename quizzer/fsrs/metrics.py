"""How well predicted probabilities of recall agree with what was recalled.

All take the predictions, float64 in 0..1, and whether each review was recalled, of one length of at
least one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from quizzer.fsrs.review_table import Flags, Floats

BINS = 20
LEAST_PROBABILITY = 1e-6  # of an answer; keeps one surprise from outweighing all else


@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """The reviews whose predictions fell into one bin: mean prediction, share recalled, their number."""

    predicted: float
    recalled: float
    reviews: int


def log_loss(predicted: Floats, recalled: Flags) -> float:
    """Return the mean of minus the log of what was predicted for the answer that was given, in nats."""
    likelihood = np.where(recalled, predicted, 1 - predicted)
    # Subtracted, not negated: where every answer was certain that would be -0.0.
    return 0.0 - float(np.log(np.maximum(likelihood, LEAST_PROBABILITY)).mean())


def auc(predicted: Floats, recalled: Flags) -> float | None:
    """Return how often a recalled review was predicted above a lapse, where equal ones count half.

    None where all were recalled, or none.
    """
    well = int(np.count_nonzero(recalled))
    badly = len(recalled) - well
    if not well or not badly:
        return None
    _, value, count = np.unique(predicted, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(count) - (count - 1) / 2)[value]  # from 1; equal predictions share the mean rank
    return float((ranks[recalled].sum() - well * (well + 1) / 2) / (well * badly))


def calibration(predicted: Floats, recalled: Flags) -> tuple[CalibrationBin, ...]:
    """Return the bins that are not empty of 20 equally wide ones of predicted probability."""
    number = np.minimum((predicted * BINS).astype(np.int64), BINS - 1)
    reviews = np.bincount(number, minlength=BINS)
    sums = (np.bincount(number, weights=values, minlength=BINS) for values in (predicted, recalled))
    return tuple(
        CalibrationBin(float(foretold / count), float(seen / count), int(count))
        for foretold, seen, count in zip(*sums, reviews, strict=True)
        if count
    )


def rmse_bins(bins: tuple[CalibrationBin, ...]) -> float:
    """Return the root of the mean square of predicted - recalled over bins, each weighted by its reviews."""
    square = sum(part.reviews * (part.predicted - part.recalled) ** 2 for part in bins)
    return float(np.sqrt(square / sum(part.reviews for part in bins)))
