"""A review session: the next card, an answer, undo, suspend, bury.

The session keeps no queue of its own. Every card comes from a fresh reading of the
database, so that a second process, a restart, an undo or a new study day need no rule
of their own. An answer is written only if its card still has its turn and its log is
where the learner saw it. What writes is imported when something is written: it brings
SQLAlchemy, for which the first card does not wait.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from quizzer.core.card import cards_of
from quizzer.core.queue import Queue, QueuedCard, Turn
from quizzer.core.rating import Rating
from quizzer.core.review import EventKind
from quizzer.services.clock_check import check_clock
from quizzer.services.question import Grade, Question, ask
from quizzer.services.selection import Selection, make_filter
from quizzer.services.today import read_queue
from quizzer.services.workspace import Workspace
from quizzer.storage.card_reads import read_position
from quizzer.storage.runner import Runner

if TYPE_CHECKING:
    from sqlalchemy import Connection

CANNOT_UNDO = "The card has been answered elsewhere since; that step stays as it is."
NOTHING_TO_UNDO = "There is nothing to undo in this session."
MOVED_ON = "This card was answered or changed elsewhere meanwhile; nothing was written. Here is the next."


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the session is: answers given, and cards left by turn."""

    answered: int
    pulled: int
    due: int
    new: int
    drill: int

    @property
    def left(self) -> int:
        """How many cards are left."""
        return self.pulled + self.due + self.new + self.drill

    @property
    def parts(self) -> tuple[str, ...]:
        """What is left, a phrase a turn; pulled cards are named only where there are some."""
        pulled = (f"{self.pulled} pulled",) if self.pulled else ()
        return (*pulled, f"{self.due} due", f"{self.new} new", f"{self.drill} drill")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing the session did and can undo; `rating` is None for suspend and bury."""

    sequence: int
    queued: QueuedCard
    rating: Rating | None = None
    duration_ms: int = 0

    def undone(self) -> str:
        """Return a sentence that says that the step was taken back."""
        what = self.rating.name.capitalize() if self.rating else "set aside"
        return f"Undone: {self.queued.key} ({what})."


class ReviewSession:
    """One sitting with cards."""

    def __init__(
        self, workspace: Workspace, selection: Selection | None = None, limit: int | None = None
    ) -> None:
        """Start a session; `limit` is how many cards it asks at most, drills apart.

        Raises:
            UsageError: If a deck does not exist, or nothing fits the selection.
        """
        self.workspace = workspace
        self.steps: list[Step] = []
        self._limit = limit
        self._is_selected = make_filter(selection or Selection(), workspace.library)
        self._cards = {
            card.key: card
            for deck in workspace.library.decks
            for note in deck.notes
            for card in cards_of(note)
        }

    def check_clock(self) -> None:
        """Refuse a clock that stands behind the last answer.

        Raises:
            ClockError: If it does, by more than setting it by the network explains.
        """
        check_clock(self.workspace, "quizzer review")

    def look(self) -> tuple[Question | None, Progress]:
        """Return the card whose turn it is (None when nothing is left), and how far the session is."""
        with self.workspace.database.peeking() as run:
            queue = self._queue(run, self.workspace.now())
            question = None
            if queue.cards:
                queued = queue.cards[0]
                question = ask(self.workspace, run, queued, self._cards[queued.key])
        answered = sum(step.rating is not None for step in self.steps)
        return question, Progress(answered, *(queue.count(turn) for turn in Turn))

    def answer(self, question: Question, grade: Grade, duration_ms: int) -> bool:
        """Write an answer; return False, writing nothing, if the card is not as the learner saw it."""
        from quizzer.services.recording import record_review

        with self.workspace.database.writing() as connection:
            now = self.workspace.now()
            queued = self._still_queued(connection, question, now)
            if queued is None:
                return False
            sequence = record_review(self.workspace, connection, now, queued, grade, duration_ms)
        self.steps.append(Step(sequence, queued, grade.rating, duration_ms))
        return True

    def suspend(self, question: Question) -> bool:
        """Take the card out until it is unsuspended; return False if it is not as the learner saw it."""
        return self._record(question, EventKind.SUSPEND)

    def bury(self, question: Question) -> bool:
        """Hide the note for the rest of the study day; return False if it is not as the learner saw it."""
        return self._record(question, EventKind.BURY)

    def undo(self) -> Step | None:
        """Take back the last step of this session.

        Returns:
            The step; None if there is none, or if another process has gone on from it (then
            the step before is the last).
        """
        if not self.steps:
            return None
        from quizzer.services.recording import take_back

        step = self.steps[-1]
        with self.workspace.database.writing() as connection:
            is_undone = take_back(self.workspace, connection, step.queued.card_id, step.sequence)
        # Only now: a database that was busy leaves the step to be undone again.
        self.steps.pop()
        return step if is_undone else None

    def _record(self, question: Question, kind: EventKind) -> bool:
        from quizzer.services.recording import record_event

        with self.workspace.database.writing() as connection:
            now = self.workspace.now()
            queued = self._still_queued(connection, question, now)
            if queued is None:
                return False
            sequence = record_event(self.workspace, connection, now, queued.card_id, kind)
        self.steps.append(Step(sequence, queued))
        return True

    def _still_queued(self, connection: Connection, question: Question, now: datetime) -> QueuedCard | None:
        run, card_id = connection.exec_driver_sql, question.queued.card_id
        if read_position(run, card_id) != question.position:
            return None
        return next((card for card in self._queue(run, now).cards if card.card_id == card_id), None)

    def _queue(self, run: Runner, now: datetime) -> Queue:
        today = self.workspace.calendar.study_day(now)
        queue = read_queue(run, today, self.workspace.limits, self._is_wanted)
        return queue if self._limit is None else queue.first(self._limit - self._counted())

    def _counted(self) -> int:
        return sum(step.rating is not None and step.queued.turn is not Turn.DRILL for step in self.steps)

    def _is_wanted(self, key: str) -> bool:
        return key in self._cards and self._is_selected(key)
