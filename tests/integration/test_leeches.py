"""Cards that are forgotten again and again: suspended, told, listed, brought back."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config

from quizzer.cli.cards import to_text
from quizzer.cli.console import Console
from quizzer.cli.kata_flow import KataFlow
from quizzer.cli.plain import PlainReview
from quizzer.core.kata_queue import KataReason
from quizzer.core.queue import Turn
from quizzer.core.rating import Rating
from quizzer.services.doctor import differing_states
from quizzer.services.katas import find_kata, list_katas
from quizzer.services.review import ReviewSession
from quizzer.services.set_apart import SetApart, list_set_apart, unsuspend
from quizzer.services.sitting import KataDesk
from quizzer.services.sitting_end import Finished
from quizzer.services.summary import summarise
from quizzer.services.today import read_kata_turns
from quizzer.services.workspace import Workspace
from quizzer.storage.database import Database
from quizzer.storage.file import read_version
from quizzer.storage.schema import APPLICATION_ID, SCHEMA_VERSION
from quizzer.storage.upgrade import MIGRATIONS
from tests.support import (
    OpenWorkspace,
    PreparedGrader,
    StandingClock,
    WriteDeck,
    WriteKata,
    answer,
    ask_all,
    read_card_states,
)

EIGHTH = (
    "a1 was forgotten 8 times: a leech, suspended. Rewrite it, split it or learn what it builds on; "
    "'quizzer unsuspend a1' brings it back."
)


@pytest.fixture
def single(open_here: OpenWorkspace, write_deck: WriteDeck) -> OpenWorkspace:
    """Open a workspace whose one deck has the card a1 alone."""
    write_deck("attention", "a1")
    return open_here


def forget(workspace: Workspace, clock: StandingClock, times: int) -> ReviewSession:
    """Fail the card that is due on so many days; return the session of the last one, not drilled."""
    for _ in range(times):
        clock.advance(days=1)
        session = ReviewSession(workspace)
        question = answer(session, Rating.AGAIN)
        assert question.queued.turn is Turn.DUE
    return session


def learn(workspace: Workspace) -> None:
    """Introduce the new card."""
    answer(ReviewSession(workspace), Rating.GOOD)


def test_the_eighth_lapse_suspends_and_says_so(single: OpenWorkspace, clock: StandingClock) -> None:
    """Seven lapses are drilled and come back; after the eighth the card is neither drilled nor due."""
    with single() as workspace:
        learn(workspace)
        session = forget(workspace, clock, 7)
        assert (session.remark, session.look()[1].drill) == ("", 1)
        session = forget(workspace, clock, 1)
        assert session.remark == EIGHTH
        assert session.look()[1].left == 0
        clock.advance(days=9)
        assert ReviewSession(workspace).look()[0] is None
        assert differing_states(workspace) == {}


def test_the_summary_names_the_leeches_that_stand(single: OpenWorkspace, clock: StandingClock) -> None:
    """The end of the session says which cards were suspended; an undone answer suspended none."""
    with single() as workspace:
        learn(workspace)
        session = forget(workspace, clock, 8)
        told = "Suspended as a leech: a1. 'quizzer cards --leeches' says what to do."
        assert told in summarise(session).sentences()
        session.undo()
        assert told not in summarise(session).sentences()


def test_undo_takes_the_suspension_back(single: OpenWorkspace, clock: StandingClock) -> None:
    """Undoing the eighth lapse restores the very state; failing once more suspends once more."""
    with single() as workspace:
        learn(workspace)
        forget(workspace, clock, 7)
        clock.advance(days=1)
        session, before = ReviewSession(workspace), read_card_states(workspace)
        question = answer(session, Rating.AGAIN)
        assert read_card_states(workspace)["a1"].is_suspended
        assert session.undo() is not None
        assert read_card_states(workspace) == before
        found, _ = session.look()
        assert found is not None
        assert (found.card, found.lapses) == (question.card, 7)
        answer(session, Rating.AGAIN)
        assert session.remark == EIGHTH
        session.undo()
        answer(session, Rating.GOOD)
        assert session.remark == ""


def test_a_leech_that_was_brought_back_has_four_more_lapses(
    single: OpenWorkspace, clock: StandingClock
) -> None:
    """Unsuspended, it is asked again, and the twelfth and the sixteenth lapse suspend it again."""
    with single() as workspace:
        learn(workspace)
        forget(workspace, clock, 8)
        for lapses in (12, 16):
            unsuspend(workspace, ["a1"])
            clock.advance(days=1)
            session = forget(workspace, clock, 3)
            assert (session.remark, read_card_states(workspace)["a1"].is_suspended) == ("", False)
            assert f"forgotten {lapses} times" in forget(workspace, clock, 1).remark
            assert read_card_states(workspace)["a1"].is_suspended
        assert differing_states(workspace) == {}


def test_a_leech_that_is_brought_back_the_same_day_is_drilled(
    single: OpenWorkspace, clock: StandingClock
) -> None:
    """The drill that its failure asked for was only kept away by the suspension."""
    with single() as workspace:
        learn(workspace)
        forget(workspace, clock, 8)
        unsuspend(workspace, ["a1"])
        assert ask_all(ReviewSession(workspace)) == [("a1", Turn.DRILL)]


def test_failures_of_drills_are_no_lapses(single: OpenWorkspace, clock: StandingClock) -> None:
    """However often a card fails in its drill, it was forgotten once."""
    with single() as workspace:
        learn(workspace)
        session = forget(workspace, clock, 1)
        for _ in range(9):
            assert answer(session, Rating.AGAIN).queued.turn is Turn.DRILL
        assert read_card_states(workspace)["a1"].lapses == 1


def test_a_plain_review_tells_the_leech(single: OpenWorkspace, clock: StandingClock) -> None:
    """The sentence comes after the rating, in lines that fit, with the way back."""
    with single() as workspace:
        learn(workspace)
        forget(workspace, clock, 7)
        clock.advance(days=1)
        sink = StringIO()
        PlainReview(ReviewSession(workspace), StringIO("\n1\n"), sink).run()
        shown = sink.getvalue()
        assert EIGHTH in " ".join(shown.split())
        assert max(map(len, shown.replace("Rating (1-4)? ", "\n").splitlines())) <= 80


def write_schema_two(path: Path, lapses: dict[int, int]) -> None:
    """Write a database as schema 2 left it, with cards that were forgotten so many times."""
    database = Database(path)
    with database.writing() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(MIGRATIONS))
        command.upgrade(config, "0002")
        run, sequence = connection.exec_driver_sql, 0
        for card_id, count in lapses.items():
            run(
                "INSERT INTO cards VALUES (?, ?, ?, 'attention', ?)",
                (card_id, f"a{card_id}", f"a{card_id}", card_id),
            )
            for number in range(1, count + 2):
                sequence += 1
                rating = 3 if number == 1 else 1
                run(
                    "INSERT INTO reviews VALUES (NULL, 1, ?, ?, ?, 'scheduled', 'quizzer', ?, NULL, 0, 'UTC',"
                    " ?, 1, 'sm2', 1, NULL)",
                    (card_id, number, sequence, rating, f"2026-02-{number:02}"),
                )
            run(
                "INSERT INTO memory_states VALUES (1, ?, NULL, 250, 0, 1, '2026-02-28', '2026-02-01',"
                " '2026-02-27', ?, ?, NULL, 0, 0)",
                (card_id, count + 1, count),
            )
        run(f"PRAGMA application_id = {APPLICATION_ID}")
        run("PRAGMA user_version = 2")
    database.close()


def test_cards_that_were_forgotten_before_there_were_leeches_are_suspended(
    open_here: OpenWorkspace, write_deck: WriteDeck, tmp_path: Path
) -> None:
    """A database of schema 2 comes up with leeches suspended, and with states that its log replays to."""
    path = tmp_path / "data" / "quizzer.db"
    path.parent.mkdir()
    write_schema_two(path, {1: 7, 2: 8, 3: 13})
    write_deck("attention", "a1", "a2", "a3")
    with open_here() as workspace:
        assert read_version(path) == SCHEMA_VERSION
        assert [card.words for card in list_set_apart(workspace)] == [
            ("suspended", "leech (8 lapses)"),
            ("suspended", "leech (13 lapses)"),
        ]
        states = read_card_states(workspace)
        assert {key: state.is_suspended for key, state in states.items()} == {
            "a1": False,
            "a2": True,
            "a3": True,
        }


def give_up(workspace: Workspace) -> Finished:
    """Begin the kata and give it up."""
    desk = KataDesk(workspace, find_kata(workspace.content.roots, "double-it"))
    desk.start()
    return desk.give_up()


def test_a_kata_that_is_a_leech_is_not_offered(
    workspace: Workspace, write_kata: WriteKata, clock: StandingClock
) -> None:
    """Its eighth lapse says so and takes it out of the days; brought back, it is due."""
    write_kata()
    for lapses in range(9):
        clock.advance(days=1)
        finished = give_up(workspace)
        assert bool(finished.remark) is (lapses == 8)
    assert finished.remark.startswith("kata/double-it was forgotten 8 times: a leech, suspended.")
    sink = StringIO()
    desk = KataDesk(workspace, find_kata(workspace.content.roots, "double-it"))
    KataFlow(desk, Console(sink, None), PreparedGrader(), lambda *_: None).say_finished(finished)
    assert finished.remark in " ".join(sink.getvalue().split())
    clock.advance(days=1)

    def offered() -> list[KataReason]:
        with workspace.database.peeking() as run:
            turns = read_kata_turns(run, workspace.content.roots, workspace.study_day(), 5)
        return [turn.reason for turn in turns]

    assert offered() == []
    (row,) = list_katas(workspace)
    assert row.due(workspace.study_day()) == "suspended"
    unsuspend(workspace, ["kata/double-it"])
    assert offered() == [KataReason.DUE]
    assert row.state.is_suspended


def test_cards_that_are_set_apart_are_listed(
    single: OpenWorkspace, write_deck: WriteDeck, clock: StandingClock, home: Path
) -> None:
    """A leech and a flagged card are found by what they are; only what is chosen of all is listed."""
    with single() as workspace:
        learn(workspace)
        forget(workspace, clock, 8)
    write_deck("attention", "a1", "a2", "a3")
    with single() as workspace:
        session = ReviewSession(workspace)
        for _ in range(2):
            question, _ = session.look()
            assert question is not None
            session.flag(question)
            session.suspend(session.look()[0] or question)
        unsuspend(workspace, ["a2"])
        assert [(card.key, card.words) for card in list_set_apart(workspace)] == [
            ("a1", ("suspended", "leech (8 lapses)")),
            ("a2", ("flagged",)),
            ("a3", ("suspended", "flagged")),
        ]

        def keys(**asked: bool) -> list[str]:
            return [card.key for card in list_set_apart(workspace, **asked)]

        assert keys(is_suspended=True) == ["a1", "a3"]
        assert keys(is_flagged=True) == ["a2", "a3"]
        assert keys(is_leech=True) == ["a1"]
        assert keys(is_suspended=True, is_flagged=True) == ["a3"]
    write_deck("attention", "a2", "a3")
    with single() as workspace:
        assert list_set_apart(workspace)[0].place == "no deck"


LONG = "structured-prediction-vs-classification"


def test_the_list_fits_the_terminal() -> None:
    """A line a card where it fits; else the key has one of its own."""
    found = [
        SetApart("a1", "attention", 0, True, False),
        SetApart(LONG, "sequence-models", 12, True, True),
        SetApart("kata/double-it", "", 0, False, True),
    ]
    assert to_text(found[:1], 80) == "a1  attention  suspended"
    wide = to_text(found).splitlines()
    assert [len(wide), wide[2].split()] == [3, ["kata/double-it", "kata", "flagged"]]
    narrow = to_text(found, 80).splitlines()
    assert max(map(len, narrow)) <= 80
    assert narrow[2:4] == [LONG, "    sequence-models  suspended, leech (12 lapses), flagged"]
