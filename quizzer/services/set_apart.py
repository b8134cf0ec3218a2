"""Cards that are set apart: suspended, leeches, flagged; and what a learner can do about each."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from quizzer.core.kata import KATA_KEY_PREFIX
from quizzer.core.memory import is_leech
from quizzer.core.review import EventKind
from quizzer.errors import UsageError
from quizzer.services.workspace import Workspace
from quizzer.storage.card_reads import read_set_apart, read_suspended

WHAT_TO_DO = "Rewrite it, split it or learn what it builds on"


class _Apart(Protocol):
    @property
    def is_leech(self) -> bool: ...

    @property
    def is_suspended(self) -> bool: ...

    @property
    def is_flagged(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class SetApart:
    """A card that is suspended, flagged or a leech; `deck` is "" for a kata and where no deck has it."""

    key: str
    deck: str
    lapses: int
    is_suspended: bool
    is_flagged: bool

    @property
    def is_leech(self) -> bool:
        """Whether it was failed too often."""
        return is_leech(self.lapses)

    @property
    def place(self) -> str:
        """Where it stands, in a word."""
        return self.deck or ("kata" if self.key.startswith(KATA_KEY_PREFIX) else "no deck")

    @property
    def words(self) -> tuple[str, ...]:
        """What sets it apart."""
        leech = (f"leech ({self.lapses} lapses)",) if self.is_leech else ()
        suspended = ("suspended",) if self.is_suspended else ()
        return (*suspended, *leech, *(("flagged",) if self.is_flagged else ()))


def leech_sentence(key: str, lapses: int) -> str:
    """Return what a learner is told when a card becomes a leech."""
    return (
        f"{key} was forgotten {lapses} times: a leech, suspended. {WHAT_TO_DO}; "
        f"'quizzer unsuspend {key}' brings it back."
    )


def what_to_do(cards: Sequence[_Apart]) -> tuple[str, ...]:
    """Return what a learner can do about these cards, a sentence for each thing that sets one apart."""
    sentences = []
    if any(card.is_leech for card in cards):
        sentences.append(f"A leech costs more than it brings. {WHAT_TO_DO}.")
    if any(card.is_suspended for card in cards):
        sentences.append("'quizzer unsuspend CARD' brings a suspended card back.")
    if any(card.is_flagged for card in cards):
        sentences.append("'quizzer review --cram --flagged' asks the flagged; 'f' takes a flag away there.")
    return tuple(sentences)


def list_set_apart(
    workspace: Workspace, *, is_suspended: bool = False, is_leech: bool = False, is_flagged: bool = False
) -> tuple[SetApart, ...]:
    """Return the cards that are suspended, leeches or flagged, by their keys; all that is asked holds."""
    with workspace.database.peeking() as run:
        cards = [SetApart(*row) for row in sorted(read_set_apart(run))]
    return tuple(
        card
        for card in cards
        if card.is_suspended >= is_suspended and card.is_leech >= is_leech and card.is_flagged >= is_flagged
    )


def unsuspend(workspace: Workspace, keys: Sequence[str]) -> None:
    """Bring suspended cards back into the sessions, all or none.

    Raises:
        UsageError: If a key is not that of a suspended card (the nearest is named).
    """
    from quizzer.services.recording import record_event

    with workspace.database.writing() as connection:
        ids = {key: card_id for card_id, key in read_suspended(connection.exec_driver_sql).items()}
        for key in dict.fromkeys(keys):
            if key not in ids:
                near = difflib.get_close_matches(key, ids, n=1)
                hint = f"did you mean '{near[0]}'?" if near else "'quizzer unsuspend' lists those that are."
                raise UsageError(f"no card '{key}' is suspended; {hint}")
            record_event(workspace, connection, workspace.now(), ids[key], EventKind.UNSUSPEND)
