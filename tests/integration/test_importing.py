"""Notes that come in: into which files, under which ids, and what becomes of the learner's own edits."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from quizzer.content.cache import ParsedCache
from quizzer.content.deck_file import read_deck
from quizzer.content.library import LEARNER, load_library
from quizzer.content.lint import lint
from quizzer.content.parsed import DeckFile
from quizzer.core.note import Note, NoteKind
from quizzer.errors import UsageError, WorkspaceError
from quizzer.exchange.incoming import Incoming, IncomingDeck, IncomingNote
from quizzer.services.card_info import _source_facts
from quizzer.services.import_plan import Fate, Imported
from quizzer.services.importing import apply_import, plan_import
from quizzer.services.workspace import Workspace
from tests.support import WriteDeck, read_card_states


def incoming(*notes: IncomingNote, media: Mapping[str, Callable[[], bytes]] | None = None) -> Incoming:
    """Return a file that holds these notes."""
    return Incoming("words", notes, media=media or {})


def basic(
    note_id: str, question: str = "Q?", answer: str = "A.", *, deck: tuple[str, ...] = ("Words",)
) -> IncomingNote:
    """Return a note that comes in."""
    note = Note(note_id, NoteKind.BASIC, question, answer)
    return IncomingNote(note_id, note, deck, f"words.csv:{note_id}")


def bring(workspace: Workspace, *notes: IncomingNote, overwrite: bool = False) -> Imported:
    """Import these notes."""
    return apply_import(workspace, plan_import(workspace, incoming(*notes), overwrite=overwrite))


def decks(workspace: Workspace) -> Path:
    """Return the learner's folder of decks."""
    return workspace.content.roots.learner_decks


def test_each_deck_of_the_source_becomes_a_file(workspace: Workspace) -> None:
    """A tree of decks becomes files whose names tell the path, two alike ones included, all without fault."""
    imported = bring(
        workspace,
        basic("x1", deck=("A", "B")),
        basic("x2", deck=("A B",)),
        basic("x3", deck=("日本語",)),
    )
    assert imported.kept is None  # no file held anything before
    found = {deck.id: (deck.title, [note.id for note in deck.notes]) for deck in workspace.library.decks[1:]}
    assert found.pop("a-b") == ("A::B", ["x1"])
    (first, second) = sorted(found)
    assert (first[:4], found[first]) == ("a-b-", ("A B", ["x2"]))
    assert (second[:5], found[second]) == ("deck-", ("日本語", ["x3"]))
    assert workspace.library.faults == ()
    assert not [fault for fault in lint(workspace.library) if str(decks(workspace)) in fault.path]
    assert read_card_states(workspace)["x3"].is_new


def test_a_note_that_no_deck_can_hold_costs_itself_alone(workspace: Workspace) -> None:
    """Its file is laid out without it; notes beside it and those of other decks come."""
    imported = bring(
        workspace,
        basic("x1"),
        basic("x2", "\ud800"),
        basic("x3", "a\x00b"),
        basic("x4", answer="x" * 200_001),
        basic("x5", deck=("Other",)),
    )
    assert {name: number for name, number in imported.counts.items() if number} == {
        Fate.NEW: 2,
        Fate.REFUSED: 3,
    }
    said = {refused.where: refused.reason for refused in imported.refused}
    assert "no character" in said["words.csv:x2"]
    assert "control character" in said["words.csv:x3"]
    assert "expected at most" in said["words.csv:x4"]
    assert {note.id for deck in workspace.library.decks for note in deck.notes} >= {"x1", "x5"}
    assert workspace.library.faults == ()


def test_what_an_import_read_is_what_the_loader_reads(workspace: Workspace) -> None:
    """The decks that it wrote need not be parsed again, and are the same when they are."""
    bring(workspace, basic("x1"), basic("x2", "a:\n- b", deck=("Other",)))
    bring(workspace, basic("x1", "Changed?"), basic("x3"))
    roots, cache = workspace.content.roots, workspace.content.cache_dir
    for path in decks(workspace).glob("*.yaml"):
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        assert ParsedCache(cache).get(LEARNER, str(path), digest, DeckFile) == read_deck(
            path, is_shipped=False
        )
    assert load_library(roots, cache) == load_library(roots, None)


@pytest.mark.parametrize("first", [("A", "B"), ("A B",)])
def test_decks_of_one_name_stay_apart_in_later_imports(workspace: Workspace, first: tuple[str, ...]) -> None:
    """A new note finds the deck of its own deck, whichever of two alike names came first, then or now."""
    other = ("A B",) if first == ("A", "B") else ("A", "B")
    bring(workspace, basic("x1", deck=first))
    bring(workspace, basic("x2", deck=other), basic("x1", deck=first))
    bring(workspace, basic("x3", deck=other))
    bring(workspace, basic("x4", deck=other), basic("x5", deck=first))
    found = {deck.title: [note.id for note in deck.notes] for deck in workspace.library.decks[1:]}
    assert found == {"::".join(first): ["x1", "x5"], "::".join(other): ["x2", "x3", "x4"]}


def test_old_ids_that_are_notes_of_the_source_are_left_out(workspace: Workspace) -> None:
    """Two notes that name each other as what they were called come without a fault."""
    notes = [basic("x1"), basic("x2"), basic("x3")]
    old = {"x1": ("x2", "x0"), "x2": ("x1",), "x3": ()}
    bring(workspace, *(replace(note, note=replace(note.note, was=old[note.key])) for note in notes))
    assert workspace.library.faults == ()
    assert [note.was for note in workspace.library.decks[-1].notes] == [("x0",), (), ()]
    assert not [fault for fault in lint(workspace.library) if str(decks(workspace)) in fault.path]


def test_what_a_source_says_of_a_deck_is_made_lines(workspace: Workspace) -> None:
    """A title of several lines, or with what no text may hold, costs the deck nothing."""
    described = IncomingDeck(
        ("Words",), "words", "a\nb: \x1b[31mc" + "d" * 999, "x\0\ny", ("t\nu", "\n", "v")
    )
    source = replace(incoming(basic("x1")), decks=(described,))
    apply_import(workspace, plan_import(workspace, source))
    assert workspace.library.faults == ()
    deck = workspace.library.deck("words")
    assert deck.title.startswith("a b: [31mcd")
    assert (deck.description, deck.tags) == ("x\ny", ("t u", "v"))


def test_a_deck_that_is_there_keeps_every_other_byte(workspace: Workspace) -> None:
    """Notes are added and replaced in place: comments, other notes and the layout of the file stay."""
    text = (
        "# mine\ndeck: words\ntitle: 'My words'\nnotes:\n    # the first\n"
        "    - {id: own, q: 'Own?', a: Yes.}\n\n    - id: x1\n      q: Old?\n      a: Old.\n    # the end\n"
    )
    path = decks(workspace) / "words.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(text)
    workspace.reload()
    imported = bring(workspace, basic("x1", "New?"), basic("x2"), overwrite=True)
    assert imported.counts[Fate.CHANGED] == imported.counts[Fate.NEW] == 1
    lines = path.read_text().splitlines()
    assert lines[:7] == text.splitlines()[:7]
    assert [line for line in lines if "#" in line] == ["# mine", "    # the first", "    # the end"]
    assert [note.id for note in workspace.library.deck("words").notes] == ["own", "x1", "x2"]
    assert imported.kept is not None
    assert (imported.kept / "words.yaml").read_text() == text


def test_an_edit_of_the_learners_stays(workspace: Workspace) -> None:
    """What both changed stays the learner's, what only the source changed is taken, in the file of now."""
    bring(workspace, basic("x1"), basic("x2"), basic("x3"))
    path = decks(workspace) / "words.yaml"
    text = path.read_text()
    moved = path.with_name("moved.yaml")
    moved.write_text(
        text.replace("deck: words", "deck: moved").replace("id: x1\n", "id: x1\n    tags: [mine]\n")
    )
    path.unlink()
    workspace.reload()
    imported = bring(workspace, basic("x1", "Other?"), basic("x2", "Other?"), basic("x3"))
    counts = imported.counts
    assert (counts[Fate.KEPT], counts[Fate.CHANGED], counts[Fate.UNCHANGED]) == (1, 1, 1)
    assert workspace.library.note("x1").tags == ("mine",)
    assert workspace.library.note("x2").question == "Other?"
    assert imported.files == (moved,)
    again = bring(workspace, basic("x1", "Other?"), basic("x2", "Other?"), basic("x3"))
    assert again.counts[Fate.KEPT] == 1
    assert not again.files
    bring(workspace, basic("x1", "Other?"), overwrite=True)
    assert workspace.library.note("x1").tags == ()


def test_an_edit_stays_while_the_source_is_as_it_was(workspace: Workspace) -> None:
    """A note that only the learner changed is no conflict."""
    bring(workspace, basic("x1"))
    path = decks(workspace) / "words.yaml"
    path.write_text(path.read_text().replace("Q?", "Mine?"))
    workspace.reload()
    assert bring(workspace, basic("x1")).counts[Fate.UNCHANGED] == 1
    assert workspace.library.note("x1").question == "Mine?"


def test_a_renamed_note_is_found_by_its_old_id(workspace: Workspace) -> None:
    """An id that a note of the learner's had before is that note."""
    bring(workspace, basic("x1"))
    path = decks(workspace) / "words.yaml"
    path.write_text(path.read_text().replace("id: x1\n", "id: better\n    was: [x1]\n"))
    workspace.reload()
    assert bring(workspace, basic("x1", "New?")).counts[Fate.CHANGED] == 1
    note = workspace.library.note("better")
    assert (note.question, note.was) == ("New?", ("x1",))
    assert workspace.library.get("x1") is None


def test_a_shipped_note_is_shadowed_where_the_source_differs(workspace: Workspace) -> None:
    """A shipped note of the same content is left alone; another content becomes a copy before it."""
    same = IncomingNote("a1", replace(workspace.library.note("a1"), line=0), ("Attention",), "here")
    imported = bring(workspace, same, basic("a2", "Another?"))
    assert imported.counts[Fate.UNCHANGED] == imported.counts[Fate.CHANGED] == 1
    assert workspace.library.note("a2").question == "Another?"
    assert set(workspace.library.shadowed) == {"a2"}
    assert len(workspace.library.deck("attention").notes) == 5
    assert not [fault for fault in lint(workspace.library) if str(decks(workspace)) in fault.path]
    assert bring(workspace, same, basic("a2", "Another?")).counts[Fate.UNCHANGED] == 2


@pytest.mark.parametrize(
    ("note", "reason"),
    [
        (Note("Bad Id", NoteKind.BASIC, "Q", "A"), "bad-id"),
        (Note("x2", NoteKind.BASIC, "Q", ""), "q without a"),
        (Note("x2", NoteKind.BASIC, "a\0b", "A"), "control character"),
        (Note("x2", NoteKind.BASIC, "\ud800", "A"), "no character"),
        (Note("x2", NoteKind.CLOZE, "no deletion"), "hides nothing"),
        (Note("x1", NoteKind.BASIC, "Q", "A"), "also that of words.csv:x1"),
    ],
)
def test_a_note_that_no_deck_could_hold_is_refused(workspace: Workspace, note: Note, reason: str) -> None:
    """It is told why, at its place, and the others come in."""
    imported = bring(workspace, basic("x1"), IncomingNote("k", note, ("Words",), "words.csv:9"), basic("x3"))
    (refused,) = imported.refused
    assert refused.where == "words.csv:9"
    assert reason in refused.reason
    assert [note.id for note in workspace.library.deck("words").notes] == ["x1", "x3"]


def test_a_file_that_cannot_be_changed_costs_its_own_notes(workspace: Workspace) -> None:
    """Notes for a deck file with broken YAML are refused, and the file stays as it is."""
    path = decks(workspace) / "words.yaml"
    path.parent.mkdir(parents=True)
    path.write_text("deck: words\nnotes:\n  - id: x0\n    q: 'open\n")
    workspace.reload()
    imported = bring(workspace, basic("x1"), basic("x2", deck=("Other",)))
    assert imported.counts[Fate.REFUSED] == imported.counts[Fate.NEW] == 1
    assert "deck lint" in imported.refused[0].reason
    assert path.read_text() == "deck: words\nnotes:\n  - id: x0\n    q: 'open\n"


def test_a_plan_writes_nothing(workspace: Workspace) -> None:
    """Looking is free: no folder, no file, no card."""
    plan = plan_import(workspace, incoming(basic("x1")))
    assert plan.counts[Fate.NEW] == 1
    assert not decks(workspace).exists()


def test_a_file_changed_meanwhile_stops_the_import(workspace: Workspace) -> None:
    """What an editor saved between plan and import is not overwritten."""
    bring(workspace, basic("x1"))
    plan = plan_import(workspace, incoming(basic("x2")))
    path = decks(workspace) / "words.yaml"
    path.write_text(path.read_text() + "# saved\n")
    with pytest.raises(UsageError, match="was changed while"):
        apply_import(workspace, plan)
    assert path.read_text().endswith("# saved\n")


def test_files_are_written_all_or_none(workspace: Workspace) -> None:
    """A file that cannot be written leaves the others as they were."""
    bring(workspace, basic("x1", deck=("A",)))
    before = (decks(workspace) / "a.yaml").read_bytes()
    plan = plan_import(workspace, incoming(basic("x2", deck=("A",)), basic("x3", deck=("B",))))
    (decks(workspace) / "b.yaml").mkdir()
    with pytest.raises((WorkspaceError, UsageError)):
        apply_import(workspace, plan)
    assert (decks(workspace) / "a.yaml").read_bytes() == before


def test_all_notes_go_into_one_deck_if_it_is_named(workspace: Workspace) -> None:
    """`--deck` gathers what the source has in many."""
    plan = plan_import(workspace, incoming(basic("x1", deck=("A",)), basic("x2", deck=("B",))), deck="mine")
    apply_import(workspace, plan)
    assert [note.id for note in workspace.library.deck("mine").notes] == ["x1", "x2"]
    with pytest.raises(UsageError, match="try 'my-deck'"):
        plan_import(workspace, incoming(), deck="My Deck")


def test_a_full_deck_goes_on_in_a_second_file(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """No deck file grows beyond what the loader reads."""
    monkeypatch.setattr("quizzer.services.import_layout.FULL_BYTES", 2_000)
    notes = [basic(f"x{number}", "Q" * 300) for number in range(6)]
    bring(workspace, *notes)
    ids = {deck.id for deck in workspace.library.decks if deck.id.startswith("words")}
    assert ids == {"words", "words-2", "words-3"}
    assert bring(workspace, *notes).counts[Fate.UNCHANGED] == 6


def test_a_shadow_that_was_imported_tells_when_the_shipped_note_changes(
    workspace: Workspace, write_deck: WriteDeck
) -> None:
    """The hash of the shipped note stands beside that of the import, and lint and card info read each."""
    bring(workspace, basic("a2", "Another?"), basic("x1"))
    assert dict(_source_facts(workspace, workspace.library.note("a2")))["Original"] == "is as you copied it"
    facts = dict(_source_facts(workspace, workspace.library.note("x1")))
    assert (facts["Imported"], "Original" in facts) == ("as it came", False)
    path = write_deck("attention", "a1", "a2", "a3", "a4", "a5")
    path.write_text(path.read_text().replace("What is a2?", "What is a2 now?"))
    workspace.reload()
    messages = [fault.message for fault in lint(workspace.library) if str(decks(workspace)) in fault.path]
    assert len(messages) == 1
    assert "has changed since this copy" in messages[0]
