"""Which scheduler is in force, with what it needs: the value that a reschedule event carries."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class SchedulerName(StrEnum):
    """The schedulers there are."""

    SM2 = "sm2"
    FSRS = "fsrs"


LEAST_RETENTION = 0.7
GREATEST_RETENTION = 0.99


@dataclass(frozen=True, slots=True)
class SchedulerChoice:
    """A scheduler and its parameters; SM-2 has none. Steps are in seconds.

    `parameters` are the 21 of FSRS-6; empty, the default ones.
    """

    name: SchedulerName = SchedulerName.SM2
    desired_retention: float = 0.9
    parameters: tuple[float, ...] = ()
    learning_steps_s: tuple[int, ...] = (60, 600)
    relearning_steps_s: tuple[int, ...] = (600,)
    has_fuzz: bool = True
