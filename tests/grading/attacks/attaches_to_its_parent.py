"""C5: ptrace, process_vm_readv, pidfd_getfd and signals against the grader and the zygote. All are denied."""
# expect: problem "all denied"
import ctypes
import os

_libc = ctypes.CDLL(None, use_errno=True)
_done = []
_host = int(os.readlink("/proc/self"))
for _pid in (os.getppid(), _host - 1, _host - 2, 1):
    if _libc.ptrace(16, _pid, None, None) == 0:
        _done.append(f"ptrace {_pid}")
    if _libc.syscall(310, _pid, None, 0, None, 0, 0) >= 0:
        _done.append(f"process_vm_readv {_pid}")
    if _libc.syscall(434, _pid, 0) >= 0:
        _done.append(f"pidfd_open {_pid}")
for _pid in (_host - 1, _host - 2, -1, 0):
    try:
        os.kill(_pid, 0)
        _done.append(f"kill {_pid}")
    except OSError:
        pass
raise RuntimeError(f"done: {_done}" if _done else "all denied")
