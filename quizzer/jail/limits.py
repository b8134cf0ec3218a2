"""Resource limits: memory, processor time, files and processes of one worker."""

from __future__ import annotations

import resource

from quizzer.wire.messages import CPU, Setup

# Beside data: libraries, arenas, shared mappings. Page tables of a mapping without end count nowhere else.
_OTHER_ADDRESSES = 8 << 30


def set_limits(setup: Setup, *, has_own_processes: bool) -> str:
    """Limit this process and its children.

    The number of processes is limited only in a namespace of their own: elsewhere the
    kernel counts all that the user runs, and a busy desktop would leave none.
    """
    limits = {
        resource.RLIMIT_CPU: setup.cpu_limit_s,
        resource.RLIMIT_NOFILE: setup.open_files,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
    }
    if setup.device == CPU:
        limits[resource.RLIMIT_DATA] = setup.data_limit_bytes
        limits[resource.RLIMIT_AS] = setup.data_limit_bytes + _OTHER_ADDRESSES
    if has_own_processes:
        limits[resource.RLIMIT_NPROC] = setup.processes
    for kind, value in limits.items():
        _, hard = resource.getrlimit(kind)
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (value, value))
    data = f"{setup.data_limit_bytes >> 20} MiB of" if setup.device == CPU else "no limit of"
    return f"{data} data, {setup.cpu_limit_s} s of processor time"
