"""The collection of a package: what is in it does not depend on how many rows are written at once."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from quizzer.core.deck import Deck
from quizzer.core.note import Note, NoteKind
from quizzer.exchange.anki import package
from quizzer.exchange.anki.notes import to_anki_decks, to_anki_notes
from quizzer.exchange.anki.package import Collection

NOTES = tuple(Note(f"n{number}", NoteKind.BASIC, f"Q{number} ∑?", "A.", reverse=True) for number in range(40))
DECK = Deck("d", "D", "", NOTES)
CHANGED_AT = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.mark.parametrize("bytes_at_once", [1, 3_000, 32_000_000])
def test_rows_written_in_any_portions_make_one_collection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bytes_at_once: int
) -> None:
    """However often rows are written in between, all notes and cards are there once, as texts."""
    monkeypatch.setattr(package, "_BYTES_AT_ONCE", bytes_at_once)
    file = tmp_path / "collection.anki2"
    added = list(to_anki_notes([DECK], {}, [note.id for note in NOTES]))
    with Collection(file) as collection:
        card_ids = [collection.add(note, CHANGED_AT) for note in added]
        collection.close_with(to_anki_decks([DECK]))

    with closing(sqlite3.connect(file)) as connection:
        notes = connection.execute("SELECT guid, flds, typeof(flds) FROM notes").fetchall()
        cards = connection.execute("SELECT id, due FROM cards").fetchall()
    assert sorted(notes) == sorted((note.guid, "\x1f".join(note.fields), "text") for note in added)
    assert sorted(cards) == sorted(
        (card_id, place) for place, ids in enumerate(card_ids, 1) for card_id in ids.values()
    )
