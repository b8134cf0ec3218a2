"""The gate of forbidden calls: what a submission's text spells, and what its traced calls did."""

from __future__ import annotations

from dataclasses import replace

from quizzer.core.kata import Gate, Kata
from quizzer.core.verdict import GateResult, GateStatus
from quizzer.grader.submission import Submission


def judge_calls(kata: Kata, gate: Gate, submission: Submission) -> GateResult:
    """Return whether the submission calls what the kata forbids, by its text and by what its calls did."""
    written = [f"{name} on line {line}" for line, name in submission.findings]
    wanted = [name.rpartition(".")[2] for name in kata.forbidden_calls]
    seen = sorted(call for call in submission.calls if any(_is_call_of(call, name) for name in wanted))
    found = list(dict.fromkeys([*written, *(f"{call} while it ran" for call in seen)]))
    if not found:
        return GateResult(gate.kind.value, GateStatus.PASSED, 0, 0, unit="calls")
    message = f"your solution uses {', '.join(found[:5])}"
    result = GateResult(gate.kind.value, GateStatus.FAILED, len(found), 0, unit="calls", message=message)
    is_call = seen or any(name in kata.forbidden_calls for _, name in submission.findings)
    mistake = kata.mistake(gate.misconception)
    if mistake is None or not is_call:
        # What may only hide a call shows no misconception.
        return result if is_call else replace(result, message=f"{message}, which can hide a forbidden call")
    return replace(result, misconception=mistake.name, explanation=mistake.explanation, notes=mistake.notes)


def _is_call_of(call: str, name: str) -> bool:
    """Say whether a traced call is the function `name`, in place or not, or a private kernel behind it.

    A kernel has the words of the name in their order, with others between and after them.
    """
    plain = call.removeprefix("aten.")
    kernel = plain.strip("_").removeprefix("native_")
    if kernel == name:
        return True
    rest = iter(kernel.split("_"))
    is_private = plain.startswith("_") or plain.startswith("native_")
    return (
        is_private and kernel.startswith(name.partition("_")[0]) and all(w in rest for w in name.split("_"))
    )
