"""The file that an export goes to: whether it may be written, and writing it."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from quizzer.content.writing import replacing_file
from quizzer.errors import ExportError, UsageError
from quizzer.exchange.anki.package import SUFFIX, is_our_package


def check_target(file: Path) -> None:
    """Refuse a place where no package can or may be written.

    Raises:
        UsageError: If it is one.
    """
    if file.suffix.lower() != SUFFIX:
        raise UsageError(
            f"{file}: a name that ends in '{SUFFIX}' was expected, as Anki's packages have. "
            f"Try {file.with_name(f'{file.stem or file.name}{SUFFIX}')}."
        )
    check_place(file, is_our_package)


def check_place(file: Path, is_ours: Callable[[Path], bool]) -> None:
    """Refuse a place where no file can be, or where one is that is not ours.

    Raises:
        UsageError: If it is one.
    """
    try:
        folder_mode = file.parent.stat().st_mode
        file_mode = file.stat().st_mode if file.exists() else None
    except OSError as error:
        raise UsageError(
            f"{file.parent}: the folder cannot be reached ({error.strerror}). Make it, or name another one."
        ) from error
    if not stat.S_ISDIR(folder_mode):
        raise UsageError(f"{file.parent}: this is no folder. Name a file in one that exists.")
    if file_mode is None:
        return
    if not stat.S_ISREG(file_mode):
        raise UsageError(f"{file}: this is no file that could be replaced. Name another one.")
    if file.stat().st_size and not is_ours(file):
        raise UsageError(
            f"{file}: the file was not written by quizzer and is not overwritten. Name another one."
        )


def write_target(file: Path, write: Callable[[BinaryIO], object], what: str = "package") -> None:
    """Put what `write` writes in the place of `file`; `what` is the word for it.

    Raises:
        ExportError: If that cannot be done; what was there is untouched.
    """
    try:
        target = file.resolve()  # what a link points to is replaced, not the link
        with replacing_file(target, _mode(target)) as sink:
            write(sink)
    except OSError as error:
        raise ExportError(
            f"{file}: the {what} cannot be written ({error.strerror}). Name another place, then try again."
        ) from error


def _mode(target: Path) -> int:
    """Return the permissions that the file has, or that a new one gets."""
    if target.exists():
        return stat.S_IMODE(target.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
