"""Ending the process when the system wants it to, whatever else still waits."""

from __future__ import annotations

import os
import threading

PATIENCE_S = 10.0  # Textual needs a moment to give the terminal back; a terminal that is gone takes for ever


def end_at_last(code: int, patience_s: float = PATIENCE_S) -> None:
    """End the process with `code` after `patience_s` if it has not ended by then.

    Where the terminal vanished, Textual's threads may never end; what is to be saved is saved long before.
    """
    timer = threading.Timer(patience_s, os._exit, [code])
    timer.daemon = True
    timer.start()
