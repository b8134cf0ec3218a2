"""Learning steps as a learner writes them: `1m 10m`."""

from __future__ import annotations

import re
from collections.abc import Iterable

from quizzer.core.interval import format_wait

NO_STEPS = "none"
MOST_STEPS = 10
_SECONDS = {"s": 1, "m": 60, "h": 3600}
_STEP = re.compile(r"([0-9]{1,5})([smh])")


def parse_steps(text: str) -> tuple[int, ...]:
    """Return the seconds of the steps in `text`, such as `1m 10m`; `none` is no step.

    Raises:
        ValueError: If it is not written like that, a step is nothing or a day long, or shorter than
            the one before it: then a better rating would bring the card back sooner.
    """
    words = text.replace(",", " ").split()
    if words == [NO_STEPS]:
        return ()
    found = [_STEP.fullmatch(word) for word in words]
    steps_s = [int(match[1]) * _SECONDS[match[2]] for match in found if match]
    if not words or len(steps_s) < len(words) or len(words) > MOST_STEPS:
        raise ValueError(f"'{text}': steps such as '1m 10m', '30s', '1h' or 'none' were expected")
    if not all(0 < step_s < 86_400 for step_s in steps_s):
        raise ValueError(f"'{text}': steps of more than nothing and less than a day were expected")
    if steps_s != sorted(steps_s):
        rising = " ".join(word for _, word in sorted(zip(steps_s, words, strict=True)))
        raise ValueError(f"'{text}': steps that never get shorter were expected, such as '{rising}'")
    return tuple(steps_s)


def format_steps(steps_s: Iterable[int]) -> str:
    """Return the steps as a learner reads them."""
    return ", ".join(format_wait(step_s) for step_s in steps_s) or NO_STEPS
