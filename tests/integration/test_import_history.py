"""Histories that come in: kinds told from study days, nothing twice, placements, taking an import back."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from quizzer.core.memory import FsrsMemory, Sm2Memory
from quizzer.core.note import Note, NoteKind
from quizzer.core.placement import Placement
from quizzer.core.queue import Turn
from quizzer.core.rating import Rating
from quizzer.core.review import EventKind, ReviewKind
from quizzer.core.scheduler_choice import SchedulerChoice, SchedulerName
from quizzer.errors import UsageError
from quizzer.exchange.incoming import Incoming, IncomingCard, IncomingNote, IncomingReview, LeftOut
from quizzer.services import importing
from quizzer.services.browse import load_cards
from quizzer.services.bulk import act
from quizzer.services.bulk import undo as undo_bulk
from quizzer.services.due import count_due
from quizzer.services.fitting import read_own_log
from quizzer.services.import_files import FileWriter
from quizzer.services.import_plan import Imported
from quizzer.services.import_text import history_lines
from quizzer.services.import_undo import undo_import
from quizzer.services.import_weigher import differs
from quizzer.services.importing import apply_import, plan_import
from quizzer.services.review import ReviewSession
from quizzer.services.selection import Selection
from quizzer.services.stats import read_statistics
from quizzer.services.workspace import Workspace
from quizzer.storage.imports import read_card_ids
from tests.support import (
    START,
    OpenWorkspace,
    StandingClock,
    answer,
    ask_all,
    read_card_states,
    read_log,
    set_scheduler,
)

HARD_DAY = datetime(2026, 1, 5, 9, tzinfo=UTC)


def review(
    days: float, rating: Rating = Rating.GOOD, interval_days: int = 1, kind: ReviewKind | None = None
) -> IncomingReview:
    """Return a review some days after 5 January 2026, nine o'clock."""
    return IncomingReview(rating, HARD_DAY + timedelta(days=days), 5_000, interval_days, kind)


def card(
    *reviews: IncomingReview,
    face: str = "",
    placement: Placement | None = None,
    is_suspended: bool = False,
    is_flagged: bool = False,
) -> IncomingCard:
    """Return a card that comes in."""
    return IncomingCard(face, reviews, placement, is_suspended, is_flagged)


def words(*cards: IncomingCard, note_id: str = "x1", question: str = "Q?") -> Incoming:
    """Return a file with one note."""
    note = Note(note_id, NoteKind.BASIC, question, "A.")
    return Incoming("anki", (IncomingNote("k", note, ("Words",), "words:1", cards),))


def bring(workspace: Workspace, incoming: Incoming) -> Imported:
    """Import with history, and see that the plan has said the same."""
    plan = plan_import(workspace, incoming, with_history=True)
    imported = apply_import(workspace, plan)
    assert imported.history == plan.history
    return imported


def kinds(workspace: Workspace) -> Sequence[str]:
    """Return the kinds of the live reviews in log order."""
    return [review.kind.value for review in read_log(workspace)]


def test_reviews_come_in_order_of_time_with_their_origin(workspace: Workspace) -> None:
    """Reviews of several cards are one log in the order of time, and say where they come from."""
    notes = tuple(
        words(card(review(days, Rating.EASY, 4)), note_id=note_id).notes[0]
        for days, note_id in [(2, "x1"), (1, "x2")]
    )
    imported = bring(workspace, Incoming("anki", notes))
    assert imported.history is not None
    assert (imported.history.reviews, imported.history.cards) == (2, 2)
    log = read_log(workspace)
    assert [entry.reviewed_at for entry in log] == [HARD_DAY + timedelta(days=days) for days in (1, 2)]
    assert {(entry.origin, entry.scheduler, entry.rating, entry.interval_days) for entry in log} == {
        ("anki", "anki", Rating.EASY, 4)
    }
    assert imported.backup is not None
    assert imported.backup.exists()


def test_kinds_are_told_from_study_days(workspace: Workspace) -> None:
    """New and due cards are scheduled, a second rating of a day is learning, one before its day ahead."""
    bring(
        workspace,
        words(
            card(
                review(0, Rating.AGAIN, 0),
                review(0.01, Rating.GOOD, 1),
                review(1, Rating.GOOD, 5),
                review(3, Rating.GOOD, 8),
                review(20, Rating.GOOD, 20),
                review(20.5, Rating.GOOD, 20, ReviewKind.CRAM),
            )
        ),
    )
    assert kinds(workspace) == ["scheduled", "learning", "scheduled", "ahead", "scheduled", "cram"]


def test_a_night_before_the_rollover_is_the_same_study_day(workspace: Workspace) -> None:
    """A rating at three at night belongs to the day before, as one's own does."""
    bring(workspace, words(card(review(0, Rating.AGAIN, 0), review(0.75, Rating.GOOD, 1))))
    assert kinds(workspace) == ["scheduled", "learning"]


def test_a_second_import_adds_what_is_new(workspace: Workspace) -> None:
    """Known reviews are not doubled, newer ones are added, older ones are left out and counted."""
    first = [review(1), review(5)]
    bring(workspace, words(card(*first)))
    again = bring(workspace, words(card(review(0), *first, review(9))))
    assert again.history is not None
    assert (again.history.reviews, again.history.known, again.history.older) == (1, 2, 1)
    assert [entry.number for entry in read_log(workspace)] == [1, 2, 3]
    nothing = bring(workspace, words(card(*first, review(9))))
    assert not nothing.has_changed


@pytest.mark.parametrize(
    "bad",
    [
        review(-15_000),
        review(10_000),
        replace(review(10_000), order=1),  # later than a clock that was set back explains
        replace(review(1), interval_days=-1),
        replace(review(1), study_day=date(9999, 12, 31)),
    ],
)
def test_what_cannot_have_been_is_refused(workspace: Workspace, bad: IncomingReview) -> None:
    """Reviews of the future or before 2000, and intervals below nothing, are told of and left out."""
    imported = bring(workspace, words(card(bad, review(2))))
    assert [refused.where for refused in imported.refused] == ["x1"]
    assert len(read_log(workspace)) == 1


def test_a_face_that_the_note_does_not_have_is_counted(workspace: Workspace) -> None:
    """The history of a card that this kind of note never has is left out."""
    imported = bring(workspace, words(card(review(1), face="c7")))
    assert imported.history is not None
    assert (imported.history.homeless, imported.history.reviews) == (1, 0)


def test_a_placement_puts_the_card_where_it_was(workspace: Workspace) -> None:
    """Due day, interval and ease are the source's, whatever the reviews led to; the next answer goes on."""
    placement = Placement(date(2026, 3, 2), 30, ease_factor=210, repetitions=5)
    bring(workspace, words(card(review(1), placement=placement)))
    state = read_card_states(workspace)["x1"]
    assert (state.due_on, state.memory) == (date(2026, 3, 2), Sm2Memory(210, 5, 30))
    with workspace.database.peeking() as run:
        assert count_due(run, workspace.moment(), workspace.limits).all_decks.due == 1
    assert answer(ReviewSession(workspace), Rating.GOOD).card.key == "x1"
    assert read_card_states(workspace)["x1"].memory == Sm2Memory(210, 6, 63)


def test_a_placement_without_reviews_is_no_new_card(workspace: Workspace) -> None:
    """A card whose reviews the source forgot counts as due, and stays placed when the scheduler changes."""
    bring(workspace, words(card(placement=Placement(date(2026, 3, 2), 30))))
    state = read_card_states(workspace)["x1"]
    assert state.memory == Sm2Memory(250, 2, 30)
    assert state.introduced_on == state.reviewed_on == date(2026, 1, 31)
    set_scheduler(workspace, SchedulerChoice(SchedulerName.FSRS, has_fuzz=False))
    placed = read_card_states(workspace)["x1"]
    assert isinstance(placed.memory, FsrsMemory)
    assert placed.memory.stability == pytest.approx(30)
    assert (placed.due_on, placed.memory.interval_days) == (date(2026, 3, 2), 30)
    session = ReviewSession(workspace.with_setting("new_limit", 5))
    answer(session, Rating.GOOD)
    _, progress = session.look()
    assert progress.new == 5  # the answer was none of a new card


def test_a_reschedule_replaces_a_placement(workspace: Workspace) -> None:
    """As stored intervals do, a placement stands until the scheduler changes, and after it again."""
    set_scheduler(workspace, SchedulerChoice(SchedulerName.FSRS, has_fuzz=False))
    placement = Placement(date(2026, 4, 1), 60, stability=80.0, difficulty=3.0)
    bring(workspace, words(card(review(1), review(3), placement=placement)))
    assert read_card_states(workspace)["x1"].memory == FsrsMemory(80.0, 3.0, 60)
    set_scheduler(workspace, SchedulerChoice())
    assert read_card_states(workspace)["x1"].memory == Sm2Memory(250, 2, 6)
    again = bring(workspace, words(card(review(1), review(3), placement=placement)))
    assert not again.has_changed


@pytest.mark.parametrize("rating", [Rating.AGAIN, Rating.EASY])
def test_rounded_figures_are_those_of_the_log(workspace: Workspace, rating: Rating) -> None:
    """Anki keeps four decimals of a stability; the card keeps its own, and its learning step."""
    set_scheduler(workspace, SchedulerChoice(SchedulerName.FSRS, has_fuzz=False))
    bring(workspace, words(card(review(1, rating, 0 if rating is Rating.AGAIN else 8))))
    state = read_card_states(workspace)["x1"]
    memory = state.memory
    assert isinstance(memory, FsrsMemory)
    assert state.due_on is not None
    exact = replace(memory, stability=memory.stability + 0.000_04, difficulty=memory.difficulty - 0.000_4)
    rounded = Placement(
        state.due_on, memory.interval_days, None, None, round(exact.stability, 4), round(exact.difficulty, 3)
    )
    with workspace.database.peeking() as run:
        regime = workspace.regime(run)
    found = replace(state, memory=exact)
    assert not differs(found, card(placement=rounded), regime)
    for other in (
        replace(rounded, stability=exact.stability + 0.0002),
        replace(rounded, due_on=state.due_on + timedelta(days=1)),
        replace(rounded, interval_days=memory.interval_days + 1),
    ):
        assert differs(found, card(placement=other), regime)


def test_what_was_answered_since_the_plan_counts(workspace: Workspace) -> None:
    """The history is weighed again where the log is another one when it is written."""
    incoming = words(card(review(1), placement=Placement(date(2026, 3, 2), 30, 210, 5)))
    apply_import(workspace, plan_import(workspace, incoming))
    plan = plan_import(workspace, incoming, with_history=True)
    ask_all(ReviewSession(workspace))
    imported = apply_import(workspace, plan)
    assert plan.history is not None
    assert imported.history is not None
    assert (plan.history.reviews, imported.history.reviews, imported.history.older) == (1, 0, 1)
    assert "anki" not in {entry.origin for entry in read_log(workspace)}


def test_a_card_that_went_on_here_is_not_put_back(workspace: Workspace) -> None:
    """After an answer of one's own, a later import of the old state changes nothing."""
    incoming = words(card(review(1), placement=Placement(date(2026, 3, 2), 30, 210, 5)))
    bring(workspace, incoming)
    answer(ReviewSession(workspace), Rating.GOOD)
    before = read_card_states(workspace)["x1"]
    assert not bring(workspace, incoming).has_changed
    assert read_card_states(workspace)["x1"] == before


def test_an_older_schedule_replaces_no_newer_one(workspace: Workspace) -> None:
    """A package from before the last reviews leaves the card where a later one has put it."""
    older = words(card(review(1), placement=Placement(date(2026, 3, 2), 30, 210, 5)))
    newer = words(card(review(1), review(2), placement=Placement(date(2026, 4, 3), 60, 210, 6)))
    bring(workspace, older)
    bring(workspace, newer)
    assert not bring(workspace, older).has_changed
    assert read_card_states(workspace)["x1"].due_on == date(2026, 4, 3)
    moved = words(card(review(1), review(2), placement=Placement(date(2026, 4, 9), 60, 210, 6)))
    assert bring(workspace, moved).has_changed
    assert read_card_states(workspace)["x1"].due_on == date(2026, 4, 9)


def test_suspended_and_flagged_come_along(workspace: Workspace) -> None:
    """A card set apart there is set apart here, once; a leech of ours stays where the source had it."""
    lapses = [review(day, Rating.AGAIN, 1) for day in range(10)]
    incoming = Incoming(
        "anki",
        (
            words(card(review(1), is_suspended=True, is_flagged=True)).notes[0],
            words(card(*lapses), note_id="x2").notes[0],
        ),
    )
    bring(workspace, incoming)
    states = read_card_states(workspace)
    assert (states["x1"].is_suspended, states["x1"].is_flagged) == (True, True)
    assert (states["x2"].is_suspended, states["x2"].lapses) == (False, 9)
    cards = [(item.card_id, item.key) for item in load_cards(workspace).cards if item.key == "x1"]
    act(workspace, cards, EventKind.UNSUSPEND)
    assert not bring(workspace, incoming).has_changed


def test_imported_reviews_are_fitted_to(workspace: Workspace) -> None:
    """What was learnt elsewhere tells the optimiser as much as one's own answers."""
    bring(workspace, words(card(review(1), review(5), review(9))))
    log = read_own_log(workspace)
    assert (log.cards, log.next_day_reviews) == (1, 2)


def test_an_import_is_taken_back_whole(workspace: Workspace) -> None:
    """Reviews, placements and notes go, and come again with the next import."""
    answer(ReviewSession(workspace), Rating.GOOD)
    before = read_card_states(workspace)
    incoming = words(card(review(1), placement=Placement(date(2026, 3, 2), 30), is_flagged=True))
    imported = bring(workspace, incoming)
    undone = undo_import(workspace)
    assert (undone.origin, undone.reviews, undone.files, undone.edited) == ("anki", 1, imported.files, ())
    assert workspace.library.get("x1") is None
    assert not imported.files[0].exists()
    states = read_card_states(workspace)
    assert {key: states[key] for key in before} == before
    assert states["x1"].is_new
    with pytest.raises(UsageError, match="no import stands"):
        undo_import(workspace)
    again = bring(workspace, incoming)
    assert again.history is not None
    assert again.history.reviews == 1


def test_an_edited_deck_file_stays_when_an_import_is_taken_back(workspace: Workspace) -> None:
    """The history goes; the file that was edited since is named and left as it is."""
    bring(workspace, words())
    path = workspace.content.roots.learner_decks / "words.yaml"
    first = path.read_bytes()
    imported = bring(workspace, words(card(review(1)), note_id="x2"))
    assert imported.files == (path,)
    edited = path.read_text() + "# mine\n"
    path.write_text(edited)
    undone = undo_import(workspace)
    assert (undone.files, undone.edited, undone.reviews) == ((), (path,), 1)
    assert path.read_text() == edited
    path.write_bytes(first)
    workspace.reload()
    assert undo_import(workspace).files == (path,)


def test_an_import_whose_cards_went_on_stays(workspace: Workspace) -> None:
    """After an answer to one of its cards nothing is taken back, and the sentence names the card."""
    bring(workspace, words(card(review(1))))
    answer(ReviewSession(workspace), Rating.GOOD)
    with pytest.raises(UsageError, match="x1 was answered"):
        undo_import(workspace)
    assert len(read_log(workspace)) == 2


def test_a_note_that_was_answered_since_does_not_go_unasked(
    workspace: Workspace, clock: StandingClock
) -> None:
    """An import of notes alone stays once one of them was answered; taken back all the same, answers wait."""
    incoming = words(card(review(1)))
    plan = plan_import(workspace, incoming)
    path = apply_import(workspace, plan).files[0]
    session = ReviewSession(workspace, Selection(decks=("words",)))
    clock.instant -= timedelta(hours=1)  # the log's order counts, not the clock
    answer(session, Rating.GOOD)
    with pytest.raises(UsageError, match=r"x1 of the import was answered.*undo --answered"):
        undo_import(workspace)
    assert path.exists()
    undone = undo_import(workspace, takes_answered=True)
    assert (undone.files, undone.answered) == ((path,), {"x1": 1})
    assert workspace.library.get("x1") is None
    apply_import(workspace, plan_import(workspace, incoming))
    assert read_card_states(workspace)["x1"].due_on == date(2026, 3, 3)


def test_an_answer_that_was_undone_or_came_before_holds_no_import(workspace: Workspace) -> None:
    """Only what stands, and was answered behind the import, would be lost from sight."""
    session = ReviewSession(workspace)
    answer(session, Rating.GOOD)
    apply_import(workspace, plan_import(workspace, words()))
    answer(session, Rating.GOOD)
    later = ReviewSession(workspace, Selection(decks=("words",)))
    answer(later, Rating.GOOD)
    later.undo()
    assert undo_import(workspace).answered == {}


def test_a_note_that_stays_holds_no_import(workspace: Workspace) -> None:
    """Nothing is lost where the file had the note before, or a shipped one of its id comes to light."""
    apply_import(workspace, plan_import(workspace, words(note_id="x1")))
    apply_import(workspace, plan_import(workspace, words(note_id="x2")))
    assert answer(ReviewSession(workspace, Selection(decks=("words",))), Rating.GOOD).card.key == "x1"
    assert undo_import(workspace).answered == {}
    assert workspace.library.get("x1") is not None
    own = apply_import(workspace, plan_import(workspace, words(note_id="a1"), overwrite=True))
    assert workspace.library.note("a1").question == "Q?"
    answer(ReviewSession(workspace), Rating.GOOD)
    undone = undo_import(workspace)
    assert (undone.files, undone.answered) == (own.files, {})
    assert workspace.library.note("a1").question == "What is a1?"


def test_an_import_without_an_end_holds_on_to_answers_too(
    workspace: Workspace, clock: StandingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Answered notes of an import that was killed before its log was written do not go unasked."""
    with monkeypatch.context() as patch:
        patch.setattr(FileWriter, "put_back", lambda self: None)  # nobody tidies up after a kill
        patch.setattr(importing, "_write_log", lambda *_: sys.exit())
        with pytest.raises(SystemExit):
            apply_import(workspace, plan_import(workspace, words()))
    clock.advance(minutes=1)
    answer(ReviewSession(workspace, Selection(decks=("words",))), Rating.GOOD)
    clock.advance(minutes=1)
    with pytest.raises(UsageError, match="x1 of the import was answered"):
        undo_import(workspace)
    assert workspace.library.get("x1") is not None
    assert undo_import(workspace, takes_answered=True).answered == {"x1": 1}
    assert workspace.library.get("x1") is None


def test_the_undo_of_bulk_steps_leaves_imports_alone(workspace: Workspace) -> None:
    """`cards undo` looks for what was done in the browser, not for what an import suspended."""
    bring(workspace, words(card(review(1), is_suspended=True)))
    with pytest.raises(UsageError, match="nothing to undo"):
        undo_bulk(workspace)


def test_a_failure_in_the_log_puts_the_decks_back(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All or nothing: when the history cannot be written, no note is left behind."""
    plan = plan_import(workspace, words(card(review(1))), with_history=True)

    def fail(*_: object) -> None:
        raise OSError("full")

    monkeypatch.setattr("quizzer.services.import_log.append_review_rows", fail)
    with pytest.raises(OSError, match="full"):
        apply_import(workspace, plan)
    assert not (workspace.content.roots.learner_decks / "words.yaml").exists()
    assert workspace.library.get("x1") is None
    assert read_log(workspace) == []


def test_loose_cards_keep_their_history(workspace: Workspace) -> None:
    """Katas and notes that are gone have cards without a deck, and their history with them."""
    loose = {"kata/double-it": card(review(1)), "gone/c2": card(review(2))}
    bring(workspace, Incoming("json", (), loose=loose))
    with workspace.database.peeking() as run:
        assert loose.keys() <= read_card_ids(run).keys()
    states = read_card_states(workspace)
    assert all(states[key].reviews == 1 for key in loose)


def test_days_are_those_of_the_learners_calendar(
    open_here: OpenWorkspace, clock: StandingClock, tmp_path: Path
) -> None:
    """An evening in Los Angeles is not the next day in UTC."""
    clock.instant = START
    with open_here(zone="America/Los_Angeles") as workspace:
        bring(workspace, words(card(review(0.8))))  # 4:12 in UTC of the day after
        assert [entry.study_day for entry in read_log(workspace)] == [date(2026, 1, 5)]


WITHIN_STEPS = [
    card(review(0, Rating.AGAIN, 0), placement=Placement(date(2026, 1, 5), 0)),
    card(review(0, Rating.GOOD, 0), placement=Placement(date(2026, 1, 5), 0)),
    card(
        review(-40, Rating.EASY, 4),
        review(-30, Rating.GOOD, 30),
        review(0, Rating.AGAIN, 0),
        placement=Placement(date(2026, 1, 5), 3, 230),
    ),
]


@pytest.mark.parametrize(
    ("choice", "turn"),
    [
        (SchedulerChoice(SchedulerName.SM2), Turn.DRILL),
        (SchedulerChoice(SchedulerName.FSRS), Turn.LEARNING),
        (SchedulerChoice(SchedulerName.FSRS, learning_steps_s=(), relearning_steps_s=()), Turn.LEARNING),
    ],
)
def test_a_card_within_its_steps_is_asked_on_the_same_day(
    workspace: Workspace, clock: StandingClock, choice: SchedulerChoice, turn: Turn
) -> None:
    """What was answered today and comes back today is asked once more, and all counts say so."""
    clock.instant = HARD_DAY + timedelta(hours=2)
    set_scheduler(workspace, choice)
    notes = [words(each, note_id=f"x{number}").notes[0] for number, each in enumerate(WITHIN_STEPS)]
    bring(workspace, Incoming("anki", tuple(notes)))
    with workspace.database.peeking() as run:
        report = count_due(run, workspace.moment(), workspace.limits)
    wanted = {Turn.DRILL: report.drill, Turn.LEARNING: report.learning}
    assert (report.due, wanted[turn]) == (0, 3)
    is_learning = turn is Turn.LEARNING
    found = [each for each in load_cards(workspace).cards if each.key.startswith("x")]
    assert [each.is_due for each in found] == [False] * 3
    assert [each.is_learning for each in found] == [is_learning] * 3
    assert read_statistics(workspace).forecast[:2] == ((3, 0) if is_learning else (0, 3))
    assert not bring(workspace, Incoming("anki", tuple(notes))).has_changed
    session = ReviewSession(workspace, Selection(decks=("words",)))
    assert [turn for _, turn in ask_all(session, Rating.EASY)] == [turn] * 3
    clock.advance(days=1)
    assert not bring(workspace, Incoming("anki", tuple(notes))).has_changed


def test_an_unanswered_step_is_due_on_the_next_day(workspace: Workspace, clock: StandingClock) -> None:
    """Who goes on with them the day after finds the cards due, and the same package moves none."""
    clock.instant = HARD_DAY + timedelta(hours=2)
    bring(workspace, words(WITHIN_STEPS[0]))
    clock.advance(days=1)
    assert not bring(workspace, words(WITHIN_STEPS[0])).has_changed
    session = ReviewSession(workspace, Selection(decks=("words",)))
    assert ask_all(session) == [("x1", Turn.DUE)]


def test_lapses_come_along(workspace: Workspace, clock: StandingClock) -> None:
    """A card that lapsed seven times elsewhere is a leech at the next lapse, under each scheduler."""
    clock.instant = HARD_DAY + timedelta(days=30)
    placed = card(review(0), review(20), placement=Placement(date(2026, 2, 3), 10, lapses=7))
    bring(workspace, words(placed))
    assert read_card_states(workspace)["x1"].lapses == 7
    assert not bring(workspace, words(placed)).has_changed
    set_scheduler(workspace, SchedulerChoice(SchedulerName.FSRS))
    assert read_card_states(workspace)["x1"].lapses == 7
    clock.advance(days=200)
    answer(ReviewSession(workspace, Selection(decks=("words",))), Rating.AGAIN)
    state = read_card_states(workspace)["x1"]
    assert (state.lapses, state.is_suspended) == (8, True)


def test_what_is_left_out_of_a_history_is_told(workspace: Workspace) -> None:
    """What the source knows and quizzer does not keep is counted over all cards that come."""
    several = [
        replace(card(review(0), face=face), left_out={LeftOut.RESET: 3, LeftOut.BURIED: 1})
        for face in ("", "reverse")
    ]
    note = Note("x1", NoteKind.BASIC, "Q?", "A.", reverse=True)
    incoming = Incoming("anki", (IncomingNote("k", note, ("W",), "w:1", tuple(several)),))
    lines = list(history_lines(bring(workspace, incoming).history))
    assert lines[1:] == [
        "Reviews from before their card was made new again, left out: 6.",
        "Cards buried there: 2; here they are asked as usual, b in a review buries a note.",
    ]
