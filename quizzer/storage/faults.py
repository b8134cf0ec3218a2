"""What SQLite's errors mean to a learner: one sentence with the next step."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from quizzer.errors import BusyError, DamagedError, StorageError

BUSY_TIMEOUT_S = 5
MENDING = (
    "Nothing was overwritten: 'quizzer doctor --fix' mends it where only the memory states are hurt; "
    "else 'quizzer restore' lists the backups."
)

_SENTENCES = {
    "SQLITE_FULL": "{path}: the disk is full. Nothing was lost: free some space, then go on.",
    "SQLITE_READONLY": "{path}: the database cannot be written. "
    "Make the file, those beside it (-wal, -shm) and its folder writable, then try again.",
    "SQLITE_CANTOPEN": "{path}: the database cannot be opened. Check that its folder exists and is writable.",
    "SQLITE_PERM": "{path}: the database cannot be opened. Check who owns the file and its folder.",
    "SQLITE_NOTADB": "{path}: this is not a quizzer database, or it is damaged. "
    "Move it away, or bring back a backup: 'quizzer restore' lists them.",
    "SQLITE_CORRUPT": "{path}: the database is damaged. " + MENDING,
    "SQLITE_IOERR": "{path}: the disk failed while the database was read or written ({error}). "
    "Check the disk and its free space, then try again.",
}
_DAMAGED = ("SQLITE_NOTADB", "SQLITE_CORRUPT")


def storage_error(error: sqlite3.Error, path: Path) -> StorageError:
    """Return the learner's sentence for an error of SQLite."""
    name = getattr(error, "sqlite_errorname", None) or ""
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return BusyError(
            f"{path}: another program has held the database for more than {BUSY_TIMEOUT_S} s. "
            "Close it (or wait), then try again."
        )
    for prefix, sentence in _SENTENCES.items():
        if name.startswith(prefix):
            kind = DamagedError if prefix in _DAMAGED else StorageError
            return kind(sentence.format(path=path, error=error))
    return StorageError(f"{path}: the database answered {error}. Run 'quizzer doctor' to see what holds.")


def not_a_database(path: Path) -> DamagedError:
    """Return the learner's sentence for a file that SQLite cannot take for a database."""
    return DamagedError(_SENTENCES["SQLITE_NOTADB"].format(path=path))


@contextmanager
def sqlite_errors(path: Path) -> Iterator[None]:
    """Turn errors of SQLite and of the file system inside the block into a `StorageError`."""
    try:
        yield
    except sqlite3.Error as error:
        raise storage_error(error, path) from error
    except UnicodeDecodeError as error:  # the text of an error that quotes a damaged name
        raise DamagedError(_SENTENCES["SQLITE_CORRUPT"].format(path=path)) from error
    except OSError as error:
        raise StorageError(
            f"{path}: the database cannot be opened ({error.strerror}). Check the rights of the file "
            "and its folder, or name another place with the setting 'database'."
        ) from error
