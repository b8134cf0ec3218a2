"""Reading a package of Anki with what the library knows of the notes that once went there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from quizzer.core.counted import counted
from quizzer.core.scheduler_choice import SchedulerName
from quizzer.exchange.anki.identity import guid_of, oldest_ids
from quizzer.exchange.anki.reading.history import LearnerDays
from quizzer.exchange.anki.reading.mapping import read_mapping
from quizzer.exchange.anki.reading.reader import ReadOptions, read_package
from quizzer.exchange.incoming import Incoming, Refused
from quizzer.services.collector import pausing_collector
from quizzer.services.importing import Tell, tell_nobody
from quizzer.services.workspace import Workspace


@pausing_collector()
def read_anki(
    workspace: Workspace,
    file: Path,
    *,
    mapping: Path | None,
    with_history: bool,
    tell: Tell = tell_nobody,
) -> Incoming:
    """Return what a package holds.

    Args:
        workspace: Knows by its decks the notes that an export brought to Anki.
        file: The package.
        mapping: A file that says what is to be made of unknown note types.
        with_history: Whether reviews and schedules are read.
        tell: Told which note is being read.

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
    incoming = read_package(file, ReadOptions(known, said, days, with_history, tell))
    return replace(incoming, remarks=(*incoming.remarks, *_unused(workspace, file, incoming)))


def _unused(workspace: Workspace, file: Path, incoming: Incoming) -> Iterator[Refused]:
    """Yield what of the schedules the scheduler in force makes no use of."""
    cards = [card for note in incoming.notes for card in note.cards]
    count = sum(card.placement is not None and card.placement.stability is not None for card in cards)
    with workspace.database.peeking() as run:
        scheduler = workspace.regime(run).scheduler.name
    if count and scheduler != SchedulerName.FSRS:
        yield Refused(
            file.name,
            f"{counted(count, 'card')} with FSRS's stability and difficulty, of which SM-2 makes no use: "
            "to keep them, run 'quizzer schedule set fsrs' before the import",
        )
