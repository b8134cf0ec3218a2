"""The GPU of this machine, as the trusted process sees it: whether there is one, and its memory."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import torch

from quizzer.grader.failures import GraderFault


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
