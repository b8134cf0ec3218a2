"""F4: prints 32 MiB. Output is read as it comes and kept up to 64 KiB."""
# expect: case FAILED "values wrong"
# prints: "xxxx"
import torch

for _ in range(512):
    print("x" * (1 << 16))


def flash_attention(q, k, v, *, causal=False, block_size=64):
    return torch.zeros(*q.shape[:3], v.shape[3], dtype=q.dtype)
