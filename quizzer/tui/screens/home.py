"""Home: what today brings, deck by deck; one key starts the day."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import DataTable, Footer, Static

from quizzer.core.queue import DeckCount, Turn
from quizzer.markup.clean import clean_line
from quizzer.services.due import DueReport, report_here
from quizzer.services.review import ReviewSession
from quizzer.services.selection import Selection
from quizzer.services.today import kata_sentence
from quizzer.services.workspace import Workspace
from quizzer.tui.screens.base import WorkingScreen
from quizzer.tui.screens.review import ReviewScreen

ALL = "*"  # no deck id: those are kebab-case


class HomeScreen(WorkingScreen[None]):
    """Lists the decks with what is due, new and left to drill."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space", "start", "Start", key_display="Enter"),
        Binding("q,escape", "app.quit", "Quit", key_display="q"),
    ]

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace

    def compose(self) -> ComposeResult:
        """Lay out headline, table, katas, remarks and footer."""
        yield Static(id="headline")
        yield DataTable[Text](id="decks", cursor_type="row")
        yield Static(id="katas")
        yield Static(id="remarks", classes="faint")
        yield Footer()

    def on_mount(self) -> None:
        """Let the keys go to the table."""
        self.query_one(DataTable).focus()

    async def on_screen_resume(self) -> None:
        """Count again: a session, another process or a new day may have changed it."""
        report = await self.attempt(report_here, self._workspace)
        if report is not None:
            self._show(report)

    async def action_start(self) -> None:
        """Start a session with the deck under the cursor, or with all."""
        table = self.query_one(DataTable)
        row_key = table.coordinate_to_cell_key(table.cursor_coordinate).row_key.value
        decks = () if row_key in (None, ALL) else (str(row_key),)
        session = await self.attempt(self._open_session, decks)
        if session is not None:
            await self.app.push_screen(ReviewScreen(session))

    async def on_data_table_row_selected(self) -> None:
        """A row that is chosen by Enter or mouse starts its deck."""
        await self.action_start()

    def _open_session(self, decks: tuple[str, ...]) -> ReviewSession:
        session = ReviewSession(self._workspace, Selection(decks))
        session.check_clock()
        return session

    def _show(self, report: DueReport) -> None:
        pulled = f"{report.pulled} pulled, " if report.pulled else ""
        left = f"{pulled}{report.due} due, {report.new} new, {report.drill} to drill"
        nothing = "No card is left for today" if report.katas else "Nothing is left for today"
        headline = left if report.total else nothing
        self.query_one("#headline", Static).update(
            Content.assemble(("quizzer", "bold"), f"   {report.study_day:%A, %d %B}   ", (headline, "bold"))
        )
        table = self.query_one(DataTable)
        row = table.cursor_row
        table.clear(columns=True)
        table.add_column("Deck", key="deck")
        for turn in report.turns:
            table.add_column(f"{turn:>6}", key=turn)
        table.add_row(*_cells("All decks", report.all_decks, report.turns), key=ALL)
        titles = {deck.id: deck.title for deck in self._workspace.library.decks}
        places = {deck: place for place, deck in enumerate(titles)}
        for deck in sorted(report.decks, key=lambda counts: places.get(counts.deck, len(places))):
            table.add_row(*_cells(titles.get(deck.deck, deck.deck), deck, report.turns), key=deck.deck)
        table.move_cursor(row=row)
        katas = self.query_one("#katas", Static)
        katas.update(Content("\n".join(kata_sentence(turn) for turn in report.katas)))
        katas.display = bool(report.katas)
        self.query_one("#remarks", Static).update(Content(self._remarks(report)))

    def _remarks(self, report: DueReport) -> str:
        limits = self._workspace.limits
        remarks = [f"A day brings at most {limits.new} new and {limits.reviews} due cards."]
        if not report.decks:
            remarks = ["There are no decks yet: 'quizzer deck new NAME' starts one."]
        faults = len(self._workspace.library.faults)
        if faults:
            remarks.append(f"{faults} faults in decks: 'quizzer deck lint' shows each.")
        return "\n".join(remarks)


def _cells(title: str, counts: DeckCount, turns: tuple[Turn, ...]) -> list[Text]:
    return [Text(clean_line(title)), *(Text(f"{counts.of(turn) or '·':>6}") for turn in turns)]
