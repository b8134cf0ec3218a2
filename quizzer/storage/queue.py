"""Reading the queue's candidates and counts (plain SQL: see `runner.py`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from quizzer.core.queue import DayCount, DeckCount, QueuedCard, Turn
from quizzer.storage.runner import Runner
from quizzer.storage.schema import LEARNER_ID

# A note is asked once a study day: an answer to one of its cards, or a bury, hides them all.
_SEEN = """
    SELECT c.note_id FROM live_reviews r JOIN cards c ON c.id = r.card_id
    WHERE r.learner_id = :learner AND r.study_day = :today AND r.kind = 'scheduled'
    UNION
    SELECT c.note_id FROM live_card_events e JOIN cards c ON c.id = e.card_id
    WHERE e.learner_id = :learner AND e.study_day = :today AND e.kind = 'bury'
"""
_STATES = """FROM memory_states s JOIN cards c ON c.id = s.card_id
    WHERE s.learner_id = :learner AND s.is_suspended = 0"""
_DUE = f"{_STATES} AND s.due_on <= :today AND c.deck IS NOT NULL AND c.note_id NOT IN ({_SEEN})"
_UNSEEN = f"{_STATES} AND s.place IS NOT NULL AND c.note_id NOT IN ({_SEEN})"
# A new card waits while a sibling is due. Said twice, for two uses: the queue stops after a few cards, and
# asks for the siblings of each; the counts go through all, and look each up in the list of what is due.
# CROSS JOIN and + keep SQLite from walking all due cards once for every new one.
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
    WHERE e.learner_id = :learner AND e.study_day = :today AND e.kind = 'bury')
"""
_CARD = "SELECT c.id, c.key, c.note_id, c.deck"


def read_due(run: Runner, today: date) -> Iterator[QueuedCard]:
    """Yield the cards that are due, the longest due first; of a note there may be several."""
    return _cards(run(f"{_CARD} {_DUE} ORDER BY s.due_on, s.card_id", _parameters(today)), Turn.DUE)


def read_new(run: Runner, today: date) -> Iterator[QueuedCard]:
    """Yield the new cards in the order of their places; none whose sibling is due."""
    return _cards(run(f"{_CARD} {_NEW} ORDER BY s.place", _parameters(today)), Turn.NEW)


def read_drill(run: Runner, today: date) -> Iterator[QueuedCard]:
    """Yield the cards to drill, in the order of the answers that asked for it."""
    return _cards(run(f"{_CARD} {_DRILL} ORDER BY s.drill_sequence", _parameters(today)), Turn.DRILL)


def read_day_count(run: Runner, today: date) -> DayCount:
    """Return how many due and new cards were answered on the study day."""
    ((answered, new),) = run(
        """SELECT count(*), coalesce(sum(s.introduced_on = :today), 0) FROM live_reviews r
        JOIN memory_states s ON s.learner_id = r.learner_id AND s.card_id = r.card_id
        WHERE r.learner_id = :learner AND r.study_day = :today AND r.kind = 'scheduled'""",
        _parameters(today),
    )
    return DayCount(reviews=answered - new, new=new)


def read_deck_counts(run: Runner, today: date) -> list[DeckCount]:
    """Return, for each deck that has cards, what waits today, before the day's limits."""

    def count(what: str, which: str) -> dict[str, int]:
        rows = run(f"SELECT c.deck, count(DISTINCT {what}) {which} GROUP BY c.deck", _parameters(today))
        return {deck: number for deck, number in rows}

    due, new, drill = count("c.note_id", _DUE), count("c.note_id", _ALL_NEW), count("c.id", _DRILL)
    decks = run("SELECT DISTINCT deck FROM cards WHERE deck IS NOT NULL ORDER BY deck", {})
    return [DeckCount(deck, due.get(deck, 0), new.get(deck, 0), drill.get(deck, 0)) for (deck,) in decks]


def count_due_on(run: Runner, day: date) -> int:
    """Return how many cards come back on exactly the study day `day`."""
    ((count,),) = run(
        f"SELECT count(*) {_STATES} AND s.due_on = :today AND c.deck IS NOT NULL", _parameters(day)
    )
    return int(count)


def _parameters(today: date) -> dict[str, Any]:
    return {"learner": LEARNER_ID, "today": today.isoformat()}


def _cards(rows: Iterable[Any], turn: Turn) -> Iterator[QueuedCard]:
    return (QueuedCard(row[0], row[1], row[2], row[3], turn) for row in rows)
