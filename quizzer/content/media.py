"""Images and sounds beside a deck: what its notes may show."""

from __future__ import annotations

from pathlib import Path

from quizzer.content.files import UnreadableError, read_regular
from quizzer.markup.media_label import SOUNDS

MEDIA_LIMIT = 20_000_000
"""Bytes of one file."""

IMAGES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".avif", ".bmp")

ENDINGS = " ".join(ending[1:] for ending in (*IMAGES, *SOUNDS))


def is_shown(path: str) -> bool:
    """Say whether the file is an image or a sound by its ending."""
    return Path(path).suffix.lower() in (*IMAGES, *SOUNDS)


def read_media(folder: Path, path: str) -> bytes:
    """Return the bytes of the file at `path`, which a note of a deck in `folder` names.

    Raises:
        UnreadableError: If it is no image or sound, lies (or leads) outside of `folder`, cannot be read or
            is too large; the text says which.
    """
    target = Path(path)
    if not is_shown(path):
        raise UnreadableError(f"this is no image or sound, expected one of: {ENDINGS}")
    outside = "it lies outside of the deck's folder, expected a file below it: move it there"
    if target.is_absolute() or "\\" in path or "\0" in path:
        raise UnreadableError(outside)
    try:
        home = folder.resolve()
        found = (folder / target).resolve()
    except (OSError, RuntimeError, ValueError) as error:
        raise UnreadableError("it cannot be reached, expected a file: check its name") from error
    if not found.is_relative_to(home):
        raise UnreadableError(outside)
    return read_regular(found, MEDIA_LIMIT)
