"""Clozes in the ways that other programs write them, as ours."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from quizzer.core.cloze import OPENING
from quizzer.exchange.markdown_files.protected import Protected

Converter = Callable[[str], str]

_BRACKET = re.compile(r"\\[\s\S]|\[|\]")
_HIGHLIGHT = re.compile(
    r"==(?=\S)(?P<answer>(?:(?!==)[^\n])+?)(?<=\S)==(?:\^\[(?P<hint>[^\]\n]*)\])?(?:\[\^(?P<group>\d{1,3})\])?"
)
# What makes a bracket no deletion: a checkbox, a footnote, an empty one.
_NO_ANSWER = re.compile(r"\s*|[xX]|\^.*", re.DOTALL)


def brackets_to_cloze(text: str) -> str:
    """Return the text with each `[answer]` as a deletion of its own number.

    Links, images, footnotes, boxes to tick, `[[pages]]` and what stands in code or math are left as they are.
    """
    parts: list[str] = []
    position = 0
    for number, (start, end) in enumerate(_brackets(text), 1):
        parts += text[position:start], _deletion(number, text[start + 1 : end - 1])
        position = end
    return "".join((*parts, text[position:]))


def highlights_to_cloze(text: str) -> str:
    """Return the text with each `==answer==` as a deletion.

    A hint follows as `^[hint]`, a number that several deletions share as `[^1]`.
    """
    protected = Protected(text)
    count = 0

    def written(match: re.Match[str]) -> str:
        nonlocal count
        if match.start() in protected:
            return match[0]
        count += 1
        number = int(match["group"]) if match["group"] else count
        return _deletion(number, match["answer"], match["hint"] or "")

    return _HIGHLIGHT.sub(written, text)


def has_highlight(text: str) -> bool:
    """Say whether a text has a highlight outside code and math."""
    protected = Protected(text) if "==" in text else None
    return protected is not None and any(
        match.start() not in protected for match in _HIGHLIGHT.finditer(text)
    )


def has_marks(text: str) -> bool:
    """Say whether a text has deletions of our own kind outside code."""
    matches = list(OPENING.finditer(text))
    protected = Protected(text) if matches else None
    return protected is not None and any(
        match.start() not in protected or protected.is_math(text, match.start()) for match in matches
    )


def _deletion(number: int, answer: str, hint: str = "") -> str:
    # Without an empty hint the end of `std::vector` would be one.
    tail = f"::{hint}" if hint or "::" in answer else ""
    return f"{{{{c{number}::{answer}{tail}}}}}"


def _brackets(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of the outermost brackets that are deletions."""
    protected = Protected(text)
    depth = 0
    start = 0
    for match in _BRACKET.finditer(text):
        if match.start() in protected or match[0][0] == "\\":
            continue
        if match[0] == "[":
            start = match.start() if depth == 0 else start
            depth += 1
        elif depth:
            depth -= 1
            if depth == 0 and _is_deletion(text, start, match.end()):
                yield start, match.end()


def _is_deletion(text: str, start: int, end: int) -> bool:
    inside = text[start + 1 : end - 1]
    if _NO_ANSWER.fullmatch(inside) or (inside.startswith("[") and inside.endswith("]")):
        return False
    # An image, or the second half of a link.
    is_other = text[max(start - 1, 0) : start] in ("!", "]")
    is_link = re.match(r"[(\[]|:(?!\s)", text[end : end + 2]) is not None
    return not is_other and not is_link
