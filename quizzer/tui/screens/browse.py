"""Browse: all cards in a table, narrowed by a query, with what can be done to one or several."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Footer, Input, Static

from quizzer.core.card_facts import CardFacts
from quizzer.errors import QueryError
from quizzer.services.browse import CardList, load_cards
from quizzer.services.bulk import count_cards
from quizzer.services.workspace import Workspace
from quizzer.tui.screens.bulk import BulkScreen
from quizzer.tui.screens.card_page import CardPageScreen
from quizzer.tui.widgets.card_preview import CardPreview
from quizzer.tui.widgets.card_table import CardTable
from quizzer.tui.widgets.query_line import QueryInput, QueryLine

REST_S = 0.08  # how long the cursor rests on a card before its preview is drawn
QUERY_KEYS = "Tab completes; F1 explains; Enter or Esc goes to the table."


class BrowseScreen(BulkScreen):
    """All cards; katas and those that no deck has any more stand last."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "edit_query", "Query", key_display="/"),
        Binding("enter", "open", "Open the card", key_display="Enter", show=False),
        Binding("space", "mark", "Mark", key_display="Space"),
        Binding("a", "mark_all", "Mark all, or none", show=False),
        Binding("s", "suspend", "Suspend"),
        Binding("b", "bury", "Bury until tomorrow", show=False),
        Binding("f", "flag", "Flag"),
        Binding("r", "reset", "Reset"),
        Binding("u", "undo", "Undo"),
        Binding("o", "sort", "Sort by the next column", show=False),
        Binding("O", "reverse", "Reverse the order", show=False),
        Binding("p", "preview", "Show or hide the preview", show=False),
        Binding("f1", "app.explain_queries", "All that a query can ask", show=False, key_display="F1"),
        Binding("escape", "leave", "Leave the query; the screen", show=False),
        Binding("q", "leave_screen", "Back"),
    ]
    AUTO_FOCUS = "#table"  # at once: a key pressed while the screen opens is none of a query's
    HORIZONTAL_BREAKPOINTS: list[tuple[int, str]] | None = [(0, "-narrow"), (120, "-wide")]  # noqa: RUF012 (Textual declares it so)
    CSS = """
    BrowseScreen #cards { height: 1fr; margin: 1 1 0 1; }
    BrowseScreen.-wide #cards { layout: horizontal; }
    BrowseScreen.-wide CardTable { width: 3fr; }
    BrowseScreen CardPreview { display: none; border-top: solid $primary; }
    BrowseScreen.-wide CardPreview { width: 2fr; border-top: none; border-left: solid $primary; }
    BrowseScreen.-wide CardPreview, BrowseScreen.with-preview CardPreview { display: block; }
    BrowseScreen.without-preview CardPreview { display: none; }
    BrowseScreen #said { padding: 0 2; height: auto; max-height: 2; background: $panel; }
    """

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._cards: CardList | None = None
        self._found = 0
        self._notice = "Reading the cards ..."
        self._resting: Timer | None = None

    def compose(self) -> ComposeResult:
        """Lay out query, table, preview, a line that says what is shown, and the keys."""
        yield QueryLine()
        with Container(id="cards"):
            yield CardTable(id="table")
            yield CardPreview(id="card")
        yield Static(id="said")
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Say that the cards are being read."""
        self._say()

    def on_screen_resume(self) -> None:
        """Read the cards: anew, since a review or another process may have changed them."""
        self.read_again()

    def on_resize(self) -> None:
        """Fill the preview that a wider window brings."""
        self.call_after_refresh(self._show_preview)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow the table as the query is typed."""
        self._notice = ""
        self._filter()

    async def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go from the query to what it found; a wrong one is stayed in, to be mended."""
        await self._find(event.value)  # what is shown may still be of a word half typed
        if not self.query_one(QueryLine).is_faulty:
            self.set_focus(self.query_one(CardTable))  # at once, for the keys that wait
        self.query_one(QueryInput).go_on()

    def on_card_table_moved(self, event: CardTable.Moved) -> None:
        """Show the card once the cursor rests on it."""
        if self._resting is not None:
            self._resting.stop()
        self._resting = self.set_timer(REST_S, self._show_preview)

    def on_card_table_opened(self, event: CardTable.Opened) -> None:
        """A second click opens the card."""
        self.action_open()

    def on_card_table_arranged(self, event: CardTable.Arranged) -> None:
        """Say what is marked and how it is sorted."""
        self._say()

    def on_descendant_focus(self) -> None:
        """Say which keys lead out of the query, or no more."""
        self._say()

    def action_edit_query(self) -> None:
        """Go to the query."""
        self.query_one(Input).focus()

    def action_open(self) -> None:
        """Show the card under the cursor on the whole screen."""
        card = self.query_one(CardTable).cursor_card
        if card is not None and self._cards is not None:
            self.app.push_screen(CardPageScreen(card, self._cards))

    def action_mark(self) -> None:
        """Mark the card under the cursor for what is done to several."""
        self.query_one(CardTable).toggle_mark()

    def action_mark_all(self) -> None:
        """Mark all cards that are shown, or none."""
        self.query_one(CardTable).toggle_all()

    def action_sort(self) -> None:
        """Sort by the next column."""
        self.query_one(CardTable).sort_by_next()

    def action_reverse(self) -> None:
        """Turn the order around."""
        self.query_one(CardTable).reverse()

    def action_preview(self) -> None:
        """Show the preview beside or below the table, or hide it."""
        is_shown = self.query_one(CardPreview).display
        self.set_class(not is_shown, "with-preview")
        self.set_class(is_shown, "without-preview")
        self._show_preview()

    def action_leave(self) -> None:
        """Leave the query for the table, the table for the screen before."""
        table = self.query_one(CardTable)
        if table.has_focus:
            self.app.pop_screen()
        else:
            table.focus()

    def action_leave_screen(self) -> None:
        """Go back to the screen before."""
        self.app.pop_screen()

    @property
    def chosen(self) -> list[CardFacts]:
        """The marked cards, or the one under the cursor."""
        return self.query_one(CardTable).chosen

    def unmark(self) -> None:
        """Take all marks away."""
        self.query_one(CardTable).clear_marks()

    def read_again(self) -> None:
        """Read the cards anew."""
        self._run_last(self._read, "read")

    async def _read(self) -> None:
        cards = await self.attempt(load_cards, self._workspace)
        if cards is None:
            return
        if self._cards is None:
            self._notice = ""
        self._cards = cards
        self.query_one(CardTable).question = cards.question
        self.query_one(QueryLine).know(cards.known)
        await self._find(self.query_one(Input).value)
        await self.attempt(cards.complete_now)  # while the learner reads: a later query will not wait for it

    def _filter(self) -> None:
        self._run_last(partial(self._find, self.query_one(Input).value), "find")

    async def _find(self, query: str) -> None:
        cards = self._cards
        if cards is None:
            return
        found = await self.attempt(_find_cards, cards, query)
        if found is None or query != self.query_one(Input).value:  # a newer query is being asked
            return
        if isinstance(found, QueryError):
            self.query_one(QueryLine).show_fault(found)
            return
        self.query_one(QueryLine).show_fault(None)
        self._found = len(found)
        self.query_one(CardTable).show(found)

    def _show_preview(self) -> None:
        preview = self.query_one(CardPreview)
        if self._cards is not None and preview.display:
            card = self.query_one(CardTable).cursor_card
            self._run_last(partial(preview.show_facts, card, self._cards), "preview")

    def _run_last(self, work: Callable[[], Coroutine[Any, Any, None]], group: str) -> None:
        """Do the work and end what of its group is under way: only the last one counts."""
        # A coroutine made here would never be awaited where the next comes first.
        self.run_worker(work, exclusive=True, group=group)  # type: ignore[arg-type]

    def tell(self, sentence: str) -> None:
        """Say it beside the counts."""
        self._notice = sentence
        self._say()

    def _say(self) -> None:
        table = self.query_one(CardTable)
        marked = len(table.marked)
        total = len(self._cards.cards) if self._cards else 0
        counts = count_cards(total) if self._cards else ""
        if self._found < total:
            counts = f"{self._found:,} of {counts}"
        parts = [counts, f"{marked:,} marked" if marked else "", table.order if counts else ""]
        line = " · ".join(part for part in parts if part)
        said = self._notice or (QUERY_KEYS if self.query_one(Input).has_focus else "")
        self.query_one("#said", Static).update(Content.assemble((line, "bold"), f"   {said}" if said else ""))


def _find_cards(cards: CardList, query: str) -> tuple[CardFacts, ...] | QueryError:
    try:
        return cards.find(query)
    except QueryError as error:
        return error
