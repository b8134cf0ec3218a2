"""What the kernel counts of a worker, read from outside: memory and processor time."""

from __future__ import annotations

import time
from pathlib import Path

_RESET_PEAK = "5"  # proc(5), clear_refs: sets the peak resident size to the present one
_PAGE_BYTES = 4096
_CPU_CLOCK = 2  # clock_getcpuclockid(3) of glibc: the complement of the pid, shifted, and the clock's kind


def cpu_seconds(pid: int) -> float:
    """Return the processor time that all threads of a process have used.

    Raises:
        OSError: If the process is gone, or this system has no such clock.
    """
    return time.clock_gettime((~pid << 3) | _CPU_CLOCK)


def resident_bytes(pid: int) -> int:
    """Return the resident memory of a process, shared pages included; cheap enough to poll.

    Raises:
        OSError: If the process is gone.
    """
    return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * _PAGE_BYTES


def is_running(pid: int) -> bool:
    """Say whether a process runs or waits for a processor; else it sleeps, is stopped or has ended.

    Raises:
        OSError: If the process is gone.
    """
    stat = Path(f"/proc/{pid}/stat").read_bytes()
    return stat.rpartition(b")")[2].split()[0] == b"R"


def reset_peak(pid: int) -> int:
    """Start a new peak; return the resident bytes at which it starts.

    Raises:
        OSError: If the process is gone or the kernel does not count.
    """
    Path(f"/proc/{pid}/clear_refs").write_text(_RESET_PEAK, encoding="ascii")
    return _status_bytes(pid, b"VmRSS:")


def peak_bytes(pid: int) -> int:
    """Return the highest resident memory since the last reset.

    Raises:
        OSError: If the process is gone or the kernel does not count.
    """
    return _status_bytes(pid, b"VmHWM:")


def _status_bytes(pid: int, field: bytes) -> int:
    # As bytes: its first line is the process's name, which the process chooses.
    for line in Path(f"/proc/{pid}/status").read_bytes().splitlines():
        if line.startswith(field):
            return int(line.split()[1]) * 1024
    raise OSError(f"no {field.decode()} for process {pid}")
