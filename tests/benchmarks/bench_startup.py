"""`quizzer --help` beside a bare interpreter."""

from __future__ import annotations

from collections.abc import Iterator

from tests.benchmarks.measure import Figure, median, milliseconds, run_python


def measure() -> Iterator[Figure]:
    """Time whole processes."""
    run_python("-m", "quizzer", "--help")
    bare = median(milliseconds(lambda: run_python("-c", "pass")))
    shown = median(milliseconds(lambda: run_python("-m", "quizzer", "--help")))
    yield Figure("`quizzer --help`", f"{shown:.0f} ms", f"bare python {bare:.0f} ms", "100 ms")
