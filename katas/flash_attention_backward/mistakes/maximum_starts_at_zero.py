"""Rows whose scores are all far below zero lose their weights: your running maximum looks started at 0, so it
never falls to theirs and every exponential underflows. Nothing seen yet means minus infinity.

Notes: online-softmax-update, softmax-overflow
"""

from __future__ import annotations

import torch


def _acc(x):
    return torch.float64 if x.dtype == torch.float64 else torch.float32


def _hidden(i, ni, j, nj, shift):
    return torch.ones(ni, nj, dtype=torch.bool).triu(1 + i + shift - j)


def flash_attention_forward(q, k, v, *, causal=False, block_size=64):
    dt, (B, H, N, D), M = _acc(q), q.shape, k.shape[2]
    out = torch.zeros((B, H, N, v.shape[3]), dtype=q.dtype)
    lse = torch.full((B, H, N), float("-inf"), dtype=dt)
    for i in range(0, N, block_size):
        qi = q[:, :, i : i + block_size].to(dt) * D**-0.5
        n = qi.shape[2]
        m = torch.zeros((B, H, n, 1), dtype=dt)
        l = torch.zeros((B, H, n, 1), dtype=dt)
        o = torch.zeros((B, H, n, v.shape[3]), dtype=dt)
        for j in range(0, M, block_size):
            if causal and j > i + n - 1 + M - N:
                break
            s = qi @ k[:, :, j : j + block_size].to(dt).mT
            if causal:
                s.masked_fill_(_hidden(i, n, j, s.shape[3], M - N), float("-inf"))
            m_new = torch.maximum(m, s.amax(-1, keepdim=True))
            ref = m_new.masked_fill(m_new == float("-inf"), 0)
            p = (s - ref).exp()
            a = (m - ref).exp()
            l = l * a + p.sum(-1, keepdim=True)
            o = o * a + p @ v[:, :, j : j + block_size].to(dt)
            m = m_new
        out[:, :, i : i + n] = (o / l.masked_fill(l == 0, 1)).to(q.dtype)
        lse[:, :, i : i + n] = (m + l.log()).squeeze(-1)
    return out, lse


def flash_attention_backward(grad_out, q, k, v, out, lse, *, causal=False, block_size=64):
    dt, N, D, M = _acc(q), q.shape[2], q.shape[3], k.shape[2]
    scale = D**-0.5
    dq = torch.zeros(q.shape, dtype=dt)
    dk = torch.zeros(k.shape, dtype=dt)
    dv = torch.zeros(v.shape, dtype=dt)
    for i in range(0, N, block_size):
        qi, gi = q[:, :, i : i + block_size].to(dt), grad_out[:, :, i : i + block_size].to(dt)
        n = qi.shape[2]
        delta = (gi * out[:, :, i : i + n].to(dt)).sum(-1, keepdim=True)
        L = lse[:, :, i : i + n, None].to(dt)
        L = L.masked_fill(float("-inf") == L, float("inf"))
        for j in range(0, M, block_size):
            if causal and j > i + n - 1 + M - N:
                break
            kj, vj = k[:, :, j : j + block_size].to(dt), v[:, :, j : j + block_size].to(dt)
            s = (qi * scale) @ kj.mT
            if causal:
                s.masked_fill_(_hidden(i, n, j, s.shape[3], M - N), float("-inf"))
            p = (s - L).exp()
            ds = p * (gi @ vj.mT - delta)
            dv[:, :, j : j + block_size] += p.mT @ gi
            dq[:, :, i : i + n] += ds @ kj * scale
            dk[:, :, j : j + block_size] += ds.mT @ (qi * scale)
    return dq.to(q.dtype), dk.to(q.dtype), dv.to(q.dtype)
