from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from quizzer.core.verdict import Layer, Mode, Status, Verdict, mode_of
from quizzer.errors import GradingError
from quizzer.grading.client import GraderClient
from tests.grading.small_kata import REFERENCE, write_kata


def descendants(pid: int) -> list[int]:
    """Return the processes below `pid`."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            except OSError:
                continue
            if fields[0] != "Z":
                parents[int(entry.name)] = int(fields[1])
    found: list[int] = []
    level = [pid]
    while level:
        level = [child for child, parent in parents.items() if parent in level]
        found += level
    return found


def wait_until_gone(pids: list[int]) -> list[int]:
    """Return which of the processes stay."""
    for _ in range(500):
        pids = [pid for pid in pids if Path(f"/proc/{pid}").exists() and not _is_zombie(pid)]
        if not pids:
            return []
        time.sleep(0.02)
    return pids


def _is_zombie(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return True
    return stat.rpartition(")")[2].split()[0] == "Z"


def test_closing_leaves_nothing_running(tmp_path: Path) -> None:
    """Grader, zygote, warden and worker end with the client, in the middle of an order too."""
    kata = write_kata(tmp_path)
    before = set(descendants(os.getpid()))
    with GraderClient() as client:
        news = client.grade(kata, "import time\ndef scale(x, factor):\n    time.sleep(20)\n", 1)
        next(news)
        started = set(descendants(os.getpid())) - before
        assert len(started) >= 3
    assert wait_until_gone(list(started)) == []


def test_a_client_that_is_killed_leaves_nothing_running(tmp_path: Path) -> None:
    """The grader notices that whoever asked is gone, and ends itself with its workers."""
    write_kata(tmp_path)
    program = (
        "import sys, pathlib\nsys.path.insert(0, sys.argv[2])\n"
        "from quizzer.grading.client import GraderClient\n"
        "from tests.grading.small_kata import write_kata\n"
        "kata = write_kata(pathlib.Path(sys.argv[1]) / 'again')\n"
        "news = GraderClient().grade(kata, 'import time\\ndef scale(x, f): time.sleep(20)', 1)\n"
        "next(news); print('started', flush=True); next(news)\n"
    )
    root = Path(__file__).resolve().parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path), str(root)], stdout=subprocess.PIPE, cwd=tmp_path
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"started\n"
        started = descendants(process.pid)
        assert len(started) >= 3
        process.send_signal(signal.SIGKILL)
    assert wait_until_gone(started) == []


def test_a_grader_that_dies_is_told_and_the_next_order_is_graded(tmp_path: Path) -> None:
    """A fault of the grader's is one sentence and no verdict; the client starts a new one."""
    kata = write_kata(tmp_path)
    before = set(descendants(os.getpid()))
    with GraderClient() as client:
        news = client.grade(kata, "import time\ndef scale(x, factor):\n    time.sleep(20)\n", 1)
        next(news)
        started = set(descendants(os.getpid())) - before
        grader = next(pid for pid in started if b"quizzer.grader" in _command(pid))
        os.kill(grader, signal.SIGKILL)
        with pytest.raises(GradingError, match="it has ended"):
            list(news)
        *_, verdict = client.grade(kata, REFERENCE, 1)
        assert isinstance(verdict, Verdict)
        assert verdict.status is Status.PASSED


def test_the_layers_can_be_asked_for_without_a_submission(grader: GraderClient) -> None:
    """What holds on this machine is told, and it is enough for strict verdicts."""
    machine = grader.probe()
    layers = machine.layers
    assert [layer.name for layer in layers] == [
        "namespaces", "rlimits", "landlock", "seccomp", "deadlines", "memory watch", "output cap",
    ]  # fmt: skip
    assert mode_of(layers) is Mode.STRICT
    assert bool(machine.gpu) is not bool(machine.gpu_problem)


@pytest.mark.parametrize("missing", ["rlimits", "landlock", "seccomp"])
def test_without_a_layer_that_counts_the_mode_is_practice(missing: str) -> None:
    """A verdict never claims more than what held; namespaces alone may be missing."""
    names = ("namespaces", "rlimits", "landlock", "seccomp")
    assert mode_of(tuple(Layer(name, name != missing) for name in names)) is Mode.PRACTICE
    assert mode_of(tuple(Layer(name, name != "namespaces") for name in names)) is Mode.STRICT


def test_an_order_that_was_left_does_not_answer_the_next(grader: GraderClient, tmp_path: Path) -> None:
    """News of a grading that nobody read to its end never reaches another one."""
    kata = write_kata(tmp_path)
    news = grader.grade(kata, "def scale(x, factor):\n    return x\n", 1)
    next(news)
    news.close()  # type: ignore[attr-defined]
    *_, verdict = grader.grade(kata, REFERENCE, 1)
    assert isinstance(verdict, Verdict)
    assert verdict.status is Status.PASSED


def test_the_surroundings_do_not_reach_the_verdict(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings of pytest and Python in the environment, the folder and beside the suite change nothing."""
    kata = write_kata(tmp_path)
    beside = Path(kata.folder)
    (beside / "conftest.py").write_text("raise SystemExit(9)", encoding="utf-8")
    (beside / "pytest.ini").write_text("[pytest]\naddopts = --collect-only\n", encoding="utf-8")
    (tmp_path / "torch.py").write_text("raise SystemExit(9)", encoding="utf-8")
    (tmp_path / "sitecustomize.py").write_text("raise SystemExit(9)", encoding="utf-8")
    monkeypatch.setenv("PYTEST_ADDOPTS", "--collect-only")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    with GraderClient() as client:
        *_, verdict = client.grade(kata, REFERENCE, 1)
    assert isinstance(verdict, Verdict)
    assert verdict.status is Status.PASSED


def test_without_torch_one_sentence_says_what_to_install(tmp_path: Path) -> None:
    """An installation without the katas' extra says how to get it, and starts nothing."""
    program = (
        "import sys, importlib.machinery as m\n"
        "class Hide(m.PathFinder):\n"
        "    @classmethod\n"
        "    def find_spec(cls, name, path=None, target=None):\n"
        "        if name in ('torch', 'pytest'): return None\n"
        "        return m.PathFinder.find_spec(name, path, target)\n"
        "sys.meta_path[:] = [f for f in sys.meta_path if f is not m.PathFinder] + [Hide]\n"
        "from quizzer.grading.client import GraderClient\n"
        "try: GraderClient().start()\n"
        "except Exception as error: print(error)\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=tmp_path, check=True
    ).stdout
    assert said == (
        "Katas need torch and pytest, which are not installed here: in a checkout run `make katas`, "
        "elsewhere `pip install 'quizzer[katas]'`; cards work without.\n"
    )


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""
