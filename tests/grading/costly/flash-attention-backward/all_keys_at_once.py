"""Right, but a chunk of query rows meets all keys at once, in both passes: memory_growth fails."""

from __future__ import annotations

import math

import torch


def chunk_scores(q, k, start, causal):
    scores = torch.einsum("bhid,bhjd->bhij", q, k) / math.sqrt(q.shape[-1])
    return scores if not causal else scores.masked_fill(hidden(q, k, start), -math.inf)


def hidden(q, k, start):
    return torch.arange(k.shape[2]) > start + torch.arange(q.shape[2])[:, None]


def flash_attention_forward(q, k, v, *, causal=False, block_size=64):
    wide = torch.promote_types(q.dtype, torch.float32)
    offset = k.shape[2] - q.shape[2]
    keys, values = k.to(wide), v.to(wide)
    outs, sums = [], []
    for number, chunk in enumerate(q.split(block_size, 2)):
        scores = chunk_scores(chunk.to(wide), keys, number * block_size + offset, causal)
        outs.append(torch.einsum("bhij,bhjc->bhic", scores.softmax(-1).nan_to_num(0.0), values))
        sums.append(scores.logsumexp(-1))
    return torch.cat(outs, 2).type_as(q), torch.cat(sums, 2)


def flash_attention_backward(grad_out, q, k, v, out, lse, *, causal=False, block_size=64):
    wide = torch.promote_types(q.dtype, torch.float32)
    offset = k.shape[2] - q.shape[2]
    keys, values = k.to(wide), v.to(wide)
    dk, dv, dq = torch.zeros_like(keys), torch.zeros_like(values), []
    for number, blocks in enumerate(
        zip(*(t.split(block_size, 2) for t in (q, grad_out, out, lse)), strict=True)
    ):
        chunk, grad, output, total = (block.to(wide) for block in blocks)
        scores = chunk_scores(chunk, keys, number * block_size + offset, causal)
        # -inf minus -inf is NaN, which is what a query without keys gives, and nothing else does.
        weights = (scores - total[..., None]).exp().nan_to_num(nan=0.0)
        dv += torch.einsum("bhij,bhic->bhjc", weights, grad)
        inner = (
            torch.einsum("bhic,bhjc->bhij", grad, values)
            - torch.einsum("bhic,bhic->bhi", grad, output)[..., None]
        )
        inner = inner * weights / math.sqrt(q.shape[-1])
        dq.append(torch.einsum("bhij,bhjd->bhid", inner, keys))
        dk += torch.einsum("bhij,bhid->bhjd", inner, chunk)
    return torch.cat(dq, 2).type_as(q), dk.type_as(k), dv.type_as(v)
