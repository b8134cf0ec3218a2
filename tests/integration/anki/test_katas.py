"""Katas arrive in the client as cards that say how to run them."""

from __future__ import annotations

from pathlib import Path

import pytest

from quizzer.core.note import Level
from tests.integration.anki.client import Client, Export, Log
from tests.support import StandingClock, WriteDeck, WriteKata


@pytest.fixture(autouse=True)
def content(write_deck: WriteDeck, write_kata: WriteKata) -> Path:
    """A deck of two notes and one kata, whose folder is returned."""
    write_deck("attention", "a1", "a2")
    return write_kata()


def test_a_kata_is_a_card_with_its_command(export: Export, client: Client, package: Path) -> None:
    """Title, prompt and level are asked, the command is the answer; the deck is quizzer::Katas."""
    exported = export()
    assert (exported.notes, exported.katas, exported.decks) == (3, 1, 2)
    assert client.take(package) == Log(new=3)

    (card,) = client.cards("kata/double-it")
    assert client.collection.decks.name(card.did) == "quizzer::Katas"
    ((question, answer),) = client.sides("kata/double-it")
    assert "<strong>Kata: Double it</strong>" in question
    assert "<code>double(x)</code>: every element twice." in question
    assert "<h3>" not in question
    assert "quizzer kata double-it" not in question
    assert "quizzer kata double-it" in answer
    assert card.note().tags == ["kata", "level::mid", "topic::a1-topic"]
    client.check()


def test_a_kata_stays_one_note_when_its_prompt_changes(
    content: Path, export: Export, client: Client, package: Path, clock: StandingClock
) -> None:
    """It is known by its slug: a new prompt or title updates it, and nothing else."""
    export()
    client.take(package)
    clock.advance(days=1)
    (content / "prompt.md").write_text("Write it anew.\n", encoding="utf-8")
    (content / "kata.yaml").write_text(
        (content / "kata.yaml").read_text("utf-8").replace("title: Double it", "title: Twice"),
        encoding="utf-8",
    )
    assert export().changed == 1
    assert client.take(package) == Log(updated=1, duplicate=2)
    assert "Kata: Twice" in client.sides("kata/double-it")[0][0]


def test_katas_go_with_the_whole_or_when_asked_for(export: Export) -> None:
    """A choice of notes leaves them out unless they are asked for; then a level holds for them too."""
    assert export(decks=("attention",)).katas == 0
    assert export(katas=False).katas == 0
    assert export(decks=("attention",), katas=True).katas == 1
    assert export(levels=(Level.MID,), katas=True).katas == 1
    assert export(levels=(Level.MID,)).katas == 0


def test_a_faulty_kata_is_named_and_left_out(content: Path, export: Export) -> None:
    """What cannot be read costs only itself."""
    (content / "kata.yaml").write_text("title: x\n", encoding="utf-8")
    exported = export()
    assert (exported.notes, exported.katas, exported.faulty_katas) == (2, 0, ("double-it",))


def test_a_deck_called_katas_stays_a_deck_of_its_own(
    write_deck: WriteDeck, export: Export, client: Client, package: Path
) -> None:
    """Two decks of one name would be one in Anki."""
    write_deck("katas", "k1")
    export()
    client.take(package)
    names = {client.collection.decks.name(client.cards(note)[0].did) for note in ("k1", "kata/double-it")}
    assert len(names) == 2
