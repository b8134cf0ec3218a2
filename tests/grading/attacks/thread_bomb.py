"""F3: starts threads until it is refused. The number of processes or the limit on data ends that."""
# expect: case ERRORED ""
# deadlines: call_s=2 suite_s=8
import threading
import time


def flash_attention(q, k, v, *, causal=False, block_size=64):
    for _ in range(300):
        threading.Thread(target=time.sleep, args=(15,), daemon=True).start()
    raise RuntimeError(f"{threading.active_count()} threads")
