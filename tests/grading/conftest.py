"""What the tests of grading share: a warm grader, a zygote, and workers that are always ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from quizzer.grader.worker import WorkerProcess
from quizzer.grader.zygote import Zygote
from quizzer.grading.client import GraderClient
from quizzer.wire.arena import ARENA_BYTES
from quizzer.wire.messages import Operation, Setup

StartWorker = Callable[..., WorkerProcess]


@pytest.fixture(scope="session")
def grader() -> Iterator[GraderClient]:
    """One grader for all tests of this process, as in a watched sitting."""
    with GraderClient() as client:
        yield client


@pytest.fixture(scope="session")
def zygote() -> Iterator[Zygote]:
    """One zygote for all tests of this process."""
    with Zygote() as process:
        yield process


@pytest.fixture
def start_worker(zygote: Zygote) -> Iterator[StartWorker]:
    """Start workers that serve `source`; keywords change their setup."""
    workers: list[WorkerProcess] = []

    def start(source: str = "", **changes: object) -> WorkerProcess:
        setup = {
            "arena_bytes": ARENA_BYTES,
            "data_limit_bytes": 1 << 30,
            "cpu_limit_s": 60,
            "processes": 64,
            "open_files": 128,
        }
        worker = WorkerProcess(zygote, Setup(**(setup | changes)), "solution.py")  # type: ignore[arg-type]
        workers.append(worker)
        if source:
            worker.request(Operation.LOAD, 5.0, source=source, file_name="solution.py")
        return worker

    yield start
    for worker in workers:
        worker.close()
