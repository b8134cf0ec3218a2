"""The query language on one screen."""

from __future__ import annotations

from itertools import zip_longest
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Footer, Static

from quizzer.core.query_guide import EXAMPLES, guide_columns, guide_text

COLUMN = 39  # cells of one of two
MARGIN = 1


class QueryPageScreen(Screen[None]):
    """Lists all that a query can ask, in two columns where there is room."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "app.pop_screen", "Close", show=False),
        Binding("q,enter,f1", "app.pop_screen", "Close", key_display="q"),
    ]
    DEFAULT_CSS = f"QueryPageScreen VerticalScroll {{ padding: 0 {MARGIN}; }}"

    def compose(self) -> ComposeResult:
        """Lay out title, language and footer."""
        yield Static(
            Content.assemble(("Queries", "bold"), "   terms side by side all have to hold"), id="headline"
        )
        with VerticalScroll():
            yield Static(id="language")
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Let the keys scroll."""
        self.query_one(VerticalScroll).focus()

    def on_resize(self, event: events.Resize) -> None:
        """Take one column or two."""
        is_wide = event.size.width >= 2 * (COLUMN + MARGIN)
        self.query_one("#language", Static).update(Content(_page() if is_wide else guide_text()))


def _page() -> str:
    examples = EXAMPLES[::2], EXAMPLES[1::2]
    left, right = ([*lines, "", *shown] for lines, shown in zip(_even(), examples, strict=True))
    rows = zip_longest(left, right, fillvalue="")
    return "\n".join(f"{one:{COLUMN}}{other}".rstrip() for one, other in rows)


def _even() -> tuple[list[str], list[str]]:
    """Return the columns of the guide, filled up to one height."""
    columns = guide_columns()
    height = max(map(len, columns))
    left, right = ([*lines, *[""] * (height - len(lines))] for lines in columns)
    return left, right
