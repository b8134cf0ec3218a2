"""A screen of cards to which something is done, to one or several at once, and taken back again."""

from __future__ import annotations

from quizzer.core.card_facts import CardFacts
from quizzer.core.review import EventKind
from quizzer.errors import UsageError
from quizzer.services.bulk import BulkStep, act, ask_first, count_cards, nothing_to_do, undo
from quizzer.services.workspace import Workspace
from quizzer.tui.screens.base import WorkingScreen
from quizzer.tui.screens.confirm import ConfirmScreen

NOTHING_TO_UNDO = "Nothing was done to cards here yet; there is nothing to undo."


class BulkScreen(WorkingScreen[None]):
    """Suspends, buries, flags and resets; what is done to several is asked first, and is one step."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        self._steps: list[BulkStep] = []

    @property
    def chosen(self) -> list[CardFacts]:
        """The cards to which it is done."""
        raise NotImplementedError

    def unmark(self) -> None:
        """Choose none of them any more: it is done."""

    def read_again(self) -> None:
        """Read the cards anew."""

    def tell(self, sentence: str) -> None:
        """Say what was done."""

    async def action_suspend(self) -> None:
        """Suspend the chosen cards; where all are suspended, bring them back."""
        is_back = all(card.is_suspended for card in self.chosen)
        await self._ask_and_do(EventKind.UNSUSPEND if is_back else EventKind.SUSPEND)

    async def action_bury(self) -> None:
        """Hide the notes of the chosen cards until tomorrow."""
        await self._ask_and_do(EventKind.BURY)

    async def action_flag(self) -> None:
        """Flag the chosen cards; where all are flagged, take their flags away."""
        is_off = all(card.is_flagged for card in self.chosen)
        await self._ask_and_do(EventKind.UNFLAG if is_off else EventKind.FLAG)

    async def action_reset(self) -> None:
        """Make the chosen cards new again."""
        await self._ask_and_do(EventKind.RESET)

    async def action_undo(self) -> None:
        """Take back what was last done here."""
        if not self._steps:
            self.tell(NOTHING_TO_UNDO)
            return
        step = await self.attempt(self._undo)
        if step is not None:
            self.tell(step.undone)
        self.read_again()

    async def _ask_and_do(self, kind: EventKind) -> None:
        chosen = self.chosen
        if not chosen:
            self.tell("There is no card to do that to.")
        elif len(chosen) == 1:
            await self._do(kind, chosen)
        else:

            async def go_on(is_agreed: bool | None) -> None:
                if is_agreed:
                    await self._do(kind, chosen)

            question = f"{ask_first(kind, len(chosen))} 'u' takes it back as one step."
            self.app.push_screen(ConfirmScreen(question), go_on)

    async def _do(self, kind: EventKind, chosen: list[CardFacts]) -> None:
        cards = [(card.card_id, card.key) for card in chosen]
        if len(cards) > 1:
            self.tell(f"Writing {count_cards(len(cards))} ...")
        step = await self.attempt(act, self._workspace, cards, kind)
        if step is None:
            self.tell("")
            return
        if step.keys:
            self._steps.append(step)
            self.tell(f"{step.sentence} u undoes it.")
            self.unmark()
        else:
            self.tell(nothing_to_do(kind, len(chosen)))
        self.read_again()

    def _undo(self) -> BulkStep:
        """Take the last step back; one that cannot be taken back any more is left for the one before."""
        step = self._steps[-1]
        try:
            undone = undo(self._workspace, step.number)
        except UsageError:
            self._steps.remove(step)
            raise
        self._steps.remove(step)
        return undone
