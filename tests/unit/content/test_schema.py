from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from quizzer.content.fields import ACCEPT, CHOICES, DECK, KINDS, NOTE, SOURCE
from quizzer.content.schema import deck_schema
from quizzer.content.shapes import Need, Record

NOTE_SCHEMA = deck_schema()["properties"]["notes"]["items"]


@pytest.mark.parametrize(
    ("schema", "record"),
    [
        (deck_schema(), DECK),
        (NOTE_SCHEMA, NOTE),
        (NOTE_SCHEMA["properties"]["choices"], CHOICES),
        (NOTE_SCHEMA["properties"]["accept"], ACCEPT),
        (NOTE_SCHEMA["properties"]["source"]["anyOf"][1], SOURCE),
    ],
    ids=["deck", "note", "choices", "accept", "source"],
)
def test_the_schema_has_the_declared_fields(schema: dict[str, Any], record: Record) -> None:
    """Fields, descriptions and needs are those of the declaration, and no other field is allowed."""
    assert {name: field["description"] for name, field in schema["properties"].items()} == {
        field.name: field.description for field in record.fields
    }
    assert schema["required"] == [field.name for field in record.fields if field.need is Need.ALWAYS]
    assert schema["additionalProperties"] is False


def test_each_kind_of_note_is_one_alternative() -> None:
    """The alternatives of a note demand what the kinds need and exclude each other."""
    assert [(kind["title"], tuple(kind["required"])) for kind in NOTE_SCHEMA["oneOf"]] == [
        (kind.kind.value, kind.needs) for kind in KINDS
    ]
    excluded = [
        {name for part in kind["not"]["anyOf"] for name in part["required"]} for kind in NOTE_SCHEMA["oneOf"]
    ]
    assert excluded == [
        {"choices", "accept", "q", "reverse"},
        {"cloze", "accept", "reverse"},
        {"cloze", "choices", "reverse"},
        {"cloze", "choices", "accept"},
    ]


def test_the_schema_is_of_the_present_draft() -> None:
    """The schema names its draft and has a title and a description."""
    schema = deck_schema()
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["title"]
    assert schema["description"]


def _patterns(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        yield from (value for key, value in schema.items() if key == "pattern" and isinstance(value, str))
        for value in schema.values():
            yield from _patterns(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _patterns(value)


def test_patterns_match_from_start_to_end() -> None:
    """Each pattern compiles and is anchored, as JSON Schema searches instead of matching."""
    patterns = set(_patterns(deck_schema()))
    assert len(patterns) == 3
    for pattern in patterns:
        assert re.compile(pattern)
        assert pattern.startswith("^")
        assert pattern.endswith("$")
