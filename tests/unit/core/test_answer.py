from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzer.core.answer import is_same_number, is_same_text, is_same_unit
from quizzer.core.note import Accept
from quizzer.core.number import read_numbers


@pytest.mark.parametrize(
    ("expected", "typed"),
    [
        ("log-sum-exp", "Log Sum Exp"),
        ("log-sum-exp", "logsumexp"),
        ("log-sum-exp", " LOG‑SUM‑EXP. "),
        ("log-sum-exp", "log_sum_exp"),
        ("k-means", "kmeans"),
        ("Bayes' theorem", "bayes theorem"),
        ("O(n)", "O( n )"),
        ("n-1", "n - 1"),
        ("softmax", '"softmax"'),
    ],
)
def test_case_spaces_and_hyphens_in_words_do_not_matter(expected: str, typed: str) -> None:
    """The same words are the same answer, however they are joined."""
    assert is_same_text(expected, typed)


@pytest.mark.parametrize(
    ("expected", "typed"),
    [
        ("log-sum-exp", ""),
        ("log-sum-exp", "log-sum"),
        ("log-sum-exp", "exp-sum-log"),
        ("n!", "n"),
        ("-1", "1"),
        ("n-1", "n1"),
        ("x-y", "xy"),
        ("x'", "x"),
        (".5", "5"),
        ("!=", "="),
        ("O(2n)", "O(2ⁿ)"),
        ("O(n)", "o(n)"),
        ("-", ""),
    ],
)
def test_what_means_something_else_is_another_answer(expected: str, typed: str) -> None:
    """Neither a part nor another order is the same, and in math every sign, prime and case counts."""
    assert not is_same_text(expected, typed)


@pytest.mark.parametrize(
    ("typed", "value", "unit"),
    [
        ("0.5", "1/2", ""),
        ("  .5 MiB", "1/2", "MiB"),
        ("1,048,576 bytes", "1048576", "bytes"),
        ("1 048 576", "1048576", ""),
        ("1_048_576", "1048576", ""),
        ("3/4", "3/4", ""),
        ("2½", "5/2", ""),
        ("½", "1/2", ""),
        ("2 1/2 h", "5/2", "h"),
        ("-2.5e-3 s", "-25/10000", "s"),
        ("3x10^8 m/s", "300000000", "m/s"),
        ("3·10⁸", "300000000", ""),
        ("10⁶", "1000000", ""),
        ("2^20", "1048576", ""),
        ("2**5", "32", ""),
        ("2⁻³", "1/8", ""),
        ("7 billion", "7000000000", ""),
        ("0,5", "1/2", ""),
        ("≈ 12%", "12", "%"),
        ("12.", "12", ""),
        ("\N{MINUS SIGN}3", "-3", ""),
        ("+7", "7", ""),
    ],
)
def test_numbers_are_read_as_people_write_them(typed: str, value: str, unit: str) -> None:
    """Separators, fractions, powers, words, units and a typographic minus are understood."""
    reading = read_numbers(typed)[0]
    assert (reading.value, reading.unit) == (Fraction(value), unit)


@pytest.mark.parametrize(
    "typed", ["", "about five", "1/0", "1e9999", "2^99999", "--1", "9" * 100, "1,2,3", "1.2.3"]
)
def test_what_is_no_number_is_none(typed: str) -> None:
    """Words, divisions by zero, absurd sizes and lists are no number."""
    assert read_numbers(typed) == ()


@pytest.mark.parametrize(
    ("number", "unit", "tolerance", "typed", "is_right"),
    [
        ("0.5", "MiB", "", "0.5", True),
        ("0.5", "MiB", "", "0.501", False),
        ("0.5", "MiB", "1%", "0.505 MiB", True),
        ("0.5", "MiB", "1%", "0.5051", False),
        ("0.5", "MiB", "0.1", "0.6 mib", True),
        ("0.5", "MiB", "0.1", "0.61", False),
        ("0.5", "MiB", "1%", "0.5 GiB", False),
        ("0.5", "MiB", "1%", "half a MiB", False),
        ("25", "", "", "2⁵", False),
        ("32", "", "", "2⁵", True),
        ("0.36", "", "1%", "36%", True),
        ("36", "%", "1%", "36 percent", True),
        ("500", "", "", "0,500", False),
        ("-3", "", "5%", "-3.1", True),
        ("0", "", "1%", "0.001", False),
    ],
)
def test_tolerance_and_unit_decide(
    number: str, unit: str, tolerance: str, typed: str, is_right: bool
) -> None:
    """An answer is right within the tolerance; a missing unit is forgiven, another one is not."""
    assert is_same_number(Accept(number=number, unit=unit, tolerance=tolerance), typed)[0] is is_right


def test_another_reading_is_said() -> None:
    """A decimal comma is taken with a remark; dots between thousands are not, but the learner is told."""
    assert is_same_number(Accept(number="3.125"), "3,125") == (True, "Read as 3.125.")
    is_right, remark = is_same_number(Accept(number="1024"), "1.024")
    assert not is_right
    assert "write 1024" in remark


@pytest.mark.parametrize(
    ("typed", "expected", "is_same"),
    [
        ("token", "tokens", True),
        ("tokens", "token", True),
        ("gb", "GB", True),
        ("Gb", "GB", False),
        ("m", "ms", False),
        ("Ms", "ms", False),
        ("TFLOP", "TFLOPS", False),
        ("us", "µs", True),
        ("seconds", "s", True),
    ],
)
def test_units_are_compared_with_care(typed: str, expected: str, is_same: bool) -> None:
    """Plurals of words and lazy lower case are the same; what could be another unit is not."""
    assert is_same_unit(typed, expected) is is_same


def test_another_unit_is_named() -> None:
    """The remark says which unit was expected, so that the learner sees why."""
    found = is_same_number(Accept(number="2", unit="GB"), "2 GiB")
    assert found == (False, "The unit was expected to be GB.")


@given(st.fractions(min_value=-(10**6), max_value=10**6, max_denominator=1000))
def test_every_fraction_is_read_exactly(value: Fraction) -> None:
    """What is written as a fraction is that number."""
    assert read_numbers(f"{value.numerator}/{value.denominator}")[0].value == value


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=4))
def test_every_decimal_is_right_as_its_own_answer(number: object) -> None:
    """What is authored is accepted when it is typed the same way, without tolerance."""
    assert is_same_number(Accept(number=str(number)), str(number)) == (True, "")


@given(st.text(max_size=70) | st.text("0123456789.,/^*x× e-+½⁸", max_size=30))
def test_no_text_breaks_the_reader(text: str) -> None:
    """Any typed text is a number or none."""
    assert all(isinstance(reading.value, Fraction) for reading in read_numbers(text))
