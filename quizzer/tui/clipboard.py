"""The system's clipboard by its own program, for terminals that do not take text by OSC 52."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence

WAIT_S = 2.0
UTF_16 = ("clip.exe",)  # Windows takes its own encoding for granted unless the text begins with a mark


def copy_by_program(text: str) -> bool:
    """Give `text` to the programs for the clipboard, one by one; return whether one took it."""
    return any(_runs(command, text) for command in find_programs())


def find_programs() -> list[list[str]]:
    """Return the commands that take text for the clipboard, as far as they and their display are here."""
    candidates = [["pbcopy"]]
    if os.environ.get("WAYLAND_DISPLAY"):
        candidates.append(["wl-copy"])
    if os.environ.get("DISPLAY"):
        candidates += [["xclip", "-selection", "clipboard"], ["xsel", "--clipboard", "--input"]]
    candidates.append(["clip.exe"])
    return [command for command in candidates if shutil.which(command[0])]


def _runs(command: Sequence[str], text: str) -> bool:
    try:
        # xclip stays behind to serve the text: it must hold none of our streams.
        subprocess.run(
            command,
            input=text.encode("utf-16" if command[0] in UTF_16 else "utf-8", errors="replace"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=WAIT_S,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return True
