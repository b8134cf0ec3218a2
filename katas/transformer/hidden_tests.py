"""The cases and gates of the kata transformer."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from quizzer.grader.suite import (
    CaseFailed,
    Draw,
    Module,
    Side,
    SubmissionError,
    assert_close,
    assert_equal,
    assert_finite,
    shows,
    shows_nothing,
)
from quizzer.wire.messages import Operation

State = dict[str, Tensor]
# In float32: some hundred times the rounding of honest programs, and above what another epsilon does to a
# stream of ordinary length, which is a case of its own.
FLOAT32 = {"rtol": 3e-4, "atol": 5e-4}
TEXT = Path(__file__).parent / "text.txt"
STEPS, RATE = 12, 0.5  # of the training on it: the loss fell by 0.62 to 1.0 in 100 runs, 0.81 in the mean


class Sizes(NamedTuple):
    """The arguments of GPT, in order."""

    vocab_size: int
    d_model: int
    n_heads: int
    n_layers: int
    d_ff: int
    max_len: int


PLAIN = Sizes(11, 12, 3, 2, 20, 9)  # no two alike; the inner width is not four times the outer one


def weights_of(draw: Draw, sizes: Sizes) -> State:
    """Return random weights, positions large enough for epsilon to make no difference in float32."""
    state = draw.state_dict("GPT", *sizes)
    state["wte.weight"] *= 0.7 * math.sqrt(sizes.d_model)
    state["wpe.weight"] *= 4 * math.sqrt(sizes.d_model)
    return state


def long_stream_of(draw: Draw, sizes: Sizes) -> State:
    """Return random weights in float64 that make the stream, and all that is added to it, very long.

    Epsilon makes no difference there even in float64.
    """
    state = {key: value.double() for key, value in weights_of(draw, sizes).items()}
    for key, value in state.items():
        value *= 1 + 1e-3 * draw.like(value)  # so that float32 could not hold them
        if key.startswith("wpe") or ".proj." in key or ".down." in key:
            value *= 1e5
    return state


def state_of(module: Module, side: Side) -> State:
    """Return the state dict without recording it: initial weights are random, and no two runs agree."""
    found = side.perform(Operation.STATE, is_recorded=False, target=module.handle)
    return dict(found) if isinstance(found, dict) else {}


def is_head(value: Tensor, state: State) -> bool:
    """Say whether an unknown entry looks like the weight of a head."""
    return value.shape == state["wte.weight"].shape


def check_state(found: State, expected: State) -> None:
    """Demand the expected keys with their shapes; others are allowed here."""
    for key, value in expected.items():
        if key not in found:
            raise CaseFailed(f"the state dict lacks {key}; it has {', '.join(list(found)[:40]) or 'no keys'}")
        if found[key].shape != value.shape:
            shapes = f"{tuple(value.shape)}, found {tuple(found[key].shape)}"
            raise CaseFailed(f"{key}: expected the shape {shapes}")


def count(module: Module, side: Side) -> int:
    """Return how many numbers the parameters hold, each parameter counted once."""
    # Unrecorded, so that a case that ends here has no more outcomes than the reference.
    arguments = {"target": module.handle, "name": "parameters", "args": (), "kwargs": {}}
    parameters = side.perform(Operation.KEEP, is_recorded=False, **arguments)
    found = side.library("utils.parameters_to_vector", parameters).numel()
    return int(found)


def checked_state_of(module: Module, side: Side, expected: State) -> State:
    """Return the state dict, after a look at its keys and shapes."""
    found = state_of(module, side)
    try:
        check_state(found, expected)
    except CaseFailed:
        count(module, side)  # a result by which what is missing, or too wide, is recognised
        raise
    return found


def loader(module: Module, side: Side, state: State) -> Callable[[State], Module]:
    """Return what loads weights such as `state`, whatever else the state dict holds.

    Entries that do not belong there keep their values, and a head of its own becomes a copy
    of the embedding: the cases about the state dict judge them, and no other does.
    """
    found = checked_state_of(module, side, state)
    extra = {key: value for key, value in found.items() if key not in state}
    heads = [key for key, value in extra.items() if is_head(value, state)]
    return lambda new: module.load(new | extra | {key: new["wte.weight"] for key in heads})


def load(module: Module, side: Side, state: State) -> Module:
    """Load weights and set evaluation mode."""
    return loader(module, side, state)(state).eval()


def made(side: Side, sizes: Sizes, state: State) -> Module:
    """Return a model with these weights, in evaluation mode."""
    return load(side.GPT(*sizes), side, state)


def made_in_float64(side: Side, sizes: Sizes, state: State) -> Module:
    """Return a model converted to float64, with these weights."""
    return load(side.GPT(*sizes).to(torch.float64), side, state)


def linear(x: Tensor, w: State, name: str) -> Tensor:
    """Return the layer's output."""
    return x @ w[f"{name}.weight"].T + w[f"{name}.bias"]


def norm(x: Tensor, w: State, name: str) -> Tensor:
    """Return the normalised stream."""
    return functional.layer_norm(x, x.shape[-1:], w[f"{name}.weight"], w[f"{name}.bias"], 1e-5)


def embedded(tokens: Tensor, w: State) -> Tensor:
    """Return the stream before the first block, (B, T, d_model)."""
    return w["wte.weight"][tokens] + w["wpe.weight"][: tokens.shape[1]]


def attended(x: Tensor, w: State, block: str, n_heads: int) -> tuple[Tensor, Tensor]:
    """Return the scores before masking, (B, heads, T, T), and the values, (B, heads, T, d_head)."""
    qkv = linear(norm(x, w, f"{block}.ln_1"), w, f"{block}.attn.qkv")
    q, k, v = qkv.reshape(*x.shape[:2], 3, n_heads, -1).permute(2, 0, 3, 1, 4)
    return q @ k.mT / math.sqrt(q.shape[-1]), v


def logits_of(state: State, tokens: Tensor, n_heads: int) -> Tensor:
    """Return the logits in float64 as the prompt's formulas say."""
    w = {key: value.double() for key, value in state.items()}
    batch, length = tokens.shape
    x = embedded(tokens, w)
    for i in range(sum(key.endswith("qkv.weight") for key in w)):
        scores, v = attended(x, w, f"blocks.{i}", n_heads)
        hidden = torch.ones(length, length, dtype=torch.bool).triu(1)
        heads = scores.masked_fill(hidden, -math.inf).softmax(-1) @ v
        x = x + linear(heads.permute(0, 2, 1, 3).reshape(batch, length, -1), w, f"blocks.{i}.attn.proj")
        up = linear(norm(x, w, f"blocks.{i}.ln_2"), w, f"blocks.{i}.mlp.up")
        x = x + linear(functional.gelu(up, approximate="tanh"), w, f"blocks.{i}.mlp.down")
    return norm(x, w, "ln_f") @ w["wte.weight"].T


def gradients_of(state: State, tokens: Tensor, n_heads: int, cotangents: Tensor) -> State:
    """Return the gradient of every parameter in float64."""
    leaves = {key: value.double().requires_grad_() for key, value in state.items()}
    total = (logits_of(leaves, tokens, n_heads) * cotangents.double()).sum()
    return dict(zip(leaves, torch.autograd.grad(total, list(leaves.values())), strict=True))


def describe(sizes: Sizes, tokens: Tensor) -> str:
    """Return the sizes of a call in one line."""
    named = " ".join(f"{name}={value}" for name, value in sizes._asdict().items())
    return f"GPT with {named}, B={tokens.shape[0]} T={tokens.shape[1]}"


def agree(side: Side, draw: Draw, sizes: Sizes, batch: int, length: int, what: str = "") -> None:
    """Demand the formula's logits for random weights and tokens."""
    state = weights_of(draw, sizes)
    tokens = draw.integers(0, sizes.vocab_size, batch, length)
    found = made(side, sizes, state)(tokens)
    expected = logits_of(state, tokens, sizes.n_heads).float()
    assert_close(found, expected, **FLOAT32, where=f"{what} {describe(sizes, tokens)}".strip())


def test_one_token(submission: Side, draw: Draw) -> None:
    """A single token: embedding, position 0, norms, feed-forward layer and head."""
    agree(submission, draw, PLAIN, 2, 1)
    agree(submission, draw, PLAIN._replace(n_layers=1), 3, 1)


def test_one_layer_with_one_head(submission: Side, draw: Draw) -> None:
    """One layer with one head gives the logits of the formula."""
    agree(submission, draw, PLAIN._replace(n_layers=1, n_heads=1), 2, 5)


def test_several_heads(submission: Side, draw: Draw) -> None:
    """Several heads, each over its own columns."""
    agree(submission, draw, PLAIN._replace(n_layers=1), 2, 7)
    agree(submission, draw, Sizes(7, 10, 5, 1, 9, 8), 1, 4)


def test_several_layers(submission: Side, draw: Draw) -> None:
    """Several layers, each with weights of its own, one after the other."""
    agree(submission, draw, PLAIN._replace(n_layers=3), 2, 7)


@shows("full-length-fails", by_raising=True)
def test_as_many_tokens_as_positions(submission: Side, draw: Draw) -> None:
    """As many tokens as there are positions, the last one included."""
    # No other case uses all positions, so that what fails here alone is known.
    agree(submission, draw, PLAIN, 2, PLAIN.max_len)
    agree(submission, draw, Sizes(5, 6, 2, 1, 7, 1), 3, 1)


def test_sizes_of_one_and_primes(submission: Side, draw: Draw) -> None:
    """Heads of width one, an inner width of one, narrow and wide layers, batches of one and of primes."""
    for sizes, batch, length in [
        (Sizes(13, 5, 5, 1, 3, 7), 1, 6),
        (Sizes(2, 7, 1, 2, 1, 11), 5, 3),
        (Sizes(17, 14, 7, 1, 31, 5), 1, 2),
    ]:
        agree(submission, draw, sizes, batch, length)


def test_the_same_token_at_every_position(submission: Side, draw: Draw) -> None:
    """The same token everywhere: only its position tells the logits apart."""
    state, tokens = weights_of(draw, PLAIN), draw.integers(0, 11, 2, 1).expand(2, 6).contiguous()
    found = made(submission, PLAIN, state)(tokens)
    assert_close(found, logits_of(state, tokens, 3).float(), **FLOAT32, where=describe(PLAIN, tokens))


def test_later_tokens_do_not_matter(submission: Side, draw: Draw) -> None:
    """Other tokens from some position on leave all logits before it as they were."""
    model = made(submission, PLAIN, weights_of(draw, PLAIN))
    tokens = draw.integers(0, 11, 2, 8)
    before = model(tokens)
    for place in (7, 4, 1):
        changed = tokens.clone()
        changed[:, place:] = (changed[:, place:] + draw.integers(1, 11, 2, 8 - place)) % 11
        after = model(changed)
        assert_close(after[:, :place], before[:, :place], where=f"tokens changed from position {place} on")


def with_large_scores(draw: Draw, sizes: Sizes, tokens: Tensor) -> State:
    """Return weights whose scores are some dozens in one head, thousands in the next, and many thousands.

    In the last head the only score that the first position sees is 1e5 or -1e5 for one of the rows.
    """
    state = long_stream_of(draw, sizes)
    scores, _ = attended(embedded(tokens, state), state, "blocks.0", sizes.n_heads)
    largest = 1e5 / scores[:, -1, 0, 0].abs().max()
    # Of three sizes, so that a hidden score that is finite, or shifted, is no other mistake's in all heads.
    factors = torch.stack([torch.tensor(5.0), torch.tensor(1e3), largest]).repeat_interleave(
        sizes.d_model // 3
    )
    state["blocks.0.attn.qkv.weight"][: sizes.d_model] *= factors[:, None]
    state["blocks.0.attn.qkv.bias"][: sizes.d_model] *= factors
    return state


@shows("no-maximum-subtracted")
def test_scores_of_many_thousands_do_not_overflow(submission: Side, draw: Draw) -> None:
    """With scores of many thousands, of either sign, all logits are finite."""
    sizes, tokens = PLAIN._replace(n_layers=1), draw.integers(0, 11, 3, 8)
    model = made_in_float64(submission, sizes, with_large_scores(draw, sizes, tokens))
    assert_finite(model(tokens))


@shows("hidden-scores-minus-ten-thousand")
def test_scores_of_many_thousands_stay_hidden(submission: Side, draw: Draw) -> None:
    """With scores of many thousands, of either sign, later positions still get no weight."""
    sizes, tokens = PLAIN._replace(n_layers=1), draw.integers(0, 11, 3, 8)
    state = with_large_scores(draw, sizes, tokens)
    for _ in range(2):
        found, expected = made_in_float64(submission, sizes, state)(tokens), logits_of(state, tokens, 3)
        if found.shape == expected.shape:  # what overflows is the case above's matter
            found = torch.where(found.isfinite(), found, expected.to(found.dtype))
        assert_close(found, expected, rtol=1e-6, atol=1e-7)
        # The other sign: the only score that the first position sees is negative in one of the two.
        for part in ("weight", "bias"):
            state[f"blocks.0.attn.qkv.{part}"][: sizes.d_model] *= -1


@shows("float64-loses-digits")
def test_float64(submission: Side, draw: Draw) -> None:
    """After `.double()` logits are float64, with its precision."""
    state, tokens = long_stream_of(draw, PLAIN), draw.integers(0, 11, 2, 7)
    found = made_in_float64(submission, PLAIN, state)(tokens)
    assert_close(found, logits_of(state, tokens, 3), rtol=1e-9, atol=1e-9)


@shows("other-epsilon")
def test_streams_of_small_variance(submission: Side, draw: Draw) -> None:
    """Where the stream's variance is of the size of epsilon, epsilon is 1e-5 and stands inside the root."""
    sizes = PLAIN._replace(n_layers=1)
    state = weights_of(draw, sizes)
    state["wte.weight"] *= 0.004
    state["wpe.weight"] *= 0.001
    tokens = draw.integers(0, 11, 2, 5)
    found = made(submission, sizes, state)(tokens)
    assert_close(found, logits_of(state, tokens, 3).float(), rtol=1e-3, atol=1e-6)


@shows("dropout-in-training")
def test_training_mode(submission: Side, draw: Draw) -> None:
    """Training mode gives the same logits as evaluation mode, as there is no dropout."""
    state, tokens = weights_of(draw, PLAIN), draw.integers(0, 11, 3, 8)
    model = made(submission, PLAIN, state).train()
    assert_close(model(tokens), logits_of(state, tokens, 3).float(), **FLOAT32, where="in training mode")


def added_entries(side: Side, draw: Draw, sizes: Sizes) -> tuple[list[str], list[str]]:
    """Return what a new model's state dict has beyond the expected: entries like a head, and others."""
    expected = draw.state_dict("GPT", *sizes)
    found = state_of(side.GPT(*sizes), side)
    extra = [key for key in found if key not in expected]
    heads = [key for key in extra if is_head(found[key], expected)]
    return heads, [key for key in extra if key not in heads]


def test_state_dict(submission: Side, draw: Draw) -> None:
    """The state dict has the keys and shapes of the prompt."""
    for sizes in (PLAIN, Sizes(5, 6, 2, 1, 24, 7)):
        model = submission.GPT(*sizes)
        count(model, submission)
        check_state(state_of(model, submission), draw.state_dict("GPT", *sizes))


def test_number_of_parameters(submission: Side, draw: Draw) -> None:
    """The model has as many parameters as its state dict has numbers; the tied head adds none."""
    for sizes in (PLAIN, Sizes(23, 6, 2, 1, 24, 7)):
        found = count(submission.GPT(*sizes), submission)
        expected = sum(value.numel() for value in draw.state_dict("GPT", *sizes).values())
        if found != expected:
            raise CaseFailed(f"expected {expected} numbers in all parameters, found {found} ({sizes})")


@shows("head-has-a-key-of-its-own")
def test_the_head_has_no_key(submission: Side, draw: Draw) -> None:
    """The state dict names the embedding once: the tied head has no key of its own."""
    heads, _ = added_entries(submission, draw, PLAIN)
    if heads:
        raise CaseFailed(f"the state dict holds {', '.join(heads)} too, expected no entry for the head")


@shows("mask-in-the-state-dict")
def test_nothing_else_is_saved(submission: Side, draw: Draw) -> None:
    """No mask and no other buffer is in the state dict."""
    _, others = added_entries(submission, draw, PLAIN)
    if others:
        raise CaseFailed(f"the state dict holds {', '.join(others[:4])} too, expected the prompt's keys only")


# Initial values are random, and no two programs draw them in one order: they are judged by their
# distribution. Of n normal numbers the deviation has the relative error 1 / sqrt(2 n). For one matrix,
# 1,024 numbers at least, that is 2.2 %, and 15 % are allowed; for the 13,504 of all but the branches' ends
# it is 0.6 %, and 5 % are allowed. Their share within one deviation, 0.683, has the error 0.0040, and 0.03
# is allowed; their mean 0.02 / sqrt(n), and 7 of those are allowed. The ratio of the deviations of 4,608
# numbers at the ends and of 8,704 others has the error 1.3 %, and 20 % are allowed. Each bound is 6.8
# errors or more away: all false alarms together are rarer than 1e-9.
LARGE = Sizes(100, 32, 4, 2, 40, 50)


def initial_matrices(side: Side, draw: Draw, sizes: Sizes = LARGE) -> State:
    """Return the matrices of a new model."""
    expected = draw.state_dict("GPT", *sizes)
    found = checked_state_of(side.GPT(*sizes), side, expected)
    return {key: found[key].double() for key, like in expected.items() if like.dim() == 2}


def is_branch_end(key: str) -> bool:
    """Say whether a matrix is the last one of a branch."""
    return key.endswith(("proj.weight", "down.weight"))


@shows("default-initialisation")
def test_initial_matrices(submission: Side, draw: Draw) -> None:
    """New embeddings and linear weights are normal, with a standard deviation of 0.02."""
    matrices = initial_matrices(submission, draw)
    for key, value in matrices.items():
        # Ends of branches that are smaller than the rest are the next case's matter.
        low, deviation = 0.0 if is_branch_end(key) else 0.85 * 0.02, value.std().item()
        if not low < deviation < 1.15 * 0.02:
            raise CaseFailed(f"{key}: expected a standard deviation of 0.02, found {deviation:.4g}")
    every = torch.cat([value.reshape(-1) for key, value in matrices.items() if not is_branch_end(key)])
    deviation, mean = every.std().item(), every.mean().item()
    within = (every.abs() < 0.02).double().mean().item()
    if abs(deviation - 0.02) > 0.05 * 0.02 or abs(mean) > 7 * 0.02 / math.sqrt(len(every)):
        raise CaseFailed(f"all matrices: expected mean 0, deviation 0.02, found {mean:.4g}, {deviation:.4g}")
    if abs(within - 0.6827) > 0.03:
        raise CaseFailed(
            f"expected 68 % within one standard deviation, as of normal numbers, found {within:.1%}"
        )


@shows("residual-projections-scaled")
def test_initial_matrices_at_the_ends_of_branches(submission: Side, draw: Draw) -> None:
    """New `proj` and `down` matrices start no smaller than the other linear weights."""
    linear = {key: value for key, value in initial_matrices(submission, draw).items() if "blocks" in key}
    ends, others = (
        torch.cat([value.reshape(-1) for key, value in linear.items() if is_branch_end(key) is is_end])
        .std()
        .item()
        for is_end in (True, False)
    )
    if not ends > 0.8 * others:
        raise CaseFailed(
            f"expected the same deviation as of other matrices, found {ends:.4g} and {others:.4g}"
        )


@shows("layers-start-alike")
def test_initial_matrices_differ(submission: Side, draw: Draw) -> None:
    """No two matrices of a new model start with the same numbers."""
    found = initial_matrices(submission, draw, LARGE._replace(n_layers=3))
    # Matrices of one number, such as zeros, are the matter of the cases above.
    matrices = [(key, value) for key, value in found.items() if value.unique().numel() > 1]
    # Two of 1,024 numbers each, drawn apart, are never equal in all: there is no false alarm.
    twins = [
        (one, other)
        for (one, value), (other, again) in combinations(matrices, 2)
        if torch.equal(value, again)
    ]
    submission.note(bool(twins))
    if twins:
        raise CaseFailed(f"{twins[0][0]} and {twins[0][1]} start with the same numbers")


def test_two_new_models_differ(submission: Side, draw: Draw) -> None:
    """Two new models start with different numbers: a model seeds nothing."""
    one, other = (initial_matrices(submission, draw) for _ in range(2))
    is_same = any(torch.equal(one[key], other[key]) for key in one if one[key].unique().numel() > 1)
    submission.note(is_same)
    if is_same:
        raise CaseFailed("two new models start with the same numbers: leave the seed to the caller")


@shows("biases-start-at-random")
def test_initial_vectors(submission: Side, draw: Draw) -> None:
    """New biases are zero, and new LayerNorm weights one."""
    expected = draw.state_dict("GPT", *PLAIN)
    found = checked_state_of(submission.GPT(*PLAIN), submission, expected)
    for key, like in expected.items():
        if like.dim() == 1:
            assert_equal(found[key], torch.full_like(like, float(key.endswith("weight"))), where=key)


@shows("default-initialisation")
def test_initial_loss(submission: Side, draw: Draw) -> None:
    """A new model's loss is near that of a uniform guess, log(vocab_size)."""
    tokens = draw.integers(0, LARGE.vocab_size, 4, 20)
    logits = submission.GPT(*LARGE).eval()(tokens)
    # Logits have the deviation 0.02 * sqrt(32) = 0.11 if a norm comes last: the loss is 0.006 above log(100).
    loss = functional.cross_entropy(logits[:, :-1].reshape(-1, LARGE.vocab_size), tokens[:, 1:].reshape(-1))
    if not abs(loss.item() - math.log(LARGE.vocab_size)) < 0.2:
        raise CaseFailed(
            f"expected a loss of {math.log(LARGE.vocab_size):.3f} +- 0.2, found {loss.item():.3f}"
        )


def agree_in_gradients(
    side: Side, draw: Draw, sizes: Sizes, tokens: Tensor, keys: tuple[str, ...] = ()
) -> None:
    """Demand the formula's gradients of the parameters, or of those named, for random cotangents."""
    state = weights_of(draw, sizes)
    cotangents = draw.normal(*tokens.shape, sizes.vocab_size)
    found = made(side, sizes, state).vjp(tokens, cotangents=cotangents).params
    expected = gradients_of(state, tokens, sizes.n_heads, cotangents)
    for key in keys or tuple(expected):
        if found.get(key) is None:
            raise CaseFailed(f"no gradient arrives at {key}")
        assert_close(found[key], expected[key].float(), rtol=2e-3, atol=5e-3, where=f"gradient of {key}")


def test_gradients(submission: Side, draw: Draw) -> None:
    """The gradients of all parameters are right."""
    # Every token occurs, so that a row of the embedding that is left out always shows.
    tokens = (draw.permutation(14) % PLAIN.vocab_size).reshape(2, 7)
    agree_in_gradients(submission, draw, PLAIN, tokens)


def test_gradient_of_the_tied_matrix(submission: Side, draw: Draw) -> None:
    """The embedding gets the gradients of both its uses, also in rows of tokens that do not occur."""
    tokens = draw.choice([2, 5, 8]) + draw.integers(0, 2, 2, 5)
    agree_in_gradients(submission, draw, PLAIN._replace(n_layers=1), tokens, ("wte.weight",))


def cotangents_of_loss(logits: Tensor, targets: Tensor) -> tuple[float, Tensor]:
    """Return the mean cross-entropy, and its gradient with respect to the logits."""
    right = functional.one_hot(targets, logits.shape[-1])
    loss = functional.cross_entropy(logits.reshape(-1, logits.shape[-1]), targets.reshape(-1))
    return loss.item(), (logits.softmax(-1) - right) / targets.numel()


def step(model: Module, state: State, inputs: Tensor, targets: Tensor, rate: float) -> tuple[float, State]:
    """Return the loss, and the weights after one step of gradient descent by the model's own gradients."""
    loss, cotangents = cotangents_of_loss(model(inputs), targets)
    gradients = model.vjp(inputs, cotangents=cotangents).params
    if lost := [key for key in state if gradients.get(key) is None]:
        raise CaseFailed(f"no gradient arrives at {lost[0]}")
    return loss, {key: value - rate * gradients[key] for key, value in state.items()}


def test_one_training_step(submission: Side, draw: Draw) -> None:
    """After a step by its own gradients, the model with the new weights gives the logits of the formula."""
    state = weights_of(draw, PLAIN)
    inputs, targets = draw.integers(0, 11, 2, 6), draw.integers(0, 11, 2, 6)
    model = made(submission, PLAIN, state)
    _, found = step(model, state, inputs, targets, 0.1)
    _, cotangents = cotangents_of_loss(logits_of(state, inputs, 3), targets)
    gradients = gradients_of(state, inputs, 3, cotangents)
    expected = {key: value.double() - 0.1 * gradients[key] for key, value in state.items()}
    logits = load(model, submission, found)(inputs)
    assert_close(logits, logits_of(expected, inputs, 3).float(), rtol=1e-3, atol=1e-3, where="after one step")


def test_training_on_a_text(submission: Side, draw: Draw) -> None:
    """Trained for a dozen steps on windows of a short text, the loss goes down."""
    text = TEXT.read_text(encoding="utf-8")
    ids = {letter: number for number, letter in enumerate(sorted(set(text)))}
    data = torch.tensor([ids[letter] for letter in text])
    sizes = Sizes(len(ids), 16, 2, 1, 40, 20)
    state = {
        key: 0.1 * draw.like(value) if value.dim() == 2 else torch.full_like(value, float("weight" in key))
        for key, value in draw.state_dict("GPT", *sizes).items()
    }
    renew = loader(submission.GPT(*sizes).train(), submission, state)
    losses = []
    for _ in range(STEPS):
        windows = torch.stack(
            [data[start : start + 17] for start in draw.integers(0, len(data) - 17, 8).tolist()]
        )
        loss, state = step(renew(state), state, windows[:, :-1].contiguous(), windows[:, 1:], RATE)
        losses.append(loss)
    if not losses[-1] < losses[0] - 0.3:
        raise CaseFailed(
            f"expected a loss at least 0.3 below the first, {losses[0]:.3f}, found {losses[-1]:.3f}"
        )


@shows("state-between-calls")
def test_calls_do_not_depend_on_earlier_ones(submission: Side, draw: Draw) -> None:
    """A call gives the same after calls with other tokens, lengths, batches and weights."""
    state = weights_of(draw, PLAIN)
    model = made(submission, PLAIN, state)
    tokens = draw.integers(0, 11, 2, 3)
    with shows_nothing():
        assert_close(model(tokens), logits_of(state, tokens, 3).float(), **FLOAT32, where="the first call")
    for batch, length in [(1, 8), (3, 5), (2, 3)]:
        tokens = draw.integers(0, 11, batch, length)
        assert_close(
            model(tokens),
            logits_of(state, tokens, 3).float(),
            **FLOAT32,
            where=f"after other calls, B={batch} T={length}",
        )
    state, tokens = weights_of(draw, PLAIN), draw.integers(0, 11, 2, 3)
    found = load(model, submission, state)(tokens)
    assert_close(
        found, logits_of(state, tokens, 3).float(), **FLOAT32, where="after other weights were loaded"
    )


@shows("state-between-calls")
def test_inference(submission: Side, draw: Draw) -> None:
    """Under torch.no_grad the logits are the same, also after other weights were loaded."""
    state, tokens = weights_of(draw, PLAIN), draw.integers(0, 11, 2, 5)
    model = made(submission, PLAIN, state)
    reload = loader(model, submission, state)  # without eval(), at which some forget what they kept
    with shows_nothing():
        expected = logits_of(state, tokens, 3).float()
        assert_close(model.no_grad(tokens), expected, **FLOAT32, where="under no_grad")
    state = weights_of(draw, PLAIN)
    reload(state)
    expected = logits_of(state, tokens, 3).float()
    where = "under no_grad, after other weights were loaded"
    assert_close(model.no_grad(tokens), expected, **FLOAT32, where=where)


@shows("tokens-viewed-flat", by_raising=True)
def test_tokens_that_are_not_contiguous(submission: Side, draw: Draw) -> None:
    """Tokens may be transposed, sliced or expanded."""
    state = weights_of(draw, PLAIN)
    model = made(submission, PLAIN, state)
    for name, tokens in [
        ("transposed", draw.integers(0, 11, 6, 3).T),
        ("sliced", draw.integers(0, 11, 2, 13)[:, 1::2]),
        ("expanded", draw.integers(0, 11, 1, 5).expand(3, 5)),
    ]:
        assert_close(model(tokens), logits_of(state, tokens, 3).float(), **FLOAT32, where=f"tokens {name}")


@shows("tokens-changed")
def test_tokens_are_left_as_they_are(submission: Side, draw: Draw) -> None:
    """A call does not change its tokens."""
    tokens = draw.integers(0, 11, 2, 6)
    call = made(submission, PLAIN, weights_of(draw, PLAIN)).effects(tokens)
    assert_equal(call.args[0], tokens, where="tokens after the call")


@shows("length-unchecked")
def test_more_tokens_than_positions(submission: Side, draw: Draw) -> None:
    """More tokens than there are positions raise a ValueError."""
    for sizes, length in [(PLAIN, PLAIN.max_len + 1), (PLAIN._replace(max_len=1), 4)]:
        model = made(submission, sizes, weights_of(draw, sizes))
        try:
            found = model(draw.integers(0, 11, 2, length))
        except SubmissionError as error:
            if error.type_name != "ValueError":
                raise CaseFailed(f"expected a ValueError, {error.short} was raised") from error
        except ValueError:  # of the reference or a mistake, which run in this process
            pass
        else:
            where = f"{length} tokens and {sizes.max_len} positions"
            raise CaseFailed(
                f"{where}: expected a ValueError, found logits of the shape {tuple(found.shape)}"
            )


def measure_cpu_time(side: Side, draw: Draw, size: int) -> Callable[[], Tensor]:
    """One sequence of `size` tokens through eight narrow layers."""
    # No tensor takes 64 KiB, in float64 either (the largest are logits, 80 x 97): in a worker,
    # larger ones are fresh pages in every operation, and that would be most of what is measured.
    sizes = Sizes(97, 32, 1, 8, 64, size)
    state = weights_of(draw, sizes)
    model = made(side, sizes, state)
    # The first call of the full size is not what is measured.
    model(draw.integers(0, sizes.vocab_size, 1, size))
    tokens = side.hold(draw.integers(0, sizes.vocab_size, 1, size))
    return lambda: model(tokens)


def measure_gpu_time(side: Side, draw: Draw, size: int) -> Callable[[], Tensor]:
    """One sequence of `size` tokens through four layers, as wide as a small model."""
    sizes = Sizes(97, 256, 8, 4, 1024, size)
    model = made(side, sizes, weights_of(draw, sizes))
    tokens = side.hold(draw.integers(0, sizes.vocab_size, 1, size))
    return lambda: model(tokens)
