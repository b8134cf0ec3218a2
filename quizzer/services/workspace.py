"""A workspace: decks, settings, calendar and database opened as one value."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from quizzer.content.library import Library, load_library
from quizzer.content.locator import ContentRoots, locate_content
from quizzer.core.queue import Limits
from quizzer.core.replay import Regime
from quizzer.core.setting import Value
from quizzer.core.study_day import Moment
from quizzer.services.clock import Calendar, Clock, SystemClock, make_calendar
from quizzer.services.collector import pausing_collector
from quizzer.services.daily import DailyBackup
from quizzer.services.places import Places, find_places
from quizzer.services.regimes import RegimeReader
from quizzer.services.sync import sync
from quizzer.storage.database import Database, open_database
from quizzer.storage.file import is_missing
from quizzer.storage.runner import Runner


class Content:
    """The decks, shipped and the learner's; read when they are first asked for."""

    def __init__(self, places: Places) -> None:
        self.workspace: Path = places.workspace
        self.cache_dir: Path = places.cache
        self.roots: ContentRoots = locate_content(places.settings.content or None, places.workspace)

    @cached_property
    def library(self) -> Library:
        """All decks, with what is faulty in them."""
        with pausing_collector():
            return load_library(self.roots, self.cache_dir)


def open_content() -> Content:
    """Return the content without a database.

    Raises:
        SettingsError: If the settings are wrong.
        ContentError: If the shipped decks are not found.
    """
    return Content(find_places())


@dataclass(frozen=True, slots=True)
class Workspace:
    """All that a review needs; `database` is open and its cards are in step with the decks."""

    places: Places
    content: Content
    calendar: Calendar
    clock: Clock
    database: Database
    daily: DailyBackup
    regimes: RegimeReader = field(default_factory=RegimeReader)
    remarks: tuple[str, ...] = ()

    @property
    def notices(self) -> tuple[str, ...]:
        """What the learner should know although the work went on, a sentence each."""
        return (*self.remarks, self.daily.failure) if self.daily.failure else self.remarks

    @property
    def library(self) -> Library:
        """All decks."""
        return self.content.library

    @property
    def limits(self) -> Limits:
        """What a study day brings at most."""
        return Limits(self.places.settings.review_limit, self.places.settings.new_limit)

    def regime(self, run: Runner) -> Regime:
        """Return the scheduler in force, and since when."""
        return self.regimes.read(run)

    def with_setting(self, key: str, value: Value) -> Workspace:
        """Return this workspace with another value of a setting; places stay those that are open."""
        changed: dict[str, Any] = {key: value}
        settings = replace(self.places.settings, **changed)
        calendar = make_calendar(settings.zone, settings.rollover_hour)
        return replace(self, places=replace(self.places, settings=settings), calendar=calendar)

    def reload(self) -> None:
        """Read the decks again, which an editor may have changed, and bring the database in step."""
        self.content.__dict__.pop("library", None)
        sync(self.database, self.library)

    def prepare(self) -> None:
        """Do now what the first answer would wait for."""
        import quizzer.services.recording  # noqa: F401

        self.database.prepare()

    def now(self) -> datetime:
        """Return the present instant."""
        return self.clock.now()

    def study_day(self) -> date:
        """Return the present study day."""
        return self.calendar.study_day(self.now())

    def moment(self) -> Moment:
        """Return the present instant with its study day."""
        return self.calendar.moment(self.now())


@contextmanager
def open_workspace(
    places: Places | None = None, clock: Clock | None = None, *, syncs: bool = True
) -> Iterator[Workspace]:
    """Open decks and database and, if it `syncs`, bring them in step.

    Raises:
        QuizzerError: If settings, content or database cannot be used.
    """
    places = places or find_places()
    content = Content(places)
    calendar = make_calendar(places.settings.zone, places.settings.rollover_hour)
    clock = clock or SystemClock()
    remarks = _remark_new(places) if is_missing(places.database) else ()
    database = open_database(places.database)
    daily = DailyBackup(places, calendar, clock)
    database.before_writing = daily.make
    try:
        if syncs:
            sync(database, content.library)
        yield Workspace(places, content, calendar, clock, database, daily, remarks=remarks)
    finally:
        database.close()


def _remark_new(places: Places) -> tuple[str, ...]:
    from quizzer.storage.daily import has_daily  # only where a database is missing

    if not has_daily(places.database, places.backups):
        return ()
    return (
        f"there was no database at {places.database}, so a new one was started; "
        "'quizzer restore' lists the backups of the one that was there.",
    )
