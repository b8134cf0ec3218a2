"""Files, folders and file systems that cannot be written, and every command that may meet them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.integration.processes.database import answered_keys, database_path
from tests.integration.processes.forks import read_log
from tests.integration.processes.shell import WITHOUT_OVERRIDE, Outcome, run

COMMANDS = [
    ("due",),
    ("review", "--plain"),
    ("doctor",),
    ("doctor", "--fix"),
    ("backup",),
    ("restore",),
    ("restore", "{backup}"),
    ("unsuspend", "n1"),
]
NEXT_STEPS = ("then try again", "Check that its folder", "Make it", "or name another place", "lists those")
# The arguments are the folder and the command; a mount ends with the namespace of its process.
MOUNT = 'mount --bind "$1" "$1"; mount -o remount,ro,bind "$1"; shift; exec "$@"'


def _can_mount() -> bool:
    probe = ["unshare", "--mount", "mount", "--bind", "/mnt", "/mnt"]
    try:
        return subprocess.run(probe, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


KINDS = ["file", "folder", "backups", *(["file system"] if _can_mount() else [])]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("kind", KINDS)
def test_what_cannot_be_written_stays_as_it_was(
    answered: Path, tmp_path: Path, kind: str, command: tuple[str, ...]
) -> None:
    """The command works on or says what to do, and no file is another afterwards."""
    backup = tmp_path / "backup.db"
    assert run("backup", str(backup)).code == 0
    (answered.parent / "backups").mkdir(exist_ok=True)
    log = read_log(answered)
    before = {path: path.read_bytes() for path in answered.parent.rglob("*.db")}
    arguments = [argument.format(backup=backup) for argument in command]
    outcome = _run_read_only(kind, arguments)

    if outcome.code != 0:
        assert any(step in outcome.err + outcome.out for step in NEXT_STEPS), outcome
    for path, data in before.items():
        if path != answered or kind == "file system":
            assert path.read_bytes() == data
    if outcome.code != 0:
        assert read_log(answered) == log
        assert list(answered.parent.rglob("before-*")) == []
    assert answered_keys()[:2] == ["n1", "n2"]


def test_answers_go_on_where_no_backup_can_be_written(answered: Path) -> None:
    """The answer is saved, the review ends with 0, and stderr says why there is no backup today."""
    backups = answered.parent / "backups"
    backups.mkdir(exist_ok=True)
    for path in backups.iterdir():
        path.unlink()
    backups.chmod(0o555)
    outcome = run("review", "--plain", answers="\n3\n", before=WITHOUT_OVERRIDE)
    told = run("doctor", before=WITHOUT_OVERRIDE)
    backups.chmod(0o755)

    assert outcome.code == 0
    assert "though every answer is saved" in outcome.err
    assert outcome.err.count("\n") == 1
    assert outcome.err.endswith("Make it writable, with all that lies in it.\n")
    assert answered_keys() == ["n1", "n2", "n3"]
    assert "FAULT daily backup: " in told.out
    assert told.code == 1
    again = run("doctor")
    assert again.code == 0
    assert "backups: 1, the newest of " in again.out


def _run_read_only(kind: str, arguments: list[str]) -> Outcome:
    database = database_path()
    if kind == "file system":
        shell = ["unshare", "--mount", "sh", "-c", MOUNT, "sh", str(database.parent)]
        return run(*arguments, answers="\n3\n", before=shell)
    path = {"file": database, "folder": database.parent, "backups": database.parent / "backups"}[kind]
    usual = path.stat().st_mode
    path.chmod(0o444 if kind == "file" else 0o555)
    outcome = run(*arguments, answers="\n3\n", before=WITHOUT_OVERRIDE)
    path.chmod(usual)
    return outcome
