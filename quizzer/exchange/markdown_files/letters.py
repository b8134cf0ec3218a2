"""The letters `Q:`, `A:` and `C:` at the start of a line, also `Q.` and `A.`, and in bold."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

_START = re.compile(
    r"[ ]{0,3}(?:[-*+] )?(?P<bold>\*\*|__)?(?P<letter>[QAC])(?P<early>\*\*|__)?(?P<colon>[:.])"
    r"(?P<late>\*\*|__)?(?:[ \t]+|$)"
)


class Letters:
    """Finds the letters in the lines of a file; `is_structure` says which lines end a card."""

    def __init__(
        self, lines: Sequence[str], fenced: Sequence[bool], is_structure: Callable[[int], bool]
    ) -> None:
        self._lines = lines
        self._fenced = fenced
        self._is_structure = is_structure

    def at(self, at: int, colon: str) -> re.Match[str] | None:
        """Return what begins in the line for a card whose mark ends in `colon`, None for a line of its text.

        `A.` answers only `Q.`, since lists and initials look like it. `Q.` within a card of colons is a
        question if `A.` answers it.
        """
        match = self.any_at(at)
        if match is None or match["colon"] == colon:
            return match
        if match["letter"] == "Q":
            return match if match["colon"] == ":" or self._is_answered(at) else None
        return match if match["letter"] == "C" else None

    def any_at(self, at: int) -> re.Match[str] | None:
        """Return what begins in the line, whatever stands above it."""
        if at >= len(self._lines) or self._fenced[at]:
            return None
        match = _START.match(self._lines[at])
        return match if match and (match["letter"] != "C" or match["colon"] == ":") else None

    def _is_answered(self, at: int) -> bool:
        """Say whether `A.` stands below the line `Q.`, before anything else begins."""
        for below in range(at + 1, len(self._lines)):
            if self._is_structure(below):
                return False
            if mark := self.any_at(below):
                return mark["letter"] == "A" and mark["colon"] == "."
        return False

    def block_end(self, at: int, colon: str) -> int:
        """Return the next line that begins something else."""
        while at < len(self._lines) and self.at(at, colon) is None and not self._is_structure(at):
            at += 1
        return at


def rest_of(line: str, start: re.Match[str]) -> str:
    """Return what stands behind `Q:`; a line that is bold as a whole is so no longer."""
    rest = line[start.end() :]
    bold = start["bold"]
    if bold and not (start["early"] or start["late"]) and rest.rstrip().endswith(bold):
        return rest.rstrip().removesuffix(bold)
    return rest
