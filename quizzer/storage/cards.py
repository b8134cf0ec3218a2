"""The cards' identities: kept in step with the decks, so that a history follows its note everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, exists, insert, select, update
from sqlalchemy.dialects import sqlite

from quizzer.core.memory import CardState
from quizzer.storage.schema import LEARNER_ID
from quizzer.storage.states import write_states
from quizzer.storage.tables import card_events, cards, content_state, memory_states, reviews


@dataclass(frozen=True, slots=True)
class CardEntry:
    """A card as the decks have it now; `old_keys` are the names it had before, newest first."""

    key: str
    note_id: str
    deck: str
    place: int
    old_keys: tuple[str, ...] = ()


def sync_cards(connection: Connection, entries: Sequence[CardEntry], fingerprint: str) -> None:
    """Bring the cards in step with the decks.

    New cards are added, moved and renamed ones keep their row, and with it their
    history; a card that no deck has any more stays as an orphan (deck NULL).
    """
    known = {row.key: row for row in connection.execute(select(cards))}
    current = {entry.key for entry in entries}
    for entry in entries:
        for old_key in entry.old_keys:
            if old_key in known and old_key not in current and _rename(connection, known, old_key, entry):
                break
    changed = [
        {"id": row.id, "note_id": entry.note_id, "deck": entry.deck, "place": entry.place}
        for entry in entries
        if (row := known.get(entry.key)) and (row.note_id, row.deck, row.place) != _position(entry)
    ]
    added = [
        {"key": entry.key, "note_id": entry.note_id, "deck": entry.deck, "place": entry.place}
        for entry in entries
        if entry.key not in known
    ]
    gone = [
        {"id": row.id, "deck": None, "place": None}
        for key, row in known.items()
        if key not in current and row.deck
    ]
    if changed or gone:
        _update(connection, changed)
        _update(connection, gone)
    if added:
        connection.execute(insert(cards), added)
    _sync_places(connection)
    statement = sqlite.insert(content_state).values(id=1, fingerprint=fingerprint)
    connection.execute(
        statement.on_conflict_do_update(index_elements=["id"], set_={"fingerprint": fingerprint})
    )


def read_keys(connection: Connection) -> dict[int, str]:
    """Return the key of every card by its id, orphans included."""
    return {row.id: row.key for row in connection.execute(select(cards.c.id, cards.c.key))}


def _position(entry: CardEntry) -> tuple[str, str, int]:
    return entry.note_id, entry.deck, entry.place


def _update(connection: Connection, rows: list[dict[str, object]]) -> None:
    for row in rows:
        connection.execute(update(cards).where(cards.c.id == row["id"]).values(row))


def _rename(connection: Connection, known: dict[str, Row[Any]], old_key: str, entry: CardEntry) -> bool:
    """Give the card `old_key` its new name, unless a card of that name has a history of its own."""
    old = known[old_key]
    new = known.get(entry.key)
    if new is not None:
        if _has_history(connection, new.id) or not _has_history(connection, old.id):
            return False
        connection.execute(delete(memory_states).where(memory_states.c.card_id == new.id))
        connection.execute(delete(cards).where(cards.c.id == new.id))
    connection.execute(update(cards).where(cards.c.key == old_key).values(key=entry.key))
    known[entry.key] = known.pop(old_key)
    return True


def _has_history(connection: Connection, card_id: int) -> bool:
    return any(
        connection.execute(select(exists().where(table.c.card_id == card_id))).scalar()
        for table in (reviews, card_events)
    )


def _sync_places(connection: Connection) -> None:
    """Give every card a state, and every new one its present place."""
    stateless = connection.execute(
        select(cards.c.id).where(
            ~exists().where(memory_states.c.card_id == cards.c.id, memory_states.c.learner_id == LEARNER_ID)
        )
    ).scalars()
    write_states(connection, [(card_id, CardState()) for card_id in stateless.all()])
    place = select(cards.c.place).where(cards.c.id == memory_states.c.card_id).scalar_subquery()
    connection.execute(
        update(memory_states)
        .where(memory_states.c.introduced_on.is_(None), memory_states.c.place.is_distinct_from(place))
        .values(place=place)
    )
