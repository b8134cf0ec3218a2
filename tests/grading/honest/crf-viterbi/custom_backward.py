"""The log-partition as an autograd function whose backward pass hands out the expected counts."""

from __future__ import annotations

import torch


def lse(x, dim):
    return torch.logsumexp(x, dim)


class LogPartition(torch.autograd.Function):
    @staticmethod
    def forward(ctx, emissions, transitions, start, end, mask):
        alpha, beta, total = both_ways(emissions, transitions, start, end, mask)
        ctx.save_for_backward(emissions, transitions, mask, alpha, beta, total)
        return total

    @staticmethod
    def backward(ctx, grad):
        emissions, transitions, mask, alpha, beta, total = ctx.saved_tensors
        nodes = (alpha + beta - total[:, None, None]).exp() * mask[..., None] * grad[:, None, None]
        # Each pair of neighbours: before, transition, emission and all after.
        pairs = alpha[:, :-1, :, None] + transitions + (emissions + beta)[:, 1:, None, :]
        pairs = (pairs - total[:, None, None, None]).exp()
        pairs = torch.where(mask[:, 1:, None, None], pairs, torch.zeros_like(pairs))
        counts = torch.einsum("btij,b->ij", pairs, grad)
        last = mask.sum(1) - 1
        return nodes, counts, nodes[:, 0].sum(0), nodes[torch.arange(len(last)), last].sum(0), None


def both_ways(emissions, transitions, start, end, mask):
    steps = emissions.shape[1]
    alpha = [start + emissions[:, 0]]
    for t in range(1, steps):
        new = lse(alpha[-1][:, :, None] + transitions, 1) + emissions[:, t]
        alpha.append(torch.where(mask[:, t, None], new, alpha[-1]))
    beta = [end + torch.zeros_like(alpha[0])]
    for t in range(steps - 1, 0, -1):
        new = lse(transitions[None] + (emissions[:, t] + beta[0])[:, None, :], 2)
        beta.insert(0, torch.where(mask[:, t, None], new, beta[0]))
    return torch.stack(alpha, 1), torch.stack(beta, 1), lse(alpha[-1] + end, 1)


def log_partition(emissions, transitions, start, end, mask):
    return LogPartition.apply(emissions, transitions, start, end, mask)


def marginals(emissions, transitions, start, end, mask):
    with torch.no_grad():
        alpha, beta, total = both_ways(emissions, transitions, start, end, mask)
        return (alpha + beta - total[:, None, None]).exp() * mask[..., None]


@torch.no_grad()
def viterbi_decode(emissions, transitions, start, end, mask):
    best, parents = start + emissions[:, 0], []
    for t in range(1, emissions.shape[1]):
        new, parent = torch.max(best.unsqueeze(-1) + transitions, -2)
        best = best.where(~mask[:, t, None], new + emissions[:, t])
        parents.append(parent)
    score, tag = (best + end).max(-1)
    tags = [tag]
    for t in range(len(parents), 0, -1):
        parent = parents[t - 1].gather(-1, tag[:, None])[:, 0]
        tag = torch.where(mask[:, t], parent, tag)
        tags.append(tag)
    return torch.stack(tags[::-1], -1) * mask - (~mask).long(), score
