from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from quizzer.core.scheduling.base import Answer
from quizzer.core.scheduling.sm2 import Sm2
from quizzer.errors import UsageError
from quizzer.fsrs.evaluation import evaluate, predict_by_sm2
from quizzer.fsrs.fit import fit_parameters
from quizzer.fsrs.held_out import hold_out
from quizzer.fsrs.log_file import DayRule, read_log
from quizzer.fsrs.parameters import DEFAULT
from quizzer.fsrs.review_table import ReviewTable
from tests.synthetic_log import draw_log

REVIEW_LOG = Path(__file__).parents[2] / "data" / "review_log.csv"


def test_the_known_figures_on_the_real_log() -> None:
    """The last 20 % at midnights: what was measured by other programs for SM-2, FSRS-6 and the average."""
    sm2, default, fitted, average = evaluate(read_log(REVIEW_LOG, DayRule.MIDNIGHT))
    assert {part.reviews for part in (sm2, default, fitted, average)} == {1403}
    assert (sm2.log_loss, sm2.auc, sm2.rmse_bins) == pytest.approx((0.5256, 0.532, 0.1237), abs=5e-4)
    assert (default.log_loss, default.auc, default.rmse_bins) == pytest.approx(
        (0.4508, 0.637, 0.0385), abs=5e-4
    )
    assert (average.log_loss, average.auc, average.rmse_bins) == pytest.approx(
        (0.4770, 0.5, 0.0565), abs=5e-4
    )
    assert fitted.log_loss < 0.4525  # here fitting does not pay: it is not below the default one's
    assert sum(part.reviews for part in fitted.calibration) == 1403


def test_sm2_is_driven_by_the_first_review_of_a_day() -> None:
    """Its interval before each review comes of the card's first review and the next-day ones before."""
    rows = [(1, 3, 0, 0), (1, 1, 0, 1), (1, 3, 2, 2), (1, 4, 9, 3), (1, 1, 9, 4), (1, 3, 40, 5)]
    first = Sm2().review(None, Answer(4)).memory
    second = Sm2().review(first, Answer(4)).memory
    third = Sm2().review(second, Answer(5)).memory
    intervals = [first, first, second, third, third]
    expected = [
        0.9 ** (gap / memory.interval_days) for gap, memory in zip([0, 2, 7, 0, 31], intervals, strict=True)
    ]
    predicted = predict_by_sm2(ReviewTable.from_rows(rows))
    assert np.isnan(predicted[0])
    assert predicted[1:].tolist() == pytest.approx(expected)


def test_intervals_of_sm2_end_with_the_calendar() -> None:
    """Where the exact interval has hundreds of digits, the prediction is that of 36,500 days."""
    rows = [(1, 4, number, number) for number in range(1200)]
    assert predict_by_sm2(ReviewTable.from_rows(rows))[-1] == pytest.approx(0.9 ** (1 / 36_500))


def test_nothing_to_test_is_said_in_a_sentence() -> None:
    """A log whose end holds first reviews only is refused."""
    rows = [(1, 3, day, day) for day in range(8)] + [(card, 3, 8, card) for card in range(10, 30)]
    with pytest.raises(UsageError, match="nothing to test"):
        evaluate(ReviewTable.from_rows(rows))


def test_a_beginning_without_next_day_reviews_is_no_obstacle() -> None:
    """With nothing to average or fit, the average is a half and the fit the default parameters."""
    rows = [(card, 3, 0, card) for card in range(8)] + [(1, 3, 5, 100), (2, 1, 6, 101)]
    _, default, fitted, average = evaluate(ReviewTable.from_rows(rows))
    assert average.log_loss == pytest.approx(np.log(2))
    assert (fitted.log_loss, fitted.auc) == (default.log_loss, default.auc)
    assert fitted.name == "FSRS-6, default: nothing to fit"


def test_fitting_pays_on_reviews_not_seen() -> None:
    """Seven cuts through the real log: at most 0.426 on 4,364 reviews; default parameters have 0.4355."""
    result = hold_out(read_log(REVIEW_LOG, DayRule.ELAPSED))
    assert result is not None
    assert result.reviews == 4364
    assert result.log_loss == pytest.approx(0.4355, abs=5e-5)
    assert result.fitted_log_loss <= 0.426


def test_what_is_tested_was_not_fitted() -> None:
    """Where only the last tenth has next-day reviews, the fit before it knows of none: the default ones."""
    rows = [(card, 3, 0, card) for card in range(90)] + [(card, 1, 5, 100 + card) for card in range(10)]
    result = hold_out(ReviewTable.from_rows(rows))
    assert result is not None
    assert (result.reviews, result.fitted_log_loss) == (10, result.log_loss)


def test_the_given_parameters_are_what_a_fit_is_held_against() -> None:
    """A learner with other parameters than the default ones is foretold best by the own ones."""
    w = (*(4 * value for value in DEFAULT[:4]), *DEFAULT[4:])
    table = draw_log(6000, w, seed=3)
    own, default = hold_out(table, w), hold_out(table)
    assert own is not None
    assert default is not None
    assert own.log_loss < default.log_loss
    assert own.fitted_log_loss == default.fitted_log_loss < default.log_loss


def test_only_reviews_since_the_parameters_were_set_are_tested() -> None:
    """What came before may have been fitted to; from there on the same reviews count as ever."""
    table = read_log(REVIEW_LOG, DayRule.ELAPSED)
    since = table.order_at(0.7)
    whole, late = hold_out(table), hold_out(table, since=since)
    assert whole is not None
    assert late is not None
    assert late.reviews == np.count_nonzero(table.is_next_day & (table.order >= since)) < whole.reviews
    assert hold_out(table, since=table.order_at(0.1)) == whole
    assert hold_out(table, since=table.order_at(1.0)) is None


def test_parameters_that_have_seen_the_tests_are_not_beaten_but_for_that() -> None:
    """Fitted to 70 % of the log, parameters seem better than any fit before, on what they have seen."""
    table = read_log(REVIEW_LOG, DayRule.ELAPSED)
    since = table.order_at(0.7)
    seen = fit_parameters(table.before(since)).parameters
    unfair, fair = hold_out(table, seen), hold_out(table, seen, since)
    assert unfair is not None
    assert fair is not None
    assert unfair.log_loss < unfair.fitted_log_loss
    assert fair.log_loss - fair.fitted_log_loss > unfair.log_loss - unfair.fitted_log_loss


def test_a_log_of_one_day_cannot_be_held_out() -> None:
    """Without a next-day review there is no result."""
    assert hold_out(ReviewTable.from_rows([(card, 3, 0, card) for card in range(50)])) is None
