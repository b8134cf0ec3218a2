"""A deck: notes on one topic, authored in one file."""

from __future__ import annotations

from dataclasses import dataclass

from quizzer.core.note import Note


@dataclass(frozen=True, slots=True)
class Deck:
    """A deck as its file has it; `path` is where it was read from."""

    id: str
    title: str
    path: str
    notes: tuple[Note, ...] = ()
    description: str = ""
    tags: tuple[str, ...] = ()
