"""A process killed in the middle of a kata: what was graded stays, what was not is graded again."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.processes.shell import PATIENCE_S, environment, run
from tests.support import WriteDeck, WriteKata

ROOT = Path(__file__).parents[3]
PROGRAM = """
import os, signal
from quizzer.core.verdict import Status
from quizzer.services.katas import find_kata
from quizzer.services.sitting import KataDesk
from quizzer.services.workspace import open_workspace
from tests.support import PreparedGrader, make_verdict

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

with open_workspace() as workspace:
    desk = KataDesk(workspace, find_kata(workspace.content.roots, "double-it"))
    grader = PreparedGrader([make_verdict(Status.PASSED)])
    desk.grade(grader, desk.read(), 1, ON_PROGRESS)
    die()
"""


@pytest.fixture(autouse=True)
def begun(
    shipped: Path, write_deck: WriteDeck, write_kata: WriteKata, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sitting with the kata double-it, begun by a process of its own."""
    write_deck("attention", "a1", "a2", "a3")
    write_kata()
    monkeypatch.setenv("QUIZZER_CONTENT", str(shipped))
    assert run("kata", "double-it").code == 0


def test_a_kill_before_the_rating_keeps_the_pass(home: Path) -> None:
    """The next call grades nothing and rates what passed."""
    _run_and_kill("lambda _: None")
    outcome = run("kata", "double-it", "--json", "-")
    said = json.loads(outcome.out)

    assert outcome.code == 0
    assert (said["status"], said["sitting"]["rating"]) == ("PASSED", "easy")
    assert "has passed and waits for its rating" in outcome.err
    assert (home / "quizzer" / "katas" / "double_it.py").exists()


def test_a_kill_while_grading_leaves_the_sitting_as_it_was() -> None:
    """No attempt is stored by halves."""
    _run_and_kill("die")
    (row,) = json.loads(run("kata", "--json", "-").out)

    assert row["has_open_sitting"] is True
    assert row["last_status"] is None
    assert run("doctor").code == 0


def _run_and_kill(on_progress: str) -> None:
    program = PROGRAM.replace("ON_PROGRESS", on_progress)
    process = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert process.returncode == -9, process.stderr.decode()
