"""Histories follow their notes through renames: on real files and a real database."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select

from quizzer.content.library import load_library
from quizzer.content.locator import ContentRoots
from quizzer.core.review import EventKind
from quizzer.services.sync import sync
from quizzer.storage.cards import CardEntry, Held, read_keys, sync_cards
from quizzer.storage.database import Database, open_database
from quizzer.storage.schema import LEARNER_ID
from quizzer.storage.tables import card_events, cards

WAS = "{{id: {id}, q: Q, a: A, was: [{was}]}}"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """An empty database."""
    database = open_database(tmp_path / "quizzer.db")
    yield database
    database.close()


class Learner:
    """A learner's decks and the database that is brought in step with them."""

    def __init__(self, folder: Path, database: Database) -> None:
        self._roots = ContentRoots(folder / "shipped", folder / "learner")
        self._roots.shipped_decks.mkdir(parents=True)
        self._roots.learner_decks.mkdir(parents=True)
        self._database = database

    def path(self, deck: str) -> Path:
        """Return the path of a deck's file."""
        return self._roots.learner_decks / f"{deck}.yaml"

    def write(self, *notes: str, deck: str = "d") -> None:
        """Write a deck of `notes`, an id or a mapping each, and sync."""
        lines = [note if note[0] == "{" else f"{{id: {note}, q: Q, a: A}}" for note in notes]
        text = f"deck: {deck}\nnotes:\n" + "".join(f"  - {line}\n" for line in lines)
        self.path(deck).write_text(text, encoding="utf-8")
        self.sync()

    def sync(self) -> None:
        """Bring the database in step with the files."""
        sync(self._database, load_library(self._roots, None))

    def study(self, *notes: str) -> None:
        """Give the cards of `notes` a history that names them."""
        with self._database.writing() as connection:
            rows = {key: card_id for card_id, key in read_keys(connection).items()}
            for number, note in enumerate(notes, start=1):
                values = {
                    "learner_id": LEARNER_ID,
                    "card_id": next(rows[key] for key in rows if key.split("/")[0] == note),
                    "sequence": number,
                    "kind": next(iter(EventKind)),
                    "origin": "test",
                    "happened_at": datetime(2026, 3, 2, tzinfo=UTC),
                    "zone": "UTC",
                    "study_day": date(2026, 3, 2),
                    "data": note,
                }
                connection.execute(insert(card_events).values(values))

    def histories(self) -> dict[str, str]:
        """Return whose history each note with one has."""
        query = select(cards.c.note_id, card_events.c.data).join(cards, cards.c.id == card_events.c.card_id)
        with self._database.reading() as connection:
            return {row.note_id: row.data for row in connection.execute(query)}


@pytest.fixture
def learner(tmp_path: Path, database: Database) -> Learner:
    """A learner without decks."""
    return Learner(tmp_path, database)


def test_a_history_follows_a_rename(learner: Learner) -> None:
    """A note that names its old id gets that id's history."""
    learner.write("a")
    learner.study("a")
    learner.write(WAS.format(id="b", was="a"))
    assert learner.histories() == {"b": "a"}


@pytest.mark.parametrize("order", [1, -1])
def test_ids_that_are_given_on_in_one_edit_keep_their_histories(learner: Learner, order: int) -> None:
    """From a to b and from b to c in one edit, in whatever order, each history follows its note."""
    learner.write("a", "b")
    learner.study("a", "b")
    chain = [WAS.format(id="b", was="a"), WAS.format(id="c", was="b")]
    for more in ([], ["x"], ["y"]):
        learner.write(*chain[::order], *more)
        assert learner.histories() == {"b": "a", "c": "b"}


def test_swapped_ids_swap_their_histories_once(learner: Learner) -> None:
    """Two notes that take each other's id keep their histories, and no later edit swaps them back."""
    learner.write("a", "b")
    learner.study("a", "b")
    swap = [WAS.format(id="a", was="b"), WAS.format(id="b", was="a")]
    for more in ([], ["x"], ["y"]):
        learner.write(*swap, *more)
        assert learner.histories() == {"a": "b", "b": "a"}


def test_ids_can_be_swapped_again_after_was_is_removed(learner: Learner) -> None:
    """A swap that is no longer written down is forgotten, so that it can be asked for again."""
    learner.write("a", "b")
    learner.study("a", "b")
    swap = [WAS.format(id="a", was="b"), WAS.format(id="b", was="a")]
    learner.write(*swap)
    learner.write("a", "b")
    learner.write(*swap)
    assert learner.histories() == {"a": "a", "b": "b"}


@pytest.mark.parametrize("fault", ["{id: a, q: Q}", "{id: a, q: @foo, a: A}", "{id: a, q: 'x\x07', a: A}"])
def test_a_note_that_is_faulty_for_a_while_keeps_its_history(learner: Learner, fault: str) -> None:
    """While a note is faulty no other takes its history, and afterwards it is the note's again."""
    learner.write("a", WAS.format(id="b", was="a"))
    learner.study("a")
    learner.write(fault, WAS.format(id="b", was="a"))
    assert learner.histories() == {"a": "a"}
    learner.write("a", WAS.format(id="b", was="a"))
    assert learner.histories() == {"a": "a"}


def test_a_file_that_cannot_be_read_for_a_while_keeps_its_histories(learner: Learner) -> None:
    """While nobody can see what stands in a file, no other note takes a history that may be its notes'."""
    learner.write("a", deck="e")
    learner.write("x")
    learner.study("a", "x")
    sound = learner.path("e").read_bytes()
    learner.path("e").unlink()
    learner.path("e").mkdir()
    for notes in (
        [WAS.format(id="b", was="a"), "x"],
        [WAS.format(id="b", was="a"), WAS.format(id="y", was="x")],
    ):
        learner.write(*notes)
    assert learner.histories() == {"a": "a", "y": "x"}
    learner.path("e").rmdir()
    learner.path("e").write_bytes(sound)
    learner.sync()
    assert learner.histories() == {"a": "a", "y": "x"}


def test_a_present_note_keeps_its_history(learner: Learner) -> None:
    """A note that names an id which stands in the decks gets nothing."""
    learner.write("a")
    learner.study("a")
    learner.write("a", WAS.format(id="b", was="a"))
    assert learner.histories() == {"a": "a"}


def test_a_chain_that_ends_at_a_history_moves_nothing(learner: Learner) -> None:
    """Where the last of a chain has a history of its own, no history is lost."""
    learner.write("a", "b", "c")
    learner.study("a", "b", "c")
    learner.write(WAS.format(id="b", was="a"), WAS.format(id="c", was="b"))
    assert learner.histories() == {"a": "a", "b": "b", "c": "c"}


def test_a_chain_passes_a_card_without_history(learner: Learner) -> None:
    """A new card in the way of a history makes room for it."""
    learner.write("a", "b")
    learner.study("a")
    learner.write(WAS.format(id="b", was="a"))
    assert learner.histories() == {"b": "a"}


def test_a_takeover_that_was_refused_is_not_made_up_for(learner: Learner) -> None:
    """Two notes that name each other keep what they have where one of them was new at first."""
    learner.write("a")
    learner.study("a")
    pair = [WAS.format(id="d", was="a"), WAS.format(id="a", was="d")]
    for more in ([], ["x"]):
        learner.write(*pair, *more)
        assert learner.histories() == {"a": "a"}


NAMES = st.sampled_from("abcde")


@given(st.sets(NAMES, min_size=1), st.dictionaries(NAMES, st.lists(NAMES, max_size=2)), st.sets(NAMES))
@settings(max_examples=30)
def test_no_rename_loses_a_history_or_a_number(
    before: set[str], after: dict[str, list[str]], held: set[str]
) -> None:
    """Whatever takes over what, every card with a history keeps its number, and held ones their key."""
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(Path(folder) / "quizzer.db")
        learner = Learner(Path(folder), database)
        with database.writing() as connection:
            sync_cards(connection, [CardEntry(name, name, "d", 0) for name in sorted(before)], "1")
            first = read_keys(connection)
        learner.study(*sorted(before))
        entries = [CardEntry(name, name, "d", 0, tuple(old)) for name, old in after.items()]
        with database.writing() as connection:
            sync_cards(connection, entries, "2", Held(frozenset(held)))
            second = read_keys(connection)
            sync_cards(connection, entries, "3", Held(frozenset(held)))
            third = read_keys(connection)
        database.close()
    assert first.keys() <= second.keys()
    assert second == third
    assert all(second[card] == key for card, key in first.items() if key in held)
    assert set(after) <= set(second.values())
