"""What an import would do, note by note, and what one did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from quizzer.content.parsed import DeckFile
from quizzer.core.note import Note
from quizzer.exchange.incoming import Incoming, IncomingNote, LeftOut, Refused

if TYPE_CHECKING:
    from quizzer.services.import_taken import History


class Fate(StrEnum):
    """What becomes of a note that comes in."""

    NEW = "new"
    CHANGED = "changed"  # the source has changed it, the learner has not
    UNCHANGED = "unchanged"
    OLDER = "older"  # the source had not yet changed it as it is here: what is here stays
    KEPT = "kept"  # both have changed it: the learner's stays
    REFUSED = "refused"
    SKIPPED = "skipped"  # the learner's mapping leaves them out


@dataclass(frozen=True, slots=True)
class PlannedNote:
    """A note that comes in, and what becomes of it.

    `note` is the one that will stand in the decks; `place` names the deck file, "" for a shipped one.
    """

    incoming: IncomingNote
    fate: Fate
    note: Note
    place: str = ""


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """A deck file as it will be, and what is read in it.

    `before` is what it holds now, None for a new one.
    """

    path: Path
    data: bytes
    before: bytes | None
    parsed: DeckFile


@dataclass(frozen=True, slots=True)
class HistoryCount:
    """What comes of the history: reviews and events that are taken, and those that are not.

    `known` are here already, `older` lie before the card's last answer here, `homeless` belong to faces
    that the note does not have, `left_out` counts what quizzer does not keep. `refused` says which could not
    be and why.
    """

    cards: int = 0
    reviews: int = 0
    events: int = 0
    placements: int = 0
    known: int = 0
    older: int = 0
    homeless: int = 0
    refused: tuple[Refused, ...] = ()
    leaves_scheduler: bool = False
    left_out: Mapping[LeftOut, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What an import would do: nothing is written yet.

    `refused` are notes; `remarks` tell of media files and entries of the history that are not taken.
    `media` are the files to be written, by name in the media folder, as names of the source. `weighed` is the
    history of which `history` gives the figures: it comes as it is if the log stays as it is.
    """

    incoming: Incoming
    notes: tuple[PlannedNote, ...]
    refused: tuple[Refused, ...]
    files: tuple[PlannedFile, ...]
    media: Mapping[str, str] = field(default_factory=dict)
    missing_media: tuple[str, ...] = ()
    remarks: tuple[Refused, ...] = ()
    history: HistoryCount | None = None
    weighed: History | None = None

    @property
    def counts(self) -> dict[Fate, int]:
        """How many notes have each fate."""
        found = Counter(planned.fate for planned in self.notes)
        found[Fate.REFUSED] += len(self.refused)
        found[Fate.SKIPPED] += self.incoming.skipped
        return {fate: found[fate] for fate in Fate}

    @property
    def is_empty(self) -> bool:
        """Whether nothing would be written."""
        history = self.history
        has_history = history is not None and (history.cards or history.events)
        return not (self.files or self.media or has_history)


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did; `kept` is the folder with what deck files held before, None without any."""

    counts: Mapping[Fate, int]
    refused: tuple[Refused, ...]
    files: tuple[Path, ...]
    missing_media: tuple[str, ...] = ()
    media: int = 0
    history: HistoryCount | None = None
    kept: Path | None = None
    backup: Path | None = None
    has_changed: bool = False
