"""Databases that the quizzers of every schema wrote: each is migrated, and nothing of it changes."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from quizzer.core.rating import Rating
from quizzer.services.doctor import differing_states
from quizzer.services.places import Places
from quizzer.services.review import ReviewSession
from quizzer.services.workspace import Workspace, open_workspace
from quizzer.storage.backup import check_integrity
from quizzer.storage.database import open_database
from quizzer.storage.file import read_version
from quizzer.storage.schema import SCHEMA_VERSION, names_of
from tests.support import StandingClock, WriteDeck, answer

STORED = {
    int(path.stem.rpartition("-")[2]): path for path in Path(__file__).parents[1].glob("data/schemas/*.db")
}
OWN_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'alembic_version'"
AFTERWARDS = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)  # later than all that the files hold

Columns = dict[str, list[str]]
Rows = dict[str, list[tuple[object, ...]]]


def read_columns(path: Path) -> Columns:
    """Return the columns of every table."""
    with closing(sqlite3.connect(path)) as connection:
        names = [name for (name,) in connection.execute(OWN_TABLES)]
        return {name: [row[1] for row in connection.execute(f"PRAGMA table_info({name})")] for name in names}


def read_rows(path: Path, columns: Columns) -> Rows:
    """Return what the tables hold in those columns, in the order of the rows."""
    with closing(sqlite3.connect(path)) as connection:
        return {
            table: connection.execute(f"SELECT {', '.join(names)} FROM {table} ORDER BY rowid").fetchall()
            for table, names in columns.items()
        }


@pytest.fixture
def stored(request: pytest.FixtureRequest, places: Places) -> Path:
    """A copy of a stored database where the workspace of the test has its own."""
    places.database.parent.mkdir()
    return Path(shutil.copy(STORED[request.param], places.database))


def test_every_schema_that_went_before_is_stored() -> None:
    """Whoever raises SCHEMA_VERSION stores a database of the schema before."""
    assert set(range(1, SCHEMA_VERSION)) <= set(STORED)
    assert all(read_version(path) == number for number, path in STORED.items())


def test_the_names_of_every_schema_are_known(workspace: Workspace) -> None:
    """A restore takes what has the tables and views of its schema: those that stand in the code."""
    for path in (*STORED.values(), workspace.database.path):
        with closing(sqlite3.connect(path)) as connection:
            names = connection.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
            assert {name for (name,) in names} == names_of(read_version(path))


@pytest.mark.parametrize("number", sorted(STORED))
def test_a_stored_database_holds_what_there_is_to_lose(number: int) -> None:
    """No table that a learner fills is empty, so that the other tests compare something."""
    path = STORED[number]
    rows = read_rows(path, read_columns(path))
    learned = set(rows) - {"decided_renames"}
    assert [table for table in learned if not rows[table]] == []
    with closing(sqlite3.connect(path)) as connection:
        undone = connection.execute("SELECT count(*) FROM reviews WHERE undone_at IS NOT NULL").fetchone()
        kinds = {kind for (kind,) in connection.execute("SELECT kind FROM card_events")}
    assert undone > (0,)
    assert {"suspend", "unsuspend", "bury"} <= kinds


@pytest.mark.parametrize("stored", sorted(STORED), indirect=True)
def test_a_migration_changes_no_row_and_leaves_a_copy(stored: Path) -> None:
    """Each old table has its rows in its old columns; the file as it was lies beside."""
    number, columns = read_version(stored), read_columns(stored)
    before = read_rows(stored, columns)

    open_database(stored).close()

    assert read_version(stored) == SCHEMA_VERSION
    assert read_rows(stored, columns) == before
    check_integrity(stored)
    copies = list(stored.parent.glob("before-schema-*.db"))
    assert len(copies) == (1 if number < SCHEMA_VERSION else 0)
    for copy in copies:
        assert read_version(copy) == number
        assert read_columns(copy) == columns
        assert read_rows(copy, columns) == before


@pytest.mark.parametrize("stored", sorted(STORED), indirect=True)
def test_a_migrated_database_is_studied_with(
    stored: Path, places: Places, clock: StandingClock, write_deck: WriteDeck
) -> None:
    """Its states are what its log says, and the next card can be answered."""
    write_deck("attention", *(f"a{number}" for number in range(1, 13)))
    clock.instant = AFTERWARDS
    with open_workspace(places, clock) as workspace:
        assert differing_states(workspace) == {}
        asked = answer(ReviewSession(workspace), Rating.GOOD)
        assert differing_states(workspace) == {}
    with closing(sqlite3.connect(stored)) as connection:
        newest = connection.execute(
            "SELECT c.key FROM reviews r JOIN cards c ON c.id = r.card_id ORDER BY r.sequence DESC LIMIT 1"
        ).fetchone()
    assert newest == (asked.card.key,)
