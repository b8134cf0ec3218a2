"""Faults of content files: what stands where, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

FAULTS_PER_FILE = 1_000


class Place(NamedTuple):
    """A place in a file; line and column count characters from 1."""

    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong at one place; `message` names the next step."""

    path: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.message}"


class FaultList:
    """Collects the faults of one file."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.count = 0
        self._faults: list[Fault] = []

    def add(self, place: Place, message: str) -> None:
        """Note that `message` holds at `place`."""
        self.count += 1
        if self.count <= FAULTS_PER_FILE:
            self._faults.append(Fault(self.path, place.line, place.column, message))

    def in_order(self) -> tuple[Fault, ...]:
        """Return the faults by place; those over the cap are one last fault that counts them."""
        faults = sorted(self._faults, key=lambda fault: (fault.line, fault.column))
        if self.count > FAULTS_PER_FILE:
            more = self.count - FAULTS_PER_FILE
            message = f"the file has {more} more faults, expected none: mend these first and run again"
            faults.append(Fault(self.path, faults[-1].line, faults[-1].column, message))
        return tuple(faults)


def nearest(word: str, names: list[str]) -> str | None:
    """Return the name most like `word`, None where none is near."""
    # A distance between long texts costs their product, and no name is long.
    if len(word) > 80:
        return None
    from difflib import get_close_matches

    return next(iter(get_close_matches(word.lower(), names, 1, 0.6)), None)
