"""B6 to B8: writes conftest.py, pytest.ini, sitecustomize.py and a torch.py for a later run. Nothing can be written."""
# expect: problem "nothing was written"
import os
import sys
import tempfile

_folders = [".", "/tmp", "/dev/shm", "/var/tmp", os.path.expanduser("~"), *sys.path]
_written = []
for _folder in _folders:
    for _name in ("conftest.py", "pytest.ini", "sitecustomize.py", "usercustomize.py", "torch.py", "x.pth"):
        try:
            with open(os.path.join(_folder, "quizzer-attack-" + _name), "w") as _file:
                _file.write("raise SystemExit(0)")
            _written.append(_file.name)
        except OSError:
            pass
try:
    _written.append(tempfile.mkdtemp())
except OSError:
    pass
raise RuntimeError(f"written: {_written}" if _written else "nothing was written")
