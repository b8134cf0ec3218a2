"""What is slow to import stays out of the commands that do without it: seen by Python's own record."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

import click
import pytest

from quizzer.cli.main import COMMANDS
from tests.integration.processes.shell import PATIENCE_S, environment, run
from tests.support import WriteDeck

NO_SCREEN = {"textual", "torch", "numpy", "yaml", "ruamel", "alembic", "jinja2", "tomlkit", "plotext"}


@pytest.fixture(autouse=True)
def decks(shipped: Path, write_deck: WriteDeck, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give every process of this module one deck, and return its file."""
    monkeypatch.setenv("QUIZZER_CONTENT", str(shipped))
    return write_deck("attention", "a1", "a2")


def test_help_imports_nothing_heavy() -> None:
    """`quizzer --help` and a command's own help need neither screen, database nor decks."""
    for arguments in (
        ["--help"],
        ["--version"],
        ["review", "--help"],
        ["kata", "--help"],
        ["check", "--help"],
    ):
        found = _imported(*arguments)
        assert not found & {*NO_SCREEN, "sqlalchemy", "sqlite3", "msgspec", "platformdirs", "markdown_it"}
        assert "click" in found


def test_due_on_unchanged_decks_imports_no_sqlalchemy() -> None:
    """`quizzer due`, once the decks are known, reads the database without SQLAlchemy, YAML or Textual."""
    first = _imported("due")
    second = _imported("due")

    assert {"sqlalchemy", "yaml", "alembic"} <= first
    assert "quizzer.storage.queue" in second
    assert not second & {*NO_SCREEN, "sqlalchemy", "markdown_it"}


def test_a_plain_review_of_known_decks_imports_no_screen() -> None:
    """A plain review of known decks imports SQLAlchemy with its first answer, and no Textual ever."""
    run("review", "--plain", answers="\n3\n")
    looking = _imported("review", "--plain", answers="\n")
    answering = _imported("review", "--plain", answers="\n3\n")

    assert not looking & {*NO_SCREEN, "sqlalchemy", "rich"}
    assert "sqlalchemy" in answering
    assert not answering & {*NO_SCREEN, "sqlalchemy.orm", "rich"}


def test_a_query_of_known_decks_imports_no_sqlalchemy() -> None:
    """Listing cards reads the database as `due` does; only what changes them imports SQLAlchemy."""
    run("due")
    assert not _imported("cards", "a1", "prop:lapses=0") & {*NO_SCREEN, "sqlalchemy", "rich"}
    assert "sqlalchemy" in _imported("cards", "a1", "--flag")


def test_an_export_imports_no_sqlalchemy(tmp_path: Path) -> None:
    """Neither the first, which renders and remembers what it wrote, nor one that has nothing to do."""
    run("due")
    first, second = (_imported("export", "anki", str(tmp_path / "x.apkg")) for _ in range(2))
    # genanki has to have YAML.
    assert not (first | second) & ({*NO_SCREEN, "sqlalchemy", "rich"} - {"yaml"})
    assert "quizzer.exchange.anki.fields" in first - second


def test_only_a_change_of_the_settings_imports_what_writes_them() -> None:
    """Looking at the settings needs nothing heavy; tomlkit is for a change."""
    for arguments in (["config", "--help"], ["config"], ["config", "show", "zone"], ["config", "path"]):
        assert not _imported(*arguments) & {*NO_SCREEN, "sqlalchemy", "sqlite3", "msgspec"}
    assert "tomlkit" in _imported("config", "set", "new_limit", "5")
    assert not _imported("due") & {"tomlkit"}


def test_only_what_computes_with_numpy_imports_it() -> None:
    """The schedule is shown and changed without NumPy; a fit needs it, and only a plot needs plotext."""
    run("review", "--plain", answers="\n3\n")
    assert not _imported("schedule", "simulate", "--help") & {*NO_SCREEN, "sqlalchemy"}
    assert not _imported("schedule", "show") & {*NO_SCREEN, "sqlalchemy"}
    assert not _imported("schedule", "undo", fails=True) & NO_SCREEN
    assert not _imported("schedule", "replay", "--yes") & NO_SCREEN
    fitting = _imported("schedule", "fit")
    assert "numpy" in fitting
    assert not fitting & (NO_SCREEN - {"numpy"})
    assert not _imported("schedule", "simulate", "--days", "2") & {"plotext", "sqlalchemy", "textual"}
    assert "plotext" in _imported("schedule", "simulate", "--days", "2", "--plot")


def test_a_changed_deck_is_what_imports_yaml(decks: Path) -> None:
    """The record would show YAML: a deck that has changed is parsed again."""
    run("due")
    decks.write_text(decks.read_text(encoding="utf-8").replace("What is a1?", "What?"), encoding="utf-8")

    assert "yaml" in _imported("due")


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_has_the_same_line_in_both_helps(name: str) -> None:
    """The line of a command in `quizzer --help` is the first of its own help."""
    target, line = COMMANDS[name]
    module, attribute = target.split(":")
    command = getattr(importlib.import_module(module), attribute)

    assert isinstance(command, click.Command)
    assert command.name == name
    assert (command.help or "").splitlines()[0] == line


def _imported(*arguments: str, answers: str = "", fails: bool = False) -> set[str]:
    """Run quizzer and return the modules it imported, by Python's record of imports."""
    process = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "quizzer", *arguments],
        input=answers,
        capture_output=True,
        env=environment(),
        encoding="utf-8",
        timeout=PATIENCE_S,
        check=not fails,
    )
    lines = [line for line in process.stderr.splitlines() if line.startswith("import time:")]
    return {line.rsplit("|", 1)[1].strip() for line in lines}
