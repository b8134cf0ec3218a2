"""The places of a kata: the task, the result, and the editor; beside each other where there is room."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.widget import Widget
from textual.widgets import Markdown

from quizzer.core.kata import Kata
from quizzer.markup.clean import prepare
from quizzer.markup.parser import make_parser
from quizzer.tui.widgets.code_editor import CodeEditor
from quizzer.tui.widgets.verdict_view import VerdictView

WIDE = 110
"""Cells from which on the editor stands beside the task."""

PROMPT_LIMIT = 40_000


class Pane(StrEnum):
    """What can be looked at; the values are the ids of the widgets."""

    TASK = "task"
    RESULT = "result"
    EDITOR = "editor"


class KataPanes(Horizontal):
    """Task or result on the left, the editor on the right; one of the three where it is narrow."""

    DEFAULT_CSS = """
    KataPanes { height: 1fr; }
    KataPanes > * { width: 1fr; height: 1fr; }
    KataPanes #task, KataPanes #result { padding: 0 1; }
    KataPanes #task Markdown { padding: 0 1; background: transparent; }
    KataPanes #result > Static { margin: 0 0 1 0; }
    KataPanes #editor, KataPanes #editor:focus { border: none; padding: 0; scrollbar-size: 1 1; }
    KataPanes #result { scrollbar-gutter: stable; }
    KataPanes VerticalScroll { scrollbar-size-vertical: 1; }
    """

    def __init__(self) -> None:
        super().__init__(id="panes")
        self.current = Pane.TASK
        self.editor = CodeEditor(id=Pane.EDITOR)
        self.result = VerdictView(id=Pane.RESULT)
        self._side = Pane.TASK

    def compose(self) -> ComposeResult:
        """Lay out the three."""
        with VerticalScroll(id=Pane.TASK):
            yield Markdown(id="prompt", parser_factory=make_parser, open_links=False)
            yield Markdown(id="hints", parser_factory=make_parser, open_links=False)
        yield self.result
        yield self.editor

    def on_resize(self) -> None:
        """Put them beside each other, or one in the place of the others."""
        self._arrange()

    @property
    def is_editing(self) -> bool:
        """Whether keys go to the editor."""
        return self.is_attached and self.screen.focused is self.editor

    def show(self, pane: Pane) -> None:
        """Show a pane and let the keys go to it."""
        self.current = pane
        if pane is not Pane.EDITOR:
            self._side = pane
        self._arrange()
        self.screen.set_focus(self._widget(pane), scroll_visible=False)  # at once: the next key is for it

    def show_result(self) -> None:
        """Show the result; where it stands beside the editor, the keys of who writes there stay."""
        if self.is_editing and self._is_wide:
            self._side = Pane.RESULT
            self._arrange()
        else:
            self.show(Pane.RESULT)

    def toggle(self) -> None:
        """Go from the editor to what stood beside it, and back."""
        self.show(self._side if self.current is Pane.EDITOR else Pane.EDITOR)

    async def show_task(self, kata: Kata) -> None:
        """Show the prompt."""
        await self.query_one("#prompt", Markdown).update(prepare(kata.prompt, PROMPT_LIMIT))

    async def show_hints(self, hints: Sequence[str], total: int) -> None:
        """Show the hints given so far below the prompt."""
        text = "\n\n".join(f"## Hint {n} of {total}\n\n{hint}" for n, hint in enumerate(hints, 1))
        await self.query_one("#hints", Markdown).update(prepare(text, PROMPT_LIMIT))
        self.query_one("#task").scroll_end(animate=False)

    def _arrange(self) -> None:
        for pane in Pane:
            shown = {self._side, Pane.EDITOR} if self._is_wide else {self.current}
            self._widget(pane).display = pane in shown

    @property
    def _is_wide(self) -> bool:
        return self.size.width >= WIDE

    def _widget(self, pane: Pane) -> Widget:
        return self.query_one(f"#{pane}")
