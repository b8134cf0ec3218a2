"""What a text holds, counted as its reader meets it: words of prose, questions, math, links, wide lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from quizzer.markup.parser import make_parser
from quizzer.markup.tex import inline_math, math_rows

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

CODE_COLUMNS = 70
"""Columns that a block of code has on a terminal of 80."""

FORMULA_COLUMNS = 74
"""Columns that a drawn formula has there."""

_ADDRESS = re.compile(r"https?://[\w.-]+\.\w+(?:[/?#]\S*)?|mailto:\S+@\S+")
_BROKEN_LINK = re.compile(
    r"\[[^\]\n]+\]\s+\(https?:|\[[^\]\n]*\]\(\s*\)|\[[^\]\n]+\]\((?:www\.|https?:(?!//))"
)
_ESCAPED_DOLLAR = re.compile(r"(?<!\\)(?:\\\\)*\\\$")


def count_words(markdown: str) -> int:
    """Return the words of its prose: tables, math and blocks of code have none, a `name` in code is one."""
    return len(_prose(markdown).split())


def count_questions(markdown: str) -> int:
    """Return the question marks of its prose."""
    return _prose(markdown, with_code=False).count("?")


def undrawn_math(markdown: str) -> tuple[str, ...]:
    """Return the formulas that the terminal can only show as their TeX."""
    return tuple(tex for tex, rows in _formulas(markdown) if rows is None)


def wide_lines(markdown: str) -> tuple[str, ...]:
    """Return the lines of code and of drawn formulas that are too wide for a terminal of 80 columns."""
    code = [
        line for block in _tokens(markdown) if block.type == "fence" for line in block.content.splitlines()
    ]
    drawn = [row for _, rows in _formulas(markdown) for row in rows or () if len(row) > FORMULA_COLUMNS]
    return (*(line for line in code if len(line) > CODE_COLUMNS), *drawn)


def broken_links(markdown: str) -> tuple[str, ...]:
    """Return the addresses of links that lead nowhere, and texts that were meant to be links."""
    if "[" not in markdown and "<" not in markdown:
        return ()
    targets = (str(part.attrs.get("href", "")) for part in _inlines(markdown) if part.type == "link_open")
    meant = (match[0] for match in _BROKEN_LINK.finditer(_prose(markdown, with_code=False)))
    return (*(target for target in targets if not _ADDRESS.fullmatch(target)), *meant)


def links(markdown: str) -> tuple[str, ...]:
    """Return the addresses that its links lead to."""
    return tuple(str(part.attrs.get("href", "")) for part in _inlines(markdown) if part.type == "link_open")


def shown_files(markdown: str) -> tuple[str, ...]:
    """Return the addresses of its images and sounds."""
    if "![" not in markdown:
        return ()
    return tuple(str(part.attrs.get("src", "")) for part in _inlines(markdown) if part.type == "image")


def has_loose_dollar(markdown: str) -> bool:
    r"""Say whether a dollar that is not written `\$` is shown as text."""
    if "$" not in markdown:
        return False
    shown = sum(part.content.count("$") for part in _inlines(markdown) if part.type == "text")
    return shown > len(_ESCAPED_DOLLAR.findall(markdown))


def _formulas(markdown: str) -> Iterator[tuple[str, tuple[str, ...] | None]]:
    """Yield each formula with the rows of a block, () for one on a line, None where it cannot be drawn."""
    if "$" not in markdown and "\\" not in markdown:
        return
    for token in _tokens(markdown):
        if token.type == "math_block":
            yield token.content, math_rows(token.content)
    for part in _inlines(markdown):
        if part.type == "math_inline":
            yield part.content, None if inline_math(part.content) is None else ()


def _prose(markdown: str, *, with_code: bool = True) -> str:
    shown = {"text", "code_inline"} if with_code else {"text"}
    lines: list[str] = []
    tables = 0
    for token in _tokens(markdown):
        tables += (token.type == "table_open") - (token.type == "table_close")
        if token.type == "inline" and not tables:
            lines.append("".join(p.content if p.type in shown else " " for p in token.children or ()))
    return " ".join(lines)


def _inlines(markdown: str) -> Iterator[Token]:
    for token in _tokens(markdown):
        yield from token.children or ()


def _tokens(markdown: str) -> list[Token]:
    return _parser().parse(markdown)


@cache
def _parser() -> MarkdownIt:
    return make_parser(keep_math=True)
