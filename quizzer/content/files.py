"""Content files on disk: which there are, and their bytes."""

from __future__ import annotations

import os
import stat
from pathlib import Path

MAX_BYTES = 10_000_000
SYLLABUS = "_syllabus.yaml"


class UnreadableError(Exception):
    """The file cannot be read; the text says why and what to do."""


def read_regular(path: Path, limit: int = MAX_BYTES) -> bytes:
    """Return the bytes of the regular file `path` of at most `limit` bytes.

    Raises:
        UnreadableError: If it is missing, may not be read, is no regular file or too large.
    """
    handle = -1
    try:
        # Without O_NONBLOCK, opening a FIFO waits until somebody writes to it.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableError("found no regular file, expected one: remove or replace it")
        data = _read_at_most(handle, limit + 1) if status.st_size <= limit else None
    except OSError as error:
        raise UnreadableError(_reason(error)) from None
    finally:
        if handle >= 0:
            os.close(handle)
    if data is None or len(data) > limit:
        raise UnreadableError(f"the file is larger than {limit // 1_000_000} MB, expected less: split it")
    return data


def _read_at_most(handle: int, size: int) -> bytes:
    with open(handle, "rb", closefd=False) as file:
        return file.read(size)


def deck_paths(folder: Path) -> list[Path]:
    """Return the paths of the deck files of `folder`, by name; none where it does not exist.

    Raises:
        UnreadableError: If it exists and cannot be listed.
    """
    try:
        paths = sorted(folder.iterdir())
    except FileNotFoundError:
        return []
    except OSError as error:
        raise UnreadableError(_reason(error)) from None
    return [
        path for path in paths if path.suffix in {".yaml", ".yml"} and not path.name.startswith(("_", "."))
    ]


def can_be_there(path: Path) -> bool:
    """Say whether there is something at `path`, as far as we may look."""
    try:
        return path.exists()
    except OSError:
        return False


def _reason(error: OSError) -> str:
    reasons = {
        FileNotFoundError: "the file does not exist, expected one: check its name",
        PermissionError: "it may not be read, expected the right to: change its permissions",
        NotADirectoryError: "found no folder, expected one: remove or replace it",
        IsADirectoryError: "found a folder, expected a file: remove or replace it",
    }
    return reasons.get(
        type(error), f"it cannot be read ({error.strerror}), expected a readable one: check the disk"
    )
