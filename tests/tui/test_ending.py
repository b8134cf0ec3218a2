"""The end of a process whose threads do not end."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import threading
from quizzer.tui.ending import end_at_last
threading.Thread(target=threading.Event().wait).start()  # waits for ever, and the interpreter for it
end_at_last(129, 0.1)
"""


def test_a_thread_that_waits_for_ever_does_not_keep_the_process() -> None:
    """After its patience the process ends with the code, though the interpreter would wait."""
    ended = subprocess.run([sys.executable, "-c", PROGRAM], timeout=30, check=False)
    assert ended.returncode == 129
