"""Media files of an import: safe names, nothing overwritten, references that follow."""

from __future__ import annotations

from pathlib import Path

import pytest

from quizzer.content.lint import lint
from quizzer.core.note import Note, NoteKind
from quizzer.exchange.incoming import Incoming, IncomingNote
from quizzer.markup.media_links import address_of
from quizzer.markup.plain import render_plain
from quizzer.services.import_media import MAX_NAME, place_media, safe_name
from quizzer.services.import_plan import Imported
from quizzer.services.importing import apply_import, plan_import
from quizzer.services.workspace import Workspace


def bring(workspace: Workspace, files: dict[str, bytes], *names: str) -> Imported:
    """Import a note that shows these files."""
    text = " ".join(f"![it](<{address_of(name)}>)" for name in names)
    note = IncomingNote("k", Note("x1", NoteKind.BASIC, text, "A."), ("Words",), "words:1", media=names)
    return bring_note(workspace, files, note)


def bring_note(workspace: Workspace, files: dict[str, bytes], note: IncomingNote) -> Imported:
    """Import a note from a source with these files."""
    media = {name: (lambda data=data: data) for name, data in files.items()}
    return apply_import(workspace, plan_import(workspace, Incoming("anki", (note,), media=media)))


def folder(workspace: Workspace) -> Path:
    """Return the folder of media files."""
    return workspace.content.roots.learner_decks / "media"


@pytest.mark.parametrize(
    "name",
    [
        "../../up.png",
        "/etc/passwd",
        "..\\up.png",
        ".hidden",
        "a\0b.png",
        "CON",
        "nul.txt",
        "",
        "a b(c).png",
        "x" * 300 + ".png",
        "ä" * 200 + ".jpg",
        "....",
        "a/../b",
        "\u202eevil.png",
        "\ud800.png",
    ],
)
def test_a_name_stays_in_its_folder(name: str, tmp_path: Path) -> None:
    """Whatever a package calls a file, it lies in the media folder, is seen, and can be written."""
    plain = safe_name(name)
    media = tmp_path / "media"
    media.mkdir()
    (media / plain).write_bytes(b"x")
    assert [found.name for found in media.iterdir()] == [plain]
    assert not plain.startswith((".", "-"))
    assert len(plain.encode()) <= MAX_NAME
    assert safe_name(plain) == plain


def test_files_come_beside_the_decks(workspace: Workspace) -> None:
    """The file is there under its name, and the loader takes no notice of the folder."""
    imported = bring(workspace, {"a.png": b"a", "unused.png": b"u"}, "a.png")
    assert imported.media == 1
    assert [path.name for path in folder(workspace).iterdir()] == ["a.png"]
    assert (folder(workspace) / "a.png").read_bytes() == b"a"
    assert workspace.library.faults == ()


def test_another_file_of_that_name_stays(workspace: Workspace) -> None:
    """Other bytes get another name, to which the note refers; the same import again changes nothing."""
    folder(workspace).mkdir(parents=True)
    (folder(workspace) / "a.png").write_bytes(b"mine")
    bring(workspace, {"a.png": b"theirs"}, "a.png")
    assert (folder(workspace) / "a.png").read_bytes() == b"mine"
    (other,) = {path.name for path in folder(workspace).iterdir()} - {"a.png"}
    assert (folder(workspace) / other).read_bytes() == b"theirs"
    assert workspace.library.note("x1").question == f"![it](<media/{other}>)"
    again = bring(workspace, {"a.png": b"theirs"}, "a.png")
    assert not again.has_changed


def test_two_names_that_become_one_stay_two_files(workspace: Workspace) -> None:
    """Names that differ in what is not kept of them, or in case, do not become one file."""
    bring(workspace, {"a b.png": b"1", "a(b.png": b"2", "A_b.png": b"3"}, "a b.png", "a(b.png", "A_b.png")
    found = {path.read_bytes() for path in folder(workspace).iterdir()}
    assert found == {b"1", b"2", b"3"}
    assert len({path.name.casefold() for path in folder(workspace).iterdir()}) == 3


def test_too_large_a_file_is_refused_alone(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """The note comes, the file is told of."""
    monkeypatch.setattr("quizzer.services.import_media.MAX_FILE_BYTES", 10)
    imported = bring(workspace, {"a.png": b"a" * 11, "b.png": b"b"}, "a.png", "b.png")
    assert [refused.where for refused in imported.refused] == ["a.png"]
    assert [path.name for path in folder(workspace).iterdir()] == ["b.png"]


def test_a_link_in_the_folder_is_not_followed(workspace: Workspace, tmp_path: Path) -> None:
    """A name that leads elsewhere is no place to write to."""
    outside = tmp_path / "outside"
    folder(workspace).mkdir(parents=True)
    (folder(workspace) / "a.png").symlink_to(outside)
    bring(workspace, {"a.png": b"a"}, "a.png")
    assert not outside.exists()


@pytest.mark.parametrize("files", [{}, {"a.mp4": b"film"}])
def test_a_link_to_nothing_becomes_words(workspace: Workspace, files: dict[str, bytes]) -> None:
    """A file that is missing, or that no deck can show, is named in its place, and lint finds nothing."""
    text = "![a *b*](media/no.png)(c) | ![](<media/x {y}_.mp3>) | ![](media/a.mp4)"
    note = Note("x1", NoteKind.BASIC, text, "`![](media/no.png)`")
    names = ("no.png", "x {y}_.mp3", "a.mp4")
    imported = bring_note(workspace, files, IncomingNote("k", note, ("Words",), "words:1", media=names))
    came = workspace.library.note("x1")
    assert render_plain(came.question, 70) == "[image: a b](c) | [sound: x {y}_.mp3] | [image: a.mp4]"
    assert came.answer == note.answer
    assert imported.missing_media == tuple(sorted({*names} - {*files}))
    assert [refused.where for refused in imported.refused] == list(files)
    assert not [
        fault for fault in lint(workspace.library) if "x1" in fault.message or "media" in fault.message
    ]


def test_a_source_without_its_files_keeps_those_from_before(workspace: Workspace) -> None:
    """The note goes on to show what came with it, and no other file of a name that became the same."""
    names = {"a b.png": b"1", "a(b.png": b"2"}
    bring(workspace, names, *names)
    again = bring(workspace, {}, *names)
    assert not again.has_changed
    assert again.missing_media == ()


def test_a_file_that_the_learner_put_there_is_shown(workspace: Workspace) -> None:
    """A source that has no files may name those in the folder, by their own names only."""
    folder(workspace).mkdir(parents=True)
    for name in ("a.png", "b_c.png"):
        (folder(workspace) / name).write_bytes(b"a")
    assert bring(workspace, {}, "a.png", "b c.png").missing_media == ("b c.png",)
    assert workspace.library.note("x1").question == "![it](<media/a.png>) [image: it]"


def test_a_note_of_ours_keeps_its_links(workspace: Workspace) -> None:
    """What quizzer exported is as it was, also where its files come later."""
    note = Note("x1", NoteKind.BASIC, "![](media/a.png)", "A.")
    incoming = IncomingNote("k", note, ("Words",), "words:1", media=("a.png",), is_ours=True)
    assert bring_note(workspace, {}, incoming).missing_media == ("a.png",)
    assert workspace.library.note("x1").question == note.question


def test_references_are_renamed_and_nothing_else() -> None:
    """Another name, another folder, code and a plain word that looks alike stay."""
    text = (
        "![](media/a.png) ![](media/a.png.gz) ![](other/media/a.png) media/a.png `![](media/a.png)` "
        "\\![](media/a.png) ![](media/b%20c.png) ![](media/b%2520c.png) ![`](media/a.png)"
    )
    new = {"a.png": "n.png", "b c.png": "b_c.png", "b%20c.png": "d.png"}
    note = place_media(Note("x", NoteKind.BASIC, text), new)
    assert note.question == (
        "![](media/n.png) ![](media/a.png.gz) ![](other/media/a.png) media/a.png `![](media/a.png)` "
        "\\![](media/a.png) ![](media/b_c.png) ![](media/d.png) ![`](media/n.png)"
    )
