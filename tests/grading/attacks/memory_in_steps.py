"""F2: takes memory in tensors, in steps, up to 6 GiB. What is asked for counts, written to or not."""
# expect: case ERRORED "can't allocate memory"
import torch

_kept = []


def flash_attention(q, k, v, *, causal=False, block_size=64):
    for _ in range(48):
        _kept.append(torch.empty(128 << 20, dtype=torch.uint8))
        _kept[-1][0] = 1  # one page of each: writing to all of them may outlast the case
