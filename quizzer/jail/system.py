"""The system calls that Python has no words for, by ctypes; numbers are those of Linux."""

from __future__ import annotations

import ctypes
import os
import platform
import sys

IS_LINUX = sys.platform.startswith("linux")
MACHINE = platform.machine()

PR_SET_PDEATHSIG = 1
PR_SET_SECCOMP = 22
PR_SET_CHILD_SUBREAPER = 36
PR_SET_NO_NEW_PRIVS = 38

_libc = ctypes.CDLL(None, use_errno=True)


def prctl(option: int, *arguments: int) -> None:
    """Ask the kernel for an operation on this process.

    Raises:
        OSError: If the kernel refuses.
    """
    padded = [*arguments, 0, 0, 0, 0][:4]
    _check(_libc.prctl(ctypes.c_ulong(option), *(ctypes.c_ulong(argument) for argument in padded)))


def unshare(flags: int) -> None:
    """Leave the namespaces that `flags` name for new ones.

    Raises:
        OSError: If the kernel refuses.
    """
    _check(_libc.unshare(ctypes.c_int(flags)))


def syscall(number: int, *arguments: int | bytes) -> int:
    """Call a system call by its number; bytes are passed by address.

    Raises:
        OSError: If the kernel refuses.
    """
    passed = [
        ctypes.c_char_p(argument) if isinstance(argument, bytes) else ctypes.c_long(argument)
        for argument in arguments
    ]
    return _check(_libc.syscall(ctypes.c_long(number), *passed))


def die_with_parent(signal_number: int) -> None:
    """Ask to be sent `signal_number` when the parent ends."""
    if IS_LINUX:
        prctl(PR_SET_PDEATHSIG, signal_number)


def _check(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return int(result)
