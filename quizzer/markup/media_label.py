"""Images and sounds in words, for where they are not shown."""

from __future__ import annotations

import re
from urllib.parse import unquote

from quizzer.markup.clean import clean_line

SOUNDS = (".mp3", ".ogg", ".oga", ".opus", ".wav", ".m4a", ".flac")
"""Endings of files that are heard; all else that Markdown calls an image is seen."""


# An address of the web, or a file's anywhere else than beside the deck.
_ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|/|#")


def path_of(address: str) -> str:
    """Return the path beside the deck that an address in a note means; "" for one that leads elsewhere."""
    return "" if _ELSEWHERE.match(address) else unquote(address)


def label_media(address: str, words: str) -> str:
    """Return what stands in the place of a file: what it shows in words, else its path or address."""
    noun = "sound" if address.lower().endswith(SOUNDS) else "image"
    return f"[{noun}: {words or clean_line(path_of(address)) or address}]"
