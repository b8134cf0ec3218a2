"""F12: asks torch for more threads and computes in parallel. It may: processor time is counted over all threads."""
# base: reference
# expect: cpu_time FAILED ""
_honest = flash_attention
torch.set_num_threads(4)


def flash_attention(q, k, v, *, causal=False, block_size=64):
    if k.shape[2] >= 4096:
        for _ in range(6):
            torch.softmax(q @ k.transpose(-2, -1), -1) @ v
    return _honest(q, k, v, causal=causal, block_size=block_size)
