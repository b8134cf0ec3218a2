"""F9: sends SIGKILL to all processes, its group, its parent and neighbours. It may signal itself only."""
# expect: case ERRORED "nobody was killed"
import os
import signal


def flash_attention(q, k, v, *, causal=False, block_size=64):
    killed = []
    host = int(os.readlink("/proc/self"))
    for pid in (-1, 0, os.getppid(), host - 1, host - 2, host - 3):
        try:
            os.kill(pid, signal.SIGUSR1)
            killed.append(pid)
        except OSError:
            pass
    raise RuntimeError(f"killed: {killed}" if killed else "nobody was killed")
