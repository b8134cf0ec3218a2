"""Landlock: which files a worker may read. No new ones, no network, no signals to the outside.

Source: Linux kernel documentation, userspace-api/landlock (system calls 444 to 446 on all machines).
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterable
from pathlib import Path

from quizzer.jail.system import PR_SET_NO_NEW_PRIVS, prctl, syscall

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_QUERY_VERSION = 1
_PATH_BENEATH = 1
_WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 1, 1 << 2, 1 << 3
_TRUNCATE = 1 << 14
_CONTROL_DEVICE = 1 << 15  # ioctl(2) on a device
_FILE_RIGHTS_SINCE = {
    1: (1 << 13) - 1,
    2: 1 << 13,
    3: _TRUNCATE,
    5: _CONTROL_DEVICE,
}  # by version of the interface
_ALL_TCP = 0b11  # bind, connect; since version 4
_ALL_SCOPES = 0b11  # abstract unix sockets, signals; since version 6


def restrict_files(readable: Iterable[Path], writable: Iterable[Path] = ()) -> str:
    """Leave this process and its children only `readable` files and folders, and no new ones.

    What is `writable` and there may be written, devices among it controlled.

    Raises:
        OSError: If the kernel has no Landlock.
    """
    version = syscall(_CREATE_RULESET, 0, 0, _QUERY_VERSION)
    handled = sum(rights for since, rights in _FILE_RIGHTS_SINCE.items() if since <= version)
    attributes = struct.pack("<QQQ", handled, _ALL_TCP, _ALL_SCOPES)
    attributes = attributes[: 24 if version >= 6 else 16 if version >= 4 else 8]
    ruleset = syscall(_CREATE_RULESET, attributes, len(attributes), 0)
    try:
        rules = sum(_allow(ruleset, path, _READ_FILE) for path in readable)
        written = handled & (_READ_FILE | _WRITE_FILE | _TRUNCATE | _CONTROL_DEVICE)
        rules += sum(_allow(ruleset, path, written) for path in writable)
        prctl(PR_SET_NO_NEW_PRIVS, 1)
        syscall(_RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)
    return f"version {version}, {rules} rules"


def _allow(ruleset: int, path: Path, rights: int) -> bool:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        if path.is_dir():
            rights |= _READ_DIR
        syscall(_ADD_RULE, ruleset, _PATH_BENEATH, struct.pack("<Qi", rights, descriptor), 0)
    finally:
        os.close(descriptor)
    return True
