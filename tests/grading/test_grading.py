from __future__ import annotations

import os
from pathlib import Path

import pytest
import torch

from quizzer.core.kata import Kata
from quizzer.core.verdict import CaseStatus, GateResult, GateStatus, Mode, Status, SuiteStarted, Verdict
from quizzer.grading.client import GraderClient
from tests.grading.small_kata import GATES, MISTAKES, REFERENCE, SUITE, source, write_kata

IMPORTS_LAZILY = "def scale(x, factor):\n    import mpmath\n\n    return x * factor\n"


@pytest.fixture
def kata(tmp_path: Path) -> Kata:
    """A kata without gates."""
    return write_kata(tmp_path)


def grade(grader: GraderClient, kata: Kata, text: str, seed: int = 1) -> Verdict:
    """Return the verdict on a submission."""
    *_, verdict = grader.grade(kata, text, seed)
    assert isinstance(verdict, Verdict)
    return verdict


def gate(verdict: Verdict, name: str) -> GateResult:
    """Return one gate's result."""
    return next(result for result in verdict.gates if result.name == name)


def test_the_reference_passes_every_case_and_gate(grader: GraderClient, tmp_path: Path) -> None:
    """An honest solution is PASSED, strictly, with its figures beside the limits; a GPU gate is skipped."""
    verdict = grade(grader, write_kata(tmp_path, gates=GATES), REFERENCE)
    assert (verdict.status, verdict.mode, verdict.problem) == (Status.PASSED, Mode.STRICT, "")
    assert {case.status for case in verdict.cases} == {CaseStatus.PASSED}
    statuses = {result.name: result.status.value for result in verdict.gates}
    assert statuses == {
        "forbidden_calls": "PASSED",
        "memory_growth": "PASSED",
        "cpu_time": "PASSED",
        "gpu_time": "SKIPPED",
    }
    memory = gate(verdict, "memory_growth")
    assert memory.measured is not None
    assert 1.0 < memory.measured < 2.4
    assert (memory.limit, memory.unit) == (2.8, "x")


def test_news_comes_in_the_order_of_the_suite(grader: GraderClient, kata: Kata) -> None:
    """The manifest is first, with the lines that a learner reads; then a record a case; then the verdict."""
    manifest, *cases, verdict = grader.grade(kata, REFERENCE, 1)
    assert isinstance(manifest, SuiteStarted)
    assert manifest.cases[0] == ("test_values", "Each element is scaled.")
    assert [case.name for case in cases] == [name for name, _ in manifest.cases]  # type: ignore[union-attr]
    assert isinstance(verdict, Verdict)


@pytest.mark.parametrize("name", ["adds", "drops-the-sign", "writes-into-x"])
def test_a_mistake_is_recognised_by_what_it_does(grader: GraderClient, kata: Kata, name: str) -> None:
    """A wrong solution fails, and the mistake that gives the same results is named, with its notes."""
    verdict = grade(grader, kata, MISTAKES[name])
    assert verdict.status is Status.FAILED
    assert verdict.misconceptions == (name,)
    assert verdict.first_failing is not None
    assert (verdict.first_failing.explanation, verdict.notes) == (f"It {name}.", (f"note-{name}",))


def test_the_same_mistake_in_other_words_is_recognised(grader: GraderClient, kata: Kata) -> None:
    """Not the text is compared but the results."""
    text = source("""
        import torch
        def scale(x, factor):
            return torch.stack([row * (factor ** 2) ** 0.5 for row in x])
    """)
    assert grade(grader, kata, text).misconceptions == ("drops-the-sign",)


def test_two_mistakes_in_one_solution_are_both_named(grader: GraderClient, kata: Kata) -> None:
    """Each failed case is named by what reproduces that case."""
    text = source("""
        def scale(x, factor):
            if factor == 2.0:
                return x.mul_(2.0)
            return x * abs(factor)
    """)
    verdict = grade(grader, kata, text)
    named = {case.name: case.misconception for case in verdict.cases if case.misconception}
    assert named == {"test_negative_factor": "drops-the-sign", "test_input": "writes-into-x"}


def test_an_unknown_mistake_is_not_given_a_name(grader: GraderClient, kata: Kata) -> None:
    """A wrong name would teach the wrong thing: where nothing reproduces the result, none is given."""
    verdict = grade(grader, kata, "def scale(x, factor):\n    return x * factor + 0.125 * x ** 2\n")
    assert (verdict.status, verdict.misconceptions) == (Status.FAILED, ())


def test_a_mistake_that_explains_only_the_first_of_two_results_is_not_named(
    grader: GraderClient, tmp_path: Path
) -> None:
    """Every result of the case has to be the mistake's, not only the one that goes wrong first."""
    suite = source("""
        from quizzer.grader.suite import assert_close

        def test_pair(submission, reference, draw):
            x = draw.normal(4)
            pairs = [[side.scale(x, factor) for factor in (-1.5, -2.5)] for side in (submission, reference)]
            assert_close(*pairs)
    """)
    text = "def scale(x, factor):\n    return x * abs(factor) if factor == -1.5 else x * factor + 1\n"
    verdict = grade(grader, write_kata(tmp_path, suite=suite), text)
    assert (verdict.status, verdict.misconceptions) == (Status.FAILED, ())


def test_a_marked_case_names_its_misconception_only_when_it_fails_alone(
    grader: GraderClient, kata: Kata
) -> None:
    """What no mistake reproduces is named by the mark of the case, if all unmarked cases pass."""
    alone = "def scale(x, factor):\n    y = x * factor\n    x.zero_()\n    return y\n"
    without_gradient = alone.replace("x.zero_()", "x.detach().zero_()")
    assert grade(grader, kata, without_gradient).misconceptions == ("writes-into-x",)
    raising = "def scale(x, factor):\n    if factor == 2.0: raise ValueError('no')\n    return x * factor\n"
    assert grade(grader, kata, raising).misconceptions == ()
    dying = raising.replace("raise ValueError('no')", "import os; os._exit(0)")
    assert grade(grader, kata, dying).misconceptions == ()
    suite = Path(kata.folder, "hidden_tests.py")
    marked = suite.read_text(encoding="utf-8").replace(
        '"writes-into-x")', '"writes-into-x", by_raising=True)'
    )
    suite.write_text(marked, encoding="utf-8")
    assert grade(grader, kata, raising).misconceptions == ("writes-into-x",)
    assert grade(grader, kata, dying).misconceptions == ()
    everything = "def scale(x, factor):\n    x.detach().zero_()\n    return x - 7 * factor\n"
    assert grade(grader, kata, everything).misconceptions == ()


def test_a_mark_is_silent_where_what_comes_before_is_wrong(grader: GraderClient, tmp_path: Path) -> None:
    """A failure within `shows_nothing`, by a value or an exception, shows no misconception."""
    check = "    with shows_nothing():\n        assert_close(submission.scale(x, 2.0), 2.0 * x)\n"
    suite = SUITE.replace("import assert_close", "import shows_nothing, assert_close").replace(
        '"writes-into-x")', '"writes-into-x", by_raising=True)'
    )
    place = "    assert_equal(submission.scale.effects"
    kata = write_kata(tmp_path, suite.replace(place, check + place))
    for wrong in ("return x * factor + 1e-3", "raise ValueError('no')"):
        text = f"def scale(x, factor):\n    if factor == 2.0: {wrong}\n    return x * factor\n"
        verdict = grade(grader, kata, text)
        assert (verdict.status, verdict.misconceptions) == (Status.FAILED, ())
    alone = "def scale(x, factor):\n    y = x * factor\n    x.detach().zero_()\n    return y\n"
    assert grade(grader, kata, alone).misconceptions == ("writes-into-x",)


def test_a_mistake_that_coincides_in_a_special_case_is_not_named(
    grader: GraderClient, tmp_path: Path
) -> None:
    """Where most failed cases have other results than a mistake, the one that it shares gives no name."""
    more = source("""
        def test_zeros(submission, draw):
            x = 0 * draw.normal(4)
            assert_close(submission.scale(x, 4.0), x)

        def test_another_factor(submission, draw):
            x = draw.normal(4)
            assert_close(submission.scale(x, 4.0), 4.0 * x)
    """)
    text = "def scale(x, factor):\n    return x * factor + factor\n"
    verdict = grade(grader, write_kata(tmp_path, f"{SUITE}\n{more}"), text)
    assert (verdict.status, verdict.misconceptions) == (Status.FAILED, ())


def test_a_failure_says_where_what_was_expected_and_what_was_found(grader: GraderClient, kata: Kata) -> None:
    """Input, count, index, both values and the tolerance stand in the message."""
    verdict = grade(
        grader, kata, "def scale(x, factor):\n    y = x * factor\n    y[1, 2] += 1\n    return y\n"
    )
    message = verdict.cases[0].message
    assert "factor 2.5: 1 of " in message
    assert "the worst at (1, 2):" in message
    assert "  expected  " in message
    assert "  found     " in message
    assert "tolerance 1e-05" in message


def test_another_seed_draws_other_inputs_and_the_same_seed_the_same(grader: GraderClient, kata: Kata) -> None:
    """A run can be repeated by its seed."""
    first, again, other = (grade(grader, kata, MISTAKES["adds"], seed) for seed in (1, 1, 2))
    assert [case.message for case in first.cases] == [case.message for case in again.cases]
    assert first.cases[0].message != other.cases[0].message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("def scale(x, factor:\n    pass", "SyntaxError"),
        ("import nothing_of_that_name", "ModuleNotFoundError"),
        ("import os; os._exit(0)", "exit 0"),
        ("while True: pass", "no answer within 3 s"),
        ("def scales(x, factor): return x", "defines no scale"),
        ("", "defines no scale"),
    ],
)
def test_a_file_that_cannot_be_graded_fails_with_one_sentence(
    grader: GraderClient, kata: Kata, text: str, words: str
) -> None:
    """What does not load, or defines nothing, is the learner's to repair: FAILED, with the reason."""
    verdict = grade(grader, kata, text)
    assert verdict.status is Status.FAILED
    assert words in verdict.problem
    assert {case.status for case in verdict.cases} == {CaseStatus.ERRORED}
    assert len(verdict.cases) == 4


def test_the_starter_is_told_that_it_is_not_implemented(grader: GraderClient, kata: Kata) -> None:
    """An exception of the submission is an errored case with its own line."""
    verdict = grade(grader, kata, "def scale(x, factor):\n    raise NotImplementedError\n")
    assert verdict.cases[0].status is CaseStatus.ERRORED
    assert verdict.cases[0].message == (
        "NotImplementedError\n  scale.py:2 in scale: raise NotImplementedError"
    )


def test_a_result_of_another_kind_is_told_in_words(grader: GraderClient, kata: Kata) -> None:
    """The kata declares what is returned; None, a list or a number is named as what it is."""
    for text, words in (("None", "gave None"), ("[x]", "gave a list of 1"), ("3", "gave a int (3)")):
        verdict = grade(grader, kata, f"def scale(x, factor):\n    return {text}\n")
        assert verdict.cases[0].message == f"scale(...) {words}, expected a tensor"


def test_after_three_deaths_the_rest_is_not_run(grader: GraderClient, kata: Kata) -> None:
    """A fresh worker serves the case after a death or a timeout, three times."""
    text = "import os\ndef scale(x, factor):\n    os._exit(3)\n"
    messages = [case.message for case in grade(grader, kata, text).cases]
    assert all("exit 3" in message for message in messages[:3])
    assert "not run: the submission has ended or timed out 3 times" in messages[3]


def test_a_case_after_a_death_is_served_by_a_fresh_worker(grader: GraderClient, kata: Kata) -> None:
    """One case that dies costs only itself."""
    text = "import os\ndef scale(x, factor):\n    if factor < 0: os._exit(3)\n    return x * factor\n"
    statuses = [case.status.value for case in grade(grader, kata, text).cases]
    assert statuses == ["PASSED", "ERRORED", "PASSED", "PASSED"]


def test_a_call_that_hangs_is_a_timeout(grader: GraderClient, kata: Kata) -> None:
    """A timeout is a failure with its own word, and the other cases are still judged."""
    text = "def scale(x, factor):\n    while factor < 0: pass\n    return x * factor\n"
    verdict = grade(grader, kata, text)
    statuses = [case.status.value for case in verdict.cases]
    assert (verdict.status, statuses) == (Status.FAILED, ["PASSED", "TIMED_OUT", "PASSED", "PASSED"])


def test_what_the_submission_prints_is_kept(grader: GraderClient, kata: Kata) -> None:
    """A learner who debugs by printing reads it beside the verdict."""
    verdict = grade(grader, kata, "print('hello')\n" + REFERENCE)
    assert verdict.output == "hello\n"


def test_an_assertion_that_the_reference_fails_too_is_no_fault_of_the_learner(
    grader: GraderClient, tmp_path: Path
) -> None:
    """A suite that contradicts its reference ends as ERRORED, whatever was submitted."""
    broken = SUITE.replace("3 * cotangent", "4 * cotangent")
    kata = write_kata(tmp_path, suite=broken)
    verdict = grade(grader, kata, REFERENCE)
    assert verdict.status is Status.ERRORED
    assert "the reference fails the case test_gradient too" in verdict.problem


def test_an_exception_in_the_suite_from_an_odd_result_counts_against_the_submission(
    grader: GraderClient, tmp_path: Path
) -> None:
    """Where the reference passes, the suite's stumbling shows that the result was wrong."""
    suite = SUITE.replace(
        "x = draw.normal(4)\n    assert_close",
        "x = draw.normal(4)\n    submission.scale(x, 1.0)[3]\n    assert_close",
    )
    verdict = grade(
        grader, write_kata(tmp_path, suite=suite), "def scale(x, factor):\n    return (x * factor)[:2]\n"
    )
    assert verdict.status is Status.FAILED
    assert "IndexError" in verdict.cases[1].message


@pytest.mark.parametrize("suite", ["import nothing_of_that_name", "def test_x(:", "x = 1"])
def test_a_suite_that_cannot_be_run_is_quizzers_fault(
    grader: GraderClient, tmp_path: Path, suite: str
) -> None:
    """No suite, no verdict: ERRORED, never PASSED."""
    verdict = grade(grader, write_kata(tmp_path, suite=suite), REFERENCE)
    assert verdict.status is Status.ERRORED
    assert "hidden" in verdict.problem


def test_a_skipped_case_is_no_pass(grader: GraderClient, tmp_path: Path) -> None:
    """A case that ends in a skip has no PASSED record."""
    suite = SUITE + "\n\ndef test_more(submission):\n    import pytest\n    pytest.skip('no')\n"
    verdict = grade(grader, write_kata(tmp_path, suite=suite), REFERENCE)
    assert verdict.status is not Status.PASSED


def test_memory_that_grows_with_the_square_fails_its_gate(grader: GraderClient, tmp_path: Path) -> None:
    """A right but wasteful solution fails, with the misconception and its largest tensor."""
    text = source("""
        def scale(x, factor):
            if x.dim() == 2:
                waste = x.new_ones(x.shape[0], x.shape[0], 16)
            return x * factor
    """)
    verdict = grade(grader, write_kata(tmp_path, gates=GATES), text)
    memory = gate(verdict, "memory_growth")
    assert (verdict.status, memory.status) == (Status.FAILED, GateStatus.FAILED)
    assert (memory.misconception, memory.notes) == ("all-pairs", ("note-all-pairs",))
    assert memory.measured is not None
    assert memory.measured > 3.0
    assert "(512, 512, 16)" in memory.message


def test_memory_taken_before_it_is_measured_is_counted(grader: GraderClient, tmp_path: Path) -> None:
    """A pool that is filled while the file loads hides no growth: all that is resident has a cap."""
    text = "import torch\npool = torch.ones(40 << 20)\n" + REFERENCE
    memory = gate(grade(grader, write_kata(tmp_path, gates=GATES), text), "memory_growth")
    assert memory.status is GateStatus.FAILED
    assert "of 64 MiB allowed" in memory.message


def test_processor_time_beyond_the_limit_fails_its_gate(grader: GraderClient, tmp_path: Path) -> None:
    """A slow solution fails with measured, limit and par in milliseconds, and the misconception."""
    verdict = grade(grader, write_kata(tmp_path, gates=GATES), MISTAKES["slow"])
    result = gate(verdict, "cpu_time")
    assert (result.status, result.misconception, result.unit) == (GateStatus.FAILED, "slow", "ms")
    assert result.measured is not None
    assert result.limit is not None
    assert result.measured > result.limit


def test_a_wrong_result_of_a_gate_says_that_gradients_were_off(grader: GraderClient, tmp_path: Path) -> None:
    """Neither the size nor the result stands there twice, and no misconception about the cost does."""
    text = "import torch\ndef scale(x, factor):\n    return x * factor + (not torch.is_grad_enabled())\n"
    verdict = grade(grader, write_kata(tmp_path, gates=GATES), text)
    for name, size in (("memory_growth", 512), ("cpu_time", 1024)):
        result = gate(verdict, name)
        assert (result.status, result.misconception) == (GateStatus.FAILED, "")
        assert "without gradients (torch.no_grad)" in result.message
        assert result.message.count(f"size {size}") == 1


def test_work_between_two_calls_is_charged(grader: GraderClient, tmp_path: Path) -> None:
    """A thread that goes on after the answer does not make a solution quicker."""
    text = source("""
        import threading
        def work():
            x = 0
            for i in range(3_000_000): x += i
        def scale(x, factor):
            if x.dim() == 2 and x.shape[1] == 256: threading.Thread(target=work).start()
            return x * factor
    """)
    verdict = grade(grader, write_kata(tmp_path, gates=GATES[2:3]), text)
    assert gate(verdict, "cpu_time").status is GateStatus.FAILED


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("return torch.lerp(0 * x, x, factor)", "torch.lerp on line 3"),
        ("return getattr(torch, 'le' + 'rp')(0 * x, x, factor)", "lerp while it ran"),
        ("return (0 * x).lerp_(x, factor)", "lerp_ while it ran"),
    ],
)  # fmt: skip
def test_forbidden_calls_fail_their_gate(grader: GraderClient, tmp_path: Path, body: str, words: str) -> None:
    """What the text or the trace shows of a forbidden call is named."""
    text = f"import torch\ndef scale(x, factor):\n    {body}\n"
    verdict = grade(grader, write_kata(tmp_path, gates=GATES[:1]), text)
    assert verdict.status is Status.FAILED
    assert words in gate(verdict, "forbidden_calls").message
    assert gate(verdict, "forbidden_calls").misconception == "adds"


def test_what_may_hide_a_call_fails_its_gate_without_a_misconception(
    grader: GraderClient, tmp_path: Path
) -> None:
    """Whoever looks names up has not shown that they called what is forbidden."""
    text = "import importlib\ndef scale(x, factor):\n    return x * factor\n"
    result = gate(grade(grader, write_kata(tmp_path, gates=GATES[:1]), text), "forbidden_calls")
    assert (result.status, result.misconception) == (GateStatus.FAILED, "")
    assert result.message == "your solution uses importlib on line 1, which can hide a forbidden call"


def test_costs_are_not_measured_while_cases_fail(grader: GraderClient, tmp_path: Path) -> None:
    """A wrong result has no cost worth telling: the gate is skipped and says when it comes."""
    verdict = grade(grader, write_kata(tmp_path, gates=GATES), MISTAKES["adds"])
    assert gate(verdict, "cpu_time").status is GateStatus.SKIPPED
    assert gate(verdict, "cpu_time").message == "measured once every case passes"


def test_shuffled_cases_give_the_same_verdict(grader: GraderClient, kata: Kata) -> None:
    """The order of the cases changes no result."""
    verdicts = []
    for shuffled in (False, True):
        *_, verdict = grader.grade(kata, MISTAKES["drops-the-sign"], 5, shuffled=shuffled)
        assert isinstance(verdict, Verdict)
        verdicts.append({case.name: (case.status, case.message) for case in verdict.cases})
    assert verdicts[0] == verdicts[1]


def test_a_meter_reads_its_own_worker_only(grader: GraderClient, tmp_path: Path) -> None:
    """Descriptors of one worker mean nothing for the next, whatever numbers that one gets."""
    held = "import os\nHELD = [os.open('/dev/null', 0) for _ in range(16)]\nCALLS = []\n"
    body = "    CALLS.append(size)\n    while len(CALLS) > 1 and HELD: os.close(HELD.pop())\n"
    head = "def measure_memory_growth(side, draw, size):\n"
    suite = SUITE.replace("import torch\n", f"import torch\n{held}").replace(head, head + body)
    verdict = grade(grader, write_kata(tmp_path, suite, gates=GATES), REFERENCE)
    assert gate(verdict, "memory_growth").status is GateStatus.PASSED


def test_an_installation_meanwhile_hides_no_module_of_torch(grader: GraderClient, kata: Kata) -> None:
    """Python lists a changed folder of modules anew, which a worker may not; torch imports sympy lazily."""
    assert grade(grader, kata, REFERENCE).status is Status.PASSED
    # as torch.func does, without its second of imports
    os.utime(Path(torch.__file__).parents[1])

    verdict = grade(grader, kata, IMPORTS_LAZILY)

    assert verdict.status is Status.PASSED, verdict
