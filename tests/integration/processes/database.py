"""The database of the processes, seen from outside: the file, its rows, what a replay says of it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from quizzer.services.doctor import differing_states
from quizzer.services.places import find_places
from quizzer.services.workspace import open_workspace


def database_path() -> Path:
    """Return where the processes of this test have their database."""
    return find_places().database


def rows(statement: str) -> list[tuple[Any, ...]]:
    """Return what `statement` finds in the database, read past quizzer."""
    with closing(sqlite3.connect(database_path())) as connection:
        return connection.execute(statement).fetchall()


def execute(statement: str, path: Path | None = None) -> None:
    """Change the database, or the one at `path`, past quizzer, and leave all of it in its one file."""
    with closing(sqlite3.connect(path or database_path(), isolation_level=None)) as connection:
        connection.execute(statement)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def answered_keys() -> list[str]:
    """Return the keys of the cards that were answered, in the order of the log."""
    statement = "SELECT c.key FROM live_reviews r JOIN cards c ON c.id = r.card_id ORDER BY r.sequence"
    return [key for (key,) in rows(statement)]


def assert_sound() -> None:
    """Fail unless SQLite finds no fault and replaying the log gives the memory states."""
    assert rows("PRAGMA integrity_check") == [("ok",)]
    assert rows("PRAGMA foreign_key_check") == []
    with open_workspace() as workspace:
        assert differing_states(workspace) == {}
