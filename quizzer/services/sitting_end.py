"""How a sitting with a kata ends: what it suggests, the review that ends it, and taking that back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from quizzer.core.card import Card
from quizzer.core.interval import format_interval
from quizzer.core.kata import Kata, kata_card_key
from quizzer.core.memory import suspends_leech
from quizzer.core.note import Note, NoteKind
from quizzer.core.queue import QueuedCard, Turn
from quizzer.core.rating import Rating
from quizzer.core.sitting import Attempt, Ending, Sitting, Suggestion, minutes_taken, suggest_rating
from quizzer.errors import UsageError
from quizzer.services.question import Grade, Question, ask
from quizzer.services.set_apart import leech_sentence
from quizzer.services.standing import Standing, read_standing
from quizzer.services.submission_file import submission_path
from quizzer.services.workspace import Workspace
from quizzer.storage.card_reads import read_state
from quizzer.storage.kata_cards import read_kata_card, read_katas
from quizzer.storage.runner import Runner
from quizzer.storage.sittings import read_last

if TYPE_CHECKING:
    from sqlalchemy import Connection

# Longer than this, a sitting stood open: its time in the log is cut to so many times par.
MOST_TIMES_PAR = 4


@dataclass(frozen=True, slots=True)
class Finished:
    """A sitting that ended in a review; `due_on` is when the kata comes back.

    `remark` is what the learner is told where the kata became a leech.
    """

    rating: Rating
    due_on: date
    in_days: int
    remark: str = ""

    def sentence(self, title: str) -> str:
        """Return what the sitting with the kata of that title ended in."""
        when = f"{self.due_on} (in {format_interval(self.in_days)})"
        return f"Rated {self.rating.name.capitalize()}. {title} comes back on {when}."


class SittingEnd:
    """The part of a kata's desk at which its sitting ends."""

    def __init__(self, workspace: Workspace, kata: Kata) -> None:
        self.workspace = workspace
        self.kata = kata
        self.path = submission_path(workspace.places.workspace, kata.slug)

    def look(self) -> Standing:
        """Return how the learner stands with the kata."""
        with self.workspace.database.peeking() as run:
            return self._standing(run)

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
        from quizzer.storage.log_reads import read_entries
        from quizzer.storage.sittings import reopen_sitting

        with self.workspace.database.writing() as connection:
            run = connection.exec_driver_sql
            card_id = read_kata_card(run, self.kata.slug)
            sitting = None if card_id is None else read_last(run, card_id)
            if card_id is None or sitting is None or sitting.review_sequence is None:
                found = "a sitting is open" if sitting else "there was no sitting"
                raise UsageError(f"there is no rating of {self.kata.slug} to take back: {found}.")
            ratings = {e.sequence: e for e in read_entries(connection.exec_driver_sql, card_id)}
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
            due_on, lapses = self._due_on(connection), read_state(run, sitting.card_id).lapses
        is_leech = lapses > current.lapses and suspends_leech(lapses)
        remark = leech_sentence(current.card.key, lapses) if is_leech else ""
        return Finished(grade.rating, due_on, (due_on - workspace.calendar.study_day(now)).days, remark)

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
