"""A workspace: decks, settings, calendar and database opened as one value."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path

from quizzer.content.library import Library, load_library
from quizzer.content.locator import ContentRoots, locate_content
from quizzer.core.queue import Limits
from quizzer.core.scheduling.base import Scheduler
from quizzer.core.scheduling.sm2 import Sm2
from quizzer.services.clock import Calendar, Clock, SystemClock, make_calendar
from quizzer.services.places import Places, find_places
from quizzer.services.sync import sync
from quizzer.storage.database import Database, open_database


class Content:
    """The decks, shipped and the learner's; read when they are first asked for."""

    def __init__(self, places: Places) -> None:
        self.workspace: Path = places.workspace
        self.cache_dir: Path = places.cache
        self.roots: ContentRoots = locate_content(places.settings.content or None, places.workspace)

    @cached_property
    def library(self) -> Library:
        """All decks, with what is faulty in them."""
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
    scheduler: Scheduler
    database: Database

    @property
    def library(self) -> Library:
        """All decks."""
        return self.content.library

    @property
    def limits(self) -> Limits:
        """What a study day brings at most."""
        return Limits(self.places.settings.review_limit, self.places.settings.new_limit)

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


@contextmanager
def open_workspace(places: Places | None = None, clock: Clock | None = None) -> Iterator[Workspace]:
    """Open decks and database and bring them in step.

    Raises:
        QuizzerError: If settings, content or database cannot be used.
    """
    places = places or find_places()
    content = Content(places)
    calendar = make_calendar(places.settings.zone, places.settings.rollover_hour)
    database = open_database(places.database)
    try:
        sync(database, content.library)
        yield Workspace(places, content, calendar, clock or SystemClock(), Sm2(), database)
    finally:
        database.close()
