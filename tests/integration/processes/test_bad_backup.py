"""Backups and restores that must not happen: nothing is changed by them."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from quizzer.core.rating import Rating
from quizzer.services.backup import back_up
from quizzer.services.review import ReviewSession
from quizzer.services.workspace import open_workspace
from quizzer.storage.schema import SCHEMA_VERSION
from tests.integration.processes.database import answered_keys, assert_sound, execute, rows
from tests.integration.processes.forks import damage
from tests.integration.processes.shell import PROMPT_REVEAL, WITHOUT_OVERRIDE, PlainReview, run
from tests.support import answer

PAGE_BYTES = 4096
SPOILING = {
    "foreign": "PRAGMA application_id = 7",
    "newer": "PRAGMA user_version = 77",
    "without reviews": "DROP TABLE reviews",
    "without a view": "DROP VIEW live_reviews",
    "without a version": "PRAGMA user_version = 0",
}


@pytest.fixture
def backup(answered: Path, tmp_path: Path) -> Path:
    """A backup of the database, after which a third card was answered."""
    path = back_up(tmp_path / "backup.db")
    with open_workspace() as workspace:
        answer(ReviewSession(workspace), Rating.GOOD)
    return path


def test_a_backup_is_one_file(answered: Path, tmp_path: Path) -> None:
    """A backup prints its path, is whole in its one file, and leaves nothing else behind."""
    folder = tmp_path / "stick"
    outcome = run("backup", str(folder / "backup.db"))

    assert (outcome.out, outcome.err, outcome.code) == (f"{folder / 'backup.db'}\n", "", 0)
    assert [path.name for path in folder.iterdir()] == ["backup.db"]


def test_a_backup_of_a_damaged_database_is_refused(answered: Path, tmp_path: Path) -> None:
    """A damaged database is not copied as if it were sound, and no half-made copy stays."""
    ((page,),) = rows("SELECT rootpage FROM sqlite_master WHERE name = 'reviews'")
    _damage(answered, page)
    folder = tmp_path / "stick"
    outcome = run("backup", str(folder / "backup.db"))

    assert "the database is damaged" in outcome.err
    assert outcome.code == 3
    assert list(folder.iterdir()) == []


def test_a_backup_is_not_written_over_a_file(answered: Path, tmp_path: Path) -> None:
    """A file that exists, whatever is in it, is not overwritten by a backup."""
    path = tmp_path / "thesis.txt"
    path.write_text("The only copy.", encoding="utf-8")
    outcome = run("backup", str(path))

    assert outcome.err == f"quizzer: {path}: the file exists and is not overwritten. Name another one.\n"
    assert outcome.code == 2
    assert path.read_text(encoding="utf-8") == "The only copy."
    assert list(tmp_path.glob(".thesis*")) == []


def test_nothing_to_back_up(home: Path, tmp_path: Path) -> None:
    """Without a database there is nothing to back up, and none is made."""
    outcome = run("backup", str(tmp_path / "backup.db"))

    database = home / "data" / "quizzer" / "quizzer.db"
    assert outcome.err == (
        f"quizzer: {database}: there is no database to back up yet; 'quizzer review' starts it.\n"
    )
    assert outcome.code == 2
    assert not database.exists()
    assert not (tmp_path / "backup.db").exists()


def test_a_restore_brings_back_the_backup_and_keeps_what_was_there(backup: Path, answered: Path) -> None:
    """After a restore the log is the backup's, and the database that was there lies in the backups."""
    outcome = run("restore", str(backup))

    assert outcome.code == 0
    assert answered_keys() == ["n1", "n2"]
    assert_sound()
    (kept,) = (answered.parent / "backups").glob("before-restore-*")
    assert outcome.out == (
        f"{answered} is now as in {backup}.\nThe database that was there is kept as {kept}.\n"
    )
    assert run("restore", str(kept)).code == 0
    assert answered_keys() == ["n1", "n2", "n3"]


@pytest.mark.parametrize("damaged", ["", "exported_notes"])
def test_a_restore_under_an_open_review(backup: Path, answered: Path, damaged: str) -> None:
    """A review that is open while a backup is restored, over damage too, goes on with what was restored."""
    with PlainReview() as review:
        review.expect(PROMPT_REVEAL)
        if damaged:
            damage(answered, damaged)
        assert run("restore", str(backup)).code == 0
        review.answer()
        assert review.asked == ["n4", "n3"]
        review.answer()
    assert answered_keys() == ["n1", "n2", "n4", "n3"]
    assert_sound()


@pytest.mark.parametrize(
    ("kind", "code", "sentence"),
    [
        ("missing", 2, "this backup does not exist."),
        ("folder", 2, "this is a folder, a backup file was expected."),
        ("empty", 2, "this backup is empty."),
        ("text", 2, "this is no backup of quizzer, or it is damaged."),
        ("foreign", 2, "this database belongs to another program; quizzer leaves it alone."),
        ("newer", 2, f"this database has schema 77, this quizzer knows up to {SCHEMA_VERSION}."),
        ("truncated", 2, "this is no backup of quizzer, or it is damaged."),
        ("damaged", 2, "this is no backup of quizzer, or it is damaged."),
        ("tableless", 2, "this is no backup of quizzer, or it is damaged."),
        ("without reviews", 2, "this is no backup of quizzer, or it is damaged."),
        ("without a view", 2, "this is no backup of quizzer, or it is damaged."),
        ("without a version", 2, "this is no backup of quizzer, or it is damaged."),
    ],
)
def test_a_backup_that_cannot_be_restored_changes_nothing(
    backup: Path, answered: Path, kind: str, code: int, sentence: str
) -> None:
    """A missing, foreign, newer or damaged backup leaves the database and its folder as they are."""
    _spoil(backup, kind)
    before = {path: path.read_bytes() for path in answered.parent.rglob("*") if path.is_file()}
    outcome = run("restore", str(backup))

    assert outcome.err.startswith(f"quizzer: {backup}: {sentence}")
    assert outcome.err.count("\n") == 1
    assert outcome.out == ""
    assert outcome.code == code
    after = {path: path.read_bytes() for path in answered.parent.rglob("*") if path.is_file()}
    assert after == before
    assert answered_keys() == ["n1", "n2", "n3"]


def test_a_device_is_no_backup(answered: Path) -> None:
    """The file that was named is at fault, not the database or its setting."""
    outcome = run("restore", os.devnull)

    assert outcome.err.startswith(
        f"quizzer: {os.devnull}: this is a device, a database file was expected. Nothing was changed; "
    )
    assert outcome.code == 2


def test_a_damaged_database_is_moved_aside_by_a_restore(backup: Path, answered: Path) -> None:
    """A database that cannot be read any more is kept as it is, and the backup takes its place."""
    answered.write_bytes(b"\xa5" * 8192)
    outcome = run("restore", str(backup))

    assert outcome.code == 0
    assert answered_keys() == ["n1", "n2"]
    (kept,) = (answered.parent / "backups").glob("before-restore-*")
    assert kept.read_bytes() == b"\xa5" * 8192


def test_a_backup_on_a_medium_that_cannot_be_written_is_restored(backup: Path, tmp_path: Path) -> None:
    """A backup in a folder without the right to write can be brought back."""
    medium = tmp_path / "medium"
    medium.mkdir()
    path = backup.rename(medium / "backup.db")
    medium.chmod(0o555)
    outcome = run("restore", str(path), before=WITHOUT_OVERRIDE)
    medium.chmod(0o755)

    assert outcome.err == ""
    assert outcome.code == 0
    assert answered_keys() == ["n1", "n2"]


def test_a_restore_without_space_changes_nothing(backup: Path, answered: Path) -> None:
    """Where the copies of a restore cannot be written, the database stays in its place."""
    small_files = ["sh", "-c", 'ulimit -f 100; exec "$@"', "sh"]
    before = answered.read_bytes()
    outcome = run("restore", str(backup), before=small_files)

    assert "Check the disk and its free space" in outcome.err
    assert outcome.code == 3
    assert answered.exists()
    assert answered.read_bytes() == before


def test_a_restore_does_not_take_a_database_from_its_user(backup: Path, answered: Path) -> None:
    """A database that another program holds is neither replaced nor moved aside."""
    with closing(sqlite3.connect(answered, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN IMMEDIATE")
        outcome = run("restore", str(backup))
        other.execute("ROLLBACK")

    assert "another program has held the database" in outcome.err
    assert outcome.code == 3
    assert answered_keys() == ["n1", "n2", "n3"]


def test_a_restore_without_a_file_lists_the_backups(backup: Path, answered: Path) -> None:
    """Each backup has its line, newest first, with what it holds; a name from it can be restored."""
    path = Path(run("backup").out.strip())
    daily = next((answered.parent / "backups").glob("daily-*.db"))
    listed = run("restore")

    lines = [line.split() for line in listed.out.splitlines()]
    assert lines[0] == ["backup", "made", "reviews", "cards", "size"]
    assert [line[0] for line in lines[1:]] == [path.name, daily.name]
    assert [line[-4:-2] for line in lines[1:]] == [["3", "60"], ["2", "60"]]
    assert listed.err == f"They lie in {path.parent}; 'quizzer restore NAME' brings one back.\n"
    restored = run("restore", daily.name)
    assert restored.code == 0
    assert restored.out.startswith(f"{answered} is now as in {daily}.\n")
    assert answered_keys() == ["n1", "n2"]


def test_without_backups_the_list_says_how_they_come(home: Path) -> None:
    """An empty list goes to stderr as a sentence."""
    outcome = run("restore")

    assert (outcome.out, outcome.code) == ("", 0)
    assert outcome.err == "There is no backup yet. The first answer of every day makes one.\n"


def _spoil(backup: Path, kind: str) -> None:
    """Make of the backup what cannot be restored."""
    if kind in ("missing", "folder"):
        backup.unlink()
    if kind == "folder":
        backup.mkdir()
    if kind == "empty":
        backup.write_bytes(b"")
    if kind == "text":
        backup.write_text("Dear diary, today I lost a file.\n" * 9, encoding="utf-8")
    if kind == "tableless":
        backup.unlink()
        execute("VACUUM", backup)
    if kind in SPOILING:
        execute(SPOILING[kind], backup)
    if kind == "truncated":
        os.truncate(backup, backup.stat().st_size // 2)
    if kind == "damaged":
        ((page,),) = rows("SELECT rootpage FROM sqlite_master WHERE name = 'reviews'")
        _damage(backup, page)


def _damage(path: Path, page: int) -> None:
    """Write nonsense over a page."""
    with path.open("r+b") as file:
        file.seek((page - 1) * PAGE_BYTES)
        file.write(b"\xa5" * PAGE_BYTES)
