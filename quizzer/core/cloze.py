"""Cloze deletions, `{{c1::answer::hint}}`, parsed by braces so that TeX inside them survives."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

OPENING = re.compile(r"\{\{c(\d+)::")

# Characters that Unicode leaves to programs, in the place of Markdown that only its parser can put right.
BOLD_START = "\ufdd3"
"""Stands before what is to be bold wherever Markdown allows it."""

BOLD_END = "\ufdd4"
"""Stands after what is to be bold."""

GUARD = "\ufdd5"
"""Stands for nothing, where the characters beside it would else be marks: `[...]` before `(`."""

_MARKS = re.compile(f"[{BOLD_START}{BOLD_END}{GUARD}]")
_BARE_MARKER = re.compile(r"\d{1,9}[.)]|[-+*]|#{1,6}")
_ODD_BACKSLASHES = re.compile(r"(?<!\\)(?:\\\\)*\\$")
_LINE_TEXT = re.compile(r"\S(?:[^\n]*\S)?")


class ClozeError(ValueError):
    """The text has a deletion that cannot be read; `offset` is where it starts."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.offset = offset


@dataclass(frozen=True, slots=True)
class Deletion:
    """One deletion; `start` and `end` are its offsets in the text, marks included."""

    number: int
    answer: str
    hint: str
    start: int
    end: int


def parse_cloze(text: str) -> tuple[Deletion, ...]:
    """Return the deletions of `text` in the order they stand.

    A deletion ends at the first `}}` at which every brace opened inside it is closed.
    A hint starts at the last `::` outside braces.

    Raises:
        ClozeError: If a deletion is never closed, is empty, is numbered 0, or holds another.
    """
    return tuple(_deletions(text))


def cloze_numbers(text: str) -> tuple[int, ...]:
    """Return the numbers of the deletions of `text`, ascending, each once."""
    return tuple(sorted({deletion.number for deletion in parse_cloze(text)}))


def hide_deletions(text: str, number: int) -> str:
    """Return `text` with deletions `number` hidden as `[...]` or `[hint]`, each guarded, the others shown."""
    return _replace(text, lambda d: d.answer if d.number != number else f"[{d.hint or '...'}]{GUARD}")


def show_deletions(text: str, number: int) -> str:
    """Return `text` with everything shown, deletions `number` emboldened."""
    return _replace(text, lambda d: d.answer if d.number != number else embolden(d.answer))


def embolden(text: str) -> str:
    """Return `text` with each line between `BOLD_START` and `BOLD_END`, since a line may be a block."""

    def marked(match: re.Match[str]) -> str:
        # An answer such as "1986." alone is no list item without its text.
        guard = GUARD if _BARE_MARKER.fullmatch(match[0]) else ""
        line, break_ = match[0], ""
        # A backslash breaks the line only where nothing stands behind it.
        if text.startswith("\n", match.end()) and _ODD_BACKSLASHES.search(line):
            line, break_ = line[:-1], "\\"
        return f"{guard}{BOLD_START}{line}{BOLD_END}{break_}"

    return _LINE_TEXT.sub(marked, text)


def strip_marks(text: str) -> str:
    """Return `text` without the characters that only this program may put into it."""
    return _MARKS.sub("", text)


def _deletions(text: str) -> Iterator[Deletion]:
    position = 0
    while opening := OPENING.search(text, position):
        start = opening.start()
        number = int(opening[1])
        close = _closing(text, opening.end())
        if close is None:
            raise ClozeError(f"the deletion c{number} is never closed with '}}}}'", start)
        content = text[opening.end() : close]
        if OPENING.search(content):
            raise ClozeError(f"the deletion c{number} holds another deletion", start)
        answer, hint = _split_hint(content)
        if not answer.strip():
            raise ClozeError(f"the deletion c{number} is empty", start)
        if number == 0:
            raise ClozeError("deletions are numbered from c1, found c0", start)
        yield Deletion(number, answer, hint, start, close + 2)
        position = close + 2


def _closing(text: str, position: int) -> int | None:
    depth = 0
    while position < len(text):
        if text[position] == "\\":
            position += 2
            continue
        if depth == 0 and text.startswith("}}", position):
            return position
        depth += {"{": 1, "}": -1}.get(text[position], 0)
        position += 1
    return None


def _split_hint(content: str) -> tuple[str, str]:
    depth = 0
    split = None
    for i, character in enumerate(content):
        depth += {"{": 1, "}": -1}.get(character, 0)
        if depth == 0 and content.startswith("::", i):
            split = i
    return (content, "") if split is None else (content[:split], content[split + 2 :].strip())


def _replace(text: str, replacement: Callable[[Deletion], str]) -> str:
    """Put the replacement in the place of each deletion."""
    text = strip_marks(text)
    parts: list[str] = []
    position = 0
    for deletion in parse_cloze(text):
        parts.append(text[position : deletion.start])
        parts.append(replacement(deletion))
        position = deletion.end
    parts.append(text[position:])
    return "".join(parts)
