"""Replaying the whole log: what the doctor compares with the cache, and a change of the scheduler writes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from quizzer.core.memory import CardState
from quizzer.core.replay import Regime, replay
from quizzer.errors import DamagedError
from quizzer.storage.log_reads import read_all_entries
from quizzer.storage.runner import Runner

if TYPE_CHECKING:
    from sqlalchemy import Connection

_UNREADABLE = (ArithmeticError, LookupError, TypeError, ValueError)  # what a value no quizzer wrote leads to


Tell = Callable[[int], None]
"""Told how many cards were replayed so far, every thousand cards."""
TELL_EVERY = 1000


def tell_nobody(cards: int) -> None:
    """Tell nobody."""


def replay_all(run: Runner, regime: Regime, tell: Tell = tell_nobody) -> dict[int, CardState]:
    """Return the state of every card that has a live entry, by card id."""
    states: dict[int, CardState] = {}
    for card_id, entries in read_all_entries(run):
        states[card_id] = replay(entries, regime)
        if len(states) % TELL_EVERY == 0:
            tell(len(states))
    return states


def find_differing(connection: Connection, regime: Regime) -> dict[int, CardState]:
    """Return, by card id, the replayed states of cards whose cached ones differ, in the transaction given.

    A card whose turn among the new ones is not the cached one counts, too.

    Raises:
        DamagedError: If an entry holds what no quizzer writes.
    """
    try:
        return _differing(connection, regime)
    except _UNREADABLE as error:
        raise DamagedError(
            f"{connection.engine.url.database}: the review log holds what cannot be read ({error}). "
            "Bring a backup back: 'quizzer restore' lists them."
        ) from error


def _differing(connection: Connection, regime: Regime) -> dict[int, CardState]:
    from quizzer.storage.cards import read_keys
    from quizzer.storage.states import read_misplaced

    cached = _read_cache(connection)
    replayed = replay_all(connection.exec_driver_sql, regime)
    misplaced = read_misplaced(connection.exec_driver_sql)
    empty = CardState()
    return {
        card_id: replayed.get(card_id, empty)
        for card_id in cached.keys() | read_keys(connection).keys()
        if cached.get(card_id) != replayed.get(card_id, empty) or card_id in misplaced
    }


def _read_cache(connection: Connection) -> dict[int, CardState]:
    from quizzer.storage.states import read_states

    try:
        return dict(read_states(connection))
    except _UNREADABLE:
        return {}  # what cannot be read is as good as missing: all states differ
