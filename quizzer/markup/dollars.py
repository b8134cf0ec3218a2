"""Which dollars are math: they are a currency as often. The rules are our own, see `parser`."""

from __future__ import annotations

import re

_COMMAND = re.compile(r"\\[A-Za-z]+\*?\s*(?:\{[^{}]*\})?|\{[^{}]*\}")
_PROSE = re.compile(r"[A-Za-z]{3,}|^[\d.,]+[)\]]")


def is_formula(content: str, opener: str, before: str, after: str) -> bool:
    """Say whether `content` is math between delimiters that begin with `opener`.

    Args:
        content: What stands between the delimiters, without marks.
        opener: The first delimiter.
        before: The character before it, a blank where there is none.
        after: The character after the second one, a blank where there is none.
    """
    if not content.strip() or "`" in content:
        return False
    if opener != "$":
        return True
    if content[0].isspace() or content[-1].isspace() or _is_price(content) or _is_open(content):
        return False
    return not before.isdigit() and not after.isdigit()


def _is_price(content: str) -> bool:
    """Say whether it begins with a price and goes on as no formula does: "5 per hour", "5) or (6", "5/"."""
    if not content[0].isdigit():
        return False
    return content[-1] in "/-=" or _PROSE.search(_COMMAND.sub("", content)) is not None


def _is_open(content: str) -> bool:
    """Say whether brackets are left open, as between the dollars of "x ($y$)"; `[0, 1)` leaves none."""
    pairs = sum(map(content.count, "([")) - sum(map(content.count, ")]"))
    return pairs != 0 and len(content) > 1
