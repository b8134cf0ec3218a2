"""The first card of 1,000 notes on a real terminal, beside the first frame of a bare Markdown app."""

from __future__ import annotations

import os
import pty
import select
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from quizzer.services.workspace import open_workspace
from tests.benchmarks.measure import Figure, environment_of, make_places, median

REPEATS = 7
DEADLINE_S = 30
BARE = """
from textual.app import App
from textual.widgets import Footer, Header, Markdown
class Bare(App):
    def compose(self):
        yield Header()
        yield Markdown("Question 0 about `code`?\\n\\n```python\\nx = 1\\n```\\n\\n| a |\\n|---|\\n| 1 |")
        yield Footer()
Bare().run()
"""


def measure() -> Iterator[Figure]:
    """Start each program in turn on a pseudo-terminal of 80x24 until its text is on the wire."""
    with tempfile.TemporaryDirectory() as folder:
        places = make_places(Path(folder), 1000)
        with open_workspace(places):
            pass
        program = [sys.executable, "-m", "quizzer", "review"]
        bare, first = [], []
        for _ in range(REPEATS):
            bare.append(_until([sys.executable, "-c", BARE], b"Question 0", {}))
            first.append(_until(program, b"Question 0", environment_of(places)))
    ratio = median(first) / median(bare)
    yield Figure(
        "first card, 1,000 notes",
        f"{median(first):.0f} ms = {ratio:.2f} x",
        f"bare Textual Markdown app {median(bare):.0f} ms",
        "2.0 x",
    )


def _until(arguments: list[str], text: bytes, environment: dict[str, str]) -> float:
    start = time.perf_counter()
    child, terminal = pty.fork()
    if child == 0:
        os.environ.update(environment, TERM="xterm-256color", COLUMNS="80", LINES="24")
        os.execv(arguments[0], arguments)
    seen = b""
    try:
        while text not in seen and time.perf_counter() - start < DEADLINE_S:
            if select.select([terminal], [], [], 1)[0]:
                seen += os.read(terminal, 65536)
        return (time.perf_counter() - start) * 1000
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(terminal)
