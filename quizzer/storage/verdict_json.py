"""A verdict as JSON: what is stored with an attempt, and what `quizzer kata --json` prints."""

from __future__ import annotations

import msgspec

from quizzer.core.verdict import Verdict
from quizzer.errors import DamagedError


def encode_verdict(verdict: Verdict) -> str:
    """Return `verdict` as one JSON object with the names of its fields."""
    return msgspec.json.encode(verdict).decode()


def decode_verdict(text: str) -> Verdict:
    """Return the verdict in `text`.

    Raises:
        DamagedError: If it is none.
    """
    try:
        return msgspec.json.decode(text, type=Verdict)
    except msgspec.MsgspecError as error:
        raise DamagedError(
            f"a stored verdict cannot be read ({error}). Bring back a backup with 'quizzer restore FILE'."
        ) from error
