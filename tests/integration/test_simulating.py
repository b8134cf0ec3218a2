"""Simulating from how a learner stands: which cards take part, whose habits, under which scheduler."""

from __future__ import annotations

from datetime import timedelta

import pytest

from quizzer.core.habits import Habits
from quizzer.core.rating import Rating
from quizzer.core.scheduler_choice import SchedulerChoice, SchedulerName
from quizzer.fsrs.parameters import DEFAULT
from quizzer.services.katas import find_kata
from quizzer.services.review import ReviewSession
from quizzer.services.schedule import change_schedule, preview_change
from quizzer.services.simulating import Simulation, simulate_plans
from quizzer.services.sitting import KataDesk
from quizzer.services.workspace import Workspace
from tests.stored_log import Row, card_ids, store_rows
from tests.support import OpenWorkspace, StandingClock, WriteDeck, WriteKata, answer

OWN = SchedulerChoice(SchedulerName.FSRS, parameters=(*DEFAULT[:20], 0.3))


def simulate(workspace: Workspace, days: int = 60) -> Simulation:
    """Simulate two plans."""
    return simulate_plans(workspace, (0.8, 0.95), (2,), days)


def test_every_pair_is_simulated_in_turn(workspace: Workspace) -> None:
    """Retentions, and for each of them the numbers of new cards; with the learner's limit of reviews."""
    simulation = simulate_plans(workspace, iter((0.8, 0.9)), iter((1, 3)), 5)
    plans = [(course.plan.desired_retention, course.plan.new_a_day) for course in simulation.courses]
    assert plans == [(0.8, 1), (0.8, 3), (0.9, 1), (0.9, 3)]
    assert {course.plan.reviews_a_day for course in simulation.courses} == {workspace.limits.reviews}
    assert simulation.courses[0].reviews[0] == 1
    assert simulation.courses[1].reviews[0] == 3


def test_a_simulation_writes_nothing_and_repeats(workspace: Workspace) -> None:
    """The database is the same byte for byte, and so is a second simulation."""
    answer(ReviewSession(workspace), Rating.GOOD)
    before = workspace.database.path.read_bytes()
    assert simulate(workspace) == simulate(workspace)
    assert workspace.database.path.read_bytes() == before


def test_an_sm2_learner_is_simulated_with_the_default_parameters(
    workspace: Workspace, clock: StandingClock
) -> None:
    """What FSRS would say of the log is where it starts; a change to FSRS alone changes nothing."""
    for _ in range(3):
        session = ReviewSession(workspace, limit=3)
        while session.look()[0]:
            answer(session, Rating.GOOD)
        clock.advance(days=8)
    found = simulate(workspace)
    assert (found.seen, found.new, found.has_own_parameters) == (3, 2, False)
    change_schedule(workspace, preview_change(workspace, SchedulerChoice(SchedulerName.FSRS)))
    assert simulate(workspace) == found
    change_schedule(workspace, preview_change(workspace, OWN))
    other = simulate(workspace)
    assert other.has_own_parameters
    assert other.courses != found.courses


def test_an_empty_collection_is_simulated(open_here: OpenWorkspace, write_deck: WriteDeck) -> None:
    """No card at all: nothing to do, nothing known."""
    write_deck("attention", "a1")
    with open_here() as workspace:
        session = ReviewSession(workspace)
        question, _ = session.look()
        assert question is not None
        session.suspend(question)
        found = simulate(workspace, 3)
    assert (found.seen, found.new, found.has_own_habits) == (0, 0, False)
    assert [course.reviews for course in found.courses] == [(0, 0, 0)] * 2


def test_katas_take_no_part(workspace: Workspace, write_kata: WriteKata) -> None:
    """A kata has a limit and a pace of its own: cards are simulated as if there were none."""
    before = simulate(workspace)
    write_kata()
    desk = KataDesk(workspace, find_kata(workspace.content.roots, "double-it"))
    desk.start()
    desk.give_up()
    assert simulate(workspace) == before


def test_habits_are_the_learners_once_the_log_is_long_enough(
    open_here: OpenWorkspace, write_deck: WriteDeck
) -> None:
    """A hundred new cards and a hundred due ones are enough; with one due answer less all is assumed."""
    write_deck("attention", *(f"a{number}" for number in range(100)))
    with open_here() as workspace:
        ids, day = card_ids(workspace), workspace.study_day() - timedelta(days=300)
        rows = [Row(card_id, 4, day, duration_ms=2000) for card_id in ids]
        rows += [Row(card_id, 2, day + timedelta(days=9), duration_ms=3000) for card_id in ids]
        store_rows(workspace, rows[:-1])
        assert (found := simulate(workspace)).habits == Habits()
        assert not found.has_own_habits
        with workspace.database.writing() as connection:
            connection.exec_driver_sql("DELETE FROM reviews")
        store_rows(workspace, rows)
        found = simulate(workspace)
    assert found.has_own_habits
    assert found.habits == Habits((0, 0, 0, 100), (100, 0, 0), (60.0, 3.0, 25.0, 2.0))
    assert found.seen == 100


@pytest.mark.parametrize("days", [1, 3650])
def test_as_many_days_come_as_are_asked_for(workspace: Workspace, days: int) -> None:
    """Ten years of a small collection are no matter."""
    assert {len(course.known) for course in simulate(workspace, days).courses} == {days}
