"""When a typed answer is the same as the expected one."""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction

from quizzer.core.note import Accept

NUMBER = re.compile(
    r"""(?P<sign>[-+]?)\s*
    (?P<digits>\d{1,3}(?:[,_ ]\d{3})+(?:\.\d*)?|\d+\.?\d*|\.\d+)
    (?:e(?P<exponent>[-+]?\d{1,3}))?
    (?:\s*/\s*(?P<divisor>\d{1,18}))?
    \s*(?P<unit>(?![\d.,]|e[-+]?\d).*)""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
LONGEST_NUMBER = 60
UNITS_OF_ONE = {"": "", "percent": "%"}


def is_same_text(expected: str, typed: str) -> bool:
    """Say whether `typed` is `expected` but for case, spaces, hyphens and quotes."""
    return _fold(expected) == _fold(typed)


def is_same_number(accept: Accept, typed: str) -> tuple[bool, str]:
    """Say whether `typed` lies within the tolerance of the expected number, and what to remark.

    A missing unit counts as the expected one; another unit is wrong, whatever the number.
    """
    parsed = parse_number(typed)
    if parsed is None:
        return False, "No number was found in the answer."
    value, unit = parsed
    if unit and not _is_same_unit(unit, accept.unit):
        return False, f"The unit was expected to be {accept.unit or 'none'}."
    expected = Fraction(accept.number.replace("_", ""))
    return abs(value - expected) <= allowed_distance(expected, accept.tolerance), ""


def allowed_distance(expected: Fraction, tolerance: str) -> Fraction:
    """Return how far from `expected` an answer may lie; `tolerance` is "", a distance or a share ("1%")."""
    if tolerance.endswith("%"):
        return abs(expected) * Fraction(tolerance[:-1].strip()) / 100
    return Fraction(tolerance) if tolerance else Fraction(0)


def parse_number(text: str) -> tuple[Fraction, str] | None:
    """Return the number and the unit of a text such as `1,024 MiB`, `3/4`, `-2.5e-3`; None if it has none."""
    cleaned = unicodedata.normalize("NFKC", text).replace("\N{MINUS SIGN}", "-").strip()
    found = NUMBER.fullmatch(cleaned) if len(cleaned) <= LONGEST_NUMBER else None
    if found is None:
        return None
    value = Fraction(re.sub(r"[,_ ]", "", found["digits"])) * Fraction(10) ** int(found["exponent"] or 0)
    if found["divisor"]:
        if int(found["divisor"]) == 0:
            return None
        value /= int(found["divisor"])
    unit = found["unit"].strip()
    return (-value if found["sign"] == "-" else value), UNITS_OF_ONE.get(unit.casefold(), unit)


def _is_same_unit(typed: str, expected: str) -> bool:
    one, other = sorted((_fold(typed), _fold(expected)), key=len)
    # The plural of a word; "m" and "ms" are no such pair.
    return one == other or (len(one) > 2 and f"{one}s" == other)


def _fold(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[\s\-‐‑–—_'\"`]+", "", folded).strip(".,;:!")
