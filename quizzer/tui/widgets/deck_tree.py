"""The decks of a day as a table that folds: all, the katas, then areas with their decks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.events import Click
from textual.message import Message
from textual.widgets import DataTable

from quizzer.core.counted import counted
from quizzer.core.queue import DeckCount
from quizzer.markup.clean import clean_line
from quizzer.markup.width import cell_width, cut_cells
from quizzer.services.day import AreaRow, Day
from quizzer.services.selection import Selection
from quizzer.services.today import kata_words
from quizzer.tui.widgets.row_table import RowTable

ALL = "all"
FOLDED, UNFOLDED = "▸", "▾"
COUNT_WIDTH = 6
PADDING = 2  # blanks beside a cell
MARGIN = 3  # beside the table, and its scroll bar
LEAST_TITLE = 12
"""Cells of a title below which counts rather go out of sight."""

UNSEEN = "unseen"
INDENT = "    "  # of a deck below its area
"""The column of what may still come as new, on this day or later."""

Row = tuple[str, DeckCount | None, int, str]
"""A row's title, counts, notes that are unseen, and key."""


class DeckTree(RowTable):
    """Rows that start a session or a kata; an area folds and unfolds."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right", "unfold", "Unfold the area", show=False),
        Binding("left", "fold", "Fold the area", show=False),
        Binding("plus", "unfold_all", "Unfold or fold all areas", show=False, key_display="+"),
    ]

    @dataclass
    class Started(Message):
        """A row was chosen that starts something: cards of a selection, or a kata."""

        selection: Selection | None = None
        kata: str = ""

    def __init__(self, *, id: str) -> None:  # noqa: A002 (Textual's own name for it)
        super().__init__(id=id)
        self._day: Day | None = None
        self._unfolded: set[str] = set()

    def show(self, day: Day) -> None:
        """Show the day; the cursor stays on its row."""
        self._day = day
        at = self._row_key
        rows = list(self._rows(day))
        self.clear(columns=True)
        # Measured here: a table drawn before it has measured itself may stay as narrow as its heads.
        longest = max(cell_width(title) for title, *_ in rows)
        turns = day.report.turns
        # By the rows that always stand here: what is unfolded must not take a column away.
        standing = max(cell_width(title) for title, *_ in rows if not title.startswith(INDENT))
        heads = [*turns, UNSEEN] if self._room_beside([*turns, UNSEEN]) >= standing else list(turns)
        width = max(min(longest, max(self._room_beside(heads), LEAST_TITLE)), len("Deck"))
        self.add_column("Deck", key="deck", width=width)
        for head in heads:
            self.add_column(f"{head:>{COUNT_WIDTH}}", key=head, width=_width_of(head))
        for title, counts, unseen, key in rows:
            figures = [*map(counts.of, turns), unseen][: len(heads)] if counts else []
            cells = [f"{figure or '·':>{COUNT_WIDTH}}" for figure in figures] or [""] * len(heads)
            self.add_row(Text(cut_cells(title, width)), *map(Text, cells), key=key)
        if at in self.rows:
            self.move_cursor(row=self.get_row_index(at))

    def on_resize(self) -> None:
        """Cut titles where the counts beside them need the room."""
        if self._day is not None:
            self.show(self._day)

    def start(self) -> None:
        """Start what the cursor stands on; an area is started with all its decks."""
        kind, _, name = self._row_key.partition(":")
        if kind == "kata":
            self.post_message(self.Started(kata=name))
        elif kind == "deck":
            self.post_message(self.Started(Selection((name,))))
        elif kind == "area" and (area := self._area(name)):
            self.post_message(self.Started(Selection(tuple(deck.id for deck in area.decks))))
        else:
            self.post_message(self.Started(Selection()))

    def on_click(self, event: Click) -> None:
        """Put the cursor where the click is: the table selects only a row that has it."""
        row, column = (event.style.meta.get(name, -1) for name in ("row", "column"))
        if row >= 0 and column >= 0:
            self.move_cursor(row=row, column=column)

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Enter and a click start a deck or a kata, and unfold or fold an area."""
        event.stop()
        if self._area_here is None or not self._row_key.startswith("area:"):
            self.start()
        else:
            self._set_folded(self._area_here, self._area_here in self._unfolded)

    def action_unfold(self) -> None:
        """Show the decks of the area."""
        self._set_folded(self._area_here, is_folded=False)

    def action_fold(self) -> None:
        """Show the area as one line."""
        self._set_folded(self._area_here, is_folded=True)

    def action_unfold_all(self) -> None:
        """Unfold all areas; where all are, fold them."""
        if self._day is not None:
            areas = {area.id for area in self._day.areas}
            self._unfolded = set() if areas <= self._unfolded else areas
            self.show(self._day)

    def _room_beside(self, heads: Iterable[str]) -> int:
        """Return how many cells columns of counts with these heads leave a title."""
        return self.app.size.width - MARGIN - PADDING - sum(_width_of(head) + PADDING for head in heads)

    @property
    def _row_key(self) -> str:
        if not self.row_count:
            return ALL
        return str(self.coordinate_to_cell_key(self.cursor_coordinate).row_key.value)

    @property
    def _area_here(self) -> str | None:
        """The area of the row, None on a row of no area."""
        kind, _, name = self._row_key.partition(":")
        if kind == "area":
            return name
        areas = self._day.areas if self._day and kind == "deck" else ()
        return next((area.id for area in areas if area.id and name in {d.id for d in area.decks}), None)

    def _area(self, area_id: str) -> AreaRow | None:
        areas = self._day.areas if self._day else ()
        return next((area for area in areas if area.id == area_id), None)

    def _set_folded(self, area: str | None, is_folded: bool) -> None:
        if area is None or self._day is None or is_folded is (area not in self._unfolded):
            return
        self._unfolded ^= {area}
        self.show(self._day)
        self.move_cursor(row=self.get_row_index(f"area:{area}"))

    def _rows(self, day: Day) -> Iterator[Row]:
        yield "All decks", day.report.all_decks, sum(area.unseen for area in day.areas), ALL
        for kata in day.report.katas:
            yield f"{kata_words(kata)}: {clean_line(kata.title)}", None, 0, f"kata:{kata.slug}"
        for area in day.areas:
            yield from self._area_rows(area)

    def _area_rows(self, area: AreaRow) -> Iterator[Row]:
        if area.id:
            is_unfolded = area.id in self._unfolded
            mark = UNFOLDED if is_unfolded else FOLDED
            yield f"{mark} {clean_line(area.title)}", area.counts, area.unseen, f"area:{area.id}"
            if not is_unfolded:
                return
        for deck in area.decks:
            title = clean_line(deck.title)
            shown = f"{INDENT}{title}, {counted(deck.notes, 'note')}" if area.id else title
            yield shown, deck.counts, deck.unseen, f"deck:{deck.id}"


def _width_of(head: str) -> int:
    return max(COUNT_WIDTH, len(head))
