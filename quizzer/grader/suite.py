"""What a hidden suite imports: the types of its fixtures, its assertions and its marks."""

from __future__ import annotations

from collections.abc import Callable
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
]

Case = TypeVar("Case", bound=Callable[..., None])
SHOWS = "quizzer_shows"


def shows(misconception: str) -> Callable[[Case], Case]:
    """Mark a case whose failing alone, when all unmarked cases pass, shows the misconception."""

    def mark(case: Case) -> Case:
        setattr(case, SHOWS, misconception)
        return case

    return mark


def shown_by(case: Any) -> str:
    """Return the misconception that a case is marked with, "" for none."""
    return str(getattr(case, SHOWS, ""))
