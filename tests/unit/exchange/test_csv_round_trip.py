from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzer.core.deck import Deck
from quizzer.core.note import Note, NoteKind
from quizzer.exchange.csv_files.reading import read_csv
from quizzer.exchange.csv_files.writing import ANKI_COLUMNS, OWN_COLUMNS, write_csv
from quizzer.exchange.list_cell import read_list, write_list
from tests.made_notes import lines, texts
from tests.unit.exchange.generated import NOTE_LISTS, TEXT_LISTS

NOTE = Note("n", NoteKind.BASIC, "Q", "A")


@given(NOTE_LISTS)
def test_what_is_written_comes_back(notes: tuple[Note, ...]) -> None:
    """Notes of every kind and field come back from their rows as they were, with their deck."""
    deck = Deck("some-deck", "Some deck", "some-deck.yaml", notes)
    for separator in ("comma", "tab"):
        text = write_csv([deck], {}, [note.id for note in notes], separator)
        incoming = read_csv(text.encode(), "q.csv")
        assert incoming.refused == ()
        assert tuple(each.note for each in incoming.notes) == notes
        assert {each.deck for each in incoming.notes} == {("some-deck",)}


@given(TEXT_LISTS)
def test_a_list_comes_back_from_its_cell(items: tuple[str, ...]) -> None:
    """Items with lines, brackets and quotes of their own stay the items that they are."""
    assert read_list(write_list(items)) == items


@pytest.mark.parametrize(
    "items", [(), ("a", "b"), ("[a]",), ('["a"]',), ("a\nb", "c"), ("  a", "b"), ('["a", "b"]', "c")]
)
def test_lists_that_look_like_others(items: tuple[str, ...]) -> None:
    """An item that is a list itself, or has lines of its own, is one item."""
    assert read_list(write_list(items)) == items


@pytest.mark.parametrize("title", ["Recurrent: networks", "NLP::Recurrent::networks"])
def test_a_deck_comes_back_with_its_name_and_title(title: str) -> None:
    """Two decks of one title, which Anki cannot have, are two decks again, with their places in a tree."""
    decks = [Deck(name, title, f"{name}.yaml", (replace(NOTE, id=name),)) for name in ("rnn", "x")]
    incoming = read_csv(write_csv(decks, {}, ["rnn", "x"]).encode(), "q.csv")
    assert [each.deck for each in incoming.notes] == [("rnn",), ("x",)]
    assert [(deck.path, deck.id, deck.title) for deck in incoming.decks] == [
        (("rnn",), "rnn", title),
        (("x",), "x", title),
    ]


@given(lines(), st.just("") | texts(), st.lists(lines(), max_size=3), st.sampled_from(["comma", "tab"]))
def test_what_a_deck_says_of_itself_comes_back(
    title: str, description: str, tags: list[str], separator: str
) -> None:
    """Title, description and tags are in the header whatever stands in them, after a spreadsheet too."""
    deck = Deck("d", title, "d.yaml", (NOTE,), description, tuple(tags))
    text = write_csv([deck], {}, ["n"], separator)
    widened = [f"{line},,;" if line.startswith("#quizzer deck") else line for line in text.split("\n")]
    (found,) = read_csv("\n".join(widened).encode(), "q.csv").decks
    assert (found.title, found.description, found.tags) == (title, description, tuple(tags))


def test_decks_that_come_with_quizzer_are_not_described() -> None:
    """What they say of themselves they say wherever the table goes."""
    decks = [Deck(name, "T", "", (replace(NOTE, id=name),), "About.") for name in ("mine", "theirs")]
    text = write_csv(decks, {}, ["mine", "theirs"], described={"mine", "other"})
    assert [line for line in text.split("\n") if line.startswith("#quizzer deck")] == [
        "#quizzer deck:id=mine&title=T&description=About."
    ]


@pytest.mark.parametrize("line", ["", "title=x", "id=", "&".join(["a=b"] * 300), "%ff=%ff", "id"])
def test_a_line_that_tells_of_no_deck_is_passed_over(line: str) -> None:
    """Whatever was made of the header, the rows are read."""
    text = write_csv([Deck("d", "D", "d.yaml", (NOTE,))], {}, ["n"])
    head, sign, rest = text.partition("#columns")
    (deck,) = read_csv(f"{head}#quizzer deck:{line}\n{sign}{rest}".encode(), "q.csv").decks
    assert (deck.id, deck.title) == ("d", "D")


def test_columns_stand_where_the_headers_say() -> None:
    """Anki counts columns: guid, note type, deck and tags are the first four, front and back come next."""
    deck = Deck("d", "D", "d.yaml", (NOTE,))
    lines = write_csv([deck], {}, ["n"]).splitlines()
    header = dict(line[1:].split(":", 1) for line in lines if line.startswith("#") and ":" in line)
    assert header["columns"].split(",") == [*ANKI_COLUMNS, *OWN_COLUMNS]
    numbers = [int(header[f"{key} column"]) for key in ("guid", "notetype", "deck", "tags")]
    assert [header["columns"].split(",")[number - 1] for number in numbers] == list(ANKI_COLUMNS[:4])
    (row,) = csv.reader(io.StringIO("\n".join(line for line in lines if not line.startswith("#"))))
    assert row[1:6] == ["Basic", "quizzer::D", "", "<p>Q</p>", "<p>A</p>"]


@pytest.mark.parametrize("text", ["=1+1", "+1", "@SUM(A1)", "-1"])
def test_what_a_spreadsheet_takes_for_a_formula_is_not_changed(text: str) -> None:
    """A text stays the text that it is."""
    note = Note("n", NoteKind.BASIC, text, text)
    written = write_csv([Deck("d", "D", "d.yaml", (note,))], {}, ["n"])
    assert read_csv(written.encode(), "q.csv").notes[0].note == note
