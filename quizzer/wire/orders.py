"""What quizzer and the grader say to each other: JSON lines of core values. No torch here."""

from __future__ import annotations

import msgspec

from quizzer.core.kata import Kata
from quizzer.core.verdict import CaseResult, GateResult, SuiteStarted, Verdict


class Order(msgspec.Struct, frozen=True, omit_defaults=True):
    """Grade `source`, with the inputs that follow from `seed`; `shuffled` cases come in another order."""

    kata: Kata
    source: str
    seed: int
    shuffled: bool = False


class Event(msgspec.Struct, frozen=True, omit_defaults=True):
    """One of its fields is set; the last event of an order has a verdict or a fault."""

    suite: SuiteStarted | None = None
    case: CaseResult | None = None
    gate: GateResult | None = None
    verdict: Verdict | None = None
    fault: str = ""
