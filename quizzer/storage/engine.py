"""Opening the database: pragmas, transactions, and whose file it is."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError

from quizzer.storage.faults import BUSY_TIMEOUT_S, storage_error
from quizzer.storage.file import check_file, make_folder, read_version
from quizzer.storage.schema import SCHEMA_VERSION

WRITES = "quizzer_writes"


class Database:
    """An open database; `reading` and `writing` are the only ways in."""

    def __init__(self, engine: Engine, path: Path) -> None:
        self._engine = engine
        self.path = path

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees one state of the database throughout."""
        with self._connection() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection that holds the write lock from the start; commit at the end of the block.

        A deferred transaction that turns into a writing one is refused when another
        process wrote in between; one that starts with the lock waits instead.
        """
        with self._connection({WRITES: True}) as connection:
            yield connection

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    @contextmanager
    def _connection(self, options: dict[str, Any] | None = None) -> Iterator[Connection]:
        try:
            with (
                self._engine.connect().execution_options(**(options or {})) as connection,
                connection.begin(),
            ):
                yield connection
        except DBAPIError as error:
            if isinstance(error.orig, sqlite3.Error):
                raise storage_error(error.orig, self.path) from error
            raise


def open_database(path: Path) -> Database:
    """Open the database at `path`, created or migrated where that is needed.

    Raises:
        StorageError: If the file is another program's, newer than this quizzer,
            damaged, or cannot be opened or written.
    """
    make_folder(path.parent)
    check_file(path)
    database = Database(_create_engine(path), path)
    if read_version(path) < SCHEMA_VERSION:
        from quizzer.storage.upgrade import upgrade  # Alembic: only when the schema is behind

        upgrade(database)
    return database


def _create_engine(path: Path) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        connect_args={"timeout": BUSY_TIMEOUT_S, "isolation_level": None},
    )

    @event.listens_for(engine, "connect")
    def configure(connection: sqlite3.Connection, _: object) -> None:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")  # a rated card survives a power cut
        connection.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        is_writing = connection.get_execution_options().get(WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")

    return engine
