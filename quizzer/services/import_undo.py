"""Taking the last import back: its reviews and events, and the deck files that nobody edited since."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from quizzer.content.files import UnreadableError, read_regular
from quizzer.errors import UsageError
from quizzer.services.import_begun import BEGUN, Begun, find_begun
from quizzer.services.import_files import MANIFEST, digest, imports_folder, read_present, restore_file
from quizzer.services.replaying import replay_all
from quizzer.services.workspace import Workspace
from quizzer.storage.imports import (
    has_reschedule,
    read_answers_since,
    read_imported_cards,
    read_last_import,
    read_moved_on,
)


@dataclass(frozen=True, slots=True)
class UndoneImport:
    """What was taken back; `edited` are deck files that stayed as they are, since they were edited.

    `answered` says of notes that went how many answers each had got since.
    """

    origin: str
    happened_at: datetime
    reviews: int
    files: tuple[Path, ...]
    edited: tuple[Path, ...]
    answered: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Return:
    """What the deck files held, None for one that was not there; `edited` are those that have moved on."""

    files: Mapping[Path, bytes | None]
    edited: tuple[Path, ...]

    def carry_out(self) -> None:
        """Give the files back what they held."""
        for path, held in self.files.items():
            restore_file(path, held)


def undo_import(workspace: Workspace, *, takes_answered: bool = False) -> UndoneImport:
    """Take the last import back; with `takes_answered` even if notes go that were answered since.

    Their answers stay in the log, and count again when the notes come back.

    Raises:
        UsageError: If there is none, one of its cards was answered or changed since, or such a note would
            go; nothing is done then.
        WorkspaceError: If a deck file cannot be written; nothing is done to the log then.
    """
    if begun := _find_newer(workspace):
        return _undo_begun(workspace, begun, takes_answered=takes_answered)
    from quizzer.core.memory import CardState
    from quizzer.services.recording import refresh_all
    from quizzer.storage.log import mark_range_undone
    from quizzer.storage.states import write_states

    with workspace.database.writing() as connection:
        run = connection.exec_driver_sql
        mark = read_last_import(run)
        if mark is None:
            raise UsageError("there is nothing to take back: no import stands.")
        if moved_on := read_moved_on(run, mark):
            raise UsageError(
                f"nothing was taken back: {moved_on} was answered or changed since the import. "
                "'quizzer restore' lists the backups, one from before the import among them."
            )
        folder = imports_folder(workspace.places.workspace) / mark.kept
        back = _plan_return(workspace, _files_of(folder) if mark.kept else (), folder)
        answered = read_answers_since(run, _notes_that_go(workspace, back), mark.sequence)
        _refuse_answered(answered, takes_answered=takes_answered)
        cards, is_of_all = read_imported_cards(run, mark), has_reschedule(run, mark)
        reviews = mark_range_undone(connection, mark.first, mark.sequence, workspace.now())
        if is_of_all:
            states = replay_all(run, workspace.regime(run))
            write_states(connection, {**dict.fromkeys(cards, CardState()), **states}.items())
        else:
            refresh_all(workspace, connection, cards)
        back.carry_out()
    workspace.reload()
    return UndoneImport(mark.origin, mark.happened_at, reviews, tuple(back.files), back.edited, answered)


def _find_newer(workspace: Workspace) -> Begun | None:
    """Return an import without an end that is newer than the last one with an end; None without."""
    with workspace.database.peeking() as run:
        begun, mark = find_begun(run, imports_folder(workspace.places.workspace)), read_last_import(run)
    return None if begun is None or (mark and mark.happened_at >= begun.happened_at) else begun


def _undo_begun(workspace: Workspace, begun: Begun, *, takes_answered: bool) -> UndoneImport:
    """Take an import back that never came to its log."""
    changes = [(name, before, after) for name, (before, after) in begun.files.items()]
    back = _plan_return(workspace, changes, begun.folder)
    with workspace.database.peeking() as run:
        answered = read_answers_since(run, _notes_that_go(workspace, back), 0, begun.happened_at)
    _refuse_answered(answered, takes_answered=takes_answered)
    back.carry_out()
    (begun.folder / BEGUN).unlink(missing_ok=True)
    workspace.reload()
    return UndoneImport(begun.origin, begun.happened_at, 0, tuple(back.files), back.edited, answered)


def _plan_return(
    workspace: Workspace, changes: Iterable[tuple[str, str | None, str]], folder: Path
) -> _Return:
    files: dict[Path, bytes | None] = {}
    edited: list[Path] = []
    for name, before, after in changes:
        path = workspace.content.roots.learner_decks / Path(name).name
        now = read_present(path)
        state = None if now is None else digest(now)
        kept = None if before is None else read_present(folder / path.name)
        if state == before:
            continue
        if state != after or (before is not None and (kept is None or digest(kept) != before)):
            edited.append(path)
            continue
        files[path] = kept
    return _Return(files, tuple(edited))


def _notes_that_go(workspace: Workspace, back: _Return) -> set[str]:
    """Return the notes that no deck has once the files are what they were."""
    from quizzer.content.deck_file import parse_deck

    library = workspace.library
    paths = {str(path) for path in back.files}
    going = {note_id for note_id, origin in library.origins.items() if origin.path in paths}
    for path, held in back.files.items():
        deck = None if held is None else parse_deck(held, str(path), is_shipped=False).deck
        going -= {note.id for note in deck.notes} if deck else set()
    return going - library.shadowed.keys()


def _refuse_answered(answered: Mapping[str, int], *, takes_answered: bool) -> None:
    if not answered or takes_answered:
        return
    notes, were = (f"{len(answered):,} notes", "were") if len(answered) > 1 else (next(iter(answered)), "was")
    raise UsageError(
        f"nothing was taken back: {notes} of the import {were} answered since. "
        "'quizzer import undo --answered' takes the import back all the same; the answers stay in the log, "
        "and count again when the notes come back."
    )


def _files_of(folder: Path) -> Iterator[tuple[str, str | None, str]]:
    try:
        manifest = folder / MANIFEST
        files = json.loads(read_regular(manifest if manifest.exists() else folder / BEGUN))["files"]
        found = [(name, before, after) for name, (before, after) in files.items()]
    except (UnreadableError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise UsageError(
            f"{folder / MANIFEST}: what the import changed cannot be read ({error}); nothing was taken back. "
            "'quizzer restore' lists the backups."
        ) from error
    yield from found
