"""What is said of a text that is no YAML: the parser's words with a place and a next step that fit a deck."""

from __future__ import annotations

from typing import Any

from quizzer.content.faults import Place


def syntax_fault(text: str, error: Any, lines: int) -> tuple[Place, str]:
    """Return the place and the message of PyYAML's `error` in `text`, which stands after `lines` lines."""
    mark, context = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    at_end = mark is None or not text[mark.index :].strip()
    # What is never closed is found missing at the end; the opening is the place to look at.
    if at_end and context is not None:
        mark = context
    place = Place(lines + 1) if mark is None else Place(lines + mark.line + 1, mark.column + 1)
    found = text[mark.index : mark.index + 1] if mark is not None else ""
    problem = getattr(error, "problem", None) or "it cannot be read"
    if at_end or context is None or "expected ','" not in problem:
        step = _syntax_advice(found, problem, at_end)
    else:
        opening = f"'{text[context.index]}' that opens on line {lines + context.line + 1}"
        step = f"close the {opening}, or quote the text"
    return place, f"not valid YAML ({problem}), expected YAML: {step}"


def _syntax_advice(found: str, problem: str, at_end: bool) -> str:
    if found == "\t":
        return "indent with spaces, not with a tab"
    if at_end and found in {"'", '"'}:
        return "close the quote that opens here"
    if at_end and found in {"[", "{"}:
        return f"close the '{found}' that opens here, or quote the text"
    if found and found in "`@%":
        return f"put a text that starts with '{found}' in quotes or after '|'"
    if "alphabetic or numeric" in problem:
        return "put a text that starts with '*' or '&' in quotes or after '|'"
    if "mapping values" in problem:
        return "put a text that holds ': ' in quotes or after '|', or check the indentation"
    if "escape" in problem:
        return "use single quotes or '|' for a text with backslashes"
    return "check the indentation, and put a text with special characters in quotes or after '|'"
