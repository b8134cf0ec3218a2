"""A panel over the screen below; the mouse leaves it as Esc does."""

from __future__ import annotations

from typing import ClassVar

from textual.events import Click
from textual.screen import ModalScreen, ScreenResultType


class PanelScreen(ModalScreen[ScreenResultType]):
    """A modal screen; a click beside its `.panel`, or on the frame that names the key, leaves it.

    A question is left by its frame only: a stray click is no answer.
    """

    IS_LEFT_BESIDE: ClassVar[bool] = True

    async def on_click(self, event: Click) -> None:
        """Do what Esc does where the click was not inside."""
        region = self.query_one(".panel").region
        is_inside = region.contains(event.screen_x, event.screen_y)
        if not (event.screen_y == region.bottom - 1 if is_inside else self.IS_LEFT_BESIDE):
            return
        leaving = self.active_bindings["escape"]
        await self.app.run_action(leaving.binding.action, leaving.node)
