"""The list of katas: how each went and when it comes; Enter opens one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import DataTable, Footer, Static

from quizzer.core.counted import counted
from quizzer.markup.clean import clean_line
from quizzer.markup.width import cell_width, cut_cells
from quizzer.services.katas import KataRow, list_katas
from quizzer.services.workspace import Workspace
from quizzer.tui.screens.base import WorkingScreen
from quizzer.tui.screens.kata import KataScreen
from quizzer.tui.widgets.row_table import RowTable

COLUMNS = ("Kata", "Level", "Due", "Last", "Par", "Area")
KATA, AREA = 0, 5
ALWAYS = (KATA, 2, 3)  # what it is, when it comes, how it went; the others are there where they fit
PADDING = 2  # cells around a column
LEAST_KATA, LEAST_AREA = 12, 10
NOTHING = "There are no katas in this content."


class KatasScreen(WorkingScreen[None]):
    """Lists the katas in the order they are introduced."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space", "open", "Open", key_display="Enter"),
        Binding("escape", "dismiss", "Back", show=False),
        Binding("q", "dismiss", "Back"),
    ]
    DEFAULT_CSS = "KatasScreen DataTable { height: 1fr; margin: 1 1 0 1; }"

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        self._lines: tuple[tuple[str, ...], ...] = ()
        self._slugs: tuple[str, ...] = ()

    def compose(self) -> ComposeResult:
        """Lay out headline, table and footer."""
        yield Static(Content.styled("Katas", "bold"), id="headline")
        yield RowTable(id="katas-table")
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Let the keys go to the table."""
        self.query_one(DataTable).focus()

    async def on_screen_resume(self) -> None:
        """Read again: a sitting, another process or a new day may have changed it."""
        rows = await self.attempt(list_katas, self._workspace)
        if rows is not None:
            self._show(rows, self._workspace.study_day())

    def action_open(self) -> None:
        """Open the kata under the cursor."""
        table = self.query_one(DataTable)
        if table.row_count:
            slug = table.coordinate_to_cell_key(table.cursor_coordinate).row_key.value
            self.app.push_screen(KataScreen(self._workspace, str(slug)))

    def on_data_table_row_selected(self) -> None:
        """A row that is chosen by Enter or mouse is opened."""
        self.action_open()

    def on_resize(self) -> None:
        """Fit the columns to the new width."""
        self._fill()

    def _show(self, rows: tuple[KataRow, ...], today: date) -> None:
        self._slugs = tuple(kata.slug for kata in rows)
        self._lines = tuple(_cells(kata, today) for kata in rows)
        self._fill()
        due_count = sum(kata.due(today) in ("due", "open") for kata in rows)
        told = f"{counted(len(rows), 'kata')}, {due_count} due or open" if rows else NOTHING
        self.query_one("#headline", Static).update(Content.assemble(("Katas", "bold"), f"   {told}"))

    def _fill(self) -> None:
        table = self.query_one(DataTable)
        row = table.cursor_row
        table.clear(columns=True)
        room = self.size.width - table.styles.margin.width - table.styles.scrollbar_size_vertical
        widths = fit_columns(self._lines, room)
        for column, width in widths.items():
            table.add_column(COLUMNS[column], width=width)
        for slug, line in zip(self._slugs, self._lines, strict=True):
            cells = (cut_cells(line[column], width) for column, width in widths.items())
            table.add_row(*map(Text, cells), key=slug)
        table.move_cursor(row=row)


def fit_columns(lines: Sequence[Sequence[str]], room: int) -> dict[int, int]:
    """Return which columns fit into `room` cells, in their order, with their widths.

    Titles and areas are cut before a column that is needed goes.
    """
    widths = {
        column: max(map(cell_width, (title, *(line[column] for line in lines))))
        for column, title in enumerate(COLUMNS)
    }
    chosen = {column: widths[column] for column in ALWAYS}
    others = sum(chosen.values()) - chosen[KATA] + PADDING * len(ALWAYS)
    chosen[KATA] = max(LEAST_KATA, min(widths[KATA], room - others))
    for column in widths:
        left = room - sum(chosen.values()) - PADDING * (len(chosen) + 1)
        least = LEAST_AREA if column == AREA else widths[column]
        if column not in chosen and left >= least:
            chosen[column] = min(left, widths[column])
    return {column: chosen[column] for column in sorted(chosen)}


def _cells(kata: KataRow, today: date) -> tuple[str, ...]:
    _, title, level, par, last, due = kata.cells(today)
    return title, level, due, last, par, clean_line(kata.area)
