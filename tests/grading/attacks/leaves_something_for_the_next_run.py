"""C9: leaves files, an environment variable and shared segments for its next worker. Nothing outlives a worker."""
# expect: problem "nothing was left"
import ctypes
import os

_left = []
for _path in ("/tmp/quizzer-attack", "/dev/shm/quizzer-attack", os.path.expanduser("~/quizzer-attack")):
    try:
        open(_path, "x").close()
        _left.append(_path)
    except OSError:
        pass
_libc = ctypes.CDLL(None, use_errno=True)
for _name, _arguments in {"shmget": (4711, 4096, 0o1666), "msgget": (4711, 0o1666), "semget": (4711, 1, 0o1666)}.items():
    if getattr(_libc, _name)(*_arguments) >= 0:
        _left.append(_name)
os.environ["QUIZZER_ATTACK"] = "1"
raise RuntimeError(f"left: {_left}" if _left else "nothing was left")
