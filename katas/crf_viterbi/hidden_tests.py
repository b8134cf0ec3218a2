"""The cases and the gate of the kata crf-viterbi."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from functools import lru_cache

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

# A case calls one of the three functions wherever it can, so that a misunderstanding in one is compared with
# the same one of the known mistakes. What is right comes from all paths one by one, in float64. A shape is
# (batch, steps, tags). Where a wrong path could be right by luck, enough sequences rule that out.

Inputs = tuple[Tensor, Tensor, Tensor, Tensor, Tensor]
NO_WAY = -math.inf
# Batches of one size have the same lengths throughout: who keeps masks by shape fails one case only.
RAGGED = (13, 6, 3), [2, 6, 1, 5, 4, 3, 3, 4, 2, 5, 3, 4, 2]
LENGTHS = [5, 3, 2, 4, 1, 5, 3]


def inputs(
    draw: Draw,
    shape: tuple[int, int, int],
    lengths: Sequence[int] | None = None,
    *,
    dtype: torch.dtype = torch.float32,
    requires_grad: bool = False,
) -> Inputs:
    """Return emissions, transitions, start, end and mask; without lengths, all sequences are full."""
    batch, steps, tags = shape
    options = {"dtype": dtype, "requires_grad": requires_grad}
    return (
        draw.normal(batch, steps, tags, **options),
        draw.normal(tags, tags, scale=1.5, **options),
        draw.normal(tags, scale=1.5, **options),
        draw.normal(tags, scale=1.5, **options),
        mask_of([steps] * batch if lengths is None else lengths, steps),
    )


def mask_of(lengths: Sequence[int], steps: int) -> Tensor:
    """Return the mask (B, T) of lengths."""
    return torch.arange(steps) < torch.tensor(lengths).unsqueeze(1)


def constrained(draw: Draw, lengths: Sequence[int], steps: int, **options: object) -> Inputs:
    """Return inputs with four tags and forbidden starts, ends and transitions, as of a tagging scheme.

    In an order of its own in each run: tag 0 is plain, 1 opens, 2 goes on after 1 or 2, 3 leads to 1 only.
    A sequence can begin with 0 and 3 only, and not end with 1. So nothing reaches 2 at step 1, and nothing
    leads on from 3 at the last step but one.
    """
    is_free = torch.tensor([[1, 1, 0, 1], [1, 0, 1, 0], [1, 1, 1, 1], [0, 1, 0, 0]], dtype=torch.bool)
    order = draw.permutation(4)
    emissions, transitions, start, end, mask = inputs(draw, (len(lengths), steps, 4), lengths, **options)
    with torch.no_grad():
        transitions[~is_free[order][:, order]] = NO_WAY
        start[(order == 1) | (order == 2)] = NO_WAY
        end[order == 1] = NO_WAY
    return emissions, transitions, start, end, mask


def describe(given: Inputs) -> str:
    """Return the shapes of a call in one line."""
    batch, steps, tags = given[0].shape
    lengths = given[4].sum(1).tolist()
    return f"B={batch} T={steps} K={tags}" + (f" lengths={lengths}" if min(lengths) < steps else "")


@lru_cache
def all_paths(tags: int, steps: int) -> Tensor:
    """Return every path, (K^n, n)."""
    return torch.cartesian_prod(*[torch.arange(tags)] * steps).reshape(-1, steps)


def path_scores(given: Inputs, row: int, paths: Tensor) -> Tensor:
    """Return the scores in float64 of paths (N, n) of one sequence of the batch."""
    emissions, transitions, start, end, _ = given
    chosen = emissions[row, torch.arange(paths.shape[1]), paths].double().sum(1)
    between = transitions[paths[:, :-1], paths[:, 1:]].double().sum(1)
    return start[paths[:, 0]].double() + chosen + between + end[paths[:, -1]].double()


def scores_of_all(given: Inputs) -> list[tuple[Tensor, Tensor]]:
    """Return for each sequence all paths of its length and their scores."""
    lengths = given[4].sum(1).tolist()
    paths = [all_paths(given[0].shape[2], length) for length in lengths]
    return [(some, path_scores(given, row, some)) for row, some in enumerate(paths)]


def best_scores(given: Inputs) -> Tensor:
    """Return the best score of each sequence, (B,)."""
    return torch.stack([scores.amax() for _, scores in scores_of_all(given)])


def log_z(given: Inputs) -> Tensor:
    """Return the log-partition of each sequence, (B,), in float64, differentiable."""
    return torch.stack([scores.logsumexp(0) for _, scores in scores_of_all(given)])


def node_marginals(given: Inputs) -> Tensor:
    """Return the marginals (B, T, K) in float64, zero in the padding."""
    tags = given[0].shape[2]
    found = torch.zeros(given[0].shape, dtype=torch.float64)
    for row, (paths, scores) in enumerate(scores_of_all(given)):
        is_there = torch.nn.functional.one_hot(paths, tags).double()  # (N, n, K)
        found[row, : paths.shape[1]] = torch.einsum("p,pnk->nk", scores.softmax(0), is_there)
    return found


def agree_in_paths(
    submission: Side, given: Inputs, best: Tensor | None = None, what: str = "", *, tolerance: float = 1e-5
) -> None:
    """Demand, within the lengths, a path as good as the best one, whichever it is, and the best score."""
    where = f"{what} {describe(given)}".strip()
    paths, scores = submission.viterbi_decode(*given)
    best = best_scores(given) if best is None else best
    check_paths(paths, given, best, where, tolerance)
    expected = best.to(given[0].dtype)
    assert_close(scores, expected, rtol=tolerance, atol=10 * tolerance, where=f"scores, {where}")


def check_paths(paths: Tensor, given: Inputs, best: Tensor, where: str, tolerance: float) -> None:
    """Demand paths of the right form whose scores are the best ones."""
    batch, steps, tags = given[0].shape
    if not isinstance(paths, Tensor) or paths.shape != (batch, steps) or paths.dtype != torch.int64:
        form = f"{paths.dtype} of shape {tuple(paths.shape)}" if isinstance(paths, Tensor) else type(paths)
        raise CaseFailed(f"{where}: expected paths of int64 and shape ({batch}, {steps}), found {form}")
    for row, length in enumerate(given[4].sum(1).tolist()):
        path = paths[row, :length]
        if ((path < 0) | (path >= tags)).any():
            raise CaseFailed(f"{where}: sequence {row} has length {length}, its path {path.tolist()} is none")
        score, wanted = path_scores(given, row, path.unsqueeze(0)).item(), best[row].item()
        if not score >= wanted - 10 * tolerance - tolerance * abs(wanted):
            raise CaseFailed(
                f"{where}: sequence {row} of length {length}: the path {path.tolist()} has the score "
                f"{score:.8g}, the best path {wanted:.8g}"
            )


def agree_in_log_z(submission: Side, given: Inputs, what: str = "", **tolerance: float) -> None:
    """Demand the log-partition that all paths one by one give."""
    where = f"log-partition, {what} {describe(given)}"
    found = submission.log_partition(*given)
    assert_close(found, log_z(given).to(given[0].dtype), where=where, **tolerance)


def agree_in_marginals(
    submission: Side, given: Inputs, expected: Tensor | None = None, what: str = "", **tolerance: float
) -> None:
    """Demand, within the lengths, the marginals that all paths one by one give."""
    where = f"marginals, {what} {describe(given)}"
    found = submission.marginals(*given)
    expected = node_marginals(given) if expected is None else expected
    form = expected.to(given[0].dtype)
    if isinstance(found, Tensor) and found.shape == form.shape:
        # The padding has a case of its own.
        found = torch.where(given[4].unsqueeze(2), found, torch.zeros((), dtype=found.dtype))
    assert_close(found, form, where=where, **({"rtol": 1e-4, "atol": 2e-5} | tolerance))


FULL = [(8, 5, 4), (11, 3, 5), (5, 2, 7), (1, 6, 3)]


def test_best_paths_of_full_sequences(submission: Side, draw: Draw) -> None:
    """Sequences without padding: the path is the best of all, and the score is its own."""
    for shape in FULL:
        agree_in_paths(submission, inputs(draw, shape))


def test_log_partition_of_full_sequences(submission: Side, draw: Draw) -> None:
    """Sequences without padding: log Z is the log of the sum of exp(score) over all paths."""
    for shape in FULL:
        agree_in_log_z(submission, inputs(draw, shape))


def test_marginals_of_full_sequences(submission: Side, draw: Draw) -> None:
    """Sequences without padding: marginals are the share of the paths with a tag at a step."""
    for shape in FULL:
        agree_in_marginals(submission, inputs(draw, shape))


def test_best_paths_of_padded_sequences(submission: Side, draw: Draw) -> None:
    """Padded sequences: the best path of each one's own length, its end at its own last step."""
    agree_in_paths(submission, inputs(draw, *RAGGED))
    agree_in_paths(submission, inputs(draw, (5, 6, 3), [2, 4, 3, 4, 1]), what="all shorter than T,")


def test_log_partition_of_padded_sequences(submission: Side, draw: Draw) -> None:
    """Padded sequences: log Z is that of each one's own length."""
    agree_in_log_z(submission, inputs(draw, *RAGGED))
    agree_in_log_z(submission, inputs(draw, (5, 6, 3), [2, 4, 3, 4, 1]), "all shorter than T,")


def test_marginals_of_padded_sequences(submission: Side, draw: Draw) -> None:
    """Padded sequences: marginals within the length are those of each one's own length."""
    agree_in_marginals(submission, inputs(draw, *RAGGED))
    agree_in_marginals(submission, inputs(draw, (5, 6, 3), [2, 4, 3, 4, 1]), what="all shorter than T,")


@shows("paths-not-filled")
def test_paths_are_filled_with_minus_one(submission: Side, draw: Draw) -> None:
    """Beyond the length a path holds -1."""
    for shape, lengths in [RAGGED, ((2, 7, 3), [2, 4])]:
        given = inputs(draw, shape, lengths)
        paths = submission.viterbi_decode(*given)[0]
        filled = torch.where(given[4], paths, torch.tensor(-1))
        assert_equal(paths, filled, where=f"paths, {describe(given)}")


@shows("marginals-not-zeroed")
def test_marginals_are_zero_in_the_padding(submission: Side, draw: Draw) -> None:
    """Beyond the length marginals are zero."""
    for shape, lengths in [RAGGED, ((2, 7, 3), [2, 4])]:
        given = inputs(draw, shape, lengths)
        found = submission.marginals(*given)
        filled = torch.where(given[4].unsqueeze(2), found, torch.tensor(0.0))
        assert_equal(found, filled, where=f"marginals, {describe(given)}")


def test_what_stands_in_the_padding_does_not_count(submission: Side, draw: Draw) -> None:
    """Emissions of many thousands in the padding change nothing."""
    emissions, *others = inputs(draw, *RAGGED)
    noise = draw.normal(*emissions.shape, scale=1e4)
    given = (torch.where(others[-1].unsqueeze(2), emissions, noise), *others)
    agree_in_log_z(submission, given)
    agree_in_marginals(submission, given)
    agree_in_paths(submission, given)


@shows("one-step-not-handled", by_raising=True)
def test_sequences_of_one_step(submission: Side, draw: Draw) -> None:
    """One step: no transition, start and end both at the only tag; T may be 1."""
    for shape, lengths in [((5, 1, 4), None), ((9, 7, 5), [1] * 9)]:
        given = inputs(draw, shape, lengths)
        agree_in_log_z(submission, given)
        agree_in_marginals(submission, given)
        agree_in_paths(submission, given)


def test_a_single_tag_and_a_single_sequence(submission: Side, draw: Draw) -> None:
    """One tag leaves one path, with the marginals 1; one sequence is a batch too."""
    for shape, lengths in [((4, 5, 1), [5, 3, 4, 1]), ((1, 4, 3), [3]), ((1, 1, 1), None)]:
        given = inputs(draw, shape, lengths)
        agree_in_log_z(submission, given)
        agree_in_marginals(submission, given)
        agree_in_paths(submission, given)


def test_any_best_path_will_do(submission: Side, draw: Draw) -> None:
    """Where several paths are best, any of them is right, and the score is theirs."""
    for shape, lengths in [((7, 5, 3), LENGTHS), ((2, 4, 4), None)]:
        mask = inputs(draw, shape, lengths)[-1]
        numbers = [
            draw.integers(-1, 2, *size).float() for size in (shape, shape[2:] * 2, shape[2:], shape[2:])
        ]
        agree_in_paths(submission, (*numbers, mask), what="whole scores with ties,")
    zeros = tuple(torch.zeros_like(one) for one in inputs(draw, (3, 4, 3)))
    agree_in_paths(submission, (*zeros[:4], mask_of([4, 2, 3], 4)), what="all scores zero,")


def test_best_paths_of_long_sequences(submission: Side, reference: Side, draw: Draw) -> None:
    """Paths of many steps are the best ones."""
    given = inputs(draw, (5, 60, 7), [60, 37, 59, 11, 48])
    best = reference.viterbi_decode(*doubled(given))[1]
    agree_in_paths(submission, given, best, tolerance=3e-5)


def test_log_partition_of_long_sequences(submission: Side, reference: Side, draw: Draw) -> None:
    """The sum over the paths of many steps neither overflows nor vanishes."""
    for shift in (2.0, -6.0):
        given = shifted(inputs(draw, (3, 45, 7), [45, 29, 36]), shift)
        found = submission.log_partition(*given)
        expected = reference.log_partition(*doubled(given)).float()
        assert_close(
            found, expected, rtol=1e-4, atol=1e-2, where=f"emissions around {shift:g}, {describe(given)}"
        )


def test_marginals_of_long_sequences(submission: Side, reference: Side, draw: Draw) -> None:
    """The marginals of many steps are right at all of them."""
    for shift in (2.0, -6.0):
        given = shifted(inputs(draw, (3, 45, 7), [45, 29, 36]), shift)
        expected = reference.marginals(*doubled(given))
        agree_in_marginals(submission, given, expected, f"emissions around {shift:g},", rtol=1e-2, atol=5e-3)


def doubled(given: Inputs) -> Inputs:
    """Return the inputs in float64."""
    return (*(scores.double() for scores in given[:4]), given[4])


def shifted(given: Inputs, by: float) -> Inputs:
    """Return the inputs with the same number added to all emissions, which changes no marginal."""
    return (given[0] + by, *given[1:])


@shows("forbidden-by-a-finite-number")
def test_large_scores_in_the_best_path(submission: Side, draw: Draw) -> None:
    """Scores of a million, all negative too, lead to the best path."""
    for low, high in [(-40, 41), (-80, -20)]:
        numbers = [draw.integers(low, high, *size) for size in [(7, 5, 4), (4, 4), (4,), (4,)]]
        # Powers of two times whole numbers: every sum is exact.
        given = (*(32768.0 * number for number in numbers), mask_of(LENGTHS, 5))
        agree_in_paths(submission, given, what=f"scores of {low} to {high} times 32768,", tolerance=1e-6)


@shows("no-maximum-subtracted")
def test_large_scores_in_the_log_partition(submission: Side, draw: Draw) -> None:
    """Scores of thousands, of either sign, do not make log Z infinite."""
    for shift in (1000.0, -1000.0, 20_000.0):
        given = shifted(inputs(draw, (3, 5, 4)), shift)
        assert_finite(found := submission.log_partition(*given), where=f"emissions around {shift:g}")
        assert_close(found, log_z(given).float(), rtol=1e-5, where=f"emissions around {shift:g}")


@shows("no-maximum-subtracted")
def test_large_scores_in_the_marginals(submission: Side, draw: Draw) -> None:
    """Scores of thousands, of either sign, leave the marginals right."""
    for shift in (1000.0, -1000.0):
        given = shifted(inputs(draw, (3, 5, 4)), shift)
        # The scores themselves have rounding errors of some 1e-4 there.
        agree_in_marginals(submission, given, what=f"emissions around {shift:g},", rtol=1e-2, atol=1e-2)


@shows("no-maximum-subtracted")
def test_sequences_far_apart(submission: Side, draw: Draw) -> None:
    """A sequence keeps its log Z when others of the batch have scores that are thousands higher."""
    emissions, *others = inputs(draw, (4, 6, 3), [6, 3, 4, 5])
    given = (emissions + torch.tensor([0.0, 2000.0, -1000.0, 300.0])[:, None, None], *others)
    found = submission.log_partition(*given)
    assert_finite(found, where="log-partition")
    assert_close(found, log_z(given).float(), rtol=1e-5, atol=1e-4, where="log-partition")


def far_apart(draw: Draw) -> Inputs:
    """Return sequences in which tags are far behind at first, and half of them win at the last step.

    Who is behind at the start stays so, since changing costs 150. In every other sequence the emissions of
    its own last step give all of it back, and more: a tag that was given up as unlikely was the right one.
    """
    emissions, transitions, start, end, mask = inputs(draw, (6, 4, 3), [4, 4, 3, 4, 2, 3])
    behind = torch.tensor([0.0, -120.0, -160.0])[draw.permutation(3)]
    is_turned = torch.arange(6) % 2 == 0
    own_last = mask.sum(1) - 1
    emissions[is_turned, own_last[is_turned]] -= 2 * behind
    return emissions, transitions + 150.0 * torch.eye(3) - 150.0, start + behind + 300.0, end, mask


@shows("one-maximum-for-all-tags")
def test_tags_far_apart(submission: Side, draw: Draw) -> None:
    """A tag that is far behind for some steps still counts when the last ones decide for it."""
    given = far_apart(draw)
    found = submission.log_partition(*given)
    assert_finite(found, where="log-partition")
    assert_close(found, log_z(given).float(), rtol=1e-5, atol=1e-3, where="log-partition")


@shows("one-maximum-for-all-tags")
def test_tags_far_apart_in_the_marginals(submission: Side, draw: Draw) -> None:
    """The marginals of a tag that is far behind for some steps are right when the last ones decide for it."""
    agree_in_marginals(submission, far_apart(draw), what="tags far apart,", rtol=1e-2, atol=1e-2)


def test_forbidden_tags_in_the_best_path(submission: Side, draw: Draw) -> None:
    """With -inf in transitions, start and end the best path is the best of the allowed ones."""
    agree_in_paths(submission, constrained(draw, [5, 5, 5, 5, 5], 5))
    agree_in_paths(submission, constrained(draw, LENGTHS, 5))


def test_forbidden_tags_in_the_log_partition(submission: Side, draw: Draw) -> None:
    """With -inf in transitions, start and end log Z is the sum over the allowed paths."""
    agree_in_log_z(submission, constrained(draw, [5, 5, 5], 5))
    agree_in_log_z(submission, constrained(draw, LENGTHS, 5))


def test_forbidden_tags_in_the_marginals(submission: Side, draw: Draw) -> None:
    """With -inf in transitions, start and end impossible tags have marginals of 0, and none is NaN."""
    agree_in_marginals(submission, constrained(draw, [5, 5, 5], 5))
    agree_in_marginals(submission, constrained(draw, LENGTHS, 5))


@shows("forbidden-by-a-finite-number")
def test_large_scores_do_not_buy_what_is_forbidden(submission: Side, draw: Draw) -> None:
    """What is forbidden stays so when other scores are far beyond ten thousand."""
    emissions, transitions, start, end, mask = constrained(draw, [5, 4, 5, 3, 5, 5], 5)
    large = 65536.0 * draw.integers(-30, 31, *emissions.shape)  # exact in float32, as are their sums
    given = (
        large,
        *(torch.where(one == NO_WAY, one, torch.zeros(())) for one in (transitions, start, end)),
        mask,
    )
    agree_in_paths(submission, given, what="emissions of a million,", tolerance=1e-6)
    # All first tags that are allowed have a price far above that.
    for function, price, tolerance in [
        (agree_in_log_z, -500_000.0, {"rtol": 1e-5, "atol": 0.0}),
        (agree_in_marginals, -20_000.0, {"rtol": 0.0, "atol": 5e-2}),  # where float32 rounds to 0.002
    ]:
        given = (emissions, transitions, start + price, end, mask)
        function(submission, given, what=f"start {price:g} lower,", **tolerance)


def agree_in_gradients(submission: Side, given: Inputs, draw: Draw) -> None:
    """Demand the gradients of log Z for random cotangents: those of the sum over all paths, in float64."""
    cotangents = draw.normal(given[0].shape[0])
    found = submission.log_partition.vjp(*given, cotangents=cotangents).inputs
    expected = torch.autograd.grad((log_z(given) * cotangents).sum(), given[:4])
    for name, ours, theirs in zip(["emissions", "transitions", "start", "end"], found, expected, strict=True):
        where = f"gradient of {name}, {describe(given)}"
        assert_close(ours, theirs, rtol=1e-4, atol=5e-5, where=where)


def test_gradients(submission: Side, draw: Draw) -> None:
    """The gradients of log Z are the expected counts: of tags, of transitions, of first and last tags."""
    for shape in [(3, 5, 4), (2, 2, 5)]:
        agree_in_gradients(submission, inputs(draw, shape, requires_grad=True), draw)


def test_gradients_of_padded_sequences(submission: Side, draw: Draw) -> None:
    """The gradients of log Z of padded sequences are right, and zero in the padding."""
    agree_in_gradients(submission, inputs(draw, *RAGGED, requires_grad=True), draw)


@shows("nan-gradients-of-forbidden-tags")
def test_gradients_with_forbidden_tags(submission: Side, draw: Draw) -> None:
    """With -inf among the scores the gradients are finite, and zero for what no path uses."""
    for lengths in ([5, 5, 5], LENGTHS):
        agree_in_gradients(submission, constrained(draw, lengths, 5, requires_grad=True), draw)


@shows("float64-loses-digits")
def test_float64(submission: Side, draw: Draw) -> None:
    """float64 comes back as float64, with its precision."""
    given = inputs(draw, (4, 5, 3), [5, 3, 4, 1], dtype=torch.float64)
    agree_in_log_z(submission, given, rtol=1e-10, atol=1e-11)
    agree_in_marginals(submission, given, rtol=1e-10, atol=1e-11)
    agree_in_paths(submission, given, tolerance=1e-11)


@shows("assumes-contiguous", by_raising=True)
def test_inputs_that_are_not_contiguous(submission: Side, draw: Draw) -> None:
    """Transposed, sliced and expanded inputs give what their contiguous copies give."""
    shape, lengths = (5, 4, 3), [4, 2, 3, 1, 4]
    plain = inputs(draw, shape, lengths)
    table = draw.normal(3, 4)  # start and end as columns of a table
    strided = (
        draw.normal(4, 5, 3).transpose(0, 1),  # (T, B, K) in memory
        draw.normal(3, 3).t(),
        table[:, 1],
        table[:, 3],
        plain[4].t().contiguous().t(),
    )
    expanded = (
        draw.normal(1, 4, 3).expand(8, 4, 3),  # stride 0
        plain[1],
        draw.normal(1).expand(3),
        draw.normal(6)[::2],
        mask_of([3], 4).expand(8, 4),
    )
    for given in (strided, expanded):
        agree_in_log_z(submission, given)
        agree_in_marginals(submission, given)
        agree_in_paths(submission, given)


@shows("writes-into-inputs")
def test_inputs_are_left_as_they_are(submission: Side, draw: Draw) -> None:
    """No function changes its inputs, the mask included."""
    names = ["emissions", "transitions", "start", "end", "mask"]
    for given in (inputs(draw, (4, 5, 3), [5, 3, 4, 1]), constrained(draw, [4, 4], 4)):
        for function in (submission.log_partition, submission.marginals, submission.viterbi_decode):
            call = function.effects(*given)
            for name, after, before in zip(names, call.args, given, strict=True):
                assert_equal(after, before, where=f"{name} after the call")


@shows("requires-grad-left-on")
def test_inputs_keep_their_requires_grad(submission: Side, draw: Draw) -> None:
    """No function makes an input require a gradient."""
    names = ["emissions", "transitions", "start", "end"]
    given = inputs(draw, (3, 4, 3), [4, 2, 3])
    for function in (submission.marginals, submission.log_partition, submission.viterbi_decode):
        for name, after in zip(names, function.effects(*given).args, strict=False):
            if after.requires_grad:
                raise CaseFailed(f"{name} requires a gradient after the call, and did not before")


@shows("requires-grad-not-expected", by_raising=True)
def test_inputs_that_require_a_gradient(submission: Side, draw: Draw) -> None:
    """Paths and marginals are right also in training, where the scores require a gradient."""
    given = inputs(draw, (3, 4, 3), [4, 2, 3], requires_grad=True)
    plain = (*(scores.detach() for scores in given[:4]), given[4])
    found = submission.marginals(*given)
    if not isinstance(found, Tensor):
        raise CaseFailed(f"marginals: expected a tensor, found {type(found).__name__}")
    is_there = plain[4].unsqueeze(2)
    assert_close(
        torch.where(is_there, found.detach(), torch.zeros((), dtype=found.dtype)),
        node_marginals(plain).float(),
        rtol=1e-4,
        atol=2e-5,
        where="marginals of scores that require a gradient",
    )
    paths, _ = submission.viterbi_decode(*given)
    check_paths(paths, plain, best_scores(plain), describe(plain), 1e-5)


@shows("writes-into-inputs")
def test_inference(submission: Side, draw: Draw) -> None:
    """Under torch.no_grad all three functions give the same, and their inputs stay as they are."""
    given = inputs(draw, (3, 4, 3), [4, 2, 3])
    held = [submission.hold(tensor) for tensor in given]
    where = f"under no_grad, {describe(given)}"
    with shows_nothing():
        found = submission.log_partition.no_grad(*held)
        assert_close(found, log_z(given).float(), where=f"log-partition {where}")
        found = submission.marginals.no_grad(*held).masked_fill(~given[4].unsqueeze(2), 0.0)
        assert_close(found, node_marginals(given).float(), rtol=1e-4, atol=2e-5, where=f"marginals {where}")
        paths, scores = submission.viterbi_decode.no_grad(*held)
        check_paths(paths, given, best_scores(given), where, 1e-5)
        assert_close(scores, best_scores(given).float(), where=f"scores of the paths {where}")
    names = ["emissions", "transitions", "start", "end", "mask"]
    for name, tensor, before in zip(names, held, given, strict=True):
        assert_equal(submission.fetch(tensor), before, where=f"{name} after the calls {where}")


@shows("state-between-calls")
def test_calls_do_not_depend_on_earlier_ones(submission: Side, draw: Draw) -> None:
    """A call gives the right thing after calls with other values, shapes and lengths."""
    # No other case has two tags or eight steps, so what a submission keeps by shape is fresh here.
    shape, lengths = (2, 8, 2), [8, 5]
    one, other = inputs(draw, shape, lengths), inputs(draw, shape, lengths)
    for number, given in enumerate((one, other, (*one[:4], mask_of([3, 8], 8)), one)):
        with nullcontext() if number else shows_nothing():
            agree_in_log_z(submission, given)
            agree_in_marginals(submission, given)
            agree_in_paths(submission, given)


@shows("state-between-calls")
def test_scores_changed_in_place(submission: Side, draw: Draw) -> None:
    """The very tensors of an earlier call may hold other scores, as after a step of the optimiser."""
    shape, lengths = (3, 7, 2), [7, 4, 6]
    one, other = inputs(draw, shape, lengths), inputs(draw, shape, lengths)
    held = [submission.hold(tensor) for tensor in one]
    for given, when in [(one, "at first"), (other, "after the tensors were changed")]:
        for tensor, new in zip(held, given, strict=True):
            submission.overwrite(tensor, new)
        where = f"{when}, {describe(given)}"
        with shows_nothing() if given is one else nullcontext():
            found = submission.log_partition(*held)
            assert_close(found, log_z(given).float(), where=f"log-partition {where}")
            found = submission.marginals(*held).masked_fill(~given[4].unsqueeze(2), 0.0)
            exact = node_marginals(given).float()
            assert_close(found, exact, rtol=1e-4, atol=2e-5, where=f"marginals {where}")
            check_paths(submission.viterbi_decode(*held)[0], given, best_scores(given), where, 1e-5)


def measure_cpu_time(side: Side, draw: Draw, size: int) -> Callable[[], list[dict[str, Tensor]]]:
    """Many sequences with few tags, and one with many, through all three functions.

    Tensors are small, so that what is counted is operations: loops over sequences show in the one batch,
    loops over tags in the other.
    """
    batches = []
    for sequences, tags in ((40, 4), (1, 24)):
        lengths = (1 + draw.integers(2 * size // 3, size, sequences)).tolist()
        batches.append([side.hold(one) for one in inputs(draw, (sequences, size, tags), lengths)])
    return lambda: [
        {
            # Which of two nearly equal paths is chosen is no matter of cost.
            "scores of the best paths": side.viterbi_decode(*given)[1],
            "log-partition": side.log_partition(*given),
            "marginals": side.marginals(*given),
        }
        for given in batches
    ]
