"""What an export of the history reads before the cards' logs (plain SQL: see `runner.py`)."""

from __future__ import annotations

from datetime import date

from quizzer.storage.runner import Runner
from quizzer.storage.schema import LEARNER_ID


def read_first_day(run: Runner) -> date | None:
    """Return the study day of the earliest review that stands, None before the first."""
    rows = run("SELECT min(study_day) FROM live_reviews WHERE learner_id = :learner", {"learner": LEARNER_ID})
    return next((date.fromisoformat(day) for (day,) in rows if day), None)


def read_reviewed_cards(run: Runner) -> dict[str, int]:
    """Return the ids, by their keys, of the cards that have an entry in the log."""
    rows = run(
        """SELECT key, id FROM cards WHERE id IN (
            SELECT card_id FROM reviews WHERE learner_id = :learner
            UNION SELECT card_id FROM card_events WHERE learner_id = :learner)""",
        {"learner": LEARNER_ID},
    )
    return {str(key): int(card_id) for key, card_id in rows}
