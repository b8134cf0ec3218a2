"""From a rating to the next card on the screen, beside a bare Markdown.update."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from textual.app import App, ComposeResult
from textual.widgets import Markdown

from quizzer.core.card import front
from quizzer.services.review import ReviewSession
from quizzer.services.workspace import Workspace, open_workspace
from quizzer.tui.app import QuizzerApp
from quizzer.tui.screens.review import ReviewScreen
from tests.benchmarks.measure import Figure, make_places, median, p95

CARDS = 60


class Bare(App[None]):
    """One Markdown widget."""

    def compose(self) -> ComposeResult:
        """Show nothing at first."""
        yield Markdown()


def measure() -> Iterator[Figure]:
    """Rate `CARDS` cards in an application without a terminal."""
    with tempfile.TemporaryDirectory() as folder, open_workspace(make_places(Path(folder), 200)) as workspace:
        texts = [front_of(workspace, number) for number in range(CARDS)]
        taken = asyncio.run(_rate(workspace))
    updates = asyncio.run(_update(texts))
    yield Figure(
        "next card after a rating, p95",
        f"{p95(taken):.0f} ms (median {median(taken):.0f})",
        f"bare Markdown.update p95 {p95(updates):.0f} ms (median {median(updates):.0f})",
        "100 ms",
    )


def front_of(workspace: Workspace, number: int) -> str:
    """Return the question of a card."""
    from quizzer.core.card import cards_of

    return front(cards_of(workspace.library.decks[0].notes[number])[0])


async def _rate(workspace: Workspace) -> list[float]:
    app = QuizzerApp(workspace, ReviewSession(workspace))
    taken = []
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, ReviewScreen)
        for _ in range(CARDS):
            await screen.action_go_on()
            await pilot.pause()
            start = time.perf_counter()
            await screen.action_press("3")
            await pilot.pause()
            taken.append((time.perf_counter() - start) * 1000)
    return taken


async def _update(texts: list[str]) -> list[float]:
    app = Bare()
    taken = []
    async with app.run_test(size=(80, 24)) as pilot:
        widget = app.query_one(Markdown)
        for text in texts:
            start = time.perf_counter()
            await widget.update(text)
            await pilot.pause()
            taken.append((time.perf_counter() - start) * 1000)
    return taken
