"""The text of a file that comes in: UTF-8, or UTF-16 that says so."""

from __future__ import annotations

import codecs
import re

from quizzer.errors import UsageError

MAX_BYTES = 50_000_000
"""A larger file is no collection of notes that somebody wrote."""

UNTITLED = "imported"
STANDARD_INPUT = "standard input"
"""What stands in the place of a file's name."""

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_LINE_END = re.compile("\r\n?|\n")


def decode_text(data: bytes, name: str) -> str:
    """Return the text of the file `name`, every line end as a newline.

    Raises:
        UsageError: If it is no text, or too large.
    """
    if len(data) > MAX_BYTES:
        raise UsageError(
            f"{name}: the file is larger than {MAX_BYTES // 1_000_000} MB, expected less: split it."
        )
    encoding = "utf-16" if data.startswith(_UTF_16) else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise UsageError(_not_text(data, name, encoding, error)) from None
    return _LINE_END.sub("\n", text)


def title_of(name: str) -> str:
    """Return what a deck is called that has only the name of its file."""
    if name == STANDARD_INPUT:
        return UNTITLED
    return re.sub(r"\.[A-Za-z]{1,8}$", "", re.split(r"[/\\]", name)[-1]).strip() or UNTITLED


def _not_text(data: bytes, name: str, encoding: str, error: UnicodeDecodeError) -> str:
    if encoding == "utf-16":
        return f"{name}: the file says that it is UTF-16 and is not: save it as UTF-8."
    line = len(_LINE_END.findall(data[: error.start].decode("latin-1"))) + 1
    return (
        f"{name}:{line}: found the byte 0x{data[error.start]:02x}, expected UTF-8 "
        "(or UTF-16 with its mark): save the file as UTF-8."
    )
