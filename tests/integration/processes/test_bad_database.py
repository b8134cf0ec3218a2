"""Databases that cannot be used: each gets one sentence, exit code 3, and stays as it was."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from quizzer.storage.faults import BUSY_TIMEOUT_S
from quizzer.storage.schema import SCHEMA_VERSION
from tests.integration.processes.database import answered_keys, assert_sound, database_path, execute, rows
from tests.integration.processes.shell import PROMPT_REVEAL, WITHOUT_OVERRIDE, PlainReview, WriteNotes, run

COMMANDS = [("due",), ("review", "--plain")]
DAMAGED = (
    "the database is damaged. Nothing was overwritten: 'quizzer doctor --fix' mends it where only the "
    "memory states are hurt; else 'quizzer restore' lists the backups."
)
FOREIGN = (
    "this database belongs to another program; quizzer leaves it alone. "
    "Name another place with the setting 'database'."
)
NOT_A_DATABASE = (
    "this is not a quizzer database, or it is damaged. "
    "Move it away, or bring back a backup: 'quizzer restore' lists them."
)
NOT_WRITABLE = (
    "the database cannot be written. "
    "Make the file, those beside it (-wal, -shm) and its folder writable, then try again."
)
NO_FOLDER = "Make its parent writable, or name another place with the setting 'database'."


@pytest.fixture(autouse=True)
def decks(write_notes: WriteNotes) -> None:
    """Give every process of this module a deck."""
    write_notes(60)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_folder_as_the_database(tmp_path: Path, command: tuple[str, ...]) -> None:
    """A folder where the database should be is named, and what to change."""
    outcome = run(*command, QUIZZER_DATABASE=str(tmp_path))

    assert outcome.err == (
        f"quizzer: {tmp_path}: this is a folder, a database file was expected. "
        "Change the setting 'database'.\n"
    )
    assert outcome.code == 3


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("journal", ["DELETE", "WAL"])
def test_a_database_of_another_program(tmp_path: Path, journal: str, command: tuple[str, ...]) -> None:
    """Another program's database is left alone, byte for byte."""
    path = tmp_path / "theirs.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA journal_mode = {journal}")
        connection.executescript("CREATE TABLE cards (id INTEGER); INSERT INTO cards VALUES (1);")
    before = path.read_bytes()
    outcome = run(*command, QUIZZER_DATABASE=str(path))

    assert outcome.err == f"quizzer: {path}: {FOREIGN}\n"
    assert outcome.code == 3
    assert path.read_bytes() == before


@pytest.mark.parametrize("command", COMMANDS)
def test_a_text_as_the_database(tmp_path: Path, command: tuple[str, ...]) -> None:
    """A file that is no database at all is left alone."""
    path = tmp_path / "diary.txt"
    path.write_text("Dear diary, today I lost a file.\n" * 9, encoding="utf-8")
    before = path.read_bytes()
    outcome = run(*command, QUIZZER_DATABASE=str(path))

    assert outcome.err == f"quizzer: {path}: {NOT_A_DATABASE}\n"
    assert outcome.code == 3
    assert path.read_bytes() == before


@pytest.mark.parametrize("command", COMMANDS)
def test_a_newer_schema(answered: Path, command: tuple[str, ...]) -> None:
    """A database that a newer quizzer has written is left to that one."""
    execute("PRAGMA user_version = 77")
    before = answered.read_bytes()
    outcome = run(*command)

    assert outcome.err == (
        f"quizzer: {answered}: this database has schema 77, this quizzer knows up to {SCHEMA_VERSION}. "
        "Update quizzer, then open it again.\n"
    )
    assert outcome.code == 3
    assert answered.read_bytes() == before


@pytest.mark.parametrize("table", ["cards", "reviews"])
def test_a_damaged_page(answered: Path, table: str) -> None:
    """Damage in the middle of a database is told as such; nothing is written over it."""
    _overwrite_page(answered, table)
    before = answered.read_bytes()

    for command in COMMANDS:
        outcome = run(*command, answers="\n3\n")
        assert outcome.err == f"quizzer: {answered}: {DAMAGED}\n"
        assert outcome.code == 3
    assert answered.read_bytes() == before


def test_doctor_finds_damage(answered: Path) -> None:
    """`quizzer doctor` names the fault of a damaged database and exits with 1."""
    _overwrite_page(answered, "reviews_by_study_day")
    outcome = run("doctor")

    assert f"FAULT database: {answered}: the database is damaged" in outcome.out
    assert outcome.code == 1


def test_doctor_finds_a_state_that_differs_from_the_log(answered: Path) -> None:
    """`quizzer doctor` finds a changed memory state, exits with 1, and `--fix` rebuilds it from the log."""
    execute("UPDATE memory_states SET interval_days = 99 WHERE interval_days IS NOT NULL")
    found = run("doctor")
    fixed = run("doctor", "--fix")

    assert "FAULT replay: 2 memory states differ from the log; 'quizzer doctor --fix' rebuilds" in found.out
    assert found.code == 1
    assert fixed.out.startswith("2 memory states rebuilt from the log.\n")
    assert fixed.code == 0
    assert_sound()


@pytest.mark.parametrize("command", COMMANDS)
def test_a_truncated_file(answered: Path, command: tuple[str, ...]) -> None:
    """A database that lacks its end is told as damaged and stays as it is."""
    os.truncate(answered, answered.stat().st_size // 2)
    before = answered.read_bytes()
    outcome = run(*command, answers="\n3\n")

    assert outcome.err == f"quizzer: {answered}: {DAMAGED}\n"
    assert outcome.code == 3
    assert answered.read_bytes() == before


def test_a_place_below_a_file(tmp_path: Path) -> None:
    """A database below a regular file cannot be made, and that is said."""
    (tmp_path / "file").touch()
    path = tmp_path / "file" / "quizzer.db"
    for command in COMMANDS:
        outcome = run(*command, QUIZZER_DATABASE=str(path))
        assert outcome.err.startswith(
            f"quizzer: {path.parent}: the folder for the database cannot be created"
        )
        assert outcome.err.endswith(f"{NO_FOLDER}\n")
        assert outcome.code == 3


@pytest.fixture
def locked_folder(home: Path) -> Iterator[Path]:
    """The folder of the data, in which nothing can be made."""
    folder = home / "data"
    folder.mkdir(exist_ok=True)
    folder.chmod(0o555)
    yield folder
    folder.chmod(0o755)


def test_a_data_folder_that_cannot_be_written(locked_folder: Path) -> None:
    """Where the folder of the database cannot be made, the sentence names it and the setting."""
    outcome = run("review", "--plain", before=WITHOUT_OVERRIDE)

    assert outcome.err == (
        f"quizzer: {locked_folder / 'quizzer'}: the folder for the database cannot be created "
        f"(Permission denied). {NO_FOLDER}\n"
    )
    assert outcome.code == 3
    assert not list(locked_folder.iterdir())


def test_a_database_that_cannot_be_written(answered: Path) -> None:
    """In a folder or a file without the right to write, no answer is taken for written."""
    for path, mode in ((answered.parent, 0o555), (answered, 0o444)):
        usual = path.stat().st_mode
        path.chmod(mode)
        outcome = run("review", "--plain", answers="\n3\n", before=WITHOUT_OVERRIDE)
        path.chmod(usual)

        assert outcome.err == f"quizzer: {answered}: {NOT_WRITABLE}\n"
        assert outcome.code == 3
        assert answered_keys() == ["n1", "n2"]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_folder_that_cannot_be_entered(answered: Path, command: tuple[str, ...]) -> None:
    """A database in a folder that may not be searched gets a sentence about it."""
    answered.parent.chmod(0o000)
    outcome = run(*command, before=WITHOUT_OVERRIDE)
    answered.parent.chmod(0o755)

    assert outcome.err.startswith(f"quizzer: {answered}: the database cannot be opened")
    assert outcome.code == 3


def test_a_database_that_is_locked(answered: Path) -> None:
    """While another program holds the database, start and answer wait, then say so and write nothing."""
    sentence = (
        f"quizzer: {answered}: another program has held the database for more than "
        f"{BUSY_TIMEOUT_S} s. Close it (or wait), then try again.\n"
    )
    with PlainReview() as review, closing(sqlite3.connect(answered, isolation_level=None)) as other:
        review.expect(PROMPT_REVEAL)
        other.execute("BEGIN IMMEDIATE")
        review.send("\n3\n")
        assert run("due").code == 0  # who only reads need not wait for who writes
        assert review.end() == 3
        assert review.output.endswith(sentence)
        other.execute("ROLLBACK")
    with PlainReview() as late, closing(sqlite3.connect(answered, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN IMMEDIATE")
        assert late.end() == 3
        assert late.output == sentence
    assert answered_keys() == ["n1", "n2"]
    assert_sound()


def test_a_lock_that_is_released_is_waited_for(answered: Path) -> None:
    """An answer waits while another program writes, and is written as soon as that one is done."""
    with PlainReview() as review, closing(sqlite3.connect(answered, isolation_level=None)) as other:
        review.expect(PROMPT_REVEAL)
        other.execute("BEGIN IMMEDIATE")
        review.send("\n3\n")
        review.watch(0.3)
        assert answered_keys() == ["n1", "n2"]
        other.execute("COMMIT")
        review.expect(PROMPT_REVEAL)
    assert answered_keys() == ["n1", "n2", "n3"]


def test_a_clock_that_was_set_back(answered: Path) -> None:
    """A last answer in the future stops a review with 3 until the learner says that the clock is right."""
    day_ms = 24 * 60 * 60 * 1000
    execute(f"UPDATE reviews SET reviewed_at = reviewed_at + {2 * day_ms}")
    stopped = run("review", "--plain", answers="\n3\n")

    assert stopped.code == 3
    assert stopped.err.startswith("quizzer: the clock shows ")
    assert ", but the last answer was given on " in stopped.err
    assert stopped.err.endswith(
        ". Set the clock, then start again; if it is right now, go on with "
        "'quizzer review --clock-is-right'.\n"
    )
    assert answered_keys() == ["n1", "n2"]

    went_on = run("review", "--plain", "--clock-is-right", answers="\n3\n")
    assert went_on.code == 0
    assert answered_keys() == ["n1", "n2", "n3"]
    assert run("review", "--plain").code == 0  # asked once: the newest answer is in the past again


def _overwrite_page(path: Path, name: str) -> None:
    """Write nonsense over the first page of a table or an index."""
    ((page,),) = rows(f"SELECT rootpage FROM sqlite_master WHERE name = '{name}'")
    ((size,),) = rows("PRAGMA page_size")
    assert path == database_path()
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xa5" * size)
