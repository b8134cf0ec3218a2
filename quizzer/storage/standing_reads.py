"""How the learner stands with each card and kata (plain SQL: see `runner.py`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import NamedTuple

from quizzer.core.kata import KATA_KEY_PREFIX
from quizzer.core.memory import MemoryState
from quizzer.core.rating import Rating
from quizzer.core.verdict import Status
from quizzer.storage.card_reads import memory_of
from quizzer.storage.runner import Runner
from quizzer.storage.schema import LEARNER_ID

RATINGS = {rating.value: rating for rating in Rating}


class SeenCard(NamedTuple):
    """A card that was seen: what its scheduler keeps, the last study day it took, and how it went."""

    key: str
    memory: MemoryState | None
    reviewed_on: date
    lapses: int
    last_rating: Rating | None


def read_seen(run: Runner, is_wanted: Callable[[str], bool]) -> Iterator[SeenCard]:
    """Yield the seen cards that a deck has, suspended ones included; `is_wanted` takes a key."""
    # Last ratings lie anywhere in the log: with 2 MB, SQLite's usual, most pages are read three times.
    run("PRAGMA cache_size = -32000", {})
    rows = run(
        """SELECT c.key, s.reviewed_on, s.lapses, (
            SELECT r.rating FROM live_reviews r
            WHERE r.learner_id = s.learner_id AND r.card_id = s.card_id AND r.kind IN ('scheduled', 'ahead')
            ORDER BY r.number DESC LIMIT 1),
            s.ease_factor, s.repetitions, s.stability, s.difficulty, s.step, s.is_relearning, s.interval_days
        FROM memory_states s JOIN cards c ON c.id = s.card_id
        WHERE s.learner_id = :learner AND s.reviewed_on IS NOT NULL AND c.deck IS NOT NULL""",
        {"learner": LEARNER_ID},
    )
    for key, reviewed_on, lapses, rating, *memory in rows:
        if is_wanted(key):
            last_rating = RATINGS.get(rating)
            yield SeenCard(key, memory_of(*memory), date.fromisoformat(reviewed_on), lapses, last_rating)


def read_passed_katas(run: Runner) -> frozenset[str]:
    """Return the slugs of the katas that passed in a sitting whose reference was not revealed."""
    rows = run(
        """SELECT DISTINCT c.key FROM attempts a
            JOIN sittings s ON s.id = a.sitting_id JOIN cards c ON c.id = s.card_id
        WHERE s.learner_id = :learner AND s.revealed_at IS NULL AND a.status = :passed""",
        {"learner": LEARNER_ID, "passed": Status.PASSED.value},
    )
    return frozenset(key.removeprefix(KATA_KEY_PREFIX) for (key,) in rows)
