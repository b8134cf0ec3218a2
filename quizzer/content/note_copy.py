"""Copies a shipped note into the learner's deck of the same name, where it can be edited."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from quizzer.content.deck_edit import id_of, raw_source
from quizzer.content.deck_file import parse_deck, read_deck
from quizzer.content.decoding import decode
from quizzer.content.faults import FaultList, shown_path
from quizzer.content.files import UnreadableError, deck_paths, read_regular
from quizzer.content.originals import read_original
from quizzer.content.overlay import Origin
from quizzer.content.recovery import read_deck_tree
from quizzer.content.scaffold import write_schema
from quizzer.content.writing import replace_file
from quizzer.content.yaml_tree import ListNode, MapNode, Node
from quizzer.core.note import Note
from quizzer.errors import ContentError, WorkspaceError

HEAD = """\
# yaml-language-server: $schema=deck.schema.json
# Your notes of this deck. A note here stands in the place of the one with its
# id that comes with quizzer; remove it, and that one is back.
deck: {deck}
notes:
"""
HASH_DIGITS = 16
OWN_MODE = 0o644


def read_source(path: Path, note_id: str) -> str | None:
    """Return the YAML of a note without its indentation; None where the file does not hold it."""
    text, notes = _read(path)
    node = next((node for node in notes.items if id_of(node) == note_id), None) if notes else None
    return None if node is None else _source(text, node)


def hash_source(source: str) -> str:
    """Return what tells one wording of a note from another."""
    return hashlib.sha256(source.encode()).hexdigest()[:HASH_DIGITS]


def has_original_changed(note: Note, shadowed: Mapping[str, Origin]) -> bool | None:
    """Say whether the shipped note that `note` was copied from has changed; None where it is gone."""
    origin, original = shadowed.get(note.id), read_original(note.original).shipped
    source = read_source(Path(origin.path), note.id) if origin is not None and original else None
    return None if source is None else hash_source(source) != original


@dataclass(frozen=True, slots=True)
class Copied:
    """The file of a copy, what it held before (None: it was not there), and what it holds with the copy."""

    path: Path
    before: bytes | None
    after: bytes


def copy_note(note: Note, deck_id: str, shipped: Path, folder: Path) -> Copied:
    """Write a note of the file `shipped` into the learner's deck `deck_id` in `folder`.

    The copy has the note's id, so that it keeps its history, and in `original` the hash of what was copied.

    Raises:
        ContentError: If the note cannot be copied by a program; the text says how to do it by hand.
        WorkspaceError: If the file cannot be written.
    """
    source = read_source(shipped, note.id)
    if source is None:
        raise ContentError(
            f"{shown_path(str(shipped))} no longer holds the note {note.id!r}: start quizzer again"
        )
    path = _own_file(folder, deck_id)
    held = read_regular(path) if path.exists() else None
    if held is not None and read_source(path, note.id) is not None:
        return Copied(path, held, held)  # a copy that an edit broke: it is to be mended, not made again
    before = HEAD.format(deck=deck_id) if held is None else held.decode()
    text = _with_note(before, _with_hash(source, hash_source(source)))
    _check(text, before, path, note)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            write_schema(folder)
        replace_file(path, text.encode(), OWN_MODE)
    except OSError as error:
        raise WorkspaceError(
            f"{shown_path(str(path))}: the note cannot be copied here ({error.strerror}). "
            "Make the folder writable, or name another with the setting 'workspace'."
        ) from error
    return Copied(path, held, text.encode())


def take_copy_back(copied: Copied) -> bool:
    """Put back what the file held before, unless it was changed since; say whether that was done.

    Raises:
        WorkspaceError: If the file cannot be written.
    """
    try:
        if copied.before == copied.after or read_regular(copied.path) != copied.after:
            return False
        if copied.before is None:
            copied.path.unlink()
        else:
            replace_file(copied.path, copied.before, OWN_MODE)
    except UnreadableError:
        return False  # removed, or made unreadable: the learner's doing
    except OSError as error:
        raise WorkspaceError(
            f"{shown_path(str(copied.path))}: the copy that you left unchanged cannot be taken back "
            f"({error.strerror}). Remove the note there by hand to see the shipped one again."
        ) from error
    return True


def _own_file(folder: Path, deck_id: str) -> Path:
    """Return the learner's file of the deck, or where it would be."""
    try:
        for path in deck_paths(folder):
            deck = read_deck(path, is_shipped=False).deck
            if deck is not None and deck.id == deck_id:
                return path
    except UnreadableError as error:
        raise ContentError(f"{shown_path(str(folder))}: {error}") from None
    return folder / f"{deck_id}.yaml"


def _with_hash(source: str, digest: str) -> str:
    """Return the note with the hash behind its first field."""
    if source.startswith("{"):
        return f"{{original: {digest}, {source[1:].lstrip()}"
    first, *rest = source.splitlines()
    return "\n".join([f"original: {digest}", first, *rest])


def _with_note(text: str, source: str) -> str:
    """Return the text of a deck with the note behind its last one."""
    faults = FaultList("")
    root = read_deck_tree(text, faults).root
    notes = root.values.get("notes") if isinstance(root, MapNode) else None
    indent, end = "  ", len(text)
    if isinstance(notes, ListNode) and notes.items:
        last = notes.items[-1]
        line_start = text.rfind("\n", 0, last.start) + 1
        indent = re.match(r"[ ]*", text[line_start:])[0]  # type: ignore[index]
        end = last.start + len(raw_source(text, last))
    item = f"{indent}- " + source.replace("\n", f"\n{indent}  ")
    item = re.sub(r"(?m)^ +$", "", item)
    gap = "\n\n" if isinstance(notes, ListNode) and notes.items else ""
    return f"{text[:end].rstrip() if gap else text}{gap}{item}\n{text[end:].lstrip(chr(10)) if gap else ''}"


def _check(text: str, before: str, path: Path, note: Note) -> None:
    """Refuse to write what would not be read as the same note, or would break what was there."""
    file = parse_deck(text.encode(), str(path), is_shipped=False)
    old = parse_deck(before.encode(), str(path), is_shipped=False)
    copies = [other for other in file.deck.notes if other.id == note.id] if file.deck else []
    kept = len(file.deck.notes) - 1 if file.deck else -1
    had = len(old.deck.notes) if old.deck else 0
    if [_bare(copy) for copy in copies] != [_bare(note)] or kept != had:
        raise ContentError(
            f"{shown_path(str(path))}: the note {note.id!r} cannot be added to this file as it is laid out; "
            "mend the file with 'quizzer deck lint', or copy the note there by hand"
        )


def _bare(note: Note) -> Note:
    return replace(note, line=0, original="")


def _read(path: Path) -> tuple[str, ListNode | None]:
    faults = FaultList(str(path))
    try:
        source = decode(read_regular(path), faults)
    except UnreadableError:
        return "", None
    if source is None:
        return "", None
    root = read_deck_tree(source.text, faults).root
    notes = root.values.get("notes") if isinstance(root, MapNode) else None
    return source.text, notes if isinstance(notes, ListNode) else None


def _source(text: str, node: Node) -> str:
    margin = " " * (node.column - 1)
    return "\n".join(line.removeprefix(margin) for line in raw_source(text, node).splitlines())
