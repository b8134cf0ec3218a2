"""What a cram session reads: all cards that can be asked, and its own answers (see `runner.py`)."""

from __future__ import annotations

from collections.abc import Iterator

from quizzer.core.queue import QueuedCard, Turn
from quizzer.storage.runner import Runner
from quizzer.storage.schema import LEARNER_ID


def read_askable(run: Runner) -> Iterator[QueuedCard]:
    """Yield every card that a deck has and that is not suspended, in the order of their ids."""
    rows = run(
        """SELECT c.id, c.key, c.note_id, c.deck FROM cards c JOIN memory_states s ON s.card_id = c.id
        WHERE s.learner_id = :learner AND s.is_suspended = 0 AND c.deck IS NOT NULL ORDER BY c.id""",
        {"learner": LEARNER_ID},
    )
    return (QueuedCard(row[0], row[1], row[2], row[3], Turn.CRAM) for row in rows)


def read_crammed(run: Runner, since: int) -> dict[int, tuple[int, int]]:
    """Return rating and place in the log of each card's last cram after the place `since`, by card id."""
    rows = run(
        """SELECT card_id, rating, sequence FROM live_reviews
        WHERE learner_id = :learner AND sequence > :since AND kind = 'cram' ORDER BY sequence""",
        {"learner": LEARNER_ID, "since": since},
    )
    return {card_id: (rating, sequence) for card_id, rating, sequence in rows}


def read_buried(run: Runner, since: int) -> set[str]:
    """Return the notes that were buried after the place `since` of the log."""
    rows = run(
        """SELECT c.note_id FROM live_card_events e JOIN cards c ON c.id = e.card_id
        WHERE e.learner_id = :learner AND e.sequence > :since AND e.kind = 'bury'""",
        {"learner": LEARNER_ID, "since": since},
    )
    return {note_id for (note_id,) in rows}


def read_last_sequence(run: Runner) -> int:
    """Return the newest place of the learner's log, undone or not; 0 for an empty one."""
    ((sequence,),) = run(
        """SELECT max((SELECT coalesce(max(sequence), 0) FROM reviews WHERE learner_id = :learner),
            (SELECT coalesce(max(sequence), 0) FROM card_events WHERE learner_id = :learner))""",
        {"learner": LEARNER_ID},
    )
    return int(sequence)
