"""Fixtures for tests of whole processes."""

from __future__ import annotations

from pathlib import Path

import pytest

from quizzer.core.rating import Rating
from quizzer.services.review import ReviewSession
from quizzer.services.workspace import open_workspace
from tests.integration.processes.database import database_path
from tests.integration.processes.shell import WriteNotes
from tests.support import WriteDeck, answer


@pytest.fixture
def write_notes(shipped: Path, write_deck: WriteDeck, monkeypatch: pytest.MonkeyPatch) -> WriteNotes:
    """Give every process one deck of so many notes, and no daily limit; return the keys of the cards."""

    def write(count: int) -> list[str]:
        keys = [f"n{number}" for number in range(1, count + 1)]
        write_deck("attention", *keys)
        monkeypatch.setenv("QUIZZER_CONTENT", str(shipped))
        monkeypatch.setenv("QUIZZER_NEW_LIMIT", "9999")
        return keys

    return write


@pytest.fixture
def answered(write_notes: WriteNotes) -> Path:
    """The database of a learner who has answered n1 and n2 of sixty cards, with Good, today."""
    write_notes(60)
    with open_workspace() as workspace:
        session = ReviewSession(workspace)
        for _ in range(2):
            answer(session, Rating.GOOD)
    return database_path()
