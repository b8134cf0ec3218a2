from __future__ import annotations

from pathlib import Path

import pytest

from quizzer.content.deck_file import read_deck
from quizzer.content.note_copy import copy_note, hash_source, read_source
from quizzer.core.note import Note
from quizzer.errors import ContentError

SHIPPED = """\
deck: attention
notes:
  # --- first ---
  - id: one
    level: mid
    topics: [t]
    q: What is one?
    a: |
      Code:

          # no comment
          x = 1
    source: {cite: A book, checked: recalled}

  # --- second ---
  - id: two
    level: mid
    topics: [t]
    q: 'What: two?'
    choices: {right: a, wrong: [b]}
    source: {cite: A book, checked: recalled}
"""


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    """A shipped deck of two notes."""
    path = tmp_path / "shipped.yaml"
    path.write_text(SHIPPED, encoding="utf-8")
    return path


def notes_of(path: Path, *, is_shipped: bool) -> dict[str, Note]:
    """Return the notes of a deck file by id; it must have no fault."""
    file = read_deck(path, is_shipped=is_shipped)
    assert file.deck is not None
    assert file.faults == ()
    return {note.id: note for note in file.deck.notes}


def same(copy: Note, note: Note) -> bool:
    """Say whether both ask and answer the same."""
    return (copy.question, copy.answer, copy.choices, copy.source) == (
        note.question,
        note.answer,
        note.choices,
        note.source,
    )


def test_a_copy_is_the_same_note_with_the_hash_of_its_original(shipped: Path, tmp_path: Path) -> None:
    """The learner's file is made, with its schema; the note reads as before and names its original."""
    notes = notes_of(shipped, is_shipped=True)
    path = copy_note(notes["one"], "attention", shipped, tmp_path / "decks").path
    copied = notes_of(path, is_shipped=False)
    assert path == tmp_path / "decks" / "attention.yaml"
    assert (tmp_path / "decks" / "deck.schema.json").exists()
    assert same(copied["one"], notes["one"])
    source = read_source(shipped, "one")
    assert source is not None
    assert "second" not in source
    assert copied["one"].original == hash_source(source)


def test_a_second_copy_goes_behind_what_the_learner_wrote(shipped: Path, tmp_path: Path) -> None:
    """A file of another name and indentation, with comments and a field behind its notes, stays as it is."""
    own = tmp_path / "decks" / "mine.yaml"
    own.parent.mkdir()
    before = "deck: attention\nnotes:\n- id: own  # mine\n  q: Q\n  a: A\n\n# the end\ntags: [x]\n"
    own.write_text(before, encoding="utf-8")
    notes = notes_of(shipped, is_shipped=True)
    assert copy_note(notes["two"], "attention", shipped, own.parent).path == own
    copied = notes_of(own, is_shipped=False)
    assert list(copied) == ["own", "two"]
    assert same(copied["two"], notes["two"])
    text = own.read_text(encoding="utf-8")
    assert text.startswith("deck: attention\nnotes:\n- id: own  # mine\n  q: Q\n  a: A\n\n- original: ")
    assert text.endswith("# the end\ntags: [x]\n")


def test_a_file_that_cannot_take_the_note_is_left_alone(shipped: Path, tmp_path: Path) -> None:
    """Where the notes are written in brackets nothing is written, and the error says what to do."""
    own = tmp_path / "decks" / "attention.yaml"
    own.parent.mkdir()
    before = "deck: attention\nnotes: [{id: own, q: Q, a: A}]\n"
    own.write_text(before, encoding="utf-8")
    with pytest.raises(ContentError, match="copy the note there by hand"):
        copy_note(notes_of(shipped, is_shipped=True)["one"], "attention", shipped, own.parent)
    assert own.read_text(encoding="utf-8") == before


def test_another_wording_has_another_hash(shipped: Path) -> None:
    """A change in the note changes its hash; one in the note beside it does not."""
    before = [hash_source(read_source(shipped, name) or "") for name in ("one", "two")]
    shipped.write_text(SHIPPED.replace("x = 1", "x = 2"), encoding="utf-8")
    after = [hash_source(read_source(shipped, name) or "") for name in ("one", "two")]
    assert (before[0] == after[0], before[1] == after[1]) == (False, True)
