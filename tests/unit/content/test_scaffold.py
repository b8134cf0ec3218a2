from __future__ import annotations

import json
from pathlib import Path

import pytest

from quizzer.content.deck_file import read_deck
from quizzer.content.scaffold import scaffold_deck
from quizzer.content.schema import deck_schema
from quizzer.core.note import NoteKind
from quizzer.errors import ContentError


def test_a_new_deck_loads_without_fault(tmp_path: Path) -> None:
    """The file has the schema comment, the title and two notes of different kinds."""
    path = scaffold_deck(tmp_path / "decks", "my-deck", 'A "title": yes')
    file = read_deck(path, is_shipped=False)
    assert path == tmp_path / "decks" / "my-deck.yaml"
    assert path.read_text(encoding="utf-8").startswith("# yaml-language-server: $schema=deck.schema.json\n")
    assert file.faults == ()
    assert file.deck is not None
    assert (file.deck.id, file.deck.title) == ("my-deck", 'A "title": yes')
    assert [note.kind for note in file.deck.notes] == [NoteKind.BASIC, NoteKind.CLOZE]


def test_the_schema_lies_beside_the_deck(tmp_path: Path) -> None:
    """A new deck writes the schema, in the place of an older one."""
    (tmp_path / "deck.schema.json").write_text("old", encoding="utf-8")
    scaffold_deck(tmp_path, "my-deck")
    assert json.loads((tmp_path / "deck.schema.json").read_text(encoding="utf-8")) == deck_schema()


@pytest.mark.parametrize("name", ["my-deck.yaml", "my-deck.yml"])
def test_a_deck_is_never_overwritten(tmp_path: Path, name: str) -> None:
    """A file of that name, with either ending, stays and is named."""
    (tmp_path / name).write_text("mine", encoding="utf-8")
    with pytest.raises(
        ContentError, match=r"^there is a deck 'my-deck' in .* already, expected a new name: "
    ):
        scaffold_deck(tmp_path, "my-deck")
    assert (tmp_path / name).read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("name", "step"),
    [
        ("My Deck", "try 'my-deck'"),
        ("../evil", "try 'evil'"),
        ("a--b", "try 'a-b'"),
        ("_draft", "try 'draft'"),
        ("μνήμη", "use Latin letters"),
        ("", "use Latin letters"),
        ("x" * 99, f"try '{'x' * 60}'"),
    ],
)
def test_a_name_that_is_none_gets_a_proposal(tmp_path: Path, name: str, step: str) -> None:
    """A name that is not kebab-case writes nothing and proposes the nearest that is."""
    with pytest.raises(ContentError) as refused:
        scaffold_deck(tmp_path / "decks", name)
    assert str(refused.value).endswith(f"expected lower-case letters, digits and single hyphens: {step}")
    assert not (tmp_path / "decks").exists()


@pytest.mark.parametrize("title", ["", " ", "a\nb", "a\x1bb", "x" * 501])
def test_a_title_that_is_none_is_refused(tmp_path: Path, title: str) -> None:
    """An empty, long or many-lined title writes nothing."""
    with pytest.raises(ContentError, match=r"is no title, expected one line of text: write another$"):
        scaffold_deck(tmp_path, "my-deck", title)
    assert list(tmp_path.glob("*.yaml")) == []


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    """A file in the place of the folder ends in a sentence."""
    (tmp_path / "decks").write_text("", encoding="utf-8")
    with pytest.raises(ContentError):
        scaffold_deck(tmp_path / "decks", "my-deck")
