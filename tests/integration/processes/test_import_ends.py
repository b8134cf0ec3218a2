"""Imports that are ended in the middle: nothing is half, nothing comes twice, and all can be taken back."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.processes.shell import run_program


@pytest.mark.parametrize(("kind", "count"), [("kill", 15), ("limit", 60)])
def test_an_import_that_is_ended_is_gone_on_with(tmp_path: Path, kind: str, count: int) -> None:
    """After a kill at any moment, or with files of any size at most, the same import brings the rest."""
    report = run_program("import_ends", kind, str(count), str(tmp_path))

    assert report["ends"] >= count
    assert report["after_all"] > 0 or kind == "kill"
