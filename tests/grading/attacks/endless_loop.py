"""A7: never returns. Each call has a deadline, and after three dead workers the rest is not run."""
# expect: case TIMED_OUT "no answer within 0.6 s"
# expect: case ERRORED "has ended or timed out 3 times"
# deadlines: call_s=0.6 suite_s=6


def flash_attention(q, k, v, *, causal=False, block_size=64):
    while True:
        pass
