"""The text of content files; what is no text in one is told of and replaced, so that the rest can be read."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from quizzer.content.faults import FaultList, Place
from quizzer.core.note_fields import stored_text

# Beside C0, C1 and DEL the separators that YAML takes for line breaks and editors do not, and non-characters.
CONTROLS = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff"
CONTROL = re.compile(f"[{CONTROLS}]")
# What `surrogateescape` makes of bytes that are no UTF-8.
BAD_BYTES = "\udc80-\udcff"
DAMAGE = re.compile(f"[{CONTROLS}]|[{BAD_BYTES}]+")
LINE_END = re.compile(r"\r\n?|\n")
_UNSTORABLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff\ud800-\udfff]"
)  # and ends no line
UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class SourceText:
    """The text of a file; at the offsets `damage` something else stands there."""

    text: str
    damage: Sequence[int] = ()

    def is_damaged(self, start: int, end: int) -> bool:
        """Say whether damage lies between two offsets."""
        index = bisect_left(self.damage, start)
        return index < len(self.damage) and self.damage[index] < end


def decode(data: bytes, faults: FaultList) -> SourceText | None:
    """Return the text of a file, None where it is UTF-16; each damage is a fault."""
    if data.startswith(UTF_16_MARKS):
        faults.add(Place(), _bad_byte(data[0]))
        return None
    text = data.decode("utf-8-sig", errors="surrogateescape")
    if not DAMAGE.search(text):
        return SourceText(text)
    return SourceText(DAMAGE.sub(_replacement, text), _damage(text, faults))


def storable(text: str) -> str:
    """Return `text` as a deck file gives it back, without the characters that none can hold."""
    return stored_text(_UNSTORABLE.sub("", text))


def _damage(text: str, faults: FaultList) -> list[int]:
    line, line_start, counted = 1, 0, 0
    offsets: list[int] = []
    for match in DAMAGE.finditer(text):
        for end in LINE_END.finditer(text, counted, match.start()):
            line, line_start = line + 1, end.end()
        counted = match.start()
        code = ord(match[0][0])
        if 0xDC80 <= code <= 0xDCFF:
            message = _bad_byte(code & 0xFF)
        else:
            message = f"found the control character U+{code:04X}, expected text: remove it"
        faults.add(Place(line, match.start() - line_start + 1), message)
        offsets.append(match.start())
    return offsets


def _bad_byte(byte: int) -> str:
    return f"found the byte 0x{byte:02x}, expected UTF-8: save the file as UTF-8"


def _replacement(match: re.Match[str]) -> str:
    return " " if CONTROL.match(match[0]) else "\ufffd" * len(match[0])
