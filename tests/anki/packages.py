"""Packages made by the official client, in both formats, and zip files made by hand."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from anki.collection import Collection, ExportAnkiPackageOptions

PICTURE = b"\x89PNG\r\n\x1a\n not really"


class Maker:
    """A collection of the client's, and its exports."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder
        self.path = folder / "collection.anki2"
        self.collection = Collection(str(self.path))

    def add(self, note_type: str, deck: str, *values: str, tags: Sequence[str] = ()) -> int:
        """Add a note and return its row."""
        model = self.collection.models.by_name(note_type)
        assert model is not None
        note = self.collection.new_note(model)
        for i, value in enumerate(values):
            note.fields[i] = value
        note.tags = list(tags)
        deck_id = self.collection.decks.id(deck)
        assert deck_id is not None
        self.collection.add_note(note, deck_id)
        return int(note.id)

    def add_type(self, name: str, fields: Sequence[str], *templates: tuple[str, str]) -> None:
        """Add a note type; a template is what it asks, and what it answers."""
        models = self.collection.models
        note_type = models.new(name)
        for field in fields:
            models.add_field(note_type, models.new_field(field))
        for number, (question, answer) in enumerate(templates):
            template = models.new_template(f"Card {number}")
            template["qfmt"], template["afmt"] = question, answer
            models.add_template(note_type, template)
        models.add(note_type)

    def answer(self, deck: str, ratings: Iterable[int]) -> None:
        """Answer the cards of a deck in the order in which the client asks them."""
        deck_id = self.collection.decks.id(deck)
        assert deck_id is not None
        self.collection.decks.select(deck_id)
        for rating in ratings:
            card = self.collection.sched.getCard()
            assert card is not None
            self.collection.sched.answerCard(card, rating)  # type: ignore[arg-type]

    def picture(self, name: str) -> str:
        """Add a media file and return the name it got."""
        file = self.folder / name
        file.write_bytes(PICTURE)
        return self.collection.media.add_file(str(file))

    def export(self, name: str, *, legacy: bool, with_history: bool = True) -> Path:
        """Export all decks to a package."""
        target = self.folder / name
        options = ExportAnkiPackageOptions(
            with_scheduling=with_history, with_deck_configs=True, with_media=True, legacy=legacy
        )
        self.collection.export_anki_package(out_path=str(target), options=options, limit=None)
        return target

    def export_whole(self, name: str, *, legacy: bool) -> Path:
        """Export the whole collection."""
        target = self.folder / name
        self.collection.export_collection_package(str(target), include_media=True, legacy=legacy)
        self.collection = Collection(str(self.path))
        return target

    def close(self) -> None:
        """Close the collection."""
        self.collection.close()


def fill(maker: Maker) -> None:
    """Add notes of every kind that the client has, and answer some."""
    maker.collection.set_config("fsrs", True)
    picture = maker.picture("a b.png")
    maker.add(
        "Basic", "Top::Sub", "Front <b>x</b>", f'<img src="{picture}">[sound:x.mp3]', tags=["a::b", "c"]
    )
    maker.add("Basic (and reversed card)", "Top", "Q", r"\(\sqrt{x}\) <ul><li>a<li>b</ul>")
    maker.add("Basic (optional reversed card)", "Top", "Q2", "R2", "y")
    maker.add("Basic (type in the answer)", "Top", "Q3", "a &lt; b")
    maker.add("Cloze", "Gaps", r"{{c1::a::h}} {{c2::\(x_{i}\)}} <code>{{c3::f{x}}}</code>", "more")
    maker.answer("Top", [4, 3, 1, 2])


def unzip(package: Path) -> dict[str, bytes]:
    """Return the entries of a zip file."""
    with zipfile.ZipFile(package) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rezip(entries: dict[str, bytes] | Sequence[tuple[str, bytes]], comment: bytes = b"") -> bytes:
    """Return a zip file of these entries, in this order, doubles too."""
    target = io.BytesIO()
    # A name that comes twice is what some tests are about.
    with (
        warnings.catch_warnings(action="ignore"),
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        archive.comment = comment
        for name, data in entries.items() if isinstance(entries, dict) else entries:
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return target.getvalue()
