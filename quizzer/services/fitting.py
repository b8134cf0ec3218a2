"""Fitting FSRS-6 to a log, evaluating schedulers on it: the learner's own, or a file's."""

from __future__ import annotations

import time
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING

from quizzer.services.workspace import Workspace
from quizzer.storage.instant import to_milliseconds
from quizzer.storage.log_columns import read_rated
from quizzer.storage.reschedules import read_reschedules

if TYPE_CHECKING:
    from quizzer.fsrs.evaluation import Evaluation
    from quizzer.fsrs.fit import Fit
    from quizzer.fsrs.held_out import HeldOut
    from quizzer.fsrs.review_table import ReviewTable

ENOUGH_HELD_OUT = 100  # next-day reviews; the log loss of fewer says nothing
OWN_DAYS = "your study days"
DAY_RULES = {
    "elapsed": "whole 24 hours between two reviews",
    "midnight": "calendar days in UTC",
}


@dataclass(frozen=True, slots=True)
class Log:
    """A review log to look into: where it is from, how its days are counted, and its reviews."""

    source: str
    days: str
    table: ReviewTable

    @property
    def cards(self) -> int:
        """How many cards were reviewed."""
        return len(self.table.starts) - 1

    @property
    def next_day_reviews(self) -> int:
        """How many reviews came on a later day than their card's review before."""
        return int(self.table.is_next_day.sum())


@dataclass(frozen=True, slots=True)
class Present:
    """The parameters in force; what was reviewed before `since_ms` (from 1970) may have been fitted to.

    `since_ms` is None for the default ones, which were fitted to nothing of the learner's.
    """

    parameters: tuple[float, ...]
    since_ms: int | None = None

    @property
    def name(self) -> str:
        """What a learner reads of them."""
        return "default" if self.since_ms is None else "present"


@dataclass(frozen=True, slots=True)
class FitReport:
    """A fit beside the parameters that were in force; both log losses are means in nats.

    `present_log_loss` is of the reviews that were fitted to, as `fit.log_loss` is.
    """

    log: Log
    fit: Fit
    fit_s: float
    present: Present
    present_log_loss: float
    held_out: HeldOut | None

    @property
    def is_enough(self) -> bool:
        """Whether there are enough reviews to tell a good fit from a bad one."""
        return self.held_out is not None and self.held_out.reviews >= ENOUGH_HELD_OUT

    @property
    def is_better(self) -> bool:
        """Whether fits predict reviews that they have not seen better than the present parameters."""
        return (
            self.is_enough
            and self.held_out is not None
            and self.held_out.fitted_log_loss < self.held_out.log_loss
        )


def read_own_log(workspace: Workspace) -> Log:
    """Return the learner's log, all but cram; its days are study days as stored."""
    from quizzer.fsrs.review_table import ReviewTable

    with workspace.database.peeking() as run:
        return Log("your log", OWN_DAYS, ReviewTable.from_rows(read_rated(run)))


def read_log_file(path: Path, rule: str) -> Log:
    """Return the log of a CSV file; `rule` is one of `DAY_RULES`.

    Raises:
        UsageError: If the file is none.
    """
    from quizzer.fsrs.log_file import DayRule, read_log

    return Log(str(path), DAY_RULES[rule], read_log(path, DayRule(rule)))


def read_present(workspace: Workspace) -> Present:
    """Return the parameters of FSRS in force; the default ones where there are no others."""
    from quizzer.fsrs.parameters import DEFAULT

    with workspace.database.peeking() as run:
        newest, *earlier = read_reschedules(run)
    parameters = newest.choice.parameters
    if not parameters:
        return Present(DEFAULT)
    # A change of retention or steps alone leaves them as old as they were.
    *_, first = takewhile(lambda change: change.choice.parameters == parameters, [newest, *earlier])
    return Present(parameters, None if first.happened_at is None else to_milliseconds(first.happened_at))


def fit_log(log: Log, present: Present | None = None) -> FitReport:
    """Fit FSRS-6 to `log`; `present` are the parameters to beat, by default the default ones."""
    from quizzer.fsrs.fit import fit_parameters
    from quizzer.fsrs.forward import measure
    from quizzer.fsrs.held_out import hold_out
    from quizzer.fsrs.levels import lay_out
    from quizzer.fsrs.parameters import DEFAULT

    present = present or Present(DEFAULT)
    begun_s = time.perf_counter()
    fit = fit_parameters(log.table)
    fit_s = time.perf_counter() - begun_s
    loss = measure(lay_out(log.table), present.parameters)
    present_log_loss = loss.total / loss.reviews if loss.reviews else 0.0
    held_out = hold_out(log.table, present.parameters, present.since_ms)
    return FitReport(log, fit, fit_s, present, present_log_loss, held_out)


def fit_own_log(workspace: Workspace) -> FitReport:
    """Fit FSRS-6 to the learner's log, beside the parameters in force."""
    return fit_log(read_own_log(workspace), read_present(workspace))


def evaluate_log(log: Log) -> tuple[Evaluation, ...]:
    """Return how well each scheduler predicts the last 20 % of `log`.

    Raises:
        UsageError: If there is nothing to test.
    """
    from quizzer.fsrs.evaluation import evaluate

    return evaluate(log.table)
