"""The scheduler in force, as the log says: read with every card, made anew when it has changed."""

from __future__ import annotations

from quizzer.core.replay import Regime
from quizzer.core.scheduler_choice import SchedulerChoice, SchedulerName
from quizzer.core.scheduling.base import Scheduler
from quizzer.core.scheduling.sm2 import Sm2
from quizzer.storage.reschedules import Reschedule, read_reschedules
from quizzer.storage.runner import Runner


def make_scheduler(choice: SchedulerChoice) -> Scheduler:
    """Return the scheduler that was chosen.

    Raises:
        ValueError: If its parameters are none of that scheduler.
    """
    if choice.name is SchedulerName.SM2:
        return Sm2()
    from quizzer.fsrs.scheduler import Fsrs

    return Fsrs(choice)


def make_regime(reschedule: Reschedule) -> Regime:
    """Return the regime that a reschedule begins."""
    return Regime(make_scheduler(reschedule.choice), reschedule.sequence)


class RegimeReader:
    """Reads the regime; another process may change it at any time."""

    def __init__(self) -> None:
        self._known: tuple[Reschedule, Regime] | None = None

    def read(self, run: Runner) -> Regime:
        """Return the regime in force."""
        (newest,) = read_reschedules(run, limit=1)
        if self._known is None or self._known[0] != newest:
            self._known = newest, make_regime(newest)
        return self._known[1]
