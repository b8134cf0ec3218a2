"""What a learner can set; the defaults are good ones."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Grades(StrEnum):
    """How many answers a learner chooses from."""

    FOUR = "four"
    SIX = "six"


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings; "" means the default place, found, or the system's zone."""

    workspace: str = "~/quizzer"
    database: str = ""
    content: str = ""
    zone: str = ""
    rollover_hour: int = 4
    new_limit: int = 20
    review_limit: int = 200
    kata_limit: int = 1
    grades: Grades = Grades.FOUR
