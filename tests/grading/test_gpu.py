"""The gates of a GPU of the shipped katas: they measure what they should, and hold on a GPU."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from quizzer.core.kata import Gate, Kata
from quizzer.core.verdict import GateStatus
from quizzer.grader.gpu import Gpu
from quizzer.grader.zygote import Zygote
from tests.grading.shipped import load_kata
from tests.grading.test_gpu_gates import CpuAsDevice, judge

KATAS = [
    load_kata(slug) for slug in ("flash-attention", "flash-attention-backward", "kv-cache", "transformer")
]
GATES = [(kata, gate) for kata in KATAS for gate in kata.gates if gate.kind.needs_gpu]
NAMES = [f"{kata.slug}-{gate.kind}" for kata, gate in GATES]
SMALLER = 8
HONEST = Path("tests/grading/honest").resolve()


def reference_of(kata: Kata) -> str:
    """Return the source of the reference."""
    return Path(kata.reference).read_text(encoding="utf-8")


@pytest.mark.parametrize(("kata", "gate"), GATES, ids=NAMES)
def test_the_reference_is_within_the_limits(zygote: Zygote, kata: Kata, gate: Gate) -> None:
    """What the suite measures runs, gives the reference's values on both sides, and is no more than par."""
    small = replace(gate, size=gate.size // SMALLER)
    result = judge(zygote, kata, small, reference_of(kata), CpuAsDevice())
    assert result.status is GateStatus.PASSED, result
    assert ("own kernel" in result.message) == (NAMES[0] == f"{kata.slug}-{gate.kind}")


def test_every_kata_that_should_has_a_gate_of_a_gpu() -> None:
    """Time is judged where one would use a GPU; memory where a square of the length must not stand."""
    assert NAMES == [
        "flash-attention-gpu_time",
        "flash-attention-gpu_memory_growth",
        "flash-attention-backward-gpu_time",
        "flash-attention-backward-gpu_memory_growth",
        "kv-cache-gpu_time",
        "kv-cache-gpu_memory_growth",
        "transformer-gpu_time",
    ]


@pytest.mark.gpu
@pytest.mark.skipif(bool(Gpu().problem()), reason="needs a CUDA device")
@pytest.mark.parametrize(("kata", "gate"), GATES, ids=NAMES)
def test_honest_solutions_pass_on_a_gpu(zygote: Zygote, kata: Kata, gate: Gate) -> None:
    """The reference passes, and no honest solution fails."""
    assert judge(zygote, kata, gate, reference_of(kata), Gpu()).status is GateStatus.PASSED
    for path in sorted((HONEST / kata.slug).glob("*.py")):
        result = judge(zygote, kata, gate, path.read_text(encoding="utf-8"), Gpu())
        assert result.status is not GateStatus.FAILED, (path.name, result)


@pytest.mark.gpu
@pytest.mark.skipif(bool(Gpu().problem()), reason="needs a CUDA device")
@pytest.mark.parametrize(("kata", "gate"), GATES, ids=NAMES)
def test_costly_mistakes_fail_on_a_gpu(zygote: Zygote, kata: Kata, gate: Gate) -> None:
    """The mistake that a gate names is not passed by it, unless another gate is for it."""
    path = Path(kata.folder, "mistakes", f"{gate.misconception.replace('-', '_')}.py")
    result = judge(zygote, kata, gate, path.read_text(encoding="utf-8"), Gpu())
    if gate.misconception != "blocks-visited-too-often" and gate.misconception != "keys-read-too-often":
        assert result.status is not GateStatus.PASSED, result
