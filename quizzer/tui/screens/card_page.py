"""One card of the list on the whole screen: what is known of it, its question and its answer."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Footer, Static

from quizzer.core.card import back, front
from quizzer.core.card_facts import CardFacts
from quizzer.core.cloze import strip_marks
from quizzer.markup.clean import clean, clean_line
from quizzer.services.browse import CardList
from quizzer.services.card_words import describe
from quizzer.tui.screens.base import WorkingScreen
from quizzer.tui.widgets.card_preview import CardPreview


class CardPageScreen(WorkingScreen[None]):
    """Shows a card until it is closed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,q", "app.pop_screen", "Back", key_display="Esc"),
        Binding("y", "copy", "Copy question and answer"),
    ]
    CSS = """
    CardPageScreen #info { padding: 0 2; height: auto; background: $panel; }
    """

    def __init__(self, card: CardFacts, cards: CardList) -> None:
        super().__init__()
        self._card = card
        self._cards = cards

    def compose(self) -> ComposeResult:
        """Lay out what is known above the card."""
        yield Static(id="info")
        yield CardPreview(id="card")
        yield Footer(show_command_palette=False)

    async def on_mount(self) -> None:
        """Show the card."""
        lines = "\n".join(map(clean_line, describe(self._card)))
        self.query_one("#info", Static).update(
            Content.assemble((clean_line(self._card.key), "bold"), f"\n{lines}")
        )
        view = self.query_one(CardPreview)
        await view.show_facts(self._card, self._cards)
        view.focus()

    def action_copy(self) -> None:
        """Copy the card as Markdown; of a kata or an orphan there is nothing to copy."""
        card = self._cards.card(self._card.key)
        if card is not None:
            self.app.copy_to_clipboard(strip_marks(clean(f"{front(card)}\n\n{back(card)}")))
            self.notify("Copied.")
