"""Grading the kata flash-attention: cold and warm, beside torch's import and the cases' own work."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from quizzer.core.kata import Kata
from quizzer.core.verdict import CaseResult, Status, Verdict
from quizzer.grading.client import GraderClient
from tests.benchmarks.measure import Figure, median, milliseconds, run_python
from tests.grading.shipped import load_kata

_COLD_RUNS = 3
_WARM_RUNS = 7


def measure() -> Iterator[Figure]:
    """Grade the reference as a submission."""
    kata = load_kata("flash-attention")
    source = Path(kata.reference).read_text(encoding="utf-8")
    run_python("-c", "import torch")
    imported = median(milliseconds(lambda: run_python("-c", "import torch"), repeats=_COLD_RUNS))
    cold = []
    for _ in range(_COLD_RUNS):
        with GraderClient() as client:
            cold.append(_grade(client, kata, source))
    yield Figure(
        "`quizzer kata flash-attention`, cold, to the last case",
        f"{median([cases for cases, _ in cold]):.0f} ms",
        f"import torch {imported:.0f} ms",
        "import torch + 1000 ms",
    )
    with GraderClient() as client:
        _grade(client, kata, source)
        warm = [_grade(client, kata, source) for _ in range(_WARM_RUNS)]
    own = f"the same cases within one process {_own_ms(kata):.0f} ms"
    yield Figure("warm, all cases", f"{median([cases for cases, _ in warm]):.0f} ms", own, "400 ms")
    yield Figure(
        "warm, gates after the cases", f"{median([gates for _, gates in warm]):.0f} ms", own, "4000 ms"
    )


def _grade(client: GraderClient, kata: Kata, source: str) -> tuple[float, float]:
    """Return the milliseconds to the last case, and from there to the verdict."""
    start = last = time.perf_counter()
    for news in client.grade(kata, source, seed=1):
        if isinstance(news, CaseResult):
            last = time.perf_counter()
        if isinstance(news, Verdict):
            assert news.status is Status.PASSED, news
    return 1000 * (last - start), 1000 * (time.perf_counter() - last)


def _own_ms(kata: Kata) -> float:
    """Return how long the reference takes as both sides of all cases, in this process, without a jail."""
    import torch

    from quizzer.grader.cases import Suite
    from quizzer.grader.draw import Draw
    from quizzer.grader.outcomes import Recorder
    from quizzer.grader.sides import Side
    from quizzer.grader.solution import Solution

    torch.set_num_threads(1)
    solution = Solution(Path(kata.reference))

    def make_side(recorder: Recorder) -> Side:
        return Side(solution.perform, kata.entry_points, recorder=recorder)

    suite = Suite(Path(kata.folder), make_side, lambda case: Draw(1, case, lambda *_: {}))
    spent = []
    for _ in range(_WARM_RUNS):
        start = time.perf_counter()
        suite.run(make_side, lambda _: None, lambda _: None)
        spent.append(1000 * (time.perf_counter() - start))
    return statistics.median(spent)
