"""Marginals as alpha + beta - log Z in float32; Viterbi keeps whole paths instead of pointers."""

import torch


class LogSum(torch.nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.dim = dim

    def forward(self, x):
        gone = (x == -torch.inf).all(self.dim, keepdim=True)
        safe = torch.where(gone, torch.zeros_like(x), x)
        return torch.where(gone.squeeze(self.dim), -torch.inf, torch.logsumexp(safe, self.dim))


def alphas(e, A, s, mask):
    out = [s + e[:, 0]]
    pool = LogSum(1)
    for t in range(1, e.size(1)):
        new = pool(out[-1].unsqueeze(-1) + A) + e[:, t]
        out.append(torch.where(mask[:, t].unsqueeze(-1), new, out[-1]))
    return out


def clean(e, mask):
    return torch.where(mask.unsqueeze(-1), e, torch.zeros_like(e))


def log_partition(emissions, transitions, start, end, mask):
    return LogSum(-1)(alphas(clean(emissions, mask), transitions, start, mask)[-1] + end)


def marginals(emissions, transitions, start, end, mask):
    with torch.no_grad():
        e = clean(emissions, mask)
        a = torch.stack(alphas(e, transitions, start, mask), 1)
        b = torch.empty_like(a)
        b[:, -1] = end
        pool = LogSum(-1)
        for t in reversed(range(e.size(1) - 1)):
            new = pool(transitions + (e[:, t + 1] + b[:, t + 1]).unsqueeze(1))
            b[:, t] = torch.where(mask[:, t + 1].unsqueeze(-1), new, b[:, t + 1])
        z = LogSum(-1)(a[:, -1] + end)
        p = torch.exp(a + b - z[:, None, None])
        return torch.where(mask.unsqueeze(-1), p, torch.zeros_like(p))


@torch.no_grad()
def viterbi_decode(emissions, transitions, start, end, mask):
    B, T, K = emissions.shape
    paths = torch.full((B, K, T), -1, dtype=torch.long)
    paths[:, :, 0] = torch.arange(K)
    v = start + emissions[:, 0]
    for t in range(1, T):
        m, i = (v.unsqueeze(-1) + transitions).max(1)
        grown = paths.gather(1, i[:, :, None].expand(B, K, T))
        grown[:, :, t] = torch.arange(K)
        go = mask[:, t].view(-1, 1) if mask.is_contiguous() else mask[:, t].reshape(-1, 1)
        v = torch.where(go, m + emissions[:, t], v)
        paths = torch.where(go[:, :, None], grown, paths)
    score, last = (v + end).max(1)
    return paths[torch.arange(B), last], score
