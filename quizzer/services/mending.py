"""What `quizzer doctor --fix` mends: memory states that differ from the log, or are damaged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from quizzer.errors import DamagedError, QuizzerError
from quizzer.services.doctor import rebuild_states
from quizzer.services.places import Places, find_places
from quizzer.services.replaying import find_differing
from quizzer.services.workspace import open_workspace
from quizzer.storage.backup import check_integrity, keep_pages
from quizzer.storage.file import check_file, is_missing, make_folder


@dataclass(frozen=True, slots=True)
class Mended:
    """What was mended: states rebuilt, and where the database lies that was damaged, if it was."""

    states: int
    kept: Path | None = None


def mend(places: Places | None = None) -> Mended:
    """Rebuild what follows from the log and differs from it, damaged or only wrong.

    Raises:
        DamagedError: If the log itself is damaged; nothing has changed then.
        QuizzerError: If the database cannot be used.
    """
    places = places or find_places()
    path = places.database
    if is_missing(path):
        return Mended(rebuild_states(places))
    check_file(path)
    try:
        check_integrity(path)
    except DamagedError:
        return _mend_damage(places)
    return Mended(rebuild_states(places))


def _mend_damage(places: Places) -> Mended:
    from quizzer.storage.mending import compact

    stamp = datetime.now().astimezone().strftime("%Y-%m-%d-%H%M%S-%f")
    aside = places.backups / f"before-fix-{stamp}.db"
    make_folder(aside.parent)
    keep_pages(places.database, aside)
    try:
        states = _recreate(places)
    except DamagedError as error:
        aside.unlink(missing_ok=True)  # nothing was changed
        raise DamagedError(
            f"{places.database}: more of the database is damaged than follows from the review log. "
            "Nothing was changed: bring a backup back, 'quizzer restore' lists them."
        ) from error
    except QuizzerError:
        aside.unlink(missing_ok=True)
        raise
    compact(places.database)
    check_integrity(places.database)
    return Mended(states, aside)


def _recreate(places: Places) -> int:
    from quizzer.storage.mending import recreate_derived
    from quizzer.storage.states import write_states

    with open_workspace(places, syncs=False) as workspace:
        workspace.database.before_writing = _make_no_backup
        with workspace.database.writing() as connection:
            recreate_derived(connection)
            states = find_differing(connection, workspace.regime(connection.exec_driver_sql))
            write_states(connection, states.items())
    return len(states)


def _make_no_backup() -> None:
    """Damage is not backed up; what was there is kept aside."""
