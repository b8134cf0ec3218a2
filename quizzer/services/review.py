"""A review session: the next card, an answer, undo, suspend, bury.

The session keeps no queue of its own. Every card comes from a fresh reading of the
database, so that a second process, a restart, an undo or a new study day need no rule
of their own. An answer is written only if its card still has its turn and its log is
where the learner saw it. What writes is imported when something is written: it brings
SQLAlchemy, for which the first card does not wait.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from quizzer.core.card import cards_of
from quizzer.core.memory import suspends_leech
from quizzer.core.queue import Queue, QueuedCard, Turn
from quizzer.core.rating import Rating
from quizzer.core.review import EventKind
from quizzer.core.study_day import Moment
from quizzer.services.clock_check import check_clock
from quizzer.services.cram import Cram
from quizzer.services.question import Grade, Question, ask
from quizzer.services.selection import Selection, make_filter, make_state_filter
from quizzer.services.set_apart import leech_sentence
from quizzer.services.today import read_queue
from quizzer.services.workspace import Workspace
from quizzer.storage.card_reads import read_position, read_state
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
    learning: int = 0
    pulled: int = 0
    due: int = 0
    new: int = 0
    ahead: int = 0
    drill: int = 0
    cram: int = 0

    def of(self, turn: Turn) -> int:
        """Return how many cards are left for this reason."""
        return int(getattr(self, turn.value))

    @property
    def left(self) -> int:
        """How many cards are left."""
        return sum(self.of(turn) for turn in Turn)

    @property
    def parts(self) -> tuple[str, ...]:
        """What is left, a phrase a turn; those of every day are named even where there are none."""
        always = () if self.cram else (Turn.DUE, Turn.NEW, Turn.DRILL)
        return tuple(f"{self.of(turn)} {turn}" for turn in Turn if self.of(turn) or turn in always)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing the session did and can undo: an answer with its `rating`, or an event of this `kind`.

    `is_leech` says that the answer made a leech of the card, and suspended it.
    """

    sequence: int
    queued: QueuedCard
    rating: Rating | None = None
    duration_ms: int = 0
    kind: EventKind | None = None
    is_leech: bool = False

    def undone(self) -> str:
        """Return a sentence that says that the step was taken back."""
        what = self.rating.name.capitalize() if self.rating else self.kind
        return f"Undone: {self.queued.key} ({what})."


class ReviewSession:
    """One sitting with cards."""

    def __init__(
        self,
        workspace: Workspace,
        selection: Selection | None = None,
        limit: int | None = None,
        *,
        ahead_days: int = 0,
        is_cram: bool = False,
    ) -> None:
        """Start a session.

        Args:
            workspace: Where the cards are.
            selection: Which of them it is about.
            limit: How many cards it asks at most; what is asked again is not counted.
            ahead_days: How many study days it goes ahead of today, once today is done.
            is_cram: Whether it asks every card of the selection, and moves no schedule.

        Raises:
            UsageError: If a deck or area does not exist, or nothing fits the selection.
        """
        self.workspace = workspace
        self.is_cram = is_cram
        self.steps: list[Step] = []
        self.remark = ""  # what the last answer did that no grade says
        self._limit = limit
        self._ahead_days = ahead_days
        self._selection = selection or Selection()
        self._read_cards()
        with workspace.database.peeking() as run:
            self._is_in_state = make_state_filter(self._selection, run, self._is_selected)
            self._cram = Cram(run, self._is_wanted, limit) if is_cram else None

    def check_clock(self) -> None:
        """Refuse a clock that stands behind the last answer.

        Raises:
            ClockError: If it does, by more than setting it by the network explains.
        """
        check_clock(self.workspace, "quizzer review")

    def reload(self) -> None:
        """Take the decks as they are on the disk now.

        Raises:
            UsageError: If nothing fits the selection any more.
        """
        self.workspace.reload()
        self._read_cards()

    def look(self) -> tuple[Question | None, Progress]:
        """Return the card whose turn it is (None when nothing is left), and how far the session is."""
        with self.workspace.database.peeking() as run:
            queue = self._queue(run, self.workspace.moment())
            question = None
            if queue.cards:
                queued = queue.cards[0]
                question = ask(self.workspace, run, queued, self._cards[queued.key])
        answered = sum(step.rating is not None for step in self.steps)
        return question, Progress(answered, **{turn.value: queue.count(turn) for turn in Turn})

    def answer(self, question: Question, grade: Grade, duration_ms: int) -> bool:
        """Write an answer; return False, writing nothing, if the card is not as the learner saw it."""
        from quizzer.services.recording import record_review

        with self.workspace.database.writing() as connection:
            moment = self.workspace.moment()
            queued = self._still_queued(connection, question, moment)
            if queued is None:
                return False
            sequence = record_review(self.workspace, connection, moment.now, queued, grade, duration_ms)
            lapses = read_state(connection.exec_driver_sql, queued.card_id).lapses
        is_leech = lapses > question.lapses and suspends_leech(lapses)
        self.remark = leech_sentence(queued.key, lapses) if is_leech else ""
        self.steps.append(Step(sequence, queued, grade.rating, duration_ms, is_leech=is_leech))
        return True

    def suspend(self, question: Question) -> bool:
        """Take the card out until it is unsuspended; return False if it is not as the learner saw it."""
        return self._record(question, EventKind.SUSPEND) is not None

    def bury(self, question: Question) -> bool:
        """Hide the note for the rest of the study day; return False if it is not as the learner saw it."""
        return self._record(question, EventKind.BURY) is not None

    def flag(self, question: Question) -> tuple[bool, Question]:
        """Flag the card, or take its flag away; its turn goes on.

        Returns:
            Whether it was written, which it is not if the card is not as the learner saw it;
            and the question as it stands now.
        """
        found = self._record(question, EventKind.UNFLAG if question.is_flagged else EventKind.FLAG)
        return found is not None, found or question

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

    def _read_cards(self) -> None:
        library = self.workspace.library
        self._cards = {
            card.key: card for deck in library.decks for note in deck.notes for card in cards_of(note)
        }
        self._is_selected = make_filter(self._selection, library)

    def _record(self, question: Question, kind: EventKind) -> Question | None:
        from quizzer.services.recording import record_event

        with self.workspace.database.writing() as connection:
            moment = self.workspace.moment()
            queued = self._still_queued(connection, question, moment)
            if queued is None:
                return None
            sequence = record_event(self.workspace, connection, moment.now, queued.card_id, kind)
            now_asked = ask(self.workspace, connection.exec_driver_sql, queued, question.card)
        self.steps.append(Step(sequence, queued, kind=kind))
        return now_asked

    def _still_queued(self, connection: Connection, question: Question, moment: Moment) -> QueuedCard | None:
        run, card_id = connection.exec_driver_sql, question.queued.card_id
        if read_position(run, card_id) != question.position:
            return None
        return next((card for card in self._queue(run, moment).cards if card.card_id == card_id), None)

    def _queue(self, run: Runner, moment: Moment) -> Queue:
        if self._cram is not None:
            return self._cram.queue(run, moment)
        limits = self.workspace.limits
        queue = read_queue(run, moment, limits, self._is_wanted, self._ahead_days)
        return queue if self._limit is None else queue.first(self._limit - self._counted())

    def _counted(self) -> int:
        return sum(step.rating is not None and not step.queued.turn.repeats for step in self.steps)

    def _is_wanted(self, key: str) -> bool:
        return key in self._cards and self._is_selected(key) and self._is_in_state(key)
