"""Code as HTML with colours in its own styles, so that it is highlighted wherever it is pasted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pygments.lexer import Lexer
    from pygments.token import _TokenType

# Each is a CSS variable, with which a page may choose its own colour (at night), and the colour without one.
COLOURS = {
    "keyword": "#8a1ca6",
    "string": "#0a6b2d",
    "number": "#9a4a00",
    "comment": "#5d6873",
    "name": "#0b58a6",
    "builtin": "#00687a",
}
VARIABLE = "--quizzer-"

PLACES = re.compile("([\U0010ff00-\U0010ff1f]+)")
"""Private characters that come out in the HTML where a caller put them into the code, outside all tags."""

_LARGEST = 20_000
"""Characters of code that are worth colouring."""

# Blocks that are kept coloured: a text that is left to the parser after all brings each of its own again.
_KEPT = 256


@lru_cache(_KEPT)
def highlight(code: str, language: str, escape: Callable[[str], str]) -> str:
    """Return `code` as HTML; in a language that is not known it has no colours.

    Args:
        code: The text of the block.
        language: The word after the fence.
        escape: Turns a piece of code into HTML.
    """
    lexer = _lexer(language.lower()) if language and len(code) <= _LARGEST else None
    if lexer is None:
        return escape(code)
    places = iter(_places(code))
    ahead = next(places, None)
    position, html = 0, list[str]()
    for colour, text in _runs(PLACES.sub("", code), lexer):
        start, position = position, position + len(text)
        while ahead is not None and ahead[0] < position:
            html += _coloured(colour, escape(text[: ahead[0] - start])), ahead[1]
            text, start = text[ahead[0] - start :], ahead[0]
            ahead = next(places, None)
        html.append(_coloured(colour, escape(text)))
    return "".join((*html, *((ahead[1],) if ahead else ()), *(mark for _, mark in places)))


def _places(code: str) -> Iterator[tuple[int, str]]:
    """Yield the private characters with their offsets in the code without them."""
    length = 0
    for i, part in enumerate(PLACES.split(code)):
        if i % 2:
            yield length, part
        else:
            length += len(part)


def _coloured(colour: str, html: str) -> str:
    if not colour or not html:
        return html
    return f'<span style="color:var({VARIABLE}{colour},{COLOURS[colour]})">{html}</span>'


def _runs(code: str, lexer: Lexer) -> Iterator[tuple[str, str]]:
    """Yield (colour, text) with neighbours of one colour joined."""
    last, texts = "", list[str]()
    for kind, text in lexer.get_tokens(code):
        colour = _colour(kind) if text.strip() else last
        if colour != last:
            if texts:
                yield last, "".join(texts)
            last, texts = colour, []
        texts.append(text)
    if texts:
        yield last, "".join(texts)


@cache
def _lexer(language: str) -> Lexer | None:
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


@cache
def _colour(kind: _TokenType) -> str:
    from pygments.token import Token

    kinds = (
        (Token.Comment, "comment"),
        (Token.Keyword, "keyword"),
        (Token.Operator.Word, "keyword"),
        (Token.Literal.String, "string"),
        (Token.Literal.Number, "number"),
        (Token.Name.Builtin, "builtin"),
        (Token.Name.Function, "name"),
        (Token.Name.Class, "name"),
        (Token.Name.Decorator, "name"),
    )
    return next((colour for ancestor, colour in kinds if kind in ancestor), "")
