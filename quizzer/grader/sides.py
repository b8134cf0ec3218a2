"""Sides: the submission, the reference or a mistake, called by the suite in one and the same way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

import torch

from quizzer.core.kata import EntryPoint, Returns
from quizzer.grader.assertions import describe_value
from quizzer.grader.failures import CaseFailed
from quizzer.grader.outcomes import Call, Gradients, Outcome, Recorder, describe_error
from quizzer.wire.messages import Operation, Tracing
from quizzer.wire.values import Handle

Perform = Callable[..., Any]
"""(operation, **arguments) -> result: over the wire for a submission, in this process for our own."""


class Side:
    """One solution; its attributes are the kata's entry points.

    Calls work on copies of their arguments that keep layout and aliasing: the tensors of
    the suite are never touched.
    """

    def __init__(
        self,
        perform: Perform,
        entry_points: tuple[EntryPoint, ...],
        *,
        recorder: Recorder | None = None,
        tracing: Tracing = Tracing.NOTHING,
        with_graph: bool = True,
    ) -> None:
        self._perform = perform
        self._entry_points = {entry.name: entry for entry in entry_points}
        self._recorder = recorder or Recorder()
        self._tracing = tracing
        self._with_graph = with_graph

    def __getattr__(self, name: str) -> Function | Constructor:
        entry = self._entry_points.get(name)
        if entry is None:
            raise AttributeError(f"the kata has no entry point {name}")
        if name[:1].isupper():
            return Constructor(self, entry)
        return Function(self, None, name, entry)

    def library(self, name: str, *args: Any, **kwargs: Any) -> Module:
        """Construct a module of torch on that side: `library("Linear", 7, 5)` for `torch.nn.Linear(7, 5)`."""
        entry = EntryPoint(f"torch.nn.{name}", "(...)", returns="any")
        return Constructor(self, entry)(*args, **kwargs)

    def seed(self, number: int) -> None:
        """Seed torch's random numbers on that side, so that equal programs draw equal ones."""
        self.perform(Operation.SEED, is_recorded=False, number=number)

    def hold(self, value: Any) -> Handle:
        """Send a value over now, so that a later call with the handle needs no transfer."""
        handle = self._perform(Operation.HOLD, value=value)
        if not isinstance(handle, Handle):
            raise CaseFailed(f"an input to keep gave {describe_value(handle)}, expected a handle")
        return handle

    def item(self, kept: Handle, key: Any) -> Handle:
        """Return what stands for a part of what was kept: the very object, where fetching makes a copy."""
        handle = self.perform(Operation.ITEM, is_recorded=False, value=kept, key=key)
        if not isinstance(handle, Handle):
            raise CaseFailed(f"a part of a result gave {describe_value(handle)}, expected an object")
        return handle

    def note(self, value: Any) -> None:
        """Record a finding of the suite's own as if a call had given it: a mistake that shows it is named."""
        self._recorder.add(Outcome(value))

    def fetch(self, kept: Handle) -> Any:
        """Return what a call left on that side, as it is now."""
        return self.perform(Operation.FETCH, value=kept)

    def overwrite(self, held: Handle, new: torch.Tensor) -> None:
        """Write other numbers into a tensor that was kept, as an optimiser does: it stays the same object."""
        self.perform(Operation.OVERWRITE, is_recorded=False, value=held, new=new)

    def perform(self, operation: Operation, *, is_recorded: bool = True, **arguments: Any) -> Any:
        """Do one operation and record its outcome."""
        if operation in (Operation.CALL, Operation.VJP):
            # A trace makes calls slow: the first one of a case stands for the others.
            is_first = not self._recorder.outcomes
            arguments["tracing"] = (self._tracing if is_first else Tracing.NOTHING).value
        if operation is Operation.CALL:
            arguments.setdefault("with_graph", self._with_graph)
        try:
            result = self._perform(operation, **_handles(arguments))
        except Exception as error:
            self._recorder.add(Outcome(error=getattr(error, "short", "") or describe_error(error)))
            raise
        if is_recorded:
            self._recorder.add(Outcome(result))
        return result


class Function:
    """A function of a side, or a method of one of its objects."""

    def __init__(self, side: Side, target: Handle | None, name: str, entry: EntryPoint) -> None:
        self._side = side
        self._target = target
        self._name = name
        self._entry = entry

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call it and return the result."""
        result = self._perform(Operation.CALL, args, kwargs, with_effects=False)
        self._check(result)
        return result

    def no_grad(self, *args: Any, **kwargs: Any) -> Any:
        """Call it under `torch.no_grad()`, as for inference, and return the result."""
        result = self._perform(Operation.CALL, args, kwargs, with_effects=False, with_graph=False)
        self._check(result)
        return result

    def kept(self, *args: Any, **kwargs: Any) -> Handle:
        """Call it and leave the result on its side; `Side.fetch` gets it later."""
        return self._keep(args, kwargs, with_graph=True)

    def kept_no_grad(self, *args: Any, **kwargs: Any) -> Handle:
        """Call it under `torch.no_grad()` and leave the result on its side."""
        return self._keep(args, kwargs, with_graph=False)

    def _keep(self, args: Any, kwargs: Any, *, with_graph: bool) -> Handle:
        handle = self._perform(Operation.KEEP, args, kwargs, with_graph=with_graph)
        if not isinstance(handle, Handle):
            raise CaseFailed(f"{self._entry.name}(...) gave {describe_value(handle)}, expected an object")
        return handle

    def effects(self, *args: Any, **kwargs: Any) -> Call:
        """Call it and return the result with the arguments as they are afterwards."""
        result, after_args, after_kwargs = self._perform(Operation.CALL, args, kwargs, with_effects=True)
        self._check(result)
        return Call(result, after_args, after_kwargs)

    def vjp(
        self,
        *args: Any,
        cotangents: torch.Tensor | tuple[torch.Tensor, ...],
        second: torch.Tensor | tuple[torch.Tensor, ...] | None = None,
        **kwargs: Any,
    ) -> Gradients:
        """Call it and return its vector-Jacobian products with the cotangents, one an output tensor."""
        outputs, inputs, params, again = self._perform(
            Operation.VJP, args, kwargs, cotangents=_tuple(cotangents), second=second and _tuple(second)
        )
        self._check(outputs)
        return Gradients(outputs, tuple(inputs), params, tuple(again or ()))

    def _perform(self, operation: Operation, args: Any, kwargs: Any, **more: Any) -> Any:
        return self._side.perform(
            operation, target=self._target, name=self._name, args=args, kwargs=kwargs, **more
        )

    def _check(self, result: Any) -> None:
        # `returns` speaks of the entry point itself; of other methods nothing is known.
        if self._target is None or not self._name:
            check_structure(result, self._entry.returns, self._entry.name)


class Constructor:
    """A class of a side; its attributes are class methods that make an object: `Class.from_other(...)`."""

    def __init__(self, side: Side, entry: EntryPoint, method: str = "") -> None:
        self._side = side
        self._entry = entry
        self._name = f"{entry.name}.{method}" if method else entry.name

    def __getattr__(self, method: str) -> Constructor:
        if method.startswith("_"):
            raise AttributeError(method)
        return Constructor(self._side, self._entry, method)

    def __call__(self, *args: Any, **kwargs: Any) -> Module:
        """Construct an object."""
        handle = self._side.perform(
            Operation.CONSTRUCT, is_recorded=False, name=self._name, args=args, kwargs=kwargs
        )
        if not isinstance(handle, Handle):
            raise CaseFailed(f"{self._name}(...) gave {describe_value(handle)}, expected an object")
        return Module(self._side, handle, self._entry)


class Module(Function):
    """An object of a side, a torch module for most katas; calling it is its forward."""

    def __init__(self, side: Side, handle: Handle, entry: EntryPoint) -> None:
        super().__init__(side, handle, "", entry)
        self._handle = handle

    def __getattr__(self, name: str) -> Function:
        if name.startswith("_"):
            raise AttributeError(name)
        return Function(self._side, self._handle, name, self._entry)

    @property
    def handle(self) -> Handle:
        """What stands for the object on its side."""
        return self._handle

    def load(self, state: dict[str, torch.Tensor]) -> Module:
        """Load a state dict, whose keys and shapes have to be the module's; return the module."""
        self._side.perform(Operation.LOAD_STATE, is_recorded=False, target=self._handle, state=state)
        return self

    def state(self) -> dict[str, torch.Tensor]:
        """Return the state dict."""
        return self._dict(Operation.STATE)

    def params(self) -> dict[str, torch.Tensor]:
        """Return the parameters by name, with their requires_grad."""
        return self._dict(Operation.PARAMS)

    def train(self, mode: bool = True) -> Module:
        """Set training mode; return the module."""
        self._side.perform(Operation.TRAIN, is_recorded=False, target=self._handle, mode=mode)
        return self

    def eval(self) -> Module:
        """Set evaluation mode; return the module."""
        return self.train(False)

    def to(self, dtype: torch.dtype) -> Module:
        """Convert parameters and buffers, as `torch.nn.Module.to` does; return the module."""
        arguments = {"args": (dtype,), "kwargs": {}, "with_effects": False}
        self._side.perform(Operation.CALL, is_recorded=False, target=self._handle, name="to", **arguments)
        return self

    def get(self, name: str) -> Any:
        """Return an attribute."""
        return self._side.perform(Operation.GET, target=self._handle, name=name)

    def _dict(self, operation: Operation) -> dict[str, torch.Tensor]:
        found = self._side.perform(operation, target=self._handle)
        if not isinstance(found, dict) or not all(
            isinstance(value, torch.Tensor) for value in found.values()
        ):
            raise CaseFailed(f"{self._entry.name} gave {describe_value(found)}, expected a dict of tensors")
        return found


def _handles(value: Any) -> Any:
    """Return arguments as they are sent: a module of the side is known there by its handle."""
    if isinstance(value, Module):
        return value.handle
    if type(value) in (tuple, list):
        return type(value)(_handles(item) for item in value)
    if type(value) is dict:
        return {key: _handles(item) for key, item in value.items()}
    return value


def check_structure(value: Any, expected: Returns, name: str) -> None:
    """Demand that a result has the structure that the kata declares.

    Raises:
        CaseFailed: Where it has not.
    """
    if expected == "any" or (expected == "tensor" and isinstance(value, torch.Tensor)):
        return
    if isinstance(expected, str) or not isinstance(value, tuple | list) or len(value) != len(expected):
        _refuse(value, expected, name)
    for number, (item, form) in enumerate(zip(value, expected, strict=True)):
        check_structure(item, form, f"{name}(...)[{number}]" if "(" not in name else f"{name}[{number}]")


def _refuse(value: Any, expected: Returns, name: str) -> NoReturn:
    wanted = "a tensor" if isinstance(expected, str) else f"a tuple of {len(expected)}"
    call = name if "(" in name else f"{name}(...)"
    raise CaseFailed(f"{call} gave {describe_value(value)}, expected {wanted}")


def _tuple(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, tuple | list) else (value,)
