from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzer.core.note import Accept, Checked, Choices, Level, Note, NoteKind, Source
from quizzer.exchange.anki.embedding import LONGEST, embed_note, read_embedded

texts = st.text(
    st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30
).filter(str.strip)  # fmt: skip
ids = st.from_regex(r"[a-z0-9]{1,5}(-[a-z0-9]{1,5}){0,2}", fullmatch=True).filter(lambda name: name != "kata")
lists = st.lists(texts, max_size=3, unique=True).map(tuple)
id_lists = st.lists(ids, max_size=3, unique=True).map(tuple)
accepts = st.one_of(
    st.builds(Accept, texts=st.lists(texts, min_size=1, max_size=3).map(tuple)),
    st.builds(Accept, regex=texts),
    st.builds(Accept, number=st.just("0.50"), unit=texts, tolerance=st.sampled_from(["", "1%", "0.05"])),
)
choices = st.lists(texts, min_size=2, max_size=5, unique=True).map(
    lambda each: Choices(each[0], tuple(each[1:]))
)
kinds = st.one_of(
    st.fixed_dictionaries(
        {"kind": st.just(NoteKind.BASIC), "question": texts, "answer": texts, "reverse": st.booleans()}
    ),
    st.fixed_dictionaries(
        {"kind": st.just(NoteKind.CLOZE), "question": texts.map(lambda text: f"{{{{c1::$x_{{a}}$}}}} {text}")}
    ).filter(lambda fields: "{" not in str(fields["question"])[18:]),
    st.fixed_dictionaries({"kind": st.just(NoteKind.CHOICES), "question": texts, "choices": choices}),
    st.fixed_dictionaries({"kind": st.just(NoteKind.ACCEPT), "question": texts, "accept": accepts}),
)
extras = st.fixed_dictionaries(
    {
        "id": ids,
        "level": st.sampled_from([None, *Level]),
        "topics": id_lists,
        "tags": lists,
        "points": lists,
        "pitfall": st.one_of(st.just(""), texts),
        "source": st.one_of(
            st.none(), st.builds(Source, cite=texts, checked=st.sampled_from([None, *Checked]))
        ),
        "kata": st.one_of(st.just(""), ids),
        "was": id_lists,
    }
)
notes = st.builds(lambda kind, extra: Note(**kind, **extra), kinds, extras)
BASIC = Note("x", NoteKind.BASIC, "q", "a")


@given(notes)
def test_a_note_comes_back_as_it_was(note: Note) -> None:
    """Whatever a note holds is in its text, and nothing in the text is a command to HTML or to Anki."""
    text = embed_note(note)
    assert read_embedded(text) == note
    assert text.isascii()
    assert not re.search(r"[<>&']|\{\{|\[\[|\[[a-z$/]", text)


@given(notes)
def test_the_text_is_the_json_that_the_standard_library_writes(note: Note) -> None:
    """What could be a tag or a bracket is a number, in strings alone; what is empty is left out."""
    fields = msgspec.to_builtins(note)
    del fields["line"], fields["original"]
    text = json.dumps({"quizzer": 1, **without_empty(fields)}, separators=(",", ":"))
    special = {ord(character): f"\\u{ord(character):04x}" for character in "<>&'[]{}"}
    assert embed_note(note) == re.sub(r'"(?:[^"\\]|\\.)*"', lambda string: string[0].translate(special), text)


def without_empty(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields that say something."""
    return {
        name: without_empty(value) if isinstance(value, dict) else value
        for name, value in fields.items()
        if value
    }


def test_what_belongs_to_a_file_stays_there() -> None:
    """A line number or the hash of an original would say nothing in another place."""
    assert read_embedded(embed_note(replace(BASIC, line=7, original="abc"))) == BASIC
    assert embed_note(BASIC) == '{"quizzer":1,"id":"x","kind":"basic","question":"q","answer":"a"}'


def test_a_field_that_went_through_an_editor_is_read() -> None:
    """Editors write quotes as entities."""
    assert read_embedded(embed_note(BASIC).replace('"', "&quot;")) == BASIC


def test_a_field_of_a_later_version_is_read_or_left() -> None:
    """Fields that were added are passed over; another version is not guessed at."""
    fields = json.loads(embed_note(BASIC))
    assert read_embedded(json.dumps({**fields, "mood": [1]})) == BASIC
    assert read_embedded(json.dumps({**fields, "quizzer": 2})) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "a/b"},
        {"id": "kata"},
        {"id": 3},
        {"id": "a" * 101},
        {"kind": "essay"},
        {"answer": " "},
        {"question": ""},
        {"question": "x" * 100_001},
        {"level": "junior"},
        {"topics": ["Not An Id"]},
        {"tags": ["t", "t"]},
        {"tags": ["t" * 501]},
        {"points": [str(number) for number in range(101)]},
        {"kind": "cloze"},
        {"kind": "cloze", "question": "{{c1::never closed"},
        {"kind": "cloze", "question": "{{c500::x}}"},
        {"kind": "cloze", "question": "{{c" + "9" * 5_000 + "::x}}"},
        {"kind": "choices"},
        {"kind": "choices", "choices": {"right": "r", "wrong": []}},
        {"kind": "choices", "choices": {"right": "r", "wrong": ["r"]}},
        {"kind": "accept", "accept": {}},
        {"kind": "accept", "accept": {"number": "1", "regex": "1"}},
        {"accept": {"number": "1"}},
        {"kind": "accept", "accept": {"number": "1"}, "reverse": True},
    ],
)
def test_a_note_that_could_stand_in_no_deck_is_none(changes: dict[str, object]) -> None:
    """The field is a stranger's to write, so it is held to the rules of a deck."""
    assert read_embedded(json.dumps({**json.loads(embed_note(BASIC)), **changes})) is None


@pytest.mark.parametrize("text", ["", "{}", "null", "[]", '"x"', "{", "[" * 100_000, " " * (LONGEST + 1)])
def test_what_is_no_note_is_none(text: str) -> None:
    """No text, however broken, deep or long, is an error."""
    assert read_embedded(text) is None
