"""Raises its limits, pins itself, turns dumps off, changes its user and leaves its jail. All is denied."""
# expect: problem "all denied"
import ctypes
import os
import resource
import socket

_libc = ctypes.CDLL(None, use_errno=True)
_done = []


def _attempt(name, function):
    try:
        function()
        _done.append(name)
    except (OSError, ValueError):
        pass


def _call(number, *arguments):
    if _libc.syscall(number, *arguments) < 0:
        raise OSError


for _kind in (resource.RLIMIT_DATA, resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_FSIZE, resource.RLIMIT_NPROC):
    _attempt(f"rlimit {_kind}", lambda: resource.setrlimit(_kind, (1 << 40, 1 << 40)))
_attempt("affinity", lambda: os.sched_setaffinity(0, {0}))
_attempt("priority", lambda: os.nice(-5))
_attempt("dumpable", lambda: _call(157, 4, 0, 0, 0, 0))
_attempt("parent's death", lambda: _call(157, 1, 0, 0, 0, 0))
_attempt("user", lambda: os.setuid(12345))
_attempt("group", lambda: os.setgid(12345))
_attempt("groups", lambda: os.setgroups([0]))
_attempt("chroot", lambda: os.chroot("/"))
_attempt("unshare", lambda: _call(272, 0x10000000))
_attempt("setns", lambda: _call(308, 0, 0))
_attempt("mount", lambda: _call(165, b"none", b"/tmp", b"tmpfs", 0, None))
_attempt("personality", lambda: _call(135, 0x0040000))
_attempt("bpf", lambda: _call(321, 0, None, 0))
_attempt("perf", lambda: _call(298, None, 0, -1, -1, 0))
_attempt("io_uring", lambda: _call(425, 8, None))
_attempt("userfaultfd", lambda: _call(323, 0))
_attempt("memfd", lambda: os.memfd_create("x"))
_attempt("pipe", os.pipe)
_attempt("keyring", lambda: _call(250, 0, 0, 0))
_attempt("hostname", lambda: socket.sethostname("x") or _call(165, None, None, None, 0, None))
_attempt("socket", lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM))
_attempt("unix socket", lambda: socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
_attempt("raw socket", lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW))
_attempt("socket pair", socket.socketpair)
_attempt("exec", lambda: os.execv("/bin/true", ["true"]))
raise RuntimeError(f"done: {_done}" if _done else "all denied")
