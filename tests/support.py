"""What several tests share that is no fixture: a clock that stands, a prepared grader, types of fixtures."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from quizzer.core.kata import Kata
from quizzer.core.rating import Rating
from quizzer.core.verdict import (
    CaseResult,
    CaseStatus,
    GateResult,
    Mode,
    Progress,
    Status,
    SuiteStarted,
    Verdict,
)
from quizzer.services.question import Question
from quizzer.services.review import ReviewSession
from quizzer.services.workspace import Workspace

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

WriteDeck = Callable[..., Path]
WriteKata = Callable[..., Path]
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


def make_verdict(
    status: Status, *, misconception: str = "", notes: tuple[str, ...] = (), **changes: object
) -> Verdict:
    """Return a verdict of two cases; the second fails unless the status is PASSED."""
    is_passed = status is Status.PASSED
    second = CaseResult(
        "test_negative",
        "A negative number is doubled.",
        CaseStatus.PASSED if is_passed else CaseStatus.FAILED,
        "" if is_passed else "at [0]: expected -2.0, found 2.0",
        misconception,
        f"You have {misconception}." if misconception else "",
        notes,
    )
    verdict = Verdict(
        kata="double-it",
        mode=Mode.STRICT,
        status=status,
        cases=(CaseResult("test_values", "Every element is doubled.", CaseStatus.PASSED), second),
        gates=(),
        isolation=(),
        seed=0,
        suite_version="1",
        submission_sha256="",
        duration_s=0.5,
    )
    return replace(verdict, **changes)  # type: ignore[arg-type]


@dataclass
class PreparedGrader:
    """A grader that gives the verdicts it was prepared with, in turn; it notes what it was asked."""

    verdicts: list[Verdict] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    seeds: list[int] = field(default_factory=list)
    is_closed: bool = False

    def grade(
        self, kata: Kata, source: str, seed: int, *, shuffled: bool = False
    ) -> Iterator[Progress | Verdict]:
        """Yield a prepared verdict after the progress that led to it."""
        self.sources.append(source)
        self.seeds.append(seed)
        sha256 = hashlib.sha256(source.encode()).hexdigest()
        verdict = replace(self.verdicts.pop(0), kata=kata.slug, seed=seed, submission_sha256=sha256)
        yield SuiteStarted(tuple((case.name, case.title) for case in verdict.cases))
        results: tuple[CaseResult | GateResult, ...] = (*verdict.cases, *verdict.gates)
        yield from results
        yield verdict

    def check(self) -> None:
        """Lack nothing."""

    def start(self) -> None:
        """Be ready, as ever."""

    def close(self) -> None:
        """Note that it was ended."""
        self.is_closed = True
