"""The database file before it is opened: where it lies, whose it is, which schema it has."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from quizzer.errors import StorageError
from quizzer.storage.faults import BUSY_TIMEOUT_S, not_a_database, sqlite_errors, storage_error
from quizzer.storage.schema import APPLICATION_ID, SCHEMA_VERSION, names_of

# Where they stand in the header of a database.
_WRITE_VERSION = slice(18, 19)
_SCHEMA_FORMAT = slice(44, 48)


@contextmanager
def open_read_only(path: Path, told_as: Path | None = None) -> Iterator[sqlite3.Connection]:
    """Give a bare connection that cannot write; `told_as` is the file to name, if it is not `path`.

    Raises:
        StorageError: If the file cannot be opened or read.
    """
    with sqlite_errors(told_as or path):
        connection = sqlite3.connect(path.absolute().as_uri() + "?mode=ro", uri=True, timeout=BUSY_TIMEOUT_S)
        try:
            yield connection
        finally:
            connection.close()


@contextmanager
def open_writing(path: Path) -> Iterator[sqlite3.Connection]:
    """Give a bare connection that holds the write lock; what it wrote is committed at the end of the block.

    Raises:
        StorageError: If SQLite refuses.
    """
    try:
        connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None)
        try:
            configure(connection)
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise storage_error(error, path) from error


def configure(connection: sqlite3.Connection) -> None:
    """Prepare a connection that is to write."""
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")  # a rated card survives a power cut
    connection.execute("PRAGMA fullfsync = ON")  # on macOS, where fsync alone does not reach the disk
    connection.execute("PRAGMA foreign_keys = ON")


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
    _check_header(path)
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


def is_complete(path: Path) -> bool:
    """Say whether the database at `path` has all tables and views of its schema.

    Raises:
        StorageError: If the file cannot be read.
    """
    expected = names_of(read_version(path))
    with open_read_only(path) as connection:
        rows = connection.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
        return bool(expected) and expected <= {name for (name,) in rows}


def _check_header(path: Path) -> None:
    # https://www.sqlite.org/fileformat2.html section 1.3. What SQLite does not know there makes the file
    # read-only for it, or an error without a name: neither says that the file is damaged.
    with sqlite_errors(path), path.open("rb") as file:
        header = file.read(_SCHEMA_FORMAT.stop)
    write_version, schema_format = header[_WRITE_VERSION], int.from_bytes(header[_SCHEMA_FORMAT])
    if int.from_bytes(write_version) > 2 or schema_format > 4:
        raise not_a_database(path)


def read_version(path: Path) -> int:
    """Return the schema version of the database at `path`; 0 for a missing or empty one."""
    if is_missing(path):
        return 0
    with open_read_only(path) as connection:
        version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version


def is_missing(path: Path, remedy: str = "Change the setting 'database'.") -> bool:
    """Say whether there is no database at `path`, or only an empty file.

    `remedy` is the next step where something else than a file is there.

    Raises:
        StorageError: If that cannot be found out, or `path` is no file.
    """
    return _size(path, remedy) == 0


def _size(path: Path, remedy: str) -> int:
    """Return the size of a regular file; 0 for a missing one."""
    with sqlite_errors(path):
        try:
            status = path.stat()
        except (FileNotFoundError, NotADirectoryError):
            return 0
    if not stat.S_ISREG(status.st_mode):
        kind = "folder" if stat.S_ISDIR(status.st_mode) else "device"
        raise StorageError(f"{path}: this is a {kind}, a database file was expected. {remedy}")
    return status.st_size
