from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from quizzer.cli.main import COMMANDS, cli
from quizzer.content.deck_file import parse_deck
from quizzer.content.kata_folder import read_kata
from quizzer.content.kata_names import list_slugs
from quizzer.content.locator import locate_content
from quizzer.core.settings import SETTINGS

ROOT = Path(__file__).parents[2]
ROOTS = locate_content(None, Path("none"))
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("command", list(COMMANDS))
def test_the_readme_names_every_command(command: str) -> None:
    """A command without a word in the README does not exist for its users."""
    assert f"quizzer {command}" in README


@pytest.mark.parametrize("command", list(COMMANDS))
def test_help_lists_a_command_by_its_own_words(command: str) -> None:
    """The line in `quizzer --help` is the first line of the command's own help."""
    loaded = cli.get_command(None, command)  # type: ignore[arg-type]
    assert loaded is not None
    assert (loaded.help or "").splitlines()[0] == COMMANDS[command][1]


def test_the_readme_shows_every_setting_with_its_default() -> None:
    """The settings in the README are the ones that exist, with the defaults that hold."""
    block = re.search(r"```toml\n(.*?)```", README, re.DOTALL)
    assert block is not None
    assert tomllib.loads(block[1]) == {key: setting.default for key, setting in SETTINGS.items()}


def test_the_deck_in_the_readme_loads() -> None:
    """What the README says a deck looks like is a deck without fault."""
    block = re.search(r"```yaml\n(.*?)```", README, re.DOTALL)
    assert block is not None
    file = parse_deck(block[1].encode(), "my-attention.yaml", is_shipped=False)
    assert file.faults == ()
    assert file.deck is not None
    assert len(file.deck.notes) == 5


def test_the_tree_in_the_readme_is_there() -> None:
    """Every module that the README's tree names exists."""
    tree = README.split("## How the code is laid out")[1]
    room = ""
    for line in tree.splitlines():
        if found := re.match(r"  (\w+)/ ", line):
            room = found[1]
            assert (ROOT / "quizzer" / room).is_dir(), line
        elif found := re.match(r"    ([\w/]+\.py) ", line):
            assert (ROOT / "quizzer" / room / found[1]).is_file(), line


def test_every_dependency_has_its_reason() -> None:
    """Each package that quizzer needs stands in CONTRIBUTING, with why."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    block = re.search(r"^dependencies = \[(.*?)^\]", project, re.DOTALL | re.MULTILINE)
    assert block is not None
    for name in re.findall(r'"([A-Za-z.-]+)', block[1]):
        assert name.lower() in text.lower(), name


@pytest.mark.parametrize("slug", list_slugs(ROOTS))
def test_the_report_on_mistakes_is_current(slug: str) -> None:
    """docs/mistakes.md has a row for every mistake of every kata, and all of them are caught and named."""
    report = (ROOT / "docs" / "mistakes.md").read_text(encoding="utf-8")
    section = report.split(f"\n## {slug}\n")[1].split("\n## ")[0]
    rows = [line.split(" | ") for line in section.splitlines() if line.startswith("| ")][1:]
    kata = read_kata(ROOTS, slug).kata
    assert kata is not None
    assert [row[0].removeprefix("| ") for row in rows] == [mistake.name for mistake in kata.mistakes]
    assert all(re.match(r"test_|[a-z]+_(calls|growth|time)$", row[1]) for row in rows)
