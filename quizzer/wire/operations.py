"""What the operations mean: a worker performs them on the submission, the grader on the reference."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType
from typing import Any

import torch
from torch import nn

from quizzer.wire.values import Handle

_LIBRARY = "torch.nn."


class Operations:
    """A module with a solution, and its objects that the grader holds handles of.

    Each public method below `resolve` is an operation of the wire.
    """

    def __init__(self, module: ModuleType) -> None:
        self._module = module
        self._objects: dict[int, object] = {}

    def register(self, value: object) -> Handle:
        """Keep an object and return its handle."""
        number = len(self._objects) + 1
        self._objects[number] = value
        return Handle(number, type(value).__name__[:80])

    def resolve(self, handle: Handle) -> object:
        """Return the object that `handle` stands for."""
        return self._objects[handle.id]

    def construct(self, name: str, args: tuple[object, ...], kwargs: dict[str, object]) -> Handle:
        """Call a class, or what makes an object of it (`Class.from_other`), and keep the object.

        The class is the submission's, or torch's where the name begins with `torch.nn.`.
        """
        owner, path = (nn, name.removeprefix(_LIBRARY)) if name.startswith(_LIBRARY) else (self._module, name)
        return self.register(_find(owner, path)(*args, **kwargs))

    def call(
        self,
        target: object,
        name: str,
        args: tuple[object, ...],
        kwargs: dict[str, object],
        with_graph: bool,
        with_effects: bool,
    ) -> object:
        """Call a function of the submission (`target` None) or a method; "" is the object itself.

        With effects, the arguments as they are afterwards come with the result.
        """
        function = self._callable(target, name)
        with torch.set_grad_enabled(with_graph):
            result = function(*args, **kwargs)
        return (result, args, kwargs) if with_effects else result

    def get(self, target: object, name: str) -> object:
        """Return an attribute of an object."""
        return getattr(target, _public(name))

    def hold(self, value: object) -> Handle:
        """Keep a value here, so that a later call needs no transfer."""
        return self.register(value)

    def keep(
        self,
        target: object,
        name: str,
        args: tuple[object, ...],
        kwargs: dict[str, object],
        with_graph: bool = True,
    ) -> Handle:
        """Call as `call` does, and keep the result here."""
        with torch.set_grad_enabled(with_graph):
            return self.register(self._callable(target, name)(*args, **kwargs))

    def item(self, value: Any, key: object) -> Handle:
        """Keep a part of what was kept."""
        return self.register(value[key])

    def fetch(self, value: object) -> object:
        """Return a value that was kept, as it is now."""
        return value

    def overwrite(self, value: torch.Tensor, new: torch.Tensor) -> None:
        """Write into a tensor that was kept: the same object, with other numbers."""
        with torch.no_grad():
            value.copy_(new)

    def state(self, target: nn.Module) -> dict[str, torch.Tensor]:
        """Return the state dict of a module."""
        return dict(target.state_dict())

    def load_state(self, target: nn.Module, state: dict[str, torch.Tensor]) -> None:
        """Load a state dict; keys and shapes have to be the module's."""
        target.load_state_dict(state)

    def params(self, target: nn.Module) -> dict[str, torch.Tensor]:
        """Return the parameters of a module by name, with their requires_grad."""
        return dict(target.named_parameters())

    def seed(self, number: int) -> None:
        """Seed torch's random numbers on the CPU."""
        torch.default_generator.manual_seed(number)

    def train(self, target: nn.Module, mode: bool) -> None:
        """Set training or evaluation mode."""
        target.train(mode)

    def vjp(
        self,
        target: object,
        name: str,
        args: tuple[object, ...],
        kwargs: dict[str, object],
        cotangents: tuple[torch.Tensor, ...],
        second: tuple[torch.Tensor, ...] | None,
    ) -> tuple[object, list[object], dict[str, object], list[object] | None]:
        """Call, and return the result with the vector-Jacobian products of its tensors.

        They are with respect to the argument tensors that require a gradient, in order, and
        the parameters of a module; None where no gradient arrives. With `second`, the
        products of the inputs' gradients with it, with respect to the same inputs, come last.
        """
        function = self._callable(target, name)
        with torch.enable_grad():
            result = function(*args, **kwargs)
            inputs = [tensor for tensor in _tensors((args, kwargs)) if tensor.requires_grad]
            params = dict(target.named_parameters()) if isinstance(target, nn.Module) else {}
            trained = {key: value for key, value in params.items() if value.requires_grad}
            outputs = [tensor for tensor in _tensors(result) if tensor.is_floating_point()]
            wanted = [*inputs, *trained.values()]
            gradients = _gradients(outputs, wanted, cotangents, keep_graph=second is not None)
            first = gradients[: len(inputs)]
            again = None if second is None else _gradients(first, inputs, second, keep_graph=False)
        named = dict(zip(trained, gradients[len(inputs) :], strict=True))
        return result, list(first), {key: named.get(key) for key in params}, again and list(again)

    def _callable(self, target: object, name: str) -> Any:
        owner = self._module if target is None else target
        return owner if not name else getattr(owner, _public(name))


def _gradients(
    outputs: list[Any], inputs: list[torch.Tensor], cotangents: tuple[torch.Tensor, ...], *, keep_graph: bool
) -> list[Any]:
    if len(cotangents) != len(outputs):
        raise ValueError(f"{len(cotangents)} cotangents for {len(outputs)} output tensors")
    if any(output.shape != cotangent.shape for output, cotangent in _both(outputs, cotangents)):
        raise ValueError("the shape of a cotangent is not that of its output")
    reached = [(output, vector) for output, vector in _both(outputs, cotangents) if output.requires_grad]
    if not reached or not inputs:
        return [None] * len(inputs)
    # The gradient of this sum is the product wanted. Given as grad_outputs, the cotangents would have
    # torch import sympy, half a second in every worker.
    total = sum(((output * vector).sum() for output, vector in reached), torch.zeros(()))
    return list(torch.autograd.grad(total, inputs, allow_unused=True, create_graph=keep_graph))


def _both(
    outputs: list[Any], cotangents: tuple[torch.Tensor, ...]
) -> list[tuple[torch.Tensor, torch.Tensor]]:
    return [pair for pair in zip(outputs, cotangents, strict=True) if pair[0] is not None]


def _tensors(value: object) -> Iterator[torch.Tensor]:
    if isinstance(value, torch.Tensor):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _tensors(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _tensors(item)


def _find(owner: object, path: str) -> Any:
    for name in path.split("."):
        owner = getattr(owner, _public(name))
    return owner


def _public(name: str) -> str:
    if name.startswith("_"):
        raise AttributeError(f"{name} is private")
    return name
