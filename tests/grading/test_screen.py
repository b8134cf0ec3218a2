"""The kata's screen with the real grader: a mistake, then the solution, as a learner would type them."""

from __future__ import annotations

from pathlib import Path

from quizzer.grading.client import GraderClient
from tests.support import OpenWorkspace, WriteDeck, WriteKata
from tests.tui.kata_pilot import sit

MISTAKE = "def double(x):\n    return 2 * abs(x)\n"
SOLUTION = "def double(x):\n    return x + x\n"
SUITE = '''
from quizzer.grader.suite import assert_close

def test_values(submission, reference, draw):
    """Every element is doubled."""
    x = draw.normal(5)
    assert_close(submission.double(x), reference.double(x))

def measure_memory_growth(side, draw, size):
    x = side.hold(draw.normal(size, 64))
    return lambda: side.double(x)
'''
YAML = """\
title: Double it
level: mid
topics: [a1-topic]
cards: [a1]
par_minutes: 20
entry_points:
  double: {signature: "(x)", returns: tensor}
gates:
  memory_growth: {size: 512, limit: 2.8, cap_mib: 64, misconception: drops-the-sign, why: It grows.}
hints: [One., Two., Three.]
sources: [A book, page 1]
"""


async def test_a_kata_is_failed_and_passed(
    open_here: OpenWorkspace, write_deck: WriteDeck, write_kata: WriteKata, tmp_path: Path
) -> None:
    """The mistake is recognised and explained; the solution passes its gate, whose bar is shown."""
    write_deck("attention", "a1", "a2")
    write_kata(files={"hidden_tests.py": SUITE, "kata.yaml": YAML, "mistakes/calls_mul.py": None})
    with open_here() as workspace:
        async with sit(workspace, grader=GraderClient()) as desk:
            await desk.start()
            await desk.write(MISTAKE)
            await desk.grade()
            assert "FAILED: 0 of 1 case passed" in desk.shown("#verdict")
            assert "What it looks like: drops the sign" in desk.shown("#failure")
            await desk.write(SOLUTION)
            await desk.press("ctrl+s")
            await desk.until(lambda: bool(desk.grades()))
            assert "PASSED: 1 of 1 case passed" in desk.shown("#verdict")
            assert "% of the limit" in desk.shown("#gates")


async def test_an_endless_submission_is_stopped(
    open_here: OpenWorkspace, write_deck: WriteDeck, write_kata: WriteKata
) -> None:
    """Escape ends the grading of what would run on, and the next submission is graded as ever."""
    write_deck("attention", "a1", "a2", "a3")
    write_kata()
    with open_here() as workspace:
        async with sit(workspace, grader=GraderClient()) as desk:
            await desk.start()
            await desk.write("def double(x):\n    while True:\n        pass\n")
            await desk.press("ctrl+s")
            await desk.until(lambda: "Cases: 0 of 1" in desk.shown("#cases"))
            await desk.press("escape")
            await desk.until(lambda: not desk.screen.is_grading)
            assert desk.shown("#verdict") == "Stopped; nothing was recorded."
            await desk.write(MISTAKE)
            await desk.grade()
            assert "FAILED: 0 of 1 case passed" in desk.shown("#verdict")
