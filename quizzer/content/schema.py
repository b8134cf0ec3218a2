"""The JSON Schema of a deck file, for completion and checks in editors; it follows `fields.py`."""

from __future__ import annotations

from typing import Any

from quizzer.content.fields import DECK, KINDS
from quizzer.content.shapes import (
    ID_PATTERN,
    MAX_ID,
    MAX_LINE,
    MAX_REGEX,
    MAX_TEXT,
    NUMBER_PATTERN,
    TOLERANCE_PATTERN,
    Field,
    Flag,
    Id,
    Line,
    ListOf,
    MapOf,
    Need,
    Number,
    Record,
    Regex,
    Shape,
    Text,
    Word,
)
from quizzer.core.note import NoteKind

Schema = dict[str, Any]
# An editor resolves `no` and `12:30` before it looks at the schema; a deck takes them as text.
SCALARS = ["string", "number", "boolean"]


def deck_schema() -> Schema:
    """Return the schema of a learner's deck file."""
    schema = _record(DECK)
    note = schema["properties"]["notes"]["items"]
    note["oneOf"] = [_kind(kind.kind, kind.needs) for kind in KINDS]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A quizzer deck",
        "description": "Notes on one topic, authored in one file.",
        **schema,
    }


def _kind(kind: NoteKind, needs: tuple[str, ...]) -> Schema:
    markers = [other.marker for other in KINDS[:-1] if other.kind is not kind]
    excluded = [*markers, *(["q"] if kind is NoteKind.CLOZE else [])]
    if kind is not NoteKind.BASIC:
        excluded.append("reverse")
    return {
        "title": kind.value,
        "required": list(needs),
        "not": {"anyOf": [{"required": [name]} for name in excluded]},
    }


def _record(record: Record) -> Schema:
    return {
        "type": "object",
        "properties": {field.name: _field(field) for field in record.fields},
        "required": [field.name for field in record.fields if field.need is Need.ALWAYS],
        "additionalProperties": False,
    }


def _field(field: Field) -> Schema:
    return {"title": field.name, "description": field.description, **_shape(field.shape)}


def _shape(shape: Shape) -> Schema:
    match shape:
        case Record():
            record = _record(shape)
            return {"anyOf": [{"type": SCALARS}, record]} if shape.short else record
        case ListOf():
            return _list(shape)
        case MapOf():
            return {
                "type": "object",
                "additionalProperties": {"type": "string", "pattern": f"^{ID_PATTERN}$"},
            }
        case _:
            return _scalar(shape)


def _list(shape: ListOf) -> Schema:
    schema: Schema = {"type": "array", "items": _shape(shape.item), "minItems": shape.at_least}
    if shape.at_most is not None:
        schema["maxItems"] = shape.at_most
    if not isinstance(shape.item, Record):
        schema["uniqueItems"] = True
    return schema


def _scalar(shape: Shape) -> Schema:
    match shape:
        case Text():
            return {"type": SCALARS, "minLength": 1, "maxLength": MAX_TEXT}
        case Line():
            return {"type": SCALARS, "minLength": 1, "maxLength": MAX_LINE}
        case Id():
            schema: Schema = {"type": SCALARS, "pattern": f"^{ID_PATTERN}$", "maxLength": MAX_ID}
            return {**schema, "not": {"enum": list(shape.reserved)}} if shape.reserved else schema
        case Word():
            return {"enum": list(shape.words)}
        case Flag():
            return {"type": "boolean"}
        case Number():
            pattern = TOLERANCE_PATTERN if shape.is_tolerance else NUMBER_PATTERN
            return {"type": ["string", "number"], "pattern": f"^({pattern})$", "maxLength": MAX_LINE}
        case Regex():
            return {"type": SCALARS, "minLength": 1, "maxLength": MAX_REGEX}
    raise AssertionError(shape)
