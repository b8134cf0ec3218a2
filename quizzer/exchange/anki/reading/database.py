"""The SQLite file of a package, opened so that nothing in it can run, or run on.

It is read from a private copy. Only plain tables are read; views, triggers and virtual tables are of no use
to who made the package, since an authorizer refuses all but reading of tables, and a deadline ends what takes
too long.
"""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from quizzer.errors import ExchangeError
from quizzer.markup.clean import clean_line

DEADLINE_S = 120.0
MAX_VALUE_BYTES = 50_000_000
"""The largest value of a row: all note types of an old collection are one."""

_STEPS = 20_000
_MARK = b"SQLite format 3\x00"
_ALLOWED = frozenset((sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ))
_LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: MAX_VALUE_BYTES,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 1_000_000,
    sqlite3.SQLITE_LIMIT_COLUMN: 500,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 100,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 1,
    sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
}

Row = tuple[object, ...]


class CollectionFile:
    """An open collection; `where` names it in messages."""

    def __init__(self, connection: sqlite3.Connection, where: str) -> None:
        self.where = where
        self._connection = connection
        self._tables = self._list_tables()

    def has(self, table: str) -> bool:
        """Say whether there is a plain table of that name."""
        return table in self._tables

    def rows(self, table: str, columns: Iterable[str]) -> Iterator[Row]:
        """Yield the rows of a table.

        Raises:
            ExchangeError: If the table or a column is missing, or the file is damaged.
        """
        names = list(columns)
        if table not in self._tables:
            raise self._fault(f"it has no table '{table}'")
        with self._told():
            there = [str(row[1]) for row in self._connection.execute(f"PRAGMA table_info({table})")]
        missing = next((name for name in names if name not in there), None)
        if missing is not None:
            raise self._fault(f"its table '{table}' has no column '{missing}'")
        with self._told():
            yield from self._connection.execute(f"SELECT {', '.join(names)} FROM {table}")

    def _list_tables(self) -> frozenset[str]:
        with self._told():
            found = self._connection.execute("SELECT name, type, sql FROM sqlite_master").fetchall()
        return frozenset(
            str(name)
            for name, kind, sql in found
            if kind == "table" and str(sql).lstrip().upper().startswith("CREATE TABLE")
        )

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OverflowError, MemoryError, UnicodeError, ValueError) as error:
            raise self._fault(str(error)) from error

    def _fault(self, what: str) -> ExchangeError:
        said = clean_line(what)[:120]  # it may name what stands in the file
        return ExchangeError(
            f"{self.where}: the collection in it cannot be read ({said}). In Anki, run Tools > "
            "Check Database, export again, then try again."
        )


@contextmanager
def opened_collection(pieces: Iterable[bytes], where: str) -> Iterator[CollectionFile]:
    """Give the collection whose bytes come in `pieces`; its copy on disk is gone afterwards.

    Raises:
        ExchangeError: If it is no SQLite file, or is damaged.
    """
    with tempfile.TemporaryDirectory(prefix="quizzer-") as folder:
        path = Path(folder) / "collection.db"
        with path.open("xb") as file:
            for piece in pieces:
                file.write(piece)
        with path.open("rb") as file:
            if file.read(len(_MARK)) != _MARK:
                raise ExchangeError(
                    f"{where}: the collection in it is no SQLite file. Export it from Anki again, "
                    "then try again."
                )
        try:
            connection = _connect(path)
        except sqlite3.Error as error:
            raise ExchangeError(
                f"{where}: the collection in it cannot be opened "
                f"({clean_line(str(error))[:120]}). Export it from Anki again."
            ) from error
        try:
            yield CollectionFile(connection, where)
        finally:
            connection.close()


def _connect(path: Path) -> sqlite3.Connection:
    # `immutable`: no journal and no lock of another program is looked for beside the copy.
    connection = sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True, isolation_level=None)
    for limit, value in _LIMITS.items():
        connection.setlimit(limit, value)
    connection.text_factory = lambda data: data.decode(errors="replace")
    deadline = time.monotonic() + DEADLINE_S
    connection.set_progress_handler(lambda: time.monotonic() > deadline, _STEPS)
    for pragma in ("trusted_schema=OFF", "cell_size_check=ON", "query_only=ON", "mmap_size=0"):
        connection.execute(f"PRAGMA {pragma}")
    connection.set_authorizer(_authorize)
    return connection


def _authorize(action: int, first: str | None, second: str | None, _: str | None, source: str | None) -> int:
    """Allow reading from tables, and asking for their columns; nothing that a view or trigger asks for."""
    if source is not None:
        return sqlite3.SQLITE_DENY
    if action in _ALLOWED or (action == sqlite3.SQLITE_PRAGMA and first == "table_info"):
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY
