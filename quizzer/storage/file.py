"""The database file before it is opened: where it lies, whose it is, which schema it has."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from quizzer.errors import StorageError
from quizzer.storage.faults import BUSY_TIMEOUT_S, sqlite_errors
from quizzer.storage.schema import APPLICATION_ID, SCHEMA_VERSION


@contextmanager
def open_read_only(path: Path) -> Iterator[sqlite3.Connection]:
    """Give a bare connection that cannot write.

    Raises:
        StorageError: If the file cannot be opened or read.
    """
    with sqlite_errors(path):
        connection = sqlite3.connect(path.absolute().as_uri() + "?mode=ro", uri=True, timeout=BUSY_TIMEOUT_S)
        try:
            yield connection
        finally:
            connection.close()


def make_folder(folder: Path) -> None:
    """Create `folder` where it is missing.

    Raises:
        StorageError: If it cannot be created.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(
            f"{folder}: the folder for the database cannot be created ({error.strerror}). "
            "Make its parent writable, or name another place with the setting 'database'."
        ) from error


def check_file(path: Path, remedy: str = "Name another place with the setting 'database'.") -> None:
    """Refuse a file that this quizzer must not write to; a missing or empty file is fine.

    `remedy` is the next step for a file that belongs to another program.

    Raises:
        StorageError: If it is no database of quizzer, or a newer one.
    """
    if is_missing(path):
        return
    with open_read_only(path) as connection:
        (application_id,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if application_id != APPLICATION_ID and (application_id or tables):
        raise StorageError(
            f"{path}: this database belongs to another program; quizzer leaves it alone. {remedy}"
        )
    if version > SCHEMA_VERSION:
        raise StorageError(
            f"{path}: this database has schema {version}, this quizzer knows up to {SCHEMA_VERSION}. "
            "Update quizzer, then open it again."
        )


def read_version(path: Path) -> int:
    """Return the schema version of the database at `path`; 0 for a missing or empty one."""
    if is_missing(path):
        return 0
    with open_read_only(path) as connection:
        version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version


def is_missing(path: Path) -> bool:
    """Say whether there is no database at `path`, or only an empty file.

    Raises:
        StorageError: If that cannot be found out, or `path` is no file.
    """
    return _size(path) == 0


def _size(path: Path) -> int:
    """Return the size of a regular file; 0 for a missing one."""
    with sqlite_errors(path):
        try:
            status = path.stat()
        except (FileNotFoundError, NotADirectoryError):
            return 0
    if not stat.S_ISREG(status.st_mode):
        kind = "folder" if stat.S_ISDIR(status.st_mode) else "device"
        raise StorageError(
            f"{path}: this is a {kind}, a database file was expected. Change the setting 'database'."
        )
    return status.st_size
