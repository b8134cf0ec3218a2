"""Puts notes into a deck file: replaced where they stand, added at the end; every other byte stays."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from quizzer.content.deck_file import parse_deck
from quizzer.content.decoding import decode
from quizzer.content.faults import FaultList, shown_path
from quizzer.content.note_yaml import STEP, write_note, write_scalar
from quizzer.content.parsed import DeckFile
from quizzer.content.recovery import read_deck_tree
from quizzer.content.yaml_tree import ListNode, MapNode, Node, TextNode
from quizzer.core.deck import Deck
from quizzer.core.note import Note
from quizzer.errors import ContentError

BOM = "\ufeff"
HEAD = "# yaml-language-server: $schema=deck.schema.json\n"


@dataclass(frozen=True, slots=True)
class EditedDeck:
    """A deck file as it will be, and what the loader reads in it."""

    data: bytes
    parsed: DeckFile


@dataclass(frozen=True, slots=True)
class _Cut:
    """What comes into the place of a part of a text."""

    start: int
    end: int
    text: str


def start_deck(deck: Deck, remark: str, *, has_title: bool) -> str:
    """Return a deck file without a note yet; a file over a shipped deck has no title of its own."""
    lines = [*(f"# {line}" for line in remark.splitlines()), f"deck: {deck.id}"]
    if has_title:
        lines.append(f"title: {write_scalar(deck.title)}")
    if deck.description:
        lines.append(f"description: {write_scalar(deck.description)}")
    if deck.tags:
        lines.append(f"tags: [{', '.join(write_scalar(tag, in_list=True) for tag in deck.tags)}]")
    return HEAD + "\n".join([*lines, "notes: []", ""])


def put_notes(data: bytes, path: Path, changed: Mapping[str, Note], added: Sequence[Note]) -> EditedDeck:
    """Return the deck file with the notes `changed`, by their present ids, and `added` in it.

    Raises:
        ContentError: If the file cannot be changed by a program; nothing is lost then.
    """
    faults = FaultList(str(path))
    source = decode(data, faults)
    tree = None if source is None or source.damage else read_deck_tree(source.text, faults)
    root = tree.root if tree is not None and tree.is_whole else None
    notes = root.values.get("notes") if isinstance(root, MapNode) else None
    if source is None or not isinstance(notes, ListNode):
        raise _unusual(path)
    text = source.text
    cuts = [
        _Cut(node.start, node.start + len(raw_source(text, node)), _indented(note, node.column - 1))
        for node in notes.items
        if (note := changed.get(id_of(node) or "")) is not None
    ]
    if added:
        cuts.append(_addition(text, notes, added))
    edited = _apply(text, cuts)
    if "\r\n" in text:
        edited = re.sub(r"(?<!\r)\n", "\r\n", edited)
    bom = BOM if data.startswith(BOM.encode()) else ""
    try:
        result = (bom + edited).encode()
    except UnicodeEncodeError:
        raise _unusual(path) from None
    return EditedDeck(result, _read_back(data, result, path, changed, added))


def raw_source(text: str, node: Node) -> str:
    """Return the text of a note without the comments and blank lines between it and the next."""
    lines = text[node.start : node.end].rstrip().splitlines(keepends=True)
    while len(lines) > 1 and _is_between(lines[-1], node.column):
        lines.pop()
    return "".join(lines).rstrip("\r\n")


def id_of(node: Node) -> str | None:
    """Return the id that a note of a tree has, None where it has none."""
    name = node.values.get("id") if isinstance(node, MapNode) else None
    return name.value if isinstance(name, TextNode) else None


def _is_between(line: str, column: int) -> bool:
    stripped = line.lstrip()
    return not stripped or (stripped.startswith("#") and len(line) - len(stripped) < column - 1)


def _indented(note: Note, width: int) -> str:
    """Return the YAML of a note whose first line stands in the column behind `width` characters."""
    first, *rest = write_note(note).split("\n")
    return "\n".join([first, *(" " * width + line if line else line for line in rest)])


def _addition(text: str, notes: ListNode, added: Sequence[Note]) -> _Cut:
    """Return what adds notes behind the last one; an empty list, which stands in brackets, goes."""
    if not notes.items:
        items = "\n\n".join(f"{STEP}- {_indented(note, 2 * len(STEP))}" for note in added)
        return _Cut(len(text[: notes.start].rstrip(" ")), notes.end, f"\n{items}")
    last = notes.items[-1]
    indent = " " * (notes.column - 1)  # where the first dash stands
    items = "\n\n".join(f"{indent}- {_indented(note, len(indent) + 2)}" for note in added)
    end = last.start + len(raw_source(text, last))
    return _Cut(end, end, f"\n\n{items}")


def _apply(text: str, cuts: Sequence[_Cut]) -> str:
    parts, position = [], 0
    for cut in sorted(cuts, key=lambda cut: (cut.start, cut.end)):
        parts += [text[position : cut.start], cut.text]
        position = cut.end
    return "".join([*parts, text[position:]])


def _read_back(
    before: bytes, after: bytes, path: Path, changed: Mapping[str, Note], added: Sequence[Note]
) -> DeckFile:
    """Return what is read after the change; refuse other notes than those, or fewer than were there."""
    old = parse_deck(before, str(path), is_shipped=False)
    new = parse_deck(after, str(path), is_shipped=False)
    if old.deck is None or new.deck is None:
        raise _unusual(path)
    expected = [changed.get(note.id, note) for note in old.deck.notes] + list(added)
    found = replace(new.deck, notes=())
    if [_bare(note) for note in new.deck.notes] != [_bare(note) for note in expected] or (
        found != replace(old.deck, notes=()) or old.faulty_ids != new.faulty_ids
    ):
        raise _unusual(path)
    return new


def _bare(note: Note) -> Note:
    return replace(note, line=0) if note.line else note


def _unusual(path: Path) -> ContentError:
    return ContentError(
        f"{shown_path(str(path))}: notes cannot be put into this file as it is laid out, expected a deck "
        "without faults: mend it with 'quizzer deck lint', then import again"
    )
