"""A collection of Anki's client, and exports that go to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from anki.collection import Collection

from quizzer.services.export import Exported, ExportPlan, export_anki
from quizzer.services.selection import Selection
from tests.integration.anki.client import Client, Export
from tests.support import OpenWorkspace


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    """An empty collection."""
    (tmp_path / "anki").mkdir()
    collection = Collection(str(tmp_path / "anki" / "collection.anki2"))
    yield Client(collection)
    collection.close()


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """Where exports go."""
    return tmp_path / "quizzer.apkg"


@pytest.fixture
def export(open_here: OpenWorkspace, package: Path) -> Export:
    """Export to the package what a selection given by keyword chooses."""

    def export_it(
        *, katas: bool | None = None, with_history: bool = False, **selection: tuple[str, ...]
    ) -> Exported:
        plan = ExportPlan(Selection(**selection), katas, with_history)  # type: ignore[arg-type]
        with open_here() as workspace:
            return export_anki(workspace, package, plan)

    return export_it
