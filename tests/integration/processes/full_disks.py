"""Lets processes work on disks with room for so many pages, from none until all succeeds.

A program, since it forks: `python -m tests.integration.processes.full_disks KIND SITUATION STRIDE FOLDER`.
The kind `disk` mounts real small disks, within a mount namespace of its own; `limit` bounds the size of every
file instead, which needs no rights. A stride above 1 leaves sizes out, and starts at a random one.
"""

from __future__ import annotations

import json
import random
import resource
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from quizzer.core.rating import Rating
from quizzer.services.backup import back_up, restore
from quizzer.services.doctor import differing_states
from quizzer.services.mending import mend
from quizzer.services.places import Places
from quizzer.services.review import ReviewSession
from quizzer.services.workspace import open_workspace
from tests.integration.processes.forks import (
    SCHEMAS,
    Ended,
    Log,
    Say,
    apply,
    damage,
    integrity,
    make_places,
    read_log,
    run_child,
)
from tests.support import START, StandingClock

PAGE_BYTES = 4096
ENOUGH_PAGES = 4096
NEXT_STEPS = (
    "free some space, then go on",
    "free space, then try again",
    "Make it writable",
    "then try again",
)
SITUATIONS = ("study", "first start", "migration", "mending", "restore", "backup")


@dataclass
class Report:
    """What was found: `faults` should be none; the counts say that every outcome was met."""

    sizes: int = 0
    refused: int = 0  # ended with a sentence
    noticed: int = 0  # went on without a backup, and said so
    faults: list[str] = field(default_factory=list)


class Disks:
    """Disks of growing size for one situation."""

    def __init__(self, kind: str, situation: str, folder: Path) -> None:
        self.report = Report()
        self._is_disk = kind == "disk"
        self._situation = situation
        self._clock = StandingClock(START + timedelta(days=100))
        self._template = make_places(folder, folder / "template")
        self._places = make_places(folder, folder / "disk")
        self._prepare()

    def run(self, stride: int = 1) -> Report:
        """Work on disks with ever more room until all succeeds."""
        pages = random.randrange(stride)
        while not self._try(pages):
            pages += stride
        return self.report

    def _prepare(self) -> None:
        """Build what lies on each disk at first, and do the work once: it imports and compiles."""
        template = self._template
        if self._situation == "migration":
            shutil.copy(SCHEMAS / "schema-1.db", template.database)
        elif self._situation != "first start":
            shutil.copy(max(SCHEMAS.glob("*.db")), template.database)
            self._study(template)(lambda _: None)
            self._clock.advance(days=1)
            self._study(template)(lambda _: None)
            for copy in template.database.parent.glob("before-schema-*"):
                copy.unlink()
        if self._situation == "mending":
            damage(template.database, "memory_states")
        self._clock.advance(days=1)
        shutil.copytree(template.database.parent, self._places.database.parent, dirs_exist_ok=True)
        self._work()(lambda _: None)

    def _try(self, pages: int) -> bool:
        """Work on a disk with room for so many pages more; return whether all succeeded."""
        before = self._lay_out(pages)
        ended = run_child(self._work(pages))
        self._make_room()
        sentences = [words[1] for words in ended.words("sentence")]
        notices = [words[1] for words in ended.words("notice")]
        self.report.sizes += 1
        self.report.refused += bool(sentences)
        self.report.noticed += bool(notices)
        try:
            self._judge(pages, ended, sentences, notices)
            self._check_files(pages)
            self._check_log(pages, before, ended)
            self._go_on(pages)
        except sqlite3.Error as error:
            self._blame(pages, f"{type(error).__name__}: {error}")
        return not sentences and not notices

    def _judge(self, pages: int, ended: Ended, sentences: list[str], notices: list[str]) -> None:
        """The process ends by itself, and says in one sentence what to do."""
        for _, text in ended.words("traceback"):
            self._blame(pages, text)
        if ended.was_killed:
            self._blame(pages, "the process was ended by a signal")
        for sentence in [*sentences, *notices]:
            if not any(step in sentence for step in NEXT_STEPS):
                self._blame(pages, f"no next step: {sentence}")

    def _check_files(self, pages: int) -> None:
        """No copy is half, none is left unfinished, and what was there is there."""
        data = self._places.database.parent
        for path in data.rglob("*.partial*"):
            self._blame(pages, f"{path.name} was left behind")
        for path in data.rglob("*.db"):
            is_spoilt = self._situation == "mending" and (
                path == self._places.database or "-fix-" in path.name
            )
            is_begun = path == self._places.database and path.stat().st_size == 0
            if not (is_spoilt or is_begun) and (path.stat().st_size == 0 or integrity(path) != "ok"):
                self._blame(pages, f"{path.name} is not whole")
        for path in self._template.backups.glob("*.db"):
            kept = self._places.backups / path.name
            if not kept.exists() or kept.read_bytes() != path.read_bytes():
                self._blame(pages, f"{path.name} was changed")

    def _check_log(self, pages: int, before: Log, ended: Ended) -> None:
        """What was acknowledged is in the log, and nothing else; a restore did all or nothing."""
        expected = before
        for _, what, key in ended.words("done"):
            expected = apply(expected, what, key)
        found = read_log(self._places.database)
        if self._situation == "restore" and found != before:
            expected = read_log(min(self._places.backups.glob("daily-*.db")))
            if before not in [read_log(path) for path in self._places.backups.glob("before-restore-*.db")]:
                self._blame(pages, "what was there before the restore is gone")
        if found != expected:
            self._blame(pages, f"the log ends with {found[-2:]}, not with {expected[-2:]}")

    def _go_on(self, pages: int) -> None:
        """With space again the same work succeeds, and the states are what the log says."""
        again = run_child(self._check_again)
        for words in again.words("sentence", "traceback", "notice"):
            self._blame(pages, f"with space again: {words[1]}")

    def _check_again(self, say: Say) -> None:
        if self._situation == "mending":
            mend(self._places)
        self._clock.advance(days=1)
        self._study(self._places)(say)
        with open_workspace(self._places, self._clock) as workspace:
            assert differing_states(workspace) == {}
        assert integrity(self._places.database) == "ok"

    def _work(self, pages: int | None = None) -> Callable[[Say], None]:
        places = self._places
        tasks: dict[str, Callable[[Say], object]] = {
            "mending": lambda _: mend(places),
            "restore": lambda _: restore(min(places.backups.glob("daily-*.db")), places),
            "backup": lambda _: back_up(places=places),
        }
        task = tasks.get(self._situation, self._study(places))

        def work(say: Say) -> None:
            if pages is not None and not self._is_disk:
                limit = pages * PAGE_BYTES
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
            task(say)

        return work

    def _study(self, places: Places) -> Callable[[Say], None]:
        """Answer three cards, undo the last answer, suspend a card."""
        clock = StandingClock(self._clock.now())

        def work(say: Say) -> None:
            with open_workspace(places, clock) as workspace:
                session = ReviewSession(workspace)
                for _ in range(3):
                    clock.advance(seconds=10)
                    question, _ = session.look()
                    assert question is not None
                    assert session.answer(
                        question, question.grade(str(int(Rating.GOOD))) or question.grades[-1], 1
                    )
                    step = session.steps[-1]
                    assert step.rating is not None
                    say(["done", str(int(step.rating)), step.queued.key])
                session.undo()
                say(["done", "undo", step.queued.key])
                question, _ = session.look()
                assert question is not None
                assert session.suspend(question)
                say(["done", "suspend", question.card.key])
                for notice in workspace.notices:
                    say(["notice", notice, ""])

        return work

    def _lay_out(self, pages: int) -> Log:
        """Put what lies there at first on a disk that has room for so many pages more."""
        data = self._places.database.parent
        if self._is_disk:
            subprocess.run(["umount", data], check=False, capture_output=True)
            subprocess.run(["mount", "-t", "tmpfs", "tmpfs", data], check=True)
        else:
            shutil.rmtree(data)
        shutil.copytree(self._template.database.parent, data, dirs_exist_ok=True)
        before = read_log(self._places.database)
        for suffix in ("-wal", "-shm"):
            self._places.database.with_name(f"quizzer.db{suffix}").unlink(missing_ok=True)
        if self._is_disk:
            used = shutil.disk_usage(data).used // PAGE_BYTES
            # A size of 0 would be no limit.
            self._resize(max(1, used + pages))
        return before

    def _make_room(self) -> None:
        if self._is_disk:
            self._resize(ENOUGH_PAGES)

    def _resize(self, pages: int) -> None:
        options = f"remount,size={pages * PAGE_BYTES}"
        subprocess.run(["mount", "-o", options, self._places.database.parent], check=True)

    def _blame(self, pages: int, sentence: str) -> None:
        self.report.faults.append(f"{self._situation}, {pages} pages: {sentence}")


def main(kind: str, situation: str, stride: str, folder: str) -> None:
    """Fill disks, print the report as JSON, and exit with 1 if something was lost."""
    report = Disks(kind, situation, Path(folder)).run(int(stride))
    sys.stdout.write(json.dumps(vars(report), indent=1) + "\n")
    sys.exit(1 if report.faults else 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
