"""What a look at the day reads beside its queue: past days of study and those to come (see `runner.py`)."""

from __future__ import annotations

from datetime import date, timedelta

from quizzer.storage.runner import Runner
from quizzer.storage.schema import LEARNER_ID


def count_streak_days(run: Runner, today: date) -> int:
    """Return on how many study days in a row there was an answer; a today without one breaks nothing yet."""
    # A step a day, each one look into the index by study day: all days at once would read the whole log.
    ((days,),) = run(
        """WITH RECURSIVE answered(day) AS (
            SELECT iif(EXISTS (SELECT 1 FROM live_reviews WHERE learner_id = :learner AND study_day = :today),
                :today, :yesterday)
            UNION ALL
            SELECT date(day, '-1 day') FROM answered
            WHERE EXISTS (SELECT 1 FROM live_reviews WHERE learner_id = :learner AND study_day = day))
        SELECT count(*) - 1 FROM answered""",
        {
            "learner": LEARNER_ID,
            "today": today.isoformat(),
            "yesterday": (today - timedelta(days=1)).isoformat(),
        },
    )
    return int(days)


def count_due_days(run: Runner, today: date, days: int) -> tuple[int, ...]:
    """Return how many cards come back on each of the `days` study days after `today`."""
    rows = run(
        """SELECT s.due_on, count(*) FROM memory_states s JOIN cards c ON c.id = s.card_id
        WHERE s.learner_id = :learner AND s.is_suspended = 0 AND c.deck IS NOT NULL
          AND s.due_on > :today AND s.due_on <= :last GROUP BY s.due_on""",
        {
            "learner": LEARNER_ID,
            "today": today.isoformat(),
            "last": (today + timedelta(days=days)).isoformat(),
        },
    )
    counts = {due_on: count for due_on, count in rows}
    return tuple(counts.get((today + timedelta(days=day)).isoformat(), 0) for day in range(1, days + 1))
