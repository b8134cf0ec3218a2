"""F5: fills every folder it can write to. There is none."""
# expect: problem "nothing was written"
import os

_written = []
for _folder in ("/tmp", "/var/tmp", "/dev/shm", "/run", ".", os.path.expanduser("~"), "/proc/self"):
    try:
        with open(f"{_folder}/quizzer-attack", "wb") as _file:
            _file.write(b"\0" * (1 << 20))
        _written.append(_folder)
    except OSError:
        pass
raise RuntimeError(f"written: {_written}" if _written else "nothing was written")
