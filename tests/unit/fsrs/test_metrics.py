from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzer.fsrs import metrics

# Of few values, so that predictions are often equal; the bounds of bins are among them.
PAIRS = st.lists(
    st.tuples(st.sampled_from([0.0, 0.05, 0.12, 0.3, 0.5, 0.51, 0.9, 1.0]) | st.floats(0, 1), st.booleans()),
    min_size=1,
    max_size=60,
)


@given(PAIRS)
def test_auc_counts_pairs(pairs: list[tuple[float, bool]]) -> None:
    """AUC is the share of pairs of a recalled review and a lapse that are in order, equal ones half."""
    recalled = [p for p, well in pairs if well]
    lapsed = [p for p, well in pairs if not well]
    predicted, was_recalled = (np.array(column) for column in zip(*pairs, strict=True))
    auc = metrics.auc(predicted, was_recalled)
    if not recalled or not lapsed:
        assert auc is None
    else:
        wins = sum((a > b) + 0.5 * (a == b) for a in recalled for b in lapsed)
        assert auc == pytest.approx(wins / (len(recalled) * len(lapsed)), abs=1e-12)


@given(PAIRS)
def test_log_loss_is_a_plain_mean(pairs: list[tuple[float, bool]]) -> None:
    """Minus the mean log of what was given to the answer, at least a millionth."""
    predicted, recalled = (np.array(column) for column in zip(*pairs, strict=True))
    expected = [-math.log(max(p if well else 1 - p, 1e-6)) for p, well in pairs]
    assert metrics.log_loss(predicted, recalled) == pytest.approx(sum(expected) / len(expected))


@given(PAIRS)
def test_calibration_is_a_loop_over_bins(pairs: list[tuple[float, bool]]) -> None:
    """Bin k of 20 holds predictions from k/20 up to (k + 1)/20, the last one 1 as well."""
    bins: dict[int, list[tuple[float, bool]]] = {}
    for p, well in pairs:
        bins.setdefault(min(int(p * 20), 19), []).append((p, well))
    expected = [
        (sum(p for p, _ in part) / len(part), sum(well for _, well in part) / len(part), len(part))
        for _, part in sorted(bins.items())
    ]
    predicted, recalled = (np.array(column) for column in zip(*pairs, strict=True))
    found = metrics.calibration(predicted, recalled)
    assert [(part.predicted, part.recalled, part.reviews) for part in found] == [
        pytest.approx(part) for part in expected
    ]
    square = sum(count * (p - seen) ** 2 for p, seen, count in expected) / len(pairs)
    assert metrics.rmse_bins(found) == pytest.approx(math.sqrt(square), abs=1e-12)


def test_certainty_costs_nothing() -> None:
    """Where all was foretold for certain the loss is 0, and not -0."""
    assert str(metrics.log_loss(np.ones(3), np.ones(3, dtype=bool))) == "0.0"
