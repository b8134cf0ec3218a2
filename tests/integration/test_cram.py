"""Cram: every chosen card until it was Good, and nothing moves."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzer.cli.due import to_json
from quizzer.cli.plain import PlainReview
from quizzer.core.queue import Turn
from quizzer.core.rating import Rating
from quizzer.core.review import ReviewKind
from quizzer.services.due import report_here
from quizzer.services.question import Question
from quizzer.services.review import ReviewSession
from quizzer.services.selection import Selection
from quizzer.services.summary import summarise
from quizzer.services.workspace import Workspace
from tests.integration.sessions import basic_notes, fresh_workspace
from tests.support import OpenWorkspace, StandingClock, WriteDeck, answer, ask_all, read_card_states, read_log


def keys(session: ReviewSession) -> list[str]:
    """Answer GOOD until nothing is left, and return the keys that were asked."""
    return [key for key, _ in ask_all(session)]


def asked(session: ReviewSession) -> Question:
    """Return the question whose turn it is."""
    question, _ = session.look()
    assert question is not None
    return question


def test_every_card_is_asked_whatever_the_day_holds(
    open_here: OpenWorkspace, write_deck: WriteDeck, note: Callable[[str, str], str], clock: StandingClock
) -> None:
    """New and known cards, all faces of a note, over all limits, buried notes too; no suspended card."""
    write_deck("attention", *(f"a{i}" for i in range(6)), notes=note("x", "cloze: '{{c1::a}} {{c2::b}}'"))
    with open_here(new_limit=3, review_limit=0) as workspace:
        session = ReviewSession(workspace)
        answer(session, Rating.AGAIN)
        session.suspend(asked(session))
        session.bury(asked(session))
        cram = ReviewSession(workspace, is_cram=True)
        assert cram.look()[1].cram == 7
        assert sorted(keys(cram)) == ["a0", "a2", "a3", "a4", "a5", "x/c1", "x/c2"]


def test_a_card_comes_again_until_it_was_good(workspace: Workspace) -> None:
    """What was Again or Hard comes after all others, in the order of the answers."""
    session = ReviewSession(workspace, is_cram=True)
    order = [answer(session, rating).card.key for rating in (Rating.AGAIN, Rating.HARD)]
    order += [answer(session, rating).card.key for rating in (Rating.EASY, Rating.GOOD, Rating.AGAIN)]
    assert len(set(order)) == 5
    assert [answer(session, rating).card.key for rating in (Rating.HARD, Rating.GOOD)] == order[:2]
    assert keys(session) == [order[4], order[0]]


def test_nothing_moves(workspace: Workspace, clock: StandingClock) -> None:
    """States, the drill of the day and what is due stay exactly as they were; the log has the answers."""
    session = ReviewSession(workspace)
    for rating in (Rating.AGAIN, Rating.HARD, Rating.GOOD):
        answer(session, rating)
    before, due, left = read_card_states(workspace), to_json(report_here(workspace)), session.look()[1]
    cram = ReviewSession(workspace, is_cram=True)
    question = asked(cram)
    assert {grade.when for grade in question.grades} == {""}
    for rating in (Rating.AGAIN, Rating.HARD, Rating.GOOD, Rating.EASY):
        answer(cram, rating)
    keys(cram)
    assert read_card_states(workspace) == before
    assert to_json(report_here(workspace)) == due
    assert session.look()[1] == left
    assert {review.kind for review in read_log(workspace)[3:]} == {ReviewKind.CRAM}
    clock.advance(days=1)
    assert report_here(workspace).due == 3


def test_a_new_card_is_still_new_after_a_cram(workspace: Workspace) -> None:
    """The first answer in its turn introduces a card, however often it was crammed."""
    keys(ReviewSession(workspace, is_cram=True))
    session = ReviewSession(workspace)
    assert session.look()[1].new == 5
    answer(session, Rating.GOOD)
    review = read_log(workspace)[-1]
    assert (review.number, review.kind, review.interval_days) == (2, ReviewKind.SCHEDULED, 1)


def test_a_limit_chooses_so_many_cards(workspace: Workspace) -> None:
    """`--limit 2` asks two cards, however often; a later session draws anew."""
    session = ReviewSession(workspace, limit=2, is_cram=True)
    first = [answer(session, Rating.AGAIN).card.key for _ in range(2)]
    assert keys(session) == first
    assert session.look()[1].answered == 4


def test_a_selection_is_crammed_alone(open_here: OpenWorkspace, write_deck: WriteDeck) -> None:
    """Decks and flags choose what is crammed."""
    write_deck("attention", "a1", "a2")
    write_deck("inference", "b1", "b2")
    with open_here() as workspace:
        chosen = Selection(decks=("inference",))
        assert sorted(keys(ReviewSession(workspace, chosen, is_cram=True))) == ["b1", "b2"]
        session = ReviewSession(workspace, chosen)
        session.flag(asked(session))
        assert keys(ReviewSession(workspace, Selection(is_flagged=True), is_cram=True)) == ["b1"]


def test_a_card_that_is_set_aside_leaves_the_cram(
    open_here: OpenWorkspace, write_deck: WriteDeck, note: Callable[[str, str], str]
) -> None:
    """Burying takes all faces of the note out of the cram, suspending its card; undo brings them back."""
    write_deck("attention", "a1", "a2", notes=note("x", "cloze: '{{c1::a}} {{c2::b}}'"))
    with open_here() as workspace:
        session = ReviewSession(workspace, is_cram=True)
        while asked(session).queued.note_id != "x":
            answer(session, Rating.AGAIN)
        before = session.look()
        left = before[1].left
        assert session.bury(asked(session))
        assert session.look()[1].left == left - 2
        session.undo()
        assert session.look() != before  # the log went on; the card and the counts are the same
        assert (asked(session).card, session.look()[1]) == (before[0] and before[0].card, before[1])
        session.suspend(asked(session))
        assert session.look()[1].left == left - 1


actions = st.lists(st.sampled_from([*Rating, "undo", "suspend", "bury", "flag"]), max_size=15)


def left_of(session: ReviewSession) -> list[str]:
    """Return what is left, in order."""
    with session.workspace.database.peeking() as run:
        queue = session._queue(run, session.workspace.moment())
    return [card.key for card in queue.cards]


@given(chosen=actions)
@settings(max_examples=25)
def test_the_order_stays_whatever_is_done(chosen: list[Rating | str]) -> None:
    """Looking changes nothing; an undo restores exactly what was left before the step."""
    with fresh_workspace(basic_notes(6)) as workspace:
        session = ReviewSession(workspace, is_cram=True)
        history = [left_of(session)]
        for action in chosen:
            question, _ = session.look()
            assert left_of(session) == history[-1]
            if action == "undo":
                if session.undo():
                    history.pop()
            elif question is None:
                break
            else:
                if isinstance(action, Rating):
                    answer(session, action)
                else:
                    getattr(session, action)(question)
                now = left_of(session)
                kept = [key for key in now if key != question.card.key]
                assert kept == [key for key in history[-1] if key in kept]
                history.append(now)
            assert left_of(session) == history[-1]


def test_a_plain_cram_says_what_it_is(workspace: Workspace) -> None:
    """The turn of a card, the grades and the end say that no schedule moves; counts are of the cram."""
    sink = StringIO()
    PlainReview(ReviewSession(workspace, is_cram=True), StringIO("\n1\n"), sink).run()
    shown = sink.getvalue()
    assert "[5 cram] attention: a" in shown
    assert "(cram)" in shown
    assert "Cram: the schedule stays as it is.\n1 Again  2 Hard  3 Good  4 Easy" in shown
    assert "5 cards left of this cram; 5 cards left for today." in shown


@pytest.mark.parametrize("rating", [Rating.AGAIN, Rating.GOOD])
def test_undo_in_a_cram_goes_on_where_it_was(workspace: Workspace, rating: Rating) -> None:
    """The undone card comes next; its answer counts anew."""
    session = ReviewSession(workspace, is_cram=True)
    answer(session, Rating.AGAIN)
    undone = answer(session, rating).card
    assert session.undo() is not None
    assert asked(session).card == undone
    assert asked(session).queued.turn is Turn.CRAM
    assert summarise(session).answered == 1
