"""Random inputs for cases: fresh in every run, the same again for the same seed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import torch

Option = TypeVar("Option")
Shapes = Callable[[str, tuple[Any, ...], dict[str, Any]], dict[str, torch.Tensor]]


class Draw:
    """Draws in an order that follows from the run's seed and the case's name."""

    def __init__(self, seed: int, case: str, shapes_of: Shapes) -> None:
        digest = hashlib.sha256(f"{seed}/{case}".encode()).digest()
        self._generator = torch.Generator().manual_seed(int.from_bytes(digest[:8], "little") >> 1)
        self._shapes_of = shapes_of

    def normal(
        self,
        *shape: int,
        dtype: torch.dtype = torch.float32,
        scale: float = 1.0,
        requires_grad: bool = False,
    ) -> torch.Tensor:
        """Return a tensor of normal numbers with standard deviation `scale`."""
        drawn = torch.randn(shape, generator=self._generator, dtype=_drawn_as(dtype))
        return (drawn * scale).to(dtype).requires_grad_(requires_grad)

    def uniform(
        self, *shape: int, low: float = 0.0, high: float = 1.0, dtype: torch.dtype = torch.float32
    ) -> torch.Tensor:
        """Return a tensor of numbers uniform in [low, high)."""
        drawn = torch.rand(shape, generator=self._generator, dtype=_drawn_as(dtype))
        return (low + (high - low) * drawn).to(dtype)

    def integers(self, low: int, high: int, *shape: int) -> torch.Tensor:
        """Return an int64 tensor of numbers in [low, high)."""
        return torch.randint(low, high, shape, generator=self._generator)

    def size(self, low: int, high: int) -> int:
        """Return a whole number in [low, high]."""
        return int(self.integers(low, high + 1).item())

    def choice(self, options: Sequence[Option]) -> Option:
        """Return one of the options."""
        return options[self.size(0, len(options) - 1)]

    def permutation(self, length: int) -> torch.Tensor:
        """Return the numbers below `length` in a random order."""
        return torch.randperm(length, generator=self._generator)

    def like(self, tensor: torch.Tensor) -> torch.Tensor:
        """Return normal numbers in the shape and dtype of `tensor`."""
        return self.normal(*tensor.shape, dtype=tensor.dtype)

    def state_dict(self, entry_point: str, *args: Any, **kwargs: Any) -> dict[str, torch.Tensor]:
        """Return random weights in the shapes of the reference's state dict.

        Matrices are scaled by one over the square root of their columns, so that depth
        neither blows up nor silences what is compared; no vector is all zeros or ones.
        """
        shapes = self._shapes_of(entry_point, args, kwargs)
        return {key: self._weight(value) for key, value in shapes.items()}

    def _weight(self, shape_of: torch.Tensor) -> torch.Tensor:
        if not shape_of.is_floating_point():
            return shape_of.clone()
        scale = shape_of.shape[-1] ** -0.5 if shape_of.dim() > 1 else 1.0
        return self.normal(*shape_of.shape, dtype=shape_of.dtype, scale=scale)


def _drawn_as(dtype: torch.dtype) -> torch.dtype:
    # Gates draw millions of numbers, and in float64 that takes five times as long.
    return torch.float64 if dtype == torch.float64 else torch.float32
