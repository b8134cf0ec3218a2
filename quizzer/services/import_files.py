"""The deck files of an import: what they will hold, writing them all or none, keeping what was there."""

from __future__ import annotations

import hashlib
import json
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from quizzer.content.deck_edit import put_notes, start_deck
from quizzer.content.faults import shown_path
from quizzer.content.files import MAX_BYTES, UnreadableError, read_regular
from quizzer.content.scaffold import write_schema
from quizzer.content.writing import replace_file
from quizzer.core.note import Note
from quizzer.errors import ContentError, UsageError, WorkspaceError
from quizzer.services.import_begun import BEGUN, Begun, Change
from quizzer.services.import_plan import PlannedFile
from quizzer.services.import_targets import Target

MODE = 0o644
FULL_BYTES = MAX_BYTES * 8 // 10
MANIFEST = "import.json"
HEAD = "Notes that were imported. Edit them: a later import leaves what you have changed."
HEAD_OVER = (
    "Notes that were imported. A note here stands in the place of the one with its\n"
    "id that comes with quizzer; remove it, and that one is back."
)


@dataclass(slots=True)
class FileDraft:
    """A deck file that is to be changed: notes by the ids they have in it, and notes that are added."""

    path: Path
    before: bytes | None
    start: str
    changed: dict[str, Note] = field(default_factory=dict)
    added: list[Note] = field(default_factory=list)

    def finish(self) -> PlannedFile:
        """Return the file as it will be.

        Raises:
            ContentError: If it cannot be changed by a program.
        """
        now = self.start.encode() if self.before is None else self.before
        edited = put_notes(now, self.path, self.changed, self.added)
        if len(edited.data) > MAX_BYTES:
            raise ContentError(
                f"{shown_path(str(self.path))}: with the notes that come in, the file would be larger than "
                f"{MAX_BYTES // 1_000_000} MB, expected less: import into another deck with --deck NAME"
            )
        return PlannedFile(self.path, edited.data, self.before, edited.parsed)


def open_draft(target: Target) -> FileDraft:
    """Return the draft of the file of a deck.

    Raises:
        ContentError: If it is there and cannot be read.
    """
    head = HEAD if target.has_title else HEAD_OVER
    return FileDraft(
        target.path, read_present(target.path), start_deck(target.deck, head, has_title=target.has_title)
    )


def read_present(path: Path) -> bytes | None:
    """Return what the file holds, None where there is none.

    Raises:
        ContentError: If it cannot be read.
    """
    if not path.exists() and not path.is_symlink():
        return None
    try:
        return read_regular(path)
    except UnreadableError as error:
        raise ContentError(f"{shown_path(str(path))}: {error}") from None


class FileWriter:
    """Writes files one after the other, and can put all of them back.

    `begun` is an import of the same source that had no end: its folder is gone on with.
    """

    def __init__(self, folder: Path, kept: Path, begun: Begun | None = None) -> None:
        self._folder = folder
        self._kept = kept
        self._begun = {} if begun is None else begun.files
        self._written: list[tuple[Path, bytes | None]] = []

    def write_decks(self, files: Sequence[PlannedFile], facts: Mapping[str, Any]) -> None:
        """Keep what the files hold, write down with `facts` what is to be done to them, then do it.

        Raises:
            UsageError: If one of them was changed since the plan was made.
            WorkspaceError: If one cannot be written.
        """
        for file in files:
            if read_present(file.path) != file.before:
                raise UsageError(
                    f"{shown_path(str(file.path))}: the file was changed while the import was prepared; "
                    "nothing was written. Import again."
                )
        with _told(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
            self._kept.mkdir(parents=True, exist_ok=True)
            write_schema(self._folder)
        changes = self._changes_begun()
        for file in files:
            name = file.path.name
            if name not in changes and file.before is not None:
                self._put(self._kept / name, file.before)
            before = changes[name][0] if name in changes else _digest_of(file.before)
            changes[name] = before, digest(file.data)
        text = json.dumps({**facts, "files": changes}, indent=2, ensure_ascii=False)
        self._replace(self._kept / BEGUN, text.encode(errors="surrogateescape"), self._manifest())
        for file in files:
            self._replace(file.path, file.data, file.before)

    def write_media(self, folder: Path, names: Mapping[str, Callable[[], bytes]]) -> None:
        """Write media files; none that is there is replaced."""
        with _told(folder):
            folder.mkdir(parents=True, exist_ok=True)
        for name, read in names.items():
            path = folder / name
            if path.exists() or path.is_symlink():
                continue
            self._replace(path, read(), None)

    def finish(self) -> None:
        """Make what was written down the manifest: the import has its end.

        Where that cannot be done, the log knows better.
        """
        with suppress(OSError):
            (self._kept / BEGUN).replace(self._kept / MANIFEST)

    def put_back(self) -> None:
        """Give all files back what they held."""
        for path, before in reversed(self._written):
            restore_file(path, before)

    def _changes_begun(self) -> dict[str, Change]:
        """Return what the import without an end did to deck files and nobody has changed since."""
        return {
            name: (before, after)
            for name, (before, after) in self._begun.items()
            if _digest_of(read_present(self._folder / Path(name).name)) == after
        }

    def _manifest(self) -> bytes | None:
        return read_present(self._kept / BEGUN)

    def _replace(self, path: Path, data: bytes, before: bytes | None) -> None:
        self._put(path, data)
        self._written.append((path, before))

    def _put(self, path: Path, data: bytes) -> None:
        with _told(path):
            replace_file(path, data, _mode(path))


def restore_file(path: Path, before: bytes | None) -> None:
    """Give a file back what it held; one that was not there goes.

    Raises:
        WorkspaceError: If that cannot be done.
    """
    with _told(path):
        if before is None:
            path.unlink(missing_ok=True)
        else:
            replace_file(path, before, _mode(path))


def imports_folder(workspace: Path) -> Path:
    """Return the folder in the archive that keeps what imports replaced."""
    return workspace / "archive" / "imports"


def kept_folder(workspace: Path, now: datetime, name: str) -> Path:
    """Return a new folder in the archive for what an import replaces."""
    stamp = now.astimezone().strftime("%Y-%m-%d-%H%M%S")
    folder = imports_folder(workspace)
    for number in range(1, 1000):
        path = folder / (f"{stamp}-{name}" if number == 1 else f"{stamp}-{name}-{number}")
        if not path.exists():
            return path
    raise WorkspaceError(f"{shown_path(str(folder))}: too many imports at once. Try again in a second.")


def digest(data: bytes) -> str:
    """Return what tells one content of a file from another."""
    return hashlib.sha256(data).hexdigest()


def _digest_of(data: bytes | None) -> str | None:
    return None if data is None else digest(data)


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode) if path.exists() else MODE


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turn an error of the file system into a sentence about the file."""
    try:
        yield
    except OSError as error:
        raise WorkspaceError(
            f"{shown_path(str(path))}: the import cannot write here ({error.strerror}). Make the folder "
            "writable or free some space, or name another one with the setting 'workspace'."
        ) from error
