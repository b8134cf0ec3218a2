"""Reads YAML nodes by the shapes declared for them; every fault goes to the list, nothing is raised."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from quizzer.content.decoding import CONTROL
from quizzer.content.faults import FaultList, Place, nearest
from quizzer.content.fields import NOTE
from quizzer.content.note_ids import words_of
from quizzer.content.scalar_rules import problem_of
from quizzer.content.shapes import (
    MAX_TEXT,
    Field,
    Flag,
    ListOf,
    MapOf,
    Need,
    Nested,
    Record,
    Shape,
    Text,
)
from quizzer.content.yaml_tree import AliasNode, ListNode, MapNode, Node, TextNode, shorten


@dataclass(frozen=True, slots=True)
class Entry:
    """A record that was read: the values of its faultless fields, each of its declared shape.

    `nodes` holds the node of every field that stands there, faulty or not.
    """

    node: Node
    values: Mapping[str, Any]
    nodes: Mapping[str, Node]
    keys: Mapping[str, Node]
    is_sound: bool = True

    def __contains__(self, name: str) -> bool:
        return name in self.nodes

    def place(self, name: str) -> Place:
        """Return where the value of `name` stands, else where the record starts."""
        return self.nodes.get(name, self.node).place

    def key_place(self, name: str) -> Place:
        """Return where the key `name` stands, else where the record starts."""
        return self.keys.get(name, self.node).place

    def items(self, name: str) -> list[tuple[str, Place]]:
        """Return the texts that stand in the list `name`, faulty or not, each once."""
        node = self.nodes.get(name)
        texts: dict[str, Place] = {}
        for item in node.items if isinstance(node, ListNode) else ():
            if isinstance(item, TextNode):
                texts.setdefault(item.value.strip(), item.place)
        return list(texts.items())

    def item_place(self, name: str, index: int) -> Place:
        """Return where the item `index` of the list `name` stands."""
        node = self.nodes[name]
        return node.items[index].place if isinstance(node, ListNode) else node.place


class TreeReader:
    """Reads the nodes of one file; `is_shipped` is whose needs hold."""

    def __init__(self, faults: FaultList, *, is_shipped: bool) -> None:
        self._faults = faults
        self._is_shipped = is_shipped

    def record(self, node: Node, record: Record) -> Entry | None:
        """Return the fields of `node`, None where it is no mapping."""
        if not isinstance(node, MapNode):
            self._refuse_shape(node, record.noun, "this", f"write {_outline(record)}")
            return None
        before = self._faults.count
        values: dict[str, Any] = {}
        fields = {field.name: field for field in record.fields}
        for key, child in node.values.items():
            if field := fields.get(key):
                value = self._value(child, field.shape, field)
                if value is not None:
                    values[key] = value
            else:
                self._refuse_unknown(node.keys[key], record)
        for field in record.fields:
            if field.name not in node.values and self._needs(field):
                self._refuse_missing(node, record, field)
        is_sound = node.is_sound and self._faults.count == before
        return Entry(node, values, node.values, node.keys, is_sound)

    def _needs(self, field: Field) -> bool:
        return field.need is Need.ALWAYS or (field.need is Need.SHIPPED and self._is_shipped)

    def _value(self, node: Node, shape: Shape, field: Field) -> Any:
        """Return the value of `node`, None where it is faulty."""
        match shape:
            case ListOf():
                return self._list(node, shape, field)
            case Record():
                return self._sub_record(node, shape, field)
            case MapOf():
                return self._map(node, shape, field)
            case Nested():
                return self._nested(node, shape, field)
            case _:
                return self._scalar(node, shape, field)

    def _sub_record(self, node: Node, shape: Record, field: Field) -> Entry | str | None:
        if shape.short and isinstance(node, TextNode) and node.value.strip() and not self._is_shipped:
            return self._checked_text(node, field)
        if isinstance(node, MapNode):
            entry = self.record(node, shape)
            return entry if entry is not None and entry.is_sound else None
        self._refuse_shape(node, f"{shape.noun} as a mapping", field.label, f"write {_written(field)}")
        return None

    def _list(self, node: Node, shape: ListOf, field: Field) -> tuple[Any, ...] | None:
        if not isinstance(node, ListNode):
            written = _written(field)
            if isinstance(node, TextNode) and node.value.strip() and not isinstance(shape.item, Record):
                written = f"{field.name}: [{shorten(node.value)}]"
            self._refuse_shape(node, shape.noun, field.label, f"write {written}")
            return None
        count = len(node.items)
        if count < shape.at_least or (count == 0 and field.need is Need.SHIPPED and self._is_shipped):
            found = f"{count} items" if count > 1 else "one item" if count else "no item"
            message = f"{field.label} has {found}, expected {shape.noun}: write {_written(field)}"
            self._faults.add(node.place, message)
            return None
        if shape.at_most is not None and count > shape.at_most:
            message = f"{field.label} has {count} items, expected at most {shape.at_most}: remove some"
            self._faults.add(node.place, message)
            return None
        if isinstance(shape.item, Record):
            entries = [self.record(item, shape.item) for item in node.items]
            return tuple(entry for entry in entries if entry is not None)
        return self._distinct_items(node, shape.item, field)

    def _distinct_items(self, node: ListNode, item: Shape, field: Field) -> tuple[Any, ...] | None:
        values: list[Any] = []
        lines: dict[Any, int] = {}
        for child in node.items:
            value = self._scalar(child, item, field)
            if value is None:
                continue
            if value in lines:
                found = f"{shorten(value)!r} stands twice in {field.label}"
                self._faults.add(
                    child.place, f"{found}, expected it once: remove it here or on line {lines[value]}"
                )
                continue
            lines[value] = child.line
            values.append(value)
        return tuple(values) if len(values) == len(node.items) else None

    def _map(self, node: Node, shape: MapOf, field: Field) -> dict[str, tuple[Any, Place]] | None:
        if not isinstance(node, MapNode):
            self._refuse_shape(node, shape.noun, field.label, f"write {_written(field)}")
            return None
        pairs = {}
        for key, child in node.values.items():
            name = self._scalar(node.keys[key], shape.key, field)
            value = self._value(child, shape.value, field)
            if name is not None and value is not None:
                pairs[name] = (value, child.place)
        return pairs

    def _nested(self, node: Node, shape: Nested, field: Field) -> Any:
        if not isinstance(node, ListNode):
            return self._scalar(node, shape.leaf, field)
        if not node.items:
            self._faults.add(node.place, f"{field.label} is an empty list, expected {shape.noun}: fill it")
            return None
        parts = tuple(self._nested(item, shape, field) for item in node.items)
        return None if None in parts else parts

    def _scalar(self, node: Node, shape: Shape, field: Field) -> Any:
        if not isinstance(node, TextNode):
            self._refuse_shape(node, shape.noun, _subject(field), _quoting_step(node))
            return None
        text = self._checked_text(node, field)
        if text is None or isinstance(shape, Text):
            return text
        text = text.strip()
        problem = problem_of(text, shape, wants_step=not self._faults.is_full)
        if problem is None:
            return text == "true" if isinstance(shape, Flag) else text
        found, step = problem
        shown = found or f"is {shorten(text)!r}"
        self._faults.add(node.place, f"{_subject(field)} {shown}, expected {shape.noun}: {step}")
        return None

    def _checked_text(self, node: TextNode, field: Field) -> str | None:
        text = node.value.strip("\r\n").rstrip()
        if not text.strip():
            is_item = isinstance(field.shape, ListOf)
            noun = field.shape.item.noun if isinstance(field.shape, ListOf) else field.shape.noun
            what = "item" if is_item else "field"
            step = "write it" if self._needs(field) and not is_item else f"write it or remove the {what}"
            message = f"{_subject(field)} is empty, expected {noun}: {step}"
        elif len(text) > MAX_TEXT:
            found = f"{_subject(field)} has {len(text):,} characters"
            message = f"{found}, expected at most {MAX_TEXT:,}: shorten it"
        elif control := CONTROL.search(text):
            code = f"U+{ord(control[0]):04X}"
            message = f"{_subject(field)} holds the control character {code}, expected text: remove it"
        else:
            return text
        self._faults.add(node.place, message)
        return None

    def _counts_only(self, node: Node) -> bool:
        """Add a fault that is one too many to be shown, and say whether it is: its message costs time."""
        if self._faults.is_full:
            self._faults.add(node.place, "")
            return True
        return False

    def _refuse_shape(self, node: Node, noun: str, subject: str, step: str) -> None:
        if isinstance(node, AliasNode):
            return
        if isinstance(node, TextNode) and not node.value.strip():
            found = f"{subject} is empty"
        else:
            kinds = {MapNode: "a mapping", ListNode: "a list", TextNode: "text"}
            found = f"{subject} is {kinds[type(node)]}"
        self._faults.add(node.place, f"{found}, expected {noun}: {step}")

    def _refuse_unknown(self, key: TextNode, record: Record) -> None:
        if self._counts_only(key):
            return
        names = [field.name for field in record.fields]
        near = nearest(key.value, names)
        found = f"{record.noun} has no field {shorten(key.value)!r}"
        if near:
            message = f"{found}, expected {near!r} perhaps: rename it or remove it"
        else:
            message = f"{found}, expected one of {', '.join(names)}: rename it or remove it"
        self._faults.add(key.place, message)

    def _refuse_missing(self, node: MapNode, record: Record, field: Field) -> None:
        if self._counts_only(node):
            return
        example = words_of(node) if record is NOTE and field.name == "id" else ""
        step = f"add {field.name}: {example or field.example}"
        if field.learner_hint and not self._is_shipped:
            step = f"{step}, {field.learner_hint}"
        self._faults.add(
            node.place, f"{record.noun} without {field.name}, expected {field.shape.noun}: {step}"
        )


def _outline(record: Record) -> str:
    needed = [field.name for field in record.fields if field.need is Need.ALWAYS]
    return f"its fields, {', '.join(f'{name}: ...' for name in needed)}"


def _subject(field: Field) -> str:
    """Return how a sentence names a scalar of the field: the field itself, or an item of its list."""
    return f"an item of {field.label}" if isinstance(field.shape, ListOf) else field.label


def _written(field: Field) -> str:
    return f"{field.name}: {field.example}"


def _quoting_step(node: Node) -> str:
    if isinstance(node, MapNode):
        return "put a text that holds ': ' or starts with '{' in quotes or after '|'"
    return "put a text that starts with '[' or '-' in quotes or after '|'"
