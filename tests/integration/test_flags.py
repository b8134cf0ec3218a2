"""Flags: put on a card in a review and taken away, without anything else moving."""

from __future__ import annotations

import sqlite3
from io import StringIO

import pytest

from quizzer.cli.plain import PlainReview
from quizzer.core.rating import Rating
from quizzer.errors import BusyError, UsageError
from quizzer.services.doctor import differing_states
from quizzer.services.question import Question
from quizzer.services.review import ReviewSession
from quizzer.services.selection import Selection
from quizzer.services.set_apart import unsuspend
from quizzer.services.workspace import Workspace
from tests.support import OpenWorkspace, StandingClock, WriteDeck, answer, ask_all, read_card_states, read_log


def asked(session: ReviewSession) -> Question:
    """Return the question whose turn it is."""
    question, _ = session.look()
    assert question is not None
    return question


def plain(session: ReviewSession, *lines: str) -> str:
    """Review with these lines as input and return what is printed."""
    sink = StringIO()
    PlainReview(session, StringIO("".join(f"{line}\n" for line in lines)), sink).run()
    return sink.getvalue()


def test_a_flag_toggles_and_the_card_keeps_its_turn(workspace: Workspace) -> None:
    """The card stays with all its counts, and an answer to the question as it stands then is accepted."""
    session = ReviewSession(workspace)
    question, progress = session.look()
    assert question is not None
    is_written, flagged = session.flag(question)
    assert (is_written, flagged.is_flagged, flagged.card) == (True, True, question.card)
    assert session.look() == (flagged, progress)
    _, unflagged = session.flag(flagged)
    assert not unflagged.is_flagged
    _, flagged = session.flag(unflagged)
    assert session.answer(flagged, flagged.grades[2], 10)
    assert read_card_states(workspace)["a1"].is_flagged
    assert len(read_log(workspace)) == 1
    assert differing_states(workspace) == {}


def test_a_flag_survives_answers_and_days(workspace: Workspace, clock: StandingClock) -> None:
    """A flag stands until it is taken away, whatever happens to the card."""
    session = ReviewSession(workspace, limit=1)
    session.flag(asked(session))
    answer(session, Rating.AGAIN)
    clock.advance(days=1)
    session = ReviewSession(workspace, Selection(is_flagged=True))
    assert asked(session).is_flagged
    session.suspend(asked(session))
    unsuspend(workspace, ["a1"])
    assert asked(session).is_flagged


def test_an_old_question_is_refused_after_a_flag_from_elsewhere(workspace: Workspace) -> None:
    """A card that another session has flagged is shown anew before it is answered or flagged."""
    mine, other = ReviewSession(workspace), ReviewSession(workspace)
    question = asked(mine)
    other.flag(asked(other))
    assert mine.flag(question) == (False, question)
    assert not mine.answer(question, question.grades[0], 10)
    assert mine.steps == []
    answer(mine, Rating.GOOD)


def test_each_flag_is_undone_by_itself(workspace: Workspace) -> None:
    """Undo takes the newest flag first, then the one before, then the answer before those."""
    session = ReviewSession(workspace)
    answer(session, Rating.GOOD)
    _, flagged = session.flag(asked(session))
    session.flag(flagged)
    step = session.undo()
    assert step is not None
    assert step.undone() == "Undone: a2 (unflag)."
    assert asked(session).is_flagged
    assert session.undo() is not None
    assert not asked(session).is_flagged
    assert session.undo() is not None
    assert asked(session).card.key == "a1"


def test_a_session_with_flagged_cards_keeps_them_to_its_end(workspace: Workspace) -> None:
    """Taking the flag away in that session leaves the card in it, and out of the next."""
    session = ReviewSession(workspace)
    session.flag(asked(session))
    chosen = ReviewSession(workspace, Selection(is_flagged=True))
    assert chosen.look()[1].left == 1
    chosen.flag(asked(chosen))
    assert [key for key, _ in ask_all(chosen)] == ["a1"]
    with pytest.raises(UsageError, match="none of these cards is flagged, suspended ones aside"):
        ReviewSession(workspace, Selection(is_flagged=True))


def test_a_busy_database_leaves_the_flag_as_it_was(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A flag that could not be written is no step, and can be tried again."""
    monkeypatch.setattr("quizzer.storage.engine.BUSY_TIMEOUT_S", 0.05)
    session = ReviewSession(workspace)
    question = asked(session)
    other = sqlite3.connect(workspace.database.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(BusyError):
        session.flag(question)
    other.execute("ROLLBACK")
    other.close()
    assert session.steps == []
    assert session.flag(question)[0]


def test_a_plain_review_stays_at_its_prompt(workspace: Workspace) -> None:
    """F before and after the reveal flags and unflags; the card is printed once, and its rating counts."""
    session = ReviewSession(workspace)
    shown = plain(session, "f", "", "F", "f", "3", "q")
    assert shown.count("What is a1?") == shown.count("It is") == 1
    assert shown.index("Flagged: a1.") < shown.index("Flag removed: a1.") < shown.rindex("Flagged: a1.")
    assert [step.rating for step in session.steps if step.rating] == [Rating.GOOD]
    assert read_card_states(workspace)["a1"].is_flagged


def test_a_plain_review_shows_a_flag(workspace: Workspace) -> None:
    """The line above a flagged card says so; undo goes back to the card before."""
    session = ReviewSession(workspace)
    shown = plain(session, "f", "", "3", "u", "u", "", "q")
    assert "a1 (new) flagged\n" in shown
    assert shown.index("Undone: a1 (Good).") < shown.index("Undone: a1 (flag).")
    assert read_log(workspace) == []
    assert not read_card_states(workspace)["a1"].is_flagged


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ("q: Why?\n    a: So.\n    points: [one, two]", ("", "f", "1 2", "f", "")),
        ("q: How many?\n    accept: {number: 2}\n    a: Two.", (":f", "2", "f", "")),
        ("q: Which?\n    choices: {right: r, wrong: [w, v]}\n    a: R.", ("f", "f", "1", "f", "3")),
    ],
)
def test_every_kind_of_card_is_flagged_at_every_prompt(
    open_here: OpenWorkspace, write_deck: WriteDeck, body: str, lines: tuple[str, ...]
) -> None:
    """At the points, in a typed answer, before a choice: the flag is written and the card goes on."""
    write_deck(
        "attention",
        notes="  - id: x\n    level: mid\n    topics: [t]\n    source: {cite: B, checked: recalled}\n"
        f"    {body}\n",
    )
    with open_here() as workspace:
        session = ReviewSession(workspace)
        shown = plain(session, *lines)
        flags = sum("f" in line for line in lines)
        assert shown.count("Flagged: x.") + shown.count("Flag removed: x.") == flags
        assert [step.rating is None for step in session.steps] == [True] * flags + [False]
        assert read_card_states(workspace)["x"].is_flagged is (flags % 2 == 1)
