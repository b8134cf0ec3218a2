"""A worker's own time: what it computes and what it sleeps, but not what it waits for a processor."""

from __future__ import annotations

import time

from quizzer.grader import meters

_LONGEST_SAMPLE_S = 0.1  # of sleep that one look stands for; a busy machine looks more rarely


class OwnTime:
    """Counts for one process, while `sample` is called every few hundredths of a second.

    On an idle machine it runs as the clock does. On a busy one, or in a virtual machine
    whose host is busy, an honest program is not late because others were served first.
    """

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._started = self._looked_at = time.monotonic()
        self._slept_s = 0.0

    def sample(self) -> None:
        """Look whether the process sleeps.

        Raises:
            OSError: If it is gone.
        """
        now = time.monotonic()
        if not meters.is_running(self._pid):
            self._slept_s += min(now - self._looked_at, _LONGEST_SAMPLE_S)
        self._looked_at = now

    def seconds(self) -> float:
        """Return the seconds so far; the clock's where the kernel does not tell."""
        try:
            return meters.cpu_seconds(self._pid) + self._slept_s
        except OSError:
            return time.monotonic() - self._started
