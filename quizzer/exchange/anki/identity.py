"""What Anki knows a note and a deck by: derived from our ids alone, the same in every export.

A note's GUID hangs on its oldest id: the last of its `was`, which lists the newest first, else its own
id. So a rename keeps it, as long as the line with `was` stands.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence

from quizzer.core.deck import Deck
from quizzer.core.note import Note

OUR_ROOT = "quizzer"
"""The deck in Anki that holds the decks of an export of ours."""

_GUID_BYTES = 12
_DECK_IDS_FROM = 1 << 40  # far from 1, Anki's "Default"
# Anki's ids of notes and cards are milliseconds since 1970, by which it tells when they were created.
_ROW_IDS_FROM = 1_400_000_000_000
_ROW_IDS = 100_000_000_000


def oldest_ids(decks: Iterable[Deck]) -> dict[str, str]:
    """Return the id that each note's GUID hangs on; all decks are needed, so that no two notes get one.

    Where two notes claim one old id, the note that was never called anything else keeps it, else the
    first of the library gets it and the other one its next older.
    """
    notes = [note for deck in decks for note in deck.notes]
    oldest = {note.id: note.id for note in notes if not note.was}
    taken = set(oldest)
    for note in notes:
        if note.was:
            oldest[note.id] = next(name for name in _claims(note) if name not in taken)
            taken.add(oldest[note.id])
    return oldest


def guid_of(note_id: str, *, is_cloze: bool) -> str:
    """Return the GUID of the note that was first called `note_id`.

    A cloze has another one than a question: Anki refuses a change of a note's type, and with a GUID of
    its own the new note arrives.
    """
    family = "cloze" if is_cloze else "question"
    return base64.urlsafe_b64encode(_digest("quizzer", family, note_id)[:_GUID_BYTES]).decode("ascii")


def deck_id(name: str) -> int:
    """Return Anki's id of the deck that is called `name` in quizzer."""
    return _DECK_IDS_FROM + int.from_bytes(_digest("quizzer", "deck", name)[:5])


class RowIds:
    """Gives ids to the rows of one table; a name has the same one nearly always."""

    def __init__(self) -> None:
        self._used: set[int] = set()

    def take(self, name: str) -> int:
        """Return the id of a name that was not taken before."""
        number = int.from_bytes(_digest("quizzer", "row", name)[:8]) % _ROW_IDS
        while number in self._used:
            number = (number + 1) % _ROW_IDS
        self._used.add(number)
        return _ROW_IDS_FROM + number


def deck_titles(decks: Sequence[Deck], titles: Mapping[str, str]) -> dict[str, str]:
    """Return the name of each deck in Anki, where no two decks have one name; `titles` are cleaned.

    A title such as "A::B" names a deck within a deck, as one that came from Anki does.
    """
    used: set[str] = set()
    names = {}
    for deck in decks:
        title = "::".join(deck_path(titles[deck.id])) or deck.id
        if title.casefold() in used:
            title = f"{title} ({deck.id})"
        used.add(title.casefold())
        names[deck.id] = f"{OUR_ROOT}::{title}"
    return names


def deck_path(name: str) -> tuple[str, ...]:
    """Return the path that a name has in Anki's tree of decks, where spaces beside colons go."""
    return tuple(part for each in name.split("::") if (part := each.strip()))


def _claims(note: Note) -> Iterator[str]:
    yield from reversed(note.was)
    yield note.id
    number = 1
    while True:
        yield f"{note.id}/{number}"  # no id has a slash
        number += 1


def _digest(*parts: str) -> bytes:
    return hashlib.sha256("\0".join(parts).encode()).digest()
