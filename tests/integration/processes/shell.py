"""quizzer as a shell starts it: a process of its own, pipes for its streams, the test's environment."""

from __future__ import annotations

import json
import os
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
PROGRAM_PATIENCE_S = 300.0
PATIENCE_S = 30.0  # a hanging process fails its test by then; a sound one never takes that long
PROMPT_REVEAL = "Answer? "
PROMPT_RATING = "Rating (1-4)? "
UNMANNERLY = ("Traceback", "Exception ignored", "something unexpected")
WriteNotes = Callable[[int], list[str]]
# What root may do although the permissions forbid it, taken away from the child.
WITHOUT_OVERRIDE = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
ASKED = re.compile(r"^\[\d+ due, \d+ new, \d+ drill\] \S+: (\S+) \(\w+\)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a process that has ended left behind."""

    code: int
    out: str
    err: str


def environment() -> dict[str, str]:
    """Return the test's environment without what makes a child behave unlike a learner's."""
    # A runner of tests may export a size of the terminal; Textual would hold it for the real one.
    foreign = ("PYTHON", "COLUMNS", "LINES", "TMUX")
    names = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return names | {"TMPDIR": os.environ["HOME"]}


def command(*arguments: str) -> list[str]:
    """Return the command line of quizzer with `arguments`."""
    return [sys.executable, "-m", "quizzer", *arguments]


def run(
    *arguments: str, answers: str = "", before: Sequence[str] = (), cwd: Path | None = None, **variables: str
) -> Outcome:
    """Run quizzer to its end, behind the command `before` if one is given; it must show no traceback."""
    process = subprocess.run(
        [*before, *command(*arguments)],
        input=answers.encode(),
        capture_output=True,
        env=environment() | variables,
        cwd=cwd,
        timeout=PATIENCE_S,
        check=False,
    )
    outcome = Outcome(process.returncode, process.stdout.decode(), process.stderr.decode())
    check_manners(outcome.out + outcome.err)
    return outcome


def run_program(module: str, *arguments: str, before: Sequence[str] = ()) -> dict[str, Any]:
    """Run a program of these tests, which forks and so wants a process of its own; return its report."""
    done = subprocess.run(
        [*before, sys.executable, "-m", f"tests.integration.processes.{module}", *arguments],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        timeout=PROGRAM_PATIENCE_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode() + done.stdout.decode()
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def check_manners(output: str) -> None:
    """Fail on output that no learner should see."""
    assert not [word for word in UNMANNERLY if word in output], output


class PlainReview:
    """A plain review that runs at the other end of two pipes."""

    def __init__(self, *arguments: str) -> None:
        self._process = subprocess.Popen(
            command("review", "--plain", *arguments),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=environment(),
        )
        self.output = ""

    def __enter__(self) -> PlainReview:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def send(self, text: str) -> None:
        """Type `text`."""
        assert self._process.stdin is not None
        self._process.stdin.write(text.encode())
        self._process.stdin.flush()

    def expect(self, ending: str) -> str:
        """Return what is printed from here on, up to a prompt."""
        start = len(self.output)
        cap = time.monotonic() + PATIENCE_S
        while not self.output[start:].endswith(ending):
            assert self._read(cap), f"no {ending!r} in:\n{self.output}"
        return self.output[start:]

    def watch(self, seconds: float) -> None:
        """Take in what is printed during that time, or until the process has ended."""
        end = time.monotonic() + seconds
        while self._read(end):
            pass

    def answer(self, key: str = "3") -> str:
        """Reveal the card that is asked, rate it, and return what follows up to the next card."""
        self.send("\n")
        self.expect(PROMPT_RATING)
        self.send(f"{key}\n")
        return self.expect(PROMPT_REVEAL)

    def interrupt(self) -> None:
        """Send what Ctrl-C sends."""
        self._process.send_signal(signal.SIGINT)

    def kill(self) -> None:
        """End it as `kill -9` does, and take in what it had printed."""
        self._process.kill()
        self.end()

    def end(self) -> int:
        """Close its input, take in the rest of its output, and return its exit code."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with suppress(BrokenPipeError):  # it was killed before it had read everything
            self._process.stdin.close()
        if not self._process.stdout.closed:
            self.watch(PATIENCE_S)
            self._process.stdout.close()
        return self._process.wait(PATIENCE_S)

    @property
    def asked(self) -> list[str]:
        """The keys of the cards it has asked, in order."""
        return ASKED.findall(self.output)

    def _read(self, cap: float) -> bool:
        """Take in some output; return False at its end, or when the monotonic clock has reached `cap`."""
        assert self._process.stdout is not None
        readable, _, _ = select.select([self._process.stdout], [], [], max(0.0, cap - time.monotonic()))
        data = os.read(self._process.stdout.fileno(), 65536) if readable else b""
        self.output += data.decode(errors="replace")
        return bool(data)
