"""A terminal with a shell in it, as tmux keeps one: keys go in, the screen can be read."""

from __future__ import annotations

import shlex
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path

from tests.integration.processes.shell import PATIENCE_S, environment

ROOT = Path(__file__).parents[3]
POLL_S = 0.03
PROMPT = "ready$"


class Terminal:
    """One window of a tmux server of its own; `quizzer` is on the shell's path and leaves its process id."""

    def __init__(self, folder: Path, width: int, height: int) -> None:
        self._socket = f"quizzer-{uuid.uuid4().hex}"
        self._pid_file = folder / "quizzer.pid"
        script = folder / "bin" / "quizzer"
        script.parent.mkdir()
        python = shlex.quote(sys.executable)
        script.write_text(
            f'#!/bin/sh\necho $$ > {shlex.quote(str(self._pid_file))}\nexec {python} -m quizzer "$@"\n',
            encoding="utf-8",
        )
        script.chmod(0o755)
        variables = environment()
        variables |= {"PATH": f"{script.parent}:{variables['PATH']}", "LC_ALL": "C.UTF-8"}
        shell = ["env", f"PS1={PROMPT} ", "bash", "--norc", "--noprofile"]
        size = ["-x", str(width), "-y", str(height)]
        self._tmux("-f", "/dev/null", "new-session", "-d", *size, "-c", str(ROOT), *shell, env=variables)
        self._socket_path = Path(self.ask("socket_path"))

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        self._tmux("kill-server")
        self._socket_path.unlink(missing_ok=True)

    @property
    def screen(self) -> str:
        """The text that is on the screen."""
        return self._tmux("capture-pane", "-p")

    @property
    def quizzer_pid(self) -> int:
        """The process id of the quizzer that was started last."""
        return int(self._pid_file.read_text(encoding="ascii"))

    def ask(self, name: str) -> str:
        """Return what tmux knows of the terminal under that name."""
        return self._tmux("display-message", "-p", f"#{{{name}}}").strip()

    def type(self, line: str) -> None:
        """Type a line for the shell."""
        self._tmux("send-keys", "-l", line)
        self.press("Enter")

    def press(self, *keys: str) -> None:
        """Press keys, by tmux's names."""
        self._tmux("send-keys", *keys)

    def record(self, path: Path) -> None:
        """Write all that the terminal is sent from now on to a file, as it is."""
        self._tmux("pipe-pane", f"cat > {shlex.quote(str(path))}")

    def resize(self, width: int, height: int) -> None:
        """Give the window another size."""
        self._tmux("resize-window", "-x", str(width), "-y", str(height))

    def wait_for(self, *texts: str) -> str:
        """Return the screen as soon as it shows all of these."""
        return self.wait_until(lambda screen: all(text in screen for text in texts))

    def wait_until(self, is_reached: Callable[[str], bool]) -> str:
        """Return the screen as soon as it is as wanted."""
        cap = time.monotonic() + PATIENCE_S
        while not is_reached(screen := self.screen):
            assert time.monotonic() < cap, f"the screen stayed at:\n{screen}"
            time.sleep(POLL_S)
        return screen

    def _tmux(self, *arguments: str, env: dict[str, str] | None = None) -> str:
        return subprocess.run(
            ["tmux", "-L", self._socket, "-u", *arguments],
            env=environment() if env is None else env,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            timeout=PATIENCE_S,
            check=True,
        ).stdout
