"""The columns of a file: which field each holds, by their names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from quizzer.exchange.draft import FLAG_FIELDS, LIST_FIELDS, TEXT_FIELDS

IGNORED = "-"
"""The name of a column that is left out on purpose."""

OWN_DECK = "deck id"
"""The column of our own files with the deck's name in quizzer."""

CHOICES = "choices"
"""A column with the right answer on its first line and wrong ones below."""

GUID, NOTE_TYPE, DECK, TAGS = "guid", "note type", "deck", "tags"

KNOWN = (
    *TEXT_FIELDS,
    *LIST_FIELDS,
    *FLAG_FIELDS,
    "id",
    CHOICES,
    GUID,
    NOTE_TYPE,
    DECK,
    OWN_DECK,
    IGNORED,
)

_OTHER_NAMES = {
    "question": ("q", "front", "prompt", "term", "text"),
    "answer": ("a", "back", "definition", "back extra", "extra"),
    "right": ("right answer", "correct", "correct answer"),
    "wrong": ("wrong answers", "distractors", "incorrect"),
    "accept": ("accepted",),
    TAGS: ("tag",),
    "topics": ("topic",),
    "source": ("cite", "reference"),
    NOTE_TYPE: ("notetype", "type"),
    "reverse": ("reversed", "add reverse"),
    "id": ("key",),
}


def _plain(name: str) -> str:
    return " ".join(name.lower().replace("_", " ").split())


_BY_NAME = {other: name for name, others in _OTHER_NAMES.items() for other in others} | {
    _plain(name): name for name in KNOWN
}


def field_of(name: str) -> str:
    """Return the field that a column of that name holds, "" where there is none of ours."""
    return _BY_NAME.get(_plain(name), "")


def is_header_row(cells: Sequence[str]) -> bool:
    """Say whether a row names columns: one that asks something, alone or beside another known one."""
    fields = [field_of(cell) for cell in cells if cell.strip()]
    asks = {"question", "cloze"} & set(fields)
    return bool(asks) and (len(fields) == 1 or sum(map(bool, fields)) > 1)


def name_fields(names: Iterable[str]) -> tuple[str, ...]:
    """Return the field of each column, "" for none.

    A field stands in one column only: the one with its own name, else the first.
    """
    named = [(_plain(name), field_of(name)) for name in names]
    own = {field for name, field in named if name == _plain(field)}
    taken: set[str] = set()
    fields: list[str] = []
    for name, field in named:
        is_spare = field in taken or (field in own and name != _plain(field))
        fields.append("" if is_spare else field)
        if not is_spare and field != IGNORED:
            taken.add(field)
    return tuple(fields)
