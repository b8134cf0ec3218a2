from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
import torch

from quizzer.grader import meters
from quizzer.grader.failures import SubmissionDied, SubmissionError, SubmissionTimedOut
from quizzer.grader.worker import OUTPUT_BYTES, WorkerProcess
from quizzer.wire.messages import Operation
from tests.grading.conftest import StartWorker


def call(worker: WorkerProcess, name: str, *args: object, deadline_s: float = 5.0, **options: Any) -> Any:
    """Call a function of the solution that `worker` serves."""
    chosen = {"with_graph": True, "with_effects": False, "tracing": "nothing"} | options
    return worker.request(Operation.CALL, deadline_s, target=None, name=name, args=args, kwargs={}, **chosen)


def is_alive(pid: int) -> bool:
    """Say whether a process runs; a zombie does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def wait_until_gone(pid: int) -> bool:
    """Return True once the process is gone, False if it stays."""
    for _ in range(500):
        if not is_alive(pid):
            return True
        time.sleep(0.01)  # the kernel needs a moment after a kill
    return False


def test_every_layer_is_tried_and_reported(start_worker: StartWorker) -> None:
    """The worker names its layers; on this machine, where the tests run confined, all of them hold."""
    layers = {layer.name: layer for layer in start_worker().layers}
    assert list(layers) == ["namespaces", "rlimits", "landlock", "seccomp"]
    assert all(layer.is_held for layer in layers.values()), layers


def test_a_layer_that_is_left_out_is_reported_as_not_held(start_worker: StartWorker) -> None:
    """What did not take hold is never called held."""
    held = {layer.name: layer.is_held for layer in start_worker(without=("landlock", "seccomp")).layers}
    assert held == {"namespaces": True, "rlimits": True, "landlock": False, "seccomp": False}


PROBES = {
    "reads a hidden file": "open(HIDDEN).read()",
    "lists a folder": "__import__('os').listdir('/')",
    "writes a file": "open('/tmp/quizzer-probe', 'w')",
    "runs a program": "__import__('os').execv('/bin/true', ['true'])",
    "forks": "__import__('os').fork()",
    "opens a socket": "__import__('socket').socket()",
    "signals its parent": "__import__('os').kill(__import__('os').getppid(), 0)",
    "raises its limits": "__import__('resource').setrlimit(__import__('resource').RLIMIT_NOFILE, (64, 64))",
    "hides memory in a file": "__import__('os').memfd_create('x')",
    "pins itself": "__import__('os').sched_setaffinity(0, {0})",
    "resets its own counters": "open('/proc/self/clear_refs', 'w').write('5')",
}


@pytest.mark.parametrize("probe", PROBES.values(), ids=list(PROBES))
@pytest.mark.parametrize("without", [(), ("namespaces",)], ids=["all layers", "no namespaces"])
def test_a_submission_reaches_nothing(
    start_worker: StartWorker, tmp_path: Path, probe: str, without: tuple[str, ...]
) -> None:
    """Files, programs, the network, other processes and its own limits are beyond a submission."""
    hidden = tmp_path / "hidden_tests.py"
    hidden.write_text("SECRET = 1", encoding="utf-8")
    source = f"HIDDEN = {str(hidden)!r}\ndef f():\n    return str({probe})"
    worker = start_worker(source, hidden=(str(hidden),), without=without)
    with pytest.raises(SubmissionError) as caught:
        call(worker, "f")
    assert caught.value.type_name in ("PermissionError", "OSError", "ValueError"), caught.value


def test_the_environment_and_the_descriptors_are_its_own(start_worker: StartWorker) -> None:
    """No variable and no open file of the grader's or the learner's arrives in a worker."""
    source = "import os\ndef f():\n    return dict(os.environ), len(os.listdir('/proc/self/fd'))"
    environment, descriptors = call(start_worker(source), "f")
    assert not set(environment) - {"LC_CTYPE"}
    assert descriptors == 9  # three standard ones, the socket, two arenas and their maps, the listing's own


def test_a_call_that_never_returns_ends_at_its_deadline(start_worker: StartWorker) -> None:
    """The grader ends an endless loop, and the worker with it."""
    worker = start_worker("def f():\n    while True: pass")
    with pytest.raises(SubmissionTimedOut, match=r"within 0\.3 s"):
        call(worker, "f", deadline_s=0.3)
    assert wait_until_gone(worker.pid)
    assert not worker.is_open


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("import os; os._exit(0)", "exit 0"),
        ("import ctypes; ctypes.string_at(0)", "SIGSEGV"),
    ],
)
def test_a_worker_that_ends_says_how(start_worker: StartWorker, body: str, words: str) -> None:
    """No answer is no result: the exit or the signal becomes the message."""
    worker = start_worker(f"def f():\n    {body}")
    with pytest.raises(SubmissionDied, match=words):
        call(worker, "f")


def test_processor_time_beyond_the_limit_is_told(start_worker: StartWorker) -> None:
    """A worker that used up its processor time ends with that as its reason."""
    worker = start_worker("def f():\n    while True: pass", cpu_limit_s=1)
    with pytest.raises(SubmissionDied, match="used up its processor time"):
        call(worker, "f", deadline_s=60)


def test_sys_exit_is_an_exception_like_others(start_worker: StartWorker) -> None:
    """A submission that leaves by SystemExit has raised, and its worker goes on."""
    worker = start_worker("import sys\ndef f():\n    sys.exit(0)\ndef g():\n    return 1")
    with pytest.raises(SubmissionError, match="SystemExit"):
        call(worker, "f")
    assert call(worker, "g") == 1


def test_an_error_names_the_submissions_own_lines(start_worker: StartWorker) -> None:
    """The learner reads where in their file it happened, not what torch looks like inside."""
    worker = start_worker("import torch\ndef f(x):\n    return torch.cat([x, x[:, :1]], dim=5)")
    with pytest.raises(SubmissionError) as caught:
        call(worker, "f", torch.ones(2, 2))
    assert "solution.py:3 in f: return torch.cat" in str(caught.value)
    assert "torch/" not in str(caught.value)


def test_a_syntax_error_names_its_line(start_worker: StartWorker) -> None:
    """What Python cannot parse is told with line and text."""
    with pytest.raises(SubmissionError, match=r"SyntaxError(?s:.*)solution.py:2: def f\(:"):
        start_worker("x = 1\ndef f(:\n    pass")


def test_memory_beyond_the_limit_is_refused(start_worker: StartWorker) -> None:
    """A tensor larger than the data limit is an error in the submission, not a swapping machine."""
    worker = start_worker("import torch\ndef f():\n    return torch.zeros(1 << 30).sum()")
    with pytest.raises(SubmissionError, match="can't allocate"):
        call(worker, "f")


def test_shared_memory_does_not_escape_the_watch(start_worker: StartWorker) -> None:
    """Memory that the limit does not count is seen by the watch, which ends the worker."""
    source = (
        "import mmap\ndef f():\n    parts = []\n    for _ in range(24):\n"
        "        part = mmap.mmap(-1, 1 << 26)\n        part.write(bytes(1 << 26))\n"
        "        parts.append(part)\n    return len(parts)"
    )
    worker = start_worker(source, data_limit_bytes=512 << 20, without=("seccomp",))
    with pytest.raises(SubmissionDied, match=r"held \d+ MiB and was ended"):
        call(worker, "f", deadline_s=30)


def test_what_is_printed_is_kept_up_to_a_limit(start_worker: StartWorker) -> None:
    """A flood of output neither blocks the submission nor fills the grader."""
    source = "def f():\n    for _ in range(400):\n        print('x' * 10_000)\n    return 1"
    worker = start_worker(source)
    assert call(worker, "f", deadline_s=20) == 1
    worker.close()
    assert bytes(worker.output[:4]) == b"xxxx"
    assert len(worker.output) == OUTPUT_BYTES


def test_no_descendant_survives_without_namespaces(start_worker: StartWorker) -> None:
    """Where a worker could fork, the warden still ends what it left behind."""
    source = (
        "import os, time\ndef f():\n    ours, theirs = os.pipe()\n"
        "    if os.fork() == 0:\n        os.setsid()\n"
        "        if os.fork() == 0:\n            os.write(theirs, str(os.getpid()).encode())\n"
        "            time.sleep(20)\n        os._exit(0)\n    return int(os.read(ours, 20))"
    )
    worker = start_worker(source, without=("namespaces", "seccomp", "landlock"))
    daemon = call(worker, "f")
    assert is_alive(daemon)
    worker.close()
    assert wait_until_gone(daemon)


def test_effects_arrive_with_the_result(start_worker: StartWorker) -> None:
    """The arguments come back as they are after the call, and a result that aliases one still does."""
    worker = start_worker("def f(x):\n    x.mul_(2)\n    return x[1:]")
    sent = torch.ones(3)
    result, (after,), _ = call(worker, "f", sent, with_effects=True)
    assert torch.equal(sent, torch.ones(3))
    assert torch.equal(after, torch.full((3,), 2.0))
    assert result.untyped_storage().data_ptr() == after.untyped_storage().data_ptr()


def test_gradients_are_those_of_the_call(start_worker: StartWorker) -> None:
    """Products with the cotangents arrive for inputs and parameters, and those of a second order."""
    worker = start_worker("def f(x, y):\n    return x ** 3 * y.detach(), x + 1")
    x, y = torch.tensor([2.0], requires_grad=True), torch.tensor([5.0], requires_grad=True)
    found = worker.request(
        Operation.VJP, 5.0, target=None, name="f", args=(x, y), kwargs={},
        cotangents=(torch.tensor([3.0]), torch.tensor([7.0])),
        second=(torch.tensor([1.0]), torch.tensor([1.0])), tracing="nothing",
    )  # fmt: skip
    _, (first, missing), params, (second, _) = found
    assert first.item() == 3 * (3 * 4 * 5) + 7
    assert missing is None
    assert params == {}
    assert second.item() == 3 * (6 * 2 * 5)


def test_the_trace_names_functions_operators_and_the_largest_tensor(start_worker: StartWorker) -> None:
    """What a call ran and the largest tensor it made come with the answer."""
    worker = start_worker("import torch\ndef f(x):\n    return torch.softmax(x @ x.T, -1).sum()")
    call(worker, "f", torch.ones(5, 2), tracing="all")
    assert {"softmax", "aten.mm", "aten._softmax"} <= set(worker.trace.calls)
    assert worker.trace.largest_shape == (5, 5)


def test_processor_time_is_read_from_outside(start_worker: StartWorker) -> None:
    """A worker that patches its clocks is charged all the same."""
    source = (
        "import time\ntime.perf_counter = time.process_time = lambda: 0.0\n"
        "def f():\n    return sum(i * i for i in range(3_000_000))"
    )
    worker = start_worker(source)
    before = meters.cpu_seconds(worker.pid)
    call(worker, "f")
    assert meters.cpu_seconds(worker.pid) - before > 0.02


def test_peak_memory_is_read_from_outside(start_worker: StartWorker) -> None:
    """Memory that a call freed again shows in the peak, to within a few MiB."""
    worker = start_worker("import torch\ndef f(n):\n    torch.ones(n << 18).sum()\n    return 1")
    call(worker, "f", 1)
    before = meters.reset_peak(worker.pid)
    call(worker, "f", 64)
    assert 60 << 20 < meters.peak_bytes(worker.pid) - before < 72 << 20


def test_memory_that_was_freed_is_resident_no_more(start_worker: StartWorker) -> None:
    """Slices of 20 KiB, freed while a later one is kept, leave no holes behind that count as memory."""
    source = (
        "import torch\nkept = []\n"
        "def f(n):\n    rows = [torch.ones(5000) for _ in range(n)]\n    kept.append(rows[-1])\n    return 1"
    )
    worker = start_worker(source)
    call(worker, "f", 10)
    before = meters.resident_bytes(worker.pid)
    call(worker, "f", 2000)
    assert meters.resident_bytes(worker.pid) - before < 8 << 20
