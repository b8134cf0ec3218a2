"""One loop for the gradient of queries, another for the others; delta from weights, not from `out`."""

from __future__ import annotations

import torch


class Tiles:
    def __init__(self, q, k, causal, block_size):
        self.wide = torch.float64 if q.dtype == torch.float64 else torch.float32
        self.q, self.k, self.causal = q, k, causal
        self.scale = 1.0 / float(q.size(-1)) ** 0.5
        self.query_blocks = torch.arange(q.size(2)).split(block_size)
        self.key_blocks = torch.arange(k.size(2)).split(block_size)

    def weights(self, i, j, lse):
        scores = self.take(self.q, i) @ self.take(self.k, j).transpose(2, 3) * self.scale
        weights = (scores - lse[:, :, i].to(self.wide).unsqueeze(3)).exp()
        # Multiplied with zero, the infinities of rows without keys would stay.
        return weights if not self.causal else torch.where(self.seen(i, j), weights, 0.0)

    def seen(self, i, j):
        return j <= i.unsqueeze(1) + self.k.size(2) - self.q.size(2)

    def take(self, tensor, index):
        return tensor.index_select(2, index).to(self.wide)


def flash_attention_forward(q, k, v, *, causal=False, block_size=64):
    tiles = Tiles(q, k, causal, block_size)
    outs, sums = [], []
    for i in tiles.query_blocks:
        out, lse = None, None
        for j in tiles.key_blocks:
            scores = tiles.take(q, i) @ tiles.take(k, j).transpose(2, 3) * tiles.scale
            if causal:
                scores = scores.masked_fill(~tiles.seen(i, j), float("-inf"))
            some = scores.logsumexp(-1, keepdim=True)
            weights = torch.exp(scores - some.masked_fill(some == float("-inf"), 0.0))
            part = weights @ tiles.take(v, j)
            if out is None:
                out, lse = part, some
                continue
            both = torch.logaddexp(lse, some)
            base = both.masked_fill(both == float("-inf"), 0.0)
            out, lse = out * (lse - base).exp() + part * (some - base).exp(), both
        outs.append(out)
        sums.append(lse.squeeze(-1))
    return torch.cat(outs, 2).to(q.dtype), torch.cat(sums, 2)


def flash_attention_backward(grad_out, q, k, v, out, lse, *, causal=False, block_size=64):
    tiles = Tiles(q, k, causal, block_size)
    dq, dk, dv, deltas = [], [], [], []
    for i in tiles.query_blocks:
        grad, plain, shifted, total = tiles.take(grad_out, i), 0.0, 0.0, 0.0
        for j in tiles.key_blocks:
            weights, keys = tiles.weights(i, j, lse), tiles.take(k, j)
            product = weights * (grad @ tiles.take(v, j).transpose(2, 3))
            plain = plain + product @ keys
            shifted = shifted + weights @ keys
            total = total + product.sum(-1, keepdim=True)
        dq.append((plain - total * shifted) * tiles.scale)
        deltas.append(total)
    for j in tiles.key_blocks:
        dk_j, dv_j = 0.0, 0.0
        for i, delta in zip(tiles.query_blocks, deltas, strict=True):
            weights, grad = tiles.weights(i, j, lse), tiles.take(grad_out, i)
            dv_j = dv_j + weights.transpose(2, 3) @ grad
            scores = weights * (grad @ tiles.take(v, j).transpose(2, 3) - delta)
            dk_j = dk_j + scores.transpose(2, 3) @ tiles.take(q, i)
        dk.append(dk_j * tiles.scale)
        dv.append(dv_j)
    return tuple(torch.cat(parts, 2).to(q.dtype) for parts in (dq, dk, dv))
