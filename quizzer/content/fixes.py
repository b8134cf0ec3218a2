"""Writes missing note ids into the learner's deck files; every other byte stays as it is."""

from __future__ import annotations

import re
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from quizzer.content.deck_file import decode
from quizzer.content.faults import Fault, FaultList
from quizzer.content.files import UnreadableError, read_regular
from quizzer.content.slugs import slug
from quizzer.content.writing import replace_file
from quizzer.content.yaml_tree import ListNode, MapNode, Node, TextNode, read_tree

BOM = "\ufeff"
# Words that most questions share and that tell no note from another.
COMMON_WORDS = """
a an and are as at be by can do does for from give has have how in is it its of on one or say so than that the
their then there these this to what when where which who why will with would you your
"""
COMMON = frozenset(COMMON_WORDS.split())
WORDS_IN_ID = 5
ID_WIDTH = 50


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
        self._text: str | None = None
        self._root: Node | None = None
        try:
            self._data = read_regular(path)
        except UnreadableError:
            return
        faults = FaultList(str(path))
        self._text = decode(self._data, faults)
        self._root = None if self._text is None else read_tree(self._text, faults)

    def names(self) -> Iterator[str]:
        """Return the ids that stand in the file, old ones included."""
        for note in _notes(self._root):
            name, was = note.values.get("id"), note.values.get("was")
            olds = was.items if isinstance(was, ListNode) else []
            yield from (node.value for node in (name, *olds) if isinstance(node, TextNode))

    def fix(self, used: set[str], protected: Path) -> Fix:
        """Write the missing ids and add them to `used`."""
        missing = [note for note in _notes(self._root) if _lacks_id(note)]
        if self._text is None or not missing:
            return Fix(str(self._path))
        target = self._path.resolve()
        if target.is_relative_to(protected.resolve()):
            return self._left("it is one of the shipped decks", "copy it to a file of your own", missing[0])
        ids = [_new_id(_words_of(note) or _deck_id(self._root), used) for note in missing]
        insertions = [_insertion(self._text, note, name) for note, name in zip(missing, ids, strict=True)]
        text = _insert(self._text, insertions)
        if not _holds_the_same(text, self._root, ids):
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
    name = slug(deck.value) if isinstance(deck, TextNode) else ""
    return f"{name}-note" if name else "note"


def _words_of(note: MapNode) -> str:
    """Return the telling words of what the note asks, as a kebab-case name."""
    node = note.values.get("cloze") or note.values.get("q")
    if not isinstance(node, TextNode):
        return ""
    shown = re.sub(r"\{\{c\d+::|\}\}|```\w*", " ", node.value)
    plain = re.sub(r"\$[^$]*\$", " ", shown)
    for text in (plain, shown):
        words = slug(text, width=1_000).split("-")
        telling = [word for word in words if word not in COMMON] or words
        if name := slug(" ".join(telling[:WORDS_IN_ID]), width=ID_WIDTH):
            return name
    return ""


def _new_id(name: str, used: set[str]) -> str:
    number = 1
    candidate = name
    # `kata/...` are the keys of katas.
    while candidate in used or candidate == "kata":
        number += 1
        candidate = f"{name}-{number}"
    used.add(candidate)
    return candidate


def _insertion(text: str, note: MapNode, name: str) -> _Insertion:
    if empty := note.values.get("id"):
        return _Insertion(empty.start, f" {name}")
    if text[note.start] == "{":
        return _Insertion(note.start + 1, f"id: {name}, ")
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
    return [_plain(note) for note in _notes(after)] == expected


def _with_id(note: MapNode, waiting: Iterator[str]) -> object:
    plain = _plain(note)
    assert isinstance(plain, dict)
    return {**plain, "id": next(waiting)} if _lacks_id(note) else plain


def _plain(node: Node) -> object:
    match node:
        case TextNode():
            return node.value
        case ListNode():
            return [_plain(item) for item in node.items]
        case MapNode():
            return {key: _plain(value) for key, value in node.values.items()}
    return None
