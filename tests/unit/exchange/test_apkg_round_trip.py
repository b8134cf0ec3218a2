"""Decks that go into a package and come back: every note that hypothesis makes is the same."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from quizzer.core.deck import Deck
from quizzer.core.note import Note
from quizzer.exchange.anki.notes import to_anki_decks, to_anki_notes
from quizzer.exchange.anki.package import Collection, pack
from quizzer.exchange.anki.reading.reader import read_package
from tests.made_notes import notes

CHANGED_AT = datetime(2026, 3, 2, tzinfo=UTC)
SEVERAL = st.lists(notes(), min_size=1, max_size=6, unique_by=lambda note: note.id)


def write_package(deck: Deck, folder: Path) -> Path:
    """Write a package of the deck and return it."""
    collection_file, package = folder / "collection.anki2", folder / "x.apkg"
    with Collection(collection_file) as collection:
        for note in to_anki_notes([deck], {}, [note.id for note in deck.notes]):
            collection.add(note, CHANGED_AT)
        collection.close_with(to_anki_decks([deck]))
    with package.open("wb") as target:
        pack(target, collection_file, [])
    return package


@settings(max_examples=60)
@given(SEVERAL)
def test_a_deck_comes_back_from_its_package(several: list[Note]) -> None:
    """Every kind of note, with every text that a deck file can hold, is in the package and out again."""
    with tempfile.TemporaryDirectory() as folder:
        deck = Deck("words", "All::Words::new", "", tuple(several))
        incoming = read_package(write_package(deck, Path(folder)))

    assert incoming.refused == ()
    assert [each.note for each in incoming.notes] == several
    assert {each.deck for each in incoming.notes} == {("All", "Words", "new")}
