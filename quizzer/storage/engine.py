"""SQLAlchemy's engine for the database: pragmas and transactions."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, create_engine, event
from sqlalchemy.exc import DBAPIError

from quizzer.storage.faults import BUSY_TIMEOUT_S, storage_error
from quizzer.storage.file import configure

WRITES = "quizzer_writes"


class DatabaseEngine:
    """Connections to one database file; SQLite's errors come out as sentences."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._engine = create_engine(
            URL.create("sqlite", database=str(path)),
            connect_args={"timeout": BUSY_TIMEOUT_S, "isolation_level": None},
        )
        event.listen(self._engine, "connect", _configure)
        event.listen(self._engine, "begin", _begin)

    @contextmanager
    def connect(self, *, is_writing: bool) -> Iterator[Connection]:
        """Give a connection inside a transaction, committed at the end of the block.

        Raises:
            StorageError: If SQLite refuses.
        """
        try:
            with (
                self._engine.connect().execution_options(**{WRITES: is_writing}) as connection,
                connection.begin(),
            ):
                yield connection
        except DBAPIError as error:
            if isinstance(error.orig, sqlite3.Error):
                raise storage_error(error.orig, self._path) from error
            raise

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()


def _configure(connection: sqlite3.Connection, _: object) -> None:
    configure(connection)


def _begin(connection: Connection) -> None:
    is_writing = connection.get_execution_options()[WRITES]
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")
