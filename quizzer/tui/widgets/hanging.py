"""A line with a mark before it, such as a number: where it wraps, it hangs beside the mark."""

from __future__ import annotations

from rich.segment import Segment
from textual.content import Content
from textual.css.styles import RulesMap
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions, Visual

from quizzer.markup.width import cell_width


class Hanging(Visual):
    """A mark and a text, neither with markup, for the options of a list."""

    def __init__(self, mark: str, text: str) -> None:
        self._mark = mark
        self._indent = cell_width(mark)
        self._text = Content(text)

    def __str__(self) -> str:
        return f"{self._mark}{self._text}"

    def render_strips(
        self, width: int, height: int | None, style: Style, options: RenderOptions
    ) -> list[Strip]:
        """Return the lines, the first of them with the mark."""
        strips = self._text.render_strips(self._beside(width), height, style, options)
        marks = [self._mark, *[" " * self._indent] * (len(strips) - 1)]
        return [
            Strip.join([Strip([Segment(mark, style.rich_style)], self._indent), strip])
            for mark, strip in zip(marks, strips, strict=True)
        ]

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:
        """Return the width in which it need not wrap."""
        return self._indent + self._text.get_optimal_width(rules, self._beside(container_width))

    def get_height(self, rules: RulesMap, width: int) -> int:
        """Return how many lines it has in that width."""
        return self._text.get_height(rules, self._beside(width))

    def _beside(self, width: int) -> int:
        return max(1, width - self._indent)
