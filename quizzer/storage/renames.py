"""Which cards take over the history of others: what `was` asks for, as far as it is safe."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, exists, insert, select, update

from quizzer.storage.tables import card_events, cards, decided_renames, memory_states, reviews


@dataclass(frozen=True, slots=True)
class CardEntry:
    """A card as the decks have it now; `old_keys` are the names it had before, newest first."""

    key: str
    note_id: str
    deck: str
    place: int
    old_keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """What stands in the decks and cannot be read: ids, and with `has_unread` whole files."""

    ids: frozenset[str] = frozenset()
    has_unread: bool = False


def rename_cards(
    connection: Connection, known: dict[str, Row[Any]], entries: Sequence[CardEntry], held: Held
) -> None:
    """Give cards their new names, all at once; `known` are all cards by key and is kept in step."""
    wanting = [entry for entry in entries if any(key in known for key in entry.old_keys)]
    decided = _read_decided(connection)
    if wanting:
        moves = _Planner(connection, known, entries, held, decided).plan(wanting)
        _apply(connection, known, moves)
    present = {entry.note_id for entry in entries}
    asked = {(entry.note_id, _note_id(key)) for entry in entries for key in entry.old_keys}
    kept = {pair for pair in decided if pair[0] not in present or pair in asked}
    kept |= {pair for pair in asked if pair[1] in present}
    if kept != decided:
        _write_decided(connection, kept)


class _Planner:
    """Finds the most renames that agree with each other."""

    def __init__(
        self,
        connection: Connection,
        known: Mapping[str, Row[Any]],
        entries: Iterable[CardEntry],
        held: Held,
        decided: set[tuple[str, str]],
    ) -> None:
        self._connection = connection
        self._known = known
        self._held = held
        self._decided = decided
        entries = list(entries)
        self._present = {entry.note_id for entry in entries}
        self._decks = {entry.deck for entry in entries}

    def plan(self, wanting: Sequence[CardEntry]) -> dict[str, Row[Any]]:
        """Return the old card of each key that takes one over."""
        options = {entry.key: list(self._options(entry)) for entry in wanting}
        while True:
            moves = _pick(options)
            freed = {row.key for row in moves.values()}
            renamed = {entry.note_id for entry in wanting if entry.key in moves}
            refused = [key for key, row in moves.items() if not self._is_possible(key, row, freed, renamed)]
            if not refused:
                return moves
            for key in refused:
                options[key].remove(moves[key])

    def _options(self, entry: CardEntry) -> Iterator[Row[Any]]:
        for key in entry.old_keys:
            old = self._known.get(key)
            if old is None or old.note_id in self._held.ids or (entry.note_id, old.note_id) in self._decided:
                continue
            # A card whose deck is not there may stand in a file that cannot be read.
            if not self._held.has_unread or old.deck in self._decks:
                yield old

    def _is_possible(self, key: str, old: Row[Any], freed: set[str], renamed: set[str]) -> bool:
        """Say whether `old` can become `key` while the cards `freed` and the notes `renamed` change names."""
        # A note that is there keeps its history, unless it has just got its id and takes over another.
        if old.note_id in self._present and old.note_id not in renamed:
            return False
        new = self._known.get(key)
        if new is None or key in freed:
            return True
        return not self._has_history(new.id) and self._has_history(old.id)

    def _has_history(self, card_id: int) -> bool:
        return any(
            self._connection.execute(select(exists().where(table.c.card_id == card_id))).scalar()
            for table in (reviews, card_events)
        )


def _pick(options: Mapping[str, Sequence[Row[Any]]]) -> dict[str, Row[Any]]:
    """Return the first option of each key that no earlier key has."""
    taken: set[str] = set()
    moves: dict[str, Row[Any]] = {}
    for key, rows in options.items():
        row = next((row for row in rows if row.key not in taken), None)
        if row is not None:
            taken.add(row.key)
            moves[key] = row
    return moves


def _apply(connection: Connection, known: dict[str, Row[Any]], moves: Mapping[str, Row[Any]]) -> None:
    for row in moves.values():
        # Keys are unique, so none is given before all old ones are gone; no key starts with a tilde.
        connection.execute(update(cards).where(cards.c.id == row.id).values(key=f"~{row.id}"))
        del known[row.key]
    for key, row in moves.items():
        if replaced := known.get(key):
            connection.execute(delete(memory_states).where(memory_states.c.card_id == replaced.id))
            connection.execute(delete(cards).where(cards.c.id == replaced.id))
        connection.execute(update(cards).where(cards.c.id == row.id).values(key=key))
        known[key] = row


def _note_id(key: str) -> str:
    return key.partition("/")[0]


def _read_decided(connection: Connection) -> set[tuple[str, str]]:
    return {(row.note_id, row.old_note_id) for row in connection.execute(select(decided_renames))}


def _write_decided(connection: Connection, pairs: set[tuple[str, str]]) -> None:
    connection.execute(delete(decided_renames))
    if pairs:
        rows = [{"note_id": new, "old_note_id": old} for new, old in sorted(pairs)]
        connection.execute(insert(decided_renames), rows)
