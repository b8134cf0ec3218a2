"""F1: makes processes by the raw system calls clone, clone3 and vfork, and by subprocess and posix_spawn."""
# expect: problem "nothing was started"
import ctypes
import os
import subprocess

_libc = ctypes.CDLL(None, use_errno=True)
_started = []
for _number, _argument in ((56, 17), (435, None), (58, None), (57, None)):
    _pid = _libc.syscall(_number, _argument, 0, 0, 0, 0)
    if _pid == 0:
        os._exit(0)
    if _pid > 0:
        _started.append(_number)
for _start in (lambda: subprocess.run(["/bin/true"]), lambda: os.posix_spawn("/bin/true", ["true"], {}),
               lambda: os.execv("/bin/true", ["true"]), lambda: os.system("true") and 1 / 0):
    try:
        _start()
        _started.append(str(_start))
    except (OSError, ZeroDivisionError):
        pass
raise RuntimeError(f"started: {_started}" if _started else "nothing was started")
