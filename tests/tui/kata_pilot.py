"""Driving the kata's screen in tests: open it, press keys, wait until something is so."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import Static

from quizzer.core.verdict import Verdict
from quizzer.services.grading import Grader
from quizzer.services.workspace import Workspace
from quizzer.tui.app import QuizzerApp
from quizzer.tui.screens.choice import ChoiceScreen
from quizzer.tui.screens.kata import KataScreen
from quizzer.tui.widgets.grade_bar import GradeBar
from tests.support import PreparedGrader

PATIENCE_S = 60.0
NARROW, WIDE = (80, 24), (140, 40)


@dataclass
class Desk:
    """A kata's screen in an application that runs, and the hands at its keyboard."""

    app: QuizzerApp
    pilot: Pilot[None]
    screen: KataScreen
    path: Path
    asked: list[str] = field(default_factory=list)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until something is so."""
        deadline = time.monotonic() + PATIENCE_S
        while not condition():
            assert time.monotonic() < deadline, f"not so; shown: {self.shown('#notice')}"
            await self.pilot.pause()

    async def until_shown(self, selector: str, text: str) -> None:
        """Wait until a Static of the kata's screen shows a text."""
        await self.until(lambda: text in self.shown(selector))

    async def press(self, *keys: str) -> None:
        """Press keys, each when the one before has had its effect."""
        for key in keys:
            await self.pilot.press(key)
            await self.pilot.pause()

    @property
    def is_asking(self) -> bool:
        """Whether a question is on the screen, with its place."""
        screen = self.app.screen
        return isinstance(screen, ChoiceScreen) and any(
            panel.region.height for panel in screen.query(".panel")
        )

    async def answer(self, key: str) -> None:
        """Answer the question that is asked; `asked` keeps its text."""
        await self.until(lambda: self.is_asking)
        self.asked.append(str(self.app.screen.query_one(Static).render()))
        await self.press(key)

    async def start(self) -> None:
        """Begin the sitting that a new kata offers."""
        await self.answer("y")
        await self.until(lambda: not self.screen.is_busy)
        assert self.screen.panes.is_editing

    async def write(self, text: str) -> None:
        """Put a text into the editor."""
        self.screen.editor.text = text
        await self.pilot.pause()

    async def grade(self) -> None:
        """Save and grade, and wait for the verdict."""
        await self.press("ctrl+s")
        await self.until(lambda: not self.screen.is_busy)

    def shown(self, selector: str) -> str:
        """Return what a Static of the kata's screen shows, "" where it is hidden."""
        widget = self.screen.query_one(selector, Static)
        return str(widget.render()) if widget.display else ""

    def grades(self) -> list[str]:
        """Return the cells of the grade bar."""
        bar = self.screen.query_one(GradeBar)
        cells = [cell for cell in bar.query(Static) if cell.display] if bar.display else []
        return [" ".join(str(cell.render()).split()) for cell in cells]

    def is_seen(self, selector: str) -> bool:
        """Say whether a part of the kata's screen has a place on it."""
        return self.screen.query_one(selector, Widget).display


@asynccontextmanager
async def sit(
    workspace: Workspace, *verdicts: Verdict, size: tuple[int, int] = NARROW, grader: Grader | None = None
) -> AsyncIterator[Desk]:
    """Open the kata double-it on the screen; its grader gives the verdicts."""
    app = QuizzerApp(workspace)
    screen = KataScreen(workspace, "double-it", grader or PreparedGrader(list(verdicts)))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        app.push_screen(screen)
        desk = Desk(app, pilot, screen, workspace.places.workspace / "katas" / "double_it.py")
        await desk.until(lambda: screen.standing is not None)
        yield desk
