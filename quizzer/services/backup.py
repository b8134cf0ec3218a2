"""Backing the database up, and bringing a backup back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from quizzer.errors import UsageError
from quizzer.services.places import Places, find_places
from quizzer.storage.backup import copy_database, replace_database
from quizzer.storage.file import check_file, is_missing


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did; `kept` is where the database lies that was there before."""

    database: Path
    kept: Path | None


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


def restore(backup: Path, places: Places | None = None) -> Restored:
    """Put `backup` in the place of the database, which is kept beside the backups.

    Raises:
        UsageError: If there is no such backup.
        StorageError: If it is damaged, another program's, or newer than this quizzer.
    """
    places = places or find_places()
    aside = places.backups / f"before-restore-{_stamp()}.db"
    had_one = replace_database(backup, places.database, aside)
    return Restored(places.database, aside if had_one else None)


def _stamp() -> str:
    return datetime.now().astimezone().strftime("%Y-%m-%d-%H%M%S-%f")
