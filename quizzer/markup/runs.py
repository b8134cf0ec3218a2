"""What a paragraph of foreign HTML is made of: `Run`, with its styles."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto
from urllib.parse import unquote

from quizzer.markup.media_links import address_of

STRONG, EMPHASIS, STRIKE = "**", "*", "~~"
"""Styles by their marks; a link is its address with `LINK` before it."""

LINK = "]"

_LOCAL = re.compile(r"(?![A-Za-z][A-Za-z0-9+.-]*:|//|#)[^<>\x00-\x1f]{1,500}")


class Kind(Enum):
    """What a run is."""

    TEXT = auto()
    CODE = auto()
    MATH = auto()
    DISPLAY = auto()
    BREAK = auto()
    IMAGE = auto()


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a paragraph; `styles` from the outermost. The text of an image is its address, `alt` aside.

    A `literal` text is one that MathJax is told to leave alone.
    """

    kind: Kind
    text: str = ""
    styles: tuple[str, ...] = ()
    alt: str = ""
    literal: bool = False


def add_styles(styles: tuple[str, ...], more: Iterable[str]) -> tuple[str, ...]:
    """Return `styles` and those of `more` that are not among them; a link within a link is none."""
    for style in more:
        has_link = any(each.startswith(LINK) for each in styles)
        if style not in styles and not (style.startswith(LINK) and has_link):
            styles = (*styles, style)
    return styles


def file_run(address: str, styles: tuple[str, ...] = (), alt: str = "") -> Run | None:
    """Return the image or sound of a file of the collection's, None where the address is none of those."""
    name = unquote(address.strip())
    if not _LOCAL.fullmatch(name) or "/" in name or "\\" in name:
        return None
    return Run(Kind.IMAGE, address_of(name), styles, alt)
