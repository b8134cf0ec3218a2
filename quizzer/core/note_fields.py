"""A note as the fields that a deck file has for it: what is written to files and exports."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from quizzer.core.note import Accept, Choices, Note, NoteKind, Source

# All that some editor or program takes for the end of a line; in a deck it is one line feed.
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")


def fields_of(note: Note) -> dict[str, Any]:
    """Return the note's fields by their names in a deck file, in the order in which they are written.

    What a file would leave out is not there.
    """
    is_cloze = note.kind is NoteKind.CLOZE
    fields = {
        "id": note.id,
        "original": note.original,
        "was": list(note.was),
        "level": note.level.value if note.level else "",
        "topics": list(note.topics),
        "tags": list(note.tags),
        "cloze" if is_cloze else "q": note.question,
        "choices": _choices(note.choices),
        "accept": _accept(note.accept),
        "a": note.answer,
        "reverse": note.reverse,
        "points": list(note.points),
        "pitfall": note.pitfall,
        "source": _source(note.source),
        "kata": note.kata,
        "wants_kata": note.wants_kata,
    }
    return {name: value for name, value in fields.items() if value}


def as_stored(note: Note) -> Note:
    """Return the note as a deck file gives it back: line ends alike, no space at the end of a text.

    Its place in a file and what it is a copy of are no content and left out.
    """
    return replace(
        note,
        question=stored_text(note.question),
        answer=stored_text(note.answer),
        choices=note.choices
        and Choices(
            stored_text(note.choices.right), tuple(stored_text(wrong) for wrong in note.choices.wrong)
        ),
        accept=note.accept and _stored_accept(note.accept),
        tags=tuple(dict.fromkeys(tag for tag in map(_line, note.tags) if tag)),
        points=tuple(dict.fromkeys(point for point in map(stored_text, note.points) if point)),
        pitfall=stored_text(note.pitfall),
        source=note.source and Source(stored_text(note.source.cite), note.source.checked),
        line=0,
        original="",
    )


def stored_text(text: str) -> str:
    """Return a text as a deck file gives it back: line ends alike, no space at its end."""
    # A first line that is blank, spaces and all, cannot stand in a block of YAML.
    return re.sub(r"\A(?:[ \t]*\n)+", "", _LINE_ENDS.sub("\n", text)).rstrip()


def _line(text: str) -> str:
    return text.strip()


def _stored_accept(accept: Accept) -> Accept:
    return Accept(
        tuple(dict.fromkeys(text for text in map(_line, accept.texts) if text)),
        *map(_line, (accept.regex, accept.number, accept.unit, accept.tolerance)),
    )


def _choices(choices: Choices | None) -> dict[str, Any] | None:
    return None if choices is None else {"right": choices.right, "wrong": list(choices.wrong)}


def _accept(accept: Accept | None) -> dict[str, Any] | None:
    if accept is None:
        return None
    fields = {
        "text": list(accept.texts),
        "regex": accept.regex,
        "number": accept.number,
        "unit": accept.unit,
        "tolerance": accept.tolerance,
    }
    return {name: value for name, value in fields.items() if value}


def _source(source: Source | None) -> dict[str, Any] | None:
    if source is None:
        return None
    checked = {"checked": source.checked.value} if source.checked else {}
    return {"cite": source.cite, **checked}
