"""Lays notes that come in out over deck files: what stands is replaced there, what is new is added."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from quizzer.core.deck import Deck
from quizzer.core.note import Note
from quizzer.errors import ContentError
from quizzer.exchange.incoming import Refused
from quizzer.services.import_files import FULL_BYTES, FileDraft, open_draft
from quizzer.services.import_notes import Decision
from quizzer.services.import_plan import Fate, PlannedFile, PlannedNote
from quizzer.services.import_targets import Target, Targets
from quizzer.services.workspace import Workspace

WRITTEN = (Fate.NEW, Fate.CHANGED)


def lay_out(
    workspace: Workspace, targets: Targets, decisions: Iterable[Decision]
) -> tuple[tuple[PlannedFile, ...], list[PlannedNote | Refused]]:
    """Return the files as they will be, and where each note stands in them.

    The notes of a file that cannot be changed are refused.
    """
    layout = _Layout(workspace, targets)
    places: list[tuple[Decision, Path | None]] = [(d, layout.put(d)) for d in decisions]
    for target in targets.empty():
        layout.draft(target)
    files: dict[Path, PlannedFile] = {}
    for file, draft in layout.drafts.items():
        try:
            if draft.changed or draft.added or draft.before is None:
                files[file] = draft.finish()
        except ContentError as error:
            layout.faults[file] = str(error)
    planned: list[PlannedNote | Refused] = []
    for decision, path in places:
        if path is not None and path in layout.faults and decision.fate in WRITTEN:
            planned.append(Refused(decision.incoming.where, layout.faults[path]))
        else:
            place = "" if path is None else str(path)
            planned.append(PlannedNote(decision.incoming, decision.fate, decision.note, place))
    return tuple(files.values()), planned


class _Layout:
    """Puts notes into the drafts of deck files."""

    def __init__(self, workspace: Workspace, targets: Targets) -> None:
        self.drafts: dict[Path, FileDraft] = {}
        self.faults: dict[Path, str] = {}
        self._library = workspace.library
        self._targets = targets
        self._deck_ids = {note.id: deck.id for deck in workspace.library.decks for note in deck.notes}
        self._sizes: dict[Path, int] = {}
        self._open: dict[str, tuple[Target, int]] = {}

    def put(self, decision: Decision) -> Path | None:
        """Put a note where it stands, or where new ones go; return the file, None for a shipped one's."""
        mine = decision.mine
        origin = None if mine is None else self._library.origins[mine.id]
        if decision.fate not in WRITTEN:
            return None if origin is None or origin.is_shipped else Path(origin.path)
        if mine is None or origin is None:
            target = self._with_room(self._targets.of(decision.incoming.deck), decision.note)
        elif origin.is_shipped:
            target = self._with_room(self._targets.named(self._deck_ids[mine.id]), decision.note)
        else:
            path = Path(origin.path)
            if draft := self.draft(Target(Deck("", "", ""), path)):
                draft.changed[mine.id] = decision.note
            return path
        if draft := self.draft(target):
            draft.added.append(decision.note)
        return target.path

    def _with_room(self, target: Target, note: Note) -> Target:
        """Return the target, or the next part of its deck where the file is full."""
        part, number = self._open.get(target.deck.id, (target, 1))
        size = len(note.question) + len(note.answer) + 400  # a guess; the bound is well below the limit
        while self._size(part) + size > FULL_BYTES:
            number += 1
            part = self._targets.next_part(target, number)
        self._open[target.deck.id] = part, number
        self._sizes[part.path] += size
        return part

    def _size(self, target: Target) -> int:
        if target.path not in self._sizes:
            draft = self.draft(target)
            self._sizes[target.path] = len(draft.before or b"") if draft else 0
        return self._sizes[target.path]

    def draft(self, target: Target) -> FileDraft | None:
        """Return the draft of the target's file; None where that cannot be read."""
        if target.path not in self.drafts and target.path not in self.faults:
            try:
                self.drafts[target.path] = open_draft(target)
            except ContentError as error:
                self.faults[target.path] = str(error)
        return self.drafts.get(target.path)
