"""What several tests share that is no fixture: a clock that stands, a prepared grader, types of fixtures."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from quizzer.core.kata import Kata
from quizzer.core.memory import CardState
from quizzer.core.queue import Turn
from quizzer.core.rating import Rating
from quizzer.core.replay import replay
from quizzer.core.review import CardEvent, EventKind, Review
from quizzer.core.scheduler_choice import SchedulerChoice
from quizzer.core.verdict import (
    CaseResult,
    CaseStatus,
    Mode,
    Progress,
    Status,
    SuiteStarted,
    Verdict,
)
from quizzer.errors import GradingError, StoppedError
from quizzer.services.question import Question
from quizzer.services.review import ReviewSession
from quizzer.services.workspace import Workspace
from quizzer.storage.cards import read_keys
from quizzer.storage.log import append_event, next_sequence
from quizzer.storage.log_reads import read_all_entries
from quizzer.storage.reschedules import encode_choice
from quizzer.storage.states import read_states, write_states

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


def ask_all(session: ReviewSession, rating: Rating = Rating.GOOD) -> list[tuple[str, Turn]]:
    """Give one rating to all that is asked, and return key and turn of each card, in order."""
    asked = []
    while session.look()[0] is not None:
        question = answer(session, rating)
        asked.append((question.card.key, question.queued.turn))
    return asked


def read_log(workspace: Workspace) -> list[Review]:
    """Return the live reviews in log order."""
    with workspace.database.reading() as connection:
        entries = [entry for _, group in read_all_entries(connection.exec_driver_sql) for entry in group]
    return sorted((e for e in entries if isinstance(e, Review)), key=lambda e: e.sequence)


def read_card_states(workspace: Workspace) -> dict[str, CardState]:
    """Return the cached states by the keys of their cards."""
    with workspace.database.reading() as connection:
        keys = read_keys(connection)
        return {keys[card_id]: state for card_id, state in read_states(connection)}


def set_scheduler(workspace: Workspace, choice: SchedulerChoice) -> None:
    """Put another scheduler in force: its event, and all states replayed."""
    with workspace.database.writing() as connection:
        run, now = connection.exec_driver_sql, workspace.now()
        sequence, day = next_sequence(connection), workspace.calendar.study_day(now)
        data = encode_choice(choice)
        append_event(connection, CardEvent(None, sequence, EventKind.RESCHEDULE, now, "UTC", day, data))
        regime = workspace.regime(run)
        write_states(connection, [(card, replay(log, regime)) for card, log in read_all_entries(run)])


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
    """A grader that gives the verdicts it was prepared with, in turn; it notes what it was asked.

    With `steps` it waits before each thing that it reports until the test lets it go on.
    """

    verdicts: list[Verdict] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    seeds: list[int] = field(default_factory=list)
    is_closed: bool = False
    steps: threading.Semaphore | None = None
    lacks: str = ""

    def grade(
        self,
        kata: Kata,
        source: str,
        seed: int,
        *,
        shuffled: bool = False,
        is_stopped: Callable[[], bool] = lambda: False,
    ) -> Iterator[Progress | Verdict]:
        """Yield a prepared verdict after the progress that led to it."""
        self.check()
        self.sources.append(source)
        self.seeds.append(seed)
        sha256 = hashlib.sha256(source.encode()).hexdigest()
        verdict = replace(self.verdicts.pop(0), kata=kata.slug, seed=seed, submission_sha256=sha256)
        started = SuiteStarted(tuple((case.name, case.title) for case in verdict.cases))
        items: tuple[Progress | Verdict, ...] = (started, *verdict.cases, *verdict.gates, verdict)
        for item in items:
            while self.steps is not None and not self.steps.acquire(timeout=0.05):
                if is_stopped():
                    raise StoppedError("the grading was stopped. Nothing was recorded.")
            yield item

    def check(self) -> None:
        """Lack what the test says."""
        if self.lacks:
            raise GradingError(self.lacks)

    def start(self) -> None:
        """Be ready, as ever."""

    def close(self) -> None:
        """Note that it was ended."""
        self.is_closed = True
