"""YAML text as a tree of nodes that know their places and keep every scalar as its text.

PyYAML only cuts the text into events: no tag is resolved, so that `no` and `12:30` stay what they
are, and what a deck may not hold (aliases, tags, merge and duplicate keys) is still there to be seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from quizzer.content.faults import FaultList, Place

MAX_DEPTH = 20
# Beside C0, C1 and DEL the separators that YAML takes for line breaks and editors do not, and non-characters.
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")


@dataclass(slots=True)
class Node:
    """What all nodes have; `start` is an offset into the text.

    A node is not sound when it, or a node below it, holds what YAML allows and a deck does not.
    """

    line: int
    column: int
    start: int
    is_sound: bool = True

    @property
    def place(self) -> Place:
        """Where the node starts."""
        return Place(self.line, self.column)


@dataclass(slots=True)
class TextNode(Node):
    """A scalar, as written; its source ends before the offset `end`."""

    value: str = ""
    end: int = 0


@dataclass(slots=True)
class ListNode(Node):
    """A sequence."""

    items: list[Node] = field(default_factory=list)


@dataclass(slots=True)
class MapNode(Node):
    """A mapping; of duplicate keys it holds the first."""

    keys: dict[str, TextNode] = field(default_factory=dict)
    values: dict[str, Node] = field(default_factory=dict)
    waiting: TextNode | None = None


@dataclass(slots=True)
class AliasNode(Node):
    """A reference to another node, which is always a fault."""


class _TooDeepError(Exception):
    """The text nests deeper than a deck does."""


def read_tree(text: str, faults: FaultList, *, uses_libyaml: bool = True) -> Node | None:
    """Return the root of `text`, None where it is no YAML or empty; add what is wrong to `faults`.

    libyaml is used where it is built in: it is seven times as fast as the parser in Python.
    """
    if _has_controls(text, faults):
        return None
    import yaml

    builder = _Builder(text, faults)
    try:
        for event in _events(text, uses_libyaml=uses_libyaml):
            if not builder.take(event):
                break
    except yaml.YAMLError as error:
        _add_syntax_fault(text, error, faults)
        return None
    except _TooDeepError:
        return None
    if builder.root is None:
        faults.add(Place(), "the file is empty, expected YAML: write it or remove the file")
    return builder.root


def _has_controls(text: str, faults: FaultList) -> bool:
    if not CONTROL.search(text):
        return False
    for number, line in enumerate(text.split("\n"), start=1):
        for match in CONTROL.finditer(line):
            code = f"U+{ord(match[0]):04X}"
            message = f"found the control character {code}, expected text: remove it"
            faults.add(Place(number, match.start() + 1), message)
    return True


def _events(text: str, *, uses_libyaml: bool) -> Iterator[Any]:
    import yaml

    is_fast = uses_libyaml and yaml.__with_libyaml__
    parser = yaml.CSafeLoader(text) if is_fast else yaml.SafeLoader(text)
    while (event := parser.get_event()) is not None:
        yield event


class _Builder:
    """Puts events together to a tree; without recursion, so that no depth can break it."""

    def __init__(self, text: str, faults: FaultList) -> None:
        self.root: Node | None = None
        self._text = text
        self._faults = faults
        self._open: list[ListNode | MapNode] = []
        self._documents = 0

    def take(self, event: Any) -> bool:
        """Add what `event` says to the tree; return False when no more is wanted."""
        match type(event).__name__:
            case "ScalarEvent":
                line, column, start = _position(event)
                node = TextNode(line, column, start, True, event.value, event.end_mark.index)
                self._add(node, event)
            case "MappingStartEvent":
                self._descend(MapNode(*_position(event)), event)
            case "SequenceStartEvent":
                self._descend(ListNode(*_position(event)), event)
            case "MappingEndEvent" | "SequenceEndEvent":
                self._open.pop()
            case "AliasEvent":
                self._add(AliasNode(*_position(event)), event)
            case "DocumentStartEvent":
                return self._is_first_document(event)
        return True

    def _is_first_document(self, event: Any) -> bool:
        self._documents += 1
        if self._documents > 1:
            place = Place(event.start_mark.line + 1, event.start_mark.column + 1)
            message = "found a second document, expected one: remove the '---' or make it a file of its own"
            self._faults.add(place, message)
        return self._documents == 1

    def _descend(self, node: ListNode | MapNode, event: Any) -> None:
        self._add(node, event)
        if len(self._open) >= MAX_DEPTH:
            message = f"nested deeper than {MAX_DEPTH} levels, expected a deck: remove the inner levels"
            self._faults.add(node.place, message)
            raise _TooDeepError
        self._open.append(node)

    def _add(self, node: Node, event: Any) -> None:
        if not self._open:
            self.root = node
        else:
            parent = self._open[-1]
            if type(parent) is ListNode:
                parent.items.append(node)
            elif type(parent) is MapNode:
                self._add_to_map(parent, node)
        if event.anchor is not None or getattr(event, "tag", None) is not None:
            self._refuse_extras(node, event)

    def _add_to_map(self, parent: MapNode, node: Node) -> None:
        key = parent.waiting
        if key is None:
            parent.waiting = self._key(parent, node)
            return
        parent.waiting = None
        if parent.keys.get(key.value) is key:
            parent.values[key.value] = node

    def _key(self, parent: MapNode, node: Node) -> TextNode:
        """Return the key that `node` is; one that is refused is not among the parent's keys."""
        if not isinstance(node, TextNode):
            is_brace = self._text[parent.start] == "{"
            step = (
                "put a text that starts with '{' in quotes or after '|'"
                if is_brace
                else "write 'name: value'"
            )
            self._refuse(node, f"found a key that is no text, expected a field's name: {step}")
            return TextNode(node.line, node.column, node.start)
        first = parent.keys.get(node.value)
        if node.value == "<<":
            self._refuse(node, "found the merge key '<<', expected a field's name: write the fields out")
        elif first is not None:
            name = shorten(node.value)
            message = f"{name} stands here again, expected it once: remove it here or on line {first.line}"
            self._refuse(node, message)
        else:
            parent.keys[node.value] = node
        return node

    def _refuse_extras(self, node: Node, event: Any) -> None:
        if isinstance(node, AliasNode):
            name = shorten(event.anchor)
            message = f"found the alias *{name}, expected a value: write it out, or quote the text"
            self._refuse(node, message)
        elif event.anchor is not None:
            name = shorten(event.anchor)
            message = f"found the anchor &{name}, expected a value: remove it, or quote the text"
            self._refuse(node, message)
        if getattr(event, "tag", None) is not None:
            tag = shorten(event.tag.replace("tag:yaml.org,2002:", "!!"))
            message = f"found the tag {tag}, expected a value: remove it, or quote the text"
            self._refuse(node, message)

    def _refuse(self, node: Node, message: str) -> None:
        self._faults.add(node.place, message)
        for outer in (node, *self._open):
            outer.is_sound = False


def _position(event: Any) -> tuple[int, int, int]:
    mark = event.start_mark
    return mark.line + 1, mark.column + 1, mark.index


def shorten(text: str, width: int = 40) -> str:
    """Return `text` on one line, cut to `width` characters."""
    line = " ".join(text.split())
    return line if len(line) <= width else f"{line[: width - 1]}…"


def _add_syntax_fault(text: str, error: Any, faults: FaultList) -> None:
    mark, context = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    at_end = mark is None or not text[mark.index :].strip()
    # What is never closed is found missing at the end; the opening is the place to look at.
    if at_end and context is not None:
        mark = context
    place = Place() if mark is None else Place(mark.line + 1, mark.column + 1)
    found = text[mark.index : mark.index + 1] if mark is not None else ""
    problem = getattr(error, "problem", None) or "it cannot be read"
    if at_end or context is None or "expected ','" not in problem:
        step = _syntax_advice(found, problem, at_end)
    else:
        step = f"close the '{text[context.index]}' that opens on line {context.line + 1}, or quote the text"
    faults.add(place, f"not valid YAML ({problem}), expected YAML: {step}")


def _syntax_advice(found: str, problem: str, at_end: bool) -> str:
    if found == "\t":
        return "indent with spaces, not with a tab"
    if at_end and found in {"'", '"'}:
        return "close the quote that opens here"
    if at_end and found in {"[", "{"}:
        return f"close the '{found}' that opens here, or quote the text"
    if found and found in "`@%":
        return f"put a text that starts with '{found}' in quotes or after '|'"
    if "mapping values" in problem:
        return "put a text that holds ': ' in quotes or after '|', or check the indentation"
    if "escape" in problem:
        return "use single quotes or '|' for a text with backslashes"
    return "check the indentation, and put a text with special characters in quotes or after '|'"
