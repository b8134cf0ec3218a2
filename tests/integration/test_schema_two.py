"""From schema 1 to the newest, and what schema 2 stores: sittings and attempts of katas."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from hypothesis import given
from hypothesis import strategies as st

from quizzer.core.sitting import Ending
from quizzer.core.verdict import CaseResult, CaseStatus, GateResult, GateStatus, Layer, Status, Verdict
from quizzer.errors import DamagedError, StorageError
from quizzer.storage.database import Database, open_database
from quizzer.storage.file import read_version
from quizzer.storage.kata_cards import make_kata_card, read_kata_card, read_katas
from quizzer.storage.schema import APPLICATION_ID, LEARNER_ID, SCHEMA_VERSION
from quizzer.storage.sittings import (
    add_attempt,
    count_hints,
    end_sitting,
    mark_revealed,
    open_sitting,
    read_attempts,
    read_last,
    read_last_attempts,
    read_last_verdict,
    read_open,
    reopen_sitting,
)
from quizzer.storage.upgrade import MIGRATIONS
from quizzer.storage.verdict_json import decode_verdict, encode_verdict
from tests.support import START, make_verdict

TODAY = date(2026, 3, 2)
ROWS = (
    "INSERT INTO cards VALUES (1, 'a1', 'a1', 'attention', 0), (2, 'a2', 'a2', NULL, NULL)",
    "INSERT INTO reviews VALUES (1, 1, 1, 1, 1, 'scheduled', 'quizzer', 3, NULL, 1772442000000, 'UTC',"
    " '2026-03-02', 1500, 'sm2', 1, NULL), (2, 1, 1, 2, 3, 'drill', 'quizzer', 1, 2, 1772442000001, 'UTC',"
    " '2026-03-02', 1500, 'sm2', '99999999999999999999', 1772442000002)",
    "INSERT INTO card_events VALUES (1, 1, 2, 2, 'suspend', 'quizzer', 1772442000000, 'UTC', '2026-03-02',"
    " NULL, NULL)",
    "INSERT INTO memory_states VALUES (1, 1, NULL, 250, 1, 1, '2026-03-03', '2026-03-02', '2026-03-02', 1,"
    " 0, NULL, 0, 0), (1, 2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 0, NULL, 0, 1)",
    "INSERT INTO content_state VALUES (1, 'fingerprint')",
    "INSERT INTO decided_renames VALUES ('new', 'old')",
)
FIRST_TABLES = (
    *("learners", "cards", "reviews", "card_events", "memory_states", "content_state", "decided_renames"),
)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """An empty database of the newest schema."""
    database = open_database(tmp_path / "quizzer.db")
    yield database
    database.close()


def write_schema_one(path: Path) -> None:
    """Write a database as the first quizzer left it."""
    database = Database(path)
    with database.writing() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(MIGRATIONS))
        command.upgrade(config, "0001")
        for rows in ROWS:
            connection.exec_driver_sql(rows)
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.exec_driver_sql("PRAGMA user_version = 1")
    database.close()


def read_rows(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return all rows of the first schema's tables."""
    connection = sqlite3.connect(path)
    rows = {table: list(connection.execute(f"SELECT * FROM {table} ORDER BY 1")) for table in FIRST_TABLES}
    connection.close()
    return rows


def test_a_database_of_schema_one_keeps_everything(tmp_path: Path) -> None:
    """The upgrade adds tables and columns, changes no value, and leaves a copy of what was there."""
    path = tmp_path / "quizzer.db"
    write_schema_one(path)
    before = read_rows(path)
    assert all(before.values())

    open_database(path).close()

    assert read_version(path) == SCHEMA_VERSION
    after = read_rows(path)
    # New columns stand behind the old ones.
    old = {table: [row[: len(rows[0])] for row in after[table]] for table, rows in before.items()}
    assert old == before
    (copy,) = tmp_path.glob(f"before-schema-{SCHEMA_VERSION}-*.db")
    assert read_version(copy) == 1
    assert read_rows(copy) == before
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT count(*) FROM sittings").fetchone() == (0,)
    connection.close()


def test_a_sitting_is_stored_from_start_to_end(database: Database) -> None:
    """Hints, reveal, attempts, end and reopening are read as they were written."""
    with database.writing() as connection:
        card_id = make_kata_card(connection, "double-it")
        assert make_kata_card(connection, "double-it") == card_id
        sitting_id = open_sitting(connection, card_id, START, "UTC", TODAY)
        count_hints(connection, sitting_id, 2)
        mark_revealed(connection, sitting_id, START)
        verdicts = [make_verdict(Status.FAILED), make_verdict(Status.PASSED)]
        numbers = [add_attempt(connection, sitting_id, "# ü", verdict, START) for verdict in verdicts]
    assert numbers == [1, 2]
    with database.peeking() as run:
        sitting = read_open(run, card_id)
        attempts = read_attempts(run, sitting_id, lambda _: TODAY)
        (state,) = read_katas(run, TODAY)
        assert read_last_verdict(run, card_id) == verdicts[1]
        assert read_last_attempts(run)["double-it"].status == "PASSED"
        assert read_kata_card(run, "other") is None
    assert sitting is not None
    assert (sitting.hints, sitting.revealed_at, sitting.study_day) == (2, START, TODAY)
    assert [attempt.verdict for attempt in attempts] == verdicts
    assert attempts[0].source == "# ü"
    assert (state.slug, state.is_new, state.has_open_sitting) == ("double-it", True, True)

    with database.writing() as connection:
        end_sitting(connection, sitting_id, Ending.PASSED, 5, START)
    with database.peeking() as run:
        assert read_open(run, card_id) is None
        ended = read_last(run, card_id)
    assert ended is not None
    assert (ended.ending, ended.review_sequence, ended.is_open) == (Ending.PASSED, 5, False)

    with database.writing() as connection:
        reopen_sitting(connection, sitting_id)
    with database.peeking() as run:
        assert read_open(run, card_id) == sitting


def test_two_sittings_of_a_kata_are_never_open_at_once(database: Database) -> None:
    """The database itself refuses a second one."""
    with database.writing() as connection:
        card_id = make_kata_card(connection, "double-it")
        open_sitting(connection, card_id, START, "UTC", TODAY)

    with (
        pytest.raises(StorageError, match="UNIQUE constraint failed: sittings"),
        database.writing() as connection,
    ):
        open_sitting(connection, card_id, START, "UTC", TODAY)


def test_only_cards_of_katas_are_read_as_katas(database: Database) -> None:
    """A note whose key is near in the order is none."""
    with database.writing() as connection:
        for number, key in enumerate(("kata", "kata-x", "kata0", "katb"), 10):
            connection.exec_driver_sql(
                "INSERT INTO cards (id, key, note_id) VALUES (?, ?, ?)", (number, key, key)
            )
            connection.exec_driver_sql(
                "INSERT INTO memory_states (learner_id, card_id, reviews, lapses, drill_sequence,"
                " is_suspended) VALUES (?, ?, 0, 0, 0, 0)",
                (LEARNER_ID, number),
            )
        make_kata_card(connection, "x")
    with database.peeking() as run:
        assert [state.slug for state in read_katas(run, TODAY)] == ["x"]


text = st.text(st.characters(codec="utf-8"), max_size=20)
figure = st.none() | st.floats(allow_nan=False, allow_infinity=False)
cases = st.builds(
    CaseResult, text, text, st.sampled_from(CaseStatus), text, text, text, st.tuples(text, text)
)
gates = st.builds(GateResult, text, st.sampled_from(GateStatus), figure, figure, figure, text, text)
layers = st.builds(Layer, text, st.booleans(), text)


@given(
    st.lists(cases, max_size=3),
    st.lists(gates, max_size=2),
    st.lists(layers, max_size=2),
    text,
    st.integers(0),
)
def test_a_verdict_comes_back_as_it_was_stored(
    made_cases: list[CaseResult], made_gates: list[GateResult], isolation: list[Layer], said: str, seed: int
) -> None:
    """Every field of every part survives the database."""
    verdict: Verdict = make_verdict(
        Status.FAILED,
        cases=tuple(made_cases),
        gates=tuple(made_gates),
        isolation=tuple(isolation),
        output=said,
        problem=said,
        seed=seed % 2**31,
    )

    assert decode_verdict(encode_verdict(verdict)) == verdict


def test_a_damaged_verdict_is_a_sentence() -> None:
    """What is no verdict names the way out."""
    with pytest.raises(DamagedError, match="quizzer restore FILE"):
        decode_verdict('{"kata": 1}')
