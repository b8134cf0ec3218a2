"""A collection of the official client's, from which packages come."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.anki.packages import Maker


@pytest.fixture
def maker(tmp_path: Path) -> Iterator[Maker]:
    """An empty collection."""
    maker = Maker(tmp_path / "client")
    yield maker
    maker.close()
