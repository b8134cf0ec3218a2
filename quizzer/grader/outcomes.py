"""What calls on a side give: results, arguments as they were left, gradients; and the record of a case."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import torch

_RECORDED_BYTES = 64 << 20  # of one case; far more than any needs


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one call on a side gave: its result, or the words of what it raised."""

    result: Any = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """A result with the arguments as they were afterwards."""

    result: Any
    args: tuple[Any, ...]
    kwargs: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Gradients:
    """Vector-Jacobian products: one a tensor argument that requires a gradient, in order, None if none came.

    `params` are a module's, by name. `second` are the products of `inputs` with the second cotangents.
    """

    outputs: Any
    inputs: tuple[torch.Tensor | None, ...]
    params: dict[str, torch.Tensor | None]
    second: tuple[torch.Tensor | None, ...] = ()


@dataclass(slots=True)
class Recorder:
    """Keeps the outcomes of calls in order, so that another side's can be laid beside them."""

    outcomes: list[Outcome] = field(default_factory=list)
    _bytes: int = 0

    def add(self, outcome: Outcome) -> None:
        """Keep one more outcome, or only that it was too large once there is no more room."""
        self._bytes += sum(tensor.untyped_storage().nbytes() for tensor in _tensors(outcome.result))
        self.outcomes.append(
            outcome if self._bytes <= _RECORDED_BYTES else Outcome(error="too large to keep")
        )


def describe_error(error: BaseException) -> str:
    """Return what was raised as a submission's failure says it, so that the two can be compared."""
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def _tensors(value: Any) -> Iterator[torch.Tensor]:
    if isinstance(value, torch.Tensor):
        yield value
    elif isinstance(value, tuple | list):
        for item in value:
            yield from _tensors(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _tensors(item)
