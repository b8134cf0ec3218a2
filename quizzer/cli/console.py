"""The terminal of a command that talks: lines out, lines in, a little colour where it is wanted."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TextIO

import click

from quizzer.markup.clean import clean, clean_line, shorten
from quizzer.markup.width import cell_width, wrap_cells

WIDEST = 100
MESSAGE_LIMIT = 4_000


def print_sentences(sentences: Iterable[str]) -> None:
    """Print each on lines of its own, none longer than the terminal is wide."""
    console = Console(sys.stdout, None)
    for sentence in sentences:
        console.tell(sentence)


@dataclass(slots=True)
class Console:
    """Two streams; `is_interactive` says that a learner sits at them, `has_colour` that hues are shown.

    Every sign has its word beside it, so that nothing is said by a hue alone.
    """

    sink: TextIO
    source: TextIO | None
    is_interactive: bool = False
    has_colour: bool = False
    width: int = field(default_factory=lambda: min(WIDEST, shutil.get_terminal_size((80, 24)).columns))

    def say(self, text: str = "", colour: str | None = None) -> None:
        """Print a text of our own, as it stands."""
        shown = click.style(text, fg=colour) if colour and self.has_colour else text
        self.sink.write(f"{shown}\n")
        self.sink.flush()

    def tell(self, text: str, indent: str = "", *, label: str = "", colour: str | None = None) -> None:
        """Print one paragraph, cleaned and wrapped behind `indent`, its first line behind a `label`."""
        margin = indent + " " * cell_width(label)
        lines = wrap_cells(clean_line(text), max(20, self.width - cell_width(margin)))
        for number, line in enumerate(lines):
            self.say(f"{margin if number else indent + label}{line}".rstrip(), colour)

    def quote(self, text: str, indent: str = "    ") -> None:
        """Print foreign lines: cleaned and indented, each on its own line, cut where there are too many."""
        for line in shorten(clean(text).strip("\n"), MESSAGE_LIMIT).split("\n"):
            self.say(f"{indent}{line}".rstrip())

    def explain(self, text: str, indent: str = "    ") -> None:
        """Print the lines of a message as `quote` does, wrapped where they are too long for the terminal."""
        for line in shorten(clean(text).strip("\n"), MESSAGE_LIMIT).split("\n"):
            if cell_width(indent + line) <= self.width:
                self.say(f"{indent}{line}".rstrip())
            else:
                self.tell(line, indent + " " * (len(line) - len(line.lstrip(" "))))

    def ask(self, prompt: str) -> str | None:
        """Return the line that the learner types, None at the end of input or Ctrl-C."""
        self.sink.write(prompt)
        self.sink.flush()
        try:
            line = self.source.readline() if self.source else ""
        except KeyboardInterrupt:
            line = ""
        if not line:
            self.say()
            return None
        return line.strip()

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        time.sleep(seconds)


def open_console(*, leaves_stdout_free: bool = False, is_plain: bool = False) -> Console:
    """Return the console of this process: on stderr if it `leaves_stdout_free`, plain without colour."""
    sink = sys.stderr if leaves_stdout_free else sys.stdout
    is_terminal = all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))
    has_colour = sink is not None and sink.isatty() and not os.environ.get("NO_COLOR")
    return Console(
        sink=sink or _nowhere(),
        source=sys.stdin,
        is_interactive=is_terminal and not leaves_stdout_free,
        has_colour=has_colour and not is_plain and os.environ.get("TERM") != "dumb",
    )


def _nowhere() -> TextIO:
    import io

    return io.StringIO()
