"""What is done to several cards at once: one step, all or nothing, and taken back as one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from quizzer.core.review import EventKind
from quizzer.errors import UsageError
from quizzer.services.workspace import Workspace
from quizzer.storage.browse_reads import read_already, read_last_step, read_step

DONE = {
    EventKind.SUSPEND: "suspended",
    EventKind.UNSUSPEND: "brought back",
    EventKind.BURY: "buried until tomorrow",
    EventKind.FLAG: "flagged",
    EventKind.UNFLAG: "freed of the flag",
    EventKind.RESET: "made new again",
}
NOTHING = {
    EventKind.SUSPEND: "suspended already",
    EventKind.UNSUSPEND: "not suspended",
    EventKind.BURY: "buried already",
    EventKind.FLAG: "flagged already",
    EventKind.UNFLAG: "not flagged",
    EventKind.RESET: "new already",
}


QUESTIONS = {
    EventKind.SUSPEND: "Suspend {cards}?",
    EventKind.UNSUSPEND: "Bring {cards} back?",
    EventKind.BURY: "Bury {cards} until tomorrow?",
    EventKind.FLAG: "Flag {cards}?",
    EventKind.UNFLAG: "Take the flag from {cards}?",
    EventKind.RESET: "Make {cards} new again? Answers stay in the log.",
}


@dataclass(frozen=True, slots=True)
class BulkStep:
    """What was done, and to which cards; those to which it would do nothing are not among them.

    `number` is its place in the log; 0 where there was nothing to do.
    """

    kind: EventKind
    keys: tuple[str, ...]
    number: int = 0

    @property
    def sentence(self) -> str:
        """What was done, in a sentence."""
        return f"{count_cards(len(self.keys))} {DONE[self.kind]}."

    @property
    def undone(self) -> str:
        """A sentence that says that it was taken back."""
        return f"Undone: {count_cards(len(self.keys))} {DONE[self.kind]}."


def count_cards(count: int) -> str:
    """Return a number of cards in words."""
    return "1 card" if count == 1 else f"{count:,} cards"


def ask_first(kind: EventKind, count: int) -> str:
    """Return the question whether to do that to `count` cards."""
    return QUESTIONS[kind].format(cards=count_cards(count))


def nothing_to_do(kind: EventKind, count: int) -> str:
    """Return a sentence that says why nothing was done to `count` cards."""
    if count == 1:
        return f"Nothing was done: the card is {NOTHING[kind]}."
    return f"Nothing was done: all {count:,} cards are {NOTHING[kind]}."


def act(workspace: Workspace, cards: Collection[tuple[int, str]], kind: EventKind) -> BulkStep:
    """Do something to the cards, given by id and key; it stands in the log of each, or of none."""
    from quizzer.services.recording import record_events

    with workspace.database.writing() as connection:
        moment = workspace.moment()
        ids = [card_id for card_id, _ in cards]
        already = read_already(connection.exec_driver_sql, ids, kind, moment.today)
        wanted = {card_id: key for card_id, key in cards if card_id not in already}
        number = record_events(workspace, connection, moment.now, list(wanted), kind) if wanted else 0
    return BulkStep(kind, tuple(wanted.values()), number)


def undo(workspace: Workspace, number: int | None = None) -> BulkStep:
    """Take a step back, all of it or nothing: that of this number, else the last of whatever process.

    Raises:
        UsageError: If there is nothing to take back, or one of the cards was answered or changed since.
    """
    from quizzer.services.recording import take_back_events

    with workspace.database.writing() as connection:
        run = connection.exec_driver_sql
        number = read_last_step(run) if number is None else number
        events = [] if number is None else read_step(run, number)
        if number is None or not events:
            raise UsageError("there is nothing to undo: what was done to cards here was taken back already.")
        keys = {card_id: key for _, card_id, key, _ in events}
        sequences = {card_id: sequence for sequence, card_id, _, _ in events}
        kind = EventKind(events[0][3])
        moved_on = take_back_events(workspace, connection, sequences)
        if moved_on:
            raise UsageError(
                f"nothing was undone: {keys[moved_on[0]]} was answered or changed since it was "
                f"{DONE[kind]}. Change the cards one by one instead."
            )
    return BulkStep(kind, tuple(keys.values()), number)
