"""Which katas a study day offers: open sittings, then due, then new ones, under a limit of their own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class KataReason(StrEnum):
    """Why a kata is offered, in the order of a day."""

    OPEN = "open"  # a sitting has begun
    DUE = "due"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class KataState:
    """What the database says of a kata; `due_on` is None while it is new."""

    slug: str
    due_on: date | None = None
    is_new: bool = True
    reviewed_today: bool = False
    has_open_sitting: bool = False
    is_suspended: bool = False


@dataclass(frozen=True, slots=True)
class KataTurn:
    """A kata that a study day offers; `title` is for learners, and no part of what was decided."""

    slug: str
    reason: KataReason
    title: str = ""

    @property
    def command(self) -> str:
        """What the learner types to begin or go on."""
        return f"quizzer kata {self.slug}"


def is_due(state: KataState, today: date) -> bool:
    """Say whether the kata has come back by the study day `today`."""
    return state.due_on is not None and state.due_on <= today


def due_katas(
    slugs: Sequence[str], states: Iterable[KataState], today: date, limit: int
) -> tuple[KataTurn, ...]:
    """Return what `today` offers of the katas `slugs`, which stand in the order new ones are introduced.

    Open sittings come first and always. Those and the katas reviewed today count against `limit`; what
    it leaves goes to due katas, the longest due first, then to new ones. Suspended ones are left out.
    """
    known = {state.slug: state for state in states}
    present = [known.get(slug, KataState(slug)) for slug in slugs]
    opened = [state for state in present if state.has_open_sitting]
    waiting = [
        state
        for state in present
        if not (state.has_open_sitting or state.reviewed_today or state.is_suspended)
    ]
    done = sum(state.reviewed_today and not state.has_open_sitting for state in known.values())
    due = sorted(
        (state for state in waiting if is_due(state, today)), key=lambda state: state.due_on or today
    )
    new = [state for state in waiting if state.is_new]
    turns = [KataTurn(state.slug, KataReason.DUE) for state in due]
    turns += [KataTurn(state.slug, KataReason.NEW) for state in new]
    left = max(0, limit - done - len(opened))
    return (*(KataTurn(state.slug, KataReason.OPEN) for state in opened), *turns[:left])
