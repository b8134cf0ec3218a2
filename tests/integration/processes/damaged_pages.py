"""Damages every page of a database in turn, and has every command meet it.

A program, since it forks: `python -m tests.integration.processes.damaged_pages COMMAND FOLDER [SEED]`.
"""

from __future__ import annotations

import io
import json
import os
import random
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import quizzer.services.doctor
from quizzer.cli.main import main as run_quizzer
from quizzer.core.rating import Rating
from quizzer.services.doctor import Finding
from quizzer.services.places import Places, find_places
from quizzer.services.review import ReviewSession
from quizzer.services.workspace import open_workspace
from quizzer.storage.daily import back_up_day, daily_path
from tests.integration.processes.forks import Say, integrity, make_places, read_log, run_child
from tests.support import answer

TODAY = datetime.now(UTC).date()
YESTERDAY = TODAY - timedelta(days=1)
COMMANDS = {
    "due": ["due"],
    "review": ["review", "--plain"],
    "doctor": ["doctor"],
    "fix": ["doctor", "--fix"],
    "backup": ["backup"],
    "list": ["restore"],
    "restore": ["restore", f"daily-{YESTERDAY}.db"],
}
PAGE_BYTES = 4096
HEADER_BYTES = 100  # of a database, at the start of its first page
FOREIGN_BYTES = (*range(60, 64), *range(68, 72))  # of them: schema version and application
NEXT_STEPS = (
    "'quizzer restore' lists",
    "'quizzer doctor",
    "Name another place",
    "Update quizzer",
    "bring a backup back",
)
# A value that was turned into another is met where it is used; whoever meets it points to the doctor.
UNMANNERLY = ("Traceback", "Exception ignored", "something unexpected")


@dataclass
class Report:
    """What was found: `faults` should be none; the counts say what became of the others."""

    pages: int = 0
    worked: int = 0
    refused: int = 0
    mended: int = 0
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Outcome:
    """What a command printed, and its exit code."""

    code: int
    text: str


class Damager:
    """Has one command meet a database with one damaged page, for every page."""

    def __init__(self, command: str, folder: Path, seed: int) -> None:
        self.report = Report()
        self._random = random.Random(seed)
        self._command = command
        self._template = folder / "template"
        self._data = folder / "data"
        self._place(folder)
        with open_workspace() as workspace:
            session = ReviewSession(workspace)
            for rating in (Rating.GOOD, Rating.AGAIN, Rating.EASY, Rating.HARD):
                answer(session, rating)
        self._path = find_places().database
        back_up_day(self._path, find_places().backups, YESTERDAY)
        with open_workspace() as workspace:
            answer(ReviewSession(workspace), Rating.GOOD)
        daily_path(self._path, find_places().backups, TODAY).unlink()
        shutil.move(self._data, self._template)
        self._log = read_log(self._template / self._path.name)
        self._backup_log = read_log(self._template / "backups" / f"daily-{YESTERDAY}.db")

    def run(self) -> Report:
        """Damage each page in both ways; the first run, undamaged, imports everything."""
        pages = (self._template / self._path.name).stat().st_size // PAGE_BYTES
        self._lay_out(1, lambda page: page)
        self._call(lambda words: None)
        for page in range(1, pages + 1):
            for name, spoil in (("nonsense", lambda page: b"\xa5" * len(page)), ("flips", self._flip)):
                self._meet(page, name, spoil)
        for place in range(HEADER_BYTES):
            self._meet(1, f"flips of byte {place}", partial(self._flip, places=(place,)))
        return self.report

    def _meet(self, page: int, name: str, spoil: object) -> None:
        before = self._lay_out(page, spoil)
        ended = run_child(self._call)
        (code, text) = next((words[1:] for words in ended.words("ended")), ["9", str(ended.said)])
        self.report.pages += 1
        where = f"{self._command}, page {page}, {name}"
        self._check_manners(where, Outcome(int(code), text))
        self._check_backups(where)
        after = self._path.read_bytes()
        if code in ("1", "3") and self._command != "restore" and after != before:
            self._blame(where, "the damaged file was changed")
        if self._command == "restore":
            self._check_restored(where, int(code), before, page)
        elif code == "0" and after != before and integrity(self._path) != "ok":
            self._blame(where, "it worked on in a damaged database")
        elif code == "0" and self._command == "fix" and read_log(self._path) != self._log:
            self._blame(where, "the log is another")

    def _check_manners(self, where: str, outcome: Outcome) -> None:
        self.report.worked += outcome.code == 0
        self.report.refused += outcome.code != 0
        self.report.mended += "was damaged; as it was it is kept" in outcome.text
        words = UNMANNERLY[: None if self._command in ("doctor", "fix") or "nonsense" in where else -1]
        if any(word in outcome.text for word in words) or outcome.code not in (0, 1, 2, 3):
            self._blame(where, outcome.text)
        if outcome.code != 0 and not any(step in outcome.text for step in NEXT_STEPS):
            self._blame(where, f"no next step: {outcome.text}")

    def _check_backups(self, where: str) -> None:
        for path in (self._template / "backups").iterdir():
            kept = self._data / "backups" / path.name
            if not kept.exists() or kept.read_bytes() != path.read_bytes():
                self._blame(where, f"{path.name} was changed or removed")
        for path in self._data.rglob("*.partial*"):
            self._blame(where, f"{path.name} was left behind")

    def _check_restored(self, where: str, code: int, before: bytes, page: int) -> None:
        if any(f" of byte {byte}" in where for byte in FOREIGN_BYTES):
            # Nothing tells damage there from another program's database, or a newer quizzer's.
            if code != 0 and self._path.read_bytes() != before:
                self._blame(where, "it was refused, and yet the file was changed")
            return
        if code != 0 or integrity(self._path) != "ok" or read_log(self._path) != self._backup_log:
            self._blame(where, "the backup was not brought back")
            return
        (kept,) = (self._data / "backups").glob("before-restore-*.db")
        place = slice((page - 1) * PAGE_BYTES, page * PAGE_BYTES)
        if page > 1 and kept.read_bytes()[place] != before[place]:
            self._blame(where, "the damaged page was not kept as it was")
        answered = run_child(lambda _: _answer_next())
        for words in answered.said:
            self._blame(where, f"afterwards: {words[1]}")

    def _call(self, say: Say) -> None:
        output = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
        sys.stdin = io.StringIO("\n3\n\n3\n")
        code = 0
        with redirect_stdout(output), redirect_stderr(output):
            try:
                run_quizzer(COMMANDS[self._command])
            except SystemExit as error:
                code = int(error.code or 0)
            output.flush()
        assert isinstance(output.buffer, io.BytesIO)
        say(["ended", str(code), output.buffer.getvalue().decode()])

    def _place(self, folder: Path) -> None:
        places = make_places(folder, self._data)
        os.environ |= {
            "QUIZZER_CONTENT": places.settings.content,
            "QUIZZER_DATABASE": str(places.database),
            "QUIZZER_ZONE": "UTC",
            "QUIZZER_ROLLOVER_HOUR": "0",
            "QUIZZER_WORKSPACE": str(places.workspace),
            "HOME": str(folder),
            "XDG_CONFIG_HOME": str(folder / "config"),
            "XDG_CACHE_HOME": str(folder / "cache"),
        }
        # The grader is asked nothing here: it starts PyTorch, for seconds.
        quizzer.services.doctor._examine_katas = _examine_no_katas

    def _lay_out(self, page: int, spoil: object) -> bytes:
        shutil.rmtree(self._data, ignore_errors=True)
        shutil.copytree(self._template, self._data)
        data = bytearray(self._path.read_bytes())
        place = slice((page - 1) * PAGE_BYTES, page * PAGE_BYTES)
        data[place] = spoil(bytes(data[place]))  # type: ignore[operator]
        self._path.write_bytes(data)
        return bytes(data)

    def _flip(self, page: bytes, places: Sequence[int] = ()) -> bytes:
        """Return the page with a bit turned in each of `places`, by default in sixteen of them."""
        spoilt = bytearray(page)
        for place in places or self._random.sample(range(len(page)), 16):
            spoilt[place] ^= 1 << self._random.randrange(8)
        return bytes(spoilt)

    def _blame(self, where: str, sentence: str) -> None:
        self.report.faults.append(f"{where}: {sentence}")


def _examine_no_katas(places: Places) -> Iterator[Finding]:
    return iter(())


def _answer_next() -> None:
    with open_workspace() as workspace:
        answer(ReviewSession(workspace), Rating.GOOD)


def main(command: str, folder: str, seed: str = "0") -> None:
    """Damage pages, print the report as JSON, and exit with 1 if something was lost."""
    report = Damager(command, Path(folder), int(seed)).run()
    sys.stdout.write(json.dumps(vars(report), indent=1) + "\n")
    sys.exit(1 if report.faults else 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
