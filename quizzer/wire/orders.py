"""What quizzer and the grader say to each other: JSON lines of core values. No torch here."""

from __future__ import annotations

import msgspec

from quizzer.core.kata import Kata
from quizzer.core.verdict import CaseResult, GateResult, Machine, SuiteStarted, Verdict


class Probe(msgspec.Struct, frozen=True, tag=True):
    """Say how a worker is confined here, and which GPU there is."""


class Order(msgspec.Struct, frozen=True, omit_defaults=True, tag=True):
    """Grade `source`, with the inputs that follow from `seed`; `shuffled` cases come in another order."""

    kata: Kata
    source: str
    seed: int
    shuffled: bool = False


class Event(msgspec.Struct, frozen=True, omit_defaults=True):
    """One of its fields is set; the last event of an order has a verdict, of any the machine or a fault."""

    suite: SuiteStarted | None = None
    case: CaseResult | None = None
    gate: GateResult | None = None
    verdict: Verdict | None = None
    machine: Machine | None = None
    fault: str = ""
