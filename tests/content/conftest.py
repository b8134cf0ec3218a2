"""What the tests of shipped content share."""

from __future__ import annotations

from pathlib import Path

import pytest

from quizzer.content.library import Library, load_library
from quizzer.content.locator import ContentRoots, locate_content


@pytest.fixture(scope="session")
def library() -> Library:
    """The shipped decks alone, read from their files."""
    roots = locate_content(None, Path("none"))
    return load_library(ContentRoots(roots.shipped, roots.shipped / "none"), None)
