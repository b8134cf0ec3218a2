"""Mending a database whose damage lies in what follows from the rest: indexes and memory states."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quizzer.errors import DamagedError
from quizzer.storage.faults import BUSY_TIMEOUT_S, sqlite_errors

if TYPE_CHECKING:
    from sqlalchemy import Connection, CursorResult

# SQLite's own indexes, which have no SQL, belong to their tables and cannot be made anew alone.
_DERIVED = "tbl_name = 'memory_states' OR (type = 'index' AND sql IS NOT NULL)"


def recreate_derived(connection: Connection) -> None:
    """Make the memory states, empty, and all indexes anew, in the writing transaction given.

    A damaged tree cannot be dropped, since SQLite would read it: it is forgotten, and its
    pages stay unused until `compact`.

    Raises:
        DamagedError: If anything else is damaged; the transaction must not be committed then.
    """
    try:
        _recreate(connection.exec_driver_sql)
    except UnicodeDecodeError as error:  # the text of an error that quotes a damaged name
        raise DamagedError("its description of the tables cannot be read") from error


def _recreate(run: Callable[[str], CursorResult[Any]]) -> None:
    statements = [
        sql
        for (sql,) in run(
            f"SELECT sql FROM sqlite_master WHERE ({_DERIVED}) AND sql IS NOT NULL ORDER BY type DESC"
        )
    ]
    run("PRAGMA writable_schema = ON")
    try:
        run(f"DELETE FROM sqlite_master WHERE {_DERIVED}")
    finally:
        run("PRAGMA writable_schema = RESET")
    tables = [name for (name,) in run("SELECT name FROM sqlite_master WHERE type = 'table'")]
    for table in tables:
        faults = [row[0] for row in run(f"PRAGMA integrity_check('{table}')") if row[0] != "ok"]
        if faults:
            raise DamagedError(f"the table {table} is hurt ({faults[0]})")
    for sql in statements:  # tables come before indexes
        run(sql)


def compact(path: Path) -> None:
    """Write the database anew, without unused pages.

    Raises:
        StorageError: If that cannot be done; the database is as it was then.
    """
    with sqlite_errors(path):
        connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None)
        try:
            connection.execute("VACUUM")
        finally:
            connection.close()
