from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzer.core.answer import is_same_number, is_same_text, parse_number
from quizzer.core.note import Accept


@pytest.mark.parametrize("typed", ["log-sum-exp", "Log Sum Exp", "logsumexp", " LOG‑SUM‑EXP.", "log_sum_exp"])
def test_case_spaces_and_hyphens_do_not_matter(typed: str) -> None:
    """The same words are the same answer, however they are joined."""
    assert is_same_text("log-sum-exp", typed)


@pytest.mark.parametrize("typed", ["", "log-sum", "log-sum-exp trick", "exp-sum-log"])
def test_other_words_are_another_answer(typed: str) -> None:
    """Neither a part, nor more, nor another order is the same."""
    assert not is_same_text("log-sum-exp", typed)


@pytest.mark.parametrize(
    ("typed", "value", "unit"),
    [
        ("0.5", Fraction(1, 2), ""),
        ("  .5 MiB", Fraction(1, 2), "MiB"),
        ("1,048,576 bytes", Fraction(1048576), "bytes"),
        ("1 048 576", Fraction(1048576), ""),
        ("3/4", Fraction(3, 4), ""),
        ("-2.5e-3 s", Fraction(-25, 10000), "s"),
        ("12%", Fraction(12), "%"),
        ("12 percent", Fraction(12), "%"),
        ("\N{MINUS SIGN}3", Fraction(-3), ""),
        ("+7", Fraction(7), ""),
    ],
)
def test_numbers_are_read_as_people_write_them(typed: str, value: Fraction, unit: str) -> None:
    """Separators, fractions, exponents, units and a typographic minus are understood."""
    assert parse_number(typed) == (value, unit)


@pytest.mark.parametrize("typed", ["", "about five", "1/0", "1e9999", "--1", "9" * 100])
def test_what_is_no_number_is_none(typed: str) -> None:
    """Words, divisions by zero and absurd sizes are no number."""
    assert parse_number(typed) is None


@pytest.mark.parametrize(
    ("tolerance", "typed", "is_right"),
    [
        ("", "0.5", True),
        ("", "0.501", False),
        ("1%", "0.505 MiB", True),
        ("1%", "0.5051", False),
        ("0.1", "0.6 mib", True),
        ("0.1", "0.61", False),
        ("1%", "0.5 GiB", False),
        ("1%", "half a MiB", False),
    ],
)
def test_tolerance_and_unit_decide(tolerance: str, typed: str, is_right: bool) -> None:
    """An answer is right within the tolerance; a missing unit is forgiven, another one is not."""
    assert is_same_number(Accept(number="0.5", unit="MiB", tolerance=tolerance), typed)[0] is is_right


@pytest.mark.parametrize(
    ("unit", "typed", "is_right"),
    [("tokens", "5 token", True), ("token", "5 tokens", True), ("ms", "5 m", False), ("m", "5 ms", False)],
)
def test_a_plural_is_the_same_unit(unit: str, typed: str, is_right: bool) -> None:
    """Words may be plural or not; short symbols are taken as they are."""
    assert is_same_number(Accept(number="5", unit=unit), typed)[0] is is_right


def test_another_unit_is_named() -> None:
    """The remark says which unit was expected, so that the learner sees why."""
    assert is_same_number(Accept(number="2", unit="GB"), "2 GiB") == (
        False,
        "The unit was expected to be GB.",
    )


@given(st.fractions(min_value=-(10**6), max_value=10**6, max_denominator=1000))
def test_every_number_is_right_as_its_own_answer(value: Fraction) -> None:
    """What is authored as a number is accepted when it is typed the same way."""
    text = f"{value.numerator}/{value.denominator}"
    assert parse_number(text) == (value, "")


@given(st.text(max_size=70))
def test_no_text_breaks_the_reader(text: str) -> None:
    """Any typed text is a number or none."""
    parsed = parse_number(text)
    assert parsed is None or isinstance(parsed[0], Fraction)
