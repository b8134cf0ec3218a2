"""Parks the scores in the buffers of pipes, which are the kernel's memory and not the process's: pipes are denied."""
# base: reference
# expect: case ERRORED "Operation not permitted"
import fcntl as _fcntl
import os as _os

_honest = flash_attention


def flash_attention(q, k, v, *, causal=False, block_size=64):
    n, m = q.shape[2], k.shape[2]
    reading, writing = _os.pipe()
    _os.close(reading)
    _os.close(writing)
    if n < 1024:
        return _honest(q, k, v, causal=causal, block_size=block_size)
    pipes, rows = [], (1 << 20) // (m * 2)
    for start in range(0, n, rows):
        scores = (q[0, 0, start : start + rows] @ k[0, 0].T * q.shape[3] ** -0.5).half()
        reading, writing = _os.pipe()
        _fcntl.fcntl(writing, 1031, 1 << 20)
        _os.write(writing, scores.numpy().tobytes())
        pipes.append((reading, writing))
    out = []
    for reading, writing in pipes:
        raw = bytearray(_os.read(reading, 1 << 20))
        scores = torch.frombuffer(raw, dtype=torch.half).view(-1, m).float()
        out.append(torch.softmax(scores, -1) @ v[0, 0])
        _os.close(reading)
        _os.close(writing)
    return torch.cat(out)[None, None]
