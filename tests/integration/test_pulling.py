from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from io import StringIO

import pytest

from quizzer.cli.due import to_json, to_text
from quizzer.cli.plain import PlainReview
from quizzer.core.memory import CardState, Sm2Memory
from quizzer.core.queue import Cause, DayCount, Turn
from quizzer.core.rating import Rating
from quizzer.core.review import CardEvent, EventKind, Review, ReviewKind
from quizzer.services.doctor import differing_states
from quizzer.services.due import DueReport, count_due
from quizzer.services.pulling import pull_notes
from quizzer.services.review import ReviewSession
from quizzer.services.selection import Selection
from quizzer.services.summary import summarise
from quizzer.services.workspace import Workspace
from quizzer.storage.cards import read_keys
from quizzer.storage.log import append_review, next_sequence
from quizzer.storage.log_reads import read_all_entries
from quizzer.storage.queue import data_of_cause, read_day_count
from quizzer.storage.states import read_states
from tests.support import OpenWorkspace, StandingClock, WriteDeck, answer

Note = Callable[[str, str], str]
TODAY = date(2026, 3, 2)
CAUSE = Cause("scan", "carry-forgotten")


def pull(workspace: Workspace, *note_ids: str) -> int:
    """Pull the notes in a transaction of their own."""
    with workspace.database.writing() as connection:
        return pull_notes(workspace, connection, workspace.now(), dict.fromkeys(note_ids, CAUSE))


def turns(session: ReviewSession) -> list[tuple[str, Turn]]:
    """Return what is asked, in order, when every answer is GOOD."""
    asked = []
    while session.look()[0] is not None:
        question = answer(session, Rating.GOOD)
        asked.append((question.card.key, question.queued.turn))
    return asked


def state_of(workspace: Workspace, key: str) -> CardState:
    """Return the cached state of a card."""
    with workspace.database.reading() as connection:
        ids = {key: card_id for card_id, key in read_keys(connection).items()}
        return dict(read_states(connection))[ids[key]]


def reviews_of(workspace: Workspace) -> list[Review]:
    """Return the live reviews in log order."""
    with workspace.database.reading() as connection:
        entries = [entry for _, group in read_all_entries(connection.exec_driver_sql) for entry in group]
    return sorted((e for e in entries if isinstance(e, Review)), key=lambda e: e.sequence)


def report_of(workspace: Workspace) -> DueReport:
    """Count what is due."""
    with workspace.database.peeking() as run:
        return count_due(run, workspace.moment(), workspace.limits)


def day_count(workspace: Workspace) -> DayCount:
    """Return what the day's limits have been used for."""
    with workspace.database.peeking() as run:
        return read_day_count(run, workspace.study_day())


@pytest.fixture
def known(workspace: Workspace, clock: StandingClock) -> Workspace:
    """A workspace in which a1 and a2 were answered GOOD twice, and a2 is due next on 9 March."""
    session = ReviewSession(workspace, limit=2)
    assert turns(session) == [("a1", Turn.NEW), ("a2", Turn.NEW)]
    clock.advance(days=1)
    assert turns(ReviewSession(workspace, limit=2)) == [("a1", Turn.DUE), ("a2", Turn.DUE)]
    clock.advance(days=2)
    return workspace


def test_pulled_cards_come_first_in_the_order_of_the_pulls(workspace: Workspace) -> None:
    """Of new cards those that were pulled come first, and say why they are there."""
    assert pull(workspace, "a4", "a2") == 2
    assert pull(workspace, "a1") == 1
    session = ReviewSession(workspace)
    assert (session.look()[1].pulled, session.look()[1].new) == (3, 2)
    assert turns(session) == [
        ("a4", Turn.PULLED),
        ("a2", Turn.PULLED),
        ("a1", Turn.PULLED),
        ("a3", Turn.NEW),
        ("a5", Turn.NEW),
    ]


def test_a_pull_is_an_event_of_the_log_with_its_study_day(workspace: Workspace, clock: StandingClock) -> None:
    """The log says which card was pulled, when, and on which study day; the card's state stays as it was."""
    pull(workspace, "a1")
    with workspace.database.reading() as connection:
        ((card_id, (event,)),) = read_all_entries(connection.exec_driver_sql)
        assert read_keys(connection)[card_id] == "a1"
        assert connection.exec_driver_sql("SELECT origin FROM card_events").scalars().all() == ["quizzer"]
    assert event == CardEvent(card_id, 1, EventKind.PULL, clock.now(), "UTC", TODAY, data_of_cause(CAUSE))
    assert state_of(workspace, "a1") == CardState()


def test_a_pulled_card_that_passes_ahead_keeps_its_schedule(known: Workspace) -> None:
    """A pass on a card that is not due is logged as `ahead` and moves neither interval nor day."""
    before = state_of(known, "a2")
    assert before.due_on == date(2026, 3, 9)
    pull(known, "a2")
    session = ReviewSession(known)
    question, _ = session.look()
    assert question is not None
    assert [grade.interval_days for grade in question.grades] == [1, 4, 4, 4]  # back on its own day
    answer(session, Rating.GOOD)
    assert state_of(known, "a2") == before
    review = reviews_of(known)[-1]
    assert (review.kind, review.rating, review.interval_days) == (ReviewKind.AHEAD, Rating.GOOD, 6)
    assert not differing_states(known)


def test_a_pulled_card_that_fails_ahead_is_a_lapse(known: Workspace, clock: StandingClock) -> None:
    """AGAIN restarts the repetitions: it is drilled today and due tomorrow."""
    pull(known, "a2")
    session = ReviewSession(known)
    answer(session, Rating.AGAIN)
    state = state_of(known, "a2")
    assert isinstance(state.memory, Sm2Memory)
    assert (state.memory.repetitions, state.memory.interval_days, state.lapses) == (0, 1, 1)
    assert state.due_on == known.study_day() + timedelta(days=1)
    assert reviews_of(known)[-1].kind is ReviewKind.AHEAD
    assert turns(session)[-1] == ("a2", Turn.DRILL)
    clock.advance(days=1)
    assert ("a2", Turn.DUE) in turns(ReviewSession(known))


def test_a_hard_answer_ahead_is_drilled(known: Workspace) -> None:
    """The drill at the end asks every answer below 4, those ahead of their day too."""
    before = state_of(known, "a1")
    pull(known, "a1")
    session = ReviewSession(known)
    answer(session, Rating.HARD)
    assert turns(session)[-1] == ("a1", Turn.DRILL)
    assert state_of(known, "a1") == before


def test_a_pulled_card_that_is_due_is_a_scheduled_review(known: Workspace, clock: StandingClock) -> None:
    """A due card that is pulled comes first, moves its schedule as ever, and stands in the queue once."""
    clock.advance(days=4)
    pull(known, "a2")
    session = ReviewSession(known)
    _, progress = session.look()
    assert (progress.pulled, progress.due) == (1, 1)
    assert answer(session, Rating.GOOD).card.key == "a2"
    assert reviews_of(known)[-1].kind is ReviewKind.SCHEDULED
    assert state_of(known, "a2").due_on == date(2026, 3, 9) + timedelta(days=15)


def test_a_pulled_card_never_seen_is_over_the_limit(
    open_here: OpenWorkspace, write_deck: WriteDeck, clock: StandingClock
) -> None:
    """A pull introduces a card without taking the place of another new one, that day and in the count."""
    write_deck("attention", *(f"a{i}" for i in range(9)))
    with open_here(new_limit=2) as workspace:
        assert len(turns(ReviewSession(workspace))) == 2
        pull(workspace, "a8")
        assert turns(ReviewSession(workspace)) == [("a8", Turn.PULLED)]
        assert reviews_of(workspace)[-1].kind is ReviewKind.SCHEDULED
        assert day_count(workspace) == DayCount(reviews=0, new=2)
        clock.advance(days=1)
        pull(workspace, "a7")
        assert turns(ReviewSession(workspace))[:1] == [("a7", Turn.PULLED)]
        assert day_count(workspace) == DayCount(reviews=3, new=2)


def test_a_card_pulled_after_it_was_introduced_counts_as_new(workspace: Workspace) -> None:
    """Only a pull before the first answer puts a card over the limit."""
    answer(ReviewSession(workspace), Rating.GOOD)
    pull(workspace, "a1")
    answer(ReviewSession(workspace), Rating.GOOD)
    assert day_count(workspace) == DayCount(reviews=0, new=1)


def test_ahead_reviews_take_no_place_of_due_ones(known: Workspace) -> None:
    """A card that is asked before its day counts against no limit."""
    pull(known, "a1", "a2")
    session = ReviewSession(known, limit=2)
    assert turns(session) == [("a1", Turn.PULLED), ("a2", Turn.PULLED)]
    assert day_count(known) == DayCount()


def test_a_pulled_due_card_takes_one_place_of_the_limit_before_and_after(
    open_here: OpenWorkspace, write_deck: WriteDeck, clock: StandingClock
) -> None:
    """Answering a pulled due card leaves the count of the others; past the limit it still comes."""
    write_deck("attention", *(f"a{i}" for i in range(6)))
    with open_here() as workspace:
        turns(ReviewSession(workspace))
    clock.advance(days=1)
    with open_here(review_limit=3) as workspace:
        pull(workspace, "a5")
        session = ReviewSession(workspace)
        assert (session.look()[1].pulled, session.look()[1].due) == (1, 2)
        assert [deck.due for deck in report_of(workspace).decks] == [2]
        answer(session, Rating.GOOD)
        assert (session.look()[1].pulled, session.look()[1].due) == (0, 2)
        turns(session)
        pull(workspace, "a4")
        assert turns(session) == [("a4", Turn.PULLED)]


def test_an_answer_after_the_pull_ends_it_and_a_later_pull_brings_it_again(known: Workspace) -> None:
    """Within a study day the log's order decides whether a pulled card still waits."""
    pull(known, "a1")
    session = ReviewSession(known, limit=1)
    assert turns(session) == [("a1", Turn.PULLED)]
    assert report_of(known).pulled == 0
    assert pull(known, "a1") == 1
    assert report_of(known).pulled == 1
    assert turns(ReviewSession(known, limit=1)) == [("a1", Turn.PULLED)]


def test_a_card_failed_this_morning_is_pulled_before_it_is_drilled(workspace: Workspace) -> None:
    """A card that waits for its drill and is pulled is asked once; GOOD then does for both."""
    session = ReviewSession(workspace, limit=1)
    answer(session, Rating.AGAIN)
    pull(workspace, "a1")
    again = ReviewSession(workspace)
    _, progress = again.look()
    assert (progress.pulled, progress.drill) == (1, 0)
    assert answer(again, Rating.GOOD).queued.turn is Turn.PULLED
    assert again.look()[1].drill == 0


def test_a_drill_does_not_end_a_pull(known: Workspace) -> None:
    """A drill that was written after the pull leaves the card waiting."""
    pull(known, "a1")
    with known.database.writing() as connection:
        ids = {key: card_id for card_id, key in read_keys(connection).items()}
        drill = Review(
            card_id=ids["a1"],
            number=3,
            sequence=next_sequence(connection),
            kind=ReviewKind.DRILL,
            rating=Rating.GOOD,
            quality=None,
            reviewed_at=known.now(),
            zone="UTC",
            study_day=known.study_day(),
            duration_ms=1,
            scheduler="sm2",
            interval_days=6,
        )
        append_review(connection, drill)
    assert report_of(known).pulled == 1


def test_a_pull_ends_with_its_study_day(known: Workspace, clock: StandingClock) -> None:
    """What was not answered is not pulled tomorrow, and can be pulled again then."""
    pull(known, "a2", "a5")
    clock.advance(days=1)
    assert report_of(known).pulled == 0
    assert state_of(known, "a2").due_on == date(2026, 3, 9)
    assert pull(known, "a2") == 1


def test_a_note_that_waits_is_not_pulled_twice(known: Workspace) -> None:
    """Unknown and waiting notes are skipped, and one named twice counts once."""
    assert pull(known, "a1", "a1", "no-such-note", "a2") == 2
    assert pull(known, "a1", "a3") == 1
    assert report_of(known).pulled == 3


def test_suspended_buried_and_orphaned_notes_are_not_pulled(
    open_here: OpenWorkspace, write_deck: WriteDeck, clock: StandingClock
) -> None:
    """What the learner has set aside stays aside, and what no deck has cannot be asked."""
    write_deck("attention", "a1", "a2", "a3", "a4")
    with open_here() as workspace:
        session = ReviewSession(workspace)
        for set_aside in (session.suspend, session.bury):
            question, _ = session.look()
            assert question is not None
            assert set_aside(question)
    write_deck("attention", "a1", "a2", "a4")
    with open_here() as workspace:
        assert pull(workspace, "a1", "a2", "a3", "a4") == 1
        assert turns(ReviewSession(workspace)) == [("a4", Turn.PULLED)]
        clock.advance(days=1)
        assert pull(workspace, "a1", "a2", "a3") == 1


def test_setting_a_pulled_card_aside_hides_it_and_undo_brings_it_back(workspace: Workspace) -> None:
    """Bury and suspend hide a pulled card; undo of either brings it back as pulled."""
    pull(workspace, "a3")
    for name in ("bury", "suspend"):
        session = ReviewSession(workspace)
        question, _ = session.look()
        assert question is not None
        assert question.card.key == "a3"
        assert getattr(session, name)(question)
        assert report_of(workspace).pulled == 0
        assert session.undo() is not None
        assert report_of(workspace).pulled == 1
        found, _ = session.look()
        assert found is not None
        assert found.queued == question.queued


def test_undo_of_pulled_answers_restores_everything(known: Workspace) -> None:
    """After undoing an answer ahead, a lapse ahead and an introduction, counts and states are as before."""
    pull(known, "a1", "a2", "a4")
    session = ReviewSession(known)
    counts = session.look()[1]
    with known.database.reading() as connection:
        before = dict(read_states(connection))
    for rating in (Rating.HARD, Rating.AGAIN, Rating.GOOD):
        assert answer(session, rating).queued.turn is Turn.PULLED
    assert report_of(known).pulled == 0
    for _ in range(3):
        assert session.undo() is not None
    with known.database.reading() as connection:
        assert dict(read_states(connection)) == before
    assert session.look()[1] == counts
    assert day_count(known) == DayCount()


def test_an_answer_can_be_undone_although_its_card_was_pulled_since(workspace: Workspace) -> None:
    """A pull is not going on from an answer: the answer goes, the pull stays."""
    session = ReviewSession(workspace)
    answer(session, Rating.GOOD)
    pull(workspace, "a1")
    step = session.undo()
    assert step is not None
    assert state_of(workspace, "a1").is_new
    assert report_of(workspace).pulled == 1


def test_a_card_that_is_pulled_while_it_is_on_the_screen_is_shown_again(workspace: Workspace) -> None:
    """The learner is told rather than graded by an interval that no longer holds."""
    session = ReviewSession(workspace)
    question, _ = session.look()
    assert question is not None
    pull(workspace, "a1")
    assert not session.answer(question, question.grades[2], 10)
    assert answer(session, Rating.GOOD).queued.turn is Turn.PULLED


def test_a_pull_overrides_that_a_note_is_asked_once_a_day(
    open_here: OpenWorkspace, write_deck: WriteDeck, note: Note, clock: StandingClock
) -> None:
    """A pull brings one card of a note, asked already or not, and its siblings wait until tomorrow."""
    write_deck("attention", notes=note("x", "cloze: '{{c1::a}} and {{c2::b}}'"))
    with open_here() as workspace:
        assert turns(ReviewSession(workspace)) == [("x/c1", Turn.NEW)]
        assert pull(workspace, "x") == 1
        assert turns(ReviewSession(workspace)) == [("x/c1", Turn.PULLED)]
        clock.advance(days=1)
        pull(workspace, "x")
        assert (report_of(workspace).pulled, report_of(workspace).due, report_of(workspace).new) == (1, 0, 0)
        assert turns(ReviewSession(workspace)) == [("x/c1", Turn.PULLED)]


def test_a_note_that_was_asked_ahead_is_not_asked_again_that_day(
    open_here: OpenWorkspace, write_deck: WriteDeck, note: Note, clock: StandingClock
) -> None:
    """An answer ahead of its day hides the new sibling until tomorrow, as any other answer does."""
    write_deck("attention", notes=note("x", "cloze: '{{c1::a}} and {{c2::b}}'"))
    with open_here() as workspace:
        for _ in range(2):  # c1, c1 for six days; c2 is still new
            turns(ReviewSession(workspace))
            clock.advance(days=1)
        pull(workspace, "x")
        assert turns(ReviewSession(workspace)) == [("x/c1", Turn.PULLED)]
        assert reviews_of(workspace)[-1].kind is ReviewKind.AHEAD
        clock.advance(days=1)
        assert turns(ReviewSession(workspace)) == [("x/c2", Turn.NEW)]


def test_a_pulled_note_that_leaves_its_deck_is_not_asked(
    open_here: OpenWorkspace, write_deck: WriteDeck
) -> None:
    """A pulled card whose note has gone from all decks neither waits nor hides anything."""
    write_deck("attention", "a1", "a2")
    with open_here() as workspace:
        pull(workspace, "a1")
    write_deck("attention", "a2")
    with open_here() as workspace:
        assert report_of(workspace).pulled == 0
        assert turns(ReviewSession(workspace)) == [("a2", Turn.NEW)]


def test_a_pull_asks_the_face_that_is_due(
    open_here: OpenWorkspace, write_deck: WriteDeck, note: Note, clock: StandingClock
) -> None:
    """Where a later face of the note is due it is the one pulled, so that no due card is put off for it."""
    write_deck("attention", notes=note("x", "cloze: '{{c1::a}} and {{c2::b}}'"))
    with open_here() as workspace:
        for _ in range(3):  # c1, c1 for six days, c2
            turns(ReviewSession(workspace))
            clock.advance(days=1)
        assert state_of(workspace, "x/c2").due_on == workspace.study_day()
        pull(workspace, "x")
        assert turns(ReviewSession(workspace)) == [("x/c2", Turn.PULLED)]


def test_a_deck_session_asks_its_own_pulled_cards(open_here: OpenWorkspace, write_deck: WriteDeck) -> None:
    """Counts by deck are what a session with that deck alone brings, pulled cards included."""
    write_deck("attention", "a1", "a2")
    write_deck("inference", "b1", "b2")
    with open_here() as workspace:
        pull(workspace, "b2")
        for count in report_of(workspace).decks:
            _, progress = ReviewSession(workspace, Selection(decks=(count.deck,))).look()
            assert (progress.pulled, progress.new) == (count.pulled, count.new)
        assert turns(ReviewSession(workspace, Selection(decks=("attention",)))) == [
            ("a1", Turn.NEW),
            ("a2", Turn.NEW),
        ]


def test_katas_count_against_no_limit_of_cards(workspace: Workspace, clock: StandingClock) -> None:
    """A review of a kata's card is in the log, and in no count of cards, on that day or a later one."""
    with workspace.database.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO cards (id, key, note_id) VALUES (99, 'kata/scan', 'kata/scan')"
        )
        connection.exec_driver_sql(
            "INSERT INTO memory_states (learner_id, card_id, reviews, lapses, drill_sequence, is_suspended,"
            " introduced_on, due_on, drill_on)"
            " VALUES (1, 99, 1, 0, 1, 0, '2026-03-02', '2026-03-03', '2026-03-02')"
        )
        append_review(
            connection,
            Review(
                card_id=99,
                number=1,
                sequence=next_sequence(connection),
                kind=ReviewKind.SCHEDULED,
                rating=Rating.AGAIN,
                quality=None,
                reviewed_at=workspace.now(),
                zone="UTC",
                study_day=TODAY,
                duration_ms=1,
                scheduler="sm2",
                interval_days=1,
            ),
        )
        assert pull_notes(workspace, connection, workspace.now(), {"kata/scan": CAUSE}) == 0
    assert day_count(workspace) == DayCount()
    for _ in range(2):
        report = report_of(workspace)
        assert (report.pulled, report.due, report.new, report.drill) == (0, 0, 5, 0)
        assert summarise(ReviewSession(workspace)).due_tomorrow == 0
        clock.advance(days=1)


def test_due_shows_pulled_cards_where_there_are_some(known: Workspace) -> None:
    """The table has a column for pulled cards only on days with some; JSON has it always."""
    assert to_text(report_of(known)).splitlines()[0].split() == ["due", "new", "drill"]
    pull(known, "a2")
    text = [line.split() for line in to_text(report_of(known)).splitlines()]
    assert text == [
        ["pulled", "due", "new", "drill"],
        ["attention", "1", "0", "3", "0"],
        ["today", "1", "0", "3", "0"],
    ]
    assert '"pulled": 1, "due": 0' in to_json(report_of(known))


def test_the_plain_review_says_why_a_card_was_pulled(known: Workspace) -> None:
    """The counts, the turn and a sentence say that a card was pulled; the end counts those that wait."""
    pull(known, "a2", "a4")
    sink = StringIO()
    PlainReview(ReviewSession(known), StringIO("\n3\nq\n"), sink).run()
    said = sink.getvalue()
    assert "[2 pulled, 0 due, 2 new, 0 drill] attention: a2 (pulled)\n" in said
    told = "Pulled by the kata scan (carry forgotten), ahead of its day: only Again changes its schedule."
    assert told in said.replace("\n", " ")
    assert "[1 pulled, 0 due, 2 new, 0 drill] attention: a4 (pulled)\n" in said
    assert "\nPulled by the kata scan (carry forgotten).\n" in said
    assert "3 cards left for today, 1 of them pulled by failed katas." in said.replace("\n", " ")
