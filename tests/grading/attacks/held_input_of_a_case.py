"""Answers the operation that keeps a case's input with plain data: the case fails, and nothing is measured."""
# base: reference
# expect: case FAILED "gave a int (1), expected a handle"
import sys as _sys

_sys.modules["quizzer.wire.operations"].Operations.hold = lambda self, value: 1
