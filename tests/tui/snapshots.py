"""Pictures of screens: taken, compared with what they were, and renewed by `make snapshots`."""

from __future__ import annotations

import difflib
import html
import os
import re
import time
from pathlib import Path

from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from quizzer.tui.app import QuizzerApp

FOLDER = Path(__file__).parent / "__snapshots__"
DIFFERENCES = Path(__file__).parents[2] / ".snapshots"
RENEWING = "RENEW_SNAPSHOTS"
SIZES = ((80, 24), (120, 40))
STILL_S = 2.0  # a picture that has not changed for so long will not change any more

# Names that differ from picture to picture, and fonts that would be fetched from the web.
_ID = re.compile(r"terminal-\d+-")
_FONTS = re.compile(r"\s*@font-face \{.*?\}", re.DOTALL)
_TEXT = re.compile(r'<text class="[^"]*" x="([\d.]+)" y="([\d.]+)"[^>]*>([^<]*)</text>')


class Picture:
    """The picture of a scene in one size, and the file that holds how it was."""

    def __init__(self, name: str, size: tuple[int, int]) -> None:
        self.name = f"{name}-{size[0]}x{size[1]}"
        self.path = FOLDER / f"{self.name}.svg"

    async def check(self, pilot: Pilot[None]) -> None:
        """Fail unless the screen comes to look as in the file; when renewing, write the file."""
        is_renewing = RENEWING in os.environ
        expected = "" if is_renewing or not self.path.exists() else self.path.read_text(encoding="utf-8")
        seen, since = "", time.monotonic()
        while (found := take_picture(pilot.app)) != expected:
            if found != seen:
                seen, since = found, time.monotonic()
            if time.monotonic() - since > STILL_S:
                break
            await pilot.pause(0.02)
        if is_renewing:
            FOLDER.mkdir(exist_ok=True)
            self.path.write_text(found, encoding="utf-8")
        elif found != expected:
            raise AssertionError(self._difference(expected, found))

    def _difference(self, expected: str, found: str) -> str:
        """Return how the texts differ; both pictures are laid side by side in a file."""
        DIFFERENCES.mkdir(exist_ok=True)
        page = DIFFERENCES / f"{self.name}.html"
        page.write_text(f"<title>{self.name}: before, now</title>\n{expected}\n{found}\n", encoding="utf-8")
        lines = difflib.unified_diff(
            read_lines(expected), read_lines(found), "before", "now", lineterm="", n=1
        )
        text = "\n".join(lines) or "The texts are alike; colours or styles differ."
        return f"{self.name} looks different; {page} shows both, 'make snapshots' renews it.\n{text}"


def take_picture(app: object) -> str:
    """Return the screen as SVG, without what differs although the screen does not."""
    assert isinstance(app, QuizzerApp)
    for screen in app.screen_stack:
        for field in screen.query("*"):
            if isinstance(field, Input | TextArea):
                field.cursor_blink = False
    return _FONTS.sub("", _ID.sub("", app.export_screenshot(simplify=True)))


def read_lines(picture: str) -> list[str]:
    """Return the lines of text in a picture."""
    lines: dict[float, list[tuple[float, str]]] = {}
    for x, y, text in _TEXT.findall(picture):
        lines.setdefault(float(y), []).append(
            (float(x), html.unescape(text).replace("\N{NO-BREAK SPACE}", " "))
        )
    return ["".join(text for _, text in sorted(lines[y])).rstrip() for y in sorted(lines)]
