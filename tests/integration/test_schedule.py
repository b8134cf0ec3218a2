"""A change of the scheduler: seen before it is made, made from the log, and taken back."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from quizzer.core.memory import CardState, FsrsMemory, Sm2Memory
from quizzer.core.queue import Turn
from quizzer.core.rating import Rating
from quizzer.core.review import ReviewKind
from quizzer.core.scheduler_choice import SchedulerChoice, SchedulerName
from quizzer.errors import UsageError
from quizzer.services.doctor import differing_states
from quizzer.services.katas import find_kata
from quizzer.services.review import ReviewSession
from quizzer.services.schedule import (
    CHANGED_MEANWHILE,
    change_schedule,
    preview_change,
    preview_undo,
    read_schedule,
    undo_change,
)
from quizzer.services.scheduler_choices import read_parameters
from quizzer.services.sitting import KataDesk
from quizzer.services.workspace import Workspace
from quizzer.storage.kata_cards import read_kata_card
from quizzer.storage.log_reads import read_all_entries
from quizzer.storage.states import read_states
from tests.support import StandingClock, WriteKata, answer

FSRS = SchedulerChoice(SchedulerName.FSRS, has_fuzz=False)


def states_of(workspace: Workspace) -> dict[int, CardState]:
    """Return all cached states."""
    with workspace.database.reading() as connection:
        return dict(read_states(connection))


def set_scheduler(workspace: Workspace, choice: SchedulerChoice) -> None:
    """Change the scheduler as the command does."""
    change_schedule(workspace, preview_change(workspace, choice))


@pytest.fixture
def studied(workspace: Workspace, clock: StandingClock) -> Workspace:
    """Five cards that were answered on four days: two always GOOD, one EASY, one failed, one HARD."""
    ratings = [Rating.GOOD, Rating.GOOD, Rating.EASY, Rating.AGAIN, Rating.HARD]
    for _ in range(4):
        session = ReviewSession(workspace)
        while (found := session.look()[0]) and found.queued.turn is not Turn.DRILL:
            answer(session, ratings[int(found.card.key[1]) - 1])
        clock.advance(days=6)
    return workspace


def test_a_preview_writes_nothing(studied: Workspace) -> None:
    """Looking at what a change would do leaves log, states and scheduler alone."""
    before = studied.database.path.read_bytes()
    preview_change(studied, FSRS)
    assert studied.database.path.read_bytes() == before
    assert read_schedule(studied).choice == SchedulerChoice()


def test_a_change_does_what_the_preview_said(studied: Workspace) -> None:
    """Due days, cards moved and reviews a day are afterwards what the preview counted."""
    old = states_of(studied)
    preview = preview_change(studied, FSRS)
    change_schedule(studied, preview)
    new = states_of(studied)

    assert read_schedule(studied).choice == FSRS
    assert new == dict(preview.states)
    assert differing_states(studied) == {}
    assert all(isinstance(state.memory, FsrsMemory) for state in new.values())
    for states, workload in ((old, preview.workload_before), (new, preview.workload_after)):
        today = studied.study_day()
        days = Counter(max(0, (s.due_on - today).days) for s in states.values() if s.due_on)
        assert workload.due == tuple(days[day] for day in range(31))
        intervals = [state.memory.interval_days for state in states.values() if state.memory]
        assert workload.reviews_a_day == pytest.approx(sum(1 / days for days in intervals))
    moves = [(new[i].due_on, old[i].due_on) for i in old]
    assert preview.sooner == sum(bool(a and b and a < b) for a, b in moves)
    assert preview.later == sum(bool(a and b and a > b) for a, b in moves)
    assert preview.cards == len(old) == 5
    assert preview.seconds_a_review == 1.5


def test_taking_a_change_back_restores_every_state(studied: Workspace) -> None:
    """After undo the cache is as before the change, to the last column."""
    before = states_of(studied)
    set_scheduler(studied, FSRS)
    assert states_of(studied) != before
    undo_change(studied, preview_undo(studied))

    assert states_of(studied) == before
    assert read_schedule(studied).choice == SchedulerChoice()
    with pytest.raises(UsageError, match="never changed"):
        preview_undo(studied)


def test_changes_are_taken_back_one_by_one(studied: Workspace) -> None:
    """Each undo goes to the scheduler before."""
    careful = replace(FSRS, desired_retention=0.97)
    set_scheduler(studied, FSRS)
    before = states_of(studied)
    set_scheduler(studied, careful)
    undo_change(studied, preview_undo(studied))
    assert (read_schedule(studied).choice, states_of(studied)) == (FSRS, before)


def test_answers_after_a_change_are_the_new_schedulers(studied: Workspace) -> None:
    """Even in a session that was open before: the log names who chose the interval."""
    session = ReviewSession(studied)
    set_scheduler(studied, FSRS)
    question = answer(session, Rating.GOOD)

    with studied.database.peeking() as run:
        entries = dict(read_all_entries(run))[question.queued.card_id]
    assert entries[-1].scheduler == "fsrs"  # type: ignore[union-attr]
    state = states_of(studied)[question.queued.card_id]
    assert isinstance(state.memory, FsrsMemory)
    shown = next(grade for grade in question.grades if grade.rating is Rating.GOOD)
    assert state.memory.interval_days == entries[-1].interval_days  # type: ignore[union-attr]
    assert shown.interval_days == state.memory.interval_days
    assert differing_states(studied) == {}


def test_a_change_outdates_the_card_on_the_screen(studied: Workspace) -> None:
    """A grade whose label showed another interval is not written: the card is asked again."""
    session = ReviewSession(studied)
    question, _ = session.look()
    assert question is not None
    set_scheduler(studied, FSRS)
    assert not session.answer(question, question.grades[2], 9)
    answer(session, Rating.GOOD)


def test_answers_stay_when_the_change_before_them_is_taken_back(studied: Workspace) -> None:
    """Nothing that was answered is lost; its interval stands, and SM-2 goes on from it."""
    set_scheduler(studied, FSRS)
    question = answer(ReviewSession(studied), Rating.EASY)
    chosen = states_of(studied)[question.queued.card_id].memory
    undo_change(studied, preview_undo(studied))

    state = states_of(studied)[question.queued.card_id]
    assert isinstance(state.memory, Sm2Memory)
    assert chosen is not None
    assert state.memory.interval_days == chosen.interval_days
    assert state.reviews == 5


def test_an_interval_stands_until_a_replay(studied: Workspace) -> None:
    """What another program chose stays as it was stored; `schedule replay` computes it anew."""
    card_id = next(iter(states_of(studied)))
    before = states_of(studied)[card_id].memory
    assert isinstance(before, Sm2Memory)
    with closing(sqlite3.connect(studied.database.path)) as connection:
        connection.execute(
            "UPDATE reviews SET interval_days = 99 WHERE sequence = "
            "(SELECT max(sequence) FROM reviews WHERE card_id = ?)",
            (card_id,),
        )
        connection.commit()
    assert differing_states(studied)[card_id].memory == replace(before, interval_days=99)

    set_scheduler(studied, read_schedule(studied).choice)
    assert differing_states(studied) == {}
    assert states_of(studied)[card_id].memory == before


def test_a_change_ends_learning_steps(workspace: Workspace, clock: StandingClock) -> None:
    """A card that waits for its next step gets a day instead, by what is known of it."""
    set_scheduler(workspace, FSRS)
    question = answer(ReviewSession(workspace, limit=1), Rating.GOOD)
    card_id = question.queued.card_id
    assert states_of(workspace)[card_id].due_at == clock.now() + timedelta(minutes=10)

    set_scheduler(workspace, replace(FSRS, desired_retention=0.8))
    state = states_of(workspace)[card_id]
    assert isinstance(state.memory, FsrsMemory)
    assert (state.due_at, state.memory.step) == (None, None)
    assert state.due_on == workspace.study_day() + timedelta(days=state.memory.interval_days)


def test_drills_become_reviews_of_the_same_day(studied: Workspace) -> None:
    """FSRS takes the drills that SM-2 left alone, as reviews on the same day."""
    session = ReviewSession(studied)
    while (found := session.look()[0]) is not None:
        answer(session, Rating.GOOD if found.queued.turn is Turn.DRILL else Rating.HARD)
    with studied.database.peeking() as run:
        entries = dict(read_all_entries(run))
    drilled = {i for i, e in entries.items() if any(r.kind is ReviewKind.DRILL for r in e)}
    assert drilled
    set_scheduler(studied, FSRS)
    assert all(states_of(studied)[i].reviews == len(entries[i]) for i in drilled)


def test_parameters_of_another_count_are_refused(studied: Workspace) -> None:
    """What FSRS does not take is a sentence, and changes nothing."""
    with pytest.raises(UsageError, match="21 numbers were expected, 2 were found"):
        preview_change(studied, replace(FSRS, parameters=(1.0, 2.0)))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('{"parameters": [null]}', "the JSON's list 'parameters' holds something else than numbers"),
        ('{"parameters": [[1, 2]]}', "holds something else than numbers"),
        ('{"parameters": 3}', "the JSON has no list 'parameters'"),
        ('{"log_loss": 0.4}', "the JSON has no list 'parameters'"),
        ('{"parameters": [1, 2', "Expecting"),
        ("0.1, 0.2, nan", "21 numbers were expected, 3 were found"),
        ("[" + "1e400, " * 21 + "]", "parameter 0 is inf; a number from 0.001 to 100 was expected"),
        ("", "21 numbers were expected, 0 were found"),
    ],
)
def test_a_file_without_parameters_is_refused(tmp_path: Path, text: str, sentence: str) -> None:
    """Whatever stands in it, what is wrong is said, and what was expected."""
    path = tmp_path / "parameters"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(
        UsageError, match=r"--parameters: .*'default', the 21 numbers of FSRS-6, or a file"
    ) as e:
        read_parameters(str(path))
    assert sentence in str(e.value)


def test_a_change_of_somebody_else_is_not_overwritten(studied: Workspace) -> None:
    """A preview holds for the scheduler that it was made from."""
    preview = preview_change(studied, replace(FSRS, desired_retention=0.8))
    set_scheduler(studied, FSRS)
    with pytest.raises(UsageError, match=CHANGED_MEANWHILE[:30]):
        change_schedule(studied, preview)
    assert read_schedule(studied).choice == FSRS


def test_another_change_is_not_taken_back_instead(studied: Workspace) -> None:
    """A replay made meanwhile has the same scheduler, but it is not the change that the preview was of."""
    set_scheduler(studied, FSRS)
    preview = preview_undo(studied)
    set_scheduler(studied, FSRS)
    with pytest.raises(UsageError, match=CHANGED_MEANWHILE[:30]):
        undo_change(studied, preview)
    assert read_schedule(studied).choice == FSRS


def test_an_answer_between_preview_and_change_counts(studied: Workspace) -> None:
    """The states that a preview computed are used only where nothing came after them."""
    preview = preview_change(studied, FSRS)
    answer(ReviewSession(studied), Rating.EASY)
    change_schedule(studied, preview)
    assert differing_states(studied) == {}


@pytest.mark.parametrize("is_undo", [False, True])
def test_what_is_undone_between_preview_and_change_is_undone(studied: Workspace, is_undo: bool) -> None:
    """An answer that was taken back while the question was open is in no state that is written."""
    set_scheduler(studied, FSRS)
    session = ReviewSession(studied)
    card_id = answer(session, Rating.EASY).queued.card_id
    preview = preview_undo(studied) if is_undo else preview_change(studied, FSRS)
    answered = preview.states[card_id].reviews
    session.undo()
    (undo_change if is_undo else change_schedule)(studied, preview)
    assert differing_states(studied) == {}
    assert states_of(studied)[card_id].reviews == answered - 1


def test_a_kata_has_no_learning_steps(workspace: Workspace, write_kata: WriteKata) -> None:
    """A kata given up comes back on a later day under FSRS too, not in a minute."""
    write_kata()
    set_scheduler(workspace, FSRS)
    desk = KataDesk(workspace, find_kata(workspace.content.roots, "double-it"))
    desk.start()
    finished = desk.give_up()

    assert finished.in_days == 1
    with workspace.database.peeking() as run:
        card_id = read_kata_card(run, "double-it")
    assert card_id is not None
    state = states_of(workspace)[card_id]
    assert isinstance(state.memory, FsrsMemory)
    assert (state.due_at, state.memory.step) == (None, None)
    assert differing_states(workspace) == {}
