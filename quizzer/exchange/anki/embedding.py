r"""A whole note as text for a field of Anki's, and back.

HTML says nothing of tolerances, of the author's Markdown or of old ids, so an export keeps the note itself in
a field that no template shows. The text is JSON of ASCII letters in which no string holds a tag, a brace or a
bracket as such, so that neither HTML nor Anki (`{{c1::`, `[sound:`, composed letters) finds anything in it.
What a note lacks is left out; `line` and `original` belong to the file that the note came from.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable
from json.encoder import encode_basestring_ascii

from quizzer.core.cloze import ClozeError, cloze_numbers
from quizzer.core.note import Note, NoteKind

VERSION = 1
"""Raised when a note of this version could be read as another; fields may be added without."""

LONGEST = 1_000_000
"""Characters of a text that is read at all."""

_MAX_TEXT = 100_000
_MAX_LINE = 500
_MAX_ITEMS = 100
_MAX_CLOZE_NUMBER = 499
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_SPECIAL = re.compile(r"[<>&'\[\]{}]")
_ESCAPES = {character: f"\\u{ord(character):04x}" for character in "<>&'[]{}"}
_LEFT_OUT = ("line", "original")


def embed_note(note: Note) -> str:
    """Return the note as text that can stand in HTML as it is."""
    import msgspec

    fields = {"quizzer": VERSION, **msgspec.to_builtins(note)}
    for name in _LEFT_OUT:
        del fields[name]
    return _write(fields)


def read_embedded(text: str) -> Note | None:
    """Return the note of the field `text`, None where it holds none that is sound."""
    import msgspec

    if not 2 < len(text) <= LONGEST:
        return None
    try:
        fields = msgspec.json.decode(html.unescape(text), type=dict[str, object])
        if fields.pop("quizzer", None) != VERSION:
            return None
        note = msgspec.convert({**fields, "line": 0, "original": ""}, Note)
        return note if _is_sound(note) else None
    except (msgspec.MsgspecError, ClozeError, ValueError, RecursionError):
        return None


def _write(value: object) -> str:
    """Return JSON without what is empty; only its own brackets and braces stand in it as such."""
    if isinstance(value, str):
        text = encode_basestring_ascii(value)
        if _SPECIAL.search(text):
            for character, escape in _ESCAPES.items():
                text = text.replace(character, escape)
        return text
    if isinstance(value, dict):
        members = [f'"{name}":{_write(each)}' for name, each in value.items() if each]
        return f"{{{','.join(members)}}}"
    if isinstance(value, (list, tuple)):
        return f"[{','.join(map(_write, value))}]"
    return json.dumps(value)


def _is_sound(note: Note) -> bool:
    """Say whether the note could stand in a deck."""
    ids = (note.id, *note.topics, *note.was, *filter(None, (note.kata, note.wants_kata)))
    if note.id == "kata" or not all(len(name) <= 100 and _ID.fullmatch(name) for name in ids):
        return False
    lists = (note.topics, note.was, note.tags, note.points)
    if any(len(items) > _MAX_ITEMS or len(set(items)) < len(items) for items in lists):
        return False
    texts = (note.question, note.answer, note.pitfall, *note.points)
    return _fit(texts, _MAX_TEXT) and _fit(note.tags, _MAX_LINE) and _is_its_kind(note)


def _fit(texts: Iterable[str], most: int) -> bool:
    return all(len(text) <= most for text in texts)


def _is_its_kind(note: Note) -> bool:
    if not note.question.strip() or (note.reverse and note.kind is not NoteKind.BASIC):
        return False
    if (note.choices is not None) != (note.kind is NoteKind.CHOICES):
        return False
    if (note.accept is not None) != (note.kind is NoteKind.ACCEPT):
        return False
    if note.kind is NoteKind.CLOZE:
        numbers = cloze_numbers(note.question)
        return bool(numbers) and numbers[-1] <= _MAX_CLOZE_NUMBER
    if note.choices is not None:
        choices = (note.choices.right, *note.choices.wrong)
        return 2 <= len(choices) <= 9 and _fit(choices, _MAX_TEXT) and note.choices.right not in choices[1:]
    if note.accept is not None:
        accept = note.accept
        given = [bool(accept.texts), bool(accept.regex), bool(accept.number)]
        lines = (*accept.texts, accept.regex, accept.number, accept.unit, accept.tolerance)
        return sum(given) == 1 and len(accept.texts) <= _MAX_ITEMS and _fit(lines, 2 * _MAX_LINE)
    return bool(note.answer.strip())
