"""Reading what a question needs of one card, and when the log was last written (see `runner.py`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from quizzer.core.memory import MemoryState
from quizzer.storage.instant import from_milliseconds
from quizzer.storage.runner import Runner
from quizzer.storage.schema import LEARNER_ID


@dataclass(frozen=True, slots=True)
class LogPosition:
    """Where a card's log stands; two readers who saw the same position saw the same card.

    `number` and `sequence` are those of the last review and the last entry, undone or
    not; `last_live` is the sequence of the last entry that stands.
    """

    number: int
    sequence: int
    last_live: int


def read_position(run: Runner, card_id: int) -> LogPosition:
    """Return where the log of the card `card_id` stands; zeros for a card without entries."""
    ((number, sequence, last_live),) = run(
        """SELECT coalesce(max(number), 0), coalesce(max(sequence), 0),
            coalesce(max(sequence) FILTER (WHERE undone_at IS NULL), 0)
        FROM (
            SELECT number, sequence, undone_at FROM reviews WHERE learner_id = :learner AND card_id = :card
            UNION ALL
            SELECT 0, sequence, undone_at FROM card_events WHERE learner_id = :learner AND card_id = :card
        )""",
        {"learner": LEARNER_ID, "card": card_id},
    )
    return LogPosition(number, sequence, last_live)


def read_memory(run: Runner, card_id: int) -> MemoryState | None:
    """Return the cached memory state of the card `card_id`; None for a new card."""
    for ease_factor, repetitions, interval_days in run(
        """SELECT ease_factor, repetitions, interval_days FROM memory_states
        WHERE learner_id = :learner AND card_id = :card AND ease_factor IS NOT NULL""",
        {"learner": LEARNER_ID, "card": card_id},
    ):
        return MemoryState(ease_factor, repetitions, int(interval_days))
    return None


def read_last_instant(run: Runner) -> datetime | None:
    """Return when the newest live entry of the log was written, by its own clock."""
    for _, milliseconds in run(
        """SELECT max(sequence), instant FROM (
            SELECT sequence, reviewed_at AS instant FROM (
                SELECT * FROM live_reviews WHERE learner_id = :learner ORDER BY sequence DESC LIMIT 1)
            UNION ALL
            SELECT sequence, happened_at FROM (
                SELECT * FROM live_card_events WHERE learner_id = :learner ORDER BY sequence DESC LIMIT 1)
        ) HAVING max(sequence) IS NOT NULL""",
        {"learner": LEARNER_ID},
    ):
        return from_milliseconds(milliseconds)
    return None


def read_fingerprint(run: Runner) -> str:
    """Return the fingerprint of the content that the cards were last brought in step with; "" before that."""
    return next((str(row[0]) for row in run("SELECT fingerprint FROM content_state", {})), "")


def read_suspended(run: Runner) -> dict[int, str]:
    """Return the keys of all suspended cards by card id, orphans included."""
    rows = run(
        """SELECT c.id, c.key FROM memory_states s JOIN cards c ON c.id = s.card_id
        WHERE s.learner_id = :learner AND s.is_suspended = 1""",
        {"learner": LEARNER_ID},
    )
    return {card_id: key for card_id, key in rows}
