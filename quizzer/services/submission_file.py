"""The learner's file of a kata: laid out, archived, read. Nothing of the learner's is ever overwritten."""

from __future__ import annotations

import io
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from quizzer.content.files import UnreadableError, read_regular
from quizzer.content.writing import replace_file
from quizzer.core.kata import Kata, module_name
from quizzer.errors import UsageError, WorkspaceError

MAX_KIB = 256


def submission_path(workspace: Path, slug: str) -> Path:
    """Return where the learner writes the kata `slug`."""
    return workspace / "katas" / f"{module_name(slug)}.py"


def archive_folder(workspace: Path, slug: str) -> Path:
    """Return where earlier files of the kata `slug` are kept."""
    return workspace / "archive" / slug


def read_submission(path: Path, advice: str) -> str:
    """Return the source in the file `path`; `advice` is the next step where there is none.

    Raises:
        UsageError: If there is no such file, it is too large, or no UTF-8.
    """
    try:
        data = read_regular(path, MAX_KIB * 1024)
    except UnreadableError as error:
        if not path.exists():
            raise UsageError(f"{path}: there is no such file, expected your submission: {advice}") from None
        if _is_large(path):
            raise UsageError(
                f"{path}: the file is larger than {MAX_KIB} KiB, expected a submission: shorten it"
            ) from None
        raise UsageError(f"{path}: {error}") from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        found = f"found the byte 0x{data[error.start]:02x}, expected UTF-8"
        raise UsageError(f"{path}:{line}:1: {found}: save the file as UTF-8") from None


def lay_out(path: Path, folder: Path, kata: Kata, now: datetime) -> Path | None:
    """Put the blank starter at `path`; what stood there is copied to `folder` first.

    Returns:
        The copy; None where there was nothing but a blank starter.

    Raises:
        WorkspaceError: If a file cannot be written; the old one is untouched then.
    """
    starter = kata.starter.encode()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        kept = None
        if path.exists() and not (path.is_file() and _holds(path, starter)):
            kept = archive(path, folder, now)
        replace_file(path, starter, 0o644)
    except OSError as error:
        where = error.filename or path
        raise WorkspaceError(
            f"{where}: the starter cannot be laid out ({error.strerror}). Nothing was overwritten: "
            "make the folder writable, then try again."
        ) from error
    return kept


def keep_text(text: str, folder: Path, now: datetime) -> Path:
    """Put a text that has no other place into a new file of `folder` named by the instant, and return it.

    Raises:
        WorkspaceError: If it cannot be written.
    """
    try:
        return _store(io.BytesIO(text.encode(errors="replace")), folder, now)
    except OSError as error:
        raise WorkspaceError(
            f"{folder}: your text cannot be kept there ({error.strerror}). Make the folder writable, "
            "then try again."
        ) from error


def archive(path: Path, folder: Path, now: datetime) -> Path:
    """Copy `path` to a new file of `folder` named by the instant, and return it.

    Raises:
        OSError: If that cannot be done.
    """
    with path.open("rb") as source:
        return _store(source, folder, now)


def _store(source: BinaryIO, folder: Path, now: datetime) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    stamp = f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    number = 1
    while True:
        target = folder / (f"{stamp}.py" if number == 1 else f"{stamp}-{number}.py")
        try:
            with target.open("xb") as sink:
                shutil.copyfileobj(source, sink)
                sink.flush()
                os.fsync(sink.fileno())  # before the starter takes the place of what was copied
        except FileExistsError:
            number += 1
            continue
        return target


def _holds(path: Path, data: bytes) -> bool:
    return path.stat().st_size == len(data) and path.read_bytes() == data


def _is_large(path: Path) -> bool:
    return path.is_file() and path.stat().st_size > MAX_KIB * 1024
