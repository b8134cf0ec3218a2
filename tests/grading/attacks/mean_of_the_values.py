"""C7: returns the mean of the values, which many loose tolerances accept."""
# expect: case FAILED "values wrong"


def flash_attention(q, k, v, *, causal=False, block_size=64):
    return v.mean(dim=2, keepdim=True).expand(*q.shape[:3], v.shape[3]).to(q.dtype)
