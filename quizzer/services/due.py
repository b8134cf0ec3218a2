"""What is due today, counted quickly enough for a shell prompt: decks that have not changed are not read."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from quizzer.content.library import fingerprint
from quizzer.content.locator import ContentRoots, locate_content
from quizzer.core.kata_queue import KataTurn
from quizzer.core.queue import DAY_TURNS, LEARN_AHEAD, DeckCount, Limits, Turn
from quizzer.core.study_day import Moment
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
    """What a study day still brings.

    `decks` are the parts of it, deck by deck; `waiting` is what there is of each deck, were there no
    limits, and `left` what is left of those.
    """

    study_day: date
    pulled: int
    due: int
    new: int
    drill: int
    decks: tuple[DeckCount, ...]
    katas: tuple[KataTurn, ...] = ()
    learning: int = 0
    notices: tuple[str, ...] = ()
    waiting: tuple[DeckCount, ...] = ()
    left: Limits = field(default_factory=Limits)

    @property
    def total(self) -> int:
        """How many cards are left, katas not counted."""
        return self.all_decks.total

    @property
    def all_decks(self) -> DeckCount:
        """The figures of all decks together."""
        return DeckCount("", self.pulled, self.due, self.new, self.drill, self.learning)

    @property
    def alone(self) -> tuple[DeckCount, ...]:
        """What a session with each of the decks alone would bring: it may use the limits up by itself."""
        return tuple(count.within(self.left) for count in self.waiting)

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The columns of a table of this report: learning and pulled cards have one where there are some."""
        rare = (Turn.LEARNING, Turn.PULLED)
        return tuple(turn for turn in DAY_TURNS if turn not in rare or self.all_decks.of(turn))


def report_due(places: Places | None = None, clock: Clock | None = None) -> DueReport:
    """Count what is left of the present study day; decks that changed are read first.

    Raises:
        QuizzerError: If settings, content or database cannot be used.
    """
    places = places or find_places()
    clock = clock or SystemClock()
    roots = locate_content(places.settings.content or None, places.workspace)
    notices: tuple[str, ...] = ()
    if not _is_in_step(places, roots):
        with open_workspace(places, clock) as workspace:
            notices = workspace.notices
    calendar = make_calendar(places.settings.zone, places.settings.rollover_hour)
    limits = Limits(places.settings.review_limit, places.settings.new_limit)
    with Database(places.database).peeking() as run:
        moment = calendar.moment(clock.now())
        katas = read_kata_turns(run, roots, moment.today, places.settings.kata_limit)
        return replace(count_due(run, moment, limits, katas), notices=notices)


def report_here(workspace: Workspace) -> DueReport:
    """Count what is left of the present study day in an open workspace."""
    with workspace.database.peeking() as run:
        moment = workspace.moment()
        kata_limit = workspace.places.settings.kata_limit
        katas = read_kata_turns(run, workspace.content.roots, moment.today, kata_limit)
        return count_due(run, moment, workspace.limits, katas)


def count_due(run: Runner, moment: Moment, limits: Limits, katas: tuple[KataTurn, ...] = ()) -> DueReport:
    """Count what is left of the study day, which offers `katas` beside its cards."""
    queue = read_queue(run, moment, limits, lambda _: True)
    waiting = tuple(read_deck_counts(run, moment.today, moment.now + LEARN_AHEAD))
    return DueReport(
        study_day=moment.today,
        pulled=queue.count(Turn.PULLED),
        due=queue.count(Turn.DUE),
        new=queue.count(Turn.NEW),
        drill=queue.count(Turn.DRILL),
        decks=queue.by_deck(count.deck for count in waiting),
        katas=katas,
        learning=queue.count(Turn.LEARNING),
        waiting=waiting,
        left=limits.less(read_day_count(run, moment.today)),
    )


def _is_in_step(places: Places, roots: ContentRoots) -> bool:
    check_file(places.database)
    if read_version(places.database) != SCHEMA_VERSION:
        return False
    with Database(places.database).peeking() as run:
        return read_fingerprint(run) == fingerprint(roots)
