"""Editing a note: where it stands, a copy of a shipped one, what is wrong with the file afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from quizzer.content.faults import Place, shown_path
from quizzer.content.note_places import NotePlaces
from quizzer.content.overlay import Origin
from quizzer.core.note import Note
from quizzer.services.workspace import Workspace

if TYPE_CHECKING:
    from quizzer.content.note_copy import Copied


@dataclass(frozen=True, slots=True)
class EditPlace:
    """Where a note can be edited; `copied` is set where it was copied there just now.

    With `is_unchanged` the learner has left that copy as it was, and it is gone again.
    """

    path: Path
    line: int
    copied: Copied | None = None
    is_unchanged: bool = False

    @property
    def shown(self) -> str:
        """The place as it may be printed."""
        return f"{shown_path(str(self.path))}:{self.line}"

    @property
    def outcome(self) -> str:
        """A sentence on what came of the edit."""
        if self.is_unchanged:
            return "Nothing was changed: the note stays as it comes with quizzer."
        return f"Read again: {self.shown}{', your copy of the note' if self.copied else ''}."


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

    copied = copy_note(note, deck_id, Path(origin.path), workspace.content.roots.learner_decks)
    line = _line(Origin(str(copied.path), Place(), is_shipped=False), note)
    return EditPlace(copied.path, line, copied)


def is_taken_back(place: EditPlace) -> bool:
    """Take a copy back that the learner has not changed; say whether there was one.

    Left there, it would stand in the place of the shipped note, and of all that is mended in it later.

    Raises:
        WorkspaceError: If the file cannot be written.
    """
    if place.copied is None:
        return False
    from quizzer.content.note_copy import take_copy_back

    return take_copy_back(place.copied)


def list_faults(workspace: Workspace, path: Path) -> tuple[str, ...]:
    """Return what is wrong with the deck file `path`, a line each with its place."""
    return tuple(str(fault) for fault in workspace.library.faults if fault.path == str(path))


def _line(origin: Origin, note: Note) -> int:
    return NotePlaces().find(origin, note.id, ("id",)).line
