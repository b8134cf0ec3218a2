"""One head at a time, in float64, written into memory of its own; inference mode."""

import torch


@torch.inference_mode()
def flash_attention_forward(q, k, v, *, causal=False, block_size=64):
    B, H, Sq, D = q.shape
    Sk, Dv = v.shape[2:]
    out = torch.empty(B, H, Sq, Dv, dtype=q.dtype)
    lse = torch.empty(B, H, Sq, dtype=torch.float64)
    for b in range(B):
        for h in range(H):
            for i in range(0, Sq, block_size):
                rows = torch.arange(i, min(i + block_size, Sq))
                qi = q[b, h, rows].double() * D**-0.5
                top = torch.full((len(rows), 1), -1e300, dtype=torch.float64)
                den = torch.zeros(len(rows), 1, dtype=torch.float64)
                num = torch.zeros(len(rows), Dv, dtype=torch.float64)
                last = Sk - 1 if not causal else min(Sk - 1, int(rows[-1]) + Sk - Sq)
                j = 0
                while j <= last:
                    cols = torch.arange(j, min(j + block_size, last + 1))
                    s = qi @ k[b, h, cols].double().T
                    if causal:
                        s[cols[None] > rows[:, None] + Sk - Sq] = -torch.inf
                    new = torch.maximum(top, s.max(1, keepdim=True)[0])
                    s.sub_(new).exp_()
                    shrink = (top - new).exp()
                    den.mul_(shrink).add_(s.sum(1, keepdim=True))
                    num.mul_(shrink).addmm_(s, v[b, h, cols].double())
                    top = new
                    j += block_size
                seen = den > 0
                out[b, h, rows] = torch.where(seen, num / den, 0).to(q.dtype)
                lse[b, h, rows] = torch.where(seen, top + den.log(), -torch.inf)[:, 0]
    return out, lse


@torch.inference_mode()
def flash_attention_backward(grad_out, q, k, v, out, lse, *, causal=False, block_size=64):
    B, H, Sq, D = q.shape
    Sk = k.shape[2]
    dq, dk, dv = (torch.empty(t.shape, dtype=t.dtype) for t in (q, k, v))
    scale = D**-0.5
    for b in range(B):
        for h in range(H):
            aq, ak, av = (torch.zeros(t.shape[2:], dtype=torch.float64) for t in (q, k, v))
            for i in range(0, Sq, block_size):
                r = slice(i, min(i + block_size, Sq))
                seen = torch.isfinite(lse[b, h, r])
                rows = torch.arange(r.start, r.stop)[seen]
                if not len(rows):
                    continue
                g, o, qi = (t[b, h, rows].double() for t in (grad_out, out, q))
                delta = (g * o).sum(1, keepdim=True)
                for j in range(0, Sk, block_size):
                    c = slice(j, min(j + block_size, Sk))
                    kj, vj = k[b, h, c].double(), v[b, h, c].double()
                    p = qi @ kj.T
                    p.mul_(scale).sub_(lse[b, h, rows, None].double()).exp_()
                    if causal:
                        p[torch.arange(c.start, c.stop)[None] > rows[:, None] + Sk - Sq] = 0
                    av[c].addmm_(p.T, g)
                    p *= (g @ vj.T).sub_(delta)
                    aq[rows] += p @ kj * scale
                    ak[c].addmm_(p.T, qi, alpha=scale)
            dq[b, h], dk[b, h], dv[b, h] = aq.to(q.dtype), ak.to(k.dtype), av.to(v.dtype)
    return dq, dk, dv
