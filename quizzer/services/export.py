"""Taking decks along to other programs."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from quizzer.content.writing import replace_file
from quizzer.core.card import cards_of
from quizzer.errors import ExportError, UsageError
from quizzer.exchange.anki.notes import AnkiNote, to_anki_decks, to_anki_notes
from quizzer.exchange.anki.package import SUFFIX, is_our_package, make_package
from quizzer.services.selection import Selection, make_filter
from quizzer.services.workspace import Workspace
from quizzer.storage.exports import ExportedNote, read_exported, write_exported


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export wrote; `new` and `changed` count notes since the last export that held them.

    `turned` are the ids of notes that were exported as a question and have become a cloze, or the
    other way round: Anki has them twice now.
    """

    file: Path
    notes: int
    cards: int
    decks: int
    new: int
    changed: int
    turned: tuple[str, ...] = ()


def export_anki(workspace: Workspace, file: Path, selection: Selection) -> Exported:
    """Write the notes that `selection` chooses to a package for Anki.

    Raises:
        ContentError: If a deck does not exist.
        UsageError: If no note is chosen, or `file` is no place for a package.
        ExportError: If the package cannot be written; what was there is untouched.
    """
    _check_target(file)
    decks = workspace.library.decks
    fits = make_filter(selection, workspace.library)
    chosen = [
        note.id for deck in decks for note in deck.notes if any(fits(card.key) for card in cards_of(note))
    ]
    if not chosen:
        raise UsageError("there is no note to export yet: 'quizzer deck new NAME' starts a deck.")
    topics = {topic.id: topic.title for area in workspace.library.syllabus.areas for topic in area.topics}
    notes = to_anki_notes(decks, topics, chosen)
    # The lock is held from reading to committing, so that two exports at once agree on when a note changed.
    # The table is committed after the file has its place. Should that fail, the next export dates the same
    # changes a little later, and Anki updates those notes once more: nothing is lost. A change that is in the
    # table is always in a file, or older than what the next file says.
    with workspace.database.writing() as connection:
        known = read_exported(connection)
        current = _date(notes, known, workspace.now())
        changed_at = {guid: note.changed_at for guid, note in current.items()}
        _write(file, make_package(to_anki_decks(decks), notes, changed_at))
        write_exported(connection, {guid: note for guid, note in current.items() if known.get(guid) != note})
    return Exported(
        file,
        notes=len(notes),
        cards=sum(len(note.ordinals) for note in notes),
        decks=len({note.deck_id for note in notes}),
        new=sum(note.guid not in known for note in notes),
        changed=sum(note.guid in known and known[note.guid] != current[note.guid] for note in notes),
        turned=tuple(note.note_id for note in notes if note.guid not in known and note.other_guid in known),
    )


def _date(
    notes: Sequence[AnkiNote], known: dict[str, ExportedNote], now: datetime
) -> dict[str, ExportedNote]:
    """Return when each note last changed; one that is as it was keeps its date."""
    result = {}
    for note in notes:
        before = known.get(note.guid)
        if before and before.content_hash == note.content_hash:
            result[note.guid] = before
        else:
            # Anki compares whole seconds; a clock that was set back must not hide a change.
            changed_at = now.replace(microsecond=0)
            if before:
                changed_at = max(changed_at, before.changed_at + timedelta(seconds=1))
            result[note.guid] = ExportedNote(note.content_hash, changed_at)
    return result


def _check_target(file: Path) -> None:
    if file.suffix.lower() != SUFFIX:
        raise UsageError(
            f"{file}: a name that ends in '{SUFFIX}' was expected, as Anki's packages have. "
            f"Try {file.with_name(f'{file.stem or file.name}{SUFFIX}')}."
        )
    try:
        folder_mode = file.parent.stat().st_mode
        file_mode = file.stat().st_mode if file.exists() else None
    except OSError as error:
        raise UsageError(
            f"{file.parent}: the folder cannot be reached ({error.strerror}). Make it, or name another one."
        ) from error
    if not stat.S_ISDIR(folder_mode):
        raise UsageError(f"{file.parent}: this is no folder. Name a file in one that exists.")
    if file_mode is None:
        return
    if not stat.S_ISREG(file_mode):
        raise UsageError(f"{file}: this is no file that could be replaced. Name another one.")
    if file.stat().st_size and not is_our_package(file):
        raise UsageError(
            f"{file}: the file was not written by quizzer and is not overwritten. Name another one."
        )


def _write(file: Path, data: bytes) -> None:
    try:
        target = file.resolve()  # what a link points to is replaced, not the link
        replace_file(target, data, _mode(target))
    except OSError as error:
        raise ExportError(
            f"{file}: the package cannot be written ({error.strerror}). Name another place, then try again."
        ) from error


def _mode(target: Path) -> int:
    """Return the permissions that the file has, or that a new one gets."""
    if target.exists():
        return stat.S_IMODE(target.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
