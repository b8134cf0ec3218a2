"""What a call does, as seen from inside: names of torch functions and operators, and the largest tensor.

All of it can be evaded or forged by the code that runs here. It explains and it catches what is
spelled in a way that the syntax tree does not show; measured gates are read by the grader from the kernel.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import torch
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

from quizzer.wire.messages import Trace, Tracing

_MAXIMUM_NAMES = 2000


class CallTrace:
    """Collects while a call runs."""

    def __init__(self) -> None:
        self.calls: set[str] = set()
        self.largest_bytes = 0
        self.largest_shape: tuple[int, ...] = ()

    def see(self, result: object) -> None:
        """Note the size of a tensor that an operator returned."""
        if (
            isinstance(result, torch.Tensor)
            and (size := result.numel() * result.itemsize) > self.largest_bytes
        ):
            self.largest_bytes, self.largest_shape = size, tuple(result.shape)

    def report(self) -> Trace:
        """Return what was seen."""
        return Trace(tuple(sorted(self.calls)[:_MAXIMUM_NAMES]), self.largest_shape)


@contextmanager
def tracing(trace: CallTrace, depth: Tracing) -> Iterator[None]:
    """Record in `trace` what runs in the block, in this thread."""
    with ExitStack() as modes:
        if depth is not Tracing.NOTHING:
            modes.enter_context(_Functions(trace))
        if depth is Tracing.ALL:
            modes.enter_context(_Operators(trace))
        yield


class _Functions(TorchFunctionMode):
    def __init__(self, trace: CallTrace) -> None:
        super().__init__()
        self._calls = trace.calls

    def __torch_function__(
        self, func: Callable[..., Any], types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        self._calls.add(getattr(func, "__name__", ""))
        return func(*args, **(kwargs or {}))


class _Operators(TorchDispatchMode):  # type: ignore[no-untyped-call]
    def __init__(self, trace: CallTrace) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._trace = trace

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        # Else the first call would import torch._dynamo, more than a second, in every worker.
        return False

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        self._trace.calls.add(f"aten.{func.overloadpacket.__name__}")
        result = func(*args, **(kwargs or {}))
        self._trace.see(result)
        return result
