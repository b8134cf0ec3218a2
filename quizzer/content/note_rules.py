"""The rules between the fields of a note: which kind it is, and what must hold together."""

from __future__ import annotations

import re
from typing import Any

from quizzer.content.faults import FaultList, Place
from quizzer.content.fields import KINDS, Kind
from quizzer.content.tree_reader import Entry
from quizzer.content.yaml_tree import TextNode, shorten
from quizzer.core.cloze import OPENING, ClozeError, cloze_numbers
from quizzer.core.note import Accept, Checked, Choices, Level, Note, NoteKind, Source

ANSWERS = ("text", "regex", "number")
KINDS_SENTENCE = "one of q and a, cloze, q and choices, q and accept"
# Anki, too, numbers deletions up to 499.
MAX_CLOZE_NUMBER = 499


def check_note(entry: Entry, source: str, faults: FaultList) -> None:
    """Add what is wrong between the fields of the note `entry` of the file `source`."""
    kind = _kind(entry)
    _check_kind(entry, kind, faults)
    if "reverse" in entry and kind.kind is not NoteKind.BASIC:
        message = f"reverse stands beside {kind.marker}, expected it with q and a alone: remove it"
        faults.add(entry.key_place("reverse"), message)
    if cloze := entry.values.get("cloze"):
        _check_cloze(entry, cloze, source, faults)
    if choices := entry.values.get("choices"):
        _check_choices(choices, faults)
    if accept := entry.values.get("accept"):
        _check_accept(accept, faults)
    _check_was(entry, faults)


def build_note(entry: Entry) -> Note:
    """Return the note of a sound and checked entry."""
    values = entry.values
    kind = _kind(entry).kind
    return Note(
        id=values["id"],
        kind=kind,
        question=values["cloze"] if kind is NoteKind.CLOZE else values["q"],
        answer=values.get("a", ""),
        reverse=values.get("reverse", False),
        choices=_choices(values.get("choices")),
        accept=_accept(values.get("accept")),
        level=Level(values["level"]) if "level" in values else None,
        topics=values.get("topics", ()),
        tags=values.get("tags", ()),
        points=values.get("points", ()),
        pitfall=values.get("pitfall", ""),
        source=_source(values.get("source")),
        kata=values.get("kata", ""),
        wants_kata=values.get("wants_kata", ""),
        was=values.get("was", ()),
        line=entry.node.line,
        original=values.get("original", ""),
    )


def place_in_text(node: TextNode, source: str, pattern: re.Pattern[str], offset: int) -> Place:
    """Return where the match of `pattern` at `offset` of the node's text stands in the file.

    The text of a node is not what the file holds (indentation, folding, quotes), but both hold
    the same matches in the same order.
    """
    before = sum(1 for _ in pattern.finditer(node.value.strip("\r\n"), 0, offset))
    matches = list(pattern.finditer(source, node.start, node.end))
    if before >= len(matches):
        return node.place
    start = matches[before].start()
    line_start = source.rfind("\n", 0, start) + 1
    return Place(node.line + source.count("\n", node.start, start), start - line_start + 1)


def _kind(entry: Entry) -> Kind:
    return next((kind for kind in KINDS[:-1] if kind.marker in entry), KINDS[-1])


def _check_kind(entry: Entry, kind: Kind, faults: FaultList) -> None:
    markers = [key for key in entry.nodes if key in {"cloze", "choices", "accept"}]
    if "cloze" in markers and "q" in entry:
        markers = [key for key in entry.nodes if key in {"cloze", "choices", "accept", "q"}]
    if len(markers) > 1:
        found = f"{markers[0]} and {' and '.join(markers[1:])} stand in one note"
        message = f"{found}, expected {KINDS_SENTENCE}: keep one kind, make the other a note of its own"
        faults.add(entry.key_place(markers[1]), message)
        return
    missing = [name for name in kind.needs if name not in entry]
    if missing == ["q", "a"]:
        faults.add(entry.node.place, f"a note that asks nothing, expected {KINDS_SENTENCE}: add q and a")
    elif missing:
        (present,) = set(kind.needs) - set(missing)
        message = f"{present} without {missing[0]}, expected {KINDS_SENTENCE}: add {missing[0]}"
        faults.add(entry.key_place(present), message)


def _check_cloze(entry: Entry, cloze: str, source: str, faults: FaultList) -> None:
    node = entry.nodes["cloze"]
    assert isinstance(node, TextNode)
    try:
        numbers = cloze_numbers(cloze)
    except ClozeError as error:
        place = place_in_text(node, source, OPENING, error.offset)
        faults.add(place, f"{error}, expected deletions such as {{{{c1::answer}}}}: correct it")
        return
    except ValueError:
        # Python refuses to read an integer of thousands of digits.
        numbers = (MAX_CLOZE_NUMBER + 1,)
    if not numbers:
        message = (
            "cloze hides nothing, expected a deletion such as {{c1::answer}}: mark what is to be recalled"
        )
        faults.add(node.place, message)
    elif numbers[-1] > MAX_CLOZE_NUMBER:
        message = (
            f"a deletion has a number over {MAX_CLOZE_NUMBER}, expected c1, c2, ...: give it a smaller one"
        )
        faults.add(node.place, message)


def _check_choices(choices: Entry, faults: FaultList) -> None:
    right = choices.values["right"]
    for index, wrong in enumerate(choices.values["wrong"]):
        if wrong.split() == right.split():
            message = (
                f"{shorten(wrong)!r} is right and wrong, expected another wrong answer: change or remove it"
            )
            faults.add(choices.item_place("wrong", index), message)


def _check_accept(accept: Entry, faults: FaultList) -> None:
    found = [name for name in accept.nodes if name in ANSWERS]
    expected = "expected one of text, regex and number"
    if not found:
        faults.add(accept.node.place, f"accept holds no answer, {expected}: add one")
    elif len(found) > 1:
        message = f"accept holds {' and '.join(found)}, {expected}: keep one of them"
        faults.add(accept.key_place(found[1]), message)
    for name in ("unit", "tolerance"):
        if name in accept and "number" not in accept:
            message = f"{name} stands without number, expected number: 0.5 beside it: add it or remove {name}"
            faults.add(accept.key_place(name), message)


def _check_was(entry: Entry, faults: FaultList) -> None:
    note_id = entry.values.get("id")
    for old, place in entry.items("was"):
        if old == note_id:
            faults.add(place, f"was names the note's own id {note_id!r}, expected old ids: remove it")


def _choices(entry: Entry | None) -> Choices | None:
    return None if entry is None else Choices(entry.values["right"], entry.values["wrong"])


def _accept(entry: Entry | None) -> Accept | None:
    if entry is None:
        return None
    values: dict[str, Any] = dict(entry.values)
    return Accept(values.pop("text", ()), **values)


def _source(entry: Entry | str | None) -> Source | None:
    if entry is None:
        return None
    if isinstance(entry, str):
        return Source(entry)
    checked = entry.values.get("checked")
    return Source(entry.values["cite"], Checked(checked) if checked else None)
