"""All cards of a log through FSRS-6 at once: memory after each review, loss, gradient, Fisher matrix.

Forward mode: each card carries the slopes of its log stability by all 21 parameters and those of its
difficulty by the four that make it, so that one pass over the log gives all that a fit wants.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from quizzer.fsrs import transitions
from quizzer.fsrs.levels import Block, Level, Places, lay_out
from quizzer.fsrs.parameters import COUNT
from quizzer.fsrs.review_table import Floats, ReviewTable
from quizzer.fsrs.transitions import Change, DifficultyChange, Forecast, Parameters

_OF_DIFFICULTY = slice(4, 8)  # w4 to w7 reach log stability by way of difficulty


@dataclass(frozen=True, slots=True, eq=False)
class Memories:
    """What FSRS-6 says of each review of a table, in the table's order.

    `retrievability` is the probability of recall just before the review: NaN for a card's first one, 1
    on the same day. `stability`, in days, and `difficulty` are those after it.
    """

    retrievability: Floats
    stability: Floats
    difficulty: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Loss:
    """Minus the log likelihood of the counted reviews: a sum, with its slopes."""

    total: float
    reviews: int
    gradient: Floats  # (21,)
    fisher: Floats  # (21, 21), the curvature to be expected if the parameters were true


@dataclass(frozen=True, slots=True, eq=False)
class _Moment:
    """A level with what its reviews did; the forecast is of its next-day cards."""

    level: Level
    forecast: Forecast
    changes: tuple[tuple[Places, Change], ...]  # some cards, and the change of each
    difficulty: DifficultyChange

    def gather(self, field: str) -> Floats:
        """Return a field of the changes as one array, (cards,)."""
        gathered = np.empty(len(self.level.place))
        for cards, change in self.changes:
            gathered[cards] = getattr(change, field)
        return gathered


def remember(table: ReviewTable, w: Parameters) -> Memories:
    """Return retrievability before and memory after every review."""
    retrievability, stability, difficulty = (np.full(len(table), np.nan) for _ in range(3))
    for block in lay_out(table):
        for number, moment in enumerate(_moments(block, w)):
            level = moment.level
            with np.errstate(over="ignore"):  # hundreds of EASY on one day end beyond float64
                stability[level.place] = np.exp(moment.gather("log_stability"))
            difficulty[level.place] = moment.difficulty.difficulty
            if number:
                retrievability[level.place[level.same_day_cards]] = 1
                retrievability[level.place[level.next_day_cards]] = moment.forecast.retrievability
    return Memories(retrievability, stability, difficulty)


def measure(blocks: Iterable[Block], w: Parameters) -> Loss:
    """Return the loss of the counted reviews of `blocks`, with gradient and Fisher matrix."""
    total, reviews, gradient, fisher = 0.0, 0, np.zeros(COUNT), np.zeros((COUNT, COUNT))
    for block in blocks:
        slopes = np.zeros((COUNT, block.cards))  # of log stability
        difficulty_slopes = np.zeros((4, block.cards))
        for moment in _moments(block, w):
            counted = moment.level.counted
            if counted.any():
                total += _surprise(moment)
                reviews += int(np.count_nonzero(counted))
                standard, residual = _standardise(moment, slopes[:, : len(counted)])
                gradient -= standard @ residual
                fisher += standard @ standard.T
            _carry_on(moment, slopes, difficulty_slopes)
    return Loss(total, reviews, gradient, fisher)


def _moments(block: Block, w: Parameters) -> Iterator[_Moment]:
    level, nobody = block.levels[0], np.empty(0)
    first = transitions.first_stability(w, level.rating)
    moment = _Moment(
        level,
        Forecast(nobody, nobody, nobody, nobody),
        ((level.by_kind, first),),
        transitions.first_difficulty(w, level.rating),
    )
    yield moment
    for level in block.levels[1:]:
        cards = len(level.place)
        moment = _review(
            level, w, moment.gather("log_stability")[:cards], moment.difficulty.difficulty[:cards]
        )
        yield moment


def _review(level: Level, w: Parameters, log_stability: Floats, difficulty: Floats) -> _Moment:
    same, later = level.same_day_cards, level.next_day_cards
    well, badly = later[: level.recalled], later[level.recalled :]
    before = transitions.forecast(w, log_stability[later], level.gap_days[later])
    changes = []
    if len(same):
        change = transitions.same_day(w, log_stability[same], level.rating[same])
        changes.append((same, change))
    if len(well):
        memory = log_stability[well], difficulty[well], before.part(slice(level.recalled))
        changes.append((well, transitions.recalled(w, *memory, level.rating[well])))
    if len(badly):
        memory = log_stability[badly], difficulty[badly], before.part(slice(level.recalled, None))
        changes.append((badly, transitions.lapsed(w, *memory)))
    return _Moment(level, before, tuple(changes), transitions.next_difficulty(w, difficulty, level.rating))


def _surprise(moment: _Moment) -> float:
    """Return minus the log likelihood of the counted reviews of a level."""
    level, before = moment.level, moment.forecast
    likelihood = np.concatenate([before.retrievability[: level.recalled], before.forgotten[level.recalled :]])
    return -float(np.log(likelihood) @ level.counted[level.next_day_cards])


def _standardise(moment: _Moment, slopes: Floats) -> tuple[Floats, Floats]:
    """Return the slopes of R and the residual answer - R, both over the answer's standard deviation.

    The first has the shape of `slopes`, (21, cards); reviews that do not count are zero in it.
    """
    level, before = moment.level, moment.forecast
    later = level.next_day_cards
    weight = level.counted[later] / np.sqrt(before.retrievability * before.forgotten)
    by_log_stability, by_decay, residual = np.zeros((3, len(level.place)))
    by_log_stability[later] = before.by_log_stability * weight
    by_decay[later] = before.by_decay * weight
    residual[later] = -before.retrievability * weight
    residual[later[: level.recalled]] = (before.forgotten * weight)[: level.recalled]
    standard = slopes * by_log_stability
    standard[transitions.DECAY] += by_decay
    return standard, residual


def _carry_on(moment: _Moment, slopes: Floats, difficulty_slopes: Floats) -> None:
    """Take the slopes of a block, in place, from before a level to after it."""
    cards = len(moment.level.place)
    of_stability, of_difficulty = slopes[:, :cards], difficulty_slopes[:, :cards]
    of_stability *= moment.gather("by_log_stability")
    of_stability[_OF_DIFFICULTY] += moment.gather("by_difficulty") * of_difficulty
    for chosen, change in moment.changes:
        for index, slope in change.by_parameter.items():
            of_stability[index, chosen] += slope
    of_difficulty *= moment.difficulty.by_difficulty
    of_difficulty += moment.difficulty.by_parameter
