"""10,000 notes to Anki, the whole command, beside genanki alone with fields that are there already.

Two decks: one in which every note has code and a table, which is the dearest that notes get, and one of the
shipped notes, each repeated with a number in it, so that no two texts are alike.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.measure import Figure, environment_of, make_places, median

NOTES = 10_000
DECKS = 25
RUNS = 5
ROOT = Path(__file__).resolve().parents[2]
MIB = 1024  # in KiB
GENANKI = """
import genanki, sys
template = {"name": "t", "qfmt": "{{1}}", "afmt": "{{2}}"}
model = genanki.Model(1, "m", [{"name": str(number)} for number in range(19)], [template])
deck = genanki.Deck(2, "d")
for number in range(int(sys.argv[2])):
    fields = [str(number), f"<p>Question {number}</p>", "<p>An answer. </p>" * 50, *[""] * 16]
    deck.add_note(genanki.Note(model, fields))
genanki.Package(deck).write_to_file(sys.argv[1])
"""


@dataclass(frozen=True, slots=True)
class Run:
    """What a process took."""

    wall_s: float
    cpu_s: float
    peak_mb: float


def measure() -> Iterator[Figure]:
    """Export both decks: first with nothing rendered (but the decks parsed), then with nothing changed."""
    with tempfile.TemporaryDirectory() as folder:
        bare = _best(lambda: _run(Path(folder), ["-c", GENANKI, f"{folder}/bare.apkg", str(NOTES)], {}))
        yardstick = f"bare genanki {_shown(bare)}"
        for name, prepare in (
            ("code and a table in each", None),
            ("as the shipped ones", _write_like_shipped),
        ):
            place = Path(folder) / re.sub(r"\W", "-", name)
            places = make_places(place, NOTES if prepare is None else 0, DECKS)
            if prepare is not None:
                prepare(place / "content" / "decks")
            environment = environment_of(places)
            command = ["-m", "quizzer", "export", "anki", str(place / "x.apkg")]
            _run(place, ["-m", "quizzer", "due"], environment)
            cold = _run(place, command, environment)
            warm = _best(lambda c=command, e=environment, p=place: _run(p, c, e))  # type: ignore[misc]
            what = f"export {NOTES:,} notes to Anki, {name}"
            yield Figure(f"{what}, first time", _shown(cold), yardstick, "-")
            yield Figure(f"{what}, again", _shown(warm), yardstick, "1 s, 100 MB")


def _shown(run: Run) -> str:
    return f"{run.wall_s:.2f} s ({run.cpu_s:.2f} s of processor), peak {run.peak_mb:.0f} MB"


def _best(run: Callable[[], Run]) -> Run:
    runs = [run() for _ in range(RUNS)]
    return Run(
        min(each.wall_s for each in runs),
        min(each.cpu_s for each in runs),
        median([each.peak_mb for each in runs]),
    )


def _run(folder: Path, arguments: list[str], environment: dict[str, str]) -> Run:
    """Run this interpreter and read what the kernel counted for it."""
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        cwd=folder,
        stdout=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    wall_s = time.perf_counter() - start
    return Run(wall_s, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / MIB)


def _write_like_shipped(folder: Path) -> None:
    """Write the shipped decks again and again under other ids, the number of the round in each text."""
    for path in folder.iterdir():
        path.unlink()
    texts = [path.read_text("utf-8") for path in sorted((ROOT / "decks").glob("[a-z]*.yaml"))]
    written, turn = 0, 0
    while written < NOTES:
        for number, text in enumerate(texts):
            found = len(re.findall(r"^  - id: ", text, re.MULTILINE))
            if written >= NOTES:
                break
            text = re.sub(r"^deck: .*$", f"deck: deck-{turn}-{number}", text, flags=re.MULTILINE)
            text = re.sub(r"^  - id: (\S+)$", rf"  - id: \1-r{turn}", text, flags=re.MULTILINE)
            text = re.sub(r"^    (q|cloze): (\w)", rf"    \1: Round {turn}, \2", text, flags=re.MULTILINE)
            text = re.sub(
                r"^    a: \|\n      (?=\w)", f"    a: |\n      Round {turn}. ", text, flags=re.MULTILINE
            )
            text = re.sub(r"^    was: .*\n", "", text, flags=re.MULTILINE)
            (folder / f"deck-{turn}-{number}.yaml").write_text(text, encoding="utf-8")
            written += found
        turn += 1
