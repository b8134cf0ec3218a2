"""What was rendered is kept, and nothing depends on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from quizzer.core.deck import Deck
from quizzer.core.note import Note, NoteKind
from quizzer.exchange.anki.media import Media, read_no_media
from quizzer.exchange.anki.rendering import Part, PartRenderer, Rendered, parts_of
from quizzer.services import rendered_store
from quizzer.services.export import ExportPlan, export_anki
from quizzer.services.places import Places
from quizzer.services.rendered_store import CachedRenderings
from tests.integration.anki.client import Export
from tests.support import OpenWorkspace, StandingClock, WriteDeck

NOTES = tuple(Note(f"n{number}", NoteKind.BASIC, f"*Why* {number}?", "It is.") for number in range(5))


@pytest.fixture
def store(tmp_path: Path) -> CachedRenderings:
    """A store in an empty folder."""
    return CachedRenderings(tmp_path / "kept")


def render(
    store: CachedRenderings, notes: tuple[Note, ...], titles: dict[str, str] | None = None
) -> list[bool]:
    """Render notes as one deck, and say of each whether it was kept."""
    deck = Deck("d", "D", "", NOTES, tags=("t",))
    renderer = PartRenderer(Part(deck.id, deck, deck.notes), titles or {}, Media(read_no_media), store)
    before = set(map(id, store_values(renderer)))
    found = [id(renderer.render(note)) in before for note in notes]
    renderer.close()
    return found


def store_values(renderer: PartRenderer) -> list[Rendered]:
    """Return what the renderer was given."""
    return list(renderer._kept.values())


def test_only_what_changed_is_rendered(store: CachedRenderings) -> None:
    """A note is rendered anew when anything it shows has changed, and not when it moved in its file."""
    changed = Note("n1", NoteKind.BASIC, "*Why* else?", "It is.")
    moved = Note("n2", NoteKind.BASIC, "*Why* 2?", "It is.", line=77)
    assert render(store, NOTES) == [False] * 5
    assert render(store, NOTES) == [True] * 5
    assert render(store, (NOTES[0], changed, moved)) == [True, False, True]


def test_the_title_of_a_topic_is_a_part_of_the_note(store: CachedRenderings) -> None:
    """A syllabus that calls a topic otherwise changes the notes on it."""
    note = Note("n", NoteKind.BASIC, "Q", "A", topics=("t",))
    assert render(store, (note,), {"t": "One"}) == [False]
    assert render(store, (note,), {"t": "One"}) == [True]
    assert render(store, (note,), {"t": "Two"}) == [False]


def test_a_part_of_a_deck_does_not_drop_the_rest_and_old_texts_do_not_gather(store: CachedRenderings) -> None:
    """After an export of one note the others are still kept; after many edits there are no more than fit."""
    render(store, NOTES)
    render(store, (Note("n0", NoteKind.BASIC, "*New*", "It is."),))
    assert render(store, NOTES[1:]) == [True] * 4
    for number in range(50):
        render(store, (Note("n0", NoteKind.BASIC, f"*Edit* {number}", "It is."),))
    assert len(store.get("d")) <= 2 * len(NOTES)


def test_a_long_deck_is_kept_in_parts_that_a_new_note_hardly_moves() -> None:
    """Every note is in one part, in the deck's order; with one more, each part keeps all but its last."""
    notes = tuple(Note(f"n{number}", NoteKind.BASIC, "Q", "A") for number in range(1001))
    parts = parts_of(Deck("d", "D", "", notes))
    assert [note for part in parts for note in part.notes] == list(notes)
    assert len({part.key for part in parts}) == len(parts) > 1
    longer = parts_of(Deck("d", "D", "", (Note("new", NoteKind.BASIC, "Q", "A"), *notes)))
    for part, after in zip(parts, longer, strict=True):
        assert part.key == after.key
        assert len(set(part.notes) - set(after.notes)) <= 1
    assert [part.key for part in parts_of(Deck("d", "D", "", notes[:9]))] == ["d"]


def test_renderings_of_other_code_are_not_taken(
    store: CachedRenderings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A version that renders otherwise renders anew."""
    render(store, NOTES)
    monkeypatch.setattr(rendered_store, "_renderer_version", lambda: "another")
    assert render(store, NOTES) == [False] * 5


@pytest.mark.parametrize("damage", [b"", b"x" * 100, None])
def test_a_damaged_or_missing_cache_costs_time_only(
    write_deck: WriteDeck, export: Export, package: Path, places: Places, damage: bytes | None
) -> None:
    """The package is the same, and its notes are unchanged."""
    write_deck("attention", "a1", "a2")
    export()
    whole = package.read_bytes()
    for path in places.cache.iterdir():
        if damage is None:
            path.unlink()
        else:
            path.write_bytes(damage)
    exported = export()
    assert package.read_bytes() == whole
    assert (exported.new, exported.changed) == (0, 0)


def test_without_a_place_for_the_cache_an_export_works(
    write_deck: WriteDeck, export: Export, places: Places
) -> None:
    """A folder that cannot be made keeps nothing."""
    places.cache.write_text("a file", encoding="utf-8")
    write_deck("attention", "a1")
    assert export().notes == export().notes == 1


def test_two_exports_at_once_agree_on_when_a_note_changed(
    write_deck: WriteDeck, open_here: OpenWorkspace, clock: StandingClock, package: Path, tmp_path: Path
) -> None:
    """What another export dates while this one prepares its file keeps that date here."""
    write_deck("attention", "a1", "a2")
    other = tmp_path / "other.apkg"

    def export_meanwhile() -> None:
        clock.advance(seconds=10)
        with open_here() as second:
            export_anki(second, other, ExportPlan())

    with open_here() as first:
        first.database.before_writing = export_meanwhile
        export_anki(first, package, ExportPlan())
    assert package.read_bytes() == other.read_bytes()
