"""Reading what a question needs of one card, and when the log was last written (see `runner.py`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from quizzer.core.memory import LEECH_LAPSES, CardState, FsrsMemory, MemoryState, Sm2Memory
from quizzer.storage.instant import from_milliseconds
from quizzer.storage.reschedules import read_sequence
from quizzer.storage.runner import Runner
from quizzer.storage.schema import LEARNER_ID


@dataclass(frozen=True, slots=True)
class LogPosition:
    """Where a card's log stands; two readers who saw the same position saw the same card.

    `number` and `sequence` are those of the last review and the last entry, undone or
    not; `last_live` is the sequence of the last entry that stands, `reschedule` that of
    the scheduler in force.
    """

    number: int
    sequence: int
    last_live: int
    reschedule: int = 0


def read_position(run: Runner, card_id: int) -> LogPosition:
    """Return where the log of the card `card_id` stands; zeros for what has no entries."""
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
    return LogPosition(number, sequence, last_live, read_sequence(run))


def read_state(run: Runner, card_id: int) -> CardState:
    """Return the cached state of the card `card_id` as far as a scheduler and a question ask for it."""
    for row in run(
        """SELECT ease_factor, repetitions, stability, difficulty, step, is_relearning, interval_days,
            due_on, reviewed_on, lapses, is_suspended, is_flagged
        FROM memory_states WHERE learner_id = :learner AND card_id = :card""",
        {"learner": LEARNER_ID, "card": card_id},
    ):
        *memory, due_on, reviewed_on, lapses, is_suspended, is_flagged = row
        return CardState(
            memory=memory_of(*memory),
            due_on=_day(due_on),
            reviewed_on=_day(reviewed_on),
            lapses=lapses,
            is_suspended=bool(is_suspended),
            is_flagged=bool(is_flagged),
        )
    return CardState()


def memory_of(
    ease_factor: int | None,
    repetitions: int,
    stability: float | None,
    difficulty: float,
    step: int | None,
    is_relearning: int,
    interval_days: int | str,
) -> MemoryState | None:
    """Return the memory state that these columns of `memory_states` hold, None for a card never seen."""
    if ease_factor is not None:
        return Sm2Memory(ease_factor, repetitions, int(interval_days))
    if stability is not None:
        return FsrsMemory(stability, difficulty, int(interval_days), step, bool(is_relearning))
    return None


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


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


def read_flagged(run: Runner) -> set[str]:
    """Return the keys of the flagged cards that can be asked."""
    rows = run(
        """SELECT c.key FROM memory_states s JOIN cards c ON c.id = s.card_id
        WHERE s.learner_id = :learner AND s.is_flagged = 1 AND s.is_suspended = 0 AND c.deck IS NOT NULL""",
        {"learner": LEARNER_ID},
    )
    return {key for (key,) in rows}


def read_weak(run: Runner) -> set[str]:
    """Return the keys of the cards that can be asked and are weak.

    They were AGAIN or HARD when they were last asked in their turn, or lapsed three times; a reset
    begins anew.
    """
    rows = run(
        # Beside a lone max(), SQLite takes the other columns from the row that has the maximum.
        """SELECT c.key FROM (
            SELECT card_id, rating, max(sequence) FROM live_reviews
            WHERE learner_id = :learner AND kind IN ('scheduled', 'ahead') GROUP BY card_id
        ) last JOIN cards c ON c.id = last.card_id
        JOIN memory_states s ON s.card_id = c.id AND s.learner_id = :learner
        WHERE (last.rating <= 2 OR s.lapses >= 3) AND s.is_suspended = 0 AND c.deck IS NOT NULL
          AND s.introduced_on IS NOT NULL""",
        {"learner": LEARNER_ID},
    )
    return {key for (key,) in rows}


def read_set_apart(run: Runner) -> list[tuple[str, str, int, bool, bool]]:
    """Return (key, deck, lapses, suspended, flagged) of cards that are suspended, flagged or leeches."""
    rows = run(
        """SELECT c.key, coalesce(c.deck, ''), s.lapses, s.is_suspended, s.is_flagged
        FROM memory_states s JOIN cards c ON c.id = s.card_id
        WHERE s.learner_id = :learner AND (s.is_suspended = 1 OR s.is_flagged = 1 OR s.lapses >= :leech)""",
        {"learner": LEARNER_ID, "leech": LEECH_LAPSES},
    )
    return [(key, deck, lapses, bool(suspended), bool(flag)) for key, deck, lapses, suspended, flag in rows]
