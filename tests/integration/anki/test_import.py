from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from quizzer.core.note import Level
from quizzer.exchange.anki.models import CHANGED_AT_S, CLOZE, QUESTION
from tests.integration.anki.client import Client, Export, Log
from tests.support import StandingClock, WriteDeck

CLOZE_YAML = """\
  - id: parts
    level: mid
    topics: [t]
    source: {cite: A book, checked: recalled}
    cloze: "{{c1::one}} and {{c3::three}}"
"""


@pytest.fixture
def deck(write_deck: WriteDeck) -> Path:
    """A deck of five questions and a cloze with two deletions."""
    return write_deck("attention", *(f"a{number}" for number in range(1, 6)), notes=CLOZE_YAML)


def test_a_package_is_new_once_and_known_afterwards(
    deck: Path, export: Export, client: Client, package: Path
) -> None:
    """A fresh collection takes every note as new, and the same package again as duplicates."""
    exported = export()

    assert (exported.notes, exported.cards, exported.decks) == (6, 7, 1)
    assert client.take(package) == Log(new=6)
    assert client.take(package) == Log(duplicate=6)
    assert client.collection.card_count() == 7
    assert ["What is a1?"] in rows(client, "SELECT sfld FROM notes WHERE csum != 0")
    client.check()


def test_only_edited_notes_are_updated(
    deck: Path, export: Export, client: Client, package: Path, clock: StandingClock
) -> None:
    """After an edit of two notes of six an import updates those two and leaves four alone."""
    export()
    client.take(package)
    clock.advance(days=1)
    edit(deck, "What is a1?", "What is a one?")
    edit(deck, "{{c1::one}}", "{{c1::the first}}")

    exported = export()

    assert (exported.new, exported.changed) == (0, 2)
    assert client.take(package) == Log(updated=2, duplicate=4)
    assert "What is a one?" in client.sides("a1")[0][0]
    assert "the first" in client.sides("parts")[0][1]
    client.check()


def test_an_edit_within_the_same_second_arrives(
    deck: Path, export: Export, client: Client, package: Path
) -> None:
    """A change is newer than the one before it although the clock stands."""
    export()
    client.take(package)
    for old, new in (("**a1**", "first"), ("first", "second")):
        edit(deck, old, new)
        export()
        assert client.take(package).updated == 1


def test_an_edit_arrives_although_the_clock_was_set_back(
    deck: Path, export: Export, client: Client, package: Path, clock: StandingClock
) -> None:
    """A clock that stands before the last export does not hide a change."""
    export()
    client.take(package)
    clock.advance(days=-400)
    edit(deck, "What is a1?", "What else is a1?")
    export()

    assert client.take(package) == Log(updated=1, duplicate=5)


def test_reviews_made_in_the_client_stay(
    deck: Path, export: Export, client: Client, package: Path, clock: StandingClock
) -> None:
    """An import after reviews updates texts and leaves every card's schedule and the review log alone."""
    export()
    client.take(package)
    review(client, 4)
    before, log = schedules(client), revlog(client)
    assert sum(row[4] for row in before.values()) == 4
    assert len(log) == 4

    clock.advance(days=1)
    deck.write_text(
        deck.read_text(encoding="utf-8").replace("What is", "Say what is").replace("c1::one", "c1::uno")
    )
    export()

    assert client.take(package) == Log(updated=6)
    assert schedules(client) == before
    assert revlog(client) == log
    assert all("Say what is" in client.sides(f"a{number}")[0][0] for number in range(1, 6))
    client.check(has_answered=True)


def test_an_edit_made_in_the_client_stays_until_ours_changes(
    deck: Path, export: Export, client: Client, package: Path, clock: StandingClock
) -> None:
    """What the learner wrote in Anki is overwritten by a newer text of ours only."""
    export()
    client.take(package)
    note = client.cards("a1")[0].note()
    note["Spare 2"] = "mine"
    client.collection.update_note(note)
    clock.advance(days=1)
    edit(deck, "What is a2?", "What is a two?")
    export()
    client.take(package)

    assert client.cards("a1")[0].note()["Spare 2"] == "mine"


def test_a_renamed_note_is_updated_and_not_new(
    deck: Path, export: Export, client: Client, package: Path, clock: StandingClock
) -> None:
    """A note renamed twice keeps its GUID, its card and the reviews in Anki."""
    export()
    client.take(package)
    review(client, 7)
    before = schedules(client)
    for old, line in (("a1", "b1\n    was: [a1]"), ("b1", "c1\n    was: [b1, a1]")):
        clock.advance(days=1)
        text = deck.read_text(encoding="utf-8").replace("    was: [a1]\n", "")
        deck.write_text(text.replace(f"- id: {old}\n", f"- id: {line}\n"), encoding="utf-8")
        export()
        assert client.take(package) == Log(updated=1, duplicate=5)

    assert schedules(client) == before
    assert len(client.cards("c1")) == 1
    client.check(has_answered=True)


def test_a_moved_note_stays_one_note(
    deck: Path, write_deck: WriteDeck, export: Export, client: Client, package: Path, clock: StandingClock
) -> None:
    """A note that moves to another deck is known by its GUID; its card stays where the learner has it."""
    export()
    client.take(package)
    home = client.cards("a5")[0].did
    clock.advance(days=1)
    write_deck("attention", "a1", "a2", "a3", "a4", notes=CLOZE_YAML)
    write_deck("decoding", "a5", "d1")
    exported = export()

    assert (exported.decks, exported.new, exported.changed) == (2, 1, 0)
    assert client.take(package) == Log(new=1, duplicate=6)
    assert client.cards("a5")[0].did == home
    assert client.collection.decks.name(client.cards("d1")[0].did) == "quizzer::Decoding"
    client.check()


def test_an_export_of_unchanged_notes_is_the_same_bytes(
    deck: Path, write_deck: WriteDeck, export: Export, package: Path, clock: StandingClock
) -> None:
    """Neither the day nor exports of a part in between change a byte."""
    write_deck("decoding", "d1")
    export()
    whole = package.read_bytes()
    clock.advance(days=3)
    export(decks=("decoding",))
    part = package.read_bytes()
    export()

    assert package.read_bytes() == whole
    assert part != whole
    clock.advance(days=3)
    assert (exported := export(decks=("decoding",))).new == exported.changed == 0
    assert package.read_bytes() == part


def test_a_note_keeps_its_date_whatever_was_chosen(
    deck: Path, export: Export, client: Client, package: Path, clock: StandingClock
) -> None:
    """A note first exported with a filter is a duplicate in the whole export that follows."""
    edit(deck, "id: a1\n    level: mid", "id: a1\n    level: senior")
    assert export(levels=(Level.SENIOR,)).notes == 1
    assert client.take(package) == Log(new=1)
    clock.advance(days=1)
    exported = export()

    assert (exported.notes, exported.new, exported.changed) == (6, 5, 0)
    assert client.take(package) == Log(new=5, duplicate=1)


def test_a_note_that_becomes_a_cloze_arrives_beside_the_old_one(
    deck: Path, export: Export, client: Client, package: Path, clock: StandingClock
) -> None:
    """Anki cannot turn a question into a cloze: the cloze is new there, and the export names the note."""
    assert export().turned == ()
    client.take(package)
    clock.advance(days=1)
    edit(deck, "q: What is a1?\n    a: It is **a1**.", 'cloze: "a1 is {{c1::it}}"')
    exported = export()

    assert exported.turned == ("a1",)
    assert client.take(package) == Log(new=1, duplicate=5)
    assert [card.note_type()["id"] for card in client.cards("a1")] == [QUESTION.id, CLOZE.id]
    assert export().turned == ()
    client.check()


def test_later_packages_bring_no_second_note_type(
    deck: Path, export: Export, client: Client, package: Path, clock: StandingClock
) -> None:
    """The collection has our two note types, under our ids, after any number of imports."""
    names = {each.id for each in client.collection.models.all_names_and_ids()}
    for old, new in (("**a1**", "first"), ("first", "second"), ("second", "third")):
        edit(deck, old, new)
        export()
        client.take(package)
        clock.advance(days=1)

    added = {
        each.id: each.name for each in client.collection.models.all_names_and_ids() if each.id not in names
    }
    assert added == {QUESTION.id: QUESTION.name, CLOZE.id: CLOZE.name}
    fields = client.collection.models.field_names(client.cards("a1")[0].note_type())
    assert tuple(fields) == QUESTION.fields


def test_newer_templates_replace_the_older_ones(
    deck: Path, export: Export, client: Client, package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A package with a later date of the templates brings them, and the notes stay duplicates."""
    export()
    client.take(package)
    template = replace(QUESTION.templates[0], question="<i>{{Front}}</i>")
    monkeypatch.setattr(
        "quizzer.exchange.anki.package.QUESTION",
        replace(QUESTION, templates=(template, QUESTION.templates[1])),
    )
    monkeypatch.setattr("quizzer.exchange.anki.package.CHANGED_AT_S", CHANGED_AT_S + 1)
    export()

    assert client.take(package) == Log(duplicate=6)
    assert client.sides("a1")[0][0] == "<i><p>What is a1?</p></i>"
    assert len(client.cards("a1")[0].note().fields) == len(QUESTION.fields)


def test_new_cards_come_in_the_order_of_the_deck(
    deck: Path, export: Export, client: Client, package: Path
) -> None:
    """The client introduces cards as the deck lists them, those of one note side by side."""
    export()
    client.take(package)
    cards = [card for note in ("a1", "a2", "a3", "a4", "a5", "parts") for card in client.cards(note)]

    assert [card.due for card in cards] == sorted(card.due for card in cards)
    assert len({card.due for card in cards}) == 6


def test_a_title_with_colons_is_a_place_in_the_tree(
    deck: Path, write_deck: WriteDeck, export: Export, client: Client, package: Path, clock: StandingClock
) -> None:
    """Parts of a title that colons part are decks within decks; cards that are there stay where they are."""
    export()
    client.take(package)
    home = client.cards("a1")[0].did
    clock.advance(days=1)
    write_deck("attention", *(f"a{number}" for number in range(1, 7)), notes=CLOZE_YAML)
    edit(deck, "title: Attention", "title: 'Models::Attention:: Heads'")
    edit(write_deck("models", "m1"), "title: Models", "title: 'Models::Large ones:: m'")
    export()

    assert client.take(package) == Log(new=2, duplicate=6)
    assert client.cards("a1")[0].did == home
    decks = client.collection.decks
    assert decks.name(client.cards("a6")[0].did) == "quizzer::Models::Attention::Heads"
    assert decks.name(client.cards("m1")[0].did) == "quizzer::Models::Large ones::m"
    assert {found.name for found in decks.all_names_and_ids()} >= {
        "quizzer::Models",
        "quizzer::Models::Large ones",
    }
    client.check()


def edit(deck: Path, old: str, new: str) -> None:
    """Replace a text of the deck's file."""
    text = deck.read_text(encoding="utf-8")
    assert old in text
    deck.write_text(text.replace(old, new), encoding="utf-8")


def review(client: Client, count: int) -> None:
    """Answer `count` cards in the client, each of the four ratings in turn."""
    collection = client.collection
    deck = collection.decks.id_for_name("quizzer")
    assert deck is not None
    collection.decks.select(deck)
    for number in range(count):
        card = collection.sched.getCard()
        assert card is not None
        collection.sched.answerCard(card, (4, 3, 4, 2)[number % 4])


def schedules(client: Client) -> dict[int, tuple[int, ...]]:
    """Return type, queue, due, interval, repetitions, lapses and factor of every card."""
    query = "SELECT id, type, queue, due, ivl, reps, lapses, factor FROM cards"
    return {row[0]: tuple(row[1:]) for row in rows(client, query)}


def revlog(client: Client) -> list[list[int]]:
    """Return the client's review log."""
    return rows(client, "SELECT * FROM revlog ORDER BY id")


def rows(client: Client, query: str) -> list[list[Any]]:
    """Return what a query gives in the collection."""
    assert client.collection.db is not None
    return [list(row) for row in client.collection.db.all(query)]
