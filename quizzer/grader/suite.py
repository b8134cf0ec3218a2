"""What a hidden suite imports: the types of its fixtures, its assertions and its marks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from quizzer.grader.assertions import (
    assert_as_accurate,
    assert_close,
    assert_equal,
    assert_finite,
    same_storage,
)
from quizzer.grader.draw import Draw
from quizzer.grader.failures import CaseFailed, SubmissionError
from quizzer.grader.outcomes import Call, Gradients
from quizzer.grader.sides import Module, Side

__all__ = [
    "Call",
    "CaseFailed",
    "Draw",
    "Gradients",
    "Module",
    "Side",
    "SubmissionError",
    "assert_as_accurate",
    "assert_close",
    "assert_equal",
    "assert_finite",
    "same_storage",
    "shows",
    "shows_nothing",
]

Case = TypeVar("Case", bound=Callable[..., None])
SHOWS = "quizzer_shows"


@dataclass(frozen=True, slots=True)
class Mark:
    """The misconception that a case shows by failing, and whether an exception shows it too."""

    misconception: str = ""
    by_raising: bool = False


def shows(misconception: str, *, by_raising: bool = False) -> Callable[[Case], Case]:
    """Mark a case whose failing alone, when all unmarked cases pass, shows the misconception.

    `by_raising` where that is one of refusing what is asked, so that an exception of the
    submission's shows it as well as a wrong value.
    """

    def mark(case: Case) -> Case:
        setattr(case, SHOWS, Mark(misconception, by_raising))
        return case

    return mark


@contextmanager
def shows_nothing() -> Iterator[None]:
    """Hold what has to be right before a case's mark can speak: failing here shows no misconception."""
    try:
        yield
    except (CaseFailed, SubmissionError) as error:
        error.is_telling = False
        raise


def mark_of(case: Any) -> Mark:
    """Return what a case is marked with."""
    found = getattr(case, SHOWS, None)
    return found if isinstance(found, Mark) else Mark()
