"""Tables and Markdown at the command line, to files and back."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from quizzer.content.deck_file import read_deck
from tests.integration.processes.shell import run
from tests.support import WriteDeck

DATA = Path(__file__).parents[1] / "data" / "exchange"
CLOZE = """\
  - id: parts
    level: senior
    topics: [t]
    source: {cite: A book 2017, checked: recalled}
    cloze: "{{c1::one}} and {{c3::three}}"
"""


@pytest.fixture(autouse=True)
def decks(shipped: Path, write_deck: WriteDeck, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give every process of this module two decks."""
    monkeypatch.setenv("QUIZZER_CONTENT", str(shipped))
    write_deck("attention", "a1", "a2", notes=CLOZE)
    write_deck("decoding", "d1")


@pytest.mark.parametrize(("kind", "name"), [("csv", "q.csv"), ("csv", "q.tsv"), ("markdown", "q.md")])
def test_what_was_exported_is_known_when_it_comes_back(tmp_path: Path, kind: str, name: str) -> None:
    """An export says what it wrote, and its import brings nothing new; elsewhere it brings every note."""
    file = tmp_path / name
    exported = run("export", kind, str(file))
    assert (exported.code, exported.out, exported.err) == (0, f"{file}: 4 notes, 2 decks\n", "")
    assert "4 notes: 4 unchanged" in run("import", kind, str(file)).out

    empty = tmp_path / "empty"
    (empty / "decks").mkdir(parents=True)
    imported = run("import", kind, str(file), QUIZZER_CONTENT=str(empty))

    assert "Brought 4 notes: 4 new." in imported.out
    home = Path(os.environ["HOME"])
    found = {path.stem for path in (home / "quizzer" / "decks").glob("*.yaml")}
    assert found == {"attention", "decoding"}
    assert run("deck", "lint", QUIZZER_CONTENT=str(empty)).code == 0
    again = run("export", kind, "-", QUIZZER_CONTENT=str(empty))
    assert again.out == run("export", kind, "-").out


@pytest.mark.parametrize(("kind", "name"), [("csv", "q.csv"), ("markdown", "q.md"), ("json", "q.json")])
def test_a_deck_of_the_learners_comes_back_with_all_it_says_of_itself(
    tmp_path: Path, kind: str, name: str
) -> None:
    """Title, description and tags of a deck are the same in an empty home."""
    own = 'deck: own\ntitle: "Tricky :: deck"\ndescription: All, of it.\ntags: [t, two words]\n'
    decks = Path(os.environ["HOME"]) / "quizzer" / "decks"
    decks.mkdir(parents=True)
    (decks / "own.yaml").write_text(f"{own}notes:\n  - {{id: o1, q: Q?, a: A.}}\n", encoding="utf-8")
    assert run("export", kind, str(tmp_path / name)).code == 0

    (decks / "own.yaml").unlink()
    assert "1 new" in run("import", kind, str(tmp_path / name)).out
    deck = read_deck(decks / "own.yaml", is_shipped=False).deck
    assert deck is not None
    assert (deck.title, deck.description, deck.tags) == ("Tricky :: deck", "All, of it.", ("t", "two words"))


@pytest.mark.parametrize("kind", ["csv", "markdown"])
def test_filters_choose_notes(tmp_path: Path, kind: str) -> None:
    """Decks and levels narrow an export down; `-` is the standard output."""
    out = run("export", kind, "-", "--deck", "attention", "--level", "senior").out
    assert "{{c3::three}}" in out
    assert "What is a1?" not in out
    assert "there is no deck 'atention'" in run("export", kind, "-", "--deck", "atention").err


@pytest.mark.parametrize(("kind", "name"), [("csv", "q.csv"), ("markdown", "q.md")])
def test_only_a_file_of_ours_is_replaced(tmp_path: Path, kind: str, name: str) -> None:
    """Somebody's own file stays; an earlier export is written anew."""
    file = tmp_path / name
    file.write_text("my own\n", encoding="utf-8")
    refused = run("export", kind, str(file))
    assert (refused.code, file.read_text(encoding="utf-8")) == (2, "my own\n")
    assert "was not written by quizzer and is not overwritten" in refused.err

    file.unlink()
    run("export", kind, str(file), "--deck", "decoding")
    assert "4 notes" in run("export", kind, str(file)).out


def test_another_kind_of_name_is_told(tmp_path: Path) -> None:
    """A name that says another kind of file gets the right one proposed."""
    table = run("export", "csv", str(tmp_path / "q.xls"))
    document = run("export", "markdown", str(tmp_path / "q.txt"))
    assert (table.code, document.code) == (2, 2)
    assert "'.csv' was expected for a table" in table.err
    assert "q.md." in document.err


def test_a_table_of_a_learners() -> None:
    """Faulty rows are told on stderr with their places, and the others are in a deck named like the file."""
    outcome = run("import", "csv", str(DATA / "words.csv"), "--dry-run")
    assert outcome.code == 0
    assert "Would bring 6 notes: 3 new, 3 refused." in outcome.out
    assert f"{DATA / 'words.csv'}:8: level is 'expert'" in outcome.err
    assert "words.yaml" in outcome.out


def test_topics_that_the_syllabus_does_not_have_are_told(shipped: Path, tmp_path: Path) -> None:
    """Each is named once, with the first line that has it and how many notes it was left out of."""
    (shipped / "decks" / "_syllabus.yaml").write_text(
        "areas:\n  - {id: a, title: A, requires: [], topics: [{id: bayes-theorem, title: B, level: mid}]}\n"
        "merged: {bayes-rule: bayes-theorem}\n",
        encoding="utf-8",
    )
    file = tmp_path / "t.csv"
    file.write_text("q,a,topics\nq1,a1,bayes-rule bayes-theorm\nq2,a2,bayes-theorm\nq3,a3,zzz\n")
    for options in (("--dry-run",), ()):
        told = run("import", "csv", str(file), *options).err
        assert (
            f"{file}:2: the topic 'bayes-theorm' is none of the syllabus and was left out of 2 notes: "
            "did you mean 'bayes-theorem'?"
        ) in told
        assert f"{file}:4: the topic 'zzz' is none of the syllabus and was left out of 1 note" in told
    assert "topic" not in run("import", "csv", str(file)).err
    (deck,) = (Path(os.environ["HOME"]) / "quizzer" / "decks").glob("*.yaml")
    assert deck.read_text(encoding="utf-8").count("topics: [bayes-theorem]") == 1


@pytest.mark.parametrize("kind", ["csv", "markdown", "json"])
def test_what_went_to_the_standard_output_comes_from_the_standard_input(kind: str) -> None:
    """`-` reads what an export to `-` wrote."""
    written = run("export", kind, "-").out
    assert "4 notes: 4 unchanged" in run("import", kind, "-", answers=written).out


def test_a_table_without_a_file_is_an_imported_deck() -> None:
    """Its rows are told by their lines, and its deck has no name of a file."""
    outcome = run("import", "csv", "-", answers="q,a\nq1,a1\nq2,\n")
    assert "standard input:3: a question without an answer" in outcome.err
    assert "imported.yaml" in outcome.out


def test_a_table_that_was_never_there() -> None:
    """A missing file is a sentence."""
    outcome = run("import", "csv", "none.csv")
    assert (outcome.code, outcome.out) == (2, "")
    assert "none.csv: the file does not exist" in outcome.err


def test_markdown_with_its_schedule() -> None:
    """With their history the cards of Obsidian's plugin are due when it has them due."""
    file = str(DATA / "dialects.md")
    outcome = run("import", "markdown", file, "--highlights", "--with-history")
    assert "Brought 12 notes: 9 new, 3 refused." in outcome.out
    assert "2 schedules of 2 cards" in outcome.out
    assert "dialects.md:64: the schedule of the card cannot be read" in outcome.err


def test_a_folder_of_markdown(tmp_path: Path) -> None:
    """Files in folders come, hidden ones and links out of the folder do not."""
    vault = tmp_path / "vault"
    for name in ("ml/losses", ".obsidian", "ml/.trash"):
        (vault / name).mkdir(parents=True)
    (vault / "ml" / "losses" / "entropy.md").write_text("a::b\n", encoding="utf-8")
    (vault / "top.markdown").write_text("c::d\n", encoding="utf-8")
    (vault / ".obsidian" / "hidden.md").write_text("e::f\n", encoding="utf-8")
    (vault / "ml" / ".trash" / "gone.md").write_text("g::h\n", encoding="utf-8")
    (vault / "readme.txt").write_text("i::j\n", encoding="utf-8")
    outside = tmp_path / "secret.md"
    outside.write_text("k::l\n", encoding="utf-8")
    (vault / "link.md").symlink_to(outside)
    (vault / "inside.md").symlink_to(vault / "top.markdown")
    (vault / "loop").symlink_to(vault)

    outcome = run("import", "markdown", str(vault), "--dry-run")

    assert "ml-losses-entropy.yaml  a" in outcome.out
    assert "k::l" not in outcome.out
    assert f"{vault / 'link.md'}: the link leads out of the folder" in outcome.err
    assert "Would bring 4 notes: 2 new, 2 refused." in outcome.out  # the link, and the same note twice
