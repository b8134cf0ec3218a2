"""The cases and gates of the kata flash-attention."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

from quizzer.grader.suite import (
    Draw,
    Side,
    assert_as_accurate,
    assert_close,
    assert_equal,
    assert_finite,
    shows,
    shows_nothing,
)

# Values are as wide as keys and lengths are equal except in the cases that are about that, so that one
# misunderstanding fails few cases. A shape is (batch, heads, queries, keys, width, block size); the first of
# a case has several of each, since that is where a failing submission is compared with known mistakes.


def inputs(
    draw: Draw, shape: tuple[int, int, int, int, int, int], *, value_width: int = 0, **options: object
) -> tuple[Tensor, Tensor, Tensor]:
    """Return q, k and v of a shape."""
    batch, heads, queries, keys, width, _ = shape
    return (
        draw.normal(batch, heads, queries, width, **options),
        draw.normal(batch, heads, keys, width, **options),
        draw.normal(batch, heads, keys, value_width or width, **options),
    )


def describe(q: Tensor, v: Tensor, **options: object) -> str:
    """Return the shapes and options of a call in one line."""
    batch, heads, queries, width = q.shape
    sizes = f"B={batch} H={heads} Sq={queries} Sk={v.shape[2]} D={width} Dv={v.shape[3]}"
    return " ".join([sizes, *(f"{name}={value}" for name, value in options.items())])


def attention(q: Tensor, k: Tensor, v: Tensor, *, causal: bool = False) -> Tensor:
    """Return attention as its formula says, with all scores at once, which is quick for short inputs."""
    scores = q.double() @ k.double().transpose(-2, -1) / math.sqrt(q.shape[-1])
    if causal:
        queries, keys = scores.shape[-2:]
        visible = torch.ones(queries, keys, dtype=torch.bool).tril(keys - queries)
        scores = scores.masked_fill(~visible, -math.inf)
    # The rows that see no key are NaN after the softmax, and only they can be.
    return (scores.softmax(-1).nan_to_num(0.0) @ v.double()).to(q.dtype)


def agree(
    submission: Side,
    qkv: tuple[Tensor, Tensor, Tensor],
    what: str = "",
    *,
    causal: bool = False,
    **options: int,
) -> None:
    """Demand what the formula gives."""
    found = submission.flash_attention(*qkv, causal=causal, **options)
    where = f"{what} {describe(qkv[0], qkv[2], causal=causal, **options)}".strip()
    assert_close(found, attention(*qkv, causal=causal), where=where)


def test_sequences_that_fit_into_one_block(submission: Side, draw: Draw) -> None:
    """Sequences that fit into one block give softmax(Q K^T / sqrt(D)) V."""
    for shape in [(2, 3, 6, 6, 8, 6), (2, 1, 5, 5, 16, 16), (1, 2, 3, 3, 3, 1000)]:
        agree(submission, inputs(draw, shape), block_size=shape[-1])
    agree(submission, inputs(draw, (1, 2, 7, 7, 4, 0)))


def test_several_full_blocks(submission: Side, draw: Draw) -> None:
    """Several full blocks give the same as one softmax over all keys."""
    for shape in [(2, 2, 24, 24, 8, 8), (1, 3, 32, 32, 16, 4), (1, 1, 128, 128, 4, 64)]:
        agree(submission, inputs(draw, shape), block_size=shape[-1])


def test_the_largest_score_may_come_in_any_block(submission: Side, draw: Draw) -> None:
    """The largest score may come in the first block, in the last one, or grow from block to block."""
    for name, growth in [
        ("growing scores", torch.linspace(0.0, 3.0, 20)),
        ("falling scores", torch.linspace(3.0, 0.0, 20)),
        ("the largest in the middle", 3.0 * torch.sin(torch.linspace(0.0, 3.0, 20))),
    ]:
        # All queries and keys point the same way, so that the keys' lengths order the scores.
        q, k = (draw.uniform(2, 2, 20, 6, low=0.5, high=1.5) for _ in range(2))
        v = draw.normal(2, 2, 20, 6)
        agree(submission, (q, k * growth[:, None], v), name, block_size=5)


def test_blocks_may_be_cut(submission: Side, draw: Draw) -> None:
    """Lengths need not be multiples of the block size: the last block is smaller."""
    for shape in [(2, 2, 21, 21, 8, 8), (2, 1, 10, 10, 4, 7), (1, 1, 65, 65, 8, 64)]:
        agree(submission, inputs(draw, shape), block_size=shape[-1])


def test_sizes_of_one_and_primes(submission: Side, draw: Draw) -> None:
    """Primes and ones are fine as batch, heads, lengths, widths and block sizes."""
    shapes = [(3, 2, 13, 13, 7, 5), (1, 5, 5, 5, 3, 1), (5, 1, 1, 1, 11, 3), (1, 1, 2, 2, 1, 1)]
    for shape in [*shapes, (1, 1, 1, 1, 1, 64)]:
        agree(submission, inputs(draw, shape), block_size=shape[-1])


def test_queries_and_keys_of_different_lengths(submission: Side, draw: Draw) -> None:
    """There may be fewer queries than keys, or more (no mask)."""
    for shape in [(2, 2, 5, 19, 8, 4), (1, 3, 23, 6, 8, 8), (1, 1, 1, 30, 4, 7), (2, 1, 9, 1, 4, 4)]:
        agree(submission, inputs(draw, shape), block_size=shape[-1])


@shows("value-width-taken-from-queries", by_raising=True)
def test_values_of_a_width_of_their_own(submission: Side, draw: Draw) -> None:
    """Values may be narrower or wider than queries and keys."""
    for shape, value_width in [((2, 2, 9, 9, 8, 4), 5), ((1, 2, 6, 6, 4, 64), 12), ((1, 1, 8, 8, 16, 3), 1)]:
        qkv = inputs(draw, shape, value_width=value_width)
        agree(submission, qkv, block_size=shape[-1])
        agree(submission, qkv, block_size=shape[-1], causal=True)


def test_causal_with_as_many_queries_as_keys(submission: Side, draw: Draw) -> None:
    """Causal, with as many queries as keys: query i sees the keys up to i and itself."""
    for shape in [(2, 2, 16, 16, 8, 4), (1, 3, 13, 13, 4, 5), (1, 1, 9, 9, 4, 64), (1, 2, 3, 3, 4, 1)]:
        agree(submission, inputs(draw, shape), block_size=shape[-1], causal=True)


def test_causal_with_fewer_queries_than_keys(submission: Side, draw: Draw) -> None:
    """Causal, with fewer queries than keys: the last query sees the last key, as in decoding."""
    for shape in [(2, 2, 6, 14, 8, 4), (1, 2, 1, 11, 8, 4), (1, 1, 8, 40, 4, 16), (2, 1, 7, 8, 4, 3)]:
        agree(submission, inputs(draw, shape), block_size=shape[-1], causal=True)


def test_causal_queries_that_see_no_key(submission: Side, draw: Draw) -> None:
    """Causal, with more queries than keys: the first queries see no key and give zeros."""
    for shape in [(2, 2, 11, 5, 8, 4), (1, 2, 40, 7, 4, 16), (1, 1, 9, 1, 4, 2), (1, 1, 6, 3, 4, 64)]:
        agree(submission, inputs(draw, shape), block_size=shape[-1], causal=True)


def test_the_block_size_does_not_matter(submission: Side, draw: Draw) -> None:
    """The result is the same for every block size."""
    qkv = inputs(draw, (2, 2, 8, 12, 4, 0))
    for causal in (False, True):
        one_block = submission.flash_attention(*qkv, causal=causal, block_size=12)
        for block_size in (5, 1, 3, 4, 1000):
            found = submission.flash_attention(*qkv, causal=causal, block_size=block_size)
            where = describe(qkv[0], qkv[2], causal=causal, block_size=block_size)
            assert_close(found, one_block, where=f"{where} against block_size=12")


@shows("no-maximum-subtracted")
def test_large_scores_do_not_overflow(submission: Side, draw: Draw) -> None:
    """Scores of many thousands, positive or negative, neither overflow nor vanish."""
    # Whole numbers and sqrt(D) = 4: every score is exact, whatever is multiplied first. Those of a row lie
    # far apart, so that nothing hangs on how the logarithm of a sum is rounded.
    order = torch.arange(1.0, 25.0)[:, None]
    for name, keys in [
        ("growing scores", 16 * order),
        ("falling scores", 16 * (25 - order)),
        ("negative scores", -16 * order),
        ("scores of both signs", 16 * order[draw.permutation(24)] - 200),
    ]:
        q, v = draw.integers(1, 5, 2, 2, 24, 16).float(), draw.normal(2, 2, 24, 16)
        qkv = q, keys.expand(2, 2, 24, 16).contiguous(), v
        found = submission.flash_attention(*qkv, block_size=6)
        assert_finite(found, where=name)
        with shows_nothing():
            assert_close(found, attention(*qkv), where=name)
    # Above what exp can take, and close together: float32 leaves such scores about five digits.
    q, k, v = inputs(draw, (2, 2, 24, 24, 16, 0))
    found = submission.flash_attention(q + 9, k + 9, v, block_size=6)
    assert_finite(found, where="scores around 324")
    with shows_nothing():
        assert_close(found, attention(q + 9, k + 9, v), rtol=1e-3, atol=1e-3, where="scores around 324")


def test_hidden_keys_stay_hidden(submission: Side, draw: Draw) -> None:
    """Causal, with visible scores of minus many thousands: hidden keys still get no weight."""
    for shape in [(2, 2, 12, 12, 16, 4), (1, 2, 5, 9, 16, 64)]:
        batch, heads, queries, keys, width, block_size = shape
        q = draw.integers(1, 5, batch, heads, queries, width).float()
        k = -512.0 * (8 + draw.permutation(keys))[:, None].expand(batch, heads, keys, width).contiguous()
        v = draw.normal(batch, heads, keys, width)
        agree(submission, (q, k, v), block_size=block_size, causal=True)


def test_zeros(submission: Side, draw: Draw) -> None:
    """Queries or keys of zeros give the plain mean of the visible values, values of zeros give zeros."""
    for causal in (False, True):
        for position, name in enumerate(["queries", "keys", "values"]):
            qkv = list(inputs(draw, (2, 2, 10, 10, 4, 0)))
            qkv[position] = torch.zeros_like(qkv[position])
            agree(submission, tuple(qkv), f"{name} of zeros", block_size=4, causal=causal)


@shows("accumulates-in-half-precision")
def test_bfloat16_and_float16(submission: Side, reference: Side, draw: Draw) -> None:
    """bfloat16 and float16 come back as such, about as exact as with sums in float32."""
    # Many small blocks, and values that do not cancel: errors of the running sums add up. Sums in the inputs'
    # type are 5 to 10 times as inexact as those in float32 and more, scores in it at most 1.5 times.
    for dtype, keys, causal in [
        (torch.bfloat16, 960, False),
        (torch.bfloat16, 64, True),
        (torch.float16, 320, True),
    ]:
        q, k = draw.normal(1, 2, 6, 16, dtype=dtype), draw.normal(1, 2, keys, 16, dtype=dtype)
        v = draw.uniform(1, 2, keys, 8, dtype=dtype)
        options = {"causal": causal, "block_size": 8}
        found, honest = (side.flash_attention(q, k, v, **options) for side in (submission, reference))
        exact = attention(q.double(), k.double(), v.double(), causal=causal)
        assert_as_accurate(found, honest, exact, where=f"{dtype} {describe(q, v, **options)}")


@shows("accumulates-in-half-precision")
def test_float16_with_large_scores_and_long_sums(submission: Side, draw: Draw) -> None:
    """float16 may have scores before scaling, and sums over many keys, that float16 cannot hold."""
    q, k = (torch.full((1, 2, 3, 64), 36.0, dtype=torch.float16) for _ in range(2))  # 36 * 36 * 64 = 82944
    many = 70_000  # equal keys, so that the sum of weights is their number
    for name, qkv in [
        ("scores before scaling of 82944", (q, k, draw.uniform(1, 2, 3, 8, dtype=torch.float16))),
        (
            f"{many} equal keys",
            (
                draw.normal(1, 1, 1, 2, dtype=torch.float16),
                torch.ones(1, 1, many, 2, dtype=torch.float16),
                draw.uniform(1, 1, many, 2, low=0.5, high=1.5, dtype=torch.float16),
            ),
        ),
    ]:
        found = submission.flash_attention(*qkv, block_size=16_384)
        assert_finite(found, where=name)
        assert_close(found, attention(*qkv), rtol=1e-2, atol=1e-3, where=name)


@shows("float64-loses-digits")
def test_float64(submission: Side, draw: Draw) -> None:
    """float64 comes back as float64, with its precision."""
    for causal, times in [(False, 1), (True, 1), (False, 30)]:
        q, k, v = inputs(draw, (2, 2, 9, 14, 8, 4), dtype=torch.float64)
        qkv = times * q, k, v  # scores far apart too, where no correction may be cut off
        found = submission.flash_attention(*qkv, causal=causal, block_size=4)
        where = f"queries times {times}, {describe(q, v, causal=causal, block_size=4)}"
        assert_close(found, attention(*qkv, causal=causal), rtol=1e-10, atol=1e-12, where=where)


@shows("assumes-contiguous", by_raising=True)
def test_inputs_that_are_not_contiguous(submission: Side, draw: Draw) -> None:
    """Transposed and sliced inputs give what their contiguous copies give."""
    q = draw.normal(2, 9, 3, 8).transpose(1, 2)  # (B, S, H, D) in memory
    k = draw.normal(2, 3, 26, 8)[:, :, ::2]  # every other key
    v = draw.normal(2, 3, 8, 13).transpose(2, 3)  # (B, H, Dv, S) in memory
    for causal in (False, True):
        agree(submission, (q, k, v), "strided", block_size=4, causal=causal)


@shows("assumes-contiguous", by_raising=True)
def test_inputs_that_share_memory(submission: Side, draw: Draw) -> None:
    """Inputs may share memory: one tensor as keys and values, slices of one, heads that are expanded."""
    q, shared = draw.normal(2, 3, 9, 8), draw.normal(2, 3, 9, 8)
    one_head = draw.normal(2, 1, 9, 8).expand(2, 3, 9, 8)  # stride 0
    packed = draw.normal(2, 3, 9, 24)
    for name, qkv in [
        ("k is v", (q, shared, shared)),
        ("q is k is v", (q, q, q)),
        ("q, k, v are slices of one tensor", tuple(packed.chunk(3, dim=-1))),
        ("heads of k and v expanded", (q, one_head, one_head)),
    ]:
        agree(submission, qkv, name, block_size=4)
        agree(submission, qkv, name, block_size=4, causal=True)


@shows("writes-into-queries")
def test_inputs_are_left_as_they_are(submission: Side, draw: Draw) -> None:
    """A call does not change its inputs."""
    for shape, dtype in [
        ((2, 2, 9, 9, 8, 4), torch.float32),
        ((1, 2, 7, 7, 4, 64), torch.float64),
        ((1, 1, 5, 11, 4, 3), torch.bfloat16),
    ]:
        qkv = inputs(draw, shape, dtype=dtype)
        for causal in (False, True):
            call = submission.flash_attention.effects(*qkv, causal=causal, block_size=shape[-1])
            for name, after, before in zip("qkv", call.args, qkv, strict=True):
                assert_equal(after, before, where=f"{name} after the call")


@shows("writes-into-queries")
def test_inference(submission: Side, draw: Draw) -> None:
    """Under torch.no_grad the result is the same, and the inputs stay as they are."""
    for causal in (False, True):
        qkv = inputs(draw, (2, 2, 9, 9, 8, 4))
        held = [submission.hold(tensor) for tensor in qkv]
        found = submission.flash_attention.no_grad(*held, causal=causal, block_size=4)
        where = f"under no_grad, {describe(qkv[0], qkv[2], causal=causal, block_size=4)}"
        with shows_nothing():
            assert_close(found, attention(*qkv, causal=causal), where=where)
        for name, tensor, before in zip("qkv", held, qkv, strict=True):
            assert_equal(submission.fetch(tensor), before, where=f"{name} after the call, {where}")


def agree_in_gradients(
    submission: Side, reference: Side, draw: Draw, shape: tuple[int, int, int, int, int, int], causal: bool
) -> None:
    """Demand the reference's gradients of q, k and v for random cotangents."""
    q, k, v = inputs(draw, shape, requires_grad=True)
    options = {"causal": causal, "block_size": shape[-1]}
    cotangents = draw.normal(*q.shape[:3], v.shape[3])
    found, expected = (
        side.flash_attention.vjp(q, k, v, cotangents=cotangents, **options)
        for side in (submission, reference)
    )
    for name, ours, theirs in zip("qkv", found.inputs, expected.inputs, strict=True):
        assert_close(ours, theirs, where=f"gradient of {name}, {describe(q, v, **options)}")


def test_gradients(submission: Side, reference: Side, draw: Draw) -> None:
    """The gradients of queries, keys and values are right."""
    for shape in [(2, 2, 12, 12, 8, 4), (1, 2, 7, 10, 4, 64)]:
        agree_in_gradients(submission, reference, draw, shape, causal=False)


def test_gradients_under_the_causal_mask(submission: Side, reference: Side, draw: Draw) -> None:
    """The gradients of queries, keys and values are right under the causal mask."""
    for shape in [(2, 2, 12, 12, 8, 4), (1, 2, 5, 11, 4, 3)]:
        agree_in_gradients(submission, reference, draw, shape, causal=True)


@shows("nan-gradients-of-blind-queries")
def test_gradients_with_queries_that_see_no_key(submission: Side, reference: Side, draw: Draw) -> None:
    """Queries that see no key have gradients of zero, and do not spoil those of the others."""
    for shape in [(2, 2, 11, 5, 8, 4), (1, 1, 6, 3, 4, 64)]:
        agree_in_gradients(submission, reference, draw, shape, causal=True)


@shows("state-between-calls")
def test_calls_do_not_depend_on_earlier_ones(submission: Side, draw: Draw) -> None:
    """A call gives the same again after calls with other values, shapes, masks and block sizes."""
    # No other case has these lengths, so what a submission keeps by shape is fresh here.
    shape = (2, 2, 17, 29, 4, 6)
    one, other = inputs(draw, shape), inputs(draw, shape)
    first = submission.flash_attention(*one, causal=True, block_size=6)
    with shows_nothing():
        assert_close(first, attention(*one, causal=True), where="the first call")
    for qkv, options in [
        (other, {"causal": True, "block_size": 6}),
        (one, {"causal": False, "block_size": 6}),
        (inputs(draw, (1, 2, 17, 31, 4, 0)), {"causal": True, "block_size": 6}),
        (other, {"causal": True, "block_size": 11}),
    ]:
        agree(submission, qkv, "after other calls,", **options)
    again = submission.flash_attention(*one, causal=True, block_size=6)
    assert_close(again, first, rtol=1e-5, atol=1e-6, where="the same call again")


@shows("result-buffer-kept")
def test_results_are_left_as_they_are(submission: Side, draw: Draw) -> None:
    """A result stays what it was when the function is called again."""
    one, other = (inputs(draw, (2, 2, 9, 9, 8, 4)) for _ in range(2))
    kept = submission.flash_attention.kept(*one, block_size=4)
    submission.flash_attention(*other, block_size=4)
    assert_close(submission.fetch(kept), attention(*one), where="the first result after a second call")


def measure_memory_growth(side: Side, draw: Draw, size: int) -> Callable[[], tuple[Tensor, ...]]:
    """A narrow head with the mask and, half the queries, without it; one block of queries over many keys.

    Twice the size makes four times as many of those keys, each half as wide: they take twice the memory, and
    the scores of one query take four times. So what is held beside a block of queries and keys shows.
    """
    q, k, v = (side.hold(draw.normal(1, 1, size, 32)) for _ in range(3))
    half = side.hold(draw.normal(1, 1, size // 2, 32))
    many, width = size * size // 2048, 131_072 // size
    block, keys, values = (side.hold(draw.normal(1, 1, length, width)) for length in (512, many, many))
    return lambda: (
        side.flash_attention(q, k, v, causal=True, block_size=256),
        side.flash_attention(half, k, v, block_size=256),
        side.flash_attention(block, keys, values, block_size=512),
    )


def measure_cpu_time(side: Side, draw: Draw, size: int) -> Callable[[], tuple[Tensor, Tensor]]:
    """One block of queries over `size` keys in wide heads, then many queries over few keys in a narrow one.

    In the first, arithmetic outweighs Python: who multiplies more often takes longer. In the second it is the
    other way round: single queries take longer, however quick the machine is with vectors.
    """
    q = side.hold(draw.normal(1, 4, 128, 256))
    # Drawing takes longer than the call: one head is drawn, the others are that one with its columns moved.
    heads = (draw.normal(1, 1, size, 256) for _ in range(2))
    k, v = (side.hold(torch.cat([one.roll(by, dims=3) for by in range(4)], dim=1)) for one in heads)
    queries = side.hold(draw.normal(1, 1, 3 * size, 16))
    keys, values = (side.hold(draw.normal(1, 1, 32, 16)) for _ in range(2))
    return lambda: (
        side.flash_attention(q, k, v, block_size=128),
        side.flash_attention(queries, keys, values, block_size=1024),
    )


def measure_gpu_time(side: Side, draw: Draw, size: int) -> Callable[[], Tensor]:
    """Four heads over `size` queries and keys in the default blocks."""
    q, k, v = (side.hold(draw.normal(1, 4, size, 64)) for _ in range(3))
    return lambda: side.flash_attention(q, k, v)


measure_gpu_memory_growth = measure_memory_growth
