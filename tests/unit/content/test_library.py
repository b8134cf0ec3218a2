from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from quizzer.content.library import Library, fingerprint, load_library
from quizzer.content.locator import ContentRoots
from quizzer.errors import ContentError

WriteDeck = Callable[[str, str], Path]

SHIPPED = """\
deck: attention
title: On attention
description: Shipped.
tags: [a]
notes:
  - {id: one, q: Q1, a: A1, level: mid, topics: [t], source: {cite: c, checked: opened}}
  - {id: two, q: Q2, a: A2, level: mid, topics: [t], source: {cite: c, checked: opened}}
"""


def contents(library: Library) -> dict[str, list[tuple[str, str]]]:
    """Return each deck's notes as (id, answer)."""
    return {deck.id: [(note.id, note.answer) for note in deck.notes] for deck in library.decks}


def messages(library: Library) -> list[str]:
    """Return the faults with file names in the place of paths."""
    return [f"{Path(f.path).name}:{f.line}:{f.column}: {f.message}" for f in library.faults]


def test_decks_load_by_file_name_shipped_ones_first(
    roots: ContentRoots, write_shipped: WriteDeck, write_own: WriteDeck
) -> None:
    """Shipped decks come first, each root by file name, both endings; other files are no decks."""
    write_shipped("b.yaml", "deck: z\nnotes: []\n")
    write_shipped("a.yml", "deck: y\nnotes: []\n")
    write_own("a.yaml", "deck: x\nnotes: []\n")
    for name in ("_draft.yaml", ".hidden.yaml", "readme.md", "deck.schema.json"):
        write_own(name, "no deck")
    library = load_library(roots, None)
    assert [deck.id for deck in library.decks] == ["y", "z", "x"]
    assert not library.faults


def test_a_missing_folder_of_the_learners_holds_no_decks(tmp_path: Path) -> None:
    """A workspace without decks is no fault."""
    (tmp_path / "decks").mkdir()
    library = load_library(ContentRoots(tmp_path, tmp_path / "none"), None)
    assert (library.decks, library.faults) == ((), ())


def test_a_learners_note_shadows_the_shipped_one_in_place(
    roots: ContentRoots, write_shipped: WriteDeck, write_own: WriteDeck
) -> None:
    """In a deck of the same name a note of the same id stands where the shipped one stood, a new one last."""
    write_shipped("attention.yaml", SHIPPED)
    write_own("mine.yaml", "deck: attention\nnotes: [{id: new, q: Q, a: N}, {id: one, q: Q, a: mine}]\n")
    library = load_library(roots, None)
    assert contents(library) == {"attention": [("one", "mine"), ("two", "A2"), ("new", "N")]}
    assert not library.faults
    assert {name: origin.is_shipped for name, origin in library.origins.items()} == {
        "one": False,
        "two": True,
        "new": False,
    }


def test_a_learners_note_in_another_deck_takes_the_shipped_one_away(
    roots: ContentRoots, write_shipped: WriteDeck, write_own: WriteDeck
) -> None:
    """A shadowing note stands in the learner's deck and is gone from the shipped one."""
    write_shipped("attention.yaml", SHIPPED)
    write_own("mine.yaml", "deck: mine\nnotes: [{id: one, q: Q, a: mine}]\n")
    assert contents(load_library(roots, None)) == {"attention": [("two", "A2")], "mine": [("one", "mine")]}


def test_what_the_learner_leaves_out_of_an_overlay_stays(
    roots: ContentRoots, write_shipped: WriteDeck, write_own: WriteDeck
) -> None:
    """An overlay without title and description keeps the shipped ones and adds its tags."""
    write_shipped("attention.yaml", SHIPPED)
    write_own("mine.yaml", "deck: attention\ntags: [b, a]\nnotes: []\n")
    deck = load_library(roots, None).deck("attention")
    assert (deck.title, deck.description, deck.tags) == ("On attention", "Shipped.", ("a", "b"))


def test_the_learners_title_and_description_win(
    roots: ContentRoots, write_shipped: WriteDeck, write_own: WriteDeck
) -> None:
    """An overlay that gives a title and a description gives them to the deck."""
    write_shipped("attention.yaml", SHIPPED)
    write_own("mine.yaml", "deck: attention\ntitle: Mine\ndescription: My own.\nnotes: []\n")
    deck = load_library(roots, None).deck("attention")
    assert (deck.title, deck.description) == ("Mine", "My own.")


def test_a_second_deck_of_a_name_in_one_root_is_a_fault(roots: ContentRoots, write_own: WriteDeck) -> None:
    """The later file of a deck is left out and told of, with the place of the first."""
    first = write_own("a.yaml", "deck: d\nnotes: [{id: one, q: Q, a: A}]\n")
    write_own("b.yaml", "# mine\ndeck:   d\nnotes: [{id: two, q: Q, a: A}]\n")
    library = load_library(roots, None)
    assert contents(library) == {"d": [("one", "A")]}
    assert messages(library) == [
        f"b.yaml:2:9: the deck 'd' is also in {first}:1, expected one file a deck: "
        "change one of the ids or join the files"
    ]


def test_a_second_note_of_an_id_in_one_root_is_a_fault(roots: ContentRoots, write_own: WriteDeck) -> None:
    """The later note of an id is left out and told of, with the place of the first; the rest loads."""
    first = write_own("a.yaml", "deck: d\nnotes:\n  - {id: one, q: Q, a: A}\n")
    write_own("b.yaml", "deck: e\nnotes:\n  - q: Q\n    id: one\n    a: B\n  - {id: two, q: Q, a: B}\n")
    library = load_library(roots, None)
    assert contents(library) == {"d": [("one", "A")], "e": [("two", "B")]}
    assert messages(library) == [
        f"b.yaml:4:9: the id 'one' is also in {first}:3, expected an id of its own: change one of them"
    ]


def test_a_file_that_cannot_be_read_costs_only_itself(roots: ContentRoots, write_own: WriteDeck) -> None:
    """A FIFO, a folder and a link to nowhere are faults beside a deck that loads."""
    os.mkfifo(roots.learner_decks / "a.yaml")
    (roots.learner_decks / "b.yaml").mkdir()
    (roots.learner_decks / "c.yaml").symlink_to(roots.learner_decks / "none")
    write_own("d.yaml", "deck: d\nnotes: []\n")
    library = load_library(roots, None)
    assert [deck.id for deck in library.decks] == ["d"]
    assert messages(library) == [
        "a.yaml:1:1: found no regular file, expected one: remove or replace it",
        "b.yaml:1:1: found no regular file, expected one: remove or replace it",
        "c.yaml:1:1: the file does not exist, expected one: check its name",
    ]


def test_a_root_that_is_no_folder_is_a_fault(roots: ContentRoots, write_shipped: WriteDeck) -> None:
    """A file in the place of the learner's folder is told of, and the shipped decks load."""
    write_shipped("attention.yaml", SHIPPED)
    roots.learner_decks.rmdir()
    roots.learner_decks.write_text("", encoding="utf-8")
    library = load_library(roots, None)
    assert [deck.id for deck in library.decks] == ["attention"]
    assert messages(library) == ["decks:1:1: found no folder, expected one: remove or replace it"]


def test_a_linked_deck_loads(roots: ContentRoots, tmp_path: Path) -> None:
    """A symbolic link to a deck file is a deck."""
    (tmp_path / "elsewhere.txt").write_text("deck: d\nnotes: []\n", encoding="utf-8")
    (roots.learner_decks / "d.yaml").symlink_to(tmp_path / "elsewhere.txt")
    assert [deck.id for deck in load_library(roots, None).decks] == ["d"]


def test_shipped_notes_need_more_than_the_learners(
    roots: ContentRoots, write_shipped: WriteDeck, write_own: WriteDeck
) -> None:
    """A note without level, topics and source loads from the learner's folder only."""
    write_shipped("a.yaml", "deck: a\nnotes: [{id: one, q: Q, a: A}]\n")
    write_own("b.yaml", "deck: b\nnotes: [{id: two, q: Q, a: A}]\n")
    library = load_library(roots, None)
    assert contents(library) == {"a": [], "b": [("two", "A")]}
    assert len(library.faults) == 3


def test_an_unknown_deck_or_note_gets_the_nearest_name(roots: ContentRoots, write_shipped: WriteDeck) -> None:
    """A name that is not there is an error with the nearest one and the next step."""
    write_shipped("attention.yaml", SHIPPED)
    library = load_library(roots, None)
    with pytest.raises(ContentError) as no_deck:
        library.deck("atention")
    with pytest.raises(ContentError) as no_note:
        library.note("qqq")
    assert str(no_deck.value) == (
        "there is no deck 'atention', expected one of the library: did you mean 'attention'? "
        "'quizzer deck list' names them"
    )
    assert str(no_note.value) == (
        "there is no note 'qqq', expected one of the library: 'quizzer deck list' names the decks"
    )
    assert library.note("two").answer == "A2"
    assert library.get("qqq") is None


def test_the_fingerprint_is_the_same_without_parsing(
    roots: ContentRoots, write_shipped: WriteDeck, write_own: WriteDeck
) -> None:
    """The fingerprint of the files is the library's, faulty and unreadable ones included."""
    write_shipped("attention.yaml", SHIPPED)
    write_own("a.yaml", "deck: [")
    os.mkfifo(roots.learner_decks / "b.yaml")
    assert fingerprint(roots) == load_library(roots, None).fingerprint


def test_the_fingerprint_changes_with_all_that_is_loaded(
    roots: ContentRoots, write_shipped: WriteDeck, write_own: WriteDeck
) -> None:
    """Each change of content, name, root, syllabus or readability gives another fingerprint."""
    seen = [fingerprint(roots)]
    path = write_shipped("attention.yaml", SHIPPED)
    seen.append(fingerprint(roots))
    write_shipped("attention.yaml", SHIPPED + "# more\n")
    seen.append(fingerprint(roots))
    path.rename(roots.shipped_decks / "b.yaml")
    seen.append(fingerprint(roots))
    (roots.shipped_decks / "b.yaml").rename(roots.learner_decks / "b.yaml")
    seen.append(fingerprint(roots))
    write_shipped("_syllabus.yaml", "areas: []\n")
    seen.append(fingerprint(roots))
    (roots.learner_decks / "b.yaml").unlink()
    (roots.learner_decks / "b.yaml").mkdir()
    seen.append(fingerprint(roots))
    (roots.learner_decks / "b.yaml").rmdir()
    (roots.learner_decks / "b.yaml").symlink_to(roots.learner_decks / "none")
    seen.append(fingerprint(roots))
    assert len(set(seen)) == len(seen)


def test_the_fingerprint_does_not_change_by_itself(roots: ContentRoots, write_own: WriteDeck) -> None:
    """Writing the same bytes again, or a file that is no deck, changes nothing."""
    write_own("a.yaml", "deck: a\nnotes: []\n")
    before = fingerprint(roots)
    write_own("a.yaml", "deck: a\nnotes: []\n")
    write_own("notes.txt", "x")
    assert fingerprint(roots) == before


def test_ids_that_are_left_out_are_known(roots: ContentRoots, write_own: WriteDeck, tmp_path: Path) -> None:
    """The ids of faulty notes, left-out decks and nameless ones are given, from a cache, too."""
    write_own("a.yaml", "deck: d\nnotes: [{id: one, q: Q, a: A}, {id: two, q: Q}]\n")
    write_own("b.yaml", "deck: d\nnotes: [{id: three, q: Q, a: A}]\n")
    write_own("c.yaml", "deck: C\nnotes: [{id: four, q: Q, a: A}]\n")
    for _ in range(2):
        library = load_library(roots, tmp_path / "cache")
        assert library.faulty_ids == {"two", "three", "four"}
        assert not library.has_unread
    (roots.learner_decks / "d.yaml").mkdir()
    assert load_library(roots, None).has_unread
