from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzer.core.learning_steps import MOST_STEPS, format_steps, parse_steps

UNITS = {"s": 1, "m": 60, "h": 3600}
STEPS = st.tuples(st.integers(1, 99_999), st.sampled_from(sorted(UNITS))).filter(
    lambda step: step[0] * UNITS[step[1]] < 86_400
)
SEPARATORS = st.sampled_from([" ", ",", ", ", "  ", "\t"])


RISING = st.lists(STEPS, min_size=1, max_size=MOST_STEPS).map(
    lambda steps: sorted(steps, key=lambda step: step[0] * UNITS[step[1]])
)


@given(RISING, SEPARATORS)
def test_steps_are_read_as_they_are_written(steps: list[tuple[int, str]], separator: str) -> None:
    """Numbers with a unit, parted by blanks or commas, are so many seconds, minutes or hours."""
    text = separator.join(f"{number}{unit}" for number, unit in steps)
    assert parse_steps(text) == tuple(number * UNITS[unit] for number, unit in steps)


@given(
    st.lists(
        st.sampled_from([*range(1, 60), *range(60, 7200, 60), *range(7200, 86_400, 3600)]), max_size=10
    ).map(sorted)
)
def test_what_is_shown_of_whole_units_can_be_written_again(steps_s: list[int]) -> None:
    """Whole seconds, minutes and hours come back from their text; only the units are spelt out."""
    shown = format_steps(steps_s)
    assert parse_steps(shown.replace(" min", "m").replace(" s", "s").replace(" h", "h")) == tuple(steps_s)


def test_no_step_has_a_word() -> None:
    """Both ways; and only that word says it."""
    assert parse_steps("none") == parse_steps(" none ") == ()
    assert format_steps(()) == "none"


@given(st.text(max_size=12))
def test_any_other_text_is_refused_or_gives_possible_steps(text: str) -> None:
    """Nothing else comes of a text than steps within a day or a ValueError that quotes it."""
    refusal = ""
    steps_s: tuple[int, ...] = ()
    try:
        steps_s = parse_steps(text)
    except ValueError as error:
        refusal = str(error)
    assert refusal.startswith(f"'{text}': steps ") or not refusal
    assert all(0 < step_s < 86_400 for step_s in steps_s)
    assert list(steps_s) == sorted(steps_s)


@pytest.mark.parametrize(
    "text", ["", "  ", ",", "1", "m", "1d", "1.5m", "-1m", "1 m", "none 1m", "1m none", "٣m", "1m " * 11]
)
def test_what_is_no_list_of_steps_is_refused(text: str) -> None:
    """Nothing, a number without unit, a unit without number, days, fractions, more than ten."""
    with pytest.raises(ValueError, match="steps such as '1m 10m', '30s', '1h' or 'none' were expected"):
        parse_steps(text)


@pytest.mark.parametrize("text", ["0s", "10m 0h", "24h", "1440m", "86400s"])
def test_a_step_lies_between_nothing_and_a_day(text: str) -> None:
    """A day is an interval, not a step; no time at all is neither."""
    with pytest.raises(ValueError, match="more than nothing and less than a day"):
        parse_steps(text)


@pytest.mark.parametrize(
    ("text", "rising"), [("2h 30s", "30s 2h"), ("2h 1h", "1h 2h"), ("1m, 10m, 9m", "1m 9m 10m")]
)
def test_falling_steps_are_refused(text: str, rising: str) -> None:
    """Good leads to the next step: were it shorter, a better rating would bring the card back sooner."""
    with pytest.raises(ValueError, match=f"steps that never get shorter were expected, such as '{rising}'"):
        parse_steps(text)
