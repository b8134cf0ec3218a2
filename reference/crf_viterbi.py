"""Inference in a linear-chain CRF: the best path, the log-partition function, and the marginals of the tags.

A path y gives a sequence of length n the score

    start[y_0] + sum_t emissions[t, y_t] + sum_t transitions[y_{t-1}, y_t] + end[y_{n-1}]

There are K^n paths, but a score is a sum along a chain, so the best one and the sum over all of them can be
built tag by tag. All that a step needs of the past is one number for each tag:

    best[j]     the best score of the paths that end in tag j:
                max over i of (best[i] + transitions[i, j]), plus the emission of j
    alpha[j]    the log-sum-exp of the scores of those paths: the same with log-sum-exp in the place of max
    beta[i]     the log-sum-exp of the ways to go on from tag i, `end` included, the emission of i not

alpha[j] + beta[j] is the log-sum-exp over all paths through j, with each emission once; the marginal is its
softmax over j. Each pass takes n - 1 steps of K^2 additions.

Batches are padded. A step beyond a sequence's end must change nothing: alpha and best stay, backpointers
point to the tag itself, beta stays `end`. The last column then holds what each sequence had at its last step.

Sources:
    Lafferty, McCallum, Pereira, Conditional Random Fields, 2001. Sutton, McCallum, An Introduction to
    Conditional Random Fields, 2012. The recursions are those of hidden Markov models: Rabiner, A Tutorial on
    Hidden Markov Models and Selected Applications in Speech Recognition, 1989. pytorch/pytorch issue 31829:
    the gradient of a log-sum-exp over nothing but minus infinities is NaN.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

PADDING = -1


def viterbi_decode(
    emissions: Tensor, transitions: Tensor, start: Tensor, end: Tensor, mask: Tensor
) -> tuple[Tensor, Tensor]:
    """Return the best path of each sequence, (B, T) with -1 beyond its length, and its score, (B,)."""
    batch, steps, tags = emissions.shape
    itself = torch.arange(tags, device=emissions.device).expand(batch, tags)
    best = start + emissions[:, 0]  # (B, K)
    pointers = []  # T - 1 tensors (B, K): the tag before, on the best path that ends here in tag j
    for t in range(1, steps):
        # The tag before is axis 1, the tag now axis 2, as in transitions[i, j].
        arrivals = best.unsqueeze(2) + transitions  # (B, K, K)
        highest, before = arrivals.max(dim=1)
        is_real = mask[:, t].unsqueeze(1)  # (B, 1)
        best = torch.where(is_real, highest + emissions[:, t], best)
        pointers.append(torch.where(is_real, before, itself))
    scores, tag = (best + end).max(dim=1)  # (B,) both

    # Backwards from the last column. In the padding each pointer leads to its own tag, so the last tag of a
    # short sequence arrives at its own last step unchanged.
    path = [tag]
    for before in reversed(pointers):
        tag = before.gather(1, tag.unsqueeze(1)).squeeze(1)
        path.append(tag)
    return torch.stack(path[::-1], dim=1).masked_fill(~mask, PADDING), scores


def log_partition(emissions: Tensor, transitions: Tensor, start: Tensor, end: Tensor, mask: Tensor) -> Tensor:
    """Return the log of the sum of exp(score) over all paths, (B,)."""
    alpha = start + emissions[:, 0]  # (B, K)
    for t in range(1, emissions.shape[1]):
        arrivals = alpha.unsqueeze(2) + transitions  # (B, K, K)
        new = log_sum_exp(arrivals, dim=1) + emissions[:, t]
        # `where` chooses: a product with the mask would make NaN of 0 * -inf.
        alpha = torch.where(mask[:, t].unsqueeze(1), new, alpha)
    return log_sum_exp(alpha + end, dim=1)


def marginals(emissions: Tensor, transitions: Tensor, start: Tensor, end: Tensor, mask: Tensor) -> Tensor:
    """Return the probability of each tag at each step, (B, T, K), zero beyond the length."""
    steps = emissions.shape[1]
    alphas = [centred(start + emissions[:, 0])]
    for t in range(1, steps):
        new = log_sum_exp(alphas[-1].unsqueeze(2) + transitions, dim=1) + emissions[:, t]
        alphas.append(centred(torch.where(mask[:, t].unsqueeze(1), new, alphas[-1])))

    betas = [centred(end.expand_as(alphas[0]))]
    for t in range(steps - 1, 0, -1):
        # From step t back to t - 1: the emission of t is in, that of t - 1 is not, since alpha has it.
        onwards = transitions + (emissions[:, t] + betas[-1]).unsqueeze(1)  # (B, K, K)
        new = log_sum_exp(onwards, dim=2)
        betas.append(centred(torch.where(mask[:, t].unsqueeze(1), new, betas[-1])))

    joint = torch.stack(alphas, dim=1) + torch.stack(betas[::-1], dim=1)  # (B, T, K)
    # The softmax divides by the sum at each step, which is the partition function at all of them. Subtracting
    # log_partition would do as well, but its rounding error grows with the length.
    return joint.softmax(dim=2).masked_fill(~mask.unsqueeze(2), 0.0)


def centred(scores: Tensor) -> Tensor:
    """Return (B, K) scores with the largest of each row moved to 0, where floating-point numbers are densest.

    What is subtracted from all tags cancels in the softmax.
    """
    return scores - scores.amax(dim=1, keepdim=True)


def log_sum_exp(scores: Tensor, dim: int) -> Tensor:
    """Return log(sum(exp(scores))) over `dim`, with gradients of zero where all scores are -inf.

    torch.logsumexp gives the same values, but there its gradient is NaN: a tag that cannot be reached at one
    step would spoil the gradients of all the others.
    """
    # A maximum for each sum of its own. The result does not depend on it, so neither does the gradient.
    peak = scores.detach().amax(dim=dim, keepdim=True)
    peak = peak.masked_fill(peak == -math.inf, 0.0)  # -inf - -inf is NaN
    total = torch.exp(scores - peak).sum(dim=dim)
    is_dead = total == 0.0
    # The log of 0 has an infinite derivative, which times 0 is NaN again: replaced before, not after.
    log_total = total.masked_fill(is_dead, 1.0).log() + peak.squeeze(dim)
    return log_total.masked_fill(is_dead, -math.inf)
