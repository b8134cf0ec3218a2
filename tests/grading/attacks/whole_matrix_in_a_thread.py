"""D7: computes the whole score matrix in a thread. Resident memory is the process's, whichever thread asks for it."""
# base: reference
# expect: memory_growth FAILED ""
import threading as _threading

_honest = flash_attention


def _naive(q, k, v, out):
    out.append(torch.softmax(q @ k.transpose(-2, -1) * q.shape[-1] ** -0.5, -1) @ v)


def flash_attention(q, k, v, *, causal=False, block_size=64):
    if q.shape[2] < 1024:
        return _honest(q, k, v, causal=causal, block_size=block_size)
    out = []
    thread = _threading.Thread(target=_naive, args=(q, k, v, out))
    thread.start()
    thread.join()
    return out[0]
