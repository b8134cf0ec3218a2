r"""Math and sounds that a text says by marks of its own: `\(…\)`, `[$]…[/$]`, `[sound:…]` and others."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from quizzer.markup.latex_text import read_latex
from quizzer.markup.runs import Kind, Run, add_styles, file_run

_CLOSER = {
    "\\(": "\\)", "\\[": "\\]", "[$]": "[/$]", "[$$]": "[/$$]", "[latex]": "[/latex]", "[sound:": "]",
}  # fmt: skip
_CLOSERS = {opener: re.compile(re.escape(closer), re.IGNORECASE) for opener, closer in _CLOSER.items()}
_OPENER = re.compile(r"\\\(|\\\[|\[\$\]|\[\$\$\]|\[latex\]|\[sound:", re.IGNORECASE)
_GAP = "\x00"  # stands for what no formula reaches over; cleaned text has none


def find_specials(runs: Sequence[Run]) -> list[Run]:
    """Return the runs with math and sounds in the place of what stands for them in the text."""
    if not any("\\" in run.text or "[" in run.text for run in runs if run.kind is Kind.TEXT):
        return list(runs)
    row = "".join(map(_scanned, runs))
    spans = list(_spans(row))
    if not spans:
        return list(runs)
    result: list[Run] = []
    position, waiting = 0, iter([*spans, None])
    span = next(waiting)
    for run in runs:
        length = len(_scanned(run))
        start = position
        while span and span[0] < position + length:
            first, last, specials = span
            if first >= start:
                result += _part(run, start - position, first - position)
                result += (
                    replace(special, styles=add_styles(run.styles, special.styles)) for special in specials
                )
            start = max(start, min(last, position + length))
            if last > position + length:
                break
            span = next(waiting)
        result += _part(run, start - position, length)
        position += length
    return result


def _part(run: Run, start: int, end: int) -> Iterator[Run]:
    if run.kind is not Kind.TEXT:
        if start == 0 and end:
            yield run
    elif start < end:
        yield replace(run, text=run.text[start:end])


def _scanned(run: Run) -> str:
    if run.kind is Kind.TEXT:
        return _GAP * len(run.text) if run.literal else run.text
    return "\n" if run.kind is Kind.BREAK else _GAP


def _spans(row: str) -> Iterator[tuple[int, int, Sequence[Run]]]:
    """Yield start, end and runs of what is special; an end that is missing is searched for once."""
    position = 0
    missing: set[str] = set()
    while match := _OPENER.search(row, position):
        opener = match[0].lower()
        closer = None if opener in missing else _CLOSERS[opener].search(row, match.end())
        position = match.end()
        if closer is None:
            missing.add(opener)
            continue
        content = row[match.end() : closer.start()]
        specials = _specials(opener, content) if content.strip() and _GAP not in content else ()
        if specials:
            position = closer.end()
            yield match.start(), position, specials


def _specials(opener: str, content: str) -> Sequence[Run]:
    match opener:
        case "[sound:":
            file = file_run(content)
            return (file,) if file else ()
        case "[latex]":
            return read_latex(content)
        case "\\(" | "[$]":
            return (Run(Kind.MATH, content),)
    return (Run(Kind.DISPLAY, content),)
