"""Fixtures for all tests: a home of their own, a clock that stands, decks and a workspace on disk."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from quizzer.core.settings import Settings
from quizzer.services.places import Places
from quizzer.services.workspace import Workspace, open_workspace
from tests.support import OpenWorkspace, StandingClock, WriteDeck


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
        f"    source: {{cite: A book, checked: recalled}}\n    {body}\n"
    )


@pytest.fixture
def note() -> Callable[[str, str], str]:
    """Return the YAML of one complete shipped note with the given body."""
    return _note


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
