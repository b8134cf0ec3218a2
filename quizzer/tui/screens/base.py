"""What all screens share: work beside the event loop, with errors as messages."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from textual.screen import Screen, ScreenResultType

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
