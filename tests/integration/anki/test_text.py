"""Tables between quizzer and the official client: what each takes of the other's, with exact counts."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from anki.collection import ImportCsvRequest

from quizzer.core.card import cards_of
from quizzer.core.deck import Deck
from quizzer.core.note import Accept, Choices, Level, Note, NoteKind, Source
from quizzer.exchange.anki.identity import guid_of
from quizzer.exchange.csv_files.reading import CsvOptions, read_csv
from quizzer.exchange.csv_files.writing import write_csv
from quizzer.services.workspace import Workspace
from tests.integration.anki.client import Client, Export
from tests.support import WriteDeck

NASTY = (
    'a "quoted" <b> & text',
    "$x_{i}$, `code`; tab\there",
    "# x\n\n- one\n- two",
    "=1+1",
    "**bold** | {{x}}",
)


@dataclass(frozen=True, slots=True)
class TableLog:
    """How the client's import took the rows of a table."""

    new: int = 0
    updated: int = 0
    duplicate: int = 0
    other: int = 0


def take(client: Client, table: Path) -> TableLog:
    """Import a table as the client's dialog would with the settings that it starts with."""
    metadata = client.collection.get_csv_metadata(str(table), None)
    log = client.collection.import_csv(ImportCsvRequest(path=str(table), metadata=metadata)).log
    others = (
        log.conflicting,
        log.first_field_match,
        log.missing_notetype,
        log.missing_deck,
        log.empty_first_field,
    )
    assert log.found_notes == len(log.new) + len(log.updated) + len(log.duplicate) + sum(map(len, others))
    return TableLog(len(log.new), len(log.updated), len(log.duplicate), sum(map(len, others)))


def decks() -> list[Deck]:
    """Return two decks with notes of all kinds."""
    notes = [Note(f"basic-{i}", NoteKind.BASIC, text, text, level=Level.MID) for i, text in enumerate(NASTY)]
    notes.append(Note("both", NoteKind.BASIC, "GPU", "graphics processor", reverse=True, tags=("two words",)))
    others = (
        Note("cloze", NoteKind.CLOZE, "{{c1::one}} and {{c2::$x^{2}$::hint}}", points=("p", "q\nr")),
        Note("choices", NoteKind.CHOICES, "Which?", choices=Choices("this", ("that", "those"))),
        Note(
            "typed", NoteKind.ACCEPT, "How much?", accept=Accept(number="0.5", unit="MiB"), source=Source("S")
        ),
    )
    first = Deck("first", "First", "f.yaml", tuple(notes), 'Of "all", more;', ("a tag",))
    return [first, Deck("second", "Second", "s.yaml", others)]


@pytest.mark.parametrize("separator", ["comma", "tab"])
def test_the_client_takes_our_table(client: Client, tmp_path: Path, separator: str) -> None:
    """Every row becomes a note with its cards, deck and tags, and is known when it comes again."""
    table = tmp_path / "q.txt"
    all_notes = [note for deck in decks() for note in deck.notes]
    table.write_text(write_csv(decks(), {}, [note.id for note in all_notes], separator), encoding="utf-8")

    assert take(client, table) == TableLog(new=len(all_notes))
    assert client.collection.card_count() == sum(len(cards_of(note)) for note in all_notes)
    assert take(client, table) == TableLog(duplicate=len(all_notes))
    assert len(client.collection.find_notes("deck:quizzer::Second")) == 3
    assert len(client.collection.find_notes("tag:level::mid")) == len(NASTY)
    client.check()

    guid = guid_of("choices", is_cloze=False)
    (note_id,) = client.collection.db.list("SELECT id FROM notes WHERE guid = ?", guid)  # type: ignore[union-attr]
    front, back = client.collection.get_note(note_id).fields
    assert front.startswith("<p>Which?</p>\n<ol><li>")
    assert "this" in back


def test_the_client_updates_what_was_edited(client: Client, tmp_path: Path) -> None:
    """A note whose text has changed is updated in place, the others are left alone."""
    table = tmp_path / "q.csv"
    ids = [note.id for deck in decks() for note in deck.notes]
    table.write_text(write_csv(decks(), {}, ids), encoding="utf-8")
    take(client, table)
    table.write_text(
        table.read_text(encoding="utf-8").replace("graphics processor", "GRAPHICS"), encoding="utf-8"
    )

    assert take(client, table) == TableLog(updated=1, duplicate=len(ids) - 1)
    assert client.collection.note_count() == len(ids)


@pytest.mark.parametrize("with_html", [True, False])
def test_we_take_the_clients_table(client: Client, tmp_path: Path, with_html: bool) -> None:
    """Every note of a collection comes with its deck, tags and kind, known by its GUID."""
    fill(client, 40)
    table = tmp_path / "notes.txt"
    written = client.collection.export_note_csv(
        out_path=str(table), limit=None, with_html=with_html, with_tags=True, with_deck=True,
        with_notetype=True, with_guid=True,
    )  # fmt: skip

    incoming = read_csv(table.read_bytes(), "notes.txt")

    assert (written, len(incoming.notes), incoming.refused, incoming.remarks) == (160, 160, (), ())
    kinds = [each.note.kind for each in incoming.notes]
    assert (kinds.count(NoteKind.BASIC), kinds.count(NoteKind.CLOZE), kinds.count(NoteKind.ACCEPT)) == (
        80,
        40,
        40,
    )
    assert sum(each.note.reverse for each in incoming.notes) == 40
    assert {each.deck for each in incoming.notes} == {("ML",), ("ML", "Losses")}
    assert all(each.note.tags == ("a", "b::c") for each in incoming.notes)
    guids = set(client.collection.db.list("SELECT guid FROM notes"))  # type: ignore[union-attr]
    assert {each.key for each in incoming.notes} == guids


def test_the_clients_table_of_our_notes_is_of_our_notes(client: Client, tmp_path: Path) -> None:
    """What came from us is known again by its GUIDs, whatever was edited in Anki."""
    table, back = tmp_path / "q.csv", tmp_path / "back.txt"
    ids = [note.id for deck in decks() for note in deck.notes]
    table.write_text(write_csv(decks(), {}, ids), encoding="utf-8")
    take(client, table)
    client.collection.export_note_csv(
        out_path=str(back), limit=None, with_html=True, with_tags=True, with_deck=True,
        with_notetype=True, with_guid=True,
    )  # fmt: skip
    guids = {guid_of(name, is_cloze=name == "cloze"): name for name in ids}

    incoming = read_csv(back.read_bytes(), "back.txt", CsvOptions(known_guids=guids))

    assert {each.note.id for each in incoming.notes} == set(ids)
    assert incoming.refused == ()


def test_notes_of_a_package_come_back_in_a_table(
    client: Client, export: Export, package: Path, tmp_path: Path, workspace: Workspace
) -> None:
    """What Anki writes of notes that an export brought are these notes again, with their decks."""
    export()
    client.take(package)
    table = tmp_path / "back.txt"
    client.collection.export_note_csv(
        out_path=str(table), limit=None, with_html=True, with_tags=True, with_deck=True,
        with_notetype=True, with_guid=True,
    )  # fmt: skip

    incoming = read_csv(table.read_bytes(), "back.txt")

    ours = {note.id: replace(note, line=0) for deck in workspace.library.decks for note in deck.notes}
    assert {each.note.id: each.note for each in incoming.notes} == ours
    assert {each.deck for each in incoming.notes} == {("Attention",)}
    assert (incoming.refused, incoming.remarks) == ((), ())


def fields(client: Client) -> object:
    """Return GUID, type and fields of all notes."""
    return client.collection.db.all("SELECT guid, mid, flds FROM notes ORDER BY id")  # type: ignore[union-attr]


def fill(client: Client, count: int) -> None:
    """Add `count` notes of each of four note types, in two decks."""
    chance = random.Random(7)
    collection = client.collection
    deck_ids = [collection.decks.id("ML"), collection.decks.id("ML::Losses")]
    for i in range(count):
        for name in ("Basic", "Basic (and reversed card)", "Basic (type in the answer)", "Cloze"):
            note_type = collection.models.by_name(name)
            assert note_type is not None
            note = collection.new_note(note_type)
            text = f"{name} {i} {chance.choice(NASTY)}".replace("<b>", "<i>x</i>").replace("\n", "<br>")
            note.fields[0] = f"{{{{c1::{i}}}}} of {{{{c2::<b>x</b>::hint}}}}" if name == "Cloze" else text
            note.fields[1] = f"{i}" if "type" in name else f"answer {i} &lt;tag&gt;"
            note.tags = ["a", "b::c"]
            deck_id = chance.choice(deck_ids)
            assert deck_id is not None
            collection.add_note(note, deck_id)


def test_notes_that_came_in_a_package_stay_of_its_type(
    client: Client, export: Export, package: Path, write_deck: WriteDeck, tmp_path: Path
) -> None:
    """A table brings no second copy of what a package brought, and changes none of its fields."""
    write_deck("attention", "a1", "a2")
    export()
    client.take(package)
    before = fields(client)
    notes = tuple(Note(name, NoteKind.BASIC, "Other", "text") for name in ("a1", "a2"))
    table = tmp_path / "q.csv"
    table.write_text(
        write_csv([Deck("attention", "Attention", "a.yaml", notes)], {}, ["a1", "a2"]), encoding="utf-8"
    )

    assert take(client, table) == TableLog(other=2)
    assert fields(client) == before
