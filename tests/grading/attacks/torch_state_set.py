"""B13: sets torch's global state. It is state of its own process; a case gets its dtype checked all the same."""
# base: reference
# expect: case FAILED "expected float32, found float64"
_honest = flash_attention
torch.set_default_dtype(torch.float64)
torch.set_num_threads(4)
torch.manual_seed = lambda seed: None


def flash_attention(q, k, v, *, causal=False, block_size=64):
    return torch.empty(0).new_tensor(_honest(q, k, v, causal=causal, block_size=block_size).tolist())
