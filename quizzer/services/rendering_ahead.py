"""A second process that renders parts of decks from the last one on, while the export begins with the first.

What it has rendered stands in the cache by the time the export comes there. One that cannot be started, is
late or dies costs only the time that it would have saved: what is not kept, the export renders itself.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from types import FrameType, TracebackType

from quizzer.exchange.anki.rendering import Part, Rendered, RenderedStore

WORTH_NOTES = 1500
"""Notes from which on a second process saves more than it costs."""

_ENDING = (signal.SIGINT, signal.SIGTERM)

Render = Callable[[Part], Iterator[object]]
"""Renders a part into the store, note by note; what is left before its end keeps nothing."""


class SharedStore:
    """The store of an export, which a second process helps to fill where nothing is kept at either end.

    Args:
        store: Where both processes keep what they render.
        parts: What is exported, in the order in which it is asked for.
        render: How the second process renders one of them.
    """

    def __init__(self, store: RenderedStore, parts: Sequence[Part], render: Render) -> None:
        self._store = store
        self._parts = parts
        self._render = render
        self._missing = 0
        self._helper = 0  # a process id

    def get(self, key: str) -> dict[bytes, Rendered]:
        """Return what is kept of a part."""
        kept = self._store.get(key)
        if kept:
            self._end()  # the two have met
            return kept
        self._missing += 1
        # Not before the second part: what rendering the first took to import and compile, both have then.
        if self._missing == 2 and self._is_worth_it():
            self._start()
        return kept

    def put(self, key: str, rendered: dict[bytes, Rendered]) -> None:
        """Keep this of a part, and nothing else."""
        self._store.put(key, rendered)

    def __enter__(self) -> SharedStore:
        """Give the store."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave no process behind."""
        self._end()

    def _is_worth_it(self) -> bool:
        if not _can_fork() or sum(len(part.notes) for part in self._parts) < WORTH_NOTES:
            return False
        return not self._store.get(self._parts[-1].key)

    def _start(self) -> None:
        parent = os.getpid()
        # A signal must not find the helper with the handlers of the export, whose files it would clear away.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
        try:
            self._helper = os.fork()
            if not self._helper:
                self._help(parent)
        except OSError:
            return
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def _help(self, parent: int) -> None:
        """Render as long as the export neither ends nor says so; never return."""
        is_over = False

        def end(number: int, frame: FrameType | None) -> None:
            nonlocal is_over
            is_over = True

        try:
            for number in _ENDING:
                signal.signal(number, end)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)
            gc.disable()  # it writes to all that lives, which is shared as long as nobody writes to it
            for part in reversed(self._parts):
                for _ in self._render(part):
                    if is_over or os.getppid() != parent:
                        return
        finally:
            os._exit(0)  # without a word: terminal, database and temporary files are the export's

    def _end(self) -> None:
        if self._helper:
            helper, self._helper = self._helper, 0
            os.kill(helper, signal.SIGTERM)
            os.waitpid(helper, 0)


def _can_fork() -> bool:
    """Say whether a copy of this process can work, on another processor."""
    if sys.platform != "linux":  # the frameworks of macOS do not survive it, Windows has none
        return False
    return threading.active_count() == 1 and len(os.sched_getaffinity(0)) > 1
