"""Numbers with their nouns."""

from __future__ import annotations


def counted(number: int, noun: str) -> str:
    """Return a number with its noun, as in "1 card" and "2,000 cards"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
