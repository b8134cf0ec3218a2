"""The cases and gates of the kata quantizer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor

from quizzer.grader.suite import (
    CaseFailed,
    Draw,
    Module,
    Side,
    SubmissionError,
    assert_as_accurate,
    assert_close,
    assert_equal,
    shows,
    shows_nothing,
)

# Levels are compared exactly, so no number may lie where two honest ways to divide could round differently.
# `weights` makes each number from a level and a fraction that is at least a tenth of a level off every tie.
# The first scales of plain cases are powers of two, where every formula is exact, so that a wrong one gives
# the same however it is written. Cases about ties have powers of two only. Numbers are large (scales from 4
# on), so that a small epsilon in a scale shows in the case that is about it and nowhere else.


def as_groups(w: Tensor, axis: int | None, group_size: int | None) -> Tensor:
    """Return `w` with one group in a row."""
    if group_size is not None:
        return w.reshape(-1, group_size)
    return w.reshape(1, -1) if axis is None else w.movedim(axis, 0).reshape(w.shape[axis], -1)


def from_groups(groups: Tensor, shape: tuple[int, ...], axis: int | None, group_size: int | None) -> Tensor:
    """Return what `as_groups` made of a tensor of `shape`, in its place again."""
    if group_size is not None or axis is None:
        return groups.reshape(shape)
    moved = torch.empty(shape).movedim(axis, 0).shape
    return groups.reshape(moved).movedim(0, axis).contiguous()


def scales_of(draw: Draw, count: int, *, exact: bool) -> Tensor:
    """Return scales (count, 1), neighbours different, powers of two or any numbers."""
    if exact:
        return 2.0 ** (2 + (torch.arange(count) + draw.size(0, 4)) % 5)[:, None]
    return draw.uniform(count, 1, low=4.0, high=64.0)


def weights(
    draw: Draw,
    *shape: int,
    bits: int = 8,
    symmetric: bool = True,
    axis: int | None = None,
    group_size: int | None = None,
    exact: bool = False,
    sign: int = 1,
    dtype: torch.dtype = torch.float32,
) -> Tensor:
    """Return numbers off all ties; each group reaches the ends of its range, or the one of `sign`."""
    count, size = as_groups(torch.empty(shape), axis, group_size).shape
    top = 2 ** (bits - 1) - 1 if symmetric else 2**bits - 1
    fraction = draw.uniform(count, size, low=-0.4, high=0.4)
    rows = torch.arange(count)
    first = draw.integers(0, size, count)
    if symmetric:
        # Only one end is reached, so that it does not matter here what is done beyond the other.
        steps = draw.integers(min(1 - top, -1), max(top - 1, 1) + 1, count, size) + fraction
        steps = steps.clamp(-top, top) if top == 1 else steps.clamp(1 - top, top - 1)
        steps[rows, first] = float(sign * top)
    else:
        # The lowest number lies `below` steps under 0: whole steps and up to a third of one more, or less in
        # every second group; in exact 64ths.
        more = draw.integers(4, 24, count, 1) / 64 * (1 - 2 * ((rows[:, None] + draw.size(0, 1)) % 2))
        below = draw.integers(max(1, top // 4), top - top // 4, count, 1) + more
        steps = (draw.uniform(count, size, high=top) - below).round() + fraction
        steps = torch.maximum(torch.minimum(steps, top - below), -below)
        second = (first + draw.integers(1, size, count)) % size
        steps[rows, first], steps[rows, second] = -below[:, 0], top - below[:, 0]
    return from_groups(steps * scales_of(draw, count, exact=exact), shape, axis, group_size).to(dtype)


def levels(
    w: Tensor,
    *,
    bits: int = 8,
    symmetric: bool = True,
    axis: int | None = None,
    group_size: int | None = None,
) -> tuple[Tensor, Tensor, Tensor]:
    """Return levels, scales and zero points by the formulas, in float64, group by group."""
    groups = as_groups(w.double(), axis, group_size)
    if symmetric:
        bottom, top, kind = 1 - 2 ** (bits - 1), 2 ** (bits - 1) - 1, torch.int8
        low, high = torch.zeros(len(groups), 1).double(), groups.abs().amax(1, keepdim=True)
    else:
        bottom, top, kind = 0, 2**bits - 1, torch.uint8
        low, high = groups.amin(1, keepdim=True).clamp(max=0), groups.amax(1, keepdim=True).clamp(min=0)
    scale = (high - low) / top
    scale[scale == 0] = 1.0
    zero_point = (-low / scale).round()
    q = ((groups / scale).round() + zero_point).clamp(bottom, top)
    if group_size is not None:
        shape = (*w.shape[:-1], w.shape[-1] // group_size)
    else:
        axis = None if axis is None else axis % w.dim()
        shape = () if axis is None else tuple(n if dim == axis else 1 for dim, n in enumerate(w.shape))
    return (
        from_groups(q, tuple(w.shape), axis, group_size).to(kind),
        scale.reshape(shape).float(),
        zero_point.reshape(shape).to(kind),
    )


def numbers(
    q: Tensor, scale: Tensor, zero_point: Tensor | None = None, group_size: int | None = None
) -> Tensor:
    """Return the numbers that levels stand for, in float64."""
    scale, zero_point = scale.double(), torch.zeros(()) if zero_point is None else zero_point.double()
    if group_size is None:
        return (q.double() - zero_point) * scale
    groups = q.double().unflatten(-1, (-1, group_size))
    zero_point = zero_point.unsqueeze(-1) if zero_point.dim() else zero_point
    return ((groups - zero_point) * scale.unsqueeze(-1)).reshape(q.shape)


def say(w: Tensor, options: dict[str, Any]) -> str:
    """Return the shape and options of a call in one line."""
    return ", ".join([f"w {tuple(w.shape)}", *(f"{name}={value}" for name, value in options.items())])


def agree(submission: Side, w: Tensor, what: str = "", **options: Any) -> None:
    """Demand the levels, scales and zero points of the formulas."""
    found = submission.quantize(w, **options)
    where = f"{what} {say(w, options)}".strip()
    for name, ours, theirs in zip(("q", "scale", "zero_point"), found, levels(w, **options), strict=True):
        # Integers are compared exactly whatever the tolerance is.
        assert_close(ours, theirs, rtol=1e-6, atol=0.0, where=f"{name}, {where}")


def draws(
    submission: Side, draw: Draw, *shape: int, exact: bool = False, sign: int = 1, **options: Any
) -> None:
    """Demand the formulas' results for numbers drawn in a shape."""
    agree(submission, weights(draw, *shape, exact=exact, sign=sign, **options), **options)


@contextmanager
def working(what: str) -> Iterator[None]:
    """Take an error of the submission for a failure of this case, which then shows what it is marked with."""
    try:
        yield
    except SubmissionError as error:
        raise CaseFailed(f"{what}: {error}") from error


# --- symmetric ---


def test_symmetric_with_one_scale(submission: Side, draw: Draw) -> None:
    """Symmetric, 8 bits, one scale for the whole tensor: max|w| / 127, nearest level."""
    draws(submission, draw, 5, 7, exact=True)
    draws(submission, draw, 3, 2, 11)


def test_symmetric_with_fewer_bits(submission: Side, draw: Draw) -> None:
    """Symmetric with 2 to 7 bits: the largest level is 2^(bits-1) - 1."""
    for bits in (4, 3, 2, 5, 6, 7):
        draws(submission, draw, 5, 7, bits=bits, exact=bits == 4)


def test_the_largest_magnitude_may_be_negative(submission: Side, draw: Draw) -> None:
    """Symmetric, and the number of the largest magnitude is negative: it becomes -(2^(bits-1) - 1)."""
    for bits in (8, 4):
        top = 2 ** (bits - 1) - 1
        w = weights(draw, 5, 7, bits=bits, exact=True, sign=-1)
        agree(submission, w.clamp(max=-w.min() / top * (top // 3)), bits=bits)
    agree(submission, -weights(draw, 4, 6, exact=True).abs())


@shows("rounds-halves-up")
def test_halves_go_to_the_even_level(submission: Side, draw: Draw) -> None:
    """A number half-way between two levels goes to the even one, as torch.round does it."""
    for bits in (8, 4):
        top = 2 ** (bits - 1) - 1
        halves = torch.arange(-top, top).float() + 0.5
        w = torch.cat([halves[draw.permutation(2 * top)], torch.tensor([0.75, float(top)])]) * 1024
        agree(submission, w.reshape(2, -1), bits=bits)
        # The zero point is 2^(bits-1), which is even: added before or after rounding, it gives the same.
        w = torch.cat([halves, torch.tensor([0.75, -0.25, -top - 1.0, top])])
        w = w[draw.permutation(2 * top + 4)] * 1024
        agree(submission, w.reshape(2, -1), bits=bits, symmetric=False)


def test_affine_halves_with_an_odd_zero_point(submission: Side, draw: Draw) -> None:
    """Affine, the zero point odd: w / scale is rounded to the even one, and only then shifted."""
    for bits in (8, 4):
        top = 2**bits - 1
        zero_point = 2 * draw.size(top // 8, 3 * top // 8) + 1
        halves = torch.arange(-zero_point, top - zero_point).float() + 0.5
        w = torch.cat([halves, torch.tensor([0.25, -float(zero_point), float(top - zero_point)])])
        agree(submission, (w[draw.permutation(top + 3)] * 1024).reshape(2, -1), bits=bits, symmetric=False)


def test_one_scale_for_each_row(submission: Side, draw: Draw) -> None:
    """axis=0: each row has a scale of its own, in the shape (rows, 1)."""
    draws(submission, draw, 5, 7, axis=0, exact=True)
    draws(submission, draw, 11, 3, axis=0, bits=4)


def test_one_scale_for_each_index_of_another_axis(submission: Side, draw: Draw) -> None:
    """axis=1, and three or four dimensions: `axis` is the dimension that keeps its scales apart."""
    draws(submission, draw, 5, 7, axis=1, exact=True)
    for shape, axis in [((3, 5, 4), 1), ((3, 5, 4), 2), ((4, 3, 2, 5), 0), ((2, 1, 3), 0)]:
        draws(submission, draw, *shape, axis=axis)


def test_a_negative_axis(submission: Side, draw: Draw) -> None:
    """A negative axis counts from the end."""
    draws(submission, draw, 5, 7, axis=-1, exact=True)
    draws(submission, draw, 3, 5, 4, axis=-2)
    draws(submission, draw, 5, 7, axis=-2, symmetric=False)


def test_one_scale_for_each_group(submission: Side, draw: Draw) -> None:
    """group_size: neighbours along the last dimension share a scale, in the shape (rows, groups)."""
    draws(submission, draw, 5, 12, group_size=4, exact=True)
    for shape, size in [((3, 21), 7), ((2, 3, 10), 5), ((4, 6), 6)]:
        draws(submission, draw, *shape, bits=4, group_size=size)


@shows("constant-group-without-range")
def test_groups_of_one_number(submission: Side, draw: Draw) -> None:
    """A group may hold one number only: it becomes the largest level, and the scale is not 1."""
    draws(submission, draw, 3, 1, axis=0, exact=True)
    draws(submission, draw, 3, 5, bits=4, group_size=1)


@shows("group-size-not-checked")
def test_groups_have_to_divide_the_last_dimension(submission: Side, draw: Draw) -> None:
    """A group_size that does not divide the last dimension is refused with a ValueError."""
    for shape, size in [((4, 10), 4), ((6, 5), 3), ((4, 4), 8)]:
        refuses(submission, draw.normal(*shape), group_size=size)


@shows("axis-and-groups-at-once")
def test_axis_and_groups_at_once_are_refused(submission: Side, draw: Draw) -> None:
    """Both axis and group_size are refused with a ValueError."""
    for axis in (0, -1):
        refuses(submission, draw.normal(4, 12), axis=axis, group_size=4)


def refuses(submission: Side, w: Tensor, **options: Any) -> None:
    """Demand a ValueError."""
    try:
        submission.quantize(w, **options)
    except (SubmissionError, ValueError) as error:
        if getattr(error, "type_name", "ValueError") == "ValueError":
            return
        raise CaseFailed(f"{say(w, options)}: expected a ValueError, found {error}") from error
    raise CaseFailed(f"{say(w, options)}: expected a ValueError, found a result")


@shows("zero-group-divides-by-zero")
def test_groups_of_zeros(submission: Side, draw: Draw) -> None:
    """A group of zeros has the scale 1 and the level 0, and the others are not touched by it."""
    w = weights(draw, 5, 8, axis=0, exact=True)
    w[2] = 0.0
    agree(submission, w, "a row of zeros,", axis=0)
    w = weights(draw, 3, 12, group_size=4, exact=True)
    w[1, 4:8] = 0.0
    agree(submission, w, "a group of zeros,", group_size=4)
    agree(submission, torch.zeros(3, 5), "all zeros,")
    agree(submission, torch.zeros(3, 5), "all zeros,", symmetric=False)


@shows("scale-floored")
def test_numbers_of_any_magnitude(submission: Side, draw: Draw) -> None:
    """Very small and very large groups have their own scales: no smallest scale, no epsilon in it."""
    for power in (-60, -30):
        w = weights(draw, 5, 7, axis=0, exact=True) * 2.0**power
        agree(submission, w, f"times 2^{power},", axis=0)
        w = weights(draw, 5, 7, symmetric=False, axis=0, exact=True) * 2.0**power
        agree(submission, w, f"times 2^{power},", symmetric=False, axis=0)


def test_an_outlier_costs_only_its_own_group(submission: Side, draw: Draw) -> None:
    """One outlier makes the scale of its own group coarse, and of no other."""
    for options in ({"axis": 0}, {"axis": 1}, {"group_size": 4}):
        w = weights(draw, 6, 8, **options)
        w[draw.size(0, 5), draw.size(0, 7)] = 2.0**18
        # Its neighbours lie anywhere between the new levels: they are moved onto them, away from ties.
        q, scale, _ = levels(w, **options)
        group_size = options.get("group_size")
        is_coarse = numbers(torch.ones(6, 8), scale, group_size=group_size) > 1000
        w = torch.where(is_coarse, numbers(q, scale, group_size=group_size).float(), w)
        agree(submission, w, "an outlier,", **options)


# --- affine ---


def test_affine_with_one_scale(submission: Side, draw: Draw) -> None:
    """Affine, 8 bits, numbers of both signs: scale (high - low) / 255, zero point round(-low / scale)."""
    draws(submission, draw, 5, 7, symmetric=False, exact=True)
    draws(submission, draw, 3, 2, 11, symmetric=False)


def test_affine_with_fewer_bits(submission: Side, draw: Draw) -> None:
    """Affine with 2 to 7 bits: the largest level is 2^bits - 1."""
    for bits in (4, 3, 2, 5, 6, 7):
        draws(submission, draw, 5, 7, symmetric=False, bits=bits, exact=bits == 4)


def test_affine_by_row_and_by_group(submission: Side, draw: Draw) -> None:
    """Affine with a scale and a zero point for each row, column or group."""
    draws(submission, draw, 5, 7, symmetric=False, axis=0, exact=True)
    draws(submission, draw, 3, 5, 4, symmetric=False, axis=1)
    draws(submission, draw, 4, 12, symmetric=False, group_size=4, exact=True)
    draws(submission, draw, 2, 3, 10, symmetric=False, bits=4, group_size=5)


@shows("affine-range-without-zero")
def test_affine_with_numbers_of_one_sign(submission: Side, draw: Draw) -> None:
    """Affine, all numbers positive or all negative: the range includes 0 all the same."""
    for options in ({}, {"axis": 0}, {"group_size": 4}):
        for sign in (1, -1):
            top = 255
            steps = draw.integers(130, top, 4, 8) + draw.uniform(4, 8, low=-0.4, high=0.4)
            steps[:, ::4] = float(top)
            agree(submission, sign * steps * 4.0, symmetric=False, **options)


@shows("constant-group-without-range")
def test_affine_with_constant_groups(submission: Side, draw: Draw) -> None:
    """Affine, all numbers of a group the same: they come back as they were."""
    for value in (30000.0, -30000.0):
        w = weights(draw, 4, 8, symmetric=False, axis=0, exact=True)
        # First not quite constant, which tells a range without 0 from a constant that is taken for no range.
        w[1], w[1, 3] = value, 0.6 * value
        agree(submission, w, f"a row of {value} and {0.6 * value},", symmetric=False, axis=0)
        w[1] = value
        agree(submission, w, f"a row of {value},", symmetric=False, axis=0)


@shows("not-clamped")
def test_affine_with_both_ends_half_a_step_off(submission: Side, draw: Draw) -> None:
    """Affine, and both ends of the range lie half-way between levels: clamped, not wrapped round."""
    for bits in (8, 4, 2):
        end = (2**bits - 1) / 2
        inside = draw.integers(-(2 ** (bits - 1)) + 1, 2 ** (bits - 1), 3, 5) + draw.uniform(
            3, 5, low=-0.4, high=0.4
        )
        w = inside.clamp(-end, end)
        w[0, 0], w[1, 3] = end, -end
        agree(submission, w * 1024, symmetric=False, bits=bits)


# --- back to numbers ---


def test_symmetric_levels_back_to_numbers(submission: Side, draw: Draw) -> None:
    """Symmetric: dequantize gives q * scale in float32, for one scale, rows and columns."""
    q = draw.integers(-127, 128, 5, 7).to(torch.int8)
    for shape in ((), (5, 1), (1, 7)):
        scale = draw.uniform(*shape, low=0.5, high=2.0)
        found = submission.dequantize(q, scale, torch.zeros(shape, dtype=torch.int8))
        assert_close(found, numbers(q, scale).float(), rtol=1e-6, where=f"scale {shape}")


def test_affine_levels_back_to_numbers(submission: Side, draw: Draw) -> None:
    """Affine: dequantize gives (q - zero_point) * scale, also where q is below the zero point."""
    q = draw.integers(0, 256, 5, 7).to(torch.uint8)
    q[0, 0], q[0, 1] = 0, 255
    for shape in ((), (5, 1), (1, 7)):
        scale = draw.uniform(*shape, low=0.5, high=2.0)
        zero_point = draw.integers(90, 170, *shape).to(torch.uint8)
        found = submission.dequantize(q, scale, zero_point)
        assert_close(found, numbers(q, scale, zero_point).float(), atol=1e-3, where=f"scale {shape}")


def test_groups_back_to_numbers(submission: Side, draw: Draw) -> None:
    """Groups: dequantize uses each scale for the neighbours of its group."""
    for shape, size in [((5, 12), 4), ((2, 3, 10), 5), ((3, 6), 6), ((3, 4), 1)]:
        many = (*shape[:-1], shape[-1] // size)
        scale = draw.uniform(*many, low=0.5, high=2.0)
        for low, high, kind in ((-127, 128, torch.int8), (0, 256, torch.uint8)):
            q = draw.integers(low, high, *shape).to(kind)
            zero_point = (draw.integers(90, 170, *many) if low == 0 else torch.zeros(many)).to(kind)
            found = submission.dequantize(q, scale, zero_point, group_size=size)
            expected = numbers(q, scale, zero_point, size).float()
            assert_close(found, expected, atol=1e-3, where=f"q {shape}, group_size={size}")


def test_there_and_back_within_half_a_step(submission: Side, draw: Draw) -> None:
    """Normal numbers come back at most half a step away; the step is that of the formulas."""
    for options in (
        {},
        {"axis": 0},
        {"bits": 4, "group_size": 8},
        {"symmetric": False},
        {"symmetric": False, "bits": 4, "axis": 1},
    ):
        w = draw.normal(7, 16, scale=1000.0)
        group_size = options.get("group_size")
        found = submission.quantize(w, **options)
        back = submission.dequantize(*found, group_size=group_size)
        _, scale, _ = levels(w, **options)
        step = numbers(torch.ones(7, 16), scale, group_size=group_size)
        error = (back.double() - w.double()).abs()
        if back.shape != w.shape or (error > step * 0.5001).any():
            worst = (error / step).max().item() if back.shape == w.shape else float("nan")
            raise CaseFailed(
                f"{say(w, options)}: the largest error is {worst:.4g} steps, expected at most 0.5"
            )


# --- dtypes and memory ---


@shows("computed-in-the-dtype-of-w")
def test_weights_of_other_dtypes(submission: Side, draw: Draw) -> None:
    """float16, bfloat16 and float64 weights: the scale is float32 and as exact as from float32 weights."""
    for dtype in (torch.bfloat16, torch.float16, torch.float64):
        for options in ({"axis": 0}, {"group_size": 4, "symmetric": False}):
            w = weights(draw, 5, 8, bits=4, dtype=dtype, **options)
            with working(str(dtype)):
                agree(submission, w, str(dtype), bits=4, **options)


@shows("computed-in-the-dtype-of-w")
def test_levels_of_half_precision_weights(submission: Side, draw: Draw) -> None:
    """float16 and bfloat16 weights, 8 bits: each gets the level of its quotient, not of a rounded one."""
    for dtype in (torch.bfloat16, torch.float16):
        for options in ({"axis": 0}, {"group_size": 12}):
            w = weights(draw, 4, 36, dtype=dtype, **options)
            groups = as_groups(w.double(), **({"axis": None, "group_size": None} | options))
            steps = groups / (groups.abs().amax(1, keepdim=True) / 127)
            # As half precision has moved them, some lie on ties, where float32 and float64 may differ.
            is_near_tie = ((steps - steps.floor()) - 0.5).abs() < 0.01
            cleared = groups.masked_fill(is_near_tie, 0.0).to(dtype)
            w = from_groups(cleared, tuple(w.shape), **({"axis": None, "group_size": None} | options))
            with working(str(dtype)):
                agree(submission, w, str(dtype), **options)


@shows("weights-changed")
def test_inputs_are_left_as_they_are(submission: Side, draw: Draw) -> None:
    """No function changes its inputs."""
    for options in ({}, {"axis": 0}, {"group_size": 4}, {"axis": 0, "symmetric": False}):
        w = weights(draw, 6, 12, **options)
        w[1] = 0.0
        call = submission.quantize.effects(w, **options)
        assert_equal(call.args[0], w, where="w after quantize")
    q, scale = draw.integers(0, 256, 6, 12).to(torch.uint8), draw.uniform(6, 1, low=0.5, high=2.0)
    before = (q, scale, draw.integers(90, 170, 6, 1).to(torch.uint8))
    for name, ours, theirs in zip(
        ("q", "scale", "zero_point"), submission.dequantize.effects(*before).args, before, strict=True
    ):
        assert_equal(ours, theirs, where=f"{name} after dequantize")
    small = draw.integers(-8, 8, 6, 12).to(torch.int8)
    assert_equal(submission.pack_int4.effects(small).args[0], small, where="q after pack_int4")
    assert_equal(submission.unpack_int4.effects(q, 24).args[0], q, where="bytes after unpack_int4")


# --- four bits ---


def packed(q: Tensor) -> Tensor:
    """Return the bytes of levels, by whole numbers."""
    whole = torch.nn.functional.pad(q.long() % 16, (0, q.shape[-1] % 2))
    return (whole[..., 0::2] + 16 * whole[..., 1::2]).to(torch.uint8)


def test_two_levels_in_a_byte(submission: Side, draw: Draw) -> None:
    """pack_int4: of two neighbours, the first is the low half of the byte, the second the high half."""
    for shape in ((5, 8), (8,), (2, 3, 4)):
        q = draw.integers(0, 8, *shape).to(torch.int8)
        q[..., 0], q[..., 1], q[..., 2] = 1, 6, 3
        assert_equal(submission.pack_int4(q), packed(q), where=f"levels from 0 to 7, {shape}")


def test_negative_levels_in_a_byte(submission: Side, draw: Draw) -> None:
    """pack_int4: negative levels are four bits of two's complement and leave their neighbour alone."""
    pairs = torch.cartesian_prod(torch.arange(-8, 8), torch.arange(-8, 8))[draw.permutation(256)]
    q = pairs.reshape(8, 64).to(torch.int8)
    assert_equal(submission.pack_int4(q), packed(q), where="all pairs of levels")


def test_levels_out_of_bytes(submission: Side, draw: Draw) -> None:
    """unpack_int4: every byte gives its two levels, from -8 to 7."""
    q = torch.cartesian_prod(torch.arange(-8, 8), torch.arange(-8, 8))[draw.permutation(256)]
    q = q.reshape(8, 64).to(torch.int8)
    assert_equal(submission.unpack_int4(packed(q), 64), q, where="all bytes")


@shows("odd-length-forgotten", by_raising=True)
def test_an_odd_number_of_levels(submission: Side, draw: Draw) -> None:
    """An odd number of levels fills the last byte by half, and comes back without it."""
    for shape in ((5, 7), (1,), (2, 3, 5)):
        q = draw.integers(-8, 8, *shape).to(torch.int8)
        with working(f"levels {shape}"):
            assert_equal(submission.pack_int4(q), packed(q), where=f"levels {shape}")
            assert_equal(submission.unpack_int4(packed(q), shape[-1]), q, where=f"bytes of levels {shape}")


@shows("assumes-contiguous", by_raising=True)
def test_tensors_that_are_not_contiguous(submission: Side, draw: Draw) -> None:
    """Transposed and sliced tensors give what their contiguous copies give."""
    for options in ({}, {"axis": 0}, {"axis": 1}, {"group_size": 4, "symmetric": False}):
        w = weights(draw, 6, 12, **options)
        with working(say(w, options)):
            agree(submission, w.t().contiguous().t(), "transposed,", **options)
    w = weights(draw, 6, 12, group_size=4)
    q = draw.integers(-8, 8, 8, 4).to(torch.int8).t()  # (4, 8)
    scale = draw.uniform(2, 4, low=0.5, high=2.0).t()  # (4, 2)
    with working("not contiguous"):
        agree(submission, w.repeat_interleave(2, 1)[:, ::2], "every other column,", group_size=4)
        assert_equal(submission.pack_int4(q), packed(q), where="transposed levels")
        assert_equal(submission.unpack_int4(packed(q).t().contiguous().t(), 8), q, where="transposed bytes")
        found = submission.dequantize(q, scale, torch.zeros(4, 2, dtype=torch.int8), group_size=4)
    assert_close(found, numbers(q, scale, group_size=4).float(), rtol=1e-6, where="transposed levels")


# --- the layer ---


def linear_of(
    side: Side,
    draw: Draw,
    outputs: int,
    inputs: int,
    *,
    bias: bool = True,
    bits: int = 8,
    group_size: int | None = None,
    dtype: torch.dtype = torch.float32,
) -> tuple[Module, Tensor, Tensor | None]:
    """Return a linear layer of torch on a side, its weight and its bias."""
    axis = 0 if group_size is None else None
    weight = weights(draw, outputs, inputs, bits=bits, axis=axis, group_size=group_size, dtype=dtype)
    state = {"weight": weight} | ({"bias": draw.normal(outputs, scale=200.0, dtype=dtype)} if bias else {})
    more = {} if dtype == torch.float32 else {"dtype": dtype}
    layer = side.library("Linear", inputs, outputs, bias=bias, **more).load(state)
    return layer, weight, state.get("bias")


def rebuilt(weight: Tensor, bits: int, group_size: int | None) -> Tensor:
    """Return a weight as its levels stand for it, in float64."""
    axis = 0 if group_size is None else None
    q, scale, _ = levels(weight, bits=bits, axis=axis, group_size=group_size)
    return numbers(q, scale, group_size=group_size)


def output(x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    """Return the output of a linear layer, in the dtype of x."""
    y = x.double() @ weight.double().t()
    return (y if bias is None else y + bias.double()).to(x.dtype)


def layer_agrees(
    submission: Side, draw: Draw, outputs: int, inputs: int, *batch: int, bias: bool = True, **options: Any
) -> None:
    """Demand the output of a layer with the dequantised weight."""
    bits, group_size = options.get("bits", 8), options.get("group_size")
    linear, weight, shift = linear_of(submission, draw, outputs, inputs, bias=bias, **options)
    x = draw.normal(*batch, inputs)
    found = submission.QuantizedLinear.from_linear(linear, **options)(x)
    expected = output(x, rebuilt(weight, bits, group_size), shift)
    where = f"{inputs} in, {outputs} out, x {tuple(x.shape)}, {options}"
    assert_close(found, expected, rtol=1e-4, atol=0.05, where=where)


def test_a_layer_of_8_bits(submission: Side, draw: Draw) -> None:
    """A layer of 8 bits gives x times its dequantised weight, plus the bias."""
    layer_agrees(submission, draw, 5, 8, 3)
    layer_agrees(submission, draw, 3, 7, 2, 4)


def test_a_layer_of_4_bits(submission: Side, draw: Draw) -> None:
    """A layer of 4 bits gives x times its dequantised weight, plus the bias."""
    layer_agrees(submission, draw, 5, 8, 3, bits=4)
    layer_agrees(submission, draw, 2, 6, 1, bits=4)


def test_a_layer_with_groups(submission: Side, draw: Draw) -> None:
    """A layer with group_size has a scale for each group of a row."""
    layer_agrees(submission, draw, 5, 12, 3, bits=4, group_size=4)
    layer_agrees(submission, draw, 4, 6, 3, bits=8, group_size=3)


@shows("bias-taken-for-granted", by_raising=True)
def test_layers_without_bias_and_inputs_of_other_shapes(submission: Side, draw: Draw) -> None:
    """A layer without a bias, one input vector, and a batch of three dimensions."""
    with working("no bias"):
        layer_agrees(submission, draw, 5, 8, 3, bias=False)
        layer_agrees(submission, draw, 3, 6, 2, 2, 3, bits=4, group_size=3, bias=False)
    layer_agrees(submission, draw, 3, 6, bits=4)


@shows("odd-length-forgotten", by_raising=True)
def test_a_layer_of_4_bits_with_odd_rows(submission: Side, draw: Draw) -> None:
    """A layer of 4 bits may have an odd number of inputs."""
    with working("an odd number of inputs"):
        layer_agrees(submission, draw, 5, 7, 3, bits=4)
        layer_agrees(submission, draw, 2, 9, 3, bits=4, group_size=3)


def expected_state(
    weight: Tensor, bias: Tensor | None, bits: int, group_size: int | None
) -> dict[str, Tensor]:
    """Return the state of a layer."""
    axis = 0 if group_size is None else None
    q, scale, _ = levels(weight, bits=bits, axis=axis, group_size=group_size)
    state = {"qweight": packed(q) if bits == 4 else q, "scale": scale}
    return state if bias is None else state | {"bias": bias}


def states(submission: Side, draw: Draw, **options: Any) -> tuple[dict[str, Tensor], dict[str, Tensor], str]:
    """Return the state of a layer, what it should be, and what the layer is."""
    linear, weight, bias = linear_of(submission, draw, 5, 12, **options)
    dtype = options.pop("dtype", None)
    if not options.pop("bias", True):
        bias = None
    found = submission.QuantizedLinear.from_linear(linear, **options).state()
    expected = expected_state(weight, bias, options["bits"], options.get("group_size"))
    more = ("" if bias is not None else ", no bias") + (f", from {dtype}" if dtype else "")
    return found, expected, f"the state of a layer with {options}{more}"


@shows("levels-not-in-buffers")
def test_the_keys_of_a_state(submission: Side, draw: Draw) -> None:
    """The state dict has qweight and scale, and bias if the linear has one."""
    for options in ({"bits": 8}, {"bits": 4, "group_size": 4}, {"bits": 8, "bias": False}):
        found, expected, where = states(submission, draw, **options)
        if missing := sorted(expected.keys() - found.keys()):
            raise CaseFailed(f"{where}: missing {missing}, found {sorted(found)}")


@shows("keys-not-asked-for")
def test_no_other_keys(submission: Side, draw: Draw) -> None:
    """The state dict has nothing but qweight, scale and bias, and no bias if the linear has none."""
    for options in ({"bits": 8}, {"bits": 4, "group_size": 4}, {"bits": 8, "bias": False}):
        found, expected, where = states(submission, draw, **options)
        if more := sorted(found.keys() - expected.keys()):
            raise CaseFailed(f"{where}: nobody asked for {more}, the keys are {sorted(expected)}")


def state_agrees(submission: Side, draw: Draw, **options: Any) -> None:
    """Demand the shapes, dtypes and values of what is in a layer's state; other cases look at its keys."""
    found, expected, where = states(submission, draw, **options)
    same = {key: value for key, value in expected.items() if key in found}
    assert_close({key: found[key] for key in same}, same, rtol=1e-6, atol=0.0, where=where)


@shows("layer-scale-flattened", by_raising=True)
def test_the_state_of_a_layer_of_8_bits(submission: Side, draw: Draw) -> None:
    """The state of a layer of 8 bits: int8 levels (out, in), scales (out, 1) or (out, groups)."""
    state_agrees(submission, draw, bits=8)
    state_agrees(submission, draw, bits=8, group_size=4)


@shows("layer-scale-flattened", by_raising=True)
def test_the_state_of_a_layer_of_4_bits(submission: Side, draw: Draw) -> None:
    """The state of a layer of 4 bits holds two levels in a byte."""
    state_agrees(submission, draw, bits=4)
    state_agrees(submission, draw, bits=4, group_size=4)


def test_the_state_of_a_layer_from_bfloat16(submission: Side, draw: Draw) -> None:
    """The linear is in bfloat16: so is the bias in the state, and the scale is float32 all the same."""
    for group_size in (None, 4):
        options: dict[str, Any] = {"bits": 4, "dtype": torch.bfloat16}
        with working("a linear in bfloat16"):
            state_agrees(submission, draw, **options, **({"group_size": group_size} if group_size else {}))


@shows("float-weight-kept")
def test_bytes_saved(submission: Side, draw: Draw) -> None:
    """The state of a layer takes the bytes of its levels, scales and bias; other cases see small extras."""
    for options in ({"bits": 8}, {"bits": 4}, {"bits": 4, "group_size": 16}):
        linear, weight, bias = linear_of(submission, draw, 16, 64, **options)
        found = submission.QuantizedLinear.from_linear(linear, **options).state()
        allowed = expected_state(weight, bias, options["bits"], options.get("group_size"))
        taken, limit = (sum(t.numel() * t.element_size() for t in s.values()) for s in (found, allowed))
        if taken - limit > weight.numel() // 4:
            raise CaseFailed(f"{options}: {taken} bytes, expected {limit} (float32 takes {4 * 16 * 64 + 64})")


@shows("trained-parameters")
def test_nothing_is_trained(submission: Side, draw: Draw) -> None:
    """The layer has no parameters, so no optimiser changes it."""
    for options in ({"bits": 8}, {"bits": 4, "group_size": 4}):
        linear, _, _ = linear_of(submission, draw, 5, 12, **options)
        layer = submission.QuantizedLinear.from_linear(linear, **options)
        if found := layer.params():
            raise CaseFailed(f"expected no parameters, found {sorted(found)}")


@shows("graph-of-the-weight-kept")
def test_no_graph_to_the_old_weight(submission: Side, draw: Draw) -> None:
    """The result needs no gradient where x needs none: no scale remembers the weight it came from."""
    for options in ({"bits": 8}, {"bits": 4, "group_size": 4}):
        linear, _, _ = linear_of(submission, draw, 5, 12, **options)
        layer = submission.QuantizedLinear.from_linear(linear, **options)
        y = layer(draw.normal(3, 12))
        # A parameter among the scales is what another case is about.
        if y.requires_grad and not layer.params():
            raise CaseFailed(f"{options}: expected a result that needs no gradient, found one that does")


@shows("no-gradient-for-x", by_raising=True)
def test_gradients_of_x(submission: Side, draw: Draw) -> None:
    """The gradient of x is the cotangent times the dequantised weight."""
    for options in ({"bits": 8}, {"bits": 4, "group_size": 4}):
        linear, weight, _ = linear_of(submission, draw, 5, 12, **options)
        layer = submission.QuantizedLinear.from_linear(linear, **options)
        cotangents = draw.normal(3, 5)
        found = layer.vjp(draw.normal(3, 12, requires_grad=True), cotangents=cotangents).inputs[0]
        expected = cotangents.double() @ rebuilt(weight, options["bits"], options.get("group_size"))
        assert_close(found, expected.float(), rtol=1e-4, atol=0.05, where=f"gradient of x, {options}")


@shows("weight-made-once")
def test_a_layer_computes_with_the_state_it_has(submission: Side, draw: Draw) -> None:
    """A layer that has loaded another layer's state computes what that one does."""
    for options in ({"bits": 8}, {"bits": 4, "group_size": 4}):
        group_size = options.get("group_size")
        other, _, _ = linear_of(submission, draw, 5, 12, **options)
        _, weight, bias = linear_of(submission, draw, 5, 12, **options)
        layer = submission.QuantizedLinear.from_linear(other, **options)
        x = draw.normal(3, 12)
        with shows_nothing():
            same = layer(x)
            assert_close(layer.no_grad(x), same, where=f"before loading, under no_grad, {options}")
        layer.load(expected_state(weight, bias, options["bits"], group_size))
        expected = output(x, rebuilt(weight, options["bits"], group_size), bias)
        assert_close(layer(x), expected, rtol=1e-4, atol=0.05, where=f"after loading, {options}")
        assert_close(
            layer.no_grad(x), expected, rtol=1e-4, atol=0.05, where=f"after loading, under no_grad, {options}"
        )


@shows("weights-changed")
def test_the_linear_is_left_as_it_is(submission: Side, draw: Draw) -> None:
    """Making a layer and calling it leaves the linear's weight and bias alone."""
    for options in ({"bits": 8}, {"bits": 4, "group_size": 4}):
        linear, weight, bias = linear_of(submission, draw, 5, 12, **options)
        layer = submission.QuantizedLinear.from_linear(linear, **options)
        layer(draw.normal(3, 12))
        assert_equal(linear.state(), {"weight": weight, "bias": bias}, where="the linear afterwards")


@shows("bias-shared-with-the-linear")
def test_a_layer_does_not_follow_the_linear(submission: Side, draw: Draw) -> None:
    """The layer stays what it is when the linear's weight and bias change."""
    for options in ({"bits": 8}, {"bits": 4, "group_size": 4}):
        group_size = options.get("group_size")
        linear, weight, bias = linear_of(submission, draw, 5, 12, **options)
        layer = submission.QuantizedLinear.from_linear(linear, **options)
        x = draw.normal(3, 12)
        linear.load({"weight": draw.normal(5, 12), "bias": draw.normal(5)})
        expected = output(x, rebuilt(weight, options["bits"], group_size), bias)
        assert_close(
            layer(x), expected, rtol=1e-4, atol=0.05, where=f"after the linear has changed, {options}"
        )


@shows("activations-in-float32-only")
def test_activations_in_bfloat16(submission: Side, draw: Draw) -> None:
    """bfloat16 activations give bfloat16 results, with weight and bias in float32 or in bfloat16."""
    # The levels of a bfloat16 weight could be ties with 8 bits; 4 bits leave room for its rounding.
    for dtype, options in [
        (torch.float32, {"bits": 8}),
        (torch.float32, {"bits": 4, "group_size": 4}),
        (torch.bfloat16, {"bits": 4}),
    ]:
        linear, weight, bias = linear_of(submission, draw, 5, 32, dtype=dtype, **options)
        x = draw.normal(16, 32, dtype=torch.bfloat16)
        with working("bfloat16 activations"):
            found = submission.QuantizedLinear.from_linear(linear, **options)(x)
        whole = rebuilt(weight, options["bits"], options.get("group_size"))
        honest = x @ whole.bfloat16().t() + bias.bfloat16()
        exact = x.double() @ whole.t() + bias.double()
        assert_as_accurate(found, honest, exact, where=f"linear in {dtype}, {options}")


@shows("settings-kept-by-the-class")
def test_layers_do_not_share_anything(submission: Side, draw: Draw) -> None:
    """Two layers of the same size, with other bits and groups, do not get in each other's way."""
    kinds = ({"bits": 8}, {"bits": 4, "group_size": 6})
    made = [linear_of(submission, draw, 5, 12, **options) for options in kinds]
    layers = [
        submission.QuantizedLinear.from_linear(linear, **options)
        for (linear, _, _), options in zip(made, kinds, strict=True)
    ]
    for what in ("first", "again"):
        for layer, (_, weight, bias), options in zip(layers, made, kinds, strict=True):
            x = draw.normal(3, 12)
            expected = output(x, rebuilt(weight, options["bits"], options.get("group_size")), bias)
            with working(f"{options}, {what}"):
                assert_close(layer(x), expected, rtol=1e-4, atol=0.05, where=f"{options}, {what}")


# --- cost ---


def measure_cpu_time(side: Side, draw: Draw, size: int) -> Callable[[], tuple[Tensor, ...]]:
    """All functions and a forward pass, on `size` short rows."""
    weight = weights(draw, size, 64, bits=4, group_size=16) / 4096  # outputs about 1
    linear = side.library("Linear", 64, size, bias=False).load({"weight": weight})
    layer = side.QuantizedLinear.from_linear(linear, bits=4, group_size=16)
    grouped, by_row = side.hold(weight), side.hold(weights(draw, size, 64, symmetric=False, axis=0))
    q, scale, zero_point = levels(weight, bits=4, group_size=16)
    held = [side.hold(tensor) for tensor in (q, scale, zero_point)]
    # More rows for the bytes: a loop over them is quick, and the rest would hide it.
    many = q.repeat(4, 1)
    small, halves, x = side.hold(many), side.hold(packed(many)), side.hold(draw.normal(4, 64))
    return lambda: (
        side.quantize(grouped, bits=4, group_size=16)[0],
        side.quantize(by_row, symmetric=False, axis=0)[0],
        side.dequantize(*held, group_size=16),
        side.pack_int4(small),
        side.unpack_int4(halves, 64),
        layer(x),
    )
