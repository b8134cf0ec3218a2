"""Fitting FSRS-6 to a log, beside one pass of the `fsrs` package's scheduler over the real one.

Each fit runs in a process of its own, which loads the columns of its log, makes the table and fits; the
peak is that of the whole process. The package's own optimiser needs pandas and tqdm, which nothing else
here does, so its time is the one recorded when it was tried.
"""

from __future__ import annotations

import csv
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import fsrs
import numpy as np

from quizzer.fsrs.fit import fit_parameters
from quizzer.fsrs.log_file import DayRule, read_log
from quizzer.fsrs.review_table import ReviewTable
from tests.benchmarks.measure import Figure, median, milliseconds
from tests.synthetic_log import draw_columns

REVIEW_LOG = Path(__file__).parents[1] / "data" / "review_log.csv"
BUDGETS = {10_000: "-", 100_000: "-", 1_000_000: "2.5 s, 250 MB"}  # by reviews
OPTIMISER = "the package's optimiser 25.6 s, log loss 0.4387, 382 MB (recorded 2026-11-22)"
REPEATS = 3


def measure() -> Iterator[Figure]:
    """Fit the real log, then synthetic ones of growing length."""
    yardstick = f"a pass of the package's scheduler over the real log {_scheduler_ms():.0f} ms"
    what, found = f"fit, {REVIEW_LOG.name}", _run(REVIEW_LOG)
    yield Figure(what, _value(found), f"{yardstick}; {OPTIMISER}", "0.2 s, log loss 0.4355")
    with tempfile.TemporaryDirectory() as folder:
        for reviews, budget in BUDGETS.items():
            path = Path(folder) / f"{reviews}.npy"
            np.save(path, np.stack(draw_columns(reviews)))
            yield Figure(f"fit, {reviews:,} synthetic reviews", _value(_run(path)), yardstick, budget)


def fit_file(path: Path) -> dict[str, float]:
    """Return how long the table and the fit of a log took, how the fit went, and the process's peak."""
    start = time.perf_counter()
    if path.suffix == ".csv":
        table = read_log(path, DayRule.ELAPSED)
    else:
        table = ReviewTable.from_columns(*np.load(path, mmap_mode="r"))
    table_s = time.perf_counter() - start
    fits = milliseconds(lambda: fit_parameters(table), REPEATS)
    fit = fit_parameters(table)
    return {
        "table_s": table_s,
        "fit_s": median(fits) / 1000,
        "log_loss": fit.log_loss,
        "steps": fit.steps,
        "peak_mb": _peak_mb(),
    }


def _peak_mb() -> float:
    """Return the peak of this process; on Linux `ru_maxrss` would be the parent's, where that is greater."""
    status = Path("/proc/self/status")
    if status.exists():
        (line,) = (line for line in status.read_text(encoding="utf-8").splitlines() if "VmHWM" in line)
        return int(line.split()[1]) / 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def _run(path: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.benchmarks.bench_fit", str(path)]
    root = Path(__file__).parents[2]
    child = subprocess.run(command, check=True, capture_output=True, text=True, cwd=root)
    found: dict[str, float] = json.loads(child.stdout)
    return found


def _value(found: dict[str, float]) -> str:
    return (
        f"{found['fit_s']:.3f} s ({found['steps']:.0f} steps) after {found['table_s']:.2f} s of reading; "
        f"log loss {found['log_loss']:.4f}; peak {found['peak_mb']:.0f} MB"
    )


def _scheduler_ms() -> float:
    with REVIEW_LOG.open(encoding="utf-8", newline="") as file:
        reviews = [
            (
                row["card_id"],
                fsrs.Rating(int(row["review_rating"])),
                datetime.fromisoformat(row["review_time"]).replace(tzinfo=UTC),  # all are of UTC
            )
            for row in csv.DictReader(file)
        ]

    def one_pass() -> None:
        scheduler = fsrs.Scheduler(enable_fuzzing=False)
        cards: dict[str, fsrs.Card] = {}
        for card_id, rating, moment in reviews:
            card = cards.get(card_id) or fsrs.Card(card_id=0)
            cards[card_id] = scheduler.review_card(card, rating, moment)[0]

    return median(milliseconds(one_pass, REPEATS))


if __name__ == "__main__":
    print(json.dumps(fit_file(Path(sys.argv[1]))))
