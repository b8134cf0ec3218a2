"""The points of an interview answer, to tick after the reveal; a tick is a mark, not a colour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from quizzer.tui.widgets.hanging import Hanging


class PointsList(OptionList):
    """A list whose lines are ticked with Space or the mouse."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("space", "select", "Tick the point", show=False)]

    @dataclass
    class Ticked(Message):
        """A point was ticked or unticked; `count` are ticked now."""

        count: int

    def __init__(self, *, id: str) -> None:  # noqa: A002 (Textual's own name for it)
        super().__init__(id=id)
        self._texts: list[str] = []
        self._ticked: set[int] = set()

    def show(self, texts: Sequence[str]) -> None:
        """Show these points, none ticked."""
        self._texts = list(texts)
        self._ticked = set()
        self.clear_options()
        self.add_options(Option(self._line(place)) for place in range(len(texts)))
        self.highlighted = 0

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Tick the point, or untick it."""
        event.stop()
        self._ticked ^= {event.option_index}
        self.replace_option_prompt_at_index(event.option_index, self._line(event.option_index))
        self.post_message(self.Ticked(len(self._ticked)))

    def _line(self, place: int) -> Hanging:
        return Hanging(f"[{'x' if place in self._ticked else ' '}] ", self._texts[place])
