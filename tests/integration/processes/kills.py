"""Kills processes at random moments of what they do, and looks at what they leave behind.

`make kills` runs it as a program: `python -m tests.integration.processes.kills [COUNT [SEED]]`.
"""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from quizzer.errors import QuizzerError
from quizzer.services.backup import restore
from quizzer.services.doctor import differing_states
from quizzer.services.mending import mend
from quizzer.services.places import Places
from quizzer.services.review import ReviewSession
from quizzer.services.workspace import open_workspace
from quizzer.storage.daily import daily_path
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

ALL = 1_000
BATCH = 25  # kills on one database, one after the other
STEPS = 12  # of a process that is not killed before
SITUATIONS = ("study",) * 6 + ("first start", "migration", "rebuild", "damage", "restore")
OLDEST, NEWEST = "schema-1.db", "schema-2.db"


@dataclass
class Report:
    """What was found: `faults` should be none, the counts say where the kills fell."""

    seed: int
    kills: int = 0
    too_late: int = 0  # the process had ended before
    acknowledged: int = 0
    in_doubt: int = 0  # steps that were begun and not acknowledged
    written_in_doubt: int = 0  # of those, the ones that are in the log
    within_copies: int = 0  # kills that left an unfinished copy
    situations: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


class Killer:
    """Kills processes that work in a folder of its own."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.report = Report(seed)
        self._random = random.Random(seed)
        self._folder = folder
        self._clock = StandingClock(START + timedelta(days=100))  # after all that is stored
        self._durations_s: dict[str, float] = {}

    def run(self, count: int) -> Report:
        """Kill at least so often, in batches on one database each."""
        self._measure()
        while self.report.kills < count:
            places = self._make_places("batch")
            for _ in range(BATCH):
                self._kill(places, self._random.choice(SITUATIONS))
            self._check_cache("batch", places)
        return self.report

    def _measure(self) -> None:
        """Do everything once to its end: that imports and compiles, and says how long each thing takes."""
        self._study(self._make_places("first"))(lambda _: None)
        for situation in dict.fromkeys(SITUATIONS):
            _, work = self._situate(situation, self._make_places("first"))
            ended = run_child(work)
            self._durations_s[situation] = ended.took_s
            self._blame_all(situation, ended)

    def _kill(self, places: Places, situation: str) -> None:
        self._clock.advance(days=1)  # each process is the first of its study day, so it backs up
        here, work = self._situate(situation, places)
        before = read_log(here.database)
        ended = run_child(work, self._random.uniform(0.0, self._durations_s[situation]))
        self.report.kills += ended.was_killed
        self.report.too_late += not ended.was_killed
        # A machine is not always as quick as when it was measured: one kill in four is to come too late.
        self._durations_s[situation] *= 1.01 if ended.was_killed else 0.97
        self.report.within_copies += bool(list(here.database.parent.rglob(".*.partial")))
        self.report.situations[situation] += 1
        self._blame_all(situation, ended)
        try:
            if situation == "restore":
                self._check_restored(here, before)
            else:
                self._check_log(situation, here, before, ended)
            self._check_files(situation, here)
        except sqlite3.Error as error:
            self._blame(situation, f"{type(error).__name__}: {error}")
        if here is not places:
            self._check_cache(situation, here)

    def _situate(self, situation: str, places: Places) -> tuple[Places, Callable[[Say], None]]:
        """Return where and what a child is to work; all but study happens on a database of its own."""
        if situation == "study":
            return places, self._study(places)
        here = self._make_places("own")
        if situation == "first start":
            return here, self._study(here)
        shutil.copy(SCHEMAS / (OLDEST if situation == "migration" else NEWEST), here.database)
        if situation == "migration":
            return here, self._study(here)
        with open_workspace(here, self._clock):
            pass  # brought to the newest schema, and in step with the decks
        if situation == "restore":
            self._study(here)(lambda _: None)
            return here, lambda _: _restore_oldest(here)
        _spoil(here.database, with_damage=situation == "damage")
        return here, lambda _: _mend(here)

    def _study(self, places: Places) -> Callable[[Say], None]:
        moves = [self._random.random() for _ in range(STEPS)]
        clock = StandingClock(self._clock.now())

        def work(say: Say) -> None:
            with open_workspace(places, clock) as workspace:
                session = ReviewSession(workspace)
                for move in moves:
                    _step(session, move, say)
                    clock.advance(seconds=10)

        return work

    def _check_log(self, situation: str, places: Places, before: Log, ended: Ended) -> None:
        """What was acknowledged is in the log, and at most the step that was begun; the backup is older."""
        expected, doubt = before, None
        for kind, what, key in ended.words("begin", "done"):
            if kind == "begin":
                doubt = (what, key)
            else:
                expected, doubt = apply(expected, what, key), None
                self.report.acknowledged += 1
        self.report.in_doubt += doubt is not None
        found = read_log(places.database)
        if doubt is not None and found == apply(expected, *doubt):
            self.report.written_in_doubt += 1
        elif found != expected:
            self._blame(situation, f"the log ends with {found[-2:]}, not {expected[-2:]}; begun was {doubt}")
        backup = daily_path(places.database, places.backups, self._clock.now().date())
        if backup.exists():
            if read_log(backup) != before:
                self._blame(situation, f"{backup.name} is not what was there before the first write")
        elif before and found != before:
            self._blame(situation, f"{backup.name} is missing, and something was written")

    def _check_restored(self, places: Places, before: Log) -> None:
        """The log is the one or the other; the one that was there lies aside."""
        found = read_log(places.database)
        if found == before:
            return
        kept = [read_log(path) for path in places.backups.glob("before-restore-*.db")]
        if found != read_log(min(places.backups.glob("daily-*.db"))) or before not in kept:
            self._blame(
                "restore", f"{len(found)} entries, {len(before)} before, aside {list(map(len, kept))}"
            )

    def _check_files(self, situation: str, places: Places) -> None:
        """Every file with a name of its own is whole; copies of a damaged database are as it was."""
        for path in places.database.parent.rglob("*.db"):
            is_spoilt = situation == "damage" and (path == places.database or "before-fix" in path.name)
            is_begun = path == places.database and path.stat().st_size == 0
            if not (is_spoilt or is_begun) and (answer := integrity(path)) != "ok":
                self._blame(situation, f"{path.name}: {answer}")

    def _check_cache(self, situation: str, places: Places) -> None:
        """Once it is mended, where that was going on, the cache is what the log says, and study goes on."""
        try:
            log = read_log(places.database)
            if situation in ("rebuild", "damage"):
                mend(places)
            with open_workspace(places, self._clock) as workspace:
                differing = differing_states(workspace)
                ReviewSession(workspace).look()
            if differing:
                self._blame(situation, f"{len(differing)} states differ from the log")
            if read_log(places.database) != log:
                self._blame(situation, "opening or mending changed the log")
        except (QuizzerError, sqlite3.Error) as error:
            self._blame(situation, f"afterwards: {type(error).__name__}: {error}")

    def _blame_all(self, situation: str, ended: Ended) -> None:
        for _, text in ended.words("sentence", "traceback"):
            self._blame(situation, text)

    def _blame(self, situation: str, sentence: str) -> None:
        self.report.faults.append(f"after {self.report.kills} kills, {situation}: {sentence}")

    def _make_places(self, name: str) -> Places:
        shutil.rmtree(self._folder / name, ignore_errors=True)
        return make_places(self._folder, self._folder / name)


def _step(session: ReviewSession, move: float, say: Say) -> None:
    """Announce a step, take it, acknowledge it; `move` in 0..1 chooses."""
    question, _ = session.look()
    if move < 0.15 and session.steps:
        key = session.steps[-1].queued.key
        say(["begin", "undo", key])
        assert session.undo() is not None
        say(["done", "undo", key])
    elif question is not None and move < 0.3:
        kind, take = ("suspend", session.suspend) if move < 0.2 else ("bury", session.bury)
        say(["begin", kind, question.card.key])
        assert take(question)
        say(["done", kind, question.card.key])
    elif question is not None:
        grade = question.grades[int(move * 100) % len(question.grades)]
        say(["begin", str(int(grade.rating)), question.card.key])
        assert session.answer(question, grade, 1000)
        say(["done", str(int(grade.rating)), question.card.key])


def _restore_oldest(places: Places) -> None:
    restore(min(places.backups.glob("daily-*.db")), places)


def _mend(places: Places) -> None:
    mend(places)


def _spoil(path: Path, *, with_damage: bool) -> None:
    """Make the cache wrong, or unreadable."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("UPDATE memory_states SET reviews = reviews + 7")
    if with_damage:
        damage(path, "memory_states")


def main(count: str = str(ALL), seed: str = "") -> None:
    """Kill, print the report as JSON, and exit with 1 if something was lost."""
    number = int(seed) if seed else random.SystemRandom().randrange(10**6)
    sys.stderr.write(f"seed {number}\n")
    with tempfile.TemporaryDirectory() as folder:
        report = Killer(Path(folder), number).run(int(count))
    sys.stdout.write(json.dumps(vars(report), indent=1) + "\n")
    sys.exit(1 if report.faults else 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
