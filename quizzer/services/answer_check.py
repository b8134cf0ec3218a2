"""Checking an answer that the program can check: choices, and typed texts, patterns and numbers."""

from __future__ import annotations

import random
from dataclasses import dataclass

from quizzer.core.answer import is_same_number, is_same_text
from quizzer.core.note import Accept, Choices, Note
from quizzer.markup.plain import plain_line

PATTERN_TIMEOUT_S = 0.2
LONGEST_ANSWER = 500
LONGEST_OPTION = 300  # characters of a choice on its line


@dataclass(frozen=True, slots=True)
class Check:
    """Whether an answer was right, and what was expected, as a learner reads it."""

    is_right: bool
    expected: str
    remark: str = ""


def order_choices(choices: Choices, card_key: str, number: int) -> tuple[str, ...]:
    """Return the choices in an order that changes with each review of the card, and is the same within it."""
    options = [choices.right, *choices.wrong]
    random.Random(f"{card_key}:{number}").shuffle(options)
    return tuple(options)


def check_choice(note: Note, chosen: str) -> Check:
    """Check the text of the option that was chosen."""
    assert note.choices is not None
    is_right = chosen == note.choices.right
    remark = "" if is_right else f"You chose: {plain_line(chosen, LONGEST_OPTION)}."
    return Check(is_right, plain_line(note.choices.right, LONGEST_OPTION), remark)


def check_typed(note: Note, typed: str) -> Check:
    """Check a typed answer."""
    accept = note.accept
    assert accept is not None
    if accept.number:
        expected = f"{accept.number} {accept.unit}".strip()
        is_right, remark = is_same_number(accept, typed)
        return Check(is_right, expected + _tolerance(accept), remark)
    if accept.regex:
        return _check_pattern(accept.regex, typed)
    return Check(any(is_same_text(text, typed) for text in accept.texts), accept.texts[0])


def _tolerance(accept: Accept) -> str:
    is_exact = not accept.tolerance.strip("0.%")
    return "" if is_exact else f" (within {accept.tolerance})"


def _check_pattern(pattern: str, typed: str) -> Check:
    # The standard library's re cannot be stopped: one hostile pattern would hang the session.
    import regex

    answer = typed.strip()[:LONGEST_ANSWER]
    try:
        is_right = (
            regex.fullmatch(pattern, answer, flags=regex.IGNORECASE, timeout=PATTERN_TIMEOUT_S) is not None
        )
    except (regex.error, TimeoutError):
        return Check(
            False, f"a text like {pattern}", "The pattern of this card cannot be checked: judge it yourself."
        )
    return Check(is_right, f"a text like {pattern}")
