"""Answers the operation that keeps an input with plain data instead of a handle: that fails the gate, not the grader."""
# base: reference
# expect: memory_growth FAILED ""
import sys as _sys

_sys.modules["quizzer.wire.operations"].Operations.hold = lambda self, value: 1
