"""What browsing reads: every card with its state, and the steps that a bulk action took (see `runner.py`)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date

from quizzer.core.review import EventKind
from quizzer.storage.runner import Runner
from quizzer.storage.schema import LEARNER_ID

RatedDays = tuple[int | None, int | None, int | None, int | None]


# Card id, key, note id, deck ("" for an orphan or a kata); due, in days from today; reviewed, days ago;
# is learning, new, suspended, flagged; reviews, lapses; interval in days, ease factor in hundredths,
# stability, difficulty.
CardRow = tuple[
    int, str, str, str, int | None, int, int, int, int, int, int, int,
    int | str | None, int | None, float | None, float | None,
]  # fmt: skip


def read_card_rows(run: Runner, today: date) -> Iterable[CardRow]:
    """Yield every card, orphans and katas included, in the order in which they are introduced.

    Plain tuples: there are many.
    """
    return run(
        """SELECT c.id, c.key, c.note_id, coalesce(c.deck, ''),
            CAST(julianday(s.due_on) - julianday(:today) AS INTEGER),
            CAST(coalesce(julianday(:today) - julianday(s.reviewed_on), 0) AS INTEGER),
            s.due_at IS NOT NULL AND s.reviewed_on >= :today, s.introduced_on IS NULL,
            s.is_suspended, s.is_flagged, s.reviews, s.lapses,
            s.interval_days, s.ease_factor, s.stability, s.difficulty
        FROM cards c JOIN memory_states s ON s.card_id = c.id AND s.learner_id = :learner
        ORDER BY c.place IS NULL, c.place, c.key""",
        {"learner": LEARNER_ID, "today": today.isoformat()},
    )


def read_rated_days(run: Runner, today: date) -> dict[int, RatedDays]:
    """Return how many days ago each card was last given each rating, AGAIN first, by card id."""
    rows = run(
        """SELECT card_id, rating, CAST(julianday(:today) - julianday(max(study_day)) AS INTEGER)
        FROM live_reviews WHERE learner_id = :learner GROUP BY card_id, rating""",
        {"learner": LEARNER_ID, "today": today.isoformat()},
    )
    found: dict[int, list[int | None]] = {}
    for card_id, rating, days in rows:
        found.setdefault(card_id, [None] * 4)[rating - 1] = days
    return {card_id: (days[0], days[1], days[2], days[3]) for card_id, days in found.items()}


def read_buried_notes(run: Runner, today: date) -> set[str]:
    """Return the notes that are buried for the study day."""
    rows = run(
        """SELECT c.note_id FROM live_card_events e JOIN cards c ON c.id = e.card_id
        WHERE e.learner_id = :learner AND e.study_day = :today AND e.kind = 'bury'""",
        {"learner": LEARNER_ID, "today": today.isoformat()},
    )
    return {note_id for (note_id,) in rows}


def read_already(run: Runner, card_ids: Iterable[int], kind: EventKind, today: date) -> set[int]:
    """Return those of the cards to which an event of this kind would do nothing."""
    conditions = {
        EventKind.SUSPEND: "s.is_suspended = 1",
        EventKind.UNSUSPEND: "s.is_suspended = 0",
        EventKind.FLAG: "s.is_flagged = 1",
        EventKind.UNFLAG: "s.is_flagged = 0",
        EventKind.RESET: "s.introduced_on IS NULL",
        EventKind.BURY: """EXISTS (SELECT 1 FROM live_card_events e WHERE e.learner_id = :learner
            AND e.card_id = s.card_id AND e.study_day = :today AND e.kind = 'bury')""",
    }
    rows = run(
        f"""SELECT s.card_id FROM memory_states s
        WHERE s.learner_id = :learner AND s.card_id IN (SELECT value FROM json_each(:cards))
          AND {conditions[kind]}""",
        {"learner": LEARNER_ID, "today": today.isoformat(), "cards": json.dumps(list(card_ids))},
    )
    return {card_id for (card_id,) in rows}


def data_of_step(step: int) -> str:
    """Return what the events of one bulk action carry: the place of its first."""
    return json.dumps({"step": step})


def read_last_step(run: Runner) -> int | None:
    """Return the place of the newest bulk action that stands."""
    rows = run(
        """SELECT data FROM live_card_events WHERE learner_id = :learner AND data LIKE '{"step":%'
        ORDER BY sequence DESC LIMIT 1""",
        {"learner": LEARNER_ID},
    )
    return next((int(json.loads(data)["step"]) for (data,) in rows), None)


def read_step(run: Runner, step: int) -> list[tuple[int, int, str, str]]:
    """Return (sequence, card id, key, kind) of what stands of a bulk action."""
    rows = run(
        """SELECT e.sequence, e.card_id, c.key, e.kind
        FROM live_card_events e JOIN cards c ON c.id = e.card_id
        WHERE e.learner_id = :learner AND e.sequence >= :step AND e.data = :data ORDER BY e.sequence""",
        {"learner": LEARNER_ID, "step": step, "data": data_of_step(step)},
    )
    return [(int(sequence), int(card_id), str(key), str(kind)) for sequence, card_id, key, kind in rows]
