"""Copies of the database, made with SQLite's backup API so that open readers and writers do not matter."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from quizzer.errors import BusyError, DamagedError, StorageError, UsageError
from quizzer.storage.faults import BUSY_TIMEOUT_S, sqlite_errors
from quizzer.storage.file import check_file, is_missing, make_folder, open_read_only


def copy_database(source: Path, target: Path) -> None:
    """Copy the database `source` to the new file `target`, whole or not at all.

    Raises:
        UsageError: If `target` exists.
        StorageError: If either cannot be read or written.
    """
    make_folder(target.parent)
    _reserve(target)
    try:
        with _whole_copy(source, target) as copy:
            copy.replace(target)
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def check_integrity(path: Path) -> None:
    """Refuse a damaged database.

    Raises:
        DamagedError: If SQLite's integrity check or foreign key check finds a fault.
    """
    with open_read_only(path) as connection:
        faults = [row[0] for row in connection.execute("PRAGMA integrity_check(3)") if row[0] != "ok"]
        faults += [
            f"row {row[1]} of {row[0]} points nowhere"
            for row in connection.execute("PRAGMA foreign_key_check")
        ]
    if faults:
        raise DamagedError(
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
        StorageError: If `backup` is damaged, foreign or newer than this quizzer, or either
            cannot be reached; then nothing has changed.
    """
    _check_backup(backup, path, aside.parent)
    if is_missing(path):
        path.unlink(missing_ok=True)  # an empty file is no database yet
        copy_database(backup, path)
        return False
    make_folder(aside.parent)
    try:
        check_file(path)
        copy_database(path, aside)
    except DamagedError:
        with _whole_copy(backup, path) as copy:
            _move_aside(path, aside)
            copy.replace(path)
        return True
    _copy(backup, path)
    return True


def _check_backup(backup: Path, path: Path, folder: Path) -> None:
    hint = f"Nothing was changed; the folder {folder} has the dated backups."
    if backup.is_dir():
        raise UsageError(f"{backup}: this is a folder, a backup file was expected. {hint}")
    if is_missing(backup):
        what = "is empty" if backup.exists() else "does not exist"
        raise UsageError(f"{backup}: this backup {what}. {hint}")
    if path.exists() and backup.samefile(path):
        raise UsageError(f"{backup}: this is the database itself, no backup of it. {hint}")
    try:
        check_file(backup, hint)
        check_integrity(backup)
    except DamagedError as error:
        raise UsageError(f"{backup}: this is no backup of quizzer, or it is damaged. {hint}") from error
    except BusyError:
        raise
    except StorageError as error:
        raise UsageError(str(error)) from error  # the file that was named, not the database, is at fault


@contextmanager
def _whole_copy(source: Path, target: Path) -> Iterator[Path]:
    """Give a checked copy of `source` beside `target`, one file without a log of its own."""
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        _copy(source, partial)
        check_integrity(partial)
        with sqlite_errors(target):
            yield partial
    finally:
        for path in (partial, *_side_files(partial)):
            path.unlink(missing_ok=True)


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
    is_new = not target.exists()
    with open_read_only(source) as reader, sqlite_errors(target):
        writer = sqlite3.connect(target, timeout=BUSY_TIMEOUT_S, isolation_level=None)
        try:
            if not is_new:
                # The backup API waits for a busy target for ever; a lock of our own does not.
                writer.execute("BEGIN IMMEDIATE")
                writer.execute("ROLLBACK")
            reader.backup(writer)
            if is_new:
                # Out of WAL mode a copy can be read from a medium that cannot be written.
                writer.execute("PRAGMA journal_mode = DELETE")
        finally:
            writer.close()


def _move_aside(path: Path, aside: Path) -> None:
    _reserve(aside)
    for source, target in zip((path, *_side_files(path)), (aside, *_side_files(aside)), strict=True):
        if source.exists():
            source.replace(target)


def _side_files(path: Path) -> tuple[Path, ...]:
    return tuple(path.with_name(path.name + suffix) for suffix in ("-wal", "-shm"))
