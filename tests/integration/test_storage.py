from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, create_engine, inspect, select

from quizzer.core.rating import Rating
from quizzer.errors import StorageError, UsageError
from quizzer.services.backup import back_up, restore
from quizzer.services.doctor import differing_states, rebuild_states
from quizzer.services.places import Places
from quizzer.services.review import ReviewSession
from quizzer.services.workspace import Workspace
from quizzer.storage import tables
from quizzer.storage.cards import CardEntry, read_keys, sync_cards
from quizzer.storage.database import open_database
from quizzer.storage.faults import storage_error
from quizzer.storage.migrations import versions
from quizzer.storage.runner import Runner
from quizzer.storage.schema import APPLICATION_ID, SCHEMA_VERSION
from quizzer.storage.types import Instant, WholeNumber
from tests.support import OpenWorkspace, answer


def test_instants_keep_their_zone() -> None:
    """An instant comes back in UTC, to the millisecond; a naive one is refused."""
    table = Table("t", MetaData(), Column("at", Instant))
    engine = create_engine("sqlite://")
    given = datetime(2026, 3, 2, 12, 0, 0, 123000, tzinfo=timezone(timedelta(hours=5)))
    with engine.begin() as connection:
        table.create(connection)
        connection.execute(table.insert().values(at=given))
        found = connection.execute(select(table.c.at)).scalar_one()
        with pytest.raises(Exception, match="aware"):
            connection.execute(table.insert().values(at=datetime(2026, 3, 2)))
    engine.dispose()
    assert found == given
    assert found.tzinfo is UTC


@pytest.mark.parametrize("value", [0, 1, 2**53 + 1, 2**63 - 1, 2**63, 10**40 + 7])
def test_whole_numbers_of_any_size_are_exact(value: int) -> None:
    """Neither SQLite's 64 bits nor a float's 53 change an interval, and large ones sort last."""
    table = Table("t", MetaData(), Column("id", Integer, primary_key=True), Column("n", WholeNumber))
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        table.create(connection)
        connection.execute(table.insert(), [{"n": value}, {"n": 5}])
        assert connection.execute(select(table.c.n)).scalars().all() == [value, 5]
        largest = connection.exec_driver_sql("SELECT n FROM t ORDER BY n DESC LIMIT 1").scalar()
        assert int(str(largest)) == max(value, 5)
    engine.dispose()


def test_the_migrated_schema_is_the_one_the_tables_describe(tmp_path: Path) -> None:
    """Migrations give every table and column that `tables.py` knows, and no other."""
    database = open_database(tmp_path / "quizzer.db")
    with database.reading() as connection:
        found = inspect(connection)
        described = {t.name: [(c.name, c.nullable) for c in t.columns] for t in tables.metadata.sorted_tables}
        migrated = {
            name: [(c["name"], c["nullable"]) for c in found.get_columns(name)]
            for name in found.get_table_names()
            if name != "alembic_version"
        }
        assert migrated == described
        assert sorted(found.get_view_names()) == ["live_card_events", "live_reviews"]
        assert connection.exec_driver_sql("PRAGMA application_id").scalar() == APPLICATION_ID
    database.close()


def test_the_schema_version_counts_the_migrations() -> None:
    """Whoever adds a migration raises SCHEMA_VERSION."""
    numbered = [path.stem[:4] for path in Path(versions.__path__[0]).glob("[0-9]*.py")]
    assert sorted(numbered) == [f"{number:04d}" for number in range(1, SCHEMA_VERSION + 1)]


def test_connections_are_durable(tmp_path: Path) -> None:
    """Every connection has WAL, synchronous=FULL, foreign keys and a busy timeout."""
    database = open_database(tmp_path / "quizzer.db")
    with database.reading() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "fullfsync", "foreign_keys", "busy_timeout")
        }
    database.close()
    with database.writing_plainly() as plain:
        plainly = {name: plain.execute(f"PRAGMA {name}").fetchone()[0] for name in pragmas}
    assert (
        pragmas
        == plainly
        == {
            "journal_mode": "wal",
            "synchronous": 2,
            "fullfsync": 1,
            "foreign_keys": 1,
            "busy_timeout": 5000,
        }
    )


@pytest.mark.parametrize("way", ["writing", "writing_plainly"])
def test_a_writing_transaction_holds_the_lock_from_the_start(tmp_path: Path, way: str) -> None:
    """A second writer is kept out before the first has written anything, after what every write waits for."""
    database = open_database(tmp_path / "quizzer.db")
    asked = []
    database.before_writing = lambda: asked.append(way)
    with getattr(database, way)():
        other = sqlite3.connect(tmp_path / "quizzer.db", timeout=0)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.close()
    database.close()
    assert asked == [way]


def test_a_plain_transaction_is_written_as_a_whole_or_not_at_all(tmp_path: Path) -> None:
    """An error in the block takes back what was written in it; one of SQLite's is a sentence."""
    database = open_database(tmp_path / "quizzer.db")

    def write(*guids: str, ends_well: bool = True) -> None:
        with database.writing_plainly() as connection:
            for guid in guids:
                connection.execute("INSERT INTO exported_notes VALUES (?, '', 0)", (guid,))
            if not ends_well:
                raise UsageError("no")

    write("whole")
    with pytest.raises(UsageError):
        write("half", ends_well=False)
    with pytest.raises(StorageError, match="quizzer doctor"):
        write("half", "half")
    with database.peeking() as run:
        assert list(run("SELECT guid FROM exported_notes", {})) == [("whole",)]


def test_a_full_disk_is_one_sentence_and_loses_nothing(workspace: Workspace) -> None:
    """Where SQLite cannot grow its file, the answer is refused and all earlier ones stay."""
    session = ReviewSession(workspace)
    answer(session, Rating.GOOD)
    question, _ = session.look()
    assert question is not None

    def fill() -> None:
        with workspace.database.writing() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
            for _ in range(10_000):
                connection.execute(tables.content_state.insert().values(fingerprint="x" * 500))

    with pytest.raises(StorageError, match=r"the disk is full\. Nothing was lost"):
        fill()
    with workspace.database.reading() as connection:
        written = connection.exec_driver_sql("SELECT count(*) FROM live_reviews").scalar_one()
    assert written == 1


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("SQLITE_BUSY", "held the database"),
        ("SQLITE_READONLY", "cannot be written"),
        ("SQLITE_CANTOPEN", "cannot be opened"),
        ("SQLITE_NOTADB", "not a quizzer database"),
        ("SQLITE_CORRUPT", "damaged"),
        ("SQLITE_IOERR", "the disk failed"),
        ("SQLITE_MISUSE", "quizzer doctor"),
    ],
)
def test_every_error_of_sqlite_is_a_sentence(name: str, words: str) -> None:
    """Each kind of error names the file and the next step."""
    error = sqlite3.OperationalError("as SQLite puts it")
    error.sqlite_errorname = name
    sentence = str(storage_error(error, Path("x.db")))
    assert sentence.startswith("x.db: ")
    assert words in sentence


def entry(key: str, place: int = 0, old: tuple[str, ...] = (), deck: str = "d") -> CardEntry:
    """A card of a deck."""
    return CardEntry(key, key.split("/")[0], deck, place, old)


def test_cards_keep_their_row_when_moved_and_renamed(tmp_path: Path) -> None:
    """Moving and renaming change a card's name and place, never its identity; old names may be reused."""
    database = open_database(tmp_path / "quizzer.db")
    with database.writing() as connection:
        sync_cards(connection, [entry("a", 0), entry("b", 1)], "1")
        first = {key: card_id for card_id, key in read_keys(connection).items()}
        sync_cards(connection, [entry("b", 0, deck="e"), entry("c", 1, old=("a",))], "2")
        second = {key: card_id for card_id, key in read_keys(connection).items()}
    database.close()
    assert second == {"b": first["b"], "c": first["a"]}


def test_a_backup_brings_everything_back(workspace: Workspace, places: Places) -> None:
    """After a restore the log is as it was at the backup, and what came after is kept aside."""
    session = ReviewSession(workspace)
    answer(session, Rating.GOOD)
    backup = back_up(places=places)
    answer(session, Rating.GOOD)
    restored = restore(backup, places)
    assert restored.kept is not None
    counts = []
    for path in (places.database, restored.kept):
        connection = sqlite3.connect(path)
        counts.append(connection.execute("SELECT count(*) FROM reviews").fetchone()[0])
        connection.close()
    assert counts == [1, 2]
    assert session.look()[1].new == 4


def test_a_backup_never_overwrites(workspace: Workspace, places: Places, tmp_path: Path) -> None:
    """A file that exists stays as it is."""
    target = tmp_path / "mine.txt"
    target.write_text("precious", encoding="utf-8")
    with pytest.raises(UsageError, match="exists and is not overwritten"):
        back_up(target, places)
    assert target.read_text(encoding="utf-8") == "precious"


def test_a_damaged_database_can_be_replaced_and_is_kept(workspace: Workspace, places: Places) -> None:
    """A restore over a database that cannot be read moves it aside, byte for byte."""
    backup = back_up(places=places)
    workspace.database.close()
    for suffix in ("-wal", "-shm"):
        places.database.with_name(places.database.name + suffix).unlink(missing_ok=True)
    places.database.write_bytes(b"not a database at all" * 100)
    restored = restore(backup, places)
    assert restored.kept is not None
    assert restored.kept.read_bytes() == b"not a database at all" * 100
    open_database(places.database).close()


def test_the_doctor_finds_and_mends_a_wrong_state(
    open_here: OpenWorkspace, workspace: Workspace, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A memory state that differs from the log is found, and rebuilt from it."""
    answer(ReviewSession(workspace), Rating.GOOD)
    with workspace.database.writing() as connection:
        connection.exec_driver_sql("UPDATE memory_states SET ease_factor = 999, place = 3 WHERE reviews = 1")
    assert len(differing_states(workspace)) == 1
    monkeypatch.setenv("QUIZZER_DATABASE", str(places.database))
    monkeypatch.setenv("QUIZZER_CONTENT", places.settings.content)
    assert rebuild_states() == 1
    assert differing_states(workspace) == {}


@pytest.mark.parametrize("commits", [0, 1, 2, 9])
def test_what_was_read_before_the_lock_is_read_again_after_a_commit(
    workspace: Workspace, commits: int
) -> None:
    """What is prepared without the lock fits the database that is written to, whoever wrote in between."""
    left = commits
    path = workspace.database.path
    name = "SELECT name FROM learners"

    def prepare(run: Runner) -> str:
        nonlocal left
        ((found,),) = run(name, {})
        if left:
            left -= 1
            # An update adds nothing that could be counted, as when an answer is taken back.
            with closing(sqlite3.connect(path, timeout=0)) as other, suppress(sqlite3.OperationalError):
                other.execute("UPDATE learners SET name = name || '+'")
                other.commit()
        return str(found)

    with workspace.database.writing_prepared(prepare) as (connection, prepared):
        assert prepared == connection.exec_driver_sql(name).scalar()
