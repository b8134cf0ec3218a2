"""The GPU of this machine, as the trusted process sees it: whether there is one, and its memory."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import torch

from quizzer.grader.failures import GraderFault, SubmissionDied, SubmissionError, SubmissionTimedOut
from quizzer.grader.worker import WorkerProcess
from quizzer.wire.messages import Operation

_FIRST_USE_S = 30.0  # until a driver has answered for the first time


class Device(Protocol):
    """Where the gates of a GPU measure; `name` is torch's word for it."""

    name: str

    def problem(self) -> str:
        """Return why it cannot be used, "" if nothing speaks against trying; nothing is initialised."""

    def used_bytes(self, pid: int) -> int:
        """Return the memory of the device in use; the process `pid` is measured.

        Raises:
            GraderFault: If it cannot be read.
        """


class Gpu:
    """The first of the GPUs that torch sees."""

    name = "cuda"

    def problem(self) -> str:
        """Return why it cannot be used; a torch for the CPU is what most learners have."""
        if torch.version.cuda is None:
            return "this PyTorch has no CUDA"
        if not any(Path("/dev").glob("nvidia[0-9]*")):
            return "this computer has no NVIDIA GPU"
        return ""

    def used_bytes(self, pid: int) -> int:
        """Return the memory in use by all programs: torch's allocator gives nothing back by itself."""
        try:
            free, total = torch.cuda.mem_get_info()
        except (RuntimeError, AssertionError) as error:  # a driver that serves one process alone, say
            raise GraderFault(f"its memory cannot be read ({error})") from error
        return int(total - free)


def try_device(device: Device, start: Callable[[str], WorkerProcess]) -> tuple[str, str]:
    """Compute on the device once, in a worker that `start` gives; return its name, or "" and the problem."""
    if problem := device.problem():
        return "", problem
    try:
        worker = start(device.name)
    except GraderFault as error:
        return "", str(error)
    try:
        return str(worker.request(Operation.DEVICE, _FIRST_USE_S)), ""
    except (SubmissionError, SubmissionDied, SubmissionTimedOut) as error:
        return "", f"PyTorch cannot use the GPU here: {getattr(error, 'short', error)}"
    finally:
        worker.close()
