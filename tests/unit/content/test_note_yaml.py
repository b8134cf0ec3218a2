"""Notes as YAML: what is written is read as the same note."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import example, given

from quizzer.content.deck_file import parse_deck
from quizzer.content.note_yaml import hash_note, write_note
from quizzer.core.note import Accept, Choices, Note, NoteKind, Source
from quizzer.core.note_fields import as_stored
from tests.made_notes import notes


def read_back(note: Note) -> Note:
    """Return what the loader makes of a note that was written; it must find no fault."""
    lines = write_note(note).split("\n")
    item = "\n".join("    " + line if line else line for line in lines)
    file = parse_deck(f"deck: x\nnotes:\n  -\n{item}\n".encode(), "x.yaml", is_shipped=False)
    assert file.faults == (), item
    assert file.deck is not None
    (read,) = file.deck.notes
    return replace(read, line=0)


@given(notes())
@example(Note("x", NoteKind.BASIC, "no", "12:30"))
@example(Note("x", NoteKind.BASIC, "~", "null", reverse=True))
@example(Note("x", NoteKind.BASIC, "a: b", "a #b\nc"))
@example(Note("x", NoteKind.BASIC, "- a", "  a\n b"))
@example(Note("x", NoteKind.BASIC, "\ta", "\ta\n\n   \nb\t c"))
@example(Note("x", NoteKind.BASIC, "a:", "\ufeffa\nb"))
@example(Note("x", NoteKind.BASIC, "---", "...\n---\n# a"))
@example(Note("x", NoteKind.BASIC, "`a`", "%b", tags=("1", "a, b", "a: b", "[c]", "'d", "true")))
@example(Note("x", NoteKind.BASIC, "a" * 200 + ": b", "\\n"))
@example(Note("x", NoteKind.CHOICES, "Q", choices=Choices("a\nb", ("[x]", "{y}"))))
@example(Note("x", NoteKind.ACCEPT, "Q", accept=Accept(number="+.5e3", unit="MiB", tolerance="1.%")))
@example(Note("x", NoteKind.BASIC, "Q", "A", source=Source("# a"), points=("- a", "b\n\nc", "*d*")))
@example(Note("x", NoteKind.BASIC, "\U0001f600 日本語", "&a *b !c |d >e @f"))
def test_a_written_note_is_read_as_it_was(note: Note) -> None:
    """Every kind of note, with every text, survives being written and read."""
    assert read_back(note) == note


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("a\r\nb\rc", "a\nb\nc"),
        ("\n \n  a \n", "  a"),
        ("a\u2028b\u0085c", "a\nb\nc"),
    ],
)
def test_a_text_is_stored_as_a_file_holds_it(text: str, stored: str) -> None:
    """Line ends of all systems become one, and space that no file keeps is gone before it is compared."""
    assert as_stored(Note("x", NoteKind.BASIC, text, "A")).question == stored


def test_the_hash_is_of_the_content() -> None:
    """Another id, place or line end is the same content; another word is not."""
    note = Note("x", NoteKind.BASIC, "Q\nq", "A")
    same = replace(note, id="y", question="Q\r\nq ", line=7, original="abc", was=("z",))
    assert hash_note(same) == hash_note(note)
    assert hash_note(replace(note, answer="B")) != hash_note(note)
