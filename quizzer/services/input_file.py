"""What an import reads: a file, or the standard input."""

from __future__ import annotations

import sys
from pathlib import Path

from quizzer.content.files import UnreadableError, read_regular
from quizzer.errors import UsageError
from quizzer.exchange.text_file import STANDARD_INPUT

_MARK = Path("-")


def read_input(path: Path, most_bytes: int) -> tuple[bytes, str]:
    """Return what the file `path` holds, - for the standard input, and its name in messages.

    Raises:
        UsageError: If it cannot be read.
    """
    try:
        if path != _MARK:
            return read_regular(path, most_bytes), str(path)
        return _read_standard_input(most_bytes), STANDARD_INPUT
    except UnreadableError as error:
        raise UsageError(f"{path}: {error}.") from None


def _read_standard_input(most_bytes: int) -> bytes:
    if sys.stdin is None:
        raise UnreadableError("there is no standard input, expected one: name a file")
    data = sys.stdin.buffer.read(most_bytes + 1)
    if len(data) > most_bytes:
        raise UnreadableError(f"more than {most_bytes // 1_000_000} MB came, expected less: split it")
    return data
