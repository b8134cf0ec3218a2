"""What is due today, counted quickly enough for a shell prompt: decks that have not changed are not read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from quizzer.content.library import fingerprint
from quizzer.content.locator import locate_content
from quizzer.core.queue import DeckCount, Limits, Turn
from quizzer.services.clock import Clock, SystemClock, make_calendar
from quizzer.services.places import Places, find_places
from quizzer.services.today import read_queue
from quizzer.services.workspace import open_workspace
from quizzer.storage.card_reads import read_fingerprint
from quizzer.storage.database import Database
from quizzer.storage.file import check_file, read_version
from quizzer.storage.queue import read_day_count, read_deck_counts
from quizzer.storage.runner import Runner
from quizzer.storage.schema import SCHEMA_VERSION


@dataclass(frozen=True, slots=True)
class DueReport:
    """What a study day still brings: in all, and for a session with one deck alone."""

    study_day: date
    due: int
    new: int
    drill: int
    decks: tuple[DeckCount, ...]

    @property
    def total(self) -> int:
        """How many cards are left."""
        return self.due + self.new + self.drill


def report_due(places: Places | None = None, clock: Clock | None = None) -> DueReport:
    """Count what is left of the present study day; decks that changed are read first.

    Raises:
        QuizzerError: If settings, content or database cannot be used.
    """
    places = places or find_places()
    clock = clock or SystemClock()
    if not _is_in_step(places):
        with open_workspace(places, clock):
            pass
    calendar = make_calendar(places.settings.zone, places.settings.rollover_hour)
    limits = Limits(places.settings.review_limit, places.settings.new_limit)
    with Database(places.database).peeking() as run:
        return count_due(run, calendar.study_day(clock.now()), limits)


def count_due(run: Runner, today: date, limits: Limits) -> DueReport:
    """Count what is left of the study day `today`."""
    queue = read_queue(run, today, limits, lambda _: True)
    left = limits.less(read_day_count(run, today))
    decks = tuple(count.within(left) for count in read_deck_counts(run, today))
    return DueReport(today, queue.count(Turn.DUE), queue.count(Turn.NEW), queue.count(Turn.DRILL), decks)


def _is_in_step(places: Places) -> bool:
    check_file(places.database)
    if read_version(places.database) != SCHEMA_VERSION:
        return False
    roots = locate_content(places.settings.content or None, places.workspace)
    with Database(places.database).peeking() as run:
        return read_fingerprint(run) == fingerprint(roots)
