"""What the client has after an import with learning progress is what our log says."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from quizzer.core.memory import CardState, FsrsMemory, Sm2Memory
from quizzer.core.rating import Rating
from quizzer.core.replay import replay
from quizzer.core.review import CardEvent, EventKind, Review, ReviewKind
from quizzer.core.scheduler_choice import SchedulerChoice, SchedulerName
from quizzer.services.export import ExportPlan, export_anki
from quizzer.services.review import ReviewSession
from quizzer.services.workspace import Workspace
from quizzer.storage.cards import read_keys
from quizzer.storage.kata_cards import make_kata_card
from quizzer.storage.log import append_event, append_review, next_sequence
from quizzer.storage.log_reads import read_entries
from quizzer.storage.states import write_state
from tests.integration.anki.client import Client, Export, Log
from tests.support import (
    OpenWorkspace,
    StandingClock,
    WriteDeck,
    WriteKata,
    answer,
    read_card_states,
    read_log,
    set_scheduler,
)

if TYPE_CHECKING:
    from anki.cards import Card

DAYS = (0, 1, 2, 7, 8, 20, 60)
RATINGS = (Rating.GOOD, Rating.HARD, Rating.EASY, Rating.AGAIN, Rating.GOOD)
FSRS = SchedulerChoice(SchedulerName.FSRS, desired_retention=0.87)


@pytest.fixture
def studied(write_deck: WriteDeck, open_here: OpenWorkspace, clock: StandingClock) -> None:
    """Weeks of answers of all kinds to six cards, drills included; one answer is undone."""
    write_deck("attention", *(f"a{number}" for number in range(1, 6)), notes=_cloze())


def test_under_sm2_the_client_has_what_the_log_says(
    studied: None,
    open_here: OpenWorkspace,
    clock: StandingClock,
    export: Export,
    client: Client,
    package: Path,
) -> None:
    """Due day, interval, ease, lapses, repetitions and every review of the log arrive."""
    with open_here() as workspace:
        study(workspace, clock)
        states, reviews = read_card_states(workspace), read_log(workspace)
    exported = export(with_history=True)
    assert exported.reviews == len(reviews) > 30
    assert client.take(package, with_history=True) == Log(new=6)

    for key, card in cards(client):
        check_schedule(client, card, states[key])
        memory = states[key].memory
        if isinstance(memory, Sm2Memory):
            assert (card.factor, card.memory_state) == (memory.ease_factor * 10, None)
    check_reviews(client, reviews)
    client.check()


def test_under_fsrs_stability_and_difficulty_arrive(
    studied: None,
    open_here: OpenWorkspace,
    clock: StandingClock,
    export: Export,
    client: Client,
    package: Path,
) -> None:
    """The memory state, the desired retention and the decay of each card are in the client's collection."""
    with open_here() as workspace:
        set_scheduler(workspace, FSRS)
        study(workspace, clock)
        states = read_card_states(workspace)
    assert export(with_history=True).scheduler == "fsrs"
    client.take(package, with_history=True)

    seen = 0
    for key, card in cards(client):
        check_schedule(client, card, states[key])
        memory = states[key].memory
        if isinstance(memory, FsrsMemory):
            assert card.memory_state is not None
            assert card.memory_state.stability == pytest.approx(memory.stability, abs=1e-3)
            assert card.memory_state.difficulty == pytest.approx(memory.difficulty, abs=1e-3)
            assert card.desired_retention == pytest.approx(0.87)
            assert card.decay == pytest.approx(0.154, abs=1e-3)
            seen += 1
    assert seen >= 5
    client.check()


def test_the_clients_fsrs_reads_our_log_as_ours_does(
    studied: None,
    open_here: OpenWorkspace,
    clock: StandingClock,
    export: Export,
    client: Client,
    package: Path,
) -> None:
    """With FSRS turned on there, the client computes from the log alone the state that we have."""
    with open_here() as workspace:
        set_scheduler(workspace, FSRS)
        study(workspace, clock)
        key = read_log_key(workspace)
        record(workspace, key, ReviewKind.CRAM, Rating.AGAIN)
        clock.advance(days=1)
        record(workspace, key, ReviewKind.AHEAD, Rating.HARD)
        states = read_card_states(workspace)
    export(with_history=True)
    client.take(package, with_history=True)
    client.collection.set_config("fsrs", True)

    found = dict(cards(client))
    memories = {key: state.memory for key, state in states.items()}
    computed = {key: client.collection.compute_memory_state(found[key].id) for key in memories}
    assert len(memories) >= 5
    for key, memory in memories.items():
        assert isinstance(memory, FsrsMemory)
        assert computed[key].stability == pytest.approx(memory.stability, rel=1e-4)
        assert computed[key].difficulty == pytest.approx(memory.difficulty, rel=1e-4)


def test_a_card_within_steps_goes_on_at_its_instant(
    studied: None,
    open_here: OpenWorkspace,
    clock: StandingClock,
    export: Export,
    client: Client,
    package: Path,
) -> None:
    """Learning and relearning cards wait in the client's queue of steps for as many steps as here."""
    with open_here() as workspace:
        set_scheduler(workspace, FSRS)
        session = ReviewSession(workspace)
        for rating in (Rating.AGAIN, Rating.GOOD, Rating.EASY):
            answer(session, rating)
        states = read_card_states(workspace)
    export(with_history=True)
    client.take(package, with_history=True)

    found = dict(cards(client))
    (first, second) = (key for key, state in states.items() if state.due_at is not None)
    for key, steps_left in ((first, 2), (second, 1)):
        due_at = states[key].due_at
        assert due_at is not None
        card = found[key]
        assert (card.type, card.queue, card.due) == (1, 1, int(due_at.timestamp()))
        assert card.left % 1000 == steps_left
    client.check()


def test_suspended_and_flagged_cards_are_so_there(
    studied: None,
    open_here: OpenWorkspace,
    clock: StandingClock,
    export: Export,
    client: Client,
    package: Path,
) -> None:
    """A suspended card waits in the client's queue of suspended ones, new or not; a flag is red."""
    with open_here() as workspace:
        answer(ReviewSession(workspace), Rating.GOOD)
        mark(workspace, "a2", EventKind.SUSPEND)
        mark(workspace, read_log_key(workspace), EventKind.SUSPEND)
        mark(workspace, "a4", EventKind.FLAG)
        seen = read_log_key(workspace)
    export(with_history=True)
    client.take(package, with_history=True)

    found = dict(cards(client))
    assert {key for key, card in found.items() if card.queue == -1} == {"a2", seen}
    assert {key for key, card in found.items() if card.flags == 1} == {"a4"}
    assert (found["a2"].type, found[seen].type) == (0, 2)
    client.check()


def test_an_undone_answer_does_not_go_along_and_a_reset_does(
    studied: None,
    open_here: OpenWorkspace,
    clock: StandingClock,
    export: Export,
    client: Client,
    package: Path,
) -> None:
    """Undo leaves nothing; a card that was made new again is new there, with its old answers in the log."""
    with open_here() as workspace:
        session = ReviewSession(workspace)
        kept = answer(session, Rating.GOOD).card.key
        undone = answer(session, Rating.EASY).card.key
        assert session.undo() is not None
        clock.advance(minutes=1)
        mark(workspace, kept, EventKind.RESET)
    assert export(with_history=True).reviews == 1
    client.take(package, with_history=True)

    found = dict(cards(client))
    assert (found[kept].type, found[undone].type) == (0, 0)
    rows = revlog(client)
    assert [(row[1], row[3], row[8]) for row in rows] == [(found[kept].id, 3, 0), (found[kept].id, 0, 4)]
    client.check()


def test_what_moved_nothing_is_marked_as_such(
    studied: None,
    open_here: OpenWorkspace,
    clock: StandingClock,
    export: Export,
    client: Client,
    package: Path,
) -> None:
    """A cram, and a pass ahead of its day that SM-2 does not take, are filtered answers with an ease of 0."""
    with open_here() as workspace:
        key = answer(ReviewSession(workspace), Rating.GOOD).card.key
        clock.advance(minutes=1)
        for kind, rating in ((ReviewKind.CRAM, Rating.AGAIN), (ReviewKind.AHEAD, Rating.GOOD)):
            record(workspace, key, kind, rating)
            clock.advance(minutes=1)
        record(workspace, key, ReviewKind.AHEAD, Rating.AGAIN)
        last_at = clock.now()
        clock.advance(minutes=1)
        record(workspace, key, ReviewKind.CRAM, Rating.GOOD)
        state = read_card_states(workspace)[key]
    export(with_history=True)
    client.take(package, with_history=True)

    rows = revlog(client)
    assert [(row[8], row[6]) for row in rows] == [(0, 2500), (3, 0), (3, 0), (3, 2500), (3, 0)]
    check_schedule(client, dict(cards(client))[key], state)
    assert dict(cards(client))[key].last_review_time == int(last_at.timestamp())
    client.check()


def test_days_are_counted_in_the_zone_of_the_learner(
    studied: None, open_here: OpenWorkspace, clock: StandingClock, package: Path, tmp_path: Path
) -> None:
    """The collection began when the first study day did: its rollover hour, in the zone of the settings."""
    with open_here(zone="America/New_York", rollover_hour=5) as workspace:
        clock.advance(hours=0.5)  # 04:30 there: the study day before
        answer(ReviewSession(workspace), Rating.GOOD)
        export_anki(workspace, package, ExportPlan(with_history=True))
    with zipfile.ZipFile(package) as archive:
        archive.extract("collection.anki2", tmp_path)
    with closing(sqlite3.connect(tmp_path / "collection.anki2")) as connection:
        ((created_at_s, conf, due),) = connection.execute(
            "SELECT crt, conf, (SELECT due FROM cards WHERE type = 2) FROM col"
        )

    assert datetime.fromtimestamp(created_at_s, UTC) == datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert json.loads(conf)["creationOffset"] == 300
    assert json.loads(conf)["rollover"] == 5
    assert due == 1


def test_a_kata_takes_its_reviews_along(
    studied: None,
    open_here: OpenWorkspace,
    write_kata: WriteKata,
    clock: StandingClock,
    export: Export,
    client: Client,
    package: Path,
) -> None:
    """A kata's card is scheduled there as here."""
    write_kata()
    with open_here() as workspace:
        with workspace.database.writing() as connection:
            make_kata_card(connection, "double-it")
        record(workspace, "kata/double-it", ReviewKind.SCHEDULED, Rating.GOOD)
        state = read_card_states(workspace)["kata/double-it"]
    assert export(with_history=True).reviews == 1
    client.take(package, with_history=True)

    check_schedule(client, dict(cards(client))["kata/double-it"], state)
    assert len(revlog(client)) == 1
    client.check()


def test_the_same_history_is_the_same_file(
    studied: None, open_here: OpenWorkspace, clock: StandingClock, export: Export, package: Path
) -> None:
    """Neither the day nor a second export changes a byte; an answer does."""
    with open_here() as workspace:
        study(workspace, clock)
    export(with_history=True)
    whole = package.read_bytes()
    clock.advance(days=5)
    export(with_history=True)
    assert package.read_bytes() == whole
    with open_here() as workspace:
        answer(ReviewSession(workspace), Rating.GOOD)
    export(with_history=True)
    assert package.read_bytes() != whole


def test_a_second_import_seeds_nothing(
    studied: None,
    open_here: OpenWorkspace,
    clock: StandingClock,
    export: Export,
    client: Client,
    package: Path,
) -> None:
    """For notes that the client has, schedule and log stay those of the client: it is a start and no sync."""
    export()
    client.take(package)
    deck = client.collection.decks.id_for_name("quizzer")
    assert deck is not None
    client.collection.decks.select(deck)
    card = client.collection.sched.getCard()
    assert card is not None
    client.collection.sched.answerCard(card, 3)
    before = revlog(client)
    with open_here() as workspace:
        study(workspace, clock)
    export(with_history=True)

    assert client.take(package, with_history=True) == Log(duplicate=6)
    assert revlog(client) == before
    assert len(before) == 1


def test_after_the_seed_the_client_goes_on_and_keeps_its_own(
    studied: None,
    open_here: OpenWorkspace,
    clock: StandingClock,
    export: Export,
    client: Client,
    package: Path,
    shipped: Path,
) -> None:
    """An answer in the client after the seed survives the next export, which updates the text."""
    with open_here() as workspace:
        study(workspace, clock)
    export(with_history=True)
    client.take(package, with_history=True)
    deck = client.collection.decks.id_for_name("quizzer")
    assert deck is not None
    client.collection.decks.select(deck)
    card = client.collection.sched.getCard()
    assert card is not None
    client.collection.sched.answerCard(card, 3)
    log, schedule = revlog(client), client.collection.get_card(card.id)
    path = shipped / "decks" / "attention.yaml"
    path.write_text(path.read_text("utf-8").replace("What is", "Say what is"), encoding="utf-8")
    clock.advance(days=1)
    export(with_history=True)

    assert client.take(package, with_history=True) == Log(updated=5, duplicate=1)
    assert revlog(client) == log
    after = client.collection.get_card(card.id)
    assert (after.due, after.ivl, after.reps) == (schedule.due, schedule.ivl, schedule.reps)


def _cloze() -> str:
    return (
        "  - id: parts\n    level: mid\n    topics: [t]\n"
        "    source: {cite: A book, checked: recalled}\n"
        '    cloze: "{{c1::one}} and {{c3::three}}"\n'
    )


def study(workspace: Workspace, clock: StandingClock) -> None:
    """Answer all that is asked on some days over two months, the ratings in turn."""
    number, passed = 0, 0
    for day in DAYS:
        clock.advance(days=day - passed)
        passed = day
        session = ReviewSession(workspace)
        for _ in range(40):
            if session.look()[0] is None:
                break
            answer(session, RATINGS[number % len(RATINGS)])
            clock.advance(minutes=3)
            number += 1


def mark(workspace: Workspace, key: str, kind: EventKind) -> None:
    """Put an event of a card into the log."""
    with workspace.database.writing() as connection:
        (card_id,) = (number for number, name in read_keys(connection).items() if name == key)
        now = workspace.now()
        day = workspace.calendar.study_day(now)
        append_event(connection, CardEvent(card_id, next_sequence(connection), kind, now, "UTC", day))


def record(workspace: Workspace, key: str, kind: ReviewKind, rating: Rating) -> None:
    """Put a review of a card into the log, and replay the card."""
    with workspace.database.writing() as connection:
        (card_id,) = (number for number, name in read_keys(connection).items() if name == key)
        run, now = connection.exec_driver_sql, workspace.now()
        number = 1 + sum(isinstance(entry, Review) for entry in read_entries(run, card_id))
        sequence, day = next_sequence(connection), workspace.calendar.study_day(now)
        review = Review(card_id, number, sequence, kind, rating, None, now, "UTC", day, 1500, "sm2", 1)
        append_review(connection, review)
        write_state(connection, card_id, replay(read_entries(run, card_id), workspace.regime(run)))


def read_log_key(workspace: Workspace) -> str:
    """Return the key of the card that was answered first."""
    with workspace.database.reading() as connection:
        return read_keys(connection)[read_log(workspace)[0].card_id]


def cards(client: Client) -> Iterator[tuple[str, Card]]:
    """Yield the keys of our cards and the client's cards."""
    for card_id in client.collection.find_cards("deck:quizzer::*"):
        card = client.collection.get_card(card_id)
        note_id = card.note()["Id"]
        yield (f"{note_id}/c{card.ord + 1}" if note_id == "parts" else note_id), card


def check_schedule(client: Client, card: Card, state: CardState) -> None:
    """Compare what the client asks by with the state that the log says."""
    if state.memory is None or state.due_on is None:
        assert (card.type, card.ivl, card.reps) == (0, 0, 0)
        return
    # The client counts days from its own first one.
    today = client.collection.sched.today
    real_day = datetime.fromtimestamp(client.collection.sched.day_cutoff - 86_400, UTC).date()
    if state.due_at is None:
        assert (card.type, card.queue) == (2, 2)
        assert card.due - today == (state.due_on - real_day).days
        assert card.ivl == state.memory.interval_days
    assert card.lapses == state.lapses
    assert card.last_review_time is not None


def check_reviews(client: Client, reviews: list[Review]) -> None:
    """Compare the client's log with ours."""
    rows = revlog(client)
    assert len(rows) == len(reviews)
    for row, review in zip(rows, sorted(reviews, key=lambda each: each.reviewed_at), strict=True):
        at_ms = int(review.reviewed_at.timestamp() * 1000)
        assert (row[0], row[3], row[7]) == (at_ms, review.rating.value, review.duration_ms)


def revlog(client: Client) -> list[list[int]]:
    """Return the client's review log: id, card, usn, button, interval, last interval, ease, time, type."""
    assert client.collection.db is not None
    return [list(row) for row in client.collection.db.all("SELECT * FROM revlog ORDER BY id")]
