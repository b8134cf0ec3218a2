"""Fixtures for all tests: a home of their own, a clock that stands, decks and a workspace on disk."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from quizzer.core.settings import Settings
from quizzer.services.places import Places
from quizzer.services.workspace import Workspace, open_workspace
from tests.support import OpenWorkspace, StandingClock, WriteDeck, WriteKata

# A machine under load is no reason for a failure. The suite draws the same examples each time, so that what
# fails can be repeated; `make properties` draws others.
hypothesis.settings.register_profile("quizzer", deadline=None, derandomize=True)
hypothesis.settings.register_profile("drawn", deadline=None, print_blob=True)
hypothesis.settings.load_profile("quizzer")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep every test away from the real home, settings and zone."""
    for name in [name for name in os.environ if name.startswith("QUIZZER_")]:
        monkeypatch.delenv(name)
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    for name in ("DATA", "CONFIG", "CACHE", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(home / name.lower()))
    monkeypatch.setenv("TZ", "UTC")
    return home


@pytest.fixture
def clock() -> StandingClock:
    """A clock that stands at nine o'clock on Monday, 2 March 2026, UTC."""
    return StandingClock()


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    """A content root with an empty folder of decks."""
    root = tmp_path / "content"
    (root / "decks").mkdir(parents=True)
    return root


@pytest.fixture
def write_deck(shipped: Path) -> WriteDeck:
    """Write a shipped deck of basic notes, as in `write_deck("attention", "a1", "a2")`, or of given YAML."""

    def write(deck: str, *ids: str, notes: str = "") -> Path:
        text = f"deck: {deck}\ntitle: {deck.capitalize()}\nnotes:\n"
        for note_id in ids:
            text += _note(note_id, f"q: What is {note_id}?\n    a: It is **{note_id}**.")
        path = shipped / "decks" / f"{deck}.yaml"
        path.write_text(text + notes, encoding="utf-8")
        return path

    return write


def _note(note_id: str, body: str) -> str:
    return (
        f"  - id: {note_id}\n    level: mid\n    topics: [{note_id}-topic]\n"
        f"    source: {{cite: A book 2017, checked: recalled}}\n    {body}\n"
    )


@pytest.fixture
def note() -> Callable[[str, str], str]:
    """Return the YAML of one complete shipped note with the given body."""
    return _note


KATA_FILES = {
    "kata.yaml": """\
title: Double it
level: mid
topics: [a1-topic]
cards: [a1]
par_minutes: 20
entry_points:
  double: {signature: "(x)", returns: tensor}
forbidden_calls: [torch.mul]
gates:
  forbidden_calls: {misconception: calls-mul}
  cpu_time: {size: 8, limit: 6, misconception: calls-mul, why: A loop is slow.}
hints: [Think of adding., What is $x + x$?, Return x + x.]
sources: [A book, page 1]
""",
    "prompt.md": "# Double it\n\nWrite `double(x)`: every element twice.\n",
    "starter.py": 'def double(x):\n    """Return x twice."""\n    raise NotImplementedError\n',
    "hidden_tests.py": (
        "from quizzer.grader.suite import assert_close\n\n"
        "def test_values(submission, reference, draw):\n"
        '    """Every element is doubled."""\n'
        "    x = draw.normal(3)\n"
        "    assert_close(submission.double(x), reference.double(x))\n"
    ),
    "mistakes/drops_the_sign.py": (
        '"""You drop the sign: the absolute value\nis doubled.\n\nNotes: a1, a2\n"""\n\n'
        "def double(x):\n    return 2 * abs(x)\n"
    ),
    "mistakes/calls_mul.py": '"""You call torch.mul.\n\nNotes: a3\n"""\n\ndef double(x):\n    return x * 2\n',
}


@pytest.fixture
def write_kata(shipped: Path) -> WriteKata:
    """Write the kata double-it, or a like one of another slug; `files` change or (None) drop some."""

    def write(slug: str = "double-it", files: Mapping[str, str | None] | None = None) -> Path:
        name = slug.replace("-", "_")
        folder = shipped / "katas" / name
        (folder / "mistakes").mkdir(parents=True)
        (shipped / "reference").mkdir(exist_ok=True)
        reference = shipped / "reference" / f"{name}.py"
        reference.write_text("def double(x):\n    return x + x\n", encoding="utf-8")
        for path, text in {**KATA_FILES, **(files or {})}.items():
            if text is not None:
                (folder / path).write_text(text, encoding="utf-8")
        return folder

    return write


@pytest.fixture
def places(tmp_path: Path, shipped: Path) -> Places:
    """Paths below the test's folder; zone UTC, rollover at four."""
    return Places(
        settings=Settings(content=str(shipped), zone="UTC", workspace=str(tmp_path / "quizzer")),
        settings_file=tmp_path / "settings.toml",
        database=tmp_path / "data" / "quizzer.db",
        backups=tmp_path / "data" / "backups",
        cache=tmp_path / "cache",
        workspace=tmp_path / "quizzer",
    )


@pytest.fixture
def open_here(places: Places, clock: StandingClock) -> OpenWorkspace:
    """Open the workspace of the test, with settings changed by keyword."""

    def open_it(**settings: Any) -> AbstractContextManager[Workspace]:
        changed = replace(places, settings=replace(places.settings, **settings))
        return open_workspace(changed, clock)

    return open_it


@pytest.fixture
def workspace(open_here: OpenWorkspace, write_deck: WriteDeck) -> Iterator[Workspace]:
    """An open workspace with one deck of five basic notes, a1 to a5."""
    write_deck("attention", *(f"a{number}" for number in range(1, 6)))
    with open_here() as workspace:
        yield workspace
