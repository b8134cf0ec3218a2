"""A damaged page, wherever it is, and every command that may meet it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.processes.damaged_pages import COMMANDS
from tests.integration.processes.shell import run_program


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_meets_damage_in_every_page(tmp_path: Path, command: str) -> None:
    """It works on or says what to do; it overwrites nothing, loses no backup, and mends what it can."""
    report = run_program("damaged_pages", command, str(tmp_path))

    assert report["pages"] > 50
    assert (report["refused"] > 10) == (command not in ("list", "restore"))
    assert (report["mended"] > 10) == (command == "fix")
