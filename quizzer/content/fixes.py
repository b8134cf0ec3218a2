"""Writes missing note ids into the learner's deck files; every other byte stays as it is."""

from __future__ import annotations

import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from quizzer.content.decoding import SourceText, decode
from quizzer.content.faults import Fault, FaultList
from quizzer.content.files import UnreadableError, read_regular
from quizzer.content.note_ids import new_id, plain
from quizzer.content.recovery import DeckTree, ids_in, read_deck_tree
from quizzer.content.slugs import slug
from quizzer.content.writing import replace_file
from quizzer.content.yaml_tree import ListNode, MapNode, Node, TextNode, read_tree

BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class Fix:
    """The ids that were written into one file, or why the file was left as it was."""

    path: str
    ids: tuple[str, ...] = ()
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class _Insertion:
    offset: int
    text: str


def write_missing_ids(paths: Iterable[Path], taken: Iterable[str], protected: Path) -> tuple[Fix, ...]:
    """Give an id to each note without one in the files `paths`; `taken` are ids used elsewhere.

    A file that lies below the folder `protected`, through a link, say, is left alone.
    """
    sources = [_Source(path) for path in paths]
    used = set(taken).union(*(source.names() for source in sources))
    fixes = (source.fix(used, protected) for source in sources)
    return tuple(fix for fix in fixes if fix.ids or fix.fault)


def names_in(paths: Iterable[Path]) -> set[str]:
    """Return all ids that stand in the files `paths`, those of faulty notes and old ones included."""
    return set().union(*(_Source(path).names() for path in paths))


class _Source:
    """One deck file: its text and its notes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._data = b""
        self._source: SourceText | None = None
        self._tree = DeckTree(None)
        try:
            self._data = read_regular(path)
        except UnreadableError:
            return
        faults = FaultList(str(path))
        self._source = decode(self._data, faults)
        if self._source is not None:
            self._tree = read_deck_tree(self._source.text, faults)

    def names(self) -> Iterator[str]:
        """Return the ids that stand in the file, old ones and those of broken notes included."""
        for note in _notes(self._tree.root):
            name, was = note.values.get("id"), note.values.get("was")
            olds = was.items if isinstance(was, ListNode) else []
            yield from (node.value for node in (name, *olds) if isinstance(node, TextNode))
        if self._source is not None and not self._tree.is_whole:
            yield from ids_in(self._source.text)

    def fix(self, used: set[str], protected: Path) -> Fix:
        """Write the missing ids and add them to `used`."""
        root, source = self._tree.root, self._source
        missing = [note for note in _notes(root) if _lacks_id(note)]
        # A file with damage or broken syntax is left alone: its faults say what to mend first.
        if source is None or source.damage or not self._tree.is_whole or not missing:
            return Fix(str(self._path))
        target = self._path.resolve()
        if target.is_relative_to(protected.resolve()):
            return self._left("it is one of the shipped decks", "copy it to a file of your own", missing[0])
        deck_id = _deck_id(root)
        ids = [new_id(note, deck_id, used) for note in missing]
        insertions = [_insertion(source.text, note, name) for note, name in zip(missing, ids, strict=True)]
        text = _insert(source.text, insertions)
        if not _holds_the_same(text, root, ids):
            return self._left("its notes are laid out in an unusual way", "write the ids by hand", missing[0])
        bom = BOM if self._data.startswith(BOM.encode()) else ""
        try:
            mode = stat.S_IMODE(target.stat().st_mode)
            replace_file(target, (bom + text).encode(), mode)
        except OSError as error:
            reason = f"it cannot be written ({error.strerror})"
            return self._left(reason, "change the permissions of its folder", missing[0])
        return Fix(str(self._path), tuple(ids))

    def _left(self, reason: str, step: str, note: Node) -> Fix:
        message = f"no id was written, as {reason}, expected a file of yours: {step}"
        return Fix(str(self._path), fault=Fault(str(self._path), note.line, note.column, message))


def _notes(root: Node | None) -> list[MapNode]:
    notes = root.values.get("notes") if isinstance(root, MapNode) else None
    items = notes.items if isinstance(notes, ListNode) else []
    return [node for node in items if isinstance(node, MapNode)]


def _lacks_id(note: MapNode) -> bool:
    node = note.values.get("id")
    return "id" not in note.keys or (isinstance(node, TextNode) and node.start == node.end)


def _deck_id(root: Node | None) -> str:
    deck = root.values.get("deck") if isinstance(root, MapNode) else None
    return slug(deck.value) if isinstance(deck, TextNode) else ""


def _insertion(text: str, note: MapNode, name: str) -> _Insertion:
    first = next(iter(note.keys.values()), note)
    if empty := note.values.get("id"):
        is_quoted = text[note.keys["id"].start] == '"'
        return _Insertion(empty.start, f' "{name}"' if is_quoted else f" {name}")
    if text[note.start] == "{":
        # In the style of JSON keys are quoted, and so is the id then.
        is_quoted = text[first.start] == '"'
        start = first.start if first is not note else note.start + 1
        return _Insertion(start, f'"id": "{name}", ' if is_quoted else f"id: {name}, ")
    line_end = text.find("\n", note.start)
    newline = "\r\n" if text[line_end - 1 : line_end] == "\r" else "\n"
    return _Insertion(note.start, f"id: {name}{newline}{' ' * (note.column - 1)}")


def _insert(text: str, insertions: list[_Insertion]) -> str:
    parts: list[str] = []
    position = 0
    for insertion in insertions:
        parts += (text[position : insertion.offset], insertion.text)
        position = insertion.offset
    return "".join((*parts, text[position:]))


def _holds_the_same(text: str, before: Node | None, ids: list[str]) -> bool:
    """Say whether `text` holds what `before` does and the missing ids."""
    after = read_tree(text, FaultList(""))
    waiting = iter(ids)
    expected = [_with_id(note, waiting) for note in _notes(before)]
    return [plain(note) for note in _notes(after)] == expected


def _with_id(note: MapNode, waiting: Iterator[str]) -> object:
    held = plain(note)
    assert isinstance(held, dict)
    return {**held, "id": next(waiting)} if _lacks_id(note) else held
