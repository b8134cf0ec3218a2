"""What tests of screens share: pressing keys, reading texts."""

from __future__ import annotations

from textual.pilot import Pilot
from textual.widgets import Static

from quizzer.tui.app import QuizzerApp


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Press keys, each when the one before has had its effect."""
    for key in keys:
        await pilot.press(key)
        await pilot.pause()


def text_of(app: QuizzerApp, selector: str) -> str:
    """Return what a Static shows."""
    return str(app.screen.query_one(selector, Static).render())


def screen_text(app: QuizzerApp) -> str:
    """Return all that is on the screen, line by line."""
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())
