"""What all screens share: work beside the event loop, with errors as messages."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from textual.actions import SkipAction
from textual.screen import Screen, ScreenResultType
from textual.widget import Widget

from quizzer.errors import QuizzerError
from quizzer.tui.screens.message import MessageScreen

T = TypeVar("T")


class WorkingScreen(Screen[ScreenResultType]):
    """A screen whose work with the database never blocks the event loop."""

    async def attempt(self, work: Callable[..., T], *arguments: object) -> T | None:
        """Run `work` in a thread; an error becomes a message, and None.

        None too where the screen was left meanwhile: there is nothing to show it on.
        """
        try:
            result = await asyncio.to_thread(work, *arguments)
        except QuizzerError as error:
            await self.app.push_screen(MessageScreen(str(error)))
            return None
        return result if self in self.app.screen_stack else None

    def leave_key_to(self, *kinds: type[Widget]) -> None:
        """Let a key with priority go to what has the focus, where that is of these kinds.

        A key with priority overtakes those that still wait for their widget, as when they are pasted or
        come over a slow line; one that goes the same way as they do stays behind them.

        Raises:
            SkipAction: If it is to go there.
        """
        if isinstance(self.focused, kinds):
            raise SkipAction

    def rescue(self) -> None:
        """Put what would be lost where it is found again: the process is told to end."""

    async def take_change(self) -> None:
        """Show a setting that was changed elsewhere than on this screen."""

    def interrupt(self) -> bool:
        """Stop what is under way; return whether there was something to stop."""
        return False
