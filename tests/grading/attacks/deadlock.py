"""A7, F12: takes a lock twice. The deadline of a call does not ask why nothing comes."""
# expect: case TIMED_OUT "no answer within 0.6 s"
# deadlines: call_s=0.6 suite_s=6
import threading


def flash_attention(q, k, v, *, causal=False, block_size=64):
    lock = threading.Lock()
    lock.acquire()
    lock.acquire()
