"""Answers the operation that keeps an input with plain data instead of a handle: that fails the gate, not the grader."""
# base: reference
# expect: memory_growth FAILED ""
import sys as _sys

_operations = _sys.modules["quizzer.wire.operations"].Operations
_hold = _operations.hold
# Cases hold inputs, too, and would be failed before: only those of a gate are as long.
_operations.hold = lambda self, value: 1 if value.shape[-2] >= 256 else _hold(self, value)
