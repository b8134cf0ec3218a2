"""Faults of content files: what stands where, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from quizzer.markup.clean import clean, clean_line

FAULTS_PER_FILE = 1_000


class Place(NamedTuple):
    """A place in a file; line and column count characters from 1."""

    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong at one place; `message` names the next step and is safe to print.

    `path` is the file's, as the system has it; `shown_path` is what may be printed.
    """

    path: str
    line: int
    column: int
    message: str

    def __post_init__(self) -> None:
        # Messages quote decks, which may hold what moves a cursor.
        object.__setattr__(self, "message", clean_line(self.message))

    def __str__(self) -> str:
        return f"{shown_path(self.path)}:{self.line}:{self.column}: {self.message}"


def shown_path(path: str) -> str:
    r"""Return `path` as it may be printed: on one line, a byte that is no UTF-8 as `\xff`."""
    text = path.encode(errors="surrogateescape").decode(errors="backslashreplace")
    return clean(text).replace("\n", " ").replace("\t", " ")


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

    @property
    def is_full(self) -> bool:
        """Whether a further fault is counted only, so that its message is never seen."""
        return self.count >= FAULTS_PER_FILE

    def extend(self, other: FaultList) -> None:
        """Add the faults of `other`, another reading of the same file."""
        self._faults += other._faults[: max(0, FAULTS_PER_FILE - self.count)]
        self.count += other.count

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
