"""A sitting with a kata: start, grade, hint, reveal, give up, rate, undo.

Each step reads the database afresh and writes in one transaction, so that a kill between
two steps loses nothing: an attempt that passed is stored before the rating is asked, and a
sitting that has passed and is not rated is rated when the kata is next called.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from quizzer.core.card import Card
from quizzer.core.kata import Kata, kata_card_key
from quizzer.core.note import Note, NoteKind
from quizzer.core.queue import QueuedCard, Turn
from quizzer.core.rating import Rating
from quizzer.core.sitting import (
    Attempt,
    Ending,
    Sitting,
    Suggestion,
    minutes_taken,
    suggest_rating,
)
from quizzer.core.verdict import Progress, Status, Verdict
from quizzer.errors import UsageError
from quizzer.services.grading import Grader, run_grader
from quizzer.services.question import Grade, Question, ask
from quizzer.services.standing import Standing, read_standing
from quizzer.services.submission_file import archive_folder, lay_out, read_submission, submission_path
from quizzer.services.workspace import Workspace
from quizzer.storage.kata_cards import make_kata_card, read_kata_card, read_katas
from quizzer.storage.runner import Runner
from quizzer.storage.sittings import read_last

if TYPE_CHECKING:
    from sqlalchemy import Connection

# Longer than this, a sitting stood open: its time in the log is cut to so many times par.
MOST_TIMES_PAR = 4


@dataclass(frozen=True, slots=True)
class Started:
    """A sitting that began: where to write, and where the earlier file was put."""

    path: Path
    archived: Path | None


@dataclass(frozen=True, slots=True)
class Graded:
    """A verdict; `pulled` cards wait because of it. `number` is None where nothing was recorded."""

    verdict: Verdict
    number: int | None = None
    pulled: int = 0


@dataclass(frozen=True, slots=True)
class Finished:
    """A sitting that ended in a review; `due_on` is when the kata comes back."""

    rating: Rating
    due_on: date
    in_days: int


class KataDesk:
    """One kata on the learner's desk."""

    def __init__(self, workspace: Workspace, kata: Kata) -> None:
        self.workspace = workspace
        self.kata = kata
        self.path = submission_path(workspace.places.workspace, kata.slug)

    def look(self) -> Standing:
        """Return how the learner stands with the kata."""
        with self.workspace.database.peeking() as run:
            return self._standing(run)

    def start(self) -> Started:
        """Open a sitting: lay out a blank starter, what stood there archived.

        The file is laid out first, while the database is held: a kill between the two
        leaves a starter without a sitting, never an old solution inside a new one.

        Raises:
            UsageError: If a sitting is open.
            WorkspaceError: If the file cannot be laid out.
        """
        from quizzer.storage.sittings import open_sitting

        workspace = self.workspace
        with workspace.database.writing() as connection:
            standing = self._standing(connection.exec_driver_sql)
            if standing.sitting is not None:
                raise UsageError(
                    f"a sitting with {self.kata.slug} is open already. Go on with '{self._call()}', "
                    f"or end it with '{self._call('--give-up')}'."
                )
            now = workspace.now()
            archive = archive_folder(workspace.places.workspace, self.kata.slug)
            archived = lay_out(self.path, archive, self.kata, now)
            card_id = make_kata_card(connection, self.kata.slug)
            calendar = workspace.calendar
            open_sitting(connection, card_id, now, calendar.zone_name, calendar.study_day(now))
        return Started(self.path, archived)

    def read(self) -> str:
        """Return the source in the learner's file.

        Raises:
            UsageError: If there is none, or it is none that can be graded.
        """
        return read_submission(
            self.path, f"write it, or take the starter from '{self._call('--start')}' or the archive."
        )

    def grade(
        self, grader: Grader, source: str, seed: int, on_progress: Callable[[Progress], None]
    ) -> Graded:
        """Grade `source` in the open sitting and store the attempt; notes that cure its mistakes are pulled.

        A verdict ERRORED is quizzer's fault: it is no attempt, and nothing is stored.

        Raises:
            UsageError: If no sitting is open, or it has passed.
            GradingError: If the grader cannot be used.
        """
        sitting = self._unpassed(self.look())
        verdict = run_grader(grader, self.kata, source, seed, on_progress)
        if verdict.status is Status.ERRORED:
            return Graded(verdict)
        from quizzer.services.pulling import pull_notes
        from quizzer.storage.sittings import add_attempt

        with self.workspace.database.writing() as connection:
            now = self.workspace.now()
            standing = self._standing(connection.exec_driver_sql)
            if standing.sitting is None or standing.sitting.id != sitting.id or standing.passed is not None:
                return Graded(verdict)  # ended elsewhere while it was graded
            fresh = standing.not_pulled(verdict)
            number = add_attempt(connection, sitting.id, source, verdict, now)
            pulled = pull_notes(self.workspace, connection, now, fresh) if fresh else 0
        return Graded(verdict, number, pulled)

    def hint(self) -> tuple[str, ...]:
        """Count one more hint, and return those shown so far, the new one last.

        Raises:
            UsageError: If no sitting is open, or it has passed.
        """
        from quizzer.storage.sittings import count_hints

        with self.workspace.database.writing() as connection:
            sitting = self._unpassed(self._standing(connection.exec_driver_sql))
            shown = min(sitting.hints + 1, len(self.kata.hints))
            count_hints(connection, sitting.id, shown)
        return self.kata.hints[:shown]

    def reveal(self) -> str:
        """Return the reference; an open sitting that has not passed is marked, and will be AGAIN."""
        from quizzer.storage.sittings import mark_revealed

        text = Path(self.kata.reference).read_text(encoding="utf-8")
        with self.workspace.database.writing() as connection:
            standing = self._standing(connection.exec_driver_sql)
            sitting = standing.sitting
            if sitting is not None and standing.passed is None and sitting.revealed_at is None:
                mark_revealed(connection, sitting.id, self.workspace.now())
        return text

    def give_up(self) -> Finished:
        """End the open sitting with AGAIN.

        Raises:
            UsageError: If no sitting is open, or it has passed.
        """
        self._unpassed(self.look())
        question = self.question()
        return self._finish(question.suggested(Rating.AGAIN), Ending.GAVE_UP, question)

    def suggestion(self) -> Suggestion:
        """Return the rating that the open sitting suggests."""
        standing = self.look()
        if standing.sitting is None:
            raise self._nothing_open()
        return suggest_rating(standing.sitting, standing.attempts, self.kata.par_minutes)

    def question(self) -> Question:
        """Return the kata's card with the grades that it can get."""
        with self.workspace.database.peeking() as run:
            return self._question(run, self._standing(run))

    def rate(self, grade: Grade, question: Question) -> Finished:
        """End the sitting that passed in one review.

        Raises:
            UsageError: If there is none, or the card was rated elsewhere since `question`.
        """
        return self._finish(grade, Ending.PASSED, question)

    def undo(self) -> Rating:
        """Take the last sitting's review back and reopen the sitting; return what the rating was.

        Raises:
            UsageError: If there is none, a newer sitting is open, or something came after the review.
        """
        from quizzer.services.recording import take_back
        from quizzer.storage.log import read_entries
        from quizzer.storage.sittings import reopen_sitting

        with self.workspace.database.writing() as connection:
            run = connection.exec_driver_sql
            card_id = read_kata_card(run, self.kata.slug)
            sitting = None if card_id is None else read_last(run, card_id)
            if card_id is None or sitting is None or sitting.review_sequence is None:
                found = "a sitting is open" if sitting else "there was no sitting"
                raise UsageError(f"there is no rating of {self.kata.slug} to take back: {found}.")
            ratings = {e.sequence: e for e in read_entries(connection, card_id)}
            if not take_back(self.workspace, connection, card_id, sitting.review_sequence):
                raise UsageError(f"the rating of {self.kata.slug} cannot be taken back: more came after it.")
            reopen_sitting(connection, sitting.id)
        return getattr(ratings[sitting.review_sequence], "rating", Rating.AGAIN)

    def _finish(self, grade: Grade, ending: Ending, question: Question) -> Finished:
        from quizzer.services.recording import record_review
        from quizzer.storage.sittings import end_sitting

        workspace = self.workspace
        with workspace.database.writing() as connection:
            run, now = connection.exec_driver_sql, workspace.now()
            standing = self._standing(run)
            sitting = standing.sitting
            is_passed = standing.passed is not None
            if sitting is None or is_passed is not (ending is Ending.PASSED):
                raise self._nothing_open()
            current = self._question(run, standing)
            if current.position != question.position:
                raise UsageError(f"{self.kata.slug} was rated elsewhere meanwhile; nothing was written.")
            duration_ms = self._duration_ms(sitting, standing.passed, now)
            sequence = record_review(workspace, connection, now, current.queued, grade, duration_ms)
            end_sitting(connection, sitting.id, ending, sequence, now)
            due_on = self._due_on(connection)
        return Finished(grade.rating, due_on, (due_on - workspace.calendar.study_day(now)).days)

    def _due_on(self, connection: Connection) -> date:
        today = self.workspace.study_day()
        states = read_katas(connection.exec_driver_sql, today)
        return next((s.due_on for s in states if s.slug == self.kata.slug and s.due_on), today)

    def _standing(self, run: Runner) -> Standing:
        return read_standing(self.workspace, run, self.kata.slug)

    def _question(self, run: Runner, standing: Standing) -> Question:
        if standing.sitting is None:
            raise self._nothing_open()
        due_on = standing.state.due_on
        ahead_days = max(0, (due_on - standing.today).days) if due_on else 0
        key = kata_card_key(self.kata.slug)
        turn = Turn.NEW if standing.state.is_new else Turn.DUE
        queued = QueuedCard(standing.sitting.card_id, key, key, "", turn, ahead_days)
        return ask(self.workspace, run, queued, Card(Note(key, NoteKind.BASIC, self.kata.title)))

    def _unpassed(self, standing: Standing) -> Sitting:
        if standing.sitting is None:
            raise self._nothing_open()
        if standing.passed is not None:
            raise UsageError(f"{self.kata.slug} has passed and waits for its rating: '{self._call()}'.")
        return standing.sitting

    def _nothing_open(self) -> UsageError:
        return UsageError(
            f"no sitting with {self.kata.slug} is open; '{self._call('--start')}' lays out a blank starter."
        )

    def _duration_ms(self, sitting: Sitting, passed: Attempt | None, now: datetime) -> int:
        most = timedelta(minutes=MOST_TIMES_PAR * self.kata.par_minutes)
        minutes = minutes_taken(sitting, passed) if passed is not None else None
        taken = now - sitting.started_at if minutes is None else timedelta(minutes=minutes)
        return max(timedelta(), min(taken, most)) // timedelta(milliseconds=1)

    def _call(self, option: str = "") -> str:
        return f"quizzer kata {self.kata.slug} {option}".rstrip()
