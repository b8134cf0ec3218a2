"""A copied text as a file, for terminals and systems that have no clipboard for it."""

from __future__ import annotations

from pathlib import Path

from quizzer.content.writing import replace_file
from quizzer.errors import WorkspaceError

FILE = "copied.txt"


def keep_copy(text: str, workspace: Path) -> Path:
    """Put what was copied into a file of the learner's folder, in the place of the copy before; return it.

    Raises:
        WorkspaceError: If it cannot be written.
    """
    path = workspace / FILE
    try:
        workspace.mkdir(parents=True, exist_ok=True)
        replace_file(path, text.encode(errors="replace"))
    except OSError as error:
        raise WorkspaceError(
            f"{path}: the copied text cannot be written ({error.strerror}). Make the folder writable, "
            "or select the text with the mouse."
        ) from error
    return path
