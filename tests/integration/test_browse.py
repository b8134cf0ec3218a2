from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from quizzer.core.card_facts import CardFacts
from quizzer.core.memory import CardState
from quizzer.core.queue import Cause
from quizzer.core.rating import Rating
from quizzer.core.review import EventKind
from quizzer.core.scheduler_choice import SchedulerChoice, SchedulerName
from quizzer.errors import QueryError, UsageError
from quizzer.services.browse import load_cards
from quizzer.services.bulk import BulkStep, act, nothing_to_do, undo
from quizzer.services.card_words import describe, say_due
from quizzer.services.doctor import differing_states
from quizzer.services.due import report_here
from quizzer.services.pulling import pull_notes
from quizzer.services.review import ReviewSession
from quizzer.services.workspace import Workspace
from quizzer.storage.card_reads import read_weak
from quizzer.storage.kata_cards import make_kata_card
from quizzer.storage.log_columns import read_rated, read_rating_counts
from quizzer.storage.queue import read_day_count
from tests.support import (
    OpenWorkspace,
    StandingClock,
    WriteDeck,
    answer,
    read_card_states,
    read_log,
    set_scheduler,
)

SYLLABUS = """areas:
  - id: base
    title: Base
    topics: [{id: a1-topic, title: T, level: mid}, {id: a2-topic, title: T, level: mid}]
  - {id: top, title: Top, topics: [{id: a3-topic, title: T, level: mid}]}
"""
BODIES = {
    "a2": "cloze: 'It costs {{c1::$O(T^2)$}} and {{c2::more}}.'",
    "a3": "q: Which?\n    choices: {right: the features, wrong: [b]}\n    a: Each.\n    kata: double-it",
    "a4": "q: How many?\n    accept: {number: 0.5, unit: MiB}\n    a: Half.\n    tags: [Sizes]",
}


def find(workspace: Workspace, query: str) -> list[str]:
    """Return the keys of the cards that fit."""
    return [card.key for card in load_cards(workspace).find(query)]


def do(workspace: Workspace, kind: EventKind, query: str = "") -> BulkStep:
    """Do something to the cards that fit."""
    return act(workspace, [(c.card_id, c.key) for c in load_cards(workspace).find(query)], kind)


def facts(workspace: Workspace, key: str) -> CardFacts:
    """Return what is known of a card."""
    return next(card for card in load_cards(workspace).cards if card.key == key)


def test_queries_read_what_stands_in_decks(
    open_here: OpenWorkspace, write_deck: WriteDeck, shipped: Path, note: Callable[[str, str], str]
) -> None:
    """Every kind of note is found by its text and by each of its fields; what does not exist is named."""
    write_deck("attention", "a1", notes="".join(note(key, body) for key, body in BODIES.items()))
    with open_here() as workspace:
        assert find(workspace, "") == ["a1", "a2/c1", "a2/c2", "a3", "a4"]
        assert find(workspace, '"IS **a1**"') == ["a1"]
        assert find(workspace, '"costs $o(t^2)$ and more"') == ["a2/c1", "a2/c2"]
        assert find(workspace, "features or 0.5") == ["a3", "a4"]
        assert find(workspace, "tag:sizes level:mid deck:attention topic:a4*") == ["a4"]
        assert find(workspace, "kata:double-it") == ["a3"]
        assert find(workspace, "id:a2") == ["a2/c1", "a2/c2"]
        with pytest.raises(QueryError, match="did you mean 'attention'"):
            find(workspace, "deck:atention")
        with pytest.raises(QueryError, match="there is no area"):
            find(workspace, "area:base")


def test_areas_come_from_the_syllabus(open_here: OpenWorkspace, write_deck: WriteDeck, shipped: Path) -> None:
    """A card is in the areas of its topics."""
    write_deck("attention", "a1", "a2", "a3")
    (shipped / "decks" / "_syllabus.yaml").write_text(SYLLABUS, encoding="utf-8")
    with open_here() as workspace:
        assert find(workspace, "area:top") == ["a3"]
        assert find(workspace, "area:base") == ["a1", "a2"]


def test_queries_read_how_the_learner_stands(workspace: Workspace, clock: StandingClock) -> None:
    """States and numbers are those of the learner's log, as of the present study day."""
    for rating in (Rating.GOOD, Rating.AGAIN, Rating.EASY):
        answer(ReviewSession(workspace), rating)
    do(workspace, EventKind.SUSPEND, "id:a3")
    do(workspace, EventKind.BURY, "id:a4")
    do(workspace, EventKind.FLAG, "id:a1")
    assert find(workspace, "is:new is:buried") == ["a4"]
    assert find(workspace, "is:suspended prop:ease>2.5") == ["a3"]
    assert find(workspace, "is:weak") == ["a2"]
    assert find(workspace, "is:flagged rated:1:3") == ["a1"]
    assert find(workspace, "is:due") == []
    clock.advance(days=2)
    assert find(workspace, "is:due prop:due=-1") == ["a1", "a2"]
    assert find(workspace, "rated:2") == []
    assert find(workspace, "rated:3 -is:suspended") == ["a1", "a2"]
    assert find(workspace, "is:buried") == []
    assert find(workspace, "prop:stability>0") == []


def test_a_step_of_fsrs_is_learning_until_the_night(workspace: Workspace, clock: StandingClock) -> None:
    """Within its steps a card is learning and not due; the day after it is due. FSRS has its own numbers."""
    set_scheduler(workspace, SchedulerChoice(SchedulerName.FSRS))
    answer(ReviewSession(workspace), Rating.AGAIN)
    assert find(workspace, "is:learning -is:due") == ["a1"]
    assert find(workspace, "prop:stability>0 prop:difficulty>1 prop:retrievability=1") == ["a1"]
    assert find(workspace, "prop:ease>0") == []
    clock.advance(days=3)
    assert find(workspace, "is:due -is:learning prop:retrievability<1") == ["a1"]
    assert "stability" in describe(facts(workspace, "a1"))[-1]
    assert "1 review · 0 lapses" in describe(facts(workspace, "a1"))[-1]


def test_orphans_and_katas_are_browsed_too(
    workspace: Workspace, open_here: OpenWorkspace, write_deck: WriteDeck
) -> None:
    """A card of no deck any more is an orphan, a kata's card is none; both stand last and are described."""
    answer(ReviewSession(workspace), Rating.GOOD)
    with workspace.database.writing() as connection:
        make_kata_card(connection, "double-it")
    write_deck("attention", "a2")
    with open_here() as later:
        assert find(later, "is:orphan") == ["a1", "a3", "a4", "a5"]
        assert find(later, "deck:*") == ["a2"]
        assert find(later, "kata:*") == ["kata/double-it"]
        assert find(later, "")[0] == "a2"
        assert "No deck has this card" in describe(facts(later, "a1"))[-1]
        assert "quizzer kata double-it" in describe(facts(later, "kata/double-it"))[-1]
        assert load_cards(later).card("a1") is None
        assert load_cards(later).question("a2") == "What is a2?"
        do(later, EventKind.RESET, "is:orphan")
        assert read_card_states(later)["a1"] == CardState()
        assert differing_states(later) == {}


def test_a_face_that_its_note_lost_is_an_orphan(
    open_here: OpenWorkspace, write_deck: WriteDeck, note: Callable[[str, str], str]
) -> None:
    """Where a note is still there and one of its clozes is not, that card has no deck and no text."""
    write_deck("attention", notes=note("a2", "cloze: '{{c1::a}} {{c2::b}}'"))
    with open_here():
        pass
    write_deck("attention", notes=note("a2", "cloze: '{{c1::a}} b'"))
    with open_here() as workspace:
        assert (find(workspace, "is:orphan"), find(workspace, "deck:*")) == (["a2/c2"], ["a2/c1"])


@pytest.mark.parametrize("days", [-40, -1, 0, 1, 2, 400])
def test_a_due_day_is_said_in_words(days: int) -> None:
    """What is past, today, tomorrow and later each have their words."""
    said = {-40: "1.3 mo ago", -1: "1 d ago", 0: "today", 1: "tomorrow", 2: "in 2 d", 400: "in 1.1 y"}
    assert say_due(CardFacts(1, "a", "a", due_days=days)) == said[days]


def test_a_step_is_done_to_those_it_changes_and_undone_as_one(workspace: Workspace) -> None:
    """Cards that are suspended already are left out; undo takes back what the step did and no more."""
    do(workspace, EventKind.SUSPEND, "id:a2")
    before = read_card_states(workspace)
    step = do(workspace, EventKind.SUSPEND)
    assert (step.keys, step.sentence) == (("a1", "a3", "a4", "a5"), "4 cards suspended.")
    assert find(workspace, "-is:suspended") == []
    assert do(workspace, EventKind.SUSPEND) == BulkStep(EventKind.SUSPEND, ())
    assert nothing_to_do(EventKind.SUSPEND, 5) == "Nothing was done: all 5 cards are suspended already."
    undone = undo(workspace, step.number)
    assert (undone.keys, undone.undone) == (step.keys, "Undone: 4 cards suspended.")
    assert read_card_states(workspace) == before
    assert undo(workspace).keys == ("a2",)
    with pytest.raises(UsageError, match="nothing to undo"):
        undo(workspace)
    assert differing_states(workspace) == {}


@pytest.mark.parametrize("kind", [EventKind.BURY, EventKind.FLAG, EventKind.RESET])
def test_a_second_time_there_is_nothing_to_do(workspace: Workspace, kind: EventKind) -> None:
    """What is done once is done; the opposite, where there is one, takes it away."""
    answer(ReviewSession(workspace), Rating.GOOD)
    assert do(workspace, kind, "id:a1").keys == ("a1",)
    assert do(workspace, kind, "id:a1").keys == ()
    if kind is EventKind.FLAG:
        assert do(workspace, EventKind.UNFLAG).keys == ("a1",)


def test_undo_is_all_or_nothing(workspace: Workspace) -> None:
    """Where one of the cards was answered since, none is touched, and the error names it."""
    step = do(workspace, EventKind.FLAG)
    answer(ReviewSession(workspace), Rating.GOOD)
    before = read_card_states(workspace)
    with pytest.raises(UsageError, match="nothing was undone: a1 was answered or changed"):
        undo(workspace, step.number)
    assert read_card_states(workspace) == before


def test_a_pull_does_not_stand_in_the_way_of_undo(workspace: Workspace) -> None:
    """A card that a kata pulled since can be freed of what was done to it."""
    do(workspace, EventKind.FLAG)
    with workspace.database.writing() as connection:
        pull_notes(workspace, connection, workspace.now(), {"a1": Cause("scan", "carry-forgotten")})
    assert len(undo(workspace).keys) == 5


def test_a_reset_card_is_new_and_its_day_stays_counted(workspace: Workspace, clock: StandingClock) -> None:
    """A reset gives no place of the day back and hides the note until tomorrow; then it comes anew."""
    answer(ReviewSession(workspace), Rating.GOOD)
    clock.advance(days=1)
    answer(ReviewSession(workspace), Rating.GOOD)
    answer(ReviewSession(workspace), Rating.EASY)
    counts = day_counts(workspace)
    step = do(workspace, EventKind.RESET)
    assert step.keys == ("a1", "a2")
    assert read_card_states(workspace)["a1"] == CardState()
    assert len(read_log(workspace)) == 3
    assert day_counts(workspace) == counts == (1, 1)
    assert report_here(workspace).new == 3
    clock.advance(days=1)
    assert report_here(workspace).new == 5
    assert report_here(workspace).due == 0
    assert undo(workspace).keys == ("a1", "a2")
    assert read_card_states(workspace)["a1"].reviews == 2


def test_a_card_reset_and_pulled_counts_once_for_each(workspace: Workspace, clock: StandingClock) -> None:
    """What was a review before the reset stays one, and what a pull then introduced is over the limit."""
    answer(ReviewSession(workspace), Rating.GOOD)
    clock.advance(days=1)
    answer(ReviewSession(workspace), Rating.GOOD)
    do(workspace, EventKind.RESET)
    with workspace.database.writing() as connection:
        pull_notes(workspace, connection, workspace.now(), {"a1": Cause("scan", "carry-forgotten")})
    assert answer(ReviewSession(workspace), Rating.GOOD).card.key == "a1"
    assert day_counts(workspace) == (1, 0)
    assert differing_states(workspace) == {}


def test_statistics_begin_anew_with_a_reset(workspace: Workspace, clock: StandingClock) -> None:
    """A reset card is not weak, a fit reads what came after, and its next rating counts as a first one."""
    answer(ReviewSession(workspace), Rating.AGAIN)
    with workspace.database.peeking() as run:
        assert read_weak(run) == {"a1"}
        assert len(list(read_rated(run))) == 1
    do(workspace, EventKind.RESET)
    clock.advance(days=1)
    with workspace.database.peeking() as run:
        assert read_weak(run) == set()
        assert list(read_rated(run)) == []
    answer(ReviewSession(workspace), Rating.GOOD)
    with workspace.database.peeking() as run:
        assert [rating for _, rating, _, _ in read_rated(run)] == [Rating.GOOD]
        first, later = read_rating_counts(run)
    assert ({rating: count.answers for rating, count in first.items()}, later) == (
        {Rating.AGAIN: 1, Rating.GOOD: 1},
        {},
    )


def day_counts(workspace: Workspace) -> tuple[int, int]:
    """Return how many places of the day's limits for due and new cards are used up."""
    with workspace.database.peeking() as run:
        count = read_day_count(run, workspace.study_day())
    return count.reviews, count.new
