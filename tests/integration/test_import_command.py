"""`quizzer import` and `quizzer export json`, as a learner calls them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from quizzer.cli.main import cli
from quizzer.core.rating import Rating
from quizzer.errors import QuizzerError
from quizzer.services.review import ReviewSession
from quizzer.services.selection import Selection
from quizzer.services.workspace import open_workspace
from tests.support import WriteDeck, answer, read_log

Call = Callable[..., str]


@pytest.fixture
def call(shipped: Path, write_deck: WriteDeck, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Call quizzer with a deck of two notes; return what it prints, errors included."""
    write_deck("attention", "a1", "a2")
    monkeypatch.setenv("QUIZZER_CONTENT", str(shipped))

    def run(*arguments: str) -> str:
        result = CliRunner().invoke(cli, arguments)
        if isinstance(result.exception, QuizzerError):
            return f"{result.exit_code}: {result.exception}"
        assert result.exception is None, result.output
        return result.output

    return run


def own_note(folder: Path) -> None:
    """Write a deck of the learner's."""
    decks = folder / "quizzer" / "decks"
    decks.mkdir(parents=True)
    (decks / "mine.yaml").write_text("deck: mine\nnotes:\n  - id: m1\n    q: Mine?\n    a: Yes.\n")


def test_everything_moves_to_another_home(
    call: Call, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Decks and answers that were exported are there after the import, and go with `import undo`."""
    own_note(home)
    with open_workspace() as workspace:
        answer(ReviewSession(workspace), Rating.GOOD)
    file = tmp_path / "all.json"
    assert "1 review" in call("export", "json", str(file))
    other = tmp_path / "other"
    monkeypatch.setenv("HOME", str(other))
    for name in ("DATA", "CONFIG", "CACHE", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(other / name.lower()))
    plan = call("import", "json", str(file), "--with-history", "--dry-run")
    assert "new       m1  mine.yaml  Mine?" in plan
    assert "Nothing was written" in plan
    assert not (other / "quizzer").exists()
    result = call("import", "json", str(file), "--with-history")
    said = "3 notes: 1 new, 2 unchanged"
    assert f"Would bring {said}" in plan
    assert f"Brought {said}" in result
    assert "History: 1 review" in plan
    assert "History: 1 review" in result
    with open_workspace() as workspace:
        assert len(read_log(workspace)) == 1
        assert workspace.library.note("m1").answer == "Yes."
    undone = call("import", "undo")
    assert "Taken back: the import of json" in undone
    assert "Removed: " in undone
    assert "Put back" not in undone
    with open_workspace() as workspace:
        assert read_log(workspace) == []
        assert workspace.library.get("m1") is None


def test_taking_notes_back_that_were_answered_is_asked_for(call: Call, tmp_path: Path) -> None:
    """Without --answered the undo says how many they are, and does nothing; with it, what became of them."""
    file = tmp_path / "words.csv"
    file.write_text("id,question,answer\nx1,Q1?,A\nx2,Q2?,A\n")
    call("import", "csv", str(file), "--deck", "words")
    with open_workspace() as workspace:
        session = ReviewSession(workspace, Selection(decks=("words",)))
        for _ in range(2):
            answer(session, Rating.AGAIN)
        answer(session, Rating.GOOD)
    refused = call("import", "undo")
    assert ": nothing was taken back: 2 notes of the import were answered since. " in refused
    taken = call("import", "undo", "--answered").splitlines()
    assert taken[-1] == (
        "Gone with it: 2 notes answered since; 3 answers in the log will count again when the same notes "
        "come back."
    )


def test_an_export_goes_to_the_standard_output(call: Call) -> None:
    """`-` prints the document, so that it can be piped."""
    document = call("export", "json", "-").rpartition("\nWritten")[0]
    assert [deck["id"] for deck in json.loads(document)["decks"]] == ["attention"]


def test_a_file_of_somebody_else_is_not_overwritten(call: Call, tmp_path: Path) -> None:
    """Only an export of ours, or an empty file, is replaced."""
    file = tmp_path / "letter.json"
    file.write_text('{"dear": "all"}')
    assert "is not overwritten" in str(CliRunner().invoke(cli, ["export", "json", str(file)]).exception)
    assert file.read_text() == '{"dear": "all"}'
    file.write_text("")
    call("export", "json", str(file))
    call("export", "json", str(file))
    assert file.stat().st_size > 100


def test_what_is_refused_is_told_on_stderr(call: Call, tmp_path: Path) -> None:
    """A note that cannot be one is named with its place, and the others come."""
    file = tmp_path / "all.json"
    call("export", "json", str(file))
    found = json.loads(file.read_text())
    found["decks"][0]["notes"] += [{"id": "x1", "q": "Q", "a": "A"}, {"id": "x2", "q": "\x1b[31m", "a": "A"}]
    file.write_text(json.dumps(found))
    result = CliRunner().invoke(cli, ["import", "json", str(file)])
    assert "4 notes: 1 new, 2 unchanged, 1 refused" in result.stdout
    assert f"{file}: decks[0].notes[3]: " in result.stderr
    assert "\x1b" not in result.output


@pytest.mark.parametrize("text", ["", "[", '{"format": "quizzer", "version": 0}', '{"a": NaN}', "\0"])
def test_no_file_gives_a_traceback(call: Call, tmp_path: Path, text: str) -> None:
    """Whatever the file holds, the answer is a sentence that names it."""
    file = tmp_path / "bad.json"
    file.write_text(text)
    error = CliRunner().invoke(cli, ["import", "json", str(file)]).exception
    assert isinstance(error, QuizzerError)
    assert str(error).startswith(str(file))
    assert isinstance(CliRunner().invoke(cli, ["import", "json", str(tmp_path)]).exception, QuizzerError)


def test_another_deck_may_be_named(call: Call, tmp_path: Path) -> None:
    """`--deck` puts new notes where the learner wants them."""
    file = tmp_path / "all.json"
    call("export", "json", str(file))
    file.write_text(file.read_text().replace('"a1"', '"b1"').replace(',"owner":"quizzer"', ""))
    call("import", "json", str(file), "--deck", "basket")
    with open_workspace() as workspace:
        assert [note.id for note in workspace.library.deck("basket").notes] == ["b1"]


def test_a_source_without_a_note_is_told(call: Call, tmp_path: Path) -> None:
    """That it has none is not said to be nothing new."""
    file = tmp_path / "notes.md"
    file.write_text("# Only a heading\n")
    result = CliRunner().invoke(cli, ["import", "markdown", str(file)])
    assert "'quizzer import markdown --help'" in result.stderr
    assert "nothing new" not in result.output


def test_missing_media_are_told_when_they_are_imported(call: Call, tmp_path: Path) -> None:
    """Not only by a dry run."""
    file = tmp_path / "notes.txt"
    file.write_text('#separator:tab\n#html:true\nq\t<img src="lost.png">\n')
    result = CliRunner().invoke(cli, ["import", "csv", str(file)])
    assert "lost.png" in result.stderr
