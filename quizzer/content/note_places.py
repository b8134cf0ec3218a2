"""Where the fields of a note stand in its file; the file is read again when that is asked."""

from __future__ import annotations

import re
from pathlib import Path

from quizzer.content.faults import FaultList, Place
from quizzer.content.files import UnreadableError, read_regular
from quizzer.content.overlay import Origin

Keys = tuple[str | int, ...]


class NotePlaces:
    """Finds places in deck files and reads each file once."""

    def __init__(self) -> None:
        self._files: dict[str, _DeckText] = {}

    def find(
        self,
        origin: Origin,
        note_id: str,
        keys: Keys,
        pattern: re.Pattern[str] | None = None,
        offset: int = 0,
    ) -> Place:
        """Return where the field `keys` of a note stands, with `pattern` its match at `offset` of the text.

        The place of the note is returned where the file no longer holds the field.
        """
        file = self._files.get(origin.path)
        if file is None:
            file = self._files[origin.path] = _DeckText(origin.path)
        return file.find(note_id, keys, pattern, offset) or origin.place


class _DeckText:
    """The text and the tree of one deck file."""

    def __init__(self, path: str) -> None:
        from quizzer.content.decoding import decode
        from quizzer.content.recovery import read_deck_tree
        from quizzer.content.yaml_tree import ListNode, MapNode, Node, TextNode

        self._notes: dict[str, Node] = {}
        self._source = ""
        faults = FaultList(path)
        try:
            source = decode(read_regular(Path(path)), faults)
        except UnreadableError:
            return
        self._source = source.text if source else ""
        root = read_deck_tree(self._source, faults).root
        notes = root.values.get("notes") if isinstance(root, MapNode) else None
        for node in notes.items if isinstance(notes, ListNode) else ():
            name = node.values.get("id") if isinstance(node, MapNode) else None
            if isinstance(name, TextNode):
                self._notes.setdefault(name.value, node)

    def find(self, note_id: str, keys: Keys, pattern: re.Pattern[str] | None, offset: int) -> Place | None:
        from quizzer.content.note_rules import place_in_text
        from quizzer.content.yaml_tree import ListNode, MapNode, TextNode

        node = self._notes.get(note_id)
        for key in keys:
            if isinstance(node, MapNode) and isinstance(key, str):
                node = node.values.get(key)
            elif isinstance(node, ListNode) and isinstance(key, int) and key < len(node.items):
                node = node.items[key]
            else:
                node = None
        if node is None:
            return None
        if pattern is not None and isinstance(node, TextNode):
            return place_in_text(node, self._source, pattern, offset)
        return node.place
