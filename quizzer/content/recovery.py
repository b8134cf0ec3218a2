"""Reads a deck that is no YAML in parts, so that a note that breaks the syntax costs only itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from quizzer.content.faults import FaultList
from quizzer.content.fields import DECK
from quizzer.content.yaml_tree import (
    ListNode,
    MapNode,
    Node,
    Part,
    TextNode,
    read_part,
    read_tree,
    repetition,
)

NAMES = "|".join(field.name for field in DECK.fields)
NOTES = re.compile(r"""(["']?)notes\1[ \t]*:[ \t]*(#.*)?$""")
DASH = re.compile(r"([ \t]*)-(?=\s|$)")
# A text that lost its indentation goes on with the note; only a field of the deck ends the notes.
AFTER_NOTES = re.compile(rf"""(["']?)({NAMES})\1[ \t]*:(\s|$)|(---|\.\.\.)(\s|$)""")
HEAD_START = re.compile(r"[^\s#]")
IDS = re.compile(r"""(?<![\w-])["']?id["']?[ \t]*:[ \t]*["']?([a-z0-9]+(?:-[a-z0-9]+)*)""")


@dataclass(frozen=True, slots=True)
class DeckTree:
    """The root of a deck file; `is_whole` is False where it was put together from parts."""

    root: Node | None
    is_whole: bool = True


def read_deck_tree(text: str, faults: FaultList) -> DeckTree:
    """Return the tree of a deck's text, as far as it can be read; add what is wrong to `faults`."""
    whole = FaultList(faults.path)
    root = read_tree(text, whole)
    lines = text.splitlines(keepends=True) if root is None else []
    notes = next((number for number, line in enumerate(lines) if NOTES.match(line.rstrip())), None)
    first = None if notes is None else _first_dash(lines, notes + 1)
    if notes is None or first is None:
        faults.extend(whole)
        return DeckTree(root, root is not None)
    reader = _PartReader(lines, faults)
    joined = reader.read(notes, first)
    if not reader.has_broken:
        # What breaks the file lies between its parts.
        faults.extend(whole)
    return DeckTree(joined, is_whole=False)


def ids_in(text: str) -> set[str]:
    """Return what looks like the id of a note in `text`, be it YAML or not."""
    return set(IDS.findall(text))


def _first_dash(lines: list[str], start: int) -> int | None:
    for number in range(start, len(lines)):
        if DASH.match(lines[number]):
            return number
        if AFTER_NOTES.match(lines[number]):
            return None
    return None


class _PartReader:
    """Reads the notes of a deck one by one, and the fields before and after them."""

    def __init__(self, lines: list[str], faults: FaultList) -> None:
        self.has_broken = False
        self._lines = lines
        self._faults = faults
        self._offsets = [0]
        for line in lines:
            self._offsets.append(self._offsets[-1] + len(line))

    def read(self, notes: int, first: int) -> MapNode:
        """Return the deck; its field notes stands on the line `notes`, its first note on the line `first`."""
        match = DASH.match(self._lines[first])
        assert match is not None
        indent = match[1]
        last = next((n for n in range(first, len(self._lines)) if AFTER_NOTES.match(self._lines[n])), None)
        end = len(self._lines) if last is None else last
        deck = MapNode(1, 1, 0)
        self._read_fields(deck, 0, notes)
        key = TextNode(notes + 1, 1, self._offsets[notes], value="notes")
        items = ListNode(first + 1, len(indent) + 1, self._offsets[first] + len(indent))
        self._add_field(deck, key, items)
        for start, stop in self._note_ranges(first, end, indent):
            items.items += self._read_note(start, stop, indent)
        self._read_fields(deck, end, len(self._lines))
        return deck

    def _note_ranges(self, first: int, end: int, indent: str) -> Iterator[tuple[int, int]]:
        start = first
        for number in range(first + 1, end):
            match = DASH.match(self._lines[number])
            # One more than the dashes is less than the fields: a dash there can only be meant as a note.
            if match and len(match[1]) <= len(indent) + ("\t" not in indent + match[1]):
                yield start, number
                start = number
        yield start, end

    def _read_note(self, start: int, stop: int, indent: str) -> list[Node]:
        root = self._read(start, stop, levels=1)
        items = root.items if isinstance(root, ListNode) else []
        if root is not None and root.column != len(indent) + 1:
            self.has_broken = True
            found = f"the note starts in column {root.column}"
            message = (
                f"{found}, expected column {len(indent) + 1} as the first one: indent it like the others"
            )
            self._faults.add(root.place, message)
            for item in items:
                item.is_sound = False
        return items

    def _read_fields(self, deck: MapNode, start: int, end: int) -> None:
        """Add the fields on the lines from `start` on to `deck`; each is read alone."""
        starts = [number for number in range(start, end) if HEAD_START.match(self._lines[number])]
        for number, stop in pairwise([*starts, end]):
            root = self._read(number, stop)
            if isinstance(root, MapNode):
                for name, key in root.keys.items():
                    self._add_field(deck, key, root.values[name])
            elif root is not None and not (isinstance(root, TextNode) and not root.value):
                self.has_broken = True
                message = "this belongs to no field, expected a field: write 'name: value', or indent it"
                self._faults.add(root.place, message)

    def _add_field(self, deck: MapNode, key: TextNode, value: Node) -> None:
        if first := deck.keys.get(key.value):
            self._faults.add(key.place, repetition(key.value, first))
            return
        deck.keys[key.value] = key
        deck.values[key.value] = value

    def _read(self, start: int, stop: int, levels: int = 0) -> Node | None:
        part = Part("".join(self._lines[start:stop]), start, self._offsets[start], levels)
        root, is_broken = read_part(part, self._faults)
        self.has_broken = self.has_broken or is_broken
        return root
