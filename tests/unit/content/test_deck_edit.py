"""Notes put into deck files: whatever the layout, the rest of the file stays byte by byte."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzer.content.deck_edit import put_notes, start_deck
from quizzer.content.deck_file import parse_deck
from quizzer.core.deck import Deck
from quizzer.core.note import Note, NoteKind
from quizzer.errors import ContentError
from tests.made_notes import as_text, lines, notes, texts

PATH = Path("words.yaml")
NEW = Note("new", NoteKind.BASIC, "N", "n")


def read(data: bytes) -> list[Note]:
    """Return the notes of a deck without fault."""
    file = parse_deck(data, "words.yaml", is_shipped=False)
    assert file.faults == ()
    assert file.deck is not None
    return [replace(note, line=0) for note in file.deck.notes]


@given(
    st.lists(notes(), unique_by=lambda note: note.id, min_size=1, max_size=5),
    st.data(),
    st.builds(Deck, st.just("words"), lines(), st.just(""), description=texts().map(as_text)),
)
def test_notes_are_added_and_changed(several: list[Note], data: st.DataObject, deck: Deck) -> None:
    """A new file takes notes of every kind; each can be replaced by any other, and the others stay."""
    start = start_deck(deck, "Mine.", has_title=True).encode()
    written = put_notes(start, PATH, {}, several).data
    assert read(written) == several
    which = data.draw(st.integers(0, len(several) - 1))
    other = replace(data.draw(notes()), id=several[which].id, was=())
    again = put_notes(written, PATH, {several[which].id: other}, []).data
    assert read(again) == [*several[:which], other, *several[which + 1 :]]


LAYOUTS = {
    "block": (
        "deck: d\nnotes:\n- id: a\n  q: A\n  a: |\n    x\n\n    y\n\n# between\n\n"
        "- id: b\n  q: B\n  a: b\n# end\n"
    ),
    "deep": (
        "deck: d\nnotes:\n      -   id: a\n          q: A\n          a: x\n      -   {id: b, q: B, a: b}\n"
    ),
    "fields behind": "notes:\n  - id: a\n    q: A\n    a: x\n  - id: b\n    q: B\n    a: b\ndeck: d\n",
    "crlf": "deck: d\r\nnotes:\r\n  - id: a\r\n    q: A\r\n    a: x\r\n  - id: b\r\n    q: B\r\n    a: b\r\n",
    "no line end": "deck: d\nnotes:\n  - id: a\n    q: A\n    a: x\n  - id: b\n    q: B\n    a: b",
    "bom": "\ufeffdeck: d\nnotes:\n  - id: a\n    q: A\n    a: x\n  - id: b\n    q: B\n    a: b\n",
    "dash alone": "deck: d\nnotes:\n  -\n    id: a\n    q: A\n    a: x\n  -\n    id: b\n    q: B\n    a: b\n",
}


@pytest.mark.parametrize("text", LAYOUTS.values(), ids=LAYOUTS)
def test_any_layout_is_kept(text: str) -> None:
    """A note is replaced and one added; what stands around them is as it was."""
    before = read(text.encode())
    changed = Note("a", NoteKind.BASIC, "Z", "z\nz")
    after = put_notes(text.encode(), PATH, {"a": changed}, [NEW]).data
    assert read(after) == [changed, before[1], NEW]
    shown = after.decode()
    assert [line for line in text.splitlines() if "b" in line or "#" in line or "deck" in line] == [
        line for line in shown.splitlines() if "b" in line or "#" in line or "deck" in line
    ]
    assert shown.count("\r") == (shown.count("\n") if "\r" in text else 0)
    assert shown.startswith("\ufeff") == text.startswith("\ufeff")


@pytest.mark.parametrize(
    "text",
    [
        "deck: d\nnotes: [{id: a, q: A, a: x}]\n",
        "deck: d\nnotes:\n  - id: a\n    q: 'A\n",
        "deck: d\n",
        "just text\n",
        "deck: d\nnotes:\n  - id: a\n    q: A\n    a: \x00\n",
    ],
)
def test_what_cannot_be_changed_is_left(text: str) -> None:
    """A file whose notes stand in brackets, or with faults of syntax, is refused with what to do."""
    with pytest.raises(ContentError, match=r"words.yaml: notes cannot be put .* 'quizzer deck lint'"):
        put_notes(text.encode(), PATH, {}, [NEW])


def test_a_faulty_note_of_the_learners_is_left_as_it_is() -> None:
    """A fault that is no syntax costs only its own note: others are added beside it."""
    text = "deck: d\nnotes:\n  - id: a\n    q: A\n    aa: x\n"
    after = put_notes(text.encode(), PATH, {}, [NEW]).data.decode()
    assert after.startswith(text)
    assert "id: new" in after
