"""Editing a note: where it stands, a copy of a shipped one, what is wrong with the file afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from quizzer.content.faults import Place, shown_path
from quizzer.content.note_places import NotePlaces
from quizzer.content.overlay import Origin
from quizzer.core.note import Note
from quizzer.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class EditPlace:
    """Where a note can be edited; `is_copied` says that it was copied there just now."""

    path: Path
    line: int
    is_copied: bool = False

    @property
    def shown(self) -> str:
        """The place as it may be printed."""
        return f"{shown_path(str(self.path))}:{self.line}"


def prepare_edit(workspace: Workspace, note: Note, deck_id: str) -> EditPlace:
    """Return where the learner can edit the note; a shipped one is copied to the learner's deck first.

    Raises:
        ContentError: If it cannot be copied.
        WorkspaceError: If the learner's file cannot be written.
    """
    origin = workspace.library.origins[note.id]
    if not origin.is_shipped:
        return EditPlace(Path(origin.path), _line(origin, note))
    from quizzer.content.note_copy import copy_note  # it writes YAML: not for the first card to wait for

    path = copy_note(note, deck_id, Path(origin.path), workspace.content.roots.learner_decks)
    return EditPlace(path, _line(Origin(str(path), Place(), is_shipped=False), note), is_copied=True)


def list_faults(workspace: Workspace, path: Path) -> tuple[str, ...]:
    """Return what is wrong with the deck file `path`, a line each with its place."""
    return tuple(str(fault) for fault in workspace.library.faults if fault.path == str(path))


def _line(origin: Origin, note: Note) -> int:
    return NotePlaces().find(origin, note.id, ("id",)).line
