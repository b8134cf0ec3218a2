"""Memory that two processes share, for the bytes of the tensors that go in one direction."""

from __future__ import annotations

import fcntl
import mmap
import os
import tempfile

import torch

ARENA_BYTES = 256 << 20  # sparse: only what is written takes memory
ALIGNMENT = 64  # bytes; a region starts at a multiple
_SEALS = fcntl.F_SEAL_SEAL | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW if hasattr(fcntl, "F_SEAL_SEAL") else 0


class Arena:
    """A mapping of `size` bytes; `bytes` is it as a uint8 tensor."""

    def __init__(self, fd: int, size: int = ARENA_BYTES) -> None:
        self.fd = fd
        self.size = size
        self._map = mmap.mmap(fd, size)
        self.bytes = torch.frombuffer(self._map, dtype=torch.uint8)

    @classmethod
    def create(cls, size: int = ARENA_BYTES) -> Arena:
        """Return a new arena; its size is sealed, so that no peer can cut it under our feet (SIGBUS)."""
        if hasattr(os, "memfd_create"):
            fd = os.memfd_create("quizzer-arena", os.MFD_ALLOW_SEALING | os.MFD_CLOEXEC)
            os.ftruncate(fd, size)
            fcntl.fcntl(fd, fcntl.F_ADD_SEALS, _SEALS)
        else:
            fd, path = tempfile.mkstemp(prefix="quizzer-arena-")
            os.unlink(path)  # noqa: PTH108 - the open descriptor is all that is left of it
            os.ftruncate(fd, size)
        return cls(fd, size)

    def close(self) -> None:
        """Give up the descriptor; the mapping goes with the last tensor that looks at it."""
        os.close(self.fd)
