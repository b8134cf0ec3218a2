"""The schedule: which scheduler is in force, what a change of it would do, the change, and taking it back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from quizzer.core.memory import CardState
from quizzer.core.replay import Regime
from quizzer.core.review import CardEvent, EventKind
from quizzer.core.scheduler_choice import SchedulerChoice
from quizzer.errors import UsageError
from quizzer.services.regimes import make_regime, make_scheduler
from quizzer.services.replaying import Tell, replay_all, tell_nobody
from quizzer.services.workspace import Workspace
from quizzer.storage.database import Watch
from quizzer.storage.log_reads import read_next_sequence
from quizzer.storage.reschedules import Reschedule, encode_choice, read_reschedules
from quizzer.storage.runner import Runner
from quizzer.storage.schedule_reads import read_median_duration, read_scheduled

if TYPE_CHECKING:
    from sqlalchemy import Connection

PREVIEW_DAYS = 30
CHANGED_MEANWHILE = "another process changed the schedule meanwhile; nothing was written. Look again."


@dataclass(frozen=True, slots=True)
class Workload:
    """What a schedule asks for.

    `due` counts the cards of today, those overdue among them, and of each of the next
    30 study days. `reviews_a_day` is the sum of 1 / interval over all cards: what they
    ask for in the long run, if nothing is forgotten.
    """

    due: tuple[int, ...]
    reviews_a_day: float


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change would do.

    `sequence` is the place in the log of the change in force, as in `Reschedule`. `states` are what
    the cache would hold, if nothing is written meanwhile, as `watch` tells.
    """

    before: SchedulerChoice
    after: SchedulerChoice
    workload_before: Workload
    workload_after: Workload
    sooner: int
    later: int
    unmoved: int
    seconds_a_review: float | None
    sequence: int
    states: Mapping[int, CardState] = field(repr=False)
    watch: Watch = field(repr=False)

    @property
    def cards(self) -> int:
        """How many cards are scheduled."""
        return self.sooner + self.later + self.unmoved


def read_schedule(workspace: Workspace) -> Reschedule:
    """Return the scheduler in force, and since when."""
    with workspace.database.peeking() as run:
        (newest,) = read_reschedules(run, limit=1)
    return newest


def preview_change(workspace: Workspace, choice: SchedulerChoice, tell: Tell = tell_nobody) -> Preview:
    """Return what scheduling every card anew by `choice` would do; nothing is written.

    Raises:
        UsageError: If the scheduler does not take such parameters.
    """
    try:
        scheduler = make_scheduler(choice)
    except ValueError as error:
        raise UsageError(f"these parameters are none of the scheduler '{choice.name}': {error}.") from error
    watch = workspace.database.watch()
    with workspace.database.peeking() as run:
        (newest,) = read_reschedules(run, limit=1)
        states = replay_all(run, Regime(scheduler, read_next_sequence(run)), tell)
        return _preview(workspace, run, newest, choice, states, watch)


def preview_undo(workspace: Workspace, tell: Tell = tell_nobody) -> Preview:
    """Return what taking back the last change would do; nothing is written.

    Raises:
        UsageError: If there was no change.
    """
    watch = workspace.database.watch()
    with workspace.database.peeking() as run:
        newest, *earlier = read_reschedules(run, limit=2)
        if not earlier:
            raise UsageError("the scheduler was never changed, so there is nothing to take back.")
        states = replay_all(run, make_regime(earlier[0]), tell)
        return _preview(workspace, run, newest, earlier[0].choice, states, watch)


def change_schedule(workspace: Workspace, preview: Preview) -> None:
    """Write the change that was previewed: an event of all cards, and their states replayed."""
    from quizzer.storage.log import append_event, next_sequence

    def append(connection: Connection) -> None:
        moment = workspace.moment()
        append_event(
            connection,
            CardEvent(
                card_id=None,
                sequence=next_sequence(connection),
                kind=EventKind.RESCHEDULE,
                happened_at=moment.now,
                zone=workspace.calendar.zone_name,
                study_day=moment.today,
                data=encode_choice(preview.after),
            ),
        )

    _write(workspace, preview, append)


def undo_change(workspace: Workspace, preview: Preview) -> None:
    """Take the last change back: its event is undone, and all states are replayed."""
    from quizzer.storage.log import mark_undone

    def undo(connection: Connection) -> None:
        (newest,) = read_reschedules(connection.exec_driver_sql, limit=1)
        mark_undone(connection, newest.sequence, workspace.now())

    _write(workspace, preview, undo)


def _write(workspace: Workspace, preview: Preview, change: Callable[[Connection], object]) -> None:
    from quizzer.storage.states import write_states

    with workspace.database.writing() as connection:
        run = connection.exec_driver_sql
        (newest,) = read_reschedules(run, limit=1)
        if newest.sequence != preview.sequence:
            raise UsageError(CHANGED_MEANWHILE)
        stands = preview.watch.is_unchanged()
        change(connection)
        states = preview.states if stands else replay_all(run, workspace.regime(run))
        write_states(connection, states.items())


def _preview(
    workspace: Workspace,
    run: Runner,
    newest: Reschedule,
    after: SchedulerChoice,
    states: Mapping[int, CardState],
    watch: Watch,
) -> Preview:
    today = workspace.study_day()
    old = read_scheduled(run)
    new = {card_id: place for card_id in old if (place := _place(states.get(card_id)))}
    moves = [due_on - old[card_id][0] for card_id, (due_on, _) in new.items()]
    return Preview(
        before=newest.choice,
        after=after,
        workload_before=_workload(today, old.values()),
        workload_after=_workload(today, new.values()),
        sooner=sum(move.days < 0 for move in moves),
        later=sum(move.days > 0 for move in moves),
        unmoved=sum(move.days == 0 for move in moves),
        seconds_a_review=read_median_duration(run),
        sequence=newest.sequence,
        states=states,
        watch=watch,
    )


def _place(state: CardState | None) -> tuple[date, int] | None:
    if state is None or state.due_on is None or state.memory is None:
        return None
    return state.due_on, state.memory.interval_days


def _workload(today: date, places: Iterable[tuple[date, int]]) -> Workload:
    due, reviews_a_day = [0] * (PREVIEW_DAYS + 1), 0.0
    for due_on, interval_days in places:
        days = max(0, (due_on - today).days)
        if days <= PREVIEW_DAYS:
            due[days] += 1
        reviews_a_day += 1 / max(1, interval_days)
    return Workload(tuple(due), reviews_a_day)
