"""What a terminal gets where NO_COLOR is set (https://no-color.org): bold, underline, reverse, no colour.

Textual of itself sends greys then.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import lru_cache

from rich.color import Color as RichColor
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

STANDS_OUT = 0.25
"""How much brighter or darker a ground is that says something: cursors do, panels and hovering do not."""


def is_colour_unwanted() -> bool:
    """Say whether NO_COLOR is set; set to nothing is not."""
    return bool(os.environ.get("NO_COLOR"))


class Colourless(LineFilter):
    """Takes all colours out; what stands out from the `ground` by its own is reversed instead."""

    def __init__(self, ground: Callable[[], Color]) -> None:
        super().__init__()
        self._ground = ground

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments without colours."""
        ground = self._ground()
        return [
            Segment(text, None if style is None else _without_colours(style, ground), control)
            for text, style, control in segments
        ]


@lru_cache(4096)
def _without_colours(style: Style, ground: Color) -> Style:
    # What a click does is in the meta; without the id of a link Textual colours none under the mouse.
    bare = (style.without_color + Style.from_meta(style.meta)).update_link(style.link)
    if style.bgcolor is None or style.reverse:
        return bare
    return bare + Style(reverse=True) if _stands_out(style.bgcolor, ground) else bare


def _stands_out(own: RichColor, ground: Color) -> bool:
    if own.is_system_defined:  # of the terminal's own colours nobody knows how bright they are
        return not own.is_default
    return abs(Color.from_rich_color(own).brightness - ground.brightness) > STANDS_OUT
