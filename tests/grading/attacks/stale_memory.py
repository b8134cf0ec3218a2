"""E10: returns memory as it comes, hoping that somebody's right result lies there. Nobody else's ever was there."""
# expect: case FAILED ""
import torch


def flash_attention(q, k, v, *, causal=False, block_size=64):
    return torch.empty(*q.shape[:3], v.shape[3], dtype=q.dtype)
