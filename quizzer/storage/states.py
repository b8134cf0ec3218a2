"""Card states as the cache `memory_states` holds them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import Connection, RowMapping, select
from sqlalchemy.dialects.sqlite import insert

from quizzer.core.memory import CardState, MemoryState
from quizzer.storage.schema import LEARNER_ID
from quizzer.storage.tables import cards, memory_states


def read_states(connection: Connection) -> Iterator[tuple[int, CardState]]:
    """Yield (card id, cached state) for every card."""
    rows = connection.execute(
        select(memory_states).where(memory_states.c.learner_id == LEARNER_ID)
    ).mappings()
    return ((row["card_id"], _state(row)) for row in rows)


def write_states(connection: Connection, states: Iterable[tuple[int, CardState]]) -> None:
    """Put the states of these cards into the cache; `place` follows from the state and the card."""
    places = {row.id: row.place for row in connection.execute(select(cards.c.id, cards.c.place))}
    rows = [_row(card_id, state, places.get(card_id)) for card_id, state in states]
    if rows:
        statement = insert(memory_states)
        changed = {c.name: statement.excluded[c.name] for c in memory_states.c if not c.primary_key}
        connection.execute(
            statement.on_conflict_do_update(index_elements=["learner_id", "card_id"], set_=changed), rows
        )


def write_state(connection: Connection, card_id: int, state: CardState) -> None:
    """Put the state of one card into the cache."""
    place = connection.execute(select(cards.c.place).where(cards.c.id == card_id)).scalar()
    row = _row(card_id, state, place)
    statement = insert(memory_states).values(row)
    connection.execute(statement.on_conflict_do_update(index_elements=["learner_id", "card_id"], set_=row))


def _row(card_id: int, state: CardState, place: int | None) -> dict[str, object]:
    memory = state.memory
    return {
        "learner_id": LEARNER_ID,
        "card_id": card_id,
        "place": place if state.is_new else None,
        "ease_factor": memory.ease_factor if memory else None,
        "repetitions": memory.repetitions if memory else None,
        "interval_days": memory.interval_days if memory else None,
        "due_on": state.due_on,
        "introduced_on": state.introduced_on,
        "reviewed_on": state.reviewed_on,
        "reviews": state.reviews,
        "lapses": state.lapses,
        "drill_on": state.drill_on,
        "drill_sequence": state.drill_sequence,
        "is_suspended": state.is_suspended,
    }


def _state(row: RowMapping) -> CardState:
    memory = None
    if row["ease_factor"] is not None:
        memory = MemoryState(row["ease_factor"], row["repetitions"], row["interval_days"])
    return CardState(
        memory=memory,
        due_on=row["due_on"],
        introduced_on=row["introduced_on"],
        reviewed_on=row["reviewed_on"],
        reviews=row["reviews"],
        lapses=row["lapses"],
        drill_on=row["drill_on"],
        drill_sequence=row["drill_sequence"],
        is_suspended=row["is_suspended"],
    )
