"""Grading a submission: what a grader offers, and running one to its verdict."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from typing import Protocol

from quizzer.core.kata import Kata
from quizzer.core.verdict import Progress, Verdict
from quizzer.errors import GradingError

SEEDS = 2**31


def never() -> bool:
    """Go on to the end."""
    return False


class Grader(Protocol):
    """Grades submissions, one at a time; the last thing that it yields is the verdict."""

    def grade(
        self,
        kata: Kata,
        source: str,
        seed: int,
        *,
        shuffled: bool = False,
        is_stopped: Callable[[], bool] = never,
    ) -> Iterator[Progress | Verdict]:
        """Grade `source` with the inputs that follow from `seed`; `is_stopped` is asked meanwhile.

        Raises:
            StoppedError: If it turns true.
        """

    def check(self) -> None:
        """Look whether there is all that it needs.

        Raises:
            GradingError: If something has to be installed.
        """

    def start(self) -> None:
        """Get ready now, so that the first submission need not wait for it.

        Raises:
            GradingError: If the grader cannot be used.
        """

    def close(self) -> None:
        """End what was started for it."""


def open_grader() -> Grader:
    """Return the grader of this computer; it starts when it is first asked."""
    from quizzer.grading.client import GraderClient

    return GraderClient()


def fresh_seed() -> int:
    """Return a seed that nobody can foresee."""
    return secrets.randbelow(SEEDS)


def run_grader(
    grader: Grader,
    kata: Kata,
    source: str,
    seed: int,
    on_progress: Callable[[Progress], None] = lambda _: None,
    *,
    shuffled: bool = False,
    is_stopped: Callable[[], bool] = never,
) -> Verdict:
    """Grade `source` and return the verdict; `on_progress` is told all that comes before it.

    Raises:
        StoppedError: If `is_stopped` turned true before the verdict.
        GradingError: If the grader cannot be used, or ends without a verdict.
    """
    for item in grader.grade(kata, source, seed, shuffled=shuffled, is_stopped=is_stopped):
        if isinstance(item, Verdict):
            return item
        on_progress(item)
    raise GradingError("the grader ended without a verdict. Nothing was recorded; try again.")


def verdict_fields(verdict: Verdict) -> dict[str, object]:
    """Return a verdict's fields by name, as they are stored and reported."""
    import msgspec

    fields: dict[str, object] = msgspec.to_builtins(verdict)
    return fields
