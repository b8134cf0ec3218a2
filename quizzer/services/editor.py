"""The learner's editor."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from quizzer.content.faults import shown_path
from quizzer.errors import UsageError

FALLBACKS = ("sensible-editor", "nano", "vim", "vi")
PLUS_LINE = ("vi", "vim", "nvim", "gvim", "nano", "pico", "emacs", "emacsclient", "micro", "kak", "joe", "ne")
COLON_LINE = ("hx", "helix", "subl", "zed")
GOTO_LINE = ("code", "codium", "code-insiders", "cursor")
SET_ONE = "Set VISUAL or EDITOR to one that works"


def open_editor(path: Path, line: int = 0, environment: Mapping[str, str] = os.environ) -> None:
    """Open $VISUAL or $EDITOR, else an editor that is there, on the file; wait until it ends.

    It opens at `line`, from 1, where we know how to ask for that; 0 is none.

    Raises:
        UsageError: If none is there, it cannot be started, or it fails.
    """
    command = editor_command(path, line, environment)
    try:
        with _leaving_interrupts():
            code = subprocess.run(command, check=False).returncode
    except OSError as error:
        raise UsageError(
            f"the editor '{command[0]}' did not start ({error.strerror}). "
            f"{SET_ONE}; the file is {_shown(path, line)}."
        ) from error
    if code:
        raise UsageError(
            f"the editor '{command[0]}' failed with {code}. {SET_ONE}; the file is {_shown(path, line)}."
        )


def editor_command(path: Path, line: int, environment: Mapping[str, str]) -> list[str]:
    """Return the command that opens the learner's editor on the file.

    Raises:
        UsageError: If there is no editor.
    """
    chosen = environment.get("VISUAL") or environment.get("EDITOR") or ""
    found = next((name for name in FALLBACKS if shutil.which(name)), "")
    try:
        command = shlex.split(chosen) or [found]
    except ValueError as error:
        raise UsageError(f"VISUAL or EDITOR is {chosen!r} ({error}); a command was expected.") from error
    if not command[0]:
        raise UsageError(f"no editor was found. Set EDITOR to yours; the file is {_shown(path, line)}.")
    name = Path(command[0]).name
    if name in GOTO_LINE:
        return [*command, "--wait", "--goto", f"{path}:{line or 1}"]
    if line and name in PLUS_LINE:
        return [*command, f"+{line}", str(path)]
    if line and name in COLON_LINE:
        return [*command, f"{path}:{line}"]
    return [*command, str(path)]


@contextmanager
def _leaving_interrupts() -> Iterator[None]:
    """Leave Ctrl-C to the editor: the terminal sends it to us as well, and would end us with it.

    A handler and not SIG_IGN, which the editor would inherit.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _shown(path: Path, line: int) -> str:
    return f"{shown_path(str(path))}:{line}" if line else shown_path(str(path))
