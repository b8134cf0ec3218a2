"""The recursions run over all columns; what belongs to a sequence is picked at its own last step."""

from __future__ import annotations

import torch

NEG = float("-inf")


def viterbi_decode(emissions, transitions, start, end, mask):
    B, T, K = emissions.shape
    last = mask.long().sum(1) - 1
    delta, psi = [start + emissions[:, 0]], []
    for t in range(1, T):
        best = (delta[-1].view(B, K, 1) + transitions).max(1)
        delta.append(best.values + emissions[:, t])
        psi.append(best.indices)
    finals = torch.stack(delta, 1)[torch.arange(B), last] + end
    scores, tags = finals.max(1)
    paths = torch.full((B, T), -1, dtype=torch.long)
    now = tags
    for t in range(T - 1, -1, -1):
        now = torch.where(t >= last, tags, now)
        paths[:, t] = now
        if t > 0:
            now = psi[t - 1].gather(1, now[:, None])[:, 0]
    paths[~mask] = -1
    return paths, scores


def lse(x, dim):
    top = x.max(dim, keepdim=True).values.detach()
    top = torch.where(torch.isinf(top), 0.0, top)
    mass = (x - top).exp().sum(dim, keepdim=True)
    empty = mass == 0
    out = torch.where(empty, NEG, torch.where(empty, 1.0, mass).log() + top)
    return out.squeeze(dim)


def forward(emissions, transitions, start):
    alphas = [start + emissions[:, 0]]
    for e in emissions.unbind(1)[1:]:
        alphas.append(e + lse(alphas[-1].unsqueeze(-1) + transitions, -2))
    return torch.stack(alphas, 1)


def log_partition(emissions, transitions, start, end, mask):
    alphas = forward(emissions, transitions, start)
    last = mask.long().sum(1) - 1
    index = last.view(-1, 1, 1).expand(-1, 1, alphas.shape[2])
    return lse(alphas.gather(1, index).squeeze(1) + end, 1)


def marginals(emissions, transitions, start, end, mask):
    B, T, K = emissions.shape
    last = mask.long().sum(1, keepdim=True) - 1
    alphas = forward(emissions, transitions, start)
    beta = end.expand(B, K)
    out = emissions.new_zeros(B, T, K)
    for t in reversed(range(T)):
        if t < T - 1:
            beta = lse(transitions + (emissions[:, t + 1] + beta).unsqueeze(1), 2)
        beta = torch.where(t >= last, end, beta)
        out[:, t] = torch.softmax(alphas[:, t] + beta, -1)
    return out * mask.unsqueeze(-1)
