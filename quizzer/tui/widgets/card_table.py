"""A table of cards that draws only the lines in sight: ten thousand cost no more than twenty."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from quizzer.core.card_facts import CardFacts
from quizzer.markup.clean import clean_line
from quizzer.markup.width import cut_cells, pad_cells
from quizzer.services.card_words import say_due, say_interval, say_state

SortKey = Callable[[CardFacts], "str | float | None"]
MARK, NO_MARK = "✓ ", "  "
GAP = 2
NARROW, MIDDLE, WIDE, WIDEST = 60, 90, 100, 130  # cells from which more columns fit
LEAST_KEY, MOST_KEY = 12, 44


@dataclass(frozen=True, slots=True)
class Column:
    """One column: from which width of the table it is there, how wide it is, how it sorts and reads."""

    title: str
    width: int
    from_width: int
    sort_key: SortKey
    text: Callable[[CardFacts], str]


CARD = Column("Card", 0, 0, lambda card: card.key, lambda card: clean_line(card.key))
DUE = Column("Due", 10, 0, lambda card: card.due_days, say_due)
COLUMNS = (
    CARD,
    Column("Deck", 12, NARROW, lambda card: card.place, lambda card: clean_line(card.place)),
    DUE,
    Column("Interval", 10, MIDDLE, lambda card: card.interval_days, say_interval),
    Column("Lapses", 8, WIDE, lambda card: card.lapses, lambda card: str(card.lapses)),
    Column("State", 16, 0, lambda card: ", ".join(card.words), say_state),
)


class CardTable(ScrollView, can_focus=True):
    """Cards as lines, with a cursor, marks for several, and a column to sort by."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "Up", show=False),
        Binding("down", "move(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("home", "move(-1000000)", "First card", show=False),
        Binding("end", "move(1000000)", "Last card", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {"cards--header", "cards--cursor", "cards--marked", "cards--line"}
    DEFAULT_CSS = """
    CardTable { height: 1fr; width: 1fr; overflow-x: hidden; scrollbar-size-vertical: 1; }
    CardTable > .cards--header { text-style: bold; background: $panel; }
    CardTable > .cards--cursor {
        background: $block-cursor-blurred-background;
        color: $block-cursor-blurred-foreground;
        text-style: bold;
    }
    CardTable:focus > .cards--cursor {
        background: $block-cursor-background;
        color: $block-cursor-foreground;
    }
    CardTable > .cards--marked { text-style: bold; }
    """

    @dataclass
    class Moved(Message):
        """The cursor stands on another card, or its card was read anew; None where there is none."""

        card: CardFacts | None

    @dataclass
    class Opened(Message):
        """The card under the cursor was double-clicked."""

    @dataclass
    class Arranged(Message):
        """Marks or order have changed."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 (Textual's own name for it)
        super().__init__(id=id)
        self._found: Sequence[CardFacts] = ()
        self._rows: list[CardFacts] = []
        self._marked: set[int] = set()
        self._cursor = 0
        self._sorted_by: Column | None = None
        self._is_reversed = False
        self.question: Callable[[str], str] = lambda _: ""

    @property
    def cursor_card(self) -> CardFacts | None:
        """The card under the cursor."""
        return self._rows[self._cursor] if self._rows else None

    @property
    def marked(self) -> list[CardFacts]:
        """The marked cards, in the order of the table."""
        return [card for card in self._rows if card.card_id in self._marked]

    @property
    def chosen(self) -> list[CardFacts]:
        """The marked cards; where none is, the one under the cursor."""
        return self.marked or self._rows[self._cursor : self._cursor + 1]

    @property
    def order(self) -> str:
        """What the table is sorted by, in words; "" for the order of introduction."""
        words = [f"by {self._sorted_by.title.lower()}"] if self._sorted_by else []
        return ", ".join([*words, "reversed"] if self._is_reversed else words)

    def show(self, cards: Sequence[CardFacts]) -> None:
        """Show these cards; the cursor stays with its card, and marks with those that are still there."""
        self._found = cards
        self._marked &= {card.card_id for card in cards}
        self._arrange()

    def toggle_mark(self) -> None:
        """Mark the card under the cursor or take its mark away, and go on to the next."""
        if self._rows:
            self._marked ^= {self._rows[self._cursor].card_id}
            self.action_move(1)
            self._tell()

    def toggle_all(self) -> None:
        """Mark all cards; where all are marked, none."""
        every = {card.card_id for card in self._rows}
        self._marked = set() if self._marked == every else every
        self._tell()

    def clear_marks(self) -> None:
        """Take all marks away."""
        self._marked = set()
        self._tell()

    def sort_by_next(self) -> None:
        """Sort by the next column, after the last by the order of introduction."""
        places: list[Column | None] = [None, *self._columns()]
        place = places.index(self._sorted_by) if self._sorted_by in places else 0
        self._sort(places[(place + 1) % len(places)], is_reversed=False)

    def reverse(self) -> None:
        """Turn the order around."""
        self._sort(self._sorted_by, is_reversed=not self._is_reversed)

    def action_move(self, lines: int) -> None:
        """Move the cursor by lines."""
        self._move_to(self._cursor + lines)

    def action_page(self, pages: int) -> None:
        """Move the cursor by what is in sight."""
        self._move_to(self._cursor + pages * max(1, self.size.height - 2))

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor, one on the mark marks, one on the header sorts, a second one opens."""
        if event.y == 0:
            column = self._column_at(event.x)
            if column is not None:
                self._sort(column, is_reversed=column is self._sorted_by and not self._is_reversed)
            return
        row = self.scroll_offset.y + event.y - 1
        if row >= len(self._rows):
            return
        self._move_to(row)
        if event.x < len(MARK):
            self._marked ^= {self._rows[row].card_id}
            self._tell()
        elif event.chain == 2:
            self.post_message(self.Opened())

    def on_resize(self) -> None:
        """Fit the columns to the new width."""
        self._fit()
        self._scroll_to_cursor()

    def render_line(self, y: int) -> Strip:
        """Draw one line: the header, or the card that is scrolled there."""
        width = self.scrollable_content_region.width
        if y == 0:
            return self._strip(self._header(), "cards--header", width)
        row = self.scroll_offset.y + y - 1
        if row >= len(self._rows):
            return Strip.blank(width, self.rich_style)
        card = self._rows[row]
        is_marked = card.card_id in self._marked
        style = "cards--cursor" if row == self._cursor else "cards--marked" if is_marked else "cards--line"
        cells = [(column, column.text(card)) for column in self._columns()]
        return self._strip((MARK if is_marked else NO_MARK) + self._line(cells, card), style, width)

    def _strip(self, text: str, style: str, width: int) -> Strip:
        rich_style = self.get_component_rich_style(style)  # whole: what stands out on which ground
        return Strip([Segment(pad_cells(cut_cells(text, width), width), rich_style)], width)

    def _header(self) -> str:
        arrow = "▼" if self._is_reversed else "▲"
        titles = [
            (column, f"{column.title} {arrow}" if column is self._sorted_by else column.title)
            for column in self._columns()
        ]
        return NO_MARK + self._line(titles, None)

    def _line(self, cells: Sequence[tuple[Column, str]], card: CardFacts | None) -> str:
        parts = []
        for column, text in cells:
            width = self._width(column)
            parts.append(pad_cells(cut_cells(text, width), width))
        if self.size.width >= WIDEST:
            parts.append("Question" if card is None else self.question(card.key))
        return (" " * GAP).join(parts)

    def _columns(self) -> list[Column]:
        return [column for column in COLUMNS if self.size.width >= column.from_width]

    def _width(self, column: Column) -> int:
        if column is not CARD:
            return column.width
        others = sum(other.width + GAP for other in self._columns())
        left = self.scrollable_content_region.width - len(MARK) - others
        return max(LEAST_KEY, min(left, MOST_KEY) if self.size.width >= WIDEST else left)

    def _column_at(self, x: int) -> Column | None:
        start = len(MARK)
        for column in self._columns():
            start += self._width(column) + GAP
            if x < start:
                return column
        return None

    def _sort(self, column: Column | None, *, is_reversed: bool) -> None:
        self._sorted_by, self._is_reversed = column, is_reversed
        self._arrange()

    def _arrange(self) -> None:
        card = self.cursor_card
        self._rows = _sorted(self._found, self._sorted_by, self._is_reversed)
        ids = [row.card_id for row in self._rows]
        if card is not None and card.card_id in ids:
            self._cursor = ids.index(card.card_id)
        self._cursor = max(0, min(self._cursor, len(self._rows) - 1))
        self._fit()
        self._scroll_to_cursor()
        self.post_message(self.Moved(self.cursor_card))
        self._tell()

    def _tell(self) -> None:
        self.refresh()
        self.post_message(self.Arranged())

    def _move_to(self, row: int) -> None:
        row = max(0, min(row, len(self._rows) - 1))
        if row != self._cursor and self._rows:
            self._cursor = row
            self.post_message(self.Moved(self.cursor_card))
        self._scroll_to_cursor()
        self.refresh()

    def _fit(self) -> None:
        self.virtual_size = Size(self.scrollable_content_region.width, len(self._rows) + 1)

    def _scroll_to_cursor(self) -> None:
        lines = max(1, self.size.height - 1)  # the header stays
        top = self.scroll_offset.y
        if self._cursor < top:
            self.scroll_to(y=self._cursor, animate=False, force=True)
        elif self._cursor >= top + lines:
            self.scroll_to(y=self._cursor - lines + 1, animate=False, force=True)


def _sorted(cards: Sequence[CardFacts], column: Column | None, is_reversed: bool) -> list[CardFacts]:
    """Return the cards in order; those that have no such value stand last, whichever way it goes."""
    if column is None:
        return list(cards)[:: -1 if is_reversed else 1]
    valued = [(column.sort_key(card), card) for card in cards]
    known = [(value, card) for value, card in valued if value is not None]
    known.sort(key=lambda pair: pair[0], reverse=is_reversed)
    return [*(card for _, card in known), *(card for value, card in valued if value is None)]
