"""F10: leaves a daemon by two forks and setsid, which would write later. It can neither fork nor leave its session."""
# expect: problem "no daemon"
import os
import time

_done = []
try:
    os.setsid()
    _done.append("setsid")
except OSError:
    pass
try:
    if os.fork() == 0:
        time.sleep(15)
        os._exit(0)
    _done.append("fork")
except OSError:
    pass
raise RuntimeError(f"done: {_done}" if _done else "no daemon")
