"""Reading the queue's candidates and counts (plain SQL: see `runner.py`)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from quizzer.core.kata import KATA_KEY_PREFIX
from quizzer.core.queue import Cause, DayCount, DeckCount, QueuedCard, Turn
from quizzer.storage.instant import from_milliseconds, to_milliseconds
from quizzer.storage.introductions import IS_FIRST
from quizzer.storage.runner import Runner
from quizzer.storage.schema import LEARNER_ID

_BURIED = """
    SELECT c.note_id FROM live_card_events e JOIN cards c ON c.id = e.card_id
    WHERE e.learner_id = :learner AND e.study_day = :today AND e.kind = 'bury'
"""
# A pull waits until its card is answered; the log's order tells which answers came after it.
_PULLS = f"""
    FROM live_card_events pull JOIN cards c ON c.id = pull.card_id
        JOIN memory_states s ON s.learner_id = pull.learner_id AND s.card_id = pull.card_id
    WHERE pull.learner_id = :learner AND pull.study_day = :today AND pull.kind = 'pull'
      AND s.is_suspended = 0 AND c.deck IS NOT NULL AND c.note_id NOT IN ({_BURIED})
      AND NOT EXISTS (
        SELECT 1 FROM live_reviews r
        WHERE r.learner_id = pull.learner_id AND r.card_id = pull.card_id AND r.study_day = :today
          AND r.kind IN ('scheduled', 'ahead', 'learning') AND r.sequence > pull.sequence)
"""
# A note is asked once a study day: an answer to one of its cards, a bury, or a pull that waits hides all
# others (a pull brings its own card all the same).
_SEEN = f"""
    SELECT c.note_id FROM live_reviews r JOIN cards c ON c.id = r.card_id
    WHERE r.learner_id = :learner AND r.study_day = :today AND r.kind IN ('scheduled', 'ahead')
    UNION {_BURIED} UNION SELECT c.note_id {_PULLS}
"""
_STATES = """FROM memory_states s JOIN cards c ON c.id = s.card_id
    WHERE s.learner_id = :learner AND s.is_suspended = 0"""
# Over night a learning step ends: then the card is due like any other.
_DUE = f"""{_STATES} AND s.due_on <= :today AND (s.due_at IS NULL OR s.reviewed_on < :today)
    AND c.deck IS NOT NULL AND c.note_id NOT IN ({_SEEN})
"""
_LEARNING = f"""{_STATES} AND s.due_at IS NOT NULL AND s.reviewed_on >= :today AND c.deck IS NOT NULL
    AND c.note_id NOT IN ({_BURIED}) AND s.card_id NOT IN (SELECT pull.card_id {_PULLS})
"""
_UNSEEN = f"{_STATES} AND s.place IS NOT NULL AND c.note_id NOT IN ({_SEEN})"
# A new card waits while a sibling is due. Said twice, for two uses: the queue stops after a few cards, and
# asks for the siblings of each; the counts go through all, and look each up in the list of what is due.
# CROSS JOIN and + keep SQLite from walking all due cards, here once for every new one.
_NEW = f"""{_UNSEEN} AND NOT EXISTS (
    SELECT 1 FROM cards sibling CROSS JOIN memory_states t
    WHERE sibling.note_id = c.note_id AND sibling.deck IS NOT NULL AND t.card_id = sibling.id
      AND t.learner_id = :learner AND t.is_suspended = 0 AND +t.due_on <= :today)
"""
_ALL_NEW = f"""{_UNSEEN} AND c.note_id NOT IN (
    SELECT sibling.note_id FROM memory_states t JOIN cards sibling ON sibling.id = t.card_id
    WHERE t.learner_id = :learner AND t.is_suspended = 0 AND t.due_on <= :today
      AND sibling.deck IS NOT NULL)
"""
_DRILL = f"""{_STATES} AND s.drill_on = :today AND c.deck IS NOT NULL AND s.card_id NOT IN (
    SELECT e.card_id FROM live_card_events e
    WHERE e.learner_id = :learner AND e.study_day = :today AND e.kind = 'bury'
    UNION SELECT pull.card_id {_PULLS})
"""
_CARD = "SELECT c.id, c.key, c.note_id, c.deck"


def read_pulled(run: Runner, today: date) -> Iterator[QueuedCard]:
    """Yield the cards that were pulled today and wait, in the order of the pulls."""
    rows = run(
        # Beside a lone min(), SQLite takes the other columns from the row that has the minimum.
        f"""{_CARD}, coalesce(julianday(s.due_on) - julianday(:today), 0), pull.data,
            s.due_at IS NOT NULL AND s.reviewed_on >= :today, min(pull.sequence)
        {_PULLS} GROUP BY c.id ORDER BY min(pull.sequence)""",
        _parameters(today),
    )
    return (
        _card(row, Turn.PULLED, max(0, round(row[4])), cause_of_data(row[5]), bool(row[6])) for row in rows
    )


def data_of_cause(cause: Cause) -> str:
    """Return what a pull's event carries of its cause."""
    return json.dumps({"kata": cause.kata, "misconception": cause.misconception})


def cause_of_data(data: str | None) -> Cause | None:
    """Return the cause that a pull's event carries; None for one that was written without."""
    if not data:
        return None
    fields = json.loads(data)
    return Cause(fields["kata"], fields["misconception"])


def read_due(run: Runner, today: date) -> Iterator[QueuedCard]:
    """Yield the cards that are due, the longest due first; of a note there may be several."""
    return _cards(run(f"{_CARD} {_DUE} ORDER BY s.due_on, s.card_id", _parameters(today)), Turn.DUE)


def read_new(run: Runner, today: date) -> Iterator[QueuedCard]:
    """Yield the new cards in the order of their places; none whose sibling is due."""
    return _cards(run(f"{_CARD} {_NEW} ORDER BY s.place", _parameters(today)), Turn.NEW)


def read_learning(run: Runner, today: date, after: datetime | None, until: datetime) -> Iterator[QueuedCard]:
    """Yield the cards answered today whose learning step ends after `after` and by `until`, in that order."""
    rows = run(
        f"{_CARD} {_LEARNING} AND s.due_at > :after AND s.due_at <= :until ORDER BY s.due_at, s.card_id",
        {
            **_parameters(today),
            "after": to_milliseconds(after) if after else 0,
            "until": to_milliseconds(until),
        },
    )
    return (_card(row, Turn.LEARNING, is_learning=True) for row in rows)


def read_next_step(run: Runner, today: date) -> datetime | None:
    """Return when the next learning step of today ends; None where there is none."""
    ((milliseconds,),) = run(f"SELECT min(s.due_at) {_LEARNING}", _parameters(today))
    return None if milliseconds is None else from_milliseconds(milliseconds)


def read_ahead(run: Runner, today: date, days: int) -> Iterator[QueuedCard]:
    """Yield the cards that come back within `days` study days after today, the soonest first.

    Those that are due come with them: the day's limit may leave some of them over.
    """
    rows = run(
        f"""{_CARD}, julianday(s.due_on) - julianday(:today) {_STATES}
            AND s.due_on <= date(:today, :days) AND (s.due_at IS NULL OR s.reviewed_on < :today)
            AND c.deck IS NOT NULL AND c.note_id NOT IN ({_SEEN}) ORDER BY s.due_on, s.card_id""",
        {**_parameters(today), "days": f"+{days} days"},
    )
    return (_card(row, Turn.AHEAD, max(0, round(row[4]))) for row in rows)


def read_drill(run: Runner, today: date) -> Iterator[QueuedCard]:
    """Yield the cards to drill, in the order of the answers that asked for it."""
    return _cards(run(f"{_CARD} {_DRILL} ORDER BY s.drill_sequence", _parameters(today)), Turn.DRILL)


def read_day_count(run: Runner, today: date) -> DayCount:
    """Return how many due and new cards were answered on the study day.

    Cards that a pull introduced are over the limit, and katas have one of their own; due
    cards that are pulled and wait will be answered before all others, so they count already.
    """
    parameters = {**_parameters(today), "kata": f"{KATA_KEY_PREFIX}%"}
    ((answered, new, introduced),) = run(
        f"""SELECT count(*), coalesce(sum(is_first), 0), coalesce(sum(is_first AND is_pulled), 0) FROM (
            SELECT {IS_FIRST} AS is_first, EXISTS (
                SELECT 1 FROM live_card_events pull
                WHERE pull.learner_id = r.learner_id AND pull.card_id = r.card_id AND pull.kind = 'pull'
                  AND pull.study_day = :today AND pull.sequence < r.sequence) AS is_pulled
            FROM live_reviews r JOIN cards c ON c.id = r.card_id
            WHERE r.learner_id = :learner AND r.study_day = :today AND r.kind = 'scheduled'
              AND c.note_id NOT LIKE :kata)""",
        parameters,
    )
    ((waiting,),) = run(
        # A pulled card that stands on a learning step has had its place.
        f"""SELECT count(DISTINCT c.note_id) {_PULLS}
            AND +s.due_on <= :today AND (s.due_at IS NULL OR s.reviewed_on < :today)""",
        _parameters(today),
    )
    return DayCount(reviews=answered - new + waiting, new=new - introduced)


def read_deck_counts(run: Runner, today: date, until: datetime) -> list[DeckCount]:
    """Return, for each deck that has cards, what waits today, before the day's limits.

    Learning steps that end after `until` are not counted.
    """

    def count(what: str, which: str) -> dict[str, int]:
        rows = run(f"SELECT c.deck, count(DISTINCT {what}) {which} GROUP BY c.deck", _parameters(today))
        return {deck: number for deck, number in rows}

    pulled, due = count("c.note_id", _PULLS), count("c.note_id", _DUE)
    new, drill = count("c.note_id", _ALL_NEW), count("c.id", _DRILL)
    learning = count("c.id", f"{_LEARNING} AND s.due_at <= {to_milliseconds(until)}")
    decks = run("SELECT DISTINCT deck FROM cards WHERE deck IS NOT NULL ORDER BY deck", {})
    return [
        DeckCount(deck, *(counts.get(deck, 0) for counts in (pulled, due, new, drill, learning)))
        for (deck,) in decks
    ]


def read_pullable(run: Runner, today: date, note_id: str) -> int | None:
    """Return the card by which a pull asks a note: the one that is due, else its first face.

    None for a note that no deck has, whose cards are suspended, that is buried today, or
    that is pulled and waits already.
    """
    rows = run(
        f"""SELECT c.id {_STATES} AND c.note_id = :note AND c.deck IS NOT NULL
            AND c.note_id NOT IN ({_BURIED} UNION SELECT c.note_id {_PULLS})
        ORDER BY coalesce(s.due_on <= :today, 0) DESC, c.place, c.id LIMIT 1""",
        {**_parameters(today), "note": note_id},
    )
    return next((int(card_id) for (card_id,) in rows), None)


def count_due_on(run: Runner, day: date) -> int:
    """Return how many cards come back on exactly the study day `day`."""
    ((count,),) = run(
        f"SELECT count(*) {_STATES} AND s.due_on = :today AND c.deck IS NOT NULL", _parameters(day)
    )
    return int(count)


def _parameters(today: date) -> dict[str, Any]:
    return {"learner": LEARNER_ID, "today": today.isoformat()}


def _cards(rows: Iterable[Any], turn: Turn) -> Iterator[QueuedCard]:
    return (_card(row, turn) for row in rows)


def _card(
    row: Any, turn: Turn, ahead_days: int = 0, cause: Cause | None = None, is_learning: bool = False
) -> QueuedCard:
    return QueuedCard(row[0], row[1], row[2], row[3], turn, ahead_days, cause, is_learning)
