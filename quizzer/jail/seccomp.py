"""seccomp: which system calls a worker may make; a list of what is denied, as a BPF program.

Source: Linux kernel documentation, userspace-api/seccomp_filter; numbers from the x86-64 table.
"""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Collection

from quizzer.jail.system import IS_LINUX, MACHINE, PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, prctl

_MODE_FILTER = 2
_X86_64 = 0xC000003E
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER_AT, _MACHINE_AT, _FIRST_ARGUMENT_AT, _THIRD_ARGUMENT_AT, _FOURTH_ARGUMENT_AT = 0, 4, 16, 32, 40
_ALLOW, _ERROR, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_EPERM, _ENOSYS = 1, 38

_CLONE, _CLONE3, _CLONE_THREAD = 56, 435, 0x10000
_KILL_CALL, _TGKILL = 62, 234
_PRCTL, _PR_SET_DUMPABLE, _PR_SET_PDEATHSIG = 157, 4, 1
_MADVISE, _MADV_REMOVE, _MADV_PAGEOUT = 28, 9, 21
# Pages of a shared mapping outlive MADV_DONTNEED, and huge ones are resident nowhere: both would be
# memory that no counter of the process shows.
_MMAP, _MAP_SHARED_OR_HUGE = 9, 0x01 | 0x40000

DENIED = {
    # other programs and processes
    "fork": 57, "vfork": 58, "execve": 59, "execveat": 322, "ptrace": 101, "process_vm_readv": 310,
    "process_vm_writev": 311, "process_madvise": 440, "tkill": 200, "rt_sigqueueinfo": 129,
    "rt_tgsigqueueinfo": 297, "pidfd_open": 434, "pidfd_getfd": 438, "pidfd_send_signal": 424,
    "setsid": 112, "setpgid": 109,
    # the network
    "socket": 41, "socketpair": 53, "connect": 42, "bind": 49, "listen": 50, "accept": 43, "accept4": 288,
    # memory that the counters do not see, and ways into the kernel
    "memfd_create": 319, "memfd_secret": 447, "shmget": 29, "shmat": 30, "mq_open": 240, "msgget": 68,
    "semget": 64, "pipe": 22, "pipe2": 293, "fallocate": 285, "remap_file_pages": 216, "bpf": 321,
    "perf_event_open": 298, "io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427,
    "userfaultfd": 323, "keyctl": 250, "add_key": 248, "request_key": 249,
    "swapon": 167, "swapoff": 168,
    # the machine
    "mount": 165, "umount2": 166, "unshare": 272, "setns": 308, "pivot_root": 155, "chroot": 161,
    "kexec_load": 246, "init_module": 175, "finit_module": 313, "delete_module": 176, "reboot": 169,
    "settimeofday": 164, "clock_settime": 227, "adjtimex": 159, "personality": 135, "quotactl": 179,
    "acct": 163, "syslog": 103, "fsopen": 430, "fsmount": 432, "move_mount": 429, "open_tree": 428,
    # its own limits and scheduling
    "prlimit64": 302, "setrlimit": 160, "sched_setaffinity": 203, "sched_setscheduler": 144,
    "sched_setattr": 314, "setpriority": 141,
    # its own user
    "setuid": 105, "setgid": 106, "setreuid": 113, "setregid": 114, "setgroups": 116, "setresuid": 117,
    "setresgid": 119, "setfsuid": 122, "setfsgid": 123, "capset": 126,
    # files
    "open_by_handle_at": 304, "name_to_handle_at": 303, "mknod": 133, "mknodat": 259, "link": 86,
    "linkat": 265, "symlink": 88, "symlinkat": 266, "inotify_init1": 294, "fanotify_init": 300,
}  # fmt: skip

# What the driver of a GPU needs of these, beside shared mappings.
FOR_DEVICES = frozenset(("pipe", "pipe2", "memfd_create", "fallocate"))


def deny_system_calls(allowed: Collection[str] = ()) -> str:
    """Deny this process and its children what no submission needs.

    Calls that are `allowed` are not denied; with any, shared mappings are not either.

    Raises:
        OSError: If the kernel has no seccomp, or the machine is not one whose numbers are known.
    """
    if not IS_LINUX or MACHINE != "x86_64":
        raise OSError(_ENOSYS, f"no table of system calls for {MACHINE}")
    program = assemble(os.getpid(), allowed)
    code = ctypes.create_string_buffer(program)
    header = struct.pack("<HxxxxxxQ", len(program) // 8, ctypes.addressof(code))
    holder = ctypes.create_string_buffer(header)
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    prctl(PR_SET_SECCOMP, _MODE_FILTER, ctypes.addressof(holder))
    return f"{len(DENIED) - len(allowed)} calls denied"


def assemble(pid: int, allowed: Collection[str] = ()) -> bytes:
    """Return the filter for the process `pid` as BPF instructions of eight bytes."""
    program = [
        _instruction(_LOAD, 0, 0, _MACHINE_AT),
        _instruction(_EQUAL, 1, 0, _X86_64),
        _instruction(_RETURN, 0, 0, _KILL),
        _instruction(_LOAD, 0, 0, _NUMBER_AT),
        _instruction(_AT_LEAST, 0, 1, 0x40000000),  # the x32 table, which has the same calls again
        _instruction(_RETURN, 0, 0, _KILL),
        # glibc falls back from clone3, whose flags a filter cannot see, to clone.
        *_deny(_CLONE3, _ENOSYS),
    ]
    for name, number in DENIED.items():
        if name not in allowed:
            program += _deny(number, _EPERM)
    program += _where(_CLONE, _FIRST_ARGUMENT_AT, _instruction(_ANY_BIT, 1, 0, _CLONE_THREAD))
    for number in (_KILL_CALL, _TGKILL):
        program += _where(number, _FIRST_ARGUMENT_AT, _instruction(_EQUAL, 1, 0, pid))
    for option in (_PR_SET_DUMPABLE, _PR_SET_PDEATHSIG):
        program += _where(_PRCTL, _FIRST_ARGUMENT_AT, _instruction(_EQUAL, 0, 1, option))
    for advice in (_MADV_REMOVE, _MADV_PAGEOUT):
        program += _where(_MADVISE, _THIRD_ARGUMENT_AT, _instruction(_EQUAL, 0, 1, advice))
    if not allowed:
        program += _where(_MMAP, _FOURTH_ARGUMENT_AT, _instruction(_ANY_BIT, 0, 1, _MAP_SHARED_OR_HUGE))
    program.append(_instruction(_RETURN, 0, 0, _ALLOW))
    return b"".join(program)


def _instruction(code: int, if_true: int, if_false: int, value: int) -> bytes:
    return struct.pack("<HBBI", code, if_true, if_false, value)


def _deny(number: int, error: int) -> list[bytes]:
    return [_instruction(_EQUAL, 0, 1, number), _instruction(_RETURN, 0, 0, _ERROR | error)]


def _where(number: int, argument_at: int, test: bytes) -> list[bytes]:
    """Deny a call by one of its arguments: `test` jumps over the next instruction where it is allowed."""
    return [
        _instruction(_EQUAL, 0, 4, number),
        _instruction(_LOAD, 0, 0, argument_at),
        test,
        _instruction(_RETURN, 0, 0, _ERROR | _EPERM),
        _instruction(_LOAD, 0, 0, _NUMBER_AT),
    ]
