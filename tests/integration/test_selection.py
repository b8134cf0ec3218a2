"""What a session is about: areas of the syllabus, what is weak, what is flagged."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from quizzer.core.rating import Rating
from quizzer.errors import UsageError
from quizzer.services.review import ReviewSession
from quizzer.services.selection import Selection
from quizzer.services.workspace import Workspace
from tests.support import OpenWorkspace, StandingClock, WriteDeck, answer, ask_all

WEAK = Selection(is_weak=True)
SYLLABUS = """\
areas:
  - id: attention
    title: Attention
    requires: []
    topics:
      - {id: scaled, title: Scaled, level: mid}
      - {id: masks, title: Masks, level: mid}
  - id: inference
    title: Inference
    requires: []
    topics:
      - {id: cache, title: Cache, level: mid}
"""


def keys(session: ReviewSession) -> list[str]:
    """Answer GOOD until nothing is left, and return the keys that were asked, sorted."""
    return sorted(key for key, _ in ask_all(session))


def rate(workspace: Workspace, *ratings: Rating) -> None:
    """Give these ratings to the cards of a session, and leave its drill."""
    session = ReviewSession(workspace)
    for rating in ratings:
        answer(session, rating)


def weak(workspace: Workspace) -> list[str]:
    """Return the keys of the weak cards."""
    return keys(ReviewSession(workspace, WEAK, is_cram=True))


def test_again_and_hard_make_a_card_weak(workspace: Workspace, clock: StandingClock) -> None:
    """What counts is the last answer in turn; new cards, drills and crams make no difference."""
    with pytest.raises(UsageError, match=r"none of these cards is weak: .*Leave --weak out"):
        ReviewSession(workspace, WEAK)
    rate(workspace, Rating.AGAIN, Rating.HARD, Rating.GOOD, Rating.EASY)
    assert weak(workspace) == ["a1", "a2"]
    ask_all(ReviewSession(workspace))  # the drill, and a5
    ask_all(ReviewSession(workspace, is_cram=True))
    assert weak(workspace) == ["a1", "a2"]
    clock.advance(days=1)
    rate(workspace, Rating.GOOD, Rating.HARD, Rating.AGAIN, Rating.GOOD)
    assert weak(workspace) == ["a2", "a3"]


def test_three_lapses_make_a_card_weak(workspace: Workspace, clock: StandingClock) -> None:
    """A card that was forgotten three times stays weak, however the last answer was; two are not enough."""
    rate(workspace, Rating.GOOD)
    for lapses in (1, 2, 3):
        clock.advance(days=1)
        rate(workspace, Rating.AGAIN)
        clock.advance(days=1)
        rate(workspace, Rating.GOOD)
        if lapses < 3:
            with pytest.raises(UsageError):
                weak(workspace)
        else:
            assert weak(workspace) == ["a1"]
        clock.advance(days=9)


def test_a_weak_session_asks_what_is_due_of_it(workspace: Workspace, clock: StandingClock) -> None:
    """It brings weak cards on their day, and keeps those that were weak when it began."""
    rate(workspace, Rating.AGAIN, Rating.GOOD, Rating.HARD)
    ask_all(ReviewSession(workspace, limit=0))
    assert ReviewSession(workspace, WEAK).look()[0] is None
    clock.advance(days=1)
    session = ReviewSession(workspace, WEAK)
    assert session.look()[1].left == 2
    answer(session, Rating.GOOD)
    session.undo()
    assert session.look()[1].left == 2
    assert keys(session) == ["a1", "a3"]


def test_only_cards_that_can_be_asked_are_weak_or_flagged(workspace: Workspace) -> None:
    """A suspended card makes no empty session: a sentence says that nothing is found."""
    session = ReviewSession(workspace)
    answer(session, Rating.AGAIN)
    for _ in range(2):
        question, _ = session.look()
        assert question is not None
        _, flagged = session.flag(question)
        session.suspend(flagged)
    with pytest.raises(UsageError, match=r"flagged, suspended ones aside: .*Leave --flagged out"):
        ReviewSession(workspace, Selection(is_flagged=True))
    with pytest.raises(UsageError, match="none of these cards is weak and flagged"):
        ReviewSession(workspace, Selection(is_weak=True, is_flagged=True))
    assert weak(workspace) == ["a1"]


def test_weak_and_flagged_have_to_hold_both(workspace: Workspace) -> None:
    """With both options only cards are chosen that are both; with a deck, of that deck."""
    session = ReviewSession(workspace)
    for rating in (Rating.AGAIN, Rating.AGAIN, Rating.GOOD):
        question, _ = session.look()
        assert question is not None
        if question.card.key != "a1":
            session.flag(question)
        answer(session, rating)
    both = Selection(is_weak=True, is_flagged=True)
    assert keys(ReviewSession(workspace, both, is_cram=True)) == ["a2"]


@pytest.fixture
def areas(open_here: OpenWorkspace, write_deck: WriteDeck, shipped: Path) -> Iterator[Workspace]:
    """A workspace with a syllabus of two areas; a deck has notes of both, another one of the second."""

    def note(note_id: str, *topics: str) -> str:
        return (
            f"  - id: {note_id}\n    level: mid\n    topics: [{', '.join(topics)}]\n"
            f"    source: {{cite: B 2017, checked: recalled}}\n    q: What is {note_id}?\n    a: That.\n"
        )

    (shipped / "decks" / "_syllabus.yaml").write_text(SYLLABUS, encoding="utf-8")
    write_deck("attention", notes=note("s", "scaled") + note("m", "masks") + note("b", "masks", "cache"))
    write_deck("serving", notes=note("c", "cache"))
    with open_here() as workspace:
        assert not workspace.library.faults
        yield workspace


def test_an_area_is_asked_across_decks(areas: Workspace) -> None:
    """The topics of a note decide, not its deck; two areas are asked together."""
    assert keys(ReviewSession(areas, Selection(areas=("inference",)), is_cram=True)) == ["b", "c"]
    assert keys(ReviewSession(areas, Selection(areas=("attention",)))) == ["b", "m", "s"]
    both = Selection(areas=("attention", "inference"))
    assert keys(ReviewSession(areas, both, is_cram=True)) == ["b", "c", "m", "s"]
    part = Selection(decks=("attention",), areas=("inference",))
    assert keys(ReviewSession(areas, part, is_cram=True)) == ["b"]


def test_an_unknown_area_names_the_nearest(areas: Workspace) -> None:
    """A typing mistake gets the area that was meant, anything else the list."""
    with pytest.raises(UsageError, match="no area 'atention' in the syllabus; did you mean 'attention'"):
        ReviewSession(areas, Selection(areas=("atention",)))
    with pytest.raises(UsageError, match="there are attention, inference"):
        ReviewSession(areas, Selection(areas=("xyz",)))
    with pytest.raises(UsageError, match="no card fits serving, attention"):
        ReviewSession(areas, Selection(decks=("serving",), areas=("attention",)))


def test_weak_cards_of_an_area_are_none_of_another(areas: Workspace) -> None:
    """Where the weak cards are all elsewhere, a sentence says so instead of an empty session."""
    question = answer(ReviewSession(areas, Selection(decks=("serving",))), Rating.AGAIN)
    assert question.card.key == "c"
    with pytest.raises(UsageError, match="none of these cards is weak"):
        ReviewSession(areas, Selection(areas=("attention",), is_weak=True))
    assert keys(ReviewSession(areas, Selection(areas=("inference",), is_weak=True), is_cram=True)) == ["c"]
