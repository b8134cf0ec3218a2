"""What a look at the schedule reads: due days, intervals, how long answers take (see `runner.py`)."""

from __future__ import annotations

from datetime import date

from quizzer.storage.runner import Runner
from quizzer.storage.schema import LEARNER_ID

RECENT = 1000


def read_scheduled(run: Runner) -> dict[int, tuple[date, int]]:
    """Return due day and interval, in days, of every card that has them and can be asked, by card id."""
    rows = run(
        """SELECT s.card_id, s.due_on, s.interval_days FROM memory_states s JOIN cards c ON c.id = s.card_id
        WHERE s.learner_id = :learner AND s.due_on IS NOT NULL AND s.is_suspended = 0
          AND (c.deck IS NOT NULL OR c.key = c.note_id AND c.key LIKE 'kata/%')""",
        {"learner": LEARNER_ID},
    )
    return {card_id: (date.fromisoformat(due_on), int(days)) for card_id, due_on, days in rows}


def read_median_duration(run: Runner) -> float | None:
    """Return how many seconds the last thousand answers in turn took, the median; None where none was timed.

    Those that came from elsewhere without a time, stored as none, are left out.
    """
    rows = run(
        """SELECT duration_ms FROM live_reviews WHERE learner_id = :learner AND kind = 'scheduled'
        ORDER BY sequence DESC LIMIT :recent""",
        {"learner": LEARNER_ID, "recent": RECENT},
    )
    durations = sorted(duration_ms for (duration_ms,) in rows if duration_ms)
    return durations[len(durations) // 2] / 1000 if durations else None
