"""The backup that the first write of a study day waits for."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from quizzer.core.rating import Rating
from quizzer.errors import DamagedError
from quizzer.services.backup import back_up, list_backups, restore
from quizzer.services.places import Places
from quizzer.services.review import ReviewSession
from quizzer.services.summary import summarise
from quizzer.services.workspace import Workspace, open_workspace
from quizzer.storage.daily import back_up_day, daily_path
from tests.integration.processes.forks import damage
from tests.support import OpenWorkspace, StandingClock, WriteDeck, answer

MONDAY = date(2026, 3, 2)
TUESDAY = MONDAY + timedelta(days=1)


def names(places: Places) -> list[str]:
    """Return the names in the folder of the backups."""
    return sorted(path.name for path in places.backups.glob("*"))


def count_reviews(path: Path) -> int:
    """Return how many reviews a database holds."""
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("SELECT count(*) FROM reviews").fetchone()[0])


@pytest.fixture
def studied(workspace: Workspace, clock: StandingClock) -> Workspace:
    """A workspace in which one card was answered on Monday; it is Tuesday."""
    answer(ReviewSession(workspace), Rating.GOOD)
    clock.advance(days=1)
    return workspace


def test_the_first_answer_of_a_day_backs_up_what_was_before(studied: Workspace, places: Places) -> None:
    """Nothing is backed up before there is a history; then the backup holds what the day began with."""
    assert names(places) == []
    session = ReviewSession(studied)
    for _ in range(2):
        answer(session, Rating.GOOD)
    assert names(places) == [f"daily-{TUESDAY}.db"]
    assert count_reviews(places.backups / f"daily-{TUESDAY}.db") == 1
    assert count_reviews(places.database) == 3


def test_a_session_over_the_rollover_gets_the_new_days_backup(
    studied: Workspace, places: Places, clock: StandingClock
) -> None:
    """The study day decides, not the process: at half past three it is yesterday, at four it is not."""
    session = ReviewSession(studied)
    answer(session, Rating.GOOD)
    clock.instant = clock.instant.replace(hour=3, minute=59) + timedelta(days=1)
    answer(session, Rating.GOOD)
    assert names(places) == [f"daily-{TUESDAY}.db"]
    clock.advance(minutes=1)
    answer(session, Rating.GOOD)
    wednesday = TUESDAY + timedelta(days=1)
    assert names(places) == [f"daily-{TUESDAY}.db", f"daily-{wednesday}.db"]
    assert count_reviews(daily_path(places.database, places.backups, wednesday)) == 3


def test_a_process_looks_once_a_day(studied: Workspace, places: Places) -> None:
    """After the day's first write the folder is not looked at again."""
    session = ReviewSession(studied)
    answer(session, Rating.GOOD)
    daily_path(places.database, places.backups, TUESDAY).unlink()
    answer(session, Rating.GOOD)
    assert names(places) == []


def test_two_processes_make_one_backup(studied: Workspace, open_here: OpenWorkspace, places: Places) -> None:
    """The second one leaves the first one's as it is, though it holds less."""
    with open_here() as other:
        answer(ReviewSession(studied), Rating.GOOD)
        answer(ReviewSession(other), Rating.GOOD)
    assert names(places) == [f"daily-{TUESDAY}.db"]
    assert count_reviews(places.backups / f"daily-{TUESDAY}.db") == 1


def test_every_command_that_writes_backs_up(
    studied: Workspace, open_here: OpenWorkspace, places: Places, write_deck: WriteDeck
) -> None:
    """Cards that are brought in step with a changed deck are a write like others."""
    write_deck("attention", "a1", "a2")
    with open_here():
        pass
    assert names(places) == [f"daily-{TUESDAY}.db"]


def test_old_backups_make_room_and_others_files_do_not(studied: Workspace, places: Places) -> None:
    """Seven days and four weeks are left of seventy days; what has another name stays."""
    foreign = ["quizzer-2026-01-01-000000-000000.db", "before-restore-2026-01-01-000000-000000.db"]
    foreign += ["daily-2026-99-99.db", "daily-2025-01-01.db.bak", "daily-other-2025-01-01.db", "notes.txt"]
    places.backups.mkdir()
    for name in foreign:
        (places.backups / name).write_text("mine", encoding="utf-8")
    for back in range(70):
        back_up_day(places.database, places.backups, TUESDAY - timedelta(days=70 - back))
    answer(ReviewSession(studied), Rating.GOOD)
    days = [TUESDAY - timedelta(days=back) for back in range(7)]
    sundays = [date(2026, 2, 22) - timedelta(weeks=back) for back in range(4)]
    assert names(places) == sorted([*foreign, *(f"daily-{day}.db" for day in [*days, *sundays])])


def test_a_damaged_database_pushes_no_backup_out(studied: Workspace, places: Places) -> None:
    """The first write of the day says what is wrong; neither backups nor database change."""
    back_up_day(places.database, places.backups, MONDAY)
    studied.database.close()
    damage(places.database, "exported_notes")  # which an answer does not meet
    before = places.database.read_bytes()
    with pytest.raises(DamagedError, match="quizzer restore") as caught:
        answer(ReviewSession(studied), Rating.GOOD)
    assert str(caught.value).startswith(f"{places.database}: the database is damaged")
    assert names(places) == [f"daily-{MONDAY}.db"]
    studied.database.close()
    assert places.database.read_bytes() == before


def test_study_goes_on_without_a_backup_and_says_so(
    studied: Workspace, places: Places, clock: StandingClock
) -> None:
    """A folder that cannot be made is told once a day; with the folder there is nothing more to tell."""
    places.backups.write_text("in the way", encoding="utf-8")
    session = ReviewSession(studied)
    answer(session, Rating.GOOD)
    (told,) = studied.notices
    assert told == (
        f"the backup of {TUESDAY} could not be made, though every answer is saved: {places.backups}: "
        "the folder of the backups cannot be written (File exists). "
        "Make it writable, with all that lies in it."
    )
    assert summarise(session).answered == 1
    places.backups.unlink()
    clock.advance(days=1)
    answer(session, Rating.GOOD)
    assert studied.notices == ()
    assert len(names(places)) == 1


def test_a_vanished_database_is_told(studied: Workspace, places: Places, clock: StandingClock) -> None:
    """Where backups lie but no database does, a new one is started, with a hint at the old one."""
    answer(ReviewSession(studied), Rating.GOOD)
    studied.database.close()
    places.database.unlink()
    with open_workspace(places, clock) as workspace:
        assert len(workspace.notices) == 1
        assert "so a new one was started; 'quizzer restore' lists the backups" in workspace.notices[0]
    with open_workspace(places, clock) as workspace:
        assert workspace.notices == ()


def test_databases_of_one_folder_have_backups_of_their_own(
    studied: Workspace, places: Places, clock: StandingClock
) -> None:
    """Another database beside the usual one neither uses its backups nor removes them."""
    other = replace(places, database=places.database.with_name("work.db"))
    answer(ReviewSession(studied), Rating.GOOD)
    with open_workspace(other, clock) as workspace:
        session = ReviewSession(workspace)
        answer(session, Rating.GOOD)
        clock.advance(days=1)
        answer(session, Rating.GOOD)
    wednesday = TUESDAY + timedelta(days=1)
    assert names(places) == [f"daily-{TUESDAY}.db", f"daily-work-{wednesday}.db"]


def test_backups_are_listed_with_what_they_hold(
    studied: Workspace, places: Places, clock: StandingClock
) -> None:
    """Newest first, whatever made them; one that cannot be read says why."""
    clock.instant = clock.instant.replace(year=2027)
    answer(ReviewSession(studied), Rating.GOOD)
    manual = back_up(places=places)
    copy = places.database.parent / "before-schema-9-2020-01-02-030405-000006.db"
    copy.write_bytes(manual.read_bytes())
    (places.backups / "daily-2019-01-01.db").write_bytes(b"nonsense" * 999)
    found = list_backups(places)

    assert [backup.path.name for backup in found] == [
        "daily-2027-03-03.db",
        manual.name,
        copy.name,
        "daily-2019-01-01.db",
    ]
    assert [backup.contents and (backup.contents.reviews, backup.contents.cards) for backup in found] == [
        (1, 5),
        (2, 5),
        (2, 5),
        None,
    ]
    assert [backup.made for backup in found][2:] == ["2020-01-02 03:04", "2019-01-01"]
    assert "this is not a quizzer database" in found[-1].fault


@pytest.mark.parametrize("is_path", [True, False])
def test_a_backup_is_restored_by_its_name(studied: Workspace, places: Places, is_path: bool) -> None:
    """A bare name is looked for among the backups."""
    answer(ReviewSession(studied), Rating.GOOD)
    backup = daily_path(places.database, places.backups, TUESDAY)
    restored = restore(backup if is_path else Path(backup.name), places)
    assert restored.backup == backup
    assert count_reviews(places.database) == 1


def test_a_left_log_is_not_played_back_over_a_restored_database(studied: Workspace, places: Places) -> None:
    """Where the database is gone and its -wal is not, that is kept aside, whatever it holds."""
    backup = back_up(places=places)
    answer(ReviewSession(studied), Rating.GOOD)
    log = places.database.with_name("quizzer.db-wal")
    data = log.read_bytes()
    studied.database.close()
    places.database.unlink()
    log.write_bytes(data)
    restore(backup, places)
    assert count_reviews(places.database) == 1
    (kept,) = places.backups.glob("before-restore-*-wal")
    assert kept.read_bytes() == data
