"""Workspaces for tests that draw many examples, each of which wants one of its own."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from quizzer.core.settings import Settings
from quizzer.services.places import Places
from quizzer.services.workspace import Workspace, open_workspace
from tests.support import StandingClock


@contextmanager
def fresh_workspace(
    notes: Mapping[str, str], clock: StandingClock | None = None, **settings: Any
) -> Iterator[Workspace]:
    """Open a workspace with one deck of these notes, id and YAML body, in a folder that goes with it."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "content" / "decks").mkdir(parents=True)
        text = "deck: attention\ntitle: A\nnotes:\n"
        for note_id, body in notes.items():
            text += f"  - id: {note_id}\n    level: mid\n    topics: [t]\n"
            text += f"    source: {{cite: B, checked: recalled}}\n    {body}\n"
        (root / "content" / "decks" / "attention.yaml").write_text(text, encoding="utf-8")
        chosen = Settings(content=str(root / "content"), zone="UTC", **settings)
        places = Places(chosen, root / "s.toml", root / "q.db", root / "b", root / "c", root / "w")
        with open_workspace(places, clock or StandingClock()) as workspace:
            yield workspace


def basic_notes(count: int) -> dict[str, str]:
    """Return so many notes of one card each."""
    return {f"a{number}": "q: What?\n    a: That." for number in range(1, count + 1)}
