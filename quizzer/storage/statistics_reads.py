"""What statistics read of the log and the schedule (plain SQL: see `runner.py`)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from quizzer.core.stats.activity import DayActivity
from quizzer.core.stats.answers import NEW, NOT_IN_TURN, AnswerRow
from quizzer.core.stats.recall import AGES, INTERVALS, Span
from quizzer.storage.runner import Runner
from quizzer.storage.schema import LEARNER_ID


def _place_in(spans: Sequence[Span], interval: str) -> str:
    """Return SQL for the place of `interval` in `spans`; one beyond 64 bits is text and sorts last."""
    cases = " ".join(f"WHEN {interval} < {span.first} THEN {place}" for place, span in enumerate(spans[1:]))
    return f"CASE {cases} ELSE {len(spans) - 1} END"


# A card is new without an answer before. Its age is the interval stored with that one; a cram chooses none.
# Without an answer it may have been placed by an import.
_AGE = f"""CASE WHEN r.kind != 'scheduled' THEN {NOT_IN_TURN} ELSE coalesce((
        SELECT {_place_in(AGES, "p.interval_days")} FROM live_reviews p
        WHERE p.learner_id = r.learner_id AND p.card_id = r.card_id AND p.number < r.number
          AND p.kind != 'cram' ORDER BY p.number DESC LIMIT 1), (
        SELECT {_place_in(AGES, "json_extract(e.data, '$.interval_days')")} FROM live_card_events e
        WHERE e.learner_id = r.learner_id AND e.card_id = r.card_id AND e.kind = 'place'
          AND +e.sequence < r.sequence ORDER BY e.sequence DESC LIMIT 1), {NEW}) END"""
_CAN_BE_ASKED = """FROM memory_states s JOIN cards c ON c.id = s.card_id
    WHERE s.learner_id = :learner AND s.is_suspended = 0 AND c.deck IS NOT NULL"""


def read_activity(run: Runner, first: date, last: date) -> dict[date, DayActivity]:
    """Return what was done on each of the study days from `first` to `last` that has a live review."""
    rows = run(
        """SELECT study_day, count(*), sum(duration_ms) FROM live_reviews
        WHERE learner_id = :learner AND study_day BETWEEN :first AND :last GROUP BY study_day""",
        {"learner": LEARNER_ID, "first": first.isoformat(), "last": last.isoformat()},
    )
    found = [DayActivity(date.fromisoformat(day), reviews, ms / 1000) for day, reviews, ms in rows]
    return {day.study_day: day for day in found}


def read_answers(run: Runner, first: date, last: date) -> Iterable[AnswerRow]:
    """Yield the live answers of the study days `first` to `last`."""
    return run(
        f"""SELECT r.study_day, r.zone, r.reviewed_at, r.rating, {_AGE} FROM live_reviews r
        WHERE r.learner_id = :learner AND r.study_day BETWEEN :first AND :last""",
        {"learner": LEARNER_ID, "first": first.isoformat(), "last": last.isoformat()},
    )


def read_active_days(run: Runner) -> list[date]:
    """Return all study days with a live review, in their order; the index is asked once a day."""
    rows = run(
        """WITH RECURSIVE active(day) AS (
            SELECT min(study_day) FROM live_reviews WHERE learner_id = :learner
            UNION ALL
            SELECT (SELECT min(study_day) FROM live_reviews WHERE learner_id = :learner AND study_day > day)
            FROM active WHERE day IS NOT NULL
        ) SELECT day FROM active WHERE day IS NOT NULL""",
        {"learner": LEARNER_ID},
    )
    return [date.fromisoformat(day) for (day,) in rows]


def read_due_counts(run: Runner, last: date) -> list[tuple[date, int]]:
    """Return how many cards of decks are due on each day up to `last`."""
    rows = run(
        f"SELECT s.due_on, count(*) {_CAN_BE_ASKED} AND s.due_on <= :last GROUP BY s.due_on",
        {"learner": LEARNER_ID, "last": last.isoformat()},
    )
    return [(date.fromisoformat(day), count) for day, count in rows]


def read_interval_counts(run: Runner) -> tuple[int, ...]:
    """Return how many scheduled cards of decks have an interval in each of `INTERVALS`."""
    counts = [0] * len(INTERVALS)
    rows = run(
        f"""SELECT {_place_in(INTERVALS, "s.interval_days")} AS span, count(*)
        {_CAN_BE_ASKED} AND s.interval_days IS NOT NULL GROUP BY span""",
        {"learner": LEARNER_ID},
    )
    for place, count in rows:
        counts[place] = count
    return tuple(counts)
