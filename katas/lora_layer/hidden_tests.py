"""The cases and gates of the kata lora-layer."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from quizzer.core.kata import EntryPoint
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

# Bias, two axes and float32 except in the cases that are about something else, so that one misunderstanding
# fails few cases. The ratio alpha / r is never 1, alpha, 1 / r or a whole number where it is not meant to
# be.
BASE = EntryPoint("base", "(x)", returns="any")


class Shape(NamedTuple):
    """What a layer is made of."""

    outputs: int
    inputs: int
    rank: int
    alpha: float

    @property
    def scaling(self) -> float:
        """The factor alpha / r."""
        return self.alpha / self.rank

    def __str__(self) -> str:
        return f"in={self.inputs} out={self.outputs} r={self.rank} alpha={self.alpha}"


PLAIN = Shape(5, 7, 4, 10)
OTHER = Shape(6, 4, 3, 7)
ROUNDS = 16  # of merge() and unmerge() in bfloat16


def weights(
    draw: Draw, shape: Shape, *, bias: bool = True, dtype: torch.dtype = torch.float32
) -> dict[str, Tensor]:
    """Return random weights for a layer."""
    state = {"base.weight": draw.normal(shape.outputs, shape.inputs, dtype=dtype, scale=shape.inputs**-0.5)}
    if bias:
        state["base.bias"] = draw.normal(shape.outputs, dtype=dtype)
    state["lora_A"] = draw.normal(shape.rank, shape.inputs, dtype=dtype, scale=shape.inputs**-0.5)
    state["lora_B"] = draw.normal(shape.outputs, shape.rank, dtype=dtype, scale=shape.rank**-0.5)
    return state


def make_base(side: Side, shape: Shape, state: dict[str, Tensor]) -> Module:
    """Return a linear layer with the base's part of the weights."""
    bias, dtype = "base.bias" in state, state["base.weight"].dtype
    base = side.library("Linear", shape.inputs, shape.outputs, bias=bias, dtype=dtype)
    return base.load({key: state[f"base.{key}"] for key in (["weight", "bias"] if bias else ["weight"])})


def make(side: Side, shape: Shape, state: dict[str, Tensor], **options: float) -> Module:
    """Return a layer with the weights."""
    return side.LoRALinear(make_base(side, shape, state), shape.rank, shape.alpha, **options).load(state)


def merged_weight(state: dict[str, Tensor], scaling: float) -> Tensor:
    """Return W + scaling B A in float64."""
    return state["base.weight"].double() + scaling * (state["lora_B"].double() @ state["lora_A"].double())


def formula(x: Tensor, state: dict[str, Tensor], scaling: float) -> Tensor:
    """Return what the layer gives without dropout, computed in float64."""
    y = x.double() @ merged_weight(state, scaling).T
    return (y + state["base.bias"].double() if "base.bias" in state else y).to(x.dtype)


def agree(
    module: Callable[[Tensor], Tensor], x: Tensor, state: dict[str, Tensor], shape: Shape, what: str = ""
) -> None:
    """Demand what the formula gives."""
    where = f"{what} {shape}, x {tuple(x.shape)}".strip()
    assert_close(module(x), formula(x, state, shape.scaling), where=where)


def agree_in_state(module: Module, expected: dict[str, Tensor], where: str, **tolerance: float) -> None:
    """Demand the expected state dict."""
    assert_close(module.state(), expected, where=f"state dict {where}", **tolerance)


def after_merge(state: dict[str, Tensor], shape: Shape) -> dict[str, Tensor]:
    """Return the state dict of the merged layer."""
    weight = merged_weight(state, shape.scaling).to(state["base.weight"].dtype)
    return {**state, "base.weight": weight}


def test_output(submission: Side, draw: Draw) -> None:
    """The output is base(x) + (alpha / r) x A^T B^T."""
    for shape in (PLAIN, OTHER):
        state = weights(draw, shape)
        agree(make(submission, shape, state), draw.normal(3, shape.inputs), state, shape)


def test_scaling(submission: Side, draw: Draw) -> None:
    """The update is scaled by alpha / r, whatever the two are."""
    for rank, alpha in [(3, 7), (8, 2.5), (5, 1), (6, 32.0)]:
        shape = Shape(9, 11, rank, alpha)
        state = weights(draw, shape)
        agree(make(submission, shape, state), draw.normal(3, 11), state, shape)


def test_evaluation_mode(submission: Side, draw: Draw) -> None:
    """In evaluation mode the layer gives the same, and goes on with what is loaded there."""
    state, other = weights(draw, PLAIN), weights(draw, PLAIN)
    module, x = make(submission, PLAIN, state).eval(), draw.normal(3, PLAIN.inputs)
    agree(module, x, state, PLAIN, "after eval(),")
    agree(module.load(other), x, other, PLAIN, "after eval() and loading other weights,")


@shows("update-kept-from-the-first-call")
def test_inference(submission: Side, draw: Draw) -> None:
    """Under torch.no_grad the layer gives the same, and goes on with what is loaded."""
    state, other = weights(draw, PLAIN), weights(draw, PLAIN)
    module, x = make(submission, PLAIN, state).eval(), draw.normal(3, PLAIN.inputs)
    with shows_nothing():
        agree(module.no_grad, x, state, PLAIN, "under no_grad,")
    agree(module.load(other).no_grad, x, other, PLAIN, "under no_grad, after loading other weights,")


@shows("adapter-not-zero-at-the-start")
def test_nothing_changes_at_the_start(submission: Side, draw: Draw) -> None:
    """A new layer gives what its base gives."""
    for shape in (PLAIN, OTHER):
        state = weights(draw, shape)
        base = make_base(submission, shape, state)
        submission.seed(draw.size(0, 1 << 30))
        module = submission.LoRALinear(base, shape.rank, shape.alpha)
        x = draw.normal(3, shape.inputs)
        found, expected = module(x), inner_base(submission, module)(x)
        assert_close(found, expected, where=f"new layer against its base, {shape}")
        b = module.get("lora_B")
        if b.any() and module.get("lora_A").any():  # however small; which one is zero is another case
            raise CaseFailed(
                f"lora_A and lora_B of a new layer are both random, {shape}; expected zeros in lora_B"
            )


def inner_base(side: Side, module: Module) -> Module:
    """Return what a layer keeps as its base."""
    return Module(side, module.get("base"), BASE)


@shows("both-factors-zero")
def test_the_adapter_can_learn(submission: Side, draw: Draw) -> None:
    """A and B of a new layer are not both zero: neither would ever get a gradient."""
    a, b = new_factors(submission, draw)
    if not a.any() and not b.any():
        raise CaseFailed("lora_A and lora_B of a new layer are zero, both; expected a random lora_A")


@shows("factors-initialised-the-wrong-way-round")
def test_it_is_b_that_is_zero(submission: Side, draw: Draw) -> None:
    """Of a new layer A is random and B is zero."""
    a, b = new_factors(submission, draw)
    if not a.any() and b.any():
        raise CaseFailed("lora_A of a new layer is zero and lora_B is not; expected it the other way round")


def new_factors(side: Side, draw: Draw) -> tuple[Tensor, Tensor]:
    """Return A and B of a new layer."""
    base = make_base(side, PLAIN, weights(draw, PLAIN))
    side.seed(draw.size(0, 1 << 30))
    module = side.LoRALinear(base, PLAIN.rank, PLAIN.alpha)
    b = module.get("lora_B")
    return module.get("lora_A"), b


@shows("a-not-drawn-afresh")
def test_a_is_drawn_afresh(submission: Side, draw: Draw) -> None:
    """A of a new layer is random: its rows differ, and so do two layers."""
    shape = Shape(6, 40, 4, 10)
    one, other = (
        submission.LoRALinear(make_base(submission, shape, weights(draw, shape)), 4, 10).get("lora_A")
        for _ in range(2)
    )
    if not one.any():
        return  # said by other cases
    if torch.equal(one, other):
        raise CaseFailed("lora_A is the same in two new layers, expected fresh random numbers")
    rows = one.unique(dim=0).shape[0]
    if rows < 4 or one.unique().numel() < 80:
        raise CaseFailed(f"lora_A (4, 40) of a new layer has {one.unique().numel()} different numbers")


@shows("base-drawn-anew")
def test_the_base_keeps_its_weights(submission: Side, draw: Draw) -> None:
    """Wrapping a layer leaves its weights as they are."""
    state = weights(draw, PLAIN)
    base = make_base(submission, PLAIN, state)
    submission.seed(draw.size(0, 1 << 30))
    module = submission.LoRALinear(base, PLAIN.rank, PLAIN.alpha)
    expected = {"weight": state["base.weight"], "bias": state["base.bias"]}
    assert_equal(inner_base(submission, module).state(), expected, where="base of a new layer")


@shows("base-copied")
def test_the_base_is_the_layer_itself(submission: Side, draw: Draw) -> None:
    """The base is the very layer that was passed in: what is loaded or merged is seen there."""
    state, loaded = weights(draw, PLAIN), weights(draw, PLAIN)
    base = make_base(submission, PLAIN, state)
    module = submission.LoRALinear(base, PLAIN.rank, PLAIN.alpha)
    if not torch.equal(inner_base(submission, module).state()["weight"], state["base.weight"]):
        return  # drawn anew, as another case says
    module.load(loaded)
    expected = {"weight": loaded["base.weight"], "bias": loaded["base.bias"]}
    assert_equal(base.state(), expected, where="the layer passed in, after loading")
    module.merge()
    expected["weight"] = after_merge(loaded, PLAIN)["base.weight"]
    assert_close(base.state(), expected, where="the layer passed in, after merging")


def test_parameters(submission: Side, draw: Draw) -> None:
    """The parameters are those of the base, lora_A of the shape (r, in) and lora_B of the shape (out, r)."""
    # The gradients for an input of zeros, since they are known whatever A is.
    base = make_base(submission, PLAIN, weights(draw, PLAIN))
    module = submission.LoRALinear(base, PLAIN.rank, PLAIN.alpha)
    cotangents = draw.normal(3, PLAIN.outputs)
    found = module.vjp(torch.zeros(3, PLAIN.inputs), cotangents=cotangents).params
    expected = ["base.bias", "base.weight", "lora_A", "lora_B"]
    if sorted(found) != expected:
        raise CaseFailed(f"the parameters of a new layer are {sorted(found)}, expected {expected}")
    for name, shape in [("lora_A", (PLAIN.rank, PLAIN.inputs)), ("lora_B", (PLAIN.outputs, PLAIN.rank))]:
        assert_equal(found[name], torch.zeros(shape), where=f"gradient of {name} for x = 0")


def test_only_a_and_b_are_trained(submission: Side, draw: Draw) -> None:
    """lora_A and lora_B are parameters that require a gradient; weight and bias of the base require none."""
    demand_frozen(make(submission, PLAIN, weights(draw, PLAIN)), "")


def demand_frozen(module: Module, when: str) -> None:
    """Demand that A and B require gradients, and nothing else."""
    found = {name: value.requires_grad for name, value in module.params().items()}
    expected = {"base.weight": False, "base.bias": False, "lora_A": True, "lora_B": True}
    if found.keys() != expected.keys():
        raise CaseFailed(f"{when}the parameters are {sorted(found)}, expected {sorted(expected)}")
    for name, is_trained in expected.items():
        if found[name] != is_trained:
            raise CaseFailed(f"{when}requires_grad of {name}: expected {is_trained}, found {found[name]}")


def agree_in_gradients(module: Module, expected: Module, draw: Draw, shape: Shape, when: str = "") -> None:
    """Demand the gradients of x, A and B for a random cotangent."""
    x = draw.normal(3, shape.inputs, requires_grad=True)
    cotangents = draw.normal(3, shape.outputs)
    ours, theirs = (each.vjp(x, cotangents=cotangents) for each in (module, expected))
    assert_close(ours.outputs, theirs.outputs, where=f"{when} {shape}".strip())
    for name in ("lora_A", "lora_B"):
        where = f"gradient of {name}{when}, {shape}"
        assert_close(ours.params.get(name), theirs.params[name], where=where)
    assert_close(ours.inputs[0], theirs.inputs[0], where=f"gradient of x{when}, {shape}")


def test_gradients(submission: Side, reference: Side, draw: Draw) -> None:
    """The gradients of lora_A, lora_B and x are right; x gets its own through base and adapter."""
    for shape, mode in ((PLAIN, True), (OTHER, False)):
        state = weights(draw, shape)
        module, expected = (make(side, shape, state).train(mode) for side in (submission, reference))
        agree_in_gradients(module, expected, draw, shape, "" if mode else " in evaluation mode")


def test_merge_changes_the_base_weight(submission: Side, draw: Draw) -> None:
    """merge() adds (alpha / r) B A to the base weight, and changes nothing else."""
    for shape in (PLAIN, OTHER):
        state = weights(draw, shape)
        module = make(submission, shape, state)
        module.merge()
        agree_in_state(module, after_merge(state, shape), f"after merge(), {shape}")


def test_merged_output(submission: Side, draw: Draw) -> None:
    """A merged layer gives what it gave before: the update counts once."""
    for shape in (PLAIN, OTHER):
        state = weights(draw, shape)
        module = make(submission, shape, state)
        x = draw.normal(3, shape.inputs)
        module.merge()
        agree(module, x, state, shape, "after merge(),")


def test_unmerge_restores_the_base(submission: Side, draw: Draw) -> None:
    """unmerge() takes the update out of the base weight again, and the layer adds it as before."""
    for shape in (PLAIN, OTHER):
        state = weights(draw, shape)
        module = make(submission, shape, state)
        module.merge()
        module.unmerge()
        agree_in_state(module, state, f"after merge() and unmerge(), {shape}")
        agree(module, draw.normal(3, shape.inputs), state, shape, "after merge() and unmerge(),")


def test_merging_twice(submission: Side, draw: Draw) -> None:
    """Merging a merged layer does nothing."""
    state = weights(draw, PLAIN)
    module = make(submission, PLAIN, state)
    for _ in range(3):
        module.merge()
    agree_in_state(module, after_merge(state, PLAIN), "after three calls of merge()")
    agree(module, draw.normal(3, PLAIN.inputs), state, PLAIN, "after three calls of merge(),")


def test_unmerging_what_is_not_merged(submission: Side, draw: Draw) -> None:
    """Unmerging a layer that is not merged does nothing, be it new or unmerged already."""
    state = weights(draw, PLAIN)
    module = make(submission, PLAIN, state)
    module.unmerge()
    agree_in_state(module, state, "after unmerge() of a layer that was not merged")
    module.merge()
    module.unmerge()
    module.unmerge()
    agree_in_state(module, state, "after merge() and two calls of unmerge()")
    agree(module, draw.normal(3, PLAIN.inputs), state, PLAIN, "after merge() and two calls of unmerge(),")


def test_merging_again_and_again(submission: Side, draw: Draw) -> None:
    """The base weight does not drift when merge() and unmerge() alternate."""
    state = weights(draw, OTHER)
    module, x = make(submission, OTHER, state), draw.normal(3, OTHER.inputs)
    for _ in range(4):
        module.merge()
        module.unmerge()
    agree_in_state(module, state, "after four rounds", rtol=1e-5, atol=5e-6)
    agree(module, x, state, OTHER, "after four rounds,")
    module.merge()
    agree(module, x, state, OTHER, "after four rounds and merge(),")


def test_merging_leaves_the_base_frozen(submission: Side, reference: Side, draw: Draw) -> None:
    """Merging leaves no graph behind: the base weight requires no gradient, merged or unmerged."""
    state = weights(draw, PLAIN)
    module, expected = (make(side, PLAIN, state) for side in (submission, reference))
    x, cotangents = draw.normal(3, PLAIN.inputs, requires_grad=True), draw.normal(3, PLAIN.outputs)
    for each in (module, expected):
        each.merge()
    # Called first, since the gradients of A and B tell a graph from a parameter that is trained.
    ours, theirs = (each.vjp(x, cotangents=cotangents) for each in (module, expected))
    demand_frozen(module, "after merge() ")
    assert_close(ours.inputs[0], theirs.inputs[0], where="gradient of x after merge()")
    for each in (module, expected):
        each.unmerge()
    demand_frozen(module, "after merge() and unmerge() ")
    agree_in_gradients(module, expected, draw, PLAIN, " after merge() and unmerge()")


@shows("eval-merges")
def test_train_and_eval_do_not_merge(submission: Side, draw: Draw) -> None:
    """train() and eval() neither merge nor unmerge."""
    state = weights(draw, PLAIN)
    module = make(submission, PLAIN, state)
    agree_in_state(module.eval(), state, "after train(False)")
    module.__getattr__("eval")()  # the method itself, which may be overridden; Module.eval() is train(False)
    agree_in_state(module, state, "after eval()")
    agree_in_state(module.train(), state, "after train()")
    module.merge()
    agree_in_state(module.eval(), after_merge(state, PLAIN), "after merge() and eval()")
    agree_in_state(module.train(), after_merge(state, PLAIN), "after merge() and train()")
    agree(module, draw.normal(3, PLAIN.inputs), state, PLAIN, "after merge(), eval() and train(),")


def test_what_is_loaded_last_counts(submission: Side, draw: Draw) -> None:
    """Loading weights replaces all that was there, also what was called or merged before."""
    first, second = weights(draw, PLAIN), weights(draw, PLAIN)
    module, x = make(submission, PLAIN, first), draw.normal(3, PLAIN.inputs)
    agree(module, x, first, PLAIN)
    module.load(second)
    agree(module, x, second, PLAIN, "after loading other weights,")
    module.merge()
    agree_in_state(module, after_merge(second, PLAIN), "after loading other weights and merge()")
    module.unmerge()
    agree_in_state(module, second, "after loading other weights, merge() and unmerge()")
    module.load(first)
    agree(module, x, first, PLAIN, "after loading once more,")
    # The merged weight comes last, so that all that restore a weight of before do the same up to here.
    module.merge()
    module.unmerge()
    agree_in_state(module, first, "after loading once more, merge() and unmerge()")
    module.merge()
    agree_in_state(module, after_merge(first, PLAIN), "after loading once more and merge()")


def test_layers_are_independent(submission: Side, draw: Draw) -> None:
    """Merging one layer leaves another one alone."""
    states = [weights(draw, shape) for shape in (PLAIN, OTHER)]
    one, other = (make(submission, *pair) for pair in zip((PLAIN, OTHER), states, strict=True))
    one.merge()
    agree_in_state(other, states[1], "of another layer")
    agree(other, draw.normal(3, OTHER.inputs), states[1], OTHER, "another layer was merged,")
    other.merge()
    agree_in_state(other, after_merge(states[1], OTHER), "of the second layer after merge()")


@shows("input-taken-as-a-matrix", by_raising=True)
def test_leading_axes(submission: Side, draw: Draw) -> None:
    """The input may have any leading axes: none, one, several, empty ones."""
    state = weights(draw, PLAIN)
    module = make(submission, PLAIN, state)
    for leading in [(), (1,), (2, 3), (0,), (2, 1, 3, 2), (2, 0)]:
        agree(module, draw.normal(*leading, PLAIN.inputs), state, PLAIN)


@shows("bias-taken-for-granted", by_raising=True)
def test_without_a_bias(submission: Side, draw: Draw) -> None:
    """The base may have no bias."""
    state = weights(draw, OTHER, bias=False)
    module, x = make(submission, OTHER, state), draw.normal(3, OTHER.inputs)
    agree(module, x, state, OTHER, "no bias,")
    agree_in_state(module, state, "without a bias")
    module.merge()
    agree(module, x, state, OTHER, "no bias, after merge(),")
    module.unmerge()
    agree_in_state(module, state, "without a bias, after merge() and unmerge()")


@shows("large-ranks-refused", by_raising=True)
def test_sizes_of_one_and_large_ranks(submission: Side, draw: Draw) -> None:
    """One input, one output or rank one will do, and so does a rank above both sizes."""
    for shape in [
        Shape(1, 1, 1, 3),
        Shape(5, 1, 2, 5),
        Shape(1, 6, 3, 4),
        Shape(3, 4, 11, 17),
        Shape(4, 4, 1, 0.3),
    ]:
        state = weights(draw, shape)
        module, x = make(submission, shape, state), draw.normal(2, shape.inputs)
        agree(module, x, state, shape)
        module.merge()
        agree(module, x, state, shape, "after merge(),")


@shows("assumes-contiguous", by_raising=True)
def test_inputs_that_are_not_contiguous(submission: Side, draw: Draw) -> None:
    """The input may be transposed, sliced or expanded."""
    state = weights(draw, PLAIN)
    module = make(submission, PLAIN, state)
    try:
        module(draw.normal(2, 3, PLAIN.inputs))
    except SubmissionError:
        return  # three axes are too many, as another case says
    for x in [
        draw.normal(3, 2, PLAIN.inputs).transpose(0, 1),
        draw.normal(PLAIN.inputs, 4).T,
        draw.normal(5, 2 * PLAIN.inputs)[:, ::2],
        draw.normal(1, PLAIN.inputs).expand(4, -1),
    ]:
        agree(module, x, state, PLAIN, f"strides {x.stride()},")


@shows("writes-into-the-input")
def test_the_input_is_left_as_it_is(submission: Side, draw: Draw) -> None:
    """A call does not change x, in training mode with dropout neither."""
    for dropout in (0.0, 0.5):
        module = make(submission, PLAIN, weights(draw, PLAIN), dropout=dropout).train()
        x = draw.normal(3, PLAIN.inputs)
        assert_equal(module.effects(x).args[0], x, where=f"x after a call, dropout={dropout}")


@shows("float64-loses-digits")
def test_float64(submission: Side, draw: Draw) -> None:
    """A base in float64 makes everything float64, with its precision."""
    shape = OTHER
    state = weights(draw, shape, dtype=torch.float64)
    module, x = make(submission, shape, state), draw.normal(3, shape.inputs, dtype=torch.float64)
    fine = {"rtol": 1e-12, "atol": 1e-13}
    agree_in_state(module, state, "in float64", **fine)
    assert_close(module(x), formula(x, state, shape.scaling), where="float64", **fine)
    module.merge()
    agree_in_state(module, after_merge(state, shape), "in float64 after merge()", **fine)
    assert_close(module(x), formula(x, state, shape.scaling), where="float64 after merge()", **fine)
    module.unmerge()
    agree_in_state(module, state, "in float64 after merge() and unmerge()", **fine)


@shows("output-in-float32")
def test_half_precision(submission: Side, draw: Draw) -> None:
    """With a base in bfloat16 or float16, A, B and the output have its dtype."""
    # Nothing cancels, so that the relative error of honest arithmetic is a few roundings: at most 4 of 2^-9
    # (base, hidden, update, sum) were it not for the sign of the rest; 12 are allowed.
    for dtype in (torch.bfloat16, torch.float16):
        state = {key: value.abs() for key, value in weights(draw, PLAIN, dtype=dtype).items()}
        module, x = make(submission, PLAIN, state), draw.uniform(3, PLAIN.inputs, low=0.5, dtype=dtype)
        agree_in_state(module, state, f"in {dtype}", rtol=0.0, atol=0.0)
        expected = formula(x, state, PLAIN.scaling)
        assert_close(module(x), expected, rtol=12 * 2**-9, atol=1e-3, where=f"{dtype}")
        module.merge()
        assert_close(module(x), expected, rtol=12 * 2**-9, atol=1e-3, where=f"{dtype} after merge()")


@shows("merge-in-half-precision")
def test_merging_in_half_precision(submission: Side, reference: Side, draw: Draw) -> None:
    """In bfloat16 and float16 the merged weight is W + (alpha / r) B A, rounded once."""
    # The update almost cancels the weight, so its own rounding would be what is left: rounded first, to the
    # input's dtype, the error is some 50 times that of one rounding at the end.
    for dtype in (torch.bfloat16, torch.float16):
        shape = Shape(12, 10, 6, 20)
        state = weights(draw, shape, dtype=dtype)
        update = merged_weight(state, shape.scaling) - state["base.weight"].double()
        state["base.weight"] = (-update + 0.01 * draw.normal(12, 10, dtype=torch.float64)).to(dtype)
        found, honest = (merged(make(side, shape, state)) for side in (submission, reference))
        exact = merged_weight(state, shape.scaling)
        assert_as_accurate(found, honest, exact, times=3.0, where=f"base.weight after merge(), {dtype}")


def merged(module: Module) -> Tensor:
    """Merge a layer and return its base weight."""
    module.merge()
    return module.state()["base.weight"]


def test_merging_keeps_the_dtype(submission: Side, draw: Draw) -> None:
    """The base weight keeps its dtype when it is merged and when it is unmerged."""
    for dtype in (torch.float32, torch.float64, torch.bfloat16, torch.float16):
        module = make(submission, PLAIN, weights(draw, PLAIN, dtype=dtype))
        for method in ("merge", "unmerge"):
            getattr(module, method)()
            found = module.state()["base.weight"].dtype
            if found != dtype:
                raise CaseFailed(f"base.weight after {method}(): expected {dtype}, found {found}")


@shows("unmerge-in-half-precision")
def test_unmerging_in_half_precision(submission: Side, draw: Draw) -> None:
    """In bfloat16 merge() and unmerge() lose a few roundings at most, however often they alternate."""
    shape = Shape(12, 10, 4, 10)
    state = weights(draw, shape, dtype=torch.bfloat16)
    module = make(submission, shape, state)
    # If what is taken out is not what was added, every round moves the weight a little further: by 16 rounds
    # 40 of 2^-9 and more. Honest ones stay where the first round has left them.
    for _ in range(ROUNDS):
        module.merge()
        module.unmerge()
    found, before = module.state()["base.weight"], state["base.weight"].double()
    # Half a unit (2^-9) of the merged weight, half of the weight itself; four times as much is allowed.
    size = torch.maximum(before.abs(), merged_weight(state, shape.scaling).abs())
    if found.dtype != torch.bfloat16:
        return  # said by another case
    error = ((found.double() - before).abs() / size).max().item()
    if not error <= 8 * 2**-9:
        raise CaseFailed(f"base.weight after {ROUNDS} rounds in bfloat16 is off by {error:.2g} of its size")


# --- dropout: r = 1, A and B of ones, the base zero, x = 1, 2, 4, ... An output is a sum of those inputs
# that were kept: its binary digits are the mask. Every way to drop can be read from it, whatever draws the
# random numbers. The cases share what is drawn wrongly among them, so that each fails for one reason.

BITS, ROWS, KEPT = 12, 300, 0.75
FULL = float((1 << BITS) - 1)
CODE = Shape(3, BITS, 1, 2)


class Reading(NamedTuple):
    """The outputs (calls, rows, 3) of two calls, the update's scaling taken out."""

    values: Tensor

    @property
    def sums(self) -> Tensor:
        """One output a row (calls, rows)."""
        return self.values[..., 0]

    @property
    def keeps_all(self) -> bool:
        """Whether nothing is dropped."""
        return bool(((self.values - FULL).abs() < 1e-3 * FULL).all())

    @property
    def rows_agree(self) -> bool:
        """Whether the outputs of a row are one number: A x is one, so what is dropped before A gives one."""
        return bool(((self.values - self.values[..., :1]).abs() < 1e-3).all())

    @property
    def has_one_mask(self) -> bool:
        """Whether all rows of a call are alike. Two honest ones are with 0.625^12 = 0.4 %."""
        return bool(((self.sums - self.sums[:, :1]).abs() < 1e-3).all())

    @property
    def drops_rows(self) -> bool:
        """Whether rows are kept or dropped as a whole. An honest row keeps all inputs with 0.75^12 = 3 %."""
        return bool(((self.sums.abs() < 1e-3) | ((self.sums - self.sums.max()).abs() < 1e-3)).all())

    def codes(self, factor: float) -> Tensor | None:
        """Return the masks as whole numbers if what was kept was multiplied by `factor`, else None."""
        exact = self.sums / factor
        fits = ((exact - exact.round()).abs() < 0.02) & (exact > -0.5) & (exact < FULL + 0.5)
        return exact.round().long() if fits.all() else None

    @property
    def is_element_by_element(self) -> bool:
        """Whether inputs are dropped one by one, whatever the share and the factor."""
        return not self.keeps_all and self.rows_agree and not self.has_one_mask and not self.drops_rows


def read_dropout(submission: Side, draw: Draw, *, with_graph: bool = True) -> Reading:
    """Return two calls in training mode."""
    state = {
        "base.weight": torch.zeros(3, BITS),
        "base.bias": torch.zeros(3),
        "lora_A": torch.ones(1, BITS),
        "lora_B": torch.ones(3, 1),
    }
    module = make(submission, CODE, state, dropout=1 - KEPT).train()
    x = (2.0 ** torch.arange(BITS)).expand(ROWS, BITS).contiguous()
    submission.seed(draw.size(0, 1 << 30))
    call = module if with_graph else module.no_grad
    results = [call(x) for _ in range(2)]
    for y in results:
        if y.shape != (ROWS, 3):
            raise CaseFailed(
                f"in training mode with dropout: expected the shape {(ROWS, 3)}, found {y.shape}"
            )
    return Reading(torch.stack(results).detach().double() / CODE.scaling)


def test_dropout_in_training(submission: Side, draw: Draw) -> None:
    """In training mode some inputs of the adapter are dropped."""
    if read_dropout(submission, draw).keeps_all:
        raise CaseFailed("in training mode with dropout=0.25 nothing is dropped")


def test_dropout_without_a_graph(submission: Side, draw: Draw) -> None:
    """In training mode some inputs are dropped under torch.no_grad, too."""
    if read_dropout(submission, draw, with_graph=False).keeps_all:
        raise CaseFailed("in training mode with dropout=0.25 nothing is dropped under torch.no_grad")


@shows("dropout-on-the-output")
def test_dropout_comes_before_a(submission: Side, draw: Draw) -> None:
    """Dropout is on the adapter's input: outputs that see the same A x lose the same."""
    if not read_dropout(submission, draw).rows_agree:
        raise CaseFailed(
            "equal rows of lora_B give different outputs in training mode: dropout is not before A"
        )


@shows("dropout-mask-shared")
def test_rows_and_calls_are_dropped_independently(submission: Side, draw: Draw) -> None:
    """Every row and every call has a mask of its own."""
    reading = read_dropout(submission, draw)
    if reading.keeps_all or not reading.rows_agree:
        return  # said by other cases
    if reading.has_one_mask:
        raise CaseFailed(f"in training mode all {ROWS} rows of a call lose the same inputs")
    # 1 of 300 pairs is alike by chance; 40, if rows are dropped as a whole, is another case.
    alike = int(((reading.sums[0] - reading.sums[1]).abs() < 1e-3).sum())
    if alike > 40 and not reading.drops_rows:
        raise CaseFailed(f"{alike} of {ROWS} rows lose the same inputs in a second call")


@shows("dropout-between-the-factors")
def test_dropout_is_element_by_element(submission: Side, draw: Draw) -> None:
    """Each input is dropped by itself, not the whole of A x."""
    reading = read_dropout(submission, draw)
    if reading.rows_agree and reading.drops_rows and not reading.has_one_mask:
        raise CaseFailed("in training mode all inputs of a row are dropped together or not at all")


@shows("dropout-not-rescaled")
def test_kept_inputs_are_scaled(submission: Side, draw: Draw) -> None:
    """What is kept is divided by 1 - dropout."""
    reading = read_dropout(submission, draw)
    # Divided by `dropout` instead, it is the share that is taken for the other one.
    is_explained = any(reading.codes(factor) is not None for factor in (1 / KEPT, 1 / (1 - KEPT)))
    if reading.is_element_by_element and not is_explained:
        raise CaseFailed("in training mode what is kept is not divided by 1 - dropout")


@shows("dropout-keeps-the-wrong-share")
def test_share_that_is_dropped(submission: Side, draw: Draw) -> None:
    """Inputs are dropped with the probability `dropout`."""
    reading = read_dropout(submission, draw)
    if not reading.is_element_by_element:
        return  # said by other cases
    masks = [reading.codes(factor) for factor in (1 / KEPT, 1.0, 1 / (1 - KEPT))]
    codes = next((each for each in masks if each is not None), None)
    if codes is None:
        return
    # 7200 inputs: standard deviation 0.0051, and 7 of them are passed once in 10^11 runs.
    dropped = 1 - (codes.reshape(-1, 1) >> torch.arange(BITS) & 1).double().mean().item()
    if abs(dropped - (1 - KEPT)) > 7 * 0.0051:
        raise CaseFailed(f"with dropout={1 - KEPT} a share of {dropped:.3f} of the inputs is dropped")
    if reading.codes(1 / KEPT) is None and reading.codes(1.0) is None:
        raise CaseFailed("in training mode what is kept is divided by dropout instead of 1 - dropout")


@shows("dropout-on-the-base-path")
def test_the_base_sees_all_of_x(submission: Side, draw: Draw) -> None:
    """Nothing is dropped on the base's path."""
    state = weights(draw, PLAIN)
    state["lora_B"] = torch.zeros_like(state["lora_B"])
    module = make(submission, PLAIN, state, dropout=0.5).train()
    x = draw.normal(6, PLAIN.inputs)
    submission.seed(draw.size(0, 1 << 30))
    agree(module, x, state, PLAIN, "training mode, dropout=0.5, B = 0,")


@shows("dropout-in-evaluation")
def test_no_dropout_in_evaluation(submission: Side, draw: Draw) -> None:
    """In evaluation mode nothing is dropped."""
    state = weights(draw, PLAIN)
    module = make(submission, PLAIN, state, dropout=0.5)
    x = draw.normal(6, PLAIN.inputs)
    submission.seed(draw.size(0, 1 << 30))
    for _ in range(2):
        module.train()(x)
        agree(module.eval(), x, state, PLAIN, "evaluation mode, dropout=0.5,")


@shows("dropout-on-the-base-path")
def test_no_dropout_while_merged(submission: Side, draw: Draw) -> None:
    """A merged layer drops nothing, in training mode neither, and merging takes all of A and B."""
    state = weights(draw, PLAIN)
    module = make(submission, PLAIN, state, dropout=0.5).train()
    x = draw.normal(6, PLAIN.inputs)
    submission.seed(draw.size(0, 1 << 30))
    module.merge()
    agree_in_state(module, after_merge(state, PLAIN), "after merge() in training mode, dropout=0.5")
    agree(module, x, state, PLAIN, "merged, training mode, dropout=0.5,")


def prepare(side: Side, draw: Draw, size: int, rows: int, rank: int) -> tuple[Module, Tensor]:
    """Return a square layer and what to call it with, neither held yet."""
    # Drawing the weight takes longer than the call: a part of it is drawn, the rest is that part, moved.
    part = draw.normal(max(1, size // 16), size, scale=size**-0.5)
    blocks = [part.roll(by, dims=1) for by in range(-(-size // part.shape[0]))]
    state = {
        "base.weight": torch.cat(blocks)[:size],
        "base.bias": draw.normal(size),
        "lora_A": draw.normal(rank, size, scale=size**-0.5),
        "lora_B": draw.normal(size, rank, scale=rank**-0.5),
    }
    return make(side, Shape(size, size, rank, 1.5 * rank), state).eval(), draw.normal(rows, size)


def measure_memory_growth(side: Side, draw: Draw, size: int) -> Callable[[], Tensor]:
    """Some rows through a square layer; the weights are there before the measurement begins."""
    module, x = prepare(side, draw, size, 64, 16)
    held = side.hold(x)
    return lambda: module(held)


def measure_cpu_time(side: Side, draw: Draw, size: int) -> Callable[[], Tensor]:
    """Few rows through a large square layer, where anything of the weight's size shows."""
    module, x = prepare(side, draw, size, 4, 16)
    held = side.hold(x)
    return lambda: module(held)
