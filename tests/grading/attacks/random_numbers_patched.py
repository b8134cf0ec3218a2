"""B13: makes every random generator constant, for inputs it knows. Inputs are drawn in the grader."""
# expect: case FAILED "values wrong"
import random

import torch

torch.randn = torch.rand = lambda *shape, **options: torch.zeros(*shape[:1])
torch.manual_seed(0)
random.seed(0)


def flash_attention(q, k, v, *, causal=False, block_size=64):
    torch.manual_seed(0)
    return torch.zeros(*q.shape[:3], v.shape[3], dtype=q.dtype)
