"""Python's collector of garbage, held back while many values are made of which none is garbage."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def pausing_collector() -> Iterator[None]:
    """Hold the collector back within the block.

    It would look through all decks several times, and every thread waits for it: half of the time in
    which the browse screen opens with 10,000 cards.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
