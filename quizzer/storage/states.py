"""Card states as the cache `memory_states` holds them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from quizzer.core.memory import CardState, FsrsMemory, MemoryState, Sm2Memory
from quizzer.storage.instant import to_milliseconds
from quizzer.storage.runner import Runner
from quizzer.storage.schema import LEARNER_ID
from quizzer.storage.tables import cards, memory_states
from quizzer.storage.types import to_stored

Row = tuple[Any, ...]
_KEY = ("learner_id", "card_id")
_CHANGED = (
    *("place", "ease_factor", "repetitions", "stability", "difficulty", "step", "is_relearning"),
    *("interval_days", "due_on", "due_at", "introduced_on", "reviewed_on", "reviews", "lapses"),
    *("drill_on", "drill_sequence", "is_suspended", "is_flagged"),
)
_PUT = f"""INSERT INTO memory_states ({", ".join((*_KEY, *_CHANGED))})
    VALUES ({", ".join("?" * len((*_KEY, *_CHANGED)))}) ON CONFLICT ({", ".join(_KEY)})
    DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in _CHANGED)}"""


def read_states(connection: Connection) -> Iterator[tuple[int, CardState]]:
    """Yield (card id, cached state) for every card."""
    rows = connection.execute(
        select(memory_states).where(memory_states.c.learner_id == LEARNER_ID)
    ).mappings()
    return ((row["card_id"], _state(row)) for row in rows)


def read_misplaced(run: Runner) -> set[int]:
    """Return the cards whose state has another turn among the new ones than the card, or still has one."""
    rows = run(
        """SELECT s.card_id FROM memory_states s JOIN cards c ON c.id = s.card_id
        WHERE s.learner_id = :learner
            AND s.place IS NOT CASE WHEN s.introduced_on IS NULL THEN c.place END""",
        {"learner": LEARNER_ID},
    )
    return {card_id for (card_id,) in rows}


def write_states(connection: Connection, states: Iterable[tuple[int, CardState]]) -> None:
    """Put the states of these cards into the cache; `place` follows from the state and the card."""
    write_state_rows(connection, state_rows(connection.exec_driver_sql, states))


def state_rows(run: Runner, states: Iterable[tuple[int, CardState]]) -> list[Row]:
    """Return the states of these cards as the cache keeps them."""
    rows = run("SELECT id, place FROM cards WHERE place IS NOT NULL", {})
    places: dict[int, int] = {card_id: place for card_id, place in rows}
    return [_row(card_id, state, places.get(card_id)) for card_id, state in states]


def write_state_rows(connection: Connection, rows: list[Row]) -> None:
    """Put states that are rows already into the cache."""
    if rows:
        connection.exec_driver_sql(_PUT, rows)


def write_state(connection: Connection, card_id: int, state: CardState) -> None:
    """Put the state of one card into the cache."""
    place = connection.execute(select(cards.c.place).where(cards.c.id == card_id)).scalar()
    write_state_rows(connection, [_row(card_id, state, place)])


def _row(card_id: int, state: CardState, place: int | None) -> Row:
    memory = state.memory
    sm2 = memory if isinstance(memory, Sm2Memory) else None
    fsrs = memory if isinstance(memory, FsrsMemory) else None
    return (
        LEARNER_ID,
        card_id,
        place if state.is_new else None,
        sm2.ease_factor if sm2 else None,
        sm2.repetitions if sm2 else None,
        fsrs.stability if fsrs else None,
        fsrs.difficulty if fsrs else None,
        fsrs.step if fsrs else None,
        fsrs.is_relearning if fsrs else False,
        to_stored(memory.interval_days) if memory else None,
        _day(state.due_on),
        to_milliseconds(state.due_at) if state.due_at else None,
        _day(state.introduced_on),
        _day(state.reviewed_on),
        state.reviews,
        state.lapses,
        _day(state.drill_on),
        state.drill_sequence,
        state.is_suspended,
        state.is_flagged,
    )


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _state(row: RowMapping) -> CardState:
    return CardState(
        memory=_memory(row),
        due_on=row["due_on"],
        due_at=row["due_at"],
        introduced_on=row["introduced_on"],
        reviewed_on=row["reviewed_on"],
        reviews=row["reviews"],
        lapses=row["lapses"],
        drill_on=row["drill_on"],
        drill_sequence=row["drill_sequence"],
        is_suspended=row["is_suspended"],
        is_flagged=row["is_flagged"],
    )


def _memory(row: RowMapping) -> MemoryState | None:
    if row["ease_factor"] is not None:
        return Sm2Memory(row["ease_factor"], row["repetitions"], row["interval_days"])
    if row["stability"] is not None:
        return FsrsMemory(
            row["stability"], row["difficulty"], row["interval_days"], row["step"], row["is_relearning"]
        )
    return None
