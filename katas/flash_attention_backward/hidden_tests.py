"""The cases and gates of the kata flash-attention-backward."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

from quizzer.grader.suite import (
    CaseFailed,
    Draw,
    Side,
    assert_close,
    assert_equal,
    assert_finite,
    shows,
    shows_nothing,
)
from quizzer.wire.values import Handle

# A shape is (batch, heads, queries, keys, width, block size). Values are as wide as keys and lengths are
# equal except in the cases that are about that, so that one misunderstanding fails few cases. The first
# shape of a case has several of each, since that is where a failing submission is compared with known
# mistakes.
#
# The backward pass gets `out` and `lse` from the formula, never from the submission, except in one case: a
# wrong forward pass fails cases of its own, and no agreement of the two passes on something wrong passes.

Shape = tuple[int, int, int, int, int, int]
HALVES = (torch.bfloat16, torch.float16)


def inputs(
    draw: Draw, shape: Shape, *, value_width: int = 0, dtype: torch.dtype = torch.float32
) -> tuple[Tensor, Tensor, Tensor]:
    """Return q, k and v of a shape."""
    batch, heads, queries, keys, width, _ = shape
    return (
        draw.normal(batch, heads, queries, width, dtype=dtype),
        draw.normal(batch, heads, keys, width, dtype=dtype),
        draw.normal(batch, heads, keys, value_width or width, dtype=dtype),
    )


def describe(q: Tensor, v: Tensor, **options: object) -> str:
    """Return the shapes and options of a call in one line."""
    batch, heads, queries, width = q.shape
    sizes = f"B={batch} H={heads} Sq={queries} Sk={v.shape[2]} D={width} Dv={v.shape[3]}"
    return " ".join([sizes, *(f"{name}={value}" for name, value in options.items())])


def scores_of(q: Tensor, k: Tensor, causal: bool) -> Tensor:
    """Return all scaled and masked scores in float64."""
    scores = q.double() @ k.double().transpose(-2, -1) / math.sqrt(q.shape[-1])
    if causal:
        queries, keys = scores.shape[-2:]
        visible = torch.ones(queries, keys, dtype=torch.bool).tril(keys - queries)
        scores = scores.masked_fill(~visible, -math.inf)
    return scores


def attention(q: Tensor, k: Tensor, v: Tensor, *, causal: bool = False) -> tuple[Tensor, Tensor]:
    """Return output and log-sum-exp as the formula says, in the dtypes of a forward pass."""
    scores = scores_of(q, k, causal)
    # The rows that see no key are NaN after the softmax, and only they can be.
    out = scores.softmax(-1).nan_to_num(0.0) @ v.double()
    return out.to(q.dtype), scores.logsumexp(-1).to(torch.promote_types(q.dtype, torch.float32))


def gradients(
    grad_out: Tensor, q: Tensor, k: Tensor, v: Tensor, *, causal: bool = False
) -> tuple[Tensor, ...]:
    """Return the gradients of q, k and v as the chain rule says, in float64."""
    weights = scores_of(q, k, causal).softmax(-1).nan_to_num(0.0)
    grad_weights = grad_out.double() @ v.double().transpose(-2, -1)
    grad_scores = weights * (grad_weights - (weights * grad_weights).sum(-1, keepdim=True))
    grad_scores = grad_scores / math.sqrt(q.shape[-1])
    return (
        grad_scores @ k.double(),
        grad_scores.transpose(-2, -1) @ q.double(),
        weights.transpose(-2, -1) @ grad_out.double(),
    )


def check_lse(found: Tensor, expected: Tensor, where: str, **tolerance: float) -> None:
    """Demand the log-sum-exp, which may be wider than asked for."""
    if found.dtype not in (expected.dtype, torch.float64):
        raise CaseFailed(f"{where}: lse: expected {expected.dtype}, found {found.dtype}")
    assert_close(found.double(), expected.double(), where=f"{where}: lse", **tolerance)


def agree_forward(
    submission: Side,
    qkv: tuple[Tensor, Tensor, Tensor],
    what: str = "",
    *,
    causal: bool = False,
    tolerance: dict[str, float] | None = None,
    **options: int,
) -> None:
    """Demand the output and the log-sum-exp of the formula."""
    out, lse = submission.flash_attention_forward(*qkv, causal=causal, **options)
    where = f"{what} {describe(qkv[0], qkv[2], causal=causal, **options)}".strip()
    exact_out, exact_lse = attention(*qkv, causal=causal)
    assert_close(out, exact_out, where=f"{where}: out", **tolerance or {})
    check_lse(lse, exact_lse, where, **tolerance or {})


def check_gradients(
    found: tuple[Tensor, ...], exact: tuple[Tensor, ...], like: Tensor, where: str, **tolerance: float
) -> None:
    """Demand the gradients of q, k and v in the dtype of `like`."""
    # That of the values first: it takes the fewest steps.
    for name, number in (("dv", 2), ("dq", 0), ("dk", 1)):
        # An entry is a sum whose terms may cancel: it is as exact as the largest of them, not as itself.
        largest = exact[number].abs().max().item()
        allowed = tolerance or {"rtol": 1e-4, "atol": 3e-5 * max(1.0, largest)}
        assert_close(found[number], exact[number].to(like.dtype), where=f"{where}: {name}", **allowed)


def agree_backward(
    submission: Side,
    draw: Draw,
    qkv: tuple[Tensor, Tensor, Tensor],
    what: str = "",
    *,
    causal: bool = False,
    grad_out: Tensor | None = None,
    tolerance: dict[str, float] | None = None,
    **options: int,
) -> None:
    """Demand the gradients of the formula, given its output and log-sum-exp."""
    out, lse = attention(*qkv, causal=causal)
    grad = draw.like(out) if grad_out is None else grad_out
    found = submission.flash_attention_backward(grad, *qkv, out, lse, causal=causal, **options)
    where = f"{what} {describe(qkv[0], qkv[2], causal=causal, **options)}".strip()
    check_gradients(found, gradients(grad, *qkv, causal=causal), qkv[0], where, **tolerance or {})


# --- the forward pass ---


def test_forward_in_one_block(submission: Side, draw: Draw) -> None:
    """Forward, in one block: the output, and log sum exp of each query's scores."""
    for shape in [(2, 3, 6, 6, 8, 6), (1, 2, 3, 3, 3, 1000)]:
        agree_forward(submission, inputs(draw, shape), block_size=shape[-1])
    agree_forward(submission, inputs(draw, (1, 2, 7, 7, 4, 0)))


def test_forward_in_several_blocks(submission: Side, draw: Draw) -> None:
    """Forward, in several blocks: output and log-sum-exp are those of all keys together."""
    # The first has several blocks for those, too, who choose a size of their own.
    for shape in [(1, 1, 140, 270, 4, 128), (2, 2, 24, 24, 8, 8), (1, 2, 21, 21, 4, 8), (2, 1, 5, 13, 3, 4)]:
        agree_forward(submission, inputs(draw, shape), block_size=shape[-1])
    for name, growth in [
        ("growing", torch.linspace(0.0, 3.0, 20)),
        ("falling", torch.linspace(3.0, 0.0, 20)),
    ]:
        # All queries and keys point the same way, so that the keys' lengths order the scores.
        q, k = (draw.uniform(2, 2, 20, 6, low=0.5, high=1.5) for _ in range(2))
        qkv = q, k * growth[:, None], draw.normal(2, 2, 20, 6)
        agree_forward(submission, qkv, f"{name} scores", block_size=5)


def test_forward_under_the_causal_mask(submission: Side, draw: Draw) -> None:
    """Forward, causal: query i sees the keys up to i + Sk - Sq, in output and log-sum-exp."""
    for shape in [(2, 2, 16, 16, 8, 4), (1, 3, 13, 13, 4, 5), (1, 2, 6, 14, 4, 4), (1, 1, 7, 8, 4, 64)]:
        agree_forward(submission, inputs(draw, shape), block_size=shape[-1], causal=True)


# --- the backward pass, for output and log-sum-exp of the formula ---


def test_backward_in_one_block(submission: Side, draw: Draw) -> None:
    """Backward, in one block: the gradients of queries, keys and values."""
    for shape in [(2, 3, 6, 6, 8, 6), (1, 2, 3, 3, 3, 1000)]:
        agree_backward(submission, draw, inputs(draw, shape), block_size=shape[-1])
    agree_backward(submission, draw, inputs(draw, (1, 2, 7, 7, 4, 0)))


def test_backward_in_several_blocks(submission: Side, draw: Draw) -> None:
    """Backward, in several full blocks: the same gradients as with all weights at once."""
    for shape in [(1, 1, 256, 256, 4, 128), (2, 2, 24, 24, 8, 8), (1, 3, 15, 15, 3, 5)]:
        agree_backward(submission, draw, inputs(draw, shape), block_size=shape[-1])


def test_backward_with_cut_blocks(submission: Side, draw: Draw) -> None:
    """Backward, lengths that are no multiples of the block size: the last block is smaller."""
    for shape in [(2, 2, 21, 21, 8, 8), (2, 1, 10, 10, 4, 7), (1, 1, 66, 66, 8, 64)]:
        agree_backward(submission, draw, inputs(draw, shape), block_size=shape[-1])


def test_backward_with_different_lengths(submission: Side, draw: Draw) -> None:
    """Backward, fewer queries than keys or more (no mask)."""
    for shape in [(2, 2, 5, 19, 8, 4), (1, 3, 23, 6, 8, 8), (1, 1, 1, 30, 4, 7), (2, 1, 9, 1, 4, 4)]:
        agree_backward(submission, draw, inputs(draw, shape), block_size=shape[-1])


def test_backward_with_ones_and_primes(submission: Side, draw: Draw) -> None:
    """Backward, ones and primes as batch, heads, lengths, widths and block sizes."""
    for shape in [(3, 2, 13, 11, 7, 5), (1, 5, 5, 5, 3, 1), (1, 1, 2, 2, 1, 1), (1, 1, 1, 1, 1, 64)]:
        agree_backward(submission, draw, inputs(draw, shape), block_size=shape[-1])


@shows("value-width-taken-from-keys", by_raising=True)
def test_values_of_a_width_of_their_own(submission: Side, draw: Draw) -> None:
    """Values may be narrower or wider than queries and keys, in both passes."""
    # Width 1 first: there a result that is too wide comes without an error, by broadcasting.
    for shape, value_width in [((2, 2, 9, 9, 8, 4), 1), ((1, 2, 6, 6, 4, 64), 12), ((1, 1, 8, 8, 9, 3), 5)]:
        qkv = inputs(draw, shape, value_width=value_width)
        agree_backward(submission, draw, qkv, block_size=shape[-1])
        agree_forward(submission, qkv, block_size=shape[-1], causal=True)


def test_backward_under_the_causal_mask(submission: Side, draw: Draw) -> None:
    """Backward, causal, as many queries as keys: hidden keys get no gradient from a query."""
    for shape in [(2, 2, 16, 16, 8, 4), (1, 3, 13, 13, 4, 5), (1, 1, 9, 9, 4, 64), (1, 1, 257, 257, 4, 128)]:
        agree_backward(submission, draw, inputs(draw, shape), block_size=shape[-1], causal=True)


def test_backward_causal_with_fewer_queries_than_keys(submission: Side, draw: Draw) -> None:
    """Backward, causal, fewer queries than keys: the last query sees the last key."""
    for shape in [(2, 2, 6, 14, 8, 4), (1, 2, 1, 11, 8, 4), (1, 1, 8, 40, 4, 16), (2, 1, 7, 8, 4, 3)]:
        agree_backward(submission, draw, inputs(draw, shape), block_size=shape[-1], causal=True)


BLIND = [(2, 2, 6, 4, 8, 4), (2, 2, 11, 5, 8, 4), (1, 2, 40, 7, 4, 16), (1, 1, 6, 3, 4, 64)]


@shows("nan-for-blind-queries")
def test_gradients_beside_queries_that_see_no_key_are_finite(submission: Side, draw: Draw) -> None:
    """Backward, causal, more queries than keys: no gradient is NaN."""
    for shape in BLIND:
        qkv = inputs(draw, shape)
        options = {"causal": True, "block_size": shape[-1]}
        saved = attention(*qkv, causal=True)
        found = submission.flash_attention_backward(draw.like(qkv[0]), *qkv, *saved, **options)
        for name, gradient in zip(("dq", "dk", "dv"), found, strict=True):
            assert_finite(gradient, where=f"{describe(qkv[0], qkv[2], **options)}: {name}")


def test_backward_of_queries_that_see_no_key(submission: Side, draw: Draw) -> None:
    """Backward, causal, more queries than keys: those that see none have gradient zero and spoil no other."""
    # In the first, those that see no key share a block with others, whether or not hidden blocks are skipped.
    for shape in [(2, 2, 11, 5, 8, 4), (2, 2, 6, 4, 8, 4), (1, 2, 40, 7, 4, 16), (1, 1, 9, 1, 4, 2)]:
        agree_backward(submission, draw, inputs(draw, shape), block_size=shape[-1], causal=True)


@shows("nan-for-blind-queries")
def test_output_of_queries_that_see_no_key_is_finite(submission: Side, draw: Draw) -> None:
    """Forward, causal, more queries than keys: no output is NaN."""
    for shape in BLIND:
        qkv = inputs(draw, shape)
        out, _ = submission.flash_attention_forward(*qkv, causal=True, block_size=shape[-1])
        assert_finite(out, where=describe(qkv[0], qkv[2], causal=True, block_size=shape[-1]))


@shows("average-for-blind-queries")
def test_output_of_queries_that_see_no_key_is_zero(submission: Side, draw: Draw) -> None:
    """Forward, causal, more queries than keys: the first queries see no key, their output is zero."""
    for shape in BLIND:
        qkv = inputs(draw, shape)
        options = {"causal": True, "block_size": shape[-1]}
        out, lse = submission.flash_attention_forward(*qkv, **options)
        exact_out, exact_lse = attention(*qkv, causal=True)
        where = describe(qkv[0], qkv[2], **options)
        blind = shape[2] - shape[3]
        # NaN, and the log-sum-exp of no scores, are looked at in other cases.
        out = torch.cat([out[:, :, :blind].nan_to_num(0.0), out[:, :, blind:]], dim=2)
        assert_close(out, exact_out, where=f"{where}: out")
        check_lse(lse[:, :, blind:], exact_lse[:, :, blind:], f"{where}: queries from {blind} on")


@shows("lse-finite-for-blind-queries")
def test_lse_of_queries_that_see_no_key(submission: Side, draw: Draw) -> None:
    """Forward, causal, more queries than keys: the log-sum-exp of no scores is minus infinity."""
    for shape in BLIND:
        qkv = inputs(draw, shape)
        options = {"causal": True, "block_size": shape[-1]}
        _, lse = submission.flash_attention_forward(*qkv, **options)
        check_lse(lse, attention(*qkv, causal=True)[1], describe(qkv[0], qkv[2], **options))


def test_the_two_passes_together(submission: Side, draw: Draw) -> None:
    """Backward takes what forward left, whatever the block size of each."""
    for shape, other_block, causal in [((2, 2, 11, 11, 8, 4), 5, False), ((1, 2, 9, 13, 4, 5), 3, True)]:
        qkv = inputs(draw, shape)
        out, lse = submission.flash_attention_forward(*qkv, causal=causal, block_size=shape[-1])
        grad_out = draw.like(qkv[0])
        options = {"causal": causal, "block_size": other_block}
        found = submission.flash_attention_backward(grad_out, *qkv, out, lse, **options)
        exact = gradients(grad_out, *qkv, causal=causal)
        check_gradients(found, exact, qkv[0], describe(qkv[0], qkv[2], **options))


def test_the_block_size_does_not_matter(submission: Side, draw: Draw) -> None:
    """Backward, the gradients are the same for every block size."""
    qkv = inputs(draw, (2, 2, 8, 12, 4, 0))
    for causal in (False, True):
        for block_size in (12, 5, 1000):
            agree_backward(submission, draw, qkv, causal=causal, block_size=block_size)


def far_scores(draw: Draw) -> list[tuple[str, tuple[Tensor, Tensor, Tensor]]]:
    """Return inputs whose scores are far above what exp can take, or far below."""
    q, k, v = inputs(draw, (2, 2, 24, 24, 16, 0))
    # Close together: float32 leaves such scores about five digits.
    found = [("scores around 324", (q + 9, k + 9, v))]
    # Whole numbers and sqrt(D) = 4: every score is exact, whatever is multiplied first. Those of a row lie
    # far apart, so that nothing hangs on how the logarithm of a sum is rounded.
    order = torch.arange(1.0, 25.0)[:, None]
    for name, keys in [
        ("growing scores", 16 * order),
        ("negative scores", -16 * order),
        ("scores of both signs", 16 * order[draw.permutation(24)] - 200),
    ]:
        q, v = draw.integers(1, 5, 2, 2, 24, 16).float(), draw.normal(2, 2, 24, 16)
        found.append((name, (q, keys.expand(2, 2, 24, 16).contiguous(), v)))
    return found


def far_below(draw: Draw) -> list[tuple[int, tuple[Tensor, Tensor, Tensor]]]:
    """Return block sizes and inputs whose visible scores are minus many thousands under the mask."""
    found = []
    for shape in [(2, 2, 12, 12, 16, 4), (1, 2, 5, 9, 16, 64)]:
        _, _, queries, keys, _, block_size = shape
        # Exact scores from about -20000 on, far apart; the last visible key of a query has the largest.
        q = draw.integers(15, 20, *shape[:2], queries, 16).float()
        order = torch.arange(keys - 1, -1, -1)[:, None]
        k = (-300.0 - 16 * order).expand(*shape[:2], keys, 16).contiguous()
        found.append((block_size, (q, k, draw.normal(*shape[:2], keys, 16))))
    return found


# In these cases a call with ordinary scores comes first: where all weights vanish or overflow, programs
# that are wrong in quite different ways give the same, and the first call tells them apart.


@shows("no-maximum-subtracted")
def test_forward_with_large_scores(submission: Side, draw: Draw) -> None:
    """Forward, scores of many thousands, positive or negative, neither overflow nor vanish."""
    with shows_nothing():
        agree_forward(submission, inputs(draw, (2, 2, 12, 12, 16, 0)), block_size=6)
    for name, qkv in far_scores(draw):
        agree_forward(submission, qkv, name, block_size=6, tolerance={"rtol": 1e-2, "atol": 1e-2})


@shows("exponentials-divided")
def test_backward_with_large_scores(submission: Side, draw: Draw) -> None:
    """Backward, scores of many thousands, positive or negative, neither overflow nor vanish."""
    with shows_nothing():
        agree_backward(submission, draw, inputs(draw, (2, 2, 12, 12, 16, 0)), block_size=6)
    for name, qkv in far_scores(draw):
        agree_backward(submission, draw, qkv, name, block_size=6, tolerance={"rtol": 1e-2, "atol": 1e-2})


@shows("no-maximum-subtracted")
def test_forward_hidden_keys_stay_hidden(submission: Side, draw: Draw) -> None:
    """Forward, causal, visible scores of minus many thousands: hidden keys still get no weight."""
    with shows_nothing():
        agree_forward(submission, inputs(draw, (2, 2, 12, 12, 16, 0)), block_size=4, causal=True)
    for block_size, qkv in far_below(draw):
        agree_forward(submission, qkv, "far below zero", block_size=block_size, causal=True)


@shows("exponentials-divided")
def test_backward_hidden_keys_stay_hidden(submission: Side, draw: Draw) -> None:
    """Backward, causal, visible scores of minus many thousands: hidden keys still get no weight."""
    with shows_nothing():
        agree_backward(submission, draw, inputs(draw, (2, 2, 12, 12, 16, 0)), block_size=4, causal=True)
    for block_size, qkv in far_below(draw):
        options = {"causal": True, "block_size": block_size, "tolerance": {"rtol": 1e-2, "atol": 1e-1}}
        agree_backward(submission, draw, qkv, "far below zero", **options)


def test_results_have_the_dtype_of_the_inputs(submission: Side, draw: Draw) -> None:
    """bfloat16 and float16: output and gradients come back in that type, the log-sum-exp in float32."""
    for dtype in HALVES:
        qkv = inputs(draw, (2, 2, 6, 6, 8, 4), dtype=dtype)
        # Half a percent of the largest number and more: rounding is looked at in another case.
        tolerance = {"rtol": 5e-2, "atol": 5e-2}
        agree_backward(submission, draw, qkv, f"{dtype}", block_size=4, tolerance=tolerance)
        agree_forward(submission, qkv, f"{dtype}", block_size=4, tolerance=tolerance)


def check_accuracy(name: str, found: Tensor, honest: Tensor, exact: Tensor, where: str) -> None:
    """Demand a root mean square error of at most HALF_PRECISION_TIMES the reference's."""
    where = f"{where}: {name}"
    assert_finite(found, where)
    mine, ours = ((side.double() - exact.double()).square().mean().sqrt().item() for side in (found, honest))
    if mine > HALF_PRECISION_TIMES * ours:
        raise CaseFailed(
            f"{where}: the errors are {mine / ours:.1f} times those of sums in float32, "
            f"{HALF_PRECISION_TIMES:g} times are allowed"
        )


# Measured over 150 seeds, root mean square errors relative to the reference's: products of half-precision
# factors at most 2.8, a running sum in half precision 5.2 and more. (The largest error instead of the root
# mean square is too noisy to tell them apart.)
HALF_PRECISION_TIMES = 3.5


@shows("accumulates-in-half-precision")
def test_sums_of_bfloat16(submission: Side, reference: Side, draw: Draw) -> None:
    """bfloat16 results are about as exact as with sums in float32."""
    usual = inputs(draw, (2, 2, 4, 4, 16, 2), dtype=torch.bfloat16)
    agree_backward(submission, draw, usual, block_size=2, tolerance={"rtol": 5e-2, "atol": 5e-2})
    # Many small blocks, and numbers that do not cancel, so that errors of running sums add up: those of
    # output and dq over blocks of keys, those of dk and dv over blocks of queries. With one key the weights
    # are 1, and the gradients of queries and keys zero: only that of the value tells something.
    for queries, keys in [(1, 72), (100, 1)]:
        q = draw.normal(4, 8, queries, 16, scale=0.5, dtype=torch.bfloat16)
        k, v = (draw.normal(4, 8, keys, 16, dtype=torch.bfloat16) for _ in range(2))
        grad_out = draw.uniform(4, 8, queries, 16, dtype=torch.bfloat16)
        out, lse = attention(q, k, v)
        found, honest = (
            side.flash_attention_backward(grad_out, q, k, v, out, lse, block_size=1)
            for side in (submission, reference)
        )
        where = f"bfloat16 {describe(q, v, block_size=1)}"
        exact = gradients(grad_out, q, k, v)
        for name, number in [("dq", 0), ("dk", 1), ("dv", 2)] if keys > 1 else [("dv", 2)]:
            check_accuracy(name, found[number], honest[number], exact[number], where)
        if keys > 1:
            found, honest = (
                side.flash_attention_forward(q, k, v.abs(), block_size=1)[0]
                for side in (submission, reference)
            )
            check_accuracy(
                "out", found, honest, attention(q.double(), k.double(), v.abs().double())[0], where
            )


@shows("accumulates-in-half-precision")
def test_float16_with_large_sums(submission: Side, draw: Draw) -> None:
    """float16 may have sums on the way that float16 cannot hold, where results and gradients fit."""
    usual = inputs(draw, (2, 2, 5, 5, 64, 0), dtype=torch.float16)
    agree_backward(submission, draw, usual, block_size=2, tolerance={"rtol": 5e-2, "atol": 5e-2})
    q, k = (draw.normal(2, 2, 5, 64, dtype=torch.float16) for _ in range(2))
    # Rows of grad_out times rows of v or of out are about 64 * 30 * 60 = 115200; what counts is how they
    # differ.
    v, grad_out = ((draw.normal(2, 2, 5, 64) + mean).half() for mean in (30.0, 60.0))
    tolerance = {"rtol": 5e-2, "atol": 10.0}  # gradients are about 100
    agree_backward(submission, draw, (q, k, v), grad_out=grad_out, block_size=2, tolerance=tolerance)


@shows("grad-scores-in-half-precision")
def test_float16_with_large_gradients_of_scores(submission: Side, draw: Draw) -> None:
    """float16 may have gradients of the scores, before scaling, that float16 cannot hold."""
    usual = inputs(draw, (2, 2, 5, 5, 64, 0), dtype=torch.float16)
    agree_backward(submission, draw, usual, block_size=2, tolerance={"rtol": 5e-2, "atol": 5e-2})
    # Small queries and keys bring them down: the largest gradient of a score is about 200000, an eighth of
    # that after scaling, and those of queries and keys are about 500. The values cancel, and so the output
    # and its product with grad_out are small: that sum is looked at above.
    q, k = (draw.normal(2, 2, 4, 64, scale=1 / 32).half() for _ in range(2))
    v, grad_out = (
        draw.normal(2, 2, size, 64, scale=scale).half() for size, scale in ((2, 100.0), (4, 400.0))
    )
    v = torch.cat([v, -v], dim=2)
    tolerance = {"rtol": 5e-2, "atol": 10.0}
    agree_backward(submission, draw, (q, k, v), grad_out=grad_out, block_size=2, tolerance=tolerance)


@shows("scores-in-half-precision")
def test_float16_forward_with_large_scores(submission: Side, draw: Draw) -> None:
    """Forward, float16 may have scores before scaling that float16 cannot hold."""
    usual = inputs(draw, (2, 2, 6, 6, 16, 0), dtype=torch.float16)
    agree_forward(submission, usual, block_size=2, tolerance={"rtol": 5e-2, "atol": 5e-2})
    agree_forward(submission, *float16_scores(draw), tolerance={"rtol": 1e-2, "atol": 1e-3}, block_size=2)


@shows("scores-in-half-precision")
def test_float16_backward_with_large_scores(submission: Side, draw: Draw) -> None:
    """Backward, float16 may have scores before scaling that float16 cannot hold."""
    usual = inputs(draw, (2, 2, 6, 6, 16, 0), dtype=torch.float16)
    agree_backward(submission, draw, usual, block_size=2, tolerance={"rtol": 5e-2, "atol": 5e-2})
    # The log-sum-exp of such scores is exact to a thousandth, and q and k are large.
    tolerance = {"rtol": 2e-2, "atol": 1.0}
    agree_backward(submission, draw, *float16_scores(draw), tolerance=tolerance, block_size=2)


def float16_scores(draw: Draw) -> tuple[tuple[Tensor, Tensor, Tensor], str]:
    """Return inputs with equal keys and scores of 82944 and 9216 before scaling, and what they are."""
    q, k = (torch.full((2, 2, 3, 64), 36.0, dtype=torch.float16) for _ in range(2))
    # 36 * 36 * 64 = 82944 is too much for float16. In the second head 4 * 36 * 64 is not, but its
    # exponential, after scaling, is too much for float32: two mistakes to be told apart.
    q[:, 1] = 4.0
    return (q, k, draw.normal(2, 2, 3, 64, dtype=torch.float16)), "scores before scaling of 82944 and 9216,"


@shows("float64-loses-digits")
def test_float64(submission: Side, draw: Draw) -> None:
    """float64 keeps its precision, in the log-sum-exp too."""
    for causal in (False, True):
        qkv = inputs(draw, (2, 2, 9, 14, 8, 4), dtype=torch.float64)
        tolerance = {"rtol": 1e-10, "atol": 1e-11}
        agree_backward(submission, draw, qkv, block_size=4, causal=causal, tolerance=tolerance)
        agree_forward(submission, qkv, block_size=4, causal=causal, tolerance=tolerance)


@shows("assumes-contiguous", by_raising=True)
def test_tensors_that_are_not_contiguous(submission: Side, draw: Draw) -> None:
    """Transposed and sliced tensors give what their contiguous copies give."""
    q = draw.normal(2, 9, 3, 8).transpose(1, 2)  # (B, S, H, D) in memory
    k = draw.normal(2, 3, 26, 8)[:, :, ::2]  # every other key
    v = draw.normal(2, 3, 8, 13).transpose(2, 3)  # (B, H, Dv, S) in memory
    grad_out = draw.normal(2, 9, 3, 8).transpose(1, 2)
    for causal in (False, True):
        out, lse = attention(q, k, v, causal=causal)
        out = out.transpose(1, 2).contiguous().transpose(1, 2)
        lse = lse.transpose(1, 2).contiguous().transpose(1, 2)
        options = {"causal": causal, "block_size": 4}
        found = submission.flash_attention_backward(grad_out, q, k, v, out, lse, **options)
        exact = gradients(grad_out, q, k, v, causal=causal)
        check_gradients(found, exact, q, f"strided {describe(q, v, **options)}")
        agree_forward(submission, (q, k, v), "strided", **options)


@shows("writes-into-inputs")
def test_tensors_that_share_memory(submission: Side, draw: Draw) -> None:
    """Tensors may share memory: one as keys and values, heads that are expanded, the gradient of a sum."""
    q, shared = draw.normal(2, 3, 9, 8), draw.normal(2, 3, 9, 8)
    one_head = draw.normal(2, 1, 9, 8).expand(2, 3, 9, 8)  # stride 0
    ones = torch.ones(()).expand(2, 3, 9, 8)  # what arrives at x from x.sum()
    for name, qkv, grad_out in [
        ("q is k is v", (q, q, q), draw.normal(2, 3, 9, 8)),
        ("k is v, and grad_out is q", (q, shared, shared), q),
        ("heads of k and v expanded", (q, one_head, one_head), draw.normal(2, 3, 9, 8)),
        ("grad_out expanded from one number", (q, shared, q), ones),
    ]:
        options = {"causal": True, "block_size": 4}
        agree_backward(submission, draw, qkv, name, grad_out=grad_out, **options)
        if grad_out is not ones:
            agree_forward(submission, qkv, name, **options)


@shows("writes-into-inputs")
def test_arguments_are_left_as_they_are(submission: Side, draw: Draw) -> None:
    """No call changes its arguments."""
    for shape, dtype in [
        ((2, 2, 9, 9, 8, 4), torch.float32),
        ((1, 2, 7, 5, 4, 64), torch.float64),
        ((1, 1, 11, 5, 4, 3), torch.bfloat16),
    ]:
        qkv = inputs(draw, shape, dtype=dtype)
        options = {"causal": shape[2] != shape[3], "block_size": shape[-1]}
        arguments = draw.like(qkv[0]), *qkv, *attention(*qkv, causal=options["causal"])
        call = submission.flash_attention_backward.effects(*arguments, **options)
        names = ("grad_out", "q", "k", "v", "out", "lse")
        for name, after, before in zip(names, call.args, arguments, strict=True):
            assert_equal(after, before, where=f"{name} after the backward call")
        call = submission.flash_attention_forward.effects(*qkv, **options)
        for name, after, before in zip("qkv", call.args, qkv, strict=True):
            assert_equal(after, before, where=f"{name} after the forward call")


def test_calls_do_not_depend_on_earlier_ones(submission: Side, draw: Draw) -> None:
    """A backward call takes all from its arguments, nothing from the forward call before it."""
    # No other case has these lengths, so what a submission keeps by shape is fresh here.
    shape = (2, 2, 17, 19, 4, 6)
    one, other = inputs(draw, shape), inputs(draw, shape)
    # Statistics of another mask: wrong ones, whether or not the last inputs were kept as well.
    agree_forward(submission, one, causal=True, block_size=6)
    agree_backward(submission, draw, one, "after a forward call under the mask,", block_size=6)
    agree_forward(submission, other, causal=True, block_size=6)
    agree_backward(submission, draw, one, "after a forward call of others,", causal=True, block_size=6)
    agree_backward(submission, draw, other, "after other calls,", block_size=5)
    agree_backward(submission, draw, other, "after calls with other blocks,", causal=True, block_size=5)
    agree_forward(submission, one, "after other calls,", causal=True, block_size=5)


@shows("result-buffer-kept")
def test_results_are_left_as_they_are(submission: Side, draw: Draw) -> None:
    """Results stay what they were when the functions are called again."""
    one, other = (inputs(draw, (2, 2, 9, 9, 8, 4)) for _ in range(2))
    grad_out = draw.like(one[0])
    saved = attention(*one)
    kept = submission.flash_attention_backward.kept(grad_out, *one, *saved, block_size=4)
    kept_forward = submission.flash_attention_forward.kept(*one, block_size=4)
    submission.flash_attention_backward(draw.like(grad_out), *other, *attention(*other), block_size=4)
    submission.flash_attention_forward(*other, block_size=4)
    found = submission.fetch(kept)
    check_gradients(found, gradients(grad_out, *one), one[0], "the first gradients after other calls")
    out, lse = submission.fetch(kept_forward)
    assert_close(out, saved[0], where="the first output after other calls")
    check_lse(lse, saved[1], "the first result after other calls")


@shows("writes-into-inputs")
def test_inference(submission: Side, draw: Draw) -> None:
    """Under torch.no_grad both passes give the same, and what they are given stays as it is."""
    for causal in (False, True):
        options = {"causal": causal, "block_size": 4}
        qkv = inputs(draw, (2, 2, 9, 9, 8, 4))
        out, lse = attention(*qkv, causal=causal)
        given = draw.like(out), *qkv, out, lse
        grad_out, q, k, v, *saved = held = [submission.hold(tensor) for tensor in given]
        where = f"under no_grad, {describe(qkv[0], qkv[2], **options)}"
        with shows_nothing():
            forward = submission.flash_attention_forward.no_grad(q, k, v, **options)
            assert_close(forward[0], out, where=f"{where}: out")
            check_lse(forward[1], lse, where)
            found = submission.flash_attention_backward.no_grad(grad_out, q, k, v, *saved, **options)
            check_gradients(found, gradients(given[0], *qkv, causal=causal), qkv[0], where)
        for name, tensor, before in zip(("grad_out", *"qkv", "out", "lse"), held, given, strict=True):
            assert_equal(submission.fetch(tensor), before, where=f"{name} after the calls, {where}")


def measure_memory_growth(side: Side, draw: Draw, size: int) -> Callable[[], tuple[Tensor, ...]]:
    """Both passes for `size` queries and keys under the mask, then for one block of queries over many keys.

    Twice the size makes four times as many of those keys, each half as wide: they take twice the memory, and
    the weights of one query take four times. So what is held beside a block of queries and keys shows.
    """
    grad_out, q, k, v = (side.hold(draw.normal(1, 1, size, 16)) for _ in range(4))
    many, width = size * size // 3072, 49_152 // size
    lengths = (512, 512, many, many)
    grad_block, block, keys, values = (side.hold(draw.normal(1, 1, length, width)) for length in lengths)

    def passes(grad: Handle, q: Handle, k: Handle, v: Handle, **options: int) -> tuple[Tensor, ...]:
        out, lse = side.flash_attention_forward(q, k, v, **options)
        return side.flash_attention_backward(grad, q, k, v, out, lse, **options)

    return lambda: (
        *passes(grad_out, q, k, v, causal=True, block_size=256),
        *passes(grad_block, block, keys, values, block_size=512),
    )


def measure_cpu_time(side: Side, draw: Draw, size: int) -> Callable[[], tuple[Tensor, ...]]:
    """Both passes for one block of queries over `size` keys; heads are wide, arithmetic outweighs Python."""
    grad_out, q = (side.hold(draw.normal(1, 2, 128, 256)) for _ in range(2))
    # Drawing takes as long as the call: one head is drawn, the other is that one with its columns moved.
    heads = (draw.normal(1, 1, size, 256) for _ in range(2))
    k, v = (side.hold(torch.cat([one, one.roll(1, dims=3)], dim=1)) for one in heads)

    def call() -> tuple[Tensor, ...]:
        out, lse = side.flash_attention_forward(q, k, v, block_size=128)
        return side.flash_attention_backward(grad_out, q, k, v, out, lse, block_size=128)

    return call


def measure_gpu_time(side: Side, draw: Draw, size: int) -> Callable[[], tuple[Tensor, ...]]:
    """Both passes for four heads over `size` queries and keys in the default blocks."""
    grad_out, q, k, v = (side.hold(draw.normal(1, 4, size, 64)) for _ in range(4))

    def call() -> tuple[Tensor, ...]:
        out, lse = side.flash_attention_forward(q, k, v)
        return side.flash_attention_backward(grad_out, q, k, v, out, lse)

    return call


measure_gpu_memory_growth = measure_memory_growth
