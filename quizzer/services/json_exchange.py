"""Everything as JSON: decks and history out to a file, and such a file in."""

from __future__ import annotations

import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from quizzer.content.originals import read_original
from quizzer.content.writing import replacing_file
from quizzer.core.deck import Deck
from quizzer.core.memory import CardState
from quizzer.core.note import Note
from quizzer.core.review import CardEvent, EventKind
from quizzer.errors import ExportError, UsageError
from quizzer.exchange.incoming import Incoming
from quizzer.exchange.json.document import FIRST_BYTES
from quizzer.exchange.json.reader import read_document
from quizzer.exchange.json.writer import CardLog, Change, write_document
from quizzer.services.collector import pausing_collector
from quizzer.services.input_file import read_input
from quizzer.services.regimes import make_scheduler
from quizzer.services.workspace import Workspace
from quizzer.storage.imports import read_card_ids
from quizzer.storage.log_reads import read_all_entries, read_events_of_all
from quizzer.storage.reschedules import read_reschedules
from quizzer.storage.runner import Runner

if TYPE_CHECKING:
    from sqlalchemy import Connection

MAX_BYTES = 1_000_000_000
CARDS_AT_ONCE = 1_000
FILE_MODE = 0o600  # a history says much of a person


@dataclass(slots=True)
class ExportedJson:
    """What an export wrote."""

    decks: int = 0
    notes: int = 0
    cards: int = 0
    reviews: int = 0


@pausing_collector()
def read_json(path: Path) -> Incoming:
    """Return what the file `path` holds.

    Raises:
        UsageError: If it cannot be read, or is no document that quizzer wrote.
    """
    data, name = read_input(path, MAX_BYTES)
    incoming = read_document(data, name)
    for change in incoming.reschedules:
        try:
            make_scheduler(change.choice)
        except ValueError as error:
            raise UsageError(
                f"{name}: history.reschedules: the parameters are none of '{change.choice.name}' ({error}): "
                "export again with 'quizzer export json', or correct the file"
            ) from error
    return incoming


def export_json(workspace: Workspace, file: Path | None) -> ExportedJson:
    """Write decks and history to `file`, None for the standard output.

    Raises:
        UsageError: If `file` is none of quizzer's exports, nor empty.
        ExportError: If it cannot be written; what was there is untouched.
    """
    exported = ExportedJson()
    if file is None:
        _write(workspace, sys.stdout.buffer, exported)
        sys.stdout.buffer.flush()
        return exported
    target = file.resolve()  # what a link points to is replaced, not the link
    _check_target(file, target)
    try:
        mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else FILE_MODE
        with replacing_file(target, mode) as sink:
            _write(workspace, sink, exported)
    except OSError as error:
        raise ExportError(
            f"{file}: the export cannot be written ({error.strerror}). Name another place, then try again."
        ) from error
    return exported


def _check_target(file: Path, target: Path) -> None:
    if not target.exists():
        return
    if not target.is_file():
        raise UsageError(f"{file}: this is no file that could be replaced. Name another one.")
    try:
        with target.open("rb") as present:
            start = present.read(len(FIRST_BYTES))
    except OSError as error:
        raise UsageError(f"{file}: it cannot be read ({error.strerror}). Name another one.") from error
    if start and start != FIRST_BYTES:
        raise UsageError(
            f"{file}: the file was not written by quizzer and is not overwritten. Name another one."
        )


def _write(workspace: Workspace, sink: BinaryIO, exported: ExportedJson) -> None:
    library = workspace.library
    shipped = {note_id for note_id, origin in library.origins.items() if origin.is_shipped}
    decks = [_without_copies(deck) for deck in library.decks]
    exported.decks, exported.notes = len(decks), sum(len(deck.notes) for deck in decks)
    with workspace.database.reading() as connection:
        run = connection.exec_driver_sql
        states = _read_states(connection)
        pieces = write_document(
            workspace.now(), decks, shipped, _read_changes(run), _read_cards(run, states, exported)
        )
        for piece in pieces:
            sink.write(piece)


def _without_copies(deck: Deck) -> Deck:
    """Return the deck without what its notes say of documents that were imported here."""
    return replace(deck, notes=tuple(_without_copy(note) if note.original else note for note in deck.notes))


def _without_copy(note: Note) -> Note:
    return replace(note, original=str(replace(read_original(note.original), copied="")))


def _read_states(connection: Connection) -> dict[int, CardState]:
    from quizzer.storage.states import read_states

    return dict(read_states(connection))


def _read_changes(run: Runner) -> list[Change]:
    """Return the changes of the scheduler, the oldest first."""
    choices = {change.sequence: change.choice for change in read_reschedules(run)}
    events = read_events_of_all(run, EventKind.RESCHEDULE)
    return [(event, choices[event.sequence]) for event in events]


def _read_cards(run: Runner, states: dict[int, CardState], exported: ExportedJson) -> Iterator[CardLog]:
    """Yield the cards that have a history, by their keys; a thousand are in memory at once."""
    keys = iter(sorted((key, card_id) for key, card_id in read_card_ids(run).items()))
    while several := list(islice(keys, CARDS_AT_ONCE)):
        logs = dict(read_all_entries(run, [card_id for _, card_id in several]))
        for key, card_id in several:
            if entries := logs.get(card_id):
                exported.cards += 1
                exported.reviews += sum(not isinstance(entry, CardEvent) for entry in entries)
                yield key, states.get(card_id, CardState()), entries
