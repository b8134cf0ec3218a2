"""Backing the database up, listing the backups, and bringing one back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from quizzer.errors import StorageError, UsageError
from quizzer.services.places import Places, find_places
from quizzer.storage.backup import copy_database, replace_database
from quizzer.storage.contents import Contents, read_contents
from quizzer.storage.file import check_file, is_missing

_STAMP_FORMAT = "%Y-%m-%d-%H%M%S-%f"
_STAMP = re.compile(r"-(\d{4}-\d\d-\d\d)(?:-(\d\d)(\d\d)\d\d-\d+)?\.db")
_BESIDE = "before-schema-*.db"  # a migration's copy lies beside the database


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did; `kept` is where the database lies that was there before."""

    database: Path
    backup: Path
    kept: Path | None


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that can be chosen; `contents` is None where the file cannot be read, `fault` says why.

    `made` is the study day of an automatic backup, the time of another one.
    """

    path: Path
    made: str
    size_bytes: int
    contents: Contents | None
    fault: str = ""


def back_up(target: Path | None = None, places: Places | None = None) -> Path:
    """Copy the database to `target`, by default a dated file in the backups folder, and return it.

    Raises:
        UsageError: If there is no database yet, or `target` exists.
        StorageError: If the database is damaged or the copy cannot be written.
    """
    places = places or find_places()
    if is_missing(places.database):
        raise UsageError(
            f"{places.database}: there is no database to back up yet; 'quizzer review' starts it."
        )
    check_file(places.database)
    target = target or places.backups / f"quizzer-{_stamp()}.db"
    if target.is_dir():
        target /= f"quizzer-{_stamp()}.db"
    copy_database(places.database, target)
    return target


def list_backups(places: Places | None = None) -> tuple[Backup, ...]:
    """Return the backups in their folder and the copies of migrations, newest first.

    Raises:
        StorageError: If the folder cannot be read.
    """
    places = places or find_places()
    try:
        paths = [*places.backups.glob("*.db"), *places.database.parent.glob(_BESIDE)]
        backups = [_describe(path) for path in paths if path.is_file()]
    except OSError as error:
        raise StorageError(
            f"{places.backups}: the folder of the backups cannot be read ({error.strerror}). "
            "Make it readable, then try again."
        ) from error
    return tuple(sorted(backups, key=lambda backup: (backup.made, backup.path.name), reverse=True))


def restore(backup: Path, places: Places | None = None) -> Restored:
    """Put `backup` in the place of the database, which is kept beside the backups.

    A bare name that is no file here is looked for among the backups.

    Raises:
        UsageError: If there is no such backup.
        StorageError: If it is damaged, another program's, or newer than this quizzer.
    """
    places = places or find_places()
    backup = _find(backup, places)
    aside = places.backups / f"before-restore-{_stamp()}.db"
    had_one = replace_database(backup, places.database, aside)
    return Restored(places.database, backup, aside if had_one else None)


def _find(backup: Path, places: Places) -> Path:
    if backup.name == str(backup) and not backup.exists():
        for folder in (places.backups, places.database.parent):
            if (folder / backup).exists():
                return folder / backup
    return backup


def _describe(path: Path) -> Backup:
    status = path.stat()
    if match := _STAMP.search(path.name):
        made = match[1] + (f" {match[2]}:{match[3]}" if match[2] else "")
    else:
        made = datetime.fromtimestamp(status.st_mtime).astimezone().strftime("%Y-%m-%d %H:%M")
    try:
        return Backup(path, made, status.st_size, read_contents(path))
    except StorageError as error:
        return Backup(path, made, status.st_size, None, str(error))


def _stamp() -> str:
    return datetime.now().astimezone().strftime(_STAMP_FORMAT)
