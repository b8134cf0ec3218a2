"""When notes last changed in an export to Anki; plain SQL, see `runner.py`."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from quizzer.storage.instant import from_milliseconds, to_milliseconds
from quizzer.storage.runner import Runner


@dataclass(frozen=True, slots=True)
class ExportedNote:
    """What a note held when an export last saw it change, and when that was."""

    content_hash: str
    changed_at: datetime


def read_exported(run: Runner) -> dict[str, ExportedNote]:
    """Return all notes that were ever exported, by GUID."""
    rows = run("SELECT guid, content_hash, changed_at FROM exported_notes", {})
    return {guid: ExportedNote(digest, from_milliseconds(at)) for guid, digest, at in rows}


def write_exported(connection: sqlite3.Connection, notes: Mapping[str, ExportedNote]) -> None:
    """Remember these notes, each in the place of what was known under its GUID."""
    connection.executemany(
        "INSERT OR REPLACE INTO exported_notes (guid, content_hash, changed_at) VALUES (?, ?, ?)",
        ((guid, note.content_hash, to_milliseconds(note.changed_at)) for guid, note in notes.items()),
    )
