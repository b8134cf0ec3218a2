"""An import that was ended between its deck files and its log: found by what it wrote down before both.

The file `begun.json` in the archive says what each deck file held and what it was to hold. It becomes the
manifest once the log is written; where it is still there and no entry of the log names its folder, the next
import of the same source goes on from it, or `import undo` takes it back.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from quizzer.content.files import UnreadableError, read_regular
from quizzer.exchange.incoming import Incoming
from quizzer.storage.imports import read_kept_folders
from quizzer.storage.instant import from_milliseconds
from quizzer.storage.runner import Runner

BEGUN = "begun.json"

Change = tuple[str | None, str]
"""The digests of a deck file before and after; None for one that was not there."""


@dataclass(frozen=True, slots=True)
class Begun:
    """An import without its end: its folder in the archive, and the deck files by their names."""

    folder: Path
    origin: str
    source: str
    happened_at: datetime
    files: Mapping[str, Change] = field(default_factory=dict)


def source_of(incoming: Incoming) -> str:
    """Return what tells one source from another; it stays when its notes are edited."""
    keys = sorted({note.key for note in incoming.notes})
    return hashlib.sha256("\0".join([incoming.origin, *keys]).encode(errors="surrogateescape")).hexdigest()


def find_begun(run: Runner, imports: Path) -> Begun | None:
    """Return the newest import below the folder `imports` that has no end; None without."""
    for path in sorted(imports.glob(f"*/{BEGUN}"), reverse=True):
        begun = _read(path)
        if begun is not None and begun.folder.name not in read_kept_folders(run):
            return begun
    return None


def _read(path: Path) -> Begun | None:
    try:
        facts = json.loads(read_regular(path))
        files = {str(name): (before, after) for name, (before, after) in facts["files"].items()}
        at = from_milliseconds(facts["happened_at"])
        return Begun(path.parent, str(facts["origin"]), str(facts["source"]), at, files)
    except (UnreadableError, ValueError, LookupError, TypeError, AttributeError, OverflowError):
        return None  # it is written in one piece: what cannot be read is none of ours
