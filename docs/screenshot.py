"""Make docs/review.svg from the real review screen: `python docs/screenshot.py`."""

from __future__ import annotations

import asyncio
import re
import tempfile
from pathlib import Path

from quizzer.core.settings import Settings
from quizzer.services.places import Places
from quizzer.services.review import ReviewSession
from quizzer.services.workspace import open_workspace
from quizzer.tui.app import QuizzerApp

TARGET = Path(__file__).with_name("review.svg")


def main() -> None:
    """Reveal the first card of the shipped decks in a fresh workspace, and draw it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        places = Places(
            Settings(), folder / "s.toml", folder / "q.db", folder / "backups", folder / "cache", folder / "w"
        )
        with open_workspace(places) as workspace:
            svg = asyncio.run(_draw(QuizzerApp(workspace, ReviewSession(workspace))))
    # A picture that asks no other host for fonts.
    TARGET.write_text(re.sub(r"@font-face\s*\{[^}]*\}", "", svg), encoding="utf-8")


async def _draw(app: QuizzerApp) -> str:
    async with app.run_test(size=(100, 32)) as pilot:
        await pilot.pause()
        await pilot.press("space")
        await pilot.pause()
        return app.export_screenshot(title="quizzer review", simplify=True)


if __name__ == "__main__":
    main()
