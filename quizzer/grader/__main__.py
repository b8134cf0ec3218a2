"""`python -I -m quizzer.grader`: grades the orders that come as lines of JSON, until there are no more.

Orders come on standard input, events leave on standard output. The zygote imports torch while
this process does.
"""

from __future__ import annotations

import gc
import os
import queue
import sys
import threading
from typing import BinaryIO

import msgspec

from quizzer.grader.zygote import Zygote
from quizzer.wire.orders import Event, Order, Probe


def main() -> None:
    """Serve until standard input ends; then nothing of it is left."""
    events = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # what a suite prints must not look like an event
    with Zygote() as zygote:
        orders: queue.SimpleQueue[Order | Probe] = queue.SimpleQueue()
        threading.Thread(target=_read_orders, args=(orders, zygote), daemon=True).start()
        gc.disable()
        import torch

        from quizzer.grader.grading import grade, probe

        # Tensors are small: threads would wait for each other, more so on a busy machine.
        torch.set_num_threads(1)
        gc.enable()
        gc.freeze()  # pytest collects garbage at its end: without torch's objects it takes no time
        while True:
            order = orders.get()
            try:
                if isinstance(order, Probe):
                    _send(events, Event(machine=probe(zygote)))
                else:
                    _send(events, Event(verdict=grade(order, zygote, lambda event: _send(events, event))))
            except Exception as error:
                import traceback

                traceback.print_exc()
                _send(events, Event(fault=f"{type(error).__name__}: {error}"))


def _read_orders(orders: queue.SimpleQueue[Order | Probe], zygote: Zygote) -> None:
    for line in sys.stdin.buffer:
        orders.put(msgspec.json.decode(line, type=Order | Probe))
    # Whoever asked is gone: an order in progress interests nobody any more.
    zygote.close()
    os._exit(0)


def _send(stream: BinaryIO, event: Event) -> None:
    stream.write(msgspec.json.encode(event) + b"\n")


if __name__ == "__main__":
    main()
