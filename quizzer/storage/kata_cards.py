"""The cards of katas: what the queue of katas reads (plain SQL: see `runner.py`), and making one."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from quizzer.core.kata import KATA_KEY_PREFIX, kata_card_key
from quizzer.core.kata_queue import KataState
from quizzer.storage.runner import Runner
from quizzer.storage.schema import LEARNER_ID

if TYPE_CHECKING:
    from sqlalchemy import Connection


def read_katas(run: Runner, today: date) -> list[KataState]:
    """Return the state of every kata that has a card; one without has never been begun."""
    rows = run(
        """SELECT c.key, s.due_on, s.introduced_on IS NULL,
            EXISTS (SELECT 1 FROM live_reviews r
                WHERE r.learner_id = :learner AND r.card_id = c.id AND r.study_day = :today),
            EXISTS (SELECT 1 FROM sittings t
                WHERE t.learner_id = :learner AND t.card_id = c.id AND t.ended_at IS NULL),
            s.is_suspended
        FROM cards c CROSS JOIN memory_states s ON s.card_id = c.id AND s.learner_id = :learner
        WHERE c.key >= :first AND c.key < :last AND c.note_id = c.key""",
        # '0' follows '/': the range takes the index of the keys, which LIKE does not, and CROSS JOIN keeps
        # SQLite from walking all states. A note called "kata" has cards with such keys, but its own id.
        {
            "learner": LEARNER_ID,
            "today": today.isoformat(),
            "first": KATA_KEY_PREFIX,
            "last": f"{KATA_KEY_PREFIX[:-1]}0",
        },
    )
    return [
        KataState(
            slug=key.removeprefix(KATA_KEY_PREFIX),
            due_on=date.fromisoformat(due_on) if due_on else None,
            is_new=bool(is_new),
            reviewed_today=bool(is_reviewed),
            has_open_sitting=bool(is_open),
            is_suspended=bool(is_suspended),
        )
        for key, due_on, is_new, is_reviewed, is_open, is_suspended in rows
    ]


def read_kata_card(run: Runner, slug: str) -> int | None:
    """Return the card of the kata `slug`, None before the kata was first begun."""
    rows = run("SELECT id FROM cards WHERE key = :key", {"key": kata_card_key(slug)})
    return next((int(card_id) for (card_id,) in rows), None)


def make_kata_card(connection: Connection, slug: str) -> int:
    """Return the card of the kata `slug`, made where there is none.

    It has neither deck nor place, so that no queue of cards takes it.
    """
    card_id = read_kata_card(connection.exec_driver_sql, slug)
    if card_id is not None:
        return card_id
    from sqlalchemy import insert

    from quizzer.core.memory import CardState
    from quizzer.storage.states import write_state
    from quizzer.storage.tables import cards

    key = kata_card_key(slug)
    connection.execute(insert(cards).values(key=key, note_id=key, deck=None, place=None))
    made = read_kata_card(connection.exec_driver_sql, slug)
    assert made is not None
    write_state(connection, made, CardState())
    return made
