"""YAML text as a tree of nodes that know their places and keep every scalar as its text.

PyYAML only cuts the text into events: no tag is resolved, so that `no` and `12:30` stay what they
are, and what a deck may not hold (aliases, tags, merge and duplicate keys) is still there to be seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from quizzer.content.faults import FaultList, Place
from quizzer.content.yaml_syntax import syntax_fault

MAX_DEPTH = 20


@dataclass(slots=True)
class Node:
    """What all nodes have; `start` and `end` are offsets into the text, between which its source lies.

    A node is not sound when it, or a node below it, holds what YAML allows and a deck does not.
    """

    line: int
    column: int
    start: int
    is_sound: bool = True
    end: int = 0

    @property
    def place(self) -> Place:
        """Where the node starts."""
        return Place(self.line, self.column)


@dataclass(slots=True)
class TextNode(Node):
    """A scalar, as written."""

    value: str = ""


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


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a text that is read by itself: what stands before it, in lines, characters and levels."""

    text: str
    lines: int = 0
    offset: int = 0
    levels: int = 0


def read_tree(text: str, faults: FaultList, *, uses_libyaml: bool = True) -> Node | None:
    """Return the root of `text`, None where it is no YAML or empty; add what is wrong to `faults`.

    libyaml is used where it is built in: it is seven times as fast as the parser in Python.
    """
    root, is_broken = read_part(Part(text), faults, uses_libyaml=uses_libyaml)
    if root is None and not is_broken:
        faults.add(Place(), "the file is empty, expected YAML: write it or remove the file")
    return root


def read_part(part: Part, faults: FaultList, *, uses_libyaml: bool = True) -> tuple[Node | None, bool]:
    """Return the root of `part`, None where it is empty or broken, and whether it is broken."""
    import yaml

    builder = _Builder(part, faults)
    try:
        for event in _events(part.text, uses_libyaml=uses_libyaml):
            if not builder.take(event):
                break
    except yaml.YAMLError as error:
        faults.add(*syntax_fault(part.text, error, part.lines))
        return None, True
    except _TooDeepError:
        return None, True
    return builder.root, False


def _events(text: str, *, uses_libyaml: bool) -> Iterator[Any]:
    import yaml

    is_fast = uses_libyaml and yaml.__with_libyaml__
    parser = yaml.CSafeLoader(text) if is_fast else yaml.SafeLoader(text)
    while (event := parser.get_event()) is not None:
        yield event


class _Builder:
    """Puts events together to a tree; without recursion, so that no depth can break it."""

    def __init__(self, part: Part, faults: FaultList) -> None:
        self.root: Node | None = None
        self._part = part
        self._faults = faults
        self._open: list[ListNode | MapNode] = []
        self._documents = 0

    def take(self, event: Any) -> bool:
        """Add what `event` says to the tree; return False when no more is wanted."""
        match type(event).__name__:
            case "ScalarEvent":
                line, column, start = self._position(event)
                node = TextNode(line, column, start, True, self._end(event), event.value)
                self._add(node, event)
            case "MappingStartEvent":
                self._descend(MapNode(*self._position(event)), event)
            case "SequenceStartEvent":
                self._descend(ListNode(*self._position(event)), event)
            case "MappingEndEvent" | "SequenceEndEvent":
                self._open.pop().end = self._end(event)
            case "AliasEvent":
                self._add(AliasNode(*self._position(event)), event)
            case "DocumentStartEvent":
                return self._is_first_document(event)
        return True

    def _is_first_document(self, event: Any) -> bool:
        self._documents += 1
        if self._documents > 1:
            line, column, _ = self._position(event)
            message = "found a second document, expected one: remove the '---' or make it a file of its own"
            self._faults.add(Place(line, column), message)
        return self._documents == 1

    def _descend(self, node: ListNode | MapNode, event: Any) -> None:
        self._add(node, event)
        if len(self._open) + self._part.levels >= MAX_DEPTH:
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
            is_brace = self._part.text[parent.start - self._part.offset] == "{"
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
            self._refuse(node, repetition(node.value, first))
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

    def _position(self, event: Any) -> tuple[int, int, int]:
        mark = event.start_mark
        return mark.line + self._part.lines + 1, mark.column + 1, mark.index + self._part.offset

    def _end(self, event: Any) -> int:
        return int(event.end_mark.index) + self._part.offset


def repetition(name: str, first: Node) -> str:
    """Return what is said of a key that stands at the node `first` already."""
    return f"{shorten(name)} stands here again, expected it once: remove it here or on line {first.line}"


def shorten(text: str, width: int = 40) -> str:
    """Return `text` on one line, cut to `width` characters."""
    line = " ".join(text.split())
    return line if len(line) <= width else f"{line[: width - 1]}…"
