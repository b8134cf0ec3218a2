"""What a hidden suite asserts: each failure says where, how far off, and what was expected and found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch

from quizzer.grader.failures import CaseFailed

_HAIR = 1e-12  # absolute; what an honest run without any error is still allowed


def assert_close(
    found: Any, expected: Any, *, rtol: float = 1e-4, atol: float = 1e-5, where: str = ""
) -> None:
    """Demand structure, shapes and dtypes of `expected`, and values within atol + rtol * |expected|.

    Infinities and NaNs have to stand at the same places.

    Raises:
        CaseFailed: Where that is not so.
    """
    for path, ours, theirs in _pairs(found, expected, "", where):
        _compare(ours, theirs, rtol, atol, _place(where, path))


def assert_equal(found: Any, expected: Any, where: str = "") -> None:
    """Demand the same structure, shapes, dtypes and values, exactly.

    Raises:
        CaseFailed: Where that is not so.
    """
    assert_close(found, expected, rtol=0.0, atol=0.0, where=where)


def assert_finite(found: Any, where: str = "") -> None:
    """Demand that no tensor holds an infinity or a NaN.

    Raises:
        CaseFailed: Where that is not so.
    """
    for path, tensor in _leaves(found, ""):
        if not isinstance(tensor, torch.Tensor) or not (tensor.is_floating_point() or tensor.is_complex()):
            continue
        wrong = ~torch.isfinite(tensor)
        if wrong.any():
            index = _first_index(wrong)
            raise CaseFailed(
                f"{_place(where, path)}{_say_count(wrong)} not finite; the first at {index}:\n"
                f"  expected  a finite number\n  found     {_show(tensor[index])}"
            )


def assert_as_accurate(
    found: torch.Tensor, honest: torch.Tensor, exact: torch.Tensor, times: float = 4.0, where: str = ""
) -> None:
    """Demand that the largest error of `found` against `exact` is at most `times` that of `honest`.

    `honest` is the reference in the same low precision, `exact` in float64; shape and
    dtype have to be those of `honest`.

    Raises:
        CaseFailed: Where that is not so.
    """
    _check_form(found, honest, _place(where, ""))
    assert_finite(found, where)
    error = (found.double() - exact.double()).abs()
    allowed = times * (honest.double() - exact.double()).abs().max().item() + _HAIR
    if error.numel() and error.max().item() > allowed:
        index = _index_of(error.argmax(), error.shape)
        raise CaseFailed(
            f"{_place(where, '')}the largest error is {error.max().item():.3g}, {times:g} times that of "
            f"honest {_dtype(found)} arithmetic is {allowed:.3g}; at {index}:\n"
            f"  expected  {exact[index].item():.8g}\n  found     {_show(found[index])}"
        )


def same_storage(one: torch.Tensor, other: torch.Tensor) -> bool:
    """Say whether two tensors that came over together look at the same memory."""
    return one.untyped_storage().data_ptr() == other.untyped_storage().data_ptr()


def _pairs(found: Any, expected: Any, path: str, where: str) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(expected, tuple | list):
        if not isinstance(found, tuple | list) or len(found) != len(expected):
            raise CaseFailed(
                f"{_place(where, path)}expected {len(expected)} values, found {describe_value(found)}"
            )
        for number, (ours, theirs) in enumerate(zip(found, expected, strict=True)):
            yield from _pairs(ours, theirs, f"{path}[{number}]", where)
    elif isinstance(expected, dict):
        if not isinstance(found, dict) or found.keys() != expected.keys():
            raise CaseFailed(
                f"{_place(where, path)}expected the keys {sorted(map(str, expected))}, "
                f"found {sorted(map(str, found)) if isinstance(found, dict) else describe_value(found)}"
            )
        for key in expected:
            yield from _pairs(found[key], expected[key], f"{path}[{key!r}]", where)
    else:
        yield path, found, expected


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, tuple | list):
        for number, item in enumerate(value):
            yield from _leaves(item, f"{path}[{number}]")
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _leaves(item, f"{path}[{key!r}]")
    else:
        yield path, value


def _compare(found: Any, expected: Any, rtol: float, atol: float, place: str) -> None:
    if not isinstance(expected, torch.Tensor):
        if type(found) is not type(expected) or found != expected:
            raise CaseFailed(f"{place}expected {expected!r}, found {describe_value(found)}")
        return
    _check_form(found, expected, place)
    if not expected.is_floating_point() and not expected.is_complex():
        wrong = found != expected
        difference = wrong.double()
    else:
        wide = torch.complex128 if expected.is_complex() else torch.float64
        ours, theirs = found.to(wide), expected.to(wide)
        wrong = ~torch.isclose(ours, theirs, rtol=rtol, atol=atol, equal_nan=True)
        difference = torch.where(wrong, (ours - theirs).abs(), 0.0).nan_to_num(torch.inf, torch.inf)
    if not wrong.any():
        return
    index = _index_of(difference.argmax(), difference.shape)
    tolerance = f"; tolerance {atol:g} + {rtol:g} x |expected|" if atol or rtol else ""
    raise CaseFailed(
        f"{place}{_say_count(wrong)} wrong, the worst at {index}:\n"
        f"  expected  {_show(expected[index])}\n  found     {_show(found[index])}{tolerance}"
    )


def _check_form(found: Any, expected: torch.Tensor, place: str) -> None:
    if not isinstance(found, torch.Tensor):
        raise CaseFailed(f"{place}expected a tensor, found {describe_value(found)}")
    if found.shape != expected.shape:
        raise CaseFailed(f"{place}expected the shape {tuple(expected.shape)}, found {tuple(found.shape)}")
    if found.dtype != expected.dtype:
        raise CaseFailed(f"{place}expected {_dtype(expected)}, found {_dtype(found)}")


def describe_value(value: Any) -> str:
    """Return what a value is, in a few words."""
    if value is None:
        return "None"
    if isinstance(value, torch.Tensor):
        return f"a {_dtype(value)} tensor of shape {tuple(value.shape)}"
    if isinstance(value, tuple | list):
        return f"a {type(value).__name__} of {len(value)}"
    if isinstance(value, dict | slice):  # whose text may be long in the making
        return f"a {type(value).__name__}" + (f" of {len(value)}" if isinstance(value, dict) else "")
    class_name = getattr(value, "class_name", "")
    return f"a {class_name or type(value).__name__}" + ("" if class_name else f" ({value!r:.60})")


def _place(where: str, path: str) -> str:
    place = " ".join(part for part in (where, f"result{path}" if path else "") if part)
    return f"{place}: " if place else ""


def _say_count(wrong: torch.Tensor) -> str:
    return f"{int(wrong.sum())} of {wrong.numel()} values"


def _first_index(wrong: torch.Tensor) -> tuple[int, ...]:
    return _index_of(wrong.reshape(-1).to(torch.uint8).argmax(), wrong.shape)


def _index_of(position: torch.Tensor, shape: torch.Size) -> tuple[int, ...]:
    return tuple(int(number) for number in torch.unravel_index(position, shape))


def _show(value: torch.Tensor) -> str:
    digits = 17 if value.dtype == torch.float64 else 9  # enough to tell two neighbours apart
    return f"{value.item():.{digits}g}" if value.is_floating_point() else str(value.item())


def _dtype(tensor: torch.Tensor) -> str:
    return str(tensor.dtype).removeprefix("torch.")
