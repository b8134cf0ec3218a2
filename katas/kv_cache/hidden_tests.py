"""The cases and gates of the kata kv-cache."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from quizzer.grader.suite import (
    CaseFailed,
    Draw,
    Module,
    Side,
    assert_as_accurate,
    assert_close,
    assert_equal,
    assert_finite,
    shows,
    shows_nothing,
)
from quizzer.wire.messages import Operation

Heads = tuple[int, int, int]
"""d_model, n_heads, n_kv_heads; the width of a head is in no way like the other sizes of a case."""
State = dict[str, Tensor]
Cache = tuple[Tensor, Tensor]

PLAIN = (35, 5, 5)  # d_head 7
GROUPED = (66, 6, 2)  # d_head 11


def make(side: Side, heads: Heads, state: State) -> Module:
    """Return a module with the given weights; where all heads have keys of their own, the default says so."""
    d_model, n_heads, n_kv_heads = heads
    if n_kv_heads == n_heads:
        return side.CachedAttention(d_model, n_heads).load(state)
    return side.CachedAttention(d_model, n_heads, n_kv_heads=n_kv_heads).load(state)


def draw_state(draw: Draw, heads: Heads) -> State:
    """Return random weights."""
    return draw.state_dict("CachedAttention", *heads)


def draw_cache(draw: Draw, heads: Heads, batch: int, length: int, **options: Any) -> Cache:
    """Return keys and values of tokens that no module has seen."""
    d_model, n_heads, n_kv_heads = heads
    keys, values = (draw.normal(batch, n_kv_heads, length, d_model // n_heads, **options) for _ in range(2))
    return keys, values


def attention(heads: Heads, state: State, x: Tensor, cache: Cache | None = None) -> tuple[Tensor, Cache]:
    """Return outputs and cache as the formula says, each head by itself, in float64 and then in x's dtype."""
    d_model, n_heads, n_kv_heads = heads
    width, new = d_model // n_heads, x.shape[1]
    weights = {name: weight.double() for name, weight in state.items()}
    queries, keys, values = (x.double() @ weights[f"{name}_proj.weight"].T for name in "qkv")
    k, v = (
        torch.stack([some[..., head * width : (head + 1) * width] for head in range(n_kv_heads)], dim=1)
        for some in (keys, values)
    )
    if cache is not None:
        k, v = (torch.cat([old.double(), fresh], dim=2) for old, fresh in zip(cache, (k, v), strict=True))
    visible = torch.ones(new, k.shape[2], dtype=torch.bool).tril(k.shape[2] - new)
    outputs = []
    for head in range(n_heads):
        own = head // (n_heads // n_kv_heads)
        scores = (
            queries[..., head * width : (head + 1) * width] @ k[:, own].transpose(1, 2) / math.sqrt(width)
        )
        outputs.append(scores.masked_fill(~visible, -math.inf).softmax(-1) @ v[:, own])
    y = torch.cat(outputs, dim=-1) @ weights["o_proj.weight"].T
    return y.to(x.dtype), (k.to(x.dtype), v.to(x.dtype))


def describe(heads: Heads, x: Tensor, cache: Cache | None) -> str:
    """Return the sizes of a call in one line."""
    d_model, n_heads, n_kv_heads = heads
    length = "None" if cache is None else f"of {cache[0].shape[2]}"
    return (
        f"d_model={d_model} n_heads={n_heads} n_kv_heads={n_kv_heads} "
        f"B={x.shape[0]} T_new={x.shape[1]} cache={length}"
    )


def agree(
    found: tuple[Tensor, Cache],
    heads: Heads,
    state: State,
    x: Tensor,
    cache: Cache | None = None,
    what: str = "",
    **tolerance: float,
) -> None:
    """Demand what the formula gives: the outputs, and the cache with the new tokens at its end."""
    y, (k, v) = found
    expected, (keys, values) = attention(heads, state, x, cache)
    where = f"{what} {describe(heads, x, cache)}".strip()
    assert_close(y, expected, where=f"outputs, {where}", **tolerance)
    assert_close(k, keys, where=f"returned keys, {where}", **tolerance)
    assert_close(v, values, where=f"returned values, {where}", **tolerance)


def check_call(
    submission: Side, draw: Draw, heads: Heads, batch: int, new: int, length: int | None = None
) -> None:
    """Demand the formula's result for fresh weights and tokens, after a cache of `length` random keys."""
    state = draw_state(draw, heads)
    x = draw.normal(batch, new, heads[0])
    cache = None if length is None else draw_cache(draw, heads, batch, length)
    agree(make(submission, heads, state)(x, cache), heads, state, x, cache)


def fault_of(state: Any, expected: State) -> str:
    """Return what is wrong with the keys or shapes of a state dict, "" for nothing."""
    if not isinstance(state, dict):
        return "there is no state dict"
    extra = sorted(name for name in state if name not in expected)
    missing = [name for name in expected if name not in state]
    if any(str(name).endswith("bias") for name in extra):
        return "the layers are to have no bias"
    if missing:
        return "keys are missing"
    if extra:
        return "there are keys beside the four"
    if any(state[name].shape != weight.shape for name, weight in expected.items()):
        return "a weight has another shape"
    return ""


def test_state_dict(submission: Side, draw: Draw) -> None:
    """The state dict has the four weights, without biases, in the shapes that follow from the heads."""
    for d_model, n_heads, n_kv_heads in (PLAIN, GROUPED):
        expected = draw_state(draw, (d_model, n_heads, n_kv_heads))
        module = submission.CachedAttention(d_model, n_heads, n_kv_heads)
        # Its weights are random, so they say nothing to the diagnosis; what is wrong with it does.
        state = submission.perform(Operation.STATE, is_recorded=False, target=module.handle)
        fault = fault_of(state, expected)
        submission.note(fault)
        if fault:
            shapes = {name: tuple(weight.shape) for name, weight in expected.items()}
            found = {name: tuple(weight.shape) for name, weight in state.items()}
            raise CaseFailed(f"{fault}:\n  expected  {shapes}\n  found     {found}")


def test_one_pass(submission: Side, draw: Draw) -> None:
    """Without a cache: causal attention over the tokens of x, through all four projections."""
    check_call(submission, draw, PLAIN, 2, 6)
    check_call(submission, draw, (26, 2, 2), 3, 5)


def test_one_token_after_a_cache(submission: Side, draw: Draw) -> None:
    """One new token sees all cached keys and its own; the returned cache has it at its end."""
    check_call(submission, draw, PLAIN, 2, 1, 8)


def test_several_tokens_after_a_cache(submission: Side, draw: Draw) -> None:
    """Several new tokens see all cached keys, and of the new ones those up to their own."""
    check_call(submission, draw, PLAIN, 2, 4, 9)
    check_call(submission, draw, (26, 2, 2), 3, 7, 3)


def test_token_by_token(submission: Side, draw: Draw) -> None:
    """Decoding token by token, each call with the cache of the last, gives what one pass gives."""
    state, x = draw_state(draw, PLAIN), draw.normal(2, 7, 35)
    module, cache, outputs = make(submission, PLAIN, state), None, []
    for step in range(7):
        y, cache = module(x[:, step : step + 1], cache)
        outputs.append(y)
    agree((torch.cat(outputs, 1), cache), PLAIN, state, x, what="token by token,")


def test_chunks(submission: Side, draw: Draw) -> None:
    """Chunks of different lengths give what one pass gives."""
    state, x = draw_state(draw, GROUPED), draw.normal(2, 12, 66)
    module, cache, outputs = make(submission, GROUPED, state), None, []
    for chunk in x.split([3, 5, 1, 1, 2], dim=1):
        y, cache = module(chunk, cache=cache)
        outputs.append(y)
    agree((torch.cat(outputs, 1), cache), GROUPED, state, x, what="chunks of 3, 5, 1, 1 and 2,")


def test_grouped_heads(submission: Side, draw: Draw) -> None:
    """With fewer key heads, query head h reads key head h // (n_heads / n_kv_heads)."""
    check_call(submission, draw, GROUPED, 2, 5)
    check_call(submission, draw, (104, 8, 4), 1, 3)


def test_grouped_heads_after_a_cache(submission: Side, draw: Draw) -> None:
    """A cache has n_kv_heads heads, also where there are more query heads."""
    check_call(submission, draw, GROUPED, 3, 1, 7)
    check_call(submission, draw, (78, 6, 3), 1, 4, 5)


def test_one_key_head(submission: Side, draw: Draw) -> None:
    """All query heads may share one key head."""
    check_call(submission, draw, (55, 5, 1), 2, 4)
    check_call(submission, draw, (55, 5, 1), 2, 3, 6)


def test_sizes_of_one_and_primes(submission: Side, draw: Draw) -> None:
    """Ones and primes are fine as batch, lengths, heads and widths."""
    for heads, batch, new, length in [
        ((3, 1, 1), 1, 1, None),
        ((5, 5, 5), 1, 1, 1),
        ((1, 1, 1), 5, 2, 3),
        ((34, 2, 1), 1, 13, 1),
    ]:
        check_call(submission, draw, heads, batch, new, length)


def test_an_empty_cache(submission: Side, draw: Draw) -> None:
    """A cache of no tokens is like None."""
    check_call(submission, draw, PLAIN, 2, 5, 0)
    check_call(submission, draw, GROUPED, 1, 1, 0)


@shows("longest-sequence-fixed", by_raising=True)
def test_there_is_no_longest_sequence(submission: Side, draw: Draw) -> None:
    """A cache may hold five thousand tokens."""
    check_call(submission, draw, (4, 2, 1), 1, 3, 5_000)


def whole_number_weights(draw: Draw, keys: float) -> State:
    """Return weights for one head of width 16 whose scores are whole numbers; `keys` is the keys' scale."""
    state = draw_state(draw, (16, 1, 1))
    ones = draw.integers(1, 3, 16, 16).float()
    return state | {"q_proj.weight": ones, "k_proj.weight": keys * ones}


@shows("no-maximum-subtracted")
def test_large_scores(submission: Side, draw: Draw) -> None:
    """Scores of many thousands, positive or negative, neither overflow nor vanish."""
    # Whole numbers and sqrt(d_head) = 4: scores are exact in float32, whatever is multiplied first.
    heads = (16, 1, 1)
    for name, sign in [("scores of many thousands", 4.0), ("scores of minus many thousands", -4.0)]:
        state = whole_number_weights(draw, sign)
        x = draw.integers(1, 4, 2, 1, 16).float()
        cache = (sign * 16 * draw.integers(1, 30, 2, 1, 9, 16).float(), draw.normal(2, 1, 9, 16))
        found = make(submission, heads, state)(x, cache)
        assert_finite(found, where=name)
        agree(found, heads, state, x, cache, name)


@shows("finite-number-for-hidden-scores")
def test_hidden_keys_stay_hidden(submission: Side, draw: Draw) -> None:
    """Where all visible scores are minus many thousands, hidden keys still get no weight."""
    # All tokens point the same way, the later ones are shorter: a query's score is about minus 2300 times the
    # two lengths. So hidden scores lie above the visible ones, by over ten thousand in the first rows, by
    # less in the last ones, which tells a number that is added from no mask at all.
    heads, lengths = (16, 1, 1), torch.tensor([8.0, 5.0, 3.0, 2.0, 1.0])
    one = torch.tensor([1.0, 2.0, 2.0, 3.0]).repeat(4)
    for length in (None, 4):
        state = whole_number_weights(draw, -0.25)
        x = torch.stack([lengths[:, None] * one[draw.permutation(16)] for _ in range(2)])
        cache = None
        if length is not None:
            cache = (-draw.integers(110, 200, 2, 1, length, 16).float(), draw.normal(2, 1, length, 16))
        agree(make(submission, heads, state)(x, cache), heads, state, x, cache)


def test_zeros(submission: Side, draw: Draw) -> None:
    """Tokens of zeros see the plain mean of the values."""
    state = draw_state(draw, PLAIN)
    x, cache = torch.zeros(2, 3, 35), draw_cache(draw, PLAIN, 2, 5)
    agree(make(submission, PLAIN, state)(x, cache), PLAIN, state, x, cache, "tokens of zeros,")


@shows("dtypes-mixed", by_raising=True)
def test_bfloat16(submission: Side, reference: Side, draw: Draw) -> None:
    """After `.to(torch.bfloat16)` all is bfloat16, about as exact as bfloat16 can be."""
    for heads, new, length in [(PLAIN, 6, None), (GROUPED, 3, 20)]:
        state = draw_state(draw, heads)
        x = draw.normal(2, new, heads[0], dtype=torch.bfloat16)
        cache = None if length is None else draw_cache(draw, heads, 2, length, dtype=torch.bfloat16)
        results = []
        for side in (submission, reference):
            results.append(make(side, heads, state).to(torch.bfloat16)(x, cache))
        rounded = {name: weight.bfloat16() for name, weight in state.items()}
        wide = None if cache is None else (cache[0].double(), cache[1].double())
        exact = attention(heads, rounded, x.double(), wide)
        (y, (k, v)), (honest, (honest_k, honest_v)) = results
        where = f"bfloat16 {describe(heads, x, cache)}"
        # Scores rounded to bfloat16, which are fine, make errors about twice those of the reference.
        assert_as_accurate(y, honest, exact[0], times=10.0, where=f"outputs, {where}")
        assert_as_accurate(k, honest_k, exact[1][0], times=10.0, where=f"returned keys, {where}")
        assert_as_accurate(v, honest_v, exact[1][1], times=10.0, where=f"returned values, {where}")


@shows("float64-loses-digits")
def test_float64(submission: Side, draw: Draw) -> None:
    """After `.to(torch.float64)` all is float64, with its precision."""
    for heads, new, length in [(PLAIN, 4, None), (GROUPED, 5, 3)]:
        state = draw_state(draw, heads)
        x = draw.normal(2, new, heads[0], dtype=torch.float64)
        cache = None if length is None else draw_cache(draw, heads, 2, length, dtype=torch.float64)
        module = make(submission, heads, state).to(torch.float64)
        agree(module(x, cache), heads, state, x, cache, "float64,", rtol=1e-10, atol=1e-12)


@shows("assumes-contiguous", by_raising=True)
def test_inputs_that_are_not_contiguous(submission: Side, draw: Draw) -> None:
    """Transposed, sliced and expanded inputs give what their contiguous copies give."""
    state = draw_state(draw, GROUPED)
    module = make(submission, GROUPED, state)
    x = draw.normal(4, 2, 66).transpose(0, 1)  # (T_new, B, d_model) in memory
    keys = draw.normal(2, 9, 2, 11).transpose(1, 2)  # (B, T, n_kv_heads, d_head) in memory
    values = draw.normal(2, 2, 11, 23).transpose(2, 3)[:, :, 1:19:2]  # d_head before T, every other token
    agree(module(x), GROUPED, state, x, None, "x transposed,")
    agree(module(x, (keys, values)), GROUPED, state, x, (keys, values), "x and cache strided,")
    one, same = draw.normal(1, 3, 66).expand(2, 3, 66), draw.normal(1, 1, 5, 11).expand(2, 2, 5, 11)
    agree(module(one, (same, same)), GROUPED, state, one, (same, same), "all expanded, keys are values,")


@shows("callers-cache-changed")
def test_inputs_are_left_as_they_are(submission: Side, draw: Draw) -> None:
    """A call changes neither x nor the cache that it was given."""
    for heads, new, length in [(GROUPED, 1, 6), (PLAIN, 4, 4)]:
        state = draw_state(draw, heads)
        x, cache = draw.normal(2, new, heads[0]), draw_cache(draw, heads, 2, length)
        call = make(submission, heads, state).effects(x, cache)
        for name, after, before in zip(
            ["x", "cached keys", "cached values"], [call.args[0], *call.args[1]], [x, *cache], strict=True
        ):
            assert_equal(after, before, where=f"{name} after the call")


def test_two_continuations_of_one_cache(submission: Side, draw: Draw) -> None:
    """One cache may be continued twice: neither continuation knows of the other."""
    state, cache = draw_state(draw, GROUPED), draw_cache(draw, GROUPED, 2, 6)
    module, held = make(submission, GROUPED, state), submission.hold(cache)
    for name, new in [("the first continuation", 2), ("the second continuation", 1)]:
        x = draw.normal(2, new, 66)
        agree(module(x, held), GROUPED, state, x, cache, name)
        assert_equal(submission.fetch(held), cache, where=f"the cache after {name}")


def check_branches(
    submission: Side, draw: Draw, module: Module, state: State, where: str, *, with_graph: bool, steps: int
) -> None:
    """Demand that two continuations of a cache, `steps` calls after its first, know nothing of each other.

    A cache that comes over the wire is a copy. Only the tensors that the module itself returned show whether
    it writes into the memory behind them.
    """
    call = module.kept if with_graph else module.kept_no_grad
    cache, kept = None, None
    for new in (5, *[1] * steps):
        x, before = draw.normal(2, new, 66), cache
        kept = call(x, kept and submission.item(kept, 1))
        with shows_nothing():
            agree(submission.fetch(kept), GROUPED, state, x, before, f"{where}at first,")
        cache = attention(GROUPED, state, x, before)[1]
    one, other, last = (draw.normal(2, new, 66) for new in (1, 2, 1))
    first = call(one, submission.item(kept, 1))
    with shows_nothing():
        agree(submission.fetch(first), GROUPED, state, one, cache, f"{where}the first continuation,")
    second = call(other, submission.item(kept, 1))
    third = call(last, submission.item(first, 1))
    longer = attention(GROUPED, state, one, cache)[1]
    for result, new, old, what in [
        (kept, x, before, "the prefix after two continuations,"),
        (first, one, cache, "the first continuation after the second,"),
        (second, other, cache, "the second continuation,"),
        (third, last, longer, "the first continuation goes on,"),
    ]:
        agree(submission.fetch(result), GROUPED, state, new, old, where + what)


@shows("continuations-share-a-buffer")
def test_two_continuations_of_a_returned_cache(submission: Side, draw: Draw) -> None:
    """A cache that the module has returned may be continued twice, and the first continuation goes on."""
    state = draw_state(draw, GROUPED)
    module = make(submission, GROUPED, state)
    for where, with_graph in [("", True), ("without a graph, ", False)]:
        check_branches(submission, draw, module, state, where, with_graph=with_graph, steps=0)


@shows("continuations-share-a-buffer")
def test_two_continuations_of_a_continuation(submission: Side, draw: Draw) -> None:
    """What has been continued before may be continued twice, too: without a graph, and in evaluation mode."""
    # Some modules begin a buffer with the second call of a sequence, and only where they expect no training.
    state = draw_state(draw, GROUPED)
    module = make(submission, GROUPED, state)
    for where, is_training, with_graph in [
        ("", True, True),
        ("without a graph, ", True, False),
        ("in evaluation mode, ", False, True),
        ("in evaluation mode without a graph, ", False, False),
    ]:
        module.train(is_training)
        for steps in (1, 2):
            check_branches(submission, draw, module, state, where, with_graph=with_graph, steps=steps)


def test_calls_that_end_at_the_same_length(submission: Side, draw: Draw) -> None:
    """A step, a chunk and a whole pass may end at the same length: each hides what it has to."""
    state = draw_state(draw, PLAIN)
    module = make(submission, PLAIN, state)
    for new in (1, 7, 3):
        x = draw.normal(2, new, 35)
        cache = draw_cache(draw, PLAIN, 2, 7 - new)
        agree(module(x, cache), PLAIN, state, x, cache, "after calls to the same length,")


def test_two_sequences_in_turn(submission: Side, draw: Draw) -> None:
    """Two sequences may take turns in one module: what a call gives depends on its arguments alone."""
    state = draw_state(draw, PLAIN)
    module = make(submission, PLAIN, state)
    sequences = [("the first", draw.normal(2, 6, 35), 4), ("the second", draw.normal(2, 6, 35), 3)]
    caches = []
    for name, x, begun in sequences:
        found = module(x[:, :begun])
        agree(found, PLAIN, state, x[:, :begun], None, f"{name} sequence begins,")
        caches.append(found[1])
    for (name, x, begun), cache in zip(sequences, caches, strict=True):
        agree(module(x[:, begun:], cache), PLAIN, state, x[:, begun:], cache, f"{name} sequence goes on,")


def test_none_begins_a_new_sequence(submission: Side, draw: Draw) -> None:
    """A call without a cache begins anew, in evaluation mode as in training mode."""
    state = draw_state(draw, GROUPED)
    module = make(submission, GROUPED, state)
    for new, is_training in [(3, True), (2, False)]:
        module.train(is_training)
        x, cache = draw.normal(2, new, 66), draw_cache(draw, GROUPED, 2, 5)
        agree(module(x), GROUPED, state, x, None, "after earlier calls,")
        agree(module(x, cache), GROUPED, state, x, cache, "after earlier calls,")


@shows("returned-cache-overwritten")
def test_results_are_left_as_they_are(submission: Side, draw: Draw) -> None:
    """What a call returned stays what it was when the module is called again."""
    state = draw_state(draw, PLAIN)
    module = make(submission, PLAIN, state)
    x, cache = draw.normal(2, 2, 35), draw_cache(draw, PLAIN, 2, 5)
    kept = module.kept(x, cache)
    module(draw.normal(2, 2, 35), draw_cache(draw, PLAIN, 2, 5))
    agree(submission.fetch(kept), PLAIN, state, x, cache, "the first result after a second call,")


def agree_in_gradients(
    submission: Side,
    reference: Side,
    draw: Draw,
    heads: Heads,
    sizes: tuple[int, int, int | None],
    *,
    of_cache: bool = False,
    from_cache: bool = False,
) -> None:
    """Demand the reference's gradients of x and the weights, for random cotangents of the outputs.

    `sizes` are batch, new tokens and cached ones. With `of_cache` the cache that comes in has gradients too,
    with `from_cache` the one that goes out has cotangents other than zero.
    """
    batch, new, length = sizes
    state, x = draw_state(draw, heads), draw.normal(batch, new, heads[0], requires_grad=True)
    cache = None if length is None else draw_cache(draw, heads, batch, length, requires_grad=of_cache)
    total = new + (length or 0)
    cotangents = (
        draw.normal(batch, new, heads[0]),
        *(one * float(from_cache) for one in draw_cache(draw, heads, batch, total)),
    )
    found, expected = (
        make(side, heads, state).vjp(x, cache, cotangents=cotangents) for side in (submission, reference)
    )
    where = describe(heads, x, cache)
    names = ["x", "the cached keys", "the cached values"][: len(expected.inputs)]
    for name, ours, theirs in zip(names, found.inputs, expected.inputs, strict=True):
        assert_close(ours, theirs, rtol=1e-3, atol=1e-4, where=f"gradient of {name}, {where}")
    assert_close(
        found.params, expected.params, rtol=1e-3, atol=1e-4, where=f"gradients of the weights, {where}"
    )


def test_gradients(submission: Side, reference: Side, draw: Draw) -> None:
    """The gradients of x and of all weights are right."""
    agree_in_gradients(submission, reference, draw, PLAIN, (2, 5, None))
    agree_in_gradients(submission, reference, draw, GROUPED, (1, 3, 4))


def test_gradients_of_the_cache_given(submission: Side, reference: Side, draw: Draw) -> None:
    """Gradients of the outputs reach the keys and values of the cache that was given."""
    agree_in_gradients(submission, reference, draw, PLAIN, (2, 1, 6), of_cache=True)
    agree_in_gradients(submission, reference, draw, GROUPED, (1, 3, 5), of_cache=True)


def test_gradients_through_the_cache_returned(submission: Side, reference: Side, draw: Draw) -> None:
    """Gradients of the returned keys and values reach x and the weights."""
    agree_in_gradients(submission, reference, draw, PLAIN, (2, 4, None), from_cache=True)
    agree_in_gradients(submission, reference, draw, GROUPED, (1, 2, 3), from_cache=True)


def measure_cpu_time(side: Side, draw: Draw, size: int) -> Callable[[], tuple[Tensor, Cache]]:
    """One new token after `size` cached ones."""
    heads = (64, 4, 2)
    module = make(side, heads, draw_state(draw, heads))
    x, cache = side.hold(draw.normal(1, 1, 64)), side.hold(draw_cache(draw, heads, 1, size))
    return lambda: module(x, cache)


def measure_memory_growth(side: Side, draw: Draw, size: int) -> Callable[[], tuple[Tensor, Cache]]:
    """Eight new tokens after `size` cached ones, narrow heads."""
    heads = (32, 2, 1)
    module = make(side, heads, draw_state(draw, heads))
    x, cache = side.hold(draw.normal(1, 8, 32)), side.hold(draw_cache(draw, heads, 1, size))
    return lambda: module(x, cache)


def measure_gpu_time(side: Side, draw: Draw, size: int) -> Callable[[], tuple[Tensor, Cache]]:
    """One new token after `size` cached ones, as wide as a small model."""
    heads = (512, 8, 2)
    module = make(side, heads, draw_state(draw, heads))
    x, cache = side.hold(draw.normal(1, 1, 512)), side.hold(draw_cache(draw, heads, 1, size))
    return lambda: module(x, cache)


measure_gpu_memory_growth = measure_memory_growth
