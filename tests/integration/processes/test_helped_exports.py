from __future__ import annotations

from pathlib import Path

import pytest

from quizzer.services import rendering_ahead
from tests.integration.processes.helped_exports import DECKS, NOTES
from tests.integration.processes.shell import run_program

CASES = ("alone", "kept", "helped", "killed", "refused", "orphaned", "interrupted")


def test_a_second_process_costs_nothing_but_its_time(tmp_path: Path) -> None:
    """The package is the same whatever becomes of the process that helps, and none of it is left."""
    report = run_program("helped_exports", str(tmp_path), *CASES)

    alone, helped = report["alone"], report["helped"]
    assert (alone["starts"], alone["rendered"]) == (0, DECKS * NOTES)
    # The first deck, and the one before which the other process began.
    assert (helped["starts"], helped["rendered"]) == (1, 2 * NOTES)
    assert report["orphaned"]["rendered"] == report["refused"]["rendered"] == DECKS * NOTES
    # Where the last deck is kept there is little to help with.
    assert [name for name, case in report.items() if case["starts"] != 1] == ["alone", "kept"]
    assert {case["digest"] for case in report.values()} == {alone["digest"], ""}
    assert {name for name, case in report.items() if case["files"] != DECKS} == {"interrupted"}
    assert not any(case["is_left"] for case in report.values())
    assert not any(case["parts"] for name, case in report.items() if name != "killed")


def test_where_a_copy_could_not_work_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other systems, other threads and a single processor leave all to one process."""
    monkeypatch.setattr("threading.active_count", lambda: 1)
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr("os.sched_getaffinity", lambda process: {0, 1}, raising=False)
    assert rendering_ahead._can_fork()
    for name, value in (
        ("sys.platform", "darwin"),
        ("threading.active_count", lambda: 2),
        ("os.sched_getaffinity", lambda process: {0}),
    ):
        with monkeypatch.context() as patched:
            patched.setattr(name, value)
            assert not rendering_ahead._can_fork()
