"""Copies of the database, made with SQLite's backup API so that open readers and writers do not matter."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from quizzer.errors import StorageError, UsageError
from quizzer.storage.faults import BUSY_TIMEOUT_S, sqlite_errors
from quizzer.storage.file import check_file, make_folder, open_read_only

SIDE_FILES = ("-wal", "-shm")


def copy_database(source: Path, target: Path) -> None:
    """Copy the database `source` to the new file `target`, whole or not at all.

    Raises:
        UsageError: If `target` exists.
        StorageError: If either cannot be read or written.
    """
    make_folder(target.parent)
    _reserve(target)
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        _copy(source, partial)
        check_integrity(partial)
        partial.replace(target)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    finally:
        partial.unlink(missing_ok=True)


def check_integrity(path: Path) -> None:
    """Refuse a damaged database.

    Raises:
        StorageError: If SQLite's integrity check or foreign key check finds a fault.
    """
    with open_read_only(path) as connection:
        faults = [row[0] for row in connection.execute("PRAGMA integrity_check(3)") if row[0] != "ok"]
        faults += [
            f"row {row[1]} of {row[0]} points nowhere"
            for row in connection.execute("PRAGMA foreign_key_check")
        ]
    if faults:
        raise StorageError(
            f"{path}: the database is damaged ({faults[0]}). Nothing was overwritten: "
            "bring back a backup with 'quizzer restore FILE'."
        )


def replace_database(backup: Path, path: Path, aside: Path) -> bool:
    """Put the database `backup` in the place of `path`; the present one is kept as `aside`.

    A sound database is written through SQLite, so that other open processes see the
    change; one that SQLite cannot read is moved aside with its side files.

    Returns:
        Whether there was a database to keep.

    Raises:
        UsageError: If `backup` does not exist or `aside` does.
        StorageError: If `backup` is damaged, foreign or newer than this quizzer.
    """
    if not backup.is_file() or backup.stat().st_size == 0:
        raise UsageError(f"{backup}: there is no backup file of that name.")
    check_file(backup)
    check_integrity(backup)
    if not path.exists():
        copy_database(backup, path)
        return False
    try:
        check_file(path)
        copy_database(path, aside)
    except StorageError:
        _move_aside(path, aside)
        copy_database(backup, path)
        return True
    _copy(backup, path)
    return True


def _reserve(target: Path) -> None:
    """Create `target` empty, so that no other process takes the name."""
    try:
        target.touch(exist_ok=False)
    except FileExistsError:
        raise UsageError(f"{target}: the file exists and is not overwritten. Name another one.") from None
    except OSError as error:
        raise StorageError(
            f"{target}: the copy cannot be written ({error.strerror}). Name another place, then try again."
        ) from error


def _copy(source: Path, target: Path) -> None:
    with open_read_only(source) as reader, sqlite_errors(target):
        writer = sqlite3.connect(target, timeout=BUSY_TIMEOUT_S)
        try:
            reader.backup(writer)
        finally:
            writer.close()


def _move_aside(path: Path, aside: Path) -> None:
    if aside.exists():
        raise UsageError(f"{aside}: the file exists and is not overwritten. Move it away, then try again.")
    path.rename(aside)
    for suffix in SIDE_FILES:
        side = path.with_name(path.name + suffix)
        if side.exists():
            side.rename(aside.with_name(aside.name + suffix))
