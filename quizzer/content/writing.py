"""Writes files of the learner's so that nobody ever sees half of one."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


def replace_file(path: Path, data: bytes, mode: int | None = None, *, is_durable: bool = True) -> None:
    """Put `data` in the place of `path` at once; `mode` are its permissions, private by default.

    The data is on the disk before the old file goes, if it `is_durable`.

    Raises:
        OSError: If that cannot be done; the old file is untouched then.
    """
    with replacing_file(path, mode, is_durable=is_durable) as file:
        file.write(data)


@contextmanager
def replacing_file(path: Path, mode: int | None = None, *, is_durable: bool = True) -> Iterator[BinaryIO]:
    """Give a file to write to, which comes into the place of `path` at the end of the block.

    Raises:
        OSError: If that cannot be done; the old file is untouched then, as after any error in the block.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            if is_durable:
                file.flush()
                os.fsync(file.fileno())  # else a power cut may leave the new name without what it holds
        if mode is not None:
            temporary.chmod(mode)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
