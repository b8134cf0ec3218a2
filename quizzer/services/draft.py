"""The learner's file as an editor holds it: what another program wrote there is never written over unseen."""

from __future__ import annotations

from pathlib import Path

from quizzer.content.writing import replace_file
from quizzer.errors import WorkspaceError
from quizzer.services.sitting import KataDesk
from quizzer.services.submission_file import archive, archive_folder, keep_text

Stamp = tuple[int, int, int]


class Draft:
    """The file of one kata; it remembers how the file stood when it was last read or written here."""

    def __init__(self, desk: KataDesk) -> None:
        self._desk = desk
        self._folder = archive_folder(desk.workspace.places.workspace, desk.kata.slug)
        self._stamp: Stamp | None = None
        self._data: bytes | None = None

    @property
    def path(self) -> Path:
        """Where the file is."""
        return self._desk.path

    def load(self) -> str | None:
        """Return the source in the file, None where there is none.

        Raises:
            UsageError: If it is none that can be graded.
        """
        self._look()
        return self._desk.read() if self._stamp is not None else None

    def has_changed(self) -> bool:
        """Whether the file holds something else than when it was last read or written here."""
        if _stamp(self.path) == self._stamp:
            return False
        before = self._data
        data = _bytes(self.path)
        if data == before:
            self._stamp = _stamp(self.path)
        return data != before

    def save(self, text: str) -> bool:
        """Write the text, or return False where the file was changed meanwhile: then nothing is written.

        A file that is gone has nothing that could be lost.

        Raises:
            WorkspaceError: If it cannot be written.
        """
        if self.path.exists() and self.has_changed():
            return False
        self._write(text)
        return True

    def replace(self, text: str) -> Path | None:
        """Write the text whatever the file holds; return where that was copied to first.

        Raises:
            WorkspaceError: If it cannot be written; the file is untouched then.
        """
        kept = None
        try:
            if self.path.exists():
                kept = archive(self.path, self._folder, self._desk.workspace.now())
        except OSError as error:
            raise self._failure(error) from error
        self._write(text)
        return kept

    def keep(self, text: str) -> Path:
        """Put the text beside earlier files of the kata and return where; the file stays as it is.

        Raises:
            WorkspaceError: If it cannot be written.
        """
        return keep_text(text, self._folder, self._desk.workspace.now())

    def rescue(self, text: str) -> Path:
        """Save the text where that loses nothing, else keep it; return where it is.

        Raises:
            WorkspaceError: If neither can be done.
        """
        return self.path if self.save(text) else self.keep(text)

    def _write(self, text: str) -> None:
        try:
            target = self.path.resolve()  # a link stays one
            target.parent.mkdir(parents=True, exist_ok=True)
            mode = target.stat().st_mode & 0o777 if target.exists() else 0o644
            replace_file(target, text.encode(errors="replace"), mode)
        except OSError as error:
            raise self._failure(error) from error
        self._look()

    def _look(self) -> None:
        self._stamp, self._data = _stamp(self.path), _bytes(self.path)

    def _failure(self, error: OSError) -> WorkspaceError:
        return WorkspaceError(
            f"{error.filename or self.path}: your solution cannot be saved ({error.strerror}). It is still "
            "in the editor: make the folder writable, then save again."
        )


def _stamp(path: Path) -> Stamp | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes() if path.is_file() else None
    except OSError:
        return None
