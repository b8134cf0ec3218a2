"""Reads one deck file: its deck and everything that is wrong with it, in one run."""

from __future__ import annotations

from pathlib import Path

from quizzer.content.faults import FaultList, Place
from quizzer.content.fields import DECK
from quizzer.content.files import UnreadableError, read_regular
from quizzer.content.note_rules import build_note, check_note
from quizzer.content.parsed import DeckFile
from quizzer.content.tree_reader import Entry, TreeReader
from quizzer.content.yaml_tree import read_tree
from quizzer.core.deck import Deck
from quizzer.core.note import Note


def read_deck(path: Path, *, is_shipped: bool) -> DeckFile:
    """Return the deck in the file `path`; a file that cannot be read is a fault, too."""
    try:
        data = read_regular(path)
    except UnreadableError as error:
        faults = FaultList(str(path))
        faults.add(Place(), str(error))
        return DeckFile(None, faults.in_order())
    return parse_deck(data, str(path), is_shipped=is_shipped)


def parse_deck(data: bytes, path: str, *, is_shipped: bool) -> DeckFile:
    """Return the deck in `data`, the bytes of the file `path`."""
    faults = FaultList(path)
    source = decode(data, faults)
    root = None if source is None else read_tree(source, faults)
    if source is None or root is None:
        return DeckFile(None, faults.in_order())
    entry = TreeReader(faults, is_shipped=is_shipped).record(root, DECK)
    if entry is None:
        return DeckFile(None, faults.in_order())
    notes, places = _notes(entry, source, faults)
    if "deck" not in entry.values:
        return DeckFile(None, faults.in_order())
    values = entry.values
    deck = Deck(
        id=values["deck"],
        title=values.get("title") or default_title(values["deck"]),
        path=path,
        notes=notes,
        description=values.get("description", ""),
        tags=values.get("tags", ()),
    )
    return DeckFile(deck, faults.in_order(), "title" in values, entry.place("deck"), places)


def decode(data: bytes, faults: FaultList) -> str | None:
    """Return the text of a file, None where it is not UTF-8."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8-sig")
        place = Place(before.count("\n") + 1, len(before) - before.rfind("\n"))
        message = f"found the byte 0x{data[error.start]:02x}, expected UTF-8: save the file as UTF-8"
        faults.add(place, message)
        return None


def default_title(deck_id: str) -> str:
    """Return the title of a deck that gives none."""
    return deck_id.replace("-", " ").capitalize()


def _notes(deck: Entry, source: str, faults: FaultList) -> tuple[tuple[Note, ...], tuple[Place, ...]]:
    notes: list[Note] = []
    places: list[Place] = []
    names = _Names(faults)
    for entry in deck.values.get("notes", ()):
        before = faults.count
        check_note(entry, source, faults)
        names.take(entry)
        if entry.is_sound and faults.count == before:
            notes.append(build_note(entry))
            places.append(entry.place("id"))
    return tuple(notes), tuple(places)


class _Names:
    """The ids of a file, and the old ids its notes take over; each may stand once."""

    def __init__(self, faults: FaultList) -> None:
        self._faults = faults
        self._ids: dict[str, int] = {}
        self._was: dict[str, int] = {}

    def take(self, entry: Entry) -> None:
        """Add the names of `entry`; one that is taken is a fault."""
        note_id = entry.values.get("id")
        if note_id is not None:
            self._take(self._ids, note_id, entry.place("id"), f"the id {note_id!r}", "every id")
        for old, place in entry.items("was"):
            self._take(self._was, old, place, f"the old id {old!r}", "every old id")

    def _take(self, taken: dict[str, int], name: str, place: Place, found: str, expected: str) -> None:
        if name in taken:
            step = f"change it here or on line {taken[name]}"
            self._faults.add(
                place, f"{found} stands on line {taken[name]}, too, expected {expected} once: {step}"
            )
        else:
            taken[name] = place.line
