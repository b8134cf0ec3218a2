from __future__ import annotations

import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from quizzer.cli.export import ProgressLine
from tests.integration.processes.shell import PATIENCE_S, WITHOUT_OVERRIDE, Outcome, environment, run
from tests.support import WriteDeck

HEAVY = {"genanki", "pygments", "markdown_it", "sqlalchemy", "yaml", "sqlite3", "textual", "torch", "anki"}


@pytest.fixture(autouse=True)
def decks(shipped: Path, write_deck: WriteDeck, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give every process of this module two decks."""
    monkeypatch.setenv("QUIZZER_CONTENT", str(shipped))
    write_deck("attention", "a1", "a2")
    write_deck("decoding", "d1")


def test_the_command_says_what_it_wrote(tmp_path: Path) -> None:
    """File, counts and what comes next stand on stdout; a second process writes the same bytes."""
    file = tmp_path / "q.apkg"
    first, written = export(file), file.read_bytes()
    second = export(file)

    assert (first.code, first.err) == (0, "")
    assert first.out.splitlines() == [
        f"{file}: 3 notes, 3 cards, 2 decks",
        "Since the last export: 3 new, 0 changed.",
        "In Anki: File > Import. Importing again updates what has changed and keeps your reviews.",
    ]
    assert "0 new, 0 changed" in second.out
    assert file.read_bytes() == written
    with zipfile.ZipFile(file) as archive:
        assert archive.namelist() == ["collection.anki2", "media"]
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_filters_choose_notes(tmp_path: Path) -> None:
    """Decks, levels and tags narrow the export down."""
    file = tmp_path / "q.apkg"
    assert "1 note, 1 card, 1 deck\n" in export(file, "--deck", "decoding").out
    assert "3 notes, 3 cards, 2 decks\n" in export(file, "--deck", "decoding", "--deck", "attention").out
    assert "3 notes" in export(file, "--level", "mid").out


@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        ("q.apkg", ["--deck", "atention"], ["there is no deck 'atention'", "did you mean 'attention'?"]),
        ("q.apkg", ["--level", "senior"], ["no card fits senior", "Ask for less"]),
        ("q.apkg", ["--tag", "x"], ["no card fits x", "there are no tags"]),
        ("q.zip", [], ["q.zip: a name that ends in '.apkg' was expected", "q.apkg."]),
        ("q", [], ["a name that ends in '.apkg' was expected", "q.apkg."]),
        ("none/q.apkg", [], ["none: the folder cannot be reached (No such file", "Make it"]),
        ("a-file/q.apkg", [], ["a-file: ", "Name"]),
        ("folder.apkg", [], ["folder.apkg: this is no file that could be replaced"]),
        ("foreign.apkg", [], ["foreign.apkg: the file was not written by quizzer", "Name another one."]),
    ],
)
def test_a_bad_input_is_told_with_the_next_step(
    tmp_path: Path, name: str, arguments: list[str], words: list[str]
) -> None:
    """What was found, what was expected and what to do stand in one sentence; nothing is written."""
    folder = tmp_path / "place"
    (folder / "folder.apkg").mkdir(parents=True)
    (folder / "a-file").write_text("x", encoding="utf-8")
    with zipfile.ZipFile(folder / "foreign.apkg", "w") as archive:
        archive.writestr("collection.anki2", b"")
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}

    outcome = export(folder / name, *arguments)

    assert (outcome.code, outcome.out) == (2, "")
    assert all(word in outcome.err for word in words), outcome.err
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """The old package stays, no note counts as exported, and the sentence names the next step."""
    folder = tmp_path / "closed"
    folder.mkdir()
    folder.chmod(0o500)
    outcome = run("export", "anki", str(folder / "q.apkg"), before=WITHOUT_OVERRIDE)

    assert outcome.code == 3
    assert "the package cannot be written (Permission denied). Name another place" in outcome.err
    assert list(folder.iterdir()) == []
    assert "3 new, 0 changed" in export(tmp_path / "q.apkg").out


@pytest.mark.parametrize("arguments", [[], ["--with-history"]])
def test_a_full_folder_for_temporary_files_is_told(tmp_path: Path, arguments: list[str]) -> None:
    """The sentence names that folder and not the database; the old package stays."""
    file = tmp_path / "q.apkg"
    export(file)
    before = file.read_bytes()
    outcome = run("export", "anki", str(file), *arguments, before=["prlimit", "--fsize=40000"])

    assert outcome.code == 3
    assert f"the package cannot be prepared in {os.environ['HOME']} (" in outcome.err
    assert "TMPDIR" in outcome.err
    assert file.read_bytes() == before


def test_an_empty_library_is_told(tmp_path: Path, shipped: Path) -> None:
    """Without a note there is nothing to export, and the way to the first deck is named."""
    for path in (shipped / "decks").iterdir():
        path.unlink()
    outcome = export(tmp_path / "q.apkg")
    assert outcome.code == 2
    assert "there is no note to export yet: 'quizzer deck new NAME'" in outcome.err


def test_a_package_keeps_its_permissions_and_its_link(tmp_path: Path) -> None:
    """Replacing our package changes its bytes only; a link to it stays a link."""
    file, link = tmp_path / "q.apkg", tmp_path / "link.apkg"
    export(file, "--deck", "decoding")
    file.chmod(0o604)
    link.symlink_to(file)
    assert export(link).code == 0

    assert link.is_symlink()
    assert file.stat().st_mode & 0o777 == 0o604
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".part"] == []


def test_a_new_package_has_the_usual_permissions(tmp_path: Path) -> None:
    """A package is no secret: it gets what the learner's umask gives any file."""
    export(tmp_path / "q.apkg")
    (tmp_path / "other").touch()
    assert (tmp_path / "q.apkg").stat().st_mode == (tmp_path / "other").stat().st_mode


def test_faults_in_the_decks_are_told(tmp_path: Path, shipped: Path) -> None:
    """A note that is left out for its fault is not left out in silence."""
    with (shipped / "decks" / "decoding.yaml").open("a", encoding="utf-8") as file:
        file.write("  - id: broken\n")
    outcome = export(tmp_path / "q.apkg")
    assert outcome.code == 0
    assert "3 notes" in outcome.out
    assert "quizzer deck lint" in outcome.err


def test_a_note_that_changed_its_kind_is_told(tmp_path: Path, shipped: Path) -> None:
    """Anki keeps the old one: the way to find it is named."""
    export(tmp_path / "q.apkg")
    deck = shipped / "decks" / "decoding.yaml"
    text = deck.read_text(encoding="utf-8")
    deck.write_text(
        text.replace("q: What is d1?\n    a: It is **d1**.", 'cloze: "{{c1::d}}"'), encoding="utf-8"
    )
    outcome = export(tmp_path / "q.apkg")
    assert "1 new, 0 changed" in outcome.out
    assert "Delete the old ones there (search: Id:d1)" in outcome.err


@pytest.mark.parametrize("arguments", [["--help"], ["export", "--help"], ["export", "anki", "--help"]])
def test_help_imports_nothing_of_the_export(arguments: list[str]) -> None:
    """Help needs neither genanki nor Pygments, which an export does."""
    assert not imported(*arguments) & HEAVY


def test_only_an_export_imports_genanki(tmp_path: Path) -> None:
    """`due` does without what an export needs; the client of the tests is never imported."""
    found = imported("export", "anki", str(tmp_path / "q.apkg"))
    assert {"genanki", "sqlalchemy"} <= found
    assert not found & {"anki", "textual", "torch"}
    assert not imported("due") & {"genanki", "pygments", "markdown_it"}


def test_an_export_of_unchanged_notes_neither_renders_nor_writes(tmp_path: Path, shipped: Path) -> None:
    """What was rendered before is taken from the cache, and the database is only read."""
    with (shipped / "decks" / "decoding.yaml").open("a", encoding="utf-8") as file:
        file.write(
            "  - id: d2\n    level: mid\n    topics: [t]\n    source: {cite: A book, checked: recalled}\n"
        )
        file.write("    q: '![i](i.png) {c}'\n    a: |\n      ```python\n      x = 1\n      ```\n")
    assert {"markdown_it", "pygments", "sqlalchemy"} <= imported("export", "anki", str(tmp_path / "q.apkg"))
    assert not imported("export", "anki", str(tmp_path / "q.apkg")) & {
        "markdown_it",
        "pygments",
        "sqlalchemy",
    }


def test_a_long_export_says_on_a_terminal_how_far_it_is() -> None:
    """One line is written over and taken away; before its time, and in a pipe, there is none."""
    terminal, other = Terminal(), Terminal()
    line = ProgressLine(terminal, quiet_s=0)
    line.show(1200, 10_000)
    line.clear()
    assert terminal.getvalue() == f"\r1,200 of 10,000 notes\r{' ' * 21}\r"
    ProgressLine(other, quiet_s=60).show(1, 2)
    pipe = io.StringIO()
    ProgressLine(pipe, quiet_s=0).show(1, 2)
    assert other.getvalue() == pipe.getvalue() == ""


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True


def export(file: Path, *arguments: str) -> Outcome:
    """Run `quizzer export anki`."""
    return run("export", "anki", str(file), *arguments)


def imported(*arguments: str) -> set[str]:
    """Run quizzer and return the modules it imported, by Python's record of imports."""
    process = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "quizzer", *arguments],
        capture_output=True,
        env=environment(),
        encoding="utf-8",
        timeout=PATIENCE_S,
        check=True,
    )
    lines = [line for line in process.stderr.splitlines() if line.startswith("import time:")]
    return {line.rsplit("|", 1)[1].strip() for line in lines}
