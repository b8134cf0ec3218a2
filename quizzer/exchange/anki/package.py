"""Writing a package: the same bytes for the same notes, whenever it is written."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from operator import itemgetter
from pathlib import Path
from tempfile import gettempdir
from types import TracebackType
from typing import IO, Any, BinaryIO

import genanki

from quizzer.errors import ExportError
from quizzer.exchange.anki.identity import RowIds
from quizzer.exchange.anki.models import CHANGED_AT_S, CLOZE, QUESTION, NoteType, read_style
from quizzer.exchange.anki.notes import AnkiDeck, AnkiNote
from quizzer.exchange.anki.schedule import NEW, Collected, Schedule

SUFFIX = ".apkg"
_MARK = b"Written by quizzer."
_ENTRY_DATE = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip file knows
_COLLECTION = "collection.anki2"
_SORT_FIELD = 1
_BYTES_AT_ONCE = 8_000_000
_PAGE_BYTES = 16_384  # a note seldom needs a second page, which it mostly does with SQLite's usual 4,096
_CHUNK_BYTES = 1 << 20
_COMPRESSION_LEVEL = 1  # three times as quick as the usual 6, for a file a quarter larger

_row_id = itemgetter(0)

_NOTE_ROW = "INSERT INTO notes VALUES (?, ?, ?, ?, -1, ?, CAST(? AS TEXT), '', 0, 0, '')"
_CARD_ROW = "INSERT INTO cards VALUES (?, ?, ?, ?, ?, -1, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, ?, ?)"
_REVIEW_ROW = "INSERT INTO revlog VALUES (?, ?, -1, ?, ?, ?, ?, ?, ?)"


def is_our_package(path: Path) -> bool:
    """Say whether the file is a package that quizzer wrote."""
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.comment == _MARK
    except (OSError, zipfile.BadZipFile):
        return False


class Collection:
    """The collection of a package, in a file of its own; notes are added, then it is closed and packed.

    Rows are gathered up to a bound and written in the order of their ids, which follow from digests: pages
    filled one after the other are full, and none is looked for again.
    """

    def __init__(self, file: Path) -> None:
        self._rows: tuple[RowIds, RowIds] = (RowIds(), RowIds())
        self._note_rows: list[tuple[Any, ...]] = []
        self._card_rows: list[tuple[Any, ...]] = []
        self._gathered_bytes = 0
        self._notes = 0
        self._kinds: dict[int, set[bool]] = {}
        with _preparing():
            self._connection = sqlite3.connect(file, isolation_level=None)
            self._indexes = self._begin()

    def _begin(self) -> list[str]:
        # Nobody else reads the file, and nobody misses it after a crash.
        for pragma in (
            *("journal_mode = OFF", "synchronous = OFF", "locking_mode = EXCLUSIVE"),
            f"page_size = {_PAGE_BYTES}",
        ):
            self._connection.execute(f"PRAGMA {pragma}")
        genanki.Package([]).write_to_db(self._connection.cursor(), CHANGED_AT_S, iter(()))
        indexes = self._take_indexes()
        self._connection.execute("BEGIN")
        return indexes

    def add(
        self, note: AnkiNote, changed_at: datetime, schedules: Mapping[int, Schedule] | None = None
    ) -> dict[int, int]:
        """Add a note, in the order that Anki is to introduce it in.

        Args:
            note: The note.
            changed_at: When it last changed: Anki updates its own where this is later.
            schedules: How its cards are scheduled, by their ordinals; the others are new.

        Returns:
            The ids of its cards by their ordinals.
        """
        notes, cards = self._rows
        note_id = notes.take(note.guid)
        self._notes += 1
        changed_at_s = int(changed_at.timestamp())
        self._kinds.setdefault(note.deck_id, set()).add(note.is_cloze)
        model = CLOZE if note.is_cloze else QUESTION
        tags = f" {' '.join(note.tags)} " if note.tags else ""
        fields = note.rendered.fields
        self._gathered_bytes += len(fields)
        # The client works out itself what it sorts by, and the checksum of the first field.
        self._note_rows.append((note_id, note.guid, model.id, changed_at_s, tags, fields))
        card_ids = {ordinal: cards.take(f"{note.guid}/{ordinal}") for ordinal in note.ordinals}
        for ordinal, card_id in card_ids.items():
            schedule = (schedules or {}).get(ordinal, NEW)
            # Anki introduces new cards by their place; those of one note together.
            columns = schedule.columns(self._notes)
            self._card_rows.append((card_id, note_id, note.deck_id, ordinal, changed_at_s, *columns))
        if self._gathered_bytes >= _BYTES_AT_ONCE:
            self._flush()
        return card_ids

    def add_reviews(self, rows: Iterable[tuple[int, ...]]) -> None:
        """Add rows of the review log."""
        listed = list(rows)  # before the block: reading them can fail for reasons of its own
        with _preparing():
            self._connection.executemany(_REVIEW_ROW, listed)

    def set_creation(self, collected: Collected) -> None:
        """Say from which day on days are counted, and when they begin."""
        with _preparing():
            (text,) = self._connection.execute("SELECT conf FROM col").fetchone()
            configured = json.dumps({**json.loads(text), **collected.configuration})
            self._connection.execute("UPDATE col SET crt = ?, conf = ?", (collected.created_at_s, configured))

    def date(self, changed_at: Mapping[str, datetime]) -> None:
        """Give notes, by their GUIDs, other times than they were added with."""
        self._flush()
        times = [(int(at.timestamp()), guid) for guid, at in changed_at.items()]
        with _preparing():
            self._connection.executemany("UPDATE notes SET mod = ? WHERE guid = ?", times)
            self._connection.execute("UPDATE cards SET mod = (SELECT mod FROM notes WHERE id = nid)")

    def close_with(self, decks: Sequence[AnkiDeck]) -> None:
        """Write all that is left; of `decks`, which are all, those without a note are left out."""
        self._flush()
        with _preparing():
            self._describe([deck for deck in decks if deck.id in self._kinds])
            for index in self._indexes:
                self._connection.execute(index)
            self._connection.execute("COMMIT")

    def __enter__(self) -> Collection:
        """Give the collection."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close its file."""
        self._connection.close()

    def _describe(self, decks: Sequence[AnkiDeck]) -> None:
        """Write decks and note types: at once, where genanki writes all of them anew for each deck."""
        (text,) = self._connection.execute("SELECT decks FROM col").fetchone()
        described = json.loads(text) | {
            str(deck.id): genanki.Deck(deck.id, deck.name, deck.description).to_json() for deck in decks
        }
        models = {}
        for deck in decks:
            for note_type in (QUESTION, CLOZE):
                if note_type.is_cloze in self._kinds[deck.id] and str(note_type.id) not in models:
                    models[str(note_type.id)] = _model(note_type).to_json(CHANGED_AT_S, deck.id)
        columns = json.dumps(described), json.dumps(models)
        self._connection.execute("UPDATE col SET decks = ?, models = ?", columns)

    def _take_indexes(self) -> list[str]:
        """Drop all indexes and return their SQL: they are quicker made of rows that are all there."""
        found = self._connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        ).fetchall()
        for name, _ in found:
            self._connection.execute(f"DROP INDEX {name}")
        return [sql for _, sql in found]

    def _flush(self) -> None:
        self._note_rows.sort(key=_row_id)
        self._card_rows.sort(key=_row_id)
        with _preparing():
            self._connection.executemany(_NOTE_ROW, self._note_rows)
            self._connection.executemany(_CARD_ROW, self._card_rows)
        self._note_rows.clear()
        self._card_rows.clear()
        self._gathered_bytes = 0


@contextmanager
def _preparing() -> Iterator[None]:
    """Turn errors of SQLite with the file of the collection into an `ExportError`."""
    try:
        yield
    except sqlite3.Error as error:
        raise ExportError(
            f"the package cannot be prepared in {gettempdir()} ({error}). "
            "Make room there, or name another folder for temporary files with TMPDIR."
        ) from error


def pack(target: BinaryIO, collection: Path, media: Iterable[tuple[str, bytes]]) -> None:
    """Write a package.

    Args:
        target: Where its bytes go.
        collection: The file of a collection that is closed.
        media: Names and bytes of the files that its notes show.
    """
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=_COMPRESSION_LEVEL) as archive:
        archive.comment = _MARK
        with _entry(archive, _COLLECTION) as entry, collection.open("rb") as file:
            while chunk := file.read(_CHUNK_BYTES):
                entry.write(chunk)
        names: dict[str, str] = {}
        for number, (name, data) in enumerate(media):
            names[str(number)] = name
            # What images and sounds are made of is compressed already.
            archive.writestr(zipfile.ZipInfo(str(number), _ENTRY_DATE), data, zipfile.ZIP_STORED)
        with _entry(archive, "media") as entry:
            entry.write(json.dumps(names).encode())
        for info in archive.infolist():
            info.external_attr = 0o644 << 16
            info.create_system = 3  # Unix, wherever it is written


def _entry(archive: zipfile.ZipFile, name: str) -> IO[bytes]:
    # By its name, an entry takes the archive's compression and the earliest time.
    return archive.open(name, "w")


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
