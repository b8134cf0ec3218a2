"""What `quizzer doctor --fix` mends of a damaged database, and what it leaves to a backup."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from quizzer.core.rating import Rating
from quizzer.errors import DamagedError, StorageError
from quizzer.services.doctor import differing_states
from quizzer.services.mending import mend
from quizzer.services.places import Places
from quizzer.services.review import ReviewSession
from quizzer.services.workspace import Workspace, open_workspace
from quizzer.storage.backup import check_integrity
from tests.integration.processes.forks import damage, read_log
from tests.support import OpenWorkspace, StandingClock, answer

SCHEMA = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY name"
DERIVED = (
    *("memory_states", "sqlite_autoindex_memory_states_1", "memory_states_due", "memory_states_new"),
    *("memory_states_drill", "cards_by_note", "cards_by_deck", "reviews_by_study_day", "card_events_by_card"),
    *("card_events_by_study_day", "sittings_open"),
)
GIVEN = ("cards", "sqlite_autoindex_cards_1", "reviews", "sqlite_autoindex_reviews_2", "card_events")


@pytest.fixture
def studied(workspace: Workspace) -> Workspace:
    """A workspace with three answers, one of them undone, and a suspended card; its database is closed."""
    session = ReviewSession(workspace)
    for rating in (Rating.GOOD, Rating.AGAIN, Rating.EASY):
        answer(session, rating)
    session.undo()
    question, _ = session.look()
    assert question is not None
    session.suspend(question)
    workspace.database.close()
    return workspace


@pytest.mark.parametrize("name", DERIVED)
def test_what_follows_from_the_rest_is_made_anew(
    studied: Workspace, open_here: OpenWorkspace, places: Places, clock: StandingClock, name: str
) -> None:
    """Damaged memory states and indexes are rebuilt; the log is the same, and the damaged file is kept."""
    log = read_log(places.database)
    with closing(sqlite3.connect(places.database)) as connection:
        schema = connection.execute(SCHEMA).fetchall()
    damage(places.database, name)

    mended = mend(places)

    check_integrity(places.database)
    assert mended.states == 5
    assert read_log(places.database) == log
    with closing(sqlite3.connect(places.database)) as connection:
        assert connection.execute(SCHEMA).fetchall() == schema
    assert mended.kept is not None
    with pytest.raises(DamagedError):
        check_integrity(mended.kept)
    with open_here() as workspace:
        assert differing_states(workspace) == {}
        answer(ReviewSession(workspace), Rating.GOOD)


@pytest.mark.parametrize("name", GIVEN)
def test_what_cannot_be_told_from_the_rest_is_left_to_a_backup(
    studied: Workspace, places: Places, name: str
) -> None:
    """Where cards or log are damaged nothing is changed and nothing kept; the sentence names the way out."""
    damage(places.database, name)
    before = places.database.read_bytes()
    with pytest.raises(StorageError, match="'quizzer restore' lists"):
        mend(places)
    assert places.database.read_bytes() == before
    assert list(places.backups.glob("before-fix-*")) == []


def test_a_state_that_nobody_can_read_is_rebuilt(studied: Workspace, places: Places) -> None:
    """A cache with a date that is none is as good as a wrong one."""
    with closing(sqlite3.connect(places.database)) as connection, connection:
        connection.execute("UPDATE memory_states SET due_on = 'tomorrow'")
    assert mend(places).states == 5
    with open_workspace(places) as workspace:
        assert differing_states(workspace) == {}


@pytest.mark.parametrize(
    ("damage", "cards"),
    [
        ("UPDATE memory_states SET place = NULL WHERE introduced_on IS NULL", 3),
        ("UPDATE memory_states SET place = place + 1", 3),
        ("UPDATE memory_states SET place = 'x' WHERE introduced_on IS NOT NULL", 2),
    ],
)
def test_a_new_card_gets_its_turn_back(studied: Workspace, places: Places, damage: str, cards: int) -> None:
    """A lost or wrong turn among the new ones is found and mended: without one no session brings a card."""
    with closing(sqlite3.connect(places.database)) as connection, connection:
        before = connection.execute("SELECT * FROM memory_states ORDER BY card_id").fetchall()
        connection.execute(damage)
    with open_workspace(places) as workspace:
        assert len(differing_states(workspace)) == cards
    assert mend(places).states == cards
    with closing(sqlite3.connect(places.database)) as connection:
        assert connection.execute("SELECT * FROM memory_states ORDER BY card_id").fetchall() == before


def test_a_card_without_a_state_gets_one(studied: Workspace, places: Places) -> None:
    """A state that is missing is found and made, for a card that was never answered too."""
    with closing(sqlite3.connect(places.database)) as connection, connection:
        connection.execute("DELETE FROM memory_states")
    with open_workspace(places) as workspace:
        assert len(differing_states(workspace)) == 5
    assert mend(places).states == 5


def test_an_entry_that_nobody_can_read_is_a_sentence(studied: Workspace, places: Places) -> None:
    """A log with a kind that no quizzer writes is left to a backup."""
    with closing(sqlite3.connect(places.database)) as connection, connection:
        connection.execute("UPDATE reviews SET kind = 'sgheduled'")
    with pytest.raises(
        DamagedError, match=r"the review log holds what cannot be read .*'quizzer restore' lists"
    ):
        mend(places)
