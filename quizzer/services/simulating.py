"""Simulating the coming months from how the learner stands now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from quizzer.core.habits import Habits, find_habits
from quizzer.core.memory import FsrsMemory
from quizzer.core.replay import Regime
from quizzer.core.scheduler_choice import SchedulerChoice, SchedulerName
from quizzer.services.fitting import read_present
from quizzer.services.regimes import make_scheduler
from quizzer.services.replaying import replay_all
from quizzer.services.workspace import Workspace
from quizzer.storage.cram_reads import read_askable, read_last_sequence
from quizzer.storage.log_columns import read_rating_counts
from quizzer.storage.runner import Runner

if TYPE_CHECKING:
    from quizzer.fsrs.simulation import Course, Standing

SEED = 1


@dataclass(frozen=True, slots=True)
class Simulation:
    """The courses of several plans from one start, and whether habits and parameters are the learner's."""

    days: int
    seen: int
    new: int
    habits: Habits
    has_own_habits: bool
    has_own_parameters: bool
    courses: tuple[Course, ...]


def simulate_plans(
    workspace: Workspace, retentions: Iterable[float], new_a_day: Iterable[int], days: int, seed: int = SEED
) -> Simulation:
    """Simulate every pair of a desired retention and a number of new cards a day; katas are left out."""
    from quizzer.fsrs.simulation import Plan, Setting, simulate

    present = read_present(workspace)
    with workspace.database.peeking() as run:
        habits, is_own = find_habits(*read_rating_counts(run))
        standing, new = _read_standing(run, present.parameters, workspace.study_day())
    setting = Setting(standing, new, habits, present.parameters, days)
    limit = workspace.limits.reviews
    new_limits = tuple(new_a_day)
    plans = [Plan(retention, number, limit) for retention in retentions for number in new_limits]
    return Simulation(
        days=days,
        seen=len(standing.seen_day),
        new=new,
        habits=habits,
        has_own_habits=is_own,
        has_own_parameters=present.since_ms is not None,
        courses=tuple(simulate(setting, plan, seed) for plan in plans),
    )


def _read_standing(run: Runner, parameters: tuple[float, ...], today: date) -> tuple[Standing, int]:
    """Return what FSRS would say today of the cards that were seen, and how many were not."""
    from quizzer.fsrs.simulation import Standing

    scheduler = make_scheduler(SchedulerChoice(SchedulerName.FSRS, parameters=parameters))
    states = replay_all(run, Regime(scheduler, read_last_sequence(run) + 1))
    rows, new = [], 0
    for card in read_askable(run):
        state = states.get(card.card_id)
        if state and isinstance(state.memory, FsrsMemory) and state.reviewed_on:
            seen_day = min(0, (state.reviewed_on - today).days)
            rows.append((state.memory.stability, state.memory.difficulty, seen_day))
        else:
            new += 1
    return Standing(*zip(*rows, strict=True)) if rows else Standing(), new
