from __future__ import annotations

from datetime import UTC, datetime, timedelta

import fsrs
import numpy as np
import pytest

from quizzer.fsrs import levels
from quizzer.fsrs.forward import Loss, measure, remember
from quizzer.fsrs.levels import lay_out
from quizzer.fsrs.parameters import COUNT, DEFAULT, HIGHEST, LOWEST
from quizzer.fsrs.review_table import Flags, ReviewTable
from quizzer.fsrs.transitions import Parameters
from tests.synthetic_log import draw_log

START = datetime(2026, 1, 1, tzinfo=UTC)
# With these lapses end at the least stability, where slopes end as well.
AT_LEAST_STABILITY = (*DEFAULT[:11], 0.0015, 0.2, 0.1, 0.01, *DEFAULT[15:])


def wild_log(seed: int, cards: int = 40) -> ReviewTable:
    """Return a log of all ratings at random, gaps from none to years, half of them on the same day."""
    draw = np.random.default_rng(seed)
    rows = []
    for card in range(cards):
        day = 0
        for number in range(int(draw.integers(1, 40))):
            rows.append((card, int(draw.integers(1, 5)), day, 1000 * number))
            day += int(draw.choice([0, draw.lognormal(2, 1.5)]))
    return ReviewTable.from_rows(rows)


def some_parameters(seed: int, spread: float = 0.4) -> Parameters:
    """Return parameters near the default ones, not on a bound."""
    draw = np.random.default_rng(seed)
    low, high = np.array(LOWEST), np.array(HIGHEST)
    moved = np.array(DEFAULT) * draw.uniform(1 - spread, 1 + spread, COUNT)
    return tuple(np.clip(moved, low + 0.002, high - 0.002).tolist())


def remember_by_package(table: ReviewTable, w: Parameters) -> tuple[list[float], list[float], list[float]]:
    """Return retrievability, stability and difficulty of all reviews, from the package `fsrs`."""
    scheduler = fsrs.Scheduler(parameters=w, enable_fuzzing=False)
    columns: tuple[list[float], list[float], list[float]] = ([], [], [])
    for start, end in zip(table.starts[:-1], table.starts[1:], strict=True):
        card, moment = fsrs.Card(card_id=1), START
        for place in range(int(start), int(end)):
            moment += timedelta(days=int(table.gap_days[place]), seconds=1)
            columns[0].append(scheduler.get_card_retrievability(card, moment) if place > start else np.nan)
            card, _ = scheduler.review_card(card, fsrs.Rating(int(table.rating[place])), moment)
            assert card.stability is not None
            assert card.difficulty is not None
            columns[1].append(card.stability)
            columns[2].append(card.difficulty)
    return columns


@pytest.mark.parametrize("w", [DEFAULT, some_parameters(1), some_parameters(2), LOWEST, HIGHEST])
@pytest.mark.parametrize("log", ["wild", "learned"])
def test_memory_is_that_of_the_package(log: str, w: Parameters) -> None:
    """Each number after and before each review agrees with the package `fsrs` to 1e-9."""
    table = wild_log(3) if log == "wild" else draw_log(1500, seed=4)
    found = remember(table, w)
    retrievability, stability, difficulty = remember_by_package(table, w)
    np.testing.assert_allclose(found.stability, stability, rtol=1e-9)
    np.testing.assert_allclose(found.difficulty, difficulty, rtol=1e-9)
    np.testing.assert_allclose(found.retrievability, retrievability, rtol=1e-9)


@pytest.mark.parametrize("w", [DEFAULT, some_parameters(1), some_parameters(2)])
def test_the_loss_is_that_of_the_predictions(w: Parameters) -> None:
    """Summed is minus the log of what was given to each answer of a next day that counts."""
    table = wild_log(5)
    counted = np.arange(len(table)) % 3 > 0
    loss = measure(lay_out(table, counted), w)
    tested = counted & table.is_next_day
    predicted, recalled = remember(table, w).retrievability[tested], table.is_recalled[tested]
    assert loss.reviews == np.count_nonzero(tested)
    assert loss.total == pytest.approx(-np.log(np.where(recalled, predicted, 1 - predicted)).sum(), rel=1e-9)


@pytest.mark.parametrize(
    "w", [DEFAULT, some_parameters(1), some_parameters(2), some_parameters(3, 0.8), AT_LEAST_STABILITY]
)
@pytest.mark.parametrize("log", ["wild", "learned"])
def test_the_gradient_is_that_of_finite_differences(log: str, w: Parameters) -> None:
    """All 21 slopes agree with central differences of the loss, to 1e-6 of the largest."""
    table = wild_log(6) if log == "wild" else draw_log(1500, seed=7)
    gradient = measure(lay_out(table), w).gradient
    for index in range(COUNT):
        width = 1e-5 * max(w[index], 0.01)
        low, high = (
            measure(lay_out(table), [*w[:index], w[index] + step, *w[index + 1 :]]).total
            for step in (-width, width)
        )
        slope = (high - low) / (2 * width)
        assert gradient[index] == pytest.approx(slope, rel=1e-5, abs=1e-6 * np.abs(gradient).max()), index


def test_the_fisher_matrix_is_that_of_finite_differences() -> None:
    """It is the sum of the products of the slopes of R over R (1 - R), by central differences."""
    table, w = wild_log(8, cards=15), some_parameters(4)
    tested = table.is_next_day
    chance = remember(table, w).retrievability[tested]
    slopes = np.empty((COUNT, len(chance)))
    for index in range(COUNT):
        width = 1e-5 * max(w[index], 0.01)
        low, high = (
            remember(table, [*w[:index], w[index] + step, *w[index + 1 :]]).retrievability[tested]
            for step in (-width, width)
        )
        slopes[index] = (high - low) / (2 * width)
    expected = (slopes / (chance * (1 - chance))) @ slopes.T
    fisher = measure(lay_out(table), w).fisher
    np.testing.assert_allclose(fisher, expected, rtol=1e-4, atol=1e-6 * np.abs(expected).max())


def test_blocks_make_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cards in blocks of three give what all cards in one block give."""
    table, w = wild_log(9), some_parameters(5)
    whole, memories = measure(lay_out(table), w), remember(table, w)
    monkeypatch.setattr(levels, "CARDS_A_BLOCK", 3)
    parts = list(lay_out(table))
    assert [block.cards for block in parts] == [3] * 13 + [1]
    _assert_equal(measure(parts, w), whole)
    np.testing.assert_allclose(remember(table, w).stability, memories.stability, rtol=1e-12)


def test_what_does_not_count_still_makes_memory() -> None:
    """The losses of two halves of the reviews add up to that of all, whole histories behind both."""
    table, w = wild_log(10), some_parameters(6)
    late: Flags = np.asarray(table.order > 10_000)
    halves = [measure(lay_out(table, part), w) for part in (late, ~late)]
    _assert_equal(
        Loss(*(sum(getattr(half, name) for half in halves) for name in Loss.__slots__)),
        measure(lay_out(table), w),
    )


def test_certain_recall_has_a_loss() -> None:
    """Where retrievability rounds to one, a lapse costs much, but its loss and slopes are numbers."""
    w = (*DEFAULT[:17], 2.0, 2.0, 0.0, DEFAULT[20])  # each EASY of the same day multiplies stability by e^6
    rows = [(1, 4, 0, number) for number in range(200)] + [(1, 1, 1, 200), (1, 3, 3, 201)]
    loss = measure(lay_out(ReviewTable.from_rows(rows)), w)
    assert 100 < loss.total < 1000
    assert np.isfinite(loss.gradient).all()
    assert np.isfinite(loss.fisher).all()
    assert remember(ReviewTable.from_rows(rows), w).stability[199] == np.inf


def _assert_equal(found: Loss, expected: Loss) -> None:
    assert found.reviews == expected.reviews
    assert found.total == pytest.approx(expected.total, rel=1e-12)
    scale = np.abs(expected.gradient).max(), np.abs(expected.fisher).max()
    np.testing.assert_allclose(found.gradient, expected.gradient, atol=1e-12 * scale[0])
    np.testing.assert_allclose(found.fisher, expected.fisher, atol=1e-12 * scale[1])
