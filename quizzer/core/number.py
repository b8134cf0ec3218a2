"""Reading numbers as people type them: 1,024 · 0.5 MiB · 3/4 · 2½ · 1e-3 · 3×10⁸ · 2^20 · 7 billion."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction

LONGEST = 60  # characters of an answer that can be a number with its unit
LARGEST_EXPONENT = 400

_ABOVE = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_EXPONENT = re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺]+")
_SIMPLE_FRACTION = re.compile(r"[¼½¾⅐-⅞]")
_WORDS = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}

_NUMBER = re.compile(
    r"""(?P<sign>[-+]?)\s*
    (?: (?P<whole>\d+)[ ](?P<above>\d+)\s*/\s*(?P<below>\d+)
      | (?P<digits>\d{1,3}(?:[ ]\d{3})+|\d[\d,_.]*|\.\d+)
        (?: \s*/\s*(?P<divisor>\d+)
          | e(?P<exponent>[-+]?\d+)
          | \s*(?:\^|\*\*)\s*\(?(?P<power>[-+]?\d+)\)?
          | \s*[x×·*]\s*10\s*(?:\^|\*\*)\s*\(?(?P<tens>[-+]?\d+)\)?
        )?
    )
    (?:\s*(?P<word>thousand|million|billion|trillion)\b)?
    \s*(?P<unit>(?![\d.,^*/]).*)""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d*)?")
_DOTTED = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+")
_DECIMAL_COMMA = re.compile(r"\d+,\d+")


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a typed number; a doubtful one is not taken as right, only remarked upon."""

    value: Fraction
    unit: str
    remark: str = ""
    is_doubtful: bool = False


def read_numbers(text: str) -> tuple[Reading, ...]:
    """Return the ways to read `text` as a number with a unit, the likeliest first; () if there is none."""
    cleaned = _clean(text)
    found = _NUMBER.fullmatch(cleaned) if len(cleaned) <= LONGEST else None
    if found is None:
        return ()
    unit = found["unit"].strip()
    if found["whole"]:
        values = [(_ratio(found["above"], found["below"]), "", False)]
        if values[0][0] is not None:
            values = [(Fraction(found["whole"]) + values[0][0], "", False)]
    else:
        values = [
            (_scaled(Fraction(digits), found), remark, doubtful)
            for digits, remark, doubtful in _digit_readings(found["digits"])
        ]
    factor = _WORDS.get((found["word"] or "").lower(), 1) * (-1 if found["sign"] == "-" else 1)
    return tuple(
        Reading(value * factor, unit, remark, doubtful)
        for value, remark, doubtful in values
        if value is not None
    )


def _clean(text: str) -> str:
    text = _EXPONENT.sub(lambda found: "^" + found[0].translate(_ABOVE), text.strip())
    text = _SIMPLE_FRACTION.sub(lambda found: " " + unicodedata.normalize("NFKC", found[0]), text)
    text = (
        unicodedata.normalize("NFKC", text).replace("\N{FRACTION SLASH}", "/").replace("\N{MINUS SIGN}", "-")
    )
    text = text.strip().lstrip("≈~=").strip()
    return re.sub(r"(?<=\d)\.$", "", text)


def _digit_readings(digits: str) -> list[tuple[str, str, bool]]:
    """Return the digits as Python reads them, with a remark where another reading is meant."""
    plain = re.sub(r"[_ ]", "", digits)
    readings = []
    if _GROUPED.fullmatch(plain):
        readings.append((plain.replace(",", ""), "", False))
    elif "," not in plain and plain.count(".") <= 1:
        readings.append((plain, "", False))
    if _DECIMAL_COMMA.fullmatch(plain):
        comma = plain.replace(",", ".")
        readings.append((comma, f"Read as {comma}." if readings else "", False))
    if _DOTTED.fullmatch(plain):
        whole = plain.replace(".", "")
        readings.append((whole, f"A dot is read as a decimal point: write {whole} if you mean that.", True))
    return readings


def _scaled(number: Fraction, found: re.Match[str]) -> Fraction | None:
    if found["divisor"]:
        return _ratio(str(number), found["divisor"])
    exponents = [int(found[name]) for name in ("exponent", "power", "tens") if found[name]]
    if any(abs(exponent) > LARGEST_EXPONENT for exponent in exponents):
        return None
    if found["power"]:
        return Fraction(number ** exponents[0]) if number or exponents[0] > 0 else None
    return number * Fraction(10) ** exponents[0] if exponents else number


def _ratio(above: str, below: str) -> Fraction | None:
    return Fraction(above) / int(below) if int(below) else None
