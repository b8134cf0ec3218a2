"""Whether a fit pays on reviews that it has not seen: a rolling origin through the log.

Seven times, from 30 % of the log to 90 %, parameters are fitted to what came before and tested on the
next-day reviews of the next 10 %.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from quizzer.fsrs import metrics
from quizzer.fsrs.fit import fit_parameters
from quizzer.fsrs.forward import remember
from quizzer.fsrs.parameters import DEFAULT
from quizzer.fsrs.review_table import Flags, Floats, ReviewTable

CUTS = tuple(tenth / 10 for tenth in range(3, 10))


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Mean log loss over all tested reviews: of parameters as they were, and of those fitted before."""

    reviews: int
    log_loss: float
    fitted_log_loss: float


def hold_out(
    table: ReviewTable, parameters: Sequence[float] = DEFAULT, since: int | None = None
) -> HeldOut | None:
    """Return how `parameters` and the fits did; None where no review could be tested.

    `since` is the order of the first review that `parameters` were not fitted to: only later ones are
    tested, since parameters foretell best what they have seen.
    """
    plain = remember(table, parameters).retrievability
    tested = np.zeros(len(table), dtype=np.bool_)
    fitted = np.full(len(table), np.nan)
    is_candidate = table.is_next_day if since is None else table.is_next_day & (table.order >= since)
    for cut in CUTS:
        start, end = table.order_at(cut), table.order_at(round(cut + 0.1, 1))
        part = is_candidate & (table.order >= start) & (table.order < end)
        if part.any():
            fit = fit_parameters(table.before(start))
            fitted[part] = remember(table, fit.parameters).retrievability[part]
            tested |= part
    if not tested.any():
        return None
    return HeldOut(
        int(np.count_nonzero(tested)),
        *(_loss(predicted, table, tested) for predicted in (plain, fitted)),
    )


def _loss(predicted: Floats, table: ReviewTable, tested: Flags) -> float:
    return metrics.log_loss(predicted[tested], table.is_recalled[tested])
