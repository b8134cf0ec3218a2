"""The way to a kata's screen, for all screens that name one."""

from __future__ import annotations

from typing import Any

from textual.screen import Screen

from quizzer.services.workspace import Workspace
from quizzer.tui.screens.base import WorkingScreen


async def go_to_kata(screen: WorkingScreen[Any], workspace: Workspace, slug: str) -> None:
    """Show the kata over `screen`."""
    found = await screen.attempt(_open_kata, workspace, slug)
    if found is not None:
        await screen.app.push_screen(found)


def _open_kata(workspace: Workspace, slug: str) -> Screen[Any]:
    from quizzer.tui.screens.kata import KataScreen  # its editor's colours: only for who writes katas

    return KataScreen(workspace, slug)
