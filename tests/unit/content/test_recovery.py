"""A note that breaks the file's syntax costs only itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzer.content.deck_file import parse_deck
from quizzer.content.parsed import DeckFile

TWENTY = (Path(__file__).parent / "data" / "twenty_faults.yaml").read_bytes()
HEAD = "deck: d\ntitle: T\nnotes:\n"
BREAKERS = [
    b"q: @foo",
    b"q: a: b",
    b"q: **bold** x",
    b"q: `x` y",
    b'q: "open',
    b"\tq: x",
    b"q: [a",
    b"q: |\n     a\nlost indentation",
    b"q: a\x07b",
    b"q: a\x00b",
    b"q: a\xc2\x85b",
    b"q: a\xe2\x80\xa8b",
    b"q: a\xffb",
]


def parse(text: str) -> DeckFile:
    """Read the text of a learner's deck."""
    return parse_deck(text.encode(), "x", is_shipped=False)


def ids(file: DeckFile) -> list[str]:
    """Return the ids of the notes that loaded."""
    return [note.id for note in file.deck.notes] if file.deck else []


@pytest.mark.parametrize("breaker", BREAKERS, ids=range(len(BREAKERS)))
@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"], ids=["unix", "windows"])
def test_a_broken_note_hides_no_other_fault(breaker: bytes, line_end: bytes) -> None:
    """All faults of the other notes stay at their places, one comes for the note, the rest loads."""
    added = b"\n  - id: bad\n    " + breaker + b"\n    a: A\n  - id: after\n    q: Q\n    a: A\n"
    before = parse_deck(TWENTY.replace(b"\n", line_end), "x", is_shipped=False)
    after = parse_deck((TWENTY + added).replace(b"\n", line_end), "x", is_shipped=False)
    new = [fault for fault in after.faults if fault not in before.faults]
    assert set(before.faults) <= set(after.faults)
    assert len(new) == 1
    assert 40 <= new[0].line <= 43
    assert ids(after) == ["sound", "after"]
    assert "bad" in after.faulty_ids


def test_a_note_at_another_indentation_is_told() -> None:
    """A dash beside the others' column is a fault of its own and costs its note only."""
    file = parse(
        HEAD + "  - {id: one, q: Q, a: A}\n   - {id: two, q: Q, a: A}\n - {id: three, q: Q, a: A}\n"
        "  - {id: four, q: Q, a: A}\n"
    )
    assert ids(file) == ["one", "four"]
    assert [(fault.line, fault.column) for fault in file.faults] == [(5, 4), (6, 2)]
    assert "column 4, expected column 3" in file.faults[0].message


def test_fields_after_the_notes_and_a_broken_field_are_read() -> None:
    """Fields before and behind broken notes count, and one that is broken costs only itself."""
    file = parse("deck: d\ntags: [x\nnotes:\n- {id: one, q: Q, a: A}\n- q: @x\ntitle: T\ndeck: e\n")
    assert file.deck is not None
    assert (file.deck.id, file.deck.title, ids(file)) == ("d", "T", ["one"])
    assert [fault.line for fault in file.faults] == [2, 5, 7]


def test_what_breaks_a_file_between_its_parts_is_told() -> None:
    """A text between 'notes:' and the first note is a fault, though each part can be read."""
    file = parse("deck: d\nnotes:\n  text\n  - {id: one, q: Q, a: A}\n")
    assert file.faults


def test_damage_outside_the_notes_costs_no_note() -> None:
    """A control character in the head or a comment is a fault, and all notes load."""
    file = parse(
        "deck: d\ntitle: a\x07b\nnotes:\n  - {id: one, q: Q, a: A} # \x07\n  - {id: two, q: Q, a: A}\n"
    )
    assert ids(file) == ["one", "two"]
    assert [(fault.line, fault.column) for fault in file.faults] == [(2, 9), (4, 29)]


def test_ids_that_did_not_load_are_known() -> None:
    """Ids of faulty and broken notes are given, those of a file without a name or in UTF-16, too."""
    assert parse(HEAD + "  - {id: one, q: Q}\n  - id: two\n    q: @\n").faulty_ids == ("one", "two")
    assert parse("deck: D\nnotes: [{id: one, q: Q, a: A}]\n").faulty_ids == ("one",)
    assert parse("deck: d\nnotes: [{id: one, q: @}]\n").faulty_ids == ("one",)
    utf_16 = "deck: d\nnotes: [{id: one, q: Q, a: A}]\n".encode("utf-16")
    assert parse_deck(utf_16, "x", is_shipped=False).faulty_ids == ("one",)


@given(st.lists(st.sampled_from([b"q: Q", *BREAKERS]), min_size=1, max_size=8))
def test_exactly_the_broken_notes_are_lost(bodies: list[bytes]) -> None:
    """Whatever notes break and where, the others load and each broken one has a fault."""
    notes = [b"  - id: n%d\n    %b\n    a: A\n" % (number, body) for number, body in enumerate(bodies)]
    file = parse_deck(HEAD.encode() + b"".join(notes), "x", is_shipped=False)
    sound = [f"n{number}" for number, body in enumerate(bodies) if body == b"q: Q"]
    assert ids(file) == sound
    assert len(file.faults) == len(bodies) - len(sound)
