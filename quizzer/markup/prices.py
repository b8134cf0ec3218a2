"""Which dollars before a digit are no math, as the parser decides it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from quizzer.markup.marks import FIRST_DIGIT, SHOW_MARKS
from quizzer.markup.parser import CLEAN_TOKENS, make_parser

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

PRICE = re.compile(r"(?<!\\)\$(?=\d)")
"""A dollar that may be a price's."""

_NUMBERED = re.compile("([\ufde0-\ufdef]+)\\$")
_FOREIGN = re.compile("[\ufdd0-\ufdef]")


def find_prices(text: str, *, inline: bool = False) -> tuple[int, ...]:
    """Return the offsets of the matches of `PRICE` that are shown as text: neither math nor code.

    Args:
        text: Markdown, with the marks of deletions or without.
        inline: Whether it is read as text within a line, as choices and points are.
    """
    places = [match.start() for match in PRICE.finditer(text)]
    if not places:
        return ()
    numbers = iter(range(len(places)))
    numbered = PRICE.sub(lambda _: f"{_written(next(numbers))}$", _FOREIGN.sub("\ufffd", text))
    parser = _parser()
    tokens = parser.parseInline(numbered) if inline else parser.parse(numbered)
    found = {_number(digits) for shown in _texts(tokens) for digits in _NUMBERED.findall(shown)}
    return tuple(places[number] for number in sorted(found) if number < len(places))


def escape_prices(text: str, *, inline: bool = False) -> str:
    """Return the text with a backslash before the dollars that `find_prices` finds; it shows the same."""
    places = find_prices(text, inline=inline)
    pieces = [text[start:end] for start, end in pairwise((0, *places, len(text)))]
    return "\\".join(pieces)


@cache
def _parser() -> MarkdownIt:
    parser = make_parser(keep_math=True)
    parser.disable([SHOW_MARKS, CLEAN_TOKENS])
    return parser


def _texts(tokens: list[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type == "text":
            yield token.content
        yield from _texts(token.children or [])


def _written(number: int) -> str:
    return "".join(chr(FIRST_DIGIT + int(digit, 16)) for digit in f"{number:x}")


def _number(written: str) -> int:
    return int("".join(f"{ord(digit) - FIRST_DIGIT:x}" for digit in written), 16)
