"""Ends imports in the middle, by a kill or by a disk without room, and looks at what they leave behind.

A program, since it forks: `python -m tests.integration.processes.import_ends kill|limit COUNT FOLDER [SEED]`.
"""

from __future__ import annotations

import json
import random
import resource
import shutil
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path

from quizzer.core.note import Note, NoteKind
from quizzer.core.rating import Rating
from quizzer.errors import UsageError
from quizzer.exchange.incoming import Incoming, IncomingCard, IncomingNote, IncomingReview
from quizzer.services.doctor import differing_states
from quizzer.services.import_undo import undo_import
from quizzer.services.importing import apply_import, plan_import
from quizzer.services.places import Places
from quizzer.services.workspace import open_workspace
from quizzer.storage.file import open_read_only
from tests.integration.processes.forks import Ended, Say, integrity, make_places, run_child
from tests.support import START, StandingClock

NOTES = 40
DECKS = 3
REVIEWS = 4
PAGE_BYTES = 4096
MEDIA_BYTES = 30_000
NOW = START + timedelta(days=300)
Files = dict[str, bytes]
Live = list[tuple[str, int]]  # card and instant of each live review, in order


@dataclass
class Report:
    """What was found: `faults` should be none, the counts say where the ends fell."""

    ends: int = 0
    before_all: int = 0  # nothing was there yet
    between: int = 0  # files of the import without its history
    after_all: int = 0
    faults: list[str] = field(default_factory=list)


class Ender:
    """Ends a second import into a workspace that has a first one of the same source."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.report = Report()
        self._random = random.Random(seed)
        self._folder = folder
        self._start = folder / "start"
        _bring(self._places(self._start), 1)(lambda _: None)
        self._old = _files(self._start), _live(self._places(self._start))
        whole = self._lay_out("whole")
        ended = run_child(_bring(whole, 2))
        self._duration_s = ended.took_s
        self._new = _files(self._folder / "whole"), _live(whole)
        assert self._new[0].keys() > self._old[0].keys()
        assert len(self._new[1]) > len(self._old[1])

    def kill(self, count: int) -> Report:
        """Kill so many imports, each on a workspace of its own."""
        while self.report.ends < count:
            places = self._lay_out("here")
            ended = run_child(_bring(places, 2), self._random.uniform(0.0, self._duration_s))
            self._duration_s *= 1.01 if ended.was_killed else 0.97
            self._look(places, ended)
        return self.report

    def limit(self, count: int) -> Report:
        """Bound the size of every file, from none to so many pages."""
        for pages in range(count):
            places = self._lay_out("here")
            ended = run_child(_limited(pages * PAGE_BYTES, _bring(places, 2)))
            self._look(places, ended)
        return self.report

    def _look(self, places: Places, ended: Ended) -> None:
        """No file is half; the same import again brings the rest, and can be taken back as a whole."""
        files, live = _files(places.database.parent), _live(places)
        self.report.ends += 1
        self.report.before_all += files == self._old[0]
        self.report.between += files != self._old[0] and live == self._old[1]
        self.report.after_all += live == self._new[1]
        for _, text in ended.words("traceback"):
            self._blame(text)
        for name, data in files.items():
            if data not in (self._old[0].get(name), self._new[0].get(name)):
                self._blame(f"{name} is half")
        if ended.words("sentence") and (files, live) != self._old:
            self._blame("it failed, and left something")
        self._check("after its end", places)
        if live == self._old[1] and _decks(files) != _decks(self._old[0]):
            self._take_back_at_once()
        self._follow("importing again", places, _bring(places, 2), self._new)
        self._follow("taking it back", places, _take_back(places), self._old)

    def _take_back_at_once(self) -> None:
        """Take back what has no end, on a copy: the import before it stays."""
        shutil.rmtree(self._folder / "copy", ignore_errors=True)
        shutil.copytree(self._folder / "here", self._folder / "copy")
        copy = self._places(self._folder / "copy")
        self._follow("taking it back at once", copy, _take_back(copy), self._old)

    def _follow(
        self, what: str, places: Places, work: Callable[[Say], None], expected: tuple[Files, Live]
    ) -> None:
        for words in run_child(work).words("sentence", "traceback"):
            self._blame(f"{what}: {words[1]}")
        found = _files(places.database.parent), _live(places)
        for name in sorted(expected[0].keys() | found[0].keys()):
            # Media files stay: a note of another deck may have come to show one.
            is_kept = name not in expected[0] and not name.endswith(".yaml")
            if expected[0].get(name) != found[0].get(name) and not is_kept:
                self._blame(f"{what}: {name} is not as expected")
        if expected[1] != found[1]:
            self._blame(f"{what}: {len(found[1])} reviews, expected {len(expected[1])}")
        self._check(what, places)

    def _check(self, what: str, places: Places) -> None:
        if (answer := integrity(places.database)) != "ok":
            self._blame(f"{what}: {answer}")
        with open_workspace(places, StandingClock(NOW)) as workspace:
            if workspace.library.faults or differing_states(workspace):
                self._blame(f"{what}: decks or states are wrong")

    def _blame(self, sentence: str) -> None:
        self.report.faults.append(f"end {self.report.ends}: {sentence}")

    def _places(self, folder: Path) -> Places:
        return make_places(folder, folder)

    def _lay_out(self, name: str) -> Places:
        shutil.rmtree(self._folder / name, ignore_errors=True)
        shutil.copytree(self._start, self._folder / name)
        return self._places(self._folder / name)


def _incoming(version: int) -> Incoming:
    """Return a source: its second version has changed notes, and more of everything."""
    notes = []
    for number in range(NOTES * version // 2):
        is_changed = version == 2 and number % 3 == 0
        note = Note(
            f"n{number}",
            NoteKind.BASIC,
            f"Question {number}? ![](media/{number % 7}-{version}.png)",
            f"Answer {number}{' anew' * is_changed}.",
        )
        reviews = tuple(
            IncomingReview(Rating.GOOD, START + timedelta(days=7 * turn, seconds=number), 1000, 6)
            for turn in range(REVIEWS * version)
        )
        cards = (IncomingCard("", reviews, is_flagged=is_changed),)
        media = (f"{number % 7}-{version}.png",)
        where = f"x:{number}"
        deck = (f"Deck {number % (DECKS * version)}",)
        notes.append(IncomingNote(f"k{number}", note, deck, where, cards, media))
    names = [name for note in notes for name in note.media]
    reads = {name: partial(_picture, name) for name in names}
    return Incoming("anki", tuple(notes), media=reads)


def _picture(name: str) -> bytes:
    return name.encode() * (MEDIA_BYTES // len(name))


def _bring(places: Places, version: int) -> Callable[[Say], None]:
    def work(_: Say) -> None:
        with open_workspace(places, StandingClock(NOW + timedelta(days=version))) as workspace:
            apply_import(workspace, plan_import(workspace, _incoming(version), with_history=True))

    return work


def _take_back(places: Places) -> Callable[[Say], None]:
    def work(_: Say) -> None:
        with open_workspace(places, StandingClock(NOW + timedelta(days=3))) as workspace:
            if undo_import(workspace).edited:
                raise UsageError("a deck file counts as edited")

    return work


def _limited(size: int, work: Callable[[Say], None]) -> Callable[[Say], None]:
    def limited(say: Say) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        work(say)

    return limited


def _files(folder: Path) -> Files:
    """Return the learner's deck files and their media, by their names below the folder of decks."""
    decks = folder / "w" / "decks"
    return {
        str(path.relative_to(decks)): path.read_bytes()
        for path in sorted(decks.rglob("*"))
        if path.is_file() and not path.name.startswith(".") and path.suffix in (".yaml", ".png")
    }


def _decks(files: Files) -> Files:
    return {name: data for name, data in files.items() if name.endswith(".yaml")}


def _live(places: Places) -> Live:
    with open_read_only(places.database) as connection, closing(connection.cursor()) as cursor:
        return cursor.execute(
            "SELECT c.key, r.reviewed_at FROM live_reviews r JOIN cards c ON c.id = r.card_id ORDER BY 1, 2"
        ).fetchall()


def main(kind: str, count: str, folder: str, seed: str = "") -> None:
    """End imports, print the report as JSON, and exit with 1 if something was lost."""
    number = int(seed) if seed else random.SystemRandom().randrange(10**6)
    sys.stderr.write(f"seed {number}\n")
    ender = Ender(Path(folder), number)
    report = ender.kill(int(count)) if kind == "kill" else ender.limit(int(count))
    sys.stdout.write(json.dumps(vars(report), indent=1) + "\n")
    sys.exit(1 if report.faults else 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
