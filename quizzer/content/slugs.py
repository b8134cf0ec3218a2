"""Kebab-case names made from text."""

from __future__ import annotations

import re
import unicodedata


def slug(text: str, width: int = 60) -> str:
    """Return `text` as a kebab-case name of at most `width` characters, "" where no letter is Latin."""
    plain = unicodedata.normalize("NFKD", text[:1_000]).encode("ascii", "ignore").decode("ascii").lower()
    name = re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "")).strip("-")
    if len(name) <= width:
        return name
    return name[: width + 1].rpartition("-")[0] or name[:width]
