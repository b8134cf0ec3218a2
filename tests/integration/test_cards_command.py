"""`quizzer cards` and `quizzer unsuspend` as a shell sees them: what is on which stream, and how it ends."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from quizzer.core.query import Field, Property, State
from quizzer.core.rating import Rating
from quizzer.services.review import ReviewSession
from quizzer.services.workspace import open_workspace
from tests.integration.processes.shell import run
from tests.support import StandingClock, WriteDeck, answer

NOTHING = {
    (): "No card is suspended, a leech or flagged.",
    ("--suspended",): "No card is suspended.",
    ("--leeches",): "No card is a leech.",
    ("--suspended", "--leeches", "--flagged"): "No card is suspended and a leech and flagged.",
}


@pytest.fixture(autouse=True)
def decks(shipped: Path, write_deck: WriteDeck, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give every process of this module one deck."""
    monkeypatch.setenv("QUIZZER_CONTENT", str(shipped))
    write_deck("attention", "a1", "a2", "a3")


@pytest.fixture
def leech() -> None:
    """Suspend a1 as a leech, and flag a2."""
    clock = StandingClock()
    with open_workspace(clock=clock) as workspace:
        answer(ReviewSession(workspace), Rating.GOOD)
        for _ in range(8):
            clock.advance(days=1)
            answer(ReviewSession(workspace), Rating.AGAIN)
        session = ReviewSession(workspace)
        question, _ = session.look()
        assert question is not None
        session.flag(question)


@pytest.mark.parametrize("options", NOTHING)
def test_nothing_found_is_a_sentence_beside_the_results(options: tuple[str, ...]) -> None:
    """Nothing on stdout, a sentence on stderr, and exit code 0; JSON is an empty list."""
    outcome = run("cards", *options)
    assert (outcome.code, outcome.out, outcome.err.strip()) == (0, "", NOTHING[options])
    assert (run("cards", *options, "--json").out, run("cards", *options, "--json").err) == ("[]\n", "")


@pytest.mark.usefixtures("leech")
def test_cards_are_listed_with_what_to_do() -> None:
    """A line a card on stdout; what can be done about them on stderr."""
    outcome = run("cards")
    assert outcome.out.splitlines() == [
        "a1  attention  suspended, leech (8 lapses)",
        "a2  attention  flagged",
    ]
    assert outcome.err.splitlines() == [
        "A leech costs more than it brings. Rewrite it, split it or learn what it builds on.",
        "'quizzer unsuspend CARD' brings a suspended card back.",
        "'quizzer review --cram --flagged' asks the flagged; 'f' takes a flag away there.",
    ]
    flagged = run("cards", "--flagged")
    assert (flagged.out, len(flagged.err.splitlines())) == ("a2  attention  flagged\n", 1)


@pytest.mark.usefixtures("leech")
def test_the_json_is_as_its_help_says() -> None:
    """Every field that the help names is there, and no other."""
    first, second = json.loads(run("cards", "--json").out)
    assert first == {
        "card": "a1",
        "deck": "attention",
        "lapses": 8,
        "is_suspended": True,
        "is_leech": True,
        "is_flagged": False,
    }
    assert (second["card"], second["is_flagged"]) == ("a2", True)
    told = run("cards", "--help").out
    assert all(f'"{name}"' in told for name in first)


@pytest.mark.usefixtures("leech")
def test_unsuspend_lists_and_brings_back() -> None:
    """Without a card it lists suspended cards alone; with one it brings it back; then there is none."""
    listed = run("unsuspend")
    assert listed.out == "a1  attention  suspended, leech (8 lapses)\n"
    assert "Rewrite it, split it" in listed.err
    wrong = run("unsuspend", "a11")
    assert (wrong.code, "did you mean 'a1'?" in wrong.err) == (2, True)
    assert run("unsuspend", "a1", "a1").out == "1 brought back: a1\n"
    assert run("unsuspend").err == "No card is suspended.\n"
    assert run("cards", "--leeches").out == "a1  attention  leech (8 lapses)\n"


@pytest.mark.usefixtures("leech")
def test_all_suspended_cards_come_back_at_once() -> None:
    """`--all` brings back every suspended card, and where there is none says so."""
    assert run("unsuspend", "--all").out == "1 brought back: a1\n"
    assert run("unsuspend", "--all").err == "No card is suspended.\n"


@pytest.mark.usefixtures("leech")
def test_a_query_narrows_the_list() -> None:
    """The words of a query are all required, with the options or without; a minus is no option."""
    assert run("cards", "deck:attention", "-is:suspended").out.split() == (
        ["a2", "attention", "flagged,", "new", "a3", "attention", "new"]
    )
    assert run("cards", "-is:suspended", "--flagged").out == "a2  attention  flagged, new\n"
    assert [card["card"] for card in json.loads(run("cards", "a1 or a3", "--json").out)] == ["a1", "a3"]
    nothing = run("cards", "nowhere")
    assert (nothing.code, nothing.out, nothing.err) == (0, "", "No card fits the query.\n")
    assert json.loads(run("cards", "--json", "--", "-deck:*").out) == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("a", "dek:x"), "query, column 3, dek:x: there is no field 'dek'; did you mean 'deck'?"),
        (("is:nex",), "did you mean 'new'?"),
        (("--reset",), "'quizzer cards deck:NAME --reset'"),
        (("a1", "--flag", "--reset"), "--flag and --reset cannot be done at once"),
        (("a1", "--flag", "--json"), "Leave one of them out"),
        (("a1", "--undo"), "Leave the rest out"),
        (("--undo",), "there is nothing to undo"),
        (("a1", "--nope"), "No such option"),
    ],
)
def test_what_cannot_be_asked_is_a_sentence(arguments: tuple[str, ...], sentence: str) -> None:
    """A wrong query and options that do not go together end with 2, nothing on stdout and the next step."""
    outcome = run("cards", *arguments)
    assert (outcome.code, outcome.out) == (2, "")
    assert sentence in outcome.err


@pytest.mark.usefixtures("leech")
def test_what_is_found_is_changed_and_changed_back() -> None:
    """An action says how many cards it changed and how to take it back; undo does, and says so."""
    done = run("cards", "--suspend", "id:a*")
    assert (done.code, done.out) == (0, "2 cards suspended.\n")
    assert done.err == "'quizzer cards --undo' takes it back.\n"
    again = run("cards", "id:a*", "--suspend")
    assert (again.out, again.err) == ("", "Nothing was done: all 3 cards are suspended already.\n")
    assert run("cards", "--undo").out == "Undone: 2 cards suspended.\n"
    assert run("cards", "--suspended").out == "a1  attention  suspended, leech (8 lapses)\n"
    assert run("cards", "--leeches", "--reset").out == "1 card made new again.\n"
    assert run("cards", "is:new", "is:suspended").out == "a1  attention  suspended, new\n"
    assert run("cards", "nowhere", "--bury").err == "Nothing was done: no card was found.\n"
    assert run("cards", "a2", "--bury").out == "1 card buried until tomorrow.\n"
    assert run("cards", "is:flagged", "--unflag").out == "1 card freed of the flag.\n"
    assert run("cards", "a1", "--unsuspend").out == "1 card brought back.\n"


def test_the_help_has_the_whole_language() -> None:
    """`cards --help` names every field, state and property, each with its meaning on its line."""
    shown = run("cards", "--help").out
    for name in (*(f"{f}:" for f in Field), *(f"is:{s}" for s in State), *(f"prop:{p}" for p in Property)):
        assert re.search(rf"^ +{re.escape(name)}\S*  +\S", shown, re.MULTILINE), name
