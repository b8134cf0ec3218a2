"""What a collection of Anki's holds, whichever of its schemas it is kept in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from quizzer.errors import ExchangeError
from quizzer.exchange.anki.reading.database import CollectionFile, Row

MAX_NOTES = 500_000
MAX_CARDS = 2_000_000
MAX_REVIEWS = 5_000_000
FIELD_SEPARATOR = "\x1f"
_WHOLE = 1 << 63
_LATEST_S = 10**11


@dataclass(frozen=True, slots=True)
class ForeignTemplate:
    """A template of a note type: what it asks and answers, as Anki writes it."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class ForeignType:
    """A note type; `changed_at_s` says when it last changed, its templates included."""

    name: str
    is_cloze: bool
    fields: tuple[str, ...]
    templates: tuple[ForeignTemplate, ...]
    is_occlusion: bool = False
    changed_at_s: int = 0


@dataclass(frozen=True, slots=True)
class ForeignNote:
    """A row of `notes`; `values` are its fields, as HTML, `changed_at_s` says when it last changed."""

    row_id: int
    guid: str
    type_id: int
    tags: tuple[str, ...]
    values: tuple[str, ...]
    changed_at_s: int = 0


@dataclass(frozen=True, slots=True)
class ForeignCard:
    """A row of `cards`; days count from the collection's first, `deck_id` is that of its home deck."""

    row_id: int
    note_row_id: int
    deck_id: int
    ordinal: int
    type: int
    queue: int
    due: int
    interval_days: int
    ease: int
    lapses: int
    flags: int
    data: str


class ForeignReview(NamedTuple):
    """A row of `revlog`; there are so many that it is a tuple."""

    at_ms: int
    button: int
    interval: int
    ease: int
    duration_ms: int
    type: int


@dataclass(frozen=True, slots=True)
class Collection:
    """All that is read; `minutes_west` is the zone in which the collection began, None if it says nothing."""

    created_at_s: int
    minutes_west: int | None
    types: Mapping[int, ForeignType]
    decks: Mapping[int, tuple[str, ...]]
    notes: tuple[ForeignNote, ...]
    cards: Mapping[int, tuple[ForeignCard, ...]] = field(default_factory=dict)
    reviews: Mapping[int, tuple[ForeignReview, ...]] = field(default_factory=dict)


def whole(value: object) -> int:
    """Return an integer of a row, 0 for what is none, or too large to be meant."""
    if isinstance(value, int) and -_WHOLE <= value < _WHOLE:
        return value
    if isinstance(value, float) and abs(value) < 1 << 53:
        return int(value)
    return 0


def instant_s(value: object) -> int:
    """Return an instant of a row in seconds since 1970, 0 where it is none."""
    return min(max(0, whole(value)), _LATEST_S)


def text(value: object) -> str:
    """Return a text of a row; numbers, which SQLite may have made of one, as text again."""
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    return value if isinstance(value, str) else "" if value is None else str(value)


def bounded(file: CollectionFile, table: str, columns: str, most: int) -> Iterator[Row]:
    """Yield the rows of a table, not more than a collection can have.

    Raises:
        ExchangeError: If there are more, or the table cannot be read.
    """
    for count, row in enumerate(file.rows(table, columns.split())):
        if count >= most:
            raise ExchangeError(
                f"{file.where}: the collection has more than {most:,} {table}. Export fewer decks at once."
            )
        yield row


def read_notes(file: CollectionFile) -> tuple[ForeignNote, ...]:
    """Return all notes, in the order in which they were made."""
    columns = "id guid mid mod tags flds"
    notes = [
        ForeignNote(
            row_id=whole(row_id),
            guid=text(guid),
            type_id=whole(type_id),
            tags=tuple(text(tags).split()),
            values=tuple(text(values).split(FIELD_SEPARATOR)),
            changed_at_s=instant_s(changed_at_s),
        )
        for row_id, guid, type_id, changed_at_s, tags, values in bounded(file, "notes", columns, MAX_NOTES)
    ]
    return tuple(sorted(notes, key=lambda note: note.row_id))


def read_cards(file: CollectionFile) -> dict[int, tuple[ForeignCard, ...]]:
    """Return the cards of each note, by its row, in the order of their templates."""
    columns = "id nid did ord type queue due ivl factor lapses odue odid flags data"
    found: dict[int, list[ForeignCard]] = {}
    for row in bounded(file, "cards", columns, MAX_CARDS):
        row_id, note, deck, ordinal, kind, queue, due, interval, ease, lapses, home_due, home, flags = map(
            whole, row[:-1]
        )
        # In a filtered deck a card keeps the day that it had at home, and learns by the clock of now.
        is_away = home != 0
        card = ForeignCard(
            row_id=row_id,
            note_row_id=note,
            deck_id=home if is_away else deck,
            ordinal=ordinal,
            type=kind,
            queue=queue,
            due=home_due if is_away and home_due else due,
            interval_days=interval,
            ease=ease,
            lapses=lapses,
            flags=flags,
            data=text(row[-1]),
        )
        found.setdefault(note, []).append(card)
    return {note: tuple(sorted(cards, key=lambda card: card.ordinal)) for note, cards in found.items()}


def read_reviews(file: CollectionFile) -> dict[int, tuple[ForeignReview, ...]]:
    """Return the reviews of each card, by its row, in the order of time."""
    found: dict[int, list[ForeignReview]] = {}
    for row in bounded(file, "revlog", "cid id ease ivl factor time type", MAX_REVIEWS):
        card, *rest = map(whole, row)
        found.setdefault(card, []).append(ForeignReview._make(rest))
    return {card: tuple(sorted(rows, key=lambda row: row.at_ms)) for card, rows in found.items()}


def deck_path(name: str, separator: str) -> tuple[str, ...]:
    """Return the path of a deck in the tree."""
    return tuple(part.strip() for part in name.split(separator)[:MAX_DECK_DEPTH] if part.strip())


MAX_DECK_DEPTH = 20
