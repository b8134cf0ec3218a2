"""The learner's history as a seed for Anki: read from the log, a card at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, time
from functools import cached_property

from quizzer.core.card import REVERSE, card_key
from quizzer.core.replay import Regime
from quizzer.core.scheduler_choice import SchedulerChoice
from quizzer.exchange.anki.history import CardHistory, ReviewRow, read_log, to_schedule
from quizzer.exchange.anki.notes import AnkiNote
from quizzer.exchange.anki.schedule import Collected, Schedule
from quizzer.fsrs.parameters import DEFAULT
from quizzer.services.clock import Calendar
from quizzer.services.regimes import make_regime
from quizzer.services.workspace import Workspace
from quizzer.storage.history_reads import read_first_day, read_reviewed_cards
from quizzer.storage.log_reads import read_entries
from quizzer.storage.reschedules import read_reschedules
from quizzer.storage.runner import Runner

# Days are counted from here while nothing was reviewed.
_FIRST_DAY = date(2020, 1, 1)


class History:
    """Where the cards stand in one state of the database, and how they came there."""

    def __init__(self, run: Runner, calendar: Calendar) -> None:
        self._run = run
        (newest,) = read_reschedules(run, limit=1)
        parameters = newest.choice.parameters or DEFAULT
        self._choice: SchedulerChoice = replace(newest.choice, parameters=parameters)
        self._regime: Regime = make_regime(newest)
        self._calendar = calendar
        self._first_day = read_first_day(run) or _FIRST_DAY
        self._cards = read_reviewed_cards(run)
        self._used: set[int] = set()
        self._last: tuple[str, dict[int, CardHistory]] = ("", {})
        self.reviews = 0
        self.scheduler = str(self._choice.name)

    @cached_property
    def collected(self) -> Collected:
        """The first day, when it began, and what lets Anki count days as we do."""
        hour = self._calendar.rollover_hour
        begin = datetime.combine(self._first_day, time(hour), self._calendar.zone)
        offset = begin.utcoffset()
        assert offset is not None
        west_minutes = -int(offset.total_seconds() // 60)
        configuration = {"schedVer": 2, "creationOffset": west_minutes, "rollover": hour}
        return Collected(self._first_day, int(begin.timestamp()), dict(configuration))

    def schedules(self, note: AnkiNote) -> dict[int, Schedule]:
        """Return how the cards of a note are scheduled, by their ordinals."""
        histories = self._histories(note)
        return {n: to_schedule(each, self._choice, self._first_day) for n, each in histories.items()}

    def review_rows(self, note: AnkiNote, card_ids: dict[int, int]) -> Iterator[tuple[int, ...]]:
        """Yield the rows of the review log of a note's cards, each under an instant of its own."""
        for ordinal, history in self._histories(note).items():
            for row in history.rows:
                self.reviews += row.button > 0
                yield self._columns(row, card_ids[ordinal])

    def _histories(self, note: AnkiNote) -> dict[int, CardHistory]:
        if self._last[0] != note.note_id:
            found = {ordinal: self._cards.get(_key(note, ordinal)) for ordinal in note.ordinals}
            histories = {
                ordinal: read_log(read_entries(self._run, card_id), self._regime)
                for ordinal, card_id in found.items()
                if card_id is not None
            }
            self._last = note.note_id, histories
        return self._last[1]

    def _columns(self, row: ReviewRow, card_id: int) -> tuple[int, ...]:
        at_ms = row.at_ms  # Anki knows a review by it
        while at_ms in self._used:
            at_ms += 1
        self._used.add(at_ms)
        shown = (row.button, row.interval, row.last_interval, row.ease, row.duration_ms, int(row.type))
        return (at_ms, card_id, *shown)


@contextmanager
def open_history(workspace: Workspace) -> Iterator[History]:
    """Give the history; the database is read until the end of the block."""
    with workspace.database.peeking() as run:
        yield History(run, workspace.calendar)


def _key(note: AnkiNote, ordinal: int) -> str:
    if note.is_cloze:
        return card_key(note.note_id, f"c{ordinal + 1}")
    return card_key(note.note_id, REVERSE if ordinal else "")
