"""Reviews on a disk that fills up: what was acknowledged stays, and the sentence says what to do."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.integration.processes.database import answered_keys, assert_sound
from tests.integration.processes.shell import ASKED, WriteNotes, run

# What is in a namespace of its own ends with its process, a mount too: so the files are copied out before.
SCRIPT = """
    disk=$1 kept=$2; shift 2
    {limit}
    "$@"; code=$?
    cp -r "$disk/." "$kept"
    exit $code
"""
FILE_LIMIT = "ulimit -f 400"  # blocks of 512 or 1024 bytes, as the shell counts
SMALL_DISK = 'mount -t tmpfs -o size=400k small-disk "$disk"'
SENTENCES = {
    FILE_LIMIT: "the disk failed while the database was read or written (disk I/O error). "
    "Check the disk and its free space, then try again.",
    SMALL_DISK: "the disk is full. Nothing was lost: free some space, then go on.",
}


def _can_mount() -> bool:
    probe = ["unshare", "--mount", "mount", "-t", "tmpfs", "probe", "/mnt"]
    try:
        return subprocess.run(probe, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


# A real small disk takes the right to mount one; the limit is there for everyone.
LIMITS = [FILE_LIMIT, SMALL_DISK] if _can_mount() else [FILE_LIMIT]


@pytest.mark.parametrize("limit", LIMITS)
def test_a_full_disk_loses_no_acknowledged_answer(
    write_notes: WriteNotes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    """Where the database cannot grow the review stops with 3; each acknowledged answer is in the log."""
    write_notes(60)
    disk, kept = tmp_path / "disk", tmp_path / "kept"
    disk.mkdir()
    kept.mkdir()
    namespace = ["unshare", "--mount"] if limit is SMALL_DISK else []
    shell = [*namespace, "sh", "-c", SCRIPT.format(limit=limit), "sh", str(disk), str(kept)]
    database = disk / "quizzer.db"
    full = run("review", "--plain", answers="\n3\n" * 50, before=shell, QUIZZER_DATABASE=str(database))

    monkeypatch.setenv("QUIZZER_DATABASE", str(kept / "quizzer.db"))
    assert full.err == f"quizzer: {database}: {SENTENCES[limit]}\n"
    assert full.code == 3
    acknowledged = ASKED.findall(full.out)[:-1]
    assert len(acknowledged) >= 1
    assert answered_keys() == acknowledged
    assert_sound()
    # With space again it goes on with the card whose answer found none.
    again = run("review", "--plain", answers="\n3\n")
    assert again.code == 0
    assert answered_keys() == ASKED.findall(full.out)
