"""The cards' identities: kept in step with the decks, so that a history follows its note everywhere."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, exists, insert, select, update
from sqlalchemy.dialects import sqlite

from quizzer.core.memory import CardState
from quizzer.storage.renames import CardEntry, Held, rename_cards
from quizzer.storage.schema import LEARNER_ID
from quizzer.storage.states import write_states
from quizzer.storage.tables import cards, content_state, memory_states

__all__ = ["CardEntry", "Held", "read_keys", "sync_cards"]


def sync_cards(
    connection: Connection, entries: Sequence[CardEntry], fingerprint: str, held: Held | None = None
) -> None:
    """Bring the cards in step with the decks.

    New cards are added, moved and renamed ones keep their row, and with it their
    history; a card that no deck has any more stays as an orphan (deck NULL). What is
    `held` is not renamed.
    """
    known = {row.key: row for row in connection.execute(select(cards))}
    current = {entry.key for entry in entries}
    rename_cards(connection, known, entries, held or Held())
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
    if not rows:
        return
    names = [name for name in rows[0] if name != "id"]
    # The id is not set, not even to itself: SQLite would look through the whole log for what points there.
    statement = update(cards).where(cards.c.id == bindparam("card_id"))
    connection.execute(
        statement.values({name: bindparam(f"new_{name}") for name in names}),
        [{"card_id": row["id"], **{f"new_{name}": row[name] for name in names}} for row in rows],
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
