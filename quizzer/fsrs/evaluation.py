"""Which scheduler foretells a log best: SM-2, FSRS-6 as it is, FSRS-6 fitted, or a plain average.

The log is cut in time. What is fitted is fitted to the part before; what is scored are the next-day
reviews of the part after, with each card's whole history behind them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from quizzer.core.rating import QUALITY_OF_RATING, Rating
from quizzer.core.scheduling.base import MAXIMUM_DUE_DAYS, Answer
from quizzer.core.scheduling.sm2 import Sm2
from quizzer.errors import UsageError
from quizzer.fsrs import metrics
from quizzer.fsrs.fit import fit_parameters
from quizzer.fsrs.forward import remember
from quizzer.fsrs.metrics import CalibrationBin
from quizzer.fsrs.parameters import DEFAULT
from quizzer.fsrs.review_table import Flags, Floats, ReviewTable

SHARE_FITTED = 0.8
RETENTION_AT_DUE = 0.9  # what an interval of SM-2 is read to promise


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How one forecaster did on the tested reviews; `auc` is None where all or none were recalled."""

    name: str
    log_loss: float
    auc: float | None
    rmse_bins: float
    calibration: tuple[CalibrationBin, ...]
    reviews: int


def evaluate(table: ReviewTable) -> tuple[Evaluation, ...]:
    """Return the evaluations of all forecasters on the last 20 % of `table`, in a fixed order.

    Raises:
        UsageError: If no review of that part came a day or more after its card's review before.
    """
    cut = table.order_at(SHARE_FITTED)
    tested = table.is_next_day & (table.order >= cut)
    if not tested.any():
        raise UsageError(
            "the last 20 % of the reviews hold none on a later day than its card's review before, so there "
            "is nothing to test. Go on reviewing for some weeks, then try again."
        )
    recalled = table.is_recalled[tested]
    return tuple(score(name, predicted[tested], recalled) for name, predicted in _forecasts(table, cut))


def score(name: str, predicted: Floats, recalled: Flags) -> Evaluation:
    """Return the evaluation of predictions beside what was recalled, of one length of at least one."""
    bins = metrics.calibration(predicted, recalled)
    return Evaluation(
        name,
        metrics.log_loss(predicted, recalled),
        metrics.auc(predicted, recalled),
        metrics.rmse_bins(bins),
        bins,
        len(recalled),
    )


def predict_by_sm2(table: ReviewTable) -> Floats:
    """Return 0.9^(gap / interval) for each review that has one before it, with SM-2's interval; else NaN.

    SM-2 is driven by each card's first review and its next-day ones: it has no place for more reviews on
    the same day, which it would call a drill.
    """
    scheduler = Sm2()
    quality = [0, *(QUALITY_OF_RATING[rating] for rating in Rating)]  # by rating
    rating, gap_days = table.rating.tolist(), table.gap_days.tolist()
    interval_days = np.full(len(table), np.nan)
    for start, end in pairwise(table.starts.tolist()):
        memory = scheduler.review(None, Answer(quality[rating[start]])).memory
        for place in range(start + 1, end):
            interval_days[place] = min(memory.interval_days, MAXIMUM_DUE_DAYS)
            if gap_days[place]:
                memory = scheduler.review(memory, Answer(quality[rating[place]])).memory
    return np.asarray(RETENTION_AT_DUE ** (table.gap_days / interval_days))


def _forecasts(table: ReviewTable, cut: int) -> Iterator[tuple[str, Floats]]:
    yield "SM-2", predict_by_sm2(table)
    yield "FSRS-6, default parameters", remember(table, DEFAULT).retrievability
    fit = fit_parameters(table.before(cut))
    name = "FSRS-6, fitted to the first 80 %" if fit.reviews else "FSRS-6, default: nothing to fit"
    yield name, remember(table, fit.parameters).retrievability
    seen = table.is_recalled[table.is_next_day & (table.order < cut)]
    average = float(seen.mean()) if len(seen) else 0.5
    yield "average of the first 80 %", np.full(len(table), average)
