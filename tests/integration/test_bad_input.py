"""Wrong usage and input: each gets its sentence and exit code, and no traceback."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.integration.processes.shell import (
    PATIENCE_S,
    WITHOUT_OVERRIDE,
    Outcome,
    check_manners,
    command,
    environment,
    run,
)
from tests.support import WriteDeck

SETTINGS = [
    ("nwe_limit = 3", "there is no setting 'nwe_limit'; did you mean 'new_limit'?"),
    (
        "colour = 'blue'",
        "there is no setting 'colour'; known are workspace, database, content, zone, rollover_hour, "
        "new_limit, review_limit, kata_limit, grades, theme.",
    ),
    ("new_limit = 'many'", "'new_limit' is 'many'; a whole number from 0 to 9999 was expected."),
    ("new_limit = true", "'new_limit' is True; a whole number from 0 to 9999 was expected."),
    ("rollover_hour = 24", "'rollover_hour' is 24; a whole number from 0 to 23 was expected."),
    ("grades = 'five'", "'grades' is 'five'; 'four' or 'six' was expected."),
    ("workspace = 7", "'workspace' is 7; a text in quotes was expected."),
]


@pytest.fixture(autouse=True)
def decks(shipped: Path, write_deck: WriteDeck, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give every process of this module one deck of two notes, and return its file."""
    monkeypatch.setenv("QUIZZER_CONTENT", str(shipped))
    return write_deck("attention", "a1", "a2")


@pytest.fixture
def write_settings(home: Path) -> Callable[[bytes], Path]:
    """Write the settings file of the test and return its path."""

    def write(data: bytes) -> Path:
        path = home / "config" / "quizzer" / "settings.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    return write


def test_an_unknown_deck_names_the_nearest() -> None:
    """A review of a deck that does not exist names the nearest one and writes nothing."""
    outcome = run("review", "--plain", "atention", answers="\n3\n")

    assert re.fullmatch(
        r"quizzer: there is no deck 'atention', expected one of the library: did you mean 'attention'\? "
        r"'quizzer deck list' names them\.?\n",
        outcome.err,
    )
    assert outcome.out == ""
    assert outcome.code == 2


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["revew"], "Error: there is no command 'revew'; did you mean 'review'?"),
        (["xyzzy"], "Error: there is no command 'xyzzy'; 'quizzer --help' lists them."),
        (["--nope"], "Error: No such option '--nope'."),
        (["due", "--jsn"], "Error: No such option '--jsn'. Did you mean '--json'?"),
        (["due", "attention"], "Error: Got unexpected extra argument (attention)"),
        (["export", "anki"], "Error: Missing argument 'FILE.apkg'."),
        (["review", "--limit", "0"], "Error: Invalid value for '--limit': 0 is not in the range x>=1."),
        (
            ["review", "--level", "junior"],
            "Error: Invalid value for '--level': 'junior' is not one of 'mid', 'senior', 'principal'.",
        ),
    ],
)
def test_wrong_usage(arguments: list[str], sentence: str) -> None:
    """A command line that is wrong gets usage, where help is, and one sentence."""
    outcome = run(*arguments)

    lines = outcome.err.splitlines()
    assert lines[0].startswith("Usage: quizzer ")
    assert re.fullmatch(r"Try 'quizzer [a-z ]*--help' for help\.", lines[1])
    assert lines[2:] == ["", sentence]
    assert outcome.out == ""
    assert outcome.code == 2


def test_a_level_is_written_as_in_the_decks() -> None:
    """`--level` takes the words that decks use; one that no card has is said."""
    assert run("review", "--plain", "--level", "mid").code == 0
    outcome = run("review", "--plain", "--level", "principal")

    assert outcome.err == "quizzer: no card fits principal; there are no tags. Ask for less.\n"
    assert outcome.code == 2


def test_an_unknown_tag_is_said() -> None:
    """A tag that no card has is named, and where tags can be seen."""
    outcome = run("review", "--plain", "--tag", "nowhere", "attention")

    assert outcome.err == ("quizzer: no card fits attention, nowhere; there are no tags. Ask for less.\n")
    assert outcome.code == 2


@pytest.mark.parametrize(("line", "sentence"), SETTINGS)
def test_a_wrong_setting(write_settings: Callable[[bytes], Path], line: str, sentence: str) -> None:
    """A setting that is unknown or not of its kind is named with its place and what was expected."""
    path = write_settings(line.encode())
    outcome = run("due")

    assert outcome.err == f"quizzer: {path}:1: {sentence} 'quizzer config edit' opens the file.\n"
    assert outcome.code == 2


@pytest.mark.parametrize("data", [b"new_limit = ", b"[[", b"zone = 'UTC\n", b"new_limit = 3\xff"])
def test_settings_that_are_no_toml(write_settings: Callable[[bytes], Path], data: bytes) -> None:
    """A settings file that cannot be read is named, and nothing is guessed."""
    path = write_settings(data)
    outcome = run("review", "--plain", answers="\n3\n")

    assert outcome.err.startswith(f"quizzer: {path}: ")
    assert re.search(
        r"this is not valid TOML: .*\(at .*\)\. Mend the line, then try again|Mend or remove", outcome.err
    )
    assert outcome.err.count("\n") == 1
    assert outcome.out == ""
    assert outcome.code == 2


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("QUIZZER_NEW_LIMIT", "-1", "'new_limit' is '-1'; a whole number from 0 to 9999 was expected."),
        ("QUIZZER_REVIEW_LIMIT", "", "'review_limit' is ''; a whole number from 0 to 9999 was expected."),
        ("QUIZZER_GRADES", "SIX", "'grades' is 'SIX'; 'four' or 'six' was expected."),
    ],
)
def test_a_wrong_environment_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str
) -> None:
    """An environment variable with a value that cannot be is named with what was expected."""
    monkeypatch.setenv(name, value)
    outcome = run("due")

    assert outcome.err == f"quizzer: environment variable {name}: {sentence}\n"
    assert outcome.code == 2


@pytest.mark.parametrize("zone", ["Mars/Base", "../../etc/passwd", "/etc/passwd", "Europe"])
def test_an_unknown_zone(zone: str) -> None:
    """A time zone that does not exist is named, with the form of one that does."""
    outcome = run("review", "--plain", QUIZZER_ZONE=zone, answers="\n3\n")

    assert outcome.err == (
        f"quizzer: setting 'zone' (or QUIZZER_ZONE): there is no time zone '{zone}'; "
        "a name such as 'Europe/Berlin' was expected.\n"
    )
    assert outcome.code == 2


@pytest.mark.parametrize("arguments", [("due",), ("deck", "list"), ("review", "--plain")])
def test_a_content_root_without_decks(tmp_path: Path, home: Path, arguments: tuple[str, ...]) -> None:
    """A setting 'content' that names a folder without decks is refused before anything is made."""
    outcome = run(*arguments, QUIZZER_CONTENT=str(tmp_path))

    assert re.fullmatch(
        rf"quizzer: the setting 'content' names {tmp_path}, which holds no folder 'decks', expected one that "
        r"does: correct the setting, or remove it to use the shipped decks\.?\n",
        outcome.err,
    )
    assert outcome.code == 2
    assert not (home / "data").exists()


def test_decks_that_may_not_be_read(decks: Path) -> None:
    """A folder of decks that may not be searched is a fault that is named, not an accident."""
    decks.parent.chmod(0o000)
    outcome = run("deck", "lint", before=WITHOUT_OVERRIDE)
    decks.parent.chmod(0o755)

    assert f"{decks.parent}:1:1: it may not be read" in outcome.out
    assert outcome.code == 1


@pytest.mark.parametrize("arguments", [["due"], ["deck", "schema"], ["--help"]])
@pytest.mark.parametrize("is_buffered", [True, False])
def test_a_reader_that_has_gone(arguments: list[str], is_buffered: bool) -> None:
    """A pipe whose reader has gone ends a command with 0 and without a word."""
    variables = {} if is_buffered else {"PYTHONUNBUFFERED": "1"}
    outcome = _run_into("head -c 0", arguments, variables)

    assert outcome == Outcome(0, "", "")


def test_a_reader_that_goes_during_a_review() -> None:
    """A review whose reader has gone stops, with 0 and without a word."""
    outcome = _run_into("head -c 200", ["review", "--plain"], {}, answers="\n3\n" * 20)

    assert outcome.err == ""
    assert outcome.code == 0


def test_an_output_that_cannot_be_written() -> None:
    """Output onto a full disk is said in a sentence, with 3."""
    outcome = _run_into("", ["due"], {}, target="> /dev/full")

    assert "No space left on device" in outcome.err
    assert outcome.err.count("\n") == 1
    assert outcome.code == 3


@pytest.mark.parametrize("arguments", [["review"], ["review", "--plain"], []])
def test_a_closed_input_is_the_end_of_input(arguments: list[str]) -> None:
    """A command whose standard input is closed is as one whose input has ended."""
    outcome = _run_into("", arguments, {}, target="<&-")

    assert outcome.err == ""
    assert outcome.code == 0


def test_bytes_that_are_no_text_are_not_known() -> None:
    """Bytes on the input that are no UTF-8 are an answer that is not known, and the review goes on."""
    process = subprocess.run(
        command("review", "--plain"),
        input=b"\xff\xfe\n\n3\n",
        capture_output=True,
        env=environment() | {"PYTHONIOENCODING": "utf-8:strict"},
        timeout=PATIENCE_S,
        check=False,
    )
    check_manners((process.stdout + process.stderr).decode())
    assert b"is not known here" in process.stdout
    assert b"1 answer: 1 good" in process.stdout
    assert process.returncode == 0


def test_a_terminal_that_cannot_show_a_character(decks: Path) -> None:
    """A character that the output cannot encode is replaced; the review goes on."""
    decks.write_text(
        decks.read_text(encoding="utf-8").replace("What is a1?", "What is α₁?"), encoding="utf-8"
    )
    outcome = run("review", "--plain", answers="\n3\n", PYTHONIOENCODING="ascii")

    assert "\nWhat is " in outcome.out
    assert "1 answer: 1 good" in outcome.out
    assert outcome.code == 0


def _run_into(
    reader: str, arguments: list[str], variables: dict[str, str], answers: str = "", target: str = ""
) -> Outcome:
    """Run quizzer in bash with its output piped into `reader`, or redirected to `target`."""
    line = f'"$@" {target}' if target else f'"$@" | {reader}; exit "${{PIPESTATUS[0]}}"'
    process = subprocess.run(
        ["bash", "-c", line, "bash", *command(*arguments)],
        input=answers,
        capture_output=True,
        encoding="utf-8",
        env=environment() | variables,
        timeout=PATIENCE_S,
        check=False,
    )
    check_manners(process.stderr)
    out = "" if reader else process.stdout
    return Outcome(process.returncode, out, process.stderr)
