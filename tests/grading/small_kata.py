"""A kata of a few lines, for tests of grading itself."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from textwrap import dedent

from quizzer.core.kata import Deadlines, EntryPoint, Gate, GateKind, Kata, Mistake
from quizzer.core.note import Level

REFERENCE = "def scale(x, factor):\n    return x * factor\n"
SUITE = '''
import torch
from quizzer.grader.suite import assert_close, assert_equal, shows

def test_values(submission, reference, draw):
    """Each element is scaled."""
    x = draw.normal(draw.size(3, 9), 5)
    assert_close(submission.scale(x, 2.5), reference.scale(x, 2.5), where="factor 2.5")

def test_negative_factor(submission, reference, draw):
    """A negative factor turns the sign."""
    x = draw.normal(4)
    assert_close(submission.scale(x, -1.5), reference.scale(x, -1.5))

@shows("writes-into-x")
def test_input(submission, draw):
    """The input is left as it was."""
    x = draw.normal(4)
    assert_equal(submission.scale.effects(x, 2.0).args[0], x)

def test_gradient(submission, draw):
    """The gradient arrives."""
    x, cotangent = draw.normal(6, requires_grad=True), draw.normal(6)
    assert_close(submission.scale.vjp(x, 3.0, cotangents=cotangent).inputs[0], 3 * cotangent)

def measure_memory_growth(side, draw, size):
    x = side.hold(draw.normal(size, 64))
    return lambda: side.scale(x, 2.0)

def measure_cpu_time(side, draw, size):
    x = side.hold(draw.normal(size, 256))
    return lambda: side.scale(x, 2.0)
'''
MISTAKES = {
    "adds": "def scale(x, factor):\n    return x + factor\n",
    "drops-the-sign": "def scale(x, factor):\n    return x * abs(factor)\n",
    "writes-into-x": "def scale(x, factor):\n    return x.mul_(factor)\n",
    "all-pairs": "def scale(x, factor):\n    return (x[:, None] * x[None]).sum() * 0 + x * factor\n",
    "slow": "def scale(x, factor):\n    for _ in range(100): y = x * factor\n    return y\n",
}


def write_kata(folder: Path, suite: str = SUITE, **changes: object) -> Kata:
    """Write the kata below `folder` and return it."""
    place = folder / "katas" / "scale"
    (place / "mistakes").mkdir(parents=True)
    (place / "hidden_tests.py").write_text(suite, encoding="utf-8")
    for name, source in MISTAKES.items():
        (place / "mistakes" / f"{name.replace('-', '_')}.py").write_text(source, encoding="utf-8")
    reference = folder / "scale.py"
    reference.write_text(REFERENCE, encoding="utf-8")
    kata = Kata(
        slug="scale",
        title="Scale",
        level=Level.MID,
        topics=(),
        cards=(),
        entry_points=(EntryPoint("scale", "(x, factor)"),),
        par_minutes=5,
        hints=("one", "two", "three"),
        forbidden_calls=("torch.lerp",),
        gates=(),
        deadlines=Deadlines(load_s=3, call_s=0.5, suite_s=4, gates_s=20),
        sources=(),
        prompt="",
        starter="",
        mistakes=tuple(Mistake(name, f"It {name}.", (f"note-{name}",)) for name in MISTAKES),
        folder=str(place),
        reference=str(reference),
    )
    return replace(kata, **changes)  # type: ignore[arg-type]


GATES = (
    Gate(GateKind.FORBIDDEN_CALLS, "adds"),
    Gate(GateKind.MEMORY_GROWTH, "all-pairs", limit=2.8, size=512, cap_mib=64),
    Gate(GateKind.CPU_TIME, "slow", limit=8.0, size=1024),
    Gate(GateKind.GPU_TIME, "slow", limit=2.0, size=1024),
)


def source(text: str) -> str:
    """Return a submission written in a test, without its indentation."""
    return dedent(text).lstrip()
