"""Fits the parameters of FSRS-6 to a learner's log: Fisher scoring inside the parameters' bounds.

Minimised is minus the log likelihood of all next-day reviews, plus a weak prior that draws each
parameter to its default; a parameter of which the log says nothing stays there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from quizzer.fsrs.forward import Loss, measure
from quizzer.fsrs.levels import Block, lay_out
from quizzer.fsrs.parameters import DEFAULT, HIGHEST, LOWEST
from quizzer.fsrs.review_table import Flags, Floats, ReviewTable

# How much parameters differ from learner to learner: standard deviations over many thousand learners,
# as published with fsrs-rs 6 (BSD-3; `PARAMS_STDDEV` in `src/training.rs`).
WIDTHS = (
    *(6.43, 9.66, 17.58, 27.85, 0.57, 0.28, 0.6, 0.12, 0.39, 0.18, 0.33),
    *(0.3, 0.09, 0.16, 0.57, 0.25, 1.03, 0.31, 0.32, 0.14, 0.27),
)
PRIOR_WEIGHT = 1.0
MOST_STEPS = 40
LEAST_GAIN = 0.1  # in log likelihood, too little to tell parameters apart; a step below it is the last
FIRST_DAMPING = 0.1
LEAST_DAMPING = 1e-3
MOST_DAMPING = 1e8

_DEFAULT, _LOWEST, _HIGHEST = (np.array(values) for values in (DEFAULT, LOWEST, HIGHEST))
_PRIOR = 2 * PRIOR_WEIGHT / np.square(WIDTHS)  # the curvature of PRIOR_WEIGHT ((w - default) / width)²


@dataclass(frozen=True, slots=True)
class Fit:
    """Parameters, and how well they predict the reviews they were fitted to.

    `log_loss` is the mean over the `reviews` that counted, without the prior; 0 where none did.
    """

    parameters: tuple[float, ...]
    log_loss: float
    reviews: int
    steps: int


@dataclass(frozen=True, slots=True, eq=False)
class _Point:
    parameters: Floats  # (21,)
    loss: Loss
    objective: float  # the loss with the prior, and its slopes
    gradient: Floats  # (21,)
    curvature: Floats  # (21, 21)


def fit_parameters(table: ReviewTable, counted: Flags | None = None, start: Sequence[float] = DEFAULT) -> Fit:
    """Return the most plausible parameters; the default ones where no next-day review counts.

    Args:
        table: The reviews, of any number of cards.
        counted: Which of them count, if they are of a next day; None for all.
        start: The parameters to start from, within their bounds. The prior is around the default ones.
    """
    blocks = list(lay_out(table, counted))
    point = _evaluate(blocks, np.clip(start, _LOWEST, _HIGHEST))
    if not point.loss.reviews:
        return Fit(DEFAULT, 0.0, 0, 0)
    damping, steps = FIRST_DAMPING, 0
    while steps < MOST_STEPS:
        better, damping = _step(blocks, point, damping)
        if better is None:
            break
        gain, point, steps = point.objective - better.objective, better, steps + 1
        if gain < LEAST_GAIN:
            break
    parameters = tuple(float(value) for value in point.parameters)
    return Fit(parameters, point.loss.total / point.loss.reviews, point.loss.reviews, steps)


def _evaluate(blocks: Sequence[Block], parameters: Floats) -> _Point:
    loss = measure(blocks, parameters.tolist())
    distance = parameters - _DEFAULT
    return _Point(
        parameters,
        loss,
        loss.total + 0.5 * float(_PRIOR @ distance**2),
        loss.gradient + _PRIOR * distance,
        loss.fisher + np.diag(_PRIOR),
    )


def _step(blocks: Sequence[Block], point: _Point, damping: float) -> tuple[_Point | None, float]:
    """Return a better point and the next damping; None where none is to be had."""
    while damping < MOST_DAMPING:
        proposal = _proposal(point, damping)
        step = proposal - point.parameters
        promised = -float(point.gradient @ step + 0.5 * step @ point.curvature @ step)
        if promised < LEAST_GAIN:
            break
        other = _evaluate(blocks, proposal)
        if other.objective < point.objective:
            return other, max(damping / 3, LEAST_DAMPING)
        if other.objective < point.objective + LEAST_GAIN:
            break
        damping *= 10
    return None, damping


def _proposal(point: _Point, damping: float) -> Floats:
    """Return where a damped Newton step leads that keeps within the bounds.

    A parameter that stands at a bound and is pushed beyond it takes no part.
    """
    w, gradient = point.parameters, point.gradient
    is_held = ((w <= _LOWEST) & (gradient > 0)) | ((w >= _HIGHEST) & (gradient < 0))
    free = np.flatnonzero(~is_held)
    curvature = point.curvature[np.ix_(free, free)]
    damped = curvature + damping * np.diag(np.diag(curvature))
    proposal = w.copy()
    proposal[free] -= np.linalg.solve(damped, gradient[free])
    return np.clip(proposal, _LOWEST, _HIGHEST)
