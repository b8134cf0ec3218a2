"""When notes last changed in an export to Anki."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from quizzer.storage.tables import exported_notes


@dataclass(frozen=True, slots=True)
class ExportedNote:
    """What a note held when an export last saw it change, and when that was."""

    content_hash: str
    changed_at: datetime


def read_exported(connection: Connection) -> dict[str, ExportedNote]:
    """Return all notes that were ever exported, by GUID."""
    rows = connection.execute(select(exported_notes))
    return {row.guid: ExportedNote(row.content_hash, row.changed_at) for row in rows}


def write_exported(connection: Connection, notes: Mapping[str, ExportedNote]) -> None:
    """Remember these notes, each in the place of what was known under its GUID."""
    rows = [
        {"guid": guid, "content_hash": note.content_hash, "changed_at": note.changed_at}
        for guid, note in notes.items()
    ]
    if rows:
        statement = insert(exported_notes)
        new = {name: statement.excluded[name] for name in ("content_hash", "changed_at")}
        connection.execute(statement.on_conflict_do_update(index_elements=["guid"], set_=new), rows)
