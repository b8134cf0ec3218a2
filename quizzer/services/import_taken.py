"""What is taken of a history, and what is not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from quizzer.core.replay import Regime
from quizzer.core.review import LogEntry, ReviewKind
from quizzer.exchange.incoming import (
    IncomingCard,
    IncomingEvent,
    IncomingReschedule,
    IncomingReview,
    LeftOut,
    Refused,
)
from quizzer.services.import_plan import HistoryCount

Entry = IncomingReview | IncomingEvent | IncomingReschedule


@dataclass(frozen=True, slots=True)
class Taken:
    """An entry that is taken, of the card `key` ("" for all cards); `kind` is that of a review."""

    key: str
    entry: Entry
    study_day: date
    kind: ReviewKind | None = None


@dataclass(frozen=True, slots=True)
class Against:
    """What a history is weighed against: the live entries that the cards `keys` have here, by their keys.

    `regime` is the one in force, and `is_log_empty` says whether no card has any entry.
    """

    keys: tuple[str, ...] = ()
    logs: Mapping[str, list[LogEntry]] = field(default_factory=dict)
    regime: Regime | None = None
    is_log_empty: bool = True


@dataclass(slots=True)
class History:
    """What is taken of a history, card by card and of each in the order of the log, and what is not.

    `placed` are the cards whose schedule is the source's: the learner has not gone on with them here.
    """

    taken: list[Taken] = field(default_factory=list)
    placed: dict[str, IncomingCard] = field(default_factory=dict)
    against: Against = field(default_factory=Against)
    known: int = 0
    older: int = 0
    homeless: int = 0
    refused: list[Refused] = field(default_factory=list)
    leaves_scheduler: bool = False
    left_out: Counter[LeftOut] = field(default_factory=Counter)

    @property
    def logs(self) -> Mapping[str, list[LogEntry]]:
        """The live entries that cards of the source have here."""
        return self.against.logs

    @property
    def count(self) -> HistoryCount:
        """The history in figures."""
        return HistoryCount(
            cards=len({taken.key for taken in self.taken if taken.key} | self.placed.keys()),
            reviews=sum(isinstance(taken.entry, IncomingReview) for taken in self.taken),
            events=sum(not isinstance(taken.entry, IncomingReview) for taken in self.taken),
            placements=sum(card.placement is not None for card in self.placed.values()),
            known=self.known,
            older=self.older,
            homeless=self.homeless,
            refused=tuple(self.refused),
            leaves_scheduler=self.leaves_scheduler,
            left_out=dict(self.left_out),
        )


def instant_of_entry(entry: Entry) -> datetime:
    """Return when a review was given, or anything else happened."""
    return entry.reviewed_at if isinstance(entry, IncomingReview) else entry.happened_at
