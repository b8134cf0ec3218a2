"""What is due today, counted quickly enough for a shell prompt: decks that have not changed are not read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from quizzer.content.library import fingerprint
from quizzer.content.locator import ContentRoots, locate_content
from quizzer.core.kata_queue import KataTurn
from quizzer.core.queue import DeckCount, Limits, Turn
from quizzer.services.clock import Clock, SystemClock, make_calendar
from quizzer.services.places import Places, find_places
from quizzer.services.today import read_kata_turns, read_queue
from quizzer.services.workspace import Workspace, open_workspace
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
    pulled: int
    due: int
    new: int
    drill: int
    decks: tuple[DeckCount, ...]
    katas: tuple[KataTurn, ...] = ()

    @property
    def total(self) -> int:
        """How many cards are left, katas not counted."""
        return self.all_decks.total

    @property
    def all_decks(self) -> DeckCount:
        """The figures of all decks together."""
        return DeckCount("", self.pulled, self.due, self.new, self.drill)

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The columns of a table of this report: pulled cards have one where there are some."""
        return tuple(turn for turn in Turn if self.pulled or turn is not Turn.PULLED)


def report_due(places: Places | None = None, clock: Clock | None = None) -> DueReport:
    """Count what is left of the present study day; decks that changed are read first.

    Raises:
        QuizzerError: If settings, content or database cannot be used.
    """
    places = places or find_places()
    clock = clock or SystemClock()
    roots = locate_content(places.settings.content or None, places.workspace)
    if not _is_in_step(places, roots):
        with open_workspace(places, clock):
            pass
    calendar = make_calendar(places.settings.zone, places.settings.rollover_hour)
    limits = Limits(places.settings.review_limit, places.settings.new_limit)
    with Database(places.database).peeking() as run:
        today = calendar.study_day(clock.now())
        katas = read_kata_turns(run, roots, today, places.settings.kata_limit)
        return count_due(run, today, limits, katas)


def report_here(workspace: Workspace) -> DueReport:
    """Count what is left of the present study day in an open workspace."""
    with workspace.database.peeking() as run:
        today = workspace.study_day()
        katas = read_kata_turns(run, workspace.content.roots, today, workspace.places.settings.kata_limit)
        return count_due(run, today, workspace.limits, katas)


def count_due(run: Runner, today: date, limits: Limits, katas: tuple[KataTurn, ...] = ()) -> DueReport:
    """Count what is left of the study day `today`, which offers `katas` beside its cards."""
    queue = read_queue(run, today, limits, lambda _: True)
    left = limits.less(read_day_count(run, today))
    decks = tuple(count.within(left) for count in read_deck_counts(run, today))
    return DueReport(
        study_day=today,
        pulled=queue.count(Turn.PULLED),
        due=queue.count(Turn.DUE),
        new=queue.count(Turn.NEW),
        drill=queue.count(Turn.DRILL),
        decks=decks,
        katas=katas,
    )


def _is_in_step(places: Places, roots: ContentRoots) -> bool:
    check_file(places.database)
    if read_version(places.database) != SCHEMA_VERSION:
        return False
    with Database(places.database).peeking() as run:
        return read_fingerprint(run) == fingerprint(roots)
