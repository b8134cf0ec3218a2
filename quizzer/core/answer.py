"""When a typed answer is the same as the expected one: texts, and numbers with units.

A wrong verdict is worse than a strict one, so nothing is folded that could mean something else.
"""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction

from quizzer.core.note import Accept
from quizzer.core.number import Reading, read_numbers

_WORD_JOIN = re.compile(r"(?<=[^\W\d_])[\s\-_‐‑–—]+(?=[^\W\d_]{2})|(?<=[^\W\d_]{2})[\s\-_‐‑–—]+(?=[^\W\d_])")
_APOSTROPHE = re.compile(r"(?<=[^\W\d_]{2})['’](?=[^\W\d_]|\s|$)")
_QUOTED = re.compile(r"^([\"'“”‘’`])(.+)[\"'“”‘’`]$", re.DOTALL)
_MATH = re.compile(r"[()\[\]{}=<>+*/^|!]")

# Other ways to write the same unit; what stands on the left is replaced before units are compared.
_UNIT_NAMES = {
    "percent": "%",
    "per cent": "%",
    "us": "µs",
    "x": "×",
    "times": "×",
    "degrees": "°",
    "degree": "°",
    "sec": "s",
    "seconds": "s",
    "second": "s",
}


def is_same_text(expected: str, typed: str) -> bool:
    """Say whether `typed` is `expected` but for case, spaces, and hyphens and apostrophes inside words.

    Where the expected text holds math, case counts: O(n) is not o(n).
    """
    one, other = _fold(expected), _fold(typed)
    return one == other if _MATH.search(expected) else one.casefold() == other.casefold()


def is_same_number(accept: Accept, typed: str) -> tuple[bool, str]:
    """Say whether `typed` lies within the tolerance of the expected number, and what to remark.

    A missing unit counts as the expected one; another unit is wrong, whatever the number.
    """
    readings = read_numbers(typed)
    if not readings:
        return False, "No number was found in the answer."
    expected = Fraction(accept.number.replace("_", ""))
    distance = allowed_distance(expected, accept.tolerance)
    for reading in readings:
        value, unit = _without_percent(reading, accept)
        if abs(value - expected) <= distance:
            if unit and not is_same_unit(unit, accept.unit):
                return False, f"The unit was expected to be {accept.unit or 'none'}."
            return not reading.is_doubtful, reading.remark
    value, unit = _without_percent(readings[0], accept)
    if unit and not is_same_unit(unit, accept.unit):
        return False, f"The unit was expected to be {accept.unit or 'none'}."
    return False, ""


def allowed_distance(expected: Fraction, tolerance: str) -> Fraction:
    """Return how far from `expected` an answer may lie; `tolerance` is "", a distance or a share ("1%")."""
    if tolerance.endswith("%"):
        return abs(expected) * Fraction(tolerance[:-1].strip()) / 100
    return Fraction(tolerance) if tolerance else Fraction(0)


def is_same_unit(typed: str, expected: str) -> bool:
    """Say whether two units are the same; Gb is not GB, but gb will do for it."""
    one, other = (_unit(unit) for unit in (typed, expected))
    if one == other or (one.islower() and one == other.lower()):
        return True
    # The plural of a word; "m" and "ms", or FLOP and FLOPS, are no such pair.
    short, long = sorted((one, other), key=len)
    return len(short) > 2 and long.islower() and f"{short}s" == long


def _unit(text: str) -> str:
    cleaned = " ".join(text.replace("\N{GREEK SMALL LETTER MU}", "µ").split())
    return _UNIT_NAMES.get(cleaned, cleaned)


def _without_percent(reading: Reading, accept: Accept) -> tuple[Fraction, str]:
    if _unit(reading.unit) == "%" and not accept.unit:
        return reading.value / 100, ""
    return reading.value, reading.unit


def _fold(text: str) -> str:
    folded = unicodedata.normalize("NFC", text).strip()
    if quoted := _QUOTED.match(folded):
        folded = quoted[2].strip()
    folded = _APOSTROPHE.sub("", folded.rstrip(".,;:"))
    return re.sub(r"\s+", "", _WORD_JOIN.sub("", folded))
