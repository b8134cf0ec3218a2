"""Katas as authored: what a learner is asked to write, and what it is graded by."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from quizzer.core.note import Level


class GateKind(StrEnum):
    """What a gate measures."""

    FORBIDDEN_CALLS = "forbidden_calls"
    MEMORY_GROWTH = "memory_growth"
    CPU_TIME = "cpu_time"
    GPU_TIME = "gpu_time"
    GPU_MEMORY_GROWTH = "gpu_memory_growth"

    @property
    def needs_gpu(self) -> bool:
        """Whether it is skipped where there is no GPU."""
        return self in (GateKind.GPU_TIME, GateKind.GPU_MEMORY_GROWTH)


@dataclass(frozen=True, slots=True)
class Gate:
    """A measured condition.

    `limit` is a ratio: for the growths the peak at twice the size over the peak at
    `size`, for the times the submission's over the reference's; unused by
    FORBIDDEN_CALLS. `cap_mib` bounds all that stays resident from loading on.
    `misconception` is the name of the mistake that failing it shows.
    """

    kind: GateKind
    misconception: str = ""
    limit: float = 0.0
    size: int = 0
    repeats: int = 3
    cap_mib: int = 0
    why: str = ""


Returns = str | tuple[Any, ...]
"""A structure: "tensor", "any", or a tuple of structures."""


@dataclass(frozen=True, slots=True)
class EntryPoint:
    """A function or class that a submission must define.

    `returns` is the structure of its result (of `forward`, for a module): "tensor",
    "any", or a tuple of such. `state` maps the keys of a module's state dict to what
    their shapes are, as text for the learner.
    """

    name: str
    signature: str
    returns: Returns = "tensor"
    state: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Deadlines:
    """How long loading, one call, all cases together and all gates together may take."""

    load_s: float = 5.0
    call_s: float = 4.0
    suite_s: float = 20.0
    gates_s: float = 30.0


@dataclass(frozen=True, slots=True)
class Mistake:
    """A known wrong solution: the misconception that it shows, and the notes that cure it."""

    name: str
    explanation: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kata:
    """A kata; `folder` and `reference` are paths, and what lies there is trusted code."""

    slug: str
    title: str
    level: Level
    topics: tuple[str, ...]
    cards: tuple[str, ...]
    entry_points: tuple[EntryPoint, ...]
    par_minutes: int
    hints: tuple[str, ...]
    forbidden_calls: tuple[str, ...]
    gates: tuple[Gate, ...]
    deadlines: Deadlines
    sources: tuple[str, ...]
    prompt: str
    starter: str
    mistakes: tuple[Mistake, ...]
    folder: str
    reference: str

    @property
    def card_key(self) -> str:
        """The key of the card that schedules the kata."""
        return kata_card_key(self.slug)

    def mistake(self, name: str) -> Mistake | None:
        """Return the mistake called `name`, if there is one."""
        return next((mistake for mistake in self.mistakes if mistake.name == name), None)


KATA_KEY_PREFIX = "kata/"


def kata_card_key(slug: str) -> str:
    """Return the key of the card that schedules the kata `slug`."""
    return KATA_KEY_PREFIX + slug


def module_name(slug: str) -> str:
    """Return the name of a kata on disk: its slug in snake_case."""
    return slug.replace("-", "_")


def is_kata_card(note_id: str) -> bool:
    """Say whether a card of that note is a kata's: such a card stands in the place of its note."""
    return note_id.startswith(KATA_KEY_PREFIX)
