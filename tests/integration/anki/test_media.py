"""Images and sounds beside a deck arrive in the client; nothing else does."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from quizzer.exchange.anki.media import Media, MediaFile
from tests.integration.anki.client import Client, Export, Log
from tests.support import StandingClock, WriteDeck

PNG = b"\x89PNG\r\n\x1a\nnot really"


@pytest.fixture
def media(shipped: Path) -> Path:
    """The folder of media beside the shipped decks."""
    folder = shipped / "decks" / "media"
    folder.mkdir()
    return folder


def write_note(write_deck: WriteDeck, question: str, answer: str = "It is.", deck: str = "attention") -> Path:
    """Write a deck with one note, `n` (or by the name of another deck)."""
    note_id = "n" if deck == "attention" else f"n-{deck}"
    return write_deck(
        deck,
        notes=f"  - id: {note_id}\n    level: mid\n    topics: [t]\n"
        "    source: {cite: A book, checked: recalled}\n"
        f"    q: |\n      {question}\n    a: |\n      {answer}\n",
    )


def test_an_image_and_a_sound_arrive(
    media: Path, write_deck: WriteDeck, export: Export, client: Client, package: Path
) -> None:
    """The client has both files, its cards show them, and its check of media misses and finds none unused."""
    (media / "Ein Plot.PNG").write_bytes(PNG)
    (media / "a.mp3").write_bytes(b"sound")
    write_note(write_deck, 'Look: ![a "plot"](<media/Ein Plot.PNG>)', "Hear: ![](media/a.mp3)")
    exported = export()
    assert (exported.media, exported.warnings) == (2, ())
    assert client.take(package) == Log(new=1)

    folder = Path(client.collection.media.dir())
    names = sorted(path.name for path in folder.iterdir())
    assert [name.rpartition("-")[0] for name in names] == ["Ein-Plot", "a"]
    assert (folder / names[0]).read_bytes() == PNG
    ((question, _),) = client.sides("n")
    assert f'<img src="{names[0]}" alt="a &quot;plot&quot;">' in question
    assert client.cards("n")[0].answer_av_tags()
    assert f"[sound:{names[1]}]" in client.cards("n")[0].note()["Back"]
    report = client.collection.media.check()
    assert (list(report.missing), list(report.unused)) == ([], [])
    client.check()


def test_a_deletion_may_be_an_image(
    media: Path, write_deck: WriteDeck, export: Export, client: Client, package: Path
) -> None:
    """A cloze hides an image and shows it with the answer; no deletion stands within a tag."""
    (media / "x.png").write_bytes(PNG)
    write_deck(
        "attention",
        notes="  - id: c\n    level: mid\n    topics: [t]\n    source: {cite: A book, checked: recalled}\n"
        '    cloze: "See {{c1::![x](media/x.png)}} and ![b {{c2::c}}](media/x.png)"\n',
    )
    export()
    client.take(package)
    (first, _) = client.sides("c")
    assert first[0].count("<img") == 1
    assert first[1].count("<img") >= 2
    assert 'alt="b {{' not in client.cards("c")[0].note()["Text"]
    client.check()


def test_files_of_one_name_stay_apart_and_equal_ones_are_one(
    media: Path, write_deck: WriteDeck, shipped: Path, export: Export
) -> None:
    """Names in the package are flat: two files called x.png are two, the same bytes elsewhere are one."""
    for folder, data in (("one", b"1"), ("two", b"2"), ("three", b"1")):
        (media / folder).mkdir()
        (media / folder / "x.png").write_bytes(data)
    write_note(write_deck, "![](media/one/x.png) ![](media/two/x.png) ![](media/three/x.png)")
    assert export().media == 2


def test_names_never_collide() -> None:
    """A name that another file has, if only in other letters, is not given again: it grows by a digit."""
    contents = {"a.png": b"1", "A.png": b"1", "b/a.png": b"2"}
    alone = Media(lambda _, path: contents[path])
    wanted = alone.name("n", "b/a.png")
    media = Media(lambda _, path: contents[path])
    media.files[wanted.casefold()] = MediaFile(wanted.upper(), "m", "other.png", "f" * 64)
    names = [media.name("n", path) for path in contents]

    assert names[0] == names[1]
    assert len(names[2]) == len(wanted) + 1
    assert len(media.files) == 3


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("media/none.png", "the file does not exist"),
        ("../outside.png", "outside of the deck's folder"),
        ("media/%2e%2e/%2e%2e/outside.png", "outside of the deck's folder"),
        ("media/link.png", "outside of the deck's folder"),
        ("media/folder.png", "expected"),
        ("media/pipe.png", "no regular file"),
        ("media/large.png", "larger than 20 MB"),
        ("media/secret.txt", "no image or sound"),
    ],
)
def test_what_cannot_be_taken_is_told_with_its_place(
    media: Path, write_deck: WriteDeck, shipped: Path, export: Export, address: str, words: str
) -> None:
    """The note keeps its words for the image; the warning names file, line, note, address and reason."""
    (shipped / "outside.png").write_bytes(PNG)
    (media / "secret.txt").write_bytes(b"secret")
    (media / "link.png").symlink_to(shipped / "outside.png")
    (media / "folder.png").mkdir()
    os.mkfifo(media / "pipe.png")
    with (media / "large.png").open("wb") as file:
        file.truncate(20_000_001)
    path = write_note(write_deck, f"![why]({address})")
    exported = export()

    assert exported.media == 0
    (warning,) = exported.warnings
    assert warning.startswith(f"{path}:4: the note 'n' shows '")
    assert words in warning


@pytest.mark.parametrize(
    "address", ["http://x/y.png", "/etc/passwd.png", "file:///etc/x.png", "data:image/png;x"]
)
def test_addresses_elsewhere_are_left_alone(
    write_deck: WriteDeck, export: Export, client: Client, package: Path, address: str
) -> None:
    """Nothing is fetched, and Anki is not told to: the words stand there."""
    write_note(write_deck, f"![why]({address})")
    exported = export()
    client.take(package)
    assert (exported.media, exported.warnings) == (0, ())
    assert "<img" not in client.sides("n")[0][0]


def test_a_file_that_changed_or_went_is_noticed_although_the_note_is_kept(
    media: Path, write_deck: WriteDeck, export: Export, client: Client, package: Path, clock: StandingClock
) -> None:
    """A rendered note is not taken from the cache when its image is another one now."""
    (media / "x.png").write_bytes(b"1")
    write_note(write_deck, "![x](media/x.png)")
    export()
    client.take(package)
    before = client.sides("n")[0][0]
    (media / "x.png").write_bytes(b"2")
    clock.advance(days=1)
    assert export().changed == 1
    assert client.take(package) == Log(updated=1)
    assert client.sides("n")[0][0] != before
    (media / "x.png").unlink()
    assert len(export().warnings) == 1
    (media / "x.png").write_bytes(b"2")
    assert export().warnings == ()


def test_a_missing_file_is_told_although_the_note_is_kept(write_deck: WriteDeck, export: Export) -> None:
    """The second export, which renders nothing, warns as the first did."""
    write_note(write_deck, "![x](media/x.png)")
    assert export().warnings == export().warnings != ()
