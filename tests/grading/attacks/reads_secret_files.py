"""C4, C5: reads the suite, the reference, mistakes, home, passwords and other processes' files. All are refused."""
# expect: problem "nothing was read"
import os
import sys

_read = []


def _try(path):
    try:
        if os.path.isdir(path):
            _read.append(f"{path}: {os.listdir(path)[:3]}")
        else:
            with open(path, "rb") as file:
                _read.append(f"{path}: {file.read(20)}")
    except OSError:
        pass


_root = os.path.dirname(os.path.dirname(os.path.dirname(sys.modules["quizzer.wire.frames"].__file__)))
for _path in ("katas/flash_attention/hidden_tests.py", "katas/flash_attention/kata.yaml", "reference",
              "katas/flash_attention/mistakes", "katas/flash_attention/mistakes/unscaled.py",
              "reference/flash_attention.py", "tests/grading/honest", "quizzer/grader/grading.py", ".git/config"):
    _try(f"{_root}/{_path}")
for _path in ("/etc/passwd", "/etc/shadow", "/etc/hostname", "/root", "/home", "/tmp", "/", "/var/log", "/dev/shm"):
    _try(_path)
for _pid in (1, 2, os.getppid() or 1, *range(max(1, int(os.readlink("/proc/self")) - 12), int(os.readlink("/proc/self")))):
    for _name in ("cmdline", "environ", "mem", "maps", "fd", "cwd", "root/etc/passwd"):
        _try(f"/proc/{_pid}/{_name}")
_try("/proc/self/cwd")
_try("/proc/self/root")
raise RuntimeError(f"read: {_read}" if _read else "nothing was read")
