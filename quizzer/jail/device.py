"""Tensors on a GPU, and what a worker that uses one is allowed beyond the others.

Its driver maps memory of the device, which no limit of addresses or data can bear, talks to device nodes,
and names threads below /proc by the pid that it sees, so that a namespace of processes would mislead it.
No memory of such a worker's own decides a gate.

Source: public reports on CUDA within Landlock and seccomp, such as NVIDIA/OpenShell pull request 710.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import torch

from quizzer.wire.messages import CPU

READABLE = (
    "/proc/driver", "/proc/devices", "/proc/modules", "/proc/version", "/proc/sys/vm", "/sys/bus/pci",
    "/sys/devices", "/sys/module/nvidia", "/run/nvidia-persistenced", "/usr/local/cuda",
    "/usr/local/nvidia", "/etc/alternatives",
)  # fmt: skip
WRITABLE = ("/proc/self/task",)
_NODES = "nvidia*"


def device_nodes() -> list[Path]:
    """Return the nodes through which programs reach the GPUs of this machine."""
    return sorted(path for path in Path("/dev").glob(_NODES) if path.is_char_device())


def device_name(device: str) -> str:
    """Return what a device calls itself.

    Raises:
        Exception: Whatever torch raises where it cannot use the device.
    """
    torch.zeros(1, device=device).add_(1).cpu()  # a device that answers may still not compute
    return device if torch.device(device).type == CPU else str(torch.cuda.get_device_name(device))


def computing_on(device: str) -> AbstractContextManager[object]:
    """Have what a program makes without naming a device lie on this one."""
    return nullcontext() if device == CPU else torch.device(device)


def on_device(value: Any, device: str) -> Any:
    """Return `value` with its tensors on another device than the CPU, as leaves; containers are made anew."""
    if device == CPU:
        return value
    if isinstance(value, torch.Tensor):
        return value.detach().to(device).requires_grad_(value.requires_grad)
    if type(value) in (tuple, list):
        return type(value)(on_device(item, device) for item in value)
    if type(value) is dict:
        return {key: on_device(item, device) for key, item in value.items()}
    return value
