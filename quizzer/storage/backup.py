"""Copies of the database, made with SQLite's backup API so that open readers and writers do not matter."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from quizzer.errors import BusyError, DamagedError, StorageError, UsageError
from quizzer.storage.faults import BUSY_TIMEOUT_S, MENDING, sqlite_errors, storage_error
from quizzer.storage.file import check_file, is_complete, is_missing, make_folder, open_read_only

_PARTIAL = ".partial"


def copy_database(source: Path, target: Path) -> None:
    """Copy the database `source` to the new file `target`, whole or not at all.

    Raises:
        UsageError: If `target` exists.
        StorageError: If either cannot be read or written.
    """
    make_folder(target.parent)
    if os.path.lexists(target):
        raise _taken(target)
    try:
        with whole_copy(source, target) as copy:
            put(copy, target)
    except FileExistsError:
        raise _taken(target) from None
    except OSError as error:
        raise StorageError(
            f"{target}: the copy cannot be written ({error.strerror}). Name another place, then try again."
        ) from error


@contextmanager
def whole_copy(source: Path, target: Path) -> Iterator[Path]:
    """Give a checked copy of `source` beside `target`, one file without a log of its own.

    Raises:
        OSError: If nothing can be written there.
        StorageError: If the database cannot be read, or not copied.
    """
    partial = target.with_name(f".{target.name}.{os.getpid()}{_PARTIAL}")
    partial.unlink(missing_ok=True)  # left by a killed process whose number is ours now
    partial.touch()
    try:
        copy_pages(source, partial, target)
        check_integrity(partial, source)
        yield partial
    finally:
        for path in (partial, *_side_files(partial)):
            path.unlink(missing_ok=True)


def put(copy: Path, target: Path) -> None:
    """Give a finished copy its name, for good.

    Raises:
        FileExistsError: If there is a file of that name already.
        OSError: If it cannot be done.
    """
    try:
        os.link(copy, target)  # unlike a rename this never replaces anything
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        if os.path.lexists(target):
            raise FileExistsError(target) from None
        copy.rename(target)
    sync_folder(target.parent)


def remove_abandoned(folder: Path) -> None:
    """Remove the unfinished copies of processes that were killed.

    Raises:
        OSError: If the folder cannot be written.
    """
    for path in folder.glob(f".*.db.*{_PARTIAL}*"):
        process = path.name.partition(_PARTIAL)[0].rpartition(".")[2]
        if process.isdecimal() and not _is_alive(int(process)):
            path.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Have the names in `folder` survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def check_integrity(path: Path, told_as: Path | None = None) -> None:
    """Refuse a damaged database; `told_as` is the file to name, if it is not `path`.

    Raises:
        DamagedError: If SQLite's integrity check or foreign key check finds a fault.
    """
    with open_read_only(path, told_as) as connection:
        faults = [row[0] for row in connection.execute("PRAGMA integrity_check(3)") if row[0] != "ok"]
        faults += [
            f"row {row[1]} of {row[0]} points nowhere"
            for row in connection.execute("PRAGMA foreign_key_check")
        ]
    if faults:
        raise DamagedError(f"{told_as or path}: the database is damaged ({faults[0]}). {MENDING}")


def replace_database(backup: Path, path: Path, aside: Path) -> bool:
    """Put the database `backup` in the place of `path`; the present one is kept as `aside`.

    Both are done through SQLite, so that other open processes see the change; a file that
    SQLite does not take for a database is moved aside with its side files.

    Returns:
        Whether there was a database to keep.

    Raises:
        UsageError: If `backup` does not exist or `aside` does.
        StorageError: If `backup` is damaged, foreign or newer than this quizzer, or either
            cannot be reached; then nothing has changed.
    """
    _check_backup(backup, path, aside.parent)
    make_folder(aside.parent)
    if is_missing(path):
        _put_in_place(backup, path, aside)
        return False
    try:
        check_file(path)
        keep_pages(path, aside)
        try:
            copy_pages(backup, path)
        except StorageError:
            aside.unlink()  # nothing was changed
            raise
    except DamagedError:
        _put_in_place(backup, path, aside)
    return True


def keep_pages(path: Path, aside: Path) -> None:
    """Copy the database `path` to the new file `aside` page by page, damaged ones as they are.

    Raises:
        UsageError: If `aside` exists.
        StorageError: If it cannot be written.
    """
    with sqlite_errors(aside):
        try:
            aside.touch(exist_ok=False)
        except FileExistsError:
            raise _taken(aside) from None
    try:
        copy_pages(path, aside)
    except BaseException:
        for file in (aside, *_side_files(aside)):
            file.unlink(missing_ok=True)
        raise


def _check_backup(backup: Path, path: Path, folder: Path) -> None:
    hint = f"Nothing was changed; the folder {folder} has the dated backups."
    if backup.is_dir():
        raise UsageError(f"{backup}: this is a folder, a backup file was expected. {hint}")
    try:
        if is_missing(backup, hint):
            what = "is empty" if backup.exists() else "does not exist"
            raise UsageError(f"{backup}: this backup {what}. {hint}")
        if path.exists() and backup.samefile(path):
            raise UsageError(f"{backup}: this is the database itself, no backup of it. {hint}")
        check_file(backup, hint)
        check_integrity(backup)
        if not is_complete(backup):
            raise DamagedError(f"{backup}: tables are missing")
    except DamagedError as error:
        raise UsageError(f"{backup}: this is no backup of quizzer, or it is damaged. {hint}") from error
    except BusyError:
        raise
    except StorageError as error:
        raise UsageError(str(error)) from error  # the file that was named, not the database, is at fault


def copy_pages(source: Path, target: Path, told_as: Path | None = None) -> None:
    """Write all pages of `source` into `target`, in one transaction; `told_as` is the file to name for it.

    Raises:
        StorageError: If either cannot be read or written; the target is then as it was.
    """
    is_new = is_missing(target)
    with open_read_only(source) as reader, _told_of(source if is_new else target, told_as or target):
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


@contextmanager
def _told_of(damaged: Path, written: Path) -> Iterator[None]:
    """Turn errors of SQLite into sentences: damage is in the file `damaged`, all else in `written`."""
    try:
        yield
    except sqlite3.Error as error:
        fault = storage_error(error, written)
        raise (storage_error(error, damaged) if isinstance(fault, DamagedError) else fault) from error


def _put_in_place(backup: Path, path: Path, aside: Path) -> None:
    """Put a copy of `backup` in the place of what SQLite cannot write to, which is kept as `aside`."""
    with sqlite_errors(path), whole_copy(backup, path) as copy:
        if not is_missing(path):
            _link(path, aside)
        # A log of the file that was there would be played back over the one that comes.
        for file, kept in zip(_side_files(path), _side_files(aside), strict=True):
            if file.exists():
                file.replace(kept)
        copy.replace(path)
        sync_folder(path.parent)


def _link(path: Path, aside: Path) -> None:
    """Give `path` a second name, or another one where a file system knows no second names."""
    if os.path.lexists(aside):
        raise _taken(aside)
    try:
        os.link(path, aside)
    except OSError:
        path.rename(aside)


def _taken(target: Path) -> UsageError:
    return UsageError(f"{target}: the file exists and is not overwritten. Name another one.")


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True  # somebody else's
    return True


def _side_files(path: Path) -> tuple[Path, ...]:
    return tuple(path.with_name(path.name + suffix) for suffix in ("-wal", "-shm", "-journal"))
