"""What a note of the learner's was made of: a shipped note, an import, or both; the field `original` says it.

original: 3f2a9c0011223344                             a copy of the shipped note of this wording
original: import-77ab01cd23ef4567                      as it came with an import
original: 3f2a9c0011223344 import-77ab01cd23ef4567     an import that stands before a shipped note
original: import-77ab01cd23ef4567@1767225600           the same, last changed in its source at this second
original: import-77ab01cd23ef4567 copy-5d1e0b2233445566    an import, edited in another quizzer since
"""

from __future__ import annotations

from dataclasses import dataclass

_IMPORT, _COPY = "import-", "copy-"
_AT = "@"
_MOST_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Original:
    """Hashes of the shipped note's YAML and of the content that was imported; "" where there is none.

    `changed_at_s` is when the source had last changed what was imported, in seconds since 1970; 0 if it did
    not say so. `copied` is the content that came from another quizzer, which may have been edited there since
    it was imported.
    """

    shipped: str = ""
    imported: str = ""
    changed_at_s: int = 0
    copied: str = ""

    def __str__(self) -> str:
        changed = f"{_AT}{self.changed_at_s}" if self.imported and self.changed_at_s else ""
        imported = f"{_IMPORT}{self.imported}{changed}" if self.imported else ""
        is_edited_there = self.copied and self.copied != self.imported
        copied = f"{_COPY}{self.copied}" if is_edited_there else ""
        return " ".join(filter(None, (self.shipped, imported, copied)))

    def known_content(self, *, is_copy: bool) -> str:
        """Return the content that came last from another quizzer, else the one from where it was imported."""
        return (self.copied or self.imported) if is_copy else (self.imported or self.copied)


def read_original(text: str) -> Original:
    """Return what the field says; what is no mark of an import is the hash of a shipped note."""
    words = text.split()
    imported = next((word for word in words if word.startswith(_IMPORT)), "")
    copied = next((word for word in words if word.startswith(_COPY)), "")
    shipped = " ".join(word for word in words if word not in (imported, copied))
    content, _, changed = imported.removeprefix(_IMPORT).partition(_AT)
    is_instant = changed.isascii() and changed.isdecimal() and len(changed) <= _MOST_DIGITS
    return Original(shipped, content, int(changed) if is_instant else 0, copied.removeprefix(_COPY))
