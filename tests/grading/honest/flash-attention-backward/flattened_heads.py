"""Batch and heads as one axis, `baddbmm` on sums that are changed in place, weights in powers of two."""

from __future__ import annotations

import math

import torch

LOG2_E = 1 / math.log(2.0)


def flat(tensor, wide):
    return tensor.reshape(-1, *tensor.shape[2:]).to(wide, copy=True)


def hide(scores, row, column, shift):
    index = torch.arange(row, row + scores.shape[1]).view(-1, 1) + shift
    return scores.masked_fill_(torch.arange(column, column + scores.shape[2]).view(1, -1) > index, -math.inf)


def flash_attention_forward(q, k, v, *, causal=False, block_size=64):
    wide = torch.promote_types(q.dtype, torch.float32)
    # Own copies: the queries are scaled in place, with the factor of powers of two.
    qs, ks, vs = (flat(tensor, wide) for tensor in (q, k, v))
    qs *= LOG2_E / math.sqrt(q.shape[3])
    shift = k.shape[2] - q.shape[2]
    out = torch.zeros(qs.shape[0], qs.shape[1], vs.shape[2], dtype=wide)
    lse = torch.full(qs.shape[:2], -math.inf, dtype=wide)
    for row in range(0, qs.shape[1], block_size):
        rows = slice(row, row + block_size)
        peak = torch.full((*qs[:, rows].shape[:2], 1), -math.inf, dtype=wide)
        mass = torch.zeros_like(peak)
        for column in range(0, ks.shape[1], block_size):
            columns = slice(column, column + block_size)
            scores = torch.bmm(qs[:, rows], ks[:, columns].mT)
            if causal:
                hide(scores, row, column, shift)
            top = torch.maximum(peak, scores.amax(2, keepdim=True))
            base = torch.where(top == -math.inf, 0.0, top)
            shrink = torch.exp2(peak - base)
            weights = torch.exp2(scores - base)
            mass.mul_(shrink).add_(weights.sum(2, keepdim=True))
            out[:, rows] = torch.baddbmm(out[:, rows] * shrink, weights, vs[:, columns])
            peak = top
        out[:, rows] /= mass.clamp_min(torch.finfo(wide).tiny)
        lse[:, rows] = ((peak + mass.log2()) / LOG2_E).squeeze(2)
    return out.view(*q.shape[:3], v.shape[3]).to(q.dtype), lse.view(q.shape[:3])


def flash_attention_backward(grad_out, q, k, v, out, lse, *, causal=False, block_size=64):
    wide = torch.promote_types(q.dtype, torch.float32)
    qs, ks, vs, grads, outs, sums = (flat(tensor, wide) for tensor in (q, k, v, grad_out, out, lse))
    qs *= LOG2_E / math.sqrt(q.shape[3])
    shift = k.shape[2] - q.shape[2]
    delta = (outs.mul_(grads)).sum(2, keepdim=True)
    sums = sums.mul_(LOG2_E).nan_to_num_(neginf=0.0).unsqueeze(2)
    dq, dk, dv = (torch.zeros_like(tensor) for tensor in (qs, ks, vs))
    for row in range(0, qs.shape[1], block_size):
        rows = slice(row, row + block_size)
        for column in range(0, ks.shape[1], block_size):
            columns = slice(column, column + block_size)
            scores = torch.bmm(qs[:, rows], ks[:, columns].mT)
            if causal:
                hide(scores, row, column, shift)
            weights = scores.sub_(sums[:, rows]).exp2_()
            dv[:, columns].baddbmm_(weights.mT, grads[:, rows])
            weights *= torch.bmm(grads[:, rows], vs[:, columns].mT).sub_(delta[:, rows])
            dq[:, rows].baddbmm_(weights, ks[:, columns])
            # The queries carry 1 / sqrt(D) already, and a factor that has to go again.
            dk[:, columns].baddbmm_(weights.mT, qs[:, rows], alpha=1 / LOG2_E)
    dq /= math.sqrt(q.shape[3])
    return dq.view(q.shape).to(q.dtype), dk.view(k.shape).to(k.dtype), dv.view(v.shape).to(v.dtype)
