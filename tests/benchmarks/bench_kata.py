"""Grading the katas: cold and warm, beside torch's import and the cases' own work."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from quizzer.content.kata_names import list_slugs
from quizzer.content.locator import locate_content
from quizzer.core.kata import Kata
from quizzer.core.verdict import CaseResult, Status, Verdict
from quizzer.grading.client import GraderClient
from tests.benchmarks.measure import Figure, median, milliseconds, run_python
from tests.grading.shipped import load_kata

_COLD_RUNS = 3
_WARM_RUNS = 7


def measure() -> Iterator[Figure]:
    """Grade the references as submissions."""
    yield _measure_cold(load_kata("flash-attention"))
    with GraderClient() as client:
        for slug in list_slugs(locate_content(None, Path("none"))):
            yield from _measure_warm(client, load_kata(slug))


def _measure_cold(kata: Kata) -> Figure:
    source = _reference(kata)
    run_python("-c", "import torch")
    imported = median(milliseconds(lambda: run_python("-c", "import torch"), repeats=_COLD_RUNS))
    cold = []
    for _ in range(_COLD_RUNS):
        with GraderClient() as client:
            cold.append(_grade(client, kata, source))
    return Figure(
        f"`quizzer kata {kata.slug}`, cold, to the last case",
        f"{median([cases for cases, _ in cold]):.0f} ms",
        f"import torch {imported:.0f} ms",
        "import torch + 1000 ms",
    )


def _measure_warm(client: GraderClient, kata: Kata) -> Iterator[Figure]:
    source = _reference(kata)
    _grade(client, kata, source)
    warm = [_grade(client, kata, source) for _ in range(_WARM_RUNS)]
    own = f"the same cases within one process {_own_ms(kata):.0f} ms"
    cases, gates = (median([run[part] for run in warm]) for part in range(2))
    yield Figure(f"{kata.slug}, warm, all cases", f"{cases:.0f} ms", own, "400 ms")
    yield Figure(f"{kata.slug}, warm, gates after the cases", f"{gates:.0f} ms", own, "4000 ms")


def _reference(kata: Kata) -> str:
    return Path(kata.reference).read_text(encoding="utf-8")


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
    from quizzer.wire.messages import Operation

    torch.set_num_threads(1)
    solution = Solution(Path(kata.reference))

    def make_side(recorder: Recorder) -> Side:
        return Side(solution.perform, kata.entry_points, recorder=recorder)

    def shapes_of(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
        handle = solution.perform(Operation.CONSTRUCT, name=name, args=args, kwargs=kwargs)
        return dict(solution.perform(Operation.STATE, target=handle))

    suite = Suite(Path(kata.folder), make_side, lambda case: Draw(1, case, shapes_of))
    spent = []
    for _ in range(_WARM_RUNS):
        start = time.perf_counter()
        suite.run(make_side, lambda _: None, lambda _: None)
        spent.append(1000 * (time.perf_counter() - start))
    return statistics.median(spent)
