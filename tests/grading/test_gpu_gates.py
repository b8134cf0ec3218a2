"""Gates of a GPU, on the CPU under another name: the same workers, wire, confinement and clock.

What only a GPU shows is in test_gpu.py.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzer.core.kata import Deadlines, Gate, GateKind, Kata
from quizzer.core.verdict import GateResult, GateStatus
from quizzer.grader import meters
from quizzer.grader.bench import Bench
from quizzer.grader.draw import Draw
from quizzer.grader.failures import SubmissionError
from quizzer.grader.gpu import Gpu, try_device
from quizzer.grader.gpu_gates import VENDOR, WIDEST_SPREAD, GpuGates, judge_times
from quizzer.grader.solution import Solution, run_file
from quizzer.grader.submission import Submission, for_device, make_setup
from quizzer.grader.worker import WorkerProcess
from quizzer.grader.zygote import Zygote
from quizzer.wire.messages import NAMESPACES, Operation
from tests.grading.conftest import StartWorker
from tests.grading.small_kata import MISTAKES, REFERENCE, SUITE, source, write_kata
from tests.grading.test_worker import call

TIME = Gate(GateKind.GPU_TIME, "slow", limit=6.0, size=1024)
MEMORY = Gate(GateKind.GPU_MEMORY_GROWTH, "all-pairs", limit=2.8, size=512)
MEASURES = f"""{SUITE}
measure_gpu_time = measure_cpu_time
measure_gpu_memory_growth = measure_memory_growth
"""


class CpuAsDevice:
    """The CPU, which torch also knows by a number; the peak of the process stands for the device's memory."""

    name = "cpu:0"

    def problem(self) -> str:
        """Return that nothing speaks against it."""
        return ""

    def used_bytes(self, pid: int) -> int:
        """Return what the process has had at most."""
        return meters.peak_bytes(pid)


class NoCuda(CpuAsDevice):
    """A device that torch does not have."""

    name = "cuda"


class Unreadable(CpuAsDevice):
    """A device that computes, and whose driver does not serve the grader's own process."""

    def used_bytes(self, pid: int) -> int:
        """Ask torch, which has no CUDA here."""
        return Gpu().used_bytes(pid)


@pytest.fixture
def kata(tmp_path: Path) -> Kata:
    """A kata whose suite measures on a GPU."""
    return write_kata(tmp_path, suite=MEASURES)


def judge(
    zygote: Zygote, kata: Kata, gate: Gate, text: str, device: CpuAsDevice | Gpu | None = None
) -> GateResult:
    """Return how a submission does at a gate of a device."""
    submission = Submission(kata, text, zygote, ())
    reference = Solution(Path(kata.reference))

    def shapes_of(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
        made = reference.perform(Operation.CONSTRUCT, name=name, args=args, kwargs=kwargs)
        return dict(reference.perform(Operation.STATE, target=made))

    module = run_file(Path(kata.folder, "hidden_tests.py"), "measures")
    bench = Bench(kata, submission, module, lambda case: Draw(1, case, shapes_of))
    try:
        return GpuGates(kata, bench, device or CpuAsDevice()).judge(gate)
    finally:
        submission.close()
        reference.close()


def test_an_honest_solution_passes_with_its_figures(zygote: Zygote, kata: Kata) -> None:
    """Time and memory are beside the reference's, and within the limits."""
    time = judge(zygote, kata, TIME, REFERENCE)
    assert time.status is GateStatus.PASSED
    assert time.measured
    assert time.par
    assert time.limit == pytest.approx(6.0 * time.par)
    memory = judge(zygote, kata, MEMORY, REFERENCE)
    assert (memory.status, memory.limit, memory.unit) == (GateStatus.PASSED, 2.8, "x")


def test_a_slow_solution_never_passes(zygote: Zygote, kata: Kata) -> None:
    """What takes many times the reference's time fails, or is not judged where the times scatter."""
    result = judge(zygote, kata, TIME, MISTAKES["slow"].replace("100", "1000"))
    assert result.status in (GateStatus.FAILED, GateStatus.INCONCLUSIVE)
    assert result.measured
    assert result.limit
    assert result.measured > result.limit


def test_a_solution_that_holds_all_pairs_fails(zygote: Zygote, kata: Kata) -> None:
    """Memory that grows with the square of the size fails, twice measured."""
    result = judge(zygote, kata, MEMORY, MISTAKES["all-pairs"])
    assert result.status is GateStatus.FAILED
    assert result.measured
    assert result.measured > 2.8


def test_the_vendors_kernel_stands_beside_the_figures(zygote: Zygote, kata: Kata) -> None:
    """With a vendor's solution in the kata's folder, its time is told."""
    Path(kata.folder, VENDOR).write_text(REFERENCE, encoding="utf-8")
    result = judge(zygote, kata, TIME, REFERENCE)
    assert result.status is GateStatus.PASSED
    assert result.message.startswith("PyTorch's own kernel takes ")


def test_a_device_is_tried_before_it_is_named(zygote: Zygote) -> None:
    """One that computes tells its name; one that torch does not have is a problem, without a name."""

    def start(name: str) -> WorkerProcess:
        return WorkerProcess(zygote, for_device(make_setup(Deadlines(), ()), name), "")

    assert try_device(CpuAsDevice(), start) == ("cpu:0", "")
    name, problem = try_device(NoCuda(), start)
    assert name == ""
    assert problem.startswith("PyTorch cannot use the GPU here: AssertionError")


@pytest.mark.parametrize(
    "text",
    [
        "def scale(x, factor):\n    if len(x) > 500: raise ValueError('no device')\n    return x * factor\n",
        "def scale(x, factor):\n    if len(x) > 500: import os; os._exit(3)\n    return x * factor\n",
        "def scale(x, factor):\n    return x * factor + (len(x) > 500)\n",
    ],
    ids=["raises", "dies", "is wrong"],
)
@pytest.mark.parametrize("gate", [TIME, MEMORY], ids=["time", "memory"])
def test_what_goes_wrong_on_the_device_is_no_verdict(
    zygote: Zygote, kata: Kata, text: str, gate: Gate
) -> None:
    """A solution that passed every case on the CPU is not failed for what a device does."""
    result = judge(zygote, kata, gate, text)
    assert (result.status, result.misconception) == (GateStatus.INCONCLUSIVE, "")
    assert result.message.startswith("on the GPU, at size ")


def test_a_reference_that_cannot_be_measured_is_no_verdict(zygote: Zygote, kata: Kata) -> None:
    """A device that fails our own program says nothing of the learner's, and spoils no verdict."""
    Path(kata.reference).write_text("def scale(x, factor):\n    raise MemoryError\n", encoding="utf-8")
    assert judge(zygote, kata, TIME, REFERENCE).status is GateStatus.INCONCLUSIVE


@pytest.mark.skipif(not Gpu().problem(), reason="this machine has a GPU")
def test_memory_that_cannot_be_read_is_no_verdict(zygote: Zygote, kata: Kata) -> None:
    """What torch raises in the grader itself ends in a gate that is not judged, and not in an error."""
    result = judge(zygote, kata, MEMORY, REFERENCE, Unreadable())
    assert result.status is GateStatus.INCONCLUSIVE
    assert "its memory cannot be read" in result.message


def test_without_a_device_that_torch_can_use_the_gates_are_skipped(zygote: Zygote, kata: Kata) -> None:
    """The reason is the one that torch gives in a worker."""
    result = judge(zygote, kata, TIME, REFERENCE, NoCuda())
    assert result.status is GateStatus.SKIPPED
    assert result.message.startswith("PyTorch cannot use the GPU here: AssertionError")


@pytest.mark.skipif(not Gpu().problem(), reason="this machine has a GPU")
def test_the_reason_for_skipping_is_said(zygote: Zygote, kata: Kata) -> None:
    """Without a GPU, or with a torch for the CPU, no worker is started to find out."""
    result = judge(zygote, kata, MEMORY, REFERENCE, Gpu())
    assert result.status is GateStatus.SKIPPED
    assert result.message in ("this PyTorch has no CUDA", "this computer has no NVIDIA GPU")


TIMES = st.lists(st.floats(0.1, 1000), min_size=3, max_size=8)


@given(TIMES, TIMES)
def test_only_times_that_do_not_scatter_fail(ours_ms: list[float], theirs_ms: list[float]) -> None:
    """The least times decide: within the limit is passed, beyond it failed or not judged."""
    result = judge_times(TIME, ours_ms, theirs_ms)
    assert (result.status is GateStatus.PASSED) == (min(ours_ms) <= TIME.limit * min(theirs_ms))
    if result.status is GateStatus.FAILED:
        for times in (ours_ms, theirs_ms):
            assert sorted(times)[(len(times) - 1) // 2] <= WIDEST_SPREAD * min(times)


def test_equal_times_far_beyond_the_limit_fail() -> None:
    """Where nothing scatters, the limit holds; where one side does, there is no verdict."""
    assert judge_times(TIME, [70.0, 71.0, 75.0], [10.0, 10.0, 11.0]).status is GateStatus.FAILED
    assert judge_times(TIME, [70.0, 71.0, 75.0], [10.0, 30.0, 31.0]).status is GateStatus.INCONCLUSIVE


PROBES = {
    "lists a folder": "__import__('os').listdir('/')",
    "reads the users": "open('/etc/passwd').read()",
    "reads of other processes": "open('/proc/1/cmdline').read()",
    "writes a file": "open('/tmp/quizzer-probe', 'w')",
    "runs a program": "__import__('os').execv('/bin/true', ['true'])",
    "forks": "__import__('os').fork()",
    "opens a socket": "__import__('socket').socket()",
    "signals its parent": "__import__('os').kill(__import__('os').getppid(), 0)",
}


@pytest.mark.parametrize("probe", PROBES.values(), ids=list(PROBES))
def test_the_profile_for_devices_confines_too(start_worker: StartWorker, probe: str) -> None:
    """Files, programs, processes and the network stay beyond a submission that may use a device."""
    worker = start_worker(f"def f():\n    return str({probe})", device="cpu:0", without=(NAMESPACES,))
    held = {layer.name: layer.is_held for layer in worker.layers}
    assert held == {"namespaces": False, "rlimits": True, "landlock": True, "seccomp": True}
    with pytest.raises(SubmissionError) as caught:
        call(worker, "f")
    assert caught.value.type_name in ("PermissionError", "OSError")


def test_the_profile_for_devices_allows_what_a_driver_does(start_worker: StartWorker) -> None:
    """Shared mappings, pipes and the names of its own threads are what a driver needs."""
    worker = start_worker(
        source("""
            import mmap, os
            def f():
                os.pipe()
                mmap.mmap(-1, 4096).write(b"x")
                with open(f"/proc/self/task/{os.getpid()}/comm", "w") as name:
                    name.write("renamed")
                return True
        """),
        device="cpu:0",
        without=(NAMESPACES,),
    )
    assert call(worker, "f") is True
    assert worker.request(Operation.DEVICE, 5.0) == "cpu:0"
    with pytest.raises(SubmissionError):
        call(start_worker("import os\ndef f():\n    os.pipe()"), "f")


def test_a_reference_beyond_the_limit_is_no_verdict(zygote: Zygote, kata: Kata) -> None:
    """Where our own program does not keep the limit, the device says nothing of the learner's."""
    result = judge(zygote, kata, replace(MEMORY, limit=0.1), REFERENCE)
    assert result.status is GateStatus.INCONCLUSIVE
    assert result.message == "the GPU's memory is in use by others as well"
