"""The automatic backups: one a study day, the older ones thinned out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path

from quizzer.core.retention import outdated
from quizzer.errors import StorageError
from quizzer.storage.backup import put, remove_abandoned, whole_copy
from quizzer.storage.file import is_missing, open_read_only

_USUAL = "quizzer"


def daily_path(database: Path, folder: Path, day: date) -> Path:
    """Return where the backup of the study day `day` lies; a database of another name has its own."""
    return folder / f"{_prefix(database)}{day.isoformat()}.db"


def has_daily(database: Path, folder: Path) -> bool:
    """Say whether there is any automatic backup of the database."""
    return bool(list(_days(database, folder)))


def back_up_day(database: Path, folder: Path, day: date) -> None:
    """Make the backup of the study day `day` where it is missing, and remove those that are outdated.

    A database without a history has nothing to back up. Of two processes that do this at
    once the first one's backup stays.

    Raises:
        DamagedError: If the database is damaged; then no backup is removed.
        StorageError: If the backup cannot be written.
    """
    target = daily_path(database, folder, day)
    try:
        if target.exists() or not _has_history(database):
            return
        folder.mkdir(parents=True, exist_ok=True)
        for place in (folder, database.parent):
            remove_abandoned(place)
        with whole_copy(database, target) as copy, suppress(FileExistsError):  # another process was quicker
            put(copy, target)
        _thin_out(database, folder, day)
    except OSError as error:
        raise StorageError(
            f"{folder}: the folder of the backups cannot be written ({error.strerror}). "
            "Make it writable, with all that lies in it."
        ) from error


def _has_history(database: Path) -> bool:
    if is_missing(database):
        return False
    with open_read_only(database) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        return any(
            connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone()
            for table in ("reviews", "card_events", "sittings", "exported_notes")
            if table in tables
        )


def _thin_out(database: Path, folder: Path, today: date) -> None:
    for day in outdated(_days(database, folder), today):
        daily_path(database, folder, day).unlink(missing_ok=True)


def _days(database: Path, folder: Path) -> Iterator[date]:
    name = re.compile(re.escape(_prefix(database)) + r"(\d{4}-\d\d-\d\d)\.db")
    for path in folder.glob("*.db"):
        if match := name.fullmatch(path.name):
            with suppress(ValueError):  # a name of somebody else's, such as daily-0000-99-99.db
                yield date.fromisoformat(match[1])


def _prefix(database: Path) -> str:
    return "daily-" if database.stem == _USUAL else f"daily-{database.stem}-"
