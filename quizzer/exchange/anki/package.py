"""Writing a package: the same bytes for the same notes, whenever it is written."""

from __future__ import annotations

import io
import sqlite3
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from itertools import islice
from pathlib import Path

import genanki

from quizzer.exchange.anki.identity import row_ids
from quizzer.exchange.anki.models import CHANGED_AT_S, CLOZE, QUESTION, NoteType, read_style
from quizzer.exchange.anki.notes import AnkiDeck, AnkiNote

SUFFIX = ".apkg"
_MARK = b"Written by quizzer."
_ENTRY_DATE = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip file knows
_COLLECTION = "collection.anki2"
_SORT_FIELD = 1


def is_our_package(path: Path) -> bool:
    """Say whether the file is a package that quizzer wrote."""
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.comment == _MARK
    except (OSError, zipfile.BadZipFile):
        return False


def make_package(
    decks: Sequence[AnkiDeck], notes: Sequence[AnkiNote], changed_at: Mapping[str, datetime]
) -> bytes:
    """Return the bytes of a package.

    Args:
        decks: All decks; those without a note are left out.
        notes: In the order that Anki is to introduce them in.
        changed_at: When each note last changed, by its GUID: Anki updates its own where this is later.
    """
    used = {note.deck_id for note in notes}
    collection = _collection([deck for deck in decks if deck.id in used], notes, changed_at)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = _MARK
        for name, data in ((_COLLECTION, collection), ("media", b"{}")):
            entry = zipfile.ZipInfo(name, _ENTRY_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            entry.create_system = 3  # Unix, wherever it is written
            archive.writestr(entry, data)
    return target.getvalue()


def _collection(
    decks: Sequence[AnkiDeck], notes: Sequence[AnkiNote], changed_at: Mapping[str, datetime]
) -> bytes:
    models = {note_type.is_cloze: _model(note_type) for note_type in (QUESTION, CLOZE)}
    by_id = {deck.id: genanki.Deck(deck.id, deck.name, deck.description) for deck in decks}
    # Anki introduces new cards by their place; those of one note together.
    for place, (note, rows) in enumerate(zip(notes, _row_ids(notes), strict=True), 1):
        changed_at_s = int(changed_at[note.guid].timestamp())
        by_id[note.deck_id].add_note(_NoteRow(note, models[note.is_cloze], rows, changed_at_s, place))
    with closing(sqlite3.connect(":memory:")) as connection:
        genanki.Package(list(by_id.values())).write_to_db(connection.cursor(), CHANGED_AT_S, iter(()))
        connection.commit()
        return connection.serialize()


def _row_ids(notes: Sequence[AnkiNote]) -> Iterator[tuple[int, ...]]:
    """Yield for each note its own id and those of its cards."""
    note_ids = row_ids([note.guid for note in notes])
    card_ids = iter(row_ids([f"{note.guid}/{ordinal}" for note in notes for ordinal in note.ordinals]))
    for note, note_id in zip(notes, note_ids, strict=True):
        yield (note_id, *islice(card_ids, len(note.ordinals)))


def _model(note_type: NoteType) -> genanki.Model:
    # Ids of fields and templates, with which Anki knows them by more than their names.
    fields = [{"name": name, "id": note_type.id * 100 + i} for i, name in enumerate(note_type.fields)]
    templates = [
        {"name": each.name, "qfmt": each.question, "afmt": each.answer, "id": note_type.id * 100 + 50 + i}
        for i, each in enumerate(note_type.templates)
    ]
    kind = genanki.Model.CLOZE if note_type.is_cloze else genanki.Model.FRONT_BACK
    return genanki.Model(
        note_type.id,
        note_type.name,
        fields,
        templates,
        css=read_style(),
        model_type=kind,
        sort_field_index=_SORT_FIELD,
    )


class _NoteRow(genanki.Note):  # type: ignore[misc]
    """A note that is written with ids, times and cards of our own."""

    def __init__(
        self, note: AnkiNote, model: genanki.Model, rows: tuple[int, ...], changed_at_s: int, place: int
    ) -> None:
        super().__init__(
            model, list(note.fields), sort_field=None, tags=list(note.tags), guid=note.guid, due=place
        )
        self._rows = rows
        self._ordinals = note.ordinals
        self._changed_at_s = changed_at_s

    def write_to_db(
        self, cursor: sqlite3.Cursor, timestamp: float, deck_id: int, id_gen: Iterator[int]
    ) -> None:
        """Write the note and its cards; the time and the ids that genanki offers are not taken."""
        note_id, *card_ids = self._rows
        # The client works out itself what it sorts by, and the checksum of the first field.
        cursor.execute(
            "INSERT INTO notes VALUES (?, ?, ?, ?, -1, ?, ?, '', 0, 0, '')",
            (
                note_id,
                self.guid,
                self.model.model_id,
                self._changed_at_s,
                self._format_tags(),
                self._format_fields(),
            ),
        )
        for ordinal, card_id in zip(self._ordinals, card_ids, strict=True):
            card = genanki.Card(ordinal)
            card.write_to_db(cursor, self._changed_at_s, deck_id, note_id, iter((card_id,)), self.due)
