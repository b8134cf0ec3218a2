"""A card of the list as a preview: question and answer, or why there are none."""

from __future__ import annotations

from quizzer.core.card_facts import CardFacts
from quizzer.services.browse import CardList
from quizzer.services.card_words import describe
from quizzer.tui.widgets.card_view import CardView


class CardPreview(CardView):
    """Shows the card under the cursor of a list."""

    async def show_facts(self, card: CardFacts | None, cards: CardList) -> None:
        """Show the content of a card; where no deck has it, what is known of it."""
        content = None if card is None else cards.card(card.key)
        if content is not None:
            choices = content.note.choices
            await self.show_card(content, (choices.right, *choices.wrong) if choices else ())
        else:
            await self.show_text("No card." if card is None else describe(card)[-1])
