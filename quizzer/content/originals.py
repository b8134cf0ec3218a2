"""What a note of the learner's was made of: a shipped note, an import, or both; the field `original` says it.

original: 3f2a9c0011223344                             a copy of the shipped note of this wording
original: import-77ab01cd23ef4567                      as it came with an import
original: 3f2a9c0011223344 import-77ab01cd23ef4567     an import that stands before a shipped note
original: import-77ab01cd23ef4567@1767225600           the same, last changed in its source at this second
"""

from __future__ import annotations

from dataclasses import dataclass

_IMPORT = "import-"
_AT = "@"
_MOST_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Original:
    """Hashes of the shipped note's YAML and of the content that was imported; "" where there is none.

    `changed_at_s` is when the source had last changed what was imported, in seconds since 1970; 0 if it did
    not say so.
    """

    shipped: str = ""
    imported: str = ""
    changed_at_s: int = 0

    def __str__(self) -> str:
        return " ".join((*([self.shipped] if self.shipped else ()), *self._imported))

    @property
    def _imported(self) -> tuple[str, ...]:
        changed = f"{_AT}{self.changed_at_s}" if self.changed_at_s else ""
        return (f"{_IMPORT}{self.imported}{changed}",) if self.imported else ()


def read_original(text: str) -> Original:
    """Return what the field says; what is no mark of an import is the hash of a shipped note."""
    words = text.split()
    imported = next((word for word in words if word.startswith(_IMPORT)), "")
    shipped = " ".join(word for word in words if word != imported)
    content, _, changed = imported.removeprefix(_IMPORT).partition(_AT)
    is_instant = changed.isascii() and changed.isdecimal() and len(changed) <= _MOST_DIGITS
    return Original(shipped, content, int(changed) if is_instant else 0)
