"""What several tests share that is no fixture: a clock that stands, and the types of fixtures."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from quizzer.core.rating import Rating
from quizzer.services.question import Question
from quizzer.services.review import ReviewSession
from quizzer.services.workspace import Workspace

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

WriteDeck = Callable[..., Path]
OpenWorkspace = Callable[..., AbstractContextManager[Workspace]]


@dataclass
class StandingClock:
    """A clock that moves only when it is told to."""

    instant: datetime = START

    def now(self) -> datetime:
        """Return the instant it stands at."""
        return self.instant

    def advance(self, **duration: float) -> None:
        """Move by a timedelta given by its parts."""
        self.instant += timedelta(**duration)


def answer(session: ReviewSession, rating: Rating) -> Question:
    """Answer the card whose turn it is and return its question."""
    question, _ = session.look()
    assert question is not None
    grade = next(grade for grade in question.grades if grade.rating is rating)
    assert session.answer(question, grade, duration_ms=1500)
    return question
