"""The database as the services use it: light reads, Core reads, and writes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from quizzer.storage.file import check_file, make_folder, open_read_only, read_version
from quizzer.storage.runner import Runner
from quizzer.storage.schema import SCHEMA_VERSION

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from quizzer.storage.engine import DatabaseEngine


class Database:
    """A database file whose schema is up to date; SQLAlchemy is imported when it is first needed."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextmanager
    def peeking(self) -> Iterator[Runner]:
        """Give a runner of plain SQL that sees one state of the database throughout and cannot write."""
        with open_read_only(self.path) as connection:
            connection.execute("BEGIN")
            yield connection.execute

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a Core connection that sees one state of the database throughout."""
        with self._engine.connect(is_writing=False) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a Core connection that holds the write lock from the start; commit at the end of the block.

        A deferred transaction that turns into a writing one is refused when another
        process wrote in between; one that starts with the lock waits instead.
        """
        with self._engine.connect(is_writing=True) as connection:
            yield connection

    def prepare(self) -> None:
        """Do now what the first write would wait for."""
        with self.reading():
            pass

    def close(self) -> None:
        """Close all connections."""
        if "_engine" in self.__dict__:
            self._engine.close()

    @cached_property
    def _engine(self) -> DatabaseEngine:
        from quizzer.storage.engine import DatabaseEngine

        return DatabaseEngine(self.path)


def open_database(path: Path) -> Database:
    """Open the database at `path`, created or migrated where that is needed.

    Raises:
        StorageError: If the file is another program's, newer than this quizzer,
            damaged, or cannot be opened or written.
    """
    make_folder(path.parent)
    check_file(path)
    database = Database(path)
    if read_version(path) < SCHEMA_VERSION:
        from quizzer.storage.upgrade import upgrade  # Alembic: only when the schema is behind

        upgrade(database)
    return database
