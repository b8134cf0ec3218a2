"""The review log as plain tuples for statistics: no values are made of the rows (see `runner.py`)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from quizzer.core.habits import RatingCount
from quizzer.core.rating import Rating
from quizzer.storage.introductions import IS_FIRST
from quizzer.storage.runner import Runner
from quizzer.storage.schema import LEARNER_ID

RECENT = 20_000
# The days of the newest first answers to cards that are no katas, with what each card took that day: of new
# cards or of due ones. The + keeps SQLite from going through all reviews of the day for each.
_DAYS = f"""SELECT r.rating, (
        SELECT sum(d.duration_ms) FROM live_reviews d
        WHERE d.learner_id = r.learner_id AND d.card_id = r.card_id AND +d.study_day = r.study_day
          AND d.kind != 'cram') AS duration_ms
    FROM live_reviews r JOIN cards c ON c.id = r.card_id
    WHERE r.learner_id = :learner AND r.kind = 'scheduled'
      AND {IS_FIRST} = :is_first AND NOT (c.key = c.note_id AND c.key LIKE 'kata/%')
    ORDER BY r.sequence DESC LIMIT :recent"""


def read_rated(run: Runner) -> Iterable[tuple[int, int, int, int]]:
    """Yield (card id, rating, study day as a number, milliseconds since 1970) of all that FSRS takes.

    What came before a card's last reset is left out: its first rating since then is a first one.
    """
    return run(
        """WITH resets AS MATERIALIZED (
            SELECT card_id, max(sequence) AS sequence FROM live_card_events
            WHERE learner_id = :learner AND kind = 'reset' GROUP BY card_id)
        SELECT r.card_id, r.rating, CAST(julianday(r.study_day) AS INTEGER), r.reviewed_at
        FROM live_reviews r LEFT JOIN resets ON resets.card_id = r.card_id
        WHERE r.learner_id = :learner AND r.kind != 'cram' AND r.sequence > coalesce(resets.sequence, 0)""",
        {"learner": LEARNER_ID},
    )


def read_rating_counts(run: Runner) -> tuple[dict[Rating, RatingCount], dict[Rating, RatingCount]]:
    """Return how often each rating was given lately, to new cards and to due ones, and what they took."""
    return _count_ratings(run, is_first=True), _count_ratings(run, is_first=False)


def read_reviews_a_day(run: Runner, first: date, last: date) -> dict[date, int]:
    """Return how many reviews of any kind each study day had, from `first` to `last`; none of zero."""
    rows = run(
        """SELECT study_day, count(*) FROM live_reviews
        WHERE learner_id = :learner AND study_day BETWEEN :first AND :last GROUP BY study_day""",
        {"learner": LEARNER_ID, "first": first.isoformat(), "last": last.isoformat()},
    )
    return {date.fromisoformat(day): count for day, count in rows}


def _count_ratings(run: Runner, is_first: bool) -> dict[Rating, RatingCount]:
    rows = run(
        f"SELECT rating, count(*), sum(duration_ms) / 1000.0 FROM ({_DAYS}) GROUP BY rating",
        {"learner": LEARNER_ID, "is_first": is_first, "recent": RECENT},
    )
    return {Rating(rating): RatingCount(answers, seconds) for rating, answers, seconds in rows}
