"""Work on disks that fill up: what was acknowledged stays, and the sentence says what to do."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.integration.processes.database import answered_keys, assert_sound
from tests.integration.processes.full_disks import SITUATIONS
from tests.integration.processes.shell import ASKED, WriteNotes, run, run_program


def _can_mount() -> bool:
    probe = ["unshare", "--mount", "mount", "-t", "tmpfs", "probe", "/mnt"]
    try:
        return subprocess.run(probe, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


# A real small disk takes the right to mount one; the limit is there for everyone.
KIND = "disk" if _can_mount() else "limit"
STRIDE = os.environ.get("DISK_STRIDE", "5")  # 1, as in `make kills`, leaves no size out


@pytest.mark.parametrize("situation", SITUATIONS)
def test_a_disk_of_any_size_loses_nothing(tmp_path: Path, situation: str) -> None:
    """Whatever room there is, the work succeeds or ends with a sentence, and goes on with space again."""
    namespace = ["unshare", "--mount"] if KIND == "disk" else []
    report = run_program("full_disks", KIND, situation, STRIDE, str(tmp_path), before=namespace)

    assert report["refused"] > 1
    assert report["noticed"] > 0 or situation != "study" or KIND != "disk"


def test_a_review_on_a_full_disk_ends_with_the_sentence(
    write_notes: WriteNotes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the database cannot grow the review stops with 3; each acknowledged answer is in the log."""
    write_notes(60)
    disk = tmp_path / "disk"
    disk.mkdir()
    shell = ["sh", "-c", 'ulimit -f 600; exec "$@"', "sh"]  # blocks of 512 or 1024 bytes, as the shell counts
    database = disk / "quizzer.db"
    full = run("review", "--plain", answers="\n3\n" * 50, before=shell, QUIZZER_DATABASE=str(database))

    monkeypatch.setenv("QUIZZER_DATABASE", str(database))
    assert full.err == (
        f"quizzer: {database}: the disk failed while the database was read or written (disk I/O error). "
        "Check the disk and its free space, then try again.\n"
    )
    assert full.code == 3
    acknowledged = ASKED.findall(full.out)[:-1]
    assert len(acknowledged) >= 1
    assert answered_keys() == acknowledged
    assert_sound()
    # With space again it goes on with the card whose answer found none.
    again = run("review", "--plain", answers="\n3\n")
    assert again.code == 0
    assert answered_keys() == ASKED.findall(full.out)
