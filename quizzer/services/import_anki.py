"""Reading a package of Anki with what the library knows of the notes that once went there."""

from __future__ import annotations

from pathlib import Path

from quizzer.exchange.anki.identity import guid_of, oldest_ids
from quizzer.exchange.anki.reading.history import LearnerDays
from quizzer.exchange.anki.reading.mapping import read_mapping
from quizzer.exchange.anki.reading.reader import ReadOptions, read_package
from quizzer.exchange.incoming import Incoming
from quizzer.services.collector import pausing_collector
from quizzer.services.workspace import Workspace


@pausing_collector()
def read_anki(workspace: Workspace, file: Path, *, mapping: Path | None, with_history: bool) -> Incoming:
    """Return what a package holds.

    Args:
        workspace: Knows by its decks the notes that an export brought to Anki.
        file: The package.
        mapping: A file that says what is to be made of unknown note types.
        with_history: Whether reviews and schedules are read.

    Raises:
        ExchangeError: If the package or the mapping cannot be read.
    """
    said = read_mapping(mapping) if mapping else {}
    oldest = oldest_ids(workspace.library.decks)
    known = {
        guid_of(name, is_cloze=is_cloze): note_id
        for note_id, name in oldest.items()
        for is_cloze in (False, True)
    }
    days = LearnerDays(workspace.calendar.zone, workspace.calendar.rollover_hour)
    return read_package(file, ReadOptions(known, said, days, with_history))
