"""Reads one deck file: its deck and everything that is wrong with it, in one run."""

from __future__ import annotations

from pathlib import Path

from quizzer.content.decoding import SourceText, decode
from quizzer.content.faults import FaultList, Place
from quizzer.content.fields import DECK
from quizzer.content.files import UnreadableError, read_regular
from quizzer.content.note_rules import build_note, check_note
from quizzer.content.parsed import DeckFile
from quizzer.content.recovery import ids_in, read_deck_tree
from quizzer.content.tree_reader import Entry, TreeReader
from quizzer.content.yaml_tree import TextNode
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
    if source is None:
        return DeckFile(None, faults.in_order(), faulty_ids=_ids_in_utf_16(data))
    root = read_deck_tree(source.text, faults).root
    entry = None if root is None else TreeReader(faults, is_shipped=is_shipped).record(root, DECK)
    if entry is None:
        return DeckFile(None, faults.in_order(), faulty_ids=tuple(sorted(ids_in(source.text))))
    notes, places = _notes(entry, source, faults)
    faulty_ids = _faulty_ids(entry, source, notes) if faults.count else ()
    if "deck" not in entry.values:
        ids = tuple(sorted({*faulty_ids, *(note.id for note in notes)}))
        return DeckFile(None, faults.in_order(), faulty_ids=ids)
    values = entry.values
    deck = Deck(
        id=values["deck"],
        title=values.get("title") or default_title(values["deck"]),
        path=path,
        notes=notes,
        description=values.get("description", ""),
        tags=values.get("tags", ()),
    )
    return DeckFile(deck, faults.in_order(), "title" in values, entry.place("deck"), places, faulty_ids)


def _ids_in_utf_16(data: bytes) -> tuple[str, ...]:
    return tuple(sorted(ids_in(data.decode("utf-16", errors="replace"))))


def _faulty_ids(deck: Entry, source: SourceText, notes: tuple[Note, ...]) -> tuple[str, ...]:
    """Return the ids that stand in the file and in none of its sound notes."""
    found = ids_in(source.text)
    for entry in deck.values.get("notes", ()):
        node = entry.nodes.get("id")
        if isinstance(node, TextNode):
            found.add(node.value.strip())
    return tuple(sorted(found - {note.id for note in notes}))


def default_title(deck_id: str) -> str:
    """Return the title of a deck that gives none."""
    return deck_id.replace("-", " ").capitalize()


def _notes(deck: Entry, source: SourceText, faults: FaultList) -> tuple[tuple[Note, ...], tuple[Place, ...]]:
    notes: list[Note] = []
    places: list[Place] = []
    names = _Names(faults)
    for entry in deck.values.get("notes", ()):
        before = faults.count
        check_note(entry, source.text, faults)
        names.take(entry)
        is_damaged = source.is_damaged(entry.node.start, entry.node.end)
        if entry.is_sound and faults.count == before and not is_damaged:
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
