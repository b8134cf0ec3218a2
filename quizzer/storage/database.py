"""The database as the services use it: light reads, Core reads, and writes."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from quizzer.storage.faults import sqlite_errors
from quizzer.storage.file import check_file, make_folder, open_read_only, open_writing, read_version
from quizzer.storage.runner import Runner
from quizzer.storage.schema import SCHEMA_VERSION

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from quizzer.storage.engine import DatabaseEngine

T = TypeVar("T")
TRIES_WITHOUT_LOCK = 3


class Watch:
    """Tells whether anybody has written to the database since the watch began."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path
        self._began_at = self._read()

    def is_unchanged(self) -> bool:
        """Say whether nobody has committed since; certain under the write lock only."""
        return self._read() == self._began_at

    def _read(self) -> int:
        with sqlite_errors(self._path):
            # Another number for this connection once another one has committed.
            (number,) = self._connection.execute("PRAGMA data_version").fetchone()
        return int(number)


class Database:
    """A database file whose schema is up to date; SQLAlchemy is imported when it is first needed.

    `before_writing` is called before each writing transaction takes its lock.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.before_writing: Callable[[], None] = _do_nothing
        self._watching = ExitStack()

    @contextmanager
    def peeking(self) -> Iterator[Runner]:
        """Give a runner of plain SQL that sees one state of the database throughout and cannot write."""
        with open_read_only(self.path) as connection:
            connection.execute("BEGIN")
            yield connection.execute

    def watch(self) -> Watch:
        """Return a watch over the database, from now until it is closed."""
        return Watch(self._watching.enter_context(open_read_only(self.path)), self.path)

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
        self.before_writing()
        with self._engine.connect(is_writing=True) as connection:
            yield connection

    @contextmanager
    def writing_plainly(self) -> Iterator[sqlite3.Connection]:
        """Give what `writing` does as a bare connection: nothing waits for SQLAlchemy's import."""
        self.before_writing()
        with open_writing(self.path) as connection:
            yield connection

    @contextmanager
    def writing_prepared(self, prepare: Callable[[Runner], T]) -> Iterator[tuple[Connection, T]]:
        """Give a connection as `writing` does, and what `prepare` read, which was done before the lock.

        If anybody wrote in between it is done again: a few times without the lock, then under it.
        """
        for _ in range(TRIES_WITHOUT_LOCK):
            with ExitStack() as stack:
                reader = stack.enter_context(open_read_only(self.path))
                reader.execute("BEGIN")
                prepared = prepare(reader.execute)
                watch = Watch(reader, self.path)
                reader.execute("ROLLBACK")
                with self.writing() as connection:
                    is_as_read = watch.is_unchanged()
                    stack.close()  # an error from here on is none of reading
                    if is_as_read:
                        yield connection, prepared
                        return
        with self.writing() as connection:
            yield connection, prepare(connection.exec_driver_sql)

    def prepare(self) -> None:
        """Do now what the first write would wait for."""
        with self.reading():
            pass

    def close(self) -> None:
        """Close all connections."""
        self._watching.close()
        if "_engine" in self.__dict__:
            self._engine.close()

    @cached_property
    def _engine(self) -> DatabaseEngine:
        from quizzer.storage.engine import DatabaseEngine

        return DatabaseEngine(self.path)


def _do_nothing() -> None:
    pass


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
