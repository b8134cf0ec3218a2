"""A list as one text: an item a line, or JSON where an item has lines of its own."""

from __future__ import annotations

import json
from collections.abc import Sequence


def write_list(items: Sequence[str]) -> str:
    """Return the items as one text that `read_list` takes apart again."""
    text = "\n".join(items)
    if tuple(text.split("\n")) == tuple(items) and not text.startswith("["):
        return text
    return json.dumps(list(items), ensure_ascii=False) if items else ""


def read_list(text: str) -> tuple[str, ...]:
    """Return the items of a text."""
    if text.startswith("["):
        try:
            items = json.loads(text)
        except (ValueError, RecursionError):
            items = None
        if isinstance(items, list) and all(isinstance(item, str) for item in items):
            return tuple(items)
    return tuple(line for line in text.split("\n") if line.strip())


def split_words(text: str) -> tuple[str, ...]:
    """Return tags or ids that stand in one text: parted by commas, semicolons or lines, else by spaces."""
    for separator in ("\n", ";", ","):
        if separator in text:
            return tuple(word.strip() for word in text.split(separator) if word.strip())
    return tuple(text.split())
