"""What the tests of content share: roots in a temporary folder and the files in them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from quizzer.content.locator import ContentRoots

WriteDeck = Callable[[str, str], Path]


@pytest.fixture
def roots(tmp_path: Path) -> ContentRoots:
    """Two roots with empty deck folders."""
    made = ContentRoots(tmp_path / "shipped", tmp_path / "learner")
    made.shipped_decks.mkdir(parents=True)
    made.learner_decks.mkdir(parents=True)
    return made


def _writer(folder: Path) -> WriteDeck:
    def write(name: str, text: str) -> Path:
        path = folder / name
        path.write_text(dedent(text), encoding="utf-8")
        return path

    return write


@pytest.fixture
def write_shipped(roots: ContentRoots) -> WriteDeck:
    """Writes a file of the shipped decks."""
    return _writer(roots.shipped_decks)


@pytest.fixture
def write_own(roots: ContentRoots) -> WriteDeck:
    """Writes a file of the learner's decks."""
    return _writer(roots.learner_decks)
