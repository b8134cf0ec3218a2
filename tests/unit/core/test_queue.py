from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzer.core.queue import (
    DAY_TURNS,
    Candidates,
    DayCount,
    DeckCount,
    Limits,
    QueuedCard,
    Turn,
    build_queue,
)
from quizzer.core.review import ReviewKind

TODAY = date(2026, 3, 2)


def cards(turn: Turn, *names: str) -> list[QueuedCard]:
    """Cards named `note/face`."""
    return [QueuedCard(i, name, name.split("/")[0], "deck", turn) for i, name in enumerate(names)]


def test_pulled_comes_before_due_due_before_new_and_new_before_drill() -> None:
    """The order of a day is pulled, due, new, drill."""
    queue = build_queue(
        TODAY,
        Candidates(
            pulled=cards(Turn.PULLED, "p"),
            due=cards(Turn.DUE, "a"),
            new=cards(Turn.NEW, "b"),
            drill=cards(Turn.DRILL, "c"),
        ),
        Limits(reviews=9, new=9),
    )
    assert [card.key for card in queue.cards] == ["p", "a", "b", "c"]


def test_a_note_is_asked_once_a_day() -> None:
    """Of two cards of a note only the first is asked, be it due or new."""
    queue = build_queue(
        TODAY,
        Candidates(due=cards(Turn.DUE, "a/c1", "a/c2"), new=cards(Turn.NEW, "a/c3", "b/c1", "b/c2")),
        Limits(),
    )
    assert [card.key for card in queue.cards] == ["a/c1", "b/c1"]


def test_a_card_that_is_not_wanted_takes_no_place() -> None:
    """Unwanted cards count neither against the limit nor as their note's turn."""
    queue = build_queue(
        TODAY, Candidates(new=cards(Turn.NEW, "a/c1", "a/c2", "b")), Limits(new=2), lambda key: key != "a/c1"
    )
    assert [card.key for card in queue.cards] == ["a/c2", "b"]


def test_first_keeps_the_drill() -> None:
    """A session limit cuts due and new cards, never the drill."""
    queue = build_queue(
        TODAY, Candidates(due=cards(Turn.DUE, "a", "b"), drill=cards(Turn.DRILL, "c")), Limits()
    )
    assert [card.key for card in queue.first(1).cards] == ["a", "c"]
    assert [card.key for card in queue.first(-1).cards] == ["c"]


names = st.lists(st.from_regex(r"[a-f]/c[1-3]", fullmatch=True), unique=True)


@given(pulled=names, due=names, new=names, reviews=st.integers(0, 5), fresh=st.integers(0, 5))
def test_limits_hold_and_notes_are_unique(
    pulled: list[str], due: list[str], new: list[str], reviews: int, fresh: int
) -> None:
    """Whatever the candidates, limits hold, notes are unique, and no place is left empty without need."""
    queue = build_queue(
        TODAY,
        Candidates(pulled=cards(Turn.PULLED, *pulled), due=cards(Turn.DUE, *due), new=cards(Turn.NEW, *new)),
        Limits(reviews, fresh),
    )
    notes = [card.note_id for card in queue.cards]
    assert len(notes) == len(set(notes))
    asked = {name[0] for name in pulled}
    assert queue.count(Turn.PULLED) == len(asked)
    assert queue.count(Turn.DUE) == min(reviews, len({name[0] for name in due} - asked))
    assert queue.count(Turn.NEW) <= fresh


@pytest.mark.parametrize(
    ("turn", "ahead_days", "kind"),
    [
        (Turn.PULLED, 3, ReviewKind.AHEAD),
        (Turn.PULLED, 0, ReviewKind.SCHEDULED),
        (Turn.DUE, 0, ReviewKind.SCHEDULED),
        (Turn.NEW, 0, ReviewKind.SCHEDULED),
        (Turn.AHEAD, 3, ReviewKind.AHEAD),
        (Turn.AHEAD, 0, ReviewKind.SCHEDULED),  # due, and left over by the day's limit
        (Turn.DRILL, 0, ReviewKind.DRILL),
        (Turn.CRAM, 0, ReviewKind.CRAM),
        (Turn.CRAM, 3, ReviewKind.CRAM),
    ],
)
def test_the_kind_of_a_review_follows_from_its_card(turn: Turn, ahead_days: int, kind: ReviewKind) -> None:
    """Only a card that comes before its due day is reviewed ahead, and only a drill is a drill."""
    assert QueuedCard(1, "a", "a", "deck", turn, ahead_days).kind is kind


def test_a_card_on_a_step_is_learnt_whatever_brings_it() -> None:
    """Its own turn or a pull: the answer is one within steps."""
    for turn in (Turn.LEARNING, Turn.PULLED):
        assert QueuedCard(1, "a", "a", "deck", turn, is_learning=True).kind is ReviewKind.LEARNING


def test_steps_that_are_over_come_first_and_others_last() -> None:
    """A step that is over is asked before all else, one that is almost over when nothing else is left."""
    queue = build_queue(
        TODAY,
        Candidates(
            learning=cards(Turn.LEARNING, "l"),
            pulled=cards(Turn.PULLED, "p"),
            ahead=cards(Turn.AHEAD, "p/c2", "h"),
            drill=cards(Turn.DRILL, "d"),
            waiting=cards(Turn.LEARNING, "w"),
        ),
        Limits(),
    )
    assert [card.key for card in queue.cards] == ["l", "p", "h", "d", "w"]


def test_a_deck_counts_each_turn_once() -> None:
    """The figures of a deck are found by turn, and its total is their sum; limits bound due and new alone."""
    count = DeckCount("deck", pulled=9, due=30, new=40, drill=8, learning=5)
    assert [count.of(turn) for turn in DAY_TURNS] == [5, 9, 30, 40, 8]
    assert count.total == 92
    within = DeckCount("deck", pulled=9, due=3, new=4, drill=8, learning=5)
    assert count.within(Limits(reviews=3, new=4)) == within


def test_what_was_done_is_taken_off_the_limits() -> None:
    """Limits never fall below nothing, as after a limit was lowered."""
    assert Limits(10, 5).less(DayCount(reviews=3, new=9)) == Limits(7, 0)
