"""A package of Anki as notes and histories that come in: `read_package`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from quizzer.core.cloze import cloze_numbers
from quizzer.core.kata import KATA_KEY_PREFIX
from quizzer.core.note import Note, NoteKind
from quizzer.exchange.anki.reading.collection import Collection, ForeignCard, ForeignNote, ForeignType
from quizzer.exchange.anki.reading.file_names import encode_names
from quizzer.exchange.anki.reading.foreign_notes import NoteError, take_note
from quizzer.exchange.anki.reading.history import NEW, LearnerDays, read_card
from quizzer.exchange.anki.reading.mapping import TypeMapping, unknown_types
from quizzer.exchange.anki.reading.media import MediaFiles
from quizzer.exchange.anki.reading.note_media import Aliases, ExportedNames, names_in
from quizzer.exchange.anki.reading.own_notes import id_field, take_own
from quizzer.exchange.anki.reading.package import open_package
from quizzer.exchange.anki.reading.shapes import Asked, Blank, Own, Shape, Shapes, Unknown
from quizzer.exchange.incoming import Incoming, IncomingCard, IncomingNote, Refused
from quizzer.markup.clean import clean_line
from quizzer.markup.from_html import plain_from_html

ORIGIN = "anki"
OUR_ROOT = "quizzer"
"""The deck in Anki that holds the decks of an export of ours."""

_SHOWN_LETTERS = 50
_SHOWN_NAMES = 5
# About a second's work, in characters of fields, and what a note costs besides.
_TOLD_SIZE, _NOTE_SIZE = 300_000, 1_000
_MAX_DECK_NAME = 100


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the learner says, and what the library knows.

    `known` are the ids of notes here by the GUIDs that an export gave them, `mapping` what is to be made of
    unknown note types. `tell` hears how far reading is.
    """

    known: Mapping[str, str] = field(default_factory=dict)
    mapping: Mapping[str, TypeMapping] = field(default_factory=dict)
    days: LearnerDays = field(default_factory=LearnerDays)
    with_history: bool = True
    tell: Callable[[str], None] = lambda what: None


def read_package(path: Path, options: ReadOptions | None = None) -> Incoming:
    """Return what the package holds; what cannot be taken is refused, note by note.

    Raises:
        ExchangeError: If the package as a whole cannot be read.
    """
    options = options or ReadOptions()
    collection, media = open_package(path, with_history=options.with_history)
    return _Reader(path.name, collection, media, options).read()


class _Reader:
    """Reads the notes of one collection, one after the other."""

    def __init__(self, file: str, collection: Collection, media: MediaFiles, options: ReadOptions) -> None:
        self._file = file
        self._collection = collection
        self._media = media
        self._options = options
        self._aliases = Aliases(media.names)
        self._shapes = Shapes(collection.types, options.mapping)
        self._refused: list[Refused] = list(media.refused)
        self._untaken: Counter[str] = Counter()
        self._guids: set[str] = set()
        self._ids: set[str] = set()
        self._loose: dict[str, IncomingCard] = {}
        self._skipped = 0

    def read(self) -> Incoming:
        """Return all that comes in."""
        notes = tuple(self._notes())
        for reason, count in self._untaken.items():
            named = "1 note" if count == 1 else f"{count:,} notes"
            self._refused.append(Refused(f"{self._file}: {named}", clean_line(reason)))
        entries = self._aliases.entries
        return Incoming(
            origin=ORIGIN,
            notes=notes,
            refused=tuple(self._refused),
            media={name: self._media.reader(entry) for name, entry in entries.items()},
            loose=self._loose,
            remarks=tuple(Refused(self._file, reason) for reason in self._unknown_types()),
            skipped=self._skipped,
        )

    def _unknown_types(self) -> Iterator[str]:
        names = [each.name for each in self._collection.types.values()]
        return (clean_line(reason) for reason in unknown_types(self._options.mapping, names))

    def _notes(self) -> Iterator[IncomingNote]:
        notes = sorted(self._collection.notes, key=self._turn)
        untold = 0
        for count, note in enumerate(notes, 1):
            untold += _NOTE_SIZE + sum(map(len, note.values))
            if untold > _TOLD_SIZE:
                self._options.tell(f"reading note {count:,} of {len(notes):,}")
                untold = 0
            try:
                incoming = self._take(note)
            except NoteError as error:
                self._refused.append(Refused(self._where(note), str(error)))
                continue
            if incoming is not None:
                yield incoming

    def _turn(self, note: ForeignNote) -> tuple[bool, int]:
        """Return what a note is sorted by: seen ones as they were made, then those to be introduced."""
        cards = self._collection.cards.get(note.row_id, ())
        if not cards or any(card.type != NEW for card in cards):
            return False, note.row_id
        return True, min(card.due for card in cards)

    def _take(self, note: ForeignNote) -> IncomingNote | None:
        note_type = self._collection.types.get(note.type_id)
        if note_type is None:
            raise NoteError("its note type is missing: run Tools > Check Database in Anki, then export again")
        values = _values(note, note_type, self._media.names)
        shape = self._shapes.of(note.type_id, values, has_tags=bool(note.tags))
        if isinstance(shape, Unknown):
            self._untaken[shape.reason] += 1
            return None
        if isinstance(shape, TypeMapping) and shape.skip:
            self._skipped += 1
            return None
        if isinstance(shape, Blank):
            names = ", ".join(shape.names[:_SHOWN_NAMES])
            needed = f"{names} and what its template asks for" if shape.has_conditions else names
            raise NoteError(
                f"in Anki the front of its cards shows nothing: fill {needed} there, then import again"
            )
        ordinals = shape.ordinals if isinstance(shape, Asked) else (0, 1)
        if isinstance(shape, Own):
            if self._take_kata(note, values):
                return None
            taken = self._take_own(note, values)
        else:
            if isinstance(shape, TypeMapping):
                _check_fields(shape, note_type)
            taken = take_note(note, shape, values)
        if not note.guid or note.guid in self._guids or taken.id in self._ids:
            raise NoteError("another note of the package is the same one: run Tools > Check Database in Anki")
        self._guids.add(note.guid)
        self._ids.add(taken.id)
        return IncomingNote(
            key=note.guid,
            note=taken,
            deck=self._deck(note, is_own=isinstance(shape, Own)),
            where=self._where(note),
            cards=tuple(self._cards(note, taken, ordinals)) if self._options.with_history else (),
            media=names_in(taken),
            changed_at_s=_changed_at_s(note, note_type, shape),
            is_ours=isinstance(shape, Own),
        )

    def _take_own(self, note: ForeignNote, values: Mapping[str, str]) -> Note:
        exported = ExportedNames("\n".join(values.values()))
        known = self._options.known.get(note.guid, "")
        taken = take_own(values, note.tags, known, exported.name)
        if not taken.id:
            raise NoteError("its field 'Id' holds no id of ours: put it back in Anki, as the export had it")
        return self._aliases.take(taken, exported.found)

    def _take_kata(self, note: ForeignNote, values: Mapping[str, str]) -> bool:
        """Take the history of a kata, which is no note here."""
        key = plain_from_html(values["Id"])
        if not key.startswith(KATA_KEY_PREFIX) or not id_field({"Id": key.removeprefix(KATA_KEY_PREFIX)}):
            return False
        cards = self._collection.cards.get(note.row_id, ())
        if cards and self._options.with_history:
            self._loose[key] = read_card("", cards[0], self._collection, self._options.days)
        return True

    def _cards(self, note: ForeignNote, taken: Note, ordinals: tuple[int, ...]) -> Iterator[IncomingCard]:
        seen: set[str] = set()
        for card in self._collection.cards.get(note.row_id, ()):
            face = _face(card, taken, ordinals)
            if face is not None and face not in seen:
                seen.add(face)
                yield read_card(face, card, self._collection, self._options.days)

    def _deck(self, note: ForeignNote, *, is_own: bool) -> tuple[str, ...]:
        cards = self._collection.cards.get(note.row_id, ())
        path = self._collection.decks.get(cards[0].deck_id, ()) if cards else ()
        path = tuple(filter(None, (clean_line(part)[:_MAX_DECK_NAME].strip() for part in path)))
        if is_own and len(path) > 1 and path[0].casefold() == OUR_ROOT:
            path = path[1:]
        return path or (clean_line(Path(self._file).stem) or ORIGIN,)

    def _where(self, note: ForeignNote) -> str:
        values = (plain_from_html(value[:5_000]) for value in note.values)
        words = next(filter(None, values), note.guid)
        shown = clean_line(words)
        shown = shown if len(shown) <= _SHOWN_LETTERS else f"{shown[: _SHOWN_LETTERS - 1]}…"
        return f"{self._file}: '{shown}'"


def _values(note: ForeignNote, note_type: ForeignType, files: Container[str]) -> dict[str, str]:
    """Return the fields by name; those that the row lacks are empty."""
    missing = max(0, len(note_type.fields) - len(note.values))
    values = (encode_names(value, files) for value in (*note.values, *[""] * missing))
    return dict(zip(note_type.fields, values, strict=False))


def _changed_at_s(note: ForeignNote, note_type: ForeignType, shape: Shape) -> int:
    """Return when what a note says last changed: its fields, or the templates that they stand in."""
    if isinstance(shape, Own):
        return note.changed_at_s
    return max(note.changed_at_s, note_type.changed_at_s)


def _check_fields(mapping: TypeMapping, note_type: ForeignType) -> None:
    unknown = next((name for name in mapping.fields() if name not in note_type.fields), None)
    if unknown is not None:
        raise NoteError(
            f"the mapping of '{note_type.name}' names the field '{unknown}', its fields are "
            f"{', '.join(note_type.fields)}: correct the mapping"
        )


def _face(card: ForeignCard, note: Note, ordinals: tuple[int, ...]) -> str | None:
    """Return the face that a card asks, None where the note has no such face.

    `ordinals` are the places of the templates that ask for it forwards and backwards.
    """
    if note.kind is NoteKind.CLOZE:
        number = card.ordinal + 1
        return f"c{number}" if number in cloze_numbers(note.question) else None
    if card.ordinal == ordinals[0]:
        return ""
    return "reverse" if note.reverse and card.ordinal in ordinals[1:2] else None
