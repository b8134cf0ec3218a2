"""A8: ignores and blocks every signal, then loops. SIGKILL from outside cannot be ignored."""
# expect: case TIMED_OUT "no answer within 0.6 s"
# deadlines: call_s=0.6 suite_s=6
import signal

for _number in signal.valid_signals():
    try:
        signal.signal(_number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())


def flash_attention(q, k, v, *, causal=False, block_size=64):
    while True:
        pass
